"""A week at speed, with a restart each night: no leak, no drift, and the books balance."""

from __future__ import annotations

import os
import time
from datetime import date, datetime, timedelta

from tests.bench.place import memory_mb, own_mb
from tests.serving import Server
from tests.soak.hall import SQLITE, Hall, Place
from tests.soak.tally import Tally, Trial

MONDAY = date(2026, 11, 30)
OPENS = "08:00"
SHORT_DAY, LONG_DAY = 30, 300
COUNTERS = (1, 2, 3)
LEAK_MB, DRIFT_S, MORE_FILES = 25.0, 1.0, 10


def lived(place: Place, tally: Tally) -> None:
    """Each day so many take numbers and are served; a day of the week without a session gives none."""
    a_day = LONG_DAY if tally.timed else SHORT_DAY
    served, leaks = 0, []
    with place.hall(SQLITE, at=f"{MONDAY}T{OPENS}") as hall:
        for number in tally.tries():
            day = MONDAY + timedelta(days=number)
            if number:
                hall.server.restart(at=f"{day}T{OPENS}")
            begun = elapsed(hall.server)
            halves = [half(hall, day, part, a_day // 2) for part in ("first", "second")]
            served += sum(found[0] for found in halves)
            (_, memory, files), (_, later, more) = halves
            leaks.append(later - memory)
            tally.must(later - memory < LEAK_MB, f"{later - memory:.0f} MB more after the day's second half")
            tally.must(more - files <= MORE_FILES, f"{more - files} more open files")
            drift = elapsed(hall.server) - begun
            tally.must(abs(drift) < DRIFT_S, f"the day's clock has gone away by {drift:.1f} s")
        balance(hall, tally, served, day)
        hall.audit(tally, frozenset(paper.code for paper in hall.papers if paper.day != day.isoformat()))
    tally.notes.append(f"{served:,} served; at most {max(leaks):.0f} MB more in a day's second half")


def elapsed(server: Server) -> float:
    """The site's clock less the time that passes, the same all day: by the quickest of some answers."""
    found = []
    for _each in range(10):
        before = time.monotonic()
        told = datetime.fromisoformat(server.board()["time"]).timestamp()
        after = time.monotonic()
        found.append((after - before, told - (before + after) / 2))
    return min(found)[1]


def half(hall: Hall, day: date, part: str, people: int) -> tuple[int, float, int]:
    """Takes numbers, calls and ends all of them: how many, and the server's memory and files afterwards."""
    if hall.server.board()["session"]["state"] != "open":
        return 0, 0.0, 0
    for tap in range(people):
        hall.tap(f"{day} {part} {tap}", http=hall.server.http)
    ended, there = 0, []
    for counter in COUNTERS:
        opened = hall.server.at_counter(counter, "open", services=["help"], fields=[], takeover=True)
        # Saturday's session has fewer counters.
        absent = opened.status_code == 409 and opened.json().get("reason") == "counter_not_in_session"
        assert absent or opened.status_code == 200, opened.text
        there += [] if absent else [counter]
    while called := sum(hall.server.at_counter(counter, "call-next").status_code == 200 for counter in there):
        ended += called
    for counter in there:
        # The last ones called are ended by an empty queue.
        closed = hall.server.at_counter(counter, "close")
        assert closed.status_code == 200, closed.text
    memory = memory_mb(hall.server.pid) + own_mb(hall.server.writer)
    return ended, memory, len(os.listdir(f"/proc/{hall.server.pid}/fd"))


def balance(hall: Hall, tally: Tally, served: int, until: date) -> None:
    """Answers, reports and journal say the same."""
    path = f"/sites/demo/reports/sessions?from={MONDAY}&to={until}"
    items = hall.server.ask("GET", path, role="supervisor").json()["items"]
    issued = sum(item["issued_tickets"] for item in items)
    given = len({paper.key for paper in hall.papers})
    tally.must(issued == given == served, f"{given} given, {served} served, {issued} in the report")


TRIALS = (Trial("a week of days, restarted each night", lived, 2, 7, (SQLITE,)),)
