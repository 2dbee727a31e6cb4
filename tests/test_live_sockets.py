"""Clients that don't read, and frames that must stay whole: a real server with its sockets, in this process."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import websocket
from flask import Flask, request
from flask_socketio import SocketIO
from werkzeug.serving import make_server

from display.sockets import MOST_QUEUED, Member, Room, Sockets
from tests.live_kit import eventually

ROOM = Room("/display", "demo", "vi", "")
BIG = "ồ" * 30_000


class Hall:
    """A server whose only namespace lets everybody into one room."""

    def __init__(self) -> None:
        self.app = Flask(__name__)
        self.socketio = SocketIO(self.app, async_mode="threading")
        self.sockets = Sockets(self.socketio)
        self.sockets.use_steady_websockets()
        self.socketio.on_event("connect", self._join, namespace="/display")
        self.socketio.on_event("disconnect", self._leave, namespace="/display")
        self._server = make_server("127.0.0.1", 0, self.app, threaded=True)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def _join(self, auth: Any) -> None:
        sid = request.sid  # type: ignore[attr-defined]
        eio_sid = self.sockets.eio_sid(sid, "/display") or ""
        self.sockets.add(Member(sid, eio_sid, ROOM, time.monotonic(), ready=True))

    def _leave(self, reason: str = "") -> None:
        self.sockets.remove(request.sid)  # type: ignore[attr-defined]

    def join(self, receive_buffer: int = 0) -> websocket.WebSocket:
        options = [(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)] if receive_buffer else []
        wire = websocket.create_connection(
            f"ws://127.0.0.1:{self._server.port}/socket.io/?EIO=4&transport=websocket",
            sockopt=options, timeout=10, http_no_proxy=["*"],
        )  # fmt: skip
        wire.recv()
        wire.send('40/display,{"site":"demo"}')
        assert wire.recv().startswith("40/display,")
        assert eventually(lambda: all(map(self.sockets.settled, self.sockets.members.values())), 3)
        return wire

    def push(self, seq: int) -> None:
        self.sockets.send(self.sockets.ready(ROOM), "board", {"epoch": "e", "seq": seq, "text": BIG})

    def close(self) -> None:
        self.sockets.close_all(1)
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def hall() -> Iterator[Hall]:
    hall = Hall()
    yield hall
    hall.close()


def payload(message: str) -> dict[str, Any]:
    assert message.startswith("42/display,"), message[:40]
    return dict(json.loads(message.partition(",")[2])[1])


def test_a_client_that_does_not_read_is_dropped_and_the_others_hear_everything(hall: Hall) -> None:
    asleep, awake = hall.join(receive_buffer=4096), hall.join()
    assert len(hall.sockets.members) == 2
    most = 0
    for seq in range(MOST_QUEUED + 60):
        hall.push(seq)
        assert payload(awake.recv())["seq"] == seq
        most = max([most, *(s.queue.qsize() for s in hall.socketio.server.eio.sockets.values())])
    assert most <= MOST_QUEUED + 5
    assert len(hall.sockets.members) == 1
    assert eventually(lambda: sum(not s.closed for s in hall.socketio.server.eio.sockets.values()) == 1, 3)
    with pytest.raises((websocket.WebSocketException, OSError)):
        while True:
            assert asleep.recv()
    awake.shutdown()


def test_a_slow_client_gets_whole_frames_in_order(hall: Hall) -> None:
    slow = hall.join(receive_buffer=4096)
    for seq in range(20):
        hall.push(seq)
    told = [payload(slow.recv()) for _n in range(20)]
    assert [state["seq"] for state in told] == list(range(20))
    assert all(state["text"] == BIG for state in told)
    slow.shutdown()


def test_a_client_that_goes_is_forgotten(hall: Hall) -> None:
    wire = hall.join()
    assert list(hall.sockets.rooms) == [ROOM]
    wire.shutdown()
    assert eventually(lambda: not hall.sockets.members, 5)
    assert hall.sockets.rooms == {}


def test_one_who_never_settles_is_swept_out(hall: Hall) -> None:
    wire = hall.join()
    now = time.monotonic()
    hall.sockets.add(Member("gone", "gone", ROOM, now - 60))
    hall.sockets.add(Member("new", "new", ROOM, now))
    hall.sockets.sweep(now)
    assert "gone" not in hall.sockets.members
    assert "new" in hall.sockets.members
    assert len(hall.sockets.members) == 2
    wire.shutdown()


def test_closing_all_ends_every_wire(hall: Hall) -> None:
    wires = [hall.join() for _n in range(3)]
    hall.sockets.close_all(1)
    for wire in wires:
        with pytest.raises((websocket.WebSocketException, OSError)):
            while wire.recv():
                pass
            raise ConnectionError
    assert hall.sockets.members == {}
