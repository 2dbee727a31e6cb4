"""The sockets of a running server: who may join, what they hear at once, and what after every change."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from display.live import TICK_S
from tests.live_kit import Ear, eventually, listening, refusal
from tests.serving import Server, layso

ADDED = {"screen", "now", "earlier", "wall_notices", "site_name"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("live") / "data") as running:
        yield running


def at(server: Server, counter: int, verb: str, **body: Any) -> Any:
    answer = server.at_counter(counter, verb, **body)
    assert answer.status_code in (200, 204), answer.text
    return answer.json() if answer.status_code == 200 else None


def help_ticket(server: Server) -> dict[str, Any]:
    answer = server.take(service="help")
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


@pytest.fixture
def counter(server: Server) -> Iterator[int]:
    """Counter 1, open for the help desk's numbers alone, with nobody there or waiting."""
    at(server, 1, "open", services=["help"], fields=[], takeover=True)
    while at(server, 1, "call-next") is not None:
        pass
    yield 1
    while at(server, 1, "call-next") is not None:
        pass


def test_changes_are_seen_to_before_anybody_has_joined(tmp_path: Path) -> None:
    def pushes() -> float:
        lines = running.ask("GET", "//metrics").text.splitlines()
        return float(next(line for line in lines if "layso_push_seconds_count" in line).split()[-1])

    with Server(tmp_path / "data") as running:
        assert running.take("HT").status_code == 201
        assert eventually(lambda: pushes() >= 1)


# Joining


def test_a_wall_that_joins_gets_the_whole_board_at_once(server: Server) -> None:
    with listening(server, "/display", {"site": "demo"}) as wall:
        board = wall.wait("board")
    told = server.board()
    assert {key: value for key, value in board.items() if key not in {*ADDED, "time"}} == {
        key: value for key, value in told.items() if key != "time"
    }
    assert board["site_name"].startswith("Trung tâm")


def test_a_wall_speaks_the_language_it_asks_for(server: Server) -> None:
    with listening(server, "/display", {"site": "demo", "lang": "en"}) as wall:
        assert wall.wait("board")["session"]["title"] == "Morning session"
    with listening(server, "/display", {"site": "demo"}) as wall:
        assert wall.wait("board")["session"]["title"] == "Buổi sáng"


def test_a_wall_for_one_counter_hears_of_that_counter_only(server: Server, counter: int) -> None:
    help_ticket(server)
    at(server, counter, "call-next")
    with (
        listening(server, "/display", {"site": "demo", "screen": "1"}) as first,
        listening(server, "/display", {"site": "demo", "screen": "2"}) as second,
    ):
        here, there = first.wait("board"), second.wait("board")
    assert [c["counter"] for c in here["counters"]] == [1]
    assert {c["counter"] for c in here["calls"]} == {1}
    assert [c["counter"] for c in there["counters"]] == [2]
    assert there["calls"] == [] and there["now"] == []
    assert there["session"] == here["session"]


def test_a_phone_that_joins_gets_its_ticket_without_a_priority(server: Server) -> None:
    ticket = help_ticket(server)
    with listening(server, "/ticket", {"code": ticket["code"], "lang": "en"}) as phone:
        told = phone.wait("ticket")
    assert told["number"] == ticket["number"] and told["state"] == "waiting"
    assert told["session_name"] == "Morning session"
    assert {"epoch", "seq", "ahead", "expected_at"} <= told.keys()
    assert "priority" not in told


def test_a_console_that_joins_gets_its_queue_by_token(server: Server) -> None:
    with listening(server, "/counter", {"token": server.token("officer"), "counter": 2}) as console:
        queue = console.wait("queue")
    assert queue["counter"]["counter"] == 2
    assert {"epoch", "seq", "waiting", "held", "absent", "alarms"} <= queue.keys()


def test_everybody_hears_a_tick_every_two_seconds_that_names_the_last_state_sent(server: Server) -> None:
    assert TICK_S == 2
    ticket = help_ticket(server)
    with (
        listening(server, "/display", {"site": "demo"}) as wall,
        listening(server, "/ticket", {"code": ticket["code"]}) as phone,
        listening(server, "/counter", {"token": server.token("officer")}) as console,
    ):
        ears = {wall: "board", phone: "ticket", console: "queue"}
        assert eventually(lambda: all(len(ear.all("tick")) >= 3 for ear in ears))
        for ear, event in ears.items():
            tick, state = ear.all("tick")[-1], ear.all(event)[-1]
            assert (tick["epoch"], tick["seq"]) == (state["epoch"], state["seq"])
            assert tick["time"].endswith("+07:00")


# Refusals


@pytest.mark.parametrize(
    ("namespace", "auth", "code"),
    [
        ("/display", None, "invalid"),
        ("/display", {}, "invalid"),
        ("/display", "demo", "invalid"),
        ("/display", ["demo"], "invalid"),
        ("/display", 7, "invalid"),
        ("/display", True, "invalid"),
        ("/display", {"site": 7}, "invalid"),
        ("/display", {"site": None}, "invalid"),
        ("/display", {"site": {"code": "demo"}}, "invalid"),
        ("/display", {"site": ""}, "invalid"),
        ("/display", {"site": "nowhere"}, "unknown_site"),
        ("/display", {"site": "demo", "lang": ["vi"]}, "invalid"),
        ("/display", {"site": "demo", "screen": 3}, "invalid"),
        ("/display", {"site": "demo", "screen": "attic"}, "unknown_counter"),
        ("/display", {"site": "demo", "screen": "99"}, "unknown_counter"),
        ("/ticket", None, "invalid"),
        ("/ticket", {"code": 1}, "invalid"),
        ("/ticket", {"code": ""}, "invalid"),
        ("/ticket", {"code": "0" * 22}, "unknown_ticket"),
        ("/ticket", {"code": "\x00'; drop table"}, "unknown_ticket"),
        ("/counter", None, "unauthorized"),
        ("/counter", {"token": ""}, "unauthorized"),
        ("/counter", {"token": "guess"}, "unauthorized"),
        ("/counter", {"token": 5}, "invalid"),
        ("/counter", {"token": "guess", "counter": "1"}, "invalid"),
        ("/counter", {"token": "guess", "counter": True}, "invalid"),
    ],
)
def test_a_connection_is_refused_with_its_code(server: Server, namespace: str, auth: Any, code: str) -> None:
    answer = refusal(server, namespace, auth)
    assert answer == {"message": code, "data": {"code": code}}


def test_a_console_is_for_officers_of_the_site(server: Server) -> None:
    assert refusal(server, "/counter", {"token": server.token("kiosk")})["message"] == "forbidden"
    assert refusal(server, "/counter", {"token": server.token("display")})["message"] == "forbidden"
    officer = server.token("officer")
    assert refusal(server, "/counter", {"token": officer, "counter": 99})["message"] == "unknown_counter"
    assert refusal(server, "/counter", {"token": officer, "site": "nowhere"})["message"] == "unknown_site"


def test_a_namespace_that_does_not_exist_is_refused(server: Server) -> None:
    assert refusal(server, "/nowhere", {"site": "demo"}) == "Unable to connect"


def test_refused_connections_leave_the_server_well_and_log_no_code(server: Server) -> None:
    refusal(server, "/ticket", {"code": "s3cr3t-c0de-of-a-ticket"})
    refusal(server, "/counter", {"token": "s3cr3t-t0ken"})
    logged = server.logged()
    assert "s3cr3t" not in logged
    assert "Traceback" not in logged


# Pushes


def test_a_taken_number_is_pushed_with_a_larger_seq(server: Server) -> None:
    with listening(server, "/display", {"site": "demo"}) as wall:
        before = wall.wait("board")
        help_ticket(server)
        after = wall.wait("board", lambda board: board["seq"] > before["seq"])
    waiting = {s["code"]: s["waiting"] for s in after["services"]}
    assert waiting["help"] == {s["code"]: s["waiting"] for s in before["services"]}["help"] + 1
    assert after["epoch"] == before["epoch"]


def test_a_change_is_told_once_although_two_ways_lead_to_it(server: Server) -> None:
    with listening(server, "/display", {"site": "demo"}) as wall:
        wall.wait("board")
        wall.forget()
        help_ticket(server)
        assert eventually(lambda: len(wall.all("tick")) >= 2)
        seqs = [board["seq"] for board in wall.all("board")]
    assert seqs == sorted(set(seqs))


def test_a_storm_of_tickets_is_coalesced_and_its_end_is_told(server: Server) -> None:
    with (
        listening(server, "/display", {"site": "demo"}) as wall,
        listening(server, "/counter", {"token": server.token("officer")}) as console,
    ):
        first = wall.wait("board")
        with ThreadPoolExecutor(8) as kiosks:
            numbers = list(kiosks.map(lambda _n: help_ticket(server)["number"], range(200)))
        assert len(set(numbers)) == 200
        last = server.board()
        wall.wait("board", lambda board: board["seq"] >= last["seq"], seconds=3)
        console.wait("queue", lambda queue: queue["seq"] >= last["seq"], seconds=3)
        boards, queues = wall.all("board"), console.all("queue")
        for ear, event in ((wall, "board"), (console, "queue")):
            moments = [moment for moment, name, _data in ear.heard if name == event]
            assert max(sum(1 for other in moments if 0 <= other - m < 1) for m in moments) <= 20
    assert 2 <= len(boards) < 200
    assert [b["seq"] for b in boards] == sorted({b["seq"] for b in boards})
    assert boards[-1]["services"] == last["services"]
    assert boards[-1]["seq"] - first["seq"] >= 200
    assert queues[-1]["counts"]["waiting"] >= 200


def test_no_call_is_lost_in_a_storm_of_calls(server: Server, counter: int) -> None:
    numbers = [help_ticket(server)["number"] for _n in range(30)]
    with listening(server, "/display", {"site": "demo"}) as wall:
        wall.wait("board")
        called: list[str] = []
        for _gust in range(2):
            # A board has the last 24: more than those between two pushes no officers call.
            called += [at(server, counter, "call-next")["number"] for _n in range(15)]
            _wait_for_call(wall, called[-1])
        assert at(server, counter, "call-next") is None
        assert eventually(lambda: set(called) <= _told(wall.all("board")))
        ids = {call["number"]: call["call_id"] for board in wall.all("board") for call in board["calls"]}
    assert called == numbers
    assert [ids[number] for number in called] == sorted(ids[number] for number in called)


def _wait_for_call(wall: Ear, number: str) -> None:
    wall.wait("board", lambda board: bool(board["calls"]) and board["calls"][0]["number"] == number)


def _told(boards: list[dict[str, Any]]) -> set[str]:
    return {call["number"] for board in boards for call in board["calls"]}


def test_what_a_command_changes_is_pushed_by_the_running_server(server: Server, tmp_path: Path) -> None:
    shown = layso("export-config", "demo", data=server.data)
    assert shown.returncode == 0, shown.stderr
    changed = tmp_path / "changed.toml"
    changed.write_text(shown.stdout.replace("phường Bình An", "phường Bình Yên"), encoding="utf-8")
    with listening(server, "/display", {"site": "demo"}) as wall:
        before = wall.wait("board")
        assert "Bình An" in before["site_name"]
        applied = layso("apply", changed, data=server.data)
        assert applied.returncode == 0, applied.stderr
        wall.wait("board", lambda board: "Bình Yên" in board["site_name"], seconds=3)


# Phones


def test_a_phone_hears_its_call_at_once_and_others_their_place_within_two_seconds(server: Server, counter: int) -> None:
    first, second, third = (help_ticket(server) for _n in range(3))
    with (
        listening(server, "/ticket", {"code": first["code"]}) as called,
        listening(server, "/ticket", {"code": third["code"]}) as behind,
    ):
        assert called.wait("ticket")["ahead"] == 0
        assert behind.wait("ticket")["ahead"] == 2
        assert at(server, counter, "call-next")["number"] == first["number"]
        told = called.wait("ticket", lambda ticket: ticket["state"] == "called", seconds=1)
        assert (told["counter"], told["calls"]) == (counter, 1)
        behind.wait("ticket", lambda ticket: ticket["ahead"] == 1, seconds=2)
        at(server, counter, "start")
        called.wait("ticket", lambda ticket: ticket["state"] == "serving", seconds=1)
        at(server, counter, "finish")
        called.wait("ticket", lambda ticket: ticket["state"] == "done", seconds=1)
        assert server.ask("DELETE", f"/tickets/{third['code']}").status_code == 200
        behind.wait("ticket", lambda ticket: ticket["state"] == "cancelled", seconds=1)
        for phone in (called, behind):
            seqs = [ticket["seq"] for ticket in phone.all("ticket")]
            assert seqs == sorted(seqs)
    assert second["state"] == "waiting"


def test_every_state_of_a_visit_reaches_the_phone(server: Server, counter: int) -> None:
    ticket = help_ticket(server)
    steps = [
        ("call-next", {}, "called"),
        ("hold", {"reason": "bổ sung giấy tờ"}, "held"),
        ("resume", {"number": ticket["number"]}, "called"),
        ("no-show", {}, "no_show"),
        ("undo", {}, "called"),
        ("start", {}, "serving"),
        ("finish", {}, "done"),
    ]
    with listening(server, "/ticket", {"code": ticket["code"]}) as phone:
        phone.wait("ticket")
        for verb, body, state in steps:
            phone.forget()
            at(server, counter, verb, **body)
            assert phone.wait("ticket")["state"] == state, verb


def test_a_phone_is_not_told_what_it_knows(server: Server, counter: int) -> None:
    mine = help_ticket(server)
    with (
        listening(server, "/ticket", {"code": mine["code"]}) as phone,
        listening(server, "/display", {"site": "demo"}) as wall,
    ):
        phone.wait("ticket")
        before = wall.wait("board")
        help_ticket(server)
        wall.wait("board", lambda board: board["seq"] > before["seq"])
        assert eventually(lambda: len(phone.all("tick")) >= 2)
        contents = [{**ticket, "seq": 0, "time": ""} for ticket in phone.all("ticket")]
    assert all(one != other for one, other in zip(contents, contents[1:], strict=False))


# Ends
