"""A ticket and what can happen to it. `evolve` is the only place where a state changes: verbs use it to
act, and a replay of the journal uses what it is made of (`changes`) to arrive at the same tickets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil, floor
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ticketing import events as ev
from ticketing.errors import Conflict

STATES = ("waiting", "called", "serving", "held", "done", "no_show", "cancelled", "expired")
OPEN_STATES = ("waiting", "called", "serving", "held")
AT_COUNTER = ("called", "serving")
# Names of a ticket's parts and what they become: of as many types as a ticket has.
Changes = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """When a number is likely to be called and between when nine of ten are, in whole minutes."""

    at: datetime
    earliest: datetime
    latest: datetime

    def after(self, now: datetime) -> tuple[int, int, int]:
        """In seconds from `now`, as it is journaled: whoever is called at the very ends of the span is within it."""
        likely, low, high = ((one - now).total_seconds() for one in (self.at, self.earliest, self.latest))
        return round(likely), floor(low), ceil(high)


@dataclass(slots=True, repr=False)
class Issued:
    """What was known when a ticket was written: its code, and how many waited then, itself too, by service, field and
    whether they are priorities. Whoever waited stood before it. `told`: when it is called, if anybody calls, which is
    known once it stands in its line."""

    code: str
    waiting: Mapping[tuple[str, str | None, bool], int]
    told: Told | None = None


class Ticket(Struct, frozen=True):
    """`session` is where it now belongs, `counted_session` and `counted_field` where its dossiers count.

    `counted` tells whether they count at present. `position` orders a queue, `target` is a counter that it
    was transferred to. `calls` are those of the present turn,
    `applicant` is individual, organisation or None, `reason` why it is held. Times are aware UTC datetimes.
    `issued` is there until the ticket is read again or changes.
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
    issued: Issued | None = None

    @property
    def queue(self) -> tuple[str, str | None]:
        """Service and field: tickets of one queue are called in one order. Only submitting has fields."""
        return (self.service, self.field if self.service == "submit" else None)

    @property
    def open(self) -> bool:
        return self.state in OPEN_STATES


@dataclass(frozen=True, slots=True)
class TooLong:
    """Who waits in a queue, with a number of one session, since before some moment: how many, and the first's number
    and since when: its own number or, for one who was called before, the last call."""

    service: str
    field: str | None
    session: str
    waiting: int
    since: datetime
    number: str

    @property
    def queue(self) -> tuple[str, str | None]:
        return self.service, self.field


@dataclass(frozen=True, slots=True)
class Call:
    """One call or recall, `id` growing; the board shows a ticket's latest one."""

    id: int
    ticket_id: int
    number: str
    counter: int
    called_at: datetime
    times: int


def need(ticket: Ticket, *states: str) -> None:
    """Raises Conflict unless the ticket is in one of `states`."""
    if ticket.state not in states:
        raise Conflict("wrong_state", number=ticket.number, state=ticket.state)


def taken(event: ev.TicketTaken, ticket_id: int, site: str, day: date, at: datetime) -> Ticket:
    """The ticket that an issuing event brings into the world."""
    return Ticket(
        ticket_id, site, day, event.number, event.service, event.field, event.procedure, event.session, event.session,
        event.field, event.dossiers, True, event.priority, event.lang, event.source, event.policy, at, event.position,
        applicant=event.applicant,
    )  # fmt: skip


def evolve(ticket: Ticket, event: ev.TicketEvent, at: datetime) -> Ticket:
    """The ticket after `event`, as it will be read. Raises Conflict when the event can't happen in its state."""
    return replace(ticket, issued=None, **changes(ticket, event, as_read(at)))


def as_read(at: datetime) -> datetime:
    """As it is read after it was stored: in whole milliseconds."""
    rest = at.microsecond % 1000
    return at - timedelta(microseconds=rest) if rest else at


def changes(ticket: Ticket, event: ev.TicketEvent, at: Any) -> Changes:
    """What `event` makes different about the ticket; `at` becomes its times as it is given. Raises as `evolve`."""
    return _CHANGES[type(event)](ticket, event, at)


def _called(ticket: Ticket, event: ev.TicketCalled, at: Any) -> Changes:
    need(ticket, "waiting", "held", "no_show")
    return {
        "state": "called", "counter": event.counter, "target": None, "calls": 1, "called_at": at, "last_call_at": at,
        "started_at": None, "ended_at": None, "counted": True, "reason": "",
    }  # fmt: skip


def _recalled(ticket: Ticket, _event: ev.TicketRecalled, at: Any) -> Changes:
    need(ticket, "called")
    return {"calls": ticket.calls + 1, "last_call_at": at}


def _started(ticket: Ticket, _event: ev.ServiceStarted, at: Any) -> Changes:
    need(ticket, "called")
    return {"state": "serving", "started_at": at}


def _finished(ticket: Ticket, event: ev.TicketFinished, at: Any) -> Changes:
    need(ticket, *AT_COUNTER)
    return {"state": "done", "ended_at": at, "dossiers": event.dossiers}


def _absent(ticket: Ticket, event: ev.TicketAbsent, at: Any) -> Changes:
    need(ticket, "called")
    return _ended(ticket, "no_show", event.gave_back, at)


def _ended(ticket: Ticket, state: str, gave_back: bool, at: Any) -> Changes:
    return {"state": state, "ended_at": at, "counted": ticket.counted and not gave_back}


def _held(ticket: Ticket, event: ev.TicketHeld, _at: Any) -> Changes:
    need(ticket, *AT_COUNTER)
    return {"state": "held", "counter": None, "reason": event.reason}


def _transferred(ticket: Ticket, event: ev.TicketTransferred, _at: Any) -> Changes:
    need(ticket, *AT_COUNTER)
    return {
        "state": "waiting", "counter": None, "target": event.counter, "calls": 0, "started_at": None,
        "field": event.field or ticket.field,
    }  # fmt: skip


def _moved(ticket: Ticket, event: ev.TicketMoved, _at: Any) -> Changes:
    need(ticket, *OPEN_STATES)
    named = {"field": event.field, "service": event.service, "target": event.counter, "priority": event.priority}
    made: Changes = {name: value for name, value in named.items() if value is not None}
    return made | {"priority": None} if event.ordinary else made


def _requeued(ticket: Ticket, event: ev.TicketRequeued, _at: Any) -> Changes:
    need(ticket, "held", "no_show")
    return {
        "state": "waiting", "counter": None, "calls": 0, "position": event.position, "started_at": None,
        "ended_at": None, "counted": True, "reason": "",
        "returns": ticket.returns + (1 if ticket.state == "no_show" else 0),
    }  # fmt: skip


def _cancelled(ticket: Ticket, event: ev.TicketCancelled, at: Any) -> Changes:
    need(ticket, "waiting")
    return _ended(ticket, "cancelled", event.gave_back, at)


def _expired(ticket: Ticket, event: ev.TicketExpired, at: Any) -> Changes:
    need(ticket, "waiting", "called", "held")
    return _ended(ticket, "expired", event.gave_back, at)


def _carried_over(ticket: Ticket, event: ev.TicketCarriedOver, _at: Any) -> Changes:
    need(ticket, "waiting")
    return {"session": event.session}


def _undone(ticket: Ticket, event: ev.StepUndone, _at: Any) -> Changes:
    need(ticket, "done", "no_show")
    return {
        "state": event.state, "counter": event.counter, "dossiers": event.dossiers, "ended_at": None, "counted": True,
    }  # fmt: skip


def _reopened(ticket: Ticket, event: ev.TicketReopened, at: Any) -> Changes:
    need(ticket, "done")
    return {
        "state": "called", "counter": event.counter, "target": None, "calls": 1, "called_at": at, "last_call_at": at,
        "started_at": None, "ended_at": None, "dossiers": event.dossiers, "counted": True, "reason": "",
    }  # fmt: skip


def _restored(ticket: Ticket, _event: ev.TicketRestored, _at: Any) -> Changes:
    need(ticket, "expired")
    return {
        "state": "waiting", "counter": None, "calls": 0, "started_at": None, "ended_at": None, "counted": True,
        "reason": "",
    }  # fmt: skip


_CHANGES: dict[type[ev.TicketEvent], Callable[[Ticket, Any, Any], Changes]] = {
    ev.TicketCalled: _called,
    ev.TicketRecalled: _recalled,
    ev.ServiceStarted: _started,
    ev.TicketFinished: _finished,
    ev.TicketAbsent: _absent,
    ev.TicketHeld: _held,
    ev.TicketTransferred: _transferred,
    ev.TicketMoved: _moved,
    ev.TicketRequeued: _requeued,
    ev.TicketCancelled: _cancelled,
    ev.TicketExpired: _expired,
    ev.TicketCarriedOver: _carried_over,
    ev.StepUndone: _undone,
    ev.TicketReopened: _reopened,
    ev.TicketRestored: _restored,
}
