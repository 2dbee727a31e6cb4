"""Connections to PostgreSQL that understand our SQL, and a pool of them."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import psycopg
from psycopg import RawCursor
from psycopg.errors import AdminShutdown, CannotConnectNow, CrashShutdown, DiskFull
from psycopg.raw_cursor import RawServerCursor
from psycopg.types.numeric import Int8Dumper
from psycopg_pool import ConnectionPool

from ticketing.errors import StorageFull, TicketingError, Unavailable
from ticketing.store.postgres_pipeline import Statement, send

Raw = psycopg.Connection[Any]
MOST_CONNECTIONS = 10
PATIENCE_S = 3.0
SETTINGS = (
    "SET lock_timeout = '5s'; SET idle_in_transaction_session_timeout = '30s'; SET synchronous_commit = on; "
    "SET default_transaction_isolation = 'read committed'; SET standard_conforming_strings = on"
)
# What is visible in two transactions with the same snapshot is the same.
VERSION = "SELECT pg_current_snapshot()::text, (SELECT SUM(version)::bigint FROM steady)"
READ_ONLY = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
PREPARED = 500
ROWS_AT_ONCE = 2000


@lru_cache(maxsize=2000)
def translated(sql: str) -> str:
    """A statement of ours, in PostgreSQL's way of numbering its values."""
    numbers = itertools.count(1)
    return re.sub(r"\?(\d*)", lambda mark: f"${mark[1] or next(numbers)}", re.sub(r" INDEXED BY \w+", "", sql))


class PostgresConnection:
    """`dialect.Connection` on the connection `raw`, which whoever owns this puts there."""

    def __init__(self, raw: Raw | None = None) -> None:
        self.raw = raw
        self._looked: tuple[Hashable, Hashable] = (None, None)
        self._reading = False

    def execute(self, sql: str, values: Sequence[Any] = (), /) -> Any:
        assert self.raw is not None
        return self.raw.execute(translated(sql), values)

    def insert(self, sql: str, values: Sequence[Any], /) -> int:
        return int(self.execute(f"{sql} RETURNING id", values).fetchone()[0])

    def later(self, sql: str, values: Sequence[Any], /) -> None:
        self.execute(sql, values)

    def new_ticket_id(self, last: int | None) -> int:
        found: int = self.execute("SELECT nextval(pg_get_serial_sequence('tickets', 'id'))").fetchone()[0]
        return found

    def stream(self, sql: str, values: Sequence[Any] = (), /) -> Iterator[Any]:
        assert self.raw is not None
        with RawServerCursor(self.raw, f"stream_{id(values)}_{time.monotonic_ns()}") as cursor:
            cursor.itersize = ROWS_AT_ONCE
            yield from cursor.execute(translated(sql), values)

    def alone_for(self, table: str) -> None:
        self.execute("SELECT pg_advisory_xact_lock(hashtext(?))", (table,))

    def member(self, column: str, name: str) -> str:
        return f"{column}::json ->> '{name}'"

    def version(self) -> Hashable:
        if not self._reading:
            self._look((VERSION, ()))
        return self._looked[0]

    def still(self) -> Hashable:
        return None

    def _look(self, *statements: Statement) -> None:
        assert self.raw is not None
        [(snapshot, steady)] = send(self.raw, statements)[-1].rows()
        self._looked = snapshot, steady

    def steady(self) -> Hashable:
        return self._looked[1]

    def begin_reading(self) -> None:
        self._look((READ_ONLY, ()), (VERSION, ()))
        self._reading = True

    def end_reading(self) -> None:
        self._reading = False
        assert self.raw is not None
        send(self.raw, [("COMMIT", ())])

    def close(self) -> None:
        assert self.raw is not None
        self.raw.close()

    def can_begin(self, patience_ms: int) -> bool:
        return True


def is_lost(error: Exception, raw: Raw | None) -> bool:
    """Whether the connection is gone, so that its transaction is too."""
    return isinstance(error, AdminShutdown | CrashShutdown | CannotConnectNow) or (raw is not None and raw.closed)


def connect(url: str) -> Raw:
    """Raises psycopg.Error."""
    raw = psycopg.connect(url, **HOW)
    _configure(raw)
    return raw


HOW: dict[str, Any] = {
    "autocommit": True, "cursor_factory": RawCursor, "client_encoding": "UTF8", "connect_timeout": 2,
    "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3, "application_name": "layso",
}  # fmt: skip


def _configure(raw: Raw) -> None:
    raw.prepare_threshold, raw.prepared_max = 2, PREPARED
    # One type for all integers, or each size would be another statement.
    raw.adapters.register_dumper(int, Int8Dumper)
    raw.execute(SETTINGS)


def translate(error: psycopg.Error) -> TicketingError:
    """What a fault of the database is to whoever asked."""
    if isinstance(error, DiskFull):
        return StorageFull()
    return Unavailable("storage", cause=type(error).__name__)


class Pool:
    """Connections to one database, a few for each process."""

    def __init__(self, url: str, most: int = MOST_CONNECTIONS) -> None:
        self._pool = ConnectionPool(
            url, kwargs=HOW, configure=_configure, min_size=1, max_size=most, timeout=PATIENCE_S,
            # Attempts that grew rarer would leave us cut off after the database is back.
            reconnect_timeout=PATIENCE_S, num_workers=2, open=True,
        )  # fmt: skip
        self.take, self.give = self._pool.getconn, self._pool.putconn

    @contextmanager
    def connection(self) -> Iterator[Raw]:
        """Raises psycopg.OperationalError when there is none to be had."""
        raw = self.take()
        try:
            yield raw
        except (AdminShutdown, CrashShutdown):
            # It has been told, and doesn't look it yet.
            raw.close()
            raise
        finally:
            self.give(raw)

    def close(self) -> None:
        self._pool.close(timeout=1)
