"""The process that writes for a server: it ends with the server and not before, and the server outlives it."""

from __future__ import annotations

import os
import pickle
import signal
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import requests

from kiosk.clocks import SystemClock
from kiosk.parts import make_wiring
from kiosk.writing import packed
from tests.kit import small_site
from tests.serving import Server
from tests.waiting import until
from tests.writing_kit import told_by
from ticketing.rules.checkpoints import NOBODY
from ticketing.rules.counters import ANY
from ticketing.store.sqlite import BRING_IN_AFTER

KIOSKS = 8
EACH = 25


def gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with Server(tmp_path / "data") as server:
        yield server


def test_it_ends_with_the_server_and_leaves_signals_to_it(server: Server) -> None:
    writer = server.writer
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        os.kill(writer, number)
    assert server.take().status_code == 201
    assert server.writer == writer
    assert server.stop() == 0
    assert gone(writer)


def test_it_ends_when_the_server_is_killed_and_the_next_one_goes_on(server: Server) -> None:
    numbers = [server.take().json()["number"]]
    writer = server.writer
    server.send(signal.SIGKILL)
    server.wait()
    until(lambda: gone(writer))
    server.start()
    assert server.writer != writer
    numbers.append(server.take().json()["number"])
    assert int(numbers[1][2:]) == int(numbers[0][2:]) + 1


def test_when_it_is_killed_amid_writes_nothing_acknowledged_is_lost_and_the_server_writes_itself(
    server: Server,
) -> None:
    token = server.token("kiosk")
    writer = server.writer

    def kiosk(place: int) -> list[tuple[int, str]]:
        """Statuses and codes, a refused one asked for again under its key."""
        answers: list[tuple[int, str]] = []
        with requests.Session() as http:
            http.trust_env = False
            for turn in range(EACH):
                if (place, turn) == (0, EACH // 2):
                    os.kill(writer, signal.SIGKILL)
                headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"key-{place}-{turn:04}"}
                for _again in range(2):
                    answer = http.post(
                        f"{server.url}/api/v1/sites/demo/tickets", json={"service": "help"}, headers=headers, timeout=60
                    )
                    answers.append((answer.status_code, answer.json().get("code", "")))
                    if answer.status_code != 503:
                        break
        return answers

    with ThreadPoolExecutor(KIOSKS) as pool:
        answers = [one for of_kiosk in pool.map(kiosk, range(KIOSKS)) for one in of_kiosk]
    codes = [code for status, code in answers if status != 503]
    assert {status for status, _code in answers} <= {201, 200, 503}
    assert len(codes) == len(set(codes)) == KIOSKS * EACH
    assert gone(writer)
    assert "the process that writes has ended" in server.logged()
    assert server.stop() == 0
    with closing(sqlite3.connect(server.data / "layso.db")) as database:
        assert database.execute("SELECT count(*), count(DISTINCT number) FROM tickets").fetchone() == (len(codes),) * 2


SCRIPT = """
from ticketing.store.writing import SqlTransaction

def attempt(work):
    try:
        said.append(store.write((), work))
    except Exception as error:
        said.append(type(error).__name__)

def keep(text, tx):
    tx.set_meta("kept", text)
    return text

def keep_and_hand_on(text, tx):
    tx.set_meta("kept", text)
    return lambda: text

class Unmade(Exception):
    def __init__(self, what, *, why):
        super().__init__(what)

def fail(tx):
    raise Unmade("this", why="that")

def die(tx):
    os.kill(os.getpid(), signal.SIGKILL)

writer, store = begin()
said = []

attempt(partial(keep, "one"))
attempt(lambda tx: keep("never", tx))
said.append(store.read(lambda view: view.meta("kept")))
attempt(partial(keep_and_hand_on, "two"))
said.append(store.read(lambda view: view.meta("kept")))
attempt(partial(SqlTransaction.set_meta, key="kept"))
attempt(partial(keep, "three"))
attempt(fail)
attempt(partial(keep, "four"))
# From now on the loop collects the processes that end: here it does so before it reads that the pipe has ended.
subprocess.run(["true"])
dying = gevent.spawn(attempt, die)
while writer._new or not writer._asked:
    gevent.sleep(0)
os.waitid(os.P_PID, writer.pid, os.WEXITED | os.WNOWAIT)
dying.join()
attempt(partial(keep, "five"))
store.close()
print(json.dumps(said))
"""


def test_what_cannot_be_sent_is_its_own_callers_mistake_alone_and_who_waits_when_it_dies_is_answered(
    tmp_path: Path,
) -> None:
    said, logged = told_by(SCRIPT, tmp_path)
    assert said == [
        "one", "PicklingError", "one", "TypeError", "two", "TypeError", "three",
        "TypeError", "four", "Unavailable", "five",
    ], logged  # fmt: skip


THRONG = """
packed, handed = writing.packed, []

def counted(orders):
    handed.append(len(orders) if isinstance(orders, list) else 1)
    return packed(orders)

def note(number, length, tx):
    before = tx.meta("noted")
    tx.set_meta("noted", f"{before} {number}")
    return number + len(length)

def attempt(number, length):
    work = partial(note, number, "x" * length)
    try:
        return store.write((), work if number != 17 else lambda tx: work(tx))
    except Exception as error:
        return type(error).__name__

writer, store = begin()
writing.packed = counted
os.kill(writer.pid, signal.SIGSTOP)
waiting = [gevent.spawn(attempt, number, number % 4 * 2000) for number in range(100)]
while writer.backlog < 99:
    gevent.sleep(0)
os.kill(writer.pid, signal.SIGCONT)
gevent.joinall(waiting)
noted = store.read(lambda view: view.meta("noted"))
store.close()
print(json.dumps([[one.value for one in waiting], noted.split(), sum(handed)]))
"""


def test_a_throng_that_no_pipe_takes_at_once_is_written_in_its_order_and_everybody_has_his_own_answer(
    tmp_path: Path,
) -> None:
    said, logged = told_by(THRONG, tmp_path)
    answers, noted, handed = said
    sent = [number for number in range(100) if number != 17]
    assert noted == [str(number) for number in sent], logged
    assert [answers[number] for number in sent] == [number + number % 4 * 2000 for number in sent]
    assert answers[17] == "AttributeError"
    assert handed < 4 * 100, "who comes while others can't be sent packs none of theirs"


STANDING = """
writing.PATIENCE_S = writing.END_S = 0.2
writer, store = begin()
said = [store.writes()]

def attempt():
    try:
        store.write((), partial(print, "never"))
    except Exception as error:
        said.append(type(error).__name__)

os.kill(writer.pid, signal.SIGSTOP)
waits = gevent.spawn(attempt)
while store.writes() == "ok":
    gevent.sleep(0.01)
said.append(store.writes())
store.close()
waits.join()
print(json.dumps(said))
"""


LOG = """
import shutil, sqlite3
from ticketing.store.sqlite import BRING_IN_AFTER
from ticketing.store.writing import SqlTransaction

def in_the_database():
    # Without its log, which holds what was not brought in.
    shutil.copy(store.path, alone := Path(sys.argv[1], "alone.db"))
    database = sqlite3.connect(alone)
    try:
        return database.execute("SELECT value FROM meta WHERE key = 'kept'").fetchone()[0][:3]
    except (sqlite3.OperationalError, TypeError):
        return ""

def put(number):
    store.write((), partial(SqlTransaction.set_meta, key="kept", value=f"{number:03}" * 14_000))

writer, store = begin()
for number in range(BRING_IN_AFTER - 1):
    put(number)
store.look_after()
pages = Path(f"{store.path}-wal").stat().st_size // 4096
few = in_the_database()
put(BRING_IN_AFTER - 1)
store.look_after()
many = in_the_database()
store.close()
print(json.dumps([few, many, pages]))
"""


def test_it_never_stops_to_bring_its_log_into_the_database_which_the_server_does_beside_it(tmp_path: Path) -> None:
    (few, many, pages), _log = told_by(LOG, tmp_path)
    assert (few, many) == ("", f"{BRING_IN_AFTER - 1:03}")
    assert pages > 2 * 1000, "SQLite's own bound was passed"


def test_one_that_stands_still_is_said_to_fail_and_ended_with_the_server(tmp_path: Path) -> None:
    said, logged = told_by(STANDING, tmp_path)
    assert said == ["ok", "failed", "Unavailable"], logged


def test_of_a_site_its_text_goes_along_and_of_what_an_office_has_its_address() -> None:
    site = small_site()
    sent = packed([site, site])
    again, other = pickle.loads(sent)
    assert again == site and again is other
    assert pickle.loads(packed(site)) is again, "a text that was read is not read again"
    wiring = make_wiring(SystemClock(), "https://so.example.vn", NOBODY)
    assert len(packed(wiring)) < 200
    assert pickle.loads(packed(ANY)) is ANY
    for zone in (UTC, timezone(timedelta(hours=7))):
        assert pickle.loads(packed(datetime(2026, 11, 23, tzinfo=zone))).tzinfo == zone
