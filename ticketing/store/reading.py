"""Reads, as bound SQL on one connection inside one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from ticketing.officers import Officer, Pairing, Token
from ticketing.ports import Call, CounterState, DayClock, Emergency, JournalLine, Outage, Queue, RatingCount
from ticketing.sessions import Session
from ticketing.sites import Site
from ticketing.store import rows
from ticketing.tickets import Ticket

OPEN = "state IN ('waiting', 'called', 'serving', 'held')"
TOKEN_COLUMNS = "id, site, role, name, digest, officer, issued_at, revoked_at, last_seen"
JOURNAL_COLUMNS = "seq, site, at, actor, kind, ticket, session, counter, data"
PAIRING_COLUMNS = "code, digest, site, role, screen, asked_at, token_id"


class SqliteView:
    """`ports.View` over a connection whose transaction somebody else began and ends."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self._run = connection.execute

    def _one(self, sql: str, *values: Any) -> Any:
        return self._run(sql, values).fetchone()

    def _ticket(self, where: str, *values: Any) -> Ticket | None:
        row = self._one(f"SELECT {rows.TICKET_COLUMNS} FROM tickets WHERE {where}", *values)
        return rows.ticket_value(row) if row else None

    def _tickets(self, where: str, *values: Any) -> list[Ticket]:
        found = self._run(f"SELECT {rows.TICKET_COLUMNS} FROM tickets WHERE {where}", values)
        return [rows.ticket_value(row) for row in found]

    def meta(self, key: str) -> str:
        row = self._one("SELECT value FROM meta WHERE key = ?", key)
        return row[0] if row else ""

    def site(self, code: str) -> Site | None:
        row = self._one("SELECT config FROM sites WHERE code = ?", code)
        return rows.site_value(row[0]) if row else None

    def site_version(self, code: str) -> int:
        row = self._one("SELECT version FROM sites WHERE code = ?", code)
        return row[0] if row else 0

    def sites(self) -> list[Site]:
        found = self._run("SELECT config FROM sites ORDER BY rank, code")
        return [rows.site_value(row[0]) for row in found]

    def day_clock(self, site: str) -> DayClock | None:
        row = self._one("SELECT day, next_due FROM day_clocks WHERE site = ?", site)
        return DayClock(date.fromisoformat(row[0]), rows.instant(row[1])) if row else None

    def session(self, site: str, key: str) -> Session | None:
        row = self._one(f"SELECT {rows.SESSION_COLUMNS} FROM sessions WHERE site = ? AND key = ?", site, key)
        return rows.session_value(row) if row else None

    def sessions(self, site: str, day: date) -> list[Session]:
        found = self._run(
            f"SELECT {rows.SESSION_COLUMNS} FROM sessions WHERE site = ? AND day = ? ORDER BY issuing_from",
            (site, day.isoformat()),
        )
        return [rows.session_value(row) for row in found]

    def unfinished_days(self, site: str, before: date) -> list[date]:
        """Days before `before` that still have a session or a ticket to end, earliest first."""
        found = self._run(
            f"""SELECT day FROM sessions WHERE site = ?1 AND day < ?2 AND stage != 'closed'
            UNION SELECT day FROM tickets WHERE site = ?1 AND day < ?2 AND {OPEN} ORDER BY 1""",
            (site, before.isoformat()),
        )
        return [date.fromisoformat(row[0]) for row in found]

    def usage(self, session_id: int) -> Mapping[tuple[str, str], int]:
        found = self._run("SELECT kind, code, dossiers FROM usage WHERE session_id = ?", (session_id,))
        return {(kind, code): dossiers for kind, code, dossiers in found}

    def ticket(self, ticket_id: int) -> Ticket | None:
        return self._ticket("id = ?", ticket_id)

    def ticket_by_number(self, site: str, day: date, number: str) -> Ticket | None:
        return self._ticket("site = ? AND day = ? AND number = ?", site, day.isoformat(), number)

    def ticket_by_code(self, code: str) -> Ticket | None:
        return self._ticket("id = (SELECT ticket_id FROM ticket_codes WHERE code = ?)", code)

    def code_of(self, ticket_id: int) -> str:
        row = self._one("SELECT code FROM ticket_codes WHERE ticket_id = ?", ticket_id)
        return row[0] if row else ""

    def codes_of(self, site: str, day: date) -> Mapping[int, str]:
        found = self._run(
            "SELECT ticket_id, code FROM ticket_codes WHERE site = ? AND day = ?", (site, day.isoformat())
        )
        return dict(found.fetchall())

    def at_counter(self, site: str, day: date, counter: int) -> Ticket | None:
        return self._ticket(
            "site = ? AND day = ? AND counter = ? AND state IN ('called', 'serving')",
            site,
            day.isoformat(),
            counter,
        )

    def at_counters(self, site: str, day: date) -> Mapping[int, Ticket]:
        found = self._tickets(
            "site = ? AND day = ? AND counter > 0 AND state IN ('called', 'serving')", site, day.isoformat()
        )
        return {t.counter: t for t in found if t.counter is not None}

    def open_tickets(self, site: str, day: date) -> list[Ticket]:
        return self._tickets(f"site = ? AND day = ? AND {OPEN} ORDER BY position, id", site, day.isoformat())

    def waiting(self, site: str, day: date) -> list[Ticket]:
        return self._tickets(
            "site = ? AND day = ? AND state = 'waiting' ORDER BY position, id", site, day.isoformat()
        )

    def absent(self, site: str, day: date) -> list[Ticket]:
        return self._tickets(
            "site = ? AND day = ? AND state = 'no_show' ORDER BY ended_at, id", site, day.isoformat()
        )

    def first_waiting(
        self, site: str, day: date, queues: Sequence[Queue], counter: int, priority: bool
    ) -> Ticket | None:
        """The first of these queues, or of those sent to this counter, that is (or isn't) a priority."""
        has = "IS NOT NULL" if priority else "IS NULL"
        base = f"site = ? AND day = ? AND state = 'waiting' AND priority {has}"
        first = self._ticket(
            f"{base} AND target = ? ORDER BY position, id LIMIT 1", site, day.isoformat(), counter
        )
        for service, field in queues:
            found = self._first_in(base, site, day, service, field)
            if found and (first is None or (found.position, found.id) < (first.position, first.id)):
                first = found
        return first

    def waiting_in(self, site: str, day: date, queue: Queue) -> list[Ticket]:
        service, field = queue
        where = "site = ? AND day = ? AND state = 'waiting' AND service = ?"
        if field is None:
            return self._tickets(f"{where} ORDER BY position, id", site, day.isoformat(), service)
        return self._tickets(
            f"{where} AND field = ? ORDER BY position, id", site, day.isoformat(), service, field
        )

    def _first_in(self, base: str, site: str, day: date, service: str, field: str | None) -> Ticket | None:
        own = "" if field is None else "AND field = ?4"
        return self._ticket(
            f"{base} AND service = ?3 {own} AND target IS NULL ORDER BY position, id LIMIT 1",
            site, day.isoformat(), service, *(() if field is None else (field,)),
        )  # fmt: skip

    def waiting_counts(self, site: str, day: date) -> Mapping[tuple[str, str | None, bool], int]:
        """How many wait, by service, field and whether they are priorities."""
        found = self._run(
            "SELECT service, field, special, waiting FROM queue_lengths WHERE site = ? AND day = ? AND waiting > 0",
            (site, day.isoformat()),
        )
        return {(service, field or None, bool(special)): waiting for service, field, special, waiting in found}

    def before(self, ticket: Ticket) -> tuple[int, int, int, int]:
        """Of a waiting ticket's queue: priorities and others before it, then all priorities and all others."""
        counts = self.waiting_counts(ticket.site, ticket.day)
        specials, others = counts.get((*ticket.queue, True), 0), counts.get((*ticket.queue, False), 0)
        return specials - self._from(ticket, True), others - self._from(ticket, False), specials, others

    def _from(self, ticket: Ticket, special: bool) -> int:
        """How many of a ticket's queue, itself too, don't come before it: counted from the end, since it is
        mostly the newest that is asked for."""
        service, field = ticket.queue
        own = "" if field is None else "AND field = ?6"
        counted = self._one(
            f"""SELECT COUNT(*) FROM tickets WHERE site = ?1 AND day = ?2 AND state = 'waiting' AND service = ?3
            {own} AND priority IS {"NOT" if special else ""} NULL AND position >= ?4 AND (position > ?4 OR id >= ?5)""",
            ticket.site, ticket.day.isoformat(), service, ticket.position, ticket.id,
            *(() if field is None else (field,)),
        )  # fmt: skip
        return counted[0]

    def state_counts(self, site: str, session: str) -> Mapping[str, int]:
        found = self._run(
            "SELECT state, COUNT(*) FROM tickets WHERE site = ? AND session = ? GROUP BY state",
            (site, session),
        )
        return dict(found.fetchall())

    def last_turns(self, site: str, day: date, queues: Sequence[Queue], limit: int) -> list[bool]:
        """Whether each of the last calls from these queues was a priority's, newest first."""
        asked = set(queues)
        turns: list[bool] = []
        found = self._run(
            """SELECT service, field, priority FROM calls WHERE site = ? AND day = ? AND times = 1
            ORDER BY id DESC LIMIT 50""",
            (site, day.isoformat()),
        )
        for service, field, special in found:
            if (service, field if service == "submit" else None) in asked:
                turns.append(bool(special))
            if len(turns) == limit:
                break
        return turns

    def all_tickets(self) -> list[Ticket]:
        return self._tickets("TRUE ORDER BY id")

    def tickets_of(self, site: str, first: date, last: date) -> list[Ticket]:
        return self._tickets(
            "site = ? AND day BETWEEN ? AND ? ORDER BY id", site, first.isoformat(), last.isoformat()
        )

    def visit_times(self, site: str, since: date) -> list[tuple[date, str, str | None, int, float]]:
        """Finished visits by day and queue: how many, and the seconds from call to end in all."""
        found = self._run(
            """SELECT day, service, CASE service WHEN 'submit' THEN field END AS of_field, COUNT(*),
            SUM(MAX(0, ended_at - called_at)) / 1000.0 FROM tickets
            WHERE site = ? AND day >= ? AND state = 'done' AND called_at IS NOT NULL
            GROUP BY day, service, of_field""",
            (site, since.isoformat()),
        )
        return [
            (date.fromisoformat(day), service, field, n, total) for day, service, field, n, total in found
        ]

    def counter(self, site: str, number: int) -> CounterState:
        row = self._one(
            f"SELECT {rows.COUNTER_COLUMNS} FROM counters WHERE site = ? AND number = ?", site, number
        )
        return rows.counter_value(row) if row else CounterState(site, number)

    def counters(self, site: str) -> Mapping[int, CounterState]:
        found = self._run(f"SELECT {rows.COUNTER_COLUMNS} FROM counters WHERE site = ?", (site,))
        return {row[1]: rows.counter_value(row) for row in found}

    def calls(self, site: str, day: date, limit: int) -> list[Call]:
        """The latest call of each ticket, newest first."""
        found = self._run(
            """SELECT MAX(id), ticket_id, number, counter, called_at, times FROM
            (SELECT * FROM calls WHERE site = ? AND day = ? ORDER BY id DESC LIMIT ?)
            GROUP BY ticket_id ORDER BY 1 DESC LIMIT ?""",
            (site, day.isoformat(), limit * 3, limit),
        )
        return [rows.call_value(row) for row in found]

    def journal(self, site: str | None, after: int, limit: int) -> list[JournalLine]:
        if site is None:
            found = self._run(
                f"SELECT {JOURNAL_COLUMNS} FROM journal WHERE seq > ? ORDER BY seq LIMIT ?", (after, limit)
            )
        else:
            found = self._run(
                f"SELECT {JOURNAL_COLUMNS} FROM journal WHERE site = ? AND seq > ? ORDER BY seq LIMIT ?",
                (site, after, limit),
            )
        return [rows.journal_value(row) for row in found]

    def last_seq(self, site: str | None) -> int:
        if site is None:
            return self._one("SELECT COALESCE(MAX(seq), 0) FROM journal")[0]
        return self._one("SELECT COALESCE(MAX(seq), 0) FROM journal WHERE site = ?", site)[0]

    def changed_since(self, seq: int) -> set[str]:
        return {row[0] for row in self._run("SELECT DISTINCT site FROM journal WHERE seq > ?", (seq,))}

    def token_by_digest(self, digest: str) -> Token | None:
        row = self._one(f"SELECT {TOKEN_COLUMNS} FROM tokens WHERE digest = ?", digest)
        return rows.token_value(row) if row else None

    def token(self, token_id: int) -> Token | None:
        row = self._one(f"SELECT {TOKEN_COLUMNS} FROM tokens WHERE id = ?", token_id)
        return rows.token_value(row) if row else None

    def tokens(self, site: str | None) -> list[Token]:
        where = "" if site is None else "WHERE site = ?"
        found = self._run(
            f"SELECT {TOKEN_COLUMNS} FROM tokens {where} ORDER BY id", () if site is None else (site,)
        )
        return [rows.token_value(row) for row in found]

    def officer(self, login: str) -> Officer | None:
        row = self._one("SELECT login, site, role, password, disabled FROM officers WHERE login = ?", login)
        return rows.officer_value(row) if row else None

    def officers(self, site: str | None) -> list[Officer]:
        where = "" if site is None else "WHERE site = ?"
        found = self._run(
            f"SELECT login, site, role, password, disabled FROM officers {where} ORDER BY login",
            () if site is None else (site,),
        )
        return [rows.officer_value(row) for row in found]

    def pairing(self, code: str) -> Pairing | None:
        row = self._one(f"SELECT {PAIRING_COLUMNS} FROM pairings WHERE code = ?", code)
        return rows.pairing_value(row) if row else None

    def pairings(self) -> list[Pairing]:
        found = self._run(f"SELECT {PAIRING_COLUMNS} FROM pairings WHERE token_id = 0 ORDER BY asked_at")
        return [rows.pairing_value(row) for row in found]

    def remembered(self, actor: str, site: str, day: date, verb: str, key: str) -> int | None:
        """The ticket that this key led to (0: to none), or None for a key not seen today."""
        row = self._one(
            "SELECT ticket_id FROM remembered WHERE actor = ? AND site = ? AND day = ? AND verb = ? AND key = ?",
            actor, site, day.isoformat(), verb, key,
        )  # fmt: skip
        return row[0] if row else None

    def last_done(self, site: str, day: date, counter: int) -> Ticket | None:
        """The visit that ended last at this counter; an absent ticket was no visit."""
        return self._ticket(
            """site = ? AND day = ? AND counter = ? AND state = 'done'
            ORDER BY ended_at DESC, id DESC LIMIT 1""",
            site, day.isoformat(), counter,
        )  # fmt: skip

    def is_rated(self, ticket_id: int) -> bool:
        return self._one("SELECT 1 FROM rated WHERE ticket_id = ?", ticket_id) is not None

    def ratings(self, site: str, first: date, last: date) -> list[RatingCount]:
        found = self._run(
            """SELECT site, day, session, counter, queue, score, number FROM ratings
            WHERE site = ? AND day BETWEEN ? AND ? ORDER BY day, session, counter, queue, score DESC""",
            (site, first.isoformat(), last.isoformat()),
        )
        return [RatingCount(row[0], date.fromisoformat(row[1]), *row[2:]) for row in found]

    def emergency(self, site: str) -> Emergency | None:
        row = self._one("SELECT text, text_en, since, origin FROM emergencies WHERE site = ?", site)
        return Emergency(row[0], row[1], rows.instant(row[2]), row[3]) if row else None

    def outage(self, sites: Sequence[str]) -> Outage | None:
        """The first of these sites that has marked the portal as interrupted."""
        for site in sites:
            row = self._one("SELECT since, reason FROM outages WHERE site = ?", site)
            if row:
                return Outage(rows.instant(row[0]), row[1], site)
        return None

    def policy_text(self, version: str) -> str:
        row = self._one("SELECT text FROM policy_texts WHERE version = ?", version)
        return row[0] if row else ""

    def journal_of(
        self, site: str, kinds: Sequence[str], first: datetime | None = None, before: datetime | None = None
    ) -> list[JournalLine]:
        """A site's lines of these kinds, written from `first` on and before `before`, oldest first."""
        found = self._run(
            f"""SELECT {JOURNAL_COLUMNS} FROM journal WHERE site = ? AND kind IN ({", ".join("?" * len(kinds))})
            AND at >= ? AND at < ? ORDER BY seq""",
            (site, *kinds, rows.ms(first) if first else -(1 << 62), rows.ms(before) if before else 1 << 62),
        )
        return [rows.journal_value(row) for row in found]

    def dossier_codes(self, ticket_ids: Sequence[int]) -> Mapping[int, tuple[str, ...]]:
        """The codes still kept with these tickets, in the order entered."""
        kept: dict[int, tuple[str, ...]] = {}
        for ticket_id in ticket_ids:
            found = self._run("SELECT code FROM dossier_codes WHERE ticket_id = ? ORDER BY id", (ticket_id,))
            if codes := tuple(row[0] for row in found):
                kept[ticket_id] = codes
        return kept
