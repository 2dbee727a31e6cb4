"""A finished number is taken back to a counter: its visit is then the last one, its own dossiers count again."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.kit import OFFICER, OTHER_OFFICER, SITE, SUPERVISOR, Centre
from tests.report_kit import table
from ticketing.answers import post as postal_answers
from ticketing.errors import Conflict, Forbidden, Invalid, Unknown
from ticketing.reports.table import Row
from ticketing.rules.emergency import StopOrder
from ticketing.rules.sessions import SessionChange
from ticketing.store.check import check

MONDAY = date(2026, 11, 23)
pytestmark = pytest.mark.faults("U3")


@pytest.fixture
def hall(centre: Centre) -> Centre:
    centre.open(1, fields=["HT", "CT"], services=[])
    return centre


def finished(centre: Centre, dossiers: int = 1, counter: int = 1, actor: Any = OFFICER, **finish: Any) -> str:
    number = str(centre.take(dossiers=dossiers)["number"])
    centre.next(counter, actor)
    centre.clock.pass_(minutes=5)
    centre.office.finish(SITE, counter, actor, **finish)
    return number


def reopen(centre: Centre, number: str, counter: int = 1, actor: Any = OFFICER, **more: Any) -> Any:
    return centre.office.reopen(SITE, counter, actor, **{"number": number, "reason": "Bấm nhầm", **more})


def refused(centre: Centre, error: type[Exception], *args: Any, **more: Any) -> Any:
    before = centre.seq()
    with pytest.raises(error) as caught:
        reopen(centre, *args, **more)
    assert centre.seq() == before
    return caught.value


def test_a_finished_number_is_here_again_as_called_and_the_journal_says_why(hall: Centre) -> None:
    number = finished(hall)
    hall.clock.pass_(minutes=20)
    back = reopen(hall, number)
    assert (back["state"], back["counter"], back["calls"], back["number"]) == ("called", 1, 1, number)
    assert hall.office.board(SITE)["calls"][0]["number"] == number
    last = hall.office.journal(SITE, after=hall.seq() - 1)[0]
    assert (last["kind"], last["counter"], last["data"]["reason"]) == ("ticket_reopened", 1, "Bấm nhầm")


def test_it_needs_an_open_counter_without_a_number_and_a_number_that_is_done(hall: Centre) -> None:
    number = finished(hall)
    assert refused(hall, Conflict, number, 2).reason == "counter_not_open"
    hall.office.pause_counter(SITE, 1, OFFICER)
    assert refused(hall, Conflict, number).reason == "counter_not_open"
    hall.open(1)
    waiting = hall.take()["number"]
    assert refused(hall, Conflict, waiting).reason == "wrong_state"
    hall.next()
    assert refused(hall, Conflict, number).reason == "counter_busy"
    assert refused(hall, Conflict, number, expect=None).reason == "expect"
    hall.office.finish(SITE, 1, OFFICER)
    refused(hall, Invalid, number, reason="  ")
    refused(hall, Unknown, "9999")
    assert reopen(hall, number, expect=None)["state"] == "called"


def test_the_counter_must_be_the_officers_own(hall: Centre) -> None:
    number = finished(hall)
    assert refused(hall, Conflict, number, 1, OTHER_OFFICER).reason == "not_holder"


def test_an_officer_reopens_what_he_finished_and_a_supervisor_anything_of_today(hall: Centre) -> None:
    number = finished(hall)
    hall.open(2, OTHER_OFFICER)
    assert refused(hall, Forbidden, number, 2, OTHER_OFFICER).reason == "reopen_others"
    hall.open(3, SUPERVISOR)
    assert reopen(hall, number, 3, SUPERVISOR)["counter"] == 3
    hall.office.finish(SITE, 3, SUPERVISOR)
    assert refused(hall, Forbidden, number).reason == "reopen_others"


def test_half_an_hour_after_the_sessions_close_only_a_supervisor_may(hall: Centre) -> None:
    number = finished(hall)
    hall.clock.set("2026-11-23T12:00")
    assert reopen(hall, number)["state"] == "called"
    hall.clock.set("2026-11-23T11:59")
    hall.office.finish(SITE, 1, OFFICER)
    hall.clock.set("2026-11-23T12:01")
    assert refused(hall, Forbidden, number).reason == "reopen_late"
    hall.open(2, SUPERVISOR)
    assert reopen(hall, number, 2, SUPERVISOR)["state"] == "called"


def test_the_half_hour_begins_when_the_session_was_closed_not_when_it_should_be(hall: Centre) -> None:
    number = finished(hall)
    hall.office.change_session(SITE, "2026-11-23-morning", SessionChange(state="closed", waiting="expire"), SUPERVISOR)
    hall.clock.pass_(minutes=30)
    reopen(hall, number)
    hall.office.finish(SITE, 1, OFFICER)
    hall.clock.pass_(minutes=1)
    assert refused(hall, Forbidden, number).reason == "reopen_late"


def test_a_number_of_the_morning_that_is_finished_in_the_afternoon_is_the_afternoons(hall: Centre) -> None:
    number = str(hall.take()["number"])
    hall.clock.set("2026-11-23T13:10")
    hall.next()
    hall.office.finish(SITE, 1, OFFICER)
    hall.clock.set("2026-11-23T17:30")
    assert reopen(hall, number)["state"] == "called"


def test_a_number_of_yesterday_stays_as_it_is(hall: Centre) -> None:
    number = finished(hall)
    hall.clock.set("2026-11-24T08:00")
    hall.open(2, SUPERVISOR)
    refused(hall, Unknown, number, 2, SUPERVISOR)


def test_its_own_dossiers_count_again_and_may_stand_above_the_cap(hall: Centre) -> None:
    number = finished(hall, 5)
    reopen(hall, number)
    hall.office.finish(SITE, 1, OFFICER, dossiers=1)
    assert hall.session()["issued"] == 1
    for _ in range(9):
        hall.take()
    assert hall.session()["remaining"] == 0
    back = reopen(hall, number)
    assert (back["dossiers"], hall.session()["issued"], hall.session()["remaining"]) == (5, 14, 0)
    assert check(hall.path) == []


def postal(centre: Centre) -> list[tuple[str, str, int]]:
    rows = centre.office.look(SITE, postal_answers.rows, MONDAY, MONDAY)
    return [(row.number, row.form, row.dossiers) for row in rows]


def test_what_went_by_post_is_withdrawn_until_it_is_finished_anew(hall: Centre) -> None:
    number = finished(hall, 3, postal="both", dossier_codes=["H19.33.15-261123-0007"])
    assert len(postal(hall)) == 2
    reopen(hall, number)
    assert postal(hall) == []
    ticket = hall.row(number)
    assert not hall.store.read(lambda view: view.post.dossier_codes([ticket.id])).get(ticket.id)
    hall.office.finish(SITE, 1, OFFICER, dossiers=2, postal="return")
    assert postal(hall) == [(number, "return", 2)]


def of_counters(centre: Centre) -> dict[int, Row]:
    return {row["counter"]: row for row in table(centre, "counters", MONDAY, MONDAY).rows}


def test_its_last_visit_alone_stands_in_reports_and_in_the_lengths_of_visits(hall: Centre) -> None:
    number = finished(hall, 2)
    hall.clock.pass_(minutes=30)
    hall.open(2, SUPERVISOR, fields=["HT"], services=[])
    reopen(hall, number, 2, SUPERVISOR)
    assert of_counters(hall)[1]["visits"] == 0
    assert hall.store.read(lambda view: view.tickets.ended(SITE, MONDAY, MONDAY)) == []
    hall.office.start(SITE, 2, SUPERVISOR)
    hall.clock.pass_(minutes=2)
    hall.office.finish(SITE, 2, SUPERVISOR)
    one, two = of_counters(hall)[1], of_counters(hall)[2]
    assert (one["visits"], one["dossiers"], two["visits"], two["dossiers"]) == (0, 0, 1, 2)
    assert (one["service_median_s"], two["service_median_s"]) == (None, 120)
    day = table(hall, "daily", MONDAY, MONDAY).rows[0]
    assert (day["done"], day["received"], day["service_median_s"]) == (1, 2, 120)


def test_a_rating_stays_and_the_visit_is_not_rated_a_second_time(hall: Centre) -> None:
    code = hall.take()["code"]
    hall.next()
    hall.office.finish(SITE, 1, OFFICER)
    hall.office.rate(code, 4)
    reopen(hall, "1001")
    hall.office.finish(SITE, 1, OFFICER)
    assert hall.office.ratings(SITE, MONDAY, MONDAY)[0]["number"] == 1
    with pytest.raises(Conflict):
        hall.office.rate(code, 1)


def test_undo_takes_back_the_newest_finish_and_never_one_that_was_reopened(hall: Centre) -> None:
    number = finished(hall)
    reopen(hall, number)
    hall.office.hold(SITE, 1, OFFICER)
    with pytest.raises(Conflict):
        hall.office.undo(SITE, 1, OFFICER)


def test_nobody_is_called_back_while_the_office_is_stopped(hall: Centre) -> None:
    number = finished(hall)
    hall.office.stop(SITE, StopOrder("Dừng", reason="thử"), SUPERVISOR)
    assert refused(hall, Conflict, number).reason == "emergency"


def test_a_database_in_which_a_number_was_reopened_tells_its_own_story(hall: Centre) -> None:
    number = finished(hall, 4, postal="submit")
    reopen(hall, number)
    assert check(hall.path) == []
    hall.office.finish(SITE, 1, OFFICER)
    hall.clock.set("2026-11-24T08:00")
    hall.office.board(SITE)
    assert check(hall.path) == []


def test_the_console_lists_the_last_ten_that_its_officer_finished(hall: Centre) -> None:
    numbers = [finished(hall) for _ in range(4)]
    hall.open(2, OTHER_OFFICER, fields=["HT"], services=[])
    other = finished(hall, 1, 2, OTHER_OFFICER)
    seen = hall.office.queue(SITE, 1)["finished"]
    assert [one["number"] for one in seen] == numbers[::-1]
    assert (seen[0]["counter"], seen[0]["state"], seen[0]["by"]) == (1, "done", OFFICER.id)
    assert [one["number"] for one in hall.office.queue(SITE, 2)["finished"]] == [other]
    assert [one["number"] for one in hall.office.queue(SITE, None)["finished"]] == [other, *numbers[::-1]]
    reopen(hall, numbers[1])
    assert [one["number"] for one in hall.office.queue(SITE, 1)["finished"]] == [numbers[3], numbers[2], numbers[0]]


def test_closed_counters_list_nobody(hall: Centre) -> None:
    finished(hall)
    hall.office.close_counter(SITE, 1, OFFICER)
    assert hall.office.queue(SITE, 1)["finished"] == []
