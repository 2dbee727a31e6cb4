"""What can happen: the journal's vocabulary. An event holds plain values only and never a ticket's code,
a dossier code or anything about a person."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Event:
    kind: ClassVar[str] = ""

    def data(self) -> dict[str, Any]:
        # asdict() would copy every value deeply.
        found = ((field.name, getattr(self, field.name)) for field in fields(self))
        return {name: value for name, value in found if value is not None and value != ""}


@dataclass(frozen=True, slots=True)
class TicketEvent(Event):
    pass


@dataclass(frozen=True, slots=True)
class TicketTaken(TicketEvent):
    """`exception` is a supervisor's reason for going past a policy's refusal."""

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


@dataclass(frozen=True, slots=True)
class TicketCalled(TicketEvent):
    """`turn` is next, out_of_turn or resumed."""

    kind: ClassVar[str] = "ticket_called"
    counter: int
    turn: str = "next"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TicketRecalled(TicketEvent):
    kind: ClassVar[str] = "ticket_recalled"
    counter: int


@dataclass(frozen=True, slots=True)
class ServiceStarted(TicketEvent):
    kind: ClassVar[str] = "service_started"
    counter: int


@dataclass(frozen=True, slots=True)
class TicketFinished(TicketEvent):
    """`dossiers` were really received; `postal` is submit, return, both or empty."""

    kind: ClassVar[str] = "ticket_finished"
    counter: int
    dossiers: int
    outcome: str = ""
    postal: str = ""
    postal_dossiers: int = 0


@dataclass(frozen=True, slots=True)
class TicketAbsent(TicketEvent):
    kind: ClassVar[str] = "ticket_absent"
    counter: int
    gave_back: bool = False


@dataclass(frozen=True, slots=True)
class TicketHeld(TicketEvent):
    kind: ClassVar[str] = "ticket_held"
    counter: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TicketTransferred(TicketEvent):
    """To a `field` or to a `counter`; where it came from is the journal line's own counter."""

    kind: ClassVar[str] = "ticket_transferred"
    field: str | None = None
    counter: int | None = None


@dataclass(frozen=True, slots=True)
class TicketRequeued(TicketEvent):
    kind: ClassVar[str] = "ticket_requeued"
    position: float
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TicketCancelled(TicketEvent):
    kind: ClassVar[str] = "ticket_cancelled"
    gave_back: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TicketExpired(TicketEvent):
    kind: ClassVar[str] = "ticket_expired"
    gave_back: bool = False


@dataclass(frozen=True, slots=True)
class TicketCarriedOver(TicketEvent):
    kind: ClassVar[str] = "ticket_carried_over"
    session: str


@dataclass(frozen=True, slots=True)
class StepUndone(TicketEvent):
    """Takes back a finish or a no-show: the ticket is as it was before it."""

    kind: ClassVar[str] = "step_undone"
    state: str
    counter: int
    dossiers: int


@dataclass(frozen=True, slots=True)
class CounterOpened(Event):
    kind: ClassVar[str] = "counter_opened"
    fields: tuple[str, ...]
    services: tuple[str, ...]
    takeover: bool = False


@dataclass(frozen=True, slots=True)
class CounterPaused(Event):
    kind: ClassVar[str] = "counter_paused"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CounterClosed(Event):
    kind: ClassVar[str] = "counter_closed"


@dataclass(frozen=True, slots=True)
class SessionPlanned(Event):
    """The session came into being: from now on the timetable doesn't change it."""

    kind: ClassVar[str] = "session_planned"
    cap: int | None
    field_caps: dict[str, int]
    service_caps: dict[str, int]


@dataclass(frozen=True, slots=True)
class SessionMoved(Event):
    """The clock, or a person, moved a session to `stage` (open, cut_off or closed)."""

    kind: ClassVar[str] = "session_moved"
    stage: str
    waiting: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SessionPaused(Event):
    kind: ClassVar[str] = "session_paused"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SessionResumed(Event):
    kind: ClassVar[str] = "session_resumed"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class EmergencyStopped(Event):
    """The whole site is paused and shows `text`. `origin` is the parent that stopped it, or empty."""

    kind: ClassVar[str] = "emergency_stopped"
    text: str
    text_en: str = ""
    reason: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class EmergencyLifted(Event):
    kind: ClassVar[str] = "emergency_lifted"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CapsChanged(Event):
    """Caps before and after; a missing key is "no cap"."""

    kind: ClassVar[str] = "caps_changed"
    before: dict[str, Any]
    after: dict[str, Any]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DayEnded(Event):
    kind: ClassVar[str] = "day_ended"
    day: str


@dataclass(frozen=True, slots=True)
class SiteConfigured(Event):
    """`keys` are the paths of what changed, None for a new site; see ticketing/changes.py."""

    kind: ClassVar[str] = "site_configured"
    version: int
    reason: str = ""
    keys: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class RehearsalStarted(Event):
    kind: ClassVar[str] = "rehearsal_started"
    at: str


@dataclass(frozen=True, slots=True)
class DataRestored(Event):
    kind: ClassVar[str] = "data_restored"
    skipped: int


@dataclass(frozen=True, slots=True)
class AccountChanged(Event):
    """`what` is token_issued, token_revoked, officer_added, officer_password, officer_disabled, device_paired …"""

    kind: ClassVar[str] = "account_changed"
    what: str
    name: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class Diverted(Event):
    """Somebody was sent another way instead of taking a number: `to` is portal, zalo, post, deferred (the
    result waits), help or none. `refused` tells a number that was asked for from a way that was chosen."""

    kind: ClassVar[str] = "diverted"
    service: str
    field: str | None
    procedure: str | None
    decision: str
    to: str
    dossiers: int
    policy: str
    source: str
    refused: bool = False
    applicant: str | None = None


@dataclass(frozen=True, slots=True)
class PolicyReleased(Event):
    """An authority's act ended the deferral of results; `act_date` and `effective_from` are ISO days."""

    kind: ClassVar[str] = "policy_released"
    policy: str
    authority: str
    act: str
    act_date: str
    effective_from: str
    by: str


@dataclass(frozen=True, slots=True)
class PolicyOverridden(Event):
    """A unit set a postal field of the province's policy itself; without any, it follows the province again."""

    kind: ClassVar[str] = "policy_overridden"
    policy: str
    reason: str
    by: str
    other_submit_mode: str = ""
    result_mode: str = ""


@dataclass(frozen=True, slots=True)
class PortalMarked(Event):
    """The public service portal was marked as interrupted, or as working again."""

    kind: ClassVar[str] = "portal_marked"
    down: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PlanChanged(Event):
    """The plan that this unit follows was changed by `origin`, above it: `what` is configured, released or portal;
    or it began or ended with its days: period."""

    kind: ClassVar[str] = "plan_changed"
    origin: str
    what: str


@dataclass(frozen=True, slots=True)
class ChecklistSigned(Event):
    """`checklist` is opening or cleaning, `role` the staff role that signed, `items` how many lines were ticked."""

    kind: ClassVar[str] = "checklist_signed"
    checklist: str
    role: str
    items: int


@dataclass(frozen=True, slots=True)
class DifficultyNoted(Event):
    """What a session stumbled over, for the report to the People's Committee's office."""

    kind: ClassVar[str] = "difficulty_noted"
    text: str


@dataclass(frozen=True, slots=True)
class PostalCorrected(Event):
    """A correction of the postal list, as a row of its own: `dossiers` more (or fewer, below 0) of `form`
    (submit or return) on the ISO day `day`."""

    kind: ClassVar[str] = "postal_corrected"
    day: str
    form: str
    dossiers: int
    reason: str
    number: str = ""


@dataclass(frozen=True, slots=True)
class DataErased(Event):
    """What a retention rule erased, before the ISO day `before`; figures are not touched by it."""

    kind: ClassVar[str] = "data_erased"
    what: str
    before: str
    number: int


TICKET_EVENTS: dict[str, type[TicketEvent]] = {cls.kind: cls for cls in TicketEvent.__subclasses__()}


def ticket_event(kind: str, data: dict[str, Any]) -> TicketEvent | None:
    """A ticket's event back from its journal line, or None for a line about something else."""
    cls = TICKET_EVENTS.get(kind)
    if cls is None:
        return None
    return cls(**{f.name: data.get(f.name, None if f.default is MISSING else f.default) for f in fields(cls)})
