"""Reports as spreadsheets: the JSON's figures, dates that are dates, and no formulas."""

from __future__ import annotations

import csv
import io
from datetime import datetime, time
from typing import Any

import openpyxl
import pytest

from tests import test_api_reports
from tests.api_kit import Kit, good
from tests.kit import MONDAY
from ticketing.api.reports import XLSX
from ticketing.reports.catalogue import KINDS, make

kit, filled = test_api_reports.kit, test_api_reports.filled


def sheet_of(content: bytes, first_title: str) -> list[dict[str, Any]]:
    """The lines of the table, by the titles of its columns."""
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    lines = [[cell.value for cell in row] for row in sheet.iter_rows()]
    begin = next(place for place, line in enumerate(lines) if line[0] == first_title)
    found = []
    for line in lines[begin + 1 :]:
        if not any(isinstance(value, int | float) for value in line):
            break
        found.append(dict(zip(lines[begin], line, strict=True)))
    return found


def test_the_report_as_xlsx_has_the_figures_of_the_json(filled: Kit) -> None:
    ward = filled.office.site("ward")
    for kind, first, columns in (
        ("daily", "Day", {"tickets": "Tickets", "dossiers": "Number of dossiers", "done": "Completed"}),
        ("sessions", "Day", {"issued_tickets": "Issued (numbers)", "served_dossiers": "Served (dossiers)"}),
        ("fields", "Line of", {"tickets": "Tickets", "received": "Dossiers received"}),
        ("counters", "Counter", {"visits": "Visits", "calls": "Calls made"}),
        ("diversions", "Day", {"refused_dossiers": "Refused a number at the kiosk (dossiers)"}),
        ("postal", "Unit code", {"submit": "Dossiers submitted by post", "return": "Results returned by post"}),
        ("hours", "Hour", {"issued": "Numbers issued", "visits": "Visits"}),
        ("satisfaction", "Line of", {"number": "Ratings", "score_4": "Very satisfied"}),
    ):
        path = f"/sites/ward/reports/{kind}"
        told = good(filled.call("GET", path, "supervisor"))
        table = filled.office.store.read(lambda view, kind=kind: make(view, ward, kind, MONDAY, MONDAY))
        answer = filled.call("GET", f"{path}?format=xlsx", "supervisor", lang="en")
        assert (answer.status_code, answer.mimetype) == (200, XLSX)
        *rows, last = sheet_of(answer.data, first)
        assert last[first] == "Total"
        for key, title in columns.items():
            if kind == "daily":
                of_json = told["items"][0].get(key, told["items"][0]["states"].get(key))
                assert (rows[0][title], last[title]) == (of_json, of_json)
            else:
                assert [row[title] for row in rows] == [row[key] for row in table.rows]
                assert (kind, title, last[title]) == (kind, title, told["totals"][key])
                assert isinstance(last[title], int) and last[title] > 0


@pytest.mark.faults("U13")
@pytest.mark.parametrize("kind", KINDS)
def test_days_and_times_of_a_spreadsheet_are_its_own(filled: Kit, kind: str) -> None:
    answer = filled.call("GET", f"/sites/ward/reports/{kind}?format=xlsx", "supervisor", lang="en")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    table = filled.office.store.read(lambda view: make(view, filled.office.site("ward"), kind, MONDAY, MONDAY))
    width = len(table.columns)
    lines = [line[:width] for line in sheet.iter_rows()]
    head = next(at for at, line in enumerate(lines) if all(cell.value for cell in line))
    formats = {"date": "dd/mm/yyyy", "at": "dd/mm/yyyy hh:mm", "hour": "hh:mm"}
    for row, line in zip(table.rows, lines[head + 1 :], strict=False):
        told = dict(zip(table.columns, line, strict=True))
        assert kind != "hours" or told["hour"].value == time(row["hour"])
        for column in formats.keys() & told.keys():
            if row[column] not in ("", None):
                assert (told[column].is_date, told[column].number_format) == (True, formats[column])
        if row.get("date"):
            assert told["date"].value == datetime.fromisoformat(row["date"])
        if row.get("at"):
            assert told["at"].value == datetime.fromisoformat(row["at"]).replace(tzinfo=None)


@pytest.mark.states("DN-33")
def test_difficulties_are_exported_and_are_no_formulas(filled: Kit) -> None:
    path = "/sites/ward/reports/difficulties"
    (note,) = good(filled.call("GET", path, "supervisor"))["items"]
    assert (note["session"], note["text"]) == ("2026-11-23-morning", "=1+1 máy in hết giấy")
    content = filled.call("GET", f"{path}?format=csv", "supervisor", lang="en").data.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(content))
    assert (row["Day"], row["Difficulty noted"]) == ("2026-11-23", "'=1+1 máy in hết giấy")
    book = openpyxl.load_workbook(io.BytesIO(filled.call("GET", f"{path}?format=xlsx", "supervisor").data))
    (cell,) = [cell for line in book.worksheets[0].iter_rows() for cell in line if cell.value == note["text"]]
    assert cell.data_type == "s"
