"""Several server processes on one port: this one listens, starts them and starts anew what ends; they serve.

They are spawned, not forked, and end when this process does, however it ends: their standard input does then.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

import gevent
from gevent import monkey
from gevent.event import Event

from kiosk.config import Settings
from kiosk.counts import note_end
from kiosk.datadir import Refused

log = logging.getLogger("layso.workers")
READY = "Lấy Số is ready at "
REST_S = 1.0
FINISH_S = 10.0


@dataclass
class Worker:
    """A process that serves, and what it has said."""

    process: subprocess.Popen[bytes]
    ready: Event
    started: float


def serve(settings: Settings) -> None:
    """Serves until SIGTERM or SIGINT. Raises Refused when the first process is refused, which has said why."""
    from kiosk.serving import listen

    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, stop.set)
    with (
        listen(settings.host, settings.port) as listener, TemporaryDirectory(prefix="layso-counts-") as counts,
    ):  # fmt: skip
        start = partial(_start, listener, counts)
        # The first one prepares the data, and is alone meanwhile.
        first = start(loud=True)
        workers = [first]
        try:
            _await([first], stop)
            workers += [] if stop.is_set() else [start() for _ in range(settings.workers - 1)]
            _await(workers, stop)
            if not stop.is_set():
                print(f"{READY}{_url(settings, listener)}", flush=True)
            _look_after(workers, start, counts, stop)
        finally:
            _end(workers)


def _url(settings: Settings, listener: socket.socket) -> str:
    from kiosk.serving import served_url

    return served_url(listener, settings.tls_cert is not None)


def _start(listener: socket.socket, counts: str, loud: bool = False) -> Worker:
    """`counts` is the folder where the processes keep what /metrics tells of them together."""
    handle = listener.fileno()
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "kiosk", *sys.argv[1:], "--listener", str(handle), "--counts", counts],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=[handle], start_new_session=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(entry or os.getcwd() for entry in sys.path)},
    )  # fmt: skip
    worker = Worker(process, Event(), monotonic())
    gevent.spawn(_listen, worker, loud)
    return worker


def _listen(worker: Worker, loud: bool) -> None:
    """What the first one prints is for whoever started us; that it is ready is said once, when all are."""
    assert worker.process.stdout is not None
    for line in worker.process.stdout:
        text = line.decode(errors="replace")
        if text.startswith(READY):
            worker.ready.set()
        elif loud:
            sys.stdout.write(text)
            sys.stdout.flush()
    worker.ready.set()


def _await(workers: list[Worker], stop: Event) -> None:
    for worker in workers:
        while not stop.is_set() and not worker.ready.wait(0.1):
            pass
    for worker in workers:
        if not stop.is_set() and worker.process.poll() not in (None, 0):
            raise Refused("a server process could not be started")


def _look_after(workers: list[Worker], start: Callable[[], Worker], counts: str, stop: Event) -> None:
    while not stop.wait(0.1):
        for place, worker in enumerate(workers):
            if worker.process.poll() is not None:
                log.error("a server process has ended", extra={"code": worker.process.returncode})
                # Its counters stay in the sums; what it had open is open no longer.
                note_end(Path(counts), worker.process.pid)
                # One that can't live is not started a hundred times a second.
                stop.wait(max(0.0, REST_S - (monotonic() - worker.started)))
                if not stop.is_set():
                    workers[place] = start()


def _end(workers: list[Worker]) -> None:
    for worker in workers:
        if worker.process.poll() is None:
            worker.process.terminate()
    for worker in workers:
        try:
            worker.process.wait(FINISH_S)
        except subprocess.TimeoutExpired:
            worker.process.kill()


def end_with_the_parent() -> None:
    """In a worker: asks for its own end once its standard input has ended."""

    def watch() -> None:
        while os.read(0, 4096):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    monkey.get_original("_thread", "start_new_thread")(watch, ())
