"""The sites' clock: the machine's, as long as it goes as time does, or a rehearsal's that ticks on from a chosen
moment."""

from __future__ import annotations

import ctypes
import time
from abc import abstractmethod
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from ticketing.rules.clock import Anchor, Moment

BELIEVED_AFTER_S = 600
COMPARED_FOR_S = 3600
TIMEX_BYTES = 512
TIME_ERROR = 5


def real_now() -> datetime:
    """The machine's clock as it stands, which log lines go by. Aware UTC."""
    return datetime.now(UTC)


def steady() -> float:
    """Seconds since the machine was started, asleep or not: nobody can set this clock."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


@cache
def boot() -> str:
    """Which start of the machine `steady` counts from."""
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def synchronised() -> bool:
    """Whether the kernel says that somebody keeps its clock right (adjtimex(2), which changes nothing here)."""
    return 0 <= ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(TIMEX_BYTES)) < TIME_ERROR


class SystemClock:
    """`ports.Clock` on the machine's clock. More than two minutes away from where the time passed since the last
    trusted look would have it, it has leapt and is held; back there, it is trusted again.

    Small steps are followed: what is compared begins anew every hour.
    """

    rehearsal = False

    def __init__(
        self, wall: Callable[[], datetime] = real_now, steady: Callable[[], float] = steady,
        synchronised: Callable[[], bool] = synchronised,
    ) -> None:  # fmt: skip
        self._wall, self._steady, self._synchronised = wall, steady, synchronised
        self._closes_from = 0.0
        self._asked_at = 0.0
        self.anchor = self.here()

    def here(self) -> Anchor:
        """The machine's clock, believed as it stands now."""
        return Anchor(boot(), self._steady(), self._wall())

    def begin(self) -> None:
        """A server starts: how long it was off nobody knows, so that what can't be undone waits."""
        self._closes_from = self._steady() + BELIEVED_AFTER_S

    def trust(self, anchor: Anchor) -> None:
        """From the next look on this is where the clock should be: there is nothing more to wait for. An anchor of
        another boot says nothing."""
        if anchor.boot == boot():
            self.anchor, self._closes_from = anchor, 0.0

    def not_before(self, newest: datetime) -> None:
        """Holds a clock that stands behind what is journaled already."""
        floor = Anchor(boot(), self._steady(), newest, floor=True)
        if floor.leapt(self._wall(), floor.steady):
            self.anchor = floor

    def look(self) -> Moment:
        wall, now = self._wall(), self._steady()
        closes, anchor = self._closes(now), self.anchor
        if anchor.leapt(wall, now):
            return Moment(anchor.expected(now), wall, held=True, closes=False)
        if anchor.floor or now - anchor.steady > COMPARED_FOR_S:
            self.anchor = replace(anchor, steady=now, wall=wall, floor=False)
        return Moment(wall, wall, closes=closes)

    def _closes(self, now: float) -> bool:
        if now < self._closes_from and now - self._asked_at >= 1:
            self._asked_at = now
            if self._synchronised():
                self._closes_from = 0.0
        return now >= self._closes_from

    def now(self) -> datetime:
        return self.look().at


def real_time(clock: object) -> Callable[[], datetime]:
    """What logins, tokens and pairing codes of a process with this clock go by: a leap ends none of them."""
    return clock.now if isinstance(clock, SystemClock) else real_now


class NeverHeld:
    """What a clock that does not go by the machine's has to say about leaps."""

    @abstractmethod
    def now(self) -> datetime:
        """Aware UTC."""

    def look(self) -> Moment:
        now = self.now()
        return Moment(now, now)

    @property
    def anchor(self) -> Anchor:
        return self.here()

    def here(self) -> Anchor:
        return Anchor(boot(), steady(), self.now())

    def begin(self) -> None:
        """There is nothing to wait for."""

    def trust(self, anchor: Anchor) -> None:
        """It is not put right from outside."""

    def not_before(self, newest: datetime) -> None:
        """It may begin again at a time that was."""


class RehearsalClock(NeverHeld):
    """`ports.Clock` that shows a chosen time and ticks on as time passes, whatever happens to the machine's clock."""

    rehearsal = True

    def __init__(self, since: Anchor) -> None:
        self.since = since

    @classmethod
    def starting(cls, at: datetime) -> RehearsalClock:
        """A clock that shows `at` (aware) now."""
        return cls(Anchor(boot(), steady(), at.astimezone(UTC)))

    def put_to(self, at: datetime) -> None:
        """Lets it show `at` (aware) now."""
        self.since = self.starting(at).since

    @property
    def offset(self) -> timedelta:
        return self.now() - real_now()

    def now(self) -> datetime:
        return self.since.expected(steady())
