"""The postal service: what a visit sends by post, a postman's pile, corrections as rows, and the list they make."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.kit import MONDAY, OFFICER, SITE, SUPERVISOR, Centre, ManualClock, small_site, uncapped
from ticketing.errors import CapReached, Conflict, Invalid, TicketingError, Unknown
from ticketing.events import JournalLine, PostalCorrected, StepUndone, TicketFinished, TicketTaken
from ticketing.rules import post
from ticketing.rules.people import Actor
from ticketing.rules.post import PostalOrder, PostalRow

POSTMAN_DESK = Actor("officer:tuan", "officer", SITE, "tuan")
CODES = ("H19.01-261123-0007", "000.00.01.H19-261123-0008", "H19-261123-0009")
TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    centre = Centre(tmp_path / "layso.db", ManualClock(), uncapped(small_site(max_dossiers=50)))
    centre.open(1)
    centre.open(3, POSTMAN_DESK)
    yield centre
    centre.close()


def visit(centre: Centre, taken: int = 1, /, **finish: Any) -> str:
    """A number taken, called and finished at counter 1."""
    number = centre.take(dossiers=taken)["number"]
    centre.next(1)
    centre.office.finish(SITE, 1, OFFICER, **finish)
    return str(number)


def handover(centre: Centre, taken: int, /, **finish: Any) -> str:
    number = centre.take(service="postal_handover", dossiers=taken)["number"]
    centre.next(3, POSTMAN_DESK)
    centre.office.finish(SITE, 3, POSTMAN_DESK, **finish)
    return str(number)


def listed(centre: Centre, first: date = MONDAY, last: date | None = None) -> list[PostalRow]:
    return centre.office.postal_list(SITE, first, last or first)


def told(found: list[PostalRow]) -> list[tuple[str, str, int, str]]:
    return [(row.number, row.form, row.dossiers, row.source) for row in found]


def refused(centre: Centre, key: str, reason: str, **finish: Any) -> None:
    before = centre.seq()
    with pytest.raises(Invalid) as caught:
        centre.office.finish(SITE, 1, OFFICER, **finish)
    assert caught.value.details["errors"] == [{"key": key, "reason": reason}]
    assert centre.seq() == before


# -- at the counter -----------------------------------------------------------------------------------


@pytest.mark.states("DN-30")
def test_the_three_forms_are_three_choices_and_both_counts_in_each(centre: Centre) -> None:
    first = visit(centre, 2, postal="submit")
    second = visit(centre, 1, postal="return")
    third = visit(centre, 3, postal="both")
    visit(centre, 4)
    assert told(listed(centre)) == [
        (first, "submit", 2, "counter"), (second, "return", 1, "counter"),
        (third, "submit", 3, "counter"), (third, "return", 3, "counter"),
    ]  # fmt: skip
    assert post.totals(listed(centre)) == {"submit": 5, "return": 4}


def test_without_codes_all_that_was_received_goes_by_post_with_codes_as_many_as_they_are(centre: Centre) -> None:
    visit(centre, 5, postal="return")
    visit(centre, 5, postal="return", dossiers=4)
    visit(centre, 5, postal="return", dossier_codes=CODES)
    visit(centre, 5, postal="return", dossier_codes=CODES[:1], postal_dossiers=2)
    assert [row.dossiers for row in listed(centre)] == [5, 4, 3, 2]


def test_codes_without_a_postal_choice_are_kept_and_count_nothing(centre: Centre) -> None:
    number = visit(centre, 1, dossier_codes=CODES[:1])
    ticket = centre.row(number)
    assert centre.store.read(lambda view: view.post.dossier_codes([ticket.id])) == {ticket.id: CODES[:1]}
    assert listed(centre) == []


def test_a_postal_choice_that_makes_no_sense_is_refused_and_nothing_happens(centre: Centre) -> None:
    number = centre.take(dossiers=2)["number"]
    centre.next(1)
    refused(centre, "postal", "not_allowed", postal="drone")
    refused(centre, "postal", "required", postal_dossiers=1)
    refused(centre, "postal_dossiers", "too_small", postal="submit", postal_dossiers=0)
    refused(centre, "postal_dossiers", "too_large", postal="submit", postal_dossiers=1001)
    refused(centre, "postal_dossiers", "fewer_than_codes", postal="submit", postal_dossiers=1, dossier_codes=CODES)
    refused(centre, "postal_dossiers", "required", postal="return", dossiers=0)
    assert centre.state(number) == "called"


def test_a_code_is_kept_in_one_writing_and_only_once(centre: Centre) -> None:
    number = centre.take(dossiers=2)["number"]
    centre.next(1)
    refused(centre, "dossier_codes[1]", "repeated", dossier_codes=["H19-261123-0009", " h19-261123-0009\t"])
    for wrong in ("0912345678", "Nguyễn Văn A", "H19-261123-1", "", f"H19-261123-{'1' * 40}", "H19-261123-000\u0667"):
        refused(centre, "dossier_codes[0]", "wrong_form", dossier_codes=[wrong])
    refused(centre, "dossier_codes", "too_long", dossier_codes=[f"H19-261123-{n:05d}" for n in range(1001)])
    centre.office.finish(SITE, 1, OFFICER, postal="both", dossier_codes=["  h19.01-261123-0007\n"])
    ticket = centre.row(number)
    assert centre.store.read(lambda view: view.post.dossier_codes([ticket.id])) == {ticket.id: ("H19.01-261123-0007",)}


def test_finishing_nobody_is_a_conflict_whatever_is_said_of_the_post(centre: Centre) -> None:
    with pytest.raises(Conflict) as caught:
        centre.office.finish(SITE, 1, OFFICER, postal="return")
    assert caught.value.reason == "no_ticket"


def test_an_undo_takes_the_postal_rows_back_and_a_new_finish_counts_alone(centre: Centre) -> None:
    number = visit(centre, 2, postal="both", dossier_codes=CODES[:2])
    centre.office.undo(SITE, 1, OFFICER)
    assert listed(centre) == []
    centre.office.finish(SITE, 1, OFFICER, postal="submit", dossier_codes=CODES[:1])
    assert told(listed(centre)) == [(number, "submit", 1, "counter")]
    ticket = centre.row(number)
    assert centre.store.read(lambda view: view.post.dossier_codes([ticket.id]))[ticket.id].count(CODES[0]) == 1


def test_calling_the_next_ends_a_visit_without_the_post(centre: Centre) -> None:
    centre.take()
    centre.take()
    centre.next(1)
    centre.next(1)
    assert listed(centre) == []


# -- the postman --------------------------------------------------------------------------------------


@pytest.mark.states("TN-15", "DN-30")
def test_a_postmans_pile_is_one_visit_that_counts_as_submission(centre: Centre) -> None:
    number = handover(centre, 312, dossiers=310)
    assert told(listed(centre)) == [(number, "submit", 310, "handover")]
    codes = [f"H19-261123-{n:05d}" for n in range(1000)]
    second = handover(centre, 1000, dossier_codes=codes)
    assert told(listed(centre))[1:] == [(second, "submit", 1000, "handover")]
    ticket = centre.row(second)
    assert centre.store.read(lambda view: view.post.dossier_codes([ticket.id])) == {ticket.id: tuple(codes)}


def test_a_pile_may_take_results_along_or_be_of_results_alone(centre: Centre) -> None:
    first = handover(centre, 20, postal="both")
    second = handover(centre, 7, postal="return")
    assert told(listed(centre)) == [
        (first, "submit", 20, "handover"), (first, "return", 20, "handover"), (second, "return", 7, "handover"),
    ]  # fmt: skip


@pytest.mark.states("TN-15")
def test_hand_overs_have_a_quota_of_their_own(tmp_path: Path) -> None:
    site = small_site()
    site = replace(site, sessions=tuple(replace(s, service_caps={"postal_handover": 50}) for s in site.sessions))
    centre = Centre(tmp_path / "quota.db", ManualClock(), site)
    before = centre.session()["remaining"]
    centre.take(service="postal_handover", dossiers=50)
    with pytest.raises(CapReached) as caught:
        centre.take(service="postal_handover", dossiers=1)
    assert caught.value.details["remaining"] == 0
    assert (centre.session()["remaining"], centre.take()["state"]) == (before, "waiting")
    centre.close()


def test_a_pile_that_nobody_finished_counts_on_its_own_day_as_the_clock_ended_it(centre: Centre) -> None:
    centre.take(service="postal_handover", dossiers=9)
    centre.next(3, POSTMAN_DESK)
    centre.office.start(SITE, 3, POSTMAN_DESK)
    centre.take(service="postal_handover", dossiers=4)
    centre.clock.set("2026-11-24T08:00")
    centre.office.board(SITE)
    assert [(row.day, row.dossiers, row.actor) for row in listed(centre, MONDAY, TUESDAY)] == [(MONDAY, 9, "clock")]


# -- corrections --------------------------------------------------------------------------------------


def correct(centre: Centre, dossiers: int, *, key: str = "", **order: Any) -> dict[str, Any]:
    asked = PostalOrder(**{"day": MONDAY, "form": "submit", "dossiers": dossiers, "reason": "Đếm lại", **order})
    return centre.office.correct_postal(SITE, asked, SUPERVISOR, key)[0]


@pytest.mark.states("DN-28", "DN-29")
def test_a_correction_is_a_new_row_on_the_day_that_it_corrects(centre: Centre) -> None:
    number = visit(centre, 3, postal="submit")
    before = listed(centre)
    centre.clock.set("2026-11-25T09:00")
    after = correct(centre, -1, number=number.lower(), reason="  Một hồ sơ nộp trực tiếp ")
    assert after == {
        "day": "2026-11-23", "form": "submit", "dossiers": -1, "reason": "Một hồ sơ nộp trực tiếp",
        "number": number, "totals": {"submit": 2, "return": 0},
    }  # fmt: skip
    correct(centre, 4, form="return")
    rows = listed(centre)
    assert rows[:1] == before
    assert told(rows[1:]) == [(number, "submit", -1, "correction"), ("", "return", 4, "correction")]
    assert (rows[1].actor, rows[1].at) == (SUPERVISOR.id, centre.clock.now())
    assert rows[1].ticket == before[0].ticket and rows[2].ticket is None
    assert listed(centre, TUESDAY, date(2026, 11, 25)) == []
    line = centre.office.journal(SITE, after=centre.seq() - 1)[0]
    assert line["kind"] == "postal_corrected"
    assert line["data"] == {"day": "2026-11-23", "form": "return", "dossiers": 4, "reason": "Đếm lại"}


@pytest.mark.states("DN-29")
def test_no_correction_takes_the_total_of_a_day_and_form_below_zero(centre: Centre) -> None:
    visit(centre, 3, postal="submit")
    visit(centre, 5, postal="return")
    for wrong in ({"dossiers": -4}, {"dossiers": -6, "form": "return"}):
        with pytest.raises(Invalid) as caught:
            correct(centre, **wrong)
        assert caught.value.details["errors"] == [{"key": "dossiers", "reason": "below_zero"}]
    assert correct(centre, -3)["totals"] == {"submit": 0, "return": 5}
    with pytest.raises(Invalid):
        correct(centre, -1)
    assert post.totals(listed(centre)) == {"submit": 0, "return": 5}


@pytest.mark.parametrize(
    ("order", "key", "reason"),
    [
        ({"day": TUESDAY}, "day", "in_future"),
        ({"day": date(2026, 11, 20)}, "day", "before_data"),
        ({"day": date.max}, "day", "in_future"),
        ({"day": date.min}, "day", "before_data"),
        ({"form": "both"}, "form", "not_allowed"),
        ({"dossiers": 0}, "dossiers", "zero"),
        ({"dossiers": 100_001}, "dossiers", "too_large"),
        ({"dossiers": -100_001}, "dossiers", "too_small"),
        ({"reason": " \n"}, "reason", "required"),
        ({"reason": "x" * 301}, "reason", "too_long"),
    ],
)
def test_a_correction_that_cannot_be_is_refused_and_not_journaled(
    centre: Centre, order: dict[str, Any], key: str, reason: str
) -> None:
    visit(centre, 3, postal="submit")
    before = centre.seq()
    with pytest.raises(Invalid) as caught:
        correct(centre, **{"dossiers": 1, **order})
    assert caught.value.details["errors"] == [{"key": key, "reason": reason}]
    assert centre.seq() == before


def test_a_correction_names_a_number_that_somebody_had_on_that_day(centre: Centre) -> None:
    number = visit(centre, 1, postal="return")
    centre.clock.set("2026-11-24T08:00")
    for wrong in ({"number": "9999"}, {"number": number, "day": TUESDAY}):
        with pytest.raises(Unknown) as caught:
            correct(centre, 1, **wrong)
        assert caught.value.code == "unknown_ticket"
    assert len(listed(centre, MONDAY, TUESDAY)) == 1


def test_a_day_on_paper_between_two_days_with_data_can_be_entered(centre: Centre) -> None:
    centre.clock.set("2026-12-02T08:00")
    assert centre.store.read(lambda view: view.sessions.of_day(SITE, date(2026, 11, 27))) == []
    assert correct(centre, 12, day=date(2026, 11, 27), reason="Mất điện, ghi sổ")["totals"]["submit"] == 12


def test_the_same_key_adds_a_correction_once(centre: Centre) -> None:
    first = correct(centre, 2, key="k")
    assert correct(centre, 2, key="k") == first
    assert [row.dossiers for row in listed(centre)] == [2]


# -- the list -----------------------------------------------------------------------------------------


@pytest.mark.states("DN-28", "DN-29")
def test_the_list_covers_both_ends_of_the_window_and_nothing_beyond(centre: Centre) -> None:
    friday = date(2026, 11, 27)
    for day in range(23, 28):
        centre.clock.set(f"2026-11-{day}T08:00")
        centre.open(1)
        visit(centre, day, postal="submit")
        if day == 25:
            centre.clock.set(f"2026-11-{day}T23:59")
            correct(centre, 1, day=date(2026, 11, 25))
    assert [row.dossiers for row in listed(centre, TUESDAY, date(2026, 11, 26))] == [24, 25, 1, 26]
    assert [row.day.day for row in listed(centre, MONDAY, friday)] == [23, 24, 25, 25, 26, 27]


@pytest.mark.states("DN-29")
def test_the_list_is_the_same_whenever_it_is_folded_from_the_journal(centre: Centre) -> None:
    number = visit(centre, 3, postal="both", dossier_codes=CODES)
    handover(centre, 40)
    visit(centre, 2, postal="submit")
    centre.office.undo(SITE, 1, OFFICER)
    correct(centre, -1, number=number)
    lines = centre.store.read(lambda view: view.journal.lines(SITE, 0, 1000))
    assert post.rows(lines) == listed(centre)
    assert post.totals(listed(centre)) == {"submit": 42, "return": 3}
    assert all(code not in str(line.data) for line in lines for code in CODES)


def line(seq: int, event: Any, ticket: int | None = 1) -> JournalLine:
    at = ManualClock().now() + timedelta(minutes=seq)
    return JournalLine(seq, SITE, at, OFFICER.id, event.kind, ticket, "", None, event.data())


def issued(seq: int, ticket: int = 1, service: str = "submit", day: date = MONDAY) -> JournalLine:
    taken = TicketTaken(
        f"10{ticket:02d}", service, None, None, f"{day}-morning", 1, None, "vi", "kiosk", "default", 1.0
    )
    return line(seq, taken, ticket)


def test_lines_from_before_the_number_was_kept_count_what_was_received() -> None:
    lines = [issued(1), line(2, TicketFinished(1, 4, postal="return", postal_dossiers=0))]
    assert told(post.rows(lines)) == [("1001", "return", 4, "counter")]


def test_rows_come_by_day_and_corrections_stand_where_they_belong() -> None:
    lines = [
        issued(1), issued(2, 2, day=TUESDAY), line(3, TicketFinished(1, 1, postal="submit", postal_dossiers=1), 2),
        line(4, TicketFinished(1, 2, postal="submit", postal_dossiers=2)),
        line(5, PostalCorrected("2026-11-24", "return", 1, "x"), None),
        line(6, PostalCorrected("2026-11-23", "submit", -1, "x", "1001"), None),
        line(7, TicketFinished(1, 5, postal="submit", postal_dossiers=5), 9),
    ]  # fmt: skip
    assert [(row.day, row.seq) for row in post.rows(lines)] == [(MONDAY, 4), (MONDAY, 6), (TUESDAY, 3), (TUESDAY, 5)]
    assert [row.ticket for row in post.rows(lines)] == [1, 1, 2, None]


def test_an_undo_of_an_absence_takes_no_postal_row_of_another_visit_back() -> None:
    lines = [
        issued(1), issued(2, 2), line(3, TicketFinished(1, 2, postal="submit", postal_dossiers=2)),
        line(4, StepUndone("called", 1, 1), 2),
    ]  # fmt: skip
    assert told(post.rows(lines)) == [("1001", "submit", 2, "counter")]


def test_nothing_but_an_error_of_the_catalog_comes_of_any_refusal() -> None:
    for given in (["x"], ["H19-261123-0001"] * 2):
        with pytest.raises(TicketingError):
            post.dossier_codes(given)
