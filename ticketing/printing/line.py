"""A printer as one connection sees it: what it says of itself, and a paper that is known to be out.

Answers to status requests all look alike: they are told apart by their order alone, so what was asked and not answered
yet is remembered."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from ticketing.printing import status
from ticketing.printing.transports import Transport

ANSWER_S = 3.0
SILENT_S = 2.0
NEXT_ANSWER_S = 1.0
FRESH_S = 1.0
ASK_AGAIN_S = 10.0


class NoAnswer(OSError):
    """It has answered before, and says nothing more."""

    def __str__(self) -> str:
        return "no answer"


class Line:
    """`talks`: this printer has answered once, on this or on an earlier connection. Of one that never has nothing can
    be known. `handed_at`: when the last paper's last byte had left. `spent`: it is to be opened anew, since answers may
    no longer stand beside their requests. What goes wrong is an OSError, and the line is to be closed."""

    def __init__(self, transport: Transport, talks: bool = False) -> None:
        self.talks = talks
        self._transport = transport
        self._due: deque[int] = deque()
        self._told: dict[int, int] = {}
        self._told_at = float("-inf")
        self._kinds: tuple[int, ...] = status.KINDS
        self._slowest = 0.0
        self._asked_at = 0.0
        self.spent = False
        self.handed_at = 0.0

    def open(self) -> None:
        self._transport.open()
        self._probe()

    def interrupt(self) -> None:
        """From another thread: what is under way fails at once, where the transport can."""
        self._transport.interrupt()

    def close(self) -> None:
        self._transport.close()

    @property
    def state(self) -> tuple[str, str]:
        return status.state_of(self._told)

    @property
    def fresh(self) -> bool:
        """Whether what was last told is of just now."""
        return time.monotonic() - self._told_at < FRESH_S

    def _probe(self) -> None:
        """Which requests it answers: some know only the first, many none."""
        if not self._transport.talks:
            return
        began = time.monotonic()
        self._request(status.PRINTER)
        if not self._answered(ANSWER_S if self.talks else SILENT_S):
            if self.talks:
                raise NoAnswer()
            return
        self._slowest = time.monotonic() - began
        known = [status.PRINTER]
        for kind in (status.CAUSE, status.ROLL):
            self._request(kind)
            if self._answered(max(NEXT_ANSWER_S, 3 * self._slowest)):
                known.append(kind)
            self._due.clear()
        self._kinds = tuple(known)

    def ask(self) -> None:
        """Asks for its state. Raises NoAnswer of one that has answered before and doesn't now."""
        if not self._transport.talks:
            self._transport.open()
            return
        if not self.talks:
            self._listen()
            return
        self._request(*self._kinds)
        if not self._answered(ANSWER_S + 3 * self._slowest * len(self._kinds)):
            raise NoAnswer()

    def print(self, data: bytes, waits: Callable[[bool], bool]) -> None:
        """Sends a paper and waits until a request behind its last byte is answered, for as long as `waits` says: it is
        asked again and again, and told whether the printer is known to answer. Raises NoAnswer when it waits no more;
        of a printer that has never answered the last byte is all there is to know."""
        self._transport.send(data)
        self.handed_at = time.monotonic()
        if not self._transport.talks:
            return
        ahead = len(self._due)
        self._request(*self._kinds)
        asked_at, due = time.monotonic(), ahead + len(self._kinds)
        # The first answer behind all that was still to come stands for the paper; the others tell how it is now.
        while len(self._due) > due - ahead - 1:
            self._receive(0.25)
            if not self.talks and time.monotonic() - asked_at > SILENT_S:
                return
            if not waits(self.talks):
                raise NoAnswer()
        self.spent = not self._answered(NEXT_ANSWER_S + 3 * self._slowest * len(self._kinds))

    def _listen(self) -> None:
        """One that has never answered may begin to, and is believed from then on."""
        if not self._due or time.monotonic() - self._asked_at > ASK_AGAIN_S:
            self._due.clear()
            self._request(status.PRINTER)
        self._receive(0.0)
        self.spent = self.talks

    def _request(self, *kinds: int) -> None:
        self._transport.send(b"".join(map(status.request, kinds)))
        self._asked_at = time.monotonic()
        self._due.extend(kinds)

    def _answered(self, seconds: float) -> bool:
        """Whether all that is due comes in time."""
        until = time.monotonic() + seconds
        while self._due:
            left = until - time.monotonic()
            if left <= 0:
                return False
            self._receive(left)
        return True

    def _receive(self, seconds: float) -> None:
        for answer in status.answers(self._transport.receive(seconds)):
            if self._due:
                self._told[self._due.popleft()] = answer
                self._told_at = time.monotonic()
                self.talks = True
