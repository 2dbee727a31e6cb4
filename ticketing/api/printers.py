"""Printers and papers: parse, one call, answer."""

from __future__ import annotations

import time
from functools import partial
from typing import Annotated, Literal, Protocol

from flask import Response, current_app
from msgspec import Meta

from ticketing.answers import printers
from ticketing.api.bodies import Request
from ticketing.api.calls import Call, Json, answer, items, nothing
from ticketing.api.limits import end_turn
from ticketing.api.parsing import query_number
from ticketing.errors import Conflict
from ticketing.rules.printers import LONGEST_NAME, PrintJob
from ticketing.verbs import printers as verbs

PRINTERS = "layso.printers"
LONGEST_WAIT_S = 30
PrinterName = Annotated[str, Meta(max_length=LONGEST_NAME)]


class PrintAgain(Request):
    """`printer` by its name; by default the kiosk's own, else where the last paper came out, else the first."""

    printer: PrinterName = ""


class PaperNews(Request):
    """What becomes of a paper: `sending` before its first byte goes to the printer, then `printed`, `broken` (it broke
    off: another one comes, marked) or `failed` (given up)."""

    state: Literal["sending", "printed", "broken", "failed"]
    error: Annotated[str, Meta(max_length=200)] = ""


class PrinterNews(Request):
    """How the agent's printer is."""

    state: Literal["ok", "paper_low", "paper_out", "cover_open", "offline", "unknown"]
    error: Annotated[str, Meta(max_length=200)] = ""


class PrinterRoom(Protocol):
    """The printers that the app looks after."""

    def release(self, site: str, ticket_id: int, since: float = 0.0) -> None: ...
    def next_paper(self, site: str, name: str) -> tuple[PrintJob, bytes] | None: ...
    def wait(self, site: str, name: str, seconds: float) -> bool: ...
    def hear(self, site: str, name: str, job_id: int, state: str, error: str) -> PrintJob: ...
    def note(self, site: str, name: str, state: str, error: str) -> None: ...


def _room() -> PrinterRoom:
    room: PrinterRoom = current_app.extensions[PRINTERS]
    return room


def print_behind(made: Json, site: str, ticket_id: int, since: float = 0.0) -> Json:
    """Nothing of a ticket's paper goes to a printer before this answer is sent. `since` is when its number was on
    disk."""
    made.then = partial(_room().release, site, ticket_id, since)
    return made


def list_printers(call: Call, site: str) -> Response:
    """The office's printers: what each says of itself, how many papers wait there and came out today."""
    return items(call.office.see(site, printers.of_site))


def show_own_printer(call: Call, site: str) -> Response:
    """The printer of the kiosk that asks: whether paper can come out of it now."""
    return answer(call.office.see(site, printers.own, call.who))


def print_ticket(call: Call, code: str) -> Response:
    """The slip once more, on a paper that says so with its count."""
    job = call.office.do(call.here, verbs.print_again, code, call.body.printer)
    return print_behind(answer(printers.of_job(job), 202), job.site, job.ticket or 0)


def print_number(call: Call, site: str, number: str) -> Response:
    """The slip of today's ticket of that number once more, on a paper that says so with its count. Under
    the same key it is the same paper."""
    job, fresh = call.office.do_once(call.here, verbs.print_number, number, call.body.printer)
    return print_behind(answer(printers.of_job(job), 202 if fresh else 200), job.site, job.ticket or 0)


def show_agent(call: Call) -> Response:
    """Whose papers this agent prints: its token says it."""
    return answer(printers.AgentOf(site=call.where.code, kiosk=call.who.kiosk))


def fetch_paper(call: Call, site: str) -> Response:
    """The next paper of the agent's kiosk; 204 when `wait` seconds (up to 30) bring none. What became of the last one
    is to be told first: one that is still `sending` counts as broken off."""
    until = time.monotonic() + min(max(0, query_number("wait", 0)), LONGEST_WAIT_S)
    name, room = _agents_printer(call, site), _room()
    end_turn()
    while (found := room.next_paper(site, name)) is None:
        left = until - time.monotonic()
        if left <= 0 or not room.wait(site, name, left):
            return nothing()
    return answer(call.office.look(site, printers.paper, *found))


def tell_paper(call: Call, site: str, job: str) -> Response:
    """What becomes of a paper; the same told twice is told once. `conflict` when the paper is no longer to be printed,
    or another one has taken its place."""
    number = int(job) if job.isascii() and job.isdecimal() and len(job) < 16 else 0
    told = _room().hear(site, _agents_printer(call, site), number, call.body.state, call.body.error)
    return answer(printers.of_job(told))


def tell_printer(call: Call, site: str) -> Response:
    """How the agent's printer is."""
    _room().note(site, _agents_printer(call, site), call.body.state, call.body.error)
    return answer(call.office.see(site, printers.own, call.who))


def _agents_printer(call: Call, site: str) -> str:
    name = call.office.see(site, printers.own, call.who).printer
    if name is None:
        raise Conflict("no_agent")
    return name
