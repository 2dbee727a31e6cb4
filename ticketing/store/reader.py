"""What every reader of a noun is made of: what is kept, and bound SQL inside one transaction."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Sequence
from typing import Any, Self, TypeVar

from ticketing.rules.tickets import Ticket
from ticketing.store import rows
from ticketing.store.dialect import Connection
from ticketing.store.kept import Read, Values

T = TypeVar("T")
BUSY_MS = 15_000
Execute = Callable[..., Any]


class Moved(BaseException):
    """Somebody has written since what is kept was looked at: the work begins again, in a transaction now."""


class Reading:
    """A connection whose transaction somebody else began and ends, or `in_one_state`, and what it keeps from one to the
    next."""

    def __init__(self, connection: Connection, kept: Values | None = None) -> None:
        self.connection = connection
        self.kept: Values = kept if kept is not None else Read(connection)
        self.run: Execute = self._run
        self._begun = True

    def _run(self, sql: str, values: Sequence[Any] = (), /) -> Any:
        if not self._begun:
            self.connection.begin_reading()
            self._begun = True
            if not self.kept.holds():
                self.kept.begin()
                raise Moved
        return self.connection.execute(sql, values)

    def in_one_state(self, work: Callable[[Self], T]) -> T:
        """What the work reads. While all of it is kept it takes no transaction: its first statement begins one."""
        self.kept.begin()
        self._begun = False
        try:
            return work(self)
        except Moved:
            return work(self)
        finally:
            if self._begun:
                self.connection.end_reading()
            self._begun = True

    def can_begin(self) -> bool:
        """Whether nobody holds the write lock now."""
        return self.connection.can_begin(BUSY_MS)

    def of_tickets(self, key: Hashable, load: Callable[[], T]) -> T:
        """What tickets make up is kept by those who only read: it changes with every ticket."""
        return self.kept.fleeting(key, load)


def marks(values: Collection[object]) -> str:
    return ", ".join("?" * len(values)) or "NULL"


class Reader:
    """Bound SQL on the connection of the view that it belongs to."""

    def __init__(self, view: Reading) -> None:
        self._view = view
        self._run = view.run
        self._kept = view.kept
        self._value = view.kept.value
        self._fleeting = view.kept.fleeting

    def _one(self, sql: str, *values: Any) -> Any:
        return self._run(sql, values).fetchone()

    def _found(self, otherwise: T, sql: str, *values: Any) -> T:
        row = self._one(sql, *values)
        return row[0] if row else otherwise

    def _ticket(self, where: str, *values: Any) -> Ticket | None:
        row = self._one(f"SELECT {rows.TICKET_COLUMNS} FROM tickets WHERE {where}", *values)
        return rows.ticket_value(row) if row else None

    def _tickets(self, where: str, *values: Any) -> list[Ticket]:
        found = self._run(f"SELECT {rows.TICKET_COLUMNS} FROM tickets WHERE {where}", values)
        return [rows.ticket_value(row) for row in found]
