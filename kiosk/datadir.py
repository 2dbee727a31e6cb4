"""The data directory: the database, backups and generated secrets, and who may use them at once."""

from __future__ import annotations

import json
import os
import pwd
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import portalocker
from portalocker import LockFlags

from kiosk.clocks import RehearsalClock, SystemClock, boot, real_now
from kiosk.signing import SEED
from ticketing.rules.clock import Anchor
from ticketing.store import DATABASE, AnyStore, Elsewhere, backup, check, has_lines, is_whole, open_store
from ticketing.verbs.clock import look_back

HEADS = "journal-heads.json"
T = TypeVar("T")


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


def is_refused(lock: AbstractContextManager[Any]) -> bool:
    """Whether somebody else holds it; it is let go at once."""
    try:
        with lock:
            return False
    except Refused:
        return True


class DataDir:
    """Paths and locks of one DIR.

    `server.lock` is held by the one server, `store.lock` is shared by whoever has the database open. Both are
    flocks, so that they end with their process, however it ends.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.database = path / DATABASE
        self.backups = path / "backups"
        # Whether no other server runs on the data.
        self.first = True

    def __str__(self) -> str:
        return str(self.path)

    @property
    def size(self) -> int:
        """How many bytes a copy takes, as far as it is known."""
        return self.database.stat().st_size

    @property
    def exists(self) -> bool:
        """Whether there is a database yet."""
        return self.database.exists()

    def create(self) -> None:
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise Refused(f"{self.path} can't be used as a data directory: {error.strerror}") from None

    def need_database(self) -> None:
        if not self.database.is_file():
            raise Refused(f"there are no data in {self.path} yet (layso apply or layso serve --demo makes them)")

    @contextmanager
    def locked(self, name: str, how: LockFlags, refusal: str) -> Iterator[None]:
        """Holds a lock of the directory; raises Refused at once when others hold it, and to root in a directory of
        another user, who could no longer read what root makes there."""
        try:
            owner = self.path.stat().st_uid
            if os.geteuid() == 0 != owner:
                raise Refused(f"{self.path} belongs to {_user(owner)}: runuser -u {_user(owner)} -- layso … --data DIR")
            handle = os.open(self.path / name, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise Refused(f"{self.path} can't be used as a data directory: {error.strerror}") from None
        try:
            try:
                portalocker.lock(handle, how | LockFlags.NON_BLOCKING)
            except portalocker.LockException:
                raise Refused(refusal) from None
            yield
        finally:
            os.close(handle)

    def as_only_server(self) -> Any:
        return self.locked("server.lock", LockFlags.EXCLUSIVE, f"another layso serve is already running on {self.path}")

    @property
    def served(self) -> bool:
        """Whether a server runs on it."""
        return is_refused(self.as_only_server())

    def in_use(self) -> Any:
        return self.locked("store.lock", LockFlags.SHARED, f"the data of {self.path} are being restored")

    def unused(self) -> Any:
        return self.locked(
            "store.lock",
            LockFlags.EXCLUSIVE,
            f"{self.path} is in use: stop the server and other commands on it first",
        )

    @contextmanager
    def opened(self, offload: Callable[[Callable[[], Any]], Any] = run_here) -> Iterator[AnyStore]:
        """The store, with a backup made before each migration."""
        with self.in_use():
            store = self.open(offload)
            try:
                yield store
            finally:
                store.close()

    def open(
        self, offload: Callable[[Callable[[], Any]], Any] = run_here, elsewhere: Elsewhere | None = None
    ) -> AnyStore:
        """The store; the caller holds `in_use`. Raises Refused, before anything is written, for an empty database where
        there was one whose numbers are out."""
        self._need_lines()
        try:
            # SQLite gives the files beside it the rights of the database. One that is there is not opened beside it: to
            # close it would end all locks that this process has on it.
            with suppress(FileExistsError):
                os.close(os.open(self.database, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
            return open_store(
                self.database, offload=offload, before_migration=self._before_migration, elsewhere=elsewhere
            )
        except Exception as error:
            if type(error).__module__ == "sqlite3" or isinstance(error, OSError):
                raise Refused(f"{self.database} can't be opened: {error}") from None
            raise

    def _need_lines(self) -> None:
        had = sum(self._noted_heads().values())
        if had and not has_lines(self.database):
            raise Refused(
                f"{self.database} is empty, and its journal has had {had:,} lines: numbers that are out would be given "
                f"again. Bring back a copy (layso restore FILE); to begin anew, remove {self.path / HEADS}"
            )

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
        key = path.read_text(errors="replace").strip()
        if len(key) < 32:
            raise Refused(f"{path} holds no usable key: remove it, and a new one is made")
        return key

    @property
    def has_ledger_key(self) -> bool:
        return (self.path / "ledger-key").exists()

    def identity(self) -> str:
        """What tells these data from others that share something with them: a directory's share nothing."""
        return ""

    def ledger_key(self) -> bytes:
        """The seed of the key that signs checkpoints: generated once, in a file that only its owner may read."""
        path = self.path / "ledger-key"
        if not path.exists():
            write_private(path, secrets.token_hex(SEED).encode())
        try:
            seed = bytes.fromhex(path.read_text())
        except ValueError:
            seed = b""
        if len(seed) != SEED:
            raise Refused(f"{path} holds no usable key: bring back the one that was there, or remove it for a new one")
        return seed

    def clock(self, store: AnyStore) -> SystemClock | RehearsalClock:
        """The clock that commands on these data go by: their last rehearsal's, else the real one."""
        path = self.path / "rehearsal.json"
        if not path.exists() or store.read(lambda view: view.meta("mode")) == "real":
            clock = SystemClock()
            store.read(lambda view: look_back(view, clock))
            return clock
        noted = _noted(path, _Rehearsal)
        since = Anchor.of(noted.since) if noted.since else None
        if since is not None and since.boot == boot():
            return RehearsalClock(since)
        return RehearsalClock.starting(real_now() + timedelta(seconds=noted.offset_s))

    def leads(self) -> bool:
        """Whether what one server alone may do, such as to print, is ours to do."""
        return True

    def look_after(self) -> None:
        """Once in a while, while a server runs."""

    def check(self) -> list[str]:
        """What is broken of the promises, a line each."""
        return check(self.database, self.heads())

    def copy_to(self, target: Path) -> None:
        """A consistent copy of a database that may be in use, whole or not at all. Raises Refused for a damaged one: no
        copy of it replaces a good one."""
        copy_database(self.database, target, need_whole=True)

    def heads(self) -> Mapping[str, int]:
        """How many lines each site's journal has had, as far as a server has noted it here, beside the database. Raises
        Refused when that can't be read."""
        path = self.path / HEADS
        return _noted(path, dict[str, int]) if path.exists() else {}

    def _noted_heads(self) -> Mapping[str, int]:
        try:
            return self.heads()
        except Refused:
            return {}

    def note_heads(self, heads: Mapping[str, int]) -> None:
        """A number never shrinks: a database that was emptied tells by it that lines are missing. What can't be read is
        noted anew."""
        noted = self._noted_heads()
        grown = {**noted, **{site: max(seq, noted.get(site, 0)) for site, seq in heads.items()}}
        if grown != noted:
            write_private(self.path / HEADS, json.dumps(grown).encode())

    def forget_heads(self) -> None:
        """Another database comes into the place of this one."""
        (self.path / HEADS).unlink(missing_ok=True)

    def note_rehearsal(self, clock: RehearsalClock | None) -> None:
        path = self.path / "rehearsal.json"
        if clock is None:
            path.unlink(missing_ok=True)
        else:
            noted = {"offset_s": clock.offset.total_seconds(), "since": clock.since.text()}
            write_private(path, json.dumps(noted).encode())


class _Rehearsal(msgspec.Struct):
    offset_s: float
    since: str = ""


def _noted(path: Path, kind: type[T]) -> T:
    """What a server wrote beside the database."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (msgspec.DecodeError, UnicodeError):
        raise Refused(f"{path} can't be read: remove it, and the next server writes it anew") from None


def _user(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"#{number}"


def copy_database(source: Path, target: Path, need_whole: bool = False) -> None:
    """A consistent copy of a database in use, readable by its owner only, whole or not at all. Raises Refused for a
    damaged one, where it is to be whole."""
    beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        os.close(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        backup(source, beside)
        if need_whole and not is_whole(beside):
            raise Refused(f"{source} is damaged: bring back an earlier copy (layso restore)")
        with beside.open("rb") as file:
            os.fsync(file.fileno())
        os.replace(beside, target)
        sync_directory(target.parent)
    finally:
        beside.unlink(missing_ok=True)
