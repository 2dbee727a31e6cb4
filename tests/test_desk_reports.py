"""The supervisor's reports without a browser: which windows are offered, what is shown, and where the files are."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pypdfium2
import pytest
from msgspec import structs
from werkzeug.test import TestResponse

from tests.api_kit import Kit
from tests.kit import KIOSK, SUPERVISOR
from tests.test_desk import Person, person
from ticketing.desk import reports as reporting
from ticketing.desk.reports import MOST_LINES, USES
from ticketing.reports import catalogue as reports
from ticketing.rules.orders import TicketOrder
from ticketing.rules.policies import Policy

PAGE = "/ward/supervisor/reports"
PLAN = Policy("plan", "Phương án thử", date(2026, 11, 2), valid_to=date(2026, 11, 20), postal_report_for_finance=True)


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    with Kit(tmp_path) as kit:
        yield kit


def windows(page: TestResponse) -> dict[str, tuple[str, str]]:
    """The offered windows by code, as first and last day."""
    found = re.findall(r'class="window" href="([^"]+)" data-window="([^"]+)"', page.text)
    asked = {code: parse_qs(urlsplit(html.unescape(link)).query) for link, code in found}
    return {code: (query["from"][0], query["to"][0]) for code, query in asked.items()}


def files(page: TestResponse) -> dict[str, str]:
    found = re.findall(r'href="([^"]+)" download data-file="(\w+)"', page.text)
    return {wanted: html.unescape(link) for link, wanted in found}


def cells(page: TestResponse, tag: str) -> list[list[str]]:
    """The rows inside `tag` (tbody or tfoot), as texts."""
    inside = re.search(rf"<{tag}>(.*?)</{tag}>", page.text, re.S)
    assert inside, page.text
    rows = re.findall(r"<tr.*?</tr>", inside[1], re.S)
    return [[html.unescape(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row)] for row in rows]


def last_friday(kit: Kit) -> None:
    """Two numbers, three dossiers, on the Friday before the kit's Monday."""
    kit.clock.set("2026-11-20T08:00")
    kit.office.follow_clock()
    for dossiers in (1, 2):
        kit.office.take_ticket("ward", TicketOrder(field="HT", dossiers=dossiers), structs.replace(KIOSK, site="ward"))
    kit.clock.set("2026-11-23T07:30")
    kit.office.follow_clock()


def test_every_kind_of_report_is_offered_with_what_it_is_for(kit: Kit) -> None:
    assert set(USES) == set(reports.KINDS)
    text = person(kit, "ha").get(PAGE).text
    for kind, (name, use) in USES.items():
        assert f"kind={kind}&amp;" in text
        assert html.escape(str(name)) in text and html.escape(str(use)) in text


def test_without_a_choice_it_is_last_weeks_daily_report(kit: Kit) -> None:
    last_friday(kit)
    page = person(kit, "ha").get(PAGE)
    assert page.status_code == 200
    assert re.search(r'data-window="last_week"\s+aria-current="true"', page.text)
    rows = cells(page, "tbody")
    assert rows[0][0] == "16/11/2026" and [row[0] for row in rows if row[0]][-1] == "22/11/2026", "both included"
    friday = next(row for row in rows if row[0] == "20/11/2026")
    assert friday[2:4] == ["2", "3"]
    assert cells(page, "tfoot")[0][2:4] == ["2", "3"]


def test_windows_are_whole_weeks_and_months_and_end_today_where_they_are_not_over(kit: Kit) -> None:
    kit.clock.set("2026-11-25T07:30")
    assert windows(person(kit, "ha").get(PAGE)) == {
        "today": ("2026-11-25", "2026-11-25"),
        "this_week": ("2026-11-23", "2026-11-25"),
        "last_week": ("2026-11-16", "2026-11-22"),
        "this_month": ("2026-11-01", "2026-11-25"),
        "last_month": ("2026-10-01", "2026-10-31"),
    }


@pytest.mark.states("DN-28", "DN-29")
@pytest.mark.parametrize(
    ("policy", "offered"),
    [
        (PLAN, ("2026-11-02", "2026-11-20")),
        (replace(PLAN, valid_to=None), ("2026-11-02", "2026-11-23")),
        (replace(PLAN, postal_report_for_finance=False), None),
        (replace(PLAN, published=False), None),
        (replace(PLAN, valid_from=date(2026, 12, 1), valid_to=None), None),
    ],
    ids=["over", "open end", "no list wanted", "a draft", "not begun"],
)
def test_the_days_of_the_provinces_plan_are_offered_for_the_finance_list(
    kit: Kit, policy: Policy, offered: tuple[str, str] | None
) -> None:
    kit.office.apply_site(replace(kit.office.site("province"), policies=(policy,)))
    assert windows(person(kit, "ha").get(f"{PAGE}?kind=postal")).get("plan_plan") == offered


def test_the_files_are_the_shown_report_in_its_language(kit: Kit) -> None:
    last_friday(kit)
    ha = person(kit, "ha")
    page = ha.get(f"{PAGE}?kind=fields&from=2026-11-20&to=2026-11-23&in=vi")
    found = files(page)
    assert list(found) == ["pdf", "xlsx", "csv"]
    for wanted, begins in (("pdf", b"%PDF-"), ("xlsx", b"PK"), ("csv", b"\xef\xbb\xbf")):
        answer = ha.get(found[wanted])
        assert answer.status_code == 200 and answer.data.startswith(begins)
        assert f"ward-fields-2026-11-20-2026-11-23.{wanted}" in answer.headers["Content-Disposition"]
    assert "lang=vi" in found["csv"] and "lang=en" in files(ha.get(f"{PAGE}?in=en"))["csv"]


@pytest.mark.parametrize(("lang", "said"), [
    ("vi", "không tính vào dòng cộng: Hướng dẫn."), ("en", "are not in the sums: Help."),
])  # fmt: skip
@pytest.mark.parametrize("kind", ["daily", "fields"])
def test_lines_that_are_not_in_the_sums_are_named_below_them(kit: Kit, kind: str, lang: str, said: str) -> None:
    last_friday(kit)
    ha, asked = person(kit, "ha"), f"{PAGE}?kind={kind}&from=2026-11-20&to=2026-11-23&in={lang}"
    assert said not in ha.get(asked).text
    kit.office.take_ticket("ward", TicketOrder(service="help"), structs.replace(KIOSK, site="ward"))
    page = ha.get(asked)
    assert said in page.text and page.text.index("<tfoot>") < page.text.index(said)
    (total,) = cells(page, "tfoot")
    assert "3" in total and "4" not in total, "of the four dossiers in the lines"
    pdf = pypdfium2.PdfDocument(ha.get(files(page)["pdf"]).data)
    printed = " ".join(one.get_textpage().get_text_range() for one in pdf)
    assert said in re.sub(r"\s+", " ", printed)
    sheet = openpyxl.load_workbook(io.BytesIO(ha.get(files(page)["xlsx"]).data)).active
    assert any(said in str(cell.value) for row in sheet.iter_rows() for cell in row)


def test_the_reports_language_is_not_the_pages(kit: Kit) -> None:
    last_friday(kit)
    page = person(kit, "ha").get(f"{PAGE}?in=vi")
    assert "Reports" in page.text and "Hộ tịch" in str(cells(page, "tbody"))
    assert re.search(r'class="table-wrap report__table"[^>]*lang="vi"', page.text)


def test_days_without_anything_are_said_to_be_empty_and_their_files_stay(kit: Kit) -> None:
    page = person(kit, "ha").get(f"{PAGE}?from=2026-01-01&to=2026-01-02")
    assert page.status_code == 200 and "data-empty" in page.text and "<tbody>" not in page.text
    assert list(files(page)) == ["pdf", "xlsx", "csv"]
    last_friday(kit)
    assert "data-empty" not in person(kit, "tu").get(f"{PAGE}?from=2026-11-20&to=2026-11-20").text


def test_a_note_alone_is_something_to_report(kit: Kit) -> None:
    kit.office.note_difficulty("ward", "2026-11-23-morning", "Hết giấy in", structs.replace(SUPERVISOR, site="ward"))
    page = person(kit, "ha").get(f"{PAGE}?kind=difficulties&from=2026-11-23&to=2026-11-23")
    assert "data-empty" not in page.text and "Hết giấy in" in page.text


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("kind=none&from=never&to=", "from=2026-11-16"),
        ("from=2026-11-20", "to=2026-11-20"),
        ("to=2026-11-20", "from=2026-11-20"),
        ("in=xx", "in=en"),
    ],
)
def test_what_cannot_be_read_is_left_out(kit: Kit, query: str, shown: str) -> None:
    page = person(kit, "ha").get(f"{PAGE}?{query}")
    assert page.status_code == 200
    assert shown in page.text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("from=2026-11-23&to=2026-11-22", "The last day lies before the first one."),
        ("from=2025-01-01&to=2026-11-22", "A report covers at most 366 days."),
    ],
)
def test_a_window_that_cannot_be_is_refused_and_stays_in_the_form(kit: Kit, query: str, said: str) -> None:
    page = person(kit, "ha").get(f"{PAGE}?{query}")
    assert page.status_code == 422
    assert said in page.text and "data-report=" not in page.text
    first = parse_qs(query)["from"][0]
    assert f'name="from" value="{first}"' in page.text


def test_only_supervisors_of_the_unit_see_its_reports(kit: Kit) -> None:
    assert Person(kit).get(PAGE).status_code == 303
    assert person(kit, "lan").get(PAGE).status_code == 403
    assert person(kit, "far").get(PAGE).status_code == 403
    assert person(kit, "boss").get(PAGE).status_code == 200, "the parent's administrator"


def test_the_list_of_all_units_is_for_the_parents_own_administrator(kit: Kit) -> None:
    boss = person(kit, "boss")
    page = boss.get("/province/supervisor/reports?kind=postal&from=2026-11-23&to=2026-11-23")
    assert "All units below this one" in page.text and "units=true" not in files(page)["pdf"]
    whole = boss.get("/province/supervisor/reports?kind=postal&from=2026-11-23&to=2026-11-23&units=true")
    assert "This unit alone" in whole.text
    assert boss.get(files(whole)["pdf"]).status_code == 200
    counters = boss.get("/province/supervisor/reports?kind=counters&units=true")
    assert counters.status_code == 200 and "units=true" not in files(counters)["pdf"]
    ward = person(kit, "tu").get(f"{PAGE}?kind=postal&units=true")
    assert ward.status_code == 200 and "All units" not in ward.text and "units=true" not in files(ward)["pdf"]


def test_a_long_report_shows_its_beginning_and_says_how_much_is_left(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    last_friday(kit)
    ha = person(kit, "ha")
    whole = ha.get(PAGE)
    lines = len(cells(whole, "tbody"))
    assert lines <= MOST_LINES and "data-left-out" not in whole.text
    monkeypatch.setattr(reporting, "MOST_LINES", 3)
    page = ha.get(PAGE)
    assert len(cells(page, "tbody")) == 3 and f"{lines - 3} more lines are in the files." in page.text
    assert cells(page, "tfoot") == cells(whole, "tfoot")


def test_reading_a_report_changes_nothing(kit: Kit) -> None:
    last_friday(kit)
    ha = person(kit, "ha")
    before = kit.seq()
    for kind in reports.KINDS:
        assert ha.get(f"{PAGE}?kind={kind}&from=2026-11-20&to=2026-11-20").status_code == 200
    assert kit.seq() == before


def test_no_script_and_no_style_stand_in_the_page(kit: Kit) -> None:
    last_friday(kit)
    text = person(kit, "ha").get(f"{PAGE}?kind=fields&from=2026-11-20&to=2026-11-20").text
    assert "<svg" in text
    assert not re.search(r"<style|style=|<script(?![^>]*src)(?![^>]*application/json)", text)


@pytest.mark.states("DN-25")
def test_a_plan_may_do_without_the_statistics_of_diversions(kit: Kit) -> None:
    admin = person(kit, "ha")
    assert "kind=diversions" in admin.get(PAGE).text
    quiet = replace(PLAN, valid_to=None, online_statistics=False)
    kit.office.apply_site(replace(kit.office.site("province"), policies=(quiet,)))
    assert "kind=diversions" not in admin.get(PAGE).text
