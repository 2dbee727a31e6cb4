"""Stores: SQLite on disk, PostgreSQL for a cluster. All SQL of the project lives here."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import date
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, TypeAlias

from ticketing.store import check as checking
from ticketing.store.committing import Offload
from ticketing.store.dialect import DatabaseUnusable
from ticketing.store.sqlite import BeforeMigration, SqliteReader, SqliteStore
from ticketing.store.writer import Elsewhere

if TYPE_CHECKING:
    from ticketing.store.postgres import PostgresReader, PostgresStore

DATABASE = "layso.db"
# A damaged page may tell anything.
SERIES = "SELECT site, day, prefix, last FROM series WHERE prefix != '' AND last BETWEEN 1 AND 99999"
AnyReader: TypeAlias = "SqliteReader | PostgresReader"
Databases: TypeAlias = ModuleType
AnyStore: TypeAlias = "SqliteStore | PostgresStore"
# What a database that can't be used says, for those who may not know which one it is.
DatabaseError = sqlite3.Error


def open_store(
    path: Path, *, offload: Offload = lambda work: work(), before_migration: BeforeMigration | None = None,
    elsewhere: Elsewhere | None = None,
) -> SqliteStore:  # fmt: skip
    """Opens, or creates, the database file at `path` and brings its tables up to date. `elsewhere` writes for it, for
    as long as that process lives."""
    return SqliteStore(path, offload, before_migration, elsewhere)


def open_database(url: str) -> PostgresStore:
    """The store on the PostgreSQL database at `url`, its tables made or brought up to date. Raises DatabaseUnusable,
    and Conflict for a database of a newer version of this program."""
    return databases().open_postgres(url)


def read_database(url: str) -> PostgresReader:
    return databases().PostgresReader(url)


def check(place: Path | str, noted: Mapping[str, int] | None = None) -> list[str]:
    """What is broken in the file or the database there, a line each; see `checking.check`."""
    return checking.check(place, noted) if isinstance(place, Path) else databases().check(place, noted)


def databases() -> ModuleType:
    """psycopg takes a fifth of a second to load, and is an extra."""
    try:
        return import_module("ticketing.store.postgres")
    except ImportError:
        raise DatabaseUnusable("--database needs the extra 'cluster': pip install 'layso[cluster]'") from None


def backup(source: Path, target: Path) -> None:
    """A consistent copy of a database that may be in use, whole in one file."""
    reading = sqlite3.connect(source)
    writing = sqlite3.connect(target)
    try:
        reading.backup(writing)
        writing.execute("PRAGMA journal_mode = DELETE")
    finally:
        writing.close()
        reading.close()


def is_whole(path: Path) -> bool:
    """Whether a file that nobody uses is a database that can be read to its last page."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            return bool(database.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
    except sqlite3.Error:
        return False


def has_lines(path: Path) -> bool:
    """Whether a file holds any line of a journal; also where that can't be read, for whoever opens it to say."""
    if not path.exists():
        return False
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            made = database.execute("SELECT 1 FROM sqlite_master WHERE name = 'journal'").fetchone()
            return made is not None and database.execute("SELECT 1 FROM journal LIMIT 1").fetchone() is not None
    except sqlite3.Error:
        return True


def last_numbers(path: Path) -> dict[tuple[str, date, str], int] | None:
    """The last number of each series of a file that nobody uses, by site, day and prefix; None where it is not there or
    can't be read."""
    if not path.exists():
        return None
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            found = database.execute(SERIES).fetchall()
            return {(site, date.fromisoformat(day), prefix): last for site, day, prefix, last in found}
    except (sqlite3.Error, ValueError):
        return None


__all__ = [
    "DATABASE", "AnyReader", "AnyStore", "DatabaseError", "DatabaseUnusable", "Databases", "Elsewhere", "SqliteReader",
    "SqliteStore", "backup", "check", "databases", "has_lines", "last_numbers", "open_database", "open_store",
    "read_database",
]  # fmt: skip
