"""New rows of a group, kept back and written many in a statement: who goes down a tree once for sixteen of them takes
two thirds of the time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

from ticketing.store.dialect import SqliteConnection

# A statement of each length is kept ready: a megabyte for all of them.
MOST = 16
ROWS = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE)\b")
# Whose rows may be kept back. Two are columns elsewhere, too.
TABLES = re.compile(r"\b(tickets|ticket_codes|journal)\b|\b(?:FROM|JOIN|INTO|UPDATE)\s+(calls|counters)\b")


@lru_cache(maxsize=2000)
def tables_of(sql: str) -> frozenset[str] | None:
    """Those of them that a statement names; None for one that is about the transaction."""
    if not ROWS.match(sql):
        return None
    return frozenset(name or other for name, other in TABLES.findall(sql))


@lru_cache(maxsize=100)
def with_rows(sql: str, number: int) -> str:
    """The insertion of one row as one of so many."""
    insert, conflict, update = sql.partition(" ON CONFLICT ")
    return insert + f", {insert[insert.rindex('(') :]}" * (number - 1) + conflict + update


class WritingConnection(SqliteConnection):
    """A connection for one writer. What is handed to `later` is written before any statement that names a table of it,
    and by `write_rows`. A step is one work of several that share a transaction."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._kept_back: list[tuple[str, Sequence[Any]]] = []
        self._tables: set[str] = set()
        self._step = 0

    def execute(self, sql: str, values: Any = (), /) -> Any:
        if self._kept_back and ((named := tables_of(sql)) is None or not named.isdisjoint(self._tables)):
            self.write_rows()
        return super().execute(sql, values)

    def later(self, sql: str, values: Sequence[Any], /) -> None:
        self._kept_back.append((sql, values))
        self._tables.update(tables_of(sql) or ())

    def write_rows(self) -> None:
        """Raises sqlite3.Error for a row of whichever step."""
        kept_back, self._kept_back, self._step = self._kept_back, [], 0
        self._tables.clear()
        by_table: dict[str, list[Sequence[Any]]] = {}
        for sql, values in kept_back:
            by_table.setdefault(sql, []).append(values)
        for sql, rows in by_table.items():
            for begin in range(0, len(rows), MOST):
                part = rows[begin : begin + MOST]
                super().execute(with_rows(sql, len(part)), [*chain.from_iterable(part)])

    def forget(self) -> None:
        """What was kept back is taken back with its transaction, or its savepoint."""
        self._kept_back.clear()
        self._tables.clear()
        self._step = 0

    def begin_step(self) -> None:
        self._step = len(self._kept_back)

    def undo_step(self) -> None:
        """Of what is written nothing is taken back."""
        del self._kept_back[self._step :]
