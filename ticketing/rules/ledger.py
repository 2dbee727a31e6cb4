"""The public ledger: what everybody may know of a site's day, a leaf for each thing that happened to a number.

A leaf is WHAT, NUMBER and TIME, with tabs between. Nothing else is in it, and nothing says why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ticketing import events as ev

WHAT = {
    ev.TicketTaken.kind: "issued",
    ev.TicketCalled.kind: "called",
    ev.TicketRecalled.kind: "recalled",
    ev.TicketHeld.kind: "held",
    ev.TicketRequeued.kind: "requeued",
    ev.TicketTransferred.kind: "transferred",
    ev.TicketMoved.kind: "transferred",
    ev.TicketFinished.kind: "done",
    ev.TicketAbsent.kind: "no_show",
    ev.TicketCancelled.kind: "cancelled",
    ev.TicketExpired.kind: "expired",
    ev.StepUndone.kind: "reopened",
    ev.TicketReopened.kind: "reopened",
    ev.TicketRestored.kind: "reopened",
}
SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Leaf:
    """A leaf's text, with the journal's line and the ticket (none for what was skipped) that it tells of."""

    seq: int
    ticket: int | None
    text: str


# Of a number that a new configuration moves only that it has gone elsewhere is public, never a priority.
ELSEWHERE = ("field", "service", "counter")


def what(kind: str, data: Mapping[str, Any]) -> str:
    """What a ticket's event is to the public, or "" for nothing."""
    if kind == ev.TicketMoved.kind and not any(data.get(name) for name in ELSEWHERE):
        return ""
    return WHAT.get(kind, "")


def of_event(event: ev.TicketEvent) -> str:
    return what(event.kind, event.data() if isinstance(event, ev.TicketMoved) else {})


def leaf(done: str, number: str, at: str, day: date) -> str:
    """`at` as the journal's line has it, whose offset stays whatever zone the site gets; what midnight does to a number
    of `day` is that day's last second."""
    if at[:10] > day.isoformat():
        at = f"{day}T23:59:59{at[19:]}"
    return f"{done}\t{number}\t{at}"
