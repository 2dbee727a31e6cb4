"""Who is connected, and how a packet reaches them: encoded once, handed out in slices, never piled up."""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import msgspec
from engineio.packet import MESSAGE, Packet
from flask_socketio import SocketIO
from socketio.packet import CONNECT, DISCONNECT, EVENT

from display.pings import Pings
from display.websocket import serve
from display.wire import Flood, Traffic

log = logging.getLogger(__name__)
SLICE = 200
# gevent goes on after sleep(0) in the same turn of its loop: nothing that has come in is read between.
TURN_S = 0.0005
MOST_QUEUED = 100
SETTLE_S = 10.0
WHAT_CLIENTS_SAY = (str(CONNECT), str(DISCONNECT))


class Room(NamedTuple):
    """Who gets the same payload. `part` is a screen's name, a counter's number or a ticket's code."""

    namespace: str
    site: str
    lang: str
    part: Any


@dataclass(eq=False, slots=True)
class Member:
    """One joined client. `ready` once it was told that it is in; `epoch`, `seq`, `beside` of what it was sent last."""

    sid: str
    eio_sid: str
    room: Room
    joined: float
    token_id: int = 0
    ready: bool = False
    epoch: str = ""
    seq: int = 0
    beside: Hashable = ()


@dataclass(frozen=True, slots=True)
class State:
    """A site's state as it is sent, encoded once for all who hear of it. `beside` is what moves in it without a line in
    the journal."""

    epoch: str
    seq: int
    json: bytes
    beside: Hashable = ()

    @classmethod
    def of(cls, answer: Any, beside: Hashable = ()) -> State:
        return cls(answer.epoch, answer.seq, msgspec.json.encode(answer), beside)

    def is_news(self, member: Member) -> bool:
        """Whether the member was sent another epoch, something older, or how what moves beside it was before."""
        if member.epoch != self.epoch or member.seq < self.seq:
            return True
        return member.seq == self.seq and member.beside != self.beside


class Sockets:
    """The members by room. A change of the registry is one dictionary operation: it needs no lock."""

    def __init__(self, socketio: SocketIO) -> None:
        self._socketio = socketio
        self.members: dict[str, Member] = {}
        self.rooms: dict[Room, dict[str, Member]] = {}

    def use_own_websockets(self) -> None:
        """Must come before the first client."""
        engine = self._socketio.server.eio
        pause, pings = partial(self._socketio.sleep, 0), Pings(engine)
        greet = engine.handlers["connect"]

        def connect(eio_sid: str, environ: dict[str, Any]) -> Any:
            connection = engine.sockets[eio_sid]
            connection.schedule_ping = partial(pings.schedule, connection)
            return greet(eio_sid, environ)

        engine.on("connect", connect)
        websocket = lambda handler, _engine: partial(serve, handler.__self__, pause)  # noqa: E731
        engine._async = {**engine._async, "websocket": websocket}

    def throw_events_away(self) -> None:
        """Clients join and leave: what else they send ends here, before a task is made of it."""
        engine = self._socketio.server.eio
        engine.on("message", partial(self._hear, engine.handlers["message"]))

    def _hear(self, dispatch: Callable[[str, Any], None], eio_sid: str, data: Any) -> None:
        connection = self._socketio.server.eio.sockets.get(eio_sid)
        traffic: Traffic | None = getattr(connection, "traffic", None)
        try:
            if traffic is not None and not connection.upgraded:
                traffic.count(packets=1)
            if not isinstance(data, str) or not data.startswith(WHAT_CLIENTS_SAY):
                return
            if traffic is not None and data.startswith(str(CONNECT)):
                traffic.count_join()
            dispatch(eio_sid, data)
        except Flood:
            return
        except (ValueError, RecursionError) as error:
            log.info("a client's packet could not be read", extra={"reason": type(error).__name__})
            if connection is not None:
                self._drop(connection)

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

    def send(self, members: Iterable[Member], event: str, payload: Any) -> None:
        """The same payload to members of one namespace: encoded once, in slices with other work between."""
        packet = None
        for count, member in enumerate(members, 1):
            if packet is None:
                packet = self._packet(member.room.namespace, event, payload)
            if event != "tick":
                member.epoch, member.seq = payload.epoch, payload.seq
                member.beside = getattr(payload, "beside", ())
            self._deliver(member, packet)
            if count % SLICE == 0:
                self.take_turns()

    def take_turns(self) -> None:
        """Lets whatever has come in be done before the caller goes on."""
        self._socketio.sleep(TURN_S)

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

    def _packet(self, namespace: str, event: str, payload: Any) -> Packet:
        said = payload.json if isinstance(payload, State) else msgspec.json.encode(payload)
        return Packet(MESSAGE, f'{EVENT}{namespace},["{event}",{said.decode()}]')

    def _deliver(self, member: Member, packet: Packet) -> None:
        engine = self._socketio.server.eio
        connection = engine.sockets.get(member.eio_sid)
        if connection is None or connection.closed:
            self.remove(member.sid)
        elif connection.queue.qsize() > MOST_QUEUED:
            self.remove(member.sid)
            log.info("a client that does not read was dropped")
            self._drop(connection)
        else:
            connection.send(packet)

    def _drop(self, connection: Any) -> None:
        """Ends a client at once. Its writer may be stuck inside a send, so the wire itself is cut."""
        connection.close(wait=False, abort=True)
        wire = getattr(connection, "wire", None)
        if wire is not None:
            wire.cut()
