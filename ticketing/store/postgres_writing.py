"""What a transaction writes, kept back until somebody waits for an answer of the database: a ticket's statements cross
the line together, with its commit, and cost one way instead of nine."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from ticketing.store import postgres_pipeline
from ticketing.store.postgres_connection import PostgresConnection, translated
from ticketing.store.postgres_foresight import Foresight
from ticketing.store.postgres_pipeline import Answer, Row, Statement

SAVE, TAKE_BACK, RELEASE = "SAVEPOINT step", "ROLLBACK TO step", "RELEASE step"
ANSWERLESS = re.compile(r"\s*(INSERT|UPDATE|DELETE)\b(?!.*\bRETURNING\b)", re.S)
@lru_cache(maxsize=2000)
def has_no_answer(sql: str) -> bool:
    """Whether a statement changes rows and tells nothing but how many."""
    return ANSWERLESS.match(sql) is not None


class Later:
    """The result of a statement that is still kept back, or was when it was asked for."""

    __slots__ = ("_connection", "answer")

    def __init__(self, connection: WritingConnection) -> None:
        self._connection = connection
        self.answer: Answer | None = None

    @property
    def rowcount(self) -> int:
        if self.answer is None:
            self._connection.send()
        assert self.answer is not None
        return self.answer.rowcount


class WritingConnection(PostgresConnection):
    """A connection for one writer. A step is one work of several that share a transaction; it gets its savepoint only
    when something of it is sent before it is over. Whoever owns this hands in `ids` for tickets, made under the lock
    that keeps a site's tickets in order, and empties what is kept back by `begin` and `send`."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[int] = []
        self.foresight = Foresight()
        self._kept_back: list[tuple[str, Sequence[Any], Later | None]] = []
        self._step: int | None = None
        self._saved = False

    def begin(self) -> None:
        """What a transaction that failed has kept back is forgotten."""
        self._kept_back.clear()
        self._step, self._saved = None, False
        self.foresight.begin()

    def execute(self, sql: str, values: Sequence[Any] = (), /) -> Any:
        selects = sql.lstrip().startswith("SELECT")
        if not selects:
            self.foresight.changed(sql)
        elif (foreseen := self.foresight.answer(sql, values)) is not None:
            return foreseen
        if has_no_answer(sql):
            later = Later(self)
            self._kept_back.append((translated(sql), values, later))
            return later
        # The values of an answer are psycopg's to read.
        self.send(changes=not selects)
        return super().execute(sql, values)

    def new_ticket_id(self, last: int | None) -> int:
        return self.ids.pop(0) if self.ids else super().new_ticket_id(last)

    def stream(self, sql: str, values: Sequence[Any] = (), /) -> Iterator[Any]:
        self.send()
        return super().stream(sql, values)

    def send(self, *statements: Statement, changes: bool = False) -> list[list[Row]]:
        """Sends what was kept back and these, and waits once, for all; the rows of these. `changes` says that what
        comes next does. Raises psycopg.Error, as the first that failed says."""
        assert self.raw is not None
        self._save_step(changes)
        kept_back, self._kept_back = self._kept_back, []
        if not kept_back and not statements:
            return []
        sent = [*((text, values) for text, values, _later in kept_back), *statements]
        answers = postgres_pipeline.send(self.raw, sent)
        for answer, (_text, _values, later) in zip(answers, kept_back, strict=False):
            if later is not None:
                later.answer = answer
        return [answer.rows() for answer in answers[len(kept_back) :]]

    def _save_step(self, changes: bool) -> None:
        if self._step is None or self._saved or (len(self._kept_back) == self._step and not changes):
            if self._step is not None:
                self._step = 0
            return
        self._kept_back.insert(self._step, (SAVE, (), None))
        self._step, self._saved = 0, True

    def begin_step(self) -> None:
        self._step, self._saved = len(self._kept_back), False

    def end_step(self) -> None:
        if self._saved:
            self._kept_back.append((RELEASE, (), None))
        self._step, self._saved = None, False

    def undo_step(self) -> None:
        """Takes back what the step has changed."""
        assert self._step is not None
        del self._kept_back[self._step :]
        if self._saved:
            self._kept_back.append((TAKE_BACK, (), None))
        self.end_step()

