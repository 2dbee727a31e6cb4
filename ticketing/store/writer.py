"""One writer for a database: it takes every waiting write, begins once, gives each its own savepoint,
commits once, and only then answers. Under load a group shares one sync of the disk."""

from __future__ import annotations

import queue
import sqlite3
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from ticketing.errors import StorageFull, Unavailable
from ticketing.store.rows import is_full
from ticketing.store.writing import SqliteTransaction

T = TypeVar("T")
Offload = Callable[[Callable[[], Any]], Any]
LOCK_WAIT_MS = 15_000


class Job:
    __slots__ = ("done", "error", "result", "work")

    def __init__(self, work: Callable[[SqliteTransaction], Any] | None) -> None:
        self.work = work
        self.result: Any = None
        self.error: BaseException | None = None
        self.done = threading.Event()


class GroupWriter:
    """`offload` runs what may wait for the disk or for another process; under gevent it is the hub's
    thread pool, so that sockets and reads go on meanwhile."""

    def __init__(
        self, connection: sqlite3.Connection, offload: Offload, waiting: int = 2000, group: int = 256
    ) -> None:
        self._connection = connection
        self._transaction = SqliteTransaction(connection)
        self._offload = offload
        self._jobs: queue.Queue[Job] = queue.Queue(maxsize=waiting)
        self._group = group
        self._closed = False
        self._door = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="layso-writer", daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[SqliteTransaction], T]) -> T:
        """Raises Unavailable when too many writes wait, StorageFull when the disk is full."""
        job = Job(work)
        with self._door:
            # A write let in after the last job would wait for ever.
            if self._closed:
                raise Unavailable("closing")
            try:
                self._jobs.put_nowait(job)
            except queue.Full:
                raise Unavailable("busy") from None
        job.done.wait()
        if job.error is not None:
            raise job.error
        return job.result

    @property
    def backlog(self) -> int:
        return self._jobs.qsize()

    def close(self) -> None:
        """Lets the writes that wait finish, then ends."""
        with self._door:
            first, self._closed = not self._closed, True
        if first:
            self._jobs.put(Job(None))
            self._thread.join()

    def _run(self) -> None:
        while True:
            group = [self._jobs.get()]
            while len(group) < self._group:
                try:
                    group.append(self._jobs.get_nowait())
                except queue.Empty:
                    break
            last = any(job.work is None for job in group)
            self._commit([job for job in group if job.work is not None])
            if last:
                return

    def _commit(self, group: list[Job]) -> None:
        try:
            self._begin()
            for job in group:
                self._step(job)
            self._offload(self._connection.commit)
        except BaseException as error:
            self._fail(group, error)
        for job in group:
            job.done.set()

    def _begin(self) -> None:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if not getattr(error, "sqlite_errorname", "").startswith("SQLITE_BUSY"):
                raise
            self._offload(self._begin_patiently)

    def _begin_patiently(self) -> None:
        self._connection.execute(f"PRAGMA busy_timeout = {LOCK_WAIT_MS}")
        try:
            self._connection.execute("BEGIN IMMEDIATE")
        finally:
            self._connection.execute("PRAGMA busy_timeout = 0")

    def _step(self, job: Job) -> None:
        run = self._connection.execute
        run("SAVEPOINT step")
        try:
            assert job.work is not None
            job.result = job.work(self._transaction)
        except Exception as error:
            # A full disk rolls back the whole transaction, or only a statement that has triggers; in the first
            # case the next statement would commit by itself.
            if not self._connection.in_transaction or (isinstance(error, sqlite3.Error) and is_full(error)):
                raise
            run("ROLLBACK TO step")
            job.error = error
        run("RELEASE step")

    def _fail(self, group: list[Job], error: BaseException) -> None:
        if self._connection.in_transaction:
            self._connection.rollback()
        if isinstance(error, sqlite3.Error):
            error = StorageFull() if is_full(error) else Unavailable("storage", cause=type(error).__name__)
        for job in group:
            job.result, job.error = None, error
