"""The plan in force on paper, on the public page, and in what the kiosk's page brings along."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask_babel import force_locale

from kiosk.policy_wording import legal_lines, meaning, window
from printer_templates import Slip
from printer_templates.screen_qr import qr_svg
from tests.api_kit import Kit, good
from tests.kit import SUPERVISOR, small_site
from tests.policy_kit import LIST, LISTED, MILD, ORDINARY, PRESENT, STRICT
from ticketing.answers import board
from ticketing.answers.plans import LegalBase
from ticketing.papers.slips import slip_for
from ticketing.rules.policies import Policy
from ticketing.rules.sites import Site
from ticketing.rules.text import day_words

ZALO = "https://zalo.me/123456"
PLAN = replace(
    STRICT, valid_to=date(2026, 12, 22), authority="UBND tỉnh", authority_en="People's Committee",
    session_cap_announced=True, zalo_url=ZALO, zalo_channel="Cổng hành chính tỉnh",
)  # fmt: skip


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    with Kit(tmp_path, zalo_url="https://zalo.me/ward") as kit:
        in_force(kit, PLAN)
        yield kit


def in_force(kit: Kit, *policies: Policy) -> None:
    timed = tuple(
        replace(one, processing_time="03 ngày làm việc", processing_time_late="04 ngày làm việc")
        for one in small_site().procedures
    )
    head = small_site(code="province", level="province", policies=policies, procedure_lists=(LIST,))
    kit.office.apply_site(head)
    kit.office.apply_site(replace(kit.office.site("ward"), procedures=timed))


def page(kit: Kit, path: str) -> str:
    answer = kit.client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def slip_of(kit: Kit, **order: Any) -> Slip:
    code = kit.take(**order)["code"]
    with kit.app.test_request_context():
        return slip_for(kit.office.slip(code))


def data_of(html: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="kiosk">(.*?)</script>', html, re.S)
    assert found is not None
    return dict(json.loads(found[1]))


# -- addresses ----------------------------------------------------------------------------------------


@pytest.mark.states("TN-12", "TN-13")
def test_the_codes_lead_where_the_plan_says_and_after_it_where_the_unit_says(kit: Kit) -> None:
    assert page(kit, "/ward/qr/portal.svg") == qr_svg("https://dichvucong.tinh.gov.vn")
    assert page(kit, "/ward/qr/zalo.svg") == qr_svg(ZALO)
    kit.clock.set("2026-12-23T08:00")
    assert page(kit, "/ward/qr/portal.svg") == qr_svg("https://dichvucong.gov.vn")
    assert page(kit, "/ward/qr/zalo.svg") == qr_svg("https://zalo.me/ward")


@pytest.mark.states("TN-12")
def test_nobody_is_sent_to_a_portal_that_is_interrupted(kit: Kit) -> None:
    assert "https://dichvucong.tinh.gov.vn" in page(kit, "/ward/?lang=en")
    kit.office.mark_portal("province", True, SUPERVISOR, "bảo trì")
    assert kit.client.get("/ward/qr/portal.svg").status_code == 404
    shown = page(kit, "/ward/?lang=en")
    assert "The service portal is interrupted" in shown
    assert "https://dichvucong.tinh.gov.vn" not in shown
    assert kit.client.get("/ward/qr/zalo.svg").status_code == 200


# -- the public page ----------------------------------------------------------------------------------


@pytest.mark.states("TN-02", "TN-06", "DN-16", "DN-17")
def test_the_public_page_tells_the_plan_its_window_its_base_the_caps_and_the_hotline(kit: Kit) -> None:
    shown = page(kit, "/ward/?lang=en")
    assert "Strict plan" in shown
    assert "From 23/11/2026 to the end of 22/12/2026, by the plan of the People&#39;s Committee." in shown
    assert "Procedures of the list: online only" in shown
    assert "otherwise after the Prime Minister declares it over" in shown
    assert "List: Trial list, Decision No. 2132 of 02/10/2019 (sample list)" in shown
    assert 'href="tel:0251-1022"' in shown and "tel:1022" not in shown
    assert "dossiers left of 10" in shown
    assert "Cổng hành chính tỉnh" in shown


@pytest.mark.states("DN-09")
@pytest.mark.parametrize(("at", "there"), [
    ("2026-11-22T23:59", False), ("2026-11-23T00:00", True), ("2026-12-22T23:59", True), ("2026-12-23T00:00", False),
])  # fmt: skip
def test_a_plan_stands_on_the_public_page_from_its_first_to_its_last_minute(kit: Kit, at: str, there: bool) -> None:
    kit.clock.set(at)
    shown = page(kit, "/ward/?lang=en")
    assert ("Strict plan" in shown, 'id="plan"' in shown, "tel:0251-1022" in shown) == (there, there, there)


def test_without_a_plan_the_page_says_nothing_of_one(kit: Kit) -> None:
    in_force(kit)
    shown = page(kit, "/ward/?lang=en")
    assert 'id="plan"' not in shown and "Legal base" not in shown
    assert "https://dichvucong.gov.vn" in shown


def test_both_postal_lists_are_made_from_the_procedures(kit: Kit) -> None:
    shown = page(kit, "/ward/?lang=en")
    by, present = shown.split("Only in person (1)")
    assert "Done by post (3)" in by
    assert "Marriage" in present and "Birth registration" in by.split("Done by post (3)")[1]


# -- what the kiosk's page brings along ---------------------------------------------------------------


def test_the_kiosk_has_what_the_plan_says_in_both_languages_before_it_asks(kit: Kit) -> None:
    given = data_of(page(kit, "/ward/kiosk/"))
    listed = next(one for one in given["procedures"] if one["code"] == LISTED)
    assert (listed["decision"], listed["legal_base"]["text"]) == ("online_only", "Kế hoạch thử")
    assert (listed["legal_base_en"]["text"], listed["legal_base_en"]["list"]) == ("Trial plan", "Trial list")
    assert listed["deferred_until_en"] == "the Prime Minister declares it over"
    assert given["site"]["late_from"] == "15:00"
    assert given["ways"]["hotline"] == "0251-1022"
    assert given["board"]["policy"]["result_decision"] == "post_only"


def test_every_word_that_the_screens_of_the_plan_ask_for_is_there(kit: Kit) -> None:
    """A key that is missing would stand on the screen as itself."""
    texts = data_of(page(kit, "/ward/kiosk/"))["texts"]
    folder = Path(__file__).resolve().parent.parent / "kiosk/static/js/kiosk"
    script = "".join(file.read_text(encoding="utf-8") for file in folder.glob("*.js"))
    asked = set(re.findall(r'\bt\("(\w+)"', script))
    assert len(asked) > 80
    for lang in ("vi", "en"):
        assert asked - set(texts[lang]) == set()
        decisions = ("ticket", "online_preferred", "online_only", "post_preferred", "post_only", "suspended")
        assert {f"tag_{one}" for one in decisions} <= set(texts[lang])


# -- words --------------------------------------------------------------------------------------------


def told(kit: Kit, policy: Policy, site: str = "ward") -> dict[str, Any]:
    in_force(kit, policy)
    held = kit.office.see(site, board.of, "en").policy
    assert held is not None
    with kit.app.test_request_context(), force_locale("en"):
        return {"window": window(held), "means": meaning(held), "legal": legal_lines(held.legal_base)}


@pytest.mark.states("TN-04", "TN-10", "TN-11", "DN-02", "DN-07", "DN-08")
def test_each_plan_means_what_it_says_and_nothing_else(kit: Kit) -> None:
    strict = told(kit, replace(PLAN, valid_to=None))
    assert strict["window"] == "From 23/11/2026, by the plan of the People's Committee."
    assert [line.split(":")[0] for line in strict["means"]] == [
        "Procedures of the list", "Other procedures", "Results", "Each session takes a limited number of dossiers, "
        "shown here before you queue.",
    ]  # fmt: skip
    assert "online only" in strict["means"][0] and "by the public postal service only" in strict["means"][2]
    mild = told(kit, MILD)["means"]
    assert len(mild) == 3 and all("still" in line for line in mild)
    assert len(told(kit, replace(MILD, in_person="suspended"))["means"]) == 1


@pytest.mark.states("TN-03")
def test_a_list_says_its_decision_as_far_as_its_text_does(kit: Kit) -> None:
    base = LegalBase(
        text="Kế hoạch", list="Danh mục", sample=False, decision_no="2132", decision_date="2019-10-02"
    )  # fmt: skip
    with kit.app.test_request_context(), force_locale("en"):
        assert legal_lines(base)[1] == "List: Danh mục, Decision No. 2132 of 02/10/2019"
        assert legal_lines(replace(base, decision_date=None))[1] == "List: Danh mục, Decision No. 2132"
        unnumbered = legal_lines(replace(base, decision_no="", decision_date=None, sample=True))[1]
        assert unnumbered == "List: Danh mục, number and date of its decision not stated (sample list)"
        assert legal_lines(replace(base, list="")) == ["Legal base: Kế hoạch"]


@pytest.mark.parametrize(("iso", "said"), [
    ("2020-03-30", "30/3/2020"), ("2019-10-02", "02/10/2019"), ("2020-02-05", "05/02/2020"), ("", ""),
])  # fmt: skip
def test_days_are_written_as_an_office_writes_them(iso: str, said: str) -> None:
    assert day_words(iso) == said


# -- the slip -----------------------------------------------------------------------------------------


@pytest.mark.states("TN-08")
@pytest.mark.parametrize(("at", "time", "late"), [
    ("2026-11-23T14:59", "03 ngày làm việc", False), ("2026-11-23T15:00", "04 ngày làm việc", True),
])  # fmt: skip
def test_from_15_on_the_slip_says_that_the_dossier_waits_for_the_next_working_day(
    kit: Kit, at: str, time: str, late: bool
) -> None:
    kit.clock.set(at)
    slip = slip_of(kit, procedure=ORDINARY)
    assert time in slip.processing_time and "14:5" not in slip.processing_time
    assert slip.expected and slip.expected != slip.processing_time
    assert ("15:00" in slip.late, bool(slip.late)) == (late, late)
    assert bool(slip_of(kit, field="HT").late) == late
    assert slip_of(kit, service="help").late == ""


@pytest.mark.states("DN-17")
def test_the_slip_names_the_hotline_of_the_plan_and_after_it_the_unit_s_own(kit: Kit) -> None:
    assert "0251-1022" in slip_of(kit).hotline
    kit.clock.set("2026-12-23T08:00")
    assert slip_of(kit).hotline.endswith(" 1022")


@pytest.mark.states("DN-17")
def test_the_phone_page_names_the_hotline_of_the_plan(kit: Kit) -> None:
    code = kit.take(procedure=PRESENT)["code"]
    assert 'href="tel:0251-1022"' in page(kit, f"/t/{code}?lang=en")


def test_a_plan_s_refusal_and_the_page_name_the_same_base(kit: Kit) -> None:
    listed = good(kit.call("GET", "/sites/ward/procedures?q=Chứng thực", lang="vi"))["items"][0]
    refused = kit.call("POST", "/sites/ward/tickets", "kiosk", json={"procedure": LISTED})
    assert refused.status_code == 409
    assert refused.get_json()["legal_base"] == listed["legal_base"]
    site: Site = kit.office.site("ward")
    assert site.policies == ()
