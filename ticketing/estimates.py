"""How long a wait will be, from what was measured: shown as a time of day, never as a promise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from ticketing.ports import CounterState, Queue
from ticketing.sites import Counter, Site

PRIOR_VISITS = 3
PAST_VISITS = 20
PAST_DAYS = 14


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds of one visit by queue, and how many counters' worth of service each queue gets."""

    visit_s: Mapping[Queue, float]
    servers: Mapping[Queue, float]

    def wait_s(self, queue: Queue, ahead: int) -> float:
        """Seconds until somebody with `ahead` people before him is called."""
        return ahead * self.visit_s.get(queue, 480.0) / max(self.servers.get(queue, 1.0), 0.1)


def visit_seconds(usual_s: float, today: date, measured: Iterable[tuple[date, int, float]]) -> float:
    """One visit's length: the mean of today's finished visits, of past days' (weighing at most 20 visits in
    all), and of the configured usual length (weighing 3 visits), so that a morning's first visit doesn't
    turn the estimate over. `measured` is (day, visits, seconds in all)."""
    visits, seconds = float(PRIOR_VISITS), PRIOR_VISITS * usual_s
    past_visits, past_seconds = 0, 0.0
    for day, number, total in measured:
        if day == today:
            visits, seconds = visits + number, seconds + total
        else:
            past_visits, past_seconds = past_visits + number, past_seconds + total
    if past_visits:
        weight = min(past_visits, PAST_VISITS)
        visits, seconds = visits + weight, seconds + weight * past_seconds / past_visits
    return seconds / visits


def servers(
    site: Site, counters: Mapping[int, CounterState], waiting: Mapping[Queue, int], asked: Queue | None = None
) -> dict[Queue, float]:
    """How much of a counter each queue gets: an open counter divides itself among its queues by how many
    wait in each. Before any counter of a queue is open, those meant for it are taken as open. With `asked`,
    only what that queue gets need be right."""
    open_now = [c.queues for c in counters.values() if c.state == "open"]
    covered = {queue for queues in open_now for queue in queues}
    planned = [] if asked in covered else [_planned_queues(c) for c in site.counters]
    shares: dict[Queue, float] = {}
    for queues, counts in [(q, True) for q in open_now] + [(q, False) for q in planned]:
        if asked is not None and asked not in queues:
            continue
        total = sum(max(1, waiting.get(queue, 0)) for queue in queues)
        for queue in queues if asked is None else (asked,):
            if counts or queue not in covered:
                shares[queue] = shares.get(queue, 0.0) + max(1, waiting.get(queue, 0)) / total
    return shares


@lru_cache(maxsize=1024)
def _planned_queues(counter: Counter) -> tuple[Queue, ...]:
    return CounterState("", counter.number, fields=counter.fields, services=counter.services).queues


def pace(
    site: Site, today: date, measured: Iterable[tuple[date, str, str | None, int, float]],
    counters: Mapping[int, CounterState], waiting: Mapping[Queue, int], asked: Queue | None = None,
) -> Pace:  # fmt: skip
    """`measured` is (day, service, field, visits, seconds in all). With `asked`, that queue's pace alone."""
    by_queue: dict[Queue, list[tuple[date, int, float]]] = {}
    for day, service, field, number, total in measured:
        by_queue.setdefault((service, field), []).append((day, number, total))
    usual: dict[Queue, float] = {("submit", f.code): f.usual_minutes * 60 for f in site.fields}
    usual |= {(s.code, None): s.usual_minutes * 60 for s in site.services}
    if asked in usual:
        usual = {asked: usual[asked]}
    visits = {q: visit_seconds(seconds, today, by_queue.get(q, ())) for q, seconds in usual.items()}
    return Pace(visits, servers(site, counters, waiting, asked))


def expected_at(now: datetime, service_from: datetime | None, wait_s: float) -> datetime:
    """The minute at which a number is likely to be called; nobody is called before the service begins."""
    start = now if service_from is None or service_from < now else service_from
    expected = start + timedelta(seconds=wait_s)
    whole = expected.replace(second=0, microsecond=0)
    return whole if whole == expected else whole + timedelta(minutes=1)
