"""Papers: which printer a slip goes to, its place in the queue, and what becomes of it.

A slip's job is in the transaction of its number. `sending` is on disk before the first byte leaves; a job that is found
so by whoever begins anew may be out, and is printed again under its next count."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ticketing import events as ev
from ticketing.errors import Conflict, PrinterDown, Unknown
from ticketing.lookups import by_code
from ticketing.ports import Transaction
from ticketing.rules.orders import TicketOrder
from ticketing.rules.printers import Printer, PrinterState, PrintJob, printer_of
from ticketing.rules.tickets import Ticket
from ticketing.verbs.once import repeated_by

if TYPE_CHECKING:
    from ticketing.verbs.day import Day


def printer_for(day: Day, order: TicketOrder) -> Printer | None:
    """Where the number's slip comes out; None for nowhere. Raises Unknown("printer"), and PrinterDown for who insists
    on paper while none can come."""
    if order.print == "no":
        return None
    found = _named(day, order.printer) if order.printer else _own(day)
    if order.print == "required":
        if found is None:
            raise PrinterDown("no_printer")
        state = day.tx.printers.state(day.site.code, found.name)
        if state.down:
            raise PrinterDown(printer=found.name, state=state.state)
    return found


def queue_slip(day: Day, ticket: Ticket, printer: Printer, copy: int = 0) -> PrintJob:
    """The slip waits for its printer for as long as its citizen may stand there."""
    return _queued(day, printer, "slip", ticket.id, copy)


def print_again(day: Day, code: str, printer: str = "") -> PrintJob:
    """Another paper of a ticket, which says so with its count: at the printer named, else at the kiosk's own, else
    where the last one came out, else at the site's first.

    Raises Unknown("ticket"), Unknown("printer"), Conflict("no_printer").
    """
    return _again(day, by_code(day.tx, code), printer)


def _asked_then(day: Day, kept: int, *_given: str) -> PrintJob | None:
    return day.tx.printers.job(kept)


@repeated_by(_asked_then, "print-number")
def print_number(day: Day, number: str, printer: str = "") -> PrintJob:
    """`print_again` for today's ticket of that number, as officers know it. Raises as that does."""
    return _again(day, day.ticket(number), printer)


def _again(day: Day, ticket: Ticket, printer: str) -> PrintJob:
    before = day.tx.printers.of_ticket(ticket.id)
    found = _named(day, printer) if printer else _usual(day, before)
    if found is None:
        raise Conflict("no_printer")
    job = queue_slip(day, ticket, found, next_copy(before) or 1)
    day.record(ev.SlipAgain(job.copy, found.name), ticket=ticket.id, session=ticket.session)
    return job


def print_sheet(day: Day, printer: str, what: str) -> PrintJob:
    """A leaflet in short, or the day's report. Raises Unknown("printer")."""
    return _queued(day, _named(day, printer), what, None, 0)


def print_test(day: Day, printer: str) -> PrintJob:
    """A page that shows what the printer can do. Raises Unknown("printer")."""
    return _queued(day, _named(day, printer), "test", None, 0)


def _queued(day: Day, printer: Printer, what: str, ticket: int | None, copy: int) -> PrintJob:
    until = day.now + timedelta(seconds=day.site.print_retry_s)
    job = PrintJob(day.site.code, day.date, printer.name, what, day.now, until, ticket, copy)
    return replace(job, id=day.tx.printers.add(job))


def _named(day: Day, name: str) -> Printer:
    found = day.site.printer(name)
    if found is None or found.by_browser:
        raise Unknown("printer", name)
    return found


def _own(day: Day) -> Printer | None:
    return printer_of(day.site.printers, day.actor.name) if day.actor.role == "kiosk" else None


def _usual(day: Day, before: list[PrintJob]) -> Printer | None:
    last = day.site.printer(before[-1].printer) if before else None
    queued = (one for one in day.site.printers if not one.by_browser)
    return _own(day) or (last if last and not last.by_browser else None) or next(queued, None)


def next_copy(papers: list[PrintJob]) -> int:
    """The count of a ticket's next paper: 0 for its first."""
    return 1 + max((one.copy for one in papers), default=-1)


def send(tx: Transaction, job: PrintJob) -> PrintJob | None:
    """From now on paper may be out. None when somebody else has taken the job, or it has ended."""
    sending = replace(job, state="sending", tries=job.tries + 1, error="")
    return sending if tx.printers.move(job, sending) else None


def print_done(tx: Transaction, job: PrintJob, now: datetime) -> bool:
    """The paper is out: its last byte was followed by an answer, or went to a printer that never answers."""
    return tx.printers.move(job, replace(job, state="printed", ended_at=now, error=""))


def broken_off(tx: Transaction, job: PrintJob, error: str) -> PrintJob | None:
    """Nobody knows how much of the paper is out: the next one bears the ticket's next count."""
    papers = tx.printers.of_ticket(job.ticket) if job.ticket is not None else [job]
    again = replace(job, state="queued", copy=next_copy(papers), error=error)
    return again if tx.printers.move(job, again) else None


def give_up(tx: Transaction, job: PrintJob, now: datetime, error: str) -> bool:
    return tx.printers.move(job, replace(job, state="failed", ended_at=now, error=error))


def stop_old_jobs(tx: Transaction, now: datetime) -> None:
    """Restored data print nothing that was asked for before."""
    for job in tx.printers.all_open():
        give_up(tx, job, now, "restored")


def recover(tx: Transaction, now: datetime) -> None:
    """As a server starts: papers that were under way broke off with the last one, unless an agent prints them, and how
    a printer is nobody knows."""
    sites = tx.sites.all()
    agents = {(site.code, one.name) for site in sites for one in site.printers if one.kind == "agent"}
    for job in tx.printers.all_open():
        if job.state == "sending" and (job.site, job.printer) not in agents:
            broken_off(tx, job, "server_stopped")
    for site in sites:
        for printer in site.printers:
            note_state(tx, site.code, printer.name, "unknown", "", now)


def note_state(tx: Transaction, site: str, name: str, state: str, error: str, now: datetime) -> bool:
    """What a printer says of itself; False when it is nothing new."""
    before = tx.printers.state(site, name)
    if (before.state, before.error) == (state, error) and before.since is not None:
        return False
    since = before.since if before.state == state and before.since else now
    tx.printers.save_state(PrinterState(site, name, state, since, error))
    return True
