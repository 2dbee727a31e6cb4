"""Whole windows of a plan, played once and looked at by many tests."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tests.kit import ManualClock
from tests.office_kit import Clerk
from tests.simulation.arrivals import arrivals, weekdays
from tests.simulation.hall import Hall, Tally
from tests.simulation.ledger import Ledger, ledger
from ticketing.office import Office
from ticketing.profiles import profile_path, read_sites, vietnam_holidays
from ticketing.signals.local import Bus
from ticketing.store import open_store

FIRST, LAST = date(2020, 3, 30), date(2020, 4, 29)
GIO_TO = date(2020, 4, 2)
WORKING_DAYS = tuple(weekdays(FIRST, LAST, (GIO_TO,)))
SEED = "2020-03-30"


@dataclass
class Played:
    """A profile's office after its days; `tallies` by site are what the callers were told."""

    office: Office
    clock: ManualClock
    database: Path
    tallies: dict[str, Tally]

    def ledger(self, site: str) -> Ledger:
        return ledger(self.database, site)


def begin(profile: str, folder: Path) -> Played:
    """An office with the profile's sites on the evening before the plan."""
    clock = ManualClock("2020-03-29T20:00")
    codes = itertools.count(1)
    store = open_store(folder / "layso.db")
    office = Clerk(Office(store, Bus(), clock, lambda: f"code-{next(codes):06d}", vietnam_holidays, "http://x"))
    for site in read_sites(profile_path(profile)):
        office.apply_site(site)
    return Played(office, clock, folder / "layso.db", {})


def play(played: Played, site: str, days: tuple[date, ...], people: int) -> None:
    """Those days at one site; the clock begins again with each site."""
    hall = Hall(played.office, played.clock, played.office.site(site))
    hall.tally = played.tallies.setdefault(site, hall.tally)
    for day in days:
        hall.play(day, arrivals(hall.site, day, people, SEED))
