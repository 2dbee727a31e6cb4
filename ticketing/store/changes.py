"""A few bytes beside a database file, new ones after each commit: whoever finds those that he has seen knows without
asking the database that nobody has written since."""

from __future__ import annotations

import logging
import mmap
import os
import secrets
from contextlib import suppress
from pathlib import Path

from ticketing.store.files import identity

log = logging.getLogger("layso.store")
BYTES = 16


class Changes:
    """Of every process that writes through our store. Who writes past it is found by asking the database: see
    `SqliteStore.look_after`."""

    def __init__(self, path: Path) -> None:
        self._database, self._path = path, Path(f"{path}-changes")
        self._open()

    def _open(self) -> None:
        self._map: mmap.mmap | bytes = b""
        self._file = -1
        try:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o666)
            # What is mapped must have its place on the disk: a hole can't be filled on a full one.
            if os.fstat(self._file).st_size < BYTES:
                self._make_as(os.stat(self._database))
                os.pwrite(self._file, secrets.token_bytes(BYTES), 0)
            self._map = mmap.mmap(self._file, BYTES, prot=mmap.PROT_READ)
        except (OSError, ValueError):
            log.info("no file tells of changes: the database is asked each time")
        self._identity = identity(self._path)

    def _make_as(self, database: os.stat_result) -> None:
        """Whoever may write there may write here, also if this process is root's and the next is not."""
        os.fchmod(self._file, database.st_mode & 0o777)
        if os.geteuid() == 0:
            os.fchown(self._file, database.st_uid, database.st_gid)

    def seen(self) -> bytes | None:
        """Other bytes than before when anybody may have written; None where nothing tells."""
        return self._map[:] or None

    def note(self) -> None:
        """After a commit, before anybody is told of it."""
        if self._file >= 0:
            try:
                os.pwrite(self._file, secrets.token_bytes(BYTES), 0)
            except OSError:
                self.close()

    def look_after(self) -> None:
        """Others write into the file that has the name now."""
        if identity(self._path) != self._identity:
            self.close()
            self._open()

    def close(self) -> None:
        self._map = b""
        file, self._file = self._file, -1
        with suppress(OSError):
            os.close(file)
