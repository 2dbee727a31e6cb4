"""A key that comes many times at once does its work once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.kit import SITE, Centre, ManualClock, at_once
from tests.office_kit import Clerk
from tests.races.kit import big_site, kiosk, lines, officer, tickets, without_lock
from ticketing.rules.orders import TicketOrder

pytestmark = pytest.mark.races

TIMES = 50


@pytest.fixture
def hall(place: Path | str, clock: ManualClock) -> Iterator[Centre]:
    centre = Centre(place, clock, big_site())
    centre.open(1, officer(1))
    yield centre
    centre.close()


def press_often(office: Clerk, times: int) -> list[Any]:
    order = TicketOrder(field="HT", dossiers=2)
    return at_once([lambda: office.take_ticket(SITE, order, kiosk(1), key="one tap")] * times)


def test_the_same_key_50_times_at_once_is_one_ticket(hall: Centre) -> None:
    results = press_often(hall.office, TIMES)
    assert {answer["number"] for answer, _ in results} == {"1001"}
    assert len({answer["code"] for answer, _ in results}) == 1
    assert sum(created for _, created in results) == 1
    assert [t.number for t in tickets(hall)] == ["1001"]
    assert len(lines(hall, "ticket_taken")) == 1
    assert hall.session("morning")["issued"] == 2
    assert hall.take("HT")["number"] == "1002"


def test_without_the_lock_the_same_key_would_take_several_tickets(hall: Centre) -> None:
    with without_lock(hall, parties=4) as office:
        press_often(office, 4)
    assert len(tickets(hall)) == len(lines(hall, "ticket_taken")) == 4


def call_often(office: Clerk, times: int) -> list[Any]:
    return at_once([lambda: office.call_next(SITE, 1, officer(1), key="one press")] * times)


def test_the_same_key_50_times_at_once_calls_one_ticket(hall: Centre) -> None:
    for _ in range(3):
        hall.take()
    results = call_often(hall.office, TIMES)
    assert {answer["number"] for answer in results} == {"1001"}
    assert [line.ticket for line in lines(hall, "ticket_called")] == [tickets(hall)[0].id]
    assert [t.state for t in tickets(hall)] == ["called", "waiting", "waiting"]
    assert lines(hall, "ticket_finished") == []


def test_without_lock_and_condition_the_same_key_would_call_several_times(hall: Centre) -> None:
    for _ in range(3):
        hall.take()
    with without_lock(hall, parties=4, compare=False) as office:
        call_often(office, 4)
    assert len(lines(hall, "ticket_called")) == 4
