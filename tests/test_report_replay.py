"""Every report adds up against the journal, counted by other code; and asked again it says the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.kit import SITE, Centre
from tests.report_kit import (
    FIRST,
    LAST,
    at_counters,
    by_post,
    figures,
    journal,
    local,
    of_session,
    persons,
    rank,
    table,
    three_days,
)  # fmt: skip
from ticketing.reports.catalogue import KINDS, as_dict

DAYS = [(FIRST + timedelta(days=n)).isoformat() for n in range(3)]
NOT_ADDED = ("median_s", "p90_s", "_percent", "mean_wait_s", "mae_s", "bias_s")
ALL_BUT_RATINGS = [kind for kind in KINDS if kind != "satisfaction"]


@pytest.fixture(scope="module", params=[2, 5, 20])
def centre(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    made = three_days(tmp_path_factory.mktemp("report"), request.param)
    yield made
    made.close()


def picked(row: Any, like: dict[str, Any]) -> dict[str, Any]:
    return {key: row[key] for key in like}


def test_chance_brought_everything_that_a_report_tells_of(centre: Centre) -> None:
    kinds = {line.kind for line in journal(centre)}
    assert {
        "ticket_taken", "ticket_called", "ticket_recalled", "service_started", "ticket_finished", "ticket_absent",
        "ticket_held", "ticket_transferred", "ticket_requeued", "ticket_cancelled", "ticket_expired", "step_undone",
        "ticket_reopened",
        "ticket_carried_over", "counter_paused", "counter_closed", "caps_changed", "diverted", "postal_corrected",
    } <= kinds  # fmt: skip
    assert any(not p.counts for p in persons(journal(centre)))


@pytest.mark.states("DN-29")
def test_the_daily_report_is_what_the_journal_says(centre: Centre) -> None:
    people = persons(journal(centre))
    rows = table(centre, "daily").rows
    assert [row["date"] for row in rows if row["group"] == "day"] == DAYS
    for row in rows:
        own = [p for p in people if p.day == row["date"]]
        if row["group"] == "day":
            told = figures(own, [p for p in own if p.service == "submit"])
        else:
            part = [p for p in own if (p.field if p.service == "submit" else p.service) == row["code"]]
            told = figures(part, part)
        assert picked(row, told) == told
    assert table(centre, "daily").totals == figures(people, [p for p in people if p.service == "submit"])


@pytest.mark.states("DN-04")
def test_the_report_by_field_is_what_the_journal_says(centre: Centre) -> None:
    people = persons(journal(centre))
    report = table(centre, "fields")
    assert [row["code"] for row in report.rows] == ["HT", "CT", "BT", "result", "help", "postal_handover"]
    for row in report.rows:
        part = [p for p in people if (p.field if p.service == "submit" else p.service) == row["code"]]
        told = figures(part, part)
        assert picked(row, told) == told
    assert report.totals == figures(people, [p for p in people if p.service == "submit"])


def test_the_report_by_session_is_what_the_journal_says(centre: Centre) -> None:
    lines = journal(centre)
    people = persons(lines)
    report = table(centre, "sessions")
    whole = [row for row in report.rows if row["group"] == "session"]
    assert [row["session"] for row in whole] == [f"{day}-{half}" for day in DAYS for half in ("morning", "afternoon")]
    caps: dict[str, Any] = {}
    changes: Counter[str] = Counter()
    for line in lines:
        if line.kind == "session_planned":
            caps[line.session] = line.data
        elif line.kind == "caps_changed":
            caps[line.session] = line.data["after"]
            changes[line.session] += 1
    for row in whole:
        told = of_session(people, row["session"])
        assert picked(row, told) == told
        assert (row["cap"], row["caps_changed"]) == (caps[row["session"]].get("cap"), changes[row["session"]])
        fates = ("served", "absent", "cancelled", "unserved")
        for unit in ("tickets", "dossiers"):
            assert row[f"issued_{unit}"] == sum(row[f"{fate}_{unit}"] for fate in fates)
    for row in report.rows:
        if row["group"] == "field":
            assert row["cap"] == caps[row["session"]]["field_caps"].get(row["code"])
            part = [p for p in people if p.service == "submit" and p.born_field == row["code"]]
            told = of_session(part, row["session"])
            assert picked(row, told) == told
    last = {row["code"]: row["cap"] for row in report.rows if row["session"] == "2026-11-25-morning"}
    assert (last["morning"], last["HT"], last["CT"]) == (40, 9, 12)
    assert report.totals["issued_tickets"] == len(people) == table(centre, "daily").totals["tickets"]
    assert report.totals["caps_changed"] == 2
    assert report.facts == {"days": 3, "days_with_sessions": 3, "sessions": 6}


@pytest.mark.states("DN-04")
def test_the_report_of_the_counters_is_what_the_journal_says(centre: Centre) -> None:
    lines = journal(centre)
    people, told = persons(lines), at_counters(lines)
    report = table(centre, "counters")
    assert [row["counter"] for row in report.rows] == [1, 2, 3]
    for row in report.rows:
        visits = [p for p in people if p.state == "done" and p.counter == row["counter"]]
        assert row["visits"] == len(visits)
        assert row["dossiers"] == sum(p.dossiers for p in visits if p.service == "submit")
        assert (row["service_median_s"], row["service_p90_s"]) == (
            rank((p.visit for p in visits), 5), rank((p.visit for p in visits), 9),
        )  # fmt: skip
        for name in ("calls", "recalls", "no_shows", "out_of_turn", "open_s", "paused_s"):
            assert (name, row[name]) == (name, told[row["counter"]][name])
    assert report.totals["visits"] == sum(p.state == "done" for p in people) > 30
    assert report.totals["dossiers"] == table(centre, "daily").totals["received"]


@pytest.mark.states("DN-25")
def test_the_diversions_are_what_the_journal_says(centre: Centre) -> None:
    lines = journal(centre)
    diverted = [line for line in lines if line.kind == "diverted"]
    report = table(centre, "diversions")
    for day in DAYS:
        (whole,) = (row for row in report.rows if row["date"] == day and row["group"] == "day")
        own = [line.data for line in diverted if local(line.at) == day]
        parts = [row for row in report.rows if row["date"] == day and row["group"] == "way"]
        for how, was in (("refused", True), ("chosen", False)):
            counted = [one for one in own if one["refused"] is was]
            assert whole[f"{how}_persons"] == len(counted) == sum(part[f"{how}_persons"] for part in parts)
            assert whole[f"{how}_dossiers"] == sum(one["dossiers"] for one in counted)
        for part in parts:
            same = [
                one for one in own
                if all((one.get(key) or "") == part[key] for key in ("service", "decision", "to", "policy", "field"))
                and (one.get("procedure") or "") == part["procedure"]
            ]  # fmt: skip
            assert part["refused_persons"] + part["chosen_persons"] == len(same) > 0
            assert part["policy"].startswith(f"{SITE}/plan@")
        people = [p for p in persons(lines) if p.day == day]
        submits = [p for p in people if p.service == "submit"]
        assert (whole["in_person_tickets"], whole["in_person_dossiers"]) == (
            len(submits), sum(p.dossiers for p in submits),
        )  # fmt: skip
        assert whole["results_returned"] == sum(
            p.dossiers for p in people if p.service == "result" and p.state == "done"
        )
    assert report.totals["refused_persons"] + report.totals["chosen_persons"] == len(diverted) > 10
    ways = {way["to"]: way["chosen_persons"] + way["refused_persons"] for way in report.facts["ways"]}
    assert ways == Counter(line.data["to"] for line in diverted)
    assert {row["to"] for row in report.rows if row["date"] == DAYS[0]} == {""}


@pytest.mark.states("TN-15", "DN-28", "DN-29")
def test_the_postal_list_is_what_the_journal_says(centre: Centre) -> None:
    told = by_post(journal(centre))
    report = table(centre, "postal")
    for day in sorted({day for day, _form in told}):
        items = [row for row in report.rows if row["date"] == day and row["group"] == "item"]
        (whole,) = (row for row in report.rows if row["date"] == day and row["group"] == "day")
        for form in ("submit", "return"):
            assert whole[form] == told[day, form] == sum(row["dossiers"] for row in items if row["form"] == form)
    assert report.totals == {
        "submit": sum(n for (_day, form), n in told.items() if form == "submit"),
        "return": sum(n for (_day, form), n in told.items() if form == "return"),
        "dossiers": sum(told.values()),
    }
    corrected = [(row["date"], row["dossiers"], row["reason"]) for row in report.rows if row["source"] == "correction"]
    assert corrected == [(DAYS[0], 4, "bỏ sót"), (DAYS[0], -1, "ghi nhầm")]


@pytest.mark.states("DN-04")
def test_the_hours_are_what_the_journal_says(centre: Centre) -> None:
    people = persons(journal(centre))
    report = table(centre, "hours")

    def hour(at: Any) -> int | None:
        return (at.hour + 7) % 24 if at else None

    assert [row["hour"] for row in report.rows] == list(range(report.rows[0]["hour"], report.rows[-1]["hour"] + 1))
    for row in report.rows:
        came = [p for p in people if hour(p.taken) == row["hour"]]
        begun = [p.visit for p in people if p.visit is not None and hour(p.begun or p.called) == row["hour"]]
        assert row == {
            "hour": row["hour"], "issued": len(came), "called": sum(p.wait is not None for p in came),
            "wait_median_s": rank((p.wait for p in came), 5), "wait_p90_s": rank((p.wait for p in came), 9),
            "visits": len(begun), "service_median_s": rank(begun, 5), "service_p90_s": rank(begun, 9),
        }  # fmt: skip
    assert report.totals["issued"] == len(people) == sum(row["issued"] for row in report.rows)


@pytest.mark.states("DN-33")
def test_the_difficulties_are_what_the_journal_says_each_on_its_sessions_day(centre: Centre) -> None:
    rows = table(centre, "difficulties").rows
    assert [(row["session"], row["text"]) for row in rows] == [
        ("2026-11-23-morning", "thiếu nước sát khuẩn"), ("2026-11-24-morning", "=máy in hết giấy"),
    ]  # fmt: skip
    assert {row["at"][:10] for row in rows} == {"2026-11-25"}
    assert len(rows) == sum(line.kind == "difficulty_noted" for line in journal(centre))


@pytest.mark.parametrize("kind", ALL_BUT_RATINGS)
def test_days_apart_add_up_to_the_window(centre: Centre, kind: str) -> None:
    """What can be added up is the same, whether the days are asked for one by one or all at once."""
    whole = table(centre, kind)
    parts = [table(centre, kind, FIRST + timedelta(days=n), FIRST + timedelta(days=n)) for n in range(3)]
    added = [
        key for key, value in whole.totals.items()
        if isinstance(value, int) and not key.endswith(NOT_ADDED) and key != "cap"
    ]  # fmt: skip
    assert added
    for key in added:
        assert (key, whole.totals[key]) == (key, sum(part.totals[key] for part in parts))


@pytest.mark.parametrize("kind", KINDS)
def test_a_report_asked_again_says_the_same_and_writes_nothing(centre: Centre, kind: str) -> None:
    before = centre.seq()
    assert as_dict(table(centre, kind)) == as_dict(table(centre, kind))
    assert centre.seq() == before
    assert table(centre, kind).last == LAST
