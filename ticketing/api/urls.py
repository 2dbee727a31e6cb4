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
from ticketing.api import counters, emergency, leaflets, postal, ratings, reports, rooms, slips, views
from ticketing.api import models as m
from ticketing.api import policies as p
from ticketing.api.report_answers import REPORTS

PUBLIC: tuple[str, ...] = ()
ISSUING = ("kiosk", "officer")
# A device in the hall, never the officer who was rated.
AT_HAND = ("kiosk", "display")
OFFICER = ("officer",)
SUPERVISOR = ("supervisor",)
ADMIN = ("admin",)


@dataclass(frozen=True, slots=True)
class Route:
    """`answer` is a struct, one of several, or a media type for what is not JSON. `also` are further good
    statuses; `key` tells whether an Idempotency-Key is taken; `query` names parameters that `openapi.QUERY`
    describes."""

    method: str
    path: str
    view: Callable[..., Response]
    answer: type[Struct] | tuple[type[Struct], ...] | str
    roles: tuple[str, ...] = PUBLIC
    body: type[m.Request] | None = None
    also: tuple[int, ...] = ()
    key: bool = False
    query: tuple[str, ...] = ()
    status: int = 200


_JOURNAL = "/sites/<site>/journal"
_SESSIONS = "/sites/<site>/sessions"
_SESSION = "/sites/<site>/sessions/<session>"
_LISTS = f"{_SESSION}/checklists"
_POLICIES = "/sites/<site>/policies"
_EMERGENCY = "/sites/<site>/emergency"
_REPORTS = "/sites/<site>/reports"
_POSTAL = "/sites/<site>/postal/corrections"
_ASKED = ("service", "field", "procedure", "at")
_WINDOW = ("from", "to", "format", "units")
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
    Route("GET", _LISTS, rooms.list_checklists, rooms.ChecklistList, OFFICER),
    Route("POST", f"{_LISTS}/opening", rooms.sign_opening, rooms.Checklist, OFFICER, rooms.SignChecklist),
    Route("POST", f"{_LISTS}/cleaning", rooms.sign_cleaning, rooms.Checklist, OFFICER, rooms.SignChecklist),
    Route("GET", f"{_SESSION}/difficulties", rooms.list_difficulties, rooms.DifficultyList, OFFICER),
    Route(
        "POST", f"{_SESSION}/difficulties", rooms.note_difficulty, rooms.Difficulty, OFFICER, rooms.NoteDifficulty,
        (200,), True, status=201,
    ),
    Route("POST", _EMERGENCY, emergency.stop_everything, a.EmergencyState, SUPERVISOR, m.StopEverything),
    Route("POST", f"{_EMERGENCY}/lift", emergency.lift_stop, a.EmergencyState, SUPERVISOR, m.LiftStop),
    Route("POST", "/sites/<site>/diversions", p.divert, p.Diverted, ISSUING, p.Divert, (200,), True, status=201),
    Route("GET", "/sites/<site>/policy", p.show_policy, p.PolicyNow),
    Route("GET", _POLICIES, p.list_policies, p.PolicyStandings, SUPERVISOR),
    Route("GET", f"{_POLICIES}/preview", p.preview_policy, p.Preview, SUPERVISOR, query=_ASKED),
    Route("GET", f"{_POLICIES}/versions/<path:version>", p.show_policy_version, p.PolicyVersion, SUPERVISOR),
    Route("POST", f"{_POLICIES}/<policy>/release", p.release_results, p.PolicyStanding, ADMIN, p.EnterRelease),
    Route("POST", f"{_POLICIES}/<policy>/override", p.override_policy, p.PolicyStanding, ADMIN, p.SetOverride),
    Route("POST", "/sites/<site>/portal", p.mark_portal, p.Portal, SUPERVISOR, p.MarkPortal),
    Route(
        "POST", _POSTAL, postal.correct_postal, postal.PostalCorrected, SUPERVISOR, postal.PostalCorrection, (200,),
        True, status=201,
    ),
    Route("GET", "/sites/<site>/leaflet.pdf", leaflets.show_leaflet, leaflets.PDF, query=("date",)),
    Route("GET", _JOURNAL, views.list_journal, a.Journal, SUPERVISOR, query=("after", "limit")),
    Route("GET", f"{_REPORTS}/<kind>", reports.show_report, REPORTS, SUPERVISOR, query=_WINDOW),
)
# fmt: on
