"""How long visits last, from what was measured: as distributions, by queue, robust to few."""

from __future__ import annotations

import math
import random
from bisect import bisect, bisect_left
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from operator import attrgetter
from statistics import NormalDist, fmean, median
from typing import Any, NamedTuple

from ticketing.rules.counters import Queue
from ticketing.rules.pauses import Habits, Pause, Sitting, within

SAMPLES = 24
"""How many times the rest of the day is played for a board."""

ROWS = 256
USUAL_S = 480.0
NORMAL = NormalDist()


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit's length from the call to its end: lognormal, with this mean and this standard deviation in means (`cv`).

    `doubt` is how far the mean itself may be off, in means: large when little was measured. A share of `absent` comes
    to nothing after `absent_s`; from one end to the next call pass `gap_s`, in `break_share` of them `break_s`.
    `measured`: so many such visits stand behind it.
    """

    mean_s: float = USUAL_S
    cv: float = 0.6
    doubt: float = 0.25
    absent: float = 0.0
    absent_s: float = 75.0
    gap_s: float = 15.0
    break_share: float = 0.0
    break_s: float = 0.0
    measured: int = 0

    @property
    def sigma(self) -> float:
        return math.sqrt(math.log(1 + self.cv**2))

    def lengths(self, samples: int) -> list[float]:
        """Equally likely lengths, the shortest first, those of the absent before all others."""
        mu, sigma = math.log(self.mean_s) - self.sigma**2 / 2, self.sigma
        gone = round(self.absent * samples)
        came = samples - gone
        return [self.absent_s] * gone + [math.exp(mu + sigma * z) for z in _normal(0.0, came)]

    def rest(self, elapsed_s: float, samples: int) -> list[float]:
        """Equally likely lengths of what remains of a visit that has lasted so long, the shortest first."""
        if elapsed_s < 1:
            return self.lengths(samples)
        mu, sigma = math.log(self.mean_s) - self.sigma**2 / 2, self.sigma
        # Nobody knows what goes on at a counter that should have been free long ago.
        passed = min(NORMAL.cdf((math.log(elapsed_s) - mu) / sigma), 0.995)
        begun = min(elapsed_s, math.exp(mu + sigma * NORMAL.inv_cdf(passed)) if passed else elapsed_s)
        return [max(0.0, math.exp(mu + sigma * z) - begun) for z in _normal(round(passed, 3), samples)]


@lru_cache(maxsize=1024)
def _normal(above: float, points: int) -> tuple[float, ...]:
    """Equally likely values of a normal variable in its upper part, beyond the share `above`."""
    return tuple(NORMAL.inv_cdf(above + (1 - above) * (n + 0.5) / points) for n in range(points))


@lru_cache(maxsize=8)
def shuffles(samples: int, seed: int = 0) -> tuple[tuple[int, ...], ...]:
    """Orders of the samples, the same ones in every process: whatever is drawn by one of them has, over all samples,
    exactly the distribution that it is drawn from, and comes out alike whenever it is asked again."""
    chance = random.Random(f"{samples}/{seed}")
    return tuple(tuple(chance.sample(range(samples), samples)) for _ in range(ROWS))


@lru_cache(maxsize=1024)
def _own(queue: Queue) -> int:
    """A queue's own order among the shuffles: in every process the same, unlike its hash."""
    return sum(place * ord(sign) for place, sign in enumerate(f"{queue[0]}/{queue[1]}", 1)) % ROWS


class Ended(NamedTuple):
    """A visit that is over, or a call in vain (`absent`), in seconds since the epoch; `returned`: not the first one."""

    day: date
    counter: int | None
    called: float
    ended: float
    issued: float
    queue: Queue
    absent: bool
    special: bool
    returned: bool


class Lengths:
    """Visit lengths by queue, and what is drawn from them. `seed` chooses among the ways that the days may go. `made`
    keeps what is made of them."""

    def __init__(
        self, visits: Mapping[Queue, Visit], samples: int = SAMPLES, seed: int = 0, late: Sequence[float] = (0.0,),
        habits: Habits | None = None,
    ) -> None:  # fmt: skip
        self.visits, self.samples, self.orders = visits, samples, shuffles(samples, seed)
        self.habits = habits
        self._late = sorted(late)
        self.made: dict[Hashable, Any] = {}
        self._ahead: dict[tuple[int, float, float], list[tuple[Pause, ...]]] = {}
        self._tables: dict[Queue, tuple[list[float], list[float]]] = {}
        self._rows: dict[tuple[Queue, int], list[float]] = {}
        self._means: dict[Queue, list[float]] = {}

    def of(self, queue: Queue) -> Visit:
        return self.visits.get(queue) or Visit()

    def rough(self, queue: Queue) -> bool:
        """Whether so few of such visits were measured that times are a guess."""
        return self.of(queue).measured < FEW

    def row(self, queue: Queue, number: int) -> list[float]:
        """By sample the seconds for which the queue's so-manieth call occupies a counter."""
        key = queue, (number + 37 * _own(queue)) % ROWS
        row = self._rows.get(key)
        if row is None:
            visit, (lengths, factors), order = self.of(queue), self._table(queue), self.orders[key[1]]
            row = [lengths[n] * factor + visit.gap_s for n, factor in zip(order, factors, strict=True)]
            # Over the rows their share comes out, though a row has a break in whole samples only.
            often, break_s = self._breaks(visit)
            share = often * self.samples
            breaks = int(share * (key[1] + 1)) - int(share * key[1])
            for n in self.orders[key[1] - 1][:breaks]:
                row[n] += break_s
            self._rows[key] = row
        return row

    def mean_s(self, queue: Queue) -> list[float]:
        """By sample the seconds for which one call of the queue occupies a counter, over many calls."""
        found = self._means.get(queue)
        if found is None:
            rows = [self.row(queue, number) for number in range(ROWS)]
            found = self._means[queue] = [sum(of_sample) / ROWS for of_sample in zip(*rows, strict=True)]
        return found

    def _breaks(self, visit: Visit) -> tuple[float, float]:
        """How often there is a break that isn't drawn as a pause, and how long it is."""
        if self.habits is None:
            return visit.break_share, visit.break_s
        return self.habits.break_share, self.habits.break_s

    def pauses(self, counter: int, at: float, begins: float) -> list[tuple[Pause, ...]]:
        """By sample the pauses that are ahead for a counter, in seconds from `at`; empty where none is known of."""
        if self.habits is None:
            return []
        key = self.habits.behind(counter, at), at, begins
        ahead = self._ahead.get(key)
        if ahead is None:
            if self._ahead and next(iter(self._ahead))[1] != at:
                self._ahead.clear()
            ahead = self._ahead[key] = self.habits.ahead(*key)
        if not any(ahead):
            return []
        step = len(ahead) / self.samples
        return [ahead[int((n + 0.5) * step)] for n in self.orders[(53 * counter) % ROWS]]

    def rest(self, queue: Queue, elapsed_s: float, number: int) -> list[float]:
        """By sample the seconds until the counter at which somebody of this queue is may call again."""
        lengths, factors = self._table(queue)
        rests = lengths if elapsed_s < 1 else self.of(queue).rest(elapsed_s, self.samples)
        gap, order = self.of(queue).gap_s, self.orders[-1 - number % ROWS]
        return [rests[n] * factor + gap for n, factor in zip(order, factors, strict=True)]

    def late(self, number: int) -> list[float]:
        """By sample how much later than the session a counter begins."""
        found, step = self._late, len(self._late) / self.samples
        return [found[int((n + 0.5) * step)] for n in self.orders[-1 - number % ROWS]]

    def notice(self, number: int) -> list[float]:
        """By sample after how long a counter that has nobody calls."""
        found = self.habits.notice if self.habits else ()
        if found:
            step = len(found) / self.samples
            return [found[int((n + 0.5) * step)] for n in self.orders[-1 - number % ROWS]]
        visit = next(iter(self.visits.values()), None) or Visit()
        step = 2 * visit.gap_s / self.samples
        return [(n + 0.5) * step for n in self.orders[-1 - number % ROWS]]

    def _table(self, queue: Queue) -> tuple[list[float], list[float]]:
        """Lengths, and by sample the factor by which the mean may be off: a day of half the pace is as likely as one of
        twice."""
        found = self._tables.get(queue)
        if found is None:
            visit = self.of(queue)
            order = self.orders[_own(queue)]
            doubt = math.sqrt(math.log(1 + visit.doubt**2))
            zs = _normal(0.0, self.samples)
            factors = [math.exp(doubt * zs[n]) for n in order]
            found = self._tables[queue] = visit.lengths(self.samples), factors
        return found


USUAL_WEIGHT = 3
PAST_WEIGHT = 4
FEW = 8
FAR = 5.0
CV, CV_WEIGHT = 0.6, 30
ABSENT, ABSENT_WEIGHT, ABSENT_S = 0.05, 20, 75.0
GAP_S, GAP_WEIGHT, LONG_GAP_S = 15.0, 10, 180.0
NO_GAP_S = 1200.0
LATE_S = 1800.0
USUALLY_LATE = (0.0, 0.0, 0.0, 60.0)
DRIFT = 0.15


class Serving(NamedTuple):
    """A session's times, in seconds since the epoch: numbers from and until, service from."""

    issuing_from: float
    issuing_until: float
    service_from: float


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured of some days: by queue the lengths of visits, of all the calls in vain and how long somebody
    waited for a counter that was free (`paused`: while it had a pause; `idle`: of somebody who came to one that had
    nobody); by how much counters began late for those who
    waited already; by queue how many came a second, while numbers were given, who go before others: priorities, and
    those who missed a call."""

    visits: Mapping[Queue, Sequence[float]]
    absent: Sequence[float]
    gaps: Sequence[float]
    paused: Sequence[float]
    idle: Sequence[float]
    late: Sequence[float]
    specials: Mapping[Queue, float]


def measured(
    ended: Iterable[Ended], sessions: Sequence[Serving] = (), pauses: Mapping[int, Sequence[Pause]] | None = None
) -> Measured:
    """`ended` comes by day and counter in the order of the calls; `sessions` are those of the days, `pauses` those of
    each counter."""
    visits, specials = dict[Queue, list[float]](), dict[Queue, float]()
    absent, gaps, late = list[float](), list[float](), list[float]()
    paused, idle = list[float](), list[float]()
    ended = list(ended)
    issuing = _issuing_s(ended, sessions)
    begun = sorted(sessions, key=attrgetter("service_from"))
    starts = [session.service_from for session in begun]
    before: Ended | None = None
    for one in ended:
        first = before is None or (before.day, before.counter) != (one.day, one.counter)
        # Of the sessions of a fortnight those that began just before; a second more, for what rounding does.
        for session in begun[bisect_left(starts, one.called - LATE_S - 1) : bisect(starts, one.called + 1)]:
            since = one.called - session.service_from
            begins = first or (before is not None and before.called < session.service_from)
            if begins and 0 <= since <= LATE_S and one.issued < session.service_from:
                late.append(since)
        length = max(0.0, one.ended - one.called)
        if one.absent:
            absent.append(length)
        else:
            visits.setdefault(one.queue, []).append(length)
        if (one.special or one.returned) and issuing:
            specials[one.queue] = specials.get(one.queue, 0) + 1 / issuing
        if before and not first and not one.returned:
            gap = one.called - max(before.ended, one.issued)
            if 0 <= gap <= NO_GAP_S:
                gaps.append(gap)
                if within((pauses or {}).get(one.counter or 0, ()), one.called - gap, one.called):
                    paused.append(gap)
                elif one.issued > before.ended:
                    idle.append(gap)
        before = one
    return Measured(visits, absent, gaps, paused, idle, late, specials)


def visits(
    usual: Mapping[Queue, float], past: Measured, today: Measured, under_way: Iterable[tuple[Queue, float]]
) -> dict[Queue, Visit]:
    """Each queue's visits: its mean of past days (with the configured usual length weighing 3 visits), which itself
    weighs 4 visits beside those of today. A visit far beyond the median counts as five times it; those `under_way`,
    which have lasted so long already, keep the short ones, which end first, from deceiving. Shape, absences and gaps
    are the site's."""
    running = dict[Queue, float]()
    for queue, elapsed in under_way:
        running[queue] = running.get(queue, 0.0) + elapsed
    means, shape = dict[Queue, tuple[float, float, int]](), [CV**2] * CV_WEIGHT
    for queue, usual_s in usual.items():
        then, now = past.visits.get(queue, ()), today.visits.get(queue, ())
        far = FAR * median([usual_s] * USUAL_WEIGHT + [*then, *now])
        then, now = [min(one, far) for one in then], [min(one, far) for one in now]
        past_s = (USUAL_WEIGHT * usual_s + sum(then)) / (USUAL_WEIGHT + len(then))
        weight = min(USUAL_WEIGHT + len(then), PAST_WEIGHT)
        # What has gone on at counters, of visits that vary as much as CV: those that are over alone would be the short
        # ones.
        open_s = min(running.get(queue, 0.0), 2 * past_s) * 2 * CV**2 / (1 + CV**2)
        mean_s = (weight * past_s + sum(now) + open_s) / (weight + len(now))
        means[queue] = mean_s, weight + len(now), len(then) + len(now)
        for lengths in (then, now):
            if len(lengths) > 1:
                mean = fmean(lengths)
                scale = len(lengths) / (len(lengths) - 1)
                shape += [scale * ((one - mean) / mean) ** 2 for one in lengths] if mean else []
    cv = math.sqrt(fmean(shape))
    site = _of_site(past, today)
    return {
        queue: replace(
            site, mean_s=max(mean, 1.0), cv=cv, doubt=math.sqrt(cv**2 / weight + DRIFT**2), measured=number
        )
        for queue, (mean, weight, number) in means.items()
    }


def _issuing_s(ended: Sequence[Ended], sessions: Sequence[Serving]) -> float:
    """For how long numbers were given in those of the sessions to which anybody came."""
    issued = sorted(one.issued for one in ended)
    came = [one for one in sessions if bisect(issued, one.issuing_until) > bisect_left(issued, one.issuing_from)]
    return sum(one.issuing_until - one.issuing_from for one in came)


def habits(past: Measured, today: Measured, days: Sequence[Sitting], now: Mapping[int, Sitting]) -> Habits:
    """How often officers have breaks, as pauses and beside them, and how soon they call somebody who comes while they
    have nobody."""
    gaps, idle = [*past.gaps, *today.gaps], [*past.idle, *today.idle]
    breaks = sorted(one for one in gaps if one > LONG_GAP_S)
    for one in [*past.paused, *today.paused, *idle]:
        if one > LONG_GAP_S:
            breaks.remove(one)
    share = len(breaks) / (GAP_WEIGHT + len(gaps))
    usual = [2 * GAP_S * (n + 0.5) / GAP_WEIGHT for n in range(GAP_WEIGHT)]
    return Habits(days, now, share, fmean(breaks) if breaks else 0.0, tuple(sorted([*usual, *idle])))


def _of_site(past: Measured, today: Measured) -> Visit:
    absent, gaps = [*past.absent, *today.absent], [*past.gaps, *today.gaps]
    called = len(absent) + sum(len(one) for part in (past, today) for one in part.visits.values())
    breaks = [one for one in gaps if one > LONG_GAP_S]
    return Visit(
        absent=(ABSENT * ABSENT_WEIGHT + len(absent)) / (ABSENT_WEIGHT + called),
        absent_s=(ABSENT_S * ABSENT_WEIGHT + sum(absent)) / (ABSENT_WEIGHT + len(absent)),
        gap_s=(GAP_S * GAP_WEIGHT + sum(one for one in gaps if one <= LONG_GAP_S)) / (GAP_WEIGHT + len(gaps)),
        break_share=len(breaks) / (GAP_WEIGHT + len(gaps)),
        break_s=fmean(breaks) if breaks else 0.0,
    )
