"""/readyz tells what the last real commit told, and the database's files are those that were opened."""

from __future__ import annotations

import os
import resource
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.datadir import DataDir
from tests.kit import Centre, ManualClock, small_site
from tests.serving import Server, layso
from ticketing.errors import StorageFull, Unavailable
from ticketing.store import open_store


@pytest.fixture
def centre(tmp_path: Path) -> Centre:
    return Centre(tmp_path / "layso.db", ManualClock(), small_site())


@pytest.mark.faults("S7")
def test_readyz_tells_of_a_full_disk_and_of_its_end_and_writes_nothing_itself(tmp_path: Path) -> None:
    with Server(tmp_path / "data") as server:
        assert server.take().status_code == 201
        wal = server.data / "layso.db-wal"
        limits = resource.prlimit(server.writer, resource.RLIMIT_FSIZE)
        resource.prlimit(server.writer, resource.RLIMIT_FSIZE, (wal.stat().st_size, limits[1]))
        assert server.take().status_code == 507
        while server.ask("GET", "//readyz").status_code == 200:
            pass
        assert server.ask("GET", "//readyz").json() == {"ready": False, "read": True, "write": False}
        resource.prlimit(server.writer, resource.RLIMIT_FSIZE, limits)
        while server.ask("GET", "//readyz").status_code == 503:
            pass
        assert server.take().status_code == 201


@pytest.mark.faults("S7")
def test_what_a_probe_asks_writes_nothing_and_the_last_commit_answers(centre: Centre) -> None:
    centre.take()
    centre.office.board("thu")
    wal = Path(f"{centre.path}-wal")
    before = wal.read_bytes()
    assert [centre.store.writes() for _each in range(3)] == ["ok"] * 3
    assert wal.read_bytes() == before
    with closing(sqlite3.connect(centre.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert centre.store.writes() == "busy"
        other.execute("ROLLBACK")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (wal.stat().st_size, hard))
    try:
        with pytest.raises(StorageFull):
            centre.take()
        centre.store.write((), lambda tx: None)
        assert centre.store.writes() == "failed"
        centre.store.look_after()
        assert centre.store.writes() == "failed"
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    centre.store.look_after()
    assert centre.store.writes() == "ok"
    centre.close()


@pytest.mark.faults("S14")
@pytest.mark.parametrize("endings", [("-wal", "-shm"), ("-wal",), ("-shm",)])
def test_numbers_whose_log_is_deleted_are_saved_and_no_more_are_given(
    centre: Centre, endings: tuple[str, ...]
) -> None:
    for _each in range(3):
        centre.take()
    for ending in endings:
        os.unlink(f"{centre.path}{ending}")
    centre.store.look_after()
    with pytest.raises(Unavailable):
        centre.take()
    assert centre.store.writes() == "failed"
    with closing(sqlite3.connect(f"file:{centre.path}?immutable=1", uri=True)) as alone:
        assert alone.execute("SELECT COUNT(*) FROM tickets").fetchone() == (3,)
    centre.close()


@pytest.mark.faults("S14")
def test_a_database_that_was_replaced_is_not_written_to(centre: Centre, tmp_path: Path) -> None:
    centre.take()
    (tmp_path / "other").write_bytes(centre.path.read_bytes())
    os.replace(tmp_path / "other", centre.path)
    centre.store.look_after()
    with pytest.raises(Unavailable):
        centre.take()
    centre.close()


@pytest.mark.faults("S14")
def test_files_deleted_while_it_runs_are_said_and_a_kill_loses_nothing(tmp_path: Path) -> None:
    with Server(tmp_path / "data") as server:
        numbers = [server.take().json()["number"] for _each in range(5)]
        for ending in ("-wal", "-shm"):
            (server.data / f"layso.db{ending}").unlink()
        while server.ask("GET", "//readyz").status_code == 200:
            pass
        refused = server.take()
        assert (refused.status_code, refused.json()["reason"]) == (503, "files_gone")
        assert "layso.db-wal" in server.logged()
        server.send(signal.SIGKILL)
        server.wait()
        server.start()
        assert server.board()["session"]["waiting"] == len(numbers)
        assert server.stop() == 0
    assert layso("check", data=tmp_path / "data").returncode == 0


def gone(database: Path) -> None:
    database.unlink()


def cut_off(database: Path) -> None:
    database.write_bytes(b"")


def made_anew(database: Path) -> None:
    database.unlink()
    open_store(database).close()


def contents(data: Path) -> dict[str, bytes]:
    """Of every file but those that SQLite makes to read a database beside others."""
    return {path.name: path.read_bytes() for path in data.iterdir() if not path.name.startswith("layso.db-")}


@pytest.mark.faults("S14")
@pytest.mark.parametrize("emptied", [gone, cut_off, made_anew])
def test_an_emptied_database_is_not_begun_anew_without_a_word(tmp_path: Path, emptied: Callable[[Path], None]) -> None:
    copy = tmp_path / "copy.db"
    with Server(tmp_path / "data") as server:
        for _each in range(3):
            assert server.take().status_code == 201
        assert layso("backup", copy, data=server.data).returncode == 0
        assert server.stop() == 0
        exported = layso("export-config", "demo", data=server.data).stdout
        emptied(server.data / "layso.db")
        left = contents(server.data)
        with pytest.raises(RuntimeError, match=r"layso\.db is empty.*layso restore FILE.*journal-heads\.json"):
            server.start()
        (tmp_path / "demo.toml").write_text(exported, encoding="utf-8")
        refused = layso("apply", tmp_path / "demo.toml", data=server.data)
        assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (1, "", 1)
        assert contents(server.data) == left

        assert layso("restore", copy, data=server.data).returncode == 0
        server.start()
        assert server.take().status_code == 201
        assert server.stop() == 0
        emptied(server.data / "layso.db")
        (server.data / "journal-heads.json").unlink()
        server.start()
        assert server.stop() == 0


@pytest.mark.faults("S14")
def test_check_notices_a_database_that_was_put_back_by_hand(tmp_path: Path) -> None:
    older = tmp_path / "older.db"
    with Server(tmp_path / "data") as server:
        assert layso("backup", older, data=server.data).returncode == 0
        for _each in range(3):
            assert server.take().status_code == 201
        assert server.stop() == 0
        os.replace(older, server.data / "layso.db")
        server.start()
        assert server.stop() == 0
    found = layso("check", data=tmp_path / "data")
    assert found.returncode == 1
    assert "lines are missing" in found.stdout
    assert DataDir(tmp_path / "data").heads()["demo"] > 3
