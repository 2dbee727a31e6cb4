"""What the writer keeps between its transactions: fewer statements, and never anything that isn't so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs

from tests.kit import MONDAY, OFFICER, SITE, SUPERVISOR, Centre, ManualClock, small_site
from tests.office_kit import Clerk
from tests.test_writer import Gate, one_commits_and_others_wait
from ticketing.errors import CapReached
from ticketing.events import DayEnded
from ticketing.ports import Transaction, View
from ticketing.rules.counters import CounterState
from ticketing.rules.people import Token
from ticketing.rules.sessions import Session
from ticketing.rules.sites import Site
from ticketing.store import SqliteStore, check, open_store
from ticketing.store.schema import MOVING_TABLES, STEADY_TABLES

# A line of the journal counts twice, and so does a counter: their triggers are traced with them.
A_TICKET, A_CALL = 13, 13
A_LOOK, A_FRESH_BOARD = 10, 26
SESSION = "2026-11-23-morning"


@contextmanager
def statements(store: SqliteStore, reading: bool = False) -> Iterator[list[str]]:
    """What the writer, or who reads, asks of SQLite."""
    seen: list[str] = []
    connection = store.read(lambda view: view.connection) if reading else store._writing
    connection.set_trace_callback(seen.append)
    try:
        yield seen
    finally:
        connection.set_trace_callback(None)


def test_a_ticket_takes_few_statements(centre: Centre) -> None:
    centre.take()
    centre.take()
    with statements(centre.store) as seen:
        centre.take()
    assert len(seen) <= A_TICKET, "\n".join(seen)
    assert not [one for one in seen if one.startswith(("SELECT", "SAVEPOINT"))]


def test_calling_the_next_one_takes_few_statements(centre: Centre) -> None:
    for _ in range(3):
        centre.take()
    centre.open(1)
    centre.next(1)
    with statements(centre.store) as seen:
        centre.next(1)
    assert len(seen) <= A_CALL, "\n".join(seen)


def test_a_board_and_a_ticket_that_nobody_changed_take_few_statements(centre: Centre) -> None:
    code = centre.take()["code"]
    for look in (lambda: centre.office.board(SITE), lambda: centre.office.ticket(code)):
        before = look()
        with statements(centre.store, reading=True) as seen:
            assert look() == before
        assert len(seen) <= A_LOOK, "\n".join(seen)
    with statements(centre.store, reading=True) as seen:
        centre.take()
        assert centre.office.board(SITE)["session"]["issued"] == 2
    assert len(seen) <= A_FRESH_BOARD + A_LOOK, "\n".join(seen)


def test_what_another_process_changed_is_seen_at_once(centre: Centre) -> None:
    centre.take("CT", 3)
    centre.open(1)
    other = open_store(centre.path)
    session = other.read(lambda view: view.sessions.get(SITE, SESSION))
    assert session is not None
    other.write((), lambda tx: tx.sessions.save(replace(session, cap=5)))
    with pytest.raises(CapReached):
        centre.take("HT", 3)
    other.write((), lambda tx: tx.sessions.use(session.id, "session", "", -3))
    assert centre.take("HT", 3)["number"] == "1001"
    assert other.write((), lambda tx: tx.tickets.next_serial(SITE, MONDAY, "1")) == 2
    assert centre.take("HT", 1)["number"] == "1003"
    centre.next(1)
    called = other.read(lambda view: view.tickets.at_counter(SITE, MONDAY, 1))
    assert called is not None and centre.store.write((), lambda tx: tx.tickets.at_counter(SITE, MONDAY, 1)) == called
    other.write((), lambda tx: tx.tickets.save(called, structs.replace(called, state="done")))
    assert centre.store.write((), lambda tx: tx.tickets.at_counter(SITE, MONDAY, 1)) is None
    state = other.read(lambda view: view.counters.get(SITE, 1))
    other.write((), lambda tx: tx.counters.save(structs.replace(state, state="paused")))
    assert centre.store.write((), lambda tx: tx.counters.get(SITE, 1)).state == "paused"
    other.write((), lambda tx: tx.sites.save(small_site(hotline="113")))
    assert centre.store.write((), lambda tx: tx.sites.get(SITE)).hotline == "113"
    assert centre.office.site(SITE).hotline == "113"
    other.close()


def test_who_is_at_a_counter_is_kept_as_it_will_be_read(centre: Centre) -> None:
    centre.clock.set("2026-11-23T08:00:00.123456")
    first, second = (centre.take()["number"] for _ in range(2))
    office, seen = centre.office, []
    centre.open(1)
    centre.open(2, SUPERVISOR)
    for step in (
        lambda: centre.next(1), lambda: office.recall(SITE, 1, OFFICER), lambda: office.start(SITE, 1, OFFICER),
        lambda: office.hold(SITE, 1, OFFICER), lambda: office.resume(SITE, 2, SUPERVISOR, number=first),
        lambda: office.no_show(SITE, 2, SUPERVISOR), lambda: office.undo(SITE, 2, SUPERVISOR),
        lambda: office.finish(SITE, 2, SUPERVISOR),
        lambda: office.reopen(SITE, 2, SUPERVISOR, number=first, reason="x"),
        lambda: centre.next(1), lambda: office.transfer(SITE, 1, OFFICER, to_counter=2),
        lambda: centre.next(2, SUPERVISOR), lambda: office.finish(SITE, 2, SUPERVISOR),
    ):  # fmt: skip
        centre.clock.pass_(minutes=1)
        step()
        kept, read = (
            [how((SITE,), lambda tx: [tx.tickets.at_counter(SITE, MONDAY, counter) for counter in (1, 2)])]
            for how in (centre.store.write, lambda _sites, work: centre.store.read(work))
        )
        assert kept == read
        seen += [one and (one.number, one.state) for one in kept[0]]
    assert {(first, "called"), (first, "serving"), (second, "called"), None} == set(seen)


class Refused(Exception):
    pass


def test_a_refused_work_of_a_group_takes_its_own_counts_back_and_no_other(tmp_path: Path) -> None:
    gate = Gate()
    gate.way.set()
    centre = Centre(tmp_path / "layso.db", ManualClock(), small_site(), offload=gate)
    centre.take()
    session = centre.store.read(lambda view: view.sessions.get(SITE, SESSION))
    assert session is not None

    def work(dossiers: int, refused: bool) -> Callable[[Transaction], int]:
        def run(tx: Transaction) -> int:
            serial = tx.tickets.next_serial(SITE, MONDAY, "1")
            tx.tickets.next_serial(SITE, MONDAY, f"new-{dossiers}")
            tx.sessions.use(session.id, "session", "", dossiers)
            tx.sessions.use(session.id, "field", f"new-{dossiers}", dossiers)
            tx.journal.record(DayEnded("2026-11-22"), site=SITE, at=centre.clock.now(), actor=OFFICER)
            if refused:
                raise Refused
            return serial

        return run

    gate.way.clear()
    gate.reached.clear()
    started = one_commits_and_others_wait(
        centre.store, gate, *(work(n, refused=n in (2, 4)) for n in range(6)), sites=(SITE,)
    )
    gate.way.set()
    results = [late.result() for late in started]
    assert [isinstance(one, Refused) for one in results] == [False, False, True, False, True, False]
    assert [one for one in results if not isinstance(one, Refused)] == [2, 3, 4, 5]
    usage = centre.store.read(lambda view: dict(view.sessions.usage(session.id)))
    assert usage["session", ""] == 1 + 0 + 1 + 3 + 5
    assert sorted(code for kind, code in usage if code.startswith("new")) == ["new-0", "new-1", "new-3", "new-5"]
    series = centre.store.read(lambda view: view.connection.execute("SELECT prefix, last FROM series").fetchall())
    assert dict(series)["1"] == 5
    assert {"new-2", "new-4"}.isdisjoint(dict(series))
    lines = centre.store.read(lambda view: view.journal.lines(SITE, 0, 100))
    assert [line.seq for line in lines] == list(range(1, len(lines) + 1))
    centre.close()


def test_what_could_be_taken_back_is_let_go_with_its_transaction(centre: Centre) -> None:
    for _ in range(5):
        centre.take()
    kept = centre.store.write((), lambda tx: tx.kept)
    assert [len(one) for one in kept._counts] == [1, 1, 1, 1]
    assert kept._undo == []


def test_what_the_writer_keeps_is_what_the_rows_hold_to_the_millisecond(centre: Centre) -> None:
    centre.take()
    centre.open(1)
    centre.clock.pass_(microseconds=1_234_567)
    centre.next(1)
    centre.office.no_show(SITE, 1, OFFICER)
    kept = centre.store.write((), lambda tx: (tx.counters.all(SITE), tx.sites.day_clock(SITE)))
    assert kept == centre.store.read(lambda view: (view.counters.all(SITE), view.sites.day_clock(SITE)))
    assert centre.office.undo(SITE, 1, OFFICER)["state"] == "called"


def test_a_day_played_through_it_is_the_journals_day(centre: Centre) -> None:
    clerk: Clerk = centre.office
    for field in ("HT", "CT", "BT"):
        centre.take(field)
    centre.open(1)
    centre.next(1)
    clerk.transfer(SITE, 1, OFFICER, to_counter=2)
    centre.next(1)
    clerk.finish(SITE, 1, OFFICER)
    centre.clock.set("2026-11-24T08:00")
    centre.take()
    assert check(centre.path) == []


def test_rows_that_tickets_dont_make_up_are_kept_beside_them_and_read_again_when_one_changes(centre: Centre) -> None:
    def look(view: View) -> tuple[object, ...]:
        return (
            view.sites.get(SITE), view.sites.day_clock(SITE), view.sessions.of_day(SITE, MONDAY),
            view.people.token_by_digest("digest"), view.meta("epoch"),
        )  # fmt: skip

    store = centre.store
    now = centre.clock.now()
    token = store.write((), lambda tx: tx.people.add_token(Token(0, SITE, "kiosk", "k", "digest", "", now)))
    centre.take()
    store.read(look)
    centre.take()
    with statements(store, reading=True) as asked:
        store.read(look)
    assert [one for one in asked if "tokens" in one or "sites" in one] == []
    with closing(open_store(centre.path)) as other:
        other.write((), lambda tx: tx.run("UPDATE tokens SET revoked_at = 1 WHERE id = ?", (token.id,)))
    found = store.read(lambda view: view.people.token_by_digest("digest"))
    assert found is not None and found.revoked_at is not None


def test_what_is_all_kept_is_looked_at_without_a_transaction(centre: Centre) -> None:
    def look(view: View) -> object:
        return view.sites.get(SITE), view.sites.day_clock(SITE)

    centre.store.read(look)
    with statements(centre.store, reading=True) as asked:
        centre.store.read(look)
    assert asked == []


def test_a_write_between_what_is_kept_and_what_is_asked_begins_the_work_again(centre: Centre) -> None:
    store, first = centre.store, True
    begun: list[tuple[str, int]] = []

    def look(view: View) -> tuple[str, int]:
        nonlocal first
        kept = view.meta("mode")
        if first:
            first = False
            store.write((), lambda tx: tx.set_meta("mode", "other"))
        begun.append((kept, view.journal.last_seq(SITE)))
        return begun[-1]

    centre.take()
    store.read(lambda view: view.meta("mode"))
    assert store.read(look)[0] == "other"
    assert len(begun) == 1


def test_every_table_but_those_of_tickets_tells_that_it_changed(centre: Centre) -> None:
    named = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    there = centre.store.read(lambda view: {row[0] for row in view.connection.execute(named)})
    steady = set(STEADY_TABLES) - set(MOVING_TABLES)
    wanted = {f"steady_{table}_{event}" for table in steady for event in ("insert", "update", "delete")}
    assert wanted == {name for name in there if name.startswith("steady_")}


def test_a_call_makes_nobody_read_again_what_it_does_not_change(centre: Centre) -> None:
    centre.open(1)
    for _ in range(2):
        centre.take()
    centre.next(1)
    other = open_store(centre.path)

    def look(view: View) -> tuple[Site | None, Session | None, CounterState]:
        return view.sites.get(SITE), view.sessions.get(SITE, SESSION), view.counters.get(SITE, 1)

    site, session, counter = other.read(look)
    centre.next(1)
    with statements(other, reading=True) as seen:
        again = other.read(look)
    other.close()
    assert again[0] is site and again[1] is session
    assert counter.last_ticket != again[2].last_ticket == centre.store.read(look)[2].last_ticket
    assert [one for one in seen if " FROM counters " in one]
    assert not [one for one in seen if " FROM sites " in one or " FROM sessions " in one]
