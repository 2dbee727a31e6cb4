"""What can happen to a ticket, and its events back from their journal lines. Told of in `events`, with all others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from msgspec import NODEFAULT, Struct
from msgspec.structs import fields


class Event(Struct, frozen=True):
    kind: ClassVar[str] = ""

    def data(self) -> dict[str, Any]:
        told: dict[str, Any] = {}
        for name in self.__struct_fields__:
            value = getattr(self, name)
            if value is not None and value != "":
                told[name] = exact(value)
        return told


def exact(value: Any) -> Any:
    """A journal holds no floats, which everybody writes in a way of his own: half a place is a text."""
    if type(value) is not float:
        return value
    return int(value) if value.is_integer() else repr(value)


class TicketEvent(Event, frozen=True):
    pass


class TicketTaken(TicketEvent, frozen=True):
    """`exception` is a supervisor's reason for going past a policy's refusal. The seconds until it was to be called,
    likely and between which nine of ten are, are what its citizen was told; None while nobody called."""

    kind: ClassVar[str] = "ticket_taken"
    number: str
    service: str
    field: str | None
    procedure: str | None
    session: str
    dossiers: int
    priority: str | None
    lang: str
    source: str
    policy: str
    position: float
    exception: str = ""
    applicant: str | None = None
    wait_s: int | None = None
    wait_from_s: int | None = None
    wait_to_s: int | None = None


class TicketCalled(TicketEvent, frozen=True):
    """`turn` is next, out_of_turn or resumed."""

    kind: ClassVar[str] = "ticket_called"
    counter: int
    turn: str = "next"
    reason: str = ""


class TicketRecalled(TicketEvent, frozen=True):
    kind: ClassVar[str] = "ticket_recalled"
    counter: int


class ServiceStarted(TicketEvent, frozen=True):
    kind: ClassVar[str] = "service_started"
    counter: int


class TicketFinished(TicketEvent, frozen=True):
    """`dossiers` were really received; `postal` is submit, return, both or empty."""

    kind: ClassVar[str] = "ticket_finished"
    counter: int
    dossiers: int
    outcome: str = ""
    postal: str = ""
    postal_dossiers: int = 0


class TicketAbsent(TicketEvent, frozen=True):
    kind: ClassVar[str] = "ticket_absent"
    counter: int
    gave_back: bool = False


class TicketHeld(TicketEvent, frozen=True):
    kind: ClassVar[str] = "ticket_held"
    counter: int
    reason: str = ""


class TicketTransferred(TicketEvent, frozen=True):
    """To a `field` or to a `counter`; where it came from is the journal line's own counter."""

    kind: ClassVar[str] = "ticket_transferred"
    field: str | None = None
    counter: int | None = None


class TicketMoved(TicketEvent, frozen=True):
    """A new configuration took away what the ticket stood in: it has another `field`, `service` or `priority` in its
    place, or none of a priority (`ordinary`), or is sent to another `counter`."""

    kind: ClassVar[str] = "ticket_moved"
    field: str | None = None
    service: str | None = None
    counter: int | None = None
    priority: str | None = None
    ordinary: bool = False


class TicketRequeued(TicketEvent, frozen=True):
    kind: ClassVar[str] = "ticket_requeued"
    position: float
    reason: str = ""


class TicketCancelled(TicketEvent, frozen=True):
    kind: ClassVar[str] = "ticket_cancelled"
    gave_back: bool = False
    reason: str = ""


class TicketExpired(TicketEvent, frozen=True):
    kind: ClassVar[str] = "ticket_expired"
    gave_back: bool = False


class TicketCarriedOver(TicketEvent, frozen=True):
    kind: ClassVar[str] = "ticket_carried_over"
    session: str


class StepUndone(TicketEvent, frozen=True):
    """Takes back a finish or a no-show: the ticket is as it was before it."""

    kind: ClassVar[str] = "step_undone"
    state: str
    counter: int
    dossiers: int


class TicketReopened(TicketEvent, frozen=True):
    """A finished ticket is called again at `counter`: its own `dossiers` count, in the place of those received."""

    kind: ClassVar[str] = "ticket_reopened"
    counter: int
    dossiers: int
    reason: str = ""


class TicketRestored(TicketEvent, frozen=True):
    """Takes back that the clock let it expire: it waits again, where it stood."""

    kind: ClassVar[str] = "ticket_restored"


TICKET_EVENTS: dict[str, type[TicketEvent]] = {cls.kind: cls for cls in TicketEvent.__subclasses__()}
# A journal is told in millions of lines: what each event is made of is looked up once.
_PARTS = {
    kind: [(part.name, None if part.default is NODEFAULT else part.default) for part in fields(cls)]
    for kind, cls in TICKET_EVENTS.items()
}
_PLACED = frozenset(kind for kind, parts in _PARTS.items() if any(name == "position" for name, _ in parts))


def ticket_event(kind: str, data: Mapping[str, Any]) -> TicketEvent | None:
    """A ticket's event back from its journal line, or None for a line about something else."""
    cls = TICKET_EVENTS.get(kind)
    if cls is None:
        return None
    if kind in _PLACED:
        data = {**data, "position": float(data["position"])}
    return cls(*[data.get(name, default) for name, default in _PARTS[kind]])
