"""How full the waiting room is: shown, said, and never a reason to refuse."""

from __future__ import annotations

from dataclasses import fields, replace
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType
from typing import Any, get_type_hints

import pytest
from msgspec import Struct

import ticketing.answers
import ticketing.rules
from tests.kit import KIOSK, OFFICER, OTHER_OFFICER, SITE, Centre, ManualClock, small_site, uncapped
from ticketing import events
from ticketing.answers.board import Board
from ticketing.answers.tickets import Ticket
from ticketing.api import routes
from ticketing.api.bodies import Request
from ticketing.api.problems import Problem
from ticketing.errors import CounterClosed
from ticketing.rules import policies, sessions
from ticketing.rules.orders import TicketOrder
from ticketing.rules.people import Actor
from ticketing.rules.sites import Notice, Site
from ticketing.store import open_store

PLACES = ("kiosk", "wall", "slip", "public")


@pytest.fixture
def small_room(tmp_path: Path, clock: ManualClock) -> Any:
    """Room for five."""
    centre = Centre(tmp_path / "layso.db", clock, replace(uncapped(small_site()), max_waiting_in_room=5))
    yield centre
    centre.close()


def room(centre: Centre) -> dict[str, Any]:
    found = centre.office.board(SITE)["room"]
    assert centre.office.queue(SITE, None)["room"] == found
    return dict(found)


@pytest.mark.states("DN-01")
def test_people_waiting_called_and_served_are_in_the_room_and_nobody_else(small_room: Centre) -> None:
    for _ in range(4):
        small_room.take()
    small_room.take(service="help")
    small_room.open(1)
    small_room.open(2, OTHER_OFFICER)
    small_room.next(1)
    small_room.next(2, OTHER_OFFICER)
    small_room.office.start(SITE, 2, OTHER_OFFICER)
    assert room(small_room) == {"present": 5, "max": 5, "full": True, "outside": 0}
    small_room.next(1, previous="no_show")
    assert room(small_room) == {"present": 4, "max": 5, "full": False, "outside": 0}
    small_room.office.hold(SITE, 1, OFFICER)
    assert room(small_room)["present"] == 3


@pytest.mark.states("DN-01", "DN-34")
def test_a_full_room_is_told_of_and_stops_no_number_and_no_call(small_room: Centre) -> None:
    for _ in range(8):
        small_room.take()
    assert room(small_room) == {"present": 8, "max": 5, "full": True, "outside": 3}
    assert small_room.take()["state"] == "waiting"
    small_room.open(1)
    called = small_room.next(1)
    assert called is not None and called["number"] == "1001"


@pytest.mark.states("DN-34")
def test_no_room_has_a_limit_until_its_site_sets_one(centre: Centre) -> None:
    assert small_site().max_waiting_in_room is None
    for _ in range(10):
        centre.take()
    assert room(centre) == {"present": 10, "max": None, "full": False, "outside": 0}
    assert centre.office.ticket("code-000011")["wait_outside"] is False


@pytest.mark.states("DN-01", "TN-17")
def test_who_came_when_the_seats_were_taken_is_asked_to_wait_outside_until_the_turn_is_near(
    small_room: Centre,
) -> None:
    taken = [small_room.take() for _ in range(7)]
    assert [one["wait_outside"] for one in taken] == [False] * 5 + [True, True]
    small_room.open(1)
    small_room.next(1)
    again = [small_room.office.ticket(one["code"]) for one in taken]
    assert [one["wait_outside"] for one in again] == [False] * 5 + [True, True]
    small_room.next(1)
    sixth = small_room.office.ticket(taken[5]["code"])
    assert (sixth["ahead"], sixth["wait_outside"]) == (3, False)
    assert small_room.office.ticket(taken[6]["code"])["wait_outside"] is True


@pytest.mark.states("TN-17")
def test_whose_turn_is_near_comes_in_though_the_seats_are_taken(small_room: Centre) -> None:
    for _ in range(6):
        small_room.take()
    first_of_another_queue = small_room.take("CT")
    assert room(small_room)["outside"] == 2
    assert (first_of_another_queue["ahead"], first_of_another_queue["wait_outside"]) == (0, False)


@pytest.mark.states("DN-05")
def test_a_paused_counter_keeps_its_officer_and_calls_nobody(centre: Centre) -> None:
    centre.take()
    centre.open(1)
    paused = centre.office.pause_counter(SITE, 1, OFFICER, reason="Khử khuẩn bàn quầy")
    assert (paused["state"], paused["reason"]) == ("paused", "Khử khuẩn bàn quầy")
    with pytest.raises(CounterClosed):
        centre.next(1)
    assert centre.office.board(SITE)["counters"][0]["state"] == "paused"
    assert centre.state("1001") == "waiting"
    centre.open(1)
    assert centre.next(1) is not None


@pytest.mark.states("DN-05")
def test_a_closed_counter_is_shown_as_closed_and_calls_nobody(centre: Centre) -> None:
    centre.take()
    centre.open(1)
    centre.office.close_counter(SITE, 1, OFFICER)
    assert centre.office.board(SITE)["counters"][0]["state"] == "closed"
    with pytest.raises(CounterClosed):
        centre.next(1)
    assert centre.state("1001") == "waiting"


@pytest.mark.states("DN-12", "DN-14")
@pytest.mark.parametrize("asked", [True, False])
def test_masks_and_temperature_desk_are_a_notice_of_the_plan_that_asks_for_them(
    tmp_path: Path, clock: ManualClock, asked: bool
) -> None:
    text = "Vui lòng đeo khẩu trang, đo thân nhiệt, sát khuẩn tay"
    plan = policies.Policy("kh", "Kế hoạch", sessions.business_day(small_site(), clock.now()), health_notices=asked)
    notice = Notice(text, places=PLACES, policy="kh", about="measures")
    centre = Centre(tmp_path / "layso.db", clock, small_site(policies=(plan,), notices=(notice,)))
    shown = {place: text in str(n["text"]) for n in centre.office.board(SITE)["notices"] for place in n["places"]}
    code = centre.office.take_ticket(SITE, TicketOrder(field="HT"), KIOSK)[0]["code"]
    assert shown == (dict.fromkeys(PLACES, True) if asked else {})
    assert (text in centre.office.slip(code).notices) is asked
    centre.close()


# -- nothing about anybody's health -------------------------------------------------------------------

HEALTH = (
    "temperature", "thermal", "fever", "degree", "symptom", "health", "medical", "illness", "sick", "cough",
    "vaccin", "covid", "travel", "contact_tracing", "than_nhiet", "nhiet_do", "suc_khoe", "khai_bao", "sot",
)  # fmt: skip
ONLY_A_SWITCH = "health_notices"


def telling(names: set[str]) -> set[str]:
    """The names that would hold somebody's health; whether notices are shown is a switch of the plan."""
    return {name for name in names if any(word in name.lower() for word in HEALTH)} - {ONLY_A_SWITCH}


def modules(room: ModuleType) -> list[ModuleType]:
    return [import_module(f"{room.__name__}.{found.name}") for found in iter_modules(room.__path__)]


def all_structs(of: type[Struct]) -> set[type[Struct]]:
    return {of, *(one for sub in of.__subclasses__() for one in all_structs(sub))}


@pytest.mark.states("DN-14")
def test_no_table_has_a_place_for_temperatures_or_answers_about_health(tmp_path: Path) -> None:
    store = open_store(tmp_path / "layso.db")
    store.close()
    import sqlite3

    with sqlite3.connect(tmp_path / "layso.db") as db:
        tables = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")]
        columns = {row[1] for table in tables for row in db.execute(f"PRAGMA table_info('{table}')")}
    assert len(tables) > 10 and {"dossiers", "priority"} <= columns
    assert telling(columns | set(tables)) == set()


@pytest.mark.states("DN-14")
def test_no_value_event_request_or_answer_has_a_place_for_them_either() -> None:
    homes = (events, *modules(ticketing.rules), *modules(ticketing.answers))
    values = {one for home in homes for one in vars(home).values() if isinstance(one, type)}
    assert {Board, Ticket, Actor, Site} <= values
    names = {f.name for one in values if hasattr(one, "__dataclass_fields__") for f in fields(one)}
    names |= {one.kind for one in values if issubclass(one, events.Event)}
    structs = {*all_structs(Request), Problem, *(one for one in values if issubclass(one, Struct))}
    assert {route.body for route in routes.ROUTES if route.body} <= structs
    names |= {name for one in structs for name in get_type_hints(one)}
    assert len(names) > 200 and "difficulty_noted" in names
    assert telling(names) == set()
    assert telling({"body_temperature", "has_symptoms", ONLY_A_SWITCH}) == {"body_temperature", "has_symptoms"}
