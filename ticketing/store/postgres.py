"""The store on PostgreSQL, for many processes: one row to lock for each site, so that sites never wait for each other.

Reads are REPEATABLE READ. A write locks the rows of its sites in their order and then reads what is committed, so that
what is checked holds until it commits. psycopg is an extra: nothing imports this file before it is asked for.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Literal, TypeVar

import psycopg
from psycopg.errors import IntegrityError

from ticketing.errors import Unavailable
from ticketing.store.check import promises
from ticketing.store.postgres_connection import Pool, PostgresConnection, translate
from ticketing.store.postgres_lanes import OLD_MARKS, Lane, Marks, run_alone
from ticketing.store.postgres_moves import (
    Held,
    copy_from_file,
    copy_to_file,
    identity,
    is_served,
    opened,
    put_secret,
    secret,
)
from ticketing.store.postgres_reading import Reads
from ticketing.store.reading import SqlView
from ticketing.store.schema import JOURNAL_TRIGGERS
from ticketing.store.schema_postgres import applied, known, migrate
from ticketing.store.writing import NotHeld, SqlTransaction

T = TypeVar("T")


class PostgresStore:
    """`ports.Store`. Safe to use from many threads or greenlets of many processes."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._pool = Pool(url)
        self._reads = Reads(self._pool)
        self._lanes: dict[str, Lane] = {}
        self._marks = Marks()
        self._door = threading.Lock()
        self.gone: list[str] = []
        self.failed = False

    @property
    def backlog(self) -> int:
        return sum(lane.backlog for lane in self._lanes.values())

    def look_after(self) -> None:
        """Once a second: whether the database answers again."""
        if self.failed:
            self.read(lambda view: view.meta("epoch"))
            self.failed = False

    def writes(self) -> Literal["ok", "busy", "failed"]:
        try:
            with self._pool.connection() as raw:
                row = raw.execute("SELECT pg_is_in_recovery()").fetchone()
            return "failed" if row is None or row[0] else "ok"
        except psycopg.Error:
            return "failed"

    def write(self, sites: Collection[str], work: Callable[[SqlTransaction], T]) -> T:
        held = frozenset(sites)
        while True:
            try:
                return self._write(held, work)
            except NotHeld as more:
                held |= {more.site}
            except psycopg.Error as error:
                if isinstance(error, IntegrityError):
                    raise
                self.failed = True
                raise translate(error) from error

    def _write(self, held: frozenset[str], work: Callable[[SqlTransaction], T]) -> T:
        if len(held) == 1:
            return self._lane(next(iter(held))).submit(work)
        with self._marks.one() as mark:
            return run_alone(self._pool, held or frozenset([""]), work, mark)

    def _lane(self, site: str) -> Lane:
        with self._door:
            lane = self._lanes.get(site)
            if lane is None:
                lane = self._lanes[site] = Lane(self._pool, site)
            return lane

    def read(self, work: Callable[[SqlView], T]) -> T:
        return self._reads.read(work)

    def close(self) -> None:
        for lane in list(self._lanes.values()):
            lane.close()
        self._pool.close()


class PostgresReader:
    """`ports.Store` for a process that only reads, beside the servers that write."""

    def __init__(self, url: str) -> None:
        self._pool = Pool(url, most=1)
        self._reads = Reads(self._pool)

    def write(self, sites: Collection[str], work: Callable[[SqlTransaction], T]) -> T:
        raise Unavailable("read_only")

    def read(self, work: Callable[[SqlView], T]) -> T:
        return self._reads.read(work)

    def close(self) -> None:
        self._pool.close()


def open_postgres(url: str) -> PostgresStore:
    """Brings the tables up to date, or makes them. Raises DatabaseUnusable, and as `migrate` does."""
    with opened(url) as raw:
        migrate(raw, PostgresConnection(raw))
        raw.execute(OLD_MARKS)
    return PostgresStore(url)


def check(url: str, noted: Mapping[str, int] | None = None) -> list[str]:
    """As `store.check`, at the moment that it begins, beside running servers."""
    with opened(url) as raw:
        connection = PostgresConnection(raw)
        connection.begin_reading()
        there = applied(connection)
        if set(known()) - set(there):
            return [f"migration {name} is not applied" for name in known() if name not in there]
        return [*_unprotected(connection), *promises(SqlView(connection), noted or {})]


def _unprotected(connection: PostgresConnection) -> Iterator[str]:
    enabled = {name for (name,) in connection.execute("SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D'")}
    for trigger in JOURNAL_TRIGGERS:
        if trigger not in enabled:
            yield f"the journal is not protected: trigger {trigger} is missing"


__all__ = [
    "Held", "PostgresReader", "PostgresStore", "check", "copy_from_file", "copy_to_file", "identity", "is_served",
    "open_postgres", "put_secret", "secret",
]  # fmt: skip
