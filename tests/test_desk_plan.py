"""The page of the plan in force without a browser: what it tells, and what people enter by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from kiosk.policy_wording import kiosk_policy_texts
from tests.api_kit import Kit
from tests.desk_plan_kit import HEAD, PLAN, TYPO, boss, decision, province, read, version
from tests.kit import small_site
from tests.policy_kit import LISTED, MILD, ORDINARY, PRESENT, STRICT
from tests.serving import layso
from tests.test_desk import Person, person
from ticketing.answers import plans as answers
from ticketing.desk.plan import words as planning_words
from ticketing.profiles import write_sites
from ticketing.profiles.family import implausible_portals
from ticketing.rules import plans
from ticketing.rules.people import CLI


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    with Kit(tmp_path) as kit:
        kit.office.apply_site(province(STRICT))
        yield kit


# -- what it tells ----------------------------------------------------------------------------------


@pytest.mark.states("TN-02", "TN-03")
def test_the_page_says_what_holds_on_whose_authority_and_what_the_text_leaves_out(kit: Kit) -> None:
    page = read(person(kit, "ha").get(PLAN))
    for words in (
        "Plan in force today", "Strict plan", "from 23/11/2026 on", "number not stated", "day of issue not stated",
        "Trial plan", "Online only, no number", "Decision No. 2132 of 02/10/2019", "a sample, not the real list",
        "By post only, else deferred until the act", "Deferred until after the Prime Minister declares it over",
        "0251-1022", "districts, communes",
    ):  # fmt: skip
        assert words in page, words


def test_officers_see_no_plan_and_supervisors_change_only_the_portal(kit: Kit) -> None:
    officer, supervisor = person(kit, "lan"), person(kit, "ha")
    assert [officer.get(f"{PLAN}{more}").status_code for more in ("", "/versions", "/lists/qd-2132")] == [403] * 3
    for step in ("override", "release", "publish", "period/chat", "import"):
        assert supervisor.post(f"{PLAN}/{step}", policy="chat").status_code == 403, step
    assert supervisor.post(f"{PLAN}/portal", down="1", reason="x").status_code == 303


def test_each_plan_that_does_not_hold_says_why(kit: Kit) -> None:
    issued = replace(STRICT, issued_at=date(2026, 11, 1), number="12/KH-UBND")
    kit.office.apply_site(
        province(
            replace(STRICT, code="cu", title_en="Old", valid_from=date(2026, 1, 1), valid_to=date(2026, 11, 22)),
            replace(MILD, code="truoc", title_en="Earlier", issued_at=date(2026, 10, 1)),
            issued,
            replace(STRICT, code="sap", title_en="Coming", valid_from=date(2026, 12, 1)),
            replace(STRICT, code="nhap", title_en="Draft one", published=False),
        )
    )
    answer = person(kit, "ha").get(PLAN)
    page = read(answer)
    assert re.findall(r'data-policy="(\w+)" data-status="(\w+)"', answer.text) == [
        ("nhap", "draft"), ("sap", "upcoming"), ("chat", "in_force"), ("truoc", "overlapped"), ("cu", "ended"),
    ]  # fmt: skip
    for words in (
        "12/KH-UBND, 01/11/2026", "It is not published", "It begins on 01/12/2026", "Its last day was 22/11/2026",
        "“Strict plan” was issued later, on 01/11/2026",
    ):  # fmt: skip
        assert words in page, words


def test_a_province_without_a_plan_says_that_numbers_are_given_as_usual(kit: Kit) -> None:
    kit.office.apply_site(province(procedure_lists=()))
    assert "No plan covers today" in read(person(kit, "ha").get(PLAN))


@pytest.mark.states("DN-23")
def test_an_implausible_portal_is_a_warning_on_the_page_in_the_review_and_on_the_command_line(
    kit: Kit, tmp_path: Path
) -> None:
    kit.office.apply_site(province(replace(STRICT, portal_url=TYPO)))
    assert TYPO in read(person(kit, "ha").get(PLAN))
    admin = boss(kit)
    form = _policy_form(admin, portal_url="https://dichvucung.tayninh.gov.vn")
    answer = admin.post("/province/supervisor/config/policies/entry", **form)
    assert "https://dichvucung.tayninh.gov.vn has not the form" in read(answer)
    assert implausible_portals(kit.office.site("province")) == [("policies[chat].portal_url", TYPO)]
    file = tmp_path / "sites.toml"
    file.write_text(write_sites([kit.office.site("province")]), encoding="utf-8")
    done = layso("apply", file, data=tmp_path / "cli")
    assert done.returncode == 0 and "created" in done.stdout
    assert f"warning: policies[chat].portal_url {TYPO}" in done.stderr


def _policy_form(admin: Person, **typed: Any) -> dict[str, Any]:
    """The form of the only plan as its page has it."""
    listed = admin.get("/province/supervisor/config/policies").text
    mark = re.search(r"policies/entry\?item=(\w+)", listed)
    assert mark
    page = admin.get(f"/province/supervisor/config/policies/entry?item={mark[1]}").text.partition("entry__remove")[0]
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input [^>]*>", page):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and value and ("checkbox" not in tag or "checked" in tag):
            found.setdefault(name[1], []).append(unescape(value[1]))
    for name, body in re.findall(r'<select id="[^"]+" name="([^"]+)".*?>(.*?)</select>', page, re.S):
        chosen = re.search(r'value="([^"]*)" selected', body)
        found[name] = chosen[1] if chosen else ""
    for name, text in re.findall(r'<textarea id="[^"]+" name="([^"]+)"[^>]*>(.*?)</textarea>', page, re.S):
        found[name] = unescape(text)
    found.pop("csrf_token")
    return found | {"step": "review"} | typed


# -- the preview ----------------------------------------------------------------------------------------


def preview(who: Person, what: str, at: str) -> tuple[str, str]:
    answer = who.get(f"{PLAN}?what={what}&at={at}")
    found = re.search(r'data-decision="(\w+)"', answer.text)
    return found[1] if found else "", read(answer)


@pytest.mark.states("DN-09", "TN-03", "TN-14")
def test_the_preview_answers_for_any_procedure_and_any_minute(kit: Kit) -> None:
    kit.office.apply_site(province(replace(STRICT, valid_to=date(2026, 11, 27))))
    who = person(kit, "ha")
    for what, at, expected in (
        (f"submit:procedure:{LISTED}", "2026-11-22T23:59", "ticket"),
        (f"submit:procedure:{LISTED}", "2026-11-27T23:59", "online_only"),
        (f"submit:procedure:{LISTED}", "2026-11-28T00:00", "ticket"),
        ("submit:field:HT", "2026-11-23T08:00", "post_preferred"),
        (f"submit:procedure:{PRESENT}", "2026-11-23T08:00", "ticket"),
        (f"result:procedure:{ORDINARY}", "2026-11-23T08:00", "post_only"),
        ("help", "2026-11-23T08:00", "ticket"),
    ):
        assert preview(who, what, at)[0] == expected, (what, at)
    for wrong in ("submit:procedure:9", "submit", "x:y:z"):
        assert preview(who, wrong, "2026-11-23T08:00")[0] == ""
    assert preview(who, "help", "soon")[0] == ""


def test_the_preview_speaks_as_the_kiosk_does(kit: Kit) -> None:
    with kit.app.test_request_context():
        kiosk = set(kiosk_policy_texts().values())
        plan = plans.plan((small_site(),), date(2026, 11, 23))
        base = answers.LegalBase(text="x", decision_no=None, decision_date=None, list="", sample=False)
        held = answers.in_force(plans.plan((province(STRICT),), plan.day), "vi", False)
        for decided in ("online_only", "online_preferred", "post_preferred", "post_only", "suspended"):
            for service in ("submit", "result"):
                told = answers.Preview(
                    site="ward", at="", service=service, field=None, procedure=None, procedure_name="",
                    decision=decided, ticket=False, alternatives=answers.alternatives(plan, None, False),
                    legal_base=base, deferred_until="", processing_time="", late=False, policy=held, overlapped=[],
                    notices=[],
                )  # fmt: skip
                shown = planning_words.screen(told)
                assert {shown.title, shown.text[-1], *shown.buttons} <= kiosk, decided


# -- versions ----------------------------------------------------------------------------------------------


def test_the_versions_that_numbers_bear_are_listed_and_can_be_read(kit: Kit) -> None:
    first = kit.take(procedure=ORDINARY)["policy"]
    decision(kit, procedure=LISTED)
    kit.office.apply_site(province(replace(STRICT, title_en="Mended plan", hotline="1022")))
    second = kit.take(procedure=ORDINARY)["policy"]
    who = person(kit, "ha")
    listed = who.get(f"{PLAN}/versions").text
    assert re.findall(r'data-version="([^"]+)"', listed) == [second, first]
    assert "Mended plan" in read(who.get(f"{PLAN}/versions/{second}"))
    page = read(who.get(f"{PLAN}/versions/{first}"))
    assert "Strict plan" in page and "0251-1022" in page and LISTED in page
    assert "None" not in page
    assert who.get(f"{PLAN}/versions/province/chat@0").status_code == 404
    assert "Nothing was found" in read(who.get(f"{PLAN}/versions?from=2020-01-01&to=2020-02-01"))


# -- publishing, and another last day -------------------------------------------------------------------------


def confirm(who: Person, path: str, **form: str) -> TestResponse:
    return who.post(path, step="confirm", reason="Họp ngày 20/11", version=str(version(who.kit)), **form)


# -- the configuration's own pages --------------------------------------------------------------------


def test_a_plan_goes_through_its_form_unchanged_and_keeps_what_only_files_change(kit: Kit) -> None:
    head = boss(kit)
    before = kit.office.site("province")
    answer = head.post("/province/supervisor/config/policies/entry", **_policy_form(head))
    assert "Nothing changes: it is so already." in read(answer)
    changed = _policy_form(head, hotline="1022", step="confirm", reason="x")
    assert head.post("/province/supervisor/config/policies/entry", **changed).status_code == 303
    assert kit.office.site("province") == replace(before, policies=(replace(STRICT, hotline="1022"),))


def test_plans_stand_in_the_menu_of_the_centre_and_not_of_a_unit(kit: Kit) -> None:
    menu = "config/policies"
    assert menu in boss(kit).get("/province/supervisor/config/").text
    assert menu not in person(kit, "tu").get("/ward/supervisor/config/").text


def test_a_notice_can_be_put_under_the_provinces_plan_at_a_unit(kit: Kit) -> None:
    kit.accounts.add_officer("ward", "nga", "admin", "long enough 1", CLI)
    page = person(kit, "tu").get("/ward/supervisor/config/notices/entry").text
    assert re.search(r'<select id="c-policy".*?<option value="chat"', page, re.S)


@pytest.mark.faults("U13")
def test_a_form_of_the_plan_says_all_that_is_wrong_with_it_at_once(kit: Kit) -> None:
    wrong = {"policy": "chat", "authority": "", "act": "", "act_date": "32/11/2026", "effective_from": "soon", "by": ""}
    page = read(boss(kit).post(f"{HEAD}/release", step="confirm", sure="1", **wrong), 422)
    assert (page.count("Fill this in"), page.count("must be a day written")) == (3, 2)
    own = {"policy": "chat", "by": "", "reason": "", "valid_from": "soon", "valid_to": "9999-12-31"}
    page = read(person(kit, "tu").post(f"{PLAN}/override", **own), 422)
    assert (page.count("Fill this in"), page.count("must be a day written")) == (3, 2)
