"""What the counters can finish by closing: the rest of a session played on by the calling rule, many times.

Demand is endless: whatever a cap lets out is taken at once, by people who come as the day's mix has them. Counters take
the first of all their queues, so that going through the line in its order, each to the counter that is free first, is
the same as following the counters through time. Priorities change who is called first, not when all are finished.

Every play is drawn anew, from a seed: the same state gives the same advice. All times are seconds from now.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, chain
from operator import itemgetter
from typing import NamedTuple

from ticketing.rules.counters import Queue
from ticketing.rules.forecast import Desk
from ticketing.rules.visits import Visit

PLAYS, WHOLE_PLAYS, FIELD_PLAYS, MORE_PLAYS = 400, 120, 60, 80
POINTS = 200
CHUNK = 16
ORDERS = 6
OVERTIME_S = 3600.0
SELDOM = 0.025
"""A field that comes still more seldom gets so much of the mix when its own figure is made."""

NEVER = float("inf")


@dataclass(frozen=True, slots=True)
class Out:
    """A number that is out and not finished: `dossiers` that count in the session, 0 for none."""

    queue: Queue
    dossiers: int = 0
    desk: int | None = None


@dataclass(frozen=True, slots=True)
class Comes:
    """One of those who may come: for what, with how many dossiers, and how often beside the others."""

    queue: Queue
    dossiers: int
    weight: float


@dataclass(frozen=True, slots=True)
class Situation:
    """A session as it stands. `here` are the numbers that counters have now, by counter; `line` who waits, in the order
    of the calls. `done` are dossiers that count and are over, in all and by field. `left` is what each queue's own cap
    still lets out. `sells`: numbers are still given. `late`: by how much a counter begins later than its session, each
    as likely as the others."""

    desks: tuple[Desk, ...]
    visits: Mapping[Queue, Visit]
    closes_s: float
    cap: int | None = None
    field_caps: Mapping[str, int] = field(default_factory=dict)
    done: int = 0
    done_by_field: Mapping[str, int] = field(default_factory=dict)
    here: Mapping[int, Out] = field(default_factory=dict)
    line: tuple[Out, ...] = ()
    mix: tuple[Comes, ...] = ()
    left: Mapping[Queue, int] = field(default_factory=dict)
    sells: bool = True
    late: tuple[float, ...] = (0.0,)
    seed: str = ""

    @property
    def called(self) -> frozenset[Queue]:
        return frozenset(queue for desk in self.desks for queue in desk.queues)

    def waits_in_vain(self, one: Out) -> bool:
        if one.desk is not None:
            return all(desk.number != one.desk or not desk.queues for desk in self.desks)
        return one.queue not in self.called

    @property
    def wanted(self) -> int:
        """The dossiers of the cap now; without one, or when no more are given, those that are out or over."""
        return self.issued if self.cap is None or not self.sells else self.cap

    @property
    def issued(self) -> int:
        return self.done + sum(one.dossiers for one in (*self.here.values(), *self.line))


@dataclass(frozen=True, slots=True)
class FieldFigures:
    advised: int
    finish_probability: float | None


@dataclass(frozen=True, slots=True)
class Figures:
    """`finished`: by play the dossiers, the first ones given, that were all over by closing; the fewest first.
    `end_s`: when those of the cap are, None where that is far beyond the closing or never; `out_end_s`: when those that
    are given already are, as far as anybody calls them. `more`: what would be advised with one more counter."""

    advised: int
    finish_probability: float
    end_s: float | None
    out_end_s: float | None
    finished: tuple[int, ...]
    fields: Mapping[str, FieldFigures]
    more: Mapping[int, int]


class Next(NamedTuple):
    """Somebody in line: the queue's index, the places of the counters that call it, and dossiers that count."""

    queue: int
    places: tuple[int, ...]
    dossiers: int


Row = tuple[int, int, float]
"""A number with dossiers: its queue's index, how many, and when it is finished."""


class Table:
    """What all plays of a situation draw from; queues are known by their index."""

    def __init__(self, at: Situation) -> None:
        self.at = at
        busy = {desk.busy for desk in at.desks if desk.busy is not None}
        self.queues = sorted(at.called | busy, key=str)
        index = {queue: number for number, queue in enumerate(self.queues)}
        places = {desk.number: (place,) for place, desk in enumerate(at.desks)}
        self.callers = [tuple(p for p, d in enumerate(at.desks) if queue in d.queues) for queue in self.queues]
        visits = [at.visits.get(queue) or Visit() for queue in self.queues]
        self.lengths = [visit.lengths(POINTS) for visit in visits]
        self.gone = [round(visit.absent * POINTS) for visit in visits]
        self.gaps = [visit.gap_s for visit in visits]
        self.breaks = [(visit.break_share, visit.break_s) for visit in visits]
        self.doubts = [math.sqrt(math.log(1 + visit.doubt**2)) for visit in visits]
        self.begun = [
            (index[desk.busy], visits[index[desk.busy]].rest(desk.elapsed_s, POINTS)) if desk.busy else None
            for desk in at.desks
        ]
        self.line = []
        for one in at.line:
            if not at.waits_in_vain(one) and (queue := index.get(one.queue)) is not None:
                called = self.callers[queue] if one.desk is None else places[one.desk]
                self.line.append(Next(queue, called, one.dossiers))
        mix = [one for one in at.mix if one.queue in at.called and one.weight > 0]
        self.mix = [
            Next(index[one.queue], self.callers[index[one.queue]], one.dossiers if one.queue[0] == "submit" else 0)
            for one in mix
        ]
        self.weights = [one.weight for one in mix]
        self.left = {index[queue]: left for queue, left in at.left.items() if queue in index}

    def at_random(self, chance: random.Random) -> Iterator[Sequence[Next]]:
        """Those who come, in small crowds, without an end unless the fields' own caps let no more dossiers in: a
        counter of those fields alone would stay free forever. Their mix is known as well as the number of those lets it
        who came in the past."""
        left, upto = dict(self.left), list(accumulate(chance.gammavariate(one, 1) for one in self.weights))
        while any(one.dossiers and left.get(one.queue, one.dossiers) >= one.dossiers for one in self.mix):
            crowd = chance.choices(self.mix, cum_weights=upto, k=CHUNK)
            yield [one for one in crowd if _let_in(left, one)] if left else crowd

    def in_turn(self, chance: random.Random) -> list[Next]:
        """A long row in which each comes as often as the mix has it, as evenly as can be."""
        least = SELDOM * sum(self.weights)
        weights = [max(w, least) if one.dossiers else w for one, w in zip(self.mix, self.weights, strict=True)]
        due, total, row = [weight * chance.random() for weight in weights], sum(weights), []
        for _ in range(500 if due else 0):
            due = [one + weight for one, weight in zip(due, weights, strict=True)]
            place = due.index(max(due))
            due[place] -= total
            row.append(self.mix[place])
        return row


def _let_in(left: dict[int, int], one: Next) -> bool:
    """Whether a queue's own cap lets this one have a number, which it then takes."""
    own = left.get(one.queue)
    if own is None:
        return True
    if own >= max(1, one.dossiers):
        left[one.queue] = own - max(1, one.dossiers)
        return True
    return False


def _play(
    table: Table, chance: random.Random, crowds: Iterable[Sequence[Next]], wanted: float, until_s: float
) -> list[Row]:
    """One way that the session may go: numbers that are out, then those who come, in their order. It ends when `wanted`
    dossiers are given and somebody is late, or when every counter is busy beyond `until_s`."""
    at, draw, closes = table.at, chance.random, table.at.closes_s
    lengths, gone, gaps, breaks = table.lengths, table.gone, table.gaps, table.breaks
    factors = [math.exp(chance.gauss(0, doubt) - doubt**2 / 2) for doubt in table.doubts]
    free, rows = _begin(table, draw, factors)
    given, late = at.done + sum(row[1] for row in rows), any(row[2] > closes for row in rows)
    for crowd in chain((table.line,), crowds):
        for queue, places, dossiers in crowd:
            place = places[0]
            for other in places[1:]:
                if free[other] < free[place]:
                    place = other
            drawn = int(draw() * POINTS)
            if drawn < gone[queue]:
                free[place] += lengths[queue][drawn] + gaps[queue]
                continue
            end = free[place] + lengths[queue][drawn] * factors[queue]
            share, pause = breaks[queue]
            free[place] = end + gaps[queue] + (pause if share and draw() < share else 0.0)
            if dossiers:
                rows.append((queue, dossiers, end))
                given, late = given + dossiers, late or end > closes
        if (late and given >= wanted) or min(free) > until_s:
            break
    return rows


def _begin(table: Table, draw: Callable[[], float], factors: Sequence[float]) -> tuple[list[float], list[Row]]:
    """When each counter may call again, and when the numbers that are there are finished."""
    free, rows, late = [], [], table.at.late
    for desk, begun in zip(table.at.desks, table.begun, strict=True):
        if begun is None:
            free.append(desk.from_s + (late[int(draw() * len(late))] if desk.from_s else 0.0))
            continue
        queue, rests = begun
        end = rests[int(draw() * POINTS)] * factors[queue]
        free.append(max(desk.from_s, end + table.gaps[queue]))
        here = table.at.here.get(desk.number)
        if here and here.dossiers:
            rows.append((queue, here.dossiers, end))
    return free, sorted(rows, key=itemgetter(2))


def _finished(done: int, rows: Iterable[Row], closes_s: float) -> int:
    """So many dossiers, the first ones given, are all over by closing."""
    for _, dossiers, end in rows:
        if end > closes_s:
            break
        done += dossiers
    return done


def _of_cap(at: Situation, rows: Iterable[Row], wanted: int) -> list[Row]:
    """Those that a cap of `wanted` lets out."""
    given, found = at.done, []
    for row in rows:
        given += row[1]
        if given > wanted:
            break
        found.append(row)
    return found


def _end(plays: Iterable[Sequence[Row]]) -> float:
    """When the last is finished in half of the plays."""
    ends = sorted(max((end for _, _, end in rows), default=0.0) for rows in plays)
    return ends[len(ends) // 2]


def advised_of(finished: Sequence[int], confidence: float) -> int:
    """The largest cap that enough of the plays finish; `finished` has the fewest first."""
    return finished[min(int((1 - confidence) * len(finished) + 1e-9), len(finished) - 1)]


def probability(finished: Sequence[int], cap: int) -> float:
    return sum(one >= cap for one in finished) / len(finished)


def figures(at: Situation, confidence: float, fields: Sequence[str], closed: Iterable[Desk] = ()) -> Figures:
    """What to say of a session. `closed` are counters that might be opened besides."""
    more = {desk.number: _with_one_more(at, confidence, desk) for desk in closed}
    if not at.called:
        return Figures(0, 0.0, None, None, (0,), dict.fromkeys(fields, FieldFigures(0, 0.0)), more)
    table, wanted = Table(at), at.wanted
    plays = _plays(table, 0, WHOLE_PLAYS, wanted) + _plays(table, WHOLE_PLAYS, PLAYS, 0)
    finished = tuple(sorted(_finished(at.done, rows, at.closes_s) for rows in plays))
    under_cap = [_of_cap(at, rows, wanted) for rows in plays[:WHOLE_PLAYS]]
    end_s = _end(under_cap)
    vain = {one.queue[1] for one in at.line if one.dossiers and at.waits_in_vain(one)}
    late = [{table.queues[queue][1] for queue, _, end in rows if end > at.closes_s} for rows in under_cap]
    own = _by_field(table, fields)

    def of_field(code: str) -> FieldFigures:
        if ("submit", code) not in at.called:
            return FieldFigures(0, 0.0)
        if code in vain:
            return FieldFigures(advised_of(own[code], confidence), 0.0)
        share = sum(code not in one for one in late) / len(late)
        if at.cap is None:
            cap = at.field_caps.get(code)
            return FieldFigures(advised_of(own[code], confidence), None if cap is None else probability(own[code], cap))
        return FieldFigures(advised_of(own[code], confidence), share)

    return Figures(
        advised=advised_of(finished, confidence),
        finish_probability=0.0 if vain else probability(finished, wanted),
        end_s=None if vain or wanted <= at.done or end_s > at.closes_s + OVERTIME_S else end_s,
        out_end_s=_end([_of_cap(at, rows, at.issued) for rows in plays[:WHOLE_PLAYS]]),
        finished=finished,
        fields={code: of_field(code) for code in fields},
        more=more,
    )


def _plays(table: Table, first: int, last: int, wanted: float) -> list[list[Row]]:
    """The plays numbered `first` to `last`, as `_play` gives them; each is the same whenever it is played."""
    at, until_s, found = table.at, table.at.closes_s + OVERTIME_S, []
    for number in range(first, last):
        chance = random.Random(f"{at.seed}/{number}")
        found.append(_play(table, chance, table.at_random(chance) if at.sells else (), wanted, until_s))
    return found


def _with_one_more(at: Situation, confidence: float, desk: Desk) -> int:
    plays = _plays(Table(replace(at, desks=(*at.desks, desk))), 0, MORE_PLAYS, 0)
    return advised_of(sorted(_finished(at.done, rows, at.closes_s) for rows in plays), confidence)


def _by_field(table: Table, fields: Sequence[str]) -> dict[str, list[int]]:
    """By field, and by play from the fewest on, the dossiers finished by closing while others come beside them as the
    mix has it."""
    at = table.at
    orders = [table.in_turn(random.Random(f"{at.seed}/order/{n}")) for n in range(ORDERS)]
    found: dict[str, list[int]] = {code: [] for code in fields}
    for n in range(FIELD_PLAYS):
        row = orders[n % ORDERS]
        crowds = (row[place : place + CHUNK] for place in range(0, len(row), CHUNK))
        rows: dict[str | None, list[Row]] = {}
        for one in _play(table, random.Random(f"{at.seed}/field/{n}"), crowds, NEVER, at.closes_s):
            rows.setdefault(table.queues[one[0]][1], []).append(one)
        for code in fields:
            found[code].append(_finished(at.done_by_field.get(code, 0), rows.get(code, ()), at.closes_s))
    return {code: sorted(numbers) for code, numbers in found.items()}
