"""Mornings of three mixes after a week of past ones, scored: `python -m tests.simulation.scoring`. The week is played
four times, so that no chance of its own visits, long or short, stands behind all mornings."""

from __future__ import annotations

import argparse
import itertools
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TypeVar

from tests.kit import ManualClock, no_holidays
from tests.office_kit import Clerk
from tests.simulation.morning import Known, Morning
from tests.simulation.oldrule import Seen
from tests.simulation.score import Score, score
from tests.simulation.worlds import USUAL, WORLDS, World, centre
from ticketing.office import Office
from ticketing.rules.sites import Site
from ticketing.signals.local import Bus
from ticketing.store import open_store

MONDAY = date(2026, 11, 23)
PAST_DAYS = 5
PASTS = 4
M = TypeVar("M", bound=Morning)


@dataclass
class Past:
    """A centre's database after some days of the usual world, and what the old rule remembers of them."""

    database: Path
    seen: Seen
    site: Site

    def mornings(self, world: World, seeds: Iterable[int], folder: Path) -> Iterator[list[Known]]:
        """The same Monday after this past, once for each seed."""
        for seed in seeds:
            with self.morning(Morning, world, seed, folder) as monday:
                yield monday.play()

    @contextmanager
    def morning(self, kind: type[M], world: World, seed: int, folder: Path) -> Iterator[M]:
        """That Monday, about to begin, on a copy of the database."""
        copy = folder / f"{seed}.db"
        shutil.copyfile(self.database, copy)
        with _opened(copy, kind, MONDAY, world, seed, deepcopy(self.seen), self.site) as made:
            yield made
        for one in folder.glob(f"{seed}.db*"):
            one.unlink()


def past(folder: Path, days: int = PAST_DAYS, seed: int = 1) -> Past:
    """The centre after that many working days."""
    site = centre()
    usual = {("submit", one.code): 60 * one.usual_minutes for one in site.fields}
    seen = Seen(usual | {(one.code, None): 60 * one.usual_minutes for one in site.services})
    database = folder / "past.db"
    store = open_store(database)
    Clerk(_office(store, ManualClock("2026-11-01T06:00"))).apply_site(site)
    store.close()
    back = [MONDAY - timedelta(days=n) for n in range(1, 15)]
    for day in sorted([one for one in back if one.weekday() < 5][:days]):
        with _opened(database, Morning, day, USUAL, seed, seen, site) as morning:
            morning.watching = False
            morning.play()
    return Past(database, seen, site)


def _office(store, clock):  # type: ignore[no-untyped-def]
    codes = itertools.count(1)
    return Office(store, Bus(), clock, lambda: f"code-{next(codes):06d}-{clock.now():%m%d}", no_holidays, "http://x")


@contextmanager
def _opened(
    database: Path, kind: type[M], day: date, world: World, seed: int, seen: Seen, site: Site
) -> Iterator[M]:  # fmt: skip
    clock = ManualClock(f"{day}T06:30")
    store = open_store(database)
    try:
        seen.waiting.clear()
        yield kind(Clerk(_office(store, clock)), clock, site, day, world, seed, seen)
    finally:
        store.close()


def line(name: str, rule: str, found: Score) -> str:
    return (
        f"{name:24} {rule:8} {found.told:6} {found.mean_wait_s / 60:6.1f} {found.rase:6.2f} {found.bias_s / 60:6.1f}"
        f" {found.early:7.1%} {found.late:7.1%} {found.span_s / 60:6.1f} {found.now:7.1%} {found.now_wait_s / 60:6.1f}"
    )


def main(argv: list[str]) -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--mornings", type=int, default=40, help="of each mix")
    asked.add_argument("--first", type=int, default=100, help="the first morning's seed")
    given = asked.parse_args(argv)
    begun, seeds = time.monotonic(), range(given.first, given.first + given.mornings)
    head = ("mix", "rule", "told", "wait", "rase", "bias", "early", "late", "span", "now", "waited")
    print("{:24} {:8} {:>6} {:>6} {:>6} {:>6} {:>7} {:>7} {:>6} {:>7} {:>6}".format(*head))
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as place:
        folder = Path(place)
        for seed in range(PASTS):
            (folder / str(seed)).mkdir()
        before = [past(folder / str(seed), seed=given.first + seed) for seed in range(PASTS)]
        for world in WORLDS:
            shares = [seeds[place::PASTS] for place in range(PASTS)]
            played = (one.mornings(world, share, folder) for one, share in zip(before, shares, strict=True))
            numbers = list(itertools.chain(*itertools.chain(*played)))
            print(line(world.name, "0.1", score(numbers, old=True)))
            print(line(world.name, "now", score(numbers)), flush=True)
    print(f"{given.mornings} mornings a mix in {time.monotonic() - begun:.0f} s; minutes, errors called minus told")


if __name__ == "__main__":
    main(sys.argv[1:])
