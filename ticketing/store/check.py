"""Whether a database keeps the promises: whole, append-only, and telling the same story as its journal."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from sqlite_utils import Database

from ticketing.decisions import POLICY_DEFAULT
from ticketing.replay import Replay
from ticketing.store.reading import SqliteView
from ticketing.store.schema import JOURNAL_TRIGGERS, migrations
from ticketing.tickets import Ticket

PAGE = 10_000


def check(path: Path) -> list[str]:
    """What is broken, a line each; empty when every promise holds. Reads only, beside a running server."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)
    try:
        connection.execute("BEGIN")
        view = SqliteView(connection)
        return [*_database(connection), *_journal(view), *_story(view)]
    except sqlite3.DatabaseError as error:
        return [f"the database cannot be read: {error}"]
    finally:
        connection.close()


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


def _journal(view: SqliteView) -> Iterator[str]:
    number, last = view.connection.execute("SELECT COUNT(*), COALESCE(MAX(seq), 0) FROM journal").fetchone()
    if number != last:
        yield f"the journal has {number} lines but ends at {last}"


def _story(view: SqliteView) -> Iterator[str]:
    replay = Replay()
    after = 0
    while lines := view.journal(None, after, PAGE):
        after = lines[-1].seq
        for line in lines:
            yield from replay.follow(line)
    yield from _tickets(view, replay.tickets)
    yield from _usage(view, replay)
    yield from _queues(view)
    yield from _policies(view)
    for site in view.sites():
        if view.emergency(site.code) != replay.emergencies.get(site.code):
            yield f"the emergency stop of {site.code} is not what the journal tells"
        if view.outage([site.code]) != replay.outages.get(site.code):
            yield f"the portal's interruption at {site.code} is not what the journal tells"


def _tickets(view: SqliteView, replayed: dict[int, Ticket]) -> Iterator[str]:
    stored = {ticket.id: ticket for ticket in view.all_tickets()}
    for ticket_id in sorted(stored.keys() | replayed.keys()):
        if stored.get(ticket_id) != replayed.get(ticket_id):
            yield f"ticket {ticket_id} is not what the journal tells"


def _policies(view: SqliteView) -> Iterator[str]:
    """What a policy's version said must be there for whoever asks why a ticket was given or refused."""
    named = {row[0] for row in view.connection.execute("SELECT DISTINCT policy FROM tickets")} | {
        row[0]
        for row in view.connection.execute(
            "SELECT DISTINCT json_extract(data, '$.policy') FROM journal WHERE kind = 'diverted'"
        )
    }
    for version in sorted(named - {POLICY_DEFAULT}):
        if not view.policy_text(version):
            yield f"what the policy {version} said is missing"


def _queues(view: SqliteView) -> Iterator[str]:
    counted: dict[tuple[str, str, str, str, bool], int] = {}
    for t in view.all_tickets():
        if t.state == "waiting":
            service, field = t.queue
            key = (t.site, t.day.isoformat(), service, field or "", t.priority is not None)
            counted[key] = counted.get(key, 0) + 1
    stored = view.connection.execute(
        "SELECT site, day, service, field, special, waiting FROM queue_lengths WHERE waiting != 0"
    )
    if counted != {(*key, bool(special)): waiting for *key, special, waiting in stored}:
        yield "the lengths of the queues are not those of the tickets that wait"


def _usage(view: SqliteView, replay: Replay) -> Iterator[str]:
    for session_id, site, key in view.connection.execute("SELECT id, site, key FROM sessions ORDER BY id").fetchall():
        stored = {what: dossiers for what, dossiers in view.usage(session_id).items() if dossiers}
        if stored != {what: n for what, n in replay.usage.get((site, key), {}).items() if n}:
            yield f"session {key} of {site} counts other dossiers than its tickets carry"
