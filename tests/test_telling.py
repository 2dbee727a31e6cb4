"""A server tells those who come near after the calls that brought them there were answered, many together."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.serving import Server
from tests.waiting import until
from tests.writing_kit import told_by
from ticketing.verbs.waits import NEAR

WAITING = 8


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with Server(tmp_path / "data") as server:
        field = server.board()["fields"][0]["code"]
        assert server.at_counter(1, "open", fields=[field], services=[]).status_code == 200
        for _ in range(WAITING):
            assert server.take(field).status_code == 201
        yield server


def told(server: Server) -> list[tuple[int, int]]:
    """The tickets that were told as they came near, each with the line of the journal."""
    with closing(sqlite3.connect(server.data / "layso.db")) as database:
        return database.execute(
            "SELECT ticket, seq FROM journal WHERE site = ? AND kind = 'wait_told' ORDER BY seq", (server.site,)
        ).fetchall()


def call(server: Server) -> int:
    """The number of the journal's line that a call has led to."""
    assert server.at_counter(1, "call-next").status_code == 200
    return int(server.board()["seq"])


def test_who_comes_near_is_told_behind_the_call_and_boards_move_on_with_it(server: Server) -> None:
    called = call(server)
    until(lambda: told(server))
    [(ticket, line)] = told(server)
    assert line >= called
    until(lambda: server.board()["seq"] == line)
    assert ticket == first_waiting(server) + NEAR


def test_a_server_that_is_stopped_tells_before_who_came_near(server: Server) -> None:
    for _ in range(3):
        call(server)
    near = first_waiting(server) + NEAR
    assert server.stop() == 0
    assert near in [ticket for ticket, _ in told(server)]


STANDING = """
from kiosk.parts import make_office
from kiosk.telling import Telling
from tests.kit import small_site
from ticketing.signals.local import Bus

writing.PATIENCE_S = writing.END_S = 0.2
writer, store = begin()
office = make_office(store, Bus(), SystemClock())
for code in ("first", "second"):
    office.apply_site(small_site(code=code))
telling = Telling(office)
telling_for_ever = gevent.spawn(telling.keep_telling)

def was_there():
    return store.read(lambda view: view.sites.day_clock("second")) is not None

said = [was_there()]

def stand():
    os.kill(writer.pid, signal.SIGSTOP)
    for code in ("first", "second"):
        telling.put(code, [1])

stand()
while not writer.backlog:
    gevent.sleep(0.01)
telling_for_ever.kill()
os.kill(writer.pid, signal.SIGCONT)
telling.end(60)
said.append(was_there())
stand()
telling.end(0.1)
said.append(writer.backlog)
store.close()
print(json.dumps(said))
"""


def test_a_disk_that_stands_still_holds_up_no_stop_and_what_is_left_of_what_was_begun_is_told_before_it(
    tmp_path: Path,
) -> None:
    said, logged = told_by(STANDING, tmp_path)
    assert said == [False, True, 1], logged
    assert "some waits were not told in time" in logged


def first_waiting(server: Server) -> int:
    with closing(sqlite3.connect(server.data / "layso.db")) as database:
        (found,) = database.execute(
            "SELECT min(id) FROM tickets WHERE site = ? AND state = 'waiting'", (server.site,)
        ).fetchone()
    return int(found)
