"""The postal service over HTTP: finishing with a postal choice, corrections, and the supervisor's page without a
browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.api_kit import Kit, good, problem, wrong_keys
from tests.kit import MONDAY
from tests.test_desk import Person, person
from ticketing.rules.policies import Discount, Policy
from ticketing.rules.post import totals

CORRECTIONS = "/sites/ward/postal/corrections"
PAGE = "/ward/supervisor/postal"


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    with Kit(tmp_path) as kit:
        good(kit.at_counter("open"))
        yield kit


def visit(kit: Kit, dossiers: int = 1, **finish: Any) -> str:
    number = str(kit.take(dossiers=dossiers)["number"])
    good(kit.at_counter("call-next"))
    good(kit.at_counter("finish", **finish))
    return number


def correct(kit: Kit, role: str = "supervisor", key: str = "", **body: Any) -> Any:
    sent = {"day": "2026-11-23", "form": "submit", "dossiers": 2, "reason": "Đếm lại", **body}
    return kit.call("POST", CORRECTIONS, role, json=sent, headers={"Idempotency-Key": key} if key else None)


def on_list(kit: Kit) -> dict[str, int]:
    return totals(kit.office.postal_list("ward", MONDAY, MONDAY))


# -- finish -------------------------------------------------------------------------------------------


def test_finish_says_how_many_dossiers_go_by_post(kit: Kit) -> None:
    visit(kit, 3, postal="both")
    visit(kit, 3, postal="return", postal_dossiers=2)
    visit(kit, 3, postal="submit", dossier_codes=[" h19.01-261123-0007 "])
    assert on_list(kit) == {"submit": 4, "return": 5}


@pytest.mark.parametrize(
    ("finish", "key", "reason"),
    [
        ({"postal": "drone"}, "postal", "not_allowed"),
        ({"postal_dossiers": 1}, "postal", "required"),
        ({"postal": "submit", "postal_dossiers": 0}, "postal_dossiers", "too_small"),
        ({"postal": "submit", "postal_dossiers": 1001}, "postal_dossiers", "too_large"),
        ({"postal": "submit", "postal_dossiers": 1.5}, "postal_dossiers", "wrong_type"),
        ({"postal": "return", "dossier_codes": ["0912345678"]}, "dossier_codes[0]", "wrong_form"),
        ({"dossier_codes": ["H19-261123-0001", "h19-261123-0001"]}, "dossier_codes[1]", "repeated"),
        ({"postal": "return", "dossier_codes": ["H19-261123-0001"] * 1001}, "dossier_codes", "too_long"),
    ],
)
def test_a_finish_that_cannot_be_is_422_and_the_visit_goes_on(
    kit: Kit, finish: dict[str, Any], key: str, reason: str
) -> None:
    ticket = kit.take()
    good(kit.at_counter("call-next"))
    assert wrong_keys(kit.at_counter("finish", **finish)) == {key: reason}
    assert (kit.state(ticket["code"]), on_list(kit)) == ("called", {"submit": 0, "return": 0})


def test_a_thousand_codes_of_a_postmans_pile_fit_into_one_request(kit: Kit) -> None:
    kit.take(service="postal_handover", dossiers=1000)
    good(kit.at_counter("open", counter=3, services=["postal_handover"]))
    good(kit.at_counter("call-next", counter=3))
    codes = [f"000.00.01.H19-261123-{n:05d}" for n in range(1000)]
    good(kit.at_counter("finish", counter=3, dossier_codes=codes))
    assert on_list(kit) == {"submit": 1000, "return": 0}


# -- corrections --------------------------------------------------------------------------------------


@pytest.mark.states("DN-28", "DN-29")
def test_a_correction_answers_with_its_row_and_the_days_totals(kit: Kit) -> None:
    number = visit(kit, 3, postal="submit")
    answer = good(correct(kit, dossiers=-1, number=number, reason="Ghi nhầm"), 201)
    assert answer == {
        "day": "2026-11-23", "form": "submit", "dossiers": -1, "reason": "Ghi nhầm", "number": number,
        "totals": {"submit": 2, "return": 0},
    }  # fmt: skip
    lines = good(kit.call("GET", "/sites/ward/journal?limit=1000", "supervisor"))["items"]
    assert (lines[-1]["kind"], lines[-1]["data"]["reason"]) == ("postal_corrected", "Ghi nhầm")
    assert on_list(kit) == {"submit": 2, "return": 0}


def test_the_same_key_corrects_once_and_says_so(kit: Kit) -> None:
    first = good(correct(kit, key="k1"), 201)
    assert good(correct(kit, key="k1"), 200) == first
    assert on_list(kit) == {"submit": 2, "return": 0}
    good(correct(kit, key="k2"), 201)
    assert on_list(kit)["submit"] == 4


@pytest.mark.parametrize(
    ("body", "key", "reason"),
    [
        ({"dossiers": -1}, "dossiers", "below_zero"),
        ({"dossiers": 0}, "dossiers", "zero"),
        ({"dossiers": 10**6}, "dossiers", "too_large"),
        ({"dossiers": "2"}, "dossiers", "wrong_type"),
        ({"day": "2026-11-24"}, "day", "in_future"),
        ({"day": "2019-01-01"}, "day", "before_data"),
        ({"day": "0001-01-01"}, "day", "not_a_day"),
        ({"day": "9999-12-31"}, "day", "not_a_day"),
        ({"day": "yesterday"}, "day", "not_a_day"),
        ({"form": "both"}, "form", "not_allowed"),
        ({"reason": ""}, "reason", "too_short"),
        ({"reason": "   "}, "reason", "required"),
        ({"who": "me"}, "who", "unknown_key"),
    ],
)
def test_a_wrong_correction_is_422_and_changes_nothing(kit: Kit, body: dict[str, Any], key: str, reason: str) -> None:
    before = kit.seq()
    assert wrong_keys(correct(kit, **body)) == {key: reason}
    assert kit.seq() == before


def test_a_number_that_nobody_had_is_422_not_404(kit: Kit) -> None:
    problem(correct(kit, number="1999"), 422, "unknown_ticket")
    assert on_list(kit)["submit"] == 0


def test_an_officer_corrects_nothing(kit: Kit) -> None:
    problem(correct(kit, "officer"), 403, "forbidden")
    assert on_list(kit)["submit"] == 0


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_each_refusal_is_said_in_words(kit: Kit, lang: str) -> None:
    sent = {"day": "2026-11-23", "form": "submit", "dossiers": -9, "reason": "x"}
    answer = problem(kit.call("POST", CORRECTIONS, "supervisor", json=sent, lang=lang), 422, "invalid")
    assert "below_zero" not in str(answer["detail"])
    assert answer["errors"][0]["reason"] == "below_zero"


# -- what is erased -----------------------------------------------------------------------------------


@pytest.mark.states("DN-29")
def test_the_report_says_the_same_once_the_codes_are_erased(kit: Kit) -> None:
    visit(kit, 2, postal="both", dossier_codes=["H19-261123-0001"])
    good(correct(kit, dossiers=5, form="return"), 201)
    kit.clock.set("2026-11-24T08:00")

    def told() -> dict[str, Any]:
        return good(kit.call("GET", "/sites/ward/reports/postal?from=2026-11-23&to=2026-11-24", "supervisor"))

    before = told()
    assert "H19-261123-0001" in str(before)
    assert kit.office.erase_old("ward", date(2026, 11, 24))[1] == 1
    after = told()
    assert "H19-" not in str(after)
    assert after["totals"] == before["totals"]
    figures = ("date", "number", "form", "source", "submit", "return", "dossiers", "reason")
    assert [[row[key] for key in figures] for row in after["items"]] == [
        [row[key] for key in figures] for row in before["items"]
    ]


# -- the page -----------------------------------------------------------------------------------------


def entered(page: str) -> dict[str, str]:
    return dict(re.findall(r'data-total="(\w+)">([^<]+)<', page))


def form(someone: Person, **typed: str) -> Any:
    sent = {"day": "2026-11-23", "form": "submit", "way": "more", "dossiers": "4", "reason": "Counted again", **typed}
    return someone.post(PAGE, **sent)


@pytest.mark.states("DN-28")
def test_the_page_shows_rows_totals_codes_and_the_reports_of_its_window(kit: Kit) -> None:
    number = visit(kit, 2, postal="both", dossier_codes=["H19-261123-0001", "H19-261123-0002"])
    good(correct(kit, dossiers=3, form="return", reason="Phiếu giấy <b>"), 201)
    page = person(kit, "ha").get(f"{PAGE}?from=2026-11-01&to=2026-11-30").text
    assert entered(page) == {"submit": "2", "return": "5", "corrections": "1"}
    assert page.count('data-source="counter"') == 2 and page.count('data-source="correction"') == 1
    assert number in page and "H19-261123-0002" in page and "Phiếu giấy &lt;b&gt;" in page and "+3" in page
    for kind in ("pdf", "xlsx", "csv"):
        assert f"/api/v1/sites/ward/reports/postal?from=2026-11-01&amp;to=2026-11-30&amp;format={kind}" in page


def test_the_form_adds_a_row_and_leads_back_to_the_same_window(kit: Kit) -> None:
    visit(kit, 3, postal="submit")
    ha = person(kit, "ha")
    answer = form(ha, way="fewer", dossiers="1", **{"from": "2026-11-02", "to": "2026-11-23"})
    assert (answer.status_code, answer.location) == (303, f"{PAGE}?from=2026-11-02&to=2026-11-23")
    assert "Dossiers received by post: 2 in all" in ha.get(answer.location).text
    assert on_list(kit) == {"submit": 2, "return": 0}


def test_a_form_sent_twice_adds_one_row(kit: Kit) -> None:
    ha = person(kit, "ha")
    for _again in range(2):
        assert form(ha, key="abc").status_code == 303
    assert on_list(kit)["submit"] == 4


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"way": "fewer"}, "would fall below 0"),
        ({"day": "2026-11-24"}, "yet to come"),
        ({"day": "2019-11-23"}, "no data of that day"),
        ({"day": ""}, "Choose the day"),
        ({"dossiers": "-3"}, "whole number of dossiers from 1 to 100000"),
        ({"dossiers": "0"}, "whole number"),
        ({"dossiers": "٣"}, "whole number"),
        ({"way": "sideways"}, "whole number"),
        ({"form": "both"}, "Say which list"),
        ({"reason": "  "}, "Enter a reason"),
        ({"number": "1999"}, "Nobody had this number"),
    ],
)
def test_a_wrong_form_keeps_what_was_typed_and_says_what_is_wrong(kit: Kit, typed: dict[str, str], words: str) -> None:
    ha = person(kit, "ha")
    ha.token()
    before = kit.seq()
    answer = form(ha, **typed)
    assert (answer.status_code, kit.seq()) == (422, before)
    assert words in answer.text.replace("&#39;", "'")
    if "reason" not in typed:
        assert 'value="Counted again"' in answer.text


def test_the_parents_own_admin_is_offered_the_list_of_all_units(kit: Kit) -> None:
    boss = person(kit, "boss")
    assert "units=true" in boss.get("/province/supervisor/postal").text
    assert "units=true" not in boss.get(PAGE).text
    assert "units=true" not in person(kit, "ha").get(PAGE).text
    for form_of in ("pdf", "xlsx"):
        sent = {"from": "2026-11-23", "to": "2026-11-23", "format": form_of, "units": "true"}
        assert (
            boss.client.get("/api/v1/sites/province/reports/postal", query_string=sent, **boss.base).status_code == 200
        )


def test_only_supervisors_open_the_page_and_a_form_without_its_token_does_nothing(kit: Kit) -> None:
    assert Person(kit).get(PAGE).status_code == 303
    assert person(kit, "lan").get(PAGE).status_code == 403
    ha = person(kit, "ha")
    assert ha.client.post(PAGE, data={"day": "2026-11-23"}, **ha.base).status_code == 400
    assert on_list(kit)["submit"] == 0


@pytest.mark.parametrize("window", ["?from=x&to=y", "?from=2026-11-24&to=2026-11-23", "?from=0001-01-01&to=9999-12-31"])
def test_a_window_that_makes_no_sense_is_brought_into_one(kit: Kit, window: str) -> None:
    visit(kit, 1, postal="submit")
    answer = person(kit, "ha").get(PAGE + window)
    assert answer.status_code == 200
    assert entered(answer.text)["submit"] in ("0", "1")


@pytest.mark.states("DN-29", "DN-31")
def test_the_plans_days_are_one_press_away_and_a_discount_is_shown_with_days_of_its_own(kit: Kit) -> None:
    ha = person(kit, "ha")
    assert "data-discount" not in ha.get(PAGE).text
    discount = Discount(50, date(2026, 11, 1), date(2026, 12, 31), "Nộp trực tuyến", "Online filings")
    plan = Policy("plan", "Kế hoạch", date(2026, 11, 20), valid_to=date(2026, 12, 10), postal_discount=discount)
    kit.office.apply_site(replace(kit.office.site("province"), policies=(plan,)))
    page = ha.get(PAGE).text
    assert f"{PAGE}?from=2026-11-20&amp;to=2026-12-10" in page
    told = re.sub(r"\s+", " ", page)
    assert "reduced by 50 % from 01/11/2026 to 31/12/2026. Online filings" in told


def test_many_rows_are_shown_by_day_with_the_corrections_alone(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ticketing.desk.post.MOST_ROWS", 2)
    for _visit in range(3):
        visit(kit, 1, postal="submit")
    good(correct(kit, dossiers=1), 201)
    ha = person(kit, "ha")
    wide = ha.get(f"{PAGE}?from=2026-11-22&to=2026-11-23").text
    assert re.findall(r'data-source="(\w+)"', wide) == ["correction"]
    assert entered(wide) == {"submit": "4", "return": "0", "corrections": "1"}
    narrow = ha.get(f"{PAGE}?from=2026-11-23&to=2026-11-23").text
    assert re.findall(r'data-source="(\w+)"', narrow) == ["counter"] * 3 + ["correction"]
