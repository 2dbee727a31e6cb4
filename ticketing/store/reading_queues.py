"""Who waits, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from ticketing.rules.counters import Queue
from ticketing.rules.lines import TURNS, Line
from ticketing.rules.tickets import AT_COUNTER, Ticket, TooLong
from ticketing.store import rows
from ticketing.store.reader import Reader, marks
from ticketing.ticket_events import TicketTaken

if TYPE_CHECKING:
    from ticketing.store.reading import SqlView

# Each by an index of its own: one over all of them would have to be written anew at each step.
OPEN = ("state = 'waiting'", "state IN ('called', 'serving')", "state = 'held'")
STANDING = "position, id, service, field, priority, target, session, state, counter, called_at, issued_at"
NOBODY = (date.min, 0, Line((), {}, (), ()))
# Lines of the journal, behind which a line is followed.
FEW = 100


def open_tickets(columns: str, where: str) -> str:
    """SQL for what isn't over, of the day or days that `where` tells."""
    return " UNION ALL ".join(f"SELECT {columns} FROM tickets WHERE {where} AND {state}" for state in OPEN)


def _at_counters(found: Iterable[Any]) -> dict[int, tuple[Queue, datetime]]:
    there = [row for row in found if row[7] in AT_COUNTER and row[9]]
    return {row[8]: (rows.queue(row[2], row[3]), rows.instant(row[9])) for row in there}


class QueuesReader(Reader):
    """The queues of a day, and the line that they make up together."""

    _view: SqlView

    def __init__(self, view: SqlView) -> None:
        super().__init__(view)
        self._lines: dict[str, tuple[date, int, Line]] = {}

    def waiting(self, site: str, day: date) -> list[Ticket]:
        return self._tickets(
            "site = ? AND day = ? AND state = 'waiting' ORDER BY position, id", site, day.isoformat()
        )

    def first(
        self, site: str, day: date, queues: Sequence[Queue], counter: int, priority: bool
    ) -> Ticket | None:
        """The first of these queues, or of those sent to this counter, that is (or isn't) a priority."""
        first = self.line(site, day).first(queues, counter, priority)
        return self._ticket("id = ?", first.id) if first else None

    def line(self, site: str, day: date) -> Line:
        return self._view.of_tickets(("line", site, day), lambda: self._followed(site, day))

    def _followed(self, site: str, day: date) -> Line:
        """The line that was read before, with what the journal tells of since: what was made of it may hold still."""
        seq, (before, since, line) = self._view.journal.last_seq(site), self._lines.get(site, NOBODY)
        if before != day or not 0 <= seq - since <= FEW:
            line = self._line(site, day)
        elif seq > since:
            self._follow(site, day, line, since)
        self._lines[site] = day, seq, line
        return line

    def _follow(self, site: str, day: date, line: Line, since: int) -> None:
        """Takes in what the journal tells from behind this line of it on."""
        told = self._run("SELECT ticket, kind FROM journal WHERE site = ? AND seq > ?", (site, since)).fetchall()
        ids = {ticket for ticket, _kind in told if ticket is not None}
        old = {ticket for ticket, kind in told if kind != TicketTaken.kind} & ids
        found = self._run(f"SELECT {STANDING}, day FROM tickets WHERE id IN ({marks(ids)})", (*ids,)).fetchall()
        here, turns = (self._here(site, day), self._turns(site, day)) if old else (line.here, line.turns)
        # Nothing is read from here on, so that it is followed as a whole.
        for row in found:
            if row[-1] == day.isoformat():
                one = rows.standing_value(row)
                line.put(one, waits=row[7] == "waiting", held=row[7] == "held", new=row[1] not in old)
        line.here, line.turns = here, turns

    def _line(self, site: str, day: date) -> Line:
        found = self._run(
            f"{open_tickets(STANDING, 'site = ?1 AND day = ?2')} ORDER BY position, id", (site, day.isoformat())
        ).fetchall()
        return Line(
            (rows.standing_value(row) for row in found if row[7] == "waiting"),
            _at_counters(found),
            ((row[1], rows.queue(row[2], row[3])) for row in found if row[7] == "held"),
            self._turns(site, day),
        )

    def _here(self, site: str, day: date) -> dict[int, tuple[Queue, datetime]]:
        where = "site = ? AND day = ? AND state IN ('called', 'serving')"
        return _at_counters(self._run(f"SELECT {STANDING} FROM tickets WHERE {where}", (site, day.isoformat())))

    def waiting_in(self, site: str, day: date, queue: Queue) -> list[Ticket]:
        service, field = queue
        where = "site = ? AND day = ? AND state = 'waiting' AND service = ?"
        if field is None:
            return self._tickets(f"{where} ORDER BY position, id", site, day.isoformat(), service)
        return self._tickets(
            f"{where} AND field = ? ORDER BY position, id", site, day.isoformat(), service, field
        )

    def sent(self, site: str, day: date) -> list[Ticket]:
        """Who waits for one counter, by position."""
        where = "site = ? AND day = ? AND state = 'waiting' AND target IS NOT NULL ORDER BY position, id"
        return self._tickets(where, site, day.isoformat())

    def too_long(self, site: str, day: date, before: datetime) -> list[TooLong]:
        found = self._run(
            """SELECT service, of_field, session, number_of, since, number FROM
            (SELECT service, of_field, session, number, since, COUNT(*) OVER alike AS number_of,
            ROW_NUMBER() OVER (alike ORDER BY since, number) AS place FROM
            (SELECT service, CASE service WHEN 'submit' THEN field END AS of_field, session, number,
            CASE WHEN last_call_at > issued_at THEN last_call_at ELSE issued_at END AS since FROM tickets
            WHERE site = ? AND day = ? AND state = 'waiting') AS of_queue
            WHERE since < ? WINDOW alike AS (PARTITION BY service, of_field, session)) AS placed
            WHERE place = 1 ORDER BY service, of_field, session""",
            (site, day.isoformat(), rows.ms(before)),
        )
        return [TooLong(row[0], row[1], row[2], row[3], rows.instant(row[4]), row[5]) for row in found]

    def lengths(self, site: str, day: date) -> Mapping[tuple[str, str | None, bool], int]:
        """How many wait, by service, field and whether they are priorities."""
        return self._fleeting(("lengths", site, day), lambda: self._lengths(site, day))

    def _lengths(self, site: str, day: date) -> Mapping[tuple[str, str | None, bool], int]:
        found = self._run(
            "SELECT service, field, special, waiting FROM queue_lengths WHERE site = ? AND day = ? AND waiting > 0",
            (site, day.isoformat()),
        )
        return {(service, field or None, bool(special)): waiting for service, field, special, waiting in found}

    def before(self, ticket: Ticket) -> tuple[int, int, int, int]:
        """Of a waiting ticket's queue: priorities and others before it, then all priorities and all others."""
        counts = self.lengths(ticket.site, ticket.day)
        specials, others = counts.get((*ticket.queue, True), 0), counts.get((*ticket.queue, False), 0)
        return (
            specials - (self._from(ticket, True) if specials else 0),
            others - (self._from(ticket, False) if others else 0),
            specials,
            others,
        )

    def _from(self, ticket: Ticket, special: bool) -> int:
        """How many of a ticket's queue, itself too, don't come before it."""
        key = ("from", ticket.id, ticket.position, special)
        return self._view.of_tickets(key, lambda: self._count_from(ticket, special))

    def _count_from(self, ticket: Ticket, special: bool) -> int:
        """Counted from the end, since it is mostly the newest that is asked for."""
        service, field = ticket.queue
        own = "" if field is None else "AND field = ?6"
        counted = self._one(
            f"""SELECT COUNT(*) FROM tickets WHERE site = ?1 AND day = ?2 AND state = 'waiting' AND service = ?3
            {own} AND priority IS {"NOT" if special else ""} NULL AND position >= ?4 AND (position > ?4 OR id >= ?5)""",
            ticket.site, ticket.day.isoformat(), service, ticket.position, ticket.id,
            *(() if field is None else (field,)),
        )  # fmt: skip
        return counted[0]

    def last_turns(self, site: str, day: date, queues: Sequence[Queue], limit: int) -> list[bool]:
        """Whether each of the last calls from these queues was a priority's, newest first."""
        asked = set(queues)
        return [special for queue, special in self._turns(site, day) if queue in asked][:limit]

    def _turns(self, site: str, day: date) -> list[tuple[Queue, bool]]:
        found = self._run(
            f"""SELECT service, field, priority FROM calls WHERE site = ? AND day = ? AND times = 1
            ORDER BY id DESC LIMIT {TURNS:d}""",
            (site, day.isoformat()),
        )
        return [(rows.queue(service, field), bool(special)) for service, field, special in found]
