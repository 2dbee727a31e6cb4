"""Who waits at a site at present, as far as waiting times need it."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Container, Hashable, Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from operator import is_not
from typing import Any, NamedTuple, TypeVar, cast

from ticketing.rules.counters import Queue
from ticketing.rules.tickets import AT_COUNTER, Ticket

TURNS = 50
T = TypeVar("T")


class Standing(NamedTuple):
    """A ticket that waits; those of a line stand in their order."""

    position: float
    id: int
    queue: Queue
    priority: str | None
    target: int | None
    session: str
    issued: datetime

    @property
    def special(self) -> bool:
        return self.priority is not None

    @property
    def desk(self) -> int | None:
        return self.target


@lru_cache(maxsize=4096)
def _one(queue: Queue) -> Queue:
    """The same object for all of a queue: ten thousands may wait."""
    return queue


def standing(ticket: Ticket) -> Standing:
    return Standing(
        ticket.position, ticket.id, _one(ticket.queue), ticket.priority, ticket.target, ticket.session, ticket.issued_at
    )


class Line:
    """Those that wait, by position; by counter whom it has, of which queue and since when; the queues of those held;
    whose turn the last calls were, newest first. `specials` are so many of those that wait. `version` grows by whatever
    isn't just one more at the end; what was made of the line is kept in `made`."""

    def __init__(
        self, waiting: Iterable[Standing], here: Mapping[int, tuple[Queue, datetime]],
        held: Iterable[tuple[int, Queue]], turns: Iterable[tuple[Queue, bool]],
    ) -> None:  # fmt: skip
        self.waiting, self.here, self.held, self.turns = list(waiting), dict(here), dict(held), list(turns)
        self.specials = sum(one.special for one in self.waiting)
        self.version = 0
        self.made: Any = None
        self._kept: dict[Hashable, tuple[int, tuple[object, ...], Any]] = {}

    def kept(self, name: Hashable, made_of: tuple[object, ...], make: Callable[[], T]) -> T:
        """What `make` gives of calls and tickets: made again once anything has happened to one but that it has joined
        the line's end, or when one of `made_of` is another object. For answers alone: a verb may be taken back."""
        kept = self._kept.get(name)
        if kept is None or kept[0] != self.version or any(map(is_not, kept[1], made_of)):
            kept = self._kept[name] = self.version, made_of, make()
        return cast(T, kept[2])

    def put(self, one: Standing, *, waits: bool, held: bool, new: bool) -> None:
        """A ticket as it stands now, a `new` one or one that may stand here already."""
        if not new:
            self.version += 1
            self.held.pop(one.id, None)
            place = next((place for place, other in enumerate(self.waiting) if other.id == one.id), None)
            if place is not None:
                self.specials -= self.waiting.pop(place).special
        if waits:
            self._join(one)
        elif held:
            self.held[one.id] = one.queue

    def add(self, ticket: Ticket) -> None:
        """A new number."""
        self._join(standing(ticket))

    def _join(self, one: Standing) -> None:
        self.specials += one.special
        if not self.waiting or self.waiting[-1] < one:
            self.waiting.append(one)
        else:
            insort(self.waiting, one)
            self.version += 1

    def follow(self, before: Ticket, after: Ticket) -> None:
        """A ticket has changed."""
        self.version += 1
        if before.state == "waiting":
            place = bisect_left(self.waiting, (before.position, before.id))
            self.specials -= sum(one.special for one in self.waiting[place : place + 1])
            del self.waiting[place : place + 1]
        elif before.state in AT_COUNTER and before.counter is not None:
            self.here.pop(before.counter, None)
        self.held.pop(before.id, None)
        if after.state == "waiting":
            self.specials += after.priority is not None
            insort(self.waiting, standing(after))
        elif after.state in AT_COUNTER and after.counter is not None and after.called_at is not None:
            self.here[after.counter] = after.queue, after.called_at
        elif after.state == "held":
            self.held[after.id] = after.queue

    def first(self, queues: Container[Queue], counter: int, special: bool) -> Standing | None:
        """The first of these queues, or of those sent to this counter, that is (or isn't) a priority."""
        if special and not self.specials:
            return None
        for one in self.waiting:
            mine = one.queue in queues if one.target is None else one.target == counter
            if mine and one.special == special:
                return one
        return None

    def few(self, queues: Container[Queue], counter: int, limit: int) -> list[Standing]:
        """By position the first of these queues, and of those sent to this counter: so many priorities and others."""
        left, found = {True: min(limit, self.specials), False: limit}, list[Standing]()
        for one in self.waiting:
            mine = one.queue in queues if one.target is None else one.target == counter
            if mine and left[one.special]:
                left[one.special] -= 1
                found.append(one)
            if not any(left.values()):
                break
        return found

    def turned(self, queue: Queue, special: bool) -> None:
        """A first call was made."""
        self.turns.insert(0, (queue, special))
        del self.turns[TURNS:]
        self.version += 1
