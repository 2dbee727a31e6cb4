"""Cookies of ours: what they are called, and how they are set: for pages of ours only, out of a script's reach, and
by HTTPS where one comes by it.

A browser has one jar for all ports of a host. Names carry the installation, so that a rehearsal beside the real
service signs nobody out of it.
"""

from __future__ import annotations

import hashlib

from flask import Flask, current_app, request
from werkzeug.wrappers import Response


def installation(secret_key: str) -> str:
    """A short name of whoever signs by this key, which tells nothing of it."""
    return hashlib.blake2b(secret_key.encode(), digest_size=4, person=b"installation").hexdigest()


def name(*parts: str, app: Flask | None = None) -> str:
    return "_".join(("layso", *parts, (app or current_app).config["INSTALLATION"]))


def sent(*parts: str) -> str:
    """What the browser has sent in the cookie of that name, else ""."""
    return request.cookies.get(name(*parts), "") if "HTTP_COOKIE" in request.environ else ""


def secure() -> bool:
    """Whether this browser came by HTTPS, to us or to a trusted proxy, or comes by it by its links."""
    return request.is_secure or bool(current_app.config["SESSION_COOKIE_SECURE"])


def put(answer: Response, parts: tuple[str, ...], value: str, max_age: int | None = None, path: str = "/") -> None:
    """Without `max_age` it lasts as long as the browser's session."""
    answer.set_cookie(
        name(*parts), value, max_age=max_age, path=path, httponly=True, samesite="Lax", secure=secure()
    )  # fmt: skip
