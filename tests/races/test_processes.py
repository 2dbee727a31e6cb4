"""Several processes on one database file, as a server and its commands are."""

from __future__ import annotations

import multiprocessing
from pathlib import Path
from typing import Any

import pytest

from tests.kit import SITE, Centre, ManualClock, opened
from tests.races.kit import big_site, kiosk, lines, office_on, tickets
from ticketing.errors import TicketingError
from ticketing.rules.orders import TicketOrder

pytestmark = pytest.mark.races

PROCESSES, CAP, EACH = 4, 50, 20
_gate: Any = None


def _ready(gate: Any) -> None:
    global _gate
    _gate = gate


def _take_many(job: tuple[Path | str, int]) -> list[tuple[str, str]]:
    """In a process of its own: numbers got, or the code and the remainder of each refusal."""
    place, number = job
    store = opened(place)
    office = office_on(store, ManualClock(), f"process-{number}")
    results = []
    _gate.wait()
    for _ in range(EACH):
        try:
            ticket, _created = office.take_ticket(SITE, TicketOrder(field="HT"), kiosk(number))
            results.append(("number", ticket["number"]))
        except TicketingError as refusal:
            results.append((refusal.code, str(refusal.details.get("remaining", refusal.details))))
    store.close()
    return results


def test_four_processes_at_a_cap_of_50_issue_exactly_50_and_none_fails(place: Path | str) -> None:
    centre = Centre(place, ManualClock(), big_site(CAP))
    spawn = multiprocessing.get_context("spawn")
    with spawn.Pool(PROCESSES, _ready, (spawn.Barrier(PROCESSES, timeout=120),)) as pool:
        jobs = [(centre.path, number) for number in range(PROCESSES)]
        answers = pool.map_async(_take_many, jobs, chunksize=1).get(timeout=120)
    numbers = [what for results in answers for kind, what in results if kind == "number"]
    refusals = [(kind, what) for results in answers for kind, what in results if kind != "number"]
    assert sorted(numbers) == [f"1{serial:03d}" for serial in range(1, CAP + 1)]
    assert refusals == [("cap_reached", "0")] * (PROCESSES * EACH - CAP)
    assert [t.number for t in tickets(centre)] == sorted(numbers)
    assert len(lines(centre, "ticket_taken")) == CAP
    assert centre.session("morning")["remaining"] == 0
    centre.close()
