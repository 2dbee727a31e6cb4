"""What a supervisor is told to look at, and when not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.kit import MONDAY, OFFICER, OTHER_OFFICER, SITE, SUPERVISOR, Centre, small_site, uncapped
from tests.report_kit import table
from ticketing.answers import alarms
from ticketing.profiles import ConfigError, parse_sites, write_sites
from ticketing.rules.emergency import StopOrder
from ticketing.rules.people import Token

NOON = datetime(2026, 11, 23, 5, tzinfo=UTC)


def found(centre: Centre, counter: int | None = None, kind: str = "") -> list[dict[str, Any]]:
    return [a for a in centre.office.queue(SITE, counter)["alarms"] if kind in ("", a["kind"])]


def test_a_wait_over_the_goal_is_told_once_for_each_queue_with_the_longest(centre: Centre) -> None:
    centre.open(1)
    for field in ("HT", "HT", "CT"):
        centre.take(field)
        centre.clock.pass_(minutes=10)
    centre.clock.set("2026-11-23T08:30")
    assert found(centre) == []
    centre.clock.set("2026-11-23T08:41")
    assert found(centre) == [
        {
            "kind": "long_wait", "field": "HT", "name": "Hộ tịch", "number": "1001", "waiting": 2, "for_s": 2460,
            "goal_s": 1800,
        }
    ]  # fmt: skip


def test_nobody_waits_too_long_before_the_service_begins(centre: Centre) -> None:
    centre.clock.set("2026-11-23T07:00")
    centre.take()
    centre.open(1)
    centre.clock.set("2026-11-23T08:00")
    assert found(centre) == []
    centre.clock.set("2026-11-23T08:01")
    assert [a["for_s"] for a in found(centre)] == [31 * 60]


@pytest.mark.faults("U4")
def test_before_the_service_begins_there_is_no_alarm_about_who_waits(centre: Centre) -> None:
    centre.clock.set("2026-11-23T07:00")
    for field in ("HT", "CT", "BT"):
        centre.take(field)
    centre.take(service="help")
    centre.open(1, fields=["HT"], services=[])
    centre.next()
    centre.clock.set("2026-11-23T07:29:59")
    assert found(centre) == []
    centre.clock.set("2026-11-23T07:30")
    assert [(a["kind"], a.get("field", a.get("service"))) for a in found(centre)] == [
        ("no_counter", "CT"), ("no_counter", "BT"), ("no_counter", "help"), ("forgotten", None),
    ]  # fmt: skip


@pytest.mark.faults("U4")
def test_who_is_left_of_the_morning_is_told_before_the_afternoons_service(centre: Centre) -> None:
    centre.take()
    centre.clock.set("2026-11-23T13:05")
    centre.take("CT")
    centre.take("HT")
    assert [(a["field"], a["waiting"]) for a in found(centre, kind="no_counter")] == [("HT", 1)]
    centre.clock.set("2026-11-23T13:30")
    assert [(a["field"], a["waiting"]) for a in found(centre, kind="no_counter")] == [("HT", 2), ("CT", 1)]


@pytest.mark.faults("U4", "U5")
def test_a_field_without_a_counter_is_told_before_anybody_waits_for_it(centre: Centre) -> None:
    site = centre.office.site(SITE)
    fewer = [replace(one, fields=tuple(f for f in one.fields if f != "CT")) for one in site.counters]
    centre.office.apply_site(replace(site, counters=tuple(fewer)))
    for at in ("2026-11-23T06:30", "2026-11-23T07:05", "2026-11-23T09:00"):
        centre.clock.set(at)
        assert found(centre) == [{"kind": "unassigned", "field": "CT", "name": "Chứng thực"}]
    centre.open(1, fields=["CT"], services=[])
    assert found(centre) == []
    centre.clock.set("2026-11-23T18:00")
    assert found(centre) == []


@pytest.mark.faults("U5")
def test_a_capped_field_that_no_open_counter_calls_is_told_before_people_wait(centre: Centre) -> None:
    told = [{"kind": "unopened", "field": "CT", "name": "Chứng thực"}]
    centre.clock.set("2026-11-23T07:10")
    assert found(centre) == [], "the service has not begun"
    centre.clock.set("2026-11-23T07:31")
    assert found(centre) == told
    centre.open(1)
    assert found(centre) == []
    centre.office.pause_counter(SITE, 1, OFFICER)
    assert found(centre) == [], "the officer comes back"
    centre.open(1, fields=["HT"])
    assert found(centre) == told
    centre.take("CT", dossiers=4)
    assert [one["kind"] for one in found(centre)] == ["no_counter"]
    centre.clock.set("2026-11-23T11:05")
    assert found(centre, kind="unopened") == [], "no more numbers are given"


def test_who_was_called_once_waits_anew_from_then(centre: Centre) -> None:
    centre.take("CT")
    centre.clock.pass_(minutes=25)
    centre.open(1)
    centre.next()
    centre.office.transfer(SITE, 1, OFFICER, field="HT")
    centre.clock.pass_(minutes=20)
    assert found(centre) == []
    centre.clock.pass_(minutes=11)
    assert [(a["kind"], a["field"]) for a in found(centre)] == [("long_wait", "HT")]


def test_the_goal_is_the_sites_own(centre: Centre) -> None:
    centre.office.apply_site(replace(centre.office.site(SITE), wait_goal_minutes=5))
    centre.take()
    centre.open(1)
    centre.clock.pass_(minutes=6)
    assert [a["goal_s"] for a in found(centre)] == [300]


def test_a_file_sets_the_goal_within_its_bounds() -> None:
    text = write_sites([replace(small_site(), wait_goal_minutes=45)])
    assert parse_sites(text, "x")[0].wait_goal_minutes == 45
    assert "wait_goal_minutes" not in write_sites([small_site()])
    with pytest.raises(ConfigError, match="wait_goal_minutes"):
        parse_sites(text.replace("= 45", "= 0"), "x")


def test_a_ticket_left_at_a_counter_is_told_with_its_usual_time(centre: Centre) -> None:
    centre.take()
    centre.open(1)
    centre.next()
    centre.office.start(SITE, 1, OFFICER)
    centre.clock.pass_(minutes=24)
    assert found(centre) == []
    centre.clock.pass_(minutes=1)
    assert found(centre) == [
        {
            "kind": "forgotten", "counter": 1, "number": "1001", "state": "serving", "for_s": 1500, "usual_s": 480,
        }
    ]  # fmt: skip
    centre.office.finish(SITE, 1, OFFICER)
    assert found(centre) == []


def test_a_short_service_is_not_forgotten_before_twenty_minutes(centre: Centre) -> None:
    centre.take(service="help")
    centre.open(1)
    centre.next()
    centre.clock.pass_(minutes=20)
    assert found(centre) == []
    centre.clock.pass_(seconds=1)
    assert [(a["kind"], a["usual_s"]) for a in found(centre)] == [("forgotten", 240)]


def test_a_console_hears_of_its_own_queues_and_its_own_ticket_alone(centre: Centre) -> None:
    for field in ("HT", "CT", "HT"):
        centre.take(field)
    centre.open(1, fields=["HT"], services=[])
    centre.open(2, OTHER_OFFICER, fields=["CT"], services=[])
    centre.next(1)
    centre.clock.pass_(minutes=31)
    assert [a["kind"] for a in found(centre, 1)] == ["long_wait", "forgotten"]
    assert [(a["kind"], a["field"]) for a in found(centre, 2)] == [("long_wait", "CT")]
    assert found(centre, 3) == []
    assert len(found(centre)) == 3


def test_a_stopped_site_is_not_told_of_its_queues(centre: Centre) -> None:
    centre.take()
    centre.take("BT")
    centre.open(1)
    centre.next()
    centre.clock.pass_(minutes=40)
    assert {a["kind"] for a in found(centre)} == {"long_wait", "forgotten"}
    centre.office.stop(SITE, StopOrder("x", reason="x"), SUPERVISOR)
    assert [a["kind"] for a in found(centre)] == ["forgotten"]
    centre.office.lift(SITE, SUPERVISOR, "x")
    assert {a["kind"] for a in found(centre)} == {"long_wait", "forgotten"}


def device(seen: datetime | None, role: str = "kiosk", revoked: datetime | None = None) -> Token:
    return Token(1, SITE, role, "Kiosk cửa chính", "d", "", NOON - timedelta(days=9), revoked, seen, paired=True)


@pytest.mark.parametrize(
    ("token", "told"),
    [
        (device(NOON - timedelta(minutes=5)), False),
        (device(NOON - timedelta(minutes=5, seconds=1)), True),
        (device(NOON - timedelta(minutes=9), "display"), True),
        (replace(device(NOON - timedelta(minutes=9)), paired=False), False),
        (device(NOON - timedelta(minutes=9), revoked=NOON), False),
        (device(NOON - timedelta(hours=12, seconds=1)), False),
        (device(NOON - timedelta(hours=12)), True),
        (device(None), False),
    ],
)
def test_a_device_is_silent_when_it_was_heard_of_today_but_not_just_now(token: Token, told: bool) -> None:
    heard = list(alarms.silent_devices(small_site(), [token], NOON))
    assert [(a.kind, a.name) for a in heard] == [("silent_device", "Kiosk cửa chính")] * told


def test_a_goal_that_is_about_to_be_missed_is_told_before_it_is(centre: Centre) -> None:
    elderly = replace(centre.office.site(SITE).priorities[0], wait_goal_minutes=5)
    centre.office.apply_site(replace(uncapped(centre.office.site(SITE)), wait_goal_minutes=45, priorities=(elderly,)))
    centre.open(1, fields=["HT"], services=[])
    centre.take()
    centre.next(1)
    for _ in range(2):
        centre.take(priority="elderly")
    [found] = [one for one in centre.office.queue(SITE, None)["alarms"] if one["kind"] == "goal_near"]
    assert (found["field"], found["number"], found["goal_s"], found["for_s"]) == ("HT", "1002", 300, 300)
    centre.clock.pass_(minutes=6)
    kinds = {one["kind"] for one in centre.office.queue(SITE, None)["alarms"]}
    assert "goal_near" not in kinds


def test_the_report_says_how_often_each_class_and_all_others_were_called_within_their_goal(centre: Centre) -> None:
    elderly = replace(centre.office.site(SITE).priorities[0], wait_goal_minutes=10)
    centre.office.apply_site(replace(uncapped(centre.office.site(SITE)), wait_goal_minutes=45, priorities=(elderly,)))
    centre.open(1, fields=["HT"], services=[])
    for priority in ("elderly", "elderly", None):
        centre.take(priority=priority)
    for _ in range(3):
        centre.next(1)
        centre.clock.pass_(minutes=15)
    rows = table(centre, "goals", MONDAY, MONDAY).rows
    assert [(row["code"], row["goal_minutes"], row["called"], row["within"], row["longest_s"]) for row in rows] == [
        ("elderly", 10, 2, 1, 900), ("", 45, 1, 1, 1800),
    ]  # fmt: skip
