"""The server's side of the program that speaks: one worker, one sentence at a time, never a long wait.

The worker sits at the other end of a socket pair rather than of two pipes: a socket has timeouts, and gevent's
patching makes it cooperative, so that the same lines serve a patched and a plain process.
"""

from __future__ import annotations

import json
import logging
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)
COMMAND = (sys.executable, "-P", str(Path(__file__).with_name("speaking.py")))
PATIENCE_S = 5.0
LEAST_S = 1.0
QUEUE = 32
REST_S = 30.0  # how long a worker that can't start is left alone
MAX_BYTES = 32 * 1024 * 1024
_CHUNK = 64 * 1024


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


class Worker:
    """One running worker. Raises OSError (TimeoutError among them) and EOFError when it doesn't do its part."""

    def __init__(self, command: Sequence[str], deadline: float) -> None:
        self._socket, theirs = socket.socketpair()
        with theirs:
            # A session of its own: Ctrl-C in the server's terminal is for the server to handle.
            self._process = subprocess.Popen(list(command), stdin=theirs, stdout=theirs, start_new_session=True)
        self._unread = b""
        try:
            self.hello = self._head(deadline)
        except BaseException:
            self.kill()
            raise

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, request: dict[str, Any], deadline: float) -> bytes:
        """The sound of a request. Raises NoVoice when the worker refuses it."""
        self._socket.settimeout(_left(deadline))
        self._socket.sendall(json.dumps(request).encode() + b"\n")
        head = self._head(deadline)
        if "error" in head:
            raise NoVoice(head["error"])
        size = head.get("bytes")
        if type(size) is not int or not 0 < size <= MAX_BYTES:
            raise EOFError("the worker's answer makes no sense")
        while len(self._unread) < size:
            self._receive(deadline)
        sound, self._unread = self._unread[:size], self._unread[size:]
        return sound

    def _head(self, deadline: float) -> dict[str, Any]:
        while b"\n" not in self._unread:
            self._receive(deadline)
        line, _, self._unread = self._unread.partition(b"\n")
        try:
            head = json.loads(line)
        except ValueError:
            head = None
        if not isinstance(head, dict):
            raise EOFError("the worker's answer makes no sense")
        return head

    def _receive(self, deadline: float) -> None:
        self._socket.settimeout(_left(deadline))
        chunk = self._socket.recv(_CHUNK)
        if not chunk:
            raise EOFError("the worker has ended")
        self._unread += chunk

    def kill(self) -> None:
        self._socket.close()
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """Lets it end by itself, as it does when its input ends."""
        self._socket.close()
        try:
            self._process.wait(2)
        except subprocess.TimeoutExpired:
            self.kill()


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
                return worker.ask(request, deadline)
            except (OSError, EOFError) as error:
                log.warning("the voice worker failed", extra={"reason": type(error).__name__})
                self._drop()
                if isinstance(error, TimeoutError):
                    raise NoVoice("too_slow") from None
        raise NoVoice("failed")

    def _running(self, deadline: float) -> Worker:
        if self._worker is not None:
            return self._worker
        if self._closed or time.monotonic() < self._rests_until:
            raise NoVoice("no_engine")
        try:
            worker = Worker(self._command, deadline)
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


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("no time left")
    return left
