"""Reads, as bound SQL on one connection inside one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from ticketing.rules.counters import CounterState
from ticketing.rules.emergency import Emergency
from ticketing.rules.plans import Outage
from ticketing.rules.sessions import DayClock, Session
from ticketing.rules.site_changes import Waiting
from ticketing.rules.sites import Site
from ticketing.rules.tickets import Call, Ticket
from ticketing.rules.visits import Ended
from ticketing.store import rows
from ticketing.store.dialect import Connection
from ticketing.store.kept import Values
from ticketing.store.ledgers import LedgersReader
from ticketing.store.printers import PrintersReader
from ticketing.store.reader import Reader, Reading, marks
from ticketing.store.reading_journal import JournalReader
from ticketing.store.reading_people import KeysReader, PeopleReader, PoliciesReader, PostReader, RatingsReader
from ticketing.store.reading_queues import QueuesReader, open_tickets


class SitesReader(Reader):
    """Sites, their clocks, and what stops them."""

    def __init__(self, view: SqlView) -> None:
        super().__init__(view)
        self._read: dict[str, tuple[int, Site]] = {}

    def get(self, code: str) -> Site | None:
        version = self.version(code)
        return self._of_version(code, version) if version else None

    def _of_version(self, code: str, version: int) -> Site:
        """Every change of a site gives it another version: a long text is read once for each."""
        kept = self._read.get(code)
        if kept is None or kept[0] != version:
            text = self._one("SELECT config FROM sites WHERE code = ?", code)[0]
            kept = self._read[code] = (version, rows.site_value(text))
        return kept[1]

    def version(self, code: str) -> int:
        return self._value(("version", code), lambda: self._found(0, "SELECT version FROM sites WHERE code = ?", code))

    def all(self) -> list[Site]:
        found = self._run("SELECT code, version FROM sites ORDER BY rank, code").fetchall()
        return [self._of_version(code, version) for code, version in found]

    def day_clock(self, site: str) -> DayClock | None:
        return self._value(("clock", site), lambda: self._day_clock(site))

    def _day_clock(self, site: str) -> DayClock | None:
        row = self._one("SELECT day, next_due FROM day_clocks WHERE site = ?", site)
        return DayClock(date.fromisoformat(row[0]), rows.instant(row[1])) if row else None

    def emergency(self, site: str) -> Emergency | None:
        return self._value(("emergency", site), lambda: self._emergency(site))

    def _emergency(self, site: str) -> Emergency | None:
        row = self._one("SELECT text, text_en, since, origin, evacuate FROM emergencies WHERE site = ?", site)
        return Emergency(row[0], row[1], rows.instant(row[2]), row[3], bool(row[4])) if row else None

    def outage(self, sites: Sequence[str]) -> Outage | None:
        """The first of these sites that has marked the portal as interrupted."""
        return next((found for site in sites if (found := self._outage(site))), None)

    def _outage(self, site: str) -> Outage | None:
        return self._value(("outage", site), lambda: self._outage_of(site))

    def _outage_of(self, site: str) -> Outage | None:
        row = self._one("SELECT since, reason FROM outages WHERE site = ?", site)
        return Outage(rows.instant(row[0]), row[1], site) if row else None

    def waiting(self, site: str) -> Waiting | None:
        """The configuration that the site gets at the end of the day."""
        row = self._one("SELECT base, config, day, actor, reason FROM waiting_sites WHERE site = ?", site)
        if row is None:
            return None
        return Waiting(rows.site_value(row[0]), rows.site_value(row[1]), date.fromisoformat(row[2]), row[3], row[4])


class SessionsReader(Reader):
    """Sessions and what their caps have taken."""

    def get(self, site: str, key: str) -> Session | None:
        return self._value(("session", site, key), lambda: self._get(site, key))

    def _get(self, site: str, key: str) -> Session | None:
        row = self._one(f"SELECT {rows.SESSION_COLUMNS} FROM sessions WHERE site = ? AND key = ?", site, key)
        return rows.session_value(row) if row else None

    def of_day(self, site: str, day: date) -> list[Session]:
        return list(self._value(("sessions", site, day), lambda: self._of_day(site, day)))

    def _of_day(self, site: str, day: date) -> list[Session]:
        found = self._run(
            f"SELECT {rows.SESSION_COLUMNS} FROM sessions WHERE site = ? AND day = ? ORDER BY issuing_from",
            (site, day.isoformat()),
        )
        return [rows.session_value(row) for row in found]

    def unfinished_days(self, site: str, before: date) -> list[date]:
        """Days before `before` that still have a session or a ticket to end, earliest first."""
        found = self._run(
            f"""{open_tickets("day", "site = ?1 AND day < ?2")}
            UNION SELECT day FROM sessions WHERE site = ?1 AND day < ?2 AND stage != 'closed' ORDER BY 1""",
            (site, before.isoformat()),
        )
        return [date.fromisoformat(row[0]) for row in found]

    def usage(self, session_id: int) -> Mapping[tuple[str, str], int]:
        return self._fleeting(("usage", session_id), lambda: self._usage(session_id))

    def _usage(self, session_id: int) -> Mapping[tuple[str, str], int]:
        found = self._run("SELECT kind, code, dossiers FROM usage WHERE session_id = ?", (session_id,))
        return {(kind, code): dossiers for kind, code, dossiers in found}


class TicketsReader(Reader):
    """Tickets, their codes and their numbers."""

    def get(self, ticket_id: int) -> Ticket | None:
        return self._ticket("id = ?", ticket_id)

    def several(self, ids: Sequence[int]) -> list[Ticket]:
        """Those of these ids that are there, in their order."""
        found = {one.id: one for one in self._tickets(f"id IN ({marks(ids)})", *ids)}
        return [found[one] for one in ids if one in found]

    def by_number(self, site: str, day: date, number: str) -> Ticket | None:
        return self._ticket("site = ? AND day = ? AND number = ?", site, day.isoformat(), number)

    def by_code(self, code: str) -> Ticket | None:
        # Not kept: strangers may ask for any code.
        return self._ticket("id = (SELECT ticket_id FROM ticket_codes WHERE code = ?)", code)

    def code_of(self, ticket_id: int) -> str:
        sql = "SELECT code FROM ticket_codes WHERE ticket_id = ?"
        return self._view.of_tickets(("code of", ticket_id), lambda: self._found("", sql, ticket_id))

    def codes_of(self, site: str, day: date) -> Mapping[int, str]:
        found = self._run(
            "SELECT ticket_id, code FROM ticket_codes WHERE site = ? AND day = ?", (site, day.isoformat())
        )
        return dict(found.fetchall())

    def at_counter(self, site: str, day: date, counter: int) -> Ticket | None:
        return self._at_counter(site, day, counter)

    def _at_counter(self, site: str, day: date, counter: int) -> Ticket | None:
        return self._ticket(
            "site = ? AND day = ? AND counter = ? AND state IN ('called', 'serving')",
            site,
            day.isoformat(),
            counter,
        )

    def at_counters(self, site: str, day: date) -> Mapping[int, Ticket]:
        return self._view.of_tickets(("at counters", site, day), lambda: self._at_counters(site, day))

    def _at_counters(self, site: str, day: date) -> Mapping[int, Ticket]:
        found = self._tickets(
            "site = ? AND day = ? AND counter > 0 AND state IN ('called', 'serving')", site, day.isoformat()
        )
        return {t.counter: t for t in found if t.counter is not None}

    def open(self, site: str, day: date) -> list[Ticket]:
        sql = f"{open_tickets(rows.TICKET_COLUMNS, 'site = ?1 AND day = ?2')} ORDER BY position, id"
        return [rows.ticket_value(row) for row in self._run(sql, (site, day.isoformat()))]

    def held(self, site: str, day: date, limit: int) -> list[Ticket]:
        """In the order of their places, which they keep."""
        where = "site = ? AND day = ? AND state = 'held' ORDER BY position, id LIMIT ?"
        return self._tickets(where, site, day.isoformat(), limit)

    def absent(self, site: str, day: date, limit: int) -> list[Ticket]:
        """The last that were called in vain, the latest one last."""
        return self._of_sessions(site, day, "state = 'no_show' ORDER BY ended_at DESC, id DESC LIMIT ?", limit)[::-1]

    def _of_sessions(self, site: str, day: date, where: str, limit: int) -> list[Ticket]:
        # A day's tickets of a state are found by its sessions: there are few, and an index by state.
        keys = "SELECT key FROM sessions WHERE site = ? AND day = ?"
        here = (site, site, day.isoformat(), day.isoformat())
        return self._tickets(f"site = ? AND session IN ({keys}) AND day = ? AND {where}", *here, limit)

    def state_counts(self, site: str, session: str) -> Mapping[str, int]:
        return self._view.of_tickets(("states", site, session), lambda: self._state_counts(site, session))

    def _state_counts(self, site: str, session: str) -> Mapping[str, int]:
        found = self._run(
            "SELECT state, COUNT(*) FROM tickets WHERE site = ? AND session = ? GROUP BY state",
            (site, session),
        )
        return dict(found.fetchall())

    def all(self) -> list[Ticket]:
        return self._tickets("TRUE ORDER BY id")

    def of_days(self, site: str, first: date, last: date) -> list[Ticket]:
        return self._tickets(
            "site = ? AND day BETWEEN ? AND ? ORDER BY id", site, first.isoformat(), last.isoformat()
        )

    def ended(self, site: str, first: date, last: date) -> list[Ended]:
        """Visits that are over and calls in vain, by day and counter in the order of their calls."""
        found = self._run(
            """SELECT day, counter, called_at, ended_at, issued_at, service, field, state, priority IS NOT NULL, returns
            FROM tickets WHERE site = ? AND day BETWEEN ? AND ? AND state IN ('done', 'no_show')
            AND called_at IS NOT NULL AND ended_at IS NOT NULL
            ORDER BY day, counter, called_at""",
            (site, first.isoformat(), last.isoformat()),
        )
        return [rows.ended_value(row) for row in found]

    def mix(self, site: str, since: date) -> list[tuple[str, str | None, int, int]]:
        """Who came and stayed: service, field, dossiers, and how many tickets."""
        found = self._run(
            """SELECT service, CASE service WHEN 'submit' THEN field END AS of_field, dossiers, COUNT(*) FROM tickets
            WHERE site = ? AND day >= ? AND state NOT IN ('cancelled', 'expired')
            GROUP BY service, of_field, dossiers ORDER BY service, of_field, dossiers""",
            (site, since.isoformat()),
        )
        return [(service, field, dossiers, number) for service, field, dossiers, number in found]

    def last_done(self, site: str, day: date, counter: int) -> Ticket | None:
        """The visit that ended last at this counter; an absent ticket was no visit."""
        return self._ticket(
            """site = ? AND day = ? AND counter = ? AND state = 'done'
            ORDER BY ended_at DESC, id DESC LIMIT 1""",
            site, day.isoformat(), counter,
        )  # fmt: skip


class CountersReader(Reader):
    """Counters and the calls made there."""

    def __init__(self, view: Reading) -> None:
        super().__init__(view)
        self._found_before: dict[str, tuple[list[Any], Mapping[int, CounterState]]] = {}

    def get(self, site: str, number: int) -> CounterState:
        return self.all(site).get(number) or CounterState(site, number)

    def all(self, site: str) -> Mapping[int, CounterState]:
        return self._fleeting(("counters", site), lambda: self._all(site))

    def _all(self, site: str) -> Mapping[int, CounterState]:
        """The same object as before while none has changed: a forecast holds as long as that."""
        found = self._run(f"SELECT {rows.COUNTER_COLUMNS} FROM counters WHERE site = ?", (site,)).fetchall()
        before = self._found_before.get(site)
        if before is not None and before[0] == found:
            return before[1]
        states = {row[1]: rows.counter_value(row) for row in found}
        self._found_before[site] = found, states
        return states

    def calls(self, site: str, day: date, limit: int) -> list[Call]:
        """The latest call of each ticket, newest first."""
        return list(self._view.of_tickets(("calls", site, day, limit), lambda: self._calls(site, day, limit)))

    def _calls(self, site: str, day: date, limit: int) -> list[Call]:
        found = self._run(
            """SELECT id, ticket_id, number, counter, called_at, times FROM calls WHERE site = ? AND day = ?
            ORDER BY id DESC LIMIT ?""",
            (site, day.isoformat(), limit * 3),
        )
        latest: dict[int, Call] = {}
        for row in found:
            latest.setdefault(row[1], rows.call_value(row))
        return list(latest.values())[:limit]


class SqlView(Reading):
    """`ports.View` over a connection whose transaction somebody else began and ends, or `in_one_state`."""

    def __init__(self, connection: Connection, kept: Values | None = None) -> None:
        super().__init__(connection, kept)
        self.sites = SitesReader(self)
        self.sessions = SessionsReader(self)
        self.tickets = TicketsReader(self)
        self.queues = QueuesReader(self)
        self.counters = CountersReader(self)
        self.journal = JournalReader(self)
        self.ledgers = LedgersReader(self)
        self.people = PeopleReader(self)
        self.keys = KeysReader(self)
        self.ratings = RatingsReader(self)
        self.policies = PoliciesReader(self)
        self.post = PostReader(self)
        self.printers = PrintersReader(self)

    def meta(self, key: str) -> str:
        return self.kept.value(("meta", key), lambda: self._meta(key))

    def _meta(self, key: str) -> str:
        row = self.run("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return row[0] if row else ""
