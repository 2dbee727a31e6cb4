"""Reports at the edges: midnights, days without sessions, what has been renamed or is gone, what was erased."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.kit import MORNING, OFFICER, SITE, SUPERVISOR, WEEK, Centre, ManualClock, small_site
from tests.report_kit import table
from ticketing import events as ev
from ticketing.errors import Invalid
from ticketing.reports import catalogue as reports
from ticketing.reports.catalogue import KINDS, as_dict

FIRST, LAST = date(2020, 3, 30), date(2020, 4, 29)
EVERY_DAY = (*WEEK, "sat", "sun")


@pytest.fixture
def plan(tmp_path: Path) -> Iterator[Centre]:
    """A centre that is there before the window of 30/3 to 29/4/2020 and after it, with a session on every day."""
    sessions = (replace(MORNING, weekdays=EVERY_DAY),)
    made = Centre(tmp_path / "plan.db", ManualClock("2020-03-29T06:00"), small_site(sessions=sessions))
    yield made
    made.close()


def record(centre: Centre, event: ev.Event, **about: Any) -> None:
    now = centre.clock.now()
    centre.store.write((SITE,), lambda tx: tx.journal.record(event, site=SITE, at=now, actor=SUPERVISOR, **about))


def diverted(dossiers: int) -> ev.Diverted:
    return ev.Diverted("submit", "HT", "1.001193", "online_only", "portal", dossiers, "thu/plan@1", "kiosk")


@pytest.mark.states("DN-29")
def test_both_ends_of_the_window_are_local_days_to_the_last_minute(plan: Centre) -> None:
    for moment, dossiers in (
        ("2020-03-29T23:59", 1), ("2020-03-30T00:01", 2), ("2020-04-29T23:59", 4), ("2020-04-30T00:01", 8),
    ):  # fmt: skip
        plan.clock.set(moment)
        plan.take(service="help")
        record(plan, diverted(dossiers))
        record(plan, ev.DifficultyNoted(f"số {dossiers}"), session=f"{moment[:10]}-morning")
    inside = (FIRST.isoformat(), LAST.isoformat())
    daily = [row for row in table(plan, "daily", FIRST, LAST).rows if row["group"] == "day"]
    assert len(daily) == 31
    assert [row["date"] for row in daily if row["tickets"]] == [*inside]
    ways = [row for row in table(plan, "diversions", FIRST, LAST).rows if row["group"] == "way"]
    assert [(row["date"], row["chosen_dossiers"]) for row in ways] == [(inside[0], 2), (inside[1], 4)]
    assert [row["text"] for row in table(plan, "difficulties", FIRST, LAST).rows] == ["số 2", "số 4"]
    assert table(plan, "sessions", FIRST, LAST).totals["issued_tickets"] == 2
    assert table(plan, "hours", FIRST, LAST).totals["issued"] == 2
    assert [row["hour"] for row in table(plan, "hours", FIRST, FIRST).rows] == [0]
    before = table(plan, "daily", FIRST - timedelta(days=1), LAST + timedelta(days=1))
    assert before.totals["tickets"] == 4


@pytest.mark.states("DN-28", "DN-29")
def test_a_visit_that_midnight_ended_is_on_the_list_of_its_own_day(plan: Centre) -> None:
    plan.clock.set("2020-04-29T23:50")
    plan.open(1, services=["help"])
    plan.take(service="help")
    plan.next()
    plan.office.start(SITE, 1, OFFICER)
    plan.clock.set("2020-04-30T06:00")
    plan.office.follow_clock()
    assert table(plan, "daily", FIRST, LAST).totals["done"] == 1
    counters = table(plan, "counters", FIRST, LAST)
    assert (counters.totals["visits"], counters.totals["calls"], counters.totals["open_s"]) == (1, 1, 0)
    assert table(plan, "counters", LAST + timedelta(days=1), LAST + timedelta(days=1)).totals["open_s"] == 0


def test_a_counter_left_open_counts_to_the_end_of_the_last_session(plan: Centre) -> None:
    plan.clock.set("2020-03-30T07:30")
    plan.open(1)
    plan.clock.set("2020-03-30T09:00")
    plan.office.pause_counter(SITE, 1, OFFICER, reason="nghỉ")
    plan.clock.set("2020-03-30T09:20")
    plan.open(1)
    plan.clock.set("2020-03-31T06:30")
    plan.office.follow_clock()
    row = table(plan, "counters", FIRST, FIRST).rows[0]
    assert (row["open_s"], row["paused_s"]) == ((90 + 130) * 60, 20 * 60)
    plan.clock.set("2020-03-31T10:00")
    plan.open(1)
    plan.clock.set("2020-03-31T11:45")
    plan.office.close_counter(SITE, 1, OFFICER)
    plan.office.follow_clock()
    assert table(plan, "counters", FIRST, LAST).rows[0]["open_s"] == (90 + 130 + 105) * 60


def test_a_counter_left_open_counts_to_the_last_thing_done_there_whatever_it_was(plan: Centre) -> None:
    plan.clock.set("2020-03-30T07:30")
    plan.open(1)
    plan.take()
    plan.clock.set("2020-03-30T11:20")
    plan.next()
    plan.clock.set("2020-03-30T12:10")
    plan.office.start(SITE, 1, OFFICER)
    plan.clock.set("2020-03-31T06:30")
    plan.office.follow_clock()
    assert table(plan, "counters", FIRST, FIRST).rows[0]["open_s"] == 280 * 60


def test_an_absence_taken_back_is_none(plan: Centre) -> None:
    plan.clock.set("2020-03-30T08:00")
    plan.open(1)
    plan.take()
    plan.next()
    plan.office.no_show(SITE, 1, OFFICER)
    assert table(plan, "counters", FIRST, FIRST).totals["no_shows"] == 1
    plan.office.undo(SITE, 1, OFFICER)
    plan.office.finish(SITE, 1, OFFICER)
    totals = table(plan, "counters", FIRST, FIRST).totals
    assert (totals["no_shows"], totals["visits"], totals["calls"]) == (0, 1, 1)


def test_a_renamed_unit_keeps_its_figures_and_shows_its_new_name(plan: Centre) -> None:
    plan.clock.set("2020-03-30T08:00")
    plan.open(1)
    plan.take(dossiers=2)
    plan.next()
    plan.office.finish(SITE, 1, OFFICER, postal="submit")
    before = {kind: as_dict(table(plan, kind, FIRST, LAST)) for kind in KINDS}
    site = plan.office.site(SITE)
    fields = (replace(site.fields[0], name="HT mới"), *site.fields[1:])
    plan.office.apply_site(replace(site, name="Trung tâm sáp nhập", fields=fields))
    after = {kind: as_dict(table(plan, kind, FIRST, LAST)) for kind in KINDS}
    assert after["postal"]["items"][0]["unit"] == "Trung tâm sáp nhập"
    assert after["postal"]["totals"] == before["postal"]["totals"] == {"submit": 2, "return": 0, "dossiers": 2}
    assert after["fields"]["items"][0] == {**before["fields"]["items"][0], "name": "HT mới"}
    for kind in ("sessions", "counters", "hours", "diversions", "satisfaction"):
        assert after[kind]["totals"] == before[kind]["totals"]


def test_what_has_left_the_configuration_keeps_its_line(plan: Centre) -> None:
    plan.clock.set("2020-03-30T08:00")
    plan.open(3)
    plan.take("BT")
    called = plan.next(3)
    assert called is not None
    plan.office.finish(SITE, 3, OFFICER)
    record(plan, diverted(1))
    site = plan.office.site(SITE)
    plan.office.apply_site(
        replace(
            site, fields=site.fields[:2], counters=tuple(replace(c, fields=("HT",)) for c in site.counters[:2]),
            procedures=(), sessions=tuple(replace(s, field_caps={}) for s in site.sessions),
        )
    )  # fmt: skip
    (field,) = [row for row in table(plan, "fields", FIRST, FIRST).rows if row["tickets"]]
    assert (field["code"], field["name"], field["done"]) == ("BT", "BT", 1)
    assert [(row["counter"], row["name"], row["visits"]) for row in table(plan, "counters", FIRST, FIRST).rows] == [
        (1, "Quầy 1", 0), (2, "Quầy 2", 0), (3, "", 1),
    ]  # fmt: skip
    session = [(row["code"], row["name"]) for row in table(plan, "sessions", FIRST, FIRST).rows]
    assert session[0] == ("morning", "Buổi sáng") and ("BT", "BT") in session
    way = [row for row in table(plan, "diversions", FIRST, FIRST).rows if row["group"] == "way"]
    assert [(row["procedure"], row["name"]) for row in way] == [("1.001193", "1.001193")]


@pytest.mark.parametrize("kind", KINDS)
def test_days_without_a_session_are_empty_and_no_error(tmp_path: Path, kind: str) -> None:
    centre = Centre(tmp_path / "none.db", ManualClock("2026-11-23T06:00"), small_site())
    report = table(centre, kind, date(2026, 11, 14), date(2026, 11, 15))
    told = as_dict(report)
    assert (told["from"], told["to"]) == ("2026-11-14", "2026-11-15")
    assert not [row for row in report.rows if row.get("tickets") or row.get("issued") or row.get("visits")]
    days = {"daily": 2, "diversions": 2, "fields": 6, "counters": 3, "goals": 2}
    assert len(report.rows) == days.get(kind, 0)
    assert all(value in (0, None) for value in report.totals.values())
    centre.close()


@pytest.mark.parametrize(
    ("kind", "first", "last", "units", "wrong"),
    [
        ("daily", date(2026, 1, 2), date(2026, 1, 1), 0, ("to", "from_after_to")),
        ("daily", date(2026, 1, 1), date(2027, 1, 2), 0, ("to", "range_too_long")),
        ("weather", date(2026, 1, 1), date(2026, 1, 1), 0, ("kind", "not_available")),
        ("fields", date(2026, 1, 1), date(2026, 1, 1), 1, ("units", "not_available")),
    ],
)
def test_what_no_report_can_be_of_is_refused(
    kind: str, first: date, last: date, units: int, wrong: tuple[str, str]
) -> None:
    with pytest.raises(Invalid) as refused:
        reports.begin(small_site(), kind, first, last, units=[small_site()] * units)
    assert [(one["key"], one["reason"]) for one in refused.value.details["errors"]] == [wrong]


def test_a_year_is_read_day_by_day() -> None:
    steps: list[str] = []
    begun = reports.begin(small_site(), "fields", date(2026, 1, 1), date(2026, 12, 31))
    reports.gather(lambda step: steps.append("read"), begun)
    assert steps == ["read"] * 366


@pytest.mark.states("DN-29")
def test_the_postal_list_adds_up_after_the_codes_were_erased(plan: Centre) -> None:
    codes = ("000.00.01.H19-200330-0007", "000.00.01.H19-200330-0008")
    plan.clock.set("2020-03-30T08:00")
    plan.open(1)
    plan.take(dossiers=2)
    plan.next()
    plan.office.finish(SITE, 1, OFFICER, postal="both", dossier_codes=codes)
    plan.clock.set("2020-03-31T08:00")
    plan.open(1)
    plan.take()
    plan.next()
    plan.office.finish(SITE, 1, OFFICER, postal="return", dossier_codes=codes[:1])
    before = table(plan, "postal", FIRST, LAST)
    items = [row for row in before.rows if row["group"] == "item"]
    assert [(row["form"], row["dossiers"], row["codes"], row["erased"]) for row in items] == [
        ("submit", 2, codes, False), ("return", 2, codes, False), ("return", 1, codes[:1], False),
    ]  # fmt: skip
    plan.store.write((), lambda tx: tx.post.forget_dossier_codes(SITE, date(2020, 3, 31)))
    record(plan, ev.DataErased("dossier_codes", "2020-03-31", 2))
    after = table(plan, "postal", FIRST, LAST)
    assert after.totals == before.totals == {"submit": 2, "return": 3, "dossiers": 5}
    assert [(row["codes"], row["erased"]) for row in after.rows if row["group"] == "item"] == [
        ((), True), ((), True), (codes[:1], False),
    ]  # fmt: skip


@pytest.mark.states("TN-15", "DN-28")
def test_a_correction_is_a_row_of_its_own_on_the_day_that_it_corrects(plan: Centre) -> None:
    plan.clock.set("2020-04-29T09:00")
    plan.office.follow_clock()
    record(plan, ev.PostalCorrected("2020-04-29", "submit", 3, "sổ giấy"))
    plan.clock.set("2020-05-20T09:00")
    record(plan, ev.PostalCorrected("2020-04-29", "submit", -1, "ghi trùng"))
    record(plan, ev.PostalCorrected("2020-04-30", "submit", 9, "ngoài kỳ"))
    report = table(plan, "postal", FIRST, LAST)
    assert [(row["group"], row["submit"], row["reason"], (row["at"] or "")[:10]) for row in report.rows] == [
        ("day", 2, "", ""), ("item", 3, "sổ giấy", "2020-04-29"), ("item", -1, "ghi trùng", "2020-05-20"),
    ]  # fmt: skip
    assert report.totals == {"submit": 2, "return": 0, "dossiers": 2}


def test_ratings_are_told_by_counter_field_and_service_and_nothing_finer(plan: Centre) -> None:
    for day in ("2020-03-30", "2020-04-29", "2020-04-30"):
        for score, choice in ((4, {"field": "HT"}), (1, {"service": "help"})):
            plan.clock.set(f"{day}T08:00")
            plan.open(1)
            plan.take(**choice)
            plan.next()
            plan.office.finish(SITE, 1, OFFICER)
            plan.office.rate_counter(SITE, 1, score)
    report = table(plan, "satisfaction", FIRST, LAST)
    assert report.columns == ("group", "code", "name", "number", "score_4", "score_3", "score_2", "score_1")
    assert [(row["group"], row["name"], row["number"], row["score_4"], row["score_1"]) for row in report.rows] == [
        ("counter", "Quầy 1", 4, 2, 2), ("field", "Hộ tịch", 2, 2, 0), ("service", "Hướng dẫn", 2, 0, 2),
    ]  # fmt: skip
    assert report.totals == {"number": 4, "score_4": 2, "score_3": 0, "score_2": 0, "score_1": 2}
    for day in ("2020-03-30", "2020-04-29"):
        assert day not in str(report.rows)
