"""The plan in force over the API: who is sent where, what it says and said, and what people enter by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from hypothesis import HealthCheck

from tests.api_kit import Kit, body, conforms, good, problem, wrong_keys
from tests.fuzz_kit import Fuzz
from tests.kit import small_site
from tests.policy_kit import LIST, LISTED, MILD, ORDINARY, PRESENT, STRICT
from ticketing.api import plans as policies
from ticketing.api.routes import ROUTES
from ticketing.rules.sites import Site

TICKETS = "/sites/ward/tickets"
DIVERSIONS = "/sites/ward/diversions"


def province(*held: Any, **changes: Any) -> Site:
    return small_site(code="province", level="province", policies=held, procedure_lists=(LIST,), **changes)


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    """A ward under a province whose strict plan begins on the day of the tests."""
    with Kit(tmp_path) as kit:
        kit.office.apply_site(province(STRICT))
        yield kit


def kinds(kit: Kit, site: str = "ward") -> list[str]:
    quiet = ("site_configured", "session_planned", "session_moved", "account_changed", "plan_changed")
    return [line["kind"] for line in kit.office.journal(site, 0, 1000) if line["kind"] not in quiet]


def diverted(kit: Kit) -> list[dict[str, Any]]:
    return [line["data"] for line in kit.office.journal("ward", 0, 1000) if line["kind"] == "diverted"]


def described(kit: Kit, name: str, answer: Any, status: int = 200) -> dict[str, Any]:
    """The answer, once it is what the OpenAPI document says and no key of it is undescribed."""
    found = good(answer, status)
    document = body(kit.call("GET", "/openapi.json"))
    conforms(document, name, found)
    return found


# -- what is refused, and how that reads ------------------------------------------------------------


@pytest.mark.states("TN-03", "TN-04", "DN-17", "DN-26")
def test_an_online_only_procedure_gives_no_number_but_the_portal_the_base_and_the_ways_on(kit: Kit) -> None:
    answer = kit.call("POST", TICKETS, "kiosk", json={"procedure": LISTED})
    refused = problem(answer, 409, "online_only")
    conforms(body(kit.call("GET", "/openapi.json")), "Problem", refused)
    assert refused["alternatives"] == {
        "portal_url": "https://dichvucong.tinh.gov.vn", "portal_down": False, "zalo": "", "zalo_channel": "",
        "hotline": "0251-1022", "post": True, "help_desk": True,
    }  # fmt: skip
    assert refused["legal_base"] == {
        "text": "Kế hoạch thử", "decision_no": "2132", "decision_date": "2019-10-02", "list": "Danh mục thử",
        "sample": True,
    }  # fmt: skip
    assert (refused["since"], refused["policy"]) == ("2026-11-23", kit.office.plan("ward").version)
    assert kinds(kit) == ["diverted"]


@pytest.mark.states("TN-03", "TN-04")
def test_the_sentence_names_the_first_day_the_base_the_list_and_the_hotline_in_both_languages(kit: Kit) -> None:
    said = problem(kit.call("POST", TICKETS, "kiosk", lang="en", json={"procedure": LISTED}), 409, "online_only")
    for word in ("from 23/11/2026", "Trial plan", "Trial list", "2132 of 02/10/2019", "sample", "0251-1022"):
        assert word in said["detail"], word
    said = problem(kit.call("POST", TICKETS, "kiosk", json={"procedure": LISTED}), 409, "online_only")
    for word in ("23/11/2026", "Kế hoạch thử", "Danh mục thử", "2132", "0251-1022"):
        assert word in said["detail"], word


@pytest.mark.states("TN-10", "TN-11")
def test_a_result_by_post_only_says_what_it_waits_for_and_is_counted_as_deferred(kit: Kit) -> None:
    order = {"service": "result", "procedure": ORDINARY, "dossiers": 2}
    said = problem(kit.call("POST", TICKETS, "kiosk", lang="en", json=order), 409, "post_only")
    assert "returned after the Prime Minister declares it over" in said["detail"]
    assert "If you do not use this service" in said["detail"]
    assert said["deferred_until"] == "the Prime Minister declares it over"
    assert [(d["to"], d["dossiers"], d["refused"]) for d in diverted(kit)] == [("deferred", 2, True)]
    assert kit.office.deferred("ward") == {"tickets": 1, "dossiers": 2}


@pytest.mark.states("TN-10")
def test_a_result_that_needs_presence_is_not_offered_the_post(kit: Kit) -> None:
    order = {"service": "result", "procedure": PRESENT}
    said = problem(kit.call("POST", TICKETS, "kiosk", lang="en", json=order), 409, "post_only")
    assert said["alternatives"]["post"] is False
    assert "If you do not use this service" not in said["detail"]


def test_a_suspended_reception_says_so_and_help_is_still_given(kit: Kit) -> None:
    kit.office.apply_site(province(replace(STRICT, in_person="suspended")))
    for order in ({"procedure": ORDINARY}, {"service": "result"}):
        said = problem(kit.call("POST", TICKETS, "kiosk", lang="en", json=order), 409, "suspended")
        assert "From 23/11/2026" in said["detail"] and "I need help" in said["detail"]
    assert kit.take(service="help")["service"] == "help"


@pytest.mark.states("TN-12")
def test_while_the_portal_is_interrupted_nobody_is_sent_to_it(kit: Kit) -> None:
    good(kit.call("POST", "/sites/ward/portal", "supervisor", json={"down": True, "reason": "Bảo trì"}))
    said = problem(kit.call("POST", TICKETS, "kiosk", lang="en", json={"procedure": LISTED}), 409, "online_only")
    assert (said["reason"], said["alternatives"]["portal_url"]) == ("portal_down", "")
    assert "interrupted" in said["detail"] and "Scan the QR" not in said["detail"]
    assert [d["to"] for d in diverted(kit)] == ["help"]


def test_a_supervisors_exception_gives_the_number_and_the_journal_has_the_reason(kit: Kit) -> None:
    order = {"procedure": LISTED, "exception": {"reason": "Không dùng được mạng"}}
    problem(kit.call("POST", TICKETS, "officer", json=order), 403, "forbidden")
    ticket = good(kit.call("POST", TICKETS, "supervisor", json=order), 201)
    assert ticket["policy"] == kit.office.plan("ward").version
    assert kinds(kit) == ["ticket_taken"]
    assert kit.office.journal("ward", 0, 1000)[-1]["data"]["exception"] == "Không dùng được mạng"


# -- diversions ------------------------------------------------------------


@pytest.mark.states("DN-25", "DN-02")
def test_a_way_that_was_chosen_is_counted_once_a_key(kit: Kit) -> None:
    kit.office.apply_site(province(MILD))
    sent = {"procedure": LISTED, "to": "portal", "dossiers": 3}
    headers = {"Idempotency-Key": "tap-1"}
    first = described(kit, "Diverted", kit.call("POST", DIVERSIONS, "kiosk", json=sent, headers=headers), 201)
    assert (first["service"], first["decision"], first["to"]) == ("submit", "online_preferred", "portal")
    again = described(kit, "Diverted", kit.call("POST", DIVERSIONS, "kiosk", json=sent, headers=headers))
    assert (again["to"], again["policy"]) == ("portal", first["policy"])
    assert [(d["to"], d["dossiers"], d["refused"]) for d in diverted(kit)] == [("portal", 3, False)]


def test_where_nobody_is_sent_away_there_is_nothing_to_count(kit: Kit) -> None:
    before = kit.seq()
    sent = {"service": "help", "to": "portal"}
    assert problem(kit.call("POST", DIVERSIONS, "kiosk", json=sent), 409, "conflict")["reason"] == "not_diverted"
    assert wrong_keys(kit.call("POST", DIVERSIONS, "kiosk", json={"to": "home"})) == {"to": "not_allowed"}
    problem(kit.call("POST", DIVERSIONS, "kiosk", json={"procedure": "9", "to": "post"}), 422, "unknown_procedure")
    assert kit.seq() == before


# -- what is in force ------------------------------------------------------------


def test_anybody_may_read_the_plan_in_force_and_without_one_it_is_null(kit: Kit) -> None:
    found = described(kit, "PolicyNow", kit.call("GET", "/sites/ward/policy"))["policy"]
    assert found == good(kit.call("GET", "/sites/ward/board"))["policy"]
    assert (found["code"], found["title"], found["result_decision"]) == ("chat", "Kế hoạch chặt", "post_only")
    kit.office.apply_site(province())
    assert described(kit, "PolicyNow", kit.call("GET", "/sites/ward/policy")) == {"policy": None}


@pytest.mark.states("TN-02", "DN-09")
def test_every_policy_is_listed_with_what_becomes_of_it_today(kit: Kit) -> None:
    ended = replace(STRICT, code="cu", valid_from=date(2026, 1, 1), valid_to=date(2026, 11, 22))
    coming = replace(STRICT, code="sap", valid_from=date(2026, 12, 1))
    draft = replace(STRICT, code="nhap", published=False)
    older = replace(MILD, code="truoc", valid_from=date(2026, 11, 1), portal_url="https://dichvucung.tinh.gov.vn")
    kit.office.apply_site(province(ended, older, STRICT, coming, draft))
    found = described(kit, "PolicyStandings", kit.call("GET", "/sites/ward/policies", "supervisor"))["items"]
    assert {one["code"]: one["status"] for one in found} == {
        "nhap": "draft", "sap": "upcoming", "chat": "in_force", "truoc": "overlapped", "cu": "ended",
    }  # fmt: skip
    held = next(one for one in found if one["code"] == "chat")
    assert held["number"] == "" and held["issued_at"] is None and held["valid_to"] is None
    assert held["online_list"] == {
        "code": "qd-2132", "title": "Danh mục thử", "decision_no": "2132", "decision_date": "2019-10-02",
        "sample": True, "procedures": 1, "listed": 2,
    }  # fmt: skip
    assert held["may_override"] and held["override"] is None


@pytest.mark.states("DN-23")
def test_an_address_that_is_no_portals_is_marked_and_still_used(kit: Kit) -> None:
    wrong = replace(STRICT, portal_url="https://dichvucung.dongnai.gov.vn")
    kit.office.apply_site(province(wrong))
    (found,) = good(kit.call("GET", "/sites/ward/policies", "supervisor"))["items"]
    assert found["portal_plausible"] is False
    refused = problem(kit.call("POST", TICKETS, "kiosk", json={"procedure": LISTED}), 409, "online_only")
    assert refused["alternatives"]["portal_url"] == "https://dichvucung.dongnai.gov.vn"


# -- preview ------------------------------------------------------------


def preview(kit: Kit, query: str) -> dict[str, Any]:
    return described(kit, "Preview", kit.call("GET", f"/sites/ward/policies/preview?{query}", "supervisor"))


@pytest.mark.states("TN-03", "TN-14", "DN-09")
def test_the_preview_says_what_the_kiosk_would_at_any_time(kit: Kit) -> None:
    kit.office.apply_site(province(replace(STRICT, valid_to=date(2026, 11, 27))))
    before = kit.seq()
    assert preview(kit, f"procedure={LISTED}&at=2026-11-22T23:59")["decision"] == "ticket"
    first = preview(kit, f"procedure={LISTED}&at=2026-11-23T00:00")
    assert (first["decision"], first["ticket"], first["at"]) == ("online_only", False, "2026-11-23T00:00:00+07:00")
    assert preview(kit, f"procedure={LISTED}&at=2026-11-27T23:59")["decision"] == "online_only"
    assert preview(kit, f"procedure={LISTED}&at=2026-11-28T00:00")["policy"] is None
    assert preview(kit, "procedure=1.001699&at=2026-11-23T10:00")["decision"] == "post_preferred"
    assert preview(kit, "procedure=1.001699&at=2026-11-24T10:00")["decision"] == "online_only"
    assert preview(kit, "field=HT&at=2026-11-23T16:59:00Z")["decision"] == "post_preferred"
    assert preview(kit, "service=result&at=2026-11-23T23:59+07:00")["decision"] == "post_only"
    assert kit.seq() == before


def test_the_preview_refuses_what_no_kiosk_could_ask(kit: Kit) -> None:
    def asked(query: str) -> Any:
        return kit.call("GET", f"/sites/ward/policies/preview?{query}", "supervisor")

    for wrong in ("23/11/2026", "2026-11-23", "2026-13-01T10:00", "0000-01-01T00:00", "x"):
        assert wrong_keys(asked(f"service=help&at={wrong}")) == {"at": "not_a_time"}
    assert wrong_keys(asked("")) == {"field": "required"}
    problem(asked("procedure=9.999999"), 422, "unknown_procedure")
    assert asked("service=help").status_code == 200


# -- versions ------------------------------------------------------------


def test_a_version_says_what_the_plan_said_when_the_number_was_given(kit: Kit) -> None:
    ticket = kit.take(procedure=ORDINARY)
    kit.office.apply_site(province(replace(STRICT, title="Kế hoạch đã sửa")))
    later = kit.take(procedure=ORDINARY)
    assert later["policy"] != ticket["policy"]
    for taken, title in ((ticket, "Kế hoạch chặt"), (later, "Kế hoạch đã sửa")):
        answer = kit.call("GET", f"/sites/ward/policies/versions/{taken['policy']}", "supervisor")
        found = described(kit, "PolicyVersion", answer)
        assert (found["version"], found["of"]) == (taken["policy"], "province")
        assert found["policy"]["title"] == title
        assert found["list"]["decision_no"] == "2132"


def test_a_version_that_nothing_was_decided_under_and_another_provinces_are_unknown(kit: Kit) -> None:
    kit.office.apply_site(replace(province(STRICT), code="elsewhere"))
    kit.office.apply_site(small_site(code="there", parent="elsewhere"))
    ticket = kit.take(procedure=ORDINARY)
    foreign = kit.token("supervisor", "there")
    path = "policies/versions"
    problem(kit.call("GET", f"/sites/ward/{path}/province/chat@0000000000", "supervisor"), 404, "unknown_policy")
    problem(kit.call("GET", f"/sites/there/{path}/{ticket['policy']}", token=foreign), 404, "unknown_policy")
    problem(kit.call("GET", f"/sites/ward/{path}/default", "supervisor"), 404, "unknown_policy")


# -- a unit's own postal rules ------------------------------------------------------------


def override(kit: Kit, site: str = "ward", token: str = "", **sent: Any) -> Any:
    told = {"by": "Chủ tịch UBND phường", "reason": "Bưu cục đóng cửa"} | sent
    token = token or kit.token("admin", site)
    return kit.call("POST", f"/sites/{site}/policies/chat/override", token=token, json=told)


# -- whatever is sent ------------------------------------------------------------------------------------


MINE = [route for route in ROUTES if route.view.__module__ == policies.__name__]


@pytest.mark.slow
@pytest.mark.parametrize("route", MINE, ids=lambda route: f"{route.method} {route.view.__name__}")
def test_whatever_is_sent_under_a_plan_is_answered_as_described(kit: Kit, route: Any) -> None:
    """The plan, a version of it and the unit are there, and the token may do all."""
    version = kit.take(procedure=ORDINARY)["policy"]
    site = "province" if route.view is policies.release_results else "ward"
    given = {"site": site, "policy": "chat", "version": version}
    fuzz = Fuzz(kit)
    operation = fuzz.schema[re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route.path)][route.method]
    headers = {"Authorization": f"Bearer {kit.token('admin', 'province')}"}

    @hypothesis.settings(
        max_examples=25, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
    @hypothesis.given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        case.path_parameters.update({name: given[name] for name in case.path_parameters})
        case.headers.pop("X-Layso-As", None)
        case.call_and_validate(headers=headers, checks=fuzz.checks)

    ask()
