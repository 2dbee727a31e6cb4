"""Reads of the public ledgers: their leaves come from the journal, their size and peaks are kept beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

from ticketing import events as ev
from ticketing.rules import ledger
from ticketing.rules.ledger import Leaf
from ticketing.store import rows
from ticketing.store.kept import Kept
from ticketing.store.reader import Reader
from ticketing.store.trees import State, state_of

BEGUN = """SELECT MIN(seq) FROM journal INDEXED BY journal_by_kind WHERE site = ? AND kind IN (?, ?)
AND at >= ? AND at < ?"""
LINES = """SELECT journal.seq, journal.kind, journal.text, journal.ticket, tickets.number, tickets.day FROM journal
LEFT JOIN tickets ON tickets.id = journal.ticket WHERE journal.site = ? AND journal.seq > ? ORDER BY journal.seq"""


def leaves(run: Callable[..., Any], site: str, after: int) -> Iterator[tuple[str, Leaf]]:
    """Every leaf behind the line `after`, with its day."""
    for seq, kind, text, ticket, number, day in run(LINES, (site, after)):
        if kind == ev.DataRestored.kind:
            line = rows.mapping(text)
            for skipped in line["data"].get("numbers", ()):
                told = ledger.leaf(ledger.SKIPPED, skipped, line["at"], date.fromisoformat(line["at"][:10]))
                yield line["at"][:10], Leaf(seq, None, told)
        elif kind in ledger.WHAT and number is not None:
            line = rows.mapping(text)
            if done := ledger.what(kind, line["data"]):
                yield day, Leaf(seq, ticket, ledger.leaf(done, number, line["at"], date.fromisoformat(day)))


class LedgersReader(Reader):
    """A site's public ledger of a day."""

    def state(self, site: str, day: date) -> State:
        return self._fleeting(("ledger", site, day), lambda: self._state(site, day))

    def _state(self, site: str, day: date) -> State:
        found = self._one("SELECT size, peaks FROM ledgers WHERE site = ? AND day = ?", site, day.isoformat())
        return state_of(found)

    def begun(self, site: str, first: datetime, before: datetime) -> int:
        """The number of the first line that may stand in the ledger of a day, from its midnight to the next; 0 for
        none."""
        kinds = (ev.TicketTaken.kind, ev.DataRestored.kind)
        return self._found(0, BEGUN, site, *kinds, rows.ms(first), rows.ms(before)) or 0

    def leaves(self, site: str, day: date, after: int) -> list[Leaf]:
        text = day.isoformat()
        return [leaf for of_day, leaf in leaves(self._run, site, after) if of_day == text]

    def checkpoint(self, site: str, day: date) -> tuple[str, str]:
        """The checkpoint that was kept when the day had ended, and the verifier's key; empty for none."""
        found = self._one("SELECT checkpoint, verifier FROM ledgers WHERE site = ? AND day = ?", site, day.isoformat())
        return found or ("", "")

    def unsealed(self, site: str, before: date) -> list[date]:
        """The days before `before` whose checkpoint is still to be kept."""
        found = self._run(
            "SELECT day FROM ledgers WHERE site = ? AND day < ? AND checkpoint = '' ORDER BY day",
            (site, before.isoformat()),
        )
        return [date.fromisoformat(row[0]) for row in found]

    def root_of(self, ticket_id: int) -> str:
        """The first digits of the root before this ticket's leaf, as its paper bears them."""
        return self._found("", "SELECT root FROM ticket_codes WHERE ticket_id = ?", ticket_id)


class LedgersWriter(LedgersReader):
    _kept: Kept

    def state(self, site: str, day: date) -> State:
        return self._kept.ledgers.of(site, day.isoformat())

    def add(self, site: str, day: date, leaf: str) -> None:
        self._kept.ledgers.add(site, day.isoformat(), leaf.encode())

    def seal(self, site: str, day: date, checkpoint: str, verifier: str) -> None:
        """Keeps the checkpoint of a day that has ended."""
        self._run(
            "UPDATE ledgers SET checkpoint = ?, verifier = ? WHERE site = ? AND day = ?",
            (checkpoint, verifier, site, day.isoformat()),
        )
