"""Counters: what an officer's screen may expect, and how long a step can be taken back."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from msgspec import UNSET, Struct

Queue = tuple[str, str | None]
ANY: Any = UNSET
"""What an officer expects who doesn't say which number his screen shows."""

UNDO_WITHIN = timedelta(minutes=2)
REOPEN_AFTER_CLOSE = timedelta(minutes=30)


class CounterState(Struct, frozen=True):
    """A counter as it stands. `holder` is the id of the actor who sits there. `last_*` serve the undo:
    the ticket ended last there, when, and the ticket's state and dossiers before that. `by_page`: opened from a
    console's page, not by a program. `back_at`: when one that is paused is to call again, if the officer said so."""

    site: str
    number: int
    state: str = "closed"
    holder: str = ""
    holder_name: str = ""
    fields: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    reason: str = ""
    last_ticket: int | None = None
    last_at: datetime | None = None
    last_state: str = ""
    last_dossiers: int = 0
    by_page: bool = False
    back_at: datetime | None = None

    @property
    def queues(self) -> tuple[Queue, ...]:
        """The queues that are called from here."""
        return queues_of(self.fields, self.services)


@lru_cache(maxsize=1024)
def queues_of(fields: tuple[str, ...], services: tuple[str, ...]) -> tuple[Queue, ...]:
    submits: tuple[Queue, ...] = tuple(("submit", code) for code in fields)
    return submits + tuple((code, None) for code in services)
