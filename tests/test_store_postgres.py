"""What PostgreSQL does its own way: tables, triggers, versions, and what is kept between transactions."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.cluster_kit import postgres
from tests.kit import KIOSK, MONDAY, OFFICER, SITE, Centre, ManualClock, at_once, small_site, uncapped
from tests.races.kit import office_on
from tests.waiting import until
from ticketing.errors import CapReached, Conflict
from ticketing.events import CounterClosed
from ticketing.ports import Transaction
from ticketing.rules.people import Officer
from ticketing.rules.sessions import SessionChange
from ticketing.store import DatabaseUnusable, check, open_database, open_store
from ticketing.store.reading_journal import HEAD
from ticketing.store.schema_postgres import known

COLUMNS = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"


@pytest.fixture(scope="module")
def centre() -> Iterator[Centre]:
    centre = Centre(postgres().new(), ManualClock(), uncapped(small_site()))
    yield centre
    centre.close()


@pytest.fixture
def raw(centre: Centre) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(str(centre.path), autocommit=True) as connection:
        yield connection


def test_the_tables_and_their_migrations_are_those_of_sqlite(centre: Centre, raw: Any, tmp_path: Path) -> None:
    open_store(tmp_path / "layso.db").close()
    other = sqlite3.connect(tmp_path / "layso.db")
    tables = [name for (name,) in other.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    theirs = {(table, row[1]) for table in tables for row in other.execute(f"PRAGMA table_info({table})")}
    theirs = {(table, column) for table, column in theirs if not table.startswith(("sqlite_", "_sqlite", "steady"))}
    indexes = {name for (name,) in other.execute("SELECT name FROM sqlite_schema WHERE type = 'index' AND sql > ''")}
    other.close()
    ours = set(raw.execute(COLUMNS).fetchall())
    assert {one for one in ours if one[0] not in ("locks", "steady", "migrations", "secrets")} == theirs
    there = {name for (name,) in raw.execute("SELECT indexname FROM pg_indexes WHERE schemaname = 'public'")}
    assert {name for name in indexes if not name.startswith("idx__sqlite")} <= there
    assert {name for (name,) in raw.execute("SELECT name FROM migrations")} == set(known())


def test_a_migration_that_is_missing_is_told_and_made_up_for_under_its_name(raw: Any, centre: Centre) -> None:
    raw.execute("ALTER TABLE officers DROP COLUMN name; DELETE FROM migrations WHERE name = 'officer_names'")
    assert check(str(centre.path)) == ["migration officer_names is not applied"]
    open_database(str(centre.path)).close()
    assert check(str(centre.path)) == []
    raw.execute("INSERT INTO migrations VALUES ('of_tomorrow', 1)")
    with pytest.raises(Conflict, match="newer_database"):
        open_database(str(centre.path))
    raw.execute("DELETE FROM migrations WHERE name = 'of_tomorrow'")


def test_codes_that_are_put_into_another_table_are_all_there(raw: Any, centre: Centre) -> None:
    centre.take()
    before = raw.execute("SELECT * FROM ticket_codes").fetchall()
    raw.execute("DELETE FROM migrations WHERE name = 'codes_by_ticket'")
    open_database(str(centre.path)).close()
    assert raw.execute("SELECT * FROM ticket_codes").fetchall() == before != []
    assert check(str(centre.path)) == []


def test_what_is_open_has_an_index_by_state_in_a_database_that_had_one_for_all(raw: Any, centre: Centre) -> None:
    indexes = "SELECT indexname FROM pg_indexes WHERE tablename = 'tickets' ORDER BY 1"
    before = raw.execute(indexes).fetchall()
    raw.execute(
        "DELETE FROM migrations WHERE name = 'open_by_state'; DROP INDEX tickets_held;"
        "CREATE INDEX tickets_open ON tickets (site, day) WHERE state IN ('waiting', 'called', 'serving', 'held')"
    )
    open_database(str(centre.path)).close()
    assert raw.execute(indexes).fetchall() == before
    number = centre.take()["number"]
    assert number in [one.number for one in centre.store.read(lambda view: view.tickets.open(SITE, MONDAY))]
    assert check(str(centre.path)) == []


def test_a_database_that_is_not_utf8_or_not_there_is_refused() -> None:
    with pytest.raises(DatabaseUnusable, match="SQL_ASCII"):
        open_database(postgres().url(encoding="SQL_ASCII"))
    with pytest.raises(DatabaseUnusable, match="does not exist"):
        open_database(postgres().address("nowhere"))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET actor = 'nobody'", "DELETE FROM journal", "TRUNCATE journal",
        "INSERT INTO journal SELECT seq + 7, site, at, actor, kind, ticket, session, counter, data FROM journal",
        "INSERT INTO journal SELECT * FROM journal ON CONFLICT (site, seq) DO UPDATE SET actor = 'nobody'",
    ],
)  # fmt: skip
def test_no_statement_changes_what_the_journal_says(centre: Centre, raw: Any, statement: str) -> None:
    centre.office.follow_clock()
    before = raw.execute("SELECT * FROM journal ORDER BY site, seq").fetchall()
    with pytest.raises(psycopg.Error, match="append-only"):
        raw.execute(statement)
    assert raw.execute("SELECT * FROM journal ORDER BY site, seq").fetchall() == before != []


@pytest.mark.parametrize(
    "asked",
    [
        "SELECT (site, seq) FROM journal WHERE (site, seq) >= ('thu', 7) ORDER BY site, seq LIMIT 1",
        HEAD.replace("?", "'thu'"),
        "SELECT code, (SELECT COALESCE(MAX(seq), 0) FROM journal WHERE site = code) FROM sites",
        "SELECT seq FROM journal WHERE site = 'thu' AND seq > 7 ORDER BY seq LIMIT 10",
    ],
)
def test_a_new_database_finds_a_line_by_its_key_before_there_are_statistics(asked: str) -> None:
    with psycopg.connect(postgres().new(), autocommit=True) as connection:
        plan = "\n".join(line for (line,) in connection.execute(f"EXPLAIN {asked}").fetchall())  # type: ignore[call-overload]
    assert "journal_pkey" in plan or "journal_by_site" in plan, plan


def test_the_check_finds_a_trigger_that_is_gone_and_a_ticket_that_the_journal_does_not_know(
    centre: Centre, raw: Any
) -> None:
    number = centre.take()["number"]
    assert check(str(centre.path)) == []
    raw.execute("ALTER TABLE journal DISABLE TRIGGER journal_no_update")
    raw.execute("UPDATE tickets SET dossiers = 3 WHERE number = %s", (number,))
    found = check(str(centre.path))
    assert found[0] == "the journal is not protected: trigger journal_no_update is missing"
    assert any("is not what the journal tells" in line for line in found[1:])
    raw.execute("ALTER TABLE journal ENABLE TRIGGER journal_no_update")
    raw.execute("UPDATE tickets SET dossiers = 1 WHERE number = %s", (number,))


def test_what_another_process_wrote_for_the_site_or_for_its_parent_holds_from_the_next_write_on(
    centre: Centre,
) -> None:
    other = open_database(str(centre.path))
    office = office_on(other, centre.clock, "other")
    centre.office.follow_clock()
    for take in (centre.take, lambda: office.take_ticket(SITE, centre_order(), KIOSK)[0]):
        for _ in range(2):
            take()
    numbers = [t.number for t in centre.store.read(lambda view: view.tickets.of_days(SITE, MONDAY, MONDAY))]
    assert numbers == sorted(set(numbers))
    key = centre.session("morning")["id"]
    office.change_session(SITE, key, SessionChange(cap=1), OFFICER)
    with pytest.raises(CapReached):
        centre.take()
    office.change_session(SITE, key, SessionChange(cap=100), OFFICER)
    assert centre.take()["number"] > numbers[-1]

    parent = small_site(code="tinh", level="province")
    other.write(("tinh",), lambda tx: tx.sites.save(parent))
    hotlines = []
    for hotline in ("1", "2"):
        other.write(("tinh",), lambda tx, h=hotline: tx.sites.save(replace(parent, hotline=h)))  # type: ignore[misc]
        hotlines.append(centre.store.write((SITE,), lambda tx: tx.sites.get("tinh")).hotline)
    assert hotlines == ["1", "2"]
    other.close()


def test_who_is_called_leaves_the_line_that_is_kept_between_transactions_and_who_comes_joins_it() -> None:
    with closing(Centre(postgres().new(), ManualClock(), uncapped(small_site()))) as centre:
        centre.open()
        taken = [centre.take(field="HT")["number"] for _ in range(3)]
        called = []
        for _ in range(5):
            called.append(centre.next()["number"])
            taken.append(centre.take(field="HT")["number"])
        assert called == taken[:5]


def centre_order() -> Any:
    from ticketing.rules.orders import TicketOrder

    return TicketOrder(field="HT")


def test_a_write_for_one_site_does_not_wait_for_another_site(centre: Centre) -> None:
    inside, go_on = threading.Event(), threading.Event()

    def slow(tx: Transaction) -> None:
        tx.people.save_officer(Officer("anh", "slow", "officer", "x"))
        inside.set()
        assert go_on.wait(30)

    thread = threading.Thread(target=lambda: centre.store.write(("slow",), slow))
    thread.start()
    assert inside.wait(30)
    assert centre.take()["number"]
    centre.store.write((), lambda tx: tx.set_meta("beside", "x"))
    go_on.set()
    thread.join()
    assert centre.store.read(lambda view: view.people.officer("anh")) is not None


def test_officers_who_are_added_at_several_sites_at_once_get_an_id_each(centre: Centre) -> None:
    def add(number: int) -> Any:
        officer = Officer(f"new{number}", f"site{number}", "officer", "x")
        return lambda: [centre.store.write((officer.site,), lambda tx: tx.people.save_officer(officer))]

    assert at_once([add(number) for number in range(8)]) == [[None]] * 8
    there = centre.store.read(lambda view: view.people.officers(None))
    assert len({officer.id for officer in there}) == len(there) >= 8


def test_of_two_that_wait_for_each_other_one_begins_again_and_both_are_done(centre: Centre) -> None:
    gate = threading.Barrier(2)
    runs: list[str] = []

    def circle(mine: str, theirs: str) -> Any:
        def work(tx: Transaction) -> None:
            runs.append(mine)
            tx.set_meta(mine, mine)
            # What was written is kept back until something is read.
            assert tx.sites.all()
            if len(runs) <= 2:
                gate.wait(30)
            tx.set_meta(theirs, mine)

        return lambda: centre.store.write((mine,), work)

    threads = [threading.Thread(target=circle(*pair)) for pair in (("c1", "c2"), ("c2", "c1"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(runs) > 2
    assert centre.store.read(lambda view: view.meta("c1")) == centre.store.read(lambda view: view.meta("c2"))


def test_of_many_at_once_one_that_is_refused_or_that_the_database_refuses_takes_nothing_of_the_others(
    centre: Centre, raw: Any
) -> None:
    before, gate = centre.seq(), threading.Event()

    def work(number: int, wrong: int) -> Any:
        def step(tx: Any) -> int:
            gate.wait(30)
            seq = int(tx.journal.record(CounterClosed(), site=SITE, at=centre.clock.now(), actor=OFFICER, counter=1))
            tx.set_meta(f"step {number}", str(seq))
            if number % 3 == 1:
                assert tx.run("SELECT value FROM meta WHERE key = ?", (f"step {number}",)).fetchone() == (str(seq),)
                raise Conflict("no")
            if number == wrong:
                tx.run("INSERT INTO meta (key, value) VALUES (?, ?)", ("step 0", "twice"))
            return seq

        def run() -> Any:
            try:
                return [centre.store.write((SITE,), step)]
            except (Conflict, psycopg.errors.UniqueViolation) as error:
                return [type(error).__name__]

        return run

    for wrong, expected in ((99, 6), (5, 5)):
        gate.clear()
        # The first one leads; the others make the group behind it.
        opener = threading.Thread(target=lambda: (until(lambda: centre.store.backlog == 8), gate.set()))
        opener.start()
        found = [one[0] for one in at_once([work(number, wrong) for number in range(9)])]
        opener.join()
        done = sorted(one for one in found if isinstance(one, int))
        assert done == list(range(before + 1, before + 1 + expected))
        assert found.count("Conflict") == 3 and found.count("UniqueViolation") == 6 - expected
        assert centre.seq() == before + expected
        kept = dict(raw.execute("SELECT key, value FROM meta WHERE key LIKE 'step %'").fetchall())
        assert kept == {f"step {number}": str(seq) for number, seq in enumerate(found) if isinstance(seq, int)}
        raw.execute("DELETE FROM meta WHERE key LIKE 'step %' AND key <> 'step 0'")
        before += expected
    assert check(str(centre.path)) == []


def refuse(_tx: Transaction) -> None:
    raise Conflict("no")


def test_what_only_one_writer_counts_up_is_given_back_and_old_ones_are_erased() -> None:
    url = postgres().new()
    with closing(open_database(url)) as store, psycopg.connect(url, autocommit=True) as raw:
        for _each in range(3):
            store.write(("a", "b"), lambda tx: tx.set_meta("x", "y"))
            with pytest.raises(Conflict):
                store.write(("a", "b"), refuse)
        [(mark, count)] = raw.execute("SELECT site, version FROM locks WHERE site LIKE '@%'").fetchall()
        assert count == 3
        raw.execute("INSERT INTO locks VALUES ('@20200101-0123456789abcdef', 7)")
        open_database(url).close()
        assert raw.execute("SELECT site FROM locks WHERE site LIKE '@%'").fetchall() == [(mark,)]


def test_the_line_that_a_lane_keeps_follows_what_it_writes(centre: Centre) -> None:
    """Whoever is called next is found in it."""
    for _ in range(4):
        centre.take()
    centre.open(1)
    called = [centre.next(1)["number"] for _ in range(3)]
    assert len(set(called)) == 3
    kept, read = (ask(lambda view: view.queues.line(SITE, MONDAY)) for ask in (_written(centre), centre.store.read))
    assert (kept.waiting, kept.here, kept.turns) == (read.waiting, read.here, read.turns)
    assert kept.waiting and kept.here
    centre.office.finish(SITE, 1, OFFICER)


def _written(centre: Centre) -> Any:
    return lambda work: centre.store.write((SITE,), work)
