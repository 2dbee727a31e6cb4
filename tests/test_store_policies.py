"""The store's contract, continued: dossier codes, lines of a kind, interruptions, and what plans said."""

from __future__ import annotations

from datetime import timedelta

from tests import test_store_contract
from tests.kit import MONDAY, OFFICER, SITE, small_site
from tests.test_store_contract import AT, TUESDAY, later, put
from ticketing.events import DataErased, DayEnded, JournalLine, PostalCorrected
from ticketing.ports import Store, Transaction, View
from ticketing.rules.plans import Outage

store = test_store_contract.store

FRIDAY = MONDAY - timedelta(days=3)


def codes(store: Store, *tickets: int) -> dict[int, tuple[str, ...]]:
    return dict(store.read(lambda view: view.post.dossier_codes(tickets)))


def test_dossier_codes_come_back_by_ticket_in_the_order_entered(store: Store) -> None:
    first, second, bare = (put(store, number).id for number in ("1001", "1002", "1003"))

    def enter(tx: Transaction) -> None:
        tx.post.add_dossier_codes(first, ["H19-261123-0009", "H19-261123-0001"])
        tx.post.add_dossier_codes(second, ["H19-261123-0002"])
        tx.post.add_dossier_codes(first, ["H19-261123-0005"])
        tx.post.add_dossier_codes(bare, [])

    store.write((SITE,), enter)
    of_first = ("H19-261123-0009", "H19-261123-0001", "H19-261123-0005")
    assert codes(store, first, second, bare, 999) == {first: of_first, second: ("H19-261123-0002",)}
    assert codes(store, second) == {second: ("H19-261123-0002",)}
    assert codes(store) == {}


def test_dossier_codes_are_forgotten_for_one_site_and_the_days_before_alone(store: Store) -> None:
    store.write((SITE,), lambda tx: tx.sites.save(small_site(code="other")))
    friday = put(store, "1001", day=FRIDAY)
    monday = put(store, "1002", day=MONDAY)
    tuesday = put(store, "1003", day=TUESDAY)
    elsewhere = put(store, "1004", day=FRIDAY, site="other")
    tickets = (friday, monday, tuesday, elsewhere)

    def enter(tx: Transaction) -> None:
        for ticket in tickets:
            tx.post.add_dossier_codes(ticket.id, [f"H19-261123-{ticket.number}", f"H19-261124-{ticket.number}"])

    store.write((SITE,), enter)
    assert store.write((SITE,), lambda tx: tx.post.forget_dossier_codes(SITE, FRIDAY)) == 0
    assert store.write((SITE,), lambda tx: tx.post.forget_dossier_codes(SITE, TUESDAY)) == 4
    assert store.write((SITE,), lambda tx: tx.post.forget_dossier_codes(SITE, TUESDAY)) == 0
    assert set(codes(store, *(t.id for t in tickets))) == {tuesday.id, elsewhere.id}
    assert all(store.read(lambda view, t=t: view.tickets.get(t.id)) == t for t in tickets)


def test_the_journals_lines_of_some_kinds_come_within_a_time_and_oldest_first(store: Store) -> None:
    def write(tx: Transaction) -> list[int]:
        return [
            tx.journal.record(DayEnded("2026-11-20"), site=SITE, at=AT, actor=OFFICER),
            tx.journal.record(PostalCorrected("2026-11-20", "submit", 2, "x"), site=SITE, at=later(10), actor=OFFICER),
            tx.journal.record(
                PostalCorrected("2026-11-20", "submit", 3, "x"), site="other", at=later(10), actor=OFFICER
            ),
            tx.journal.record(DataErased("dossier_codes", "2026-11-20", 1), site=SITE, at=later(20), actor=OFFICER),
            tx.journal.record(DayEnded("2026-11-19"), site=SITE, at=AT, actor=OFFICER),
        ]

    seqs = store.write((SITE,), write)

    def found(view: View) -> list[list[int]]:
        both = ("day_ended", "data_erased")
        asked: list[list[JournalLine]] = [
            view.journal.of_kinds(SITE, both),
            view.journal.of_kinds(SITE, ("postal_corrected",)),
            view.journal.of_kinds(SITE, both, later(20)),
            view.journal.of_kinds(SITE, both, None, later(20)),
            view.journal.of_kinds(SITE, both, AT, later(20)),
            view.journal.of_kinds("none", both),
        ]
        return [[line.seq for line in lines] for lines in asked]

    assert store.read(found) == [
        [seqs[0], seqs[3], seqs[4]], [seqs[1]], [seqs[3]], [seqs[0], seqs[4]], [seqs[0], seqs[4]], [],
    ]  # fmt: skip
    line = store.read(lambda view: view.journal.of_kinds(SITE, ("postal_corrected",)))[0]
    assert (line.at, line.actor, line.data["dossiers"]) == (later(10), OFFICER.id, 2)


def test_an_interruption_is_that_of_the_nearest_site_that_has_one(store: Store) -> None:
    above = Outage(AT, "Bảo trì", "province")
    own = Outage(later(5), "", SITE)
    assert store.read(lambda view: view.sites.outage([SITE, "province"])) is None
    store.write((SITE,), lambda tx: tx.sites.save_outage("province", above))
    assert store.read(lambda view: view.sites.outage([SITE, "province"])) == above
    store.write((SITE,), lambda tx: tx.sites.save_outage(SITE, own))
    assert store.read(lambda view: view.sites.outage([SITE, "province"])) == own
    asked = (["province"], ["other"], [])
    assert store.read(lambda view: [view.sites.outage(sites) for sites in asked]) == [above, None, None]
    store.write((SITE,), lambda tx: tx.sites.save_outage(SITE, None))
    assert store.read(lambda view: view.sites.outage([SITE, "province"])) == above


def test_what_a_version_said_is_kept_once_and_never_said_anew(store: Store) -> None:
    assert store.read(lambda view: view.policies.text("province/plan@1")) == ""
    store.write((SITE,), lambda tx: tx.policies.keep("province/plan@1", '{"title": "Phương án"}'))
    store.write((SITE,), lambda tx: tx.policies.keep("province/plan@1", "something else"))
    store.write((SITE,), lambda tx: tx.policies.keep("province/plan@2", "{}"))
    assert store.read(lambda view: view.policies.text("province/plan@1")) == '{"title": "Phương án"}'
    assert store.read(lambda view: view.policies.text("province/plan@2")) == "{}"


def test_the_codes_of_one_ticket_are_taken_back_alone(store: Store) -> None:
    first, second = (put(store, number).id for number in ("1001", "1002"))

    def write(tx: Transaction) -> None:
        tx.post.add_dossier_codes(first, ["H19-261123-0009"])
        tx.post.add_dossier_codes(second, ["H19-261123-0002"])
        tx.post.take_back_dossier_codes(first)

    store.write((SITE,), write)
    assert codes(store, first, second) == {second: ("H19-261123-0002",)}
