"""Copies of the database, and coming back from one."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path

from kiosk.clocks import real_now
from kiosk.cluster import Cluster
from kiosk.datadir import DataDir, Refused, copy_database, sync_directory
from kiosk.parts import new_code
from ticketing.ports import View
from ticketing.rules.sessions import business_day
from ticketing.store import DATABASE, last_numbers
from ticketing.verbs import upkeep

SQLITE_HEADER = b"SQLite format 3\x00"
BESIDE = ("-wal", "-shm")
NUMBER = re.compile(r"[0-9A-Z][0-9]{3,5}")
UNTOLD = (
    "No former database tells which numbers are out. If a paper of today is more than 100 beyond the backup, restore "
    "once more before the start, with --last NUMBER of the newest paper of each such series."
)


def back_up(directory: DataDir, target: Path, force: bool = False) -> None:
    """A consistent copy into `target`, which is replaced whole if it is there and `force` says so. Works while others
    write."""
    directory.need_database()
    if target.exists() and directory.database.exists() and target.samefile(directory.database):
        raise Refused(f"{target} is the database itself")
    if target.is_dir():
        raise Refused(f"{target} is a directory")
    if not force and os.path.lexists(target):
        raise Refused(f"{target} is there already: --force replaces it")
    try:
        directory.copy_to(target)
    except OSError as error:
        raise Refused(f"{target} can't be written: {error.strerror}") from None
    except Exception as error:
        if type(error).__module__ == "sqlite3":
            raise Refused(f"the backup failed: {error}") from None
        raise


@dataclass(frozen=True, slots=True)
class Restored:
    """Where the former database is kept, and whether it could tell which numbers are out."""

    kept: Path | None = None
    told: bool = False


def restore(directory: DataDir, source: Path, seen: Sequence[str] = ()) -> Restored:
    """Puts the backup `source` in the place of the database. `seen` are numbers of papers that are out.

    The new database is made ready beside the former one, its series skipping ahead, so that a stop at any
    moment leaves the one or the other. Raises Refused while anything uses the directory.
    """
    _need_backup(source)
    papers = _papers(seen)
    if isinstance(directory, Cluster):
        _fill(directory, source, papers)
        return Restored()
    directory.create()
    with directory.unused(), tempfile.TemporaryDirectory(prefix=".restoring-", dir=directory.path) as place:
        given = last_numbers(directory.database)
        ready = _made_ready(source, Path(place), directory, upkeep.Out(given or {}, papers))
        kept = _set_aside(directory)
        # A log left beside it would be replayed into the new database.
        for ending in (*BESIDE, "-changes"):
            Path(f"{directory.database}{ending}").unlink(missing_ok=True)
        directory.forget_heads()
        os.replace(ready, directory.database)
        sync_directory(directory.path)
    return Restored(kept, given is not None)


def _papers(seen: Sequence[str]) -> dict[str, int]:
    """The last number of each series that somebody has seen, by prefix."""
    found: dict[str, int] = {}
    for number in seen:
        if not NUMBER.fullmatch(number):
            raise Refused(f"--last {number} is no number as papers bear it, for example 1042")
        found[number[0]] = max(int(number[1:]), found.get(number[0], 0))
    return found


def _fill(cluster: Cluster, source: Path, papers: dict[str, int]) -> None:
    """What is in a database is never overwritten: a backup is restored into an empty one."""
    with cluster.unused(), tempfile.TemporaryDirectory(prefix="layso-restoring-") as place:
        cluster.fill_from(_made_ready(source, Path(place), cluster, upkeep.Out(seen=papers)))


def _need_backup(source: Path) -> None:
    try:
        with source.open("rb") as file:
            header = file.read(len(SQLITE_HEADER))
    except OSError as error:
        raise Refused(f"{source} can't be read: {error.strerror}") from None
    if header != SQLITE_HEADER:
        raise Refused(f"{source} is not a backup made by layso backup")


def _made_ready(source: Path, place: Path, directory: DataDir, out: upkeep.Out) -> Path:
    beside = DataDir(place)
    copy_database_file(source, beside.database)
    with beside.opened() as store:
        if not store.read(lambda view: view.meta("epoch")):
            raise Refused(f"{source} is not a backup made by layso backup")
        now = DataDir(place).clock(store).now() if isinstance(directory, Cluster) else directory.clock(store).now()
        days = store.read(lambda view: _days(view, now))
        every = [site.code for site in store.read(lambda view: view.sites.all())]
        store.write(every, partial(upkeep.after_restore, days=days, epoch=new_code(), now=now, out=out))
    if left := [ending for ending in BESIDE if Path(f"{beside.database}{ending}").exists()]:
        raise Refused(f"the restored database is not closed: {DATABASE}{left[0]} is still there")
    with beside.database.open("rb") as file:
        os.fsync(file.fileno())
    return beside.database


def _days(view: View, now: datetime) -> list[date]:
    """The local days on which numbers may have been given since the backup was made."""
    days = set()
    for site in view.sites.all():
        clock = view.sites.day_clock(site.code)
        days |= {business_day(site, now), business_day(site, real_now())} | ({clock.day} if clock else set())
    return sorted(days)


def copy_database_file(source: Path, target: Path) -> None:
    try:
        copy_database(source, target, need_whole=True)
    except Exception as error:
        if type(error).__module__ == "sqlite3" or isinstance(error, OSError):
            raise Refused(f"{source} can't be restored: {error}") from None
        raise


def _set_aside(directory: DataDir) -> Path | None:
    """Keeps the former database; one that is too broken for a clean copy is kept as its plain files."""
    if not directory.database.exists():
        return None
    kept = directory.free_backup("before-restore")
    try:
        copy_database(directory.database, kept)
    except Exception as error:
        if type(error).__module__ != "sqlite3":
            raise
        for ending in ("", *BESIDE):
            if Path(f"{directory.database}{ending}").exists():
                shutil.copy2(f"{directory.database}{ending}", f"{kept}{ending}")
    return kept
