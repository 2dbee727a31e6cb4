"""A ticket and what can happen to it. `evolve` is the only place where a state changes: verbs use it to
act, and a replay of the journal uses it to arrive at the same tickets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from ticketing import events as ev
from ticketing.errors import Conflict

STATES = ("waiting", "called", "serving", "held", "done", "no_show", "cancelled", "expired")
OPEN_STATES = ("waiting", "called", "serving", "held")
AT_COUNTER = ("called", "serving")


@dataclass(frozen=True, slots=True)
class Ticket:
    """`session` is where it now belongs, `counted_session` and `counted_field` where its dossiers count.

    `counted` tells whether they count at present. `position` orders a queue, `target` is a counter that it
    was transferred to. `calls` are those of the present turn,
    `applicant` is individual, organisation or None, `reason` why it is held. Times are aware UTC datetimes.
    """

    id: int
    site: str
    day: date
    number: str
    service: str
    field: str | None
    procedure: str | None
    session: str
    counted_session: str
    counted_field: str | None
    dossiers: int
    counted: bool
    priority: str | None
    lang: str
    source: str
    policy: str
    issued_at: datetime
    position: float
    state: str = "waiting"
    counter: int | None = None
    target: int | None = None
    calls: int = 0
    returns: int = 0
    called_at: datetime | None = None
    last_call_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    applicant: str | None = None
    reason: str = ""

    @property
    def queue(self) -> tuple[str, str | None]:
        """Service and field: tickets of one queue are called in one order. Only submitting has fields."""
        return (self.service, self.field if self.service == "submit" else None)

    @property
    def open(self) -> bool:
        return self.state in OPEN_STATES


def need(ticket: Ticket, *states: str) -> None:
    """Raises Conflict unless the ticket is in one of `states`."""
    if ticket.state not in states:
        raise Conflict("wrong_state", number=ticket.number, state=ticket.state)


def taken(event: ev.TicketTaken, ticket_id: int, site: str, day: date, at: datetime) -> Ticket:
    """The ticket that an issuing event brings into the world."""
    return Ticket(
        id=ticket_id,
        site=site,
        day=day,
        number=event.number,
        service=event.service,
        field=event.field,
        procedure=event.procedure,
        session=event.session,
        counted_session=event.session,
        counted_field=event.field,
        dossiers=event.dossiers,
        counted=True,
        priority=event.priority,
        lang=event.lang,
        source=event.source,
        policy=event.policy,
        issued_at=at,
        position=event.position,
        applicant=event.applicant,
    )


def evolve(ticket: Ticket, event: ev.TicketEvent, at: datetime) -> Ticket:
    """The ticket after `event`. Raises Conflict when the event can't happen in its state."""
    match event:
        case ev.TicketCalled():
            need(ticket, "waiting", "held", "no_show")
            return replace(
                ticket, state="called", counter=event.counter, target=None, calls=1, called_at=at,
                last_call_at=at, started_at=None, ended_at=None, counted=True,
                reason="",
            )  # fmt: skip
        case ev.TicketRecalled():
            need(ticket, "called")
            return replace(ticket, calls=ticket.calls + 1, last_call_at=at)
        case ev.ServiceStarted():
            need(ticket, "called")
            return replace(ticket, state="serving", started_at=at)
        case ev.TicketFinished():
            need(ticket, *AT_COUNTER)
            return replace(ticket, state="done", ended_at=at, dossiers=event.dossiers)
        case ev.TicketAbsent():
            need(ticket, "called")
            return replace(
                ticket, state="no_show", ended_at=at, counted=ticket.counted and not event.gave_back
            )
        case ev.TicketHeld():
            need(ticket, *AT_COUNTER)
            return replace(ticket, state="held", counter=None, reason=event.reason)
        case ev.TicketTransferred():
            need(ticket, *AT_COUNTER)
            return replace(
                ticket, state="waiting", counter=None, target=event.counter, calls=0, started_at=None,
                field=event.field or ticket.field,
            )  # fmt: skip
        case ev.TicketRequeued():
            need(ticket, "held", "no_show")
            returned = ticket.returns + (1 if ticket.state == "no_show" else 0)
            return replace(
                ticket, state="waiting", counter=None, calls=0, position=event.position, returns=returned,
                started_at=None, ended_at=None, counted=True,
                reason="",
            )  # fmt: skip
        case ev.TicketCancelled():
            need(ticket, "waiting")
            return replace(
                ticket, state="cancelled", ended_at=at, counted=ticket.counted and not event.gave_back
            )
        case ev.TicketExpired():
            need(ticket, "waiting", "called", "held")
            return replace(
                ticket, state="expired", ended_at=at, counted=ticket.counted and not event.gave_back
            )
        case ev.TicketCarriedOver():
            need(ticket, "waiting")
            return replace(ticket, session=event.session)
        case ev.StepUndone():
            need(ticket, "done", "no_show")
            return replace(
                ticket, state=event.state, counter=event.counter, dossiers=event.dossiers,
                ended_at=None, counted=True,
            )  # fmt: skip
    raise TypeError(f"not a ticket event: {event!r}")
