"""Taking a number: what is asked for, whether it can be had, and the ticket."""

from __future__ import annotations

import math

from ticketing import events as ev
from ticketing.errors import CapReached, ClockHeld, RateLimited, SessionClosed, TicketingError
from ticketing.lookups import by_code, device_deeds, forecast, next_session, usage_of
from ticketing.rules import caps, plans, sessions
from ticketing.rules.merkle import root_of
from ticketing.rules.orders import TicketOrder, complete
from ticketing.rules.sessions import Following, FullCap, Rest, Session
from ticketing.rules.tickets import Ticket, taken
from ticketing.verbs import upkeep
from ticketing.verbs.day import Day
from ticketing.verbs.emergency import no_numbers
from ticketing.verbs.plans import count_diversion, keep_plan
from ticketing.verbs.printers import printer_for, queue_slip
from ticketing.verbs.waits import telling

# How many hex digits of the ledger's root a paper bears.
ON_PAPER = 8


def refused(day: Day, order: TicketOrder, lang: str) -> TicketingError | None:
    """The policy's refusal, worded in `lang`, of an order that `complete` has let pass; None when no policy is against
    it, or a supervisor makes an exception."""
    if order.exception or day.plan.policy is None:
        return None
    no_numbers(day)
    trusted_clock(day)
    procedure = day.site.procedure(order.procedure)
    return plans.refusal(day.plan, order.service, procedure, day.portal_down, lang)


def take(day: Day, order: TicketOrder, lang: str = "") -> Ticket | TicketingError:
    """A number, or the refusal of the policy in force: OnlineOnly, PostOnly or Suspended, which is counted as a
    diversion, once a key; a result, since what it counts must stay.

    Raises Unknown (field, procedure), Invalid, TooManyDossiers, Forbidden, SessionClosed, CapReached, RateLimited.
    """
    upkeep.claim_mode(day)
    asked = complete(day.site, order, day.actor.role)
    refusal = refused(day, asked, lang or asked.lang)
    if refusal is None:
        return issue(day, asked)
    if not day.seen("divert"):
        count_diversion(day, asked)
    return refusal


def give_up(day: Day, code: str) -> Ticket:
    """The citizen gives the number up. Raises Unknown("ticket"), Conflict unless it still waits."""
    ticket = by_code(day.tx, code)
    return day.change(ticket, ev.TicketCancelled(day.gives_back(ticket)))


def trusted_clock(day: Day) -> None:
    """Raises ClockHeld while the clock has leapt: a number belongs to a day, and takes of a session's cap."""
    if day.moment.held:
        raise ClockHeld()


def _source(day: Day) -> str:
    return "kiosk" if day.actor.role == "kiosk" else "staff"


def no_burst(day: Day) -> None:
    """Raises RateLimited for a kiosk that takes numbers faster than people do, where the site refuses that; never
    for an officer."""
    if not day.site.refuse_bursts or day.actor.role != "kiosk":
        return
    own = next((one for one in device_deeds(day) if one.device == day.actor.id), None)
    if own is not None and (wait := own.wait(day.now)) is not None:
        raise RateLimited(retry_after=math.ceil(wait.total_seconds()))


def issue(day: Day, order: TicketOrder) -> Ticket:
    """The new ticket, under the caps of this moment, its slip with it. Raises SessionClosed, CapReached, RateLimited,
    PrinterDown, or Unknown for a printer."""
    no_numbers(day)
    trusted_clock(day)
    no_burst(day)
    session = _issuing_session(day, order)
    usage = day.tx.sessions.usage(session.id)
    left = caps.left(session, usage, order.service, order.field)
    if left is not None and order.dossiers > left:
        raise CapReached(
            _cap_reason(left), remaining=left, cap=_cap(session, order), next_session=_next(day, order, session),
            full=_full(day, order, session, usage), still_open=Rest(day.site, session, usage),
        )  # fmt: skip
    printer = printer_for(day, order)
    prefix = day.site.prefix(order.service, order.field)
    plan = day.plan
    keep_plan(day)
    serial = day.tx.tickets.next_serial(day.site.code, day.date, prefix)
    event = ev.TicketTaken(
        number=f"{prefix}{serial:03d}",
        service=order.service,
        field=order.field,
        procedure=order.procedure,
        session=session.key,
        dossiers=order.dossiers,
        priority=order.priority,
        lang=order.lang,
        source=_source(day),
        policy=plan.version,
        position=day.tx.queues.next_position(day.site.code, day.date),
        exception=order.exception,
        applicant=order.applicant,
    )
    before = root_of(day.tx.ledgers.state(day.site.code, day.date)[1]).hex()[:ON_PAPER]
    ticket = day.tx.tickets.add(taken(event, 0, day.site.code, day.date, day.now), day.wiring.new_code(), before)
    day.account(None, ticket)
    assert ticket.issued is not None
    told = ticket.issued.told = forecast(day).told_of(ticket.id, day.now)
    day.record(telling(event, told, day.now), ticket=ticket.id, session=session.key)
    day.publish("issued", ticket, day.now)
    if printer is not None:
        queue_slip(day, ticket, printer)
    return ticket


def _cap_reason(left: int) -> str:
    return "not_enough" if left else "none_left"


def _cap(session: Session, order: TicketOrder) -> int | None:
    if order.service != "submit":
        return session.service_caps.get(order.service)
    return caps.lower(session.cap, session.field_caps.get(order.field or ""))


def _full(day: Day, order: TicketOrder, session: Session, usage: caps.Usage) -> FullCap:
    kind = caps.full_kind(session, usage, order.service, order.field)
    code = {"session": session.key, "field": order.field or "", "service": order.service}[kind]
    return FullCap(day.site, session, kind, code)


def _issuing_session(day: Day, order: TicketOrder) -> Session:
    field = order.field if order.service == "submit" else None
    if order.service == "help":
        # Help needs a day with a session, but no cap, cut-off or policy stops it (Nghị định
        # 118/2025/NĐ-CP; until 30/6/2025 Nghị định 61/2018/NĐ-CP, Điều 8.1).
        today = sessions.current(day.sessions)
        if today is None:
            raise _closed(day, order, "none", None)
        return today
    running = sessions.running(day.sessions)
    if running is None:
        shown = sessions.current(day.sessions)
        raise _closed(day, order, "none" if shown is None else shown.stage, shown)
    if running.stage == "cut_off":
        raise _closed(day, order, "cut_off", running)
    if running.paused:
        raise _closed(day, order, "paused", running)
    if field is not None and not running.takes(field):
        raise _closed(day, order, "field_not_offered", running)
    return running


def _closed(day: Day, order: TicketOrder, reason: str, session: Session | None) -> TicketingError:
    after = session if session is not None and session.stage != "upcoming" else None
    return SessionClosed(reason, next_session=_next(day, order, after))


def _next(day: Day, order: TicketOrder, after: Session | None) -> Following | None:
    field = order.field if order.service == "submit" else None
    found = next_session(day, day.sessions, after, field)
    return Following(day.site, found, usage_of(day.tx, found)) if found else None
