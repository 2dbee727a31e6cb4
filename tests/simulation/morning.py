"""One morning of a centre, event by event: people and officers as `worlds` makes them, every number given, called and
ended by the office itself. What each number was told is written down beside when it was called."""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from tests.kit import ManualClock
from tests.office_kit import Clerk
from tests.simulation.oldrule import Seen
from tests.simulation.worlds import Person, Shift, World, people, shifts
from ticketing.rules.people import Actor

NEAR = 3
"""So many ahead, and a number is told anew."""

WALK = timedelta(seconds=20)
NOTICED = timedelta(seconds=12)
COMES_BACK = timedelta(minutes=12)


@dataclass(slots=True)
class Told:
    """What a number was told at one moment: by the product, and by the rule of version 0.1."""

    at: datetime
    ahead: int
    expected: datetime | None
    earliest: datetime | None
    latest: datetime | None
    old: datetime | None


@dataclass(slots=True)
class Known:
    """A number from its taking to its call; `near` is what it was told when NEAR were ahead."""

    person: Person
    code: str
    taken: Told
    near: Told | None = None
    called: datetime | None = None


@dataclass(slots=True)
class Desk:
    """A counter as its officer knows it."""

    shift: Shift
    queues: frozenset[tuple[str, str | None]]
    open: bool = False
    idle: bool = False
    paused_before: bool = False


@dataclass
class Morning:
    """Plays one day's morning. `seen` is what the old rule remembers from day to day; with `watching` false nobody is
    asked what was told: a day of the past."""

    office: Clerk
    clock: ManualClock
    site: Any
    day: date
    world: World
    seed: int
    seen: Seen
    watching: bool = True
    numbers: dict[str, Known] = field(default_factory=dict)

    def play(self) -> list[Known]:
        self._begin()
        for person in people(self.site, self.day, self.world, self.seed):
            self._at(person.at, lambda person=person: self._arrives(person))
        return self._to_the_end()

    def _begin(self) -> None:
        self._turn, self._due = itertools.count(), list[tuple[datetime, int, Callable[[], None]]]()
        self._chance = random.Random(f"{self.seed}/{self.day}/officers")
        self.kiosk = Actor(f"token:{self.site.code}", "kiosk", self.site.code, "kiosk")
        self.over = datetime.combine(self.day, time(11, 30), self.site.zone)
        made = shifts(self.site, self.day, self.seed)
        self.desks = {
            one.number: Desk(
                made[one.number],
                frozenset([*(("submit", code) for code in one.fields), *((code, None) for code in one.services)]),
            )
            for one in self.site.counters
        }
        for number, desk in self.desks.items():
            self._at(desk.shift.begins, lambda number=number: self._sits_down(number))
            self._at(self.over, lambda number=number: self._goes_home(number) if self.desks[number].idle else None)

    def _to_the_end(self) -> list[Known]:
        while self._due:
            when, _, act = heapq.heappop(self._due)
            self.clock.set(when.replace(tzinfo=None).isoformat())
            act()
        return list(self.numbers.values())

    def _at(self, when: datetime, act: Callable[[], None]) -> None:
        heapq.heappush(self._due, (when, next(self._turn), act))

    def _in(self, step: timedelta, act: Callable[[], None]) -> None:
        self._at(self._now + step, act)

    @property
    def _now(self) -> datetime:
        return self.clock.now().astimezone(self.site.zone)

    def _officer(self, number: int) -> Actor:
        return Actor(f"officer:{self.site.code}{number}", "officer", self.site.code, "")

    # -- people -----------------------------------------------------------------------------------------

    def _arrives(self, person: Person) -> None:
        ticket, _ = self.office.take_ticket(self.site.code, person.order, self.kiosk)
        queue = (person.order.service, person.order.field)
        self.seen.came(queue)
        self.numbers[ticket["number"]] = Known(person, ticket["code"], self._told(ticket, queue))
        if person.gives_up:
            self._in(timedelta(minutes=5), lambda: self._gives_up(ticket["number"]))
        self._wake(queue)

    def _wake(self, queue: tuple[str, str | None]) -> None:
        for number, desk in self.desks.items():
            if desk.idle and queue in desk.queues:
                desk.idle = False
                self._in(NOTICED, lambda number=number: self._free(number))

    def _gives_up(self, number: str) -> None:
        known = self.numbers[number]
        if known.called is None:
            self.office.give_up(known.code)
            self.seen.left((known.person.order.service, known.person.order.field))

    def _told(self, ticket: dict[str, Any], queue: tuple[str, str | None]) -> Told:
        calling = {n: desk.queues for n, desk in self.desks.items() if desk.open or self._now < self._service}
        times = [ticket.get(name) for name in ("expected_at", "expected_from", "expected_to")]
        expected, earliest, latest = (datetime.fromisoformat(one) if one else None for one in times)
        old = self.seen.expected(queue, ticket["ahead"], list(calling.values()), max(self._now, self._service))
        return Told(self._now, ticket["ahead"], expected, earliest, latest, old)

    @property
    def _service(self) -> datetime:
        return datetime.combine(self.day, time(7, 30), self.site.zone)

    def _tell_near(self) -> None:
        """Whoever came to have NEAR ahead looks at the phone."""
        if not self.watching:
            return
        by_code = {one.code: one for one in self.numbers.values() if one.called is None and one.near is None}
        for code, (ahead, _) in self.office.positions(self.site.code).items():
            known = by_code.get(code)
            if known is not None and ahead == NEAR and known.taken.ahead > NEAR:
                order = known.person.order
                known.near = self._told(self.office.ticket(code), (order.service, order.field))

    # -- officers ---------------------------------------------------------------------------------------

    def _sits_down(self, number: int) -> None:
        self.office.open_counter(self.site.code, number, self._officer(number))
        self.desks[number].open = True
        self._free(number)

    def _free(self, number: int) -> None:
        """Nobody is at the counter: a pause that is due, the next number, or, after hours, home."""
        desk = self.desks[number]
        desk.idle = False
        if not desk.paused_before and self._now >= desk.shift.pause:
            desk.paused_before, desk.open = True, False
            self.office.pause_counter(self.site.code, number, self._officer(number))
            self._in(desk.shift.pause_for, lambda: self._sits_down(number))
            return
        called = self.office.call_next(self.site.code, number, self._officer(number))
        if called is not None:
            self._called(number, called["number"])
        elif self._now < self.over:
            desk.idle = True
        else:
            self._goes_home(number)

    def _goes_home(self, number: int) -> None:
        self.office.close_counter(self.site.code, number, self._officer(number))
        self.desks[number].idle = self.desks[number].open = False

    def _called(self, number: int, ticket: str) -> None:
        known = self.numbers[ticket]
        order = known.person.order
        self.seen.left((order.service, order.field))
        first = known.called is None
        known.called = known.called or self._now
        self._tell_near()
        if known.person.absent and first:
            self._in(timedelta(seconds=35), lambda: self._recalls(number, ticket))
        else:
            self._in(WALK, lambda: self.office.start(self.site.code, number, self._officer(number)))
            begun = self._now
            self._in(WALK + known.person.visit, lambda: self._finishes(number, known, begun))

    def _recalls(self, number: int, ticket: str) -> None:
        self.office.recall(self.site.code, number, self._officer(number))
        self._in(timedelta(seconds=35), lambda: self._misses(number, ticket))

    def _misses(self, number: int, ticket: str) -> None:
        self.office.no_show(self.site.code, number, self._officer(number))
        if self.numbers[ticket].person.returns:
            self._in(COMES_BACK, lambda: self._returns(number, ticket))
        self._free(number)

    def _returns(self, number: int, ticket: str) -> None:
        order = self.numbers[ticket].person.order
        self.office.requeue(self.site.code, ticket, self._officer(number), reason="Quay lại")
        self.seen.came((order.service, order.field))
        self._wake((order.service, order.field))

    def _finishes(self, number: int, known: Known, begun: datetime) -> None:
        self.office.finish(self.site.code, number, self._officer(number))
        order = known.person.order
        self.seen.finished(self.day, (order.service, order.field), (self._now - begun).total_seconds())
        self._in(timedelta(seconds=self._chance.uniform(2, 25)), lambda: self._free(number))
