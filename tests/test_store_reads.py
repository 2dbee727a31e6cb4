"""The store's contract, continued: queues, boards, counters and accounts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.kit import KIOSK, MONDAY, OFFICER, SITE
from tests.test_store_contract import AT, MORNING, TUESDAY, later, numbers, put, save, store  # noqa: F401
from ticketing.officers import Officer, Pairing, Token
from ticketing.ports import Call, CounterState, RatingCount, Store, Transaction, View
from ticketing.tickets import Ticket

HT, CT, RESULT = ("submit", "HT"), ("submit", "CT"), ("result", None)


@pytest.fixture
def hall(store: Store) -> Store:  # noqa: F811
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


def first(store: Store, queues: list[Any], counter: int, priority: bool = False) -> str | None:  # noqa: F811
    found = store.read(lambda view: view.first_waiting(SITE, MONDAY, queues, counter, priority))
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
    assert numbers(hall.read(lambda view: view.waiting_in(SITE, MONDAY, HT)))[1:3] == ["1002", "1009"]


def test_who_waits_is_listed_by_position(hall: Store) -> None:
    def listed(view: View) -> list[list[str]]:
        return [
            numbers(view.waiting(SITE, MONDAY)),
            numbers(view.waiting_in(SITE, MONDAY, HT)),
            numbers(view.waiting_in(SITE, MONDAY, RESULT)),
            numbers(view.open_tickets(SITE, MONDAY)),
            numbers(view.waiting(SITE, TUESDAY)),
        ]

    assert hall.read(listed) == [
        ["7001", "1004", "1002", "1003", "2001", "1001"],
        ["1004", "1002", "1003", "1001"],
        ["7001"],
        ["1005", "7001", "1004", "1002", "1003", "2001", "1001"],
        ["1001"],
    ]


def test_who_waits_is_counted_by_queue_and_priority(hall: Store) -> None:
    assert hall.read(lambda view: dict(view.waiting_counts(SITE, MONDAY))) == {
        ("submit", "HT", False): 3, ("submit", "HT", True): 1, ("submit", "CT", False): 1,
        ("result", None, False): 1,
    }  # fmt: skip


def test_before_a_ticket_are_those_of_its_queue_with_a_lower_position(hall: Store) -> None:
    def before(view: View, number: str) -> tuple[int, ...]:
        ticket = view.ticket_by_number(SITE, MONDAY, number)
        assert ticket is not None
        return view.before(ticket)

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
        lambda view: (dict(view.state_counts(SITE, f"{MONDAY}-afternoon")), view.state_counts(SITE, "x"))
    )
    assert counts == ({"done": 1}, {})
    assert hall.read(lambda view: view.state_counts(SITE, MORNING))["held"] == 1


def test_the_absent_come_in_the_order_in_which_they_were_missed(hall: Store) -> None:
    for number, minute in (("1011", 9), ("1012", 3)):
        put(hall, number, state="no_show", ended_at=later(minute))
    assert numbers(hall.read(lambda view: view.absent(SITE, MONDAY))) == ["1012", "1011"]
    assert hall.read(lambda view: view.absent(SITE, TUESDAY)) == []


def test_tickets_of_days_come_both_ends_included(hall: Store) -> None:
    def counted(view: View) -> list[int]:
        spans = [(MONDAY, MONDAY), (MONDAY, TUESDAY), (TUESDAY, TUESDAY), (TUESDAY, MONDAY)]
        return [len(view.tickets_of(SITE, *span)) for span in spans]

    assert hall.read(counted) == [7, 8, 1, 0]


def test_visit_times_add_up_finished_visits_by_day_and_queue(store: Store) -> None:  # noqa: F811
    for number, day, field, minutes in [
        ("1001", MONDAY, "HT", 4), ("1002", MONDAY, "HT", 6), ("2001", MONDAY, "CT", 1), ("1001", TUESDAY, "HT", 2),
    ]:  # fmt: skip
        put(store, number, day=day, field=field, state="done", called_at=AT, ended_at=later(minutes))
    put(store, "1003", state="no_show", called_at=AT, ended_at=later(9))
    put(store, "1004", state="done", ended_at=later(9))
    found = store.read(lambda view: view.visit_times(SITE, MONDAY))
    assert sorted(found, key=str) == [
        (MONDAY, "submit", "CT", 1, 60.0), (MONDAY, "submit", "HT", 2, 600.0), (TUESDAY, "submit", "HT", 1, 120.0),
    ]  # fmt: skip
    assert len(store.read(lambda view: view.visit_times(SITE, TUESDAY))) == 1


def call(store: Store, ticket: Ticket, minute: float) -> None:  # noqa: F811
    store.write(lambda tx: tx.add_call(ticket, later(minute)))


def test_the_latest_call_of_each_ticket_newest_first(store: Store) -> None:  # noqa: F811
    one = put(store, "1001", counter=1, calls=1)
    two = put(store, "1002", counter=2, calls=1)
    for ticket, minute in [(one, 1), (two, 2), (replace(one, calls=2), 3)]:
        call(store, ticket, minute)
    calls = store.read(lambda view: view.calls(SITE, MONDAY, 10))
    assert calls == [
        Call(calls[0].id, one.id, "1001", 1, later(3), 2), Call(calls[1].id, two.id, "1002", 2, later(2), 1),
    ]  # fmt: skip
    assert calls[0].id > calls[1].id
    assert [c.number for c in store.read(lambda view: view.calls(SITE, MONDAY, 1))] == ["1001"]
    assert store.read(lambda view: view.calls(SITE, TUESDAY, 10)) == []


def test_the_last_turns_are_first_calls_from_the_queues_asked_for(store: Store) -> None:  # noqa: F811
    for number, priority, field, calls in [
        ("1001", None, "HT", 1), ("1002", "elderly", "HT", 1), ("1003", "elderly", "HT", 2), ("2001", None, "CT", 1),
    ]:  # fmt: skip
        call(store, put(store, number, priority=priority, field=field, counter=1, calls=calls), 1)
    call(store, put(store, "7001", service="result", field="HT", counter=1, calls=1), 1)

    def turns(view: View) -> list[list[bool]]:
        asked = [([HT], 5), ([HT, CT], 5), ([HT], 1), ([RESULT], 5), ([], 5)]
        return [view.last_turns(SITE, MONDAY, *a) for a in asked]  # type: ignore[arg-type]

    assert store.read(turns) == [[True, False], [False, True, False], [True], [False], []]


def test_a_counter_comes_back_whole_and_is_closed_until_it_was_saved(store: Store) -> None:  # noqa: F811
    whole = CounterState(
        SITE, 2, "paused", OFFICER.id, "lan", ("HT", "CT"), ("help",), "tea", 7, later(1), "serving", 3
    )
    store.write(lambda tx: (tx.save_counter(replace(whole, state="open")), tx.save_counter(whole)))
    assert store.read(lambda view: view.counter(SITE, 2)) == whole
    assert store.read(lambda view: view.counter(SITE, 1)) == CounterState(SITE, 1)
    assert store.read(lambda view: dict(view.counters(SITE))) == {2: whole}
    assert store.read(lambda view: dict(view.counters("other"))) == {}


def test_a_key_is_remembered_by_actor_site_day_and_verb(store: Store) -> None:  # noqa: F811
    own = (KIOSK.id, SITE, MONDAY, "take", "key")
    store.write(lambda tx: tx.remember(*own, 7))
    others = [
        (OFFICER.id, *own[1:]), (own[0], "other", *own[2:]), (*own[:2], TUESDAY, *own[3:]),
        (*own[:3], "1/call", own[4]), (*own[:4], "another"),
    ]  # fmt: skip
    assert store.read(lambda view: view.remembered(*own)) == 7
    assert store.read(lambda view: [view.remembered(*other) for other in others]) == [None] * 5
    with pytest.raises(Exception, match="(?i)unique"):
        store.write(lambda tx: tx.remember(*own, 8))
    store.write(lambda tx: tx.remember(*others[0], 0))
    assert store.read(lambda view: (view.remembered(*own), view.remembered(*others[0]))) == (7, 0)


def test_a_day_is_forgotten_with_its_codes_and_keys_but_not_its_tickets(store: Store) -> None:  # noqa: F811
    old, new = put(store, "1001"), put(store, "1001", day=TUESDAY)

    def remember(tx: Transaction) -> None:
        for day, ticket in ((MONDAY, old), (TUESDAY, new)):
            tx.remember(KIOSK.id, SITE, day, "take", "key", ticket.id)

    store.write(remember)
    store.write(lambda tx: tx.forget_day("other", TUESDAY + timedelta(days=9)))
    assert store.read(lambda view: view.code_of(old.id)) != ""
    store.write(lambda tx: tx.forget_day(SITE, TUESDAY))
    assert store.read(lambda view: (view.code_of(old.id), view.ticket(old.id))) == ("", old)
    assert store.read(lambda view: view.ticket_by_code(view.code_of(new.id))) == new
    kept = store.read(
        lambda view: [view.remembered(KIOSK.id, SITE, d, "take", "key") for d in (MONDAY, TUESDAY)]
    )
    assert kept == [None, new.id]


def test_tokens_come_back_whole_and_only_some_of_it_changes(store: Store) -> None:  # noqa: F811
    asked = Token(0, SITE, "kiosk", "lobby", "digest-1", "", AT)
    token = store.write(lambda tx: tx.add_token(asked))
    other = store.write(
        lambda tx: tx.add_token(replace(asked, site="other", digest="digest-2", officer="lan"))
    )
    assert token == replace(asked, id=token.id)
    changed = replace(token, name="hall", revoked_at=later(1), last_seen=later(2))
    store.write(lambda tx: tx.save_token(replace(changed, role="admin", digest="else")))
    assert store.read(lambda view: [view.token(token.id), view.token_by_digest("digest-1")]) == [changed] * 2
    assert store.read(lambda view: [view.tokens(None), view.tokens(SITE)]) == [[changed, other], [changed]]
    assert store.read(lambda view: (view.token(99), view.token_by_digest("none"))) == (None, None)
    with pytest.raises(Exception, match="(?i)unique"):
        store.write(lambda tx: tx.add_token(replace(asked, name="twin")))


def test_officers_come_back_by_login_and_site(store: Store) -> None:  # noqa: F811
    lan = Officer("lan", SITE, "officer", "hash")
    an = Officer("an", "other", "admin", "hash", disabled=True)
    store.write(
        lambda tx: (tx.save_officer(replace(lan, password="old")), tx.save_officer(lan), tx.save_officer(an))
    )
    assert store.read(lambda view: [view.officers(None), view.officers(SITE)]) == [[an, lan], [lan]]
    assert store.read(lambda view: [view.officer("an"), view.officer("none")]) == [an, None]


def test_a_pairing_waits_until_it_is_confirmed_or_forgotten(store: Store) -> None:  # noqa: F811
    late, early = (Pairing(f"code-{n}", f"digest-{n}", SITE, "kiosk", "a", later(n)) for n in (9, 1))
    store.write(lambda tx: (tx.save_pairing(late), tx.save_pairing(early)))
    assert store.read(lambda view: view.pairings()) == [early, late]
    store.write(lambda tx: tx.save_pairing(replace(early, token_id=4)))
    assert store.read(lambda view: view.pairings()) == [late]
    assert store.read(lambda view: view.pairing(early.code)) == replace(early, token_id=4)
    store.write(lambda tx: tx.forget_pairings([early.code, "none"]))
    assert store.read(lambda view: [view.pairing(early.code), view.pairing(late.code)]) == [None, late]


def test_a_change_of_state_moves_a_ticket_between_the_lists(hall: Store) -> None:
    ticket = hall.read(lambda view: view.ticket_by_number(SITE, MONDAY, "1002"))
    assert ticket is not None
    called = save(hall, ticket, state="called", counter=2, calls=1)
    assert first(hall, [HT], 1) == "1001"
    assert "1002" not in numbers(hall.read(lambda view: view.waiting(SITE, MONDAY)))
    save(hall, called, state="done", ended_at=later(1))
    assert "1002" not in numbers(hall.read(lambda view: view.open_tickets(SITE, MONDAY)))


# -- ratings ------------------------------------------------------------------------------------------


def test_ratings_add_up_by_day_session_counter_queue_and_score(store: Store) -> None:  # noqa: F811
    one = RatingCount(SITE, MONDAY, MORNING, 1, "submit/HT", 4, 1)
    others = [
        replace(one, score=1), replace(one, queue="help"), replace(one, counter=2),
        replace(one, session="2026-11-23-afternoon"), replace(one, day=TUESDAY), replace(one, site="other"),
    ]  # fmt: skip
    for rating in (one, *others, one):
        store.write(lambda tx, rating=rating: tx.count_rating(rating))
    monday = store.read(lambda view: view.ratings(SITE, MONDAY, MONDAY))
    assert sorted(monday, key=str) == sorted([replace(one, number=2), *others[:4]], key=str)
    assert store.read(lambda view: view.ratings(SITE, TUESDAY, TUESDAY)) == [others[4]]
    assert len(store.read(lambda view: view.ratings(SITE, MONDAY, TUESDAY))) == 6
    assert store.read(lambda view: view.ratings("none", MONDAY, TUESDAY)) == []


def test_a_ticket_is_marked_as_rated_once_and_until_its_day_is_forgotten(store: Store) -> None:  # noqa: F811
    old, new = put(store, "1001"), put(store, "1001", day=TUESDAY)
    assert not store.read(lambda view: view.is_rated(old.id))
    marked = [store.write(lambda tx, t=ticket: tx.mark_rated(t)) for ticket in (old, new, old)]
    assert marked == [True, True, False]
    store.write(lambda tx: tx.count_rating(RatingCount(SITE, MONDAY, MORNING, 1, "submit/HT", 4, 1)))
    store.write(lambda tx: tx.forget_day(SITE, TUESDAY))
    assert store.read(lambda view: [view.is_rated(t.id) for t in (old, new)]) == [False, True]
    assert store.read(lambda view: [r.number for r in view.ratings(SITE, MONDAY, MONDAY)]) == [1]


def test_the_last_visit_done_at_a_counter_on_a_day(store: Store) -> None:  # noqa: F811
    earlier = put(store, "1001", state="done", counter=1, ended_at=later(9))
    put(store, "1002", state="done", counter=1, ended_at=later(3))
    put(store, "1003", state="no_show", counter=1, ended_at=later(12))
    put(store, "1004", state="serving", counter=1)
    other = put(store, "1005", state="done", counter=2, ended_at=later(20))
    put(store, "1001", day=TUESDAY, state="done", counter=1, ended_at=later(30))
    done = store.read(lambda view: [view.last_done(SITE, MONDAY, n) for n in (1, 2, 3)])
    assert done == [earlier, other, None]
    together = put(store, "1006", state="done", counter=1, ended_at=later(9))
    assert store.read(lambda view: view.last_done(SITE, MONDAY, 1)) == together
