"""What the SQLite store promises beyond the contract: durability, a journal that stands, migrations."""

from __future__ import annotations

import multiprocessing
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from tests.kit import Centre
from ticketing.errors import Unavailable
from ticketing.store import open_store
from ticketing.store.schema import JOURNAL_TRIGGERS, migrations
from ticketing.store.sqlite import connect, migrate

PROCESSES, FILES = 4, 4
NAMES = [m.name for m in migrations.pending(Database(memory=True))]
COLUMNS = "seq, site, at, actor, kind, ticket, session, counter, data, text, hash"
_gate: Any = None


@pytest.mark.parametrize("bare", [False, True])
def test_every_connection_of_the_store_is_durable_and_keeps_the_triggers_on(
    centre: Centre, bare: bool
) -> None:
    readers = centre.store.read(lambda view: view.connection)
    connection = readers if bare else centre.store._writing
    pragmas = ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers")
    assert [connection.execute(f"PRAGMA {p}").fetchone()[0] for p in pragmas] == ["wal", 2, 1, 1]


@pytest.fixture
def connection(centre: Centre) -> Iterator[sqlite3.Connection]:
    """Somebody else's connection, without any of the store's pragmas, after one ticket."""
    centre.take()
    opened = sqlite3.connect(centre.path, isolation_level=None)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET data = '{}'",
        "UPDATE journal SET seq = seq + 1000 WHERE seq = 1",
        "UPDATE OR REPLACE journal SET seq = 2 WHERE seq = 1",
        "DELETE FROM journal",
        "DELETE FROM journal WHERE seq = (SELECT MAX(seq) FROM journal)",
        f"INSERT OR REPLACE INTO journal SELECT {COLUMNS} FROM journal WHERE seq = 1",
        f"REPLACE INTO journal SELECT {COLUMNS} FROM journal",
        "INSERT INTO journal VALUES (1, 'thu', 0, '', '', NULL, '', NULL, '', '', '') ON CONFLICT DO UPDATE SET at = 1",
        "INSERT INTO journal VALUES (99, 'thu', 0, '', '', NULL, '', NULL, '', '', '')",
    ],
)
def test_no_statement_changes_what_the_journal_says(connection: sqlite3.Connection, statement: str) -> None:
    before = connection.execute(f"SELECT {COLUMNS} FROM journal").fetchall()
    assert before
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(statement)
    assert connection.execute(f"SELECT {COLUMNS} FROM journal").fetchall() == before


def test_the_journals_triggers_stand_after_every_migration(tmp_path: Path) -> None:
    database = Database(connect(tmp_path / "layso.db"))
    seen = []
    for following in [*NAMES[1:], None]:
        migrations.apply(database, stop_before=following)
        there = {trigger.name for trigger in database.triggers}
        has_journal = "journal" in database.table_names()
        assert there.issuperset(JOURNAL_TRIGGERS) == has_journal
        seen.append(has_journal)
    assert seen[-1]
    assert [m.name for m in migrations.applied(database)] == NAMES
    database.close()


def test_a_failing_migration_leaves_the_database_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = connect(tmp_path / "layso.db")
    migrate(connection)
    schema = connection.execute("SELECT sql FROM sqlite_schema").fetchall()

    def broken(db: Database) -> None:
        db.execute("CREATE TABLE half (id INTEGER)")
        db.execute("CREATE TABLE tickets (id INTEGER)")

    monkeypatch.setattr(migrations, "_migrations", list(migrations._migrations))
    migrations()(broken)
    told: list[list[str]] = []
    with pytest.raises(sqlite3.OperationalError, match="already exists"):
        migrate(connection, lambda _, names: told.append(names))
    assert told == [["broken"]]
    assert not connection.in_transaction
    assert connection.execute("SELECT sql FROM sqlite_schema").fetchall() == schema
    connection.close()


def test_opening_a_fresh_file_waits_for_another_process_that_writes_to_it(tmp_path: Path) -> None:
    writing = sqlite3.connect(tmp_path / "layso.db", isolation_level=None)
    writing.execute("CREATE TABLE first (id INTEGER)")
    writing.execute("BEGIN IMMEDIATE")
    begun = time.monotonic()
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        connect(tmp_path / "layso.db", busy_timeout_ms=300)
    assert time.monotonic() - begun >= 0.25
    writing.execute("COMMIT")
    writing.close()
    assert connect(tmp_path / "layso.db").execute("PRAGMA journal_mode").fetchone() == ("wal",)


def _ready(gate: Any) -> None:
    global _gate
    _gate = gate


def _open_all(directory: str) -> list[str]:
    """In a process of its own: opens each file in step with the others and writes to it."""
    faults = []
    for number in range(FILES):
        _gate.wait()
        try:
            store = open_store(Path(directory) / f"{number}.db")
            store.write((), lambda tx: tx.set_meta("sum", str(int(tx.meta("sum") or "0") + 1)))
            store.close()
        except Exception as error:
            faults.append(f"{number}: {error!r}")
    return faults


@pytest.mark.races
def test_four_processes_that_open_a_fresh_file_at_once_all_succeed(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    with spawn.Pool(PROCESSES, _ready, (spawn.Barrier(PROCESSES, timeout=120),)) as pool:
        faults = pool.map_async(_open_all, [str(tmp_path)] * PROCESSES, chunksize=1).get(timeout=120)
    assert faults == [[]] * PROCESSES
    for number in range(FILES):
        database = Database(tmp_path / f"{number}.db")
        assert [m.name for m in migrations.applied(database)] == NAMES
        assert database.execute("SELECT value FROM meta WHERE key = 'sum'").fetchone() == ("4",)
        database.close()


def test_who_reads_while_the_store_is_closed_reads_to_its_end_and_nobody_reads_after(tmp_path: Path) -> None:
    store = open_store(tmp_path / "layso.db")
    at_it, closed, read = threading.Event(), threading.Event(), []

    def look(view: Any) -> None:
        at_it.set()
        assert closed.wait(60)
        read.append((view.meta("mode"), view.connection))

    reader = threading.Thread(target=store.read, args=(look,))
    reader.start()
    assert at_it.wait(60)
    store.close()
    closed.set()
    reader.join(60)
    with pytest.raises(Unavailable):
        store.read(lambda view: view.meta("mode"))
    ((_mode, connection),) = read
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        connection.execute("SELECT 1")
