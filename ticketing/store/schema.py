"""The tables, as named forward migrations. A released migration is never edited; a new one is added.

Instants are integers: milliseconds since 1970 in UTC. Days are ISO texts, local to the site.
"""

from __future__ import annotations

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

migrations = Migrations("layso")

JOURNAL_TRIGGERS = ("journal_no_update", "journal_no_delete", "journal_no_replace")


@migrations()
def base_tables(db: Database) -> None:
    db.table("meta").create({"key": str, "value": str}, pk="key", strict=True)
    db.table("sites").create(
        {"code": str, "parent": str, "rank": int, "version": int, "config": str}, pk="code", strict=True
    )
    db.table("day_clocks").create({"site": str, "day": str, "next_due": int}, pk="site", strict=True)
    db.execute(
        """CREATE TABLE sessions (
        id INTEGER PRIMARY KEY, site TEXT NOT NULL REFERENCES sites(code), key TEXT NOT NULL, day TEXT NOT NULL,
        name TEXT NOT NULL, title TEXT NOT NULL, title_en TEXT NOT NULL,
        issuing_from INTEGER NOT NULL, issuing_until INTEGER NOT NULL,
        service_from INTEGER NOT NULL, closes_at INTEGER NOT NULL,
        cap INTEGER, field_caps TEXT NOT NULL, service_caps TEXT NOT NULL, fields TEXT, counters TEXT,
        stage TEXT NOT NULL, paused INTEGER NOT NULL, closed_by TEXT NOT NULL, unserved TEXT NOT NULL,
        UNIQUE (site, key)) STRICT"""
    )
    db.execute("CREATE INDEX sessions_by_day ON sessions (site, day, issuing_from)")
    db.execute(
        """CREATE TABLE usage (
        session_id INTEGER NOT NULL REFERENCES sessions(id), kind TEXT NOT NULL, code TEXT NOT NULL,
        dossiers INTEGER NOT NULL, PRIMARY KEY (session_id, kind, code)) STRICT, WITHOUT ROWID"""
    )
    db.execute(
        """CREATE TABLE series (
        site TEXT NOT NULL, day TEXT NOT NULL, prefix TEXT NOT NULL, last INTEGER NOT NULL,
        PRIMARY KEY (site, day, prefix)) STRICT, WITHOUT ROWID"""
    )


@migrations()
def tickets(db: Database) -> None:
    db.execute(
        """CREATE TABLE tickets (
        id INTEGER PRIMARY KEY, site TEXT NOT NULL REFERENCES sites(code), day TEXT NOT NULL,
        number TEXT NOT NULL, service TEXT NOT NULL, field TEXT, procedure TEXT,
        session TEXT NOT NULL, counted_session TEXT NOT NULL, counted_field TEXT,
        dossiers INTEGER NOT NULL, counted INTEGER NOT NULL, priority TEXT, lang TEXT NOT NULL,
        source TEXT NOT NULL, policy TEXT NOT NULL, issued_at INTEGER NOT NULL, position REAL NOT NULL,
        state TEXT NOT NULL, counter INTEGER, target INTEGER, calls INTEGER NOT NULL, returns INTEGER NOT NULL,
        called_at INTEGER, last_call_at INTEGER, started_at INTEGER, ended_at INTEGER,
        applicant TEXT, reason TEXT NOT NULL,
        UNIQUE (site, day, number)) STRICT"""
    )
    db.execute(
        """CREATE INDEX tickets_waiting ON tickets (site, day, service, field, priority, position)
        WHERE state = 'waiting'"""
    )
    db.execute(
        "CREATE INDEX tickets_open ON tickets (site, day) WHERE state IN ('waiting','called','serving','held')"
    )
    db.execute(
        """CREATE UNIQUE INDEX one_ticket_a_counter ON tickets (site, day, counter)
        WHERE state IN ('called', 'serving')"""
    )
    db.execute("CREATE INDEX tickets_by_session ON tickets (site, session, state)")
    db.execute(
        """CREATE TABLE ticket_codes (
        code TEXT PRIMARY KEY, ticket_id INTEGER NOT NULL UNIQUE, site TEXT NOT NULL, day TEXT NOT NULL)
        STRICT, WITHOUT ROWID"""
    )
    db.execute("CREATE INDEX ticket_codes_by_day ON ticket_codes (site, day)")
    db.execute(
        "CREATE TABLE dossier_codes (id INTEGER PRIMARY KEY, ticket_id INTEGER NOT NULL, code TEXT NOT NULL) STRICT"
    )
    db.execute(
        """CREATE TABLE calls (
        id INTEGER PRIMARY KEY AUTOINCREMENT, site TEXT NOT NULL, day TEXT NOT NULL, ticket_id INTEGER NOT NULL,
        number TEXT NOT NULL, counter INTEGER NOT NULL, called_at INTEGER NOT NULL, times INTEGER NOT NULL,
        service TEXT NOT NULL, field TEXT, priority INTEGER NOT NULL) STRICT"""
    )
    db.execute("CREATE INDEX calls_by_day ON calls (site, day, id)")
    db.execute(
        """CREATE TABLE counters (
        site TEXT NOT NULL, number INTEGER NOT NULL, state TEXT NOT NULL, holder TEXT NOT NULL,
        holder_name TEXT NOT NULL, fields TEXT NOT NULL, services TEXT NOT NULL, reason TEXT NOT NULL,
        last_ticket INTEGER, last_at INTEGER, last_state TEXT NOT NULL, last_dossiers INTEGER NOT NULL,
        PRIMARY KEY (site, number)) STRICT, WITHOUT ROWID"""
    )
    db.execute(
        """CREATE TABLE remembered (
        actor TEXT NOT NULL, site TEXT NOT NULL, day TEXT NOT NULL, verb TEXT NOT NULL, key TEXT NOT NULL,
        ticket_id INTEGER NOT NULL, PRIMARY KEY (actor, site, day, verb, key)) STRICT, WITHOUT ROWID"""
    )


@migrations()
def queue_lengths(db: Database) -> None:
    """How many wait in each queue, so that a ticket's answer costs the same however many wait."""
    db.execute(
        """CREATE TABLE queue_lengths (
        site TEXT NOT NULL, day TEXT NOT NULL, service TEXT NOT NULL, field TEXT NOT NULL, special INTEGER NOT NULL,
        waiting INTEGER NOT NULL, PRIMARY KEY (site, day, service, field, special)) STRICT, WITHOUT ROWID"""
    )


@migrations()
def journal(db: Database) -> None:
    db.execute(
        """CREATE TABLE journal (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, site TEXT NOT NULL, at INTEGER NOT NULL, actor TEXT NOT NULL,
        kind TEXT NOT NULL, ticket INTEGER, session TEXT NOT NULL, counter INTEGER, data TEXT NOT NULL) STRICT"""
    )
    db.execute("CREATE INDEX journal_by_site ON journal (site, seq)")
    for event in ("update", "delete"):
        db.execute(
            f"""CREATE TRIGGER journal_no_{event} BEFORE {event.upper()} ON journal
            BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"""
        )
    # INSERT OR REPLACE passes a delete trigger unless recursive_triggers is on: refuse it at the door too.
    db.execute(
        """CREATE TRIGGER journal_no_replace BEFORE INSERT ON journal
        WHEN NEW.seq IS NOT NULL AND EXISTS (SELECT 1 FROM journal WHERE seq = NEW.seq)
        BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"""
    )


@migrations()
def accounts(db: Database) -> None:
    db.execute(
        """CREATE TABLE tokens (
        id INTEGER PRIMARY KEY AUTOINCREMENT, site TEXT NOT NULL, role TEXT NOT NULL, name TEXT NOT NULL,
        digest TEXT NOT NULL UNIQUE, officer TEXT NOT NULL, issued_at INTEGER NOT NULL,
        revoked_at INTEGER, last_seen INTEGER) STRICT"""
    )
    db.execute(
        """CREATE TABLE officers (
        login TEXT PRIMARY KEY, site TEXT NOT NULL, role TEXT NOT NULL, password TEXT NOT NULL,
        disabled INTEGER NOT NULL) STRICT"""
    )
    db.execute(
        """CREATE TABLE pairings (
        code TEXT PRIMARY KEY, digest TEXT NOT NULL, site TEXT NOT NULL, role TEXT NOT NULL,
        screen TEXT NOT NULL, asked_at INTEGER NOT NULL, token_id INTEGER NOT NULL) STRICT"""
    )


@migrations()
def ratings(db: Database) -> None:
    # Without a rowid: it would tell in which order people rated.
    db.execute(
        """CREATE TABLE ratings (
        site TEXT NOT NULL, day TEXT NOT NULL, session TEXT NOT NULL, counter INTEGER NOT NULL,
        queue TEXT NOT NULL, score INTEGER NOT NULL CHECK (score BETWEEN 1 AND 4), number INTEGER NOT NULL,
        PRIMARY KEY (site, day, session, counter, queue, score)) STRICT, WITHOUT ROWID"""
    )
    db.execute(
        """CREATE TABLE rated (ticket_id INTEGER PRIMARY KEY, site TEXT NOT NULL, day TEXT NOT NULL)
        STRICT, WITHOUT ROWID"""
    )


@migrations()
def emergencies(db: Database) -> None:
    db.execute(
        """CREATE TABLE emergencies (
        site TEXT PRIMARY KEY, text TEXT NOT NULL, text_en TEXT NOT NULL, since INTEGER NOT NULL,
        origin TEXT NOT NULL) STRICT, WITHOUT ROWID"""
    )


@migrations()
def policies(db: Database) -> None:
    # What a version said is kept as long as a ticket or a diversion names it.
    db.execute("CREATE TABLE policy_texts (version TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT, WITHOUT ROWID")
    db.execute(
        """CREATE TABLE outages (
        site TEXT PRIMARY KEY, since INTEGER NOT NULL, reason TEXT NOT NULL) STRICT, WITHOUT ROWID"""
    )
    db.execute("CREATE INDEX journal_by_kind ON journal (site, kind, at)")
    db.execute("CREATE INDEX dossier_codes_by_ticket ON dossier_codes (ticket_id)")


@migrations()
def sent_tickets(db: Database) -> None:
    """Who was sent to one counter is found at once, however many wait: every call looks there first."""
    db.execute(
        """CREATE INDEX tickets_sent ON tickets (site, day, target, position)
        WHERE state = 'waiting' AND target IS NOT NULL"""
    )
