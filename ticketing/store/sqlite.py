"""The store on one SQLite file: WAL, a full sync at each commit, one writer, reads beside it."""

from __future__ import annotations

import logging
import secrets
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Collection, Hashable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Literal, TypeVar

from sqlite_utils import Database

from ticketing.errors import Conflict, TicketingError, Unavailable
from ticketing.store.changes import Changes
from ticketing.store.committing import Committing, Offload
from ticketing.store.dialect import SqliteConnection
from ticketing.store.files import Files, is_full
from ticketing.store.reader import BUSY_MS
from ticketing.store.reading import SqlView
from ticketing.store.schema import migrations
from ticketing.store.sqlite_writing import WritingConnection
from ticketing.store.writer import Elsewhere, Gone, GroupWriter, Writer
from ticketing.store.writing import NotHeld, SqlTransaction

log = logging.getLogger("layso.store")
LEAST_FREE = 256 * 1024
# After so many writes of another process its log is brought into the database, from beside; on so many pages it stops
# for that by itself.
BRING_IN_AFTER, MOST_LOG_PAGES = 200, 20_000
WRITTEN = "written_on_a_full_disk"
T = TypeVar("T")
C = TypeVar("C", bound=SqliteConnection)
BeforeMigration = Callable[[sqlite3.Connection, list[str]], None]


def connect(path: Path, busy_timeout_ms: int = BUSY_MS) -> SqliteConnection:
    return _connected(path, SqliteConnection, busy_timeout_ms)


def connect_to_write(path: Path) -> WritingConnection:
    return _connected(path, WritingConnection, BUSY_MS)


def _connected(path: Path, kind: type[C], busy_timeout_ms: int) -> C:
    connection = sqlite3.connect(
        path, isolation_level=None, check_same_thread=False, cached_statements=512, factory=kind
    )
    for pragma in (
        f"busy_timeout = {busy_timeout_ms}",
        "synchronous = FULL",
        "foreign_keys = ON",
        "recursive_triggers = ON",
        "cache_size = -4000",
        "temp_store = MEMORY",
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


def writing_at(path: Path) -> Committing:
    """What another process writes with beside the store, whose tables are up to date."""
    changes = Changes(path)

    def note() -> None:
        # The store, too, looks whether the file was replaced.
        changes.look_after()
        changes.note()

    connection = connect_to_write(path)
    connection.execute(f"PRAGMA wal_autocheckpoint = {MOST_LOG_PAGES}")
    return Committing(connection, noted=note)


class SqliteStore:
    """`ports.Store`. Safe to use from many threads, or from greenlets when `offload` leaves their thread."""

    def __init__(
        self,
        path: Path,
        offload: Offload = lambda work: work(),
        before_migration: BeforeMigration | None = None,
        elsewhere: Elsewhere | None = None,
    ) -> None:
        self.path, self._offload = path, offload
        self._writing = connect_to_write(path)
        migrate(self._writing, before_migration)
        self._changes = Changes(path)
        if elsewhere is not None:
            elsewhere.begin()
        self._writer: Writer = elsewhere or self._write_here()
        self._watching = connect(path)
        self._door = threading.Lock()
        self._written = 0
        self._version: Hashable = None
        self._readers: deque[SqlView] = deque()
        self._closed = False
        # The first read makes the files beside the database.
        self.gone: list[str] = []
        self.read(lambda view: view.meta("epoch"))
        self._files = Files(path)

    def _write_here(self) -> Writer:
        return GroupWriter(Committing(self._writing, self._offload, self._changes.note))

    @property
    def backlog(self) -> int:
        return self._writer.backlog

    def look_after(self) -> None:
        """Once a second: whether the open files are those in the directory, what the process that writes has written,
        and, where the last commit failed or the disk is full, whether a commit goes through again."""
        if not self.gone and (gone := self._files.gone):
            self.gone = gone
            log.error("the database's files were deleted or replaced: nothing more is written", extra={"files": gone})
            self._save(gone)
        self._changes.look_after()
        self._look_for_others()
        if self._written >= BRING_IN_AFTER and not isinstance(self._writer, GroupWriter):
            self._written = 0
            self._offload(self._bring_in)
        if not self.gone and (self._writer.failed or is_full(self.path, LEAST_FREE)):
            with suppress(TicketingError):
                self.write((), partial(SqlTransaction.set_meta, key=WRITTEN, value=secrets.token_hex(4)))

    def _look_for_others(self) -> None:
        """Who writes past our stores, say at SQLite's own prompt, tells nobody of it."""
        if (version := self._watching.version()) != self._version:
            self._version = version
            self._changes.note()

    def _save(self, gone: list[str]) -> None:
        """What stands in a deleted log of writes is brought into the database, while that is still there."""
        if self.path.name not in gone:
            self._bring_in()

    def _bring_in(self) -> None:
        """Writes go on meanwhile: who waits for a commit waits for no page of those before."""
        with suppress(sqlite3.Error):
            self._lend(lambda view: view.connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall())

    def writes(self) -> Literal["ok", "busy", "failed"]:
        """What the last commit told; busy while this or another process holds the database. Writes nothing."""
        if self.gone or self._writer.failed:
            return "failed"
        return "ok" if self._lend(SqlView.can_begin) else "busy"

    def write(self, sites: Collection[str], work: Callable[[SqlTransaction], T]) -> T:
        if self.gone:
            raise Unavailable("files_gone")
        held = frozenset(sites)
        self._written += 1
        while True:
            try:
                return self._writer.submit(held, work)
            except NotHeld as more:
                held |= {more.site}
            except Gone:
                self._take_over()

    def _take_over(self) -> None:
        # Two on one connection would take back what the other acknowledges.
        with self._door:
            if not isinstance(self._writer, GroupWriter):
                self._writer = self._write_here()

    def read(self, work: Callable[[SqlView], T]) -> T:
        return self._lend(lambda view: view.in_one_state(work))

    def _lend(self, use: Callable[[SqlView], T]) -> T:
        try:
            view = self._readers.pop()
        except IndexError:
            if self.gone:
                # A connection that is opened now would make new files, and see what was before.
                raise Unavailable("files_gone") from None
            if self._closed:
                raise Unavailable("closing") from None
            view = SqlView(self._reading())
        try:
            return use(view)
        finally:
            self._readers.append(view)
            if self._closed:
                self._close_readers()

    def _reading(self) -> SqliteConnection:
        connection = connect(self.path)
        connection.changes = self._changes
        return connection

    def close(self) -> None:
        """Whoever reads at this moment reads to its end: a connection that is closed under a thread that uses it takes
        the process with it."""
        self._writer.close()
        self._closed = True
        self._close_readers()
        self._watching.close()
        self._writing.close()
        self._changes.close()

    def _close_readers(self) -> None:
        with suppress(IndexError):
            while True:
                self._readers.pop().connection.close()


class SqliteReader:
    """`ports.Store` for one thread of a process that only reads, beside the server that writes."""

    def __init__(self, path: Path) -> None:
        connection = connect(path)
        connection.execute("PRAGMA query_only = ON")
        self._view = SqlView(connection)

    def write(self, sites: Collection[str], work: Callable[[SqlTransaction], T]) -> T:
        raise Unavailable("read_only")

    def read(self, work: Callable[[SqlView], T]) -> T:
        return self._view.in_one_state(work)

    def close(self) -> None:
        self._view.connection.close()
