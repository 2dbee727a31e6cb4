"""What the chain and the public ledger cost: `python -m tests.bench.chain`.

Numbers are taken through the office on a new database, in turns with and without hashing, tree and the columns' texts;
processor time of one number, the first decile of the rounds, since a busy machine only adds to it.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from tests.kit import SITE, Centre, ManualClock, small_site, uncapped
from ticketing.rules import chain
from ticketing.store.ledgers import LedgersWriter

ROUNDS, A_ROUND = 100, 40


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


def measure() -> tuple[float, float]:
    """Microseconds of a number with the chain, and without."""
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
    return _decile(found[True]), _decile(found[False])


def _decile(rounds: list[float]) -> float:
    return sorted(rounds)[len(rounds) // 10]


def main() -> None:
    chained, bare = measure()
    print(f"a number: {chained:.0f} µs with chain and ledger, {bare:.0f} µs without: {chained / bare - 1:+.1%}")


if __name__ == "__main__":
    main()
