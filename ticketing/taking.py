"""Taking a number: what is asked for, whether it can be had, and the ticket."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ticketing import answers, caps, decisions, sessions
from ticketing import events as ev
from ticketing.emergency import no_numbers
from ticketing.errors import (
    CapReached,
    Conflict,
    Forbidden,
    Invalid,
    SessionClosed,
    TicketingError,
    TooManyDossiers,
    Unknown,
)
from ticketing.officers import satisfies
from ticketing.sessions import Session
from ticketing.sites import SERVICES, Site
from ticketing.tickets import Ticket, taken
from ticketing.workday import Workday, next_session, portal_down, usage_of

MAX_HANDOVER = 1000
APPLICANTS = ("individual", "organisation")


@dataclass(frozen=True, slots=True)
class TicketOrder:
    """What somebody asks for; `applicant` is individual or organisation, `exception` a supervisor's reason for
    going past a policy's refusal."""

    service: str = "submit"
    field: str | None = None
    procedure: str | None = None
    dossiers: int = 1
    priority: str | None = None
    lang: str = ""
    exception: str = ""
    applicant: str | None = None


def short_code(code: str) -> str:
    """A national procedure code's first two groups: "1.001612.000.00.00.H19" is "1.001612"."""
    return ".".join(code.split(".")[:2])


def checked(site: Site, order: TicketOrder, role: str) -> TicketOrder:
    """The order with its field filled in.

    Raises Unknown(in_body) for an unknown field or procedure, Invalid, TooManyDossiers, Forbidden.
    """
    if order.service not in SERVICES or (order.service != "submit" and site.service(order.service) is None):
        raise Invalid(("service", "unknown"))
    field, code = order.field, order.procedure
    if field is not None and site.field(field) is None:
        raise Unknown("field", field, in_body=True)
    if code is not None:
        procedure = site.procedure(code) or site.procedure(short_code(code))
        if procedure is None:
            raise Unknown("procedure", code, in_body=True)
        if field not in (None, procedure.field):
            raise Invalid(("field", "not_of_procedure"))
        field, code = procedure.field, procedure.code
    if order.service == "submit" and field is None:
        raise Invalid(("field", "required"))
    if order.applicant not in (None, *APPLICANTS):
        raise Invalid(("applicant", "unknown"))
    if order.priority is not None and site.priority(order.priority) is None:
        raise Invalid(("priority", "unknown"))
    most = MAX_HANDOVER if order.service == "postal_handover" else site.max_dossiers
    if order.dossiers < 1:
        raise Invalid(("dossiers", "too_few"))
    if order.dossiers > most:
        raise TooManyDossiers(max=most)
    if order.exception and not satisfies(role, "supervisor"):
        raise Forbidden("exception")
    return TicketOrder(
        order.service,
        field,
        code,
        order.dossiers,
        order.priority,
        order.lang or site.lang,
        order.exception,
        order.applicant,
    )


def refused(work: Workday, order: TicketOrder) -> TicketingError | None:
    """The policy's refusal of an order that `checked` has let pass; None when a number can be had, or a
    supervisor makes an exception."""
    if order.exception:
        return None
    no_numbers(work, order.lang)
    if work.plan.policy is None:
        return None
    procedure = work.site.procedure(order.procedure)
    down = portal_down(work.tx, work.site)
    return decisions.refusal(work.plan, order.service, procedure, down, order.lang or work.site.lang)


def divert(work: Workday, order: TicketOrder, to: str = "") -> dict[str, Any]:
    """Counts somebody who goes another way; `to` is the way he chose, "" for one who was refused a number.

    Raises Conflict("not_diverted") when the plan sends nobody another way here.
    """
    plan, down = work.plan, portal_down(work.tx, work.site)
    decision = decisions.decide(plan, order.service, work.site.procedure(order.procedure), down)
    if decision == "ticket":
        raise Conflict("not_diverted")
    session = sessions.shown(work.sessions)
    event = ev.Diverted(
        service=order.service,
        field=order.field,
        procedure=order.procedure,
        decision=decision,
        to=to or decisions.way_of(decision, down),
        dossiers=order.dossiers,
        policy=plan.version,
        source=_source(work),
        refused=not to,
        applicant=order.applicant,
    )
    keep_plan(work, plan)
    work.record(event, session=session.key if session else "")
    return decided(work, order, event.to)


def decided(work: Workday, order: TicketOrder, to: str) -> dict[str, Any]:
    """The answer to a diversion: what the plan decides for the order now, and the way taken."""
    plan, down = work.plan, portal_down(work.tx, work.site)
    decision = decisions.decide(plan, order.service, work.site.procedure(order.procedure), down)
    return {"service": order.service, "decision": decision, "to": to, "policy": plan.version}


def keep_plan(work: Workday, plan: decisions.Plan) -> None:
    """Keeps what the plan says beside the first ticket or diversion that was decided under it."""
    if plan.policy is not None and not work.tx.policy_text(plan.version):
        work.tx.keep_policy(plan.version, answers.plan_text(plan))


def _source(work: Workday) -> str:
    return "kiosk" if work.actor.role == "kiosk" else "staff"


def take(work: Workday, order: TicketOrder, code: str) -> Ticket:
    """The new ticket, under the caps of this moment. Raises SessionClosed or CapReached."""
    no_numbers(work, order.lang)
    session = _issuing_session(work, order)
    usage = work.tx.usage(session.id)
    left = caps.room(session, usage, order.service, order.field)
    if left is not None and order.dossiers > left:
        raise CapReached(
            _cap_reason(left), remaining=left, cap=_cap(session, order), **_next(work, order, session)
        )
    prefix = work.site.prefix(order.service, order.field)
    plan = work.plan
    keep_plan(work, plan)
    serial = work.tx.next_serial(work.site.code, work.day, prefix)
    event = ev.TicketTaken(
        number=f"{prefix}{serial:03d}",
        service=order.service,
        field=order.field,
        procedure=order.procedure,
        session=session.key,
        dossiers=order.dossiers,
        priority=order.priority,
        lang=order.lang,
        source=_source(work),
        policy=plan.version,
        position=work.tx.next_position(work.site.code, work.day),
        exception=order.exception,
        applicant=order.applicant,
    )
    ticket = work.tx.add_ticket(taken(event, 0, work.site.code, work.day, work.now), code)
    work.account(None, ticket)
    work.record(event, ticket=ticket.id, session=session.key)
    return ticket


def _cap_reason(left: int) -> str:
    return "not_enough" if left else "none_left"


def _cap(session: Session, order: TicketOrder) -> int | None:
    if order.service != "submit":
        return session.service_caps.get(order.service)
    return caps.lower(session.cap, session.field_caps.get(order.field or ""))


def _issuing_session(work: Workday, order: TicketOrder) -> Session:
    field = order.field if order.service == "submit" else None
    if order.service == "help":
        # Help needs a day with a session, but no cap, cut-off or policy stops it (Nghị định 61/2018, Điều 8.1).
        today = sessions.shown(work.sessions)
        if today is None:
            raise _closed(work, order, "none", None)
        return today
    running = sessions.running(work.sessions)
    if running is None:
        shown = sessions.shown(work.sessions)
        raise _closed(work, order, "none" if shown is None else shown.stage, shown)
    if running.stage == "cut_off":
        raise _closed(work, order, "cut_off", running)
    if running.paused:
        raise _closed(work, order, "paused", running)
    if field is not None and not running.takes(field):
        raise _closed(work, order, "field_not_offered", running)
    return running


def _closed(work: Workday, order: TicketOrder, reason: str, session: Session | None) -> TicketingError:
    after = session if session is not None and session.stage != "upcoming" else None
    return SessionClosed(reason, **_next(work, order, after))


def _next(work: Workday, order: TicketOrder, after: Session | None) -> dict[str, Any]:
    field = order.field if order.service == "submit" else None
    following = next_session(work.tx, work.site, work.sessions, after, work.day, work.holidays, field)
    usage = usage_of(work.tx, following) if following else {}
    return {"next_session": answers.brief_session(work.site, following, usage, order.lang or work.site.lang)}
