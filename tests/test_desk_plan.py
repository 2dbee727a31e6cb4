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

from kiosk.config_refusals import line
from kiosk.policy_wording import kiosk_policy_texts
from tests.api_kit import Kit
from tests.desk_plan_kit import ACT, HEAD, PLAN, TYPO, boss, decision, kinds, province, read, version
from tests.kit import small_site
from tests.policy_kit import LISTED, MILD, ORDINARY, PRESENT, STRICT
from tests.serving import layso
from tests.test_desk import Person, person
from ticketing.answers import plans as answers
from ticketing.desk.plan import words as planning_words
from ticketing.profiles import ConfigError, write_sites
from ticketing.profiles.family import check_family, implausible_portals
from ticketing.rules import plans
from ticketing.rules.people import CLI
from ticketing.rules.policies import Override
from ticketing.rules.sites import Notice


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


# -- the portal -------------------------------------------------------------------------------------------


@pytest.mark.states("TN-12")
def test_the_portals_switch_says_since_when_and_is_lifted_where_it_was_set(kit: Kit) -> None:
    admin, supervisor = boss(kit), person(kit, "ha")
    assert "Give a reason" in read(admin.post(f"{HEAD}/portal", down="1", reason=" "), 422)
    assert kit.office.outage("ward") is None
    assert admin.post(f"{HEAD}/portal", down="1", reason="Sở TT&TT báo bảo trì").status_code == 303
    page = read(supervisor.get(PLAN))
    assert "interrupted since 23/11/2026 08:00" in page and "Sở TT&TT báo bảo trì" in page
    assert "marked by Trial centre, and lifted there only" in page
    assert "It works again" in read(admin.get(HEAD))
    assert admin.post(f"{HEAD}/portal", down="0", reason="Đã có lại").status_code == 303
    assert kit.office.outage("ward") is None
    assert kinds(kit, "province").count("portal_marked") == 2


# -- the unit's own postal rules -----------------------------------------------------------------------


@pytest.mark.states("TN-16", "DN-32")
def test_a_unit_sets_its_own_postal_rules_says_who_and_why_and_takes_them_back(kit: Kit) -> None:
    admin = person(kit, "tu")
    form = {"policy": "chat", "result_mode": "in_person", "by": "Chủ tịch UBND phường", "reason": "Bưu cục đóng cửa"}
    assert admin.post(f"{PLAN}/override", **form).status_code == 303
    page = read(admin.get(PLAN))
    assert "At this unit it is otherwise" in page and "Chủ tịch UBND phường" in page and "Bưu cục đóng cửa" in page
    assert decision(kit, service="result") == "ticket"
    assert decision(kit, site="other", service="result") == "post_only"
    assert "Fill this in" in read(admin.post(f"{PLAN}/override", policy="chat", do="back", by="", reason="x"), 422)
    assert len(kit.office.site("ward").overrides) == 1
    assert admin.post(f"{PLAN}/override", policy="chat", do="back", by="UBND", reason="Đã mở lại").status_code == 303
    assert decision(kit, service="result") == "post_only"
    assert kinds(kit, "ward").count("policy_overridden") == 2


@pytest.mark.states("TN-16", "DN-32")
def test_nothing_but_postal_content_is_taken_from_the_form_and_the_centre_has_none(kit: Kit) -> None:
    admin, head = person(kit, "tu"), boss(kit)
    form = {"policy": "chat", "by": "UBND", "reason": "x", "online_mode": "offer", "valid_to": ""}
    assert "Fill this in" in read(admin.post(f"{PLAN}/override", **form), 422)
    assert kit.office.site("ward").overrides == ()
    assert head.post(f"{HEAD}/override", **form, result_mode="in_person").status_code == 403
    assert "own postal rules" not in read(head.get(HEAD)).replace("may set the postal rules", "")
    kit.office.apply_site(province(replace(STRICT, local_override=())))
    assert admin.post(f"{PLAN}/override", **form, result_mode="in_person").status_code == 403


@pytest.mark.states("TN-16", "DN-32")
def test_a_file_for_a_unit_alone_is_held_against_the_province_in_the_database(tmp_path: Path) -> None:
    head = province(replace(STRICT, local_override=("district",)))
    own = Override("chat", "UBND", date(2026, 11, 23), "x", result_mode="in_person")
    unit = small_site(code="ward", parent="province", overrides=(own,))
    with pytest.raises(ConfigError) as refused:
        check_family([unit], [head], "ward.toml")
    [problem] = refused.value.problems
    assert line(problem) == "ward.toml: sites[ward].overrides[0].policy: 'chat' leaves nothing to units of this level"
    check_family([unit], [province(STRICT)], "ward.toml")
    both, alone = tmp_path / "head.toml", tmp_path / "ward.toml"
    both.write_text(write_sites([head]), encoding="utf-8")
    alone.write_text(write_sites([unit]), encoding="utf-8")
    assert layso("apply", both, data=tmp_path / "data").returncode == 0
    done = layso("apply", alone, data=tmp_path / "data")
    assert done.returncode == 1 and "leaves nothing to units of this level" in done.stderr
    assert "ward" not in layso("token", "list", "--site", "ward", data=tmp_path / "data").stdout


# -- the act that ends the deferral --------------------------------------------------------------------


@pytest.mark.states("TN-11")
def test_the_act_is_entered_once_with_its_day_and_only_after_a_second_look(kit: Kit) -> None:
    for dossiers in (2, 1):
        decision(kit, service="result", dossiers=dossiers)
    head = boss(kit)
    assert 'data-deferred="3"' in head.get(HEAD).text
    looked = head.post(f"{HEAD}/release", step="review", **ACT)
    page = read(looked)
    for words in (
        "From 25/11/2026 on",
        "wait for it and may come on one day: 3",
        "Trial centre",
        "Morning: 3",
        "Quyết định số 26, 20/11/2026",
    ):
        assert words in page, words
    assert "Tick this" in read(head.post(f"{HEAD}/release", step="confirm", **ACT), 422)
    assert "policy_released" not in kinds(kit, "province")
    assert head.post(f"{HEAD}/release", step="confirm", sure="1", **ACT).status_code == 303
    page = read(head.get(HEAD))
    assert "In person again from 25/11/2026: Thủ tướng Chính phủ, Quyết định số 26 of 20/11/2026" in page
    assert "Enter the act" not in page
    assert decision(kit, service="result") == "post_only"
    kit.clock.set("2026-11-25T08:00")
    assert [decision(kit, service="result") for _number in range(4)] == ["ticket"] * 3 + ["cap_reached"]
    assert head.post(f"{HEAD}/release", step="confirm", sure="1", **ACT).status_code == 409


@pytest.mark.states("TN-11")
@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"act": ""}, "Fill this in"),
        ({"act_date": "2026-11-24"}, "This day is still to come"),
        ({"effective_from": "2026-11-19"}, "must not be before the first day"),
        ({"act_date": "yesterday"}, "must be a day written"),
    ],
)
def test_an_act_that_is_not_there_yet_or_incomplete_is_not_entered(
    kit: Kit, changed: dict[str, str], said: str
) -> None:
    answer = boss(kit).post(f"{HEAD}/release", step="confirm", sure="1", **(ACT | changed))
    assert said in read(answer, 422)
    assert "policy_released" not in kinds(kit, "province")


def test_a_units_admin_enters_no_act(kit: Kit) -> None:
    admin = person(kit, "tu")
    assert admin.post(f"{PLAN}/release", step="confirm", sure="1", **ACT).status_code == 404
    assert admin.post(f"{HEAD}/release", step="confirm", sure="1", **ACT).status_code == 403
    assert "Enter the act" not in read(admin.get(PLAN))


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


def stating(last: str) -> Notice:
    return Notice(f"Từ 23/11/2026 đến {last}.", f"From 23/11/2026 to {last}.", policy="chat", about="period")


def confirm(who: Person, path: str, **form: str) -> TestResponse:
    return who.post(path, step="confirm", reason="Họp ngày 20/11", version=str(version(who.kit)), **form)


def test_a_draft_is_published_and_taken_back_with_a_reason(kit: Kit) -> None:
    kit.office.apply_site(province(replace(STRICT, published=False)))
    head = boss(kit)
    asked = {"policy": "chat", "published": "1"}
    looked = head.post(f"{HEAD}/publish", step="review", version=str(version(kit)), **asked)
    assert 'data-change="policies[chat].published"' in looked.text
    assert decision(kit, procedure=LISTED) == "ticket"
    assert confirm(head, f"{HEAD}/publish", **asked).status_code == 303
    assert decision(kit, procedure=LISTED) == "online_only"
    assert confirm(head, f"{HEAD}/publish", policy="chat", published="0").status_code == 303
    assert decision(kit, procedure=LISTED) == "ticket"
    assert kit.office.journal("province", 0, 1000)[-1]["data"]["reason"] == "Họp ngày 20/11"


@pytest.mark.states("DN-16")
def test_a_draft_without_the_contents_it_asks_for_is_not_published(kit: Kit) -> None:
    kit.office.apply_site(province(replace(STRICT, published=False, required_contents=("period", "why"))))
    answer = confirm(boss(kit), f"{HEAD}/publish", policy="chat", published="1")
    assert "Nothing has been changed" in read(answer, 422)
    assert not kit.office.site("province").policies[0].published


@pytest.mark.states("DN-09", "DN-16")
def test_the_last_day_moves_together_with_the_notices_that_name_it(kit: Kit) -> None:
    first = replace(STRICT, valid_to=date(2026, 11, 27), required_contents=("period",))
    kit.office.apply_site(province(first, notices=(stating("27/11/2026"),)))
    head = boss(kit)
    assert "27/11/2026" in read(head.get(f"{HEAD}/period/chat"))
    alone = confirm(head, f"{HEAD}/period/chat", valid_to="2026-12-31")
    assert "Nothing has been changed" in read(alone, 422)
    later = stating("31/12/2026")
    moved = confirm(
        head, f"{HEAD}/period/chat", valid_to="2026-12-31", **{"text.0": later.text, "text_en.0": later.text_en}
    )
    assert moved.status_code == 303
    held = kit.office.site("province")
    assert (held.policies[0].valid_to, held.notices) == (date(2026, 12, 31), (later,))
    kit.clock.set("2026-12-31T10:00")
    assert decision(kit, procedure=LISTED) == "online_only"


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
