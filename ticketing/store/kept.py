"""What a connection keeps in memory between its transactions, as long as nobody else has written."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from itertools import chain
from typing import Any, TypeVar

from ticketing.rules.merkle import grown
from ticketing.store.dialect import Connection
from ticketing.store.trees import State, peaks_text, state_of

T = TypeVar("T")
LEDGER_PUT = """INSERT INTO ledgers (site, day, size, peaks, checkpoint, verifier) VALUES (?, ?, ?, ?, '', '')
ON CONFLICT (site, day) DO UPDATE SET size = excluded.size, peaks = excluded.peaks, checkpoint = '', verifier = ''"""
Part = tuple[Any, ...]
MOST = 10_000
TOGETHER = 16
# What one step changed, oldest first: whose it is, and what puts it back there.
Undo = list[tuple["Counts | Trees", tuple[Any, ...]]]


class Counts:
    """A table of counts that change with every ticket: read once, and written once a transaction, however many
    tickets changed a count. A row's key is its part (all that is read at once) and what names it there."""

    def __init__(self, connection: Connection, undo: Undo, table: str, part: str, key: str, count: str) -> None:
        self._run, self._undo = connection.execute, undo
        columns = f"{part}, {key}, {count}"
        self._select = (
            f"SELECT {key}, {count} FROM {table} WHERE {part.replace(', ', ' = ? AND ')} = ?"
        )
        row = f"({', '.join('?' * len(columns.split(', ')))})"
        # By the number of rows, less one: many together take a third of the time of each by itself.
        self._upserts = [
            f"INSERT INTO {table} ({columns}) VALUES {', '.join([row] * (more + 1))} "
            f"ON CONFLICT ({part}, {key}) DO UPDATE SET {count} = excluded.{count}"
            for more in range(TOGETHER)
        ]
        self._shift = f"UPDATE {table} SET {count} = {count} + ?"
        self._counts: dict[Part, dict[Part, int]] = {}
        self._changed: set[tuple[Part, Part]] = set()

    def of(self, *part: Any) -> dict[Part, int]:
        counts = self._counts.get(part)
        if counts is None:
            found = self._run(self._select, part)
            counts = self._counts[part] = {tuple(key): count for *key, count in found}
        return counts

    def add(self, part: Part, key: Part, change: int) -> int:
        counts, place = self.of(*part), (part, key)
        before = counts.get(key)
        self._undo.append((self, (part, key, before, place in self._changed)))
        self._changed.add(place)
        counts[key] = after = (before or 0) + change
        return after

    def shift(self, by: int) -> None:
        """Adds to every count: to those kept here, and to those of the table."""
        for part, counts in self._counts.items():
            for key in list(counts):
                self.add(part, key, by)
        self._run(self._shift, (by,))

    def let_go(self, which: Callable[[Part], bool]) -> None:
        """Forgets parts, of which none has changed in this transaction yet."""
        for part in [part for part in self._counts if which(part)]:
            del self._counts[part]

    def put_back(self, part: Part, key: Part, before: int | None, changed: bool) -> None:
        if before is None:
            del self._counts[part][key]
        else:
            self._counts[part][key] = before
        if not changed:
            self._changed.discard((part, key))

    def write(self) -> None:
        changed = [(*part, *key, self._counts[part][key]) for part, key in self._changed]
        for begin in range(0, len(changed), TOGETHER):
            rows = changed[begin : begin + TOGETHER]
            self._run(self._upserts[len(rows) - 1], [*chain.from_iterable(rows)])
        self._changed.clear()

    def __len__(self) -> int:
        return len(self._counts)

    def forget(self) -> None:
        self._counts.clear()
        self._changed.clear()


class Trees:
    """The public ledgers' sizes and peaks: read once, and written once a transaction, however many leaves came."""

    def __init__(self, connection: Connection, undo: Undo) -> None:
        self._run, self._undo = connection.execute, undo
        self._states: dict[Part, State] = {}
        self._changed: set[Part] = set()

    def of(self, site: str, day: str) -> State:
        state = self._states.get((site, day))
        if state is None:
            found = self._run("SELECT size, peaks FROM ledgers WHERE site = ? AND day = ?", (site, day)).fetchone()
            state = self._states[site, day] = state_of(found)
        return state

    def add(self, site: str, day: str, leaf: bytes) -> None:
        size, peaks = state = self.of(site, day)
        part = (site, day)
        self._undo.append((self, (part, state, part in self._changed)))
        self._changed.add(part)
        self._states[part] = (size + 1, grown(size, peaks, leaf))

    def put_back(self, part: Part, state: State, changed: bool) -> None:
        self._states[part] = state
        if not changed:
            self._changed.discard(part)

    def write(self) -> None:
        for part in self._changed:
            size, peaks = self._states[part]
            self._run(LEDGER_PUT, (*part, size, peaks_text(peaks)))
        self._changed.clear()

    def __len__(self) -> int:
        return len(self._states)

    def forget(self) -> None:
        self._states.clear()
        self._changed.clear()


class Values:
    """Values by key, as long as no other connection has written."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._version: Hashable = None
        self._values: dict[Hashable, Any] = {}

    def holds(self) -> bool:
        """Whether no other connection has written since `begin`."""
        return self._connection.version() == self._version

    def begin(self) -> None:
        """Forgets everything if another connection has written, or when days long past have
        piled up."""
        version = self._connection.version()
        if version != self._version or len(self) > MOST:
            self.forget()
            self._version = version

    def __len__(self) -> int:
        return len(self._values)

    def value(self, key: Hashable, load: Callable[[], T]) -> T:
        try:
            return self._values[key]
        except KeyError:
            value = self._values[key] = load()
            return value

    def known(self, key: Hashable) -> Any:
        """The value if it is kept, else None."""
        return self._values.get(key)

    def fleeting(self, key: Hashable, load: Callable[[], T]) -> T:
        """A value that changes with every ticket."""
        return self.value(key, load)

    def put(self, key: Hashable, value: Any) -> None:
        self._values[key] = value

    def drop(self, *keys: Hashable) -> None:
        for key in keys:
            self._values.pop(key, None)

    def forget(self) -> None:
        self._values.clear()


class Read(Values):
    """What a reader keeps: what tickets make up until anybody writes, all other rows until one of those changes."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._steady: Hashable = None
        self._still: Hashable = None
        self._fleeting: dict[Hashable, Any] = {}

    def holds(self) -> bool:
        holds = super().holds()
        if not holds:
            self._still = None
        return holds

    def begin(self) -> None:
        still, few = self._connection.still(), len(self._values) + len(self._fleeting) <= MOST
        if few and still is not None and still == self._still:
            return
        # Before the version is asked: what is written between is looked at once more.
        self._still = still
        version = self._connection.version()
        if few and version == self._version:
            return
        self._version = version
        self._fleeting.clear()
        steady = self._connection.steady()
        if steady != self._steady or len(self) > MOST:
            self.forget()
            self._steady = steady

    def __len__(self) -> int:
        return super().__len__() + len(self._fleeting)

    def fleeting(self, key: Hashable, load: Callable[[], T]) -> T:
        try:
            return self._fleeting[key]
        except KeyError:
            value = self._fleeting[key] = load()
            return value


class Kept(Values):
    """What the writer keeps, with the counts. Whatever was taken back is forgotten with all the rest: what is kept is
    what the database holds, or will hold once this transaction is written."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        undo = self._undo = Undo()
        self.usage = Counts(connection, undo, "usage", "session_id", "kind, code", "dossiers")
        self.lengths = Counts(connection, undo, "queue_lengths", "site, day", "service, field, special", "waiting")
        self.series = Counts(connection, undo, "series", "site, day", "prefix", "last")
        self.ledgers = Trees(connection, undo)
        self._counts: tuple[Counts | Trees, ...] = (self.usage, self.lengths, self.series, self.ledgers)

    def before(self, key: Hashable) -> tuple[Any, int]:
        """What was kept under this until somebody else wrote, whoever may follow it, and the last line of the journal
        that it knows of; None where it can't be followed."""
        return None, 0

    def __len__(self) -> int:
        return super().__len__() + sum(map(len, self._counts))

    def begin_step(self) -> None:
        self._undo.clear()

    def undo_step(self) -> None:
        """What one work of several changed is taken back; the counts of those before it stay to be written."""
        for counts, before in reversed(self._undo):
            counts.put_back(*before)
        self._undo.clear()
        super().forget()

    def write(self) -> None:
        for counts in self._counts:
            counts.write()
        self._undo.clear()

    def forget(self) -> None:
        for counts in self._counts:
            counts.forget()
        self._undo.clear()
        super().forget()
