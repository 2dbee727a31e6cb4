"""The daily figures: pure rows first, then what a supervisor downloads."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pypdfium2
import pytest

from tests.api_kit import Kit, good, wrong_keys
from tests.kit import MONDAY, SITE, small_site
from ticketing.reports import COLUMNS, as_csv, as_dict, daily_report
from ticketing.tickets import Ticket

EIGHT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def ticket(number: int, state: str = "done", wait_s: int = 60, visit_s: int = 300, **changes: Any) -> Ticket:
    called = EIGHT + timedelta(seconds=wait_s)
    made = Ticket(
        id=number, site=SITE, day=MONDAY, number=str(1000 + number), service="submit", field="HT", procedure=None,
        session="2026-11-23-morning", counted_session="2026-11-23-morning", counted_field="HT", dossiers=1,
        counted=True, priority=None, lang="vi", source="kiosk", policy="default", issued_at=EIGHT, position=number,
        state=state, called_at=called, started_at=None, ended_at=called + timedelta(seconds=visit_s),
    )  # fmt: skip
    return replace(made, **changes)


def day_of(*tickets: Ticket) -> dict[str, Any]:
    return as_dict(daily_report(small_site(), tickets, MONDAY, MONDAY))["items"][0]


def test_a_day_counts_tickets_dossiers_and_states() -> None:
    day = day_of(
        ticket(1, dossiers=3),
        ticket(2, "no_show", dossiers=2, ended_at=EIGHT),
        ticket(3, "waiting", called_at=None, ended_at=None, field="CT"),
        ticket(4, service="help", field=None, dossiers=1),
    )
    assert (day["date"], day["tickets"], day["dossiers"], day["received"]) == ("2026-11-23", 4, 6, 3)
    assert {state: n for state, n in day["states"].items() if n} == {"done": 2, "no_show": 1, "waiting": 1}
    assert [(f["code"], f["tickets"], f["dossiers"]) for f in day["fields"]] == [("HT", 2, 5), ("CT", 1, 1)]
    assert [(s["code"], s["name"], s["tickets"]) for s in day["services"]] == [("help", "Hướng dẫn", 1)]


def test_times_are_nearest_rank_and_nothing_when_nobody_was() -> None:
    day = day_of(*(ticket(n, wait_s=n * 10, visit_s=n * 100) for n in range(1, 11)))
    assert (day["wait_median_s"], day["wait_p90_s"]) == (50, 90)
    assert (day["service_median_s"], day["service_p90_s"]) == (500, 900)
    empty = day_of()
    assert (empty["tickets"], empty["wait_median_s"], empty["service_p90_s"]) == (0, None, None)


def test_service_time_runs_from_the_start_if_there_was_one() -> None:
    started = ticket(1, wait_s=60, visit_s=300, started_at=EIGHT + timedelta(seconds=120))
    assert day_of(started)["service_median_s"] == 240


def test_both_ends_of_the_window_are_in_it_and_no_other_day() -> None:
    days = [ticket(n, day=MONDAY + timedelta(days=n)) for n in range(-1, 4)]
    report = daily_report(small_site(), days, MONDAY, MONDAY + timedelta(days=2))
    assert [(row.date, row.tickets) for row in report.rows if row.group == "day"] == [
        ("2026-11-23", 1), ("2026-11-24", 1), ("2026-11-25", 1),
    ]  # fmt: skip


def test_a_field_that_left_the_configuration_keeps_its_line() -> None:
    assert [(f["code"], f["name"]) for f in day_of(ticket(1, field="GONE"))["fields"]] == [("GONE", "GONE")]


def test_a_spreadsheet_gets_no_formula_and_its_accents() -> None:
    site = small_site()
    evil = replace(site.fields[0], name="=HYPERLINK(1)")
    report = daily_report(replace(site, fields=(evil, *site.fields[1:])), [ticket(1)], MONDAY, MONDAY)
    content = as_csv(report, {"name": "+Tên", "date": "Ngày"})
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert (rows[0][0], rows[0][3], len(rows[0])) == ("Ngày", "'+Tên", len(COLUMNS))
    assert [row[3] for row in rows[1:]] == ["", "'=HYPERLINK(1)"]


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    with Kit(tmp_path) as kit:
        yield kit


DAILY = "/sites/ward/reports/daily"


def test_the_report_over_http_is_todays_by_default(kit: Kit) -> None:
    kit.take(dossiers=2)
    kit.take(service="help")
    good(kit.at_counter("open"))
    kit.clock.pass_(minutes=4)
    kit.at_counter("call-next")
    kit.clock.pass_(minutes=6)
    good(kit.at_counter("finish", dossiers=1))
    report = good(kit.call("GET", DAILY, "supervisor"))
    assert (report["kind"], report["site"], report["from"], report["to"]) == (
        "daily",
        "ward",
        "2026-11-23",
        "2026-11-23",
    )
    (day,) = report["items"]
    assert (day["tickets"], day["received"], day["wait_median_s"], day["service_median_s"]) == (2, 1, 240, 360)


def test_the_report_as_csv_is_a_file_with_titles_in_the_language_asked_for(kit: Kit) -> None:
    kit.take()
    answer = kit.call("GET", f"{DAILY}?format=csv&from=2026-11-20&to=2026-11-23", "supervisor", lang="en")
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    assert 'filename="ward-daily-2026-11-20-2026-11-23.csv"' in answer.headers["Content-Disposition"]
    assert "no-store" in answer.headers["Cache-Control"]
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [row["Day"] for row in rows if row["Line of"] == "day"] == [f"2026-11-{day}" for day in range(20, 24)]
    assert rows[-1]["Name"] == "Civil status"


def test_a_window_that_makes_no_sense_is_refused(kit: Kit) -> None:
    for query, wrong in (
        ("from=2026-11-23&to=2026-11-22", {"to": "from_after_to"}),
        ("from=2020-01-01&to=2026-01-01", {"to": "range_too_long"}),
        ("from=2026-13-01", {"from": "not_a_day"}),
        ("format=exe", {"format": "not_available"}),
    ):
        assert wrong_keys(kit.call("GET", f"{DAILY}?{query}", "supervisor")) == wrong
    assert wrong_keys(kit.call("GET", "/sites/ward/reports/weather", "supervisor")) == {"kind": "not_available"}


def test_one_end_alone_asks_up_to_today_or_for_that_day(kit: Kit) -> None:
    since = good(kit.call("GET", f"{DAILY}?from=2026-11-20", "supervisor"))
    assert (since["from"], since["to"]) == ("2026-11-20", "2026-11-23")
    past = good(kit.call("GET", f"{DAILY}?to=2026-11-20", "supervisor"))
    assert (past["from"], past["to"]) == ("2026-11-20", "2026-11-20")
    assert date.fromisoformat(past["items"][0]["date"]) == date(2026, 11, 20)


def test_the_report_as_pdf_is_a_document_that_an_office_signs(kit: Kit) -> None:
    kit.take(dossiers=2)
    answer = kit.call("GET", f"{DAILY}?format=pdf", "supervisor")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    text = pypdfium2.PdfDocument(answer.data)[0].get_textpage().get_text_range()
    for part in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Hộ tịch", "Thủ trưởng đơn vị", "Trang 1/1", "23/11/2026"):
        assert part in text


def test_the_report_as_xlsx_has_the_figures_of_the_json(kit: Kit) -> None:
    kit.take(dossiers=2)
    kit.take(service="help")
    (day,) = good(kit.call("GET", DAILY, "supervisor"))["items"]
    answer = kit.call("GET", f"{DAILY}?format=xlsx", "supervisor", lang="en")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    head, whole = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5, max_row=6)]
    shown = dict(zip(head, whole, strict=True))
    assert (shown["Tickets"], shown["Number of dossiers"]) == (day["tickets"], day["dossiers"]) == (2, 2)
