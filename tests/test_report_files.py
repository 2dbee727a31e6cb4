"""Reports as CSV, as what a spreadsheet opens; and from the command line."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from kiosk.cli import layso
from tests.kit import MONDAY, SITE, Centre
from tests.report_kit import FIRST, LAST, table, three_days
from ticketing.reports.catalogue import KINDS, as_csv, as_dict
from ticketing.reports.table import Table

HOSTILE = (
    "=1+1", "+84 mất điện", "-2 hồ sơ", "@SUM(A1)", "\tx", "\rx", "\n=x", "＝1", "＋1", "－1", "＠x", " =1",
    "\u200b=1", "\ufeff@x", "\u00a0+1", "|cmd", "−1",
)  # fmt: skip
HARMLESS = ("Hộ tịch", "2 + 2 = 4", "a-b", "thư@đơn vị", "", "'x", "1.001193", "“trích”")


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    made = three_days(tmp_path_factory.mktemp("files"), seed=2)
    yield made
    made.close()


def of_texts(*texts: str) -> Table:
    columns = ("date", "session", "name", "at", "text")
    rows = tuple({"date": "2026-11-23", "session": "s", "name": text, "at": "", "text": text} for text in texts)
    return Table("difficulties", SITE, MONDAY, MONDAY, columns, rows, {"notes": len(rows)}, {})


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_that_a_spreadsheet_would_run_is_kept_a_text(text: str) -> None:
    (row,) = rows_of(as_csv(of_texts(text)))
    assert (row["name"], row["text"]) == (f"'{text}", f"'{text}")


@pytest.mark.parametrize("text", HARMLESS)
def test_a_harmless_text_is_left_as_it_is(text: str) -> None:
    (row,) = rows_of(as_csv(of_texts(text)))
    assert row["text"] == text


def test_titles_are_no_formulas_either() -> None:
    content = as_csv(of_texts("x"), {"name": "+Tên", "date": "Ngày"})
    assert list(rows_of(content)[0]) == ["Ngày", "session", "'+Tên", "at", "text"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_csv_has_a_byte_order_mark_one_separator_and_only_whole_numbers(centre: Centre, kind: str) -> None:
    """Excel reads the accents by the mark; no decimal sign that depends on a country's settings is in it."""
    report = table(centre, kind)
    content = as_csv(report)
    assert content.startswith(b"\xef\xbb\xbf") and not content.startswith(b"\xef\xbb\xbfsep=")
    assert content.count(b"\xef\xbb\xbf") == 1
    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert {len(line) for line in lines} == {len(report.columns)}
    assert tuple(lines[0]) == report.columns
    texts = ("name", "unit", "text", "reason", "policy", "procedure", "session", "at")
    for line in lines[1:]:
        for column, cell in zip(report.columns, line, strict=True):
            assert column in texts or not re.fullmatch(r"-?[0-9]+[.,][0-9]+", cell)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("daily", "difficulties")])
def test_the_last_line_of_a_csv_is_the_totals(centre: Centre, kind: str) -> None:
    report = table(centre, kind)
    rows = rows_of(as_csv(report))
    assert len(rows) == len(report.rows) + 1
    told = {key: "" if value is None else str(value) for key, value in report.totals.items() if key in report.columns}
    assert told and {key: rows[-1][key] for key in told} == told
    assert "total" in rows[-1].values()


@pytest.mark.parametrize("kind", ["daily", "difficulties"])
def test_where_nothing_is_added_up_there_is_no_such_line(centre: Centre, kind: str) -> None:
    report = table(centre, kind)
    assert len(rows_of(as_csv(report))) == len(report.rows) > 1


def test_codes_are_put_into_words_and_lists_into_one_cell(centre: Centre) -> None:
    report = table(centre, "postal")
    row = {**next(row for row in report.rows if row["codes"]), "codes": ("H19-1", "H19-2")}
    words = {"submit": "nộp", "return": "trả"}


    def say(column: str, value: Any) -> Any:
        return words.get(value, value) if column == "form" else value

    told = rows_of(as_csv(replace(report, rows=(row,)), None, say))[0]
    assert (told["form"], told["codes"], told["erased"]) == (words[row["form"]], "H19-1; H19-2", "0")


@pytest.mark.parametrize("kind", KINDS)
def test_a_table_is_plain_values_one_for_each_column(centre: Centre, kind: str) -> None:
    report = table(centre, kind)
    assert len(set(report.columns)) == len(report.columns)
    for row in report.rows:
        assert set(row) == set(report.columns)
        assert all(type(value) in (str, int, bool, tuple, type(None)) for value in row.values())
    assert all(type(value) in (int, type(None)) for value in report.totals.values())
    assert json.loads(json.dumps(as_dict(report)))["kind"] == kind


@pytest.mark.parametrize("kind", KINDS)
def test_names_come_in_the_language_asked_for_and_figures_in_none(centre: Centre, kind: str) -> None:
    vi, en = table(centre, kind, lang="vi"), table(centre, kind, lang="en")
    assert vi.totals == en.totals

    def figures(report: Table) -> list[list[Any]]:
        return [[v for v in row.values() if isinstance(v, int)] for row in report.rows]

    assert figures(vi) == figures(en)
    said = {row.get("name") for row in en.rows}
    assert not said & {"Hộ tịch", "Chứng thực", "Quầy 1", "Buổi sáng"}


def command(centre: Centre, *words: str) -> Any:
    data = str(centre.path.parent)
    return CliRunner().invoke(layso, ["report", *words, "--site", SITE, "--data", data])


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """A data directory as the commands know it."""
    made = three_days(tmp_path_factory.mktemp("data"), seed=2)
    made.store.close()
    yield made


@pytest.mark.parametrize("kind", KINDS)
def test_the_command_writes_every_report_in_every_form(data: Centre, tmp_path: Path, kind: str) -> None:
    window = ("--from", FIRST.isoformat(), "--to", LAST.isoformat())
    for form, begins in (("json", b"{"), ("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK"), ("pdf", b"%PDF-")):
        out = tmp_path / f"{kind}.{form}"
        done = command(data, kind, *window, "--format", form, "-o", str(out))
        assert (done.exit_code, done.stderr) == (0, "")
        assert out.read_bytes().startswith(begins)
    told = json.loads((tmp_path / f"{kind}.json").read_text())
    assert (told["kind"], told["from"], told["to"]) == (kind, FIRST.isoformat(), LAST.isoformat())
    assert openpyxl.load_workbook(tmp_path / f"{kind}.xlsx").worksheets


def test_the_command_takes_all_units_for_the_postal_list_and_the_sums(data: Centre) -> None:
    window = ("--from", FIRST.isoformat(), "--to", LAST.isoformat(), "--units", "--format", "json")
    told = json.loads(command(data, "postal", *window).stdout)
    assert [unit["site"] for unit in told["facts"]["units"]] == [SITE]
    assert {item["site"] for item in told["items"]} == {SITE}
    assert sum(item["dossiers"] for item in told["items"]) == told["facts"]["units"][0]["dossiers"] > 0
    daily = json.loads(command(data, "daily", *window).stdout)
    assert (daily["over"], [unit["site"] for unit in daily["items"]]) == ("units", [SITE])
    refused = command(data, "counters", *window)
    assert refused.exit_code == 2 and "--units" in refused.stderr


def test_the_command_refuses_a_window_over_a_year(data: Centre) -> None:
    refused = command(data, "daily", "--from", date(2020, 1, 1).isoformat(), "--to", date(2026, 1, 1).isoformat())
    assert refused.exit_code == 1 and "range too long" in refused.stderr.replace("_", " ")
