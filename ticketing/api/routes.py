"""Every URL of the API is one line here: method, path, view, answer, roles, body. The server, the role checks
and the OpenAPI document are all made from this table.

Roles: admin counts as supervisor and as officer, supervisor as officer; a parent's admin counts at its
units, its supervisor where a route says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response

from ticketing.answers import checklists, notes, plans, policies
from ticketing.answers.advice import Advice
from ticketing.answers.board import Board
from ticketing.answers.clock import ClockState
from ticketing.answers.console import WaitingList
from ticketing.answers.counters import Counter
from ticketing.answers.emergency import EmergencyState
from ticketing.answers.journal import Journal
from ticketing.answers.ledger import Ledger, Proof
from ticketing.answers.overview import Overview
from ticketing.answers.plans import ProcedureList
from ticketing.answers.post import PostalCorrected
from ticketing.answers.printers import AgentOf, OwnPrinter, Paper, Print, PrinterList
from ticketing.answers.ratings import Rated
from ticketing.answers.search import HitList
from ticketing.answers.sessions import Session, SessionList
from ticketing.answers.sites import SiteList
from ticketing.answers.tickets import Ticket
from ticketing.api import advice, clock, emergency, estimates, ledger, papers, post, ratings, reports, sessions, sites
from ticketing.api import bodies as m
from ticketing.api import plans as p
from ticketing.api import printers as pr
from ticketing.api import tickets as t
from ticketing.api.counters import acting, list_waiting
from ticketing.api.estimates import EstimateScores
from ticketing.reports.shapes import REPORTS
from ticketing.verbs import counters as verbs

PUBLIC: tuple[str, ...] = ()
ISSUING = ("kiosk", "officer")
# A device in the hall, never the officer who was rated.
AT_HAND = ("kiosk", "display")
AGENT = ("agent",)
KIOSK = ("kiosk",)
OFFICER = ("officer",)
SUPERVISOR = ("supervisor",)
ADMIN = ("admin",)


@dataclass(frozen=True, slots=True)
class Route:
    """`answer` is what it gives, one of several, or a media type for what is not JSON. `also` are further good
    statuses; `key` tells whether an Idempotency-Key is taken; `query` names parameters that `openapi.QUERY`
    describes; `from_above` that the parent's supervisor reads it too."""

    method: str
    path: str
    view: Callable[..., Response]
    answer: type[Any] | tuple[type[Any], ...] | str
    roles: tuple[str, ...] = PUBLIC
    body: type[m.Request] | None = None
    also: tuple[int, ...] = ()
    key: bool = False
    query: tuple[str, ...] = ()
    status: int = 200
    from_above: bool = False


_JOURNAL = "/sites/<site>/journal"
_SESSIONS = "/sites/<site>/sessions"
_SESSION = "/sites/<site>/sessions/<session>"
_LISTS = f"{_SESSION}/checklists"
_POLICIES = "/sites/<site>/policies"
_CLOCK = "/sites/<site>/clock"
_EMERGENCY = "/sites/<site>/emergency"
_REPORTS = "/sites/<site>/reports"
_POSTAL = "/sites/<site>/postal/corrections"
_PAPERS = "/sites/<site>/printers/jobs"
_ASKED = ("service", "field", "procedure", "at")
_WINDOW = ("from", "to", "format", "units")
_AT = "/sites/<site>/counters/<counter>"
_TICKETS = "/sites/<site>/tickets"
_ONE = "/sites/<site>/tickets/<number>"
_REQUEUE, _CANCEL = acting(verbs.requeue, "requeue_ticket"), acting(verbs.cancel, "cancel_ticket")

# fmt: off
ROUTES = (
    Route("GET", "/sites", sites.list_sites, SiteList),
    Route("GET", "/sites/<site>/board", sites.show_board, Board),
    Route("GET", "/sites/<site>/overview", sites.show_overview, Overview, query=("procedure", "field")),
    Route("GET", "/sites/<site>/search", sites.search_site, HitList, query=("q",)),
    Route("GET", "/sites/<site>/procedures", sites.list_procedures, ProcedureList, query=("q", "field")),
    Route("POST", _TICKETS, t.take_ticket, Ticket, ISSUING, m.NewTicket, (200,), True, status=201),
    Route("GET", "/tickets/<code>", t.show_ticket, Ticket),
    Route("DELETE", "/tickets/<code>", t.give_up_ticket, Ticket),
    Route("POST", "/tickets/<code>/rating", ratings.rate_ticket, Rated, body=m.Rating),
    Route("GET", "/tickets/<code>/proof", ledger.show_proof, Proof),
    Route("GET", "/tickets/<code>/slip.pdf", papers.show_pdf, papers.PDF, query=("width", "copy")),
    Route("GET", "/tickets/<code>/slip.png", papers.show_png, papers.PNG, query=("width", "copy")),
    Route("GET", "/tickets/<code>/slip.escpos", papers.show_escpos, papers.ESCPOS, query=("width", "copy")),
    Route("POST", "/tickets/<code>/print", pr.print_ticket, Print, ISSUING, pr.PrintAgain, status=202),
    Route("GET", "/sites/<site>/printers", pr.list_printers, PrinterList, OFFICER, from_above=True),
    Route("GET", "/sites/<site>/printer", pr.show_own_printer, OwnPrinter, KIOSK),
    Route("GET", "/agent", pr.show_agent, AgentOf, AGENT),
    Route("GET", _PAPERS, pr.fetch_paper, Paper, AGENT, also=(204,), query=("wait",)),
    Route("POST", f"{_PAPERS}/<job>", pr.tell_paper, Print, AGENT, pr.PaperNews),
    Route("POST", "/sites/<site>/printers/state", pr.tell_printer, OwnPrinter, AGENT, pr.PrinterNews),
    Route(
        "GET", "/sites/<site>/waiting", list_waiting, WaitingList, OFFICER, query=("counter", "skip", "limit"),
    ),
    Route("POST", f"{_AT}/open", acting(verbs.open_counter), Counter, OFFICER, m.OpenCounter),
    Route("POST", f"{_AT}/pause", acting(verbs.pause_counter), Counter, OFFICER, m.Pause),
    Route("POST", f"{_AT}/close", acting(verbs.close_counter), Counter, OFFICER, m.Nothing),
    Route("POST", f"{_AT}/call-next", acting(verbs.call_next), Ticket, OFFICER, m.CallNext, (204,), True),
    Route("POST", f"{_AT}/call", acting(verbs.call_number), Ticket, OFFICER, m.CallNumber, key=True),
    Route("POST", f"{_AT}/recall", acting(verbs.recall), Ticket, OFFICER, m.Step, key=True),
    Route("POST", f"{_AT}/start", acting(verbs.start), Ticket, OFFICER, m.Step, key=True),
    Route("POST", f"{_AT}/finish", acting(verbs.finish), Ticket, OFFICER, m.Finish, key=True),
    Route("POST", f"{_AT}/no-show", acting(verbs.no_show), Ticket, OFFICER, m.Step, key=True),
    Route("POST", f"{_AT}/hold", acting(verbs.hold), Ticket, OFFICER, m.Hold, key=True),
    Route("POST", f"{_AT}/transfer", acting(verbs.transfer), Ticket, OFFICER, m.Transfer, key=True),
    Route("POST", f"{_AT}/resume", acting(verbs.resume), Ticket, OFFICER, m.Resume, key=True),
    Route("POST", f"{_AT}/reopen", acting(verbs.reopen), Ticket, OFFICER, m.Reopen, key=True),
    Route("POST", f"{_AT}/undo", acting(verbs.undo), Ticket, OFFICER, m.Step, key=True),
    Route("POST", f"{_AT}/rating", ratings.rate_counter, Rated, AT_HAND, m.Rating),
    Route("POST", f"{_ONE}/requeue", _REQUEUE, Ticket, OFFICER, m.BesideTheCounter, key=True),
    Route("POST", f"{_ONE}/cancel", _CANCEL, Ticket, OFFICER, m.BesideTheCounter, key=True),
    Route("POST", f"{_ONE}/print", pr.print_number, Print, OFFICER, pr.PrintAgain, (200,), True, status=202),
    Route("GET", _SESSIONS, sites.list_sessions, SessionList, query=("date",)),
    Route("PATCH", f"{_SESSIONS}/<session>", sites.change_session, Session, SUPERVISOR, m.ChangeSession),
    Route("GET", f"{_SESSION}/advice", advice.show_advice, Advice, SUPERVISOR, query=("confidence",), from_above=True),
    Route("GET", _LISTS, sessions.list_checklists, checklists.ChecklistList, OFFICER),
    Route("POST", f"{_LISTS}/opening", sessions.sign_opening, checklists.Checklist, OFFICER, sessions.SignChecklist),
    Route("POST", f"{_LISTS}/cleaning", sessions.sign_cleaning, checklists.Checklist, OFFICER, sessions.SignChecklist),
    Route("GET", f"{_SESSION}/difficulties", sessions.list_difficulties, notes.DifficultyList, OFFICER),
    Route(
        "POST", f"{_SESSION}/difficulties", sessions.note_difficulty, notes.Difficulty, OFFICER,
        sessions.NoteDifficulty, (200,), True, status=201,
    ),
    Route("GET", _CLOCK, clock.show_clock, ClockState, SUPERVISOR),
    Route("POST", f"{_CLOCK}/confirm", clock.confirm_clock, ClockState, SUPERVISOR, m.Nothing),
    Route("POST", f"{_CLOCK}/take-back", clock.take_back_clock, ClockState, SUPERVISOR, m.WithReason),
    Route("POST", _EMERGENCY, emergency.stop_everything, EmergencyState, SUPERVISOR, m.StopEverything),
    Route("POST", f"{_EMERGENCY}/lift", emergency.lift_stop, EmergencyState, SUPERVISOR, m.LiftStop),
    Route("POST", "/sites/<site>/diversions", p.divert, plans.Diverted, ISSUING, p.Divert, (200,), True, status=201),
    Route("GET", "/sites/<site>/policy", p.show_policy, plans.PolicyNow),
    Route("GET", _POLICIES, p.list_policies, policies.PolicyStandings, SUPERVISOR),
    Route("GET", f"{_POLICIES}/preview", p.preview_policy, plans.Preview, SUPERVISOR, query=_ASKED),
    Route("GET", f"{_POLICIES}/versions/<path:version>", p.show_policy_version, policies.PolicyVersion, SUPERVISOR),
    Route("POST", f"{_POLICIES}/<policy>/release", p.release_results, policies.PolicyStanding, ADMIN, p.EnterRelease),
    Route("POST", f"{_POLICIES}/<policy>/override", p.override_policy, policies.PolicyStanding, ADMIN, p.SetOverride),
    Route("POST", "/sites/<site>/portal", p.mark_portal, policies.Portal, SUPERVISOR, p.MarkPortal),
    Route(
        "POST", _POSTAL, post.correct_postal, PostalCorrected, SUPERVISOR, post.PostalCorrection, (200,),
        True, status=201,
    ),
    Route("GET", "/sites/<site>/leaflet.pdf", papers.show_leaflet, papers.PDF, query=("date",)),
    Route("GET", "/sites/<site>/ledger/<day>", ledger.show_ledger, Ledger),
    Route("GET", "/sites/<site>/checkpoint", ledger.show_checkpoint, ledger.TEXT, query=("day",)),
    Route("GET", _JOURNAL, sites.list_journal, Journal, SUPERVISOR, query=("after", "limit")),
    Route(
        "GET", "/sites/<site>/estimates", estimates.show_estimates, EstimateScores, SUPERVISOR, query=("from", "to"),
        from_above=True,
    ),
    Route("GET", f"{_REPORTS}/<kind>", reports.show_report, REPORTS, SUPERVISOR, query=_WINDOW, from_above=True),
)
# fmt: on
