"""What a phone is told, look by look."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from display.phones import NAMESPACE, Phones
from display.sockets import Member, Room
from tests.api_kit import Kit


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    with Kit(tmp_path) as made:
        yield made


def test_what_goes_back_to_the_mark_of_before_a_second_look_is_told(kit: Kit) -> None:
    live = kit.layso.live
    phones = Phones(kit.layso.office, live._sockets)
    taken = kit.take()
    room, sent = Room(NAMESPACE, "ward", "vi", taken["code"]), list[Any]()
    wire = SimpleNamespace(closed=False, queue=SimpleNamespace(qsize=lambda: 0), send=sent.append)
    live._sockets._socketio.server.eio.sockets["wire"] = wire
    member = Member("phone", "wire", room, 0.0, ready=True)
    live._sockets.add(member)
    phones.welcome(member)

    def told(verb: str, second_look: bool = False, **body: object) -> str:
        answer = kit.call("POST", f"/sites/ward/counters/1/{verb}", "officer", json=body)
        assert answer.status_code == 200, answer.text
        phones.recheck("ward") if second_look else phones.follow("ward", 0.0)
        return phones._known[room].payload.state

    kit.call("POST", "/sites/ward/counters/1/open", "officer", json={})
    assert told("call-next") == "called"
    assert told("hold", reason="bổ sung giấy tờ") == "held"
    assert told("resume", second_look=True, number=taken["number"]) == "called"
    assert told("no-show") == "no_show"
    assert len(sent) == 5
