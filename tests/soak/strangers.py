"""Slow and hostile clients, with a kiosk beside them that taps ten times a second."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing

from tests.bench.place import AT, memory_mb, prepare
from tests.bench.place import server as served
from tests.bench.stages import QUICK, Bench
from tests.bench.troubles import TROUBLES, tapped
from tests.serving import executed, layso
from tests.soak.hall import SQLITE, Place
from tests.soak.tally import Tally, Trial

# Faults S1, S2, S4, S10, S13 and S15; the bound is below the median of S1 (100 ms). A machine that is busy with other
# work makes every tap slower, with nobody beside it too: what it then takes, so many times, is the bound.
MEDIAN_S, BUSY_TIMES = 0.05, 10
QUIET_S = 2.0
MORE_MEMORY_MB = 150
SHORT_S, LONG_S = 1.0, 5.0


def troubled(place: Place, tally: Tally) -> None:
    """Each trouble in turn on one server, its limits on: every tap is answered with a number, none comes twice."""
    data = place.new() / "data"
    tokens = prepare(data)
    given: list[str] = []
    medians: dict[str, tuple[float, float]] = {}
    # Passwords are hashed at their real cost by a server that begins as a user's does.
    with executed(), served(data) as server:
        bench = Bench(server, tokens, (0, 0), QUICK)
        before = memory_mb(server.pid)
        names = list(TROUBLES)
        for turn in tally.tries():
            # The short form takes those of which each is a kind.
            name = names[-1 - turn % len(names)]
            alone = tapped(bench, None, QUIET_S, keep=True) if tally.timed else None
            found = tapped(bench, TROUBLES[name], LONG_S if tally.timed else SHORT_S, keep=True)
            tally.must(set(found.statuses) == {"201"}, f"{name}: taps were answered {found.statuses}")
            quiet_ms = alone.p50_ms if alone else 0.0
            medians[name] = max(medians.get(name, (0.0, 0.0)), (found.p50_ms, quiet_ms))
            bound_s = max(MEDIAN_S, BUSY_TIMES * quiet_ms / 1000)
            tally.within(bound_s, found.p50_ms / 1000, f"{name}: the median tap (alone {quiet_ms:.0f} ms)")
            given += [number for result in (alone, found) if result for number, _at in result.kept]
        more = memory_mb(server.pid) - before
        tally.must(more < MORE_MEMORY_MB, f"{more:.0f} MB more memory")
        with closing(sqlite3.connect(data / "layso.db")) as database:
            there = {number for (number,) in database.execute("SELECT number FROM tickets WHERE day = ?", (AT[:10],))}
    counted = Counter(given)
    tally.numbers += len(counted)
    tally.lost += [f"{number} is not there" for number in counted.keys() - there]
    tally.lost += [f"{number} was given {times} times" for number, times in counted.items() if times > 1]
    found_by_check = layso("check", data=data)
    tally.lost += found_by_check.stdout.splitlines() if found_by_check.returncode else []
    worst = max(medians, key=lambda name: medians[name])
    median, quiet = medians[worst]
    alone_too = f" ({quiet:.0f} ms alone, just before)" if tally.timed else ""
    tally.notes.append(f"worst median tap {median:.0f} ms{alone_too}, beside {worst}; {more:.0f} MB more memory")


TRIALS = (Trial("hostile clients beside a kiosk", troubled, 3, 3 * len(TROUBLES), (SQLITE,), 2),)
