"""No new ticket takes a session over its cap, whatever the number of kiosks."""

from __future__ import annotations

import itertools
import random
import sqlite3
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import pytest

from tests.kit import MONDAY, SITE, Centre, ManualClock, at_once
from tests.office_kit import Clerk
from tests.races.kit import SESSION, big_site, everything, kiosk, lines, office_on, tickets, without_lock
from ticketing.errors import CapReached
from ticketing.rules.orders import TicketOrder
from ticketing.rules.sessions import SessionChange
from ticketing.store import AnyStore

pytestmark = pytest.mark.races

CAP, FIELD_CAP = 200, 40


class Witness:
    """Passes every write on and notes, under the lock, what a refusal said and what was really left."""

    def __init__(self, store: AnyStore) -> None:
        self.read, self._write = store.read, store.write
        self.refusals: list[tuple[int, int]] = []

    def write(self, sites: Collection[str], work: Callable[[Any], Any]) -> Any:
        def witnessed(tx: Any) -> Any:
            try:
                return work(tx)
            except CapReached as refusal:
                issued = tx.tickets.of_days(SITE, MONDAY, MONDAY)
                left = [CAP - sum(t.dossiers for t in issued)]
                if refusal.details["cap"] == FIELD_CAP:
                    left.append(FIELD_CAP - sum(t.dossiers for t in issued if t.field == "CT"))
                self.refusals.append((refusal.details["remaining"], min(left)))
                raise

        return self._write(sites, witnessed)


def citizen(office: Clerk, number: int) -> list[str]:
    """Takes numbers until nothing is left, asking for less when less is left."""
    chance, taken = random.Random(number), []
    field, dossiers = "HT", 1
    while True:
        try:
            order = TicketOrder(field=field, dossiers=dossiers)
            taken.append(office.take_ticket(SITE, order, kiosk(number % 8))[0]["number"])
            field, dossiers = chance.choice(["HT", "CT", "BT"]), chance.randint(1, 5)
        except CapReached as refusal:
            left = refusal.details["remaining"]
            if left == 0 and field != "CT":
                return taken
            field, dossiers = ("HT", 1) if left == 0 else (field, left)


def test_64_citizens_at_8_kiosks_fill_a_session_of_200_exactly(place: Path | str, clock: ManualClock) -> None:
    centre = Centre(place, clock, big_site(CAP, CT=FIELD_CAP))
    witness = Witness(centre.store)
    office = office_on(witness, clock, "race")  # type: ignore[arg-type]
    results = at_once([lambda n=n: citizen(office, n) for n in range(64)])  # type: ignore[misc]

    numbers = list(itertools.chain.from_iterable(results))
    issued = tickets(centre)
    assert sum(t.dossiers for t in issued) == CAP
    assert sum(t.dossiers for t in issued if t.field == "CT") <= FIELD_CAP
    assert sorted(numbers) == sorted(t.number for t in issued)
    for prefix in ("1", "2", "8"):
        series = sorted(n for n in numbers if n[0] == prefix)
        assert series == [f"{prefix}{serial:03d}" for serial in range(1, len(series) + 1)]
    assert [line.ticket for line in lines(centre, "ticket_taken")] == [t.id for t in issued]
    assert len(witness.refusals) >= 64
    assert [said for said, _ in witness.refusals] == [true for _, true in witness.refusals]

    session = centre.session("morning")
    assert (session["issued"], session["remaining"], session["state"]) == (CAP, 0, "full")
    before = everything(centre)
    with pytest.raises(CapReached):
        centre.take("BT")
    assert everything(centre) == before
    centre.close()


@pytest.fixture
def hall(place: Path | str, clock: ManualClock) -> Any:
    """A session of 20 dossiers; one ticket for help was given, so that the day is under way."""
    centre = Centre(place, clock, big_site(20))
    centre.take(service="help")
    yield centre
    centre.close()


def eight_families(office: Clerk) -> list[Any]:
    order = TicketOrder(field="HT", dossiers=5)
    return at_once([lambda n=n: office.take_ticket(SITE, order, kiosk(n)) for n in range(8)])  # type: ignore[misc]


def counted(centre: Centre) -> int:
    return sum(t.dossiers for t in tickets(centre) if t.service == "submit")


def test_four_of_eight_families_get_the_twenty_dossiers(hall: Centre) -> None:
    results = eight_families(hall.office)
    assert sum(isinstance(r, CapReached) and r.details["remaining"] == 0 for r in results) == 4
    assert (counted(hall), hall.session("morning")["issued"]) == (20, 20)


def test_without_the_lock_all_eight_families_would_get_a_number(hall: Centre) -> None:
    with without_lock(hall, parties=8) as office:
        results = eight_families(office)
    assert not any(isinstance(r, Exception) for r in results)
    assert (counted(hall), hall.session("morning")["issued"]) == (40, 40)


def test_with_a_lock_asked_for_only_when_writing_all_but_one_would_fail(hall: Centre) -> None:
    with without_lock(hall, parties=8, deferred=True) as office:
        results = eight_families(office)
    failed = [r for r in results if isinstance(r, sqlite3.OperationalError)]
    assert [str(error) for error in failed] == ["database is locked"] * 7
    assert counted(hall) == 5


def test_a_cap_lowered_in_the_rush_is_obeyed_from_that_moment(hall: Centre) -> None:
    def lower() -> Any:
        return hall.office.change_session(SITE, SESSION, SessionChange(cap=8), kiosk(99))

    def take() -> Any:
        return hall.take("CT")

    results = at_once([*[take] * 12, lower, *[take] * 12])
    changed_at = lines(hall, "caps_changed")[0].seq
    later = [line for line in lines(hall, "ticket_taken") if line.seq > changed_at]
    issued = counted(hall)
    assert issued == sum(not isinstance(r, Exception) for r in results) - 1
    assert issued >= 8
    assert issued == 8 or not later
