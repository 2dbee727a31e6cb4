"""Who is connected, and how a packet reaches them: encoded once, handed out in slices, never piled up."""

from __future__ import annotations

import contextlib
import logging
import socket as net
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from engineio.packet import MESSAGE, Packet
from flask_socketio import SocketIO
from socketio.packet import EVENT

log = logging.getLogger(__name__)
SLICE = 40
MOST_QUEUED = 100
SETTLE_S = 10.0


class Room(NamedTuple):
    """Who gets the same payload. `part` is a screen's name, a counter's number or a ticket's code."""

    namespace: str
    site: str
    lang: str
    part: Any


@dataclass(eq=False, slots=True)
class Member:
    """One joined client. `ready` once it was told that it is in; `epoch` and `seq` of what it was sent last."""

    sid: str
    eio_sid: str
    room: Room
    joined: float
    token_id: int = 0
    ready: bool = False
    epoch: str = ""
    seq: int = 0


class Sockets:
    """The members by room. A change of the registry is one dictionary operation: it needs no lock."""

    def __init__(self, socketio: SocketIO) -> None:
        self._socketio = socketio
        self.members: dict[str, Member] = {}
        self.rooms: dict[Room, dict[str, Member]] = {}

    def use_steady_websockets(self) -> None:
        """Must come before the first client."""
        engine = self._socketio.server.eio
        plain = engine._async["websocket"]
        if plain is not None:
            engine._async = {**engine._async, "websocket": _steady(plain)}

    def add(self, member: Member) -> None:
        self.members[member.sid] = member
        self.rooms.setdefault(member.room, {})[member.sid] = member

    def remove(self, sid: str) -> None:
        member = self.members.pop(sid, None)
        if member is None:
            return
        room = self.rooms.get(member.room, {})
        room.pop(sid, None)
        if not room:
            self.rooms.pop(member.room, None)

    def eio_sid(self, sid: str, namespace: str) -> str | None:
        return self._socketio.server.manager.eio_sid_from_sid(sid, namespace)

    def settled(self, member: Member) -> bool:
        return self._socketio.server.manager.is_connected(member.sid, member.room.namespace)

    def of(self, namespace: str, site: str) -> list[Room]:
        return [room for room in list(self.rooms) if room.namespace == namespace and room.site == site]

    def ready(self, room: Room) -> list[Member]:
        return [member for member in list(self.rooms.get(room, {}).values()) if member.ready]

    def send(self, members: Iterable[Member], event: str, payload: dict[str, Any]) -> None:
        """The same payload to members of one namespace: encoded once, in slices with other work between."""
        packet = None
        for count, member in enumerate(members, 1):
            if packet is None:
                packet = self._packet(member.room.namespace, event, payload)
            if event != "tick":
                member.epoch, member.seq = payload["epoch"], payload["seq"]
            self._deliver(member, packet)
            if count % SLICE == 0:
                self._socketio.sleep(0)

    def end(self, member: Member) -> None:
        """Ends the client's part in its namespace; it is told so."""
        self._socketio.server.disconnect(member.sid, namespace=member.room.namespace)
        self.remove(member.sid)

    def close_all(self, seconds: float) -> None:
        """Cuts every connection and waits up to `seconds` until the websockets were told. Nobody is sent Engine.IO's
        own farewell: some clients take it for good and never come back to the next server."""
        sockets = list(self._socketio.server.eio.sockets.values())
        for connection in sockets:
            connection.close(wait=False, abort=True)
        for _moment in range(int(seconds / 0.02)):
            if not any(connection.upgraded and connection.queue.qsize() for connection in sockets):
                return
            self._socketio.sleep(0.02)

    def sweep(self, now: float) -> None:
        """Forgets members whose connection ended while it was still being made."""
        for member in list(self.members.values()):
            if now - member.joined > SETTLE_S and not self.settled(member):
                self.remove(member.sid)

    def _packet(self, namespace: str, event: str, payload: dict[str, Any]) -> Packet:
        encoded = self._socketio.server.packet_class(EVENT, namespace=namespace, data=[event, payload]).encode()
        return Packet(MESSAGE, encoded)

    def _deliver(self, member: Member, packet: Packet) -> None:
        engine = self._socketio.server.eio
        connection = engine.sockets.get(member.eio_sid)
        if connection is None or connection.closed:
            self.remove(member.sid)
        elif connection.queue.qsize() > MOST_QUEUED:
            self.remove(member.sid)
            self._drop(connection)
        else:
            engine.send_packet(member.eio_sid, packet)

    def _drop(self, connection: Any) -> None:
        """Ends a client that doesn't read. Its writer is stuck inside a send, so the wire itself is cut."""
        log.info("a client that does not read was dropped")
        connection.close(wait=False, abort=True)
        wire = getattr(connection, "wire", None)
        if wire is not None:
            with contextlib.suppress(OSError):
                wire.shutdown(net.SHUT_RDWR)


class _WholeWrites:
    """simple-websocket sends with `send`, which under gevent may write half a frame to a slow client."""

    def __init__(self, wire: Any) -> None:
        self._wire = wire
        self._writing = threading.Lock()

    def send(self, data: bytes) -> None:
        with self._writing:
            self._wire.sendall(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._wire, name)


def _steady(plain: Any) -> Any:
    class SteadyWebSocket(plain):  # type: ignore[misc]
        def __init__(self, handler: Callable[[Any], Any], server: Any) -> None:
            def handle(transport: Any) -> Any:
                transport.ws.sock = _WholeWrites(transport.ws.sock)
                handler.__self__.wire = transport.ws.sock  # type: ignore[attr-defined]
                return handler(transport)

            super().__init__(handle, server)

    return SteadyWebSocket
