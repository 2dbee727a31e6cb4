"""A database of version 0.1 goes on in this one: every number, code and journal line is kept.

`data/v0_1.sql` is the dump of a database that version 0.1 (commit 42df31e) made: its own `Office` played a Monday
and the beginning of a Tuesday (2026-11-23 and 24) at two communes under a province, in turns, on the centre of
`tests/kit.py`. Numbers were taken with and without keys, called, recalled, served, finished with codes for the post,
undone, transferred, held, absent, requeued, cancelled, given up, rated and carried over; counters paused, caps
changed, a session paused and resumed; notes, a checklist, a postal correction; a plan in force from Tuesday with its
diversions, an override and a release; the portal marked, an emergency at each commune, codes erased, data restored,
tokens and an officer. It was written with `sqlite3.Connection.iterdump`.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlite_utils import Database

from kiosk.cli import layso
from kiosk.datadir import DataDir
from tests.kit import HANOI, Centre, ManualClock
from ticketing.rules.orders import TicketOrder
from ticketing.rules.people import Actor
from ticketing.store import check
from ticketing.store.schema import migrations

DUMP = Path(__file__).with_name("data") / "v0_1.sql"
HERE, THERE, HEAD = "hoa-an", "tan-hiep", "tinh"
NOTE, EARLIER_NOTES = "Màn hình tối", ["Máy in hết giấy", "Mạng chậm"]
DATA = "SELECT data FROM journal ORDER BY site, seq"
KEPT = (
    "tickets", "ticket_codes", "sessions", "usage", "series WHERE prefix != ''", "calls", "counters", "dossier_codes",
    "ratings", "rated", "tokens", "officers", "policy_texts", "sites", "outages", "emergencies", "queue_lengths",
)  # fmt: skip


def rows(path: Path, *queries: str) -> list[list[Any]]:
    connection = sqlite3.connect(path)
    try:
        return [connection.execute(query).fetchall() for query in queries]
    finally:
        connection.close()


def written(number: str) -> int | str:
    """A journal holds no floats any more."""
    return int(float(number)) if float(number).is_integer() else number


@pytest.fixture
def directory(tmp_path: Path) -> DataDir:
    """A data directory with the database of 0.1 in it."""
    made = DataDir(tmp_path / "data")
    made.create()
    connection = sqlite3.connect(made.database)
    connection.executescript(DUMP.read_text())
    connection.close()
    return made


@pytest.fixture
def migrated(directory: DataDir) -> DataDir:
    directory.open().close()
    return directory


def test_every_ticket_code_count_and_line_is_kept_and_each_site_numbers_its_own_lines(directory: DataDir) -> None:
    lines = "SELECT site, at, actor, kind, ticket, session, counter FROM journal ORDER BY site, seq"
    tables = [f"SELECT * FROM {table} ORDER BY 1, 2" for table in KEPT]
    before, [was] = rows(directory.database, lines, *tables), rows(directory.database, DATA)
    assert all(before), "the dump has something of everything"
    directory.open().close()
    after, [data] = rows(directory.database, lines, *tables), rows(directory.database, DATA)
    assert [json.loads(text) for (text,) in data] == [json.loads(text, parse_float=written) for (text,) in was]
    for found, was in zip(after, before, strict=True):
        # A table may have got columns since.
        assert [row[: len(was[0])] for row in found] == was
    [numbered] = rows(directory.database, "SELECT site, COUNT(*), MIN(seq), MAX(seq) FROM journal GROUP BY site")
    assert numbered == [(HERE, 73, 1, 73), (THERE, 71, 1, 71), (HEAD, 18, 1, 18)]
    assert check(directory.database) == []


def test_the_database_before_the_migration_is_kept_as_a_backup(migrated: DataDir) -> None:
    [backup] = migrated.backups.iterdir()
    assert backup.name.startswith("before-")
    assert rows(backup, "SELECT MAX(seq) FROM journal", "SELECT value FROM meta WHERE key = 'epoch'") == [
        [(162,)], [("code-000021",)],
    ]  # fmt: skip


def test_an_old_number_is_never_taken_for_a_new_one(migrated: DataDir) -> None:
    [[(epoch,)]] = rows(migrated.database, "SELECT value FROM meta WHERE key = 'epoch'")
    assert epoch and epoch != "code-000021"


@pytest.fixture
def reopened(migrated: DataDir) -> Any:
    centre = Centre(migrated.database, ManualClock("2026-11-24T08:30"))
    yield centre
    centre.close()


def test_numbers_and_keys_go_on_where_they_were(reopened: Centre, migrated: DataDir) -> None:
    kiosk = Actor("token:1", "kiosk", HERE, "kiosk")
    first = [reopened.office.take_ticket(HERE, TicketOrder(field="HT"), kiosk, key=key) for key in ("t2", "t3")]
    # Restored data skipped a hundred.
    assert [(ticket["number"], fresh) for ticket, fresh in first] == [("1002", False), ("1103", True)]
    day = reopened.clock.now().astimezone(HANOI).date()
    order = reopened.store.read(lambda view: [ticket.number for ticket in view.queues.waiting(HERE, day)])
    assert order == ["8001", "1002", "1103"], "new numbers come last"
    lines = reopened.office.journal(HERE, 73)
    assert [(line["seq"], line["kind"]) for line in lines] == [(74, "ticket_taken")]
    assert check(migrated.database) == []


def test_a_notes_key_still_leads_to_its_note(reopened: Centre) -> None:
    supervisor = {site: Actor("officer:ha", "supervisor", site, "ha") for site in (HERE, THERE)}
    for site, actor in supervisor.items():
        before = reopened.office.difficulties(site, "2026-11-24-morning")
        note, fresh = reopened.office.note_difficulty(site, "2026-11-24-morning", "x", actor, key="note-2")
        assert (note["text"], fresh, [note]) == (NOTE, False, before)
        earlier = reopened.office.difficulties(site, "2026-11-23-morning")
        assert [one["text"] for one in earlier] == EARLIER_NOTES


def test_the_numbers_of_one_site_alone_stay(tmp_path: Path) -> None:
    path = tmp_path / "one.db"
    database = Database(sqlite3.connect(path))
    migrations.apply(database, stop_before="seq_by_site")
    database.execute("INSERT INTO meta VALUES ('epoch', 'old')")
    for n in (1, 2, 3):
        database.execute(f"INSERT INTO journal VALUES ({n}, 'thu', {n}, 'x', 'day_ended', NULL, '', NULL, '{{}}')")
    database.conn.commit()
    migrations.apply(database)
    database.close()
    lines, meta = rows(path, "SELECT seq, at FROM journal ORDER BY seq", "SELECT key, value FROM meta")
    assert (lines, meta) == ([(1, 1), (2, 2), (3, 3)], [("epoch", "old"), ("chained", '{"thu": 3}')])


@pytest.mark.faults("S17")
def test_a_login_that_was_kept_in_another_form_signs_in_in_its_own(tmp_path: Path) -> None:
    path = tmp_path / "logins.db"
    database = Database(sqlite3.connect(path))
    migrations.apply(database, stop_before="officer_ids")
    logins = ["ｍai", "lan", "ＬＡＮ", "a/b", "Nguyễn"]
    for login in logins:
        database.execute("INSERT INTO officers VALUES (?, 'thu', 'officer', 'x', 0)", (login,))
    database.execute(
        "INSERT INTO tokens (site, role, name, digest, officer, issued_at) VALUES ('thu', 'officer', 'x', 'y', ?, 0)",
        (logins[0],),
    )
    database.conn.commit()
    migrations.apply(database)
    database.close()
    officers, tokens = rows(path, "SELECT id, login FROM officers ORDER BY id", "SELECT officer FROM tokens")
    assert officers == [(1, "mai"), (2, "lan"), (3, "lan-2"), (4, "a/b"), (5, "nguyễn")]
    assert tokens == [("mai",)]


def test_lines_of_former_versions_are_chained_and_said_to_be(migrated: DataDir) -> None:
    lines, [(noted,)] = rows(
        migrated.database, "SELECT site, text, hash FROM journal ORDER BY site, seq",
        "SELECT value FROM meta WHERE key = 'chained'",
    )  # fmt: skip
    assert json.loads(noted) == {HERE: 73, THERE: 71, HEAD: 18}
    previous: dict[str, str] = {}
    for site, text, hashed in lines:
        again = json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert text == again and "." not in re.sub(r'"[^"]*"', "", text), "no number is a float"
        previous[site] = hashlib.sha256(f"{previous.get(site, '')}\n{text}".encode()).hexdigest()
        assert hashed == previous[site]
    result = CliRunner().invoke(layso, ["check", "--data", str(migrated.path)])
    assert f"{HERE}: the lines up to 73 were written by a former version and chained afterwards." in result.output
    assert result.exit_code == 0


def test_a_large_journal_tells_how_far_its_chain_is(directory: DataDir, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", "layso.store"):
        directory.open().close()
    assert [(record.lines, record.of) for record in caplog.records if "chained" in record.message] == [(162, 162)]
