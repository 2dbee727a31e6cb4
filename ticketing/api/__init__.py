"""The HTTP API, `/api/v1`."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from flask import Blueprint, Response, g, request
from werkzeug.exceptions import HTTPException

from ticketing.api import cookies, openapi, parsing, problems
from ticketing.api.auth import STAFF_COOKIE, identify, permit
from ticketing.api.calls import PREFIX, Call
from ticketing.api.problems import install_errors
from ticketing.api.routes import ROUTES, Route
from ticketing.errors import TicketingError, Unauthorized
from ticketing.office import Office
from ticketing.rules.people import Actor
from ticketing.verbs.people import Accounts

__all__ = ["identify", "install_errors", "make_api"]


def make_api(office: Office, accounts: Accounts) -> Blueprint:
    """The blueprint of every call, at `/api/v1`.

    Errors of unknown paths and methods under /api need `install_errors(app)` besides.
    """
    api = Blueprint("api", __name__, url_prefix=PREFIX)
    for route in ROUTES:
        endpoint = _endpoint(route, office, accounts)
        api.add_url_rule(route.path, route.view.__name__, endpoint, methods=[route.method])

    @cache
    def described() -> bytes:
        return openapi.document_json(ROUTES, cookies.name(*STAFF_COOKIE))

    @api.get("/openapi.json")
    def show_openapi() -> Response:
        return Response(described(), mimetype="application/json")

    api.register_error_handler(TicketingError, problems.problem)
    api.register_error_handler(HTTPException, problems.http_problem)
    api.register_error_handler(Exception, problems.unexpected)
    return api


def _site_of(path: dict[str, str], office: Office, actor: Actor) -> str:
    """The site that the path names, or its ticket's, or the asker's own."""
    if "site" in path:
        return path["site"]
    return office.site_of(path["code"]) if "code" in path else actor.site


def _endpoint(route: Route, office: Office, accounts: Accounts) -> Callable[..., Response]:
    def endpoint(**path: str) -> Response:
        known, this = g._get_current_object(), request._get_current_object()  # type: ignore[attr-defined]
        if "actor" not in known:
            identify(accounts)
        asked = problems.language_of(this)
        actor, site = known.actor, None
        if route.roles:
            if actor is None:
                raise Unauthorized()
            site = office.site(_site_of(path, office, actor))
            actor = permit(actor, site, route.roles, route.from_above)
        call = Call(
            office=office,
            actor=actor,
            site=site,
            lang=asked or "vi",
            asked=asked,
            body=parsing.body(route.body, this) if route.body else None,
            key=parsing.idempotency_key(this) if route.key else "",
        )
        return route.view(call, **path)

    return endpoint
