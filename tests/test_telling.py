"""A server tells those who come near after the calls that brought them there were answered, many together."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.serving import Server
from tests.waiting import until
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
    assert server.board()["seq"] == line
    assert ticket == first_waiting(server) + NEAR


def test_a_server_that_is_stopped_tells_before_who_came_near(server: Server) -> None:
    for _ in range(3):
        call(server)
    near = first_waiting(server) + NEAR
    assert server.stop() == 0
    assert near in [ticket for ticket, _ in told(server)]


def first_waiting(server: Server) -> int:
    with closing(sqlite3.connect(server.data / "layso.db")) as database:
        (found,) = database.execute(
            "SELECT min(id) FROM tickets WHERE site = ? AND state = 'waiting'", (server.site,)
        ).fetchone()
    return int(found)
