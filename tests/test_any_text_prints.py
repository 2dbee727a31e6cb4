"""Whatever somebody typed is printed: long words break, columns keep their bounds, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest

from printer_templates.leaflet import Section, leaflet_pdf
from printer_templates.report import report_pdf
from printer_templates.report_content import COLUMNS, Chart, Column, Line, Series
from printer_templates.slip import slip_escpos, slip_pdf, slip_png
from tests.api_kit import MORNING, Kit, good
from tests.test_leaflet import filled
from tests.test_report_papers import paper
from tests.test_slips import FULL
from ticketing.reports.catalogue import KINDS

LONG = "W" * 500
MIXED = "Ễ" * 300 + " " + "ộ" * 200
pytestmark = pytest.mark.faults("P6")


def letters(pdf: bytes, letter: str) -> int:
    """How often a letter stands within the sheets' margins."""
    found = 0
    for page in pypdfium2.PdfDocument(pdf):
        text = page.get_textpage()
        for at in range(text.count_chars()):
            left, _low, right, _high = text.get_charbox(at, loose=True)
            if text.get_text_range(at, 1) == letter:
                assert left >= 0 and right <= page.get_width() + 0.5
                found += 1
    return found


@pytest.mark.parametrize("columns", [1, 3, 9, 14])
@pytest.mark.parametrize("place", ["first", "last", "every"])
def test_a_word_without_an_end_breaks_in_its_column(columns: int, place: str) -> None:
    there = {"first": {0}, "last": {columns - 1}, "every": set(range(columns))}[place]
    row = tuple(LONG if at in there else at for at in range(columns))
    heads = tuple(Column(f"Cột {at}", 1, right=at == 1) for at in range(columns))
    made = report_pdf(replace(paper(), columns=heads, lines=(Line(row), Line(tuple(range(columns))))))
    assert letters(made, "W") == len(there) * len(LONG)


@pytest.mark.parametrize(
    "changes",
    [
        {"unit": LONG}, {"superior": LONG}, {"title": LONG}, {"period": LONG}, {"facts": (("Ghi chú", LONG),)},
        {"notes": (LONG,)}, {"signatures": ((LONG, ""), ("Thủ trưởng", ""))}, {"place_and_date": LONG},
        {"number": LONG}, {"columns": (Column(LONG, 1), Column("b", 1), Column("c", 1, right=True))},
    ],
    ids=lambda changes: next(iter(changes)),
)  # fmt: skip
def test_each_part_of_a_report_takes_a_word_without_an_end(changes: dict[str, object]) -> None:
    assert letters(report_pdf(replace(paper(), **changes)), "W") >= len(LONG)  # type: ignore[arg-type]


def test_a_chart_takes_it_too() -> None:
    chart = Chart(COLUMNS, LONG, (LONG, "24/11"), (Series(LONG, (5.0, 9.0)),))
    assert report_pdf(replace(paper(), charts=(chart,)))


@pytest.mark.parametrize("width", [58, 80])
def test_a_slip_takes_it_in_every_form(width: int) -> None:
    parts = dict.fromkeys(("site_name", "procedure_name", "service_name", "processing_time", "hotline"), MIXED)
    slip = replace(FULL, **parts, notices=(LONG, MIXED))  # type: ignore[arg-type]
    assert letters(slip_pdf(slip, width), "W") == len(LONG)
    assert slip_png(slip, width) and slip_escpos(slip, width)


@pytest.mark.parametrize(
    "changes",
    [
        {"unit": LONG}, {"superior": LONG}, {"title": LONG}, {"period": LONG}, {"facts": (LONG,)}, {"small": (LONG,)},
        {"hotline_label": LONG}, {"hotline": LONG}, {"sections": (Section(LONG, (LONG, LONG)),)},
        {"sections": (Section("Các bước", (LONG,), numbered=True),)},
    ],
    ids=lambda changes: next(iter(changes)),
)  # fmt: skip
def test_each_part_of_a_leaflet_takes_it(changes: dict[str, object]) -> None:
    found = letters(leaflet_pdf(replace(filled(1), **changes)), "W")  # type: ignore[arg-type]
    assert found and found % len(LONG) == 0


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    with Kit(tmp_path) as kit:
        yield kit


def test_what_an_officer_noted_is_in_every_report_that_has_it(kit: Kit) -> None:
    good(kit.call("POST", f"/sites/ward/sessions/{MORNING}/difficulties", "officer", json={"text": LONG}), 201)
    for kind in KINDS:
        for lang in ("vi", "en"):
            answer = kit.call("GET", f"/sites/ward/reports/{kind}?from=2026-11-23&to=2026-11-23&format=pdf&lang={lang}",
                              "supervisor")  # fmt: skip
            assert answer.status_code == 200 and answer.data[:4] == b"%PDF", kind
