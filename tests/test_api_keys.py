"""An Idempotency-Key holds on every call that names it: said twice, done once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.api_kit import MORNING, Kit, good, problem
from tests.kit import small_site
from tests.policy_kit import LIST, LISTED, MILD
from ticketing.api.routes import ROUTES, Route
from ticketing.rules.printers import Printer

Sent = tuple[str, dict[str, Any]]
KEYED = [route for route in ROUTES if route.key]


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    with Kit(tmp_path, printers=(Printer("Sảnh", "tcp://192.0.2.7"),)) as kit:
        held = {"policies": (MILD,), "procedure_lists": (LIST,)}
        kit.office.apply_site(small_site(code="province", level="province", **held))
        yield kit


def waiting(kit: Kit) -> str:
    good(kit.at_counter("open"))
    kit.take()
    return str(kit.take()["number"])


def called(kit: Kit) -> str:
    waiting(kit)
    number = str(good(kit.at_counter("call-next"))["number"])
    kit.clock.pass_(minutes=1)
    return number


def held(kit: Kit) -> str:
    number = called(kit)
    good(kit.at_counter("hold"))
    return number


def ended(kit: Kit) -> str:
    number = called(kit)
    good(kit.at_counter("finish"))
    return number


def at_counter(before: Callable[[Kit], str], **body: Any) -> Callable[[Kit], Sent]:
    """The body of a call at counter 1, where `before` has happened; `number` is that of its ticket."""

    def prepared(kit: Kit) -> Sent:
        number = before(kit)
        return number, {key: number if key == "number" else value for key, value in body.items()}

    return prepared


def nothing(**body: Any) -> Callable[[Kit], Sent]:
    return lambda kit: ("", body)


PREPARED: dict[str, Callable[[Kit], Sent]] = {
    "take_ticket": nothing(field="HT"),
    "call_next": at_counter(waiting),
    "call_number": at_counter(waiting, number=True, reason="early"),
    "recall": at_counter(called),
    "start": at_counter(called),
    "finish": at_counter(called, dossiers=2),
    "no_show": at_counter(called),
    "hold": at_counter(called),
    "transfer": at_counter(called, field="CT"),
    "resume": at_counter(held, number=True),
    "reopen": at_counter(ended, number=True, reason="wrong key"),
    "undo": at_counter(ended),
    "requeue_ticket": at_counter(held),
    "cancel_ticket": at_counter(waiting, reason="left"),
    "print_number": at_counter(waiting),
    "note_difficulty": nothing(text="Mạng chậm"),
    "divert": nothing(procedure=LISTED, to="portal"),
    "correct_postal": nothing(day="2026-11-23", form="submit", dossiers=2, reason="Đếm lại"),
}


@pytest.mark.faults("S22")
def test_every_call_that_names_a_key_is_tried_here() -> None:
    assert {route.view.__name__ for route in KEYED} == PREPARED.keys()


@pytest.mark.faults("S22")
@pytest.mark.parametrize("route", KEYED, ids=lambda route: route.view.__name__)
def test_a_key_said_twice_does_it_once_and_answers_the_same(kit: Kit, route: Route) -> None:
    number, body = PREPARED[route.view.__name__](kit)
    values = {"<site>": "ward", "<counter>": "1", "<number>": number, "<session>": MORNING}
    path = "/".join(values.get(part, part) for part in route.path.split("/"))
    role = "kiosk" if "kiosk" in route.roles else route.roles[0]

    def say() -> Any:
        return kit.call(route.method, path, role, json=body, headers={"Idempotency-Key": "tap-1"})

    before = kit.seq()
    first = good(say(), route.status)
    after = kit.seq()
    assert after > before
    kit.clock.pass_(seconds=30)
    again = good(say())
    assert kit.seq() == after
    # What moves by itself, and what is only told of the first time, is left aside.
    for key in ("ahead", "expected_at", "expected_from", "expected_to", "time"):
        first.pop(key, None), again.pop(key, None)
    assert again == first
    other = kit.call(route.method, path, role, json=body, headers={"Idempotency-Key": "tap-2"})
    assert other.status_code >= 400 or kit.seq() > after


OF_OFFICERS = ("/sites/<site>/counters/", "/sites/<site>/tickets/")
# A paper more is nobody's step: it asks nothing of the screen.
STEPS = [route for route in KEYED if route.path.startswith(OF_OFFICERS) and not route.path.endswith("/print")]


@pytest.mark.parametrize("route", STEPS, ids=lambda route: route.view.__name__)
def test_another_number_on_the_officers_screen_is_a_conflict_and_nothing_happens(kit: Kit, route: Route) -> None:
    number, body = PREPARED[route.view.__name__](kit)
    values = {"<site>": "ward", "<counter>": "1", "<number>": number}
    path = "/".join(values.get(part, part) for part in route.path.split("/"))
    here = kit.office.board("ward")["counters"][0]["ticket"]
    before = kit.seq()
    for other in ("1999", None if here else "1001"):
        told = problem(kit.call(route.method, path, "officer", json={**body, "expect": other}), 409, "conflict")
        assert (told["reason"], told["number"], kit.seq()) == ("expect", here, before)
    assert kit.call(route.method, path, "officer", json={**body, "expect": here}).status_code in (200, 204)


def test_who_holds_no_counter_has_no_number_on_the_screen(kit: Kit) -> None:
    number = held(kit)
    path = f"/sites/ward/tickets/{number}/requeue"
    problem(kit.call("POST", path, "supervisor", json={"expect": number}), 409, "conflict")
    assert good(kit.call("POST", path, "supervisor", json={"expect": None}))["state"] == "waiting"
