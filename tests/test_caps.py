"""Caps count dossiers, per session; the lower remainder binds."""

from __future__ import annotations

import pytest

from tests.kit import KIOSK, OFFICER, SITE, SUPERVISOR, Centre
from ticketing.errors import CapReached, Conflict, Invalid, SessionClosed, Unknown
from ticketing.rules.orders import TicketOrder
from ticketing.rules.sessions import SessionChange

MORNING = "2026-11-23-morning"


def change(centre: Centre, key: str = MORNING, **changes: object) -> dict:
    return centre.office.change_session(SITE, key, SessionChange(**changes), SUPERVISOR)  # type: ignore[arg-type]


def remaining(centre: Centre, field: str) -> int | None:
    return next(f["remaining"] for f in centre.office.board(SITE)["fields"] if f["code"] == field)


def test_the_field_cap_binds_before_the_sessions(centre: Centre) -> None:
    centre.take("CT", 3)
    with pytest.raises(CapReached) as refused:
        centre.take("CT", 2)
    assert (refused.value.details["remaining"], refused.value.details["cap"]) == (1, 4)
    assert (remaining(centre, "CT"), remaining(centre, "HT")) == (1, 7)


def test_the_sessions_cap_binds_before_the_fields(centre: Centre) -> None:
    centre.take("HT", 5)
    centre.take("HT", 4)
    assert remaining(centre, "CT") == 1
    with pytest.raises(CapReached):
        centre.take("CT", 2)
    assert centre.take("CT", 1)["number"] == "2001"
    assert centre.session()["state"] == "full"


def test_results_and_help_do_not_count_against_the_dossier_cap(centre: Centre) -> None:
    centre.take(service="result", dossiers=3)
    centre.take(service="help")
    assert (centre.session()["issued"], centre.session()["remaining"]) == (0, 10)
    with pytest.raises(CapReached) as refused:
        centre.take(service="result")
    assert refused.value.details["remaining"] == 0


def test_without_a_cap_there_is_no_remainder_and_no_end(centre: Centre) -> None:
    change(centre, cap=None, field_caps={"CT": None})
    for _ in range(30):
        centre.take("CT", 5)
    assert (centre.session()["cap"], centre.session()["remaining"], centre.session()["issued"]) == (
        None,
        None,
        150,
    )


def test_a_cancelled_ticket_gives_back_until_the_cut_off(centre: Centre) -> None:
    early, late = centre.take("CT", 2), centre.take("CT", 2)
    centre.office.give_up(early["code"])
    assert (remaining(centre, "CT"), centre.session()["issued"]) == (2, 2)
    centre.clock.set("2026-11-23T11:00")
    centre.office.give_up(late["code"])
    assert centre.session()["issued"] == 2
    assert centre.office.journal(SITE)[-1]["data"] == {"gave_back": False}


def test_an_absent_ticket_gives_back_and_a_returning_citizen_may_stand_above_the_cap(centre: Centre) -> None:
    centre.take("HT", 5)
    centre.open(1)
    number = centre.next()["number"]  # type: ignore[index]
    centre.office.no_show(SITE, 1, OFFICER)
    assert centre.session()["issued"] == 0
    centre.take("HT", 5)
    centre.take("HT", 5)
    assert centre.session()["remaining"] == 0
    centre.office.requeue(SITE, number, OFFICER)
    assert (centre.session()["issued"], centre.session()["remaining"]) == (15, 0)


def test_what_was_really_received_is_counted_even_above_the_cap(centre: Centre) -> None:
    centre.take("HT", 5)
    centre.take("HT", 5)
    centre.open(1)
    centre.next()
    assert centre.office.finish(SITE, 1, OFFICER, dossiers=7)["dossiers"] == 7
    assert (centre.session()["issued"], centre.session()["remaining"]) == (12, 0)


def test_a_transfer_takes_nothing_from_another_fields_cap(centre: Centre) -> None:
    centre.take("HT", 2)
    centre.open(1)
    centre.next()
    centre.office.transfer(SITE, 1, OFFICER, field="CT")
    assert (remaining(centre, "CT"), centre.session()["issued"]) == (4, 2)


def test_raising_a_cap_lets_the_next_citizen_in(centre: Centre) -> None:
    centre.take("CT", 4)
    change(centre, field_caps={"CT": 6}, reason="one more officer came")
    assert centre.take("CT", 2)["number"] == "2002"
    line = next(x for x in centre.office.journal(SITE, limit=1000) if x["kind"] == "caps_changed")
    assert line["data"]["before"]["field_caps"] == {"CT": 4}
    assert line["data"]["after"]["field_caps"] == {"CT": 6}
    assert (line["actor"], line["data"]["reason"]) == (SUPERVISOR.id, "one more officer came")


def test_lowering_a_cap_takes_no_ticket_away(centre: Centre) -> None:
    centre.take("HT", 5)
    assert change(centre, cap=3)["remaining"] == 0
    assert (centre.session()["issued"], centre.state("1001")) == (5, "waiting")
    with pytest.raises(CapReached):
        centre.take("HT")


def test_an_edit_leaves_alone_what_it_does_not_name(centre: Centre) -> None:
    changed = change(centre, service_caps={"help": 9})
    assert (changed["cap"], changed["field_caps"]["CT"]) == (10, 4)
    assert (changed["service_caps"]["result"], changed["service_caps"]["help"]) == (3, 9)


def test_a_later_day_can_be_changed_before_it_comes(centre: Centre) -> None:
    change(centre, "2026-11-25-morning", cap=1)
    centre.clock.set("2026-11-25T08:00")
    centre.take("HT")
    with pytest.raises(CapReached):
        centre.take("HT")
    assert centre.session("afternoon")["cap"] == 10


@pytest.mark.parametrize(
    "key", ["2026-11-23-evening", "2026-11-29-morning", "not-a-day-at-all", "2026-11-20-morning"]
)
def test_a_session_that_no_day_has_is_unknown(centre: Centre, key: str) -> None:
    with pytest.raises(Unknown) as refused:
        change(centre, key, cap=5)
    assert refused.value.code == "unknown_session"


def test_a_session_of_a_past_day_is_not_changed(centre: Centre) -> None:
    centre.take()
    centre.clock.set("2026-11-24T08:00")
    with pytest.raises(Conflict):
        change(centre, MORNING, cap=5)


@pytest.mark.parametrize(
    "changes", [{"cap": -1}, {"cap": 1_000_001}, {"service_caps": {"xx": 1}}, {"waiting": "expire"}]
)
def test_a_senseless_change_is_refused_whole(centre: Centre, changes: dict) -> None:
    with pytest.raises(Invalid):
        change(centre, field_caps={"CT": 1}, **changes)
    assert remaining(centre, "CT") == 4


def test_pausing_and_opening_again(centre: Centre) -> None:
    assert change(centre, state="paused", reason="power")["state"] == "paused"
    with pytest.raises(SessionClosed):
        centre.take()
    assert change(centre, state="open")["state"] == "open"
    assert centre.take()["number"] == "1001"


def test_closing_with_expiry_ends_the_waiting_and_gives_back(centre: Centre) -> None:
    code = centre.take("HT", 2)["code"]
    assert change(centre, state="closed", waiting="expire")["issued"] == 0
    assert centre.office.ticket(code)["state"] == "expired"
    assert centre.session()["id"] == "2026-11-23-afternoon"


def test_closing_with_carry_over_takes_room_in_the_next_session(centre: Centre) -> None:
    code = centre.take("CT", 3)["code"]
    change(centre, state="closed", waiting="carry_over")
    assert centre.office.ticket(code)["session"] == "2026-11-23-afternoon"
    centre.clock.set("2026-11-23T13:00")
    assert centre.session("morning")["issued"] == 3
    assert (centre.session()["carried"], centre.session()["remaining"], remaining(centre, "CT")) == (3, 7, 1)
    with pytest.raises(CapReached):
        centre.take("CT", 2)
    centre.office.give_up(code)
    assert (centre.session()["carried"], remaining(centre, "CT")) == (0, 4)


def test_the_last_session_of_a_day_carries_nothing_over(centre: Centre) -> None:
    centre.clock.set("2026-11-23T14:00")
    code = centre.take()["code"]
    with pytest.raises(Conflict) as refused:
        change(centre, "2026-11-23-afternoon", state="closed", waiting="carry_over")
    assert refused.value.reason == "no_later_session"
    assert (centre.session()["state"], centre.office.ticket(code)["state"]) == ("open", "waiting")


def test_a_session_closed_early_can_be_opened_again_until_its_time_is_over(centre: Centre) -> None:
    change(centre, state="closed")
    assert change(centre, state="open")["state"] == "open"
    change(centre, state="closed")
    centre.clock.set("2026-11-23T11:10")
    assert change(centre, state="open")["state"] == "cut_off"
    change(centre, state="closed")
    centre.clock.set("2026-11-23T11:30")
    with pytest.raises(Conflict):
        change(centre, state="open")


def test_a_session_can_be_opened_before_its_time_but_never_beside_another(centre: Centre) -> None:
    with pytest.raises(Conflict) as refused:
        change(centre, "2026-11-23-afternoon", state="open")
    assert refused.value.reason == "other_session_running"
    change(centre, state="closed")
    assert change(centre, "2026-11-23-afternoon", state="open")["state"] == "open"
    ticket, _ = centre.office.take_ticket(SITE, TicketOrder(field="HT"), KIOSK)
    assert ticket["session"] == "2026-11-23-afternoon"
