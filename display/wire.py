"""What one client may send: counted before anything is made of it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

log = logging.getLogger(__name__)
PACKETS_S = 20.0
BYTES_S = 64 * 1024.0
BURST_S = 2.0
MOST_JOINS = 20


class Flood(OSError):
    """More was sent than a client has to say. Its reader takes it for the connection's end."""


class Allowance:
    """So much a second, and that of two seconds at once."""

    __slots__ = ("_at", "_left", "_most", "_per_second")

    def __init__(self, per_second: float) -> None:
        self._per_second, self._most = per_second, per_second * BURST_S
        self._left, self._at = self._most, time.monotonic()

    def take(self, amount: float) -> bool:
        now = time.monotonic()
        self._left = min(self._most, self._left + (now - self._at) * self._per_second) - amount
        self._at = now
        return self._left >= 0


class Traffic:
    """What one connection has sent, by websocket or by polling. `cut` ends it, once it was too much, and `flooded` is
    told."""

    __slots__ = ("_bytes", "_flooded", "_joins", "_over", "_packets", "cut")

    def __init__(self, cut: Callable[[], object], flooded: Callable[[], object]) -> None:
        self.cut, self._flooded = cut, flooded
        self._over = False
        self._packets, self._bytes = Allowance(PACKETS_S), Allowance(BYTES_S)
        self._joins = 0

    def count(self, packets: float = 0.0, size: int = 0) -> None:
        """Raises Flood, with the connection cut."""
        if not (self._packets.take(packets) and self._bytes.take(size)):
            self._end("a client that sent too much was cut off")

    def count_join(self) -> None:
        """Raises Flood, with the connection cut: there are three namespaces, and a page that comes back makes a new
        connection."""
        self._joins += 1
        if self._joins > MOST_JOINS:
            self._end("a client that joined too often was cut off")

    def _end(self, why: str) -> None:
        if not self._over:
            self._over = True
            log.info(why)
            self._flooded()
        self.cut()
        raise Flood(why)
