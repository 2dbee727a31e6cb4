"""A group that shares a transaction, when one of it fails that has written: all run once more, each for itself."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ticketing.errors import Unavailable
from ticketing.ports import Transaction
from ticketing.store import open_store
from ticketing.store.committing import Committing, Job
from ticketing.store.dialect import SqliteConnection
from ticketing.store.reader import BUSY_MS
from ticketing.store.sqlite import _connected, connect
from ticketing.store.sqlite_writing import WritingConnection

NAME = "who wrote last"


class Letting(WritingConnection):
    """`between` happens when a transaction has been taken back, before there is another one."""

    between: Callable[[], object] = staticmethod(lambda: None)

    def rollback(self) -> None:
        super().rollback()
        self.between()


@pytest.fixture
def writing(tmp_path: Path) -> Iterator[Letting]:
    open_store(tmp_path / "x.db").close()
    with closing(_connected(tmp_path / "x.db", Letting, BUSY_MS)) as connection:
        yield connection


@pytest.fixture
def other(writing: Letting, tmp_path: Path) -> Iterator[SqliteConnection]:
    """Another process's, as far as the database can tell."""
    with closing(connect(tmp_path / "x.db")) as connection:
        yield connection


def job(name: str, *, refused: bool = False, patience_s: float = 20) -> Job:
    def work(tx: Transaction) -> str:
        before = tx.meta(NAME)
        tx.set_meta(NAME, name)
        if refused:
            raise KeyError(name)
        return before

    return Job(frozenset(), work, time.monotonic() + patience_s)


def test_works_that_run_once_more_see_what_another_process_wrote_meanwhile(
    writing: Letting, other: SqliteConnection
) -> None:
    committing = Committing(writing)
    committing.commit([job("first")])
    writing.between = lambda: other.execute("UPDATE meta SET value = 'theirs' WHERE key = ?", (NAME,))
    group = [job("a"), job("b", refused=True), job("c")]
    committing.commit(group)
    assert [(one.result, type(one.error)) for one in group] == [
        ("theirs", type(None)), (None, KeyError), ("a", type(None)),
    ]  # fmt: skip
    assert other.execute("SELECT value FROM meta WHERE key = ?", (NAME,)).fetchall() == [("c",)]


def test_of_works_that_run_once_more_those_wait_for_another_process_whose_patience_lasts(
    writing: Letting, other: SqliteConnection
) -> None:
    def offload(work: Callable[[], Any]) -> Any:
        if other.in_transaction:
            other.execute("ROLLBACK")
        return work()

    committing = Committing(writing, offload)
    writing.between = lambda: other.execute("BEGIN IMMEDIATE")
    group = [job("a", patience_s=0), job("b", refused=True), job("c")]
    committing.commit(group)
    first, refused, last = group
    assert isinstance(first.error, Unavailable) and first.error.details == {"cause": "locked"}
    assert isinstance(refused.error, KeyError) and (last.result, last.error) == ("", None)
    assert other.execute("SELECT value FROM meta WHERE key = ?", (NAME,)).fetchall() == [("c",)]


def test_where_nobody_s_patience_lasts_nothing_is_written(writing: Letting, other: SqliteConnection) -> None:
    committing = Committing(writing)
    writing.between = lambda: other.execute("BEGIN IMMEDIATE")
    group = [job("a", patience_s=0), job("b", refused=True, patience_s=0)]
    committing.commit(group)
    assert [type(one.error) for one in group] == [Unavailable] * 2
    other.execute("ROLLBACK")
    writing.between = lambda: None
    after = job("after")
    committing.commit([after])
    assert (after.result, after.error, committing.failed) == ("", None, False)
