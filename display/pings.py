"""One task that pings every client, where Engine.IO has one asleep for each."""

from __future__ import annotations

import time
from collections import deque
from typing import Any

from engineio.packet import PING, Packet


class Pings:
    """The interval is the same for all, so that who answered first is pinged first."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine
        self._due: deque[tuple[float, Any]] = deque()
        self._task: Any = None

    def schedule(self, connection: Any) -> None:
        """Once more after the interval, if the ping before was answered."""
        if not connection.last_ping:
            return
        connection.last_ping = None
        self._due.append((time.monotonic() + self._engine.ping_interval, connection))
        if self._task is None:
            self._task = self._engine.start_background_task(self._run)

    def _run(self) -> None:
        while True:
            while self._due:
                moment, connection = self._due[0]
                self._engine.sleep(max(0.0, moment - time.monotonic()))
                self._due.popleft()
                if not connection.closing and not connection.closed:
                    connection.last_ping = time.time()
                    connection.send(Packet(PING))
            self._engine.sleep(self._engine.ping_interval / 2)
