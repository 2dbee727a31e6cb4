"""Whether a database keeps the promises: whole, append-only, and telling the same story as its journal."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from operator import attrgetter
from pathlib import Path
from typing import Any, cast

from sqlite_utils import Database

from ticketing import events as ev
from ticketing.rules import chain, checkpoints
from ticketing.rules.merkle import grown, root_of
from ticketing.rules.plans import POLICY_DEFAULT
from ticketing.rules.replay import Replay
from ticketing.rules.sessions import instant
from ticketing.rules.tickets import taken
from ticketing.store import rows
from ticketing.store.dialect import Connection, SqliteConnection
from ticketing.store.ledgers import leaves
from ticketing.store.reading import SqlView
from ticketing.store.schema import JOURNAL_TRIGGERS, migrations
from ticketing.store.trees import State, state_of

FAR = datetime(9999, 1, 1, tzinfo=UTC)
TICKETS = f"SELECT {rows.TICKET_COLUMNS} FROM tickets"
LINES = """SELECT site, seq, at, actor, kind, ticket, session, counter, data, text, hash FROM journal
ORDER BY site, seq"""
Row = tuple[Any, ...]
UNREADABLE = (ValueError, TypeError, LookupError)
# A ticket's parts in the order of its row.
PARTS = attrgetter(*rows.TICKET_COLUMNS.replace(",", "").split())


def check(path: Path, noted: Mapping[str, int] | None = None) -> list[str]:
    """What is broken, a line each; empty when every promise holds. Reads only, beside a running server. `noted` is how
    many lines each site's journal has had, as somebody else remembers it."""
    connection = sqlite3.connect(
        f"file:{path}?mode=ro", uri=True, isolation_level=None, factory=SqliteConnection
    )
    try:
        connection.execute("BEGIN")
        view = SqlView(connection)
        findings = [*_database(connection)]
        # What a migration will change can't be read as it will be.
        if not migrations.pending(Database(connection)):
            findings += promises(view, noted or {})
        return findings
    except sqlite3.DatabaseError as error:
        return [f"the database cannot be read: {error}"]
    finally:
        connection.close()


def promises(view: SqlView, noted: Mapping[str, int]) -> list[str]:
    """What is broken of what the rows tell, in whatever database."""
    return [*_lost(view, noted), *_journal(view), *_told(view), *_ledgers(view)]


def _database(connection: sqlite3.Connection) -> Iterator[str]:
    for (finding,) in connection.execute("PRAGMA integrity_check(20)"):
        if finding != "ok":
            yield f"integrity: {finding}"
    for table, rowid, parent, _ in connection.execute("PRAGMA foreign_key_check"):
        yield f"foreign key: row {rowid} of {table} points to nothing in {parent}"
    for pending in migrations.pending(Database(connection)):
        yield f"migration {pending.name} is not applied"
    there = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
    for trigger in JOURNAL_TRIGGERS:
        if trigger not in there:
            yield f"the journal is not protected: trigger {trigger} is missing"


def _journal(view: SqlView) -> Iterator[str]:
    counted = view.connection.execute("SELECT site, COUNT(*), MAX(seq) FROM journal GROUP BY site")
    for site, number, last in counted:
        if number != last:
            yield f"the journal of {site} has {number} lines but ends at {last}"


def broken_links(connection: Connection) -> Iterator[str]:
    """Each line's columns are what its text says, and its hash is of that behind the line before it."""
    links = Links()
    for row in connection.stream(LINES):
        yield from links.broken(row)


class Links:
    """The chain of each site, line by line."""

    def __init__(self) -> None:
        self._site, self._previous = "", ""

    def broken(self, row: Row) -> Sequence[str]:
        code, seq, at, actor, kind, ticket, session, counter, data, text, hashed = row
        previous = self._previous if code == self._site else ""
        self._site, self._previous = code, hashed
        told = text[_before_time(actor) :].partition('"')[0]
        again = chain.text_of(code, seq, told, actor, kind, ticket, session, counter, data)
        same = text == again and _is_time(told, at)
        if same and hashed == chain.chained(previous, text):
            return ()
        found = [] if same else [f"line {seq} of {code} is not the text that was hashed"]
        if hashed != chain.chained(previous, text):
            found.append(f"line {seq} of {code} breaks the chain: its hash is not of it and the line before it")
        return found


@lru_cache(maxsize=1024)
def _before_time(actor: str) -> int:
    return len(f'{{"actor":{chain.canonical(actor)},"at":"')


def _is_time(text: str, at: int) -> bool:
    try:
        return datetime.fromisoformat(text).timestamp() == at // 1000
    except ValueError:
        return False


def _lost(view: SqlView, noted: Mapping[str, int]) -> Iterator[str]:
    there = view.journal.heads()
    for site, seq in noted.items():
        if there.get(site, 0) < seq:
            yield f"the journal of {site} ends at {there.get(site, 0)} and has had {seq} lines: lines are missing"


def _ledgers(view: SqlView) -> Iterator[str]:
    """Each day's public ledger is what the journal tells of it, and so is the checkpoint that was kept."""
    run = view.connection.execute
    for site in view.sites.all():
        found = run("SELECT day, size, peaks, checkpoint FROM ledgers WHERE site = ?", (site.code,))
        kept = {row[0]: row[1:] for row in found}
        if not kept:
            continue
        # A day before: the zone may have been another one.
        start = instant(site, date.fromisoformat(min(kept)) - timedelta(days=1), time(0))
        told: dict[str, State] = defaultdict(lambda: (0, ()))
        begun = view.ledgers.begun(site.code, start, FAR)
        for day, leaf in leaves(view.connection.stream, site.code, begun - 1) if begun else ():
            size, peaks = told[day]
            told[day] = (size + 1, grown(size, peaks, leaf.text.encode()))
        for day, (size, peaks, checkpoint) in kept.items():
            if told[day] != state_of((size, peaks)):
                yield f"the public ledger of {site.code} on {day} is not what the journal tells"
            elif checkpoint and (size, root_of(told[day][1])) != checkpoints.tree(checkpoint):
                yield f"the checkpoint of {site.code} on {day} is not of its ledger"
            elif checkpoint and not _stands(view, checkpoints.known(checkpoint)):
                yield f"the checkpoint of {site.code} on {day} names a line that the journal doesn't have"


def _stands(view: SqlView, known: chain.Link) -> bool:
    found = view.journal.texts(known.site, known.seq - 1, 1)
    return bool(found) and found[0][1] == known.hash


def _told(view: SqlView) -> Iterator[str]:
    """Each line is read once, for the chain that it stands in and for what it tells; after one that can't be told, for
    the chain alone."""
    links, story, problem = Links(), Story(view), ""
    for row in view.connection.stream(LINES):
        yield from links.broken(row)
        if not problem:
            try:
                story.tell(row)
            except UNREADABLE as error:
                problem = _unreadable(error)
    try:
        yield from story.findings
        yield from [problem] if problem else _story(view, story)
    except UNREADABLE as error:
        yield _unreadable(error)


def _unreadable(error: Exception) -> str:
    return f"the journal can't be told: {type(error).__name__}: {error}"


def _story(view: SqlView, story: Story) -> Iterator[str]:
    replay = story.replay
    yield from story.rest()
    yield from _unknown(view, story.matched)
    yield from _usage(view, replay)
    yield from _queues(view)
    yield from _policies(view)
    yield from _papers(view)
    for site in view.sites.all():
        if view.sites.emergency(site.code) != replay.emergencies.get(site.code):
            yield f"the emergency stop of {site.code} is not what the journal tells"
        if view.sites.outage([site.code]) != replay.outages.get(site.code):
            yield f"the portal's interruption at {site.code} is not what the journal tells"
        if (view.sites.waiting(site.code) is not None) != (site.code in replay.waiting):
            yield f"the configuration of {site.code} for the end of the day is not what the journal tells"


def _event(kind: str, data: str) -> ev.TicketEvent | None:
    return ev.ticket_event(kind, rows.mapping(data))


# Most lines say what another has said: of a call its counter, of an end the dossiers too.
_known_event = lru_cache(maxsize=4096)(_event)
OWN = (ev.TicketTaken.kind, ev.TicketRequeued.kind)


class Story:
    """Each site's journal told again beside its tickets. A ticket that has ended as its row says is let go when the
    next day begins, so that memory holds a day and what differs; days and times stay as the rows have them."""

    def __init__(self, view: SqlView) -> None:
        self.replay, self.matched = Replay(), 0
        self.findings: list[str] = []
        self._run = view.connection.execute
        self._site, self._day = "", ""

    def tell(self, row: Row) -> None:
        """Takes the next line in. Raises what is in UNREADABLE."""
        site, seq, at, actor, kind, ticket_id, session, counter, data, _text, _hash = row
        if site != self._site:
            self.findings += self.rest()
            self._site, self._day = site, ""
        event = None
        if ticket_id is not None:
            event = _event(kind, data) if kind in OWN else _known_event(kind, data)
        if event is None:
            line = rows.journal_value((seq, site, at, actor, kind, ticket_id, session, counter, data))
            self.findings += self.replay.follow(line)
            return
        if isinstance(event, ev.TicketTaken):
            problem = self._issue(event, ticket_id, at)
        else:
            problem = self.replay.step(ticket_id, event, at)
        if problem:
            self.findings.append(f"line {seq} of {site}: {problem}")

    def _issue(self, event: ev.TicketTaken, ticket_id: int, at: int) -> str:
        day = event.session[:10]
        if day > self._day:
            self._let_go()
            self._day = day
        # The day as its text and the time as its number: as in the row that it is compared with.
        return self.replay.issue(taken(event, ticket_id, self._site, cast(Any, day), cast(Any, at)))

    def _let_go(self) -> None:
        told = self.replay.tickets
        for row in self._run(f"{TICKETS} WHERE site = ? AND day = ?", (self._site, self._day)):
            ticket = told.get(row[0])
            if ticket is not None and not ticket.open and PARTS(ticket) == row:
                del told[row[0]]
                self.matched += 1

    def rest(self) -> list[str]:
        """What is wrong with the tickets that are left when a site's lines are told."""
        told, found = self.replay.tickets, []
        for ticket_id in sorted(told):
            row = self._run(f"{TICKETS} WHERE id = ?", (ticket_id,)).fetchone()
            self.matched += row is not None
            if row != PARTS(told[ticket_id]):
                found.append(f"ticket {ticket_id} is not what the journal tells")
        told.clear()
        return found


def _unknown(view: SqlView, matched: int) -> Iterator[str]:
    """Rows of tickets that no line issues, where there are more than were told."""
    run = view.connection.execute
    if run("SELECT COUNT(*) FROM tickets").fetchone()[0] != matched:
        issued = "SELECT ticket FROM journal WHERE kind = 'ticket_taken'"
        for (ticket_id,) in run(f"SELECT id FROM tickets EXCEPT {issued} ORDER BY id"):
            yield f"ticket {ticket_id} is not what the journal tells"


def _papers(view: SqlView) -> Iterator[str]:
    """Every paper is of a ticket of its site and day, and no count of a ticket stands on two of them."""
    run = view.connection.execute
    for job_id, ticket_id in run(
        """SELECT print_jobs.id, ticket_id FROM print_jobs LEFT JOIN tickets ON tickets.id = ticket_id
        AND tickets.site = print_jobs.site WHERE what = 'slip' AND tickets.id IS NULL ORDER BY 1"""
    ):
        yield f"paper {job_id} is of ticket {ticket_id}, which is not there"
    for ticket_id, copy in run(
        """SELECT ticket_id, copy FROM print_jobs WHERE what = 'slip' GROUP BY ticket_id, copy HAVING COUNT(*) > 1
        ORDER BY 1, 2"""
    ):
        yield f"ticket {ticket_id} has two papers with the count {copy}"


def _policies(view: SqlView) -> Iterator[str]:
    """What a policy's version said must be there for whoever asks why a ticket was given or refused."""
    named = {row[0] for row in view.connection.execute("SELECT DISTINCT policy FROM tickets")} | {
        row[0]
        for row in view.connection.execute(
            f"SELECT DISTINCT {view.connection.member('data', 'policy')} FROM journal WHERE kind = 'diverted'"
        )
    }
    for version in sorted(named - {POLICY_DEFAULT}):
        if not view.policies.text(version):
            yield f"what the policy {version} said is missing"


def _queues(view: SqlView) -> Iterator[str]:
    run = view.connection.execute
    counted = run(
        """SELECT site, day, service, CASE service WHEN 'submit' THEN COALESCE(field, '') ELSE '' END,
        priority IS NOT NULL, COUNT(*) FROM tickets WHERE state = 'waiting' GROUP BY 1, 2, 3, 4, 5"""
    )
    stored = run("SELECT site, day, service, field, special, waiting FROM queue_lengths WHERE waiting != 0")
    if set(counted) != set(stored):
        yield "the lengths of the queues are not those of the tickets that wait"


def _usage(view: SqlView, replay: Replay) -> Iterator[str]:
    for session_id, site, key in view.connection.execute("SELECT id, site, key FROM sessions ORDER BY id").fetchall():
        stored = {what: dossiers for what, dossiers in view.sessions.usage(session_id).items() if dossiers}
        if stored != {what: n for what, n in replay.usage.get((site, key), {}).items() if n}:
            yield f"session {key} of {site} counts other dossiers than its tickets carry"
