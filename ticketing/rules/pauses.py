"""When officers pause, as they did on the past days: their counters' sittings, from opening to closing.

All times are seconds since the epoch.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

DAY_S = 86400.0
ALIKE_S = 1800.0
"""By so much a counter may have sat down later than one that it is compared with."""

NONE_ELSE = 2
"""So many days without another pause are added to those that were seen."""


class Pause(NamedTuple):
    begun: float
    ended: float


class Seat(NamedTuple):
    """A counter was opened, paused or closed, as the journal's kind says."""

    counter: int
    at: float
    kind: str
    day: date


@dataclass(frozen=True, slots=True)
class Sitting:
    """From the opening of a counter to its closing; one that goes on ends at infinity, as its pause may."""

    counter: int
    begun: float
    ended: float = float("inf")
    pauses: tuple[Pause, ...] = ()

    def paused_by(self, at: float) -> int:
        return sum(one.begun <= at for one in self.pauses)

    def over(self) -> Sitting:
        """As it was once its day is over: a pause that nobody ended was the end of it."""
        if not self.pauses or self.pauses[-1].ended < float("inf"):
            return self
        return replace(self, ended=self.pauses[-1].begun, pauses=self.pauses[:-1])


def sittings(seats: Iterable[Seat]) -> list[Sitting]:
    """`seats` come by time. A pause that closing ended was the end of the sitting, and so is a night."""
    now, found, last = dict[int, Sitting](), list[Sitting](), date.min
    for counter, at, kind, day in seats:
        if day != last:
            found += (one.over() for one in now.values())
            now, last = {}, day
        one = now.get(counter)
        if one is None:
            if kind == "counter_opened":
                now[counter] = Sitting(counter, at)
            continue
        begun = one.pauses[-1].begun if one.pauses and one.pauses[-1].ended > at else None
        if kind == "counter_paused" and begun is None:
            now[counter] = replace(one, pauses=(*one.pauses, Pause(at, float("inf"))))
        elif kind == "counter_opened" and begun is not None:
            now[counter] = replace(one, pauses=(*one.pauses[:-1], Pause(begun, at)))
        elif kind == "counter_closed":
            pauses = one.pauses if begun is None else one.pauses[:-1]
            found.append(replace(one, ended=at if begun is None else begun, pauses=pauses))
            del now[counter]
    return [*found, *now.values()]


def pauses_of(sat: Iterable[Sitting]) -> dict[int, list[Pause]]:
    """By counter, in the order of the sittings."""
    found: dict[int, list[Pause]] = {}
    for one in sat:
        found.setdefault(one.counter, []).extend(one.pauses)
    return found


def within(pauses: Sequence[Pause], begin: float, end: float) -> bool:
    """Whether any of a counter's pauses, which come by time, lies between."""
    place = bisect_right(pauses, (end,))
    return place > 0 and pauses[place - 1].ended > begin


@dataclass(frozen=True, slots=True)
class Habits:
    """Sittings of the past, and by counter today's. `break_share` and `break_s`: how often, beside pauses, a counter
    called nobody for long though somebody waited, and for how long. `notice`: after how many seconds somebody is called
    who comes to a counter that has nobody, the soonest first, each as likely."""

    past: Sequence[Sitting] = ()
    today: Mapping[int, Sitting] | None = None
    break_share: float = 0.0
    break_s: float = 0.0
    notice: tuple[float, ...] = ()

    def behind(self, counter: int, at: float) -> int:
        """How many pauses this counter has had today."""
        own = (self.today or {}).get(counter)
        return own.paused_by(at) if own else 0

    def ahead(self, behind: int, at: float, begins: float) -> list[tuple[Pause, ...]]:
        """The pauses that were still ahead, in seconds from `at`, in sittings at that time of the day with so many
        behind, of counters that call in `begins` seconds or before."""
        found = list[tuple[Pause, ...]]()
        for one in self.past:
            moved = at - DAY_S * round((at - one.begun) / DAY_S)
            if (
                one.begun - ALIKE_S <= moved + begins < one.ended and one.paused_by(moved) == behind
            ):  # fmt: skip
                found.append(tuple(Pause(begun - moved, ended - moved) for begun, ended in one.pauses[behind:]))
        return [*found, *[()] * NONE_ELSE] if found else []
