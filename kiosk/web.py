"""Flask as this service uses it: many small calls of programs, whose paths are found and whose sessions are
opened at the cost of a look into a table. Views, hooks and refusals are Flask's own, for every path."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from typing import Any, ClassVar

from flask import Flask, Request, Response, request
from flask.ctx import RequestContext
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from werkzeug.routing import MapAdapter, Rule

from ticketing.api import cookies

_PLAIN = re.compile(r"<([a-z_]+)>|([^<>]*)")


class Paths:
    """The paths of one prefix, by their parts. Only what fits exactly is found here: what is missing, has another
    method or wants a redirect is left to werkzeug, which knows how to say so."""

    def __init__(self, rules: list[Rule]) -> None:
        self._tree: dict[str, Any] = {}
        for rule in rules:
            parts = [_PLAIN.fullmatch(part) for part in rule.rule.split("/")]
            if all(parts):
                node = self._tree
                for part in parts:
                    assert part is not None
                    node = node.setdefault("" if part[1] else f"/{part[2]}", {})
                names = tuple(part[1] for part in parts if part and part[1])
                for method in rule.methods or ():
                    node.setdefault(method, (rule, names))

    def find(self, method: str, path: str) -> tuple[Rule, dict[str, str]] | None:
        node, given = self._tree, []
        for part in path.split("/"):
            below = node.get(f"/{part}")
            if below is None:
                below = node.get("") if part else None
                if below is None:
                    return None
                given.append(part)
            node = below
        found = node.get(method)
        return (found[0], dict(zip(found[1], given, strict=True))) if found else None


class SessionWhenAsked(SecureCookieSessionInterface):
    """Flask's session, whose signer is only made for a request that brings a session: a program's never does."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if "HTTP_COOKIE" in request.environ and self.get_cookie_name(app) in request.cookies:
            return super().open_session(app, request)
        return self.session_class()

    def get_cookie_secure(self, app: Flask) -> bool:
        return cookies.secure()

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if session or session.accessed or session.modified:
            super().save_session(app, session, response)


class Found(Request):
    """A request whose path was found by its parts: of its blueprint it is asked several times."""

    blueprints: list[str] = []  # noqa: RUF012


class WebFlask(Flask):
    """`quick` is the prefix of the paths that are found by their parts; no view below it may call `url_for`.

    A failure is logged under its route's pattern: Flask's own line holds the path, and a path may hold a
    ticket's code."""

    session_interface = SessionWhenAsked()
    quick = "/api/"
    _paths: Paths | None = None
    _files: ClassVar[dict[tuple[str, str, str], str]] = {}

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """No view or hook here is a coroutine, which Flask would look for at every call."""
        return func

    def request_context(self, environ: dict[str, Any]) -> RequestContext:
        path = environ.get("PATH_INFO", "")
        if not path.startswith(self.quick) or not path.isascii():
            return super().request_context(environ)
        if self._paths is None:
            self._paths = Paths([rule for rule in self.url_map.iter_rules() if rule.rule.startswith(self.quick)])
        found = self._paths.find(environ["REQUEST_METHOD"], path)
        if found is None:
            return super().request_context(environ)
        asked = Found(environ)
        asked.url_rule, asked.view_args = found
        asked.blueprints = [asked.url_rule.endpoint.rpartition(".")[0]]
        return RequestContext(self, environ, request=asked)

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """None for a request whose path is found already."""
        return None if request is not None and request.url_rule is not None else super().create_url_adapter(request)

    def url_for(self, endpoint: str, **values: Any) -> str:
        """Flask's own; the address of a file of ours is the same at every request."""
        if endpoint.endswith("static") and values.keys() == {"filename"}:
            key = (request.script_root, endpoint, values["filename"])
            if key not in self._files:
                self._files[key] = super().url_for(endpoint, **values)
            return self._files[key]
        return super().url_for(endpoint, **values)

    def log_exception(self, exc_info: object) -> None:
        route = request.url_rule.rule if request.url_rule else "unmatched"
        extra = {"method": request.method, "route": route}
        logging.getLogger("layso.app").error("a request failed", exc_info=exc_info, extra=extra)  # type: ignore[arg-type]
