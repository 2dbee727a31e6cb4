"""One printer's worker: it keeps the one connection, asks how the printer is, and prints what waits.

Each has a thread of its own (a greenlet, where the process is made so): a printer that is dead, slow or hanging costs
no other one anything."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import Protocol

from ticketing.errors import TicketingError
from ticketing.printing.line import Line
from ticketing.printing.transports import Transport
from ticketing.rules.printers import DOWN, Printer, PrintJob

log = logging.getLogger("layso.printing")
POLL_S = 3.0
SILENT_POLL_S = 15.0
# Within five seconds of its return a printer prints: a try to connect, and this between two.
BACKOFF_S = (0.1, 0.3, 0.7, 1.5, 2.0)
OFFLINE_AFTER_S = 5.0


class Tray(Protocol):
    """The papers of one printer, as they are kept. `next` gives up those that are too late; of a paper that can't be
    drawn there are no bytes, and it is given up. What raises TicketingError is tried again."""

    def next(self) -> PrintJob | None: ...
    def draw(self, job: PrintJob) -> bytes | None: ...
    def send(self, job: PrintJob) -> PrintJob | None: ...
    def done(self, job: PrintJob) -> None: ...
    def broken(self, job: PrintJob, error: str) -> None: ...
    def in_time(self, job: PrintJob) -> bool: ...
    def note(self, state: str, error: str) -> None: ...


class Worker:
    """Runs until it is stopped, and ends in its own time: nobody waits for a printer, but those that have the same
    one after it. `before` are the workers of this printer as it was configured until now; `handed` hears when a
    paper's last byte had left, by the monotonic clock."""

    def __init__(
        self, printer: Printer, way: Callable[[], Transport], tray: Tray, before: Sequence[Worker] = (),
        handed: Callable[[PrintJob, float], None] = lambda job, at: None,
    ) -> None:  # fmt: skip
        self.printer = printer
        self._before, self._handed = before, handed
        self._way, self._tray = way, tray
        self._bell = threading.Event()
        self._stopped = False
        self._line: Line | None = None
        self._talks = False
        self._failures = 0
        self._asked_at = 0.0
        self._thread = threading.Thread(target=self._run, name=f"printer {printer.name}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def ring(self) -> None:
        """Something waits to be printed."""
        self._bell.set()

    def stop(self) -> None:
        self._stopped = True
        self._bell.set()
        if (line := self._line) is not None:
            line.interrupt()

    @property
    def runs(self) -> bool:
        return self._thread.is_alive()

    def _run(self) -> None:
        for worker in self._before:
            worker._thread.join()
        while not self._stopped:
            try:
                self._try()
            except Exception:
                # At the end the store is closed before this thread has looked up.
                if not self._stopped:
                    log.exception("a printer's worker failed", extra={"printer": self.printer.name})
                    self._hang_up()
                    self._bell.wait(POLL_S)
        self._hang_up()

    def _try(self) -> None:
        try:
            self._turn()
            self._failures = 0
        except OSError as error:
            self._hang_up()
            self._note("offline", str(error) or type(error).__name__)
            self._rest()
        except TicketingError:
            # The database is busy or full: what was to be noted is found as it stands.
            self._hang_up()
            self._rest()

    def _turn(self) -> None:
        job = self._tray.next()
        line = self._opened()
        if job is not None and self._can_print(line):
            self._print(line, job)
        elif not self._bell.wait(self._pause(line)):
            self._ask(line)
        self._bell.clear()
        if line.spent:
            self._hang_up()

    def _opened(self) -> Line:
        if self._line is None:
            line = Line(self._way(), self._talks)
            self._line = line
            line.open()
            self._asked(line)
        return self._line

    def _pause(self, line: Line) -> float:
        every = POLL_S if line.talks else SILENT_POLL_S
        return max(0.0, min(POLL_S, self._asked_at + every - time.monotonic()))

    def _can_print(self, line: Line) -> bool:
        if not line.fresh:
            self._ask(line)
        if line.state[0] not in DOWN:
            return True
        self._bell.clear()
        # What waits for paper is looked at as often as the printer is.
        self._bell.wait(POLL_S / 3)
        self._ask(line)
        return False

    def _ask(self, line: Line) -> None:
        line.ask()
        self._asked(line)

    def _asked(self, line: Line) -> None:
        self._asked_at = time.monotonic()
        self._talks = line.talks
        self._note(*line.state)

    def _print(self, line: Line, job: PrintJob) -> None:
        data = self._tray.draw(job)
        sending = self._tray.send(job) if data is not None else None
        if data is None or sending is None:
            return
        began = time.monotonic()

        def waits(talks: bool) -> bool:
            if talks and time.monotonic() - began > OFFLINE_AFTER_S:
                self._note("offline", "no answer")
            return not self._stopped and (self._tray.in_time(sending) or time.monotonic() - began < OFFLINE_AFTER_S)

        try:
            line.print(data, waits)
        except OSError as error:
            # What is cut off by the server's own end is found as it stands, at the next start.
            if not self._stopped:
                self._tray.broken(sending, str(error) or type(error).__name__)
            raise
        self._handed(sending, line.handed_at)
        self._tray.done(sending)
        self._asked(line)

    def _note(self, state: str, error: str) -> None:
        try:
            self._tray.note(state, error)
        except TicketingError:
            log.warning("a printer's state could not be kept", extra={"printer": self.printer.name})

    def _hang_up(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            self._talks = line.talks
            line.close()

    def _rest(self) -> None:
        """Between two tries, longer from one to the next; who waits in vain is told in time."""
        pause = BACKOFF_S[min(self._failures, len(BACKOFF_S) - 1)]
        self._failures += 1
        until = time.monotonic() + pause
        while not self._stopped and (left := until - time.monotonic()) > 0:
            self._bell.wait(left)
            self._bell.clear()
        if not self._stopped:
            self._tray.next()
