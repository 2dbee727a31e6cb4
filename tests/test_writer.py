"""One writer: it groups, answers after the commit, and fails whole."""

from __future__ import annotations

import resource
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.kit import MONDAY, SITE, Centre
from tests.waiting import until
from ticketing.errors import StorageFull, Unavailable
from ticketing.ports import Transaction
from ticketing.store import SqliteStore, open_store
from ticketing.store.committing import Committing
from ticketing.store.sqlite import connect_to_write
from ticketing.store.writer import GroupWriter

PATIENCE_S = 60


class Gate:
    """An offload whose commits wait until `way` is set."""

    def __init__(self) -> None:
        self.way, self.reached, self.commits = threading.Event(), threading.Event(), 0

    def __call__(self, work: Callable[[], Any]) -> Any:
        self.commits += 1
        self.reached.set()
        assert self.way.wait(PATIENCE_S)
        return work()


class Late:
    """A call in a thread of its own; `result()` waits for its answer, or for its exception as a value."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self._answer: Any = None
        self._thread = threading.Thread(target=self._run, args=(work,), daemon=True)
        self._thread.start()

    def _run(self, work: Callable[[], Any]) -> None:
        try:
            self._answer = work()
        except Exception as error:
            self._answer = error

    @property
    def pending(self) -> bool:
        return self._thread.is_alive()

    def result(self) -> Any:
        self._thread.join(PATIENCE_S)
        assert not self.pending
        return self._answer


def put(name: str, value: str = "new") -> Callable[[Transaction], str]:
    def work(tx: Transaction) -> str:
        tx.set_meta(name, value)
        return name

    return work


def values(store: SqliteStore, *names: str) -> list[str]:
    return store.read(lambda view: [view.meta(name) for name in names])


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def store(tmp_path: Path, gate: Gate) -> Iterator[SqliteStore]:
    opened = open_store(tmp_path / "layso.db", offload=gate)
    yield opened
    gate.way.set()
    opened.close()


def one_commits_and_others_wait(
    store: SqliteStore, gate: Gate, *works: Callable[[Transaction], Any], sites: tuple[str, ...] = ()
) -> list[Late]:
    """The first write stands before its commit, the others are queued behind it in this order."""
    started = [Late(lambda: store.write(sites, works[0]))]
    assert gate.reached.wait(PATIENCE_S)
    for number, work in enumerate(works[1:], start=1):
        started.append(Late(lambda work=work: store.write(sites, work)))  # type: ignore[misc]
        until(lambda number=number: store.backlog == number)  # type: ignore[misc]
    return started


def test_what_waits_during_a_commit_shares_the_next_one(store: SqliteStore, gate: Gate) -> None:
    names = [f"name-{n}" for n in range(40)]
    started = one_commits_and_others_wait(store, gate, *map(put, names))
    gate.way.set()
    assert [late.result() for late in started] == names
    assert gate.commits == 2
    assert values(store, *names) == ["new"] * 40


def test_no_write_is_answered_before_its_commit_and_reads_go_on_meanwhile(
    store: SqliteStore, gate: Gate
) -> None:
    names = [f"name-{n}" for n in range(5)]
    started = one_commits_and_others_wait(store, gate, *map(put, names))
    assert values(store, *names) == [""] * 5
    assert all(late.pending for late in started)
    assert gate.commits == 1
    gate.way.set()
    assert [late.result() for late in started] == names
    assert values(store, *names) == ["new"] * 5


def test_a_full_queue_refuses_and_the_refused_work_never_runs(tmp_path: Path, gate: Gate) -> None:
    open_store(tmp_path / "layso.db").close()
    connection = connect_to_write(tmp_path / "layso.db")
    writer = GroupWriter(Committing(connection, gate), waiting=3)
    ran: list[int] = []

    def work(number: int) -> Callable[[Transaction], None]:
        return lambda tx: ran.append(number)

    started = [Late(lambda: writer.submit(frozenset(), work(0)))]
    assert gate.reached.wait(PATIENCE_S)
    started += [Late(lambda n=n: writer.submit(frozenset(), work(n))) for n in (1, 2, 3)]  # type: ignore[misc]
    until(lambda: writer.backlog == 3)
    with pytest.raises(Unavailable) as refused:
        writer.submit(frozenset(), work(4))
    assert refused.value.reason == "busy"
    gate.way.set()
    assert [late.result() for late in started] == [None] * 4
    assert sorted(ran) == [0, 1, 2, 3]
    writer.close()
    connection.close()


def test_a_group_has_a_largest_size(tmp_path: Path, gate: Gate) -> None:
    open_store(tmp_path / "layso.db").close()
    connection = connect_to_write(tmp_path / "layso.db")
    writer = GroupWriter(Committing(connection, gate), group=4)
    started = [Late(lambda: writer.submit(frozenset(), put("first")))]
    assert gate.reached.wait(PATIENCE_S)
    started += [Late(lambda n=n: writer.submit(frozenset(), put(f"name-{n}"))) for n in range(10)]  # type: ignore[misc]
    until(lambda: writer.backlog == 10)
    gate.way.set()
    assert [late.result() for late in started] == ["first", *(f"name-{n}" for n in range(10))]
    assert gate.commits == 1 + 3
    writer.close()
    connection.close()


def test_a_refusal_in_a_group_keeps_its_own_answer_and_spoils_no_other(
    store: SqliteStore, gate: Gate
) -> None:
    def failing(tx: Transaction) -> None:
        tx.set_meta("lost", "new")
        raise KeyError("refused")

    started = one_commits_and_others_wait(store, gate, put("a"), put("b"), failing, put("c"))
    gate.way.set()
    first, second, refused, last = (late.result() for late in started)
    assert (first, second, last) == ("a", "b", "c")
    assert isinstance(refused, KeyError)
    assert gate.commits == 2
    assert values(store, "a", "b", "lost", "c") == ["new", "new", "", "new"]


def counting(tx: Transaction) -> int:
    return tx.tickets.next_serial(SITE, MONDAY, "1")


@pytest.mark.parametrize("writes", [False, True])
def test_what_a_refused_work_has_counted_is_given_back_and_what_others_have_is_not(
    store: SqliteStore, gate: Gate, writes: bool
) -> None:
    def failing(tx: Transaction) -> None:
        counting(tx)
        if writes:
            tx.set_meta("lost", "new")
        raise KeyError("refused")

    started = one_commits_and_others_wait(store, gate, put("a"), counting, failing, counting)
    gate.way.set()
    first, *serials = (late.result() for late in started)
    assert (first, serials[0], serials[2]) == ("a", 1, 2)
    assert isinstance(serials[1], KeyError)
    assert (store.write((), counting), values(store, "lost")) == (3, [""])


def test_a_failed_commit_fails_its_whole_group_and_the_next_one_works(tmp_path: Path, gate: Gate) -> None:
    def offload(work: Callable[[], Any]) -> Any:
        number = gate.commits
        gate(lambda: None)
        if number == 1:
            raise sqlite3.OperationalError("disk I/O error")
        return work()

    store = open_store(tmp_path / "layso.db", offload=offload)
    started = one_commits_and_others_wait(store, gate, put("a"), put("b"), put("c"))
    gate.way.set()
    first, *others = (late.result() for late in started)
    assert first == "a"
    assert [(type(error), error.reason) for error in others] == [(Unavailable, "storage")] * 2
    assert values(store, "a", "b", "c") == ["new", "", ""]
    assert store.write((), put("b")) == "b"
    assert values(store, "b", "c") == ["new", ""]
    store.close()


# -- a full disk --------------------------------------------------------------------------------------


@contextmanager
def no_more_pages(store: SqliteStore) -> Iterator[None]:
    """The database may not grow: SQLite itself says that it is full, in the middle of a statement."""
    run = store._writing.execute
    (pages,) = run("PRAGMA page_count").fetchone()
    run(f"PRAGMA max_page_count = {pages}")
    try:
        yield
    finally:
        run("PRAGMA max_page_count = 4294967294")


@contextmanager
def no_longer_files(store: SqliteStore) -> Iterator[None]:
    """No file of this process may outgrow the log's present size: the system refuses the commit's writes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (Path(f"{store.path}-wal").stat().st_size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


BOTH = pytest.mark.parametrize("full", [no_more_pages, no_longer_files])


@BOTH
def test_a_full_disk_fails_a_group_whole_and_is_over_when_there_is_room_again(
    store: SqliteStore, gate: Gate, full: Any
) -> None:
    works = [put("first"), put("a"), put("big", "x" * 500_000), put("c")]
    started = one_commits_and_others_wait(store, gate, *works)
    with full(store):
        gate.way.set()
        _first, *group = (late.result() for late in started)
        assert [type(answer) for answer in group] == [StorageFull] * 3
        assert values(store, "a", "big", "c") == [""] * 3
    assert [store.write((), work) for work in works] == ["first", "a", "big", "c"]
    assert values(store, "first", "a", "c") == ["new"] * 3
    assert store._writing.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@BOTH
def test_a_ticket_that_the_disk_did_not_take_is_no_ticket_and_no_news(centre: Centre, full: Any) -> None:
    centre.office.follow_clock()
    news: list[str] = []
    centre.bus.subscribe(news.append)
    before = centre.store.read(lambda view: (view.journal.last_seq(SITE), dict(view.sessions.usage(1))))
    numbers = []
    with full(centre.store):
        with pytest.raises(StorageFull):
            for _ in range(2000):
                numbers.append(centre.take(service="help")["number"])
        assert len(news) == len(numbers)
    assert len(centre.store.read(lambda view: view.journal.lines(SITE, before[0], 10_000))) == len(numbers)
    following = f"9{len(numbers) + 1:03d}"
    assert centre.take(service="help")["number"] == following
    assert (len(news), centre.state(following)) == (len(numbers) + 1, "waiting")


# -- other processes, and the end ---------------------------------------------------------------------


HOLDER = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.readline()
held.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('other', 'theirs')")
held.execute("COMMIT")
"""


@contextmanager
def held_by_another_process(store: SqliteStore) -> Iterator[Callable[[], object]]:
    """Another process holds the write lock, until the function given is called."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(store.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with holder:
        assert holder.stdout is not None and holder.stdout.readline() == "held\n"
        yield lambda: holder.communicate("go on\n")


def test_a_write_waits_for_another_process_and_reads_do_not(tmp_path: Path) -> None:
    waiting = threading.Event()

    def offload(work: Callable[[], Any]) -> Any:
        waiting.set()
        return work()

    store = open_store(tmp_path / "layso.db", offload=offload)
    with held_by_another_process(store) as give_back:
        late = Late(lambda: store.write((), lambda tx: (tx.set_meta("own", "ours"), tx.meta("other"))[1]))
        assert waiting.wait(PATIENCE_S)
        assert values(store, "own", "other") == ["", ""]
        assert late.pending
        give_back()
    assert late.result() == "theirs"
    assert values(store, "own", "other") == ["ours", "theirs"]
    store.close()


@pytest.mark.faults("S6")
def test_writes_that_another_process_keeps_waiting_are_refused_together_when_their_time_is_up(
    tmp_path: Path,
) -> None:
    store = open_store(tmp_path / "layso.db")
    with held_by_another_process(store) as give_back:
        store._writer.patience_s = 0.3
        names = [f"name-{n}" for n in range(8)]
        refused = [late.result() for late in [Late(lambda n=n: store.write((), put(n))) for n in names]]  # type: ignore[misc]
        assert [(type(error), error.reason, error.details) for error in refused] == [
            (Unavailable, "storage", {"cause": "locked"})
        ] * 8
        give_back()
    assert store.write((), put("after")) == "after"
    assert values(store, *names, "other", "after") == [""] * 8 + ["theirs", "new"]
    store.close()


@pytest.mark.faults("S6")
def test_a_write_that_came_later_has_its_own_time(tmp_path: Path) -> None:
    store = open_store(tmp_path / "layso.db")
    with held_by_another_process(store) as give_back:
        store._writer.patience_s = 0.3
        hasty = Late(lambda: store.write((), put("hasty")))
        until(lambda: store.backlog == 0)
        store._writer.patience_s = PATIENCE_S
        patient = Late(lambda: store.write((), put("patient")))
        assert isinstance(hasty.result(), Unavailable)
        assert patient.pending
        give_back()
    assert patient.result() == "patient"
    assert values(store, "patient", "hasty") == ["new", ""]
    store.close()


def test_closing_lets_waiting_writes_finish_and_takes_no_more(tmp_path: Path, gate: Gate) -> None:
    store = open_store(tmp_path / "layso.db", offload=gate)
    names = [f"name-{n}" for n in range(5)]
    started = one_commits_and_others_wait(store, gate, *map(put, names))
    closing = Late(store.close)
    until(lambda: store.backlog == 5)
    with pytest.raises(Unavailable) as refused:
        store.write((), put("too late"))
    assert refused.value.reason == "closing"
    assert closing.pending
    gate.way.set()
    assert [late.result() for late in started] == names
    assert closing.result() is None
    again = open_store(tmp_path / "layso.db")
    assert values(again, *names, "too late") == ["new"] * 5 + [""]
    again.close()
