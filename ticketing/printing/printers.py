"""Every printer that this process looks after: workers follow the configuration, papers are handed to them."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from ticketing.errors import Conflict, TicketingError
from ticketing.office import Office
from ticketing.printing.transports import Offload, transport
from ticketing.printing.trays import AGENT_LOST, TAKEN_UP_AFTER, Draw, Tray
from ticketing.printing.worker import Worker
from ticketing.rules.printers import Printer, PrintJob, address, printer_of
from ticketing.verbs import printers as verbs

log = logging.getLogger("layso.printing")
LOOK_S = 1.0
# An agent asks at least twice as often.
AGENT_SILENT_S = 60.0
AGENT_SEEN = timedelta(minutes=3)
AGENT_SILENT = "agent_silent"
Key = tuple[str, str]


@dataclass(slots=True)
class _Looked:
    printer: Printer
    tray: Tray
    worker: Worker | None
    heard_at: float = field(default_factory=time.monotonic)


class Printers:
    """`draws` makes a paper's bytes; `offload` leads blocking work into a native thread; `changed` is told of a site
    whose printers are in another state, `sent` of the seconds from a number's commit to its paper's last byte."""

    def __init__(
        self, office: Office, draws: Draw, offload: Offload = lambda work: work(),
        changed: Callable[[str], None] = lambda site: None, sent: Callable[[float], None] = lambda seconds: None,
    ) -> None:  # fmt: skip
        self._office, self._draws, self._offload, self._changed, self._sent = office, draws, offload, changed, sent
        self._looked: dict[Key, _Looked] = {}
        self._ending: list[Worker] = []
        self._agents: dict[Key, _Looked] = {}
        self._door = threading.Lock()
        self._stop = threading.Event()
        office.bus.subscribe_to_papers(self._released)

    def start(self) -> None:
        """Papers that may have been under way when the last process ended are printed again, marked. Begins again after
        a stop."""
        self._office.store.write((), partial(verbs.recover, now=self._office.clock.look().at))
        self._stop = threading.Event()
        self.look(everything=True)
        threading.Thread(target=self._run, args=(self._stop,), name="printers", daemon=True).start()

    def stop(self) -> None:
        self._stop.set()
        with self._door:
            looked, self._looked = self._looked, {}
        for one in looked.values():
            one.tray.bell.set()
            if one.worker is not None:
                one.worker.stop()

    def release(self, site: str, ticket_id: int, since: float = 0.0) -> None:
        """Whoever took this number, or asked for a paper of it, has his answer; it was on disk at `since`, by the
        monotonic clock. What another process prints, it is told of."""
        jobs = self._office.store.read(lambda view: view.printers.of_ticket(ticket_id))
        for job in jobs:
            if job.open and job.site == site and not self._released(site, job.printer, job.id, since):
                self._office.bus.release(site, job.printer, job.id)

    def next_paper(self, site: str, name: str) -> tuple[PrintJob, bytes] | None:
        """What an agent is to print next. It asks for it when it has told what became of the last one: a paper that is
        still under way then broke off with the agent. Raises Conflict("no_agent") of what isn't an agent's printer."""
        one = self._agents_own(site, name)
        for job in self._office.store.read(lambda view: view.printers.open_jobs(site, name)):
            if job.state == "sending":
                one.tray.broken(job, "agent_restarted")
        while (found := one.tray.next()) is not None:
            if (data := one.tray.draw(found)) is not None:
                return found, data
        return None

    def wait(self, site: str, name: str, seconds: float) -> bool:
        """Until something is to be printed by an agent, or so long; False when there is nothing to wait for."""
        one = self._agents_own(site, name)
        one.tray.bell.wait(min(seconds, LOOK_S))
        one.tray.bell.clear()
        return not self._stop.is_set()

    def hear(self, site: str, name: str, job_id: int, state: str, error: str) -> PrintJob:
        """What an agent tells of a paper: sending (before its first byte), printed, broken, failed. Raises
        Conflict("paper_gone") where that can no longer be."""
        one = self._agents_own(site, name)
        job = self._office.store.read(lambda view: view.printers.job(job_id))
        if job is None or (job.site, job.printer) != (site, name):
            raise Conflict("paper_gone")
        if job.state != state and not self._told(one, job, state, error):
            raise Conflict("paper_gone")
        return self._office.store.read(lambda view: view.printers.job(job_id)) or job

    def _told(self, one: _Looked, job: PrintJob, state: str, error: str) -> bool:
        if state == "sending":
            return job.state == "queued" and one.tray.in_time(job) and one.tray.send(job) is not None
        late = job.state == "failed" and job.error == AGENT_LOST and state == "printed"
        if job.state != "sending" and not late:
            return False
        if state == "printed":
            one.tray.done(job)
        elif state == "broken":
            one.tray.broken(job, error)
        else:
            one.tray.give_up(job, error)
        return True

    def note(self, site: str, name: str, state: str, error: str) -> None:
        """How an agent's printer is, as the agent tells."""
        self._agents_own(site, name).tray.note(state, error)

    def _agents_own(self, site: str, name: str) -> _Looked:
        """An agent may ask any of the servers; whether it is silent, the one knows that looks after the printers."""
        one = self._looked.get((site, name))
        if one is None:
            printer = self._office.site(site).printer(name)
            if printer is None or printer.kind != "agent":
                raise Conflict("no_agent")
            one = self._agents.setdefault((site, name), _Looked(printer, self._tray(site, printer), None))
        if one.worker is not None:
            raise Conflict("no_agent")
        before = self._office.store.read(lambda view: view.printers.state(site, name))
        if before.error == AGENT_SILENT:
            one.tray.note("unknown", "")
        one.heard_at = time.monotonic()
        return one

    def look(self, everything: bool = False) -> None:
        """Follows the configuration, and takes up what waits: all of it, or what no answer is due for any more."""
        now = self._office.clock.look().at
        jobs = self._office.store.read(lambda view: view.printers.all_open())
        self._follow()
        # A rehearsal may go on earlier than it was left.
        old = [job for job in jobs if everything or not timedelta(0) <= now - job.queued_at < TAKEN_UP_AFTER]
        for job in old:
            if not self._released(job.site, job.printer, job.id):
                self._drop(job)
        for one in list(self._looked.values()):
            if one.worker is None:
                self._look_at_agent(one)

    def _run(self, stop: threading.Event) -> None:
        while not stop.wait(LOOK_S):
            try:
                self.look()
            except TicketingError:
                log.warning("papers could not be looked for")
            except Exception:
                log.exception("the printers could not be looked after")

    def _look_at_agent(self, one: _Looked) -> None:
        one.tray.next()
        if time.monotonic() - one.heard_at > AGENT_SILENT_S and not self._seen_elsewhere(one):
            one.tray.note("offline", AGENT_SILENT)

    def _seen_elsewhere(self, one: _Looked) -> bool:
        """Whether another server has heard of an agent of this printer: when its token was seen is written each
        minute."""
        tokens = self._office.store.read(lambda view: view.people.tokens(one.tray.site))
        since = self._office.clock.look().at - AGENT_SEEN
        return any(
            token.kiosk and token.last_seen and token.last_seen > since
            and printer_of(self._office.site(one.tray.site).printers, token.kiosk) == one.printer for token in tokens
        )  # fmt: skip

    def _released(self, site: str, printer: str, job_id: int, since: float = 0.0) -> bool:
        """Hands a paper out; False where this process has nothing to print it on. An agent may ask elsewhere."""
        key = (site, printer)
        for one in filter(None, (self._looked.get(key), self._agents.get(key))):
            if job_id not in one.tray.released:
                one.tray.released[job_id] = since
                one.tray.bell.set()
                if one.worker is not None:
                    one.worker.ring()
        return key in self._looked

    def _drop(self, job: PrintJob) -> None:
        at = self._office.clock.look().at
        self._office.store.write((), partial(verbs.give_up, job=job, now=at, error="printer_gone"))

    def _follow(self) -> None:
        wanted = {
            (site.code, one.name): one for site in self._office.site_values() for one in site.printers
            if not one.by_browser
        }  # fmt: skip
        with self._door:
            self._ending = [worker for worker in self._ending if worker.runs]
            for key, one in list(self._looked.items()):
                if wanted.get(key) != one.printer:
                    if one.worker is not None:
                        one.worker.stop()
                        self._ending.append(one.worker)
                    del self._looked[key]
            for key, printer in wanted.items():
                if key not in self._looked and not self._stop.is_set():
                    self._looked[key] = self._begin(key[0], printer)

    def _begin(self, site: str, printer: Printer) -> _Looked:
        tray = self._tray(site, printer)
        where = address(printer.address)
        if where is None or where.kind == "agent":
            return _Looked(printer, tray, None)
        before = [worker for worker in self._ending if worker.printer.address == printer.address]
        worker = Worker(printer, lambda: transport(where, self._offload), tray, before, tray.handed)
        worker.start()
        return _Looked(printer, tray, worker)

    def _tray(self, site: str, printer: Printer) -> Tray:
        return Tray(self._office, site, printer, self._draws, lambda: self._changed(site), self._sent)
