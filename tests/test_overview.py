"""Which centre of the province still takes what: for anybody, from any of its centres."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.api_kit import MORNING, Kit, conforms, good, problem
from tests.kit import small_site
from ticketing.lookups import Together
from ticketing.rules.sites import Field, Procedure

FIRE = Procedure("1.009794", "Thẩm định phòng cháy", "PC", "Fire safety")


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    with Kit(tmp_path, address="Số 1 phố Chợ", map_url="https://maps.example.vn/?q=ward") as kit:
        plain = small_site(code="far", parent="province")
        fire = replace(plain, fields=(*plain.fields, Field("PC", "Phòng cháy", "5")))
        kit.office.apply_site(replace(fire, procedures=(*plain.procedures, FIRE)))
        kit.office.apply_site(small_site(code="elsewhere", level="province"))
        yield kit


def asked(kit: Kit, site: str = "ward", **query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = good(kit.call("GET", f"/sites/{site}/overview", query_string=query))["items"]
    return found


def of(kit: Kit, code: str, **query: str) -> dict[str, Any]:
    return next(one for one in asked(kit, **query) if one["code"] == code)


def test_the_whole_family_is_shown_and_the_asked_centre_first(kit: Kit) -> None:
    assert [one["code"] for one in asked(kit)] == ["ward", "province", "far", "other"]
    assert [one["code"] for one in asked(kit, "province")] == ["province", "far", "other", "ward"]
    assert [one["code"] for one in asked(kit, "elsewhere")] == ["elsewhere"]
    problem(kit.call("GET", "/sites/nowhere/overview"), 404, "unknown_site")


def test_a_centre_is_told_with_its_place_and_its_session_as_on_its_board(kit: Kit) -> None:
    kit.take(dossiers=3)
    document = good(kit.call("GET", "/openapi.json"))
    conforms(document, "Overview", good(kit.call("GET", "/sites/far/overview")))
    here, board = of(kit, "ward"), good(kit.call("GET", "/sites/ward/board"))
    assert (here["address"], here["map_url"]) == ("Số 1 phố Chợ", "https://maps.example.vn/?q=ward")
    assert here["session"] == board["session"] and here["next_session"] == board["next_session"]
    assert (here["level"], here["parent"], here["takes"], here["remaining"]) == ("commune", "province", True, 7)
    assert (here["waiting"], here["open_counters"], here["wait_reason"]) == (1, 0, "no_counter")
    good(kit.at_counter("open"))
    here = of(kit, "ward")
    assert here["open_counters"] == 1 and here["wait_reason"] is None
    assert 0 <= here["wait_from_s"] <= here["wait_to_s"]


def test_what_is_asked_for_is_told_as_the_board_tells_its_field(kit: Kit) -> None:
    good(kit.at_counter("open"))
    kit.take(field="CT", dossiers=3)
    kit.take(field="HT", dossiers=1)
    board = good(kit.call("GET", "/sites/ward/board"))
    line = next(one for one in board["fields"] if one["code"] == "CT")
    for query in ({"field": "CT"}, {"procedure": "2.000815"}, {"procedure": "2.000815.000.00.00.H19", "field": "CT"}):
        here = of(kit, "ward", **query)
        assert here["takes"] and here["remaining"] == line["remaining"] == 1
        assert (here["waiting"], here["open_counters"]) == (line["waiting"], 1)
        assert here["wait_to_s"] >= line["wait_estimate_s"] >= here["wait_from_s"]
        assert of(kit, "other", **query)["remaining"] == 4


def test_who_does_not_deal_with_it_takes_it_not(kit: Kit) -> None:
    for query in ({"procedure": FIRE.code}, {"field": "PC"}):
        assert [one["code"] for one in asked(kit, **query) if one["takes"]] == ["far"]
        here = of(kit, "ward", **query)
        assert (here["remaining"], here["waiting"], here["open_counters"], here["wait_to_s"]) == (0, 0, 0, None)
    assert not any(one["takes"] for one in asked(kit, procedure=FIRE.code, field="HT"))


@pytest.mark.parametrize("thing", ["field", "procedure"])
def test_what_no_centre_of_the_family_knows_is_refused(kit: Kit, thing: str) -> None:
    problem(kit.call("GET", f"/sites/ward/overview?{thing}=0.000000"), 422, f"unknown_{thing}")


def test_it_is_never_older_than_the_last_number_or_cap(kit: Kit) -> None:
    for left in range(9, 5, -1):
        kit.take(field="HT")
        assert of(kit, "ward", field="HT")["remaining"] == left
    good(kit.call("PATCH", f"/sites/ward/sessions/{MORNING}", "supervisor", json={"cap": 4}))
    here = of(kit, "ward", field="HT")
    assert (here["takes"], here["remaining"], here["session"]["state"]) == (True, 0, "full")
    kit.clock.set("2026-11-23T11:00")
    assert of(kit, "ward")["session"]["state"] == "cut_off"
    kit.clock.set("2026-11-23T17:00")
    assert {one["session"]["state"] for one in asked(kit)} == {"closed"}


def test_a_session_that_leaves_a_field_out_does_not_take_it(kit: Kit) -> None:
    kit.clock.set("2026-11-28T08:00")
    assert of(kit, "ward", field="HT")["takes"] and of(kit, "ward", field="HT")["remaining"] is None
    assert not of(kit, "ward", field="BT")["takes"]
    kit.clock.set("2026-11-29T08:00")
    here = of(kit, "ward", field="BT")
    assert (here["takes"], here["remaining"], here["session"]["state"]) == (True, 0, "none")
    assert here["next_session"]["id"] == "2026-11-30-morning"


def test_names_come_in_the_language_asked_for(kit: Kit) -> None:
    found = good(kit.call("GET", "/sites/ward/overview", lang="en"))["items"][0]
    assert (found["name"], found["session"]["title"]) == ("Trial centre", "Morning")


def test_of_many_centres_where_nothing_happened_nothing_is_made_again() -> None:
    together, made = Together(), []
    now = datetime(2026, 11, 23, 1, tzinfo=UTC)

    def ask(heads: dict[str, int], at: datetime) -> int:
        return together.of("overview", heads, at, lambda: made.append(1) or len(made))

    assert [ask({"ward": 1, "other": 5}, now + timedelta(milliseconds=ms)) for ms in (0, 400, 999)] == [1, 1, 1]
    assert ask({"ward": 2, "other": 5}, now) == 2
    assert ask({"ward": 2, "other": 5}, now + timedelta(seconds=1)) == 3
