"""The store's contract, continued: queues, boards, counters and accounts."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.kit import HANOI, KIOSK, MONDAY, OFFICER, SITE
from tests.test_store_contract import (  # noqa: F401
    AT,
    MORNING,
    TUESDAY,
    a_day,
    a_ticket,
    later,
    numbers,
    put,
    save,
    store,
)
from ticketing.events import (
    ClockTrusted,
    DataRestored,
    Event,
    JournalLine,
    SessionMoved,
    SiteConfigured,
    TicketRequeued,
    TicketTaken,
)
from ticketing.ports import Store, Transaction, View
from ticketing.rules.counters import CounterState
from ticketing.rules.merkle import Peaks, grown
from ticketing.rules.people import CLOCK, Actor, Officer, Pairing, Token
from ticketing.rules.ratings import RatingCount
from ticketing.rules.tickets import Call, Ticket, TooLong

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


def test_a_line_has_who_waits_by_position_who_is_at_a_counter_and_who_is_held(store: Store) -> None:  # noqa: F811
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


def test_visits_that_ended_come_by_day_and_counter_in_the_order_of_their_calls(store: Store) -> None:  # noqa: F811
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


def test_the_mix_counts_who_came_and_stayed_by_queue_and_dossiers(store: Store) -> None:  # noqa: F811
    put(store, "1001", day=TUESDAY, field="HT", dossiers=2, state="done", called_at=AT, ended_at=later(2))
    put(store, "1002", day=TUESDAY, field="HT", dossiers=2)
    put(store, "1003", day=TUESDAY, field="HT", state="no_show", called_at=AT, ended_at=later(2))
    put(store, "1004", day=TUESDAY, field="HT", state="cancelled", ended_at=later(2))
    put(store, "1005", day=MONDAY, field="CT")
    put(store, "7001", day=TUESDAY, service="result", field="HT")
    assert store.read(lambda view: view.tickets.mix(SITE, TUESDAY)) == [
        ("result", None, 1, 1), ("submit", "HT", 1, 1), ("submit", "HT", 2, 2),
    ]  # fmt: skip


def call(store: Store, ticket: Ticket, minute: float) -> None:  # noqa: F811
    store.write((SITE,), lambda tx: tx.counters.add_call(ticket, later(minute)))


def test_the_latest_call_of_each_ticket_newest_first(store: Store) -> None:  # noqa: F811
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


def test_the_last_turns_are_first_calls_from_the_queues_asked_for(store: Store) -> None:  # noqa: F811
    for number, priority, field, calls in [
        ("1001", None, "HT", 1), ("1002", "elderly", "HT", 1), ("1003", "elderly", "HT", 2), ("2001", None, "CT", 1),
    ]:  # fmt: skip
        call(store, put(store, number, priority=priority, field=field, counter=1, calls=calls), 1)
    call(store, put(store, "7001", service="result", field="HT", counter=1, calls=1), 1)

    def turns(view: View) -> list[list[bool]]:
        asked = [([HT], 5), ([HT, CT], 5), ([HT], 1), ([RESULT], 5), ([], 5)]
        return [view.queues.last_turns(SITE, MONDAY, *a) for a in asked]  # type: ignore[arg-type]

    assert store.read(turns) == [[True, False], [False, True, False], [True], [False], []]


def test_a_counter_comes_back_whole_and_is_closed_until_it_was_saved(store: Store) -> None:  # noqa: F811
    whole = CounterState(
        SITE, 2, "paused", OFFICER.id, "lan", ("HT", "CT"), ("help",), "tea", 7, later(1), "serving", 3
    )
    store.write((SITE,), lambda tx: (tx.counters.save(replace(whole, state="open")), tx.counters.save(whole)))
    assert store.read(lambda view: view.counters.get(SITE, 2)) == whole
    assert store.read(lambda view: view.counters.get(SITE, 1)) == CounterState(SITE, 1)
    assert store.read(lambda view: dict(view.counters.all(SITE))) == {2: whole}
    assert store.read(lambda view: dict(view.counters.all("other"))) == {}


def test_a_key_is_remembered_by_actor_site_day_and_verb(store: Store) -> None:  # noqa: F811
    own = (KIOSK.id, SITE, MONDAY, "take", "key")
    store.write((SITE,), lambda tx: tx.keys.keep(*own, 7))
    others = [
        (OFFICER.id, *own[1:]), (own[0], "other", *own[2:]), (*own[:2], TUESDAY + timedelta(days=1), *own[3:]),
        (*own[:3], "1/call", own[4]), (*own[:4], "another"),
    ]  # fmt: skip
    assert store.read(lambda view: view.keys.get(*own)) == 7
    assert store.read(lambda view: [view.keys.get(*other) for other in others]) == [None] * 5
    with pytest.raises(Exception, match="(?i)unique"):
        store.write((SITE,), lambda tx: tx.keys.keep(*own, 8))
    store.write((SITE,), lambda tx: tx.keys.keep(*others[0], 0))
    assert store.read(lambda view: (view.keys.get(*own), view.keys.get(*others[0]))) == (7, 0)


def test_a_day_is_forgotten_with_its_codes_and_keys_but_not_its_tickets(store: Store) -> None:  # noqa: F811
    old, new = put(store, "1001"), put(store, "1001", day=TUESDAY)

    def remember(tx: Transaction) -> None:
        for day, ticket in ((MONDAY, old), (TUESDAY, new)):
            tx.keys.keep(KIOSK.id, SITE, day, "take", "key", ticket.id)

    store.write((SITE,), remember)
    store.write((SITE,), lambda tx: tx.keys.forget_day("other", TUESDAY + timedelta(days=9)))
    assert store.read(lambda view: view.tickets.code_of(old.id)) != ""
    store.write((SITE,), lambda tx: tx.keys.forget_day(SITE, TUESDAY))
    assert store.read(lambda view: (view.tickets.code_of(old.id), view.tickets.get(old.id))) == ("", old)
    assert store.read(lambda view: view.tickets.by_code(view.tickets.code_of(new.id))) == new
    kept = store.read(
        lambda view: [view.keys.get(KIOSK.id, SITE, d, "take", "key") for d in (MONDAY, TUESDAY)]
    )
    assert kept == [None, new.id]


def test_tokens_come_back_whole_and_only_some_of_it_changes(store: Store) -> None:  # noqa: F811
    asked = Token(0, SITE, "kiosk", "lobby", "digest-1", "", AT)
    token = store.write((SITE,), lambda tx: tx.people.add_token(asked))
    other = store.write(
        (SITE,), lambda tx: tx.people.add_token(replace(asked, site="other", digest="digest-2", officer="lan"))
    )
    assert token == replace(asked, id=token.id)
    changed = replace(token, name="hall", revoked_at=later(1), last_seen=later(2))
    store.write((SITE,), lambda tx: tx.people.save_token(replace(changed, role="admin", digest="else")))
    assert (
        store.read(lambda view: [view.people.token(token.id), view.people.token_by_digest("digest-1")]) == [changed] * 2
    )
    assert store.read(lambda view: [view.people.tokens(None), view.people.tokens(SITE)]) == [
        [changed, other],
        [changed],
    ]
    store.write((), lambda tx: tx.people.note_seen(token, later(3)))
    seen = replace(changed, last_seen=later(3))
    assert store.read(lambda view: [view.people.token(token.id), view.people.token_by_digest("digest-1")]) == [seen] * 2
    assert store.read(lambda view: (view.people.token(99), view.people.token_by_digest("none"))) == (None, None)
    with pytest.raises(Exception, match="(?i)unique"):
        store.write((SITE,), lambda tx: tx.people.add_token(replace(asked, name="twin")))


def test_officers_come_back_by_login_and_site(store: Store) -> None:  # noqa: F811
    lan = Officer("lan", SITE, "officer", "hash")
    an = Officer("an", "other", "admin", "hash", disabled=True)
    for officer in (replace(lan, password="old"), lan, an):
        store.write((SITE,), lambda tx, officer=officer: tx.people.save_officer(officer))
    lan, an = replace(lan, id=1), replace(an, id=2)
    assert store.read(lambda view: [view.people.officers(None), view.people.officers(SITE)]) == [[an, lan], [lan]]
    assert store.read(lambda view: [view.people.officer("an"), view.people.officer("none")]) == [an, None]


def test_a_pairing_waits_until_it_is_confirmed_or_forgotten(store: Store) -> None:  # noqa: F811
    late, early = (Pairing(f"code-{n}", f"digest-{n}", SITE, "kiosk", "a", later(n)) for n in (9, 1))
    store.write((SITE,), lambda tx: (tx.people.save_pairing(late), tx.people.save_pairing(early)))
    assert store.read(lambda view: view.people.pairings()) == [early, late]
    store.write((SITE,), lambda tx: tx.people.save_pairing(replace(early, token_id=4)))
    assert store.read(lambda view: view.people.pairings()) == [late]
    assert store.read(lambda view: view.people.pairing(early.code)) == replace(early, token_id=4)
    store.write((SITE,), lambda tx: tx.people.forget_pairings([early.code, "none"]))
    assert store.read(lambda view: [view.people.pairing(early.code), view.people.pairing(late.code)]) == [None, late]


def test_a_change_of_state_moves_a_ticket_between_the_lists(hall: Store) -> None:
    ticket = hall.read(lambda view: view.tickets.by_number(SITE, MONDAY, "1002"))
    assert ticket is not None
    called = save(hall, ticket, state="called", counter=2, calls=1)
    assert first(hall, [HT], 1) == "1001"
    assert "1002" not in numbers(hall.read(lambda view: view.queues.waiting(SITE, MONDAY)))
    save(hall, called, state="done", ended_at=later(1))
    assert "1002" not in numbers(hall.read(lambda view: view.tickets.open(SITE, MONDAY)))


# -- ratings ------------------------------------------------------------------------------------------


def test_ratings_add_up_by_day_session_counter_queue_and_score(store: Store) -> None:  # noqa: F811
    one = RatingCount(SITE, MONDAY, MORNING, 1, "submit/HT", 4, 1)
    others = [
        replace(one, score=1), replace(one, queue="help"), replace(one, counter=2),
        replace(one, session="2026-11-23-afternoon"), replace(one, day=TUESDAY), replace(one, site="other"),
    ]  # fmt: skip
    for rating in (one, *others, one):
        store.write((SITE,), lambda tx, rating=rating: tx.ratings.count(rating))
    monday = store.read(lambda view: view.ratings.of_days(SITE, MONDAY, MONDAY))
    assert sorted(monday, key=str) == sorted([replace(one, number=2), *others[:4]], key=str)
    assert store.read(lambda view: view.ratings.of_days(SITE, TUESDAY, TUESDAY)) == [others[4]]
    assert len(store.read(lambda view: view.ratings.of_days(SITE, MONDAY, TUESDAY))) == 6
    assert store.read(lambda view: view.ratings.of_days("none", MONDAY, TUESDAY)) == []


def test_a_ticket_is_marked_as_rated_once_and_until_its_day_is_forgotten(store: Store) -> None:  # noqa: F811
    old, new = put(store, "1001"), put(store, "1001", day=TUESDAY)
    assert not store.read(lambda view: view.ratings.is_rated(old.id))
    marked = [store.write((SITE,), lambda tx, t=ticket: tx.ratings.mark_rated(t)) for ticket in (old, new, old)]
    assert marked == [True, True, False]
    store.write((SITE,), lambda tx: tx.ratings.count(RatingCount(SITE, MONDAY, MORNING, 1, "submit/HT", 4, 1)))
    store.write((SITE,), lambda tx: tx.keys.forget_day(SITE, TUESDAY))
    assert store.read(lambda view: [view.ratings.is_rated(t.id) for t in (old, new)]) == [False, True]
    assert store.read(lambda view: [r.number for r in view.ratings.of_days(SITE, MONDAY, MONDAY)]) == [1]


def test_the_last_visit_done_at_a_counter_on_a_day(store: Store) -> None:  # noqa: F811
    earlier = put(store, "1001", state="done", counter=1, ended_at=later(9))
    put(store, "1002", state="done", counter=1, ended_at=later(3))
    put(store, "1003", state="no_show", counter=1, ended_at=later(12))
    put(store, "1004", state="serving", counter=1)
    other = put(store, "1005", state="done", counter=2, ended_at=later(20))
    put(store, "1001", day=TUESDAY, state="done", counter=1, ended_at=later(30))
    done = store.read(lambda view: [view.tickets.last_done(SITE, MONDAY, n) for n in (1, 2, 3)])
    assert done == [earlier, other, None]
    together = put(store, "1006", state="done", counter=1, ended_at=later(9))
    assert store.read(lambda view: view.tickets.last_done(SITE, MONDAY, 1)) == together


def test_the_newest_line_is_the_latest_of_clock_and_tickets_since_the_last_of_a_kind(store: Store) -> None:  # noqa: F811
    def note(event: Event, minutes: int, actor: Actor = CLOCK, ticket: int | None = None) -> None:
        at = AT + timedelta(minutes=minutes)
        store.write((SITE,), lambda tx: tx.journal.record(event, site=SITE, at=at, actor=actor, ticket=ticket))

    def newest() -> int | None:
        found = store.read(lambda view: view.journal.newest(SITE, ClockTrusted.kind))
        return None if found is None else round((found - AT).total_seconds() / 60)

    note(SiteConfigured(1), 900, actor=KIOSK)
    assert newest() is None
    note(TicketTaken("1001", "submit", "HT", None, MORNING, 1, None, "vi", "kiosk", "", 1.0), 5, KIOSK, ticket=1)
    note(SessionMoved("open"), 2)
    assert newest() == 5
    note(ClockTrusted("", confirmed=True), -60, actor=OFFICER)
    assert newest() == -60
    note(SessionMoved("cut_off"), -30)
    assert newest() == -30


def test_a_line_is_kept_as_the_text_that_was_hashed_behind_the_line_before_it(store: Store) -> None:  # noqa: F811
    def note(minutes: int, **about: Any) -> None:
        event = TicketRequeued(float(minutes) / 2, "trở lại")
        store.write(
            (SITE,), lambda tx: tx.journal.record(event, site=SITE, at=later(minutes), actor=OFFICER, **about)
        )

    assert store.read(lambda view: (view.journal.head(SITE), view.journal.span(SITE, None, None))) == ((0, ""), None)
    note(1, ticket=7, session=MORNING)
    note(4, counter=2)
    (one, first), (two, second) = texts = store.read(lambda view: view.journal.texts(SITE, 0, 9))
    assert one == (
        '{"actor":"officer:lan","at":"2026-11-23T08:01:00+07:00","counter":null,"data":{"position":"0.5",'
        '"reason":"trở lại"},"kind":"ticket_requeued","seq":1,"session":"2026-11-23-morning","site":"thu","ticket":7}'
    )
    assert '"data":{"position":2,' in two and '"session":null,"site":"thu","ticket":null}' in two
    assert first == hashlib.sha256(f"\n{one}".encode()).hexdigest()
    assert second == hashlib.sha256(f"{first}\n{two}".encode()).hexdigest()
    assert store.read(lambda view: view.journal.head(SITE)) == (2, second)
    assert store.read(lambda view: view.journal.texts(SITE, 1, 1)) == texts[1:]
    assert store.read(lambda view: view.journal.span(SITE, later(2), later(9))) == (2, 2, later(4), later(4))
    assert store.read(lambda view: view.journal.span(SITE, later(4), None)) == (2, 2, later(4), later(4))
    assert store.read(lambda view: view.journal.span(SITE, None, later(4))) == (1, 1, later(1), later(1))


def test_lines_that_were_handed_in_take_the_place_of_those_of_their_days_and_numbers_and_are_not_its_own(
    store: Store,  # noqa: F811
) -> None:
    def line(seq: int, minutes: int, kind: str = "session_moved") -> JournalLine:
        return JournalLine(seq, SITE, later(minutes), "kiosk", kind, None, MORNING, 2, {"position": 0.5, "vì": seq})

    def take_in(first: int, before: int, *lines: JournalLine) -> None:
        store.write((SITE,), lambda tx: tx.journal.take_in(SITE, later(first), later(before), lines))

    def kept(*kinds: str) -> list[JournalLine]:
        return store.read(lambda view: view.journal.imported(SITE, kinds))

    one, two, three = line(1, 1), line(2, 4, "diverted"), line(3, 8)
    take_in(0, 10, one, two, three)
    assert (kept(), kept("diverted"), kept("day_ended")) == ([one, two, three], [two], [])
    assert store.read(lambda view: view.journal.imported(SITE, (), later(1), later(8))) == [one, two]
    assert store.read(lambda view: view.journal.imported("other", ())) == []
    assert store.read(lambda view: (view.journal.lines(SITE, 0, 9), view.journal.head(SITE))) == ([], (0, ""))
    again, moved = line(4, 5), line(3, 30)
    take_in(3, 6, moved, again)
    assert kept() == [one, moved, again]
    take_in(0, 2)
    assert kept() == [moved, again]


def test_a_days_ledger_grows_a_leaf_for_each_thing_that_the_journal_tells_of_its_numbers(store: Store) -> None:  # noqa: F811
    first, other = put(store, "1001"), put(store, "2001", day=TUESDAY)
    events: tuple[tuple[Event, int | None], ...] = (
        (TicketTaken("1001", "submit", "HT", None, MORNING, 1, None, "vi", "kiosk", "", 1.0), first.id),
        (DataRestored(100, ("1002-1101",)), None), (SessionMoved("open"), None), (TicketRequeued(1.0), other.id),
        (TicketRequeued(1.0), first.id),
    )  # fmt: skip
    for minutes, (event, ticket) in enumerate(events):
        at, about = later(minutes), {"ticket": ticket}
        store.write((SITE,), lambda tx, event=event, at=at, about=about: tx.journal.record(
            event, site=SITE, at=at, actor=OFFICER, **about
        ))  # fmt: skip
    begun = store.read(lambda view: view.ledgers.begun(SITE, later(-60), later(60)))
    assert (begun, store.read(lambda view: view.ledgers.begun(SITE, later(60), later(90)))) == (1, 0)
    found = store.read(lambda view: view.ledgers.leaves(SITE, MONDAY, 0, HANOI))
    assert [(leaf.seq, leaf.ticket, leaf.text) for leaf in found] == [
        (1, first.id, "issued\t1001\t2026-11-23T08:00:00+07:00"),
        (2, None, "skipped\t1002-1101\t2026-11-23T08:01:00+07:00"),
        (5, first.id, "requeued\t1001\t2026-11-23T08:04:00+07:00"),
    ]
    assert store.read(lambda view: view.ledgers.leaves(SITE, MONDAY, 2, HANOI)) == found[2:]

    def add(tx: Transaction) -> tuple[int, Peaks]:
        for leaf in found:
            tx.ledgers.add(SITE, MONDAY, leaf.text)
        return tx.ledgers.state(SITE, MONDAY)

    peaks: Peaks = ()
    for size, leaf in enumerate(found):
        peaks = grown(size, peaks, leaf.text.encode())
    assert store.write((SITE,), add) == store.read(lambda view: view.ledgers.state(SITE, MONDAY)) == (3, peaks)
    assert store.read(lambda view: view.ledgers.state(SITE, TUESDAY)) == (0, ())
    assert store.read(lambda view: view.ledgers.unsealed(SITE, TUESDAY)) == [MONDAY]
    store.write((SITE,), lambda tx: tx.ledgers.seal(SITE, MONDAY, "checkpoint", "verifier"))
    assert store.read(lambda view: view.ledgers.unsealed(SITE, TUESDAY)) == []
    assert store.read(lambda view: view.ledgers.checkpoint(SITE, MONDAY)) == ("checkpoint", "verifier")
    assert store.read(lambda view: view.ledgers.checkpoint(SITE, TUESDAY)) == ("", "")


def test_what_a_paper_bears_of_the_ledger_is_kept_with_its_code(store: Store) -> None:  # noqa: F811
    store.write((), lambda tx: tx.tickets.next_serial(SITE, MONDAY, "1"))
    ticket = store.write((), lambda tx: tx.tickets.add(a_ticket("1001"), "code", "e3b0c442"))
    other = put(store, "1002")
    assert store.read(lambda view: [view.ledgers.root_of(each.id) for each in (ticket, other)]) == ["e3b0c442", ""]
    assert store.write((), lambda tx: tx.tickets.serials(SITE, MONDAY)) == {"1": 1}
