"""Who asks, and whether his role may: the one place for both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import g, request
from flask_wtf.csrf import validate_csrf
from msgspec.structs import replace
from werkzeug.http import parse_cookie
from wtforms import ValidationError

from ticketing.api import cookies
from ticketing.errors import Forbidden, Unauthorized
from ticketing.rules.people import DEVICE_ROLES, Actor, require
from ticketing.rules.sites import Site
from ticketing.verbs.people import Accounts

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
STAFF_COOKIE = ("staff",)
KNOWN_COOKIE = ("known",)
NO_CREDENTIALS = ("session", "lang", "known")
COOKIES_TRIED = 4


def device_cookie(role: str, site: str) -> tuple[str, ...]:
    return role, site


def identify(accounts: Accounts) -> None:
    """Sets `g.actor` from the bearer token, else from the cookie that `X-Layso-As` names, else to None.

    Raises Unauthorized for a bearer token that doesn't hold: a device must learn that it was revoked, even
    on public calls. A cookie that doesn't hold is no cookie.
    """
    known, environ = g._get_current_object(), request._get_current_object().environ  # type: ignore[attr-defined]
    known.actor = None
    scheme, _, secret = environ.get("HTTP_AUTHORIZATION", "").strip().partition(" ")
    if scheme.lower() == "bearer":
        known.actor = actor = accounts.authenticate(secret.strip()) if secret.strip() else None
        if actor is None:
            raise Unauthorized("bad_token")
        return
    acting_as = environ.get("HTTP_X_LAYSO_AS", "staff").strip().lower()
    secret = _secret_of(acting_as)
    actor = accounts.authenticate(secret) if secret else None
    if actor is not None and (actor.is_staff if acting_as == "staff" else actor.role == acting_as):
        known.actor = replace(actor, by_cookie=True)


def credential(environ: Mapping[str, Any], accounts: Accounts) -> Actor | None:
    """Whoever stands behind a request by its bearer token or by a cookie of ours, whatever it asks for; None for
    nobody. It tells who is to be spared a limit, never what he may do."""
    scheme, _, token = environ.get("HTTP_AUTHORIZATION", "").strip().partition(" ")
    brought = parse_cookie(environ.get("HTTP_COOKIE", "")) if "HTTP_COOKIE" in environ else {}
    secrets = [token.strip()] if scheme.lower() == "bearer" else []
    secrets += [brought[name] for name in brought if _may_hold(name)]
    return next((who for who in map(accounts.authenticate, filter(None, secrets[:COOKIES_TRIED])) if who), None)


def _may_hold(cookie: str) -> bool:
    ours, _, rest = cookie.partition("_")
    return ours == "layso" and rest.partition("_")[0] not in NO_CREDENTIALS


def _secret_of(acting_as: str) -> str:
    if acting_as in DEVICE_ROLES:
        # A path that names a ticket names no site: the page says whose device it is.
        site = (request.view_args or {}).get("site") or request.environ.get("HTTP_X_LAYSO_SITE", "")
        return cookies.sent(*device_cookie(acting_as, site))
    return cookies.sent(*STAFF_COOKIE) if acting_as == "staff" else ""


def check_csrf(actor: Actor) -> None:
    """Raises Forbidden when a cookie is the credential and the page's own token isn't there or isn't true."""
    if not actor.by_cookie or request.method in SAFE_METHODS:
        return
    try:
        validate_csrf(request.headers.get("X-CSRFToken"))
    except ValidationError:
        raise Forbidden("csrf") from None


def permit(actor: Actor | None, site: Site, roles: tuple[str, ...], from_above: bool = False) -> Actor:
    """The actor, if one of `roles` is his at `site`; with `from_above` also as the parent's supervisor. Raises
    Unauthorized or Forbidden."""
    found = require(actor, site, *roles, from_above=from_above)
    check_csrf(found)
    return found
