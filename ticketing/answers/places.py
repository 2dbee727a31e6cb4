"""Where somebody stands in the queue, and about when the turn comes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from ticketing.answers.names import stamp
from ticketing.lookups import Look, forecast
from ticketing.rules import queues, waits
from ticketing.rules.counters import Queue
from ticketing.rules.tickets import Issued, Ticket
from ticketing.rules.waits import Forecast, Told

WaitReason = Literal["no_counter"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NowCalling:
    """A number that a counter has now, as walls show it."""

    number: str
    counter: int


class Place(NamedTuple):
    """How many are ahead, the times as they are shown or why there are none, whether they are a guess, and whom its
    counters have now."""

    ahead: int
    expected_at: str | None
    expected_from: str | None
    expected_to: str | None
    expected_rough: bool
    wait_reason: WaitReason | None
    now_calling: list[NowCalling]


class Wait(NamedTuple):
    """How many are ahead of one ticket, when it is likely to be called, why that can't be told, and whether it is a
    guess."""

    ahead: int | None
    told: Told | None = None
    reason: WaitReason | None = None
    rough: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueWait:
    """What somebody is told who takes a number for a queue now: seconds, or why there are none, and whether they are a
    guess, since little was measured."""

    waiting: int = 0
    wait_estimate_s: int | None = 0
    wait_from_s: int | None = 0
    wait_to_s: int | None = 0
    wait_rough: bool = False
    wait_reason: WaitReason | None = None


def of_queue(look: Look, playing: Forecast, queue: Queue, waiting: int) -> QueueWait:
    found = playing.newcomer(queue)
    if found is None:
        return QueueWait(
            waiting=waiting, wait_estimate_s=None, wait_from_s=None, wait_to_s=None, wait_reason="no_counter"
        )
    likely, low, high = waits.seconds(found, playing.present.now, look.now)
    return QueueWait(
        waiting=waiting, wait_estimate_s=likely, wait_from_s=low, wait_to_s=high, wait_rough=playing.rough(queue)
    )


def now_calling(look: Look, queue: Queue) -> list[NowCalling]:
    """Of the counters that call this queue, the numbers of its series (the neutral one included)."""
    site, view = look.site, look.view
    states, series = view.counters.all(site.code), site.prefix(*queue)
    return [
        NowCalling(number=ticket.number, counter=counter)
        for counter, ticket in sorted(view.tickets.at_counters(site.code, look.date).items())
        if counter in states and queue in states[counter].queues and site.prefix(*ticket.queue) == series
    ]


def lengths(look: Look, issued: Issued | None = None) -> dict[Queue, int]:
    """How many wait in each queue today, or waited when a ticket was issued."""
    counts = issued.waiting if issued else look.view.queues.lengths(look.site.code, look.date)
    waiting: dict[Queue, int] = {}
    for (service, field, _), number in counts.items():
        waiting[service, field] = waiting.get((service, field), 0) + number
    return waiting


def of(look: Look, ticket: Ticket) -> Wait:
    """0 ahead at a counter; nothing to tell once it neither waits nor is there. A new ticket is told what was journaled
    with it."""
    if ticket.state in ("called", "serving"):
        return Wait(0)
    if ticket.state != "waiting":
        return Wait(None)
    view, site = look.view, look.site
    queue, run, special = ticket.queue, 0, ticket.priority is not None
    if ticket.issued:
        before = queues.before_newest(ticket.issued.waiting, queue, special)
    else:
        before = view.queues.before(ticket)
    # Where only priorities wait, or only others, no turn of theirs decides anything.
    if before[2] and before[3]:
        run = queues.run_of(view.queues.last_turns(site.code, ticket.day, [queue], queues.PRIORITY_RUN))
    ahead = queues.ahead(site.priority_rule, run, special, *before)
    told = ticket.issued.told if ticket.issued else forecast(look).told_of(ticket.id, look.now)
    if told is None:
        return Wait(ahead, reason="no_counter")
    return Wait(ahead, told, rough=look.wiring.visits.of(look).rough(queue))


def positions(look: Look) -> dict[str, Place]:
    """Every waiting ticket's place, by its code."""
    view, site = look.view, look.site
    codes = view.tickets.codes_of(site.code, look.date)
    by_queue: dict[Queue, list[Ticket]] = {}
    for ticket in view.queues.waiting(site.code, look.date):
        by_queue.setdefault(ticket.queue, []).append(ticket)
    playing = forecast(look)
    places: dict[str, Place] = {}
    for queue, tickets in by_queue.items():
        run = queues.run_of(view.queues.last_turns(site.code, look.date, [queue], queues.PRIORITY_RUN))
        called = now_calling(look, queue)
        for ahead, ticket in enumerate(queues.order(site.priority_rule, run, tickets)):
            if ticket.id in codes:
                told = playing.told_of(ticket.id, look.now)
                places[codes[ticket.id]] = _place(look, ahead, told, playing.rough(queue), called)
    return places


def _place(look: Look, ahead: int, told: Told | None, rough: bool, called: list[NowCalling]) -> Place:
    if told is None:
        return Place(ahead, None, None, None, False, "no_counter", called)
    at, earliest, latest = (stamp(look.site, one) for one in (told.at, told.earliest, told.latest))
    return Place(ahead, at, earliest, latest, rough, None, called)
