"""Who may open a socket: so many of an address, so many in all, and a credential goes before."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from display import door
from display.door import Door
from tests.api_kit import Kit
from ticketing.api.limits import Limits


class Engine:
    """As much of Engine.IO's server as the door speaks with."""

    def __init__(self) -> None:
        self.sockets: dict[str, Any] = {}
        self.numbers = itertools.count()
        self.handlers: dict[str, Callable[..., Any]] = {
            "connect": lambda sid, environ: None,
            "disconnect": lambda sid, *reason: None,
        }

    def on(self, event: str, handler: Callable[..., Any]) -> None:
        self.handlers[event] = handler

    def open(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        sid = f"socket-{next(self.numbers)}"
        self.sockets[sid] = SimpleNamespace(close=lambda **how: None)
        self.handlers["connect"](sid, environ)
        return [sid.encode()]


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    with Kit(tmp_path) as kit:
        yield kit


@pytest.fixture
def ask(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Opens a socket from an address; its name, or "" for who is refused."""
    monkeypatch.setattr(door, "MOST_OF_VISITOR", 3)
    monkeypatch.setattr(door, "MOST_IN_ALL", 5)
    engine = Engine()
    asked = Door(engine.open, engine.open, engine, Limits(kit.accounts), kit.accounts)

    def ask(address: str, token: str = "") -> str:
        environ = {"PATH_INFO": "/socket.io/", "QUERY_STRING": "EIO=4", "REMOTE_ADDR": address}
        if token:
            environ["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        told: list[str] = []
        body = b"".join(asked(environ, lambda status, headers: told.append(status)))
        assert bool(body) != (told == ["429 Too Many Requests"])
        return body.decode()

    ask.door, ask.engine = asked, engine  # type: ignore[attr-defined]
    return ask


@pytest.mark.faults("S1")
def test_an_address_has_so_many_and_all_together_have_so_many(ask: Callable[..., str]) -> None:
    assert all(ask("192.0.2.1") for _socket in range(3)) and not ask("192.0.2.1")
    assert all(ask(f"192.0.2.{number}") for number in (2, 3)) and not ask("192.0.2.4")


def test_a_credential_opens_whatever_strangers_hold(ask: Callable[..., str], kit: Kit) -> None:
    while ask("192.0.2.1"):
        pass
    assert ask("192.0.2.1", kit.token("display"))
    while ask("192.0.2.2"):
        pass
    assert ask("192.0.2.1", kit.token("display"))
    assert not ask("192.0.2.3", "made-up")


def test_a_connection_that_shows_a_token_or_goes_counts_no_longer(ask: Any) -> None:
    one, two, _three = [ask("192.0.2.1") for _socket in range(3)]
    assert not ask("192.0.2.1")
    ask.door.vouch(one)
    assert ask("192.0.2.1")
    ask.engine.handlers["disconnect"](two, "gone")
    del ask.engine.sockets[two]
    assert ask("192.0.2.1") and not ask("192.0.2.1")


def test_a_connection_that_broke_unnoticed_counts_no_longer(ask: Any) -> None:
    one = [ask("192.0.2.1") for _socket in range(3)][0]
    del ask.engine.sockets[one]
    ask.engine.sockets["another"] = SimpleNamespace()
    assert ask("192.0.2.1")


def test_a_visitor_opens_so_many_in_a_minute(ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "MOST_OF_VISITOR", 10_000)
    monkeypatch.setattr(door, "MOST_IN_ALL", 10_000)
    assert all(ask("192.0.2.1") for _socket in range(door.PER_VISITOR_NEW.amount))
    assert not ask("192.0.2.1") and ask("192.0.2.2")
