"""The real server as a process of its own, on a free port, for every test that goes end to end.

with Server(tmp_path / "data") as server:
    server.token("kiosk")               # a bearer token of the site, issued by the command line
    server.take("ho-tich").json()["number"]
    server.restart()                    # the same port, the same data
"""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import pytest
import requests

from tests.warm import Forked
from ticketing.api.cookies import installation

ROOT = Path(__file__).resolve().parent.parent
READY = "Lấy Số is ready at "
MORNING = "2026-11-23T08:00"
START_S = 60.0
STOP_S = 20.0
# How a process begins: as a fork of one that has imported everything, see tests/warm.py.
launch: type[subprocess.Popen[str]] | type[Forked] = Forked


@contextlib.contextmanager
def executed() -> Iterator[None]:
    """Servers and commands begin as a user begins them: for tests of that, and of the process seen from outside."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys.modules[__name__], "launch", subprocess.Popen)
        yield


def environment(**extra: str) -> dict[str, str]:
    """This process's environment without our settings, in UTC, so that a local day must be worked out."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("LAYSO_")}
    return {**clean, "TZ": "UTC", "PYTHONPATH": str(ROOT), **extra}


def layso(
    *words: str | Path, data: Path | None = None, stdin: str = "", program: tuple[str, ...] = ("kiosk",), **extra: str
) -> subprocess.CompletedProcess[str]:
    """Runs one command to its end."""
    command = [sys.executable, "-m", *program, *map(str, words)]
    if data is not None:
        command += ["--data", str(data)]
    with contextlib.ExitStack() as files:
        into, out, err = (files.enter_context(TemporaryFile("w+", encoding="utf-8")) for _one in range(3))
        into.write(stdin)
        into.seek(0)
        process = launch(command, stdin=into, stdout=out, stderr=err, env=environment(**extra))
        try:
            code = process.wait(60)
        except BaseException:
            process.kill()
            raise
        for file in (out, err):
            file.seek(0)
        return subprocess.CompletedProcess(command, code, out.read(), err.read())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """`layso serve` on `data`. By default the demo profile, a rehearsal of a Monday morning from 08:00.

    `at=""` runs the real clock. `options` are further words for the command, `extra` its environment.
    """

    def __init__(
        self, data: Path, *, at: str = MORNING, profile: str = "demo", port: int = 0,
        options: tuple[str, ...] = ("--no-limits",), extra: dict[str, str] | None = None,
    ) -> None:  # fmt: skip
        self.data, self.at, self.profile, self.port = data, at, profile, port
        self.options, self.extra = options, extra or {}
        self.site = profile
        self.url = ""
        self.output = ""
        self.log = data.with_name(f"{data.name}.log")
        self.http = requests.Session()
        self.http.trust_env = False
        self._process: subprocess.Popen[str] | Forked | None = None
        self._tokens: dict[tuple[str, str], str] = {}

    def __enter__(self) -> Server:
        return self.start()

    def __exit__(self, *_error: object) -> None:
        if self.running:
            self.kill()
        self.http.close()

    # -- the process ----------------------------------------------------------------------------------

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def writer(self) -> int:
        """The id of the process that writes for it."""
        (pid,) = self._forks()
        return pid

    def _forks(self) -> list[int]:
        """Of the processes that it began: what does long work is no fork of it."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return [int(pid) for pid in children if b"kiosk.jobs" not in Path(f"/proc/{pid}/cmdline").read_bytes()]

    @property
    def pids(self) -> tuple[int, int]:
        """The processes that every request may cost: the one that serves, and the one that writes."""
        return self.pid, self.writer

    def command(self) -> list[str]:
        words = [sys.executable, "-m", "kiosk", "serve", "--data", str(self.data), "--port", str(self.port)]
        if self.profile:
            words += ["--demo", self.profile]
        if self.at:
            words += ["--at", self.at]
        return [*words, *self.options]

    def start(self) -> Server:
        """Starts it and waits for its ready line. Raises RuntimeError with its log when it ends instead."""
        self.data.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._process = launch(
                self.command(), stdout=subprocess.PIPE, stderr=log, env=environment(**self.extra), cwd=ROOT,
                text=True, encoding="utf-8",
            )  # fmt: skip
        self.output = ""
        self.url = self._wait_until_ready()
        self.port = int(self.url.rpartition(":")[2])
        return self

    def _wait_until_ready(self) -> str:
        lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read, args=(lines,), daemon=True)
        self._reader.start()
        deadline = time.monotonic() + START_S
        with contextlib.suppress(queue.Empty, subprocess.TimeoutExpired):
            while line := lines.get(timeout=max(0.01, deadline - time.monotonic())):
                self.output += line
                if line.startswith(READY):
                    return line.removeprefix(READY).strip()
            # Its output has ended, and so does it: to look for what it has forked would find it half gone.
            self.wait()
        self.kill()
        raise RuntimeError(f"the server did not get ready:\n{self.output}\n{self.logged()}")

    def _read(self, lines: queue.Queue[str]) -> None:
        """Its output, line by line; an empty text at the end. A pipe that nobody reads would stop the server."""
        assert self._process is not None and self._process.stdout is not None
        with self._process.stdout as stdout:
            for line in stdout:
                lines.put(line)
        lines.put("")

    def logged(self) -> str:
        return self.log.read_text(encoding="utf-8") if self.log.exists() else ""

    def send(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def wait(self, seconds: float = STOP_S) -> int:
        """Its exit code, once it has ended."""
        assert self._process is not None
        code = self._process.wait(seconds)
        self._reader.join(seconds)
        return code

    def stop(self) -> int:
        """Ends it as an operator does; the exit code."""
        self.send(signal.SIGTERM)
        return self.wait()

    def kill(self) -> None:
        """Ends it as a power cut does: all of it at the same moment."""
        if self._process is not None:
            if self.running:
                self.send(signal.SIGSTOP)
                for pid in self._forks():
                    os.kill(pid, signal.SIGSTOP)
                    os.kill(pid, signal.SIGKILL)
            self._process.kill()
            self.wait()

    def restart(self, *, kill: bool = False, at: str | None = None) -> Server:
        """The same port and data again; after a kill, or a clean stop."""
        if self.running:
            if kill:
                self.kill()
            else:
                assert self.stop() == 0, self.logged()
        if at is not None:
            self.at = at
        return self.start()

    # -- who asks -------------------------------------------------------------------------------------

    def token(self, role: str, site: str = "") -> str:
        """A bearer token of that role, issued once by the command line."""
        key = (role, site or self.site)
        if key not in self._tokens:
            words = ("token", "issue", "--site", key[1], "--role", role, "--name", f"test {role}")
            issued = layso(*words, data=self.data)
            assert issued.returncode == 0, issued.stderr
            self._tokens[key] = issued.stdout.strip()
        return self._tokens[key]

    def cookie(self, *parts: str) -> str:
        """The full name of one of its cookies."""
        key = (self.data / "secret-key").read_text(encoding="utf-8").strip()
        return "_".join(("layso", *parts, installation(key)))

    def login(self, role: str, site: str = "") -> tuple[str, str]:
        """Login and password of a demo officer of that role, as printed at the start."""
        wanted = f"{site or self.site}."
        for line in self.output.splitlines():
            words = line.split()
            if len(words) == 5 and words[0] == role and words[2].startswith(wanted):
                return words[2], words[4]
        raise LookupError(role)

    # -- asking ---------------------------------------------------------------------------------------

    def ask(self, method: str, path: str, *, role: str = "", **given: Any) -> requests.Response:
        """A request to `path` (below /api/v1 unless it starts with it, or with `//` for a page)."""
        headers = {**given.pop("headers", {})}
        if role:
            headers["Authorization"] = f"Bearer {self.token(role)}"
        url = self.url + (path[1:] if path.startswith("//") else f"/api/v1{path}")
        given.setdefault("timeout", 60)
        return self.http.request(method, url, headers=headers, **given)

    def board(self) -> dict[str, Any]:
        answer = self.ask("GET", f"/sites/{self.site}/board")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def take(self, field: str = "", *, role: str = "kiosk", key: str = "", **body: Any) -> requests.Response:
        """Takes a ticket for a field (the board's first one by default)."""
        if not field and not body:
            field = self.board()["fields"][0]["code"]
        headers = {"Idempotency-Key": key} if key else {}
        content = {**({"field": field} if field else {}), **body}
        return self.ask("POST", f"/sites/{self.site}/tickets", role=role, json=content, headers=headers)

    def at_counter(self, counter: int, verb: str, **body: Any) -> requests.Response:
        """An officer's verb at a counter, for example `at_counter(1, "call-next")`."""
        return self.ask("POST", f"/sites/{self.site}/counters/{counter}/{verb}", role="officer", json=body)
