"""What can happen: the journal's vocabulary. An event holds plain values only and never a ticket's code,
a dossier code or anything about a person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from msgspec import Struct

from ticketing.ticket_events import Event as Event
from ticketing.ticket_events import ServiceStarted as ServiceStarted
from ticketing.ticket_events import StepUndone as StepUndone
from ticketing.ticket_events import TicketAbsent as TicketAbsent
from ticketing.ticket_events import TicketCalled as TicketCalled
from ticketing.ticket_events import TicketCancelled as TicketCancelled
from ticketing.ticket_events import TicketCarriedOver as TicketCarriedOver
from ticketing.ticket_events import TicketEvent as TicketEvent
from ticketing.ticket_events import TicketExpired as TicketExpired
from ticketing.ticket_events import TicketFinished as TicketFinished
from ticketing.ticket_events import TicketHeld as TicketHeld
from ticketing.ticket_events import TicketMoved as TicketMoved
from ticketing.ticket_events import TicketRecalled as TicketRecalled
from ticketing.ticket_events import TicketReopened as TicketReopened
from ticketing.ticket_events import TicketRequeued as TicketRequeued
from ticketing.ticket_events import TicketRestored as TicketRestored
from ticketing.ticket_events import TicketTaken as TicketTaken
from ticketing.ticket_events import TicketTransferred as TicketTransferred
from ticketing.ticket_events import ticket_event as ticket_event


class WaitTold(Event, frozen=True):
    """What a citizen was told after a call that left `ahead` people before him (fewer by now, if more were called): the
    seconds to his own call, likely and between which nine of ten are called. At the taking the ticket's own event has
    it."""

    kind: ClassVar[str] = "wait_told"
    ahead: int
    wait_s: int
    wait_from_s: int
    wait_to_s: int


class CounterOpened(Event, frozen=True):
    kind: ClassVar[str] = "counter_opened"
    fields: tuple[str, ...]
    services: tuple[str, ...]
    takeover: bool = False


class CounterPaused(Event, frozen=True):
    """`minutes`: after how many the officer said to be back."""

    kind: ClassVar[str] = "counter_paused"
    reason: str = ""
    minutes: int | None = None


class CounterClosed(Event, frozen=True):
    kind: ClassVar[str] = "counter_closed"


class SessionPlanned(Event, frozen=True):
    """The session came into being: from now on the timetable doesn't change it."""

    kind: ClassVar[str] = "session_planned"
    cap: int | None
    field_caps: dict[str, int]
    service_caps: dict[str, int]


class SessionMoved(Event, frozen=True):
    """The clock, or a person, moved a session to `stage` (open, cut_off or closed)."""

    kind: ClassVar[str] = "session_moved"
    stage: str
    waiting: str = ""
    reason: str = ""


class SessionPaused(Event, frozen=True):
    kind: ClassVar[str] = "session_paused"
    reason: str = ""


class SessionResumed(Event, frozen=True):
    kind: ClassVar[str] = "session_resumed"
    reason: str = ""


class EmergencyStopped(Event, frozen=True):
    """The whole site is paused and shows `text`. `origin` is the parent that stopped it, or empty; `evacuate` is
    true when everybody has to leave."""

    kind: ClassVar[str] = "emergency_stopped"
    text: str
    text_en: str = ""
    reason: str = ""
    origin: str = ""
    evacuate: bool | None = None


class EmergencyLifted(Event, frozen=True):
    kind: ClassVar[str] = "emergency_lifted"
    reason: str = ""


class CapsChanged(Event, frozen=True):
    """Caps before and after; a missing key is "no cap"."""

    kind: ClassVar[str] = "caps_changed"
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    reason: str = ""


class DayEnded(Event, frozen=True):
    kind: ClassVar[str] = "day_ended"
    day: str


class SiteConfigured(Event, frozen=True):
    """`keys` are the paths of what changed, None for a new site; see rules/site_changes.py. `waited`: it was asked for
    on an earlier day, to hold from that day's end on."""

    kind: ClassVar[str] = "site_configured"
    version: int
    reason: str = ""
    keys: tuple[str, ...] | None = None
    waited: bool | None = None


class ConfigurationKept(Event, frozen=True):
    """A configuration was asked for that holds from the end of the day on, or (`dropped`) does so no more."""

    kind: ClassVar[str] = "configuration_kept"
    reason: str = ""
    keys: tuple[str, ...] | None = None
    dropped: bool = False


class RehearsalStarted(Event, frozen=True):
    kind: ClassVar[str] = "rehearsal_started"
    at: str


class DataRestored(Event, frozen=True):
    """`numbers` are those that nobody gets on this day, FIRST-LAST for each series."""

    kind: ClassVar[str] = "data_restored"
    skipped: int
    numbers: tuple[str, ...] | None = None


class ClockHeld(Event, frozen=True):
    """The machine's clock has leapt to `wall`; the line's own time is where it should be."""

    kind: ClassVar[str] = "clock_held"
    wall: str


class ClockTrusted(Event, frozen=True):
    """The machine's clock is believed again: it came back by itself, or somebody `confirmed` it."""

    kind: ClassVar[str] = "clock_trusted"
    wall: str
    confirmed: bool = False


class AccountChanged(Event, frozen=True):
    """`what` is token_issued, token_revoked, officer_added, officer_password, officer_disabled, device_paired …"""

    kind: ClassVar[str] = "account_changed"
    what: str
    name: str
    role: str = ""


class Diverted(Event, frozen=True):
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


class PolicyReleased(Event, frozen=True):
    """An authority's act ended the deferral of results; `act_date` and `effective_from` are ISO days."""

    kind: ClassVar[str] = "policy_released"
    policy: str
    authority: str
    act: str
    act_date: str
    effective_from: str
    by: str


class PolicyOverridden(Event, frozen=True):
    """A unit set a postal field of the province's policy itself; without any, it follows the province again."""

    kind: ClassVar[str] = "policy_overridden"
    policy: str
    reason: str
    by: str
    other_submit_mode: str = ""
    result_mode: str = ""


class PortalMarked(Event, frozen=True):
    """The public service portal was marked as interrupted, or as working again."""

    kind: ClassVar[str] = "portal_marked"
    down: bool
    reason: str = ""


class PlanChanged(Event, frozen=True):
    """The plan that this unit follows was changed by `origin`, above it: `what` is configured, released or portal;
    or it began or ended with its days: period."""

    kind: ClassVar[str] = "plan_changed"
    origin: str
    what: str


class ChecklistSigned(Event, frozen=True):
    """`checklist` is opening or cleaning, `role` the staff role that signed, `items` how many lines were ticked."""

    kind: ClassVar[str] = "checklist_signed"
    checklist: str
    role: str
    items: int


class DifficultyNoted(Event, frozen=True):
    """What a session stumbled over, for the report to the People's Committee's office."""

    kind: ClassVar[str] = "difficulty_noted"
    text: str


class PostalCorrected(Event, frozen=True):
    """A row of its own in the postal list: `dossiers` more (or fewer, below 0) of `form` on the ISO day `day`."""

    kind: ClassVar[str] = "postal_corrected"
    day: str
    form: str
    dossiers: int
    reason: str
    number: str = ""


class SlipAgain(Event, frozen=True):
    """Somebody asked for another paper of a ticket, its `copy`-th."""

    kind: ClassVar[str] = "slip_again"
    copy: int
    printer: str


class DataErased(Event, frozen=True):
    """What a retention rule erased, before the ISO day `before`; figures are not touched by it."""

    kind: ClassVar[str] = "data_erased"
    what: str
    before: str
    number: int


class JournalLine(Struct, frozen=True):
    seq: int
    site: str
    at: datetime
    actor: str
    kind: str
    ticket: int | None
    session: str
    counter: int | None
    data: Mapping[str, Any]
