"""The calendar's page: public holidays, days off and what each day works."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.api_kit import Kit
from tests.test_desk import person
from tests.test_desk_config import CONFIG, change, version, ward
from ticketing.rules.sites import CalendarDay


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    with Kit(tmp_path) as kit:
        yield kit


def test_a_month_shows_public_holidays_exceptions_and_what_each_day_works(kit: Kit) -> None:
    kit.office.apply_site(replace(ward(kit), calendar=(CalendarDay(date(2026, 9, 5), "working", "Bù", like="wed"),)))
    page = person(kit, "ha").get(f"{CONFIG}/calendar?month=2026-09").text
    cells = dict(re.findall(r'data-day="([\d-]+)"[^>]*>(.*?)</td>', page, re.S))
    assert len(cells) == 30
    assert "Quốc khánh" in cells["2026-09-02"] and "Morning" not in cells["2026-09-02"]
    assert "exception" in cells["2026-09-05"] and "works like Wednesday" in cells["2026-09-05"]
    assert "Morning, Afternoon" in cells["2026-09-07"]


def test_days_off_in_a_row_are_set_and_taken_back(kit: Kit) -> None:
    supervisor = person(kit, "ha")
    form = {"day": "2026-12-24", "until": "2026-12-26", "kind": "holiday", "name": "Nghỉ"}
    assert change(supervisor, "calendar", **form).status_code == 303
    assert [(d.day.day, d.kind) for d in ward(kit).calendar] == [(24, "holiday"), (25, "holiday"), (26, "holiday")]
    kit.clock.set("2026-12-24T08:00")
    assert kit.office.board("ward")["session"]["id"] is None
    change(supervisor, "calendar", day="2026-12-25", until="", kind="", name="")
    assert [d.day.day for d in ward(kit).calendar] == [24, 26]


@pytest.mark.parametrize(
    ("form", "at", "reason"),
    [
        ({"day": ""}, "day", "Fill this in."),
        ({"day": "mai"}, "day", "Must be a day such as"),
        ({"day": "2026-12-24", "until": "2026-12-23"}, "until", "Must be a day from the first one"),
        ({"day": "2026-12-24", "until": "2027-12-23"}, "until", "Must be a day from the first one"),
        ({"day": "2026-12-24", "like": "mon"}, "like", "Only a working day works like another one."),
    ],
)
def test_a_wrong_exception_is_refused_at_its_input(kit: Kit, form: dict[str, str], at: str, reason: str) -> None:
    answer = change(person(kit, "ha"), "calendar", **{"kind": "holiday", **form})
    assert answer.status_code == 422
    assert reason in answer.text and f'id="e-{at}-1"' in answer.text
    assert (version(kit), ward(kit).calendar) == (1, ())
