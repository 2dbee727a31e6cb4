"""What people do to a plan in force: the act that releases, a unit's own postal rules, the portal's interruption."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.api_kit import Kit, good, problem, wrong_keys
from tests.policy_kit import MILD, STRICT
from tests.test_api_policies import TICKETS, described, kinds, override, province

ACT = {
    "authority": "Thủ tướng Chính phủ", "act": "Quyết định số 26/2023/QĐ-TTg", "act_date": "2026-11-20",
    "effective_from": "2026-11-25", "by": "Văn phòng UBND tỉnh",
}  # fmt: skip


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    """A ward under a province whose strict plan begins on the day of the tests."""
    with Kit(tmp_path) as kit:
        kit.office.apply_site(province(STRICT))
        yield kit


def release(kit: Kit, site: str = "province", policy: str = "chat", **changes: Any) -> Any:
    token = kit.token("admin", "province")
    return kit.call("POST", f"/sites/{site}/policies/{policy}/release", token=token, json=ACT | changes)


@pytest.mark.states("TN-11")
def test_an_act_opens_the_counters_for_results_from_its_day_and_under_the_cap(kit: Kit) -> None:
    for _day in range(2):
        problem(kit.call("POST", TICKETS, "kiosk", json={"service": "result"}), 409, "post_only")
    found = described(kit, "PolicyStanding", release(kit))
    assert found["release"] == {
        "authority": ACT["authority"], "act": ACT["act"], "act_date": "2026-11-20", "effective_from": "2026-11-25",
        "entered_by": ACT["by"], "entered_at": "2026-11-23T08:00:00+07:00",
    }  # fmt: skip
    problem(kit.call("POST", TICKETS, "kiosk", json={"service": "result"}), 409, "post_only")
    kit.clock.set("2026-11-25T08:00")
    assert [kit.take(service="result")["service"] for _number in range(3)] == ["result"] * 3
    refused = problem(kit.call("POST", TICKETS, "kiosk", json={"service": "result"}), 409, "cap_reached")
    assert refused["remaining"] == 0
    (line,) = [one for one in kit.office.journal("province", 0, 1000) if one["kind"] == "policy_released"]
    assert line["data"]["act"] == ACT["act"] and line["data"]["by"] == ACT["by"]


@pytest.mark.states("TN-11")
def test_no_time_that_passes_releases_anything(kit: Kit) -> None:
    kit.clock.set("2030-06-03T08:00")
    problem(kit.call("POST", TICKETS, "kiosk", json={"service": "result"}), 409, "post_only")


def test_a_release_is_entered_once_at_the_head_and_for_a_plan_that_waits_for_one(kit: Kit) -> None:
    problem(release(kit, site="ward"), 404, "unknown_policy")
    problem(release(kit, policy="khac"), 404, "unknown_policy")
    assert wrong_keys(release(kit, act="")) == {"act": "too_short"}
    assert wrong_keys(release(kit, act="   ")) == {"act": "required"}
    assert wrong_keys(release(kit, act_date="20/11/2026")) == {"act_date": "not_a_day"}
    assert "policy_released" not in kinds(kit, "province")
    good(release(kit))
    assert problem(release(kit), 409, "conflict")["reason"] == "released_before"
    kit.office.apply_site(province(MILD))
    assert problem(release(kit, policy="nhe"), 409, "conflict")["reason"] == "nothing_deferred"
    assert kinds(kit, "province").count("policy_released") == 1


@pytest.mark.states("TN-16", "DN-32")
def test_a_unit_sets_its_own_postal_rules_and_takes_them_back(kit: Kit) -> None:
    found = described(kit, "PolicyStanding", override(kit, result_mode="in_person"))
    assert found["override"] == {
        "by": "Chủ tịch UBND phường", "decided_on": "2026-11-23", "reason": "Bưu cục đóng cửa",
        "other_submit_mode": "", "result_mode": "in_person", "valid_from": None, "valid_to": None,
    }  # fmt: skip
    assert good(kit.call("GET", "/sites/ward/policy"))["policy"]["overridden"] is True
    assert kit.take(service="result")["service"] == "result"
    assert good(kit.call("GET", "/sites/other/policy"))["policy"]["result_decision"] == "post_only"
    assert good(override(kit))["override"] is None
    problem(kit.call("POST", TICKETS, "kiosk", json={"service": "result"}), 409, "post_only")
    lines = [one["data"] for one in kit.office.journal("ward", 0, 1000) if one["kind"] == "policy_overridden"]
    assert [(one.get("result_mode", ""), one["reason"]) for one in lines] == [("in_person", "Bưu cục đóng cửa")] + [
        ("", "Bưu cục đóng cửa")
    ]


@pytest.mark.states("TN-16", "DN-32")
@pytest.mark.parametrize("forbidden", ["online_mode", "valid_to_", "session_cap_announced", "in_person", "hotline"])
def test_what_is_not_postal_content_no_unit_may_set(kit: Kit, forbidden: str) -> None:
    before = kit.seq()
    assert wrong_keys(override(kit, **{forbidden: "open"})) == {forbidden: "unknown_key"}
    assert kit.seq() == before


@pytest.mark.states("TN-16", "DN-32")
def test_the_provinces_own_centre_and_levels_the_plan_does_not_name_may_not(kit: Kit) -> None:
    refused = problem(override(kit, "province", result_mode="in_person"), 403, "forbidden")
    assert refused["reason"] == "override"
    kit.office.apply_site(province(replace(STRICT, local_override=("district",))))
    assert problem(override(kit, result_mode="in_person"), 403, "forbidden")["reason"] == "override"
    assert "policy_overridden" not in kinds(kit) + kinds(kit, "province")


def test_an_override_says_who_and_why_and_its_window_is_one(kit: Kit) -> None:
    assert wrong_keys(override(kit, by="", result_mode="in_person")) == {"by": "too_short"}
    assert wrong_keys(override(kit, reason=" ", result_mode="in_person")) == {"reason": "required"}
    assert wrong_keys(override(kit, result_mode="never")) == {"result_mode": "not_allowed"}
    window = {"valid_from": "2026-11-25", "valid_to": "2026-11-24"}
    assert wrong_keys(override(kit, result_mode="in_person", **window)) == {"valid_to": "from_after_to"}
    assert "policy_overridden" not in kinds(kit)


@pytest.mark.states("TN-12")
def test_an_interruption_is_marked_once_holds_below_and_ends(kit: Kit) -> None:
    boss = kit.token("supervisor", "province")

    def mark(down: bool) -> dict[str, Any]:
        sent = {"down": down, "reason": "Sở TT&TT báo bảo trì"}
        return described(kit, "Portal", kit.call("POST", "/sites/province/portal", token=boss, json=sent))

    assert mark(True) == {
        "down": True, "since": "2026-11-23T08:00:00+07:00", "reason": "Sở TT&TT báo bảo trì", "site": "province",
    }  # fmt: skip
    mark(True)
    assert good(kit.call("GET", "/sites/ward/policy"))["policy"]["alternatives"]["portal_down"] is True
    assert mark(False) == {"down": False, "since": None, "reason": "", "site": ""}
    assert good(kit.call("GET", "/sites/ward/policy"))["policy"]["alternatives"]["portal_down"] is False
    assert kinds(kit, "province") == ["portal_marked", "portal_marked"]
    without = kit.call("POST", "/sites/province/portal", token=boss, json={"down": True, "reason": ""})
    assert wrong_keys(without) == {"reason": "too_short"}
