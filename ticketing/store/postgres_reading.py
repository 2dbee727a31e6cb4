"""Reads on PostgreSQL, each of one moment. Whoever finds all that he asks for kept needs one look at what the database
holds by now, which all share who ask for it at once; what one has read is there for the others."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

import psycopg
from psycopg.errors import CrashShutdown

from ticketing.store.kept import MOST, Read
from ticketing.store.postgres_connection import (
    PATIENCE_S,
    READ_ONLY,
    VERSION,
    Pool,
    PostgresConnection,
    Raw,
    is_lost,
    translate,
)
from ticketing.store.postgres_pipeline import send
from ticketing.store.reading import SqlView

T = TypeVar("T")
Seen = tuple[Hashable, int]


class Look:
    """One look at the database, and who waits for it."""

    __slots__ = ("error", "gates", "seen")

    def __init__(self) -> None:
        self.seen: Seen | None = None
        self.error: psycopg.Error | None = None
        self.gates: list[Any] = []


class Looks:
    """What is visible, and the sum of all versions of steady rows: of a moment after it was asked for. Who asks while a
    look is under way shares the next one."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._next: Look | None = None
        self._door, self._turn = threading.Lock(), threading.Lock()

    def now(self) -> Seen:
        """Raises psycopg.Error."""
        while True:
            look = self._shared()
            if look.error is not None:
                raise look.error
            if look.seen is not None:
                return look.seen

    def _shared(self) -> Look:
        gate = None
        with self._door:
            if (look := self._next) is None:
                look = self._next = Look()
            else:
                gate = threading.Lock()
                gate.acquire()
                look.gates.append(gate)
        if gate is not None:
            gate.acquire()
        else:
            self._lead(look)
        return look

    def _lead(self, look: Look) -> None:
        """Without an answer, if this thread is ended meanwhile, whoever waits asks again."""
        try:
            with self._turn:
                with self._door:
                    self._next = None
                if look.error is None:
                    look.seen = self._ask()
        except psycopg.Error as error:
            look.error = error
            with self._door:
                # Nobody waits for what isn't there after one who has waited for it already.
                if self._next is not None:
                    self._next.error = error
        finally:
            with self._door:
                if self._next is look:
                    self._next = None
            for gate in look.gates:
                gate.release()

    def _ask(self) -> Seen:
        with self._pool.connection() as raw:
            try:
                [(snapshot, steady)] = send(raw, [(VERSION, ())])[0].rows()
            except psycopg.Error as error:
                if raw.closed:
                    raise CrashShutdown(str(error)) from error
                raise
        return snapshot, int(steady or 0)


class Together:
    """What was read of steady rows, of the newest moment that anybody has seen."""

    def __init__(self) -> None:
        self._steady = -1
        self._values: dict[Hashable, Any] = {}

    def at(self, steady: int) -> dict[Hashable, Any]:
        """A dictionary of their own for those who still read at an older moment."""
        if steady > self._steady or len(self._values) > MOST:
            self._steady, self._values = steady, {}
        return self._values if steady == self._steady else {}


class ReadTogether(Read):
    def __init__(self, connection: PostgresConnection, together: Together) -> None:
        super().__init__(connection)
        self._together = together

    def begin(self) -> None:
        version = self._connection.version()
        if version != self._version or len(self) > MOST:
            self._version = version
            self._fleeting.clear()
            self._values = self._together.at(int(self._connection.steady()))  # type: ignore[call-overload]


class ReadingConnection(PostgresConnection):
    """`raw` is one of the pool's from `begin_reading` to `end_reading`; `last` is that of the last read, if it took
    one."""

    def __init__(self, pool: Pool) -> None:
        super().__init__()
        self._pool = pool
        self.last: Raw | None = None

    def see(self, seen: Seen) -> None:
        self._looked, self.last = seen, None

    def version(self) -> Hashable:
        return self._looked[0]

    def begin_reading(self) -> None:
        self.raw = self.last = self._pool.take()
        try:
            [(snapshot, steady)] = send(self.raw, [(READ_ONLY, ()), (VERSION, ())])[-1].rows()
        except BaseException:
            self._give_back()
            raise
        self._looked = snapshot, int(steady or 0)

    def end_reading(self) -> None:
        assert self.raw is not None
        try:
            send(self.raw, [("COMMIT", ())])
        finally:
            self._give_back()

    def _give_back(self) -> None:
        raw, self.raw = self.raw, None
        assert raw is not None
        self._pool.give(raw)


class Reads:
    """`ports.Store.read` for any number of threads or greenlets."""

    def __init__(self, pool: Pool) -> None:
        self._pool, self._looks, self._together = pool, Looks(pool), Together()
        self._views: list[tuple[ReadingConnection, SqlView]] = []

    def read(self, work: Callable[[SqlView], T]) -> T:
        """Runs again where the connection was lost: those that stood idle are, after a restart."""
        until = time.monotonic() + PATIENCE_S
        while True:
            lost = None
            try:
                seen = self._looks.now()
                connection, view = borrowed = self._view()
                try:
                    connection.see(seen)
                    return view.in_one_state(work)
                finally:
                    lost = connection.last
                    self._views.append(borrowed)
            except psycopg.Error as error:
                if not is_lost(error, lost) or time.monotonic() > until:
                    raise translate(error) from error

    def _view(self) -> tuple[ReadingConnection, SqlView]:
        """The one that was used last knows most."""
        try:
            return self._views.pop()
        except IndexError:
            connection = ReadingConnection(self._pool)
            return connection, SqlView(connection, ReadTogether(connection, self._together))
