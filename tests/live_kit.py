"""Clients that listen: real Socket.IO over real websockets."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import requests
import socketio
import websocket

from tests.serving import Server

PATIENCE_S = 10.0
Predicate = Callable[[dict[str, Any]], bool]


class Ear:
    """One client in one namespace, which keeps all that it hears with the moment when it came."""

    def __init__(self, url: str, namespace: str, auth: Any, cookie: str = "", reconnect: bool = False) -> None:
        self.namespace = namespace
        self.heard: list[tuple[float, str, dict[str, Any]]] = []
        self._news = threading.Condition()
        http = requests.Session()
        http.trust_env = False
        self.client = socketio.Client(
            reconnection=reconnect, reconnection_delay=0.1, reconnection_delay_max=0.3, http_session=http
        )
        self.client.on("*", self._hear, namespace=namespace)
        # Else each message has a thread of its own, and a later one may be heard before it.
        trigger = self.client.eio._trigger_event
        self.client.eio._trigger_event = lambda *what, **how: trigger(*what, **how | {"run_async": False})
        headers = {"Cookie": cookie} if cookie else {}
        self.client.connect(
            url, headers=headers, auth=auth, namespaces=[namespace], transports=["websocket"], wait_timeout=60
        )

    def _hear(self, event: str, data: dict[str, Any]) -> None:
        with self._news:
            self.heard.append((time.monotonic(), event, data))
            self._news.notify_all()

    def all(self, event: str) -> list[dict[str, Any]]:
        return [data for _at, name, data in list(self.heard) if name == event]

    def wait(self, event: str, wanted: Predicate = lambda data: True, seconds: float = PATIENCE_S) -> dict[str, Any]:
        """The first payload, heard already or still to come, that is wanted."""
        found: list[dict[str, Any]] = []

        def heard_it() -> bool:
            found[:] = [data for data in self.all(event) if wanted(data)]
            return bool(found)

        with self._news:
            assert self._news.wait_for(heard_it, seconds), f"no such {event} among {len(self.heard)} messages"
        return found[0]

    def forget(self) -> None:
        with self._news:
            self.heard.clear()

    @property
    def connected(self) -> bool:
        return self.namespace in self.client.namespaces

    def close(self) -> None:
        # Its own farewell takes three seconds, for which nobody has to wait.
        threading.Thread(target=self.client.disconnect, daemon=True).start()


@contextmanager
def listening(server: Server, namespace: str, auth: Any, **given: Any) -> Iterator[Ear]:
    ear = Ear(server.url, namespace, auth, **given)
    try:
        yield ear
    finally:
        ear.close()


def open_wire(server: Server, cookie: str = "", source: str = "", forwarded: str = "") -> websocket.WebSocket:
    """A bare websocket on which Engine.IO has said hello. `source` is the visitor's address, of 127.0.0.0/8, or the
    proxy's, which `forwarded` it."""
    address = server.url.replace("http", "ws", 1) + "/socket.io/?EIO=4&transport=websocket"
    from_here = (source, 0) if source else None
    sock = socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_S, source_address=from_here)
    try:
        header = [f"X-Forwarded-For: {forwarded}"] if forwarded else []
        wire = websocket.create_connection(
            address, timeout=PATIENCE_S, cookie=cookie or None, socket=sock, header=header
        )
    except websocket.WebSocketException:
        sock.close()
        raise
    assert wire.recv().startswith("0{")
    return wire


def refusal(server: Server, namespace: str, auth: Any, cookie: str = "") -> Any:
    """What the server answers to one who may not join."""
    wire = open_wire(server, cookie)
    try:
        wire.send(f"40{namespace}," + ("" if auth is None else json.dumps(auth)))
        answer = wire.recv()
        assert answer.startswith(f"44{namespace},"), answer
        return json.loads(answer.partition(",")[2])
    finally:
        wire.shutdown()


def eventually(true: Callable[[], bool], seconds: float = 60.0) -> bool:
    """Whether `true` came true within `seconds`."""
    moment = threading.Event()
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return True
        moment.wait(0.02)
    return true()
