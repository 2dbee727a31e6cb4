"""One transaction for many works: it begins once and commits once. Where something of one has to be taken back, all of
them run once more, each behind a savepoint."""

from __future__ import annotations

import math
import sqlite3
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from ticketing.errors import StorageFull, Unavailable
from ticketing.store.rows import is_full
from ticketing.store.sqlite_writing import WritingConnection
from ticketing.store.writing import SqlTransaction

Offload = Callable[[Callable[[], Any]], Any]
PATIENCE_S = 15.0


class Job:
    """`until`: when it is refused, should another process still hold the database; by time.monotonic(), which is one
    for all processes of a machine."""

    __slots__ = ("_done", "error", "result", "sites", "until", "work")

    def __init__(self, sites: frozenset[str], work: Callable[[SqlTransaction], Any] | None, until: float) -> None:
        self.sites, self.work, self.until = sites, work, until
        self.result: Any = None
        self.error: BaseException | None = None
        # An Event is five objects and is made for every ticket: a lock that its maker waits for says as much.
        self._done = threading.Lock()
        self._done.acquire()

    def wait(self) -> None:
        self._done.acquire()

    def end(self) -> None:
        if self._done.locked():
            self._done.release()


class Committing:
    """`noted` is called after each commit, before those are answered whose it was. `offload` runs what may wait for the
    disk or for another process; under gevent it is a native thread, so that sockets and reads go on meanwhile. The
    works themselves stay on the loop: in the thread too they would be half as fast, since each statement gives the
    interpreter away."""

    def __init__(
        self, connection: WritingConnection, offload: Offload = lambda work: work(),
        noted: Callable[[], None] = lambda: None,
    ) -> None:  # fmt: skip
        self._connection = connection
        self._transaction = SqlTransaction(connection)
        self._offload, self._noted = offload, noted
        # Whether the last commit that had something to write went wrong.
        self.failed = False
        # Who waits for another process waits in `_begin`, by the patience of those whose work it is.
        connection.execute("PRAGMA busy_timeout = 0")

    def commit(self, group: list[Job]) -> None:
        """Runs and commits their works; each job holds its result or its error, and ends, once that is on disk."""
        written = self._connection.total_changes
        try:
            group = self._begin(group)
            if not group:
                return
            self._transaction.kept.begin()
            if len(group) == 1:
                self._alone(group[0])
            else:
                self._together(group)
            if self._connection.in_transaction:
                try:
                    self._offload(self._connection.commit)
                finally:
                    self._noted()
            self.failed = self.failed and self._connection.total_changes == written
        except BaseException as error:
            self._fail(group, error)
        for job in group:
            job.end()

    def _begin(self, group: list[Job]) -> list[Job]:
        """Takes the write lock for those whose patience lasts until another process gives it back."""
        while group and not self._begun():
            wait_ms = math.ceil((min(job.until for job in group) - time.monotonic()) * 1000)
            if wait_ms > 0 and self._offload(partial(self._begun, wait_ms)):
                break
            late = [job for job in group if job.until <= time.monotonic()]
            group = [job for job in group if job not in late]
            for job in late:
                job.error = Unavailable("storage", cause="locked")
                job.end()
        return group

    def _begun(self, wait_ms: int = 0) -> bool:
        """Whether the transaction could begin, at once or within `wait_ms`."""
        if wait_ms:
            self._connection.execute(f"PRAGMA busy_timeout = {wait_ms}")
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            return True
        except sqlite3.OperationalError as error:
            if not getattr(error, "sqlite_errorname", "").startswith("SQLITE_BUSY"):
                raise
            return False
        finally:
            if wait_ms:
                self._connection.execute("PRAGMA busy_timeout = 0")

    def _alone(self, job: Job) -> None:
        """A work by itself needs no savepoint: what fails takes the whole transaction back."""
        try:
            self._run_work(job)
            self._end()
        except Exception as error:
            self._raise_if_full(error)
            self._take_back()
            job.error = error

    def _together(self, group: list[Job]) -> None:
        """Behind a savepoint every page that is written is copied: each has its own only when one fails that has
        written, or when the database refuses a row, nobody knows whose."""
        if not self._at_once(group):
            self._take_back()
            # Another process may have written before it began again.
            group = self._begin(group)
            self._transaction.kept.begin()
            for job in group:
                job.error = self._step(job)
        self._end()

    def _end(self) -> None:
        self._connection.write_rows()
        self._transaction.kept.write()

    def _take_back(self) -> None:
        self._connection.forget()
        if self._connection.in_transaction:
            self._connection.rollback()
        self._transaction.kept.forget()

    def _at_once(self, group: list[Job]) -> bool:
        """False when it takes more than to forget what one did that fails."""
        kept = self._transaction.kept
        for job in group:
            written = self._connection.total_changes
            kept.begin_step()
            self._connection.begin_step()
            try:
                self._run_work(job)
            except Exception as error:
                self._raise_if_full(error)
                # What the database refuses may be a row of another that was kept back till now.
                if self._connection.total_changes != written or isinstance(error, sqlite3.Error):
                    return False
                kept.undo_step()
                self._connection.undo_step()
                job.error = error
        return self._rows_written()

    def _rows_written(self) -> bool:
        try:
            self._connection.write_rows()
        except sqlite3.Error as error:
            self._raise_if_full(error)
            return False
        return True

    def _step(self, job: Job) -> Exception | None:
        """Runs it, and takes back what it did if it fails; the error."""
        run, kept = self._connection.execute, self._transaction.kept
        run("SAVEPOINT step")
        kept.begin_step()
        failed = None
        try:
            self._run_work(job)
            self._connection.write_rows()
        except Exception as error:
            self._raise_if_full(error)
            self._connection.forget()
            run("ROLLBACK TO step")
            kept.undo_step()
            failed = error
        run("RELEASE step")
        return failed

    def _run_work(self, job: Job) -> None:
        assert job.work is not None
        self._transaction.held = job.sites
        job.result = job.work(self._transaction)

    def _raise_if_full(self, error: Exception) -> None:
        # A full disk rolls back the whole transaction, or only a statement that has triggers; in the first case the
        # next statement would commit by itself.
        if not self._connection.in_transaction or (isinstance(error, sqlite3.Error) and is_full(error)):
            raise error

    def _fail(self, group: list[Job], error: BaseException) -> None:
        self._take_back()
        if isinstance(error, sqlite3.Error):
            self.failed = True
            error = StorageFull() if is_full(error) else Unavailable("storage", cause=type(error).__name__)
        for job in group:
            job.result, job.error = None, error
