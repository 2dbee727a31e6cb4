"""Two processes that write for one site in turns: what each keeps of it follows what the other wrote."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from tests.cluster_kit import postgres
from tests.kit import KIOSK, MONDAY, SITE, Centre, ManualClock, at_once, small_site
from tests.races.kit import office_on
from tests.test_kept_amid_failures import Refused, drawn, job
from ticketing.ports import Transaction
from ticketing.rules.clock import Moment
from ticketing.rules.lines import Line
from ticketing.rules.orders import TicketOrder
from ticketing.store import check, open_database
from ticketing.store.postgres import PostgresStore
from ticketing.store.postgres_connection import PostgresConnection
from ticketing.store.writing_queues import QueuesWriter

ROUNDS = 300


@pytest.fixture
def centre() -> Iterator[Centre]:
    site = small_site()
    open_to_all = tuple(replace(one, cap=None, field_caps={}, service_caps={}) for one in site.sessions)
    with closing(Centre(postgres().new(), ManualClock(), replace(site, sessions=open_to_all))) as centre:
        yield centre


@pytest.fixture
def others(centre: Centre) -> Iterator[list[PostgresStore]]:
    stores = [open_database(str(centre.path)) for _ in range(2)]
    yield stores
    for store in stores:
        store.close()


def content(line: Line) -> Any:
    return line.waiting, line.here, line.held, line.turns, line.specials


def told(tx: Transaction) -> tuple[Any, Any]:
    """The line that is kept, and what the database holds."""
    queues: Any = tx.queues
    return content(queues.line(SITE, MONDAY)), content(queues._line(SITE, MONDAY))


@pytest.mark.parametrize("seed", range(3))
def test_each_line_is_what_the_database_holds(centre: Centre, others: list[PostgresStore], seed: int) -> None:
    chance, clock, ended = random.Random(seed), centre.clock, set[str]()
    for _ in range(ROUNDS):
        works: list[Callable[[], Any]] = []
        for _ in range(chance.choice([1, 1, 1, 4])):
            clock.pass_(seconds=chance.choice([0, 1, 5, 20]), microseconds=chance.randrange(1000))
            fate = chance.choices(["", "at once", "after it has written", "by a row"], [30, 1, 1, 1])[0]
            work = job(centre, Moment(clock.now(), clock.now()), drawn(chance), fate).work
            works.append(partial(chance.choice(others).write, (SITE,), work))
        ended.update(type(one).__name__ for one in at_once(works))
        if chance.random() < 0.5:
            kept, stands = chance.choice(others).write((SITE,), told)
            assert kept == stands
    assert ended >= {"Refused", "UniqueViolation", "Conflict", "CounterClosed"}
    assert check(str(centre.path)) == []


def test_what_another_process_writes_is_all_that_is_read_of_a_line(
    centre: Centre, others: list[PostgresStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    read, whole = 0, QueuesWriter._line

    def counted(*asked: Any) -> Line:
        nonlocal read
        read += 1
        return whole(*asked)

    monkeypatch.setattr(QueuesWriter, "_line", counted)
    lines = [lambda tx: len(tx.queues.line(SITE, MONDAY).waiting)] * 2
    centre.take(field="HT")
    for number in range(1, 20):
        for store, work in zip(others, lines, strict=True):
            assert store.write((SITE,), work) == number
        centre.take(field="HT")
    assert read == 1 + len(others)
    with suppress(Refused):
        others[0].write((SITE,), refuse)
    assert others[0].write((SITE,), lines[0]) == 20
    assert read == 2 + len(others), "what a work has seen that was taken back is read again"


def test_the_lines_of_days_past_are_let_go(centre: Centre, others: list[PostgresStore]) -> None:
    days = [MONDAY + timedelta(days=number) for number in range(5)]
    for day in days:
        for store in others:
            store.write((SITE,), lambda tx, day=day: len(tx.queues.line(SITE, day).waiting))  # type: ignore[misc]
            store.write((SITE,), lambda tx: tx.set_meta("x", "y"))
    for store in others:
        kept: Any = store._lane(SITE)._transaction.kept
        lines = {key[2] for key in (*kept._values, *kept._before) if key[0] == "line"}
        assert {days[-1]} <= lines <= set(days[-2:])


def refuse(_tx: Transaction) -> None:
    raise Refused


def test_what_is_read_again_behind_another_process_is_asked_at_once(
    centre: Centre, others: list[PostgresStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, execute = list[str](), PostgresConnection.execute

    def told_of(connection: PostgresConnection, sql: str, values: Any = ()) -> Any:
        asked.append(sql)
        return execute(connection, sql, values)

    monkeypatch.setattr(PostgresConnection, "execute", told_of)
    offices = [office_on(store, centre.clock, name) for store, name in zip(others, "ab", strict=True)]
    waits = []
    for _ in range(3):
        for office in offices:
            asked.clear()
            number, _ = office.take_ticket(SITE, TicketOrder(field="HT"), KIOSK)
            waits.append(len(asked))
    assert number["number"] == "1006"
    first, *_, last = waits
    assert first > 10 and last <= 2, "the journal since, and whom it tells of"


def test_nothing_is_foreseen_of_a_table_that_was_written_to(others: list[PostgresStore], centre: Centre) -> None:
    def put(value: str, tx: Any) -> Any:
        tx.set_meta("x", value)
        return tx.run("SELECT value FROM meta WHERE key = ?", ("x",)).fetchone()[0]

    assert [others[n % 2].write((SITE,), partial(put, f"{n}")) for n in range(8)] == [f"{n}" for n in range(8)]


def test_what_is_no_longer_asked_is_no_longer_foreseen(others: list[PostgresStore], centre: Centre) -> None:
    one, other = others

    def work(key: str, tx: Any) -> None:
        tx.run("SELECT value FROM meta WHERE key = ?", (key,))
        tx.set_meta("x", key)

    for number in range(30):
        for store in (one, other):
            store.write((SITE,), partial(work, f"{number}"))
    foresight: Any = one._lane(SITE)._connection.foresight
    assert len(foresight._usual) <= 2
