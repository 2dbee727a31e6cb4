"""Data that lie in a PostgreSQL database, in the place of a data directory: its secrets and locks lie there too, so
that any number of servers and commands may share them."""

from __future__ import annotations

import json
import logging
import os
import secrets
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from kiosk.clocks import RehearsalClock, SystemClock, real_now
from kiosk.config import Settings
from kiosk.datadir import DataDir, Refused, run_here
from kiosk.signing import SEED
from ticketing import store as stores
from ticketing.ports import Transaction
from ticketing.store import AnyStore, Databases, DatabaseUnusable, Elsewhere
from ticketing.verbs.clock import look_back

log = logging.getLogger("layso.server")
SCHEMES = ("postgresql://", "postgres://")
REHEARSAL = "rehearsal"


def is_address(place: str) -> bool:
    return place.startswith(SCHEMES)


def data_of(settings: Settings) -> DataDir:
    """Where the data of a process with these settings are."""
    return Cluster(settings.database, settings.data) if settings.database else DataDir(settings.data)


class Cluster(DataDir):
    """The database at `url`. `path` holds the demo's logins and nothing that another process needs; it is made when
    they are."""

    def __init__(self, url: str, path: Path = Path("layso-data")) -> None:
        super().__init__(path)
        self.url = url
        self._held: Any = None

    def __str__(self) -> str:
        """Without a password that may stand in the address."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.hostname or ''}{parts.path}"

    @property
    def exists(self) -> bool:
        return True

    def create(self) -> None:
        """The tables are made when it is opened."""

    def need_database(self) -> None:
        """It is opened, or refused."""

    @contextmanager
    def _asked(self) -> Iterator[Databases]:
        """What asks databases. Raises Refused without the extra, and when the database can't be used."""
        try:
            databases = stores.databases()
        except DatabaseUnusable as error:
            raise Refused(str(error)) from None
        try:
            yield databases
        except DatabaseUnusable as error:
            raise Refused(f"the database {self} can't be used: {error}") from None

    @contextmanager
    def _hold(self, alone: bool, refusal: str) -> Iterator[Any]:
        with self._asked() as databases, databases.Held(self.url, alone=alone) as held:
            if not held.got:
                raise Refused(refusal)
            yield held

    def open(
        self, offload: Callable[[Callable[[], Any]], Any] = run_here, elsewhere: Elsewhere | None = None
    ) -> AnyStore:
        with self._asked() as databases:
            return databases.open_postgres(self.url)

    @contextmanager
    def in_use(self) -> Iterator[None]:
        yield

    @contextmanager
    def as_only_server(self) -> Iterator[None]:
        """One of any number of servers, none of which runs while the data are moved."""
        with self._hold(False, f"the data of {self} are being moved") as held:
            self.first, self._held = held.first, held
            yield

    def unused(self) -> Any:
        return self._hold(True, f"{self} is in use: stop its servers first")

    @property
    def served(self) -> bool:
        with self._asked() as databases:
            return bool(databases.is_served(self.url))

    def secret(self, name: str, new: Callable[[], str]) -> str:
        with self._asked() as databases:
            return databases.secret(self.url, name, new())

    def identity(self) -> str:
        with self._asked() as databases:
            return str(databases.identity(self.url))

    def secret_key(self) -> str:
        return self.secret("secret-key", lambda: secrets.token_urlsafe(32))

    @property
    def has_ledger_key(self) -> bool:
        return True

    def ledger_key(self) -> bytes:
        return bytes.fromhex(self.secret("ledger-key", lambda: secrets.token_hex(SEED)))

    def clock(self, store: AnyStore) -> SystemClock | RehearsalClock:
        noted, mode = store.read(lambda view: (view.meta(REHEARSAL), view.meta("mode")))
        if not noted or mode == "real":
            clock = SystemClock()
            store.read(lambda view: look_back(view, clock))
            return clock
        return RehearsalClock.starting(real_now() + timedelta(seconds=json.loads(noted)["offset_s"]))

    def note_rehearsal(self, clock: RehearsalClock | None) -> None:
        noted = "" if clock is None else json.dumps({"offset_s": clock.offset.total_seconds()})
        with self.opened() as store:
            store.write((), partial(_note_rehearsal, noted=noted))

    def leads(self) -> bool:
        return self._held is not None and bool(self._held.leads())

    def look_after(self) -> None:
        """Whoever wants the data alone must see that a server runs, after the database's return too."""
        if self._held is not None and not self._held.again():
            log.error("the data are being moved elsewhere: this server ends")
            os.kill(os.getpid(), signal.SIGTERM)

    def check(self) -> list[str]:
        with self._asked():
            return stores.check(self.url)

    def copy_to(self, target: Path) -> None:
        """A consistent copy as a file, as of a directory's database; PostgreSQL's own tools make others."""
        beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
        try:
            with self._asked() as databases:
                databases.copy_to_file(self.url, beside)
            os.replace(beside, target)
        finally:
            for ending in ("", "-wal", "-shm"):
                Path(f"{beside}{ending}").unlink(missing_ok=True)

    def fill_from(self, source: Path) -> None:
        with self._asked() as databases:
            databases.copy_from_file(source, self.url)

    @property
    def size(self) -> int:
        return 0

    def heads(self) -> Mapping[str, int]:
        """PostgreSQL's own copies and logs look after its lines."""
        return {}

    def note_heads(self, heads: Mapping[str, int]) -> None: ...

    def forget_heads(self) -> None: ...


def _note_rehearsal(tx: Transaction, noted: str) -> None:
    tx.set_meta(REHEARSAL, noted)
