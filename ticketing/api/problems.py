"""Refusals as `application/problem+json` (RFC 9457): from a code to its status, here alone."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import msgspec
from flask import Flask, Response, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from werkzeug.exceptions import HTTPException

from ticketing.api.calls import PREFIX
from ticketing.api.texts import detail_of, reason_text, title_of
from ticketing.errors import TicketingError, Unknown

log = logging.getLogger(__name__)

STATUS = {
    "session_closed": 409,
    "cap_reached": 409,
    "online_only": 409,
    "post_only": 409,
    "suspended": 409,
    "too_many_dossiers": 422,
    "unknown_site": 404,
    "unknown_session": 404,
    "unknown_field": 404,
    "unknown_procedure": 404,
    "unknown_counter": 404,
    "unknown_ticket": 404,
    "unknown_policy": 404,
    "invalid": 422,
    "unauthorized": 401,
    "forbidden": 403,
    "conflict": 409,
    "too_early": 409,
    "counter_closed": 409,
    "rate_limited": 429,
    "storage_full": 507,
    "unavailable": 503,
    "not_found": 404,
    "method_not_allowed": 405,
    "too_large": 413,
    "internal": 500,
}
_OF_HTTP = {404: "not_found", 405: "method_not_allowed", 413: "too_large"}
DESCRIBED_AT = f"{PREFIX}/openapi.json#/x-problems/"
_NEVER_SHOWN = ("status", "title", "detail", "code", "type", "reason")

PageOf = Callable[[Exception], ResponseReturnValue]


def status_of(error: TicketingError) -> int:
    if isinstance(error, Unknown) and error.in_body:
        return 422
    return STATUS.get(error.code, 400)


def language() -> str:
    """The language asked for, Vietnamese unless it was English."""
    return "en" if asked_language() == "en" else "vi"


def asked_language() -> str:
    """ "vi" or "en" if the request asks for it by `?lang=` or Accept-Language, else ""."""
    wanted = request.args.get("lang", "")
    if wanted in ("vi", "en"):
        return wanted
    if not request.headers.get("Accept-Language"):
        return ""
    best = request.accept_languages.best_match(("vi", "en"))
    return best or ""


def problem(error: TicketingError) -> Response:
    """The answer to a refusal; `details` stand beside the code as members of their own."""
    lang = language()
    details = {key: value for key, value in error.details.items() if key not in _NEVER_SHOWN}
    return _answer(error.code, status_of(error), lang, error.reason, details)


def _answer(code: str, status: int, lang: str, reason: str, details: dict[str, Any]) -> Response:
    with force_locale(lang):
        if "errors" in details:
            said = [{**error, "text": reason_text(error["reason"])} for error in details["errors"]]
            details = {**details, "errors": said}
        content = {
            "type": f"{DESCRIBED_AT}{code}",
            "status": status,
            "title": title_of(code),
            "detail": detail_of(code, reason, details),
            "code": code,
        }
    if reason:
        content["reason"] = reason
    answer = Response(msgspec.json.encode(content | details), status, mimetype="application/problem+json")
    answer.headers["Content-Language"] = lang
    answer.headers["Cache-Control"] = "no-store"
    if status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    if status in (429, 503) and "retry_after" in details:
        answer.headers["Retry-After"] = str(details["retry_after"])
    return answer


def http_problem(error: HTTPException) -> Response | HTTPException:
    """Flask's own refusals (unknown path, method, size) in the same form."""
    if error.response is not None or error.code is None or error.code < 400:
        return error
    code = _OF_HTTP.get(error.code, "invalid" if error.code < 500 else "internal")
    answer = _answer(code, error.code, language(), "", {"errors": []} if code == "invalid" else {})
    for name, value in error.get_headers():
        if name not in ("Content-Type", "Content-Length"):
            answer.headers[name] = value
    return answer


def unexpected(error: Exception) -> Response:
    """A fault of ours. The log names the rule and not the path, which may hold a ticket's code."""
    log.error("unexpected error at %s", request.url_rule, exc_info=error)
    return _answer("internal", 500, language(), "", {})


def is_api() -> bool:
    return request.path.startswith("/api/")


def install_errors(app: Flask, page: PageOf | None = None) -> None:
    """Answers every error under /api with a problem; on other paths `page(error)` makes the answer.

    `page` gets TicketingError, HTTPException and, for faults, any other exception (log it there). Without it
    a refusal on a page is a plain line of text.
    """

    def on_refusal(error: TicketingError) -> ResponseReturnValue:
        if is_api() or page is None:
            return problem(error)
        return page(error)

    def on_http(error: HTTPException) -> Any:
        if is_api():
            return http_problem(error)
        return page(error) if page and error.response is None and (error.code or 0) >= 400 else error

    def on_fault(error: Exception) -> ResponseReturnValue:
        if is_api() or page is None:
            return unexpected(error)
        return page(error)

    app.register_error_handler(TicketingError, on_refusal)
    app.register_error_handler(HTTPException, on_http)
    app.register_error_handler(Exception, on_fault)
