"""Copies while numbers are given, and the way back from them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.cluster_kit import ClusterServer
from tests.serving import layso
from tests.soak.hall import BOTH, POSTGRES, SQLITE, Hall, Place
from tests.soak.tally import Tally, Trial

# Further than a restore skips by itself, where the former database still tells of them.
BEHIND = {SQLITE: 160, POSTGRES: 60}


def copied(place: Place, tally: Tally) -> None:
    """Each copy holds every number that was acknowledged before it began, is restored elsewhere, and checked there;
    the last one comes into the place of the data, and no number that was out before comes again."""
    copies: list[Path] = []
    with place.hall(tally.store) as hall:
        with hall.load():
            for number in tally.tries():
                tally.must(hall.more(20), "no numbers came")
                before = {paper.code: paper.number for paper in hall.papers}
                copy = place.new() / f"copy-{number}.db"
                made = hall.command("backup", copy)
                tally.must(made.returncode == 0, f"backup: {made.stderr}")
                tally.lost += [f"{before[code]} is not in a copy" for code in before.keys() - codes(copy)]
                copies.append(copy)
        for of, copy in enumerate(reversed(copies)):
            rehearse(place, hall, copy, tally, of)
        restored(place, hall, tally)


def codes(copy: Path) -> set[str]:
    with closing(sqlite3.connect(f"file:{copy}?mode=ro", uri=True)) as database:
        return {code for (code,) in database.execute("SELECT code FROM ticket_codes")}


def rehearse(place: Place, hall: Hall, copy: Path, tally: Tally, of: int) -> None:
    """The copy of so many tries before, brought back where nothing is yet, on the same kind of store."""
    if isinstance(hall.server, ClusterServer):
        where = ("--database", place.postgres.url())
    else:
        where = ("--data", str(place.new() / "data"))
    back = layso("restore", copy, *where)
    tally.must(back.returncode == 0, f"restore: {back.stderr}", of)
    found = layso("check", *where)
    tally.must(found.returncode == 0, f"check of a copy: {found.stdout}", of)


def restored(place: Place, hall: Hall, tally: Tally) -> None:
    """The numbers taken since the copy are gone with their pages; their papers are out, and so none of them is given
    again."""
    copy = place.new() / "last.db"
    tally.must(hall.command("backup", copy).returncode == 0, "backup")
    behind = [hall.tap(f"behind the copy {tap}") for tap in range(BEHIND[tally.store])]
    assert hall.server.stop() == 0
    if isinstance(hall.server, ClusterServer):
        # A database is never restored over: the servers go on with another one.
        hall.server.database = hall.server.extra["LAYSO_DATABASE"] = place.postgres.url()
    back = hall.command("restore", copy)
    tally.must(back.returncode == 0, f"restore: {back.stderr}")
    hall.server.start()
    for tap in range(5):
        hall.tap(f"after the restore {tap}")
    hall.audit(tally, frozenset(paper.code for paper in behind if paper))
    tally.notes.append(f"{BEHIND[tally.store]} numbers behind the last copy, none given again")


TRIALS = (Trial("copies under load, restored", copied, 1, 10, BOTH),)
