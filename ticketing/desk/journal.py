"""The journal from its newest line back, a page at a time, with a search."""

from dataclasses import dataclass

import msgspec

from ticketing.answers import journal
from ticketing.answers.journal import JournalLine
from ticketing.answers.names import extended
from ticketing.office import Office
from ticketing.rules.text import fold

PAGE = 100
CHUNK = 500
SCANNED = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered(JournalLine):
    """A line with its ticket's `number`, "" for none."""

    number: str


@dataclass(frozen=True, slots=True)
class Found:
    """`lines` newest first; `older` is the seq to read before for the next
    page, or None at the beginning."""

    lines: list[Numbered]
    older: int | None


def read_back(office: Office, site: str, words: str, before: int | None) -> Found:
    """Up to 100 lines before seq `before` (None: from the newest) that hold all of `words`.

    One page looks at 20,000 numbers of the journal at most, so that a search for a word that nobody wrote
    does not read years in one go; `older` then says where to go on.
    """
    end = before if before is not None else office.see(site, lambda look: look.view.journal.last_seq(site)) + 1
    needles = [fold(word) for word in words.split()]
    lines: list[Numbered] = []
    floor = max(0, end - 1 - SCANNED)
    while end - 1 > floor:
        start = max(floor, end - 1 - CHUNK)
        chunk = [line for line in office.look(site, journal.lines, start, CHUNK) if line.seq < end]
        for line in reversed(_numbered(office, chunk)):
            if _holds(line, needles):
                lines.append(line)
            if len(lines) == PAGE:
                return Found(lines, line.seq if line.seq > 1 else None)
        end = start + 1
    return Found(lines, end if end > 1 else None)


def _numbered(office: Office, chunk: list[JournalLine]) -> list[Numbered]:
    """The journal knows tickets by their internal ids; people know them by their numbers."""
    ids = {line.ticket for line in chunk if line.ticket}
    tickets = office.store.read(lambda view: {ticket_id: view.tickets.get(ticket_id) for ticket_id in ids})
    numbers = {ticket_id: ticket.number for ticket_id, ticket in tickets.items() if ticket}
    return [extended(Numbered, line, number=numbers.get(line.ticket or 0, "")) for line in chunk]


def _holds(line: Numbered, needles: list[str]) -> bool:
    text = fold(msgspec.json.encode(line).decode()) if needles else ""
    return all(needle in text for needle in needles)
