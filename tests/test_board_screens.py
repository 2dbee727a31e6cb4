"""What a screen may show of a board."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from display.board import EARLIER_SHOWN, counters_on, screens
from display.board import screen as narrowed
from tests.office_kit import plain
from ticketing.answers.board import Board
from ticketing.answers.sessions import NO_SESSION
from ticketing.errors import Unknown
from ticketing.rules.sites import Counter, Site

SITE = Site(
    "demo", "Trung tâm", "commune",
    counters=(
        Counter(1, screen="ground"), Counter(2, screen="ground"), Counter(3, screen="upstairs"), Counter(4),
    ),
)  # fmt: skip


def door(counter: int, ticket: str | None = None, state: str = "open") -> dict[str, Any]:
    return {
        "counter": counter, "name": "", "state": state, "ticket": ticket, "ticket_state": "called" if ticket else None,
        "fields": [], "services": [], "screen": "",
    }  # fmt: skip


def call(call_id: int, number: str, counter: int, times: int = 1) -> dict[str, Any]:
    return {
        "call_id": call_id, "number": number, "counter": counter, "times": times,
        "called_at": f"2026-11-23T08:{call_id:02d}:00+07:00",
    }  # fmt: skip


def board(counters: list[dict[str, Any]], calls: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "site": "demo", "epoch": "e", "seq": 7, "time": "2026-11-23T09:00:00+07:00", "rehearsal": False,
        "clock_held": False, "counters": counters, "calls": calls,
        "session": plain(NO_SESSION), "next_session": None, "emergency": None,
        "fields": [], "services": [], "policy": None, "room": {"present": 0, "max": None, "full": False, "outside": 0},
        "ledger": {"size": 0, "root": ""}, "notices": [
            {"text": "Đeo khẩu trang", "places": ["wall", "kiosk"], "about": ""},
            {"text": "Mang bản chính", "places": ["phone"], "about": ""},
        ],
    }  # fmt: skip


def screen(whole: dict[str, Any], counters: Set[int] | None) -> dict[str, Any]:
    return plain(narrowed(msgspec.convert(whole, Board), counters))


@pytest.mark.parametrize(
    ("name", "counters"),
    [("", None), ("ground", {1, 2}), ("upstairs", {3}), ("4", {4}), ("1", {1})],
)
def test_a_screen_is_a_name_or_a_counters_number(name: str, counters: set[int] | None) -> None:
    assert counters_on(SITE, name) == counters


@pytest.mark.parametrize("name", ["attic", "5", "0", "01x", "-1", "1,2", "٣", "²"])
def test_a_screen_without_a_counter_is_refused(name: str) -> None:
    with pytest.raises(Unknown) as refusal:
        counters_on(SITE, name)
    assert refusal.value.code == "unknown_counter"


def test_a_screens_name_wins_over_a_counters_number() -> None:
    site = replace(SITE, counters=(Counter(1), Counter(2, screen="1")))
    assert counters_on(site, "1") == {2}


def test_screens_are_listed_once_each() -> None:
    assert screens(SITE) == ["ground", "upstairs"]


def test_the_whole_screen_keeps_everything_of_the_board() -> None:
    whole = board([door(1, "1001"), door(2)], [call(1, "1001", 1)])
    shown = screen(whole, None)
    assert {key: shown[key] for key in whole} == whole
    assert shown["screen"] is None


def test_a_part_shows_its_own_counters_and_calls_only() -> None:
    whole = board([door(1, "1001"), door(2), door(3, "2001")], [call(2, "2001", 3), call(1, "1001", 1)])
    shown = screen(whole, {1, 2})
    assert [c["counter"] for c in shown["counters"]] == [1, 2]
    assert [c["number"] for c in shown["calls"]] == ["1001"]
    assert [c["number"] for c in shown["now"]] == ["1001"]
    assert shown["screen"] == [1, 2]
    assert shown["session"] == whole["session"]
    assert len(whole["counters"]) == 3


def test_what_stands_at_the_counters_is_now_and_the_rest_earlier() -> None:
    shown = screen(
        board(
            [door(1, "1003"), door(2, "2001"), door(3)],
            [call(5, "1003", 1), call(4, "2001", 2), call(3, "3001", 3), call(2, "1002", 1), call(1, "1001", 1)],
        ),
        None,
    )
    assert [c["number"] for c in shown["now"]] == ["1003", "2001"]
    assert [c["number"] for c in shown["earlier"]] == ["3001", "1002", "1001"]


def test_a_number_that_was_transferred_is_shown_at_its_new_counter_alone() -> None:
    shown = screen(board([door(1), door(2, "1001")], [call(2, "1001", 2), call(1, "1001", 1)]), None)
    assert [(c["number"], c["counter"]) for c in shown["now"]] == [("1001", 2)]
    assert shown["earlier"] == []


def test_a_counter_whose_call_is_no_longer_listed_is_shown_all_the_same() -> None:
    shown = screen(board([door(1, "1001"), door(2, "2001")], [call(9, "2001", 2)]), None)
    assert [(c["number"], c["counter"], c["call_id"]) for c in shown["now"]] == [("2001", 2, 9), ("1001", 1, 0)]


def test_twelve_counters_that_call_at_once_are_all_there() -> None:
    doors = [door(n, f"1{n:03d}") for n in range(1, 13)]
    calls = [call(n, f"1{n:03d}", n) for n in range(12, 0, -1)]
    shown = screen(board(doors, calls), None)
    assert [c["counter"] for c in shown["now"]] == list(range(12, 0, -1))
    assert len(shown["counters"]) == 12


def test_the_earlier_ones_are_few() -> None:
    calls = [call(n, f"1{n:03d}", 1) for n in range(40, 0, -1)]
    shown = screen(board([door(1)], calls), None)
    assert [c["call_id"] for c in shown["earlier"]] == list(range(40, 40 - EARLIER_SHOWN, -1))


def test_a_wall_has_its_own_notices() -> None:
    assert screen(board([], []), None)["wall_notices"] == ["Đeo khẩu trang"]
