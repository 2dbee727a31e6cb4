"""Strangers who send without end: a real server with its limits on, and taps beside them."""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
import websocket

from display.door import PER_VISITOR_FLOODS
from display.wire import BURST_S, BYTES_S, MOST_JOINS, PACKETS_S, Allowance
from tests.live_kit import eventually, listening, open_wire, refusal
from tests.serving import Server

LIMITED: tuple[str, ...] = ()
TAPS = 20


def taps(server: Server, count: int = TAPS) -> list[int]:
    """The statuses of as many tickets, one after the other."""
    return [server.take(service="help").status_code for _tap in range(count)]


@contextmanager
def asking(server: Server, path: str, connections: int) -> Iterator[list[int]]:
    """As many connections ask for a path without pause, while the block runs; the statuses that they got."""
    stop, statuses = threading.Event(), []

    def ask() -> None:
        wire = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        with contextlib.suppress(OSError, http.client.HTTPException):
            while not stop.is_set():
                wire.request("GET", path)
                answer = wire.getresponse()
                answer.read()
                statuses.append(answer.status)
        wire.close()

    threads = [threading.Thread(target=ask) for _connection in range(connections)]
    for thread in threads:
        thread.start()
    try:
        yield statuses
    finally:
        stop.set()
        for thread in threads:
            thread.join(30)


def rss_mb(server: Server) -> float:
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{server.pid}/status").read_text())
    assert found is not None
    return int(found.group(1)) / 1024


def ended(wire: websocket.WebSocket) -> bool:
    """Whether the server has ended it, whatever it said before."""
    try:
        while wire.recv():
            pass
    except websocket.WebSocketTimeoutException:
        return False
    except (OSError, websocket.WebSocketException):
        return True
    return True


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("wire") / "data", options=LIMITED) as server:
        server.token("kiosk")
        yield server


def test_a_connection_has_so_much_a_second_and_some_at_once() -> None:
    allowance = Allowance(per_second=10)
    assert [allowance.take(1) for _packet in range(int(10 * BURST_S))] == [True] * int(10 * BURST_S)
    assert not allowance.take(1)


def joined(server: Server, source: str = "") -> websocket.WebSocket:
    wire = open_wire(server, source=source)
    wire.send('40/display,{"site":"demo"}')
    assert wire.recv().startswith("40/display,")
    return wire


@pytest.mark.faults("S1")
@pytest.mark.parametrize("many", [1, 4, 20])
def test_who_sends_events_without_end_is_cut_off_and_taps_go_on(server: Server, many: int) -> None:
    before = rss_mb(server)
    wires = [joined(server, f"127.0.1.{many}") for _flooder in range(many)]
    event = '42/display,["anything",' + '"x"]'
    sent = [0] * many

    def flood(which: int) -> None:
        with contextlib.suppress(OSError, websocket.WebSocketException):
            for sent[which] in range(200_000):
                wires[which].send(event)

    floods = [threading.Thread(target=flood, args=(which,)) for which in range(many)]
    for each in floods:
        each.start()
    assert taps(server) == [201] * TAPS
    for each in floods:
        each.join(30)
    assert all(ended(wire) for wire in wires)
    assert max(sent) < 200_000 - 1
    assert rss_mb(server) - before < 60
    if many > PER_VISITOR_FLOODS.amount:
        with pytest.raises(websocket.WebSocketBadStatusException, match="429"):
            open_wire(server, source=f"127.0.1.{many}")
    with listening(server, "/display", {"site": "demo"}) as wall:
        assert wall.wait("board")["site"] == "demo"


@pytest.mark.faults("S1")
@pytest.mark.parametrize(
    ("opcode", "payload", "fin"),
    [
        (websocket.ABNF.OPCODE_PING, b"", 1),
        (websocket.ABNF.OPCODE_PONG, b"", 1),
        (websocket.ABNF.OPCODE_CONT, b"", 0),
        (websocket.ABNF.OPCODE_TEXT, b"3", 1),
        (websocket.ABNF.OPCODE_TEXT, b"4" + b"x" * 8000, 1),
    ],
    ids=["pings", "pongs", "fragments", "engine packets", "bytes"],
)
def test_every_kind_of_frame_and_every_byte_counts(server: Server, opcode: int, payload: bytes, fin: int) -> None:
    wire = joined(server, "127.0.2.1")
    most = int(max(PACKETS_S, BYTES_S / 8000) * BURST_S) + 20
    with contextlib.suppress(OSError, websocket.WebSocketException):
        if opcode == websocket.ABNF.OPCODE_CONT:
            wire.send_frame(websocket.ABNF(0, 0, 0, 0, websocket.ABNF.OPCODE_TEXT, 1, b"4"))
        for _frame in range(most):
            wire.send_frame(websocket.ABNF(fin, 0, 0, 0, opcode, 1, payload))
    assert ended(wire)


def test_a_message_that_never_ends_is_not_kept(server: Server) -> None:
    wire = joined(server, "127.0.2.2")
    with contextlib.suppress(OSError, websocket.WebSocketException):
        wire.send_frame(websocket.ABNF(0, 0, 0, 0, websocket.ABNF.OPCODE_TEXT, 1, b"4" * 10_000))
        wire.send_frame(websocket.ABNF(0, 0, 0, 0, websocket.ABNF.OPCODE_CONT, 1, b"4" * 10_000))
    assert ended(wire)


@pytest.mark.faults("S13")
def test_wrong_joins_on_one_socket_end_the_connection(server: Server) -> None:
    wire, answers = open_wire(server, source="127.0.2.3"), 0
    with contextlib.suppress(OSError, websocket.WebSocketException):
        for number in range(1500):
            wire.send(f'40/ticket,{{"code":"made-up-{number}"}}')
            assert json.loads(wire.recv().partition(",")[2])["data"]["code"] in ("unknown_ticket", "rate_limited")
            answers += 1
    assert answers <= MOST_JOINS
    assert ended(wire)


@pytest.mark.faults("S13")
def test_who_makes_up_codes_by_many_sockets_learns_nothing_any_more(server: Server) -> None:
    true = server.take(service="help").json()["code"]
    told = [refusal(server, "/ticket", {"code": f"made-up-{n}"})["data"]["code"] for n in range(80)]
    assert told[-1] == "rate_limited"
    with listening(server, "/ticket", {"code": true}) as phone:
        assert phone.wait("ticket")["code"] == true


def test_what_no_parser_reads_ends_the_connection_without_a_traceback(server: Server) -> None:
    for packet in ("40/display,{", '40/display,{"site":"\\ud800"}', "41/display,{", "40/display," + "[" * 8000):
        wire = open_wire(server)
        wire.send(packet)
        with contextlib.suppress(OSError, websocket.WebSocketException):
            wire.recv()
        wire.shutdown()
    assert taps(server, 1) == [201]
    assert "Traceback" not in server.logged()


@pytest.mark.faults("S1")
def test_polling_too_is_counted(server: Server) -> None:
    address = f"{server.url}/socket.io/?EIO=4&transport=polling"
    with requests.Session() as http:
        http.trust_env = False
        sid = json.loads(http.get(address, timeout=60).text[1:])["sid"]
        statuses = [
            http.post(f"{address}&sid={sid}", data='42["anything"]\x1e' * 15 + "3", timeout=60).status_code
            for _post in range(60)
        ]
        assert statuses[0] == 200 and statuses[-1] in (400, 429)
        assert http.get(f"{address}&sid={sid}", timeout=60).status_code in (400, 429)
    assert taps(server, 1) == [201]


@pytest.mark.faults("S1")
def test_an_address_has_so_many_sockets_and_a_credential_has_more(tmp_path: Path) -> None:
    with Server(tmp_path / "data", options=LIMITED) as server:
        token = server.token("kiosk")
        wires = [open_wire(server) for _socket in range(200)]
        with pytest.raises(websocket.WebSocketBadStatusException, match="429"):
            open_wire(server)
        assert open_wire(server, cookie=f"{server.cookie('kiosk', 'demo')}={token}").connected
        wires.pop().close()

        def one_more() -> bool:
            try:
                return bool(open_wire(server).connected)
            except websocket.WebSocketBadStatusException:
                return False

        assert eventually(one_more)
        assert taps(server) == [201] * TAPS


@pytest.mark.faults("S10")
def test_many_who_ask_for_pages_are_held_back_and_taps_go_on(tmp_path: Path) -> None:
    with Server(tmp_path / "data", options=LIMITED) as server:
        server.token("kiosk")
        with asking(server, "/demo/kiosk/", connections=30) as statuses:
            while len(statuses) < 30:
                assert taps(server, 1) == [201]
            before = len(statuses)
            assert taps(server) == [201] * TAPS
            # Fair turns: while one tap is served, not every stranger is before it.
            assert len(statuses) - before < TAPS * 30
            while 429 not in statuses:
                assert taps(server, 1) == [201]
        assert set(statuses) == {200, 429}
        assert server.ask("GET", "//demo/kiosk/").status_code == 429
        assert taps(server) == [201] * TAPS
