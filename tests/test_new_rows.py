"""New rows of a group are kept back and written together: a work is answered as if it had written its own at once."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.kit import MONDAY, SITE, Centre, ManualClock, small_site
from tests.test_store_contract import a_ticket
from tests.test_writer import Gate, one_commits_and_others_wait, put
from ticketing.events import TicketCalled
from ticketing.ports import Transaction
from ticketing.rules.counters import CounterState
from ticketing.rules.people import CLI
from ticketing.rules.tickets import evolve
from ticketing.store import open_store

AT = datetime(2026, 11, 23, 1, tzinfo=UTC)


def adding(number: str, code: str, *, refused: bool = False, asks_for: str = "") -> Callable[[Transaction], Any]:
    def work(tx: Transaction) -> Any:
        there = tx.tickets.by_number(SITE, MONDAY, asks_for) if asks_for else None
        added = tx.tickets.add(a_ticket(number), code)
        if refused:
            raise KeyError("refused")
        return added.id, tx.tickets.code_of(there.id) if there else ""

    return work


def numbers_of(centre: Centre) -> list[tuple[int, str, str]]:
    return centre.store.read(lambda view: [(t.id, t.number, view.tickets.code_of(t.id)) for t in view.tickets.all()])


@pytest.mark.parametrize(
    "second", [adding("1002", "other", refused=True), adding("1002", "one"), adding("1001", "other")],
    ids=["refused by its rule", "a code twice", "a number twice"],
)  # fmt: skip
def test_of_a_group_s_new_tickets_those_of_a_refused_work_are_not_written_and_leave_no_gap(
    tmp_path: Path, second: Callable[[Transaction], Any]
) -> None:
    centre, gate = Centre(tmp_path / "x.db", ManualClock(), small_site()), Gate()
    centre.store.close()
    centre.store = open_store(tmp_path / "x.db", offload=gate)
    works = [adding("1001", "one"), second, adding("1003", "three"), adding("1004", "four", asks_for="1001")]
    started = one_commits_and_others_wait(centre.store, gate, put("first"), *works, sites=(SITE,))
    gate.way.set()
    _first, one, refused, three, four = (late.result() for late in started)
    assert isinstance(refused, KeyError | sqlite3.IntegrityError)
    assert (one, three, four) == ((1, ""), (2, ""), (3, "one"))
    assert numbers_of(centre) == [(1, "1001", "one"), (2, "1003", "three"), (3, "1004", "four")]
    assert gate.commits == 2
    centre.close()


def test_rows_that_the_database_fails_to_write_are_not_put_down_to_who_asked_for_them(tmp_path: Path) -> None:
    centre, gate, failures = Centre(tmp_path / "x.db", ManualClock(), small_site()), Gate(), [OSError("unreadable")]
    centre.store.close()
    centre.store = open_store(tmp_path / "x.db", offload=gate)

    def once() -> None:
        if failures:
            raise failures.pop()

    centre.store._writing.create_function("once", 0, once)
    centre.store._writing.execute("CREATE TEMP TRIGGER fails BEFORE INSERT ON tickets BEGIN SELECT once(); END")
    works = [adding("1001", "one"), adding("1002", "two"), adding("1003", "three", asks_for="1001")]
    started = one_commits_and_others_wait(centre.store, gate, put("first"), *works, sites=(SITE,))
    gate.way.set()
    assert [late.result() for late in started[1:]] == [(1, ""), (2, ""), (3, "one")]
    assert numbers_of(centre) == [(1, "1001", "one"), (2, "1002", "two"), (3, "1003", "three")]
    assert not failures
    centre.close()


def test_a_group_s_rows_of_a_table_go_into_one_statement_unless_somebody_asks_for_them(tmp_path: Path) -> None:
    centre, gate, told = Centre(tmp_path / "x.db", ManualClock(), small_site()), Gate(), list[str]()
    centre.store.close()
    centre.store = open_store(tmp_path / "x.db", offload=gate)
    works = [adding(str(1000 + n), f"code {n}", asks_for="1001" if n == 9 else "") for n in range(1, 17)]
    centre.store._writing.set_trace_callback(told.append)
    started = one_commits_and_others_wait(centre.store, gate, put("first"), *works, sites=(SITE,))
    gate.way.set()
    assert [late.result() for late in started][1:9] == [(n, "") for n in range(1, 9)]
    assert started[9].result() == (9, "code 1")
    # The ninth asks before and after its own.
    assert [one.count("', 'submit', ") for one in told if one.startswith("INSERT INTO tickets ")] == [8, 1, 7]
    assert len(numbers_of(centre)) == 16
    centre.close()


def calling(ticket_id: int, *, asks: bool = False) -> Callable[[Transaction], Any]:
    """`asks` for the calls that were made before."""

    def work(tx: Transaction) -> Any:
        before = tx.tickets.get(ticket_id)
        assert before is not None
        event = TicketCalled(ticket_id)
        called = evolve(before, event, AT)
        tx.tickets.save(before, called)
        tx.journal.record(event, site=SITE, at=AT, actor=CLI, ticket=ticket_id)
        earlier = [call.ticket_id for call in tx.counters.calls(SITE, MONDAY, 24)] if asks else []
        tx.counters.add_call(called, AT)
        return earlier

    return work


@pytest.mark.parametrize(("asking", "journaled", "called"), [(0, [5], [5]), (4, [4, 1], [3, 2])])
def test_a_group_s_calls_and_their_lines_go_into_one_statement_each_while_only_tickets_are_asked_for(
    tmp_path: Path, asking: int, journaled: list[int], called: list[int]
) -> None:
    centre, gate, told = Centre(tmp_path / "x.db", ManualClock(), small_site()), Gate(), list[str]()
    for n in range(1, 6):
        centre.store.write((SITE,), adding(str(1000 + n), f"code {n}"))
    centre.store.close()
    centre.store = open_store(tmp_path / "x.db", offload=gate)
    works = [calling(n, asks=n == asking) for n in range(1, 6)]
    centre.store._writing.set_trace_callback(told.append)
    started = one_commits_and_others_wait(centre.store, gate, put("first"), *works, sites=(SITE,))
    gate.way.set()
    assert [late.result() for late in started][1:] == [[3, 2, 1] if n == asking else [] for n in range(1, 6)]
    # A trigger tells the statement that it is of once more.
    told = list(dict.fromkeys(told))
    assert [one.count("'ticket_called'") for one in told if one.startswith("INSERT INTO journal ")] == journaled
    assert [one.count(f"'{MONDAY}'") for one in told if one.startswith("INSERT INTO calls ")] == called
    calls = centre.store.read(lambda view: [one.ticket_id for one in view.counters.calls(SITE, MONDAY, 24)])
    assert calls == [5, 4, 3, 2, 1]
    centre.close()


def test_of_a_counter_that_a_group_changes_twice_the_last_state_is_kept_and_written(tmp_path: Path) -> None:
    centre, gate = Centre(tmp_path / "x.db", ManualClock(), small_site()), Gate()
    centre.store.close()
    centre.store = open_store(tmp_path / "x.db", offload=gate)

    def seating(holder: str) -> Callable[[Transaction], Any]:
        return lambda tx: tx.counters.save(CounterState(SITE, 1, "open", holder))

    started = one_commits_and_others_wait(centre.store, gate, put("first"), *map(seating, "abc"), sites=(SITE,))
    gate.way.set()
    assert [late.result() for late in started] == ["first", None, None, None]
    held = [how(lambda tx: tx.counters.get(SITE, 1)) for how in (centre.store.read, partial(centre.store.write, ()))]
    assert [one.holder for one in held] == ["c", "c"]
    centre.close()


def test_ids_go_on_behind_those_that_another_process_gave(tmp_path: Path) -> None:
    centre = Centre(tmp_path / "x.db", ManualClock(), small_site())
    other = open_store(tmp_path / "x.db")
    stores, found = itertools.cycle([centre.store, other]), []
    for number in range(1001, 1005):
        found.append(next(stores).write((SITE,), adding(str(number), f"code {number}"))[0])
    assert found == [1, 2, 3, 4]
    other.close()
    centre.close()


@pytest.mark.parametrize("number", [1, 2, 7, 31, 64, 100])
def test_rows_of_one_work_are_all_written_however_many(tmp_path: Path, number: int) -> None:
    centre = Centre(tmp_path / "x.db", ManualClock(), small_site())
    names = [str(1001 + n) for n in range(number)]
    centre.store.write((SITE,), lambda tx: [tx.tickets.add(a_ticket(name), f"code {name}") for name in names])
    assert numbers_of(centre) == [(n, name, f"code {name}") for n, name in enumerate(names, start=1)]
    centre.close()
