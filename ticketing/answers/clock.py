"""The clock, as a supervisor sees it: whether it is held, and what it did while it stood wrong."""

from __future__ import annotations

from dataclasses import dataclass

from ticketing.answers.names import Time, stamp
from ticketing.lookups import Look, expired_by_clock, sessions_ahead


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockState:
    """`held`: the machine's clock has leapt to `wall` and is not believed; `time` is what the site goes by meanwhile.
    `sessions` and the number of `expired` tickets: what the clock had closed or let expire at a moment that lies ahead,
    and can be taken back."""

    site: str
    held: bool
    time: Time
    wall: Time
    sessions: list[str]
    expired: int


def state(look: Look) -> ClockState:
    return ClockState(
        site=look.site.code,
        held=look.moment.held,
        time=stamp(look.site, look.now),
        wall=stamp(look.site, look.moment.wall),
        sessions=[] if look.moment.held else [one.key for one in sessions_ahead(look)],
        expired=0 if look.moment.held else len(expired_by_clock(look, look.now)),
    )


def trouble(look: Look) -> ClockState | None:
    """The state while there is something that a supervisor should do about it."""
    found = state(look)
    return found if found.held or found.sessions or found.expired else None
