"""What old tickets cost: `python -m tests.bench.aged DIR [--number N] [--beside M]` grows N old tickets in DIR, unless
it is there.

An office on a copy of DIR and one on a new directory with M do the same in turns, act by act: what else the machine
does falls on both. Processor time of one act; the first board's is the reading of two weeks of visits, once a day. From
those an office learns, too, who goes before others, and plays them through at every call: with `--beside 50000`, a
fortnight, both do, and what is left is the cost of the old tickets alone.
"""

from __future__ import annotations

import argparse
import gc
import shutil
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from kiosk.datadir import DataDir
from kiosk.parts import make_office
from tests.bench.place import AT, COUNTERS, FIELDS, SITE, prepare
from tests.kit import ManualClock
from tests.office_kit import Clerk
from ticketing.answers import board, console
from ticketing.rules.orders import TicketOrder
from ticketing.rules.people import Actor
from ticketing.signals.local import Bus
from ticketing.store import AnyStore

WAITING, ROUNDS = 300, 600
KIOSK = Actor("token:1", "kiosk", SITE, "kiosk")
OFFICERS = [Actor(f"officer:{n}", "officer", SITE, "") for n in range(1, COUNTERS + 1)]
Costs = dict[str, list[float]]


class Hall:
    """A day that begins with so many waiting and every counter open."""

    def __init__(self, store: AnyStore) -> None:
        self.clock = ManualClock(AT)
        self.clerk = Clerk(make_office(store, Bus(), self.clock))
        self.costs: Costs = defaultdict(list)
        self.timed("first board", self._board)
        for n in range(WAITING):
            self._take(n)
        for n, officer in enumerate(OFFICERS, 1):
            self.clerk.open_counter(SITE, n, officer)

    def acts(self, n: int) -> dict[str, Callable[[], object]]:
        self.clock.pass_(seconds=1)
        found: dict[str, Callable[[], object]] = {"ticket": lambda: self._take(n), "board": self._board}
        found["console"] = lambda: self.clerk.see(SITE, console.of, 1, "vi")
        if n % 3 == 0:
            at = n // 3 % COUNTERS
            found["call-next"] = lambda: self.clerk.call_next(SITE, at + 1, OFFICERS[at])
        return found

    def _take(self, n: int) -> None:
        self.clerk.take_ticket(SITE, TicketOrder(field=FIELDS[n % len(FIELDS)]), KIOSK)

    def _board(self) -> None:
        self.clerk.see(SITE, board.encoded, "vi")

    def timed(self, name: str, act: Callable[[], object]) -> None:
        begun = time.process_time()
        act()
        self.costs[name].append(1e6 * (time.process_time() - begun))


def in_turns(new: Hall, old: Hall) -> None:
    gc.freeze()
    for n in range(ROUNDS):
        halls = (new, old) if n % 2 else (old, new)
        acts = [hall.acts(n) for hall in halls]
        for name in acts[0]:
            for hall, its in zip(halls, acts, strict=True):
                hall.timed(name, its[name])


def told(new: Costs, old: Costs) -> list[str]:
    lines = [f"{'µs of processor':<16}" + "".join(f"{f'p{share}':>8}{'aged':>8}{'':>6}" for share in (10, 50, 90, 99))]
    for name in new:
        line = f"{name:<16}"
        for share in (10, 50, 90, 99):
            a, b = (sorted(one[name])[len(one[name]) * share // 100] for one in (new, old))
            line += f"{a:>8.0f}{b:>8.0f}{b / a:>6.2f}"
        lines.append(line)
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.aged", description=__doc__)
    parser.add_argument("directory", type=Path, help="a data directory of this bench, made when it isn't there")
    parser.add_argument("--number", type=int, default=1_000_000, help="how many old tickets it is made with (1000000)")
    parser.add_argument("--beside", type=int, default=0, help="how many old tickets the other office has (none)")
    asked = parser.parse_args()
    if not asked.directory.exists():
        prepare(asked.directory, asked.number)
    with tempfile.TemporaryDirectory(prefix="layso-aged-", dir=asked.directory.parent) as place:
        shutil.copytree(asked.directory, Path(place, "old"))
        prepare(Path(place, "new"), asked.beside)
        with DataDir(Path(place, "new")).opened() as store, DataDir(Path(place, "old")).opened() as aged:
            new, old = Hall(store), Hall(aged)
            in_turns(new, old)
    print("\n".join(told(new.costs, old.costs)))


if __name__ == "__main__":
    main()
