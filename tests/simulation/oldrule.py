"""The rule by which version 0.1 told waiting times, as it was: `wait = ahead × visit ÷ servers`.

Written down here once more, so that what came after can be scored beside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

Queue = tuple[str, str | None]
PRIOR, PAST = 3, 20
UNKNOWN_S = 480.0


@dataclass
class Seen:
    """What the rule goes by: the usual seconds of a visit, the visits that ended, and how many wait in each queue."""

    usual: dict[Queue, float]
    visits: dict[Queue, list[tuple[date, float]]] = field(default_factory=dict)
    waiting: Counter[Queue] = field(default_factory=Counter)
    today: date = date.min

    def came(self, queue: Queue) -> None:
        self.waiting[queue] += 1

    def left(self, queue: Queue) -> None:
        self.waiting[queue] -= 1

    def finished(self, day: date, queue: Queue, seconds: float) -> None:
        self.today = day
        self.visits.setdefault(queue, []).append((day, seconds))

    def visit_s(self, queue: Queue, today: date) -> float:
        """The mean of today's visits, of the past ones (weighing 20 at most), and of the usual one (weighing 3)."""
        known = self.visits.get(queue, [])
        now, past = ([s for day, s in known if (day == today) is is_today] for is_today in (True, False))
        weight, seconds = PRIOR + len(now), PRIOR * self.usual.get(queue, UNKNOWN_S) + sum(now)
        if past:
            share = min(len(past), PAST)
            weight, seconds = weight + share, seconds + share * sum(past) / len(past)
        return seconds / weight

    def expected(
        self, queue: Queue, ahead: int, calling: Sequence[Collection[Queue]], now: datetime
    ) -> datetime | None:
        """A counter divides itself among its queues by how many wait in each; the minute is rounded up."""
        servers = 0.0
        for queues in calling:
            if queue in queues:
                servers += max(1, self.waiting[queue]) / sum(max(1, self.waiting[one]) for one in queues)
        if not servers:
            return None
        expected = now + timedelta(seconds=ahead * self.visit_s(queue, now.date()) / max(servers, 0.1))
        whole = expected.replace(second=0, microsecond=0)
        return whole if whole == expected else whole + timedelta(minutes=1)
