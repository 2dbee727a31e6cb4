"""One writer for a database: it takes every waiting write and commits them together. Under load a group shares one
sync of the disk."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from typing import Protocol, TypeVar

from ticketing.errors import Unavailable
from ticketing.store.committing import PATIENCE_S, Committing, Job
from ticketing.store.writing import SqlTransaction

T = TypeVar("T")
WAITING = 2000


class Writer(Protocol):
    """So many works as `backlog` wait; `failed`: the last commit that had something to write went wrong."""

    @property
    def backlog(self) -> int: ...
    @property
    def failed(self) -> bool: ...
    def submit(self, sites: frozenset[str], work: Callable[[SqlTransaction], T]) -> T: ...
    def close(self) -> None: ...


class Elsewhere(Writer, Protocol):
    """A writer in another process; `submit` raises Gone for what it has not begun when that ends."""

    def begin(self) -> None:
        """The database stands as it should."""


class Gone(Exception):
    """The process that writes has ended, and not begun this work."""


class GroupWriter:
    """The writer of a process by itself, in a thread of its own."""

    def __init__(
        self, committing: Committing, waiting: int = WAITING, group: int = 256, patience_s: float = PATIENCE_S
    ) -> None:
        self._committing = committing
        self._jobs: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self._waiting, self._group = waiting, group
        self.patience_s = patience_s
        self._closed = False
        self._door = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="layso-writer", daemon=True)
        self._thread.start()

    def submit(self, sites: frozenset[str], work: Callable[[SqlTransaction], T]) -> T:
        """Raises Unavailable when too many writes wait, or when another process held the database for all of
        `patience_s`; StorageFull when the disk is full."""
        job = Job(sites, work, time.monotonic() + self.patience_s)
        with self._door:
            # A write let in after the last job would wait for ever.
            if self._closed:
                raise Unavailable("closing")
            if self._jobs.qsize() >= self._waiting:
                raise Unavailable("busy")
            self._jobs.put(job)
        job.wait()
        if job.error is not None:
            raise job.error
        return job.result

    @property
    def backlog(self) -> int:
        return self._jobs.qsize()

    @property
    def failed(self) -> bool:
        return self._committing.failed

    def close(self) -> None:
        """Lets the writes that wait finish, then ends."""
        with self._door:
            first, self._closed = not self._closed, True
        if first:
            self._jobs.put(Job(frozenset(), None, 0))
            self._thread.join()

    def _run(self) -> None:
        last = False
        while not last:
            group = [self._jobs.get()]
            self._fill(group)
            last = any(job.work is None for job in group)
            self._committing.commit([job for job in group if job.work is not None])

    def _fill(self, group: list[Job]) -> None:
        while len(group) < self._group:
            try:
                group.append(self._jobs.get_nowait())
            except queue.Empty:
                break
