"""Who sits before an open console, as far as its connection tells."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime


class Consoles:
    """Which consoles are open in front of somebody, by their live connections: at which counter, and whose."""

    def __init__(self) -> None:
        self._open: dict[str, tuple[str, int, str]] = {}
        self._gone: dict[tuple[str, int, str], datetime] = {}
        self._asked: datetime | None = None

    def came(self, connection: str, site: str, counter: int, actor: str) -> None:
        self._open[connection] = site, counter, actor

    def went(self, connection: str, at: datetime) -> None:
        seat = self._open.pop(connection, None)
        if seat is not None:
            self._gone[seat] = at

    def gone_since(
        self, site: str, counter: int, actor: str, now: datetime, opened: Callable[[], datetime]
    ) -> datetime | None:
        """Since when nobody is there; None while somebody is. Of a seat never heard of, since it was opened, but not
        from before this process began to ask: consoles come back to it one after the other."""
        seat = site, counter, actor
        if seat in self._open.values():
            self._gone.pop(seat, None)
            return None
        if seat not in self._gone:
            self._gone[seat] = max(opened(), self._asked or now)
        return self._gone[seat]

    def asks(self, now: datetime) -> None:
        """From its first time on silence is known to be silence."""
        self._asked = self._asked or now

    def forget(self, site: str, counter: int) -> None:
        """The counter is closed: who opens it anew begins anew."""
        for seat in [one for one in self._gone if one[:2] == (site, counter)]:
            del self._gone[seat]
