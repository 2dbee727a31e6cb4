"""How SQLite finds what each statement of the store asks for: never by reading through a table that grows."""

from __future__ import annotations

import inspect
import itertools
import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.kit import HANOI, MONDAY, OFFICER, SITE, Centre
from tests.test_store_contract import a_ticket
from ticketing import ports
from ticketing.errors import Conflict
from ticketing.events import DayEnded, JournalLine
from ticketing.rules.counters import CounterState
from ticketing.rules.emergency import Emergency
from ticketing.rules.people import Officer, Pairing, Token
from ticketing.rules.plans import Outage
from ticketing.rules.printers import PrinterState, PrintJob
from ticketing.rules.ratings import RatingCount
from ticketing.rules.sessions import DayClock
from ticketing.rules.site_changes import Waiting
from ticketing.store.dialect import SqliteConnection
from ticketing.store.reading import SqlView
from ticketing.store.writing import SqlTransaction

AT = datetime(2026, 11, 23, 1, tzinfo=UTC)
SESSION = "2026-11-23-morning"
NOUNS = (
    "sites", "sessions", "tickets", "queues", "counters", "journal", "ledgers", "people", "keys", "ratings", "policies",
    "post", "printers",
)  # fmt: skip
GROWING = {
    "tickets", "ticket_codes", "dossier_codes", "calls", "journal", "remembered", "sessions", "usage", "series",
    "queue_lengths", "ratings", "rated", "tokens", "print_jobs",
}  # fmt: skip
# By its site alone a row is searched among all that the site ever had.
WHOLE = re.compile(r"^(?:SCAN|SEARCH) (?P<table>\w+)(?!.*\((?:site=\? AND |(?!site=)))")
# The end of an index is found at once, though the plan doesn't say so.
AT_THE_END = (
    "ORDER BY seq DESC LIMIT 1", "SELECT COALESCE(MAX(seq), 0) FROM journal WHERE site =",
    "SELECT COALESCE(MAX(id), 0) FROM tickets",
)  # fmt: skip
# Who asks for all of them gets all of them: lists of people, every series after data were restored, an export's ends.
ALL = {"people.tokens", "tickets.skip_serials", "journal.span"}


def values(centre: Centre) -> dict[str, list[Any]]:
    """What a parameter of each kind may be: every statement that a method has must come up with one of them."""
    session = centre.store.read(lambda view: view.sessions.get(SITE, SESSION))
    assert session is not None
    ticket = a_ticket("1099")
    return {
        "str": ["x"], "int": [1], "bool": [True, False], "date": [MONDAY], "datetime": [AT], "float": [1.0],
        "ZoneInfo": [HANOI],
        "str | None": [None, SITE], "int | None": [None], "datetime | None": [None, AT],
        "Sequence[str]": [["a", "b"]], "Sequence[int]": [[1, 2]], "Iterable[date]": [[MONDAY]],
        "Queue": [("submit", "HT"), ("help", None)], "Sequence[Queue]": [[("submit", "HT"), ("help", None)]],
        "Site": [(site := centre.office.site(SITE))], "Waiting | None": [None, Waiting(site, site, MONDAY, "x")],
        "DayClock": [DayClock(MONDAY, AT)], "Event": [DayEnded("2026-11-22")],
        "Emergency | None": [None, Emergency("x", "", AT)], "Outage | None": [None, Outage(AT, "x", SITE)],
        "Session": [replace(session, key="x")], "Ticket": [ticket], "CounterState": [CounterState(SITE, 1)],
        "Actor": [OFFICER], "Token": [Token(0, SITE, "kiosk", "x", "y", "", AT)],
        "Officer": [Officer("x", SITE, "y", "z")], "Pairing": [Pairing("x", "y", SITE, "kiosk", "", AT)],
        "PrintJob": [PrintJob(SITE, MONDAY, "x", "slip", AT, AT, 1)], "PrinterState": [PrinterState(SITE, "x")],
        "Sequence[JournalLine]": [[JournalLine(1, SITE, AT, "x", "day_ended", None, "", None, {})]],
        "RatingCount": [RatingCount(SITE, MONDAY, SESSION, 1, "submit/HT", 4, 1)],
    }  # fmt: skip


def calls(port: type, kinds: dict[str, list[Any]]) -> Iterator[tuple[str, list[Any], dict[str, Any]]]:
    """Every method of a noun's port with every choice of arguments."""
    for name, method in inspect.getmembers(port, inspect.isfunction):
        if name.startswith("_"):
            continue
        parameters = list(inspect.signature(method).parameters.values())[1:]
        for chosen in itertools.product(*(kinds[str(one.annotation)] for one in parameters)):
            given = list(zip(parameters, chosen, strict=True))
            yield (
                name,
                [value for one, value in given if one.kind is not one.KEYWORD_ONLY],
                {one.name: value for one, value in given if one.kind is one.KEYWORD_ONLY},
            )


@pytest.fixture
def asked(centre: Centre) -> dict[str, list[str]]:
    """Every statement that the store's nouns make, by noun and method; bound values stand in it."""
    centre.office.follow_clock()
    centre.take()
    kinds = values(centre)
    found: dict[str, list[str]] = {}
    connection = sqlite3.connect(centre.path, isolation_level=None, factory=SqliteConnection)
    connection.execute("PRAGMA foreign_keys = OFF")
    for make, suffix in ((SqlView, ""), (SqlTransaction, "Writing")):
        for noun in NOUNS:
            port = getattr(ports, noun.capitalize() + suffix)
            for name, args, options in calls(port, kinds):
                view = make(connection)
                if isinstance(view, SqlTransaction):
                    view.held = frozenset(["x", SITE])
                statements = found.setdefault(f"{noun}.{name}", [])
                connection.execute("BEGIN")
                connection.set_trace_callback(statements.append)
                with suppress(Conflict, sqlite3.IntegrityError):
                    getattr(getattr(view, noun), name)(*args, **options)
                if isinstance(view, SqlTransaction):
                    view.kept.write()
                connection.set_trace_callback(None)
                connection.execute("ROLLBACK")
    connection.close()
    return found


def plans(connection: sqlite3.Connection, statements: Iterable[str]) -> Iterator[tuple[str, str]]:
    for statement in dict.fromkeys(statements):
        if not statement.startswith(("--", "PRAGMA", "BEGIN", "ROLLBACK")):
            for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}"):
                yield statement, row[3]


def test_no_statement_reads_through_a_table_that_grows(centre: Centre, asked: dict[str, list[str]]) -> None:
    connection = sqlite3.connect(centre.path)
    read_through: dict[str, list[tuple[str, str]]] = {}
    for method, statements in asked.items():
        assert statements, f"{method} was never seen to ask anything"
        for statement, plan in plans(connection, statements):
            match = WHOLE.match(plan)
            if match and match["table"] in GROWING and not any(end in statement for end in AT_THE_END):
                read_through.setdefault(method, []).append((plan, statement))
    connection.close()
    assert read_through.keys() <= ALL, read_through


def test_the_look_finds_what_is_read_through(centre: Centre) -> None:
    connection = sqlite3.connect(centre.path)
    bad = ["SELECT * FROM tickets WHERE number = 'x'", "SELECT * FROM journal WHERE site = 'x' AND ticket = 1"]
    assert all(WHOLE.match(plan) for statement in bad for _, plan in plans(connection, [statement]))
    connection.close()
