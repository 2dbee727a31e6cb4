"""The store's contract, continued: sites, sessions and days, and what is kept of a site beside its tickets."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests import test_store_contract
from tests.kit import MONDAY, SITE, small_site
from tests.test_store_contract import AT, SITE_VALUE, TUESDAY, a_day, later, put, save
from ticketing.ports import Store, Transaction
from ticketing.rules.emergency import Emergency
from ticketing.rules.printers import PrinterState, PrintJob
from ticketing.rules.sessions import DayClock
from ticketing.rules.site_changes import Waiting

store = test_store_contract.store


def test_sites_come_back_whole_parents_first_with_a_version_that_grows(store: Store) -> None:
    province = small_site(code="zz", level="province", unserved="carry_over")
    ward = small_site(code="aa", parent="zz")
    assert store.write((SITE,), lambda tx: (tx.sites.save(ward), tx.sites.save(province))) == (1, 1)
    assert store.write((SITE,), lambda tx: tx.sites.save(replace(ward, hotline="113"))) == 2
    assert store.read(lambda view: [s.code for s in view.sites.all()]) == ["zz", "aa", SITE]
    assert store.read(lambda view: view.sites.get("zz")) == province
    assert store.read(lambda view: (view.sites.get("none"), view.sites.version("none"))) == (None, 0)


def test_sessions_come_back_whole_in_the_days_order(store: Store) -> None:
    saturday = MONDAY + timedelta(days=5)
    (special,) = a_day(store, saturday)
    morning, afternoon = a_day(store, MONDAY)
    assert store.read(lambda view: view.sessions.of_day(SITE, MONDAY)) == [morning, afternoon]
    assert store.read(lambda view: view.sessions.of_day(SITE, saturday)) == [special]
    changed = replace(
        morning,
        cap=None,
        field_caps={"HT": 7},
        stage="cut_off",
        paused=True,
        closed_by="officer:ha",
        fields=(),
    )
    store.write((SITE,), lambda tx: tx.sessions.save(changed))
    assert store.read(lambda view: view.sessions.get(SITE, morning.key)) == changed
    assert store.read(lambda view: view.sessions.get(SITE, afternoon.key)) == afternoon
    assert store.read(lambda view: (view.sessions.get(SITE, "x"), view.sessions.of_day(SITE, TUESDAY))) == (None, [])


def test_a_session_is_planned_once(store: Store) -> None:
    morning, _ = a_day(store, MONDAY)
    with pytest.raises(Exception, match="(?i)unique"):
        store.write((SITE,), lambda tx: tx.sessions.add(replace(morning, cap=99)))
    assert store.read(lambda view: view.sessions.get(SITE, morning.key)) == morning


def test_usage_adds_up_by_session_kind_and_code(store: Store) -> None:
    morning, afternoon = a_day(store, MONDAY)

    def book(tx: Transaction) -> None:
        for kind, code, dossiers in [("session", "", 5), ("field", "HT", 5), ("session", "", -2)]:
            tx.sessions.use(morning.id, kind, code, dossiers)

    store.write((SITE,), book)
    assert store.read(lambda view: dict(view.sessions.usage(morning.id))) == {("session", ""): 3, ("field", "HT"): 5}
    assert store.read(lambda view: dict(view.sessions.usage(afternoon.id))) == {}


def test_the_day_clock_is_the_last_one_saved(store: Store) -> None:
    assert store.read(lambda view: view.sites.day_clock(SITE)) is None
    for clock in (DayClock(MONDAY, AT), DayClock(TUESDAY, later(90))):
        store.write((SITE,), lambda tx, clock=clock: tx.sites.save_day_clock(SITE, clock))  # type: ignore[misc]
        assert store.read(lambda view: view.sites.day_clock(SITE)) == clock


def test_days_with_an_open_session_or_ticket_are_unfinished(store: Store) -> None:
    for session in a_day(store, MONDAY):
        store.write((SITE,), lambda tx, session=session: tx.sessions.save(replace(session, stage="closed")))  # type: ignore[misc]
    a_day(store, TUESDAY)
    after = TUESDAY + timedelta(days=1)
    assert store.read(lambda view: view.sessions.unfinished_days(SITE, after)) == [TUESDAY]
    waiting = put(store, "1001")
    assert store.read(lambda view: view.sessions.unfinished_days(SITE, after)) == [MONDAY, TUESDAY]
    save(store, waiting, state="expired")
    assert store.read(lambda view: view.sessions.unfinished_days(SITE, TUESDAY)) == []


def test_serials_count_by_day_and_prefix_and_skip_ahead(store: Store) -> None:
    def take(*series: Any) -> int:
        return store.write((SITE,), lambda tx: tx.tickets.next_serial(*series))

    assert [take(SITE, MONDAY, "1"), take(SITE, MONDAY, "1"), take(SITE, MONDAY, "2")] == [1, 2, 1]
    assert [take(SITE, TUESDAY, "1"), take("other", MONDAY, "1")] == [1, 1]
    store.write((SITE,), lambda tx: tx.tickets.skip_serials([MONDAY, TUESDAY], 100))
    assert [take(SITE, MONDAY, "1"), take(SITE, MONDAY, "7"), take(SITE, TUESDAY, "8")] == [103, 101, 101]
    assert take(SITE, TUESDAY + timedelta(days=1), "1") == 1
    for last in (110, 104):
        store.write((SITE,), lambda tx, last=last: tx.tickets.go_past(SITE, MONDAY, "1", last))  # type: ignore[misc]
    store.write((SITE,), lambda tx: tx.tickets.go_past(SITE, MONDAY, "Q", 4))
    assert [take(SITE, MONDAY, "1"), take(SITE, MONDAY, "Q"), take(SITE, MONDAY, "7")] == [111, 5, 102]


def test_an_emergency_is_kept_for_each_site_replaced_and_taken_away(store: Store) -> None:
    first, second = Emergency("Mất điện.", "", AT), Emergency("Ra ngoài.", "Leave.", later(5), "province")
    assert store.read(lambda view: view.sites.emergency(SITE)) is None
    for stop in (first, second):
        store.write((SITE,), lambda tx, stop=stop: tx.sites.save_emergency(SITE, stop))
        assert store.read(lambda view: (view.sites.emergency(SITE), view.sites.emergency("other"))) == (stop, None)
    store.write((SITE,), lambda tx: tx.sites.save_emergency(SITE, None))
    assert store.read(lambda view: view.sites.emergency(SITE)) is None


def test_a_configuration_that_waits_is_kept_for_each_site_replaced_and_taken_away(store: Store) -> None:
    later_one = replace(SITE_VALUE, hotline="1900")
    first = Waiting(SITE_VALUE, later_one, AT.date(), "officer:ha", "Họp")
    second = replace(first, site=replace(later_one, priorities=()), actor="cli", reason="")
    for waits in (first, second):
        store.write((SITE,), lambda tx, waits=waits: tx.sites.save_waiting(SITE, waits))  # type: ignore[misc]
        assert store.read(lambda view: (view.sites.waiting(SITE), view.sites.waiting("other"))) == (waits, None)
    store.write((SITE,), lambda tx: tx.sites.save_waiting(SITE, None))
    assert store.read(lambda view: view.sites.waiting(SITE)) is None


def test_papers_are_kept_moved_by_one_alone_and_forgotten_with_their_day(store: Store) -> None:
    job = PrintJob(SITE, AT.date(), "Sảnh", "slip", AT, later(2), ticket=7, copy=0)
    kept = replace(job, id=store.write((), lambda tx: tx.printers.add(job)))
    test = replace(job, printer="Kho", what="test", ticket=None)
    store.write((), lambda tx: tx.printers.add(test))
    assert store.read(lambda view: view.printers.job(kept.id)) == kept
    assert store.read(lambda view: view.printers.job(999)) is None
    assert store.read(lambda view: view.printers.open_jobs(SITE, "Sảnh")) == [kept]
    assert [one.printer for one in store.read(lambda view: view.printers.all_open())] == ["Sảnh", "Kho"]
    sending = replace(kept, state="sending", tries=1)
    assert store.write((), lambda tx: tx.printers.move(kept, sending))
    assert not store.write((), lambda tx: tx.printers.move(kept, sending))
    printed = replace(sending, state="printed", ended_at=later(1))
    assert store.write((), lambda tx: tx.printers.move(sending, printed))
    assert store.read(lambda view: view.printers.of_ticket(7)) == [printed]
    lost = [replace(job, printer="Kho", state="failed", ended_at=later(minutes)) for minutes in (3, 2, 1)]
    for one in (*lost, replace(lost[0], site="other")):
        store.write((), lambda tx, one=one: tx.printers.add(one))  # type: ignore[misc]
    assert [one.ended_at for one in store.read(lambda view: view.printers.given_up(SITE, later(2)))] == [
        later(2), later(3),
    ]  # fmt: skip
    counted = {("Sảnh", "printed"): 1, ("Kho", "queued"): 1, ("Kho", "failed"): 3}
    assert store.read(lambda view: view.printers.counts(SITE, AT.date())) == counted
    store.write((), lambda tx: tx.printers.forget_day(SITE, AT.date()))
    assert store.read(lambda view: view.printers.job(kept.id)) == printed
    store.write((), lambda tx: tx.printers.forget_day(SITE, AT.date() + timedelta(days=1)))
    assert store.read(lambda view: view.printers.job(kept.id)) is None


def test_a_printers_state_is_kept_and_replaced(store: Store) -> None:
    assert store.read(lambda view: view.printers.state(SITE, "Sảnh")) == PrinterState(SITE, "Sảnh")
    for state in (PrinterState(SITE, "Sảnh", "ok", AT), PrinterState(SITE, "Sảnh", "offline", later(1), "no answer")):
        store.write((), lambda tx, state=state: tx.printers.save_state(state))  # type: ignore[misc]
        assert store.read(lambda view: view.printers.state(SITE, "Sảnh")) == state
