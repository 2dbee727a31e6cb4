"""Disks that are full, closed, held by others, torn, damaged or emptied, under a server on SQLite."""

from __future__ import annotations

import contextlib
import os
import random
import resource
import sqlite3
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from kiosk.datadir import DataDir
from tests.serving import Server, layso
from tests.soak.hall import SQLITE, Hall, Place
from tests.soak.tally import Tally, Trial
from tests.waiting import until

NOT_ROOT = "not root: a file's limit in the place of a disk"
DISK = "size=64m"
PAGE = 4096
FRAME = PAGE + 24


@contextmanager
def small_disk(tally: Tally) -> Iterator[Path | None]:
    """A disk of 64 MB of our own, or None where only root could mount it."""
    folder = Path(tempfile.mkdtemp(prefix="layso-disk-"))
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", DISK, "tmpfs", folder], capture_output=True).returncode == 0
    if not mounted:
        tally.notes.append(NOT_ROOT)
    try:
        yield folder if mounted else None
    finally:
        if mounted:
            subprocess.run(["umount", "-l", folder], check=True)
        folder.rmdir()


@contextmanager
def full(disk: Path | None, server: Server) -> Iterator[None]:
    """No byte more can be written."""
    if disk is None:
        limits = resource.prlimit(server.writer, resource.RLIMIT_FSIZE)
        resource.prlimit(server.writer, resource.RLIMIT_FSIZE, (wal(server).stat().st_size, limits[1]))
        yield
        resource.prlimit(server.writer, resource.RLIMIT_FSIZE, limits)
        return
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        for size in (1 << 20, 1 << 12, 1):
            with contextlib.suppress(OSError):
                while True:
                    file.write(b"\0" * size)
    yield
    ballast.unlink()


def wal(server: Server) -> Path:
    return server.data / "layso.db-wal"


def full_disk(place: Place, tally: Tally) -> None:
    """While nothing can be written nobody is given a number; afterwards everybody is."""
    with small_disk(tally) as disk, place.hall(SQLITE, disk) as hall:
        with hall.load():
            for tap in tally.tries():
                tally.must(hall.more(20), "no numbers came")
                with full(disk, hall.server):
                    until(lambda: hall.server.ask("GET", "//readyz").status_code == 503, 30)
                    # A log that was begun anew may have room left: refused, or given and kept.
                    answer = hall.ask_once(f"on a full disk {tap}")
                    given = answer is not None and answer.status_code == 201
                    tally.must(given or answer is not None and answer.status_code == 507, f"answered {answer}")
                    board = hall.server.ask("GET", "/sites/demo/board")
                    tally.must(board.status_code == 200, "no board on a full disk")
                again = hall.tap(f"on a full disk {tap}")
                same = again is not None and (not given or answer is not None and answer.json()["code"] == again.code)
                tally.must(same, "another number, or none, with room again")
                tally.must(hall.more(20), "no numbers with room again")
        hall.audit(tally)


def closed_directory(place: Place, tally: Tally) -> None:
    """A directory that became read-only: the start is refused with one line, and holds all once it is open again."""
    with small_disk(tally) as disk, place.hall(SQLITE, disk) as hall:
        if disk is None:
            tally.notes[:] = ["not root: by the directory's mode"]
        for _try in tally.tries():
            for tap in range(5):
                hall.tap(f"closed-{tally.tried}-{tap}")
            hall.server.kill()
            close(hall.server.data, disk, True)
            refused = layso("serve", "--port", "0", data=hall.server.data)
            tally.must(
                refused.returncode == 1 and refused.stderr.count("\n") == 1 and "Traceback" not in refused.stderr,
                f"serve ended with {refused.returncode}: {refused.stderr[-300:]}",
            )
            close(hall.server.data, disk, False)
            hall.server.start()
        hall.audit(tally)


def close(data: Path, disk: Path | None, shut: bool) -> None:
    if disk is None:
        data.chmod(0o500 if shut else 0o700)
    else:
        subprocess.run(["mount", "-o", f"remount,{'ro' if shut else 'rw'},{DISK}", disk], check=True)


def anothers_lock(place: Place, tally: Tally) -> None:
    """Another program holds the database for some seconds: people wait, boards are shown, nobody is turned away."""
    with place.hall(SQLITE) as hall:
        with hall.load():
            for _try in tally.tries():
                tally.must(hall.more(20), "no numbers came")
                with closing(sqlite3.connect(hall.server.data / "layso.db", isolation_level=None)) as other:
                    other.execute("PRAGMA busy_timeout = 10000")
                    other.execute("BEGIN IMMEDIATE")
                    until(lambda: hall.server.ask("GET", "//readyz").status_code == 503, 30)
                    tap = Waiting(hall, f"waits {tally.tried}")
                    tap.start()
                    tally.must(hall.server.ask("GET", "/sites/demo/board").status_code == 200, "no board")
                    other.execute("ROLLBACK")
                    tap.join(60)
                    tally.must(tap.status == 201, f"who waited was answered {tap.status}")
        hall.audit(tally)


class Waiting(threading.Thread):
    """Taps once, and keeps what was answered."""

    def __init__(self, hall: Hall, key: str) -> None:
        super().__init__(daemon=True)
        self.hall, self.key, self.status = hall, key, 0

    def run(self) -> None:
        answer = self.hall.ask_once(self.key)
        self.status = answer.status_code if answer is not None else 0


def torn_wal(place: Place, tally: Tally) -> None:
    """Behind the last commit stands half of another one, as a lost power leaves it."""
    chance = random.Random(2)
    with place.hall(SQLITE) as hall:
        with hall.load():
            for _try in tally.tries():
                tally.must(hall.more(20), "no numbers came")
                hall.server.kill()
                with wal(hall.server).open("r+b") as file:
                    whole = file.read()
                    file.write(whole[-FRAME:][: chance.randint(1, FRAME - 1)] + os.urandom(chance.randint(0, 100)))
                hall.server.start()
        hall.audit(tally)


def damaged_page(place: Place, tally: Tally) -> None:
    """A page of the file is overwritten: `layso check` finds it, and the last copy brings back what it holds."""
    chance = random.Random(3)
    with place.hall(SQLITE) as hall:
        for tap in range(40):
            hall.tap(f"before {tap}")
        copy = place.new() / "copy.db"
        assert hall.command("backup", copy).returncode == 0
        assert hall.server.stop() == 0
        file = hall.server.data / "layso.db"
        sound = file.read_bytes()
        pages = used_pages(file)
        for _try in tally.tries():
            page = chance.choice(pages)
            with file.open("r+b") as disk:
                disk.seek((page - 1) * PAGE)
                disk.write(os.urandom(PAGE))
            found = hall.command("check")
            tally.must(found.returncode == 1, f"check says nothing of page {page}")
            tally.must("Traceback" not in found.stderr, f"check breaks at page {page}")
            file.write_bytes(sound)
        with file.open("r+b") as disk:
            disk.seek((pages[len(pages) // 2] - 1) * PAGE)
            disk.write(os.urandom(PAGE))
        restored = hall.command("restore", copy)
        tally.must(restored.returncode == 0, f"restore is refused: {restored.stderr}")
        hall.server.start()
        hall.tap("after")
        hall.audit(tally)


def used_pages(file: Path) -> list[int]:
    """All but those that hold nothing."""
    with closing(sqlite3.connect(file)) as database:
        (count,) = database.execute("PRAGMA page_count").fetchone()
        database.execute("PRAGMA journal_mode = DELETE")
        try:
            return [page for (page,) in database.execute("SELECT pageno FROM dbstat ORDER BY pageno")]
        except sqlite3.OperationalError:
            return list(range(1, count + 1))


def deleted_log(place: Place, tally: Tally) -> None:
    """Somebody deletes -wal and -shm under the server: it stops giving numbers, says so, and a kill loses none."""
    with place.hall(SQLITE) as hall:
        for _try in tally.tries():
            with hall.load():
                tally.must(hall.more(20), "no numbers came")
            for ending in ("-wal", "-shm"):
                (hall.server.data / f"layso.db{ending}").unlink()
            until(lambda: hall.server.ask("GET", "//readyz").status_code == 503, 30)
            answer = hall.ask_once(f"deleted {tally.tried}")
            tally.must(answer is not None and answer.status_code == 503, f"answered {answer}")
            hall.server.restart(kill=True)
        hall.audit(tally)


def lost_log(place: Place, tally: Tally) -> None:
    """The log is gone after a power cut, and numbers with it: that can't be healed, and `layso check` has to say it."""
    noticed = 0
    for _try in tally.tries():
        with place.hall(SQLITE) as hall:
            # What was there before stands in the file: a database without a line is not started on.
            hall.server.restart()
            for tap in range(20):
                hall.tap(f"lost {tap}")
            until(lambda: DataDir(hall.server.data).heads().get("demo", 0) >= 20)
            hall.server.kill()
            wal(hall.server).unlink()
            hall.server.start()
            assert hall.server.stop() == 0
            found = hall.command("check")
            tally.must(found.returncode == 1 and "missing" in found.stdout, "check says nothing of the lost numbers")
            noticed += found.returncode == 1
    tally.notes.append(f"said by `layso check` {noticed} times; those numbers are gone with the file")


TRIALS = (
    Trial("full disk under load", full_disk, 1, 20, (SQLITE,)),
    Trial("read-only directory", closed_directory, 1, 10, (SQLITE,)),
    Trial("another program's lock under load", anothers_lock, 1, 20, (SQLITE,)),
    Trial("torn write-ahead log", torn_wal, 1, 20, (SQLITE,)),
    Trial("damaged page", damaged_page, 2, 100, (SQLITE,)),
    Trial("deleted -wal and -shm", deleted_log, 1, 10, (SQLITE,)),
    Trial("-wal lost in a power cut: said", lost_log, 1, 5, (SQLITE,)),
)
