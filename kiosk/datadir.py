"""The data directory: the database, backups and generated secrets, and who may use them at once."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from kiosk.clocks import RehearsalClock, SystemClock, real_now
from ticketing.store import DATABASE, SqliteStore, backup, open_store


class Refused(Exception):
    """The command can't be done; the text is the one-line reason."""


def run_here(work: Callable[[], Any]) -> Any:
    return work()


def write_private(path: Path, content: bytes) -> None:
    """Writes a file that only its owner may read, whole or not at all."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    sync_directory(path.parent)


def sync_directory(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class DataDir:
    """Paths and locks of one DIR.

    `server.lock` is held by the one server, `store.lock` is shared by whoever has the database open. Both are
    flocks, so that they end with their process, however it ends.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.database = path / DATABASE
        self.backups = path / "backups"

    def create(self) -> None:
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise Refused(f"{self.path} can't be used as a data directory: {error.strerror}") from None

    def need_database(self) -> None:
        if not self.database.is_file():
            raise Refused(f"there are no data in {self.path} yet (layso apply or layso serve --demo makes them)")

    @contextmanager
    def locked(self, name: str, how: int, refusal: str) -> Iterator[None]:
        """Holds a lock of the directory; raises Refused at once when others hold it."""
        try:
            handle = os.open(self.path / name, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise Refused(f"{self.path} can't be used as a data directory: {error.strerror}") from None
        try:
            try:
                fcntl.flock(handle, how | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Refused(refusal) from None
            yield
        finally:
            os.close(handle)

    def as_only_server(self) -> Any:
        return self.locked("server.lock", fcntl.LOCK_EX, f"another layso serve is already running on {self.path}")

    def in_use(self) -> Any:
        return self.locked("store.lock", fcntl.LOCK_SH, f"the data of {self.path} are being restored")

    def unused(self) -> Any:
        return self.locked(
            "store.lock",
            fcntl.LOCK_EX,
            f"{self.path} is in use: stop the server and other commands on it first",
        )

    @contextmanager
    def opened(self, offload: Callable[[Callable[[], Any]], Any] = run_here) -> Iterator[SqliteStore]:
        """The store, with a backup made before each migration."""
        with self.in_use():
            store = self.open(offload)
            try:
                yield store
            finally:
                store.close()

    def open(self, offload: Callable[[Callable[[], Any]], Any] = run_here) -> SqliteStore:
        """The store; the caller holds `in_use`."""
        try:
            # SQLite gives the files beside it the rights of the database.
            os.close(os.open(self.database, os.O_RDWR | os.O_CREAT, 0o600))
            return open_store(self.database, offload=offload, before_migration=self._before_migration)
        except Exception as error:
            if type(error).__module__ == "sqlite3" or isinstance(error, OSError):
                raise Refused(f"{self.database} can't be opened: {error}") from None
            raise

    def _before_migration(self, _connection: object, names: list[str]) -> None:
        self.keep(f"before-{names[0]}")

    def keep(self, name: str) -> Path:
        """A backup in DIR/backups under `name` and the time."""
        kept = self.free_backup(name)
        copy_database(self.database, kept)
        return kept

    def free_backup(self, name: str) -> Path:
        self.backups.mkdir(mode=0o700, exist_ok=True)
        stamp = real_now().strftime("%Y%m%dT%H%M%S.%fZ")
        return self.backups / f"{name}-{stamp}.db"

    def secret_key(self) -> str:
        """What signs the session cookies: generated once, in a file that only its owner may read."""
        path = self.path / "secret-key"
        if not path.exists():
            write_private(path, secrets.token_urlsafe(32).encode())
        key = path.read_text().strip()
        if len(key) < 32:
            raise Refused(f"{path} holds no usable key: remove it, and a new one is made")
        return key

    def clock(self, store: SqliteStore) -> SystemClock | RehearsalClock:
        """The clock that commands on these data go by: their last rehearsal's, else the real one."""
        path = self.path / "rehearsal.json"
        if not path.exists() or store.read(lambda view: view.meta("mode")) == "real":
            return SystemClock()
        return RehearsalClock(timedelta(seconds=json.loads(path.read_text())["offset_s"]))

    def note_rehearsal(self, clock: RehearsalClock | None) -> None:
        path = self.path / "rehearsal.json"
        if clock is None:
            path.unlink(missing_ok=True)
        else:
            write_private(path, json.dumps({"offset_s": clock.offset.total_seconds()}).encode())


def copy_database(source: Path, target: Path) -> None:
    """A consistent copy of a database in use, readable by its owner only, whole or not at all."""
    beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        os.close(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        backup(source, beside)
        with beside.open("rb") as file:
            os.fsync(file.fileno())
        os.replace(beside, target)
        sync_directory(target.parent)
    finally:
        beside.unlink(missing_ok=True)
