"""The store's contract, continued: lines of the journal, and the ledger of a day."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

from tests import test_store_contract
from tests.kit import KIOSK, MONDAY, OFFICER, SITE
from tests.test_store_contract import AT, MORNING, TUESDAY, a_ticket, later, put
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
from ticketing.ports import Store, Transaction
from ticketing.rules.merkle import Peaks, grown
from ticketing.rules.people import CLOCK, Actor

store = test_store_contract.store


def test_the_newest_line_is_the_latest_of_clock_and_tickets_since_the_last_of_a_kind(store: Store) -> None:
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


def test_a_line_is_kept_as_the_text_that_was_hashed_behind_the_line_before_it(store: Store) -> None:
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
    store: Store,
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


def test_a_days_ledger_grows_a_leaf_for_each_thing_that_the_journal_tells_of_its_numbers(store: Store) -> None:
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
    found = store.read(lambda view: view.ledgers.leaves(SITE, MONDAY, 0))
    assert [(leaf.seq, leaf.ticket, leaf.text) for leaf in found] == [
        (1, first.id, "issued\t1001\t2026-11-23T08:00:00+07:00"),
        (2, None, "skipped\t1002-1101\t2026-11-23T08:01:00+07:00"),
        (5, first.id, "requeued\t1001\t2026-11-23T08:04:00+07:00"),
    ]
    assert store.read(lambda view: view.ledgers.leaves(SITE, MONDAY, 2)) == found[2:]

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


def test_what_a_paper_bears_of_the_ledger_is_kept_with_its_code(store: Store) -> None:
    store.write((), lambda tx: tx.tickets.next_serial(SITE, MONDAY, "1"))
    ticket = store.write((), lambda tx: tx.tickets.add(a_ticket("1001"), "code", "e3b0c442"))
    other = put(store, "1002")
    assert store.read(lambda view: [view.ledgers.root_of(each.id) for each in (ticket, other)]) == ["e3b0c442", ""]
    assert store.write((), lambda tx: tx.tickets.serials(SITE, MONDAY)) == {"1": 1}
