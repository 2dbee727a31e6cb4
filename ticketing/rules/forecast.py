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
from bisect import insort
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from math import ceil
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


PARTS = 8
KNOWN_S = 1800.0
"""Who comes is drawn for so long at a time."""

RETURNS, RETURN_S = 0.7, 720.0
"""How many of those who were held come back, and after how long in the mean."""


class Between(NamedTuple):
    """What takes a counter for a while, before those that wait: a pause, or somebody who goes before them."""

    at: float
    for_s: float


class Play:
    """The rest of a day, `lengths.samples` times. `free[place][n]` is when a counter may call again, places being those
    in the `desks` given; `at` is now, in seconds since the epoch."""

    def __init__(self, desks: Sequence[Desk], lengths: Lengths, coming: Coming | None = None, at: float = 0.0) -> None:
        self.lengths, self.samples = lengths, lengths.samples
        self.free = [self._begins(desk, place) for place, desk in enumerate(desks)]
        self._rows: dict[Queue, int] = {}
        self._places = {desk.number: place for place, desk in enumerate(desks)}
        self._callers, self._planned = dict[Queue, tuple[int, ...]](), dict[Queue, tuple[int, ...]]()
        for place, desk in enumerate(desks):
            for queue in dict.fromkeys(desk.queues):
                self._planned[queue] = (*self._planned.get(queue, ()), place)
                if not desk.planned:
                    self._callers[queue] = (*self._callers.get(queue, ()), place)
        self._between = self._come_between(desks, coming or Coming(), at)
        self._due = [[one[-1].at for one in of_place] for of_place in self._between]

    def _begins(self, desk: Desk, place: int) -> list[float]:
        if desk.planned:
            return [desk.from_s + one for one in self.lengths.late(place)]
        if desk.busy is None:
            return [desk.from_s + one for one in self.lengths.notice(place)]
        rest = self.lengths.rest(desk.busy, desk.elapsed_s, place)
        return [max(desk.from_s, one) for one in rest]

    def _come_between(self, desks: Sequence[Desk], coming: Coming, at: float) -> list[list[list[Between]]]:
        """By place and sample, the first last; one that never comes is behind them all."""
        people = self._people(coming)
        held = [(queue, self._planned[queue]) for queue in coming.held if queue in self._planned]
        pauses = [self.lengths.pauses(desk.number, at, desk.from_s) for desk in desks]
        if not people and not held and not any(pauses):
            return []
        people = people or [[[]] * self.samples] * len(desks)
        between = [[[NOTHING, *_until(known, coming.until_s)] for known in of_place] for of_place in people]
        for place, of_desk in enumerate(pauses):
            for of_sample, found in zip(between[place], of_desk, strict=False):
                if found:
                    of_sample += (Between(begun, ended - begun) for begun, ended in found)
                    of_sample.sort(reverse=True)
        for sample in range(self.samples) if held else ():
            for chance, (queue, places) in zip(_chances(sample), held, strict=False):
                if chance.pick < RETURNS:
                    length = self.lengths.row(queue, sample)[sample]
                    of_sample = between[_one_of(places, chance.pick / RETURNS)][sample]
                    insort(of_sample, Between(chance.pause * RETURN_S, length), key=lambda one: (-one.at, -one.for_s))
        return between

    def _people(self, coming: Coming) -> list[list[list[Between]]]:
        """Who comes with a right to go first, at the rates given: to one of the counters that call him, as to another.
        Times are from now on, so that they stay as they are while the same counters call the same queues."""
        rates = [(queue, rate) for queue, rate in sorted(coming.rates.items(), key=str) if queue in self._planned]
        if not rates or coming.until_s <= 0:
            return []
        upto_s = ceil(coming.until_s / KNOWN_S) * KNOWN_S
        key = tuple(rates), tuple(self._planned.items()), len(self.free), upto_s
        found = self.lengths.made.get(key)
        if found is None:
            found = self.lengths.made[key] = self._people_at(rates, upto_s)
        return found

    def _people_at(self, rates: Sequence[tuple[Queue, float]], upto_s: float) -> list[list[list[Between]]]:
        people: list[list[list[Between]]] = [[[] for _ in range(self.samples)] for _ in self.free]
        total = sum(rate for _, rate in rates)
        for sample in range(self.samples):
            at, numbers = 0.0, dict[Queue, int]()
            for chance in _chances(sample):
                at += chance.pause / total
                if at > upto_s:
                    break
                queue, left = _pick(rates, chance.pick * total)
                numbers[queue] = number = numbers.get(queue, 0) + 1
                place = _one_of(self._planned[queue], left)
                length = self.lengths.row(queue, 5 * sample + number)[sample]
                people[place][sample].append(Between(at, length))
        for of_place in people:
            for each in of_place:
                each.reverse()
        return people

    def call(self, waiter: Waiter) -> list[float] | None:
        """By sample when the next in line is called; None where nobody calls."""
        places = self.places(waiter.queue, waiter.early)
        if waiter.desk is not None:
            places = tuple(place for number, place in self._places.items() if number == waiter.desk)
        if not places:
            return None
        number = self._rows.get(waiter.queue, 0)
        self._rows[waiter.queue] = number + 1
        if self._between and not waiter.special:
            self._let_in(places)
        return self._give(places, self.lengths.row(waiter.queue, number), waiter.from_s)

    def places(self, queue: Queue, early: bool = False) -> tuple[int, ...]:
        """The counters that call the queue; with `early` the planned ones too."""
        return (self._planned if early else self._callers).get(queue, ())

    def when(
        self, queue: Queue, from_s: float = 0.0, early: bool = False, later: Sequence[Sequence[float]] = ()
    ) -> list[float] | None:
        """By sample when somebody who takes a number now is called, after all who were given to `call`, with counters
        so much `later` free: to queues of the same `places` at the same times."""
        places = self.places(queue, early)
        if not places:
            return None
        if self._between:
            self._let_in(places)
        columns = [self.free[place] for place in places]
        if later:
            columns = [list(map(add, column, later[place])) for column, place in zip(columns, places, strict=True)]
        soonest = list(map(min, *columns)) if len(columns) > 1 else columns[0]
        return [max(one, from_s) for one in soonest]

    def later(self, more: Mapping[Queue, int], early: bool = False) -> list[list[float]]:
        """By place and sample how much later counters are free when so many `more` of each queue have been called,
        reckoned by their mean: they come evenly mixed, and each goes to the one that is free first."""
        begun = [sum(free) / self.samples for free in self.free]
        until = list(begun)
        work = {queue: [count * one for one in self.lengths.mean_s(queue)] for queue, count in more.items() if count}
        means = {queue: sum(by_sample) / self.samples for queue, by_sample in work.items()}
        for _ in range(PARTS):
            for queue, mean in means.items():
                _fill(until, self.places(queue, early), mean / PARTS)
        found = []
        for place, (before, after) in enumerate(zip(begun, until, strict=True)):
            mine = [work[queue] for queue in work if place in self.places(queue, early)]
            mixed: list[float] = [sum(of_sample) for of_sample in zip(*mine, strict=True)] or [1.0] * self.samples
            scale = (after - before) * self.samples / sum(mixed)
            found.append([one * scale for one in mixed])
        return found

    def _give(self, places: tuple[int, ...], row: list[float], from_s: float) -> list[float]:
        first, calls = self.free[places[0]], list[float]()
        if len(places) == 1:
            calls = [one if one > from_s else from_s for one in first] if from_s else first
            self.free[places[0]] = list(map(add, calls, row))
            return calls
        if len(places) == 2 and not from_s:
            second = self.free[places[1]]
            for n, (one, other, length) in enumerate(zip(first, second, row, strict=True)):
                if one <= other:
                    calls.append(one)
                    first[n] = one + length
                else:
                    calls.append(other)
                    second[n] = other + length
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
        """What has come by the time that a counter is free goes before those that wait."""
        for place in places:
            free, due = self.free[place], self._due[place]
            if any(map(ge, free, due)):
                for n, between in enumerate(self._between[place]):
                    while free[n] >= due[n]:
                        free[n] += between.pop().for_s
                        due[n] = between[-1].at


def _fill(until: list[float], places: Iterable[int], work: float) -> None:
    """Shares out the work among these, always to the one that is free first."""
    filled, level = list[int](), 0.0
    for place in sorted(places, key=until.__getitem__):
        if filled and until[place] >= level:
            break
        filled.append(place)
        level = (sum(until[one] for one in filled) + work) / len(filled)
    for place in filled:
        until[place] = level


NOTHING = Between(NEVER, 0.0)


def _until(known: list[Between], until_s: float) -> list[Between]:
    """Those who come by then, of those known, the last one first."""
    return [one for one in known if one.at <= until_s] if known and known[0].at > until_s else known


class Chance(NamedTuple):
    pause: float
    pick: float


@lru_cache(maxsize=1024)
def _chances(sample: int) -> tuple[Chance, ...]:
    """What a sample's arrivals are made of: pauses of 1 in the mean, and picks from 0 to 1."""
    chance = random.Random(f"coming/{sample}")
    return tuple(Chance(chance.expovariate(1), chance.random()) for _ in range(64))


def _pick(rates: Sequence[tuple[Queue, float]], upto: float) -> tuple[Queue, float]:
    """A queue, as often as its rate has it, and a share that is still open."""
    for queue, rate in rates[:-1]:
        if upto < rate:
            return queue, upto / rate
        upto -= rate
    return rates[-1][0], min(upto / rates[-1][1], 1.0)


def _one_of(places: tuple[int, ...], share: float) -> int:
    return places[min(int(share * len(places)), len(places) - 1)]


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
    number = len(ordered)
    (low, more_low), (high, more_high) = _shares(number)
    return Span(
        sum(ordered) / number,
        ordered[low] + more_low * (ordered[min(low + 1, number - 1)] - ordered[low]),
        ordered[high] + more_high * (ordered[min(high + 1, number - 1)] - ordered[high]),
    )


@lru_cache(maxsize=64)
def _shares(number: int) -> tuple[tuple[int, float], tuple[int, float]]:
    """Between which of so many LOW and HIGH stand. What comes is one more draw beside these: it stands before the k-th
    of n in k of n + 1 cases."""
    low, high = (min(max(share * (number + 1) - 1, 0), number - 1) for share in (LOW, HIGH))
    return (int(low), low % 1), (int(high), high % 1)


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
