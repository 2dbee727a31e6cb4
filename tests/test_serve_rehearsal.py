"""`--at`: a rehearsal has its own clock, says so everywhere, and never mixes with real days."""

from __future__ import annotations

from pathlib import Path

import pytest
import socketio

from tests.serving import Server, layso
from tests.test_cli import SITES


def real_site(tmp_path: Path) -> Path:
    """A data directory with a site that is open around the clock."""
    file, data = tmp_path / "sites.toml", tmp_path / "data"
    file.write_text(SITES, encoding="utf-8")
    applied = layso("apply", file, data=data)
    assert applied.returncode == 0, applied.stderr
    return data


def serve_refused(data: Path, *words: str) -> str:
    refused = layso("serve", "--port", "0", *words, data=data)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.count("\n") == 1
    return refused.stderr


def test_the_sites_clock_starts_at_the_local_time_given_and_ticks_on(tmp_path: Path) -> None:
    with Server(tmp_path / "data", at="2026-11-23T06:30") as server:
        board = server.board()
        assert board["rehearsal"] is True
        assert board["time"].startswith("2026-11-23T06:3") and board["time"].endswith("+07:00")
        assert board["session"]["state"] == "upcoming"
        refused = server.take()
        assert (refused.status_code, refused.json()["code"]) == (409, "session_closed")
        server.restart(at="2026-11-23T06:59:57")
        with socketio.SimpleClient() as wall:
            wall.connect(server.url, namespace="/display", auth={"site": "demo"}, transports=["websocket"])
            while (event := wall.receive(timeout=60)) and not (
                event[0] == "board" and event[1]["session"]["state"] == "open"
            ):
                assert event[1]["time"] < "2026-11-23T07:00:30"
        assert server.take().status_code == 201


def test_every_page_says_that_it_is_a_rehearsal(tmp_path: Path) -> None:
    with Server(tmp_path / "data") as server:
        code = server.take(service="help").json()["code"]
        for page in ("/", "/login", "/demo/", "/demo/kiosk/", "/demo/display/", f"/t/{code}"):
            assert "data-rehearsal" in server.ask("GET", f"/{page}").text, page


def test_a_real_day_does_not_say_that_it_is_a_rehearsal(tmp_path: Path) -> None:
    with Server(real_site(tmp_path), at="", profile="") as server:
        server.site = "quay"
        assert server.board()["rehearsal"] is False
        assert "data-rehearsal" not in server.ask("GET", "//quay/").text


def test_a_rehearsal_is_refused_where_real_tickets_are(tmp_path: Path) -> None:
    data = real_site(tmp_path)
    with Server(data, at="", profile="") as server:
        server.site = "quay"
        ticket = server.take(service="help").json()
        assert server.stop() == 0
        assert "real days" in serve_refused(data, "--at", "2026-11-23T08:00")
        server.start()
        assert server.ask("GET", f"/tickets/{ticket['code']}").json()["number"] == ticket["number"]


def test_a_real_day_is_refused_where_a_rehearsals_tickets_are(tmp_path: Path) -> None:
    with Server(tmp_path / "data") as server:
        server.take(service="help")
        assert server.stop() == 0
        assert "rehearsal" in serve_refused(tmp_path / "data")
        assert "rehearsal" in serve_refused(tmp_path / "data", "--demo")


def test_without_tickets_a_directory_may_change_its_kind(tmp_path: Path) -> None:
    data = real_site(tmp_path)
    with Server(data, profile="") as server:
        assert server.stop() == 0
        server.restart(at="")
        server.site = "quay"
        assert server.board()["rehearsal"] is False
        assert not (data / "rehearsal.json").exists()


@pytest.mark.parametrize("again", ["2026-11-23T07:15", "2026-11-23T15:00", "2026-11-25T08:00", "2026-11-20T08:00"])
def test_a_rehearsal_starts_again_at_any_time_of_the_plan(tmp_path: Path, again: str) -> None:
    with Server(tmp_path / "data", at="2026-11-23T10:00") as server:
        first = server.take(service="help").json()
        server.restart(at=again)
        board = server.board()
        assert board["time"].startswith(again[:15])
        assert board["session"]["id"].startswith(again[:10])
        assert board["session"]["state"] == "open"
        second = server.take(service="help")
        assert second.status_code == 201, second.text
        same_day = again.startswith("2026-11-23")
        assert (second.json()["number"] == first["number"]) is not same_day
        checked = layso("check", data=server.data)
        assert checked.returncode == 0, checked.stdout


def test_commands_beside_a_rehearsal_go_by_its_clock(tmp_path: Path) -> None:
    with Server(tmp_path / "data") as server:
        server.take(service="help")
        file = tmp_path / "demo.toml"
        text = layso("export-config", "demo", data=server.data).stdout
        file.write_text(text.replace('hotline = "1022"', 'hotline = "1900"'), encoding="utf-8")
        assert layso("apply", file, data=server.data).returncode == 0
        lines = server.ask("GET", "/sites/demo/journal?limit=1000", role="supervisor").json()["items"]
        configured = [line for line in lines if line["kind"] == "site_configured"]
        assert configured[-1]["at"].startswith("2026-11-23T08:0")
        assert server.board()["session"]["waiting"] == 1
