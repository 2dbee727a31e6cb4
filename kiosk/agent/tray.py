"""The agent's one paper at a time: fetched from the server, printed by the worker, told of until it is heard.

A paper is begun in three steps: the server knows that it is sent, the memory has it, then the first byte leaves. Killed
after that, the next start tells the server that it broke off, and the server gives it again, marked with its count; a
paper that is out is told of until the server has heard it. So nothing comes twice without its word."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import replace
from datetime import UTC, date, datetime

from kiosk.agent.memory import Memory
from kiosk.agent.server import Paper, Refused, Server, Unreachable
from ticketing.rules.printers import PrintJob

log = logging.getLogger("layso.agent")
BACKOFF_S = (0.5, 1.0, 2.0, 5.0)
# Half of what the server takes for a silence.
SPEAK_EVERY_S = 20.0
GONE = (404, 409)
WRONG_TOKEN = (401, 403)


class AgentTray:
    """`ticketing.printing.worker.Tray` over HTTP. `run` fetches and tells in a thread of its own."""

    def __init__(self, server: Server, memory: Memory) -> None:
        self._server, self._memory = server, memory
        self._changed = threading.Condition()
        self._paper: Paper | None = None
        self._until = 0.0
        self._state = ("unknown", "")
        self._said: tuple[str, str] | None = None
        self._said_at = 0.0
        self.stopped = False
        self.refused: Refused | None = None
        self.ring = lambda: None

    # -- the worker's side --------------------------------------------------------------------------------

    def next(self) -> PrintJob | None:
        with self._changed:
            if self._paper is not None and not self._memory.told and time.monotonic() >= self._until:
                self._drop()
            return _job(self._paper) if self._paper is not None and not self._memory.told else None

    def draw(self, job: PrintJob) -> bytes | None:
        with self._changed:
            return self._paper.data if self._paper is not None and self._paper.id == job.id else None

    def send(self, job: PrintJob) -> PrintJob | None:
        """The server hears of it before the first byte. Raises Unreachable while it can't."""
        try:
            self._server.tell(job.id, "sending")
        except Refused as refusal:
            log.warning("a paper is no longer wanted: %s", refusal)
            with self._changed:
                self._drop()
            return None
        self._memory.keep(job.id, job.copy, "sending")
        return replace(job, state="sending")

    def done(self, job: PrintJob) -> None:
        self._ended(job, "printed")

    def broken(self, job: PrintJob, error: str) -> None:
        self._ended(job, "broken", error)

    def in_time(self, job: PrintJob) -> bool:
        return time.monotonic() < self._until

    def note(self, state: str, error: str) -> None:
        with self._changed:
            if self._state != (state, error):
                log.info("the printer: %s %s", state, error)
                self._state = state, error
                self._changed.notify_all()

    def _ended(self, job: PrintJob, told: str, error: str = "") -> None:
        with self._changed:
            self._memory.keep(job.id, job.copy, told, error)
            self._changed.notify_all()

    def _drop(self) -> None:
        self._paper = None
        self._changed.notify_all()

    # -- the server's side --------------------------------------------------------------------------------

    def run(self) -> None:
        """Until it is stopped, or the server refuses the token. What an earlier run left is told first."""
        if self._memory.told == "sending":
            self._memory.keep(self._memory.job, self._memory.copy, "broken", "agent_stopped")
        threading.Thread(target=self._speak, name="state", daemon=True).start()
        failures = 0
        while not self.stopped:
            try:
                self._turn()
                failures = 0
            except (Unreachable, Refused) as error:
                if isinstance(error, Refused) and error.status in WRONG_TOKEN:
                    self.refused = error
                    return
                # Whoever configures the printer later than the agent finds it at work.
                if not failures:
                    log.warning("no papers come from the server: %s", error)
                with self._changed:
                    self._changed.wait_for(lambda: self.stopped, BACKOFF_S[min(failures, len(BACKOFF_S) - 1)])
                failures += 1

    def _turn(self) -> None:
        if self._memory.told in ("printed", "broken"):
            self._tell()
        elif self._paper is None:
            paper = self._server.next()
            if paper is not None:
                with self._changed:
                    self._paper, self._until = paper, time.monotonic() + paper.seconds
                self.ring()
        else:
            self._rest(SPEAK_EVERY_S)

    def _tell(self) -> None:
        told = self._memory
        try:
            self._server.tell(told.job, told.told, told.error)
        except Refused as refusal:
            if refusal.status not in GONE:
                raise
            log.warning("the server knows the paper no more: %s", refusal)
        with self._changed:
            self._memory.forget()
            self._drop()

    def _rest(self, seconds: float) -> None:
        """Until something is to be told or fetched, or so long."""
        with self._changed:
            self._changed.wait_for(
                lambda: self.stopped or self._memory.told in ("printed", "broken") or self._paper is None, seconds
            )

    def _speak(self) -> None:
        """How the printer is, at once when it is otherwise and again and again, so that silence means something."""
        while not self.stopped:
            with self._changed:
                due = self._said_at + SPEAK_EVERY_S - time.monotonic()
                self._changed.wait_for(lambda: self.stopped or self._said != self._state, max(0.0, due))
                state = self._state
            try:
                self._server.note(*state)
            except (Unreachable, Refused):
                self._said_at = time.monotonic() - SPEAK_EVERY_S + BACKOFF_S[-1]
                self._said = state
            else:
                self._said, self._said_at = state, time.monotonic()

    def stop(self) -> None:
        with self._changed:
            self.stopped = True
            self._changed.notify_all()


def _job(paper: Paper) -> PrintJob:
    """As much of a job as a worker needs; what it is of stays with the server."""
    never = datetime.max.replace(tzinfo=UTC)
    return PrintJob("", date.min, "", "slip", never, never, None, paper.copy, id=paper.id)
