"""What is written runs in tests as in another process (tests/elsewhere.py): what could not is refused there."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.elsewhere import again, is_ours
from ticketing.errors import TicketingError, Unknown
from ticketing.rules.counters import ANY
from ticketing.rules.sessions import UNCHANGED, SessionChange
from ticketing.store import open_store


def made_in(module: str, code: str) -> Callable[[], Callable[[Any], Any]]:
    """`make` of code that stands in one of our modules."""
    scope: dict[str, Any] = {"__name__": module}
    exec(code, scope)
    made: Callable[[], Callable[[Any], Any]] = scope["make"]
    return made


def ours(tx: Any, noted: list[str]) -> str:
    noted.append("there")
    tx.set_meta("noted", "there")
    return "done"


@pytest.mark.parametrize("module", ["ticketing.verbs.people", "kiosk.cli", "display.live", "ticketing.office"])
@pytest.mark.parametrize("code", [
    "def make():\n    def run(tx): return tx.set_meta('noted', 'there')\n    return run",
    "make = lambda: lambda tx: tx.set_meta('noted', 'there')",
    "from functools import partial as p\ndef make(): return p(p(lambda key, tx: tx.set_meta(key, 'there')), 'noted')",
])  # fmt: skip
def test_a_closure_of_ours_is_refused_and_writes_nothing(tmp_path: Path, module: str, code: str) -> None:
    store = open_store(tmp_path / "layso.db")
    with pytest.raises((pickle.PicklingError, AttributeError)):
        store.write((), made_in(module, code)())
    assert store.read(lambda view: view.meta("noted")) == ""
    store.write((), lambda tx: tx.set_meta("noted", "by a test"))
    assert store.read(lambda view: view.meta("noted")) == "by a test"
    store.close()


def test_what_a_work_of_ours_changes_of_its_callers_objects_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, noted = open_store(tmp_path / "layso.db"), ["here"]
    work = partial(ours, noted=noted)
    assert store.write((), work) == "done" and noted == ["here", "there"]
    monkeypatch.setattr("ticketing.verbs.upkeep.ours", ours, raising=False)
    monkeypatch.setattr(ours, "__module__", "ticketing.verbs.upkeep")
    assert is_ours(work) and store.write((), work) == "done" and noted == ["here", "there"]
    assert store.read(lambda view: view.meta("noted")) == "there"
    store.close()


def kinds(of: type[TicketingError]) -> list[type[TicketingError]]:
    return [kind for one in of.__subclasses__() for kind in (one, *kinds(one))]


def test_refusals_and_what_an_officer_does_not_say_stay_what_they_are() -> None:
    assert again(ANY) is ANY and again(SessionChange()).cap is UNCHANGED
    error = again(Unknown("ticket", "A001"))
    assert (type(error), error.code, error.kind, error.details) == (
        Unknown, "unknown_ticket", "ticket", {"value": "A001"},
    )  # fmt: skip
    told = {kind: again(kind.__new__(kind)) for kind in kinds(TicketingError)}
    assert len(told) > 15 and all(type(error) is kind for kind, error in told.items())
