"""What the chain and the public ledger cost, and how fast it is proved: `python -m tests.bench.chain [LINES]`.

Numbers are taken through the office on a new database, in turns with and without hashing, tree and the columns' texts;
processor time of one number, the first decile of the rounds, since a busy machine only adds to it. What is between is
told of a ticket over HTTP too, by the processor time of a served one in the same run.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tests.bench.load import Job, request, run
from tests.bench.place import AT, cpu_s, prepare
from tests.bench.spread import spread
from tests.bench.stages import TICKETS
from tests.kit import SITE, Centre, ManualClock, small_site, uncapped
from tests.serving import Server, executed
from ticketing.rules import chain
from ticketing.store import check
from ticketing.store.ledgers import LedgersWriter

ROUNDS, A_ROUND = 100, 40
# Of served tickets: connections, seconds of a round, rounds.
SERVED = (16, 1.0, 5)
LINES = 20_000


@contextmanager
def without() -> Iterator[None]:
    """Lines without text and hash, and no tree."""
    with (
        patch.object(chain, "text_of", lambda *_line: ""),
        patch.object(chain, "time_of", lambda *_at: ""),
        patch.object(chain, "chained", lambda *_line: ""),
        patch.object(LedgersWriter, "add", lambda *_leaf: None),
    ):
        yield


def a_round(centre: Centre) -> float:
    begun = time.process_time()
    for _each in range(A_ROUND):
        centre.take()
    return (time.process_time() - begun) / A_ROUND * 1e6


def measure() -> tuple[list[float], list[float]]:
    """Microseconds of a number in each round, with the chain and without."""
    found: dict[bool, list[float]] = {True: [], False: []}
    with tempfile.TemporaryDirectory() as folder:
        centre = Centre(Path(folder) / "layso.db", ManualClock(), uncapped(small_site()))
        a_round(centre)
        for place in range(2 * ROUNDS):
            if place % 2:
                found[True].append(a_round(centre))
            else:
                with without():
                    found[False].append(a_round(centre))
        assert centre.store.read(lambda view: view.journal.last_seq(SITE)) > 2 * ROUNDS * A_ROUND
        centre.close()
    return found[True], found[False]


def over_http() -> float:
    """Microseconds of the server's processes for a ticket, the cheapest round's."""
    connections, seconds, rounds = SERVED
    with tempfile.TemporaryDirectory() as folder, executed():
        data = Path(folder) / "data"
        lanes = [[request("POST", TICKETS, token, {"field": "HT"})] for token in prepare(data).kiosks[:connections]]
        with Server(data, at=AT, profile="") as server:
            found = []
            for _round in range(rounds):
                before = cpu_s(*server.pids)
                result = run(Job(server.port, connections, seconds, lanes))
                assert set(result.statuses) == {"201"}, result.statuses
                found.append(1e6 * (cpu_s(*server.pids) - before) / result.answers)
    return min(found)


def checked(lines: int) -> dict[str, float]:
    """Seconds of processor time of `layso check` for a journal of at least so many lines, and for a million at that
    pace."""
    with tempfile.TemporaryDirectory() as folder:
        centre = Centre(Path(folder) / "layso.db", ManualClock(), uncapped(small_site()))
        while (seq := centre.store.read(lambda view: view.journal.last_seq(SITE))) < lines:
            for _each in range(1000):
                centre.take()
        centre.close()
        begun = time.process_time()
        assert check(Path(folder) / "layso.db") == []
        took = time.process_time() - begun
    return {"lines": seq, "check_s": round(took, 2), "million_s": round(took / seq * 1e6, 1)}


def costs(lines: int) -> dict[str, Any]:
    rounds, without_it = measure()
    chained, bare, served = _decile(rounds), _decile(without_it), over_http()
    return {
        "number_us": round(chained), "rounds_us": spread(rounds), "without_us": round(bare),
        "share": round(chained / bare - 1, 3),
        "http_us": round(served), "http_share": round((chained - bare) / served, 3), **checked(lines),
    }  # fmt: skip


def lines(found: dict[str, Any]) -> list[str]:
    return [
        f"chain and public ledger: {found['number_us']} µs of processor for a number, {found['without_us']} µs without "
        f"({found['share']:+.1%}); {found['http_share']:.1%} of the {found['http_us']:,} µs of a ticket over HTTP",
        f"layso check: {found['lines']:,} lines in {found['check_s']} s of processor, a million at that pace in "
        f"{found['million_s']} s",
    ]


def _decile(rounds: list[float]) -> float:
    return sorted(rounds)[len(rounds) // 10]


def main() -> None:
    print("\n".join(lines(costs(int(sys.argv[1]) if len(sys.argv) > 1 else LINES))))


if __name__ == "__main__":
    main()
