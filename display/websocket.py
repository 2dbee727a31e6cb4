"""The websocket beneath Engine.IO: read by the task that serves its request, written by whoever has something to say.

Engine.IO's own takes three tasks a client and makes a frame for each. Here a packet's frame is made once for all who
get it, and goes straight to the kernel; only a client that is slow to read has a task that waits for it. Nothing is
compressed: that would be a quarter of a megabyte a client, and a frame of its own for each.
"""

from __future__ import annotations

import contextlib
import logging
import socket as net
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from engineio.exceptions import SocketIsClosedError, UnknownPacketError
from engineio.packet import NOOP, Packet
from wsproto import ConnectionType
from wsproto.connection import Connection
from wsproto.events import AcceptConnection, BytesMessage, CloseConnection, Message, Ping, Request, TextMessage
from wsproto.frame_protocol import CloseReason
from wsproto.handshake import H11Handshake
from wsproto.utilities import LocalProtocolError, RemoteProtocolError

from display.wire import Traffic
from ticketing.api.headers import EVERYWHERE

log = logging.getLogger(__name__)
LONGEST_MESSAGE = 16 * 1024
YIELD_EVERY = 4
CHUNK = 4096
Text = str | bytes


def framed(text: Text) -> bytes:
    """What a server sends isn't masked: one frame is the same for everybody."""
    message = TextMessage(text) if isinstance(text, str) else BytesMessage(text)
    return bytes(Connection(ConnectionType.SERVER).send(message))


def frame_of(packet: Packet) -> bytes:
    """Made when the first client is sent the packet."""
    frame: bytes | None = getattr(packet, "frame", None)
    if frame is None:
        frame = packet.frame = framed(packet.encode())
    return frame


class WebSocket:
    """One client's. It takes the place of Engine.IO's queue: what is `put` is sent, and None ends it."""

    __slots__ = ("_at_once", "_frames", "_pause", "_sock", "_spawn", "_traffic", "_waiting", "_writer", "_writing")

    def __init__(
        self, sock: Any, traffic: Traffic | None, pause: Callable[[], object], spawn: Callable[..., Any]
    ) -> None:
        self._sock, self._traffic, self._pause, self._spawn = sock, traffic, pause, spawn
        self._frames = Connection(ConnectionType.SERVER)
        # Beneath gevent's, which would wait; and what goes through TLS can't be put beside it.
        self._at_once = None if hasattr(sock, "server_side") else getattr(sock, "_sock", sock).send
        self._waiting: deque[bytes | memoryview] = deque()
        self._writing = threading.Lock()
        self._writer: Any = None

    # Reading

    def messages(self) -> Iterator[Text]:
        """What the client says, until it goes. Raises Flood once it was too much, and what a broken socket raises."""
        parts: list[Text] = []
        while data := self._sock.recv(CHUNK):
            self._count(size=len(data))
            self._frames.receive_data(data)
            for number, event in enumerate(self._frames.events(), 1):
                self._count(packets=1)
                if number % YIELD_EVERY == 0:
                    self._pause()
                if isinstance(event, Message):
                    parts.append(event.data)
                    if sum(map(len, parts)) > LONGEST_MESSAGE:
                        self._send(self._frames.send(CloseConnection(CloseReason.MESSAGE_TOO_BIG)))
                        return
                    if event.message_finished:
                        yield parts[0][:0].join(parts)  # type: ignore[arg-type]
                        parts = []
                elif isinstance(event, Ping | CloseConnection):
                    self._send(self._frames.send(event.response()))
                    if isinstance(event, CloseConnection):
                        return

    def _count(self, packets: int = 0, size: int = 0) -> None:
        if self._traffic is not None:
            self._traffic.count(packets, size)

    # Writing

    def put(self, packet: Packet | None) -> None:
        """Sends it, in its turn, and never waits."""
        if packet is not None:
            self._send(frame_of(packet))
            return
        with contextlib.suppress(LocalProtocolError):
            self._send(self._frames.send(CloseConnection(CloseReason.NORMAL_CLOSURE)))

    def qsize(self) -> int:
        """The packets that the client was too slow to take."""
        return len(self._waiting)

    def join(self) -> None:
        """Waits until the client has taken everything."""
        if (writer := self._writer) is not None:
            writer.join()

    def cut(self) -> None:
        """Ends it at once, for its reader and for a writer that is stuck inside a send."""
        with contextlib.suppress(OSError):
            self._sock.shutdown(net.SHUT_RDWR)

    def _send(self, frame: bytes) -> None:
        with self._writing:
            sent = 0 if self._writer is not None else self._send_at_once(frame)
            if sent == len(frame):
                return
            self._waiting.append(memoryview(frame)[sent:])
            if self._writer is None:
                self._writer = self._spawn(self._write)

    def _send_at_once(self, frame: bytes) -> int:
        """How many bytes the kernel has taken. Of a broken connection its reader hears."""
        if self._at_once is None:
            return 0
        try:
            return int(self._at_once(frame, net.MSG_DONTWAIT))
        except BlockingIOError:
            return 0
        except OSError:
            return len(frame)

    def _write(self) -> None:
        """Lives as long as something waits."""
        while True:
            with self._writing:
                if not self._waiting:
                    self._writer = None
                    return
                frame = self._waiting[0]
            try:
                self._sock.sendall(frame)
            except (OSError, ValueError):
                self._waiting.clear()
                self.cut()
            else:
                self._waiting.popleft()


def serve(
    connection: Any, pause: Callable[[], object], environ: dict[str, Any], start_response: Callable[..., Any]
) -> Iterable[bytes]:
    """WSGI for one client of Engine.IO, `connection`, as long as it stays; it may have come by polling before."""
    try:
        answer = _handshake(environ)
    except RemoteProtocolError:
        start_response("400 Bad Request", [("Content-Length", "0")])
        return []
    sock = environ.get("werkzeug.socket") or environ["wsgi.input"].raw._sock
    engine, traffic = connection.server, getattr(connection, "traffic", None)
    wire = WebSocket(sock, traffic, pause, engine.start_background_task)
    if traffic is not None:
        traffic.cut = wire.cut
    try:
        sock.sendall(answer)
        _converse(connection, wire)
    except (OSError, LocalProtocolError, SocketIsClosedError):
        pass
    except (ValueError, RecursionError) as error:
        log.info("a client's packet could not be read", extra={"reason": type(error).__name__})
    finally:
        if connection.queue is wire:
            connection.close(wait=False, abort=True, reason=engine.reason.TRANSPORT_CLOSE)
        wire.cut()
    if "werkzeug.socket" in environ:
        raise ConnectionError  # or Werkzeug would answer on it
    return []


def _handshake(environ: dict[str, Any]) -> bytes:
    """Raises RemoteProtocolError."""
    handshake = H11Handshake(ConnectionType.SERVER)
    headers = (f"{key[5:].replace('_', '-')}: {value}" for key, value in environ.items() if key.startswith("HTTP_"))
    handshake.receive_data("\r\n".join(["GET / HTTP/1.1", *headers, "", ""]).encode("latin-1"))
    if not isinstance(next(handshake.events(), None), Request):
        raise RemoteProtocolError("no handshake")
    everywhere = [(name.encode(), value.encode()) for name, value in EVERYWHERE]
    return handshake.send(AcceptConnection(extra_headers=everywhere))


def _converse(connection: Any, wire: WebSocket) -> None:
    messages = wire.messages()
    if connection.connected and not _upgrade(connection, wire, messages):
        return
    waiting, connection.queue, connection.wire = connection.queue, wire, wire
    connection.connected = connection.upgraded = True
    while waiting.qsize():
        wire.put(waiting.get())
    for message in messages:
        with contextlib.suppress(UnknownPacketError):
            connection.receive(Packet(encoded_packet=message))


def _upgrade(connection: Any, wire: WebSocket, messages: Iterator[Text]) -> bool:
    """Engine.IO's way from polling: a probe, the last poll's end, and the client's word that it goes over."""
    connection.upgrading = True
    try:
        if next(messages, None) != "2probe":
            return False
        wire.put(Packet(encoded_packet="3probe"))
        connection.queue.put(Packet(NOOP))
        return next(messages, None) == "5"
    finally:
        connection.upgrading = False
