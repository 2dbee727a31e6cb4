"""A served centre on either store, kiosks that tap at it, and the audit of all that was acknowledged."""

from __future__ import annotations

import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from tests.cluster_kit import ClusterServer, Postgres, Redis
from tests.serving import Server, layso
from tests.soak.tally import Tally

SQLITE, POSTGRES = "SQLite", "PostgreSQL"
BOTH = (SQLITE, POSTGRES)
PATIENCE_S = 90.0


class Place:
    """Where trials happen: a folder for each, and the one PostgreSQL and Redis that they share."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._count = folder, 0
        self._postgres: Postgres | None = None
        self._redis: Redis | None = None

    @property
    def postgres(self) -> Postgres:
        self._postgres = self._postgres or Postgres()
        return self._postgres

    @property
    def redis(self) -> Redis:
        self._redis = self._redis or Redis()
        return self._redis

    def new(self) -> Path:
        self._count += 1
        made = self.folder / f"trial-{self._count}"
        made.mkdir(parents=True)
        return made

    def close(self) -> None:
        if self._redis:
            self._redis.kill()
        if self._postgres:
            self._postgres.close()

    @contextmanager
    def hall(self, store: str, folder: Path | None = None, workers: int = 2, **given: Any) -> Iterator[Hall]:
        """A demo's morning, on this store; so many processes serve it on PostgreSQL."""
        folder = folder or self.new()
        server: Server
        if store == POSTGRES:
            server = ClusterServer(folder, self.postgres.url(), self.redis.url, workers=workers, **given)
        else:
            server = Server(folder / "data", **given)
        with server:
            yield Hall(server)


@dataclass(frozen=True)
class Paper:
    """An acknowledged number, and the day it is of."""

    number: str
    code: str
    key: str
    day: str


@dataclass
class Hall:
    """Whoever taps gets an answer in the end: what fails is asked again under the same key."""

    server: Server
    papers: list[Paper] = field(default_factory=list)

    def command(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        if isinstance(self.server, ClusterServer):
            return self.server.layso(*map(str, words))
        return layso(*words, data=self.server.data)

    # -- tapping --------------------------------------------------------------------------------------

    def tap(self, key: str, patience_s: float = PATIENCE_S, http: requests.Session | None = None) -> Paper | None:
        """A number for the help desk, or None when none came in that time."""
        end = time.monotonic() + patience_s
        while True:
            answer = self.ask_once(key, http)
            if answer is not None and answer.status_code in (200, 201):
                told = answer.json()
                paper = Paper(told["number"], told["code"], key, told["session"][:10])
                self.papers.append(paper)
                return paper
            if time.monotonic() > end:
                return None
            time.sleep(0.02)

    def ask_once(self, key: str, http: requests.Session | None = None) -> requests.Response | None:
        headers = {"Authorization": f"Bearer {self.server.token('kiosk')}", "Idempotency-Key": key}
        url = f"{self.server.url}/api/v1/sites/{self.server.site}/tickets"
        try:
            return (http or requests).post(url, json={"service": "help"}, headers=headers, timeout=30)
        except requests.RequestException:
            return None

    @contextmanager
    def load(self, kiosks: int = 4) -> Iterator[None]:
        """So many kiosks that tap without a pause; each waits for its last answer."""
        stop = threading.Event()
        self.server.token("kiosk")
        first = len(self.papers)

        def kiosk(name: int) -> None:
            with requests.Session() as http:
                http.trust_env = False
                count = 0
                while not stop.is_set():
                    self.tap(f"kiosk-{first}-{name}-{count}", http=http)
                    count += 1

        threads = [threading.Thread(target=kiosk, args=(name,), daemon=True) for name in range(kiosks)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            stop.set()
            for thread in threads:
                thread.join(PATIENCE_S + 30)

    def more(self, number: int, patience_s: float = PATIENCE_S) -> bool:
        """Waits until so many further numbers are out; whether they came."""
        wanted, end = len(self.papers) + number, time.monotonic() + patience_s
        while len(self.papers) < wanted:
            if time.monotonic() > end:
                return False
            time.sleep(0.005)
        return True

    # -- afterwards -----------------------------------------------------------------------------------

    def audit(self, tally: Tally, gone: frozenset[str] = frozenset()) -> None:
        """Every acknowledged number is looked up by its code and counted; `layso check` has nothing to say. `gone` are
        codes that a restore has rightly taken away."""
        by_key = {paper.key: paper for paper in self.papers}
        tally.numbers += len(by_key)
        for paper in by_key.values():
            if paper.code in gone:
                continue
            answer = self.server.ask("GET", f"/tickets/{paper.code}")
            if answer.status_code != 200 or answer.json()["number"] != paper.number:
                tally.lost.append(f"{paper.number}: {answer.status_code}")
        counted = Counter((paper.day, paper.number) for paper in by_key.values())
        tally.lost += [f"{number} of {day} was given twice" for (day, number), times in counted.items() if times > 1]
        self.check(tally)

    def check(self, tally: Tally) -> None:
        found = self.command("check")
        if found.returncode:
            tally.lost += (found.stdout + found.stderr).splitlines()
