"""The papers of one printer in the store, and the drawing of them."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import TypeVar

from ticketing.errors import Unknown
from ticketing.office import Office
from ticketing.ports import Transaction
from ticketing.rules.printers import Printer, PrintJob
from ticketing.verbs import printers as verbs

log = logging.getLogger("layso.printing")
T = TypeVar("T")
# Whoever asked for a paper has his answer long before; what another process asked for waits no longer.
TAKEN_UP_AFTER = timedelta(seconds=2)
# An agent tells what became of a paper until it is heard: this long after nobody stands there any more.
AGENT_LATE = timedelta(seconds=30)
AGENT_LOST = "agent_lost"
Draw = Callable[[str, Printer, PrintJob], bytes]
"""The bytes of a paper, by its site's code: may raise Unknown, or ValueError for what can't be drawn."""


@dataclass(slots=True)
class Tray:
    """`worker.Tray` for a printer of a site. `released` are the jobs whose asker has his answer, with when their number
    was on disk, 0 where nobody looked; what isn't there is taken up by whoever adds it. `sent` hears how long it took
    from there to a paper's last byte."""

    office: Office
    site: str
    printer: Printer
    draws: Draw
    changed: Callable[[], None]
    sent: Callable[[float], None] = lambda seconds: None
    released: dict[int, float] = field(default_factory=dict)
    bell: threading.Event = field(default_factory=threading.Event)
    _drawn: tuple[int, int, bytes] | None = None
    _out: PrintJob | None = None
    _noted: tuple[str, str] | None = None

    def next(self) -> PrintJob | None:
        """Nothing is being printed when it is asked for."""
        self._settle()
        now = self.office.clock.look().at
        before = set(self.released)
        jobs = self._open()
        # What another process has printed is of no use here.
        for over in before.difference(job.id for job in jobs):
            self.released.pop(over, None)
        for job in jobs:
            if job.state == "sending":
                # An agent's may be: it has the time to tell.
                if now >= job.until + AGENT_LATE:
                    self.give_up(job, AGENT_LOST)
            elif not self.in_time(job):
                self.give_up(job, job.error or (self._noted[0] if self._noted else "late"))
            elif job.id in self.released or not timedelta(0) <= now - job.queued_at < TAKEN_UP_AFTER:
                return job
        return None

    def _open(self) -> list[PrintJob]:
        """What the worker itself has begun and could not tell of, the disk being full, has broken off."""
        printer, by_agent = self.printer, self.printer.kind == "agent"
        jobs = self.office.store.read(lambda view: view.printers.open_jobs(self.site, printer.name))
        begun = [] if by_agent else [job for job in jobs if job.state == "sending"]
        for job in begun:
            self.broken(job, "interrupted")
            self.released[job.id] = 0.0
        return self._open() if begun else jobs

    def in_time(self, job: PrintJob) -> bool:
        return self.office.clock.look().at < job.until

    def draw(self, job: PrintJob) -> bytes | None:
        if self._drawn is None or self._drawn[:2] != (job.id, job.copy):
            try:
                self._drawn = job.id, job.copy, self.draws(self.site, self.printer, job)
            except (Unknown, ValueError) as error:
                log.error("a paper can't be drawn", extra={"printer": self.printer.name, "reason": str(error)})
                self.give_up(job, "not_drawn")
                return None
        return self._drawn[2]

    def send(self, job: PrintJob) -> PrintJob | None:
        return self._write(partial(verbs.send, job=job))

    def done(self, job: PrintJob) -> None:
        self._out = job
        self._settle()

    def _settle(self) -> None:
        """A paper that is out is told of until the store takes it."""
        if (job := self._out) is not None:
            at = self.office.clock.look().at
            self._write(partial(verbs.print_done, job=job, now=at))
            self._out = None
            self.released.pop(job.id, None)

    def handed(self, job: PrintJob, at: float) -> None:
        if (since := self.released.get(job.id)) and job.tries == 1:
            self.sent(at - since)

    def broken(self, job: PrintJob, error: str) -> None:
        self._write(partial(verbs.broken_off, job=job, error=error))

    def give_up(self, job: PrintJob, error: str) -> None:
        at = self.office.clock.look().at
        if self._write(partial(verbs.give_up, job=job, now=at, error=error)):
            log.warning("a paper is given up", extra={"site": self.site, "printer": self.printer.name, "reason": error})
            self.released.pop(job.id, None)
            self.changed()

    def note(self, state: str, error: str) -> None:
        if self._noted == (state, error):
            return
        at = self.office.clock.look().at
        told = partial(verbs.note_state, site=self.site, name=self.printer.name, state=state, error=error, now=at)
        if self._write(told):
            log.info("a printer's state", extra={"site": self.site, "printer": self.printer.name, "state": state})
            self.changed()
        self._noted = state, error

    def _write(self, work: Callable[[Transaction], T]) -> T:
        return self.office.store.write((), work)
