"""The server's side of the program that speaks: one worker, one sentence at a time, never a long wait."""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from display.worker import Worker

log = logging.getLogger(__name__)
COMMAND = (sys.executable, "-P", str(Path(__file__).with_name("speaking.py")))
PATIENCE_S = 5.0
LEAST_S = 1.0
QUEUE = 32
REST_S = 30.0  # how long a worker that can't start is left alone
MAX_BYTES = 32 * 1024 * 1024


class NoVoice(Exception):
    """There is no sound for a sentence; `reason` is off, no_engine, busy, too_slow, or what the worker refused."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def installed_version() -> str:
    """The version of the installed engine, "" where there is none; part of what a sentence is cached under."""
    try:
        return version("espeakng-loader")
    except PackageNotFoundError:
        return ""


class Engine:
    """Speaks for any number of threads or greenlets, one after another; starts the worker when first needed.

    A worker that died is started anew, and the sentence asked again, once. One that doesn't answer in
    `patience_s` is ended: a hall waits for the chime, not for a stuck program.
    """

    def __init__(self, command: Sequence[str] = COMMAND, patience_s: float = PATIENCE_S, queue: int = QUEUE) -> None:
        self._command = command
        self.patience_s = patience_s
        self._turn = threading.Lock()
        self._seats = threading.BoundedSemaphore(queue)
        self._worker: Worker | None = None
        self._rests_until = 0.0
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The worker's process id, None while there is none."""
        worker = self._worker
        return worker.pid if worker else None

    @property
    def busy(self) -> bool:
        return self._turn.locked()

    def say(self, voice: str, speed: int, text: str) -> bytes:
        """WAV, mono, 22,050 Hz, 16 bit. `speed` in words a minute, 80 to 450. Raises NoVoice."""
        deadline = time.monotonic() + self.patience_s
        if not self._seats.acquire(blocking=False):
            raise NoVoice("busy")
        try:
            if not self._turn.acquire(timeout=self.patience_s):
                raise NoVoice("too_slow")
            try:
                # Who waited long for his turn must not end a sound worker for want of time.
                deadline = max(deadline, time.monotonic() + min(LEAST_S, self.patience_s))
                return self._ask({"voice": voice, "speed": speed, "text": text}, deadline)
            finally:
                self._turn.release()
        finally:
            self._seats.release()

    def _ask(self, request: dict[str, Any], deadline: float) -> bytes:
        for _attempt in range(2):
            worker = self._running(deadline)
            try:
                head, sound = worker.ask(request, deadline)
                if not sound and "error" not in head:
                    raise EOFError("the worker sent no sound")
            except (OSError, EOFError) as error:
                log.warning("the voice worker failed", extra={"reason": type(error).__name__})
                self._drop()
                if isinstance(error, TimeoutError):
                    raise NoVoice("too_slow") from None
            else:
                if "error" in head:
                    raise NoVoice(head["error"])
                return sound
        raise NoVoice("failed")

    def _running(self, deadline: float) -> Worker:
        if self._worker is not None:
            return self._worker
        if self._closed or time.monotonic() < self._rests_until:
            raise NoVoice("no_engine")
        try:
            worker = Worker(self._command, deadline, MAX_BYTES)
        except (OSError, EOFError) as error:
            self._rest(str(error) or type(error).__name__)
            raise NoVoice("no_engine") from None
        if "error" in worker.hello:
            worker.close()
            self._rest(str(worker.hello.get("reason", "")))
            raise NoVoice("no_engine")
        self._worker = worker
        log.info("the voice worker has started", extra={"engine": worker.hello.get("engine")})
        return worker

    def _rest(self, reason: str) -> None:
        self._rests_until = time.monotonic() + REST_S
        log.warning("there is no voice: the speech engine can't be started", extra={"reason": reason})

    def _drop(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.kill()

    def close(self) -> None:
        """Ends the worker; nothing is said afterwards."""
        self._closed = True
        with self._turn:
            worker, self._worker = self._worker, None
        if worker is not None:
            worker.close()
