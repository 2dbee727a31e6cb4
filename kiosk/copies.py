"""Copies of the database while the server runs: made now and then by the background process, thinned by age."""

from __future__ import annotations

import logging
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

from kiosk.clocks import real_now
from kiosk.cluster import data_of
from kiosk.config import settings_from
from kiosk.datadir import Refused
from ticketing.errors import TicketingError
from ticketing.office import Office

log = logging.getLogger("layso.backups")
STAMP = "%Y%m%dT%H%M%SZ"
NAME = re.compile(r"layso-(\d{8}T\d{6}Z)\.db")
HALF_MADE = re.compile(rf"\.{NAME.pattern}\..+")
# A copy never takes the room that numbers need, where both stand on one disk.
ROOM_LEFT = 64 * 1024 * 1024
AGAIN_S = 60.0
Keep = tuple[int, int, int]


def made_at(name: str) -> datetime | None:
    """When one of our copies was made, None for a file that is none: that is never touched."""
    found = NAME.fullmatch(name)
    return datetime.strptime(found[1], STAMP).replace(tzinfo=UTC) if found else None


def surplus(copies: Iterable[datetime], keep: Keep) -> set[datetime]:
    """Those that go: of the latest so many hours, days and weeks that have copies each keeps its latest one.

    Counted by what there is and not by the clock, which may leap: a year ahead would erase everything.
    """
    latest_first, kept = sorted(copies, reverse=True), set[datetime]()
    for number, period in zip(keep, ("%Y-%m-%dT%H", "%Y-%m-%d", "%G-W%V"), strict=True):
        latest: dict[str, datetime] = {}
        for copy in latest_first:
            latest.setdefault(copy.strftime(period), copy)
        kept |= set(list(latest.values())[:number])
    return set(latest_first[1:]) - kept


def there(target: Path) -> list[datetime]:
    return [at for file in target.iterdir() if (at := made_at(file.name))]


def make_ready(target: Path, every_s: float) -> float:
    """In how many seconds the first is due: a server that is started often makes no more of them for that. Raises
    Refused for a place where none can be kept."""
    try:
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=target):
            ages = [(real_now() - at).total_seconds() for at in there(target)]
    except OSError as error:
        raise Refused(f"--backups {target} can't be used: {error.strerror}") from None
    return min((every_s - age for age in ages if 0 <= age < every_s), default=0.0)


def make_copy(_office: Office, data: Path, target: Path, keep: Keep) -> str:
    """Makes one, erases those that it makes superfluous, and tells its time. A job of the background process."""
    directory = data_of(settings_from({"data": str(data)}))
    for file in target.iterdir():
        if HALF_MADE.fullmatch(file.name):
            file.unlink(missing_ok=True)
    need, free = directory.size + ROOM_LEFT, shutil.disk_usage(target).free
    if need > free:
        raise OSError(f"{need:,} bytes are needed, {free:,} are free")
    now = real_now()
    directory.copy_to(_path(target, now))
    for at in surplus(there(target), keep):
        _path(target, at).unlink(missing_ok=True)
    return now.isoformat(timespec="seconds")


def _path(target: Path, at: datetime) -> Path:
    return target / f"layso-{at:{STAMP}}.db"


def keep_making(
    make: Callable[[], str], target: Path, first_s: float, every_s: float, rest: Callable[[float], object]
) -> None:
    """Makes the first in `first_s`, and then one every `every_s`, for ever; what fails is said in the log and tried
    again."""
    rest(first_s)
    while True:
        began, wait_s = time.monotonic(), every_s
        try:
            log.info("a copy of the database was made", extra={"made_at": make()})
        except Exception as error:
            wait_s = min(every_s, AGAIN_S)
            # The background process has told what went wrong inside it.
            reason = error.code if isinstance(error, TicketingError) else str(error)
            log.error("no copy of the database could be made", extra={"directory": str(target), "reason": reason})
        rest(max(0.0, wait_s - (time.monotonic() - began)))
