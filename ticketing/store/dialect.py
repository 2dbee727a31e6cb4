"""What the databases say differently. All other SQL is written once, in what SQLite and PostgreSQL both understand,
with `?` and `?3` for values."""

from __future__ import annotations

import sqlite3
from collections.abc import Hashable, Iterable, Sequence
from typing import Any, Protocol

from ticketing.store.changes import Changes


class DatabaseUnusable(Exception):
    """A database that can't be opened; the text says why."""


class Connection(Protocol):
    """One connection, whose transaction its owner begins and ends."""

    def execute(self, sql: str, values: Sequence[Any] = (), /) -> Any: ...

    def insert(self, sql: str, values: Sequence[Any], /) -> int:
        """The id that the new row got."""

    def later(self, sql: str, values: Sequence[Any], /) -> None:
        """Inserts a row of tickets, their codes, calls, counters or the journal: in time for whoever asks for it."""

    def new_ticket_id(self, last: int | None) -> int:
        """For the next ticket that is inserted; `last` is the newest one's, if it is known."""

    def stream(self, sql: str, values: Sequence[Any] = (), /) -> Iterable[Any]:
        """Rows of which there may be millions, one after the other."""

    def alone_for(self, table: str) -> None:
        """Keeps all others from what they do with this until the transaction ends, whatever sites they have locked."""

    def member(self, column: str, name: str) -> str:
        """SQL for a member of the JSON object that a column of texts holds."""

    def version(self) -> Hashable:
        """Another one whenever anybody else has written."""

    def still(self) -> Hashable:
        """As long as it is the same, so is `version`, which costs a statement; None where nothing tells."""

    def steady(self) -> Hashable:
        """Another one whenever anybody has changed a row that tickets don't make up. Asked right after `version`."""

    def begin_reading(self) -> None:
        """All that is read from here on is of one moment, until `end_reading`."""

    def end_reading(self) -> None: ...

    def close(self) -> None: ...

    def can_begin(self, patience_ms: int) -> bool:
        """Whether a write could begin now. `patience_ms` is what holds afterwards, as before."""


class SqliteConnection(sqlite3.Connection):
    """SQLite, whose SQL ours is. `changes`: what tells of commits besides the database, if anything does."""

    changes: Changes | None = None

    def insert(self, sql: str, values: Sequence[Any], /) -> int:
        return self.execute(sql, values).lastrowid or 0

    def later(self, sql: str, values: Sequence[Any], /) -> None:
        self.execute(sql, values)

    def new_ticket_id(self, last: int | None) -> int:
        # There is one writer.
        if last is None:
            last = int(self.execute("SELECT COALESCE(MAX(id), 0) FROM tickets").fetchone()[0])
        return last + 1

    def stream(self, sql: str, values: Sequence[Any] = (), /) -> Iterable[Any]:
        return self.execute(sql, values)

    def alone_for(self, table: str) -> None:
        """There is one writer."""

    def member(self, column: str, name: str) -> str:
        return f"json_extract({column}, '$.{name}')"

    def version(self) -> Hashable:
        found: int = self.execute("PRAGMA data_version").fetchone()[0]
        return found

    def still(self) -> Hashable:
        return self.changes.seen() if self.changes is not None else None

    def steady(self) -> Hashable:
        found: int = self.execute("SELECT version FROM steady").fetchone()[0]
        return found

    def begin_reading(self) -> None:
        self.execute("BEGIN")

    def end_reading(self) -> None:
        self.execute("COMMIT")

    def can_begin(self, patience_ms: int) -> bool:
        self.execute("PRAGMA busy_timeout = 0")
        try:
            self.execute("BEGIN IMMEDIATE")
            self.execute("ROLLBACK")
        except sqlite3.OperationalError:
            return False
        finally:
            self.execute(f"PRAGMA busy_timeout = {patience_ms}")
        return True
