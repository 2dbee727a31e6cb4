"""How long a wait will be, from what was measured: shown as a time of day with a span, never as a promise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import chain, islice
from math import ceil
from operator import attrgetter

from msgspec import Struct

from ticketing.rules.counters import CounterState, Queue, queues_of
from ticketing.rules.forecast import Coming, Desk, Play, Span, Waiter, line_up, span
from ticketing.rules.lines import Line, Standing
from ticketing.rules.sessions import Session
from ticketing.rules.sites import Site
from ticketing.rules.tickets import Told
from ticketing.rules.visits import Lengths, Measured

PAST_DAYS = 14
STEP_S = 5
"""So many seconds a forecast stays as it is while nothing happens."""

FAR = 1000
"""So many are played one by one; whoever waits behind them is reckoned by the mean of those before, BLOCK by BLOCK."""

BLOCK = 20
QUEUE, ID = attrgetter("queue"), attrgetter("id")
OVERDUE_S = 60.0
MINUTE = timedelta(minutes=1)


def usual_lengths(site: Site) -> dict[Queue, float]:
    """The configured seconds of a visit by queue."""
    usual: dict[Queue, float] = {("submit", f.code): f.usual_minutes * 60 for f in site.fields}
    return usual | {(s.code, None): s.usual_minutes * 60 for s in site.services}


def in_queue(line: Line, rule: str, queue: Queue, ahead: int) -> Standing | None:
    """Who of one queue has so many ahead, if none of another queue is called between."""
    waiting = (one for one in line.waiting if one.queue == queue)
    if not line.specials:
        return next(islice(waiting, ahead, None), None)
    mine, turns = list(waiting), [turn for turn in line.turns if turn[0] == queue]
    [order] = line_up(rule, (), [Waiter(queue, one.special) for one in mine], turns) or [[]]
    return mine[order[ahead]] if ahead < len(order) else None


def step_of(now: datetime) -> datetime:
    return now.replace(second=now.second - now.second % STEP_S, microsecond=0)


class Present(Struct, frozen=True):
    """What a forecast is made of besides the line. `now` is a step, see `step_of`."""

    site: Site
    now: datetime
    counters: Mapping[int, CounterState]
    sessions: Sequence[Session]
    session: Session | None
    lengths: Lengths
    past: Measured

    def same(self, other: Present) -> bool:
        """Whether nothing has been read anew."""
        return (
            self.now == other.now and self.counters is other.counters and self.lengths is other.lengths
            and self.site is other.site and self.sessions == other.sessions
        )  # fmt: skip

    def seconds_to(self, at: datetime) -> float:
        return max(0.0, (at - self.now).total_seconds())

    @property
    def early(self) -> bool:
        """Whether the session that a board is about has not begun to serve."""
        return self.session is not None and self.now < self.session.service_from


def desks(present: Present, line: Line) -> list[Desk]:
    """The counters that call: the open ones, paused ones whose return was given, and until the service of the session
    begins also those that it is to have. Nobody keeps a time that rests on a closed counter."""
    found: dict[int, Desk] = {}
    for number, state in sorted(present.counters.items()):
        back = _back_s(present, state)
        if back is not None:
            busy, called = line.here.get(number, (None, present.now))
            elapsed = max(0.0, (present.now - called).total_seconds())
            found[number] = Desk(number, state.queues, back, busy, elapsed)
    session = present.session
    if session is not None and present.early:
        for meant in present.site.counters:
            if meant.number not in found and (session.counters is None or meant.number in session.counters):
                queues = queues_of(meant.fields, meant.services)
                found[meant.number] = Desk(meant.number, queues, present.seconds_to(session.service_from), planned=True)
    return list(found.values())


def _back_s(present: Present, state: CounterState) -> float | None:
    """In how many seconds this counter calls again; None where nobody knows."""
    if state.state == "open":
        return 0.0
    if state.state == "paused" and state.back_at is not None:
        return max(present.seconds_to(state.back_at), OVERDUE_S if state.back_at <= present.now else 0.0)
    return None


class Forecast:
    """When each of a line is called, and who comes next to it. Played only as far as it is asked for, and no further
    than FAR: a line of ten thousands would take a second of everybody's time."""

    def __init__(self, present: Present, line: Line) -> None:
        self.present, self._line, self._version = present, line, line.version
        self._starts = {one.key: present.seconds_to(one.service_from) for one in present.sessions}
        self._minute, self._minutes = _floor(present.now), dict[int, datetime]()
        self._begun_s = (present.now - self._minute).total_seconds()
        at = desks(present, line)
        self._called = bool(at)
        until = present.session.issuing_until if present.session else present.now
        coming = Coming(present.past.specials, present.seconds_to(until), tuple(line.held.values()))
        self._play = Play(at, present.lengths, coming, present.now.timestamp())
        self._line_up(at)

    def _line_up(self, at: Sequence[Desk]) -> None:
        waiting = self._line.waiting
        self._known, self._played = len(waiting), 0
        # In the order of the line, unless priorities go before others.
        self._order: list[Standing] | None = None
        # Interleaved with those that come after them, priorities at the end would have somebody new among them.
        self._ends_with_others = True
        if self._line.specials:
            groups = line_up(self.present.site.priority_rule, at, waiting, self._line.turns)
            self._order = [waiting[place] for place in chain(*groups)]
            self._ends_with_others = not any(waiting[group[-1]].special for group in groups if group)
        self._calls: dict[int, list[float] | None] = {}
        self._spans: dict[int, Span | None] = {}
        # Those behind: each one's place, how many of each queue are before each block, and what that makes.
        self._places: dict[int, int] = {}
        self._beyond, self._blocks = Counter[Queue](), [Counter[Queue]()]
        self._later: dict[tuple[int, bool], list[list[float]]] = {}
        # By the counters that call him: queues of the same ones are told the same.
        self._newcomers: dict[tuple[int, ...], Span | None] = {}

    def _waiter(self, one: Standing) -> Waiter:
        from_s = self._starts.get(one.session, 0.0)
        return Waiter(one.queue, one.special, one.target, from_s, early=from_s > 0)

    def holds(self, present: Present) -> bool:
        """Whether it is true of the present too: at most somebody has joined at the end, who is taken in."""
        if self._version != self._line.version or not self.present.same(present):
            return False
        new = self._line.waiting[self._known :]
        if any(one.special for one in new) or (new and not self._ends_with_others):
            return False
        if self._order is not None:
            self._order += new
        self._known += len(new)
        return True

    def of(self, ticket_id: int) -> Span | None:
        """Seconds to the call of one that waits."""
        while self._called and not self._knows(ticket_id) and self._played < self._known:
            self._play_on()
        if self._knows(ticket_id) and ticket_id not in self._spans:
            calls = self._calls[ticket_id] if ticket_id in self._calls else self._far(ticket_id)
            self._spans[ticket_id] = span(calls) if calls else None
        return self._spans.get(ticket_id)

    def _knows(self, ticket_id: int) -> bool:
        return ticket_id in self._calls or ticket_id in self._places

    def missing(self, now: datetime) -> list[tuple[Standing, datetime]]:
        """Who is likely to be called after the goal of the site for people like him, and by when he should be: not who
        waits longer already. The first that should be called comes first. Nobody at a site that has set no goal, and
        nobody behind FAR others."""
        found: list[tuple[Standing, datetime]] = []
        if not self.present.site.sets_goals:
            return found
        starts = {one.key: one.service_from for one in self.present.sessions}
        for one in self._line.waiting[:FAR]:
            since = max(one.issued, starts.get(one.session, one.issued))
            due = since + timedelta(minutes=self.present.site.goal_minutes(one.priority))
            likely = self.of(one.id)
            if likely is not None and now < due < self.present.now + timedelta(seconds=likely.likely):
                found.append((one, due))
        return sorted(found, key=lambda one: (one[1], one[0]))

    def rough(self, queue: Queue) -> bool:
        """Whether little is known of how long such visits last: the spans are wide."""
        return self.present.lengths.rough(queue)

    def newcomer(self, queue: Queue) -> Span | None:
        """Seconds to the call of somebody who takes a number now; None while nobody calls."""
        if not self._called:
            return None
        while self._played < self._known:
            self._play_on()
        places = self._play.places(queue, early=self.present.early)
        if places not in self._newcomers:
            session = self.present.session
            from_s = self.present.seconds_to(session.service_from) if session else 0.0
            early = self.present.early
            calls = self._play.when(queue, from_s, early, self._behind(self._known, early))
            self._newcomers[places] = span(calls) if calls else None
        return self._newcomers[places]

    def _play_on(self) -> None:
        order = self._line.waiting if self._order is None else self._order
        self._newcomers.clear()
        if self._played < FAR:
            one = order[self._played]
            self._calls[one.id] = self._play.call(self._waiter(one))
            self._played += 1
            return
        while self._played < self._known:
            whole = FAR + BLOCK * len(self._blocks)
            until = min(self._known, whole)
            block = order[self._played : until]
            self._beyond.update(map(QUEUE, block))
            self._places.update(zip(map(ID, block), range(self._played, until), strict=True))
            self._played = until
            if until == whole:
                self._blocks.append(self._beyond.copy())

    def _behind(self, place: int, early: bool) -> list[list[float]]:
        """How much later counters are free for who has so many before him; nothing within FAR."""
        if place < FAR + BLOCK:
            return []
        key = (place - FAR) // BLOCK, early
        if key not in self._later:
            self._later[key] = self._play.later(self._blocks[key[0]], early)
        return self._later[key]

    def _far(self, ticket_id: int) -> list[float] | None:
        """By sample when one behind those that are played is called."""
        place = self._places[ticket_id]
        waiter = self._waiter((self._line.waiting if self._order is None else self._order)[place])
        return self._play.when(waiter.queue, waiter.from_s, waiter.early, self._behind(place, waiter.early))

    def told_of(self, ticket_id: int, now: datetime) -> Told | None:
        """As times of day; None where nobody calls. Who may be called at once is told the minute that begins."""
        found = self.of(ticket_id)
        if found is None:
            return None
        begun_s, now_s = self._begun_s, (now - self._minute).total_seconds()
        likely, low, high = found
        at = int((begun_s + likely + 30) // 60)
        if 60 * at < now_s:
            at = ceil(max(begun_s + likely, now_s) / 60)
        earliest = int((begun_s + low) // 60)
        # Nobody is late by a step to the counter.
        latest = ceil((begun_s + high + 30) / 60)
        return Told(
            self._at(at), self._at(earliest if earliest < at else at), self._at(latest if latest > at else at)
        )

    def _at(self, minute: int) -> datetime:
        """So many minutes on; kept, since many are told the same."""
        found = self._minutes.get(minute)
        if found is None:
            found = self._minutes[minute] = self._minute + minute * MINUTE
        return found


def _floor(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def seconds(found: Span, present: datetime, now: datetime) -> tuple[int, int, int]:
    """From `now` on, whole and never below 0."""
    passed = (now - present).total_seconds()
    likely, low, high = (max(0.0, one - passed) for one in found)
    return round(likely), int(low), ceil(high)
