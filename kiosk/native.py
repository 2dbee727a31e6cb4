"""Native threads beside the server's loop, for what waits for the disk or reckons for long."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import gevent
from gevent import monkey
from gevent.hub import Waiter
from gevent.lock import RLock
from gevent.threadpool import ThreadPool

from ticketing.errors import RateLimited

HASHES_WAITING = 16


class NativeThread:
    """Runs the work that greenlets hand it, one piece after the other; who handed it waits, the loop goes on.

    It is its owner's alone and lives as long as the process: other work that takes long, say password hashes, never
    stands before the owner's.
    """

    def __init__(self) -> None:
        # The originals: what gevent has patched would only stop greenlets.
        new_lock = monkey.get_original("_thread", "allocate_lock")
        self._handed, self._turn = new_lock(), RLock()
        self._handed.acquire()
        self._done = gevent.get_hub().loop.async_()
        self._work: Callable[[], Any] | None = None
        self._answer: Any = None
        self._error: BaseException | None = None
        monkey.get_original("_thread", "start_new_thread")(self._run, ())

    def __call__(self, work: Callable[[], Any]) -> Any:
        with self._turn:
            self._work, self._answer, self._error = work, None, None
            waiter: Waiter[None] = Waiter()
            # Before the thread gets its work: a watcher that doesn't watch yet forgets what it is sent.
            self._done.start(waiter.switch, None)
            self._handed.release()
            try:
                waiter.get()
            finally:
                self._done.stop()
            if self._error is not None:
                raise self._error
            return self._answer

    def _run(self) -> None:
        while True:
            self._handed.acquire()
            try:
                assert self._work is not None
                self._answer = self._work()
            except BaseException as error:
                self._error = error
            # Of the loop, only its own watcher may be touched from here.
            self._done.send()


def off_the_loop(work: Callable[[], Any]) -> Any:
    """Runs `work` in a native thread while sockets and reads go on."""
    return gevent.get_hub().threadpool.apply(work)


class Hashing:
    """Passwords in a thread or two of their own, with a short queue: the commit's thread has none to wait for."""

    def __init__(self) -> None:
        self._threads = 1 if (os.cpu_count() or 1) <= 2 else 2
        self._pool = ThreadPool(self._threads)
        self._inside = 0

    def __call__(self, work: Callable[[], Any]) -> Any:
        """Raises RateLimited when too many wait already."""
        if self._inside >= self._threads + HASHES_WAITING:
            raise RateLimited("busy", retry_after=1)
        self._inside += 1
        try:
            return self._pool.apply(work)
        finally:
            self._inside -= 1
