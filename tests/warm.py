"""`layso` as a process of its own without the second that its start costs: forked from one that has imported all.

Or a program of tests around it, or what a server of ours does its long work in. Only the start differs: a forked
`serve` has its own pid, environment, files and end, like one that was executed.
Tests of starting itself run the command as it stands: tests/serving.py, `executed`.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import gc
import importlib
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import IO, Any

ROOT = Path(__file__).resolve().parent.parent
LARGEST = 1 << 20
# In a process's environment: a module of the tests that it imports before all else.
BEFORE = "TESTS_BEFORE"
LONG_WORK = "kiosk.jobs"
PROGRAMS = ("kiosk", "tests.leaping", LONG_WORK)
# gevent's would only take effect in a loop that runs.
close = os.close


class Forked:
    """As much of subprocess.Popen as tests/serving.py and display/worker.py need. `nest` is what to fork from; this
    process's own if it isn't told."""

    def __init__(
        self, command: Sequence[str], *, stdin: IO[Any] | int | None = None, stdout: IO[Any] | int,
        stderr: IO[Any] | int, env: Mapping[str, str], cwd: str | Path | None = None, text: bool = True,
        encoding: str = "utf-8", start_new_session: bool = False, nest: socket.socket | None = None,
    ) -> None:  # fmt: skip
        program, *words = command[command.index("-m") + 1 :]
        assert program in PROGRAMS, command
        self.returncode: int | None = None
        self.stdout: IO[str] | None = None
        told = {"program": program, "words": words, "env": dict(env), "cwd": str(cwd or Path.cwd())}
        order = json.dumps({**told, "session": start_new_session}).encode()
        serving = "serve" in words[:2]
        self._status, theirs = os.pipe()
        with contextlib.ExitStack() as given:
            given.callback(os.close, theirs)
            out = stdout
            if out == subprocess.PIPE:
                ours, out = os.pipe()
                given.callback(os.close, out)
                self.stdout = open(ours, encoding=encoding)  # noqa: SIM115
            into = given.enter_context(open(os.devnull)) if stdin is None else stdin
            files = [each if isinstance(each, int) else each.fileno() for each in (into, out, stderr)]
            files += [theirs, _nest(False).fileno()] if serving else [theirs]
            socket.send_fds(nest or _nest(serving), [order], files)
        self.pid = int(self._line())

    def _line(self) -> bytes:
        line = b""
        while not line.endswith(b"\n"):
            byte = os.read(self._status, 1)
            if not byte:
                raise RuntimeError("the process to fork from is gone")
            line += byte
        return line

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None:
            if not select.select([self._status], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(["layso"], timeout or 0.0)
            self.returncode = int(self._line())
            os.close(self._status)
        return self.returncode

    def poll(self) -> int | None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self.wait(0)
        return None

    def send_signal(self, number: signal.Signals) -> None:
        # It may be gone, and not yet waited for, when it is looked at.
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


@functools.cache
def _nest(serving: bool) -> socket.socket:
    """The way to a process that has imported everything; only the one for `serve` is patched by gevent."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    words = [sys.executable, "-m", "tests.warm", "serve" if serving else "", str(theirs.fileno())]
    with theirs:
        process = subprocess.Popen(words, cwd=ROOT, pass_fds=[theirs.fileno()])

    def end() -> None:
        # A server that is left has a copy of it.
        ours.shutdown(socket.SHUT_RDWR)
        process.wait()

    atexit.register(end)
    return ours


def _forks(nest: socket.socket, fork: Any) -> tuple[dict[str, Any], list[int]]:
    """Answers each order with a child; returns what was ordered and files given beside the four, in the child alone."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        told, files, _flags, _address = socket.recv_fds(nest, LARGEST, 5)
        if not told:
            os._exit(0)
        if not fork():
            break
        for file in files:
            close(file)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    standard, status, given = files[:3], files[3], files[4:]
    child = fork()
    if child:
        os.write(status, b"%d\n" % child)
        for file in (*standard, *given):
            close(file)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        # Whoever ordered it may have ended before.
        with contextlib.suppress(BrokenPipeError):
            os.write(status, b"%d\n" % code)
        os._exit(0)
    for place, (file, name) in enumerate(zip(standard, ("stdin", "stdout", "stderr"), strict=True)):
        os.dup2(file, place)
        # gevent's Popen does so too: the sockets of a process that it patched aren't.
        os.set_blocking(place, True)
        before, lines = getattr(sys, name), 1 if name == "stderr" else -1
        fresh = open(place, before.mode, lines, encoding=before.encoding, errors=before.errors, closefd=False)  # noqa: SIM115
        setattr(sys, name, fresh)
    nest.close()
    for file in (*standard, status):
        close(file)
    return dict(json.loads(told)), given


def fork_long_work(nest: socket.socket | None = None) -> None:
    """From now on this process does its long work in a fork of the one for commands, where no loop runs."""
    from display import worker

    def begin(command: Sequence[str], **how: Any) -> subprocess.Popen[bytes] | Forked:
        if LONG_WORK not in command:
            return subprocess.Popen(command, **how)
        return Forked(command, stderr=2, nest=nest, **how)

    worker.subprocess = SimpleNamespace(Popen=begin, TimeoutExpired=subprocess.TimeoutExpired)  # type: ignore[assignment]


def _hatch(serving: bool, file: int) -> None:
    plain_socket, fork = socket.socket, os.fork
    if serving:
        import gevent.os
        from gevent import monkey

        monkey.patch_all()
        # Begins the loop anew in a child; the fork put into `os` would also wait for the child in this process's loop.
        plain_socket, fork = monkey.get_original("socket", "socket"), gevent.os.fork_gevent
        import kiosk.serving  # noqa: F401
    import time

    import holidays  # noqa: F401 - a fresh demo asks for the year's

    from kiosk import cli
    from tests import quick

    quick.in_this_process()
    if serving:
        from kiosk import pages
        from kiosk.app import create_app
        from kiosk.clocks import SystemClock
        from kiosk.config import Settings

        # No file of ours changes while tests run: a browser need not ask for each again with every page.
        pages.LASTING = "/static/"
        # What the first app of a process compiles for all others.
        with tempfile.TemporaryDirectory() as folder:
            create_app(Settings(Path(folder)), SystemClock()).extensions["layso"].close()
        # Its threads end here, not in every child.
        gevent.get_hub().join()
    else:
        import kiosk.jobs  # noqa: F401
    # Else a child's first collection would copy all that was imported.
    gc.collect()
    gc.freeze()
    run: Callable[[], object] = cli.run
    ordered, given = _forks(plain_socket(fileno=file), fork)
    if ordered["session"]:
        os.setsid()
    for one in given:
        os.set_inheritable(one, False)
        fork_long_work(plain_socket(fileno=one))
    os.environ.clear()
    os.environ.update(ordered["env"])
    time.tzset()
    os.chdir(ordered["cwd"])
    sys.argv = ["layso", *ordered["words"]]
    if before := os.environ.pop(BEFORE, ""):
        importlib.import_module(before)
    if ordered["program"] != "kiosk":
        sys.modules.pop(ordered["program"], None)
        run = functools.partial(runpy.run_module, ordered["program"], run_name="__main__")
    _to_its_end(run)


def _to_its_end(run: Callable[[], object]) -> None:
    """Ends as an interpreter does, but for taking all that was imported apart, which costs more than most commands."""
    code = 0
    try:
        run()
    except SystemExit as ended:
        if not isinstance(ended.code, int | None):
            raise
        code = ended.code or 0
    threading._shutdown()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    _hatch(sys.argv[1] == "serve", int(sys.argv[2]))
