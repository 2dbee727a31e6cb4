"""Reports over many units: every line is the unit's own report's totals, and the sums are those of the lines."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import openpyxl
import pypdfium2
import pytest

from tests.api_kit import Kit, conforms, good, problem
from tests.kit import small_site
from tests.policy_kit import LIST, MILD
from ticketing.reports.catalogue import OVER
from ticketing.reports.from_tickets import TIMES
from ticketing.rules.orders import TicketOrder
from ticketing.rules.people import Actor

UNITS = ("province", "ward", "other")
NAMES = {"kind", "site", "from", "to", "items", "totals", "unit", "over"}


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kit]:
    """Three centres that each had a day of their own: numbers, visits of other lengths, and people sent elsewhere."""
    with Kit(tmp_path_factory.mktemp("over")) as kit:
        kit.office.apply_site(small_site(code="province", level="province", policies=(MILD,), procedure_lists=(LIST,)))
        for many, unit in enumerate(UNITS, 1):
            kiosk = Actor("token:1", "kiosk", unit, "k")
            officer = Actor("officer:lan", "officer", unit, "lan")
            kit.office.open_counter(unit, 1, officer)
            for number in range(2 * many):
                kit.office.take_ticket(unit, TicketOrder(field="HT", dossiers=1), kiosk, "", f"{unit}{number}")
            for _visit in range(many):
                kit.clock.pass_(minutes=2 * many)
                kit.office.call_next(unit, 1, officer, "", "", previous="done")
            kit.office.divert(unit, TicketOrder(field="CT", dossiers=many), "portal", kiosk)
        kit.clock.pass_(minutes=3)
        yield kit


def told(kit: Kit, site: str, kind: str, **query: str) -> dict[str, Any]:
    path = f"/sites/{site}/reports/{kind}"
    answer = kit.call("GET", path, token=kit.token("supervisor", "province"), query_string=query)
    found: dict[str, Any] = good(answer)
    return found


def flat(figures: dict[str, Any]) -> dict[str, Any]:
    return {**figures, **figures.get("states", {})}


@pytest.mark.parametrize("kind", OVER)
def test_a_units_line_is_its_own_reports_and_the_totals_are_the_lines_sums(kit: Kit, kind: str) -> None:
    whole = told(kit, "province", kind, units="1")
    document = good(kit.call("GET", "/openapi.json"))
    conforms(document, f"{kind.title()}OverUnits", whole)
    assert sorted(line["site"] for line in whole["items"]) == sorted(UNITS)
    for line in whole["items"]:
        own = told(kit, line["site"], kind)
        own_totals = own["totals"] if kind != "daily" else own["items"][0]
        same = {name for name in line if name not in NAMES and name in own_totals}
        assert same and {name: line[name] for name in same} == {name: own_totals[name] for name in same}
    added = {name for name, value in flat(whole["totals"]).items() if isinstance(value, int) and name not in TIMES}
    for name in added:
        assert flat(whole["totals"])[name] == sum(flat(line)[name] for line in whole["items"]), name
    assert sum(flat(whole["totals"])[name] for name in added) > 0


def test_a_median_over_units_is_found_among_all_their_numbers(kit: Kit) -> None:
    whole = told(kit, "province", "hours", units="true")
    medians = [line["wait_median_s"] for line in whole["items"]]
    assert min(medians) < whole["totals"]["wait_median_s"] <= max(medians)
    assert whole["totals"]["wait_p90_s"] == max(line["wait_p90_s"] for line in whole["items"])


@pytest.mark.parametrize("kind", OVER)
def test_the_same_comes_as_csv_xlsx_and_a_paper_to_sign(kit: Kit, kind: str) -> None:
    token = kit.token("supervisor", "province")

    def file(form: str) -> bytes:
        path = f"/sites/province/reports/{kind}?units=1&format={form}"
        answer = kit.call("GET", path, token=token)
        assert answer.status_code == 200, answer.text
        return bytes(answer.data)

    rows = list(csv.reader(io.StringIO(file("csv").decode("utf-8-sig"))))
    assert len(rows) == 5 and {row[0] for row in rows[1:4]} == set(UNITS) and rows[4][0] == "tổng cộng"
    figures = [column for column in range(2, len(rows[0])) if all(row[column].isdigit() for row in rows[1:])]
    sums = [column for column in figures if "trung vị" not in rows[0][column] and "90" not in rows[0][column]]
    assert sums and all(int(rows[4][c]) == sum(int(row[c]) for row in rows[1:4]) for c in sums)
    assert openpyxl.load_workbook(io.BytesIO(file("xlsx"))).worksheets[0].max_row > 4
    text = pypdfium2.PdfDocument(file("pdf"))[0].get_textpage().get_text_range()
    assert "THEO ĐƠN VỊ" in text and "Trung tâm thử" in text


def test_only_those_of_the_office_itself_have_it(kit: Kit) -> None:
    path = "/sites/province/reports/daily?units=1"
    problem(kit.call("GET", path, token=kit.token("officer", "province")), 403, "forbidden")
    problem(kit.call("GET", path, token=kit.token("admin", "ward")), 403, "forbidden")
    under = kit.call("GET", "/sites/ward/reports/daily?units=1", token=kit.token("supervisor", "province"))
    problem(under, 403, "forbidden")
    postal = kit.call("GET", "/sites/province/reports/postal?units=1", token=kit.token("supervisor", "province"))
    problem(postal, 403, "forbidden")
