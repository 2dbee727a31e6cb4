"""The sites' clock: the real one, or a rehearsal's that ticks on from a chosen moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


def real_now() -> datetime:
    """What tokens, throttles and log lines go by, rehearsal or not. Aware UTC."""
    return datetime.now(UTC)


class SystemClock:
    """`ports.Clock` on the machine's clock."""

    rehearsal = False

    def now(self) -> datetime:
        return real_now()


class RehearsalClock:
    """`ports.Clock` that stands `offset` from the real one and ticks on with it."""

    rehearsal = True

    def __init__(self, offset: timedelta) -> None:
        self.offset = offset

    @classmethod
    def starting(cls, at: datetime) -> RehearsalClock:
        """A clock that shows `at` (aware) now."""
        return cls(at.astimezone(UTC) - real_now())

    def put_to(self, at: datetime) -> None:
        """Lets it show `at` (aware) now."""
        self.offset = at.astimezone(UTC) - real_now()

    def now(self) -> datetime:
        return real_now() + self.offset
