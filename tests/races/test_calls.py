"""No ticket is ever called at two counters, and of two verbs on one ticket exactly one wins."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.kit import MONDAY, SITE, Centre, ManualClock, at_once
from tests.office_kit import Clerk
from tests.races.kit import big_site, everything, lines, office_on, officer, tickets, without_lock
from ticketing.errors import Conflict
from ticketing.verbs.waits import NEAR

pytestmark = pytest.mark.races

ROUNDS = 20


@pytest.fixture
def hall(place: Path | str, clock: ManualClock) -> Iterator[Centre]:
    """Eight counters, each with its officer; nobody waits yet."""
    centre = Centre(place, clock, big_site())
    for number in range(1, 9):
        centre.open(number, officer(number))
    yield centre
    centre.close()


def call_until_nobody_waits(office: Clerk, counter: int) -> list[str]:
    called = []
    while ticket := office.call_next(SITE, counter, officer(counter)):
        assert ticket["counter"] == counter
        called.append(ticket["number"])
    return called


def test_eight_officers_call_300_tickets_each_once_at_one_counter_in_order(hall: Centre) -> None:
    fields = ("HT", "CT", "BT")
    issued = [hall.take(fields[n % 3])["number"] for n in range(300)]
    results = at_once(
        [lambda n=n: call_until_nobody_waits(hall.office, n) for n in range(1, 9)]  # type: ignore[misc]
    )
    assert sorted(number for called in results for number in called) == sorted(issued)

    by_id = {t.id: t for t in tickets(hall)}
    calls = lines(hall, "ticket_called")
    assert len(calls) == len({line.ticket for line in calls}) == 300
    for counter, called in enumerate(results, start=1):
        assert [by_id[c.ticket].number for c in calls if c.counter == counter] == called  # type: ignore[index]
    for field in fields:
        in_order = [c.ticket for c in calls if by_id[c.ticket].field == field]  # type: ignore[index]
        assert in_order == sorted(in_order)  # type: ignore[type-var]
    assert {t.state for t in by_id.values()} == {"done"}
    assert len(lines(hall, "ticket_finished")) == 300


def one_ticket_eight_officers(hall: Centre, office: Clerk) -> list[int]:
    """The counters at which the only waiting ticket was called, by the answers that officers got."""
    results = at_once([lambda n=n: office.call_next(SITE, n, officer(n)) for n in range(1, 9)])  # type: ignore[misc]
    return [answer["counter"] for answer in results if isinstance(answer, dict)]


def test_one_ticket_goes_to_one_of_eight_officers(hall: Centre) -> None:
    hall.take()
    called_at = one_ticket_eight_officers(hall, hall.office)
    assert [line.counter for line in lines(hall, "ticket_called")] == called_at == [tickets(hall)[0].counter]


def test_without_lock_and_condition_one_ticket_would_be_called_at_eight_counters(hall: Centre) -> None:
    hall.take()
    with without_lock(hall, parties=8, compare=False) as office:
        assert one_ticket_eight_officers(hall, office) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert len(lines(hall, "ticket_called")) == 8


def test_the_condition_alone_still_gives_a_ticket_to_one_officer(hall: Centre) -> None:
    hall.take()
    with without_lock(hall, parties=8) as office:
        called_at = one_ticket_eight_officers(hall, office)
    assert [line.counter for line in lines(hall, "ticket_called")] == called_at
    assert len(called_at) == 1


def cancel_against_call(hall: Centre, office: Clerk, ticket: dict[str, Any]) -> tuple[bool, bool]:
    """Whether the citizen could give up, and whether the officer got the ticket."""
    given_up, called = at_once(
        [lambda: office.give_up(ticket["code"]), lambda: office.call_next(SITE, 1, officer(1))]
    )
    assert isinstance(given_up, (dict, Conflict)) and (called is None or isinstance(called, (dict, Conflict)))
    return isinstance(given_up, dict), isinstance(called, dict)


def test_of_a_citizen_who_gives_up_and_an_officer_who_calls_one_wins(hall: Centre) -> None:
    for _ in range(ROUNDS):
        ticket = hall.take()
        after = hall.seq()
        given_up, called = cancel_against_call(hall, hall.office, ticket)
        assert given_up != called
        happened = [k for k in hall.kinds(after) if k in ("ticket_cancelled", "ticket_called")]
        assert happened == ["ticket_called" if called else "ticket_cancelled"]
        assert hall.state(ticket["number"]) == ("called" if called else "cancelled")


def test_without_lock_and_condition_a_ticket_would_be_both_given_up_and_called(hall: Centre) -> None:
    ticket = hall.take()
    with without_lock(hall, parties=2, compare=False) as office:
        assert cancel_against_call(hall, office, ticket) == (True, True)


def two_transfers(office: Clerk, number: str) -> list[Any]:
    def send(**place: Any) -> Any:
        return office.transfer(SITE, 1, officer(1), expect=number, **place)

    return at_once([lambda: send(to_counter=2), lambda: send(field="CT")])


def test_of_two_transfers_at_once_one_wins(hall: Centre) -> None:
    for _ in range(ROUNDS):
        number = hall.take("HT")["number"]
        hall.office.call(SITE, 1, officer(1), number=number, reason="round")
        after = hall.seq()
        results = two_transfers(hall.office, number)
        (won,) = [n for n, answer in enumerate(results) if isinstance(answer, dict)]
        assert isinstance(results[1 - won], Conflict)
        assert results[1 - won].reason == "expect"
        assert hall.kinds(after) == ["ticket_transferred"]
        row = hall.row(number)
        assert (row.state, row.target, row.field) == ("waiting", *((2, "HT") if won == 0 else (None, "CT")))


def test_without_lock_and_condition_both_transfers_would_be_told_yes(hall: Centre) -> None:
    number = hall.take("HT")["number"]
    hall.next(1, officer(1))
    with without_lock(hall, parties=2, compare=False) as office:
        assert all(isinstance(answer, dict) for answer in two_transfers(office, number))
    assert len(lines(hall, "ticket_transferred")) == 2


def two_presses(office: Clerk, expect: str | None) -> list[Any]:
    """The same counter is open on two screens that both show `expect`."""
    return at_once([lambda: office.call_next(SITE, 1, officer(1), expect=expect)] * 2)


def test_of_two_presses_on_one_counter_that_expect_the_same_number_one_wins(hall: Centre) -> None:
    for _ in range(ROUNDS + 1):
        hall.take()
    shown = None
    for left in range(ROUNDS, 0, -1):
        after = hall.seq()
        results = two_presses(hall.office, shown)
        (won,) = [n for n, answer in enumerate(results) if isinstance(answer, dict)]
        refused = results[1 - won]
        assert isinstance(refused, Conflict)
        assert (refused.reason, refused.details["number"]) == ("expect", results[won]["number"])
        told = ["wait_told"] if left > NEAR else []
        assert hall.kinds(after) == (["ticket_finished"] if shown else []) + ["ticket_called", *told]
        shown = results[won]["number"]
    assert sum(t.state == "waiting" for t in tickets(hall)) == 1


def test_without_lock_and_condition_both_presses_would_call(hall: Centre) -> None:
    hall.take()
    with without_lock(hall, parties=2, compare=False) as office:
        assert all(isinstance(answer, dict) for answer in two_presses(office, None))
    assert len(lines(hall, "ticket_called")) == 2


def test_of_two_officers_who_sit_down_at_one_counter_one_stays(hall: Centre) -> None:
    hall.office.close_counter(SITE, 1, officer(1))
    after = hall.seq()
    results = at_once([lambda n=n: hall.open(1, officer(n)) for n in (11, 12)])  # type: ignore[misc]
    (won,) = [n for n, answer in enumerate(results) if isinstance(answer, dict)]
    assert results[1 - won].reason == "counter_taken"
    assert hall.kinds(after) == ["counter_opened"]
    held_by = hall.store.read(lambda view: view.counters.get(SITE, 1)).holder
    assert held_by == officer(11 + won).id


def test_two_offices_on_one_file_never_call_one_ticket_twice(hall: Centre, tmp_path: Path) -> None:
    second = Centre(hall.path, hall.clock)
    try:
        issued = [hall.take()["number"] for _ in range(40)]
        offices = [hall.office, office_on(second.store, hall.clock, "second")]
        results = at_once(
            [lambda n=n: call_until_nobody_waits(offices[n % 2], n) for n in range(1, 5)]  # type: ignore[misc]
        )
        assert sorted(number for called in results for number in called) == sorted(issued)
        before = everything(hall)
        assert second.store.read(lambda view: view.queues.waiting(SITE, MONDAY)) == []
        assert everything(second) == before
    finally:
        second.close()
