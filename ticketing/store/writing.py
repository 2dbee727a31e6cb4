"""Writes, inside the one transaction that holds the write lock. What each ticket asks for is kept in memory, see
`kept`; whoever changes a row here puts or drops what is kept of it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from typing import TypeVar
from zoneinfo import ZoneInfo

from msgspec import structs

from ticketing.errors import Conflict
from ticketing.events import Event, JournalLine
from ticketing.rules import chain
from ticketing.rules.counters import CounterState
from ticketing.rules.emergency import Emergency
from ticketing.rules.people import Actor
from ticketing.rules.plans import Outage
from ticketing.rules.sessions import DayClock, Session
from ticketing.rules.site_changes import Waiting
from ticketing.rules.sites import LEVELS, Site
from ticketing.rules.tickets import AT_COUNTER, Issued, Ticket, as_read
from ticketing.store import reading, rows
from ticketing.store.dialect import Connection
from ticketing.store.kept import Kept
from ticketing.store.ledgers import LedgersWriter
from ticketing.store.printers import PrintersWriter
from ticketing.store.reading_journal import JOURNAL_COLUMNS, JournalReader
from ticketing.store.writing_people import KeysWriter, PeopleWriter, PoliciesWriter, PostWriter, RatingsWriter
from ticketing.store.writing_queues import QueuesWriter

T = TypeVar("T")


def _marks(columns: str) -> str:
    return ", ".join("?" * (columns.count(",") + 1))


def _assign(columns: str) -> str:
    return ", ".join(f"{name.strip()} = ?" for name in columns.split(","))


@lru_cache(maxsize=256)
def _update(columns: tuple[str, ...]) -> str:
    return f"UPDATE tickets SET {_assign(', '.join(columns))} WHERE id = ? AND state = ? AND calls = ?"


TICKET_INSERT = f"INSERT INTO tickets ({rows.TICKET_COLUMNS}) VALUES ({_marks(rows.TICKET_COLUMNS)})"
CODE_INSERT = "INSERT INTO ticket_codes (code, ticket_id, site, day, root) VALUES (?, ?, ?, ?, ?)"
COUNTER_PUT = (
    f"INSERT INTO counters ({rows.COUNTER_COLUMNS}) VALUES ({_marks(rows.COUNTER_COLUMNS)}) ON CONFLICT (site, number) "
    "DO UPDATE SET "
    + ", ".join(f"{name.strip()} = excluded.{name.strip()}" for name in rows.COUNTER_COLUMNS.split(",")[2:])
)
NEW_SESSION_COLUMNS = rows.SESSION_COLUMNS.removesuffix(", id")
SESSION_INSERT = f"INSERT INTO sessions ({NEW_SESSION_COLUMNS}) VALUES ({_marks(NEW_SESSION_COLUMNS)})"
CALL_COLUMNS = "site, day, ticket_id, number, counter, called_at, times, service, field, priority"
CALL_INSERT = f"INSERT INTO calls ({CALL_COLUMNS}) VALUES ({_marks(CALL_COLUMNS)})"
CHAIN_COLUMNS = f"{JOURNAL_COLUMNS}, text, hash"
JOURNAL_INSERT = f"INSERT INTO journal ({CHAIN_COLUMNS}) VALUES ({_marks(CHAIN_COLUMNS)})"
SESSION_UPDATE = f"UPDATE sessions SET {_assign(NEW_SESSION_COLUMNS)} WHERE id = ?"


LAST_TICKET = "the last ticket's id"
# Of a site that isn't there.
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


class NotHeld(Exception):
    """A line was to be journaled for a site that the transaction isn't alone for."""

    def __init__(self, site: str) -> None:
        super().__init__(site)
        self.site = site


class SitesWriter(reading.SitesReader):
    _kept: Kept

    def save(self, site: Site) -> int:
        version, text = self.version(site.code) + 1, rows.site_text(site)
        self._run(
            """INSERT INTO sites (code, parent, rank, version, config) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (code) DO UPDATE SET parent = excluded.parent, rank = excluded.rank,
            version = excluded.version, config = excluded.config""",
            (site.code, site.parent, LEVELS.index(site.level), version, text),
        )
        self._kept.drop(("version", site.code))
        self._kept.put(("saved", site.code), (version, rows.site_value(text)))
        return version

    def _of_version(self, code: str, version: int) -> Site:
        """What was saved is kept as long as its transaction stands: taken back, it leaves its version to another."""
        saved: tuple[int, Site] | None = self._kept.known(("saved", code))
        return saved[1] if saved and saved[0] == version else super()._of_version(code, version)

    def save_day_clock(self, site: str, clock: DayClock) -> None:
        self._run(
            """INSERT INTO day_clocks (site, day, next_due) VALUES (?, ?, ?)
            ON CONFLICT (site) DO UPDATE SET day = excluded.day, next_due = excluded.next_due""",
            (site, clock.day.isoformat(), rows.ms(clock.next_due)),
        )
        self._kept.drop(("clock", site))

    def save_emergency(self, site: str, emergency: Emergency | None) -> None:
        self._run("DELETE FROM emergencies WHERE site = ?", (site,))
        self._kept.drop(("emergency", site))
        if emergency is not None:
            self._run(
                "INSERT INTO emergencies (site, text, text_en, since, origin, evacuate) VALUES (?, ?, ?, ?, ?, ?)",
                (
                    site, emergency.text, emergency.text_en, rows.ms(emergency.since), emergency.origin,
                    int(emergency.evacuate),
                ),
            )

    def save_outage(self, site: str, outage: Outage | None) -> None:
        self._run("DELETE FROM outages WHERE site = ?", (site,))
        self._kept.drop(("outage", site))
        if outage is not None:
            self._run(
                "INSERT INTO outages (site, since, reason) VALUES (?, ?, ?)",
                (site, rows.ms(outage.since), outage.reason),
            )

    def save_waiting(self, site: str, waiting: Waiting | None) -> None:
        self._run("DELETE FROM waiting_sites WHERE site = ?", (site,))
        if waiting is not None:
            self._run(
                "INSERT INTO waiting_sites (site, base, config, day, actor, reason) VALUES (?, ?, ?, ?, ?, ?)",
                (
                    site, rows.site_text(waiting.base), rows.site_text(waiting.site), waiting.day.isoformat(),
                    waiting.actor, waiting.reason,
                ),
            )  # fmt: skip


class SessionsWriter(reading.SessionsReader):
    _kept: Kept

    def usage(self, session_id: int) -> Mapping[tuple[str, str], int]:
        # What is told of it later is of this moment.
        return self._kept.usage.of(session_id).copy()

    def add(self, session: Session) -> Session:
        session_id = self._view.connection.insert(SESSION_INSERT, rows.session_row(session)[:-1])
        self._drop(session)
        return replace(session, id=session_id)

    def save(self, session: Session) -> None:
        self._run(SESSION_UPDATE, (*rows.session_row(session)[:-1], session.id))
        self._drop(session)

    def _drop(self, session: Session) -> None:
        self._kept.drop(("session", session.site, session.key), ("sessions", session.site, session.day))

    def use(self, session_id: int, kind: str, code: str, dossiers: int) -> None:
        self._kept.usage.add((session_id,), (kind, code), dossiers)


class TicketsWriter(reading.TicketsReader):
    _kept: Kept
    _view: SqlTransaction

    def next_serial(self, site: str, day: date, prefix: str) -> int:
        return self._kept.series.add((site, day.isoformat()), (prefix,), 1)

    def skip_serials(self, days: Iterable[date], by: int) -> None:
        """Every series of every site moves `by` ahead: those there are, and those that `days` may still begin."""
        series = self._kept.series
        series.shift(by)
        for site in self._view.sites.all():
            prefixes = {site.prefix("submit", f.code) for f in site.fields} | {
                s.prefix for s in site.services
            }
            for day in days:
                there = series.of(site.code, day.isoformat())
                for prefix in prefixes:
                    if (prefix,) not in there:
                        series.add((site.code, day.isoformat()), (prefix,), by)

    def go_past(self, site: str, day: date, prefix: str, last: int) -> None:
        """A series goes on behind `last`, if it isn't beyond that already."""
        part, key = (site, day.isoformat()), (prefix,)
        if (missing := last - self._kept.series.of(*part).get(key, 0)) > 0:
            self._kept.series.add(part, key, missing)

    def serials(self, site: str, day: date) -> Mapping[str, int]:
        """The last number of every series of the day, by its prefix."""
        return {prefix: last for (prefix,), last in self._kept.series.of(site, day.isoformat()).items() if prefix}

    def add(self, ticket: Ticket, code: str, root: str = "") -> Ticket:
        line = self._view.queues.kept_line(ticket.site, ticket.day)
        self._count(ticket, 1)
        waiting = self._view.queues.lengths(ticket.site, ticket.day)
        issued_at = as_read(ticket.issued_at)
        stored = structs.replace(ticket, id=self._new_id(), issued=Issued(code, waiting), issued_at=issued_at)
        connection = self._view.connection
        row = rows.ticket_row(stored)
        connection.later(TICKET_INSERT, row)
        connection.later(CODE_INSERT, (code, *row[:3], root))
        if line is not None:
            line.add(stored)
        return stored

    def _new_id(self) -> int:
        found = self._view.connection.new_ticket_id(self._kept.known(LAST_TICKET))
        self._kept.put(LAST_TICKET, found)
        return found

    def _count(self, ticket: Ticket, change: int) -> None:
        """Keeps the queues' lengths beside the tickets that wait."""
        if ticket.state == "waiting":
            service, field = ticket.queue
            queue = (service, field or "", int(ticket.priority is not None))
            self._kept.lengths.add((ticket.site, ticket.day.isoformat()), queue, change)

    def at_counter(self, site: str, day: date, counter: int) -> Ticket | None:
        return self._value(("at counter", site, day, counter), lambda: self._at_counter(site, day, counter))

    def save(self, before: Ticket, after: Ticket) -> None:
        """`after` is what is read of it from now on: its times have no microseconds."""
        line = self._view.queues.kept_line(before.site, before.day)
        changes = rows.ticket_changes(before, after) or {"state": after.state}
        changed = self._run(_update(tuple(changes)), (*changes.values(), before.id, before.state, before.calls))
        if changed.rowcount != 1:
            raise Conflict("wrong_state", number=before.number)
        self._count(before, -1)
        self._count(after, 1)
        for ticket, there in ((before, None), (after, after)):
            if ticket.state in AT_COUNTER:
                self._kept.put(("at counter", ticket.site, ticket.day, ticket.counter), there)
        if line is not None:
            line.follow(before, after)


class CountersWriter(reading.CountersReader):
    _kept: Kept
    _view: SqlTransaction

    def add_call(self, ticket: Ticket, at: datetime) -> None:
        line = self._view.queues.kept_line(ticket.site, ticket.day)
        row = (
            ticket.site, ticket.day.isoformat(), ticket.id, ticket.number, ticket.counter, rows.ms(at),
            ticket.calls, ticket.service, ticket.field, int(ticket.priority is not None),
        )  # fmt: skip
        self._view.connection.later(CALL_INSERT, row)
        if ticket.calls == 1 and line is not None:
            line.turned(ticket.queue, ticket.priority is not None)

    def save(self, counter: CounterState) -> None:
        row = rows.counter_row(counter)
        self._view.connection.later(COUNTER_PUT, row)
        # What is kept is what the row says: it holds no microseconds.
        self._kept.put(("counters", counter.site), {**self.all(counter.site), counter.number: rows.counter_value(row)})


class JournalWriter(JournalReader):
    _kept: Kept
    _view: SqlTransaction

    def record(
        self, event: Event, *, site: str, at: datetime, actor: Actor,
        ticket: int | None = None, session: str = "", counter: int | None = None,
    ) -> int:  # fmt: skip
        if site not in self._view.held:
            raise NotHeld(site)
        seq, previous = self.head(site)
        seq += 1
        place = self._view.sites.get(site)
        at_ms = chain.ms_of(at)
        time = chain.time_of(at_ms, place.zone if place else ZONE)
        line = (actor.id, event.kind, ticket, session, counter, rows.canonical(event.data()))
        text = chain.text_of(site, seq, time, *line)
        hashed = chain.chained(previous, text)
        self._view.connection.later(JOURNAL_INSERT, (seq, site, at_ms, *line, text, hashed))
        self._kept.put(("head", site), (seq, hashed))
        return seq

    def take_in(self, site: str, first: datetime, before: datetime, lines: Sequence[JournalLine]) -> None:
        span = (rows.ms(first), rows.ms(before), *((lines[0].seq, lines[-1].seq) if lines else (0, 0)))
        self._run(
            "DELETE FROM imported_journal WHERE site = ? AND (at >= ? AND at < ? OR seq BETWEEN ? AND ?)", (site, *span)
        )
        for one in lines:
            told = (one.actor, one.kind, one.ticket, one.session, one.counter, rows.canonical(dict(one.data)))
            self._run(
                f"INSERT INTO imported_journal ({JOURNAL_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (one.seq, site, rows.ms(one.at), *told),
            )


class SqlTransaction(reading.SqlView):
    """`ports.Transaction`. A ticket's row changes only by compare-and-set. One writer holds every site: `held`
    are those that the work said it would journal."""

    def __init__(self, connection: Connection, kept: Kept | None = None) -> None:
        super().__init__(connection)
        self.run = connection.execute
        self.held: frozenset[str] = frozenset()
        self.kept: Kept = kept if kept is not None else Kept(connection)
        self.sites: SitesWriter = SitesWriter(self)
        self.sessions: SessionsWriter = SessionsWriter(self)
        self.tickets: TicketsWriter = TicketsWriter(self)
        self.queues: QueuesWriter = QueuesWriter(self)
        self.counters: CountersWriter = CountersWriter(self)
        self.journal: JournalWriter = JournalWriter(self)
        self.ledgers: LedgersWriter = LedgersWriter(self)
        self.people: PeopleWriter = PeopleWriter(self)
        self.keys: KeysWriter = KeysWriter(self)
        self.ratings: RatingsWriter = RatingsWriter(self)
        self.policies: PoliciesWriter = PoliciesWriter(self)
        self.post: PostWriter = PostWriter(self)
        self.printers: PrintersWriter = PrintersWriter(self)

    def of_tickets(self, key: Hashable, load: Callable[[], T]) -> T:
        return load()

    def set_meta(self, key: str, value: str) -> None:
        self.run(
            "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (key, value),
        )
        self.kept.put(("meta", key), value)

