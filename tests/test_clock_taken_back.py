"""What a wrong clock closed or let expire can be had again, with the places people had."""

from __future__ import annotations

import pytest

from tests.kit import OFFICER, SITE, SUPERVISOR, Centre, small_site
from tests.test_clock import Held, hall, machine, started  # noqa: F401
from ticketing.errors import Conflict
from ticketing.rules.sessions import SessionChange
from ticketing.store import check

MORNING = "2026-11-23-morning"


def reopen(centre: Centre, key: str = MORNING, state: str = "open") -> dict[str, object]:
    change = SessionChange(state=state, reason="đồng hồ sai")
    return centre.office.change_session(SITE, key, change, SUPERVISOR)


def waiting(centre: Centre) -> list[str]:
    return [line["number"] for line in centre.office.queue(SITE, None)["waiting"]]


@pytest.fixture
def centre(centre: Centre) -> Centre:
    centre.office.apply_site(small_site(unserved="expire"))
    centre.clock.set("2026-11-24T08:00")
    return centre


@pytest.mark.faults("P1")
def test_a_session_that_the_clock_closed_is_opened_again_with_its_expired_tickets_in_their_places(
    centre: Centre,
) -> None:
    for _each in range(3):
        centre.take()
    centre.open()
    centre.next()
    centre.office.hold(SITE, 1, OFFICER)
    centre.clock.set("2026-11-24T11:45")
    assert centre.session("morning")["state"] == "closed"
    assert centre.state("1002") == "expired"
    opened = reopen(centre, "2026-11-24-morning")
    assert (opened["state"], opened["closes_at"]) == ("open", "2026-11-24T13:00:00+07:00")
    assert waiting(centre) == ["1002", "1003"]
    assert centre.next()["number"] == "1002"  # type: ignore[index]
    assert centre.take()["number"] == "1004"
    centre.clock.set("2026-11-24T13:00")
    assert [s["state"] for s in centre.office.sessions(SITE)] == ["closed", "open"]
    centre.close()
    assert check(centre.path) == []


@pytest.mark.faults("P1")
def test_the_days_last_session_stays_open_until_somebody_closes_it_or_the_day_ends(centre: Centre) -> None:
    centre.clock.set("2026-11-24T18:00")
    key = "2026-11-24-afternoon"
    assert reopen(centre, key)["closes_at"] == "2026-11-24T23:59:00+07:00"
    centre.clock.set("2026-11-24T23:59")
    assert centre.session("afternoon")["state"] == "closed"
    with pytest.raises(Conflict):
        reopen(centre, key)


@pytest.mark.faults("P1")
def test_two_sessions_are_not_opened_beside_each_other(centre: Centre) -> None:
    centre.clock.set("2026-11-24T14:00")
    with pytest.raises(Conflict) as refused:
        reopen(centre, "2026-11-24-morning")
    assert refused.value.reason == "other_session_running"


@pytest.mark.faults("P1")
def test_what_a_supervisor_let_expire_stays_expired(centre: Centre) -> None:
    centre.take()
    key = "2026-11-24-morning"
    centre.office.change_session(SITE, key, SessionChange(state="closed", waiting="expire"), SUPERVISOR)
    reopen(centre, key)
    assert centre.state("1001") == "expired"


@pytest.mark.faults("P1")
def test_after_a_clock_is_confirmed_back_what_it_closed_ahead_is_taken_back_in_one_press(hall: Held) -> None:  # noqa: F811
    code = hall.take()["code"]
    hall.machine.leap(hours=7)
    again = started(hall)
    again.beat()
    assert again.office.ticket(code)["state"] == "expired"
    hall.machine.leap(hours=-7)
    again.beat()
    again.office.confirm_clock(SUPERVISOR)
    assert [s["state"] for s in again.office.sessions(SITE)] == ["closed", "open"]
    assert [s["id"] for s in again.office.take_back(SITE, SUPERVISOR)] == [MORNING, "2026-11-23-afternoon"]
    assert [s["state"] for s in again.office.sessions(SITE)] == ["open", "upcoming"]
    assert again.office.ticket(code)["state"] == "waiting"
    assert again.take()["number"] == "1002"
    with pytest.raises(Conflict):
        again.office.take_back(SITE, SUPERVISOR)
    hall.machine.pass_(hours=5)
    again.beat()
    assert [s["state"] for s in again.office.sessions(SITE)] == ["closed", "open"]
    again.close()
    assert check(again.path) == []


@pytest.mark.faults("P1")
def test_tickets_of_a_day_that_ended_too_early_wait_again(hall: Held) -> None:  # noqa: F811
    hall.take()
    hall.machine.leap(days=1)
    hall.beat()
    hall.office.confirm_clock(SUPERVISOR)
    hall.machine.leap(days=-1)
    hall.beat()
    hall.office.confirm_clock(SUPERVISOR)
    assert hall.state("1001") == "expired"
    hall.office.take_back(SITE, SUPERVISOR)
    assert waiting(hall) == ["1001"]
    hall.open()
    assert hall.next()["number"] == "1001"  # type: ignore[index]
    hall.close()
    assert check(hall.path) == []


@pytest.mark.faults("P1")
def test_a_patch_of_one_session_puts_back_all_that_stand_ahead(hall: Held) -> None:  # noqa: F811
    hall.take()
    hall.machine.leap(hours=7)
    again = started(hall)
    hall.machine.leap(hours=-7)
    again.beat()
    again.office.confirm_clock(SUPERVISOR)
    assert reopen(again)["state"] == "open"
    assert [s["state"] for s in again.office.sessions(SITE)] == ["open", "upcoming"]
    assert waiting(again) == ["1001"]
