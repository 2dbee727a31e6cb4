"""Taking a number: series, keys, refusals."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.kit import HANOI, KIOSK, OFFICER, SITE, SUPERVISOR, Centre, small_site, uncapped
from ticketing.errors import CapReached, Forbidden, Invalid, SessionClosed, TooManyDossiers, Unknown
from ticketing.rules.orders import TicketOrder
from ticketing.rules.people import CITIZEN
from ticketing.rules.sessions import SessionChange


def test_each_field_has_a_series_of_its_own_that_starts_at_one(centre: Centre) -> None:
    assert [centre.take("HT")["number"], centre.take("CT")["number"], centre.take("HT")["number"]] == [
        "1001", "2001", "1002",
    ]  # fmt: skip


def test_a_sensitive_field_gets_the_neutral_series_and_name(centre: Centre) -> None:
    ticket = centre.take(procedure="1.001699")
    assert (ticket["number"], ticket["field_name"], ticket["procedure_name"]) == (
        "8001",
        "Lĩnh vực xã hội",
        "",
    )


def test_services_have_prefixes_of_their_own(centre: Centre) -> None:
    numbers = [centre.take(service=service)["number"] for service in ("result", "help", "postal_handover")]
    assert numbers == ["7001", "9001", "0001"]


def test_after_999_a_series_goes_on_with_four_digits(centre: Centre) -> None:
    centre.office.apply_site(uncapped(centre.office.site(SITE)))
    centre.clock.set("2026-11-24T08:00")
    today = centre.clock.now().date()
    centre.store.write((), lambda tx: [tx.tickets.next_serial(SITE, today, "1") for _ in range(999)])
    assert centre.take("HT")["number"] == "11000"


def test_a_number_is_not_given_again_after_a_cancellation(centre: Centre) -> None:
    centre.office.give_up(centre.take()["code"])
    assert centre.take()["number"] == "1002"


def test_a_new_day_starts_again_at_one(centre: Centre) -> None:
    centre.take()
    centre.clock.set("2026-11-24T08:00")
    assert centre.take()["number"] == "1001"


def test_the_same_key_gives_the_same_ticket_and_changes_nothing(centre: Centre) -> None:
    first = centre.take(key="tap-1")
    seq = centre.seq()
    again, created = centre.office.take_ticket(SITE, TicketOrder(field="CT", dossiers=3), KIOSK, key="tap-1")
    assert (again["code"], created, centre.seq()) == (first["code"], False, seq)


def test_a_key_belongs_to_its_token_and_its_day(centre: Centre) -> None:
    first = centre.take(key="k")
    other = centre.take(key="k", actor=OFFICER)
    assert other["code"] != first["code"]
    centre.clock.set("2026-11-24T08:00")
    assert centre.take(key="k")["code"] not in (first["code"], other["code"])


def test_a_refusal_is_not_remembered(centre: Centre) -> None:
    centre.clock.set("2026-11-23T06:59")
    with pytest.raises(SessionClosed):
        centre.take(key="k")
    centre.clock.set("2026-11-23T07:00")
    assert centre.take(key="k")["number"] == "1001"


@pytest.mark.parametrize(
    ("order", "error"),
    [
        (TicketOrder(), Invalid),
        (TicketOrder(field="XX"), Unknown),
        (TicketOrder(procedure="9.999999"), Unknown),
        (TicketOrder(field="CT", procedure="1.001193"), Invalid),
        (TicketOrder(service="gift"), Invalid),
        (TicketOrder(field="HT", dossiers=0), Invalid),
        (TicketOrder(field="HT", dossiers=6), TooManyDossiers),
        (TicketOrder(field="HT", priority="famous"), Invalid),
        (TicketOrder(field="HT", applicant="crowd"), Invalid),
        (TicketOrder(field="HT", exception="please"), Forbidden),
    ],
)
def test_a_bad_order_is_refused_and_changes_nothing(
    centre: Centre, order: TicketOrder, error: type[Exception]
) -> None:
    centre.office.follow_clock()
    seq = centre.seq()
    with pytest.raises(error):
        centre.office.take_ticket(SITE, order, KIOSK)
    assert centre.seq() == seq
    assert centre.take()["number"] == "1001"


def test_a_procedure_is_found_by_its_long_code_and_gives_its_field(centre: Centre) -> None:
    ticket = centre.take(procedure="2.000815.000.00.00.H55.02")
    assert (ticket["procedure"], ticket["field"], ticket["number"]) == ("2.000815", "CT", "2001")


def test_a_postman_hands_over_more_than_a_citizen_may(centre: Centre) -> None:
    assert centre.take(service="postal_handover", dossiers=120)["dossiers"] == 120
    assert centre.session()["issued"] == 0


def test_help_is_given_before_after_and_above_everything_but_not_on_a_day_off(centre: Centre) -> None:
    for at in ("2026-11-23T05:00", "2026-11-23T08:00", "2026-11-23T12:00", "2026-11-23T20:00"):
        centre.clock.set(at)
        assert centre.take(service="help")["service"] == "help"
    centre.clock.set("2026-11-29T08:00")
    with pytest.raises(SessionClosed):
        centre.take(service="help")


def test_help_is_given_while_the_session_is_paused(centre: Centre) -> None:
    centre.office.change_session(SITE, "2026-11-23-morning", SessionChange(state="paused"), SUPERVISOR)
    with pytest.raises(SessionClosed) as refused:
        centre.take()
    assert refused.value.reason == "paused"
    assert centre.take(service="help")["number"] == "9001"


def test_priority_is_seen_by_staff_only(centre: Centre) -> None:
    ticket = centre.take(priority="elderly")
    assert "priority" not in ticket
    assert "priority" not in centre.office.ticket(ticket["code"])
    assert centre.take(priority="elderly", actor=OFFICER)["priority"] == "elderly"


def test_only_who_holds_the_code_sees_the_ticket(centre: Centre) -> None:
    with pytest.raises(Unknown) as refused:
        centre.office.ticket("guess")
    assert refused.value.code == "unknown_ticket"


def test_giving_up_twice_is_a_conflict_and_gives_back_once(centre: Centre) -> None:
    code = centre.take(dossiers=3)["code"]
    assert centre.office.give_up(code)["state"] == "cancelled"
    with pytest.raises(Exception, match="wrong_state"):
        centre.office.give_up(code)
    assert centre.session()["issued"] == 0


def test_an_exception_is_journaled_with_its_reason(centre: Centre) -> None:
    centre.office.take_ticket(SITE, TicketOrder(field="HT", exception="cannot go online"), SUPERVISOR)
    assert centre.office.journal(SITE)[-1]["data"]["exception"] == "cannot go online"


def test_the_journal_never_holds_a_code(centre: Centre) -> None:
    ticket = centre.take()
    assert ticket["code"] not in str(centre.office.journal(SITE))
    assert centre.office.journal(SITE)[-1]["actor"] == KIOSK.id


def test_codes_are_forgotten_in_the_night(centre: Centre) -> None:
    code = centre.take()["code"]
    centre.clock.set("2026-11-24T04:00")
    with pytest.raises(Unknown):
        centre.office.ticket(code)


def test_a_site_that_is_not_there_is_refused(centre: Centre) -> None:
    with pytest.raises(Unknown) as refused:
        centre.office.take_ticket("nowhere", TicketOrder(field="HT"), KIOSK)
    assert refused.value.code == "unknown_site"


def test_the_refusal_says_how_many_are_left_and_when_the_next_session_issues(centre: Centre) -> None:
    centre.take("HT", 5)
    centre.take("CT", 3)
    with pytest.raises(CapReached) as refused:
        centre.take("HT", 5)
    assert refused.value.details["remaining"] == 2
    opens = refused.value.details["next_session"].session.issuing_from
    assert opens.astimezone(HANOI).isoformat() == "2026-11-23T13:00:00+07:00"
    assert CITIZEN.role == "citizen"


def test_a_field_without_a_neutral_series_keeps_its_own(centre: Centre) -> None:
    centre.office.apply_site(replace(small_site(), neutral=None))
    assert centre.take("BT")["number"] == "6001"
