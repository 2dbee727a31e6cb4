"""What officers do at a counter."""

from __future__ import annotations

from typing import Any

import pytest

from tests.kit import OFFICER, OTHER_OFFICER, SITE, Centre, uncapped
from ticketing.errors import Conflict, CounterClosed, Invalid, TooEarly, Unknown


@pytest.fixture
def hall(centre: Centre) -> Centre:
    """No caps, counters 1 and 2 open."""
    centre.office.apply_site(uncapped(centre.office.site(SITE)))
    centre.clock.set("2026-11-24T08:00")
    centre.open(1)
    centre.open(2, OTHER_OFFICER)
    return centre


def refused(centre: Centre, error: type[Exception], verb: Any, *args: Any, **kwargs: Any) -> Any:
    """The refusal of a verb, which must have changed nothing."""
    seq = centre.seq()
    with pytest.raises(error) as caught:
        verb(SITE, *args, **kwargs)
    assert centre.seq() == seq
    return caught.value


def test_first_come_first_served_across_a_counters_fields(hall: Centre) -> None:
    for field in ("HT", "CT", "HT"):
        hall.take(field)
    assert [hall.next()["number"] for _ in range(3)] == ["1001", "2001", "1002"]  # type: ignore[index]
    assert hall.next() is None


def test_calling_next_ends_the_one_before(hall: Centre) -> None:
    hall.take()
    hall.take()
    hall.next()
    hall.next()
    assert (hall.state("1001"), hall.state("1002")) == ("done", "called")
    hall.next(previous="no_show")
    assert hall.state("1002") == "no_show"


def test_a_ticket_that_is_served_cannot_be_absent(hall: Centre) -> None:
    hall.take()
    hall.next()
    hall.office.start(SITE, 1, OFFICER)
    refused(hall, Conflict, hall.office.no_show, 1, OFFICER)
    refused(hall, Conflict, hall.office.call_next, 1, OFFICER, previous="no_show")
    assert hall.state("1001") == "serving"


def test_an_expectation_that_is_no_longer_true_is_a_conflict(hall: Centre) -> None:
    hall.take()
    hall.take()
    hall.next(expect=None)
    conflict = refused(hall, Conflict, hall.office.call_next, 1, OFFICER, expect=None)
    assert (conflict.reason, conflict.details["number"]) == ("expect", "1001")
    refused(hall, Conflict, hall.office.finish, 1, OFFICER, expect="1002")
    assert hall.office.finish(SITE, 1, OFFICER, expect="1001")["state"] == "done"


def test_a_repeated_key_calls_once(hall: Centre) -> None:
    hall.take()
    hall.take()
    first = hall.next(key="press-1")
    again = hall.next(key="press-1")
    assert first and again and first["number"] == again["number"]
    assert hall.state("1002") == "waiting"
    assert hall.next(2, OTHER_OFFICER, key="press-1")["number"] == "1002"  # type: ignore[index]


def test_a_repeated_key_for_nobody_stays_nobody(hall: Centre) -> None:
    assert hall.next(key="k") is None
    hall.take()
    assert hall.next(key="k") is None
    assert hall.next(key="k2") is not None


def test_priorities_go_first_but_at_most_two_in_a_row_while_others_wait(hall: Centre) -> None:
    for special in (None, None, None, "elderly", "elderly", "elderly", "elderly"):
        hall.take(priority=special)
    called = [hall.next()["number"] for _ in range(7)]  # type: ignore[index]
    assert called == ["1004", "1005", "1001", "1006", "1007", "1002", "1003"]


def test_the_row_of_priorities_is_the_halls_not_the_counters(hall: Centre) -> None:
    for special in (None, "elderly", "elderly", "elderly"):
        hall.take(priority=special)
    assert hall.next(1)["number"] == "1002"  # type: ignore[index]
    assert hall.next(2, OTHER_OFFICER)["number"] == "1003"  # type: ignore[index]
    assert hall.next(1)["number"] == "1001"  # type: ignore[index]


def test_strict_priority_lets_all_of_them_go_first(hall: Centre) -> None:
    from dataclasses import replace

    hall.office.apply_site(replace(hall.office.site(SITE), priority_rule="strict"))
    for special in (None, "elderly", "elderly", "elderly"):
        hall.take(priority=special)
    assert [hall.next()["number"] for _ in range(4)] == ["1002", "1003", "1004", "1001"]  # type: ignore[index]


def test_a_counter_calls_only_what_it_was_opened_for(hall: Centre) -> None:
    hall.take("CT")
    hall.take(service="result")
    hall.open(1, fields=["HT"], services=[])
    assert hall.next() is None
    hall.open(1, fields=[], services=["result"])
    assert hall.next()["number"] == "7001"  # type: ignore[index]


def test_a_recall_waits_its_gap_and_there_are_three_calls(hall: Centre) -> None:
    hall.take()
    hall.next()
    hall.clock.pass_(seconds=29)
    early = refused(hall, TooEarly, hall.office.recall, 1, OFFICER)
    assert early.details == {"retry_after": 1}
    hall.clock.pass_(seconds=1)
    assert hall.office.recall(SITE, 1, OFFICER)["calls"] == 2
    hall.clock.pass_(seconds=30)
    assert hall.office.recall(SITE, 1, OFFICER)["calls"] == 3
    hall.clock.pass_(seconds=30)
    assert refused(hall, Conflict, hall.office.recall, 1, OFFICER).reason == "calls_used"
    call = hall.office.board(SITE)["calls"][0]
    assert (call["number"], call["counter"], call["times"], call["call_id"]) == ("1001", 1, 3, 3)
    assert len(hall.office.board(SITE)["calls"]) == 1


def test_an_absent_citizen_comes_back_after_the_next_three_once(hall: Centre) -> None:
    for _ in range(6):
        hall.take()
    hall.next()
    hall.office.no_show(SITE, 1, OFFICER)
    assert hall.office.requeue(SITE, "1001", OFFICER, reason="came back")["ahead"] == 3
    assert [hall.next()["number"] for _ in range(4)] == ["1002", "1003", "1004", "1001"]  # type: ignore[index]
    hall.office.no_show(SITE, 1, OFFICER)
    assert refused(hall, Conflict, hall.office.requeue, "1001", OFFICER).reason == "returned_before"
    assert hall.office.resume(SITE, 1, OFFICER, number="1001")["state"] == "called"


def test_a_returning_citizen_joins_a_short_queue_at_its_end(hall: Centre) -> None:
    for _ in range(3):
        hall.take()
    hall.next()
    hall.office.no_show(SITE, 1, OFFICER)
    hall.office.requeue(SITE, "1001", OFFICER)
    hall.take()
    order = [hall.next()["number"] for _ in range(4)]  # type: ignore[index]
    assert order == ["1002", "1003", "1001", "1004"]


def test_people_who_return_to_a_short_queue_are_called_as_they_returned(hall: Centre) -> None:
    for _ in range(3):
        hall.take()
    for _ in range(3):
        hall.next(previous="no_show")
    hall.office.no_show(SITE, 1, OFFICER)
    for number in ("1003", "1001", "1002"):
        hall.office.requeue(SITE, number, OFFICER)
    hall.take()
    assert [hall.next()["number"] for _ in range(4)] == ["1003", "1001", "1002", "1004"]  # type: ignore[index]


def test_a_held_ticket_keeps_its_place_and_comes_back(hall: Centre) -> None:
    hall.take()
    hall.take()
    hall.next()
    held = hall.office.hold(SITE, 1, OFFICER, reason="a copy is missing")
    assert (held["state"], held["counter"]) == ("held", None)
    assert hall.next()["number"] == "1002"  # type: ignore[index]
    refused(hall, Conflict, hall.office.resume, 1, OFFICER, number="1001")
    hall.office.finish(SITE, 1, OFFICER)
    back = hall.office.resume(SITE, 1, OFFICER, number="1001")
    assert (back["state"], back["counter"], back["calls"]) == ("called", 1, 1)
    hall.office.hold(SITE, 1, OFFICER)
    hall.take()
    hall.office.requeue(SITE, "1001", OFFICER)
    assert hall.next()["number"] == "1001"  # type: ignore[index]


def test_a_transfer_keeps_the_number_and_changes_the_queue(hall: Centre) -> None:
    hall.take("HT")
    hall.next()
    moved = hall.office.transfer(SITE, 1, OFFICER, field="BT")
    assert (moved["number"], moved["state"], moved["field"]) == ("1001", "waiting", "BT")
    assert hall.next(2, OTHER_OFFICER) is None
    assert hall.next(1)["number"] == "1001"  # type: ignore[index]


def test_a_ticket_sent_to_a_counter_is_called_there_only(hall: Centre) -> None:
    hall.take("HT")
    hall.next()
    hall.office.transfer(SITE, 1, OFFICER, to_counter=2)
    assert hall.next(1) is None
    assert hall.next(2, OTHER_OFFICER)["number"] == "1001"  # type: ignore[index]


def test_a_transfer_names_one_place_that_is_there(hall: Centre) -> None:
    hall.take()
    hall.next()
    refused(hall, Invalid, hall.office.transfer, 1, OFFICER)
    refused(hall, Invalid, hall.office.transfer, 1, OFFICER, field="CT", to_counter=2)
    refused(hall, Unknown, hall.office.transfer, 1, OFFICER, field="XX")
    refused(hall, Unknown, hall.office.transfer, 1, OFFICER, to_counter=9)
    assert hall.state("1001") == "called"


def test_a_number_out_of_turn_needs_a_reason_which_is_journaled(hall: Centre) -> None:
    hall.take()
    hall.take()
    refused(hall, Invalid, hall.office.call, 1, OFFICER, number="1002")
    assert hall.office.call(SITE, 1, OFFICER, number="1002", reason="unwell")["number"] == "1002"
    line = hall.office.journal(SITE, limit=1000)[-1]
    assert (line["data"]["turn"], line["data"]["reason"]) == ("out_of_turn", "unwell")
    refused(hall, Conflict, hall.office.call, 2, OTHER_OFFICER, number="1002", reason="mine")


@pytest.mark.faults("U12")
def test_the_one_whose_turn_it_is_is_called_without_a_reason_and_in_turn(hall: Centre) -> None:
    for special in (None, "elderly"):
        hall.take(priority=special)
    assert refused(hall, Invalid, hall.office.call, 1, OFFICER, number="1001").details["errors"][0]["key"] == "reason"
    assert hall.office.call(SITE, 1, OFFICER, number="1002")["number"] == "1002"
    assert hall.office.journal(SITE, after=hall.seq() - 1)[0]["data"] == {"counter": 1, "turn": "next"}


def test_the_last_finish_can_be_taken_back_once_within_two_minutes(hall: Centre) -> None:
    hall.take(dossiers=2)
    hall.next()
    hall.office.start(SITE, 1, OFFICER)
    hall.office.finish(SITE, 1, OFFICER, dossiers=5)
    hall.clock.pass_(seconds=120)
    back = hall.office.undo(SITE, 1, OFFICER)
    assert (back["state"], back["dossiers"], hall.session()["issued"]) == ("serving", 2, 2)
    refused(hall, Conflict, hall.office.undo, 1, OFFICER)
    hall.office.finish(SITE, 1, OFFICER)
    hall.clock.pass_(seconds=121)
    assert refused(hall, Conflict, hall.office.undo, 1, OFFICER).reason == "nothing_to_undo"


def test_an_absence_taken_back_counts_its_dossiers_again(hall: Centre) -> None:
    hall.take(dossiers=3)
    hall.next()
    hall.office.no_show(SITE, 1, OFFICER)
    assert hall.session()["issued"] == 0
    assert hall.office.undo(SITE, 1, OFFICER)["state"] == "called"
    assert hall.session()["issued"] == 3


def test_nothing_is_taken_back_under_the_next_citizen(hall: Centre) -> None:
    hall.take()
    hall.take()
    hall.next()
    hall.next()
    assert refused(hall, Conflict, hall.office.undo, 1, OFFICER).reason == "counter_busy"


def test_a_ticket_put_back_by_somebody_else_is_not_undone(hall: Centre) -> None:
    hall.take()
    hall.next()
    hall.office.no_show(SITE, 1, OFFICER)
    hall.office.requeue(SITE, "1001", OTHER_OFFICER)
    assert refused(hall, Conflict, hall.office.undo, 1, OFFICER).reason == "nothing_to_undo"


def test_a_counter_belongs_to_who_sits_there(hall: Centre) -> None:
    hall.take()
    taken = refused(hall, Conflict, hall.office.open_counter, 1, OTHER_OFFICER)
    assert (taken.reason, taken.details["holder"]) == ("counter_taken", "lan")
    assert refused(hall, Conflict, hall.office.call_next, 1, OTHER_OFFICER).reason == "not_holder"
    hall.open(1, OTHER_OFFICER, takeover=True)
    assert refused(hall, Conflict, hall.office.call_next, 1, OFFICER).reason == "not_holder"
    assert hall.next(1, OTHER_OFFICER)["number"] == "1001"  # type: ignore[index]


def test_a_paused_or_closed_counter_calls_nobody(hall: Centre) -> None:
    hall.take()
    paused = hall.office.pause_counter(SITE, 1, OFFICER, reason="lunch")
    assert (paused["state"], paused["reason"]) == ("paused", "lunch")
    refused(hall, CounterClosed, hall.office.call_next, 1, OFFICER)
    hall.open(1)
    hall.next()
    assert refused(hall, Conflict, hall.office.close_counter, 1, OFFICER).reason == "counter_busy"
    hall.office.finish(SITE, 1, OFFICER)
    assert hall.office.close_counter(SITE, 1, OFFICER)["state"] == "closed"
    refused(hall, CounterClosed, hall.office.call_next, 1, OFFICER)


def test_a_paused_counter_still_ends_the_visit_that_is_there(hall: Centre) -> None:
    hall.take()
    hall.next()
    hall.office.pause_counter(SITE, 1, OFFICER)
    assert hall.office.start(SITE, 1, OFFICER)["state"] == "serving"
    assert hall.office.finish(SITE, 1, OFFICER)["state"] == "done"
    assert hall.office.close_counter(SITE, 1, OFFICER)["state"] == "closed"


def test_a_held_ticket_shows_why_until_it_is_called_again(hall: Centre) -> None:
    hall.take(applicant="organisation")
    hall.next()
    hall.office.hold(SITE, 1, OFFICER, reason="a copy is missing")
    (held,) = hall.office.queue(SITE, 1)["held"]
    assert (held["reason"], held["applicant"]) == ("a copy is missing", "organisation")
    hall.office.resume(SITE, 1, OFFICER, number="1001")
    assert hall.row("1001").reason == ""


def test_a_counter_or_a_field_that_is_not_there_is_unknown(hall: Centre) -> None:
    assert refused(hall, Unknown, hall.office.call_next, 99, OFFICER).code == "unknown_counter"
    assert refused(hall, Unknown, hall.office.open_counter, 1, OFFICER, fields=["XX"]).code == "unknown_field"
    refused(hall, Invalid, hall.office.open_counter, 1, OFFICER, services=["submit"])
    assert refused(hall, Unknown, hall.office.requeue, "1999", OFFICER).code == "unknown_ticket"


def test_verbs_on_an_empty_counter_are_conflicts(hall: Centre) -> None:
    office = hall.office
    for verb in (office.recall, office.start, office.finish, office.no_show, office.hold):
        assert refused(hall, Conflict, verb, 1, OFFICER).reason == "no_ticket"


def test_an_officer_cancels_a_waiting_number_with_a_reason(hall: Centre) -> None:
    hall.take()
    assert hall.office.cancel(SITE, "1001", OFFICER, reason="asked for it")["state"] == "cancelled"
    assert hall.office.journal(SITE, limit=1000)[-1]["data"]["reason"] == "asked for it"
    assert hall.next() is None


def test_dossier_codes_are_kept_apart_from_the_journal(hall: Centre) -> None:
    hall.take()
    hall.next()
    code = "000.00.01.H19-200330-0007"
    hall.office.finish(SITE, 1, OFFICER, postal="return", dossier_codes=[code])
    line = hall.office.journal(SITE, limit=1000)[-1]
    assert code not in str(line)
    assert (line["data"]["postal"], line["data"]["postal_dossiers"]) == ("return", 1)
