"""Who asks, and whether his role may: the one place for both."""

from __future__ import annotations

from dataclasses import replace

from flask import g, request
from flask_wtf.csrf import validate_csrf
from wtforms import ValidationError

from ticketing.accounts import Accounts
from ticketing.errors import Forbidden, Unauthorized
from ticketing.officers import DEVICE_ROLES, Actor, require
from ticketing.sites import Site

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
STAFF_COOKIE = "layso_staff"


def device_cookie(role: str, site: str) -> str:
    return f"layso_{role}_{site}"


def identify(accounts: Accounts) -> None:
    """Sets `g.actor` from the bearer token, else from the cookie that `X-Layso-As` names, else to None.

    Raises Unauthorized for a bearer token that doesn't hold: a device must learn that it was revoked, even
    on public calls. A cookie that doesn't hold is no cookie.
    """
    g.actor = None
    scheme, _, secret = request.headers.get("Authorization", "").strip().partition(" ")
    if scheme.lower() == "bearer":
        g.actor = accounts.authenticate(secret.strip()) if secret.strip() else None
        if g.actor is None:
            raise Unauthorized("bad_token")
        return
    acting_as = request.headers.get("X-Layso-As", "staff").strip().lower()
    secret = request.cookies.get(_cookie_of(acting_as), "")
    actor = accounts.authenticate(secret) if secret else None
    if actor is not None and (actor.is_staff if acting_as == "staff" else actor.role == acting_as):
        g.actor = replace(actor, by_cookie=True)


def _cookie_of(acting_as: str) -> str:
    if acting_as in DEVICE_ROLES:
        return device_cookie(acting_as, (request.view_args or {}).get("site", ""))
    return STAFF_COOKIE if acting_as == "staff" else ""


def check_csrf() -> None:
    """Raises Forbidden when a cookie is the credential and the page's own token isn't there or isn't true."""
    if request.method in SAFE_METHODS or g.actor is None or not g.actor.by_cookie:
        return
    try:
        validate_csrf(request.headers.get("X-CSRFToken"))
    except ValidationError:
        raise Forbidden("csrf") from None


def permit(site: Site, roles: tuple[str, ...]) -> Actor:
    """The actor, if one of `roles` is his at `site`. Raises Unauthorized or Forbidden."""
    actor = require(g.actor, site, *roles)
    check_csrf()
    return actor
