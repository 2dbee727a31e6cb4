"""What a look at the clock tells, and when the machine's own clock is not believed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from msgspec import Struct

LEAP = timedelta(seconds=120)


class Moment(Struct, frozen=True):
    """A look at the sites' clock; both times are aware UTC.

    `at` is what verbs and answers go by. `held`: the machine's clock, which shows `wall`, has leapt; `at` is the last
    trusted time plus the time passed since, and nothing that only a clock decides is done. `closes`: whether the clock
    may close sessions of today, which waits after a start until the machine's clock can be believed.
    """

    at: datetime
    wall: datetime
    held: bool = False
    closes: bool = True


@dataclass(frozen=True, slots=True)
class Anchor:
    """A wall clock that was believed, when the steady clock of one boot of the machine showed `steady` seconds.
    `floor`: nothing but a wall clock behind it is a leap, since nobody knows how long the machine was off."""

    boot: str
    steady: float
    wall: datetime
    floor: bool = False

    @classmethod
    def of(cls, text: str) -> Anchor:
        """What `text` made a text of."""
        boot, steady, wall, floor = json.loads(text)
        return cls(boot, steady, datetime.fromisoformat(wall), floor)

    def text(self) -> str:
        return json.dumps([self.boot, self.steady, self.wall.isoformat(), self.floor])

    def expected(self, steady: float) -> datetime:
        return self.wall + timedelta(seconds=steady - self.steady)

    def leapt(self, wall: datetime, steady: float) -> bool:
        gap = wall - self.expected(steady)
        return gap < -LEAP or (gap > LEAP and not self.floor)
