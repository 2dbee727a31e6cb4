"""Checklists, difficulties and the waiting room over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.api_kit import AFTERNOON, MORNING, Kit, body, good, problem, wrong_keys
from tests.kit import MONDAY, small_site
from ticketing.rules.policies import CheckItem, Policy

LISTS = f"/sites/ward/sessions/{MORNING}/checklists"
NOTES = f"/sites/ward/sessions/{MORNING}/difficulties"
READY = ["Nước rửa tay đã đủ", "Bàn đo thân nhiệt đã sẵn sàng"]
PLAN = Policy(
    "kh", "Kế hoạch thử", MONDAY, cleaning_after_session=True,
    opening_checklist=(CheckItem(READY[0], "Sanitiser is set out"), CheckItem(READY[1])),
    cleaning_checklist=(CheckItem("Tay nắm cửa"),),
)  # fmt: skip


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    with Kit(tmp_path, max_waiting_in_room=4) as kit:
        kit.office.apply_site(small_site(code="province", level="province", policies=(PLAN,)))
        yield kit


def sign(kit: Kit, role: str = "reception", items: list[str] | None = None, **more: Any) -> Any:
    sent = {"role": role, "items": READY if items is None else items}
    return kit.call("POST", f"{LISTS}/opening", "officer", json=sent, **more)


@pytest.mark.states("DN-13", "DN-15")
def test_an_officer_reads_and_signs_the_lists_of_the_provinces_plan(kit: Kit) -> None:
    found = good(kit.call("GET", LISTS, "officer", lang="en"))["items"]
    assert [(one["checklist"], one["due"], one["open"]) for one in found] == [
        ("opening", True, True), ("cleaning", False, False),
    ]  # fmt: skip
    assert found[0]["items"][0] == {"name": "Sanitiser is set out"}
    signed = good(sign(kit))
    assert (signed["role"], signed["signed_at"], signed["due"]) == ("reception", "2026-11-23T08:00:00+07:00", False)
    assert good(kit.call("GET", LISTS, "supervisor"))["items"][0] == signed


def test_a_list_is_signed_once_and_whole_and_in_its_time(kit: Kit) -> None:
    before = kit.seq()
    assert wrong_keys(sign(kit, items=READY[:1])) == {"items": "not_all_ticked"}
    assert wrong_keys(sign(kit, role="Nguyễn Văn A")) == {"role": "not_allowed"}
    early = kit.call("POST", f"{LISTS}/cleaning", "officer", json={"role": "cleaning", "items": ["Tay nắm cửa"]})
    assert problem(early, 409, "conflict")["reason"] == "checklist_not_now"
    assert kit.seq() == before
    good(sign(kit))
    after = kit.seq()
    assert problem(sign(kit), 409, "conflict")["reason"] == "signed_before"
    assert kit.seq() == after


def test_without_such_a_plan_there_are_no_lists(kit: Kit) -> None:
    kit.office.apply_site(small_site(code="province", level="province"))
    assert good(kit.call("GET", LISTS, "officer"))["items"] == []
    assert problem(sign(kit), 409, "conflict")["reason"] == "no_checklist"


@pytest.mark.parametrize("what", ["checklists", "difficulties"])
def test_a_session_that_is_not_there_is_unknown(kit: Kit, what: str) -> None:
    asked = kit.call("GET", f"/sites/ward/sessions/2026-11-23-night/{what}", "officer")
    problem(asked, 404, "unknown_session")


def test_there_is_no_third_checklist(kit: Kit) -> None:
    problem(kit.call("POST", f"{LISTS}/other", "officer", json={"role": "duty"}), 404, "not_found")


@pytest.mark.states("DN-33")
def test_a_difficulty_is_noted_once_a_key_and_listed(kit: Kit) -> None:
    sent: dict[str, Any] = {"json": {"text": "Mạng chậm"}, "headers": {"Idempotency-Key": "k"}}
    note = good(kit.call("POST", NOTES, "officer", **sent), 201)
    assert good(kit.call("POST", NOTES, "officer", **sent)) == note
    assert good(kit.call("GET", NOTES, "officer"))["items"] == [note]
    assert (note["text"], note["session"], note["session_title"]) == ("Mạng chậm", MORNING, "Buổi sáng")
    assert good(kit.call("GET", f"/sites/ward/sessions/{AFTERNOON}/difficulties", "officer"))["items"] == []


@pytest.mark.states("DN-33")
@pytest.mark.parametrize(
    ("text", "reason"),
    [("", "too_short"), ("  ", "required"), ("x" * 1001, "too_long"), ("a\x00", "control_characters"),
     ("CCCD 079085001234", "personal_number")],
)  # fmt: skip
def test_a_note_with_somebodys_number_or_without_text_is_refused(kit: Kit, text: str, reason: str) -> None:
    before = kit.seq()
    assert wrong_keys(kit.call("POST", NOTES, "officer", json={"text": text})) == {"text": reason}
    assert kit.seq() == before


@pytest.mark.parametrize(("lang", "words"), [("vi", "chưa đủ các mục"), ("en", "every line of the checklist")])
def test_a_refusal_says_what_is_missing_in_the_language_asked_for(kit: Kit, lang: str, words: str) -> None:
    assert words in body(sign(kit, items=[], lang=lang))["detail"]


@pytest.mark.states("DN-01", "TN-17")
def test_everybody_reads_how_full_the_room_is_and_a_ticket_whether_to_wait_outside(kit: Kit) -> None:
    taken = [kit.take() for _ in range(6)]
    assert good(kit.call("GET", "/sites/ward/board"))["room"] == {"present": 6, "max": 4, "full": True, "outside": 2}
    assert [one["wait_outside"] for one in taken] == [False, False, False, False, True, True]
    assert good(kit.call("GET", f"/tickets/{taken[5]['code']}"))["wait_outside"] is True
