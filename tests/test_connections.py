"""Connections that ask for nothing, or for half of something: ended in time, bounded by address, no request."""

from __future__ import annotations

import contextlib
import json
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk import connections
from kiosk.connections import BODY_S, HEAD_S, IDLE, IDLE_S, MOST_HALVES, WRITING, WRITING_S, YOUNG_S, Connections
from tests.live_kit import eventually
from tests.serving import Server

HALF_A_HEAD = b"POST /api/v1/sites/demo/tickets HTTP/1.1\r\nHost: localhost\r\n"


class Sock:
    """As much of a socket as is asked for when its connection is ended."""

    def __init__(self) -> None:
        self._sock, self.ended = self, False

    def shutdown(self, how: int) -> None:
        self.ended = True


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr(connections.time, "monotonic", lambda: now[0])
    return now


@pytest.mark.faults("S15")
@pytest.mark.parametrize(("phase", "seconds"), [("", HEAD_S), (IDLE, IDLE_S), (WRITING, WRITING_S)])
def test_each_phase_has_its_time(now: list[float], phase: str, seconds: float) -> None:
    sock, every = Sock(), Connections(bounded=True)
    connection = every.add(sock, "192.0.2.1")
    if phase:
        connection.ask()
        connection.enter(phase)
    now[0] += seconds
    assert every.sweep() == 0 and not sock.ended
    now[0] += 1
    assert every.sweep() == 1 and sock.ended


def test_a_body_has_its_time_and_the_work_on_it_any(now: list[float]) -> None:
    whole, half, every = Sock(), Sock(), Connections(bounded=True)
    every.add(whole, "192.0.2.1").ask()
    every.add(half, "192.0.2.1", body_here=lambda: False).ask()
    now[0] += BODY_S + 1
    assert every.sweep() == 1 and half.ended
    now[0] += 3600
    assert every.sweep() == 0 and not whole.ended


@pytest.mark.parametrize(("bounded", "ended"), [(True, 7), (False, 0)])
def test_an_address_has_so_many_halves_and_the_oldest_go(now: list[float], bounded: bool, ended: int) -> None:
    every = Connections(bounded)
    socks = [Sock() for _each in range(MOST_HALVES + 7)]
    for sock in socks:
        every.add(sock, "192.0.2.1")
        now[0] += 0.001
    other = Sock()
    every.add(other, "192.0.2.2")
    assert every.sweep() == 0
    now[0] += YOUNG_S + 0.1
    assert every.sweep() == ended
    assert [sock.ended for sock in socks] == [True] * ended + [False] * (len(socks) - ended)
    assert not other.ended


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("halves") / "data", options=()) as server:
        server.token("kiosk")
        yield server


def connect(server: Server, count: int, sent: bytes = b"") -> list[socket.socket]:
    wires = [socket.create_connection(("127.0.0.1", server.port), timeout=20) for _each in range(count)]
    for wire in wires:
        wire.sendall(sent)
    return wires


def is_open(wire: socket.socket) -> bool:
    wire.setblocking(False)
    try:
        return wire.recv(1000) != b"" and is_open(wire)
    except BlockingIOError:
        return True
    except OSError:
        return False


@pytest.mark.faults("S15")
def test_silent_and_half_requests_are_ended_down_to_the_bound_and_taps_go_on(server: Server) -> None:
    wires = connect(server, 150) + connect(server, 150, HALF_A_HEAD)
    assert [server.take(service="help").status_code for _tap in range(20)] == [201] * 20
    assert eventually(lambda: sum(map(is_open, wires)) <= MOST_HALVES, 15)
    assert server.take(service="help").status_code == 201
    assert eventually(lambda: not any(map(is_open, wires)), 30)
    for wire in wires:
        wire.close()


def test_half_a_body_is_half_a_request(server: Server) -> None:
    head = b"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf"
    wires = connect(server, MOST_HALVES + 30, head)
    assert eventually(lambda: sum(map(is_open, wires)) <= MOST_HALVES, 15)
    assert server.take(service="help").status_code == 201
    for wire in wires:
        wire.close()


def test_many_who_connect_first_and_ask_then_are_all_served(server: Server) -> None:
    wires = connect(server, 2 * MOST_HALVES)
    for wire in wires:
        wire.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert all(wire.recv(1000).startswith(b"HTTP/1.1 200 ") for wire in wires)
    for wire in wires:
        wire.settimeout(20)
        wire.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert b"HTTP/1.1 200 " in b"".join(iter(lambda wire=wire: wire.recv(1000), b""))  # type: ignore[misc]
        wire.close()


@pytest.mark.faults("S15")
def test_a_request_whose_head_was_cut_off_is_not_carried_out(server: Server) -> None:
    code = server.take(service="help").json()["code"]
    (wire,) = connect(server, 1, f"DELETE /api/v1/tickets/{code} HTTP/1.1\r\nHost: localhost\r\n".encode())
    assert eventually(lambda: not is_open(wire), 30)
    assert server.ask("GET", f"/tickets/{code}").json()["state"] == "waiting"
    wire.close()


@pytest.mark.faults("S15")
def test_silent_connections_do_not_hold_up_a_stop(tmp_path: Path) -> None:
    with Server(tmp_path / "data", options=()) as server:
        server.ask("GET", "//healthz")
        wires = connect(server, 750) + connect(server, 750, HALF_A_HEAD)
        server.send(signal.SIGTERM)
        assert server.wait() == 0
        lines = [json.loads(line) for line in server.logged().splitlines()]
        said = [line["message"] for line in lines if line["logger"] == "layso.server"]
        assert "some requests were not done in time" not in said and said[-1] == "stopped"
        assert not [line for line in lines if line["level"] in ("warning", "error")]
        for wire in wires:
            with contextlib.suppress(OSError):
                wire.close()
