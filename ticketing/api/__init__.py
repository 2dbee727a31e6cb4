"""The HTTP API, `/api/v1`."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from flask import Blueprint, Response, g
from werkzeug.exceptions import HTTPException

from ticketing.accounts import Accounts
from ticketing.api import errors, openapi, parsing
from ticketing.api.auth import identify, permit
from ticketing.api.calls import PREFIX, Call
from ticketing.api.errors import install_errors
from ticketing.api.limits import Limits
from ticketing.api.urls import ROUTES, Route
from ticketing.errors import TicketingError, Unauthorized
from ticketing.office import Office

__all__ = ["identify", "install_errors", "make_api"]


def make_api(office: Office, accounts: Accounts, limits: bool = True) -> Blueprint:
    """The blueprint of every call, at `/api/v1`. `limits=False` lifts the rate limits.

    Errors of unknown paths and methods under /api need `install_errors(app)` besides.
    """
    api = Blueprint("api", __name__, url_prefix=PREFIX)
    throttle = Limits() if limits else None
    for route in ROUTES:
        endpoint = _endpoint(route, office, accounts, throttle)
        api.add_url_rule(route.path, route.view.__name__, endpoint, methods=[route.method])

    @cache
    def described() -> bytes:
        return openapi.document_json(ROUTES)

    @api.get("/openapi.json")
    def show_openapi() -> Response:
        return Response(described(), mimetype="application/json")

    api.register_error_handler(TicketingError, errors.problem)
    api.register_error_handler(HTTPException, errors.http_problem)
    api.register_error_handler(Exception, errors.unexpected)
    return api


def _endpoint(route: Route, office: Office, accounts: Accounts, throttle: Limits | None) -> Callable[..., Response]:
    def endpoint(**path: str) -> Response:
        if "actor" not in g:
            identify(accounts)
        if throttle is not None:
            throttle.check()
        asked = errors.asked_language()
        actor, site = g.actor, None
        if route.roles:
            if actor is None:
                raise Unauthorized()
            site = office.site(path["site"])
            actor = permit(site, route.roles)
        call = Call(
            office=office,
            actor=actor,
            site=site,
            lang=asked or "vi",
            asked=asked,
            body=parsing.body(route.body) if route.body else None,
            key=parsing.idempotency_key() if route.key else "",
        )
        return route.view(call, **path)

    return endpoint
