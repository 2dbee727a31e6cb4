"""Every connection of the HTTP server, what it is doing, and how long it may.

A request whose head isn't here, or whose body isn't, is half a request: it costs its sender nothing, so that an
address has a bound of them. One sweep a second looks at all of them; no request sets a timer.
"""

from __future__ import annotations

import contextlib
import socket
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from ticketing.api.limits import network_of

HEAD_S = 10.0
BODY_S = 30.0
WRITING_S = 60.0
IDLE_S = 75.0
SWEEP_S = 1.0
MOST_HALVES = 50
# What comes whole comes at once: a burst of connections that have just been opened is no attack.
YOUNG_S = 1.0

HEAD, REQUEST, WRITING, IDLE = "head", "request", "writing", "idle"
MAY_TAKE_S = {HEAD: HEAD_S, WRITING: WRITING_S, IDLE: IDLE_S}


class Connection:
    """`body_here` tells whether the body of the present request has come whole."""

    __slots__ = ("address", "asked_at", "body_here", "cut", "phase", "since", "sock")

    def __init__(self, sock: Any, address: str, body_here: Callable[[], bool]) -> None:
        self.sock, self.address, self.body_here = sock, address, body_here
        self.phase, self.since, self.asked_at = HEAD, time.monotonic(), 0.0
        self.cut = False

    def enter(self, phase: str) -> None:
        self.phase, self.since = phase, time.monotonic()

    def ask(self) -> None:
        """The head of a request is here."""
        self.enter(REQUEST)
        self.asked_at = self.since

    @property
    def half(self) -> bool:
        return self.phase == HEAD or (self.phase in (REQUEST, WRITING) and not self.body_here())

    def overdue(self, now: float) -> bool:
        if self.phase in MAY_TAKE_S and now - self.since > MAY_TAKE_S[self.phase]:
            return True
        return self.phase in (REQUEST, WRITING) and now - self.asked_at > BODY_S and not self.body_here()

    def end(self) -> None:
        """Its reader and writer hear of the end; a half request that is cut off is never carried out."""
        self.cut = True
        with contextlib.suppress(OSError):
            # Beneath gevent's and TLS's own, which would close it under the hands of whoever waits there.
            self.sock._sock.shutdown(socket.SHUT_RDWR)


class Connections:
    """Those that are open, websockets apart. `bounded` says whether an address has a bound of half requests;
    who is `exempt`, a proxy that speaks for many, has none."""

    def __init__(self, bounded: bool, exempt: Callable[[str], bool] = lambda address: False) -> None:
        self._bounded, self._exempt = bounded, exempt
        self._open: set[Connection] = set()

    def add(self, sock: Any, address: str, body_here: Callable[[], bool] = lambda: True) -> Connection:
        connection = Connection(sock, address, body_here)
        self._open.add(connection)
        return connection

    def remove(self, connection: Connection) -> None:
        self._open.discard(connection)

    def sweep(self) -> int:
        """Ends what took too long, and an address's oldest half requests beyond its bound. How many it ended."""
        now = time.monotonic()
        late = [connection for connection in self._open if connection.overdue(now)]
        if self._bounded:
            halves: dict[str, list[Connection]] = defaultdict(list)
            for connection in self._open:
                if now - connection.since > YOUNG_S and connection.half and not self._exempt(connection.address):
                    halves[network_of(connection.address)].append(connection)
            for mine in halves.values():
                late += sorted(mine, key=lambda one: one.since)[: max(0, len(mine) - MOST_HALVES)]
        return self._end(late)

    def end_silent(self) -> None:
        """Ends those that wait for a request or for the rest of its head."""
        self._end([connection for connection in self._open if connection.phase in (HEAD, IDLE)])

    def end_halves(self) -> None:
        self._end([connection for connection in self._open if connection.half])

    def _end(self, connections: list[Connection]) -> int:
        ended = {connection for connection in connections if not connection.cut}
        for connection in ended:
            connection.end()
        return len(ended)
