"""Clocks that leap, and days that end: midnight, a leap day, summer time of the site's zone and of the machine's."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from typing import Any

from kiosk.clocks import real_now
from tests.serving import Server, layso
from tests.soak.hall import SQLITE, Hall, Place
from tests.soak.tally import Tally, Trial
from tests.test_cli import SITES
from tests.test_serve_clock import DAY_S, Leaping
from tests.waiting import until

LEAPS_S = (3600, -3600, DAY_S, 7 * 3600, -DAY_S, -7 * DAY_S)
# Where a day, an hour or a rule ends: the site's zone, a moment before it, what its clock says later.
TURNS = (
    ("Asia/Ho_Chi_Minh", "2026-11-23T23:59:58", "2026-11-24T00:00"),
    ("Asia/Ho_Chi_Minh", "2028-02-28T23:59:58", "2028-02-29T00:00"),
    ("Asia/Ho_Chi_Minh", "2028-02-29T23:59:58", "2028-03-01T00:00"),
    ("Asia/Ho_Chi_Minh", "2026-12-31T23:59:58", "2027-01-01T00:00"),
    ("Europe/Berlin", "2027-03-28T01:59:58", "2027-03-28T03:00"),
    ("Europe/Berlin", "2026-10-25T02:59:58", "2026-10-25T02:00"),
)
BEFORE_S = 90
# In New York the hour from 02:00 to 03:00 of that night is not there.
NEW_YORKS_NIGHT = datetime.fromisoformat("2027-03-14T06:59:58+00:00")
NEW_YORKS_TURN = "2027-03-14T14:00"


@contextmanager
def round_the_clock(place: Place, zone: str = "Asia/Ho_Chi_Minh", **given: Any) -> Iterator[Hall]:
    """A site that gives numbers at any hour, on a machine whose clock `server.leap` sets; not begun yet."""
    folder = place.new()
    file = folder / "sites.toml"
    file.write_text(SITES.replace('level = "commune"', f'level = "commune"\ntimezone = "{zone}"'), encoding="utf-8")
    applied = layso("apply", file, data=folder / "data")
    assert applied.returncode == 0, applied.stderr
    server = Leaping(folder / "data", profile="", **given)
    server.site = "quay"
    server.leap(0)
    try:
        yield Hall(server)
    finally:
        if server.running:
            server.kill()


def status(server: Server, path: str) -> int:
    return server.ask("GET", path).status_code


def past(server: Server, minute: str) -> None:
    """Waits for this minute of the site's clock; an hour that comes twice has it twice."""
    until(lambda: server.board()["time"].startswith(minute), 60)


def leapt(place: Place, tally: Tally) -> None:
    """An hour back and forward, a day ahead, a week back, for a moment, at a full hall: no number is given by a clock
    that is held, nobody's ends, and all goes on when it is back."""
    with round_the_clock(place, at="") as hall:
        server = hall.server
        assert isinstance(server, Leaping)
        server.start()
        with hall.load(2):
            for turn in tally.tries():
                tally.must(hall.more(10), "no numbers came")
                server.leap(LEAPS_S[turn % len(LEAPS_S)])
                until(lambda: status(server, "//readyz") == 503, 30)
                answer = hall.ask_once(f"held {turn}")
                tally.must(answer is not None and answer.json().get("code") == "clock_held", "a number by a held clock")
                waiting = server.ask("GET", f"/tickets/{hall.papers[0].code}").json()["state"]
                tally.must(waiting == "waiting", f"a number that waits is {waiting}")
                server.leap(0)
                until(lambda: status(server, "//readyz") == 200, 30)
                tally.must(hall.more(10), "no numbers after its return")
        hall.audit(tally)


def turned(place: Place, tally: Tally) -> None:
    """Numbers before and after; those of the day that ended have ended with it, those of a day that goes on wait."""
    for turn in tally.tries():
        zone, moment, then = TURNS[turn % len(TURNS)]
        start = datetime.fromisoformat(moment) - timedelta(seconds=BEFORE_S)
        with round_the_clock(place, zone, at=start.isoformat(), options=("--no-limits",)) as hall:
            hall.server.start()
            for tap in range(5):
                hall.tap(f"before {tap}")
            hall.server.restart(at=moment)
            past(hall.server, then)
            for tap in range(5):
                hall.tap(f"after {tap}")
            ended = moment[:10] != then[:10]
            before, after = hall.papers[:5], hall.papers[5:]
            states = kept(hall.server, moment[:10])
            for paper in before:
                wanted = "expired" if ended else "waiting"
                tally.must(states.get(paper.number) == wanted, f"{moment} in {zone}: {states}")
            tally.must((after[0].number == before[0].number) == ended, f"{moment} in {zone}: then {after[0].number}")
            # A day's codes may end with it.
            hall.audit(tally, frozenset(paper.code for paper in before if ended))


def kept(server: Server, day: str) -> dict[str, str]:
    """The day's numbers and what became of them, from the database itself."""
    with closing(sqlite3.connect(server.data / "layso.db")) as database:
        return dict(database.execute("SELECT number, state FROM tickets WHERE day = ?", (day,)))


def machines_summer_time(place: Place, tally: Tally) -> None:
    """The machine's own zone leaps an hour; the site's clock goes on as before."""
    for _try in tally.tries():
        with round_the_clock(place, at="", extra={"TZ": "America/New_York"}) as hall:
            server = hall.server
            assert isinstance(server, Leaping)
            server.leap((NEW_YORKS_NIGHT - real_now()).total_seconds())
            server.start()
            with hall.load(1):
                tally.must(hall.more(10), "no numbers before")
                past(server, NEW_YORKS_TURN)
                tally.must(hall.more(10), "no numbers after")
            tally.must(status(server, "//readyz") == 200, "the clock is held")
            hall.audit(tally)


TRIALS = (
    Trial("clock an hour, a day, a week away", leapt, 2, 60, (SQLITE,)),
    Trial("midnight, leap day, new year, summer time", turned, 2, len(TURNS) * 3, (SQLITE,)),
    Trial("summer time of the machine's own zone", machines_summer_time, 1, 3, (SQLITE,)),
)
