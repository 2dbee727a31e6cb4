"""When those who wait will be called: our own calling rule played on from the present, many times at once.

`Play` begins with the counters as they stand. `call` gives the next in line to the first counter that is free and calls
that queue, in every sample, and says when; since counters take the first of all their queues, going through the line in
its order (`line_up`) is the same as following the counters through time. Whoever is called later changes nothing for
those before: who takes a number now is only added. `outlook` does it for a whole site.

All times are seconds from now. Samples are drawn alike every time (`visits.shuffles`): two forecasts differ by what is
different, not by chance. Element `n` of every list is of the same played day: what `call` gives for several tickets may
be counted together.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from operator import add, ge
from typing import NamedTuple, Protocol

from ticketing.rules.counters import Queue
from ticketing.rules.queues import PRIORITY_RUN
from ticketing.rules.visits import Lengths

LOW, HIGH = 0.05, 0.95
NEVER = float("inf")


class Desk(NamedTuple):
    """A counter that calls, not before `from_s`. `busy` is the queue of whom it has now, for `elapsed_s` already. One
    that is `planned` opens with a session that hasn't begun: only those who come for it reckon with it."""

    number: int
    queues: tuple[Queue, ...]
    from_s: float = 0.0
    busy: Queue | None = None
    elapsed_s: float = 0.0
    planned: bool = False


class Waiter(NamedTuple):
    """Who waits, or comes `from_s` on: before that nobody is called. `desk` is the one counter it was sent to; `early`:
    planned counters are reckoned with."""

    queue: Queue
    special: bool = False
    desk: int | None = None
    from_s: float = 0.0
    early: bool = False


@dataclass(frozen=True, slots=True)
class Coming:
    """Who may still come before those that wait: priorities, so many a second in each queue until `until_s`, and of the
    queues named in `held` one each, who fetches something or missed a call."""

    rates: Mapping[Queue, float] = field(default_factory=dict)
    until_s: float = 0.0
    held: tuple[Queue, ...] = ()


class Span(NamedTuple):
    """Likely, and between what nine of ten are."""

    likely: float
    low: float
    high: float


RETURNS, RETURN_S = 0.7, 720.0
"""How many of those who were held come back, and after how long in the mean."""


class Play:
    """The rest of a day, `lengths.samples` times. `free[place][n]` is when a counter may call again, places being those
    in the `desks` given."""

    def __init__(self, desks: Sequence[Desk], lengths: Lengths, coming: Coming | None = None) -> None:
        self.lengths, self.samples = lengths, lengths.samples
        self.free = [self._begins(desk, place) for place, desk in enumerate(desks)]
        self._rows: dict[Queue, int] = {}
        self._places = {desk.number: place for place, desk in enumerate(desks)}
        self._queues = [desk.queues for desk in desks]
        self._callers, self._planned = dict[Queue, tuple[int, ...]](), dict[Queue, tuple[int, ...]]()
        for place, desk in enumerate(desks):
            for queue in dict.fromkeys(desk.queues):
                self._planned[queue] = (*self._planned.get(queue, ()), place)
                if not desk.planned:
                    self._callers[queue] = (*self._callers.get(queue, ()), place)
        self._arrivals = self._coming(coming) if coming else []
        self._due = list[list[float]]()
        if self._arrivals:
            self._due = [[self._next(place, n) for n in range(self.samples)] for place in range(len(desks))]

    def _begins(self, desk: Desk, place: int) -> list[float]:
        if desk.planned:
            return [desk.from_s + one for one in self.lengths.late(place)]
        if desk.busy is None:
            return [desk.from_s + one for one in self.lengths.notice(place)]
        rest = self.lengths.rest(desk.busy, desk.elapsed_s, place)
        return [max(desk.from_s, one) for one in rest]

    def _coming(self, coming: Coming) -> list[dict[Queue, list[float]]]:
        """By sample and queue when somebody comes between, the first last; only to queues that are called."""
        rates = [(queue, rate) for queue, rate in sorted(coming.rates.items(), key=str) if queue in self._planned]
        held = [queue for queue in coming.held if queue in self._planned]
        total = sum(rate for _, rate in rates)
        if not held and not (total > 0 and coming.until_s > 0):
            return []
        arrivals = []
        for sample in range(self.samples):
            found, at, chances = dict[Queue, list[float]](), 0.0, _chances(sample)
            for chance, queue in zip(chances, held, strict=False):
                if chance.pick < RETURNS:
                    found.setdefault(queue, []).append(chance.pause * RETURN_S)
            for chance in chances if total > 0 else ():
                at += chance.pause / total
                if at > coming.until_s:
                    break
                found.setdefault(_pick(rates, chance.pick * total), []).append(at)
            arrivals.append({queue: sorted(times, reverse=True) for queue, times in found.items()})
        return arrivals

    def _next(self, place: int, n: int) -> float:
        """When the next comes between whom this counter calls."""
        coming = self._arrivals[n]
        return min((coming[queue][-1] for queue in self._queues[place] if coming.get(queue)), default=NEVER)

    def call(self, waiter: Waiter) -> list[float] | None:
        """By sample when the next in line is called; None where nobody calls."""
        places = (self._planned if waiter.early else self._callers).get(waiter.queue, ())
        if waiter.desk is not None:
            places = tuple(place for number, place in self._places.items() if number == waiter.desk)
        if not places:
            return None
        number = self._rows.get(waiter.queue, 0)
        self._rows[waiter.queue] = number + 1
        if self._arrivals and not waiter.special:
            self._let_in(places)
        return self._give(places, self.lengths.row(waiter.queue, number), waiter.from_s)

    def when(self, queue: Queue, from_s: float = 0.0, early: bool = False) -> list[float] | None:
        """By sample when somebody who takes a number now is called, after all who were given to `call`."""
        places = (self._planned if early else self._callers).get(queue, ())
        if not places:
            return None
        if self._arrivals:
            self._let_in(places)
        columns = [self.free[place] for place in places]
        soonest = list(map(min, *columns)) if len(columns) > 1 else columns[0]
        return [max(one, from_s) for one in soonest]

    def _give(self, places: tuple[int, ...], row: list[float], from_s: float) -> list[float]:
        first, calls = self.free[places[0]], list[float]()
        if len(places) == 1:
            calls = [one if one > from_s else from_s for one in first] if from_s else first
            self.free[places[0]] = list(map(add, calls, row))
            return calls
        if len(places) == 2:
            second = self.free[places[1]]
            for n, (one, other, length) in enumerate(zip(first, second, row, strict=True)):
                at = one if one <= other else other
                if at < from_s:
                    at = from_s
                (first if one <= other else second)[n] = at + length
                calls.append(at)
            return calls
        others = [self.free[place] for place in places[1:]]
        for n, length in enumerate(row):
            chosen, at = first, first[n]
            for column in others:
                if column[n] < at:
                    chosen, at = column, column[n]
            if at < from_s:
                at = from_s
            calls.append(at)
            chosen[n] = at + length
        return calls

    def _let_in(self, places: tuple[int, ...]) -> None:
        """Whoever has come by the time that a counter is free goes before those that wait."""
        for place in places:
            free, due = self.free[place], self._due[place]
            if any(map(ge, free, due)):
                for n in [n for n, at in enumerate(free) if at >= due[n]]:
                    while free[n] >= due[n]:
                        free[n] += self._come_between(place, n)

    def _come_between(self, place: int, n: int) -> float:
        """Takes out who comes next to this counter; for how long."""
        coming = self._arrivals[n]
        queue = min((one for one in self._queues[place] if coming.get(one)), key=lambda one: coming[one][-1])
        coming[queue].pop()
        for caller in self._planned[queue]:
            self._due[caller][n] = self._next(caller, n)
        return self.lengths.row(queue, 5 * n + len(coming[queue]))[n]


class Chance(NamedTuple):
    pause: float
    pick: float


@lru_cache(maxsize=1024)
def _chances(sample: int) -> tuple[Chance, ...]:
    """What a sample's arrivals are made of: pauses of 1 in the mean, and picks from 0 to 1."""
    chance = random.Random(f"coming/{sample}")
    return tuple(Chance(chance.expovariate(1), chance.random()) for _ in range(64))


def _pick(rates: Sequence[tuple[Queue, float]], upto: float) -> Queue:
    for queue, rate in rates[:-1]:
        upto -= rate
        if upto <= 0:
            return queue
    return rates[-1][0]


class Standing(Protocol):
    """Who has a place in a line; `desk` is the one counter it was sent to."""

    @property
    def queue(self) -> Queue: ...
    @property
    def special(self) -> bool: ...
    @property
    def desk(self) -> int | None: ...


def line_up(
    rule: str, desks: Iterable[Desk], waiters: Sequence[Standing], turns: Sequence[tuple[Queue, bool]] = ()
) -> list[list[int]]:
    """The places in `waiters`, who come by their position, in the order in which they are called: one list for all whom
    the same counters call. Priorities go before all others, or interleaved with them; `turns` are the last calls of the
    day, newest first: whose queue, and whether a priority's."""
    if not any(waiter.special for waiter in waiters):
        return [list(range(len(waiters)))]
    together = _together(desks)
    groups: dict[object, list[int]] = {}
    for place, waiter in enumerate(waiters):
        key = waiter.queue if waiter.desk is None else waiter.desk
        groups.setdefault(together.get(key, key), []).append(place)
    ordered = []
    for group, places in groups.items():
        run = 0
        for queue, special in turns:
            if together.get(queue, queue) == group:
                if not special:
                    break
                run += 1
        ordered.append(list(_in_turn(rule, run, places, waiters)))
    return ordered


def _together(desks: Iterable[Desk]) -> dict[object, object]:
    """By queue and counter the group of those that share counters, directly or through others."""
    group: dict[object, object] = {}
    for desk in desks:
        members = {group.get(one, one) for one in desk.queues} | {desk.number}
        for one, of in list(group.items()):
            if of in members:
                group[one] = desk.number
        group |= dict.fromkeys(members | set(desk.queues), desk.number)
    return group


def _in_turn(rule: str, run: int, places: Iterable[int], waiters: Sequence[Standing]) -> Iterable[int]:
    specials, others = deque[int](), deque[int]()
    for place in places:
        (specials if waiters[place].special else others).append(place)
    while specials and others:
        yields = rule == "interleaved" and run >= PRIORITY_RUN
        run = 0 if yields else run + 1
        yield (others if yields else specials).popleft()
    yield from specials or others


def span(samples: Sequence[float]) -> Span:
    """What is likely, and the 5th and 95th of a hundred."""
    ordered = sorted(samples)
    return Span(sum(ordered) / len(ordered), _share(ordered, LOW), _share(ordered, HIGH))


def _share(ordered: Sequence[float], share: float) -> float:
    place = min(max(share * len(ordered) - 0.5, 0), len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


@dataclass(frozen=True, slots=True)
class Outlook:
    """Seconds from now to the call of each that waits, in the order given, and by queue of somebody who comes now; None
    where no counter calls."""

    waiters: list[Span | None]
    newcomers: dict[Queue, Span | None]


def outlook(
    play: Play, desks: Sequence[Desk], waiters: Sequence[Waiter], queues: Iterable[Queue], rule: str,
    turns: Sequence[tuple[Queue, bool]] = (),
) -> Outlook:  # fmt: skip
    """When all who wait will be called, who come by position, and whoever would come next to one of `queues`."""
    spans: list[Span | None] = [None] * len(waiters)
    for place in chain(*line_up(rule, desks, waiters, turns)):
        calls = play.call(waiters[place])
        spans[place] = span(calls) if calls else None
    newcomers = {queue: span(calls) if (calls := play.when(queue)) else None for queue in queues}
    return Outlook(spans, newcomers)
