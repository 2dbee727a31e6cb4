"""The bench's table and pictures: one row a figure, and the other way of giving numbers beside."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.bench import fqm, told
from tests.bench.place import machine
from tests.bench.spread import spread
from tests.soak.readme import part, write

SPREAD = {"min": 90.0, "median": 100.0, "max": 120.0}


@pytest.fixture
def found() -> dict[str, Any]:
    request = {
        "per_second": 1279, "per_second_min": 1200, "per_second_max": 1300, "ratio": 0.26, "cpu": 3.92, "p99_ms": 21.0,
        "empty_p99_ms": 6.4,
    }  # fmt: skip
    tap = {"p50_ms": 7.3, "p99_ms": 24.1, "least_ms": 3.0, "worst_ms": 40.0}
    return {
        "machine": machine(), "old_tickets": 0, "requests": {"ticket, 16 connections": request},
        "walls": {
            "20 walls": {"last_ms": 6.1, "last_min_ms": 5.0, "last_max_ms": 9.0, "ratio": 3.02, "tap_p99_ms": 8.0},
        },
        "taps beside troubles": {"quiet": tap, "4 sockets that flood": {**tap, "p50_ms": 14.6}},
        "the other way": {
            fqm.OURS: {"per_second": SPREAD, "given": 400, "given_twice": 0},
            fqm.THEIRS: {"per_second": SPREAD, "given": 700, "given_twice": 200},
        },
        "chain": {
            "number_us": 630, "rounds_us": SPREAD, "without_us": 600, "share": 0.05,
            "http_us": 1_500, "http_share": 0.02, "lines": 20_000, "check_s": 1.1, "million_s": 55.0,
        },
        "printing": {
            "slips": {"58 mm": {"bytes": 9000, "drawn_ms": 3.1}},
            "printed": {"alone": {"sent_ms": 9.0}, "quiet": {"paper_p50_ms": 20.0, "paper_p95_ms": 40.0}},
        },
        "estimates": {"waiting": 300, "anew_ms": 8.0, "again_ms": 0.1},
        "cluster": {
            "one row lock": {"per_second": 2000}, "1 site, 4 processes": {"per_second": 900, "p99_ms": 50.0},
            "phones": {"phones": 5000, "last_ms": 400, "middle_ms": 200, "call_ms": 9, "not": {}},
            "bytes": {"measured": 4000, "bytes": 8_000_000, "per_million": 2_000_000_000},
        },
        "start": {"a fresh demo": 1.32}, "memory": {"ready": 76.0},
        "hall": {"waiting": 1500, "walls": 2000, "mb": 140.0, "console_ms": 4.0},
    }  # fmt: skip


def test_every_figure_is_a_row_of_one_table(found: dict[str, Any]) -> None:
    rows = told.markdown(found).partition("|---|---|---|---|---|---|\n")[2].splitlines()
    assert len(rows) == len(told.figures(found)) == 20
    assert "| ticket, 16 connections | a second | 1,200 | 1,279 | 1,300 | 0.26 of an empty request" in rows[0]
    assert all(row.count("|") == 7 for row in rows)
    assert any("200 of 700 given twice" in row for row in rows) and any("2.0 of quiet" in row for row in rows)
    # Where PostgreSQL is not installed nothing of it was measured.
    assert len(told.figures(found | {"cluster": {}})) == 16


def test_pictures_are_drawn_and_the_table_leads_to_them(found: dict[str, Any], tmp_path: Path) -> None:
    told.draw(found, tmp_path)
    drawn = {path.name for path in tmp_path.iterdir()}
    assert drawn == {f"{name}.svg" for name in told.charts(found)}
    for name in drawn:
        assert ElementTree.parse(tmp_path / name).getroot().tag.endswith("svg")
        assert f"(docs/bench/{name})" in told.markdown(found)


def test_the_part_of_a_page_is_renewed_and_the_rest_left_alone(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n\n<!-- bench: made by `make bench` -->\n\nold\n\n<!-- bench: end -->\n\nafter\n")
    write("bench", "new", page)
    assert part("bench", page) == "new"
    assert page.read_text().startswith("before\n") and page.read_text().endswith("\n\nafter\n")


def test_a_spread_is_the_least_the_middle_and_the_most() -> None:
    assert spread([3.0, 1.0, 2.0]) == {"min": 1.0, "median": 2.0, "max": 3.0}
