"""The store on one SQLite file: WAL, a full sync at each commit, one writer, reads beside it."""

from __future__ import annotations

import queue
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sqlite_utils import Database

from ticketing.errors import Conflict
from ticketing.store.reading import SqliteView
from ticketing.store.schema import migrations
from ticketing.store.writer import GroupWriter, Offload
from ticketing.store.writing import SqliteTransaction

T = TypeVar("T")
BeforeMigration = Callable[[sqlite3.Connection, list[str]], None]


def connect(path: Path, busy_timeout_ms: int = 15_000) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=512)
    for pragma in (
        f"busy_timeout = {busy_timeout_ms}",
        "synchronous = FULL",
        "foreign_keys = ON",
        "recursive_triggers = ON",
        "cache_size = -16000",
    ):
        connection.execute(f"PRAGMA {pragma}")
    _use_wal(connection)
    return connection


def _use_wal(connection: sqlite3.Connection, tries: int = 100) -> None:
    """The switch to WAL fails at once while another process writes to a file that is still new; BEGIN waits."""
    for left in range(tries, 0, -1):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if left == 1 or not getattr(error, "sqlite_errorname", "").startswith("SQLITE_BUSY"):
                raise
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("COMMIT")


def migrate(connection: sqlite3.Connection, before: BeforeMigration | None = None) -> list[str]:
    """Applies the pending migrations under the write lock; returns their names.

    Raises Conflict for a database of a newer version of this program.

    `before` gets the connection and the names first, when there are any and the database isn't new.
    """
    database = Database(connection)
    pending = [m.name for m in migrations.pending(database)]
    known = {m.name for m in migrations.pending(Database(memory=True))}
    if {m.name for m in migrations.applied(database)} - known:
        raise Conflict("newer_database")
    if not pending:
        return []
    if before is not None and migrations.applied(database):
        before(connection, pending)
    connection.execute("BEGIN IMMEDIATE")
    try:
        migrations.apply(database)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return pending


class SqliteStore:
    """`ports.Store`. Safe to use from many threads, or from greenlets when `offload` leaves their thread."""

    def __init__(
        self,
        path: Path,
        offload: Offload = lambda work: work(),
        before_migration: BeforeMigration | None = None,
    ) -> None:
        self.path = path
        connection = connect(path)
        migrate(connection, before_migration)
        connection.execute("PRAGMA busy_timeout = 0")
        self._writing = connection
        self._writer = GroupWriter(connection, offload)
        self._readers: queue.LifoQueue[SqliteView] = queue.LifoQueue()
        self._all_readers: list[SqliteView] = []
        self._lock = threading.Lock()

    @property
    def backlog(self) -> int:
        return self._writer.backlog

    def write(self, work: Callable[[SqliteTransaction], T]) -> T:
        return self._writer.submit(work)

    def read(self, work: Callable[[SqliteView], T]) -> T:
        view = self._reader()
        view.connection.execute("BEGIN")
        try:
            return work(view)
        finally:
            view.connection.execute("COMMIT")
            self._readers.put(view)

    def _reader(self) -> SqliteView:
        try:
            return self._readers.get_nowait()
        except queue.Empty:
            view = SqliteView(connect(self.path))
            with self._lock:
                self._all_readers.append(view)
            return view

    def close(self) -> None:
        self._writer.close()
        for view in self._all_readers:
            view.connection.close()
        self._writing.close()
