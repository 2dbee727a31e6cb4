"""What every page has: security headers, caching, and the pages for what went wrong."""

from __future__ import annotations

import logging
from urllib.parse import urlsplit, urlunsplit

from flask import Flask, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException

from kiosk.compressed import compress
from ticketing.api.calls import Json
from ticketing.api.headers import EVERYWHERE
from ticketing.api.problems import status_of
from ticketing.errors import TicketingError, Unknown

log = logging.getLogger(__name__)
A_MONTH_S = 30 * 24 * 3600
# What others wrote carries its version in package-lock.json; our own files are asked for again.
LASTING = "/static/vendor/"


def guard(answer: Response) -> Response:
    if isinstance(answer, Json):
        return answer
    headers, asked = answer.headers, request._get_current_object()  # type: ignore[attr-defined]
    if asked.routing_exception is not None and answer.location:
        _lead_within(answer)
    there = {name.lower() for name, _ in headers}
    for name, value in EVERYWHERE:
        if name.lower() not in there:
            headers.add(name, value)
    if asked.path.startswith("/static/") and answer.status_code in (200, 206, 304):
        lasting = asked.path.startswith(LASTING)
        headers["Cache-Control"] = f"public, max-age={A_MONTH_S}" if lasting else "no-cache"
    elif "cache-control" not in there:
        headers["Cache-Control"] = "no-store"
    return answer


def _lead_within(answer: Response) -> None:
    """Werkzeug's own redirects repeat the Host header, which anybody may write."""
    parts = urlsplit(answer.location or "")
    answer.location = "/" + urlunsplit(("", "", parts.path, parts.query, "")).lstrip("/")
    answer.set_data(b"")


def _words(status: int, error: Exception) -> tuple[str, str]:
    if isinstance(error, Unknown) and error.kind == "site":
        return _("There is no such centre"), _("Check the address, or choose a centre on the first page.")
    if status == 404:
        return _("This page does not exist"), _("Check the address, or start again on the first page.")
    if status in (401, 403):
        return _("You may not open this page"), _("Sign in with an account that may, or ask the supervisor.")
    if status == 405:
        return _("This page can't be used that way"), _("Go back and load the page again.")
    if status == 429:
        return _("Too many requests"), _("Please wait a moment and try again.")
    if status in (503, 507):
        return _("The service is not available at the moment"), _("Please try again in a little while.")
    if status >= 500:
        return _("Something went wrong here"), _("The fault is ours and was noted. Please try again.")
    return _("This request can't be answered"), _("Go back, load the page again and repeat the step.")


def error_page(error: Exception) -> ResponseReturnValue:
    """The page for a refusal, an HTTP error or a fault of ours."""
    if isinstance(error, TicketingError):
        status = 404 if isinstance(error, Unknown) else status_of(error, {})
    elif isinstance(error, HTTPException):
        status = error.code or 500
    else:
        status = 500
        rule = request.url_rule.rule if request.url_rule else "unmatched"
        log.error("a request failed", exc_info=error, extra={"method": request.method, "route": rule})
    title, text = _words(status, error)
    answer = make_response(render_template("kiosk/error.html", title=title, text=text, status=status), status)
    if isinstance(error, TicketingError) and "retry_after" in error.details:
        answer.headers["Retry-After"] = str(error.details["retry_after"])
    if isinstance(error, HTTPException):
        for name, value in error.get_headers():
            if name not in ("Content-Type", "Content-Length"):
                answer.headers[name] = value
    return answer


def set_up(app: Flask) -> None:
    app.after_request(guard)
    app.after_request(compress)

    @app.get("/favicon.ico")
    def favicon() -> Response:
        answer = app.send_static_file("img/favicon.ico")
        answer.headers["Cache-Control"] = f"public, max-age={A_MONTH_S}"
        return answer

    @app.get("/robots.txt")
    def robots() -> Response:
        return Response("User-agent: *\nDisallow: /t/\nDisallow: /api/\n", mimetype="text/plain")
