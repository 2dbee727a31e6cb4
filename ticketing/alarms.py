"""What a supervisor should look at now. Pure: the state and the time are handed in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from ticketing import answers
from ticketing.officers import DEVICE_ROLES, Token
from ticketing.ports import CounterState, Queue
from ticketing.sites import Site, localized
from ticketing.tickets import Ticket

FORGOTTEN_TIMES = 3
FORGOTTEN_LEAST = timedelta(minutes=20)
SILENT_AFTER = timedelta(minutes=5)
RUNNING = ("open", "paused", "full", "cut_off")
Alarm = dict[str, Any]


def no_counter(
    site: Site, counters: Mapping[int, CounterState], waiting: Mapping[Queue, int], lang: str
) -> Iterator[Alarm]:
    """Queues in which people wait and that no open counter calls."""
    called = {queue for state in counters.values() if state.state == "open" for queue in state.queues}
    for queue, what in _queues(site, lang):
        if waiting.get(queue) and queue not in called:
            yield {"kind": "no_counter", **what, "waiting": waiting[queue]}


def long_wait(
    site: Site, waiting: Iterable[Ticket], service_from: Mapping[str, datetime], now: datetime, lang: str
) -> Iterator[Alarm]:
    """Queues in which somebody waits longer than the site's goal.

    Nobody can be called before the service begins, and who was called once waits anew from then: the waiting
    counts from the latest of these moments. `service_from` is by session.
    """
    goal = timedelta(minutes=site.wait_goal_minutes)
    by_queue: dict[Queue, list[tuple[timedelta, Ticket]]] = {}
    for t in waiting:
        began = max(filter(None, (t.issued_at, service_from.get(t.session), t.last_call_at)))
        if now - began > goal:
            by_queue.setdefault(t.queue, []).append((now - began, t))
    for queue, what in _queues(site, lang):
        if queue in by_queue:
            waited, ticket = max(by_queue[queue], key=lambda pair: pair[0])
            yield {
                "kind": "long_wait", **what, "number": ticket.number, "waiting": len(by_queue[queue]),
                "for_s": round(waited.total_seconds()), "goal_s": round(goal.total_seconds()),
            }  # fmt: skip


def forgotten(
    at_counters: Mapping[int, Ticket], usual_s: Callable[[Queue], float], now: datetime
) -> Iterator[Alarm]:
    """Counters whose ticket is there much longer than such a visit usually takes: over 3 times as long, and
    over 20 minutes, since its call."""
    for counter, ticket in sorted(at_counters.items()):
        if ticket.called_at is None:
            continue
        usual = timedelta(seconds=usual_s(ticket.queue))
        there = now - ticket.called_at
        if there > max(FORGOTTEN_TIMES * usual, FORGOTTEN_LEAST):
            yield {
                "kind": "forgotten", "counter": counter, "number": ticket.number, "state": ticket.state,
                "for_s": round(there.total_seconds()), "usual_s": round(usual.total_seconds()),
            }  # fmt: skip


def silent_devices(site: Site, tokens: Iterable[Token], real_now: datetime) -> Iterator[Alarm]:
    """Paired kiosks and displays that were heard of today, but not in the last 5 minutes.

    `real_now` is the real clock's: a token is seen in real time, whatever a rehearsal's clock says.
    """
    today = _day(site, real_now)
    for token in tokens:
        seen = token.last_seen
        if token.role not in DEVICE_ROLES or token.revoked_at is not None or seen is None:
            continue
        if _day(site, seen) == today and real_now - seen > SILENT_AFTER:
            yield {
                "kind": "silent_device", "name": token.name, "role": token.role,
                "for_s": round((real_now - seen).total_seconds()), "last_seen": answers.stamp(site, seen),
            }  # fmt: skip


def _queues(site: Site, lang: str) -> Iterator[tuple[Queue, dict[str, str]]]:
    for f in site.fields:
        yield ("submit", f.code), {"field": f.code, "name": localized(f, lang)}
    for s in site.services:
        yield (s.code, None), {"service": s.code, "name": localized(s, lang)}


def _day(site: Site, at: datetime) -> date:
    return at.astimezone(site.zone).date()


def concerns(alarm: Alarm, state: CounterState) -> bool:
    """Whether an alarm is about this counter: its own ticket, or a queue that it calls."""
    if alarm["kind"] == "forgotten":
        return bool(alarm["counter"] == state.number)
    queue: Queue = ("submit", alarm["field"]) if "field" in alarm else (alarm.get("service", ""), None)
    return queue in state.queues
