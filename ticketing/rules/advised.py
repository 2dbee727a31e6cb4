"""What the adviser said last of each site's session. It takes long to work out: whoever looks at a site gets what is
known of its present state, and has it worked out elsewhere when that is another one."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import datetime, timedelta
from typing import Generic, NamedTuple, TypeVar

AGAIN_AFTER = timedelta(minutes=2)
ANSWERED_FOR = timedelta(seconds=10)
T = TypeVar("T")


class Due(NamedTuple):
    """`state`: counters and caps that an advice holds for."""

    site: str
    session: str
    state: Hashable


class Advised(Generic[T]):
    """Of one process: sites that nobody looks at cost nothing."""

    def __init__(self) -> None:
        self._said: dict[str, tuple[Due, datetime, T]] = {}
        self._due: dict[str, Due] = {}

    def of(self, site: str, session: str, state: Hashable, now: datetime) -> T | None:
        """What was said of this session with these counters and caps; None until it is known."""
        asked, said = Due(site, session, state), self._said.get(site)
        known = said is not None and said[0] == asked
        if said is None or not known or not timedelta(0) <= now - said[1] < AGAIN_AFTER:
            self._due[site] = asked
        return said[2] if said is not None and known else None

    def due(self) -> list[Due]:
        """What is to be worked out, given out once."""
        found, self._due = list(self._due.values()), {}
        return found

    def say(self, of: Due, now: datetime, what: T) -> None:
        self._said[of.site] = of, now, what


class LastAnswer(Generic[T]):
    """What each site's supervisors were answered last, one answer a site: for whoever asks the same again while
    nothing has happened there."""

    def __init__(self) -> None:
        self._last: dict[str, tuple[Hashable, datetime, T]] = {}

    def of(self, site: str, asked: Hashable, now: datetime) -> T | None:
        """`asked` is the question and the state that it is about."""
        last = self._last.get(site)
        return last[2] if last and last[0] == asked and timedelta(0) <= now - last[1] < ANSWERED_FOR else None

    def keep(self, site: str, asked: Hashable, now: datetime, answer: T) -> None:
        self._last[site] = asked, now, answer
