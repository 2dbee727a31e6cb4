"""What the tests' processes leave out changes nothing of what they see (tests/quick.py)."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from werkzeug.routing import Map, Rule

from kiosk.datadir import DataDir
from tests import quick
from tests.api_kit import Kit
from tests.kit import at_once
from ticketing.store import open_store
from ticketing.store.schema import migrations
from ticketing.store.sqlite import connect, migrate


def content(path: Path) -> list[list[tuple[object, ...]]]:
    """Every table, index and trigger as it was written, and every row but for when a migration ran."""
    with sqlite3.connect(path) as database:
        made = database.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY rowid").fetchall()
        tables = [name for kind, name, _table, _sql in made if kind == "table" and name != "_sqlite_migrations"]
        rows = [database.execute(f'SELECT * FROM "{table}"').fetchall() for table in tables]
        steps = database.execute("SELECT id, migration_set, name FROM _sqlite_migrations ORDER BY id").fetchall()
    return [made, steps, *rows]


def test_a_new_database_is_what_all_migrations_make(tmp_path: Path) -> None:
    open_store(tmp_path / "laid.db").close()
    connection = connect(tmp_path / "made.db")
    assert migrate(connection) == [step.name for step in migrations._migrations]
    connection.close()
    laid, made = content(tmp_path / "laid.db"), content(tmp_path / "made.db")
    assert len(made[0]) > 50 and laid == made


def test_of_many_who_open_a_new_database_none_loses_what_it_wrote(tmp_path: Path) -> None:
    directory = DataDir(tmp_path / "data")
    directory.create()

    def write(name: str) -> None:
        store = directory.open()
        store.write((), lambda tx: tx.set_meta(name, "written"))
        store.close()

    assert at_once([lambda name=f"by {each}": write(name) for each in range(6)]) == [None] * 6  # type: ignore[misc]
    store = directory.open()
    assert [store.read(lambda view, name=f"by {each}": view.meta(name)) for each in range(6)] == ["written"] * 6
    store.close()
    assert directory.database.stat().st_mode & 0o777 == 0o600


def test_addresses_lead_to_the_same_pages_and_are_built_alike(tmp_path: Path) -> None:
    with Kit(tmp_path / "once"), Kit(tmp_path / "again") as kit:
        rules = list(kit.app.url_map.iter_rules())
        assert len(rules) > 100
        for rule in rules:
            fresh = Rule(rule.rule, endpoint=rule.endpoint, methods=rule.methods, defaults=rule.defaults)
            fresh.map = Map(converters=kit.app.url_map.converters)
            fresh.strict_slashes, fresh.merge_slashes = rule.strict_slashes, rule.merge_slashes
            quick._compile(fresh)
            assert (fresh._parts, fresh._trace) == (rule._parts, rule._trace)
            assert fresh.arguments == rule.arguments and fresh._converters.keys() == rule._converters.keys()
            values = dict.fromkeys(rule.arguments, 7) | {"asked": "a b"}
            for unknown in (True, False):
                assert fresh.build(values, unknown) == rule.build(values, unknown)
