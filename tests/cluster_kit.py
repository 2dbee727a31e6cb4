"""A private PostgreSQL for the tests, from Debian's package: its files and its socket in a directory of its own, ended
with the tests."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.serving import Server, free_port, layso

MISSING = "PostgreSQL is not installed (apt-get install postgresql): nothing of the cluster is proven"
TEMPLATE = "layso_new"


def programs() -> Path | None:
    """Where Debian has initdb and postgres, of the newest version that is there."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


def _as_user() -> dict[str, Any]:
    """PostgreSQL refuses to be root: Debian's package has made a user for it."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam("postgres")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


class Postgres:
    """One server, with no disk to wait for unless `durable`; `url()` is that of a new database."""

    def __init__(self, durable: bool = False) -> None:
        found = programs()
        if found is None:
            pytest.skip(MISSING)
        self._programs, self._durable = found, durable
        self.folder = Path(tempfile.mkdtemp(prefix="layso-pg-"))
        shutil.chown(self.folder, *(("postgres", "postgres") if os.geteuid() == 0 else (os.geteuid(), os.getegid())))
        self.data = self.folder / "data"
        self._names = itertools.count(1)
        self._server: subprocess.Popen[bytes] | None = None
        self._run("initdb", "-D", self.data, "-U", "layso", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
        self.start()

    def _run(self, program: str, *words: Any) -> None:
        subprocess.run(
            [self._programs / program, *map(str, words)], check=True, capture_output=True, cwd="/", **_as_user()
        )

    def start(self) -> None:
        settings = ["listen_addresses=", f"unix_socket_directories={self.folder}", "max_connections=200"]
        if not self._durable:
            settings += ["fsync=off", "full_page_writes=off"]
        with (self.folder / "log").open("ab") as log:
            self._server = subprocess.Popen(
                [self._programs / "postgres", "-D", self.data, *(word for one in settings for word in ("-c", one))],
                stdout=log, stderr=log, cwd="/", **_as_user(),
            )  # fmt: skip
        try:
            self.wait()
        except BaseException:
            # Nobody else knows of it.
            self.end()
            raise

    def wait(self) -> None:
        import psycopg

        until = time.monotonic() + 60
        while True:
            try:
                psycopg.connect(self.address("postgres")).close()
                return
            except psycopg.OperationalError:
                assert time.monotonic() < until, (self.folder / "log").read_text()
                time.sleep(0.05)

    def address(self, name: str) -> str:
        return f"postgresql://layso@/{name}?host={quote(str(self.folder), safe='')}"

    def execute(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]

    def url(self, template: str = "template0", encoding: str = "UTF8") -> str:
        name = f"layso_{next(self._names)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template} ENCODING '{encoding}' LOCALE 'C' STRATEGY wal_log")
        return self.address(name)

    def new(self) -> str:
        """A database with our tables, and nothing in them."""
        return self.url(self._template())

    @cache  # noqa: B019
    def _template(self) -> str:
        from ticketing.store.postgres import open_postgres

        url = self.url()
        open_postgres(url).close()
        return url.split("/@/")[-1].split("@/")[1].split("?")[0]

    def end(self, how: int = signal.SIGINT) -> None:
        if self._server is not None:
            self._server.send_signal(how)
            self._server.wait(60)
            self._server = None

    def restart_immediately(self) -> None:
        """As the power's return would have it: nothing is written down before the end."""
        self.end(signal.SIGQUIT)
        self.start()

    def close(self) -> None:
        self.end()
        shutil.rmtree(self.folder, ignore_errors=True)


_running: list[Postgres] = []


def postgres() -> Postgres:
    """The one of this test process. Skips, loudly, where there is none to be had."""
    if programs() is None:
        pytest.skip(MISSING)
    pytest.importorskip("psycopg", reason="psycopg is not installed (pip install -e '.[cluster]')")
    if not _running:
        _running.append(Postgres())
    return _running[0]


def end_postgres() -> None:
    while _running:
        _running.pop().close()


class Redis:
    """A Redis that keeps nothing, on a free port of this machine."""

    def __init__(self) -> None:
        if shutil.which("redis-server") is None:
            pytest.skip("Redis is not installed (apt-get install redis-server): no signals are proven")
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self) -> None:
        where = ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", tempfile.gettempdir()]
        self._server = subprocess.Popen(["redis-server", *where, "--save", ""], stdout=subprocess.DEVNULL)
        until = time.monotonic() + 60
        while socket.socket().connect_ex(("127.0.0.1", self.port)):
            assert time.monotonic() < until
            time.sleep(0.05)

    def kill(self) -> None:
        self._server.kill()
        self._server.wait(60)

    close = kill


class ClusterServer(Server):
    """`layso serve` with several processes on a new database."""

    def __init__(
        self, folder: Path, database: str, signals: str = "", workers: int = 4, limits: bool = False,
        more: tuple[str, ...] = (), **given: Any,
    ) -> None:  # fmt: skip
        words = ("--workers", str(workers), *(("--signals", signals) if signals else ()))
        words += more if limits else ("--no-limits", *more)
        super().__init__(folder / "data", options=words, extra={"LAYSO_DATABASE": database}, **given)
        self.database = database

    def layso(self, *words: str) -> subprocess.CompletedProcess[str]:
        return layso(*words, LAYSO_DATABASE=self.database)

    def token(self, role: str, site: str = "") -> str:
        key = (role, site or self.site)
        if key not in self._tokens:
            issued = self.layso("token", "issue", "--site", key[1], "--role", role, "--name", f"test {role}")
            assert issued.returncode == 0, issued.stderr
            self._tokens[key] = issued.stdout.strip()
        return self._tokens[key]

    @property
    def workers(self) -> list[int]:
        return [int(pid) for pid in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()]

    def __exit__(self, *error: object) -> None:
        if self.running:
            # Thousands of sockets are told.
            self.send(signal.SIGTERM)
            self.wait(90)
        super().__exit__(*error)
