"""The store's contract, continued: queues, boards, counters and accounts."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from tests import test_store_contract
from tests.kit import MONDAY, OFFICER, SITE
from tests.test_store_contract import AT, MORNING, TUESDAY, a_day, later, numbers, put, save
from ticketing.ports import Store, View
from ticketing.rules.counters import CounterState
from ticketing.rules.tickets import Call, Ticket, TooLong

store = test_store_contract.store

HT, CT, RESULT = ("submit", "HT"), ("submit", "CT"), ("result", None)


@pytest.fixture
def hall(store: Store) -> Store:
    """Seven who wait, one of them held; of yesterday and of another site one each."""
    put(store, "1001", position=5.0)
    put(store, "1002", position=2.0)
    put(store, "1003", position=3.0, priority="elderly")
    put(store, "1004", position=1.0, target=3)
    put(store, "2001", position=4.0, field="CT")
    put(store, "7001", position=0.5, service="result", field="BT")
    put(store, "1005", position=0.1, state="held")
    put(store, "1001", position=0.2, day=TUESDAY)
    return store


def first(store: Store, queues: list[Any], counter: int, priority: bool = False) -> str | None:
    found = store.read(lambda view: view.queues.first(SITE, MONDAY, queues, counter, priority))
    return found.number if found else None


def test_the_first_of_a_counters_queues_or_of_those_sent_there(hall: Store) -> None:
    assert first(hall, [HT], 1) == "1002"
    assert first(hall, [CT, HT], 1) == "1002"
    assert first(hall, [CT], 1) == "2001"
    assert first(hall, [RESULT, HT], 1) == "7001"
    assert first(hall, [HT], 3) == first(hall, [], 3) == "1004"
    assert first(hall, [HT], 1, priority=True) == "1003"
    assert first(hall, [CT], 1, priority=True) is first(hall, [], 1) is None


def test_of_equal_positions_the_older_ticket_is_first(hall: Store) -> None:
    put(hall, "1009", position=2.0)
    assert first(hall, [HT], 1) == "1002"
    assert numbers(hall.read(lambda view: view.queues.waiting_in(SITE, MONDAY, HT)))[1:3] == ["1002", "1009"]


def test_who_waits_is_listed_by_position(hall: Store) -> None:
    def listed(view: View) -> list[list[str]]:
        return [
            numbers(view.queues.waiting(SITE, MONDAY)),
            numbers(view.queues.waiting_in(SITE, MONDAY, HT)),
            numbers(view.queues.waiting_in(SITE, MONDAY, RESULT)),
            numbers(view.tickets.open(SITE, MONDAY)),
            numbers(view.queues.waiting(SITE, TUESDAY)),
        ]

    assert hall.read(listed) == [
        ["7001", "1004", "1002", "1003", "2001", "1001"],
        ["1004", "1002", "1003", "1001"],
        ["7001"],
        ["1005", "7001", "1004", "1002", "1003", "2001", "1001"],
        ["1001"],
    ]


def test_who_waits_is_counted_by_queue_and_priority(hall: Store) -> None:
    assert hall.read(lambda view: dict(view.queues.lengths(SITE, MONDAY))) == {
        ("submit", "HT", False): 3, ("submit", "HT", True): 1, ("submit", "CT", False): 1,
        ("result", None, False): 1,
    }  # fmt: skip


def test_before_a_ticket_are_those_of_its_queue_with_a_lower_position(hall: Store) -> None:
    def before(view: View, number: str) -> tuple[int, ...]:
        ticket = view.tickets.by_number(SITE, MONDAY, number)
        assert ticket is not None
        return view.queues.before(ticket)

    found = hall.read(
        lambda view: {n: before(view, n) for n in ("1001", "1002", "1003", "1004", "2001", "7001")}
    )
    assert found == {
        "1001": (1, 2, 1, 3), "1002": (0, 1, 1, 3), "1003": (0, 2, 1, 3), "1004": (0, 0, 1, 3),
        "2001": (0, 0, 0, 1), "7001": (0, 0, 0, 1),
    }  # fmt: skip


def test_states_are_counted_by_session(hall: Store) -> None:
    put(hall, "1010", session=f"{MONDAY}-afternoon", state="done")
    counts = hall.read(
        lambda view: (
            dict(view.tickets.state_counts(SITE, f"{MONDAY}-afternoon")),
            view.tickets.state_counts(SITE, "x"),
        )
    )
    assert counts == ({"done": 1}, {})
    assert hall.read(lambda view: view.tickets.state_counts(SITE, MORNING))["held"] == 1


def test_the_absent_come_in_the_order_in_which_they_were_missed(hall: Store) -> None:
    a_day(hall, MONDAY)
    for number, minute in (("1011", 9), ("1012", 3)):
        put(hall, number, state="no_show", ended_at=later(minute))
    assert numbers(hall.read(lambda view: view.tickets.absent(SITE, MONDAY, 9))) == ["1012", "1011"]
    assert hall.read(lambda view: view.tickets.absent(SITE, TUESDAY, 9)) == []


def test_of_the_absent_and_the_held_the_first_asked_for_come(hall: Store) -> None:
    a_day(hall, MONDAY)
    for minute in (1, 2, 3):
        put(hall, f"101{minute}", state="no_show", ended_at=later(minute))
        put(hall, f"102{minute}", state="held", position=minute)
    assert numbers(hall.read(lambda view: view.tickets.absent(SITE, MONDAY, 2))) == ["1012", "1013"]
    assert numbers(hall.read(lambda view: view.tickets.held(SITE, MONDAY, 3))) == ["1005", "1021", "1022"]


def test_the_first_few_of_a_counter_are_those_of_its_queues_and_those_sent_there(hall: Store) -> None:
    def heads(view: View) -> list[list[str]]:
        line = view.queues.line(SITE, MONDAY)
        few = [line.few([HT], 1, 9), line.few([HT], 1, 1), line.few([HT, RESULT], 3, 9), line.few([RESULT], 1, 9)]
        return [
            *(numbers(view.tickets.several([one.id for one in found])) for found in few),
            numbers(view.queues.sent(SITE, MONDAY)),
            numbers(view.queues.sent(SITE, TUESDAY)),
        ]

    assert hall.read(heads) == [
        ["1002", "1003", "1001"], ["1002", "1003"], ["7001", "1004", "1002", "1003", "1001"], ["7001"], ["1004"], [],
    ]  # fmt: skip


def test_a_line_has_who_waits_by_position_who_is_at_a_counter_and_who_is_held(store: Store) -> None:
    for number, state, position in [("1001", "called", 1), ("1002", "waiting", 3), ("1003", "waiting", 2)]:
        counter, called = (4, AT) if state == "called" else (None, None)
        put(store, number, state=state, position=position, counter=counter, called_at=called)
    put(store, "1004", state="held", position=4)
    put(store, "1005", state="done", ended_at=AT)
    line = store.read(lambda view: view.queues.line(SITE, MONDAY))
    assert [one.position for one in line.waiting] == [2, 3]
    assert (line.here, list(line.held.values())) == ({4: (("submit", "HT"), AT)}, [("submit", "HT")])


def test_who_waits_too_long_is_counted_by_queue_and_session_from_the_last_call_on(hall: Store) -> None:
    put(hall, "1031", issued_at=later(-30))
    put(hall, "1032", issued_at=later(-20))
    put(hall, "1033", issued_at=later(-40), last_call_at=later(-1))
    found = hall.read(lambda view: view.queues.too_long(SITE, MONDAY, later(-10)))
    assert found == [TooLong("submit", "HT", MORNING, 2, later(-30), "1031")]


def test_tickets_of_days_come_both_ends_included(hall: Store) -> None:
    def counted(view: View) -> list[int]:
        spans = [(MONDAY, MONDAY), (MONDAY, TUESDAY), (TUESDAY, TUESDAY), (TUESDAY, MONDAY)]
        return [len(view.tickets.of_days(SITE, *span)) for span in spans]

    assert hall.read(counted) == [7, 8, 1, 0]


def test_visits_that_ended_come_by_day_and_counter_in_the_order_of_their_calls(store: Store) -> None:
    for number, day, minute, state in [
        ("1002", MONDAY, 6, "done"), ("1001", MONDAY, 4, "no_show"), ("1001", TUESDAY, 2, "done"),
    ]:  # fmt: skip
        put(store, number, day=day, state=state, counter=1, called_at=later(minute), ended_at=later(minute + 2))
    put(store, "1004", state="done", ended_at=later(9))
    put(store, "1005")
    found = store.read(lambda view: view.tickets.ended(SITE, MONDAY, TUESDAY))
    assert [(one.day, one.called - AT.timestamp(), one.ended - one.called, one.absent) for one in found] == [
        (MONDAY, 240, 120, True), (MONDAY, 360, 120, False), (TUESDAY, 120, 120, False),
    ]  # fmt: skip
    assert len(store.read(lambda view: view.tickets.ended(SITE, TUESDAY, TUESDAY))) == 1


def test_the_mix_counts_who_came_and_stayed_by_queue_and_dossiers(store: Store) -> None:
    put(store, "1001", day=TUESDAY, field="HT", dossiers=2, state="done", called_at=AT, ended_at=later(2))
    put(store, "1002", day=TUESDAY, field="HT", dossiers=2)
    put(store, "1003", day=TUESDAY, field="HT", state="no_show", called_at=AT, ended_at=later(2))
    put(store, "1004", day=TUESDAY, field="HT", state="cancelled", ended_at=later(2))
    put(store, "1005", day=MONDAY, field="CT")
    put(store, "7001", day=TUESDAY, service="result", field="HT")
    assert store.read(lambda view: view.tickets.mix(SITE, TUESDAY)) == [
        ("result", None, 1, 1), ("submit", "HT", 1, 1), ("submit", "HT", 2, 2),
    ]  # fmt: skip


def call(store: Store, ticket: Ticket, minute: float) -> None:
    store.write((SITE,), lambda tx: tx.counters.add_call(ticket, later(minute)))


def test_the_latest_call_of_each_ticket_newest_first(store: Store) -> None:
    one = put(store, "1001", counter=1, calls=1)
    two = put(store, "1002", counter=2, calls=1)
    for ticket, minute in [(one, 1), (two, 2), (replace(one, calls=2), 3)]:
        call(store, ticket, minute)
    calls = store.read(lambda view: view.counters.calls(SITE, MONDAY, 10))
    assert calls == [
        Call(calls[0].id, one.id, "1001", 1, later(3), 2), Call(calls[1].id, two.id, "1002", 2, later(2), 1),
    ]  # fmt: skip
    assert calls[0].id > calls[1].id
    assert [c.number for c in store.read(lambda view: view.counters.calls(SITE, MONDAY, 1))] == ["1001"]
    assert store.read(lambda view: view.counters.calls(SITE, TUESDAY, 10)) == []


def test_the_last_turns_are_first_calls_from_the_queues_asked_for(store: Store) -> None:
    for number, priority, field, calls in [
        ("1001", None, "HT", 1), ("1002", "elderly", "HT", 1), ("1003", "elderly", "HT", 2), ("2001", None, "CT", 1),
    ]:  # fmt: skip
        call(store, put(store, number, priority=priority, field=field, counter=1, calls=calls), 1)
    call(store, put(store, "7001", service="result", field="HT", counter=1, calls=1), 1)

    def turns(view: View) -> list[list[bool]]:
        asked = [([HT], 5), ([HT, CT], 5), ([HT], 1), ([RESULT], 5), ([], 5)]
        return [view.queues.last_turns(SITE, MONDAY, *a) for a in asked]  # type: ignore[arg-type]

    assert store.read(turns) == [[True, False], [False, True, False], [True], [False], []]


def test_a_counter_comes_back_whole_and_is_closed_until_it_was_saved(store: Store) -> None:
    whole = CounterState(
        SITE, 2, "paused", OFFICER.id, "lan", ("HT", "CT"), ("help",), "tea", 7, later(1), "serving", 3
    )
    store.write((SITE,), lambda tx: (tx.counters.save(replace(whole, state="open")), tx.counters.save(whole)))
    assert store.read(lambda view: view.counters.get(SITE, 2)) == whole
    assert store.read(lambda view: view.counters.get(SITE, 1)) == CounterState(SITE, 1)
    assert store.read(lambda view: dict(view.counters.all(SITE))) == {2: whole}
    assert store.read(lambda view: dict(view.counters.all("other"))) == {}


def test_a_change_of_state_moves_a_ticket_between_the_lists(hall: Store) -> None:
    ticket = hall.read(lambda view: view.tickets.by_number(SITE, MONDAY, "1002"))
    assert ticket is not None
    called = save(hall, ticket, state="called", counter=2, calls=1)
    assert first(hall, [HT], 1) == "1001"
    assert "1002" not in numbers(hall.read(lambda view: view.queues.waiting(SITE, MONDAY)))
    save(hall, called, state="done", ended_at=later(1))
    assert "1002" not in numbers(hall.read(lambda view: view.tickets.open(SITE, MONDAY)))
