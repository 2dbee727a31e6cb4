"""Refusals as `application/problem+json` (RFC 9457)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from flask import Flask, Request, Response, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from msgspec import Struct
from werkzeug.exceptions import HTTPException

from ticketing.answers import sessions
from ticketing.answers.names import Day
from ticketing.answers.plans import Alternatives, LegalBase, refused
from ticketing.answers.sessions import Full, NextSession, StillOpen
from ticketing.api.calls import PREFIX
from ticketing.api.languages import spoken
from ticketing.api.problem_texts import PROBLEMS, detail_of, reason_text, title_of
from ticketing.errors import RefusedByPlan, TicketingError, Unknown
from ticketing.rules.emergency import Emergency
from ticketing.rules.sessions import Following, FullCap, Rest
from ticketing.rules.sites import localized

log = logging.getLogger(__name__)

STATUS = {code: status for code, (status, _title) in PROBLEMS.items()}
_OF_HTTP = {404: "not_found", 405: "method_not_allowed", 413: "too_large"}
DESCRIBED_AT = f"{PREFIX}/openapi.json#/x-problems/"
_NEVER_SHOWN = ("status", "title", "detail", "code", "type", "reason")

PageOf = Callable[[Exception], ResponseReturnValue]


class WrongKey(Struct):
    """`reason` is stable, `text` says it in the language asked for."""

    key: str
    reason: str
    text: str


class Problem(Struct):
    """RFC 9457. `code` is stable, `reason` tells apart what one code can mean; other members depend on the
    code."""

    type: str
    status: int
    title: str
    detail: str
    code: str
    reason: str = ""
    errors: list[WrongKey] = []
    remaining: int | None = None
    cap: int | None = None
    full: Full | None = None
    still_open: list[StillOpen] = []
    next_session: NextSession | None = None
    alternatives: Alternatives | None = None
    legal_base: LegalBase | None = None
    policy: str | None = None
    since: Day | None = None
    deferred_until: str | None = None
    retry_after: int | None = None
    printer: str | None = None
    max: int | None = None
    number: str | None = None
    state: str | None = None
    holder: str | None = None
    value: str | None = None
    counter: int | None = None
    session: str | None = None
    calls: int | None = None
    text: str | None = None
    count: int | None = None
    numbers: list[str] = []


def status_of(error: TicketingError, path: Mapping[str, str]) -> int:
    """The status of a refusal on a path with these arguments: what they name is 404, what else is unknown 422."""
    if isinstance(error, Unknown) and not any(_names(name, value, error) for name, value in path.items()):
        return 422
    return STATUS.get(error.code, 400)


_NAMED = {"policy": "version"}


def _names(name: str, value: str, unknown: Unknown) -> bool:
    """A ticket's code is never repeated whole, and letters of a number may be small."""
    if unknown.kind == "ticket":
        return name == "code" or (name == "number" and value.upper() == str(unknown.details["value"]).upper())
    return name in (unknown.kind, _NAMED.get(unknown.kind)) and value[:64] == unknown.details["value"]


def language() -> str:
    """The language asked for, Vietnamese unless it was English."""
    return "en" if asked_language() == "en" else "vi"


def asked_language() -> str:
    return language_of(request._get_current_object())  # type: ignore[attr-defined]


def language_of(asked: Request) -> str:
    """ "vi" or "en" if the request asks for it by `?lang=` or Accept-Language, else ""."""
    environ = asked.environ
    wanted = spoken(asked.args.get("lang", "")) if environ.get("QUERY_STRING") else ""
    return wanted or spoken(environ.get("HTTP_ACCEPT_LANGUAGE", ""))


def problem(error: TicketingError) -> Response:
    """The answer to a refusal; `details` stand beside the code as members of their own."""
    lang = language()
    if isinstance(error, RefusedByPlan):
        details = msgspec.to_builtins(refused(error.refusal, asked_language()))
    else:
        details = {key: _said(value, lang) for key, value in error.details.items() if key not in _NEVER_SHOWN}
    return _answer(error.code, status_of(error, request.view_args or {}), lang, error.reason, details)


def _said(fact: Any, lang: str) -> Any:
    """A refusal's fact as its answer says it."""
    if isinstance(fact, Following):
        return sessions.brief(fact.site, fact.session, fact.usage, lang)
    if isinstance(fact, FullCap):
        return sessions.full(fact, lang)
    if isinstance(fact, Rest):
        return sessions.still_open(fact, lang)
    return localized(fact, lang, "text") if isinstance(fact, Emergency) else fact


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
