"""Moving everything between a file and a database, what a database keeps beside the tables, and who uses it at once."""

from __future__ import annotations

import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Self

import psycopg
from psycopg import sql
from sqlite_utils import Database

from ticketing.store.check import broken_links
from ticketing.store.dialect import DatabaseUnusable, SqliteConnection
from ticketing.store.postgres_connection import PostgresConnection, Raw, connect
from ticketing.store.schema import migrations
from ticketing.store.schema_postgres import OWN_TABLES, migrate
from ticketing.store.sqlite import connect as open_file
from ticketing.store.sqlite import migrate as migrate_file

# Held, shared, by every server, and alone by whoever moves the data.
SERVING = 0x1A451
# Held by the one server that prints and copies; whoever asks next has it when that one ends.
LEADING = 0x1A453
# Shared by whoever is about to find out whether it is the first.
STARTING = 0x1A452
# So soon after the database has begun anew its servers hold it again.
GRACE_S = 10.0
ROWS_AT_ONCE = 5000
HEADS = "SELECT site, MAX(seq), COUNT(*) FROM journal GROUP BY site ORDER BY site"
LAST_HASHES = """SELECT site, seq, hash FROM journal AS line
WHERE seq = (SELECT MAX(seq) FROM journal WHERE site = line.site) ORDER BY site"""


@contextmanager
def opened(url: str) -> Iterator[Raw]:
    """A connection to a database that we can use. Raises DatabaseUnusable, for whatever the database says."""
    try:
        with closing(connect(url)) as raw:
            encoding = raw.info.parameter_status("server_encoding")
            if encoding != "UTF8":
                raise DatabaseUnusable(f"its encoding is {encoding}, which loses Vietnamese names: it must be UTF8")
            yield raw
    except psycopg.Error as error:
        raise _unusable(error) from None


def _unusable(error: psycopg.Error) -> DatabaseUnusable:
    return DatabaseUnusable(" ".join(str(error).split()))


class Held:
    """The database, held as a server holds it, or alone. `got` says whether nobody kept it from us, `first` whether no
    server held it before. A server that lost the connection holds it again by `again`."""

    def __init__(self, url: str, alone: bool) -> None:
        self._url, self._alone = url, alone
        self.got = self.first = False
        self._raw: Raw | None = None
        self._leads = False

    def __enter__(self) -> Self:
        """Raises DatabaseUnusable, as `opened` does."""
        try:
            self._hold()
        except psycopg.Error as error:
            raise _unusable(error) from None
        return self

    def _hold(self) -> None:
        raw = self._raw = connect(self._url)
        self._leads = False
        if self._alone:
            age = raw.execute("SELECT extract(epoch FROM now() - pg_postmaster_start_time())::float8").fetchone()
            time.sleep(max(0.0, GRACE_S - age[0]) if age else 0.0)
        with raw.transaction():
            raw.execute(f"SELECT pg_advisory_xact_lock({STARTING})")
            self.first = _try(raw, f"SELECT pg_try_advisory_lock({SERVING})")
            if self._alone:
                self.got = self.first
            else:
                self.got = _try(raw, f"SELECT pg_try_advisory_lock_shared({SERVING})")
                if self.first:
                    raw.execute(f"SELECT pg_advisory_unlock({SERVING})")

    def leads(self) -> bool:
        """Asked for each time: the lead goes with the connection, and whoever asks next has it."""
        raw = self._raw
        if raw is None or raw.closed:
            return False
        try:
            if self._leads:
                raw.execute("SELECT 1")
            else:
                self._leads = _try(raw, f"SELECT pg_try_advisory_lock({LEADING})")
        except psycopg.Error:
            raw.close()
            return False
        return self._leads

    def again(self) -> bool:
        """Holds it still, or anew after the connection was lost; False when somebody else has it alone by now."""
        try:
            if self._raw is not None and not self._raw.closed:
                with suppress(psycopg.Error):
                    self._raw.execute("SELECT 1")
                    return self.got
                self._raw.close()
            self._hold()
        except psycopg.Error:
            # Nobody can have the data alone while they are not to be had.
            if self._raw is not None:
                self._raw.close()
        return self.got

    def __exit__(self, *_error: object) -> None:
        if self._raw is not None:
            self._raw.close()


def _try(raw: Raw, statement: str) -> bool:
    row = raw.execute(statement).fetchone()
    return bool(row and row[0])


def is_served(url: str) -> bool:
    """Whether a server holds it. Looked at, not tried: a server that begins just now must not find it taken."""
    with opened(url) as raw:
        held = f"""SELECT EXISTS (SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
        WHERE datname = current_database() AND locktype = 'advisory' AND objid = {SERVING} AND granted)"""
        return _try(raw, held)


def secret(url: str, name: str, new: str) -> str:
    """What is kept under this name; `new`, from now on and for every process, where nothing was."""
    with opened(url) as raw:
        migrate(raw, PostgresConnection(raw))
        run = PostgresConnection(raw).execute
        run("INSERT INTO secrets (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING", (name, new))
        return str(run("SELECT value FROM secrets WHERE name = ?", (name,)).fetchone()[0])


def identity(url: str) -> str:
    """What tells this database from every other, one that was copied from it included."""
    made = secret(url, "identity", secrets.token_hex(8))
    with opened(url) as raw:
        row = raw.execute("SELECT oid FROM pg_database WHERE datname = current_database()").fetchone()
    return f"{made}-{row[0] if row else 0}"


def put_secret(url: str, name: str, value: str) -> None:
    with opened(url) as raw:
        PostgresConnection(raw).execute(
            "INSERT INTO secrets VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", (name, value)
        )


def tables() -> dict[str, list[str]]:
    """The tables that are moved, parents before what points to them, and their columns."""
    new = Database(memory=True)
    migrations.apply(new)
    named = [name for (name,) in new.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid")]
    return {
        name: [row[1] for row in new.execute(f"PRAGMA table_info({name})")] for name in named if name not in OWN_TABLES
    }


def counts(connection: Any) -> dict[str, int]:
    return {name: connection.execute(f"SELECT COUNT(*) FROM {name}").fetchone()[0] for name in tables()}


def copy_to_file(url: str, target: Path) -> dict[str, int]:
    """Everything as it stands now, in a new file at `target`; how many rows of each table. Raises DatabaseUnusable,
    and FileExistsError."""
    with opened(url) as raw, closing(_new_file(target)) as file:
        source = PostgresConnection(raw)
        migrate(raw, source)
        source.begin_reading()
        file.execute("BEGIN IMMEDIATE")
        # The tables of a new file hold what their migrations put there.
        for name in tables():
            file.execute(f"DELETE FROM {name}") if name != "journal" else None
        for name, columns in tables().items():
            rows = source.stream(f"SELECT {', '.join(columns)} FROM {name} ORDER BY {_order(name)}")
            marks = ", ".join("?" * len(columns))
            file.executemany(f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({marks})", rows)
        found = _same(source, file)
        file.execute("COMMIT")
        file.execute("PRAGMA journal_mode = DELETE")
        return found


def _new_file(target: Path) -> SqliteConnection:
    target.touch(0o600, exist_ok=False)
    file = open_file(target)
    migrate_file(file)
    return file


def copy_from_file(source_path: Path, url: str) -> dict[str, int]:
    """Everything of the file, of this version, in a database that holds nothing yet. Raises DatabaseUnusable."""
    with opened(url) as raw, closing(open_file(source_path)) as file:
        target = PostgresConnection(raw)
        migrate(raw, target)
        file.execute("BEGIN")
        with raw.transaction():
            there = {name: number for name, number in counts(target).items() if number and name != "meta"}
            if there:
                raise DatabaseUnusable(f"it holds data already ({', '.join(there)}): give an empty one")
            raw.execute("DELETE FROM meta")
            for name, columns in tables().items():
                _copy_in(raw, name, columns, file.execute(f"SELECT {', '.join(columns)} FROM {name} {_by(name)}"))
                if "id" in columns and name != "officers":
                    raw.execute(
                        f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), "
                        f"COALESCE((SELECT MAX(id) FROM {name}), 0) + 1, false)"
                    )
            found = _same(file, target)
        file.execute("ROLLBACK")
        # Without statistics it would be slow until PostgreSQL comes by itself.
        raw.execute("ANALYZE")
        return found


def _copy_in(raw: Raw, name: str, columns: list[str], rows: sqlite3.Cursor) -> None:
    listed = sql.SQL(", ").join(map(sql.Identifier, columns))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(name), listed)
    with raw.cursor().copy(statement) as copy:
        while batch := rows.fetchmany(ROWS_AT_ONCE):
            for row in batch:
                copy.write_row(row)


def _order(name: str) -> str:
    return "site, seq" if name == "journal" else "1"


def _by(name: str) -> str:
    return f"ORDER BY {_order(name)}"


def _same(source: Any, target: Any) -> dict[str, int]:
    """How many rows each table has there. Raises DatabaseUnusable where they are not those of the source, or the
    journal's chain does not hold."""
    found, wanted = counts(target), counts(source)
    wrong = [f"{name} {found[name]} of {number}" for name, number in wanted.items() if found[name] != number]
    for told in (HEADS, LAST_HASHES):
        if [*map(tuple, source.execute(told).fetchall())] != [*map(tuple, target.execute(told).fetchall())]:
            wrong.append("the journal's last lines")
    if wrong or (wrong := list(broken_links(target))):
        raise DatabaseUnusable(f"what arrived is not what was sent: {'; '.join(wrong[:3])}")
    return found
