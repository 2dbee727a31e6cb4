"""Every URL of the API is one line here: method, path, view, answer, roles, body. The server, the role checks
and the OpenAPI document are all made from this table.

Roles: admin counts as supervisor and as officer, supervisor as officer; a parent's admin counts at its
units."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Response
from msgspec import Struct

from ticketing.api import answers as a
from ticketing.api import counters, emergency, ratings, reports, slips, views
from ticketing.api import models as m

PUBLIC: tuple[str, ...] = ()
ISSUING = ("kiosk", "officer")
# A device in the hall, never the officer who was rated.
AT_HAND = ("kiosk", "display")
OFFICER = ("officer",)
SUPERVISOR = ("supervisor",)


@dataclass(frozen=True, slots=True)
class Route:
    """`answer` is a struct, or a media type for what is not JSON. `also` are further good statuses; `key`
    tells whether an Idempotency-Key is taken; `query` names parameters that `openapi.QUERY` describes."""

    method: str
    path: str
    view: Callable[..., Response]
    answer: type[Struct] | str
    roles: tuple[str, ...] = PUBLIC
    body: type[m.Request] | None = None
    also: tuple[int, ...] = ()
    key: bool = False
    query: tuple[str, ...] = ()
    status: int = 200


_JOURNAL = "/sites/<site>/journal"
_SESSIONS = "/sites/<site>/sessions"
_EMERGENCY = "/sites/<site>/emergency"
_REPORTS = "/sites/<site>/reports"
_WINDOW = ("from", "to", "format")
_AT = "/sites/<site>/counters/<counter>"
_TICKETS = "/sites/<site>/tickets"
_ONE = "/sites/<site>/tickets/<number>"

# fmt: off
ROUTES = (
    Route("GET", "/sites", views.list_sites, a.SiteList),
    Route("GET", "/sites/<site>/board", views.show_board, a.Board),
    Route("GET", "/sites/<site>/procedures", views.list_procedures, a.ProcedureList, query=("q", "field")),
    Route("POST", _TICKETS, views.take_ticket, a.Ticket, ISSUING, m.NewTicket, (200,), True, status=201),
    Route("GET", "/tickets/<code>", views.show_ticket, a.Ticket),
    Route("DELETE", "/tickets/<code>", views.give_up_ticket, a.Ticket),
    Route("POST", "/tickets/<code>/rating", ratings.rate_ticket, a.Rated, body=m.Rating),
    Route("GET", "/tickets/<code>/slip.pdf", slips.show_pdf, slips.PDF, query=("width",)),
    Route("GET", "/tickets/<code>/slip.png", slips.show_png, slips.PNG, query=("width",)),
    Route("GET", "/tickets/<code>/slip.escpos", slips.show_escpos, slips.ESCPOS, query=("width",)),
    Route("POST", f"{_AT}/open", counters.open_counter, a.Counter, OFFICER, m.OpenCounter),
    Route("POST", f"{_AT}/pause", counters.pause_counter, a.Counter, OFFICER, m.WithReason),
    Route("POST", f"{_AT}/close", counters.close_counter, a.Counter, OFFICER, m.Nothing),
    Route("POST", f"{_AT}/call-next", counters.call_next, a.Ticket, OFFICER, m.CallNext, (204,), True),
    Route("POST", f"{_AT}/call", counters.call_number, a.Ticket, OFFICER, m.CallNumber, key=True),
    Route("POST", f"{_AT}/recall", counters.recall, a.Ticket, OFFICER, m.Step, key=True),
    Route("POST", f"{_AT}/start", counters.start, a.Ticket, OFFICER, m.Step, key=True),
    Route("POST", f"{_AT}/finish", counters.finish, a.Ticket, OFFICER, m.Finish, key=True),
    Route("POST", f"{_AT}/no-show", counters.no_show, a.Ticket, OFFICER, m.Step, key=True),
    Route("POST", f"{_AT}/hold", counters.hold, a.Ticket, OFFICER, m.Hold, key=True),
    Route("POST", f"{_AT}/transfer", counters.transfer, a.Ticket, OFFICER, m.Transfer, key=True),
    Route("POST", f"{_AT}/resume", counters.resume, a.Ticket, OFFICER, m.Resume, key=True),
    Route("POST", f"{_AT}/undo", counters.undo, a.Ticket, OFFICER, m.Nothing, key=True),
    Route("POST", f"{_AT}/rating", ratings.rate_counter, a.Rated, AT_HAND, m.Rating),
    Route("POST", f"{_ONE}/requeue", views.requeue_ticket, a.Ticket, OFFICER, m.WithReason, key=True),
    Route("POST", f"{_ONE}/cancel", views.cancel_ticket, a.Ticket, OFFICER, m.WithReason, key=True),
    Route("GET", _SESSIONS, views.list_sessions, a.SessionList, query=("date",)),
    Route("PATCH", f"{_SESSIONS}/<session>", views.change_session, a.Session, SUPERVISOR, m.ChangeSession),
    Route("POST", _EMERGENCY, emergency.stop_everything, a.EmergencyState, SUPERVISOR, m.StopEverything),
    Route("POST", f"{_EMERGENCY}/lift", emergency.lift_stop, a.EmergencyState, SUPERVISOR, m.LiftStop),
    Route("GET", _JOURNAL, views.list_journal, a.Journal, SUPERVISOR, query=("after", "limit")),
    Route("GET", f"{_REPORTS}/<kind>", reports.show_report, a.DailyReport, SUPERVISOR, query=_WINDOW),
)
# fmt: on
