"""Long work in a process of its own, so that the serving one belongs to people: one job at a time, a short queue."""

from __future__ import annotations

import logging
import os
import pickle
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from flask_babel import get_locale

from display.worker import Worker
from kiosk.jobs import JOBS
from ticketing.errors import Busy, Unavailable
from ticketing.office import Office

log = logging.getLogger("layso.background")
NAMES = {job: name for name, job in JOBS.items()}
WAITING = 4
PATIENCE_S = 120.0
HOLD_S = 1.0
START_S = 60.0
CLOSE_S = 2.0
RETRY_S = 10
MOST_BYTES = 128 * 1024 * 1024


class Background:
    """`LongWork` for any number of threads or greenlets; starts its process when first needed, and anew when it has
    ended. Refuses with Busy what would be more than WAITING behind the job under way, if no place comes free in
    `hold_s`; a job that isn't done in `patience_s` is ended together with the process."""

    def __init__(self, data: Path, office: Office, database: str = "") -> None:
        level = logging.getLevelName(logging.getLogger().getEffectiveLevel())
        where = "database" if database else "directory"
        self._command = (sys.executable, "-P", "-m", "kiosk.jobs", str(data.absolute()), level, where)
        # Not among the arguments, which everybody on the machine may read.
        self._database = {"LAYSO_DATABASE": database} if database else {}
        self._office = office
        self.patience_s, self.hold_s = PATIENCE_S, HOLD_S
        self.backlog = 0  # the job under way, and those that wait
        self._room = threading.Condition()
        self._turn = threading.Lock()
        self._worker: Worker | None = None
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The process's id, None while there is none."""
        worker = self._worker
        return worker.pid if worker else None

    def __call__(self, job: Callable[..., Any], *given: Any, **named: Any) -> Any:
        asked = {
            "job": NAMES[job],
            "lang": str(get_locale() or "vi"),
            "now": self._office.clock.now().isoformat(),
            "rehearsal": self._office.clock.rehearsal,
            "public_url": self._office.public_url,
        }
        content = pickle.dumps((given, named))
        with self._room:
            # Whoever asks again at once, whatever Retry-After says, does so no more than once in that time.
            if not self._room.wait_for(lambda: self.backlog <= WAITING or self._closed, self.hold_s):
                raise Busy(retry_after=RETRY_S)
            self.backlog += 1
        try:
            if not self._turn.acquire(timeout=self.patience_s):
                raise Busy(retry_after=RETRY_S)
            try:
                return self._done(asked, content)
            finally:
                self._turn.release()
        finally:
            with self._room:
                self.backlog -= 1
                self._room.notify()

    def _done(self, asked: Mapping[str, Any], content: bytes) -> Any:
        job = asked["job"]
        try:
            head, answer = self._ask(asked, content)
        except (OSError, EOFError) as error:
            log.warning("a job was cut off", extra={"job": job, "reason": type(error).__name__})
            raise Unavailable("cut_off", retry_after=RETRY_S) from None
        if head["outcome"] == "failed":
            raise RuntimeError(f"the job {job} failed in the background process")
        result = pickle.loads(answer)
        if head["outcome"] == "refused":
            raise result
        return result

    def _ask(self, asked: Mapping[str, Any], content: bytes) -> tuple[dict[str, Any], bytes]:
        worker = self._running()
        last = True
        try:
            head, answer = worker.ask(asked, time.monotonic() + self.patience_s, content)
            last = bool(head.get("last"))
            return head, answer
        except TimeoutError:
            raise Unavailable("too_long", seconds=round(self.patience_s)) from None
        finally:
            # What an asker left unread would be the next one's answer.
            if last:
                self._drop()

    def _running(self) -> Worker:
        if self._worker is not None and self._worker.ended:
            self._drop()
        if self._worker is None and not self._closed:
            # What this process imports from, and nothing of the directory that it was started in.
            path = os.pathsep.join(entry or os.getcwd() for entry in sys.path)
            environment = {**os.environ, "PYTHONPATH": path, **self._database}
            self._worker = Worker(self._command, time.monotonic() + START_S, MOST_BYTES, environment)
            log.info("the background process has started")
        if self._worker is None or self._closed:
            raise EOFError("closed")
        return self._worker

    def _drop(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.kill()

    def close(self) -> None:
        """Ends the process, whatever it is doing: who waits for it is refused."""
        self._closed = True
        with self._room:
            self._room.notify_all()
        worker = self._worker
        if worker is not None:
            worker.end()
        # One that was just being started ends with its input.
        if self._turn.acquire(timeout=CLOSE_S):
            self._drop()
            self._turn.release()


class Here:
    """`LongWork` in the process that asks."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self.backlog = 0

    def __call__(self, job: Callable[..., Any], *given: Any, **named: Any) -> Any:
        return job(self._office, *given, **named)

    def close(self) -> None:
        pass
