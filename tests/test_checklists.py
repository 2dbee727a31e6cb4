"""Checklists of a plan in force, and what officers note of a session."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.kit import MONDAY, OFFICER, SITE, SUPERVISOR, Centre, ManualClock, small_site
from ticketing.errors import Conflict, Invalid, Unknown
from ticketing.rules.notes import clean
from ticketing.rules.policies import CheckItem, Policy
from ticketing.rules.sessions import SessionChange

OPENING = (
    CheckItem("Nước rửa tay sát khuẩn đã đầy đủ", "Hand sanitiser is filled"),
    CheckItem("Bàn đo thân nhiệt đã sẵn sàng", "The temperature desk is ready"),
)
CLEANING = (CheckItem("Lau tay nắm cửa", "Door handles wiped"), CheckItem("Lau sàn nhà", "Floor mopped"))
PLAN = Policy(
    "dong-nai", "Kế hoạch thử", MONDAY, valid_to=date(2026, 11, 24), cleaning_after_session=True,
    opening_checklist=OPENING, cleaning_checklist=CLEANING,
)  # fmt: skip
FRIDAY_AFTERNOON, MORNING, AFTERNOON = "2026-11-20-afternoon", "2026-11-23-morning", "2026-11-23-afternoon"
READY = [item.name for item in OPENING]
CLEAN = [item.name for item in CLEANING]


@pytest.fixture
def centre(tmp_path: Path, clock: ManualClock) -> Iterator[Centre]:
    centre = Centre(tmp_path / "layso.db", clock, small_site(policies=(PLAN,)))
    yield centre
    centre.close()


def lists(centre: Centre) -> dict[tuple[str, str], tuple[bool, bool, str]]:
    """(checklist, session) → due, open, role, as every console hears it."""
    found = centre.office.queue(SITE, None)["checklists"]
    return {(one["checklist"], one["session"]): (one["due"], one["open"], one["role"]) for one in found}


def sign(centre: Centre, checklist: str, session: str, items: list[str], role: str = "reception") -> dict[str, Any]:
    return centre.office.sign_checklist(SITE, session, checklist, role, items, OFFICER)


def refused(centre: Centre, *args: Any) -> str:
    """The reason of a refusal that left no line in the journal."""
    before = centre.seq()
    with pytest.raises(Conflict) as refusal:
        sign(centre, *args)
    assert centre.seq() == before
    return refusal.value.reason


@pytest.mark.states("DN-13", "DN-14")
def test_the_opening_list_is_due_from_the_first_number_on_until_a_role_has_signed_it(
    centre: Centre, clock: ManualClock
) -> None:
    clock.set("2026-11-23T06:45")
    assert lists(centre) == {("opening", MORNING): (False, True, ""), ("opening", AFTERNOON): (False, True, "")}
    clock.set("2026-11-23T07:00")
    assert lists(centre)["opening", MORNING] == (True, True, "")
    signed = sign(centre, "opening", MORNING, READY)
    assert (signed["signed_at"], signed["role"], signed["due"]) == ("2026-11-23T07:00:00+07:00", "reception", False)
    assert [item["name"] for item in signed["items"]] == READY
    assert lists(centre)["opening", MORNING] == (False, False, "reception")
    line = centre.office.journal(SITE, limit=1000)[-1]
    assert (line["kind"], line["session"], line["actor"]) == ("checklist_signed", MORNING, "officer:lan")
    assert line["data"] == {"checklist": "opening", "role": "reception", "items": 2}


@pytest.mark.states("DN-13")
def test_it_can_be_signed_before_the_doors_open_but_not_on_another_day(centre: Centre, clock: ManualClock) -> None:
    clock.set("2026-11-23T06:45")
    sign(centre, "opening", MORNING, READY, "duty")
    clock.set("2026-11-23T07:30")
    assert lists(centre)["opening", MORNING] == (False, False, "duty")
    centre.office.change_session(SITE, "2026-11-24-morning", SessionChange(cap=3), SUPERVISOR)
    assert refused(centre, "opening", "2026-11-24-morning", READY) == "checklist_not_now"


@pytest.mark.states("DN-13", "DN-15")
def test_a_list_that_nobody_signed_stops_neither_numbers_nor_calls(centre: Centre) -> None:
    assert lists(centre)["opening", MORNING][0]
    assert centre.take()["number"] == "1001"
    centre.open(1)
    called = centre.next(1)
    assert called is not None and called["state"] == "called"


@pytest.mark.states("DN-15")
def test_a_session_that_closes_asks_for_cleaning_and_the_next_one_shows_it_until_it_is_signed(
    centre: Centre, clock: ManualClock
) -> None:
    assert ("cleaning", MORNING) not in lists(centre)
    clock.set("2026-11-23T11:30")
    assert lists(centre)["cleaning", MORNING] == (True, True, "")
    clock.set("2026-11-23T13:05")
    assert centre.session()["id"] == AFTERNOON
    assert lists(centre)["cleaning", MORNING] == (True, True, "")
    sign(centre, "cleaning", MORNING, CLEAN, "cleaning")
    assert lists(centre)["cleaning", MORNING] == (False, False, "cleaning")


@pytest.mark.states("DN-15")
def test_the_last_session_of_a_day_is_cleaned_up_after_until_the_next_working_days_first_one_closes(
    centre: Centre, clock: ManualClock
) -> None:
    centre.take()
    clock.set("2026-11-24T06:00")
    assert lists(centre)["cleaning", AFTERNOON] == (True, True, "")
    sign(centre, "cleaning", AFTERNOON, CLEAN, "cleaning")
    assert lists(centre)["cleaning", AFTERNOON] == (False, False, "cleaning")
    clock.set("2026-11-24T12:00")
    assert refused(centre, "cleaning", AFTERNOON, CLEAN) == "signed_before"


@pytest.mark.states("DN-15")
def test_cleaning_that_was_missed_is_not_signed_for_later(centre: Centre, clock: ManualClock) -> None:
    centre.take()
    clock.set("2026-11-23T17:00")
    assert lists(centre)["cleaning", MORNING] == (False, False, "")
    assert lists(centre)["cleaning", AFTERNOON] == (True, True, "")
    assert refused(centre, "cleaning", MORNING, CLEAN) == "checklist_not_now"
    assert refused(centre, "opening", MORNING, READY) == "checklist_not_now"


@pytest.mark.states("DN-15")
def test_a_session_that_was_opened_again_is_cleaned_up_after_again(centre: Centre, clock: ManualClock) -> None:
    for state in ("closed", "open", "closed"):
        centre.office.change_session(SITE, MORNING, SessionChange(state=state, reason="mưa bão"), SUPERVISOR)
        if state == "closed":
            assert lists(centre)["cleaning", MORNING] == (True, True, "")
            sign(centre, "cleaning", MORNING, CLEAN, "cleaning")
        clock.pass_(minutes=5)
    assert centre.kinds().count("checklist_signed") == 2


@pytest.mark.states("DN-13", "DN-15")
@pytest.mark.parametrize("items", [[], READY[:1], ["x", "y"], [READY[0], READY[0]]])
def test_all_lines_have_to_be_ticked(centre: Centre, items: list[str]) -> None:
    before = centre.seq()
    with pytest.raises(Invalid) as refusal:
        sign(centre, "opening", MORNING, items)
    assert refusal.value.details["errors"] == [{"key": "items", "reason": "not_all_ticked"}]
    assert centre.seq() == before


def test_lines_may_be_ticked_in_english_and_in_decomposed_letters(centre: Centre) -> None:
    ticked = [OPENING[0].name_en, unicodedata.normalize("NFD", OPENING[1].name)]
    assert sign(centre, "opening", MORNING, ticked)["signed_at"]


def test_a_list_is_signed_once(centre: Centre) -> None:
    sign(centre, "opening", MORNING, READY)
    assert refused(centre, "opening", MORNING, READY, "duty") == "signed_before"
    assert lists(centre)["opening", MORNING] == (False, False, "reception")


@pytest.mark.parametrize(("checklist", "role"), [("opening", "Nguyễn Thị Lan"), ("opening", ""), ("other", "duty")])
def test_a_role_signs_and_never_a_name(centre: Centre, checklist: str, role: str) -> None:
    before = centre.seq()
    with pytest.raises(Invalid):
        sign(centre, checklist, MORNING, READY, role)
    assert centre.seq() == before


def test_a_session_that_is_not_there_has_no_lists(centre: Centre) -> None:
    with pytest.raises(Unknown):
        centre.office.checklists(SITE, "2026-11-23-night")
    with pytest.raises(Unknown):
        sign(centre, "opening", "2026-11-23-night", READY)


@pytest.mark.states("DN-09", "DN-15")
def test_outside_of_the_plans_days_nothing_is_asked_for(centre: Centre, clock: ManualClock) -> None:
    centre.take()
    clock.set("2026-11-24T17:30")
    assert ("cleaning", "2026-11-24-afternoon") in lists(centre)
    clock.set("2026-11-25T08:00")
    assert lists(centre) == {}
    assert refused(centre, "opening", "2026-11-25-morning", READY) == "no_checklist"


@pytest.mark.states("DN-09", "DN-15")
def test_a_session_before_the_plan_asks_for_no_cleaning(tmp_path: Path, clock: ManualClock) -> None:
    clock.set("2026-11-20T15:00")
    centre = Centre(tmp_path / "friday.db", clock, small_site(policies=(PLAN,)))
    centre.take()
    clock.set("2026-11-23T08:00")
    assert set(lists(centre)) == {("opening", MORNING), ("opening", AFTERNOON)}
    assert centre.office.checklists(SITE, FRIDAY_AFTERNOON) == []
    centre.close()


@pytest.mark.states("DN-15")
def test_cleaning_is_asked_for_only_where_the_plan_says_so(tmp_path: Path, clock: ManualClock) -> None:
    plan = replace(PLAN, cleaning_after_session=False, opening_checklist=())
    centre = Centre(tmp_path / "none.db", clock, small_site(policies=(plan,)))
    clock.set("2026-11-23T12:00")
    assert lists(centre) == {}
    assert refused(centre, "cleaning", MORNING, CLEAN) == "no_checklist"
    centre.close()


def test_a_day_is_looked_up_with_what_was_signed_then(centre: Centre, clock: ManualClock) -> None:
    sign(centre, "opening", MORNING, READY)
    clock.set("2026-11-24T12:00")
    found = {one["checklist"]: one for one in centre.office.checklists(SITE, MORNING, "en")}
    assert found["opening"]["role"] == "reception" and found["opening"]["items"][0]["name"] == OPENING[0].name_en
    assert (found["cleaning"]["signed_at"], found["cleaning"]["due"], found["cleaning"]["open"]) == (None, False, False)


# -- difficulties -------------------------------------------------------------------------------------


@pytest.mark.states("DN-33")
def test_a_difficulty_is_noted_with_its_session_and_listed_there(centre: Centre, clock: ManualClock) -> None:
    centre.office.note_difficulty(SITE, MORNING, "  Mạng chậm từ 7:30 đến 8:00.\nPhải nhập tay. ", OFFICER)
    clock.set("2026-11-23T14:00")
    centre.office.note_difficulty(SITE, AFTERNOON, "Thiếu mẫu đơn.", SUPERVISOR)
    (note,) = centre.office.difficulties(SITE, MORNING)
    assert (note["text"], note["session"], note["at"], note["actor"]) == (
        "Mạng chậm từ 7:30 đến 8:00.\nPhải nhập tay.", MORNING, "2026-11-23T08:00:00+07:00", "officer:lan",
    )  # fmt: skip
    assert [one["text"] for one in centre.office.difficulties(SITE, AFTERNOON)] == ["Thiếu mẫu đơn."]
    assert centre.office.queue(SITE, None)["difficulties"] == {MORNING: 1, AFTERNOON: 1}
    assert centre.kinds().count("difficulty_noted") == 2


@pytest.mark.states("DN-33")
def test_the_same_key_notes_once(centre: Centre) -> None:
    note, created = centre.office.note_difficulty(SITE, MORNING, "Máy in kẹt giấy", OFFICER, key="k")
    again, repeated = centre.office.note_difficulty(SITE, MORNING, "Máy in kẹt giấy", OFFICER, key="k")
    assert (created, repeated) == (True, False) and again == note
    assert len(centre.office.difficulties(SITE, MORNING)) == 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "required"), (" \n ", "required"), ("x" * 1001, "too_long"), ("a\x00b", "control_characters"),
        ("a\x1b[31m", "control_characters"), ("a\x85b", "control_characters"),
        ("Gọi 0912345678", "personal_number"), ("Gọi 0912 345 678", "personal_number"),
        ("Gọi 0912.34.56.78", "personal_number"), ("Gọi +84 912 345 678", "personal_number"),
        ("CCCD 079085001234", "personal_number"), ("CCCD 079 085 001 234", "personal_number"),
        ("CMND 272123456", "personal_number"), ("Mã H19.1-261123-0007", "personal_number"),
        ("Mã 000.00.01.H19-200330-0007", "personal_number"), ("Số 0790850012345678", "personal_number"),
    ],
)  # fmt: skip
def test_an_empty_or_endless_note_and_anybodys_number_are_refused(centre: Centre, text: str, reason: str) -> None:
    before = centre.seq()
    with pytest.raises(Invalid) as refusal:
        centre.office.note_difficulty(SITE, MORNING, text, OFFICER)
    assert refusal.value.details["errors"] == [{"key": "text", "reason": reason}]
    assert centre.seq() == before


@pytest.mark.parametrize(
    "text",
    [
        "x" * 1000, "Từ 30/3/2020 đến 29/4/2020, 07:30–11:30", "Quyết định 2132 ngày 02.10.2019",
        "TTHC 1.001193.000.00.00.H19 quá tải", "Tổng đài 0251-1022 bận", "60 hồ sơ, 12 phút mỗi hồ sơ",
        "Ca 07.30 11.30 13.30", "Số 1001 vắng, số 1002 chờ", "Bưu điện nhận 1.500 hồ sơ",
    ],
)  # fmt: skip
def test_dates_times_decisions_and_amounts_are_no_persons_numbers(text: str) -> None:
    assert clean(text) == text


def test_a_note_is_kept_composed(centre: Centre) -> None:
    typed = unicodedata.normalize("NFD", "Thiếu nước sát khuẩn")
    note, _ = centre.office.note_difficulty(SITE, MORNING, typed, OFFICER)
    assert note["text"] == "Thiếu nước sát khuẩn"


def test_a_note_belongs_to_a_session_that_is_there(centre: Centre) -> None:
    with pytest.raises(Unknown):
        centre.office.note_difficulty(SITE, "2026-11-23-night", "Mất điện", OFFICER)
    with pytest.raises(Unknown):
        centre.office.difficulties(SITE, "")
