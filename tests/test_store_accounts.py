"""The store's contract, continued: keys, tokens, officers, pairings and ratings."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests import test_store_contract, test_store_reads
from tests.kit import KIOSK, MONDAY, OFFICER, SITE
from tests.test_store_contract import AT, MORNING, TUESDAY, later, put
from ticketing.ports import Store, Transaction
from ticketing.rules.people import Officer, Pairing, Token
from ticketing.rules.ratings import RatingCount

store, hall = test_store_contract.store, test_store_reads.hall


def test_a_key_is_remembered_by_actor_site_day_and_verb(store: Store) -> None:
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


def test_a_day_is_forgotten_with_its_codes_and_keys_but_not_its_tickets(store: Store) -> None:
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


def test_tokens_come_back_whole_and_only_some_of_it_changes(store: Store) -> None:
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


def test_officers_come_back_by_login_and_site(store: Store) -> None:
    lan = Officer("lan", SITE, "officer", "hash")
    an = Officer("an", "other", "admin", "hash", disabled=True)
    for officer in (replace(lan, password="old"), lan, an):
        store.write((SITE,), lambda tx, officer=officer: tx.people.save_officer(officer))
    lan, an = replace(lan, id=1), replace(an, id=2)
    assert store.read(lambda view: [view.people.officers(None), view.people.officers(SITE)]) == [[an, lan], [lan]]
    assert store.read(lambda view: [view.people.officer("an"), view.people.officer("none")]) == [an, None]


def test_a_pairing_waits_until_it_is_confirmed_or_forgotten(store: Store) -> None:
    late, early = (Pairing(f"code-{n}", f"digest-{n}", SITE, "kiosk", "a", later(n)) for n in (9, 1))
    store.write((SITE,), lambda tx: (tx.people.save_pairing(late), tx.people.save_pairing(early)))
    assert store.read(lambda view: view.people.pairings()) == [early, late]
    store.write((SITE,), lambda tx: tx.people.save_pairing(replace(early, token_id=4)))
    assert store.read(lambda view: view.people.pairings()) == [late]
    assert store.read(lambda view: view.people.pairing(early.code)) == replace(early, token_id=4)
    store.write((SITE,), lambda tx: tx.people.forget_pairings([early.code, "none"]))
    assert store.read(lambda view: [view.people.pairing(early.code), view.people.pairing(late.code)]) == [None, late]


def test_ratings_add_up_by_day_session_counter_queue_and_score(store: Store) -> None:
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


def test_a_ticket_is_marked_as_rated_once_and_until_its_day_is_forgotten(store: Store) -> None:
    old, new = put(store, "1001"), put(store, "1001", day=TUESDAY)
    assert not store.read(lambda view: view.ratings.is_rated(old.id))
    marked = [store.write((SITE,), lambda tx, t=ticket: tx.ratings.mark_rated(t)) for ticket in (old, new, old)]
    assert marked == [True, True, False]
    store.write((SITE,), lambda tx: tx.ratings.count(RatingCount(SITE, MONDAY, MORNING, 1, "submit/HT", 4, 1)))
    store.write((SITE,), lambda tx: tx.keys.forget_day(SITE, TUESDAY))
    assert store.read(lambda view: [view.ratings.is_rated(t.id) for t in (old, new)]) == [False, True]
    assert store.read(lambda view: [r.number for r in view.ratings.of_days(SITE, MONDAY, MONDAY)]) == [1]


def test_the_last_visit_done_at_a_counter_on_a_day(store: Store) -> None:
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
