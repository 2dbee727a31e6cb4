"""Processes that end as a power cut ends them, while kiosks tap."""

from __future__ import annotations

import os
import random
import signal
from typing import Any

from tests.cluster_kit import ClusterServer
from tests.soak.hall import BOTH, POSTGRES, Hall, Place
from tests.soak.tally import Tally, Trial
from tests.waiting import until


def killed(place: Place, tally: Tally) -> None:
    """SIGKILL in the middle of commits, when chance chooses; the next life has every acknowledged number."""
    chance = random.Random(tally.store)
    with place.hall(tally.store) as hall:
        with hall.load():
            for _try in tally.tries():
                tally.must(hall.more(chance.randint(3, 25)), "no numbers came")
                kill(hall, chance)
                tally.must(hall.more(1), "no number after the return")
        hall.audit(tally)
    tally.notes.append("one of two processes at a time" if tally.store == POSTGRES else "the whole server")


def kill(hall: Hall, chance: Any) -> None:
    server = hall.server
    if isinstance(server, ClusterServer):
        victim = chance.choice(server.workers)
        os.kill(victim, signal.SIGKILL)
        until(lambda: victim not in server.workers, 60)
    else:
        server.restart(kill=True)


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
    Trial("SIGKILL under load", killed, 3, 50, BOTH),
    Trial("PostgreSQL ended at once under load", database_killed, 1, 20, (POSTGRES,)),
    Trial("Redis ended under load", signals_gone, 1, 10, (POSTGRES,)),
)
