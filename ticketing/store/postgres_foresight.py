"""What a lane reads again whenever another process has written for its site: asked all at once when that is noticed,
where each statement by itself would wait for its answer before the next one is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from psycopg.adapt import Transformer

from ticketing.store.postgres_connection import Raw, translated
from ticketing.store.postgres_pipeline import Answer, send

Asked = tuple[str, tuple[Any, ...]]
# Who is asked again counts for more; one that isn't so many times is no longer foreseen.
NEW, USED, MOST = 1, 2, 4
TABLES = re.compile(r"\b(?:FROM|JOIN|INTO|UPDATE)\s+(\w+)")


@lru_cache(maxsize=2000)
def tables_of(sql: str) -> frozenset[str]:
    return frozenset(TABLES.findall(sql))


class Rows:
    """As a cursor gives them."""

    def __init__(self, raw: Raw, answer: Answer) -> None:
        transformer = Transformer(raw)
        transformer.set_pgresult(answer.result)
        self._rows = iter(transformer.load_rows(0, answer.result.ntuples, tuple))

    def __iter__(self) -> Iterator[Any]:
        return self._rows

    def fetchone(self) -> Any:
        return next(self._rows, None)

    def fetchall(self) -> list[Any]:
        return list(self._rows)


class Foresight:
    """Learns from one transaction behind another process's to the next; of a transaction, until it writes to a table,
    what was foreseen of that table is what a statement would find."""

    def __init__(self) -> None:
        self._usual: dict[Asked, int] = {}
        self._found: dict[Asked, Answer] = {}
        self._raw: Raw | None = None

    def begin(self) -> None:
        self._found.clear()
        self._raw = None

    def look(self, raw: Raw) -> None:
        """With the site's row locked. Raises psycopg.Error."""
        asked = list(self._usual)
        answers = send(raw, [(translated(sql), values) for sql, values in asked]) if asked else []
        self._usual = {one: credit - 1 for one, credit in self._usual.items() if credit > 1}
        self._found, self._raw = dict(zip(asked, answers, strict=True)), raw

    def answer(self, sql: str, values: Sequence[Any]) -> Rows | None:
        # What names no table, such as a lock or the next number of a series, does something.
        if self._raw is None or not tables_of(sql) or not all(isinstance(one, str | int) for one in values):
            return None
        asked = sql, tuple(values)
        known = self._usual.get(asked)
        self._usual[asked] = NEW if known is None and asked not in self._found else min(MOST, (known or 0) + USED)
        found = self._found.pop(asked, None)
        return None if found is None else Rows(self._raw, found)

    def changed(self, sql: str) -> None:
        if self._found:
            tables = tables_of(sql)
            for asked in [asked for asked in self._found if tables & tables_of(asked[0])]:
                del self._found[asked]
