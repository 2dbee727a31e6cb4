"""Stores: SQLite on disk. All SQL of the project lives here."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from ticketing.store.check import check
from ticketing.store.sqlite import BeforeMigration, SqliteStore
from ticketing.store.writer import Offload

DATABASE = "layso.db"


def open_store(
    path: Path, *, offload: Offload = lambda work: work(), before_migration: BeforeMigration | None = None
) -> SqliteStore:
    """Opens, or creates, the database file at `path` and brings its tables up to date."""
    return SqliteStore(path, offload, before_migration)


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


__all__ = ["DATABASE", "SqliteStore", "backup", "check", "open_store"]
