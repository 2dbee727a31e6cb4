"""Processes that end as a power cut ends them, while kiosks tap."""

from __future__ import annotations

import os
import random
import signal
from pathlib import Path

from tests.cluster_kit import ClusterServer
from tests.soak.hall import BOTH, POSTGRES, Hall, Place
from tests.soak.tally import Tally, Trial
from tests.waiting import until

SHORT_WORKERS, LONG_WORKERS = 2, 3


def killed(place: Place, tally: Tally) -> None:
    """SIGKILL in the middle of commits, when chance chooses; the next life has every acknowledged number."""
    chance = random.Random(tally.store)
    workers = LONG_WORKERS if tally.timed else SHORT_WORKERS
    with place.hall(tally.store, workers=workers) as hall:
        with hall.load():
            for _try in tally.tries():
                tally.must(hall.more(chance.randint(3, 25)), "no numbers came")
                kill(hall)
                tally.must(hall.more(1), "no number after the return")
        hall.audit(tally)
    each_time = f"of {workers} processes the one that has served longest" if tally.store == POSTGRES else "the server"
    tally.notes.append(f"killed: {each_time}")


def kill(hall: Hall) -> None:
    server = hall.server
    if isinstance(server, ClusterServer):
        victim = min(server.workers, key=begun)
        os.kill(victim, signal.SIGKILL)
        until(lambda: victim not in server.workers, 60)
    else:
        server.restart(kill=True)


def begun(pid: int) -> int:
    """When a process began, in ticks since the machine did."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])


def database_killed(place: Place, tally: Tally) -> None:
    """PostgreSQL ends at once and comes back; who asked meanwhile gets a number in the end."""
    chance = random.Random(1)
    with place.hall(POSTGRES) as hall:
        with hall.load():
            for _try in tally.tries():
                tally.must(hall.more(chance.randint(3, 25)), "no numbers came")
                place.postgres.restart_immediately()
                tally.must(hall.more(1), "no number after the return")
        hall.audit(tally)


def signals_gone(place: Place, tally: Tally) -> None:
    """Redis ends: numbers go on without it, and with it."""
    with place.hall(POSTGRES) as hall:
        with hall.load(2):
            for _try in tally.tries():
                place.redis.kill()
                tally.must(hall.more(10), "no numbers without Redis")
                place.redis.start()
                tally.must(hall.more(10), "no numbers after its return")
        hall.audit(tally)


TRIALS = (
    Trial("SIGKILL under load", killed, 3, 50, BOTH, 3),
    Trial("PostgreSQL ended at once under load", database_killed, 1, 20, (POSTGRES,)),
    Trial("Redis ended under load", signals_gone, 1, 10, (POSTGRES,)),
)
