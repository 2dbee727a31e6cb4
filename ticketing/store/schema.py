"""The tables, as named forward migrations. A released migration is never edited; a new one is added.

Instants are integers: milliseconds since 1970 in UTC. Days are ISO texts, local to the site.
"""

from __future__ import annotations

import secrets

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from ticketing.store import chaining, logins

migrations = Migrations("layso")

STEADY_TABLES = (
    "meta", "sites", "day_clocks", "sessions", "counters", "emergencies", "outages", "policy_texts", "tokens",
    "officers",
)  # fmt: skip
# Of these, what no longer is: it is read anew whenever anybody has written.
MOVING_TABLES = ("counters",)
JOURNAL_TRIGGERS = ("journal_no_update", "journal_no_delete", "journal_no_replace")
EPOCH_BYTES = 24


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


@migrations()
def seq_by_site(db: Database) -> None:
    """Each site numbers its own lines, so that sites can be written side by side. Where several sites were numbered
    together their lines get new numbers, and the epoch changes: nobody takes an old number for a new one."""
    db.execute("ALTER TABLE journal RENAME TO journal_of_all")
    db.execute(
        """CREATE TABLE journal (
        seq INTEGER NOT NULL, site TEXT NOT NULL, at INTEGER NOT NULL, actor TEXT NOT NULL, kind TEXT NOT NULL,
        ticket INTEGER, session TEXT NOT NULL, counter INTEGER, data TEXT NOT NULL, PRIMARY KEY (site, seq))
        STRICT, WITHOUT ROWID"""
    )
    db.execute(
        """INSERT INTO journal SELECT ROW_NUMBER() OVER (PARTITION BY site ORDER BY seq), site, at, actor, kind,
        ticket, session, counter, data FROM journal_of_all ORDER BY site, seq"""
    )
    # A note's key remembers the number of its line.
    db.execute(
        """UPDATE remembered SET ticket_id = (SELECT COUNT(*) FROM journal_of_all AS old
        WHERE old.site = remembered.site AND old.seq <= remembered.ticket_id) WHERE verb = 'note'"""
    )
    if db.execute("SELECT COUNT(DISTINCT site) FROM journal").fetchone()[0] > 1:
        db.execute("UPDATE meta SET value = ? WHERE key = 'epoch'", (secrets.token_urlsafe(EPOCH_BYTES),))
    db.execute("DROP TABLE journal_of_all")
    db.execute("CREATE INDEX journal_by_kind ON journal (site, kind, at)")
    chaining.keep_append_only(db)


@migrations()
def positions_by_day(db: Database) -> None:
    """A ticket's place in its queue comes from a counter of its day: it goes on behind those of today."""
    db.execute(
        """INSERT INTO series (site, day, prefix, last)
        SELECT site, tickets.day, '', CAST(MAX(position) AS INTEGER) + 1 FROM tickets JOIN day_clocks USING (site)
        WHERE tickets.day >= day_clocks.day GROUP BY site, tickets.day"""
    )


@migrations()
def found_by_day(db: Database) -> None:
    """What a midnight erases is found by its site and day."""
    db.execute("ALTER TABLE remembered RENAME TO remembered_before")
    db.execute(
        """CREATE TABLE remembered (
        actor TEXT NOT NULL, site TEXT NOT NULL, day TEXT NOT NULL, verb TEXT NOT NULL, key TEXT NOT NULL,
        ticket_id INTEGER NOT NULL, PRIMARY KEY (site, day, actor, verb, key)) STRICT, WITHOUT ROWID"""
    )
    db.execute("INSERT INTO remembered SELECT actor, site, day, verb, key, ticket_id FROM remembered_before")
    db.execute("DROP TABLE remembered_before")
    db.execute("CREATE INDEX rated_by_day ON rated (site, day)")


@migrations()
def steady_rows(db: Database) -> None:
    """A number that grows with every change of a row that tickets don't make up: as long as it stands still, whoever
    reads may go on with what he has read of those rows, however many tickets come and go."""
    db.execute("CREATE TABLE steady (id INTEGER PRIMARY KEY CHECK (id = 1), version INTEGER NOT NULL) STRICT")
    db.execute("INSERT INTO steady VALUES (1, 1)")
    for table in STEADY_TABLES:
        for event in ("insert", "update", "delete"):
            db.execute(
                f"""CREATE TRIGGER steady_{table}_{event} AFTER {event.upper()} ON {table}
                BEGIN UPDATE steady SET version = version + 1; END"""
            )


@migrations()
def paired_devices(db: Database) -> None:
    """Whether a token is a device's that was paired, or a program's."""
    db.execute("ALTER TABLE tokens ADD COLUMN paired INTEGER NOT NULL DEFAULT 0")
    db.execute("UPDATE tokens SET paired = 1 WHERE id IN (SELECT token_id FROM pairings)")


@migrations()
def evacuations(db: Database) -> None:
    db.execute("ALTER TABLE emergencies ADD COLUMN evacuate INTEGER NOT NULL DEFAULT 0")


@migrations()
def waiting_sites(db: Database) -> None:
    """Configurations that take away what numbers of today stand in hold from the end of the day on."""
    db.execute(
        """CREATE TABLE waiting_sites (
        site TEXT PRIMARY KEY, base TEXT NOT NULL, config TEXT NOT NULL, day TEXT NOT NULL, actor TEXT NOT NULL,
        reason TEXT NOT NULL) STRICT, WITHOUT ROWID"""
    )


@migrations()
def officer_ids(db: Database) -> None:
    """Addresses name officers by a number; a login stands in the one form that signing in looks for, with a number
    behind it where two would be called alike."""
    logins.number_officers(db)


@migrations()
def seats_by_page(db: Database) -> None:
    """Whether a counter was opened from a console's page, in front of which somebody has to sit."""
    db.execute("ALTER TABLE counters ADD COLUMN by_page INTEGER NOT NULL DEFAULT 0")


@migrations()
def officer_names(db: Database) -> None:
    """How colleagues call an officer; without a name the login stands in for it."""
    db.execute("ALTER TABLE officers ADD COLUMN name TEXT NOT NULL DEFAULT ''")


@migrations()
def chained_journal(db: Database) -> None:
    """Every line carries its hash over the one before; see `chaining`."""
    chaining.chain_journal(db)


@migrations()
def printing(db: Database) -> None:
    """Papers to print, and what was last heard of each printer."""
    db.execute(
        """CREATE TABLE print_jobs (
        id INTEGER PRIMARY KEY AUTOINCREMENT, site TEXT NOT NULL, day TEXT NOT NULL, printer TEXT NOT NULL,
        what TEXT NOT NULL, ticket_id INTEGER, copy INTEGER NOT NULL, state TEXT NOT NULL, tries INTEGER NOT NULL,
        queued_at INTEGER NOT NULL, until INTEGER NOT NULL, ended_at INTEGER, error TEXT NOT NULL) STRICT"""
    )
    db.execute("CREATE INDEX print_jobs_open ON print_jobs (site, printer) WHERE state IN ('queued', 'sending')")
    db.execute("CREATE INDEX print_jobs_by_day ON print_jobs (site, day, printer, state)")
    db.execute("CREATE INDEX print_jobs_by_ticket ON print_jobs (ticket_id)")
    db.execute(
        """CREATE TABLE printers (
        site TEXT NOT NULL, name TEXT NOT NULL, state TEXT NOT NULL, since INTEGER, error TEXT NOT NULL,
        PRIMARY KEY (site, name)) STRICT, WITHOUT ROWID"""
    )
    db.execute("ALTER TABLE tokens ADD COLUMN kiosk TEXT NOT NULL DEFAULT ''")


@migrations()
def counters_back_at(db: Database) -> None:
    """When a counter that is paused is to call again, if its officer said so."""
    db.execute("ALTER TABLE counters ADD COLUMN back_at INTEGER")


@migrations()
def public_ledgers(db: Database) -> None:
    """The tree over what everybody may know of a site's day, and what a ticket's paper says of it. A day that has
    begun is taken from the journal."""
    db.execute(
        """CREATE TABLE ledgers (
        site TEXT NOT NULL, day TEXT NOT NULL, size INTEGER NOT NULL, peaks TEXT NOT NULL, checkpoint TEXT NOT NULL,
        verifier TEXT NOT NULL, PRIMARY KEY (site, day)) STRICT, WITHOUT ROWID"""
    )
    db.execute("ALTER TABLE ticket_codes ADD COLUMN root TEXT NOT NULL DEFAULT ''")
    chaining.begin_ledgers(db)


@migrations()
def imported_journals(db: Database) -> None:
    """Lines that a centre which worked by itself handed in: for reports alone, and never told again as our own."""
    db.execute(
        """CREATE TABLE imported_journal (
        site TEXT NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL, actor TEXT NOT NULL, kind TEXT NOT NULL,
        ticket INTEGER, session TEXT NOT NULL, counter INTEGER, data TEXT NOT NULL,
        PRIMARY KEY (site, seq)) STRICT, WITHOUT ROWID"""
    )
    db.execute("CREATE INDEX imported_by_time ON imported_journal (site, at)")


@migrations()
def papers_given_up(db: Database) -> None:
    """What a supervisor is told of is asked for by every console."""
    db.execute("CREATE INDEX print_jobs_failed ON print_jobs (site, ended_at) WHERE state = 'failed'")


@migrations()
def counters_move(db: Database) -> None:
    """A counter changes with every call: nothing else need be read again for that."""
    for event in ("insert", "update", "delete"):
        db.execute(f"DROP TRIGGER steady_counters_{event}")


@migrations()
def codes_by_ticket(db: Database) -> None:
    """Codes are drawn by lot: only what finds them by code is to grow all over the place, not what finds a day's."""
    db.execute(
        """CREATE TABLE codes (code TEXT NOT NULL UNIQUE, ticket_id INTEGER PRIMARY KEY, site TEXT NOT NULL,
        day TEXT NOT NULL, root TEXT NOT NULL) STRICT"""
    )
    db.execute("INSERT INTO codes SELECT code, ticket_id, site, day, root FROM ticket_codes ORDER BY ticket_id")
    db.execute("DROP TABLE ticket_codes")
    db.execute("ALTER TABLE codes RENAME TO ticket_codes")
    db.execute("CREATE INDEX ticket_codes_by_day ON ticket_codes (site, day)")


@migrations()
def open_by_state(db: Database) -> None:
    """Who waits and who is at a counter have indexes of their own: one over all that isn't over changed with every
    step of every ticket."""
    db.execute("DROP INDEX tickets_open")
    db.execute("CREATE INDEX tickets_held ON tickets (site, day, position) WHERE state = 'held'")
