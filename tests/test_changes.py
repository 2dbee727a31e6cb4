"""Whoever reads learns of every commit, whoever made it, and asks the database only when there may be one."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.kit import Centre
from tests.test_store_kept import statements
from ticketing.store import open_store
from ticketing.store.changes import Changes
from ticketing.store.sqlite import SqliteStore

WRITES = """import sys
from pathlib import Path
from ticketing.store import open_store
open_store(Path(sys.argv[1])).write((), lambda tx: tx.set_meta("told", sys.argv[2]))"""


def told(store: SqliteStore) -> str:
    return store.read(lambda view: view.meta("told"))


def asked(centre: Centre) -> list[str]:
    with statements(centre.store, reading=True) as seen:
        told(centre.store)
    return seen


def test_what_another_process_has_committed_is_in_the_next_read(centre: Centre) -> None:
    told(centre.store)
    for value in ("one", "two"):
        assert asked(centre) == []
        subprocess.run([sys.executable, "-c", WRITES, str(centre.path), value], check=True, timeout=60)
        assert told(centre.store) == value


def test_a_commit_is_told_before_its_writer_is_answered(centre: Centre) -> None:
    changes = Changes(centre.path)
    before = changes.seen()
    centre.take()
    assert before is not None
    assert changes.seen() != before
    changes.close()


def test_who_writes_past_the_store_is_seen_within_the_next_look(centre: Centre) -> None:
    told(centre.store)
    with closing(sqlite3.connect(centre.path)) as raw, raw:
        raw.execute("INSERT INTO meta (key, value) VALUES ('told', 'by hand')")
    centre.store.look_after()
    assert told(centre.store) == "by hand"


@pytest.mark.parametrize("put_back", [False, True])
def test_a_file_that_was_taken_away_is_followed_again(centre: Centre, put_back: bool) -> None:
    beside = Path(f"{centre.path}-changes")
    told(centre.store)
    beside.unlink()
    if put_back:
        beside.write_bytes(os.urandom(16))
    centre.store.look_after()
    with closing(open_store(centre.path)) as other:
        other.write((), lambda tx: tx.set_meta("told", "again"))
    assert told(centre.store) == "again"


def test_without_the_file_the_database_is_asked_each_time(centre: Centre) -> None:
    beside = Path(f"{centre.path}-changes")
    beside.unlink()
    beside.mkdir()
    centre.store.look_after()
    told(centre.store)
    assert asked(centre) == ["PRAGMA data_version"]
    with closing(open_store(centre.path)) as other:
        other.write((), lambda tx: tx.set_meta("told", "without"))
    assert told(centre.store) == "without"


def test_the_file_is_whose_the_database_is(tmp_path: Path) -> None:
    path = tmp_path / "layso.db"
    path.touch(mode=0o640)
    path.chmod(0o640)
    open_store(path).close()
    assert Path(f"{path}-changes").stat().st_mode & 0o777 == 0o640
