"""The server and its database: a held lock, a migration, a directory that can't be written."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
import requests

from kiosk.app import create_app
from kiosk.clocks import SystemClock
from kiosk.config import Settings
from kiosk.datadir import DataDir, Refused
from kiosk.parts import new_code
from tests.serving import Server, layso
from tests.test_cli import SITES


def test_while_another_process_holds_the_write_lock_reads_go_on_and_nothing_is_lost(tmp_path: Path) -> None:
    with Server(tmp_path / "data") as server, closing(sqlite3.connect(server.data / "layso.db")) as other:
        token = server.token("kiosk")
        before = server.board()["session"]["waiting"]
        other.isolation_level = None
        other.execute("BEGIN IMMEDIATE")
        answers: list[int] = []

        def kiosk() -> None:
            url, headers = f"{server.url}/api/v1/sites/demo/tickets", {"Authorization": f"Bearer {token}"}
            answers.append(requests.post(url, json={"service": "help"}, headers=headers, timeout=30).status_code)

        citizen = threading.Thread(target=kiosk)
        citizen.start()
        ready = server.ask("GET", "//readyz")
        assert (ready.status_code, ready.json()) == (503, {"ready": False, "read": True, "write": False})
        assert server.ask("GET", "//healthz").status_code == 200
        assert server.board()["session"]["waiting"] == before
        assert answers == []
        other.execute("ROLLBACK")
        citizen.join(20)
        assert answers == [201]
        assert server.board()["session"]["waiting"] == before + 1
        assert server.ask("GET", "//readyz").status_code == 200


def test_a_backup_is_made_before_a_migration(tmp_path: Path) -> None:
    file, data = tmp_path / "sites.toml", tmp_path / "data"
    file.write_text(SITES, encoding="utf-8")
    assert layso("apply", file, data=data).returncode == 0
    with closing(sqlite3.connect(data / "layso.db")) as database:
        for table in ("tokens", "officers", "pairings", "print_jobs", "printers"):
            database.execute(f"DROP TABLE {table}")
        database.execute("DELETE FROM _sqlite_migrations WHERE name IN ('accounts', 'paired_devices', 'printing')")
        database.commit()
    assert layso("token", "list", data=data).returncode == 0
    [kept] = (data / "backups").iterdir()
    assert kept.name.startswith("before-accounts-")
    with closing(sqlite3.connect(kept)) as database:
        assert database.execute("SELECT count(*) FROM sites").fetchone() == (1,)
        assert database.execute("SELECT count(*) FROM sqlite_master WHERE name = 'tokens'").fetchone() == (0,)
    assert layso("token", "list", data=data).returncode == 0
    assert list((data / "backups").iterdir()) == [kept]


def test_a_file_in_the_place_of_the_directory_is_refused_with_one_line(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    refused = layso("serve", "--port", "0", data=tmp_path / "data")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.count("\n") == 1 and str(tmp_path / "data") in refused.stderr


def test_the_application_also_runs_unpatched_and_in_threads(tmp_path: Path) -> None:
    app = create_app(Settings(data=tmp_path / "data"), SystemClock())
    parts = app.extensions["layso"]
    try:
        assert parts.socketio.async_mode == "threading"
        client = app.test_client()
        assert client.get("/healthz").json == {"status": "ok"}
        assert client.get("/readyz").status_code == 200
        assert client.get("/api/v1/sites").json["items"] == []
    finally:
        parts.close()


def test_a_fault_of_ours_is_a_page_that_shows_nothing_of_it_and_a_log_line_without_the_path(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(Settings(data=tmp_path / "data"), SystemClock())
    app.add_url_rule("/fault/<code>", view_func=lambda code: 1 / 0)
    try:
        answer = app.test_client().get("/fault/Xk3mW9pQ2rT7vZ5bN8cD4f?lang=en")
        assert answer.status_code == 500
        assert 'data-error-status="500"' in answer.text
        assert "division" not in answer.text and "Traceback" not in answer.text
        [record] = [record for record in caplog.records if record.levelname == "ERROR"]
        assert record.exc_info is not None and record.exc_info[0] is ZeroDivisionError
        assert vars(record)["route"] == "/fault/<code>"
        assert "Xk3mW9pQ2rT7" not in record.getMessage()
    finally:
        app.extensions["layso"].close()


def test_a_secret_key_that_was_emptied_is_refused(tmp_path: Path) -> None:
    directory = DataDir(tmp_path / "data")
    directory.create()
    first = directory.secret_key()
    assert directory.secret_key() == first and len(first) >= 32
    (directory.path / "secret-key").write_text("")
    with pytest.raises(Refused, match="secret-key"):
        directory.secret_key()


def test_codes_hold_131_bits_and_are_letters_and_digits() -> None:
    codes = {new_code() for _each in range(200)}
    assert len(codes) == 200
    assert all(len(code) == 22 and code.isascii() and code.isalnum() for code in codes)


def test_a_database_of_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    sites = tmp_path / "sites.toml"
    sites.write_text(SITES, encoding="utf-8")
    assert layso("apply", sites, data=tmp_path / "data").returncode == 0
    with closing(sqlite3.connect(tmp_path / "data" / "layso.db")) as database, database:
        database.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('layso', 'of_tomorrow', 'now')"
        )
    refused = layso("token", "list", data=tmp_path / "data")
    assert (refused.returncode, "newer version" in refused.stderr) == (1, True), refused.stderr
