"""Many statements across the line in one go, through libpq's pipeline mode. psycopg's own way with it waits for the
socket at each statement, which under gevent costs more than the statement."""

from __future__ import annotations

import itertools
from collections.abc import Generator, Iterable, Sequence
from contextlib import suppress
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from psycopg.errors import InvalidSqlStatementName, lookup
from psycopg.pq import DiagnosticField, ExecStatus
from psycopg.waiting import Wait

Raw = psycopg.Connection[Any]
Row = tuple[bytes | None, ...]
Statement = tuple[str, Sequence[Any]]
_names: WeakKeyDictionary[Raw, dict[str, bytes]] = WeakKeyDictionary()
_numbers = itertools.count(1)


class Answer:
    """What one statement gave, its values as the texts that came."""

    __slots__ = ("result",)

    def __init__(self, result: Any) -> None:
        self.result = result

    @property
    def rowcount(self) -> int:
        return int(self.result.command_tuples or 0)

    def rows(self) -> list[Row]:
        found, columns = self.result, range(self.result.nfields)
        return [tuple(found.get_value(row, column) for column in columns) for row in range(found.ntuples)]


def send(raw: Raw, statements: Iterable[Statement]) -> list[Answer]:
    """The answers in their order; statements behind one that fails are not run. Raises psycopg.Error."""
    connection, names = raw.pgconn, _names.setdefault(raw, {})
    new: list[str] = []
    try:
        connection.enter_pipeline_mode()
        # Whether each answer is a statement's, or that of its preparation.
        asked: list[bool] = []
        for text, values in statements:
            if text not in names:
                names[text] = b"layso_%d" % next(_numbers)
                new.append(text)
                connection.send_prepare(names[text], text.encode())
                asked.append(False)
            connection.send_query_prepared(names[text], [_text(value) for value in values])
            asked.append(True)
        connection.pipeline_sync()
        results = raw.wait(_heard(connection))
        connection.exit_pipeline_mode()
    except BaseException:
        # Nobody knows how far it came.
        raw.close()
        raise
    for result in results:
        if result.status == ExecStatus.FATAL_ERROR:
            for text in new:
                del names[text]
            error = _error(result)
            if isinstance(error, InvalidSqlStatementName):
                # Somebody has ended what was prepared: a new connection has it all.
                raw.close()
            raise error
    return [Answer(result) for result, wanted in zip(results, asked, strict=True) if wanted]


def _heard(connection: Any) -> Generator[Wait, int, list[Any]]:
    while connection.flush():
        yield Wait.RW
        with suppress(psycopg.Error):
            connection.consume_input()
    found: list[Any] = []
    while True:
        while connection.is_busy():
            yield Wait.R
            connection.consume_input()
        result = connection.get_result()
        if result is None:
            continue
        if result.status == ExecStatus.PIPELINE_SYNC:
            return found
        found.append(result)


def _error(result: Any) -> psycopg.Error:
    state = (result.error_field(DiagnosticField.SQLSTATE) or b"").decode()
    try:
        kind = lookup(state)
    except KeyError:
        kind = psycopg.OperationalError
    return kind(result.get_error_message())


def _text(value: Any) -> bytes | None:
    if value is None:
        return None
    if isinstance(value, list):
        told = ['"' + str(one).replace("\\", "\\\\").replace('"', '\\"') + '"' for one in value]
        return f"{{{','.join(told)}}}".encode()
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise TypeError(f"a value of the type {type(value).__name__}")
    return str(value).encode()
