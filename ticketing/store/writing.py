"""Writes, inside the one transaction that holds the write lock."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from ticketing.errors import Conflict
from ticketing.events import Event
from ticketing.officers import Actor, Officer, Pairing, Token
from ticketing.ports import CounterState, DayClock, Emergency, Outage, RatingCount
from ticketing.sessions import Session
from ticketing.sites import LEVELS, Site
from ticketing.store import rows
from ticketing.store.reading import SqliteView
from ticketing.tickets import Ticket


def _marks(columns: str) -> str:
    return ", ".join("?" * (columns.count(",") + 1))


def _assign(columns: str) -> str:
    return ", ".join(f"{name.strip()} = ?" for name in columns.split(","))


TICKET_UPDATE = f"UPDATE tickets SET {_assign(rows.TICKET_COLUMNS)} WHERE id = ? AND state = ? AND calls = ?"
TICKET_INSERT = f"INSERT INTO tickets ({rows.TICKET_COLUMNS}) VALUES ({_marks(rows.TICKET_COLUMNS)})"
COUNTER_PUT = (
    f"INSERT OR REPLACE INTO counters ({rows.COUNTER_COLUMNS}) VALUES ({_marks(rows.COUNTER_COLUMNS)})"
)
SESSION_INSERT = f"INSERT INTO sessions ({rows.SESSION_COLUMNS}) VALUES ({_marks(rows.SESSION_COLUMNS)})"
SESSION_UPDATE = f"UPDATE sessions SET {_assign(rows.SESSION_COLUMNS)} WHERE id = ?"


class SqliteTransaction(SqliteView):
    """`ports.Transaction`. A ticket's row changes only by compare-and-set."""

    def set_meta(self, key: str, value: str) -> None:
        self._run("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (key, value))

    def save_site(self, site: Site) -> int:
        version = self.site_version(site.code) + 1
        self._run(
            """INSERT INTO sites (code, parent, rank, version, config) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (code) DO UPDATE SET parent = excluded.parent, rank = excluded.rank,
            version = excluded.version, config = excluded.config""",
            (site.code, site.parent, LEVELS.index(site.level), version, rows.site_text(site)),
        )
        return version

    def save_day_clock(self, site: str, clock: DayClock) -> None:
        self._run(
            "INSERT OR REPLACE INTO day_clocks (site, day, next_due) VALUES (?, ?, ?)",
            (site, clock.day.isoformat(), rows.ms(clock.next_due)),
        )

    def add_session(self, session: Session) -> Session:
        added = self._run(SESSION_INSERT, rows.session_row(replace(session, id=0)))
        return replace(session, id=added.lastrowid or 0)

    def save_session(self, session: Session) -> None:
        self._run(SESSION_UPDATE, (*rows.session_row(session), session.id))

    def use(self, session_id: int, kind: str, code: str, dossiers: int) -> None:
        self._run(
            """INSERT INTO usage (session_id, kind, code, dossiers) VALUES (?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET dossiers = dossiers + excluded.dossiers""",
            (session_id, kind, code, dossiers),
        )

    def next_serial(self, site: str, day: date, prefix: str) -> int:
        row = self._run(
            """INSERT INTO series (site, day, prefix, last) VALUES (?, ?, ?, 1)
            ON CONFLICT DO UPDATE SET last = last + 1 RETURNING last""",
            (site, day.isoformat(), prefix),
        ).fetchone()
        return row[0]

    def skip_serials(self, days: Iterable[date], by: int) -> None:
        """Every series of every site moves `by` ahead: those there are, and those that `days` may still begin."""
        self._run("UPDATE series SET last = last + ?", (by,))
        for site in self.sites():
            prefixes = {site.prefix("submit", f.code) for f in site.fields} | {
                s.prefix for s in site.services
            }
            for day in days:
                for prefix in prefixes:
                    self._run(
                        "INSERT OR IGNORE INTO series (site, day, prefix, last) VALUES (?, ?, ?, ?)",
                        (site.code, day.isoformat(), prefix, by),
                    )

    def next_position(self, site: str, day: date) -> float:
        return float(self._one("SELECT COALESCE(MAX(id), 0) + 1 FROM tickets")[0])

    def add_ticket(self, ticket: Ticket, code: str) -> Ticket:
        row = rows.ticket_row(ticket)
        added = self._run(TICKET_INSERT, (None, *row[1:]))
        ticket_id = added.lastrowid or 0
        self._run(
            "INSERT INTO ticket_codes (code, ticket_id, site, day) VALUES (?, ?, ?, ?)",
            (code, ticket_id, *row[1:3]),
        )
        self._count(ticket, 1)
        return replace(ticket, id=ticket_id)

    def _count(self, ticket: Ticket, change: int) -> None:
        """Keeps the queues' lengths beside the tickets that wait."""
        if ticket.state == "waiting":
            service, field = ticket.queue
            self._run(
                """INSERT INTO queue_lengths (site, day, service, field, special, waiting) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET waiting = waiting + excluded.waiting""",
                (ticket.site, ticket.day.isoformat(), service, field or "", int(ticket.priority is not None), change),
            )

    def save_ticket(self, before: Ticket, after: Ticket) -> None:
        changed = self._run(TICKET_UPDATE, (*rows.ticket_row(after), before.id, before.state, before.calls))
        if changed.rowcount != 1:
            raise Conflict("wrong_state", number=before.number)
        self._count(before, -1)
        self._count(after, 1)

    def add_call(self, ticket: Ticket, at: datetime) -> None:
        self._run(
            """INSERT INTO calls (site, day, ticket_id, number, counter, called_at, times, service, field, priority)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            (
                ticket.site, ticket.day.isoformat(), ticket.id, ticket.number, ticket.counter, rows.ms(at),
                ticket.calls, ticket.service, ticket.field, int(ticket.priority is not None),
            ),
        )  # fmt: skip

    def save_counter(self, counter: CounterState) -> None:
        self._run(COUNTER_PUT, rows.counter_row(counter))

    def record(
        self, event: Event, *, site: str, at: datetime, actor: Actor,
        ticket: int | None = None, session: str = "", counter: int | None = None,
    ) -> int:  # fmt: skip
        added = self._run(
            """INSERT INTO journal (site, at, actor, kind, ticket, session, counter, data)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
            (site, rows.ms(at), actor.id, event.kind, ticket, session, counter, rows.compact(event.data())),
        )
        return added.lastrowid or 0

    def remember(self, actor: str, site: str, day: date, verb: str, key: str, ticket_id: int) -> None:
        self._run(
            "INSERT INTO remembered (actor, site, day, verb, key, ticket_id) VALUES (?, ?, ?, ?, ?, ?)",
            (actor, site, day.isoformat(), verb, key, ticket_id),
        )

    def forget_day(self, site: str, before: date) -> None:
        """Erases the codes and the remembered keys of days before `before`."""
        self._run("DELETE FROM remembered WHERE site = ? AND day < ?", (site, before.isoformat()))
        self._run("DELETE FROM ticket_codes WHERE site = ? AND day < ?", (site, before.isoformat()))
        self._run("DELETE FROM queue_lengths WHERE site = ? AND day < ?", (site, before.isoformat()))
        self._run("DELETE FROM rated WHERE site = ? AND day < ?", (site, before.isoformat()))

    def add_dossier_codes(self, ticket_id: int, codes: Sequence[str]) -> None:
        for code in codes:
            self._run("INSERT INTO dossier_codes (ticket_id, code) VALUES (?, ?)", (ticket_id, code))

    def take_back_dossier_codes(self, ticket_id: int) -> None:
        self._run("DELETE FROM dossier_codes WHERE ticket_id = ?", (ticket_id,))

    def add_token(self, token: Token) -> Token:
        added = self._run(
            "INSERT INTO tokens (site, role, name, digest, officer, issued_at) VALUES (?, ?, ?, ?, ?, ?)",
            (token.site, token.role, token.name, token.digest, token.officer, rows.ms(token.issued_at)),
        )
        return replace(token, id=added.lastrowid or 0)

    def save_token(self, token: Token) -> None:
        self._run(
            "UPDATE tokens SET name = ?, revoked_at = ?, last_seen = ? WHERE id = ?",
            (token.name, rows.ms(token.revoked_at), rows.ms(token.last_seen), token.id),
        )

    def save_officer(self, officer: Officer) -> None:
        self._run(
            "INSERT OR REPLACE INTO officers (login, site, role, password, disabled) VALUES (?, ?, ?, ?, ?)",
            (officer.login, officer.site, officer.role, officer.password, int(officer.disabled)),
        )

    def save_pairing(self, pairing: Pairing) -> None:
        self._run(
            """INSERT OR REPLACE INTO pairings (code, digest, site, role, screen, asked_at, token_id)
            VALUES (?, ?, ?, ?, ?, ?, ?)""",
            (
                pairing.code, pairing.digest, pairing.site, pairing.role, pairing.screen,
                rows.ms(pairing.asked_at), pairing.token_id,
            ),
        )  # fmt: skip

    def forget_pairings(self, codes: Sequence[str]) -> None:
        for code in codes:
            self._run("DELETE FROM pairings WHERE code = ?", (code,))

    def mark_rated(self, ticket: Ticket) -> bool:
        """Notes that this ticket has rated, nothing more; False when it had before."""
        marked = self._run(
            "INSERT OR IGNORE INTO rated (ticket_id, site, day) VALUES (?, ?, ?)",
            (ticket.id, ticket.site, ticket.day.isoformat()),
        )
        return marked.rowcount == 1

    def count_rating(self, rating: RatingCount) -> None:
        self._run(
            """INSERT INTO ratings (site, day, session, counter, queue, score, number) VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET number = number + excluded.number""",
            (
                rating.site, rating.day.isoformat(), rating.session, rating.counter, rating.queue,
                rating.score, rating.number,
            ),
        )  # fmt: skip

    def save_emergency(self, site: str, emergency: Emergency | None) -> None:
        self._run("DELETE FROM emergencies WHERE site = ?", (site,))
        if emergency is not None:
            self._run(
                "INSERT INTO emergencies (site, text, text_en, since, origin) VALUES (?, ?, ?, ?, ?)",
                (site, emergency.text, emergency.text_en, rows.ms(emergency.since), emergency.origin),
            )

    def save_outage(self, site: str, outage: Outage | None) -> None:
        self._run("DELETE FROM outages WHERE site = ?", (site,))
        if outage is not None:
            self._run(
                "INSERT INTO outages (site, since, reason) VALUES (?, ?, ?)",
                (site, rows.ms(outage.since), outage.reason),
            )

    def keep_policy(self, version: str, text: str) -> None:
        self._run("INSERT OR IGNORE INTO policy_texts (version, text) VALUES (?, ?)", (version, text))

    def forget_dossier_codes(self, site: str, before: date) -> int:
        """Erases the dossier codes of tickets of days before `before`; how many they were."""
        erased = self._run(
            "DELETE FROM dossier_codes WHERE ticket_id IN (SELECT id FROM tickets WHERE site = ? AND day < ?)",
            (site, before.isoformat()),
        )
        return erased.rowcount
