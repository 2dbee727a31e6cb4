"""Printers as officers and kiosks see them, and papers on their way."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, cast

from ticketing.answers.names import Time, stamp
from ticketing.lookups import Look
from ticketing.ports import View
from ticketing.rules import printers as rules
from ticketing.rules.people import Actor
from ticketing.rules.printers import PrintJob, printer_of

PrinterStateName = Literal["ok", "paper_low", "paper_out", "cover_open", "offline", "unknown"]
TOLD_FOR = timedelta(minutes=15)
PaperState = Literal["queued", "printed", "failed"]
PAPERS: dict[str, PaperState] = {"queued": "queued", "sending": "queued", "printed": "printed", "failed": "failed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Printer:
    """`printed` are today's papers, `queued` those that wait; `kiosks` is null where all print here. `last_error` is
    why it is offline, or what went wrong last; "" for nothing."""

    name: str
    address: str
    width: int
    kiosks: list[str] | None
    state: PrinterStateName
    since: Time | None
    queued: int
    printed: int
    failed: int
    last_error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PrinterList:
    items: list[Printer]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPrinter:
    """The asking kiosk's printer, null where its browser prints. `down`: no paper can come now."""

    printer: str | None
    state: PrinterStateName
    down: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Print:
    """A ticket's last paper: `copy` is 0 for its first and the count of every later one."""

    printer: str
    state: PaperState
    copy: int
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentOf:
    """The kiosk whose papers an agent prints, and its site."""

    site: str
    kiosk: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A paper for an agent: `content` are the printer's bytes, in base64. After `until`, in `seconds` from now whatever
    the agent's own clock says, it is not to be begun any more."""

    job: int
    printer: str
    copy: int
    width: int
    until: Time
    seconds: float
    content: bytes


def paper(look: Look, job: PrintJob, content: bytes) -> Paper:
    printer = look.site.printer(job.printer)
    return Paper(
        job=job.id, printer=job.printer, copy=job.copy, width=printer.width if printer else 80,
        until=stamp(look.site, job.until), seconds=max(0.0, (job.until - look.now).total_seconds()), content=content,
    )  # fmt: skip


def of_site(look: Look) -> list[Printer]:
    """Every printer of the site, in the configuration's order."""
    counts = look.view.printers.counts(look.site.code, look.date)
    found = []
    for one in look.site.printers:
        state = look.view.printers.state(look.site.code, one.name)
        found.append(
            Printer(
                name=one.name, address=one.address, width=one.width,
                kiosks=None if one.kiosks is None else list(one.kiosks),
                state=cast(PrinterStateName, state.state), since=stamp(look.site, state.since),
                queued=sum(counts.get((one.name, open_), 0) for open_ in rules.OPEN),
                printed=counts.get((one.name, "printed"), 0), failed=counts.get((one.name, "failed"), 0),
                last_error=state.error,
            )
        )  # fmt: skip
    return found


def unjournaled(look: Look) -> Hashable:
    """What changes about printers without a line in the journal: how they are, and whose slips were given up."""
    states = tuple(look.view.printers.state(look.site.code, one.name) for one in look.site.printers)
    return (states, tuple(job.id for job in lost(look))) if states else ()


def lost(look: Look) -> list[PrintJob]:
    """Slips given up within the last minutes, of tickets that got no other one and still wait, oldest first."""
    found: dict[int, PrintJob] = {}
    for job in look.view.printers.given_up(look.site.code, look.now - TOLD_FOR):
        if job.ticket is not None and job.day == look.date:
            found[job.ticket] = job
    return [job for ticket, job in found.items() if _without_paper(look.view, ticket)]


def _without_paper(view: View, ticket_id: int) -> bool:
    ticket = view.tickets.get(ticket_id)
    waits = ticket is not None and ticket.state == "waiting"
    return waits and all(job.state == "failed" for job in view.printers.of_ticket(ticket_id))


def own(look: Look, actor: Actor) -> OwnPrinter:
    """What a kiosk, or its agent, prints on."""
    found = printer_of(look.site.printers, actor.kiosk or actor.name)
    if found is None:
        return OwnPrinter(printer=None, state="unknown", down=False)
    state = look.view.printers.state(look.site.code, found.name)
    return OwnPrinter(printer=found.name, state=cast(PrinterStateName, state.state), down=state.down)


def of_ticket(view: View, ticket_id: int) -> Print | None:
    """Its last paper; None where the browser prints, or nobody."""
    papers = view.printers.of_ticket(ticket_id)
    return of_job(papers[-1]) if papers else None


def of_job(job: PrintJob) -> Print:
    return Print(printer=job.printer, state=PAPERS[job.state], copy=job.copy, error=job.error)
