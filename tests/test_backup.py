"""Copies while people take numbers, and coming back from one."""

from __future__ import annotations

import sqlite3
import stat
import threading
from contextlib import closing
from pathlib import Path

import pytest
import requests

from tests.serving import Server, layso


def test_a_copy_made_while_numbers_are_taken_is_whole_and_restores_skip_100(tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    with Server(tmp_path / "data") as server:
        first = server.take(service="help").json()
        issued = [server.take(service="help").json()["number"] for _each in range(3)]
        saved = take_while(server, lambda: layso("backup", copy, data=server.data))
        assert saved.returncode == 0, saved.stderr
        assert stat.S_IMODE(copy.stat().st_mode) == 0o600
        assert not list(tmp_path.glob("copy.db-*")) and not list(tmp_path.glob(".copy.db*"))
        later = server.take(service="help").json()
        before = server.board()

        running = layso("restore", copy, data=server.data)
        assert (running.returncode, running.stdout) == (1, "")
        assert "in use" in running.stderr and running.stderr.count("\n") == 1
        assert server.board()["epoch"] == before["epoch"]

        assert server.stop() == 0
        restored = layso("restore", copy, data=server.data)
        assert restored.returncode == 0, restored.stderr
        kept = list((server.data / "backups").glob("before-restore-*.db"))
        assert len(kept) == 1 and str(kept[0]) in restored.stdout
        assert stat.S_IMODE(kept[0].stat().st_mode) == 0o600
        assert not list(server.data.glob("layso.db-*")) and not list(server.data.glob(".restoring-*"))

        server.start()
        assert server.board()["epoch"] != before["epoch"]
        assert server.ask("GET", f"/tickets/{first['code']}").status_code == 200
        assert server.ask("GET", f"/tickets/{later['code']}").json()["code"] == "unknown_ticket"
        again = server.take(service="help").json()["number"]
        in_copy = server.board()["session"]["waiting"]
        assert in_copy >= len(issued) + 1
        assert serial(again) == in_copy + 100 > serial(later["number"])
        submitted = server.take("HT").json()["number"]
        assert submitted == "1101"
        checked = layso("check", data=server.data)
        assert checked.returncode == 0, checked.stdout


def serial(number: str) -> int:
    """The number within its series."""
    return int(number[1:])


def take_while(server: Server, work):  # type: ignore[no-untyped-def]
    """Runs `work` while two kiosks take numbers without a pause, and some before and after."""
    stop, some = threading.Event(), threading.Event()
    token, taken = server.token("kiosk"), []

    def kiosk() -> None:
        with requests.Session() as http:
            http.trust_env = False
            http.headers["Authorization"] = f"Bearer {token}"
            while not stop.is_set() and len(taken) < 60:
                answer = http.post(f"{server.url}/api/v1/sites/demo/tickets", json={"service": "help"}, timeout=60)
                assert answer.status_code == 201
                taken.append(answer.json()["number"])
                if len(taken) >= 5:
                    some.set()

    kiosks = [threading.Thread(target=kiosk) for _each in range(2)]
    for each in kiosks:
        each.start()
    assert some.wait(10)
    done = work()
    stop.set()
    for each in kiosks:
        each.join(10)
    assert len(set(taken)) == len(taken)
    return done


@pytest.mark.faults("S21")
def test_a_backup_that_is_there_is_replaced_when_that_is_said_and_whole(tmp_path: Path) -> None:
    copy, gone = tmp_path / "copy.db", tmp_path / "gone.db"
    copy.write_bytes(b"an older file")
    gone.symlink_to(tmp_path / "nowhere.db")
    with Server(tmp_path / "data") as server:
        for there in (copy, gone):
            refused = layso("backup", there, data=server.data)
            assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (1, "", 1)
            assert "--force" in refused.stderr
        assert copy.read_bytes() == b"an older file" and gone.is_symlink()
        assert layso("backup", copy, "--force", data=server.data).returncode == 0
        assert copy.read_bytes().startswith(b"SQLite format 3\0")
        into_itself = layso("backup", server.data / "layso.db", "--force", data=server.data)
        assert (into_itself.returncode, into_itself.stdout) == (1, "")
        nowhere = layso("backup", tmp_path / "no" / "where.db", data=server.data)
        assert (nowhere.returncode, nowhere.stderr.count("\n")) == (1, 1)
        assert server.board()["site"] == "demo"


def test_a_backup_restores_into_an_empty_directory(tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    with Server(tmp_path / "data") as server:
        ticket = server.take(service="help").json()
        token = server.token("kiosk")
        assert layso("backup", copy, data=server.data).returncode == 0
    restored = layso("restore", copy, data=tmp_path / "elsewhere")
    assert restored.returncode == 0, restored.stderr
    with Server(tmp_path / "elsewhere", profile="") as server:
        server.site = "demo"
        server._tokens["kiosk", "demo"] = token
        assert server.ask("GET", f"/tickets/{ticket['code']}").json()["number"] == ticket["number"]
        assert serial(server.take(service="help").json()["number"]) == serial(ticket["number"]) + 101


def test_what_is_no_backup_is_refused_and_nothing_is_touched(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with Server(data) as server:
        assert server.stop() == 0
    before = (data / "layso.db").read_bytes()
    text, empty, cut = tmp_path / "text.db", tmp_path / "empty.db", tmp_path / "cut.db"
    text.write_text("no database")
    empty.write_bytes(b"")
    cut.write_bytes(before[: len(before) // 2])
    for file in (text, empty, cut, tmp_path / "missing.db", tmp_path):
        refused = layso("restore", file, data=data)
        assert (refused.returncode, refused.stdout) == (1, ""), file
        assert refused.stderr.count("\n") == 1, refused.stderr
        assert (data / "layso.db").read_bytes() == before
    assert not list(data.glob(".restoring-*")) and not (data / "backups").exists()


def taken(server: Server, number: int) -> str:
    """Takes so many numbers for the help desk; the last one."""
    return [server.take(service="help").json()["number"] for _each in range(number)][-1]


def test_a_copy_older_than_a_hundred_numbers_gives_none_again_that_the_former_database_knows(tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    with Server(tmp_path / "data") as server:
        last = taken(server, 1)
        assert layso("backup", copy, data=server.data).returncode == 0
        out = taken(server, 130)
        # A power cut leaves the newest of them in the log beside the file.
        server.kill()
        restored = layso("restore", copy, data=server.data)
        assert restored.returncode == 0 and "--last" not in restored.stdout, restored.stderr
        server.start()
        again = taken(server, 1)
        assert serial(again) == serial(out) + 101 == serial(last) + 231
        day = server.board()["session"]["id"][:10]
        leaves = server.ask("GET", f"/sites/demo/ledger/{day}").json()["items"]
        skipped = f"{last[0]}{serial(last) + 1:03d}-{again[0]}{serial(again) - 1:03d}"
        assert [leaf for leaf in leaves if leaf.startswith(f"skipped\t{skipped}\t")]
        # The other series knew of nothing beyond.
        assert server.take("HT").json()["number"] == "1101"
        # The same copy once more, after few numbers, skips no further than it must.
        assert server.stop() == 0
        assert layso("restore", copy, data=server.data).returncode == 0
        server.start()
        assert serial(taken(server, 1)) == serial(again) + 101
        assert layso("check", data=server.data).returncode == 0


def test_without_a_former_database_the_operator_names_the_newest_papers(tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    with Server(tmp_path / "data") as server:
        first = taken(server, 1)
        assert layso("backup", copy, data=server.data).returncode == 0
        at = server.board()["time"]
    place = tmp_path / "new"
    for wrong, why in (("12", "no number as papers bear it"), ("Z001", "begins with Z")):
        refused = layso("restore", copy, "--last", wrong, data=place)
        assert (refused.returncode, refused.stderr.count("\n")) == (1, 1) and why in refused.stderr
        assert not (place / "layso.db").exists()
    untold = layso("restore", copy, data=place)
    assert untold.returncode == 0 and "--last NUMBER" in untold.stdout
    newest = f"{first[0]}{serial(first) + 240:03d}"
    older = f"{first[0]}{serial(first) + 7:03d}"
    told = layso("restore", copy, "--last", newest, "--last", older, "--last", "1150", data=place)
    assert told.returncode == 0 and "--last" not in told.stdout, told.stderr
    with Server(place, at=at[:16]) as server:
        assert serial(taken(server, 1)) == serial(newest) + 101
        assert server.take("HT").json()["number"] == "1251"
        assert layso("check", data=place).returncode == 0


@pytest.mark.parametrize("broken", ["no database", "no table"])
def test_a_former_database_that_tells_nothing_is_no_hindrance(tmp_path: Path, broken: str) -> None:
    copy, place = tmp_path / "copy.db", tmp_path / "new"
    with Server(tmp_path / "data") as server:
        first = taken(server, 1)
        assert layso("backup", copy, data=server.data).returncode == 0
    place.mkdir()
    if broken == "no database":
        (place / "layso.db").write_bytes(b"not a database at all" * 500)
    else:
        with closing(sqlite3.connect(place / "layso.db")) as empty:
            empty.execute("CREATE TABLE other (x)")
    restored = layso("restore", copy, data=place)
    assert restored.returncode == 0 and "--last NUMBER" in restored.stdout, restored.stderr
    with Server(place) as server:
        assert serial(taken(server, 1)) == serial(first) + 101


def damaged(database: Path) -> None:
    """Overwrites the pages in its middle."""
    with database.open("r+b") as file:
        file.seek(database.stat().st_size // 2)
        file.write(b"\xa5" * 32768)


@pytest.mark.faults("S14")
def test_a_damaged_database_is_neither_copied_over_a_good_copy_nor_restored(tmp_path: Path) -> None:
    data, good, bad = tmp_path / "data", tmp_path / "good.db", tmp_path / "bad.db"
    with Server(data) as server:
        assert server.stop() == 0
    assert layso("backup", good, data=data).returncode == 0
    kept = good.read_bytes()
    bad.write_bytes(kept)
    damaged(bad)
    before = (data / "layso.db").read_bytes()
    refused = layso("restore", bad, data=data)
    assert (refused.returncode, refused.stderr.count("\n"), "damaged" in refused.stderr) == (1, 1, True)
    assert (data / "layso.db").read_bytes() == before
    damaged(data / "layso.db")
    refused = layso("backup", good, "--force", data=data)
    assert (refused.returncode, refused.stderr.count("\n"), "damaged" in refused.stderr) == (1, 1, True)
    assert good.read_bytes() == kept and not list(tmp_path.glob(".*"))


@pytest.mark.faults("P8")
@pytest.mark.parametrize("name", ["journal-heads.json", "rehearsal.json"])
@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[]", b'{"offset_s": "x", "demo": []}'])
def test_a_broken_file_beside_the_database_is_named_and_hinders_no_server(
    tmp_path: Path, name: str, content: bytes
) -> None:
    data, command = tmp_path / "data", {"journal-heads.json": "check", "rehearsal.json": "clock"}[name]
    with Server(data, at="2026-11-23T08:00") as server:
        assert server.stop() == 0
    (data / name).write_bytes(content)
    refused = layso(command, data=data)
    assert (refused.returncode, refused.stderr.count("\n"), name in refused.stderr) == (1, 1, True), refused
    with Server(data, at="2026-11-23T08:00") as server:
        assert server.take(service="help").status_code == 201
        assert server.stop() == 0
        assert "Traceback" not in server.logged()
    assert layso(command, data=data).returncode == 0
