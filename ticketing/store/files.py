"""The three files of a database in use. Deleted or replaced beneath it, what is written goes where nobody finds it."""

from __future__ import annotations

import os
from pathlib import Path

BESIDE = ("", "-wal", "-shm")
Identity = tuple[int, int]


class Files:
    """The files as they were opened."""

    def __init__(self, path: Path) -> None:
        self._paths = [Path(f"{path}{ending}") for ending in BESIDE]
        self._opened = self._now()

    def _now(self) -> list[Identity | None]:
        return [identity(path) for path in self._paths]

    @property
    def gone(self) -> list[str]:
        """The names of those that are no longer what was opened."""
        pairs = zip(self._paths, self._opened, self._now(), strict=True)
        return [path.name for path, opened, now in pairs if now != opened]


def identity(path: Path) -> Identity | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def is_full(path: Path, least: int) -> bool:
    """Whether the disk has less than `least` bytes left for this process."""
    disk = os.statvfs(path.parent)
    free = disk.f_bfree if os.geteuid() == 0 else disk.f_bavail
    return free * disk.f_frsize < least
