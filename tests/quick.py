"""What every process of the tests may do without: a password hashed at its real cost, a template or an address
compiled again, a new database that goes through all that its tables went through since 0.1.

`in_this_process()` is called by whatever imports the product for tests; what is executed as a user would do it isn't
touched. tests/test_quick.py holds down that what comes out is the same.
"""

from __future__ import annotations

import fcntl
import os
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2 import FileSystemBytecodeCache
from werkzeug.routing import Rule

from ticketing.store.sqlite import SqliteStore, connect, migrate
from ticketing.verbs import people

# Names a folder that all processes of one run share.
FOLDER = "TESTS_TEMPLATES"
REAL_COST = people.SCRYPT["n"]
COST = 16
LAYING = threading.Lock()


def in_this_process() -> None:
    people.SCRYPT["n"] = COST
    people.NOBODY = people.NOBODY.replace(f"${REAL_COST}$", f"${COST}$")
    if FOLDER not in os.environ:
        os.environ[FOLDER] = tempfile.mkdtemp(prefix="layso-templates-")
    folder = Path(os.environ[FOLDER])
    Flask.jinja_options = {"bytecode_cache": FileSystemBytecodeCache(str(folder))}
    Rule.compile = _compiled_once  # type: ignore[method-assign,assignment]

    def begin(store: SqliteStore, path: Path, *more: Any, **named: Any) -> None:
        _lay(folder, path)
        _begin(store, path, *more, **named)

    SqliteStore.__init__ = begin  # type: ignore[method-assign,assignment]


_begin = SqliteStore.__init__


def _lay(folder: Path, path: Path) -> None:
    """Lays a copy of an empty database where none is yet; of many processes that would only the first does."""
    # A database that this process has open must not be opened beside SQLite: closing it would end SQLite's locks.
    with LAYING:
        if not path.exists() or not path.stat().st_size:
            _lay_first(folder, path)


def _lay_first(folder: Path, path: Path) -> None:
    empty = folder / "empty.db"
    if not empty.exists():
        fresh = folder / f"empty-{os.getpid()}-{threading.get_ident()}.db"
        connection = connect(fresh)
        migrate(connection)
        connection.close()
        fresh.replace(empty)
    with suppress(OSError), open(os.open(path, os.O_RDWR | os.O_CREAT, 0o644), "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if not os.fstat(file.fileno()).st_size:
            file.write(empty.read_bytes())


_compile = Rule.compile
_compiled: dict[object, tuple[Any, ...]] = {}


def _compiled_once(rule: Rule) -> None:
    """Nothing of what is compiled belongs to one app: it serves every one with the same addresses."""
    assert rule.map is not None
    if rule.defaults or rule.host or rule.subdomain or dict(rule.map.converters) != dict(rule.map.default_converters):
        return _compile(rule)
    what = (rule.rule, rule.map.host_matching, rule.merge_slashes)
    if what not in _compiled:
        _compile(rule)
        builders: list[Any] = [rule._build, rule._build_unknown]
        _compiled[what] = (
            rule._parts, rule._trace, rule._converters, frozenset(rule.arguments),
            *(builder.__func__ for builder in builders),
        )  # fmt: skip
    rule._parts, rule._trace, rule._converters, arguments, build, build_unknown = _compiled[what]
    rule.arguments = set(arguments)
    rule._build = build.__get__(rule, None)
    rule._build_unknown = build_unknown.__get__(rule, None)
