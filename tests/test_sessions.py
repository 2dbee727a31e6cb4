"""Half-day sessions at their edges: the day is the site's, whatever the process's time zone."""

from __future__ import annotations

import os
import time as clocks
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time

import pytest

from tests.kit import KIOSK, OFFICER, OTHER_OFFICER, SITE, SUPERVISOR, Centre, no_holidays, small_site
from ticketing.errors import Conflict, SessionClosed
from ticketing.profiles import vietnam_holidays
from ticketing.rules.sessions import SessionChange, plan_day
from ticketing.rules.sites import CalendarDay


@pytest.fixture(autouse=True)
def process_in_utc() -> Iterator[None]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = "UTC"
    clocks.tzset()
    yield
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    clocks.tzset()


def refusal(centre: Centre, field: str = "HT") -> SessionClosed:
    with pytest.raises(SessionClosed) as refused:
        centre.take(field)
    return refused.value


def test_numbers_go_on_while_the_date_changes_in_utc(centre: Centre) -> None:
    centre.clock.set("2026-11-23T06:59")
    early = refusal(centre)
    assert (early.reason, early.details["next_session"].session.key) == ("upcoming", "2026-11-23-morning")
    centre.clock.set("2026-11-23T07:00")
    assert centre.take()["number"] == "1001"
    centre.clock.set("2026-11-23T07:00:01")
    assert centre.take()["number"] == "1002"


def test_issuing_ends_at_the_cut_off_while_service_goes_on(centre: Centre) -> None:
    centre.clock.set("2026-11-23T10:59:59")
    centre.take()
    centre.open()
    centre.clock.set("2026-11-23T11:00")
    late = refusal(centre)
    assert (late.reason, late.details["next_session"].session.key) == ("cut_off", "2026-11-23-afternoon")
    assert centre.session()["state"] == "cut_off"
    assert centre.next()["number"] == "1001"  # type: ignore[index]


def test_who_waits_at_closing_is_served_out(centre: Centre) -> None:
    centre.take()
    centre.open()
    centre.clock.set("2026-11-23T11:45")
    assert centre.session("morning")["state"] == "closed"
    assert centre.next()["number"] == "1001"  # type: ignore[index]


def test_between_two_sessions_the_board_shows_the_next_one(centre: Centre) -> None:
    centre.clock.set("2026-11-23T12:00")
    board = centre.office.board(SITE)
    assert (board["session"]["id"], board["session"]["state"]) == ("2026-11-23-afternoon", "upcoming")
    assert board["next_session"]["id"] == "2026-11-24-morning"


def test_after_the_last_session_the_board_shows_it_closed(centre: Centre) -> None:
    centre.clock.set("2026-11-23T18:00")
    board = centre.office.board(SITE)
    assert (board["session"]["id"], board["session"]["state"]) == ("2026-11-23-afternoon", "closed")
    assert refusal(centre).details["next_session"].session.key == "2026-11-24-morning"


def test_a_sunday_has_no_session(centre: Centre) -> None:
    centre.clock.set("2026-11-29T08:00")
    board = centre.office.board(SITE)
    assert (board["session"]["state"], board["session"]["id"]) == ("none", None)
    assert board["next_session"]["id"] == "2026-11-30-morning"
    assert refusal(centre).reason == "none"


def test_a_saturday_has_two_fields_and_two_counters(centre: Centre) -> None:
    centre.clock.set("2026-11-28T08:00")
    assert centre.take("CT")["session"] == "2026-11-28-saturday"
    missing = refusal(centre, "BT")
    assert (missing.reason, missing.details["next_session"].session.key) == (
        "field_not_offered",
        "2026-11-30-morning",
    )
    offered = {f["code"]: f["offered"] for f in centre.office.board(SITE)["fields"]}
    assert offered == {"HT": True, "CT": True, "BT": False}
    centre.open(2)
    with pytest.raises(Conflict) as refused:
        centre.open(3)
    assert refused.value.reason == "counter_not_in_session"


def test_an_existing_session_is_not_changed_by_the_timetable(centre: Centre) -> None:
    centre.take()
    site = centre.office.site(SITE)
    later = tuple(replace(s, cap=99, issuing_until=time(9), name=s.name) for s in site.sessions)
    centre.office.apply_site(replace(site, sessions=later))
    assert centre.session("morning")["cap"] == 10
    centre.clock.set("2026-11-23T10:00")
    assert centre.take()["number"] == "1002"
    centre.clock.set("2026-11-24T08:00")
    assert centre.session("morning")["cap"] == 99


def test_tet_and_hung_kings_day_are_off_and_a_compensated_saturday_is_worked() -> None:
    site = small_site()
    assert plan_day(site, date(2020, 4, 2), vietnam_holidays) == []
    assert [s.name for s in plan_day(site, date(2020, 4, 3), vietnam_holidays)] == ["morning", "afternoon"]
    assert [s.name for s in plan_day(site, date(2026, 8, 22), vietnam_holidays)] == ["morning", "afternoon"]
    assert plan_day(site, date(2026, 8, 31), vietnam_holidays) == []


def test_the_sites_calendar_goes_before_the_public_one() -> None:
    site = small_site(
        calendar=(
            CalendarDay(date(2020, 4, 2), "working", "Trực"),
            CalendarDay(date(2020, 4, 3), "holiday", "Mất điện"),
            CalendarDay(date(2020, 4, 5), "working", "Làm bù", like="mon"),
        )
    )
    assert len(plan_day(site, date(2020, 4, 2), vietnam_holidays)) == 2
    assert plan_day(site, date(2020, 4, 3), vietnam_holidays) == []
    assert len(plan_day(site, date(2020, 4, 5), vietnam_holidays)) == 2


def test_a_template_holds_between_its_dates_only() -> None:
    site = small_site()
    until = tuple(replace(s, valid_to=date(2026, 11, 23)) for s in site.sessions)
    site = replace(site, sessions=until)
    assert len(plan_day(site, date(2026, 11, 23), no_holidays)) == 2
    assert plan_day(site, date(2026, 11, 24), no_holidays) == []


def test_at_midnight_every_open_ticket_ends(centre: Centre) -> None:
    for _ in range(4):
        centre.take()
    centre.open(1)
    centre.next()
    centre.office.hold(SITE, 1, OFFICER)
    centre.next()
    centre.office.start(SITE, 1, OFFICER)
    centre.open(2)
    centre.next(2)
    day = centre.clock.now()
    centre.clock.set("2026-11-24T00:00")
    centre.office.follow_clock()
    tickets = centre.store.read(lambda view: view.tickets.of_days(SITE, date(2026, 11, 23), date(2026, 11, 23)))
    assert [t.state for t in tickets] == ["expired", "done", "expired", "expired"]
    assert all(c["state"] == "closed" for c in centre.office.board(SITE)["counters"])
    assert day < centre.clock.now()


def test_the_clocks_own_events_are_caught_up_after_a_stop(centre: Centre) -> None:
    centre.take()
    centre.clock.set("2026-11-25T06:00")
    seq = centre.seq()
    centre.office.follow_clock()
    lines = centre.office.journal(SITE, after=seq, limit=100)
    moved = [(x["session"], x["data"].get("stage"), x["at"]) for x in lines if x["kind"] == "session_moved"]
    assert moved[:3] == [
        ("2026-11-23-morning", "cut_off", "2026-11-23T11:00:00+07:00"),
        ("2026-11-23-morning", "closed", "2026-11-23T11:30:00+07:00"),
        ("2026-11-23-afternoon", "open", "2026-11-23T13:00:00+07:00"),
    ]
    assert {x["actor"] for x in lines} == {"clock"}
    expired = next(x for x in lines if x["kind"] == "ticket_expired")
    assert expired["at"] == "2026-11-24T00:00:00+07:00"
    assert [s["state"] for s in centre.office.sessions(SITE)] == ["upcoming", "upcoming"]


def test_unserved_tickets_expire_at_closing_where_the_site_says_so(centre: Centre) -> None:
    centre.office.apply_site(replace(centre.office.site(SITE), unserved="expire"))
    centre.clock.set("2026-11-24T08:00")
    code = centre.take(dossiers=2)["code"]
    centre.clock.set("2026-11-24T11:30")
    assert centre.office.ticket(code)["state"] == "expired"
    assert centre.session("morning")["issued"] == 2


def test_unserved_tickets_are_carried_to_the_afternoon_where_the_site_says_so(centre: Centre) -> None:
    centre.office.apply_site(replace(centre.office.site(SITE), unserved="carry_over"))
    centre.clock.set("2026-11-24T08:00")
    code = centre.take(dossiers=2)["code"]
    centre.clock.set("2026-11-24T11:30")
    assert centre.office.ticket(code)["session"] == "2026-11-24-afternoon"
    centre.clock.set("2026-11-24T17:00")
    assert centre.office.ticket(code)["state"] == "waiting"


def test_a_site_in_another_zone_has_a_day_of_its_own(centre: Centre) -> None:
    centre.office.apply_site(replace(small_site(), code="xa", timezone="UTC"))
    centre.clock.set("2026-11-24T01:00")
    assert centre.office.board("xa")["session"]["id"] == "2026-11-23-afternoon"
    assert centre.office.board(SITE)["session"]["id"] == "2026-11-24-morning"


def test_a_session_that_was_edited_before_its_day_keeps_the_edit_and_gains_nothing(centre: Centre) -> None:
    centre.office.change_session(SITE, "2026-11-24-morning", SessionChange(cap=3), SUPERVISOR)
    assert [s["cap"] for s in centre.office.sessions(SITE, date(2026, 11, 24))] == [3, 10]
    centre.clock.set("2026-11-24T08:00")
    assert centre.session("morning")["cap"] == 3
    assert len(centre.office.sessions(SITE)) == 2


def test_reading_a_board_changes_nothing(centre: Centre) -> None:
    centre.office.board(SITE)
    seq = centre.seq()
    centre.office.board(SITE, "en")
    centre.office.queue(SITE, 1)
    centre.office.sessions(SITE, date(2026, 11, 30))
    centre.office.positions(SITE)
    assert centre.seq() == seq
    assert KIOSK.site == SITE


PARTS = ("waiting", "called", "serving", "held", "done", "no_show", "cancelled", "expired")


@pytest.mark.faults("U13")
def test_of_the_numbers_given_each_is_counted_in_one_state(centre: Centre) -> None:
    codes = [centre.take("HT")["code"] for _ in range(7)]
    centre.take("CT")
    centre.open(1, fields=["HT"], services=[])
    centre.next()
    centre.next()  # the first is done
    centre.office.hold(SITE, 1, OFFICER, reason="x")
    centre.next()
    centre.next(previous="no_show")
    centre.office.start(SITE, 1, OFFICER)
    centre.open(2, OTHER_OFFICER, fields=["HT"], services=[])
    centre.next(2, OTHER_OFFICER)
    centre.office.give_up(codes[6])
    for told in (centre.session(), centre.session("morning")):
        assert {part: told[part] for part in PARTS} == {
            "waiting": 2, "called": 1, "serving": 1, "held": 1, "done": 1, "no_show": 1, "cancelled": 1, "expired": 0,
        }  # fmt: skip
        assert told["tickets"] == 8 == sum(told[part] for part in PARTS)
    centre.clock.set("2026-11-24T00:00:01")
    centre.office.board(SITE)
    ended = centre.office.sessions(SITE, date(2026, 11, 23))[0]
    assert ended["tickets"] == 8 == sum(ended[part] for part in PARTS)
    assert ended["expired"] == 4


@pytest.mark.faults("U17")
def test_between_the_sessions_it_is_the_lunch_break(centre: Centre) -> None:
    told = []
    for at in ("06:30", "08:00", "11:29", "11:30", "12:15", "13:00", "17:00"):
        centre.clock.set(f"2026-11-23T{at}")
        session = centre.session()
        told.append((session["state"], session["lunch"]))
    assert told == [
        ("upcoming", False), ("open", False), ("cut_off", False), ("upcoming", True), ("upcoming", True),
        ("open", False), ("closed", False),
    ]  # fmt: skip


@pytest.mark.faults("U17")
def test_a_morning_closed_early_is_no_lunch_break_before_its_time(centre: Centre) -> None:
    centre.office.change_session(SITE, "2026-11-23-morning", SessionChange(state="closed", reason="x"), SUPERVISOR)
    assert (centre.session()["state"], centre.session()["lunch"]) == ("upcoming", False)
    centre.clock.set("2026-11-23T11:30")
    assert centre.session()["lunch"]
