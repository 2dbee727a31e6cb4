"""Reads on PostgreSQL that share one look at the database, and what others have read."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg
import pytest
from gevent import GreenletExit

from tests.cluster_kit import postgres
from tests.kit import SITE, Centre, ManualClock, small_site
from tests.waiting import until
from ticketing.store.postgres_connection import Pool
from ticketing.store.postgres_reading import Looks, Seen, Together


@pytest.fixture(scope="module")
def centre() -> Iterator[Centre]:
    with closing(Centre(postgres().new(), ManualClock(), small_site())) as centre:
        yield centre


class Held(Looks):
    """Looks that wait to be let through, each answer as `ends` says."""

    def __init__(self, pool: Pool) -> None:
        super().__init__(pool)
        self.begun, self.ends = 0, [lambda: None]
        self.gate = threading.Semaphore(0)

    def _ask(self) -> Seen:
        self.begun += 1
        self.gate.acquire()
        if self.ends:
            self.ends.pop(0)()
        return super()._ask()

    @property
    def waiting(self) -> int:
        return len(self._next.gates) if self._next is not None else -1


@pytest.fixture
def looks(centre: Centre) -> Iterator[Held]:
    with closing(Pool(str(centre.path))) as pool:
        yield Held(pool)


def start(looks: Looks, found: list[Any]) -> threading.Thread:
    def look() -> None:
        try:
            found.append(looks.now())
        except BaseException as error:
            found.append(error)

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    return thread


def test_who_asks_while_a_look_is_under_way_shares_the_next_which_sees_all_that_was_written_before(
    centre: Centre, looks: Held
) -> None:
    early: list[Any] = []
    late: list[Any] = []
    threads = [start(looks, early)]
    until(lambda: looks.begun == 1)
    centre.store.write((), lambda tx: tx.set_meta("one", "written"))
    threads += [start(looks, late) for _ in range(5)]
    until(lambda: looks.waiting == 4)
    looks.gate.release(2)
    for thread in threads:
        thread.join(60)
    assert looks.begun == 2 and len(late) == 5 and len(set(late)) == 1
    looks.gate.release()
    before = late[0]
    centre.store.write((), lambda tx: tx.set_meta("one", "written again"))
    assert looks.now() != before and looks.begun == 3


def test_when_the_one_that_looks_is_ended_the_others_look_again(looks: Held) -> None:
    def ended() -> None:
        raise GreenletExit

    first: list[Any] = []
    others: list[Any] = []
    looks.ends = [lambda: None, ended]
    threads = [start(looks, first)]
    until(lambda: looks.begun == 1)
    threads += [start(looks, others) for _ in range(4)]
    until(lambda: looks.waiting == 3)
    looks.gate.release(8)
    for thread in threads:
        thread.join(60)
    assert len(others) == 4 and [type(one) for one in others].count(GreenletExit) == 1
    assert [type(one) for one in (*first, *others)].count(tuple) == 4


def test_who_waits_behind_one_that_has_found_no_database_does_not_wait_again(looks: Held) -> None:
    def away() -> None:
        raise psycopg.OperationalError("no database")

    found: list[Any] = []
    looks.ends = [away]
    threads = [start(looks, found)]
    until(lambda: looks.begun == 1)
    threads += [start(looks, found) for _ in range(3)]
    until(lambda: looks.waiting == 2)
    looks.gate.release()
    for thread in threads:
        thread.join(60)
    assert [str(one) for one in found] == ["no database"] * 4 and looks.begun == 1
    looks.gate.release()
    assert looks.now()


def test_what_one_reader_has_read_is_there_for_the_others_until_it_is_changed(centre: Centre) -> None:
    key = ("meta", "shared")
    centre.store.write((), lambda tx: tx.set_meta("shared", "old"))
    assert centre.store.read(lambda view: view.meta("shared")) == "old"

    def both(one: Any) -> tuple[bool, Any]:
        return centre.store.read(lambda other: (one is not other, other.kept.known(key)))

    assert centre.store.read(both) == (True, "old")
    centre.store.write((), lambda tx: tx.set_meta("shared", "new"))
    assert centre.store.read(both) == (True, None)
    assert centre.store.read(lambda one: centre.store.read(lambda other: other.meta("shared"))) == "new"


def test_who_still_reads_at_an_older_moment_neither_takes_nor_leaves_anything() -> None:
    together = Together()
    now = together.at(7)
    now["key"] = "new"
    old = together.at(6)
    old["key"] = "old"
    assert together.at(7) is now and now == {"key": "new"} and together.at(8) == {}


def test_a_read_that_fails_in_its_middle_leaves_its_connection_to_the_next(centre: Centre) -> None:
    for _ in range(25):
        with pytest.raises(ZeroDivisionError):
            centre.store.read(lambda view: (view.run("SELECT 1"), 1 // 0))
    assert centre.store.read(lambda view: view.journal.head(SITE))[0] == centre.seq()
