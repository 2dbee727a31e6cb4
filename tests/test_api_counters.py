from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api_kit import AFTERNOON, MORNING, Kit, good, problem, wrong_keys


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    with Kit(tmp_path) as kit:
        good(kit.at_counter("open"))
        yield kit


def test_a_visit_from_call_to_finish(kit: Kit) -> None:
    code = kit.take(dossiers=2)["code"]
    called = good(kit.at_counter("call-next", expect=None))
    assert (called["number"], called["state"], called["counter"]) == ("1001", "called", 1)
    assert good(kit.at_counter("start", expect="1001"))["state"] == "serving"
    done = good(kit.at_counter("finish", dossiers=1, postal="return", dossier_codes=["H19.01-261123-0007"]))
    assert (done["state"], done["dossiers"]) == ("done", 1)
    assert kit.state(code) == "done"
    assert "H19.01" not in kit.call("GET", "/sites/ward/journal", "supervisor").text


def test_nobody_waits_is_204_without_a_body(kit: Kit) -> None:
    before = kit.seq()
    answer = kit.at_counter("call-next")
    assert (answer.status_code, answer.data) == (204, b"")
    assert "Content-Type" not in answer.headers
    assert kit.seq() == before


def test_the_previous_ticket_ends_as_it_is_told(kit: Kit) -> None:
    first, second = kit.take()["code"], kit.take()["code"]
    kit.at_counter("call-next")
    assert good(kit.at_counter("call-next", previous="no_show"))["number"] == "1002"
    kit.at_counter("call-next")
    assert (kit.state(first), kit.state(second)) == ("no_show", "done")


def test_a_screen_that_is_behind_changes_nothing(kit: Kit) -> None:
    kit.take()
    kit.take()
    kit.at_counter("call-next")
    before = kit.seq()
    for verb in ("call-next", "recall", "start", "finish", "no-show", "hold"):
        for seen in (None, "1002"):
            refused = problem(kit.at_counter(verb, expect=seen), 409, "conflict")
            assert (refused["reason"], refused["number"]) == ("expect", "1001")
    assert kit.seq() == before


def test_a_repeated_verb_with_the_same_key_acts_once(kit: Kit) -> None:
    kit.take()
    kit.take()
    path, key = "/sites/ward/counters/1/call-next", {"Idempotency-Key": "tap-1"}
    first = good(kit.call("POST", path, "officer", json={}, headers=key))
    before = kit.seq()
    again = good(kit.call("POST", path, "officer", json={}, headers=key))
    assert (first["number"], again["number"], kit.seq()) == ("1001", "1001", before)


def test_hold_resume_transfer_requeue_cancel_and_undo(kit: Kit) -> None:
    held = kit.take()["code"]
    kit.at_counter("call-next")
    assert good(kit.at_counter("hold", reason="Thiếu giấy tờ"))["state"] == "held"
    assert good(kit.at_counter("resume", number="1001"))["state"] == "called"
    moved = good(kit.at_counter("transfer", field="CT"))
    assert (moved["number"], moved["state"], moved["field"]) == ("1001", "waiting", "CT")
    good(kit.at_counter("call-next"))
    assert good(kit.at_counter("no-show"))["state"] == "no_show"
    assert good(kit.at_counter("undo"))["state"] == "called"
    good(kit.at_counter("no-show"))
    assert good(kit.call("POST", "/sites/ward/tickets/1001/requeue", "officer", json={"reason": "Đã quay lại"}))
    assert kit.state(held) == "waiting"
    gone = good(kit.call("POST", "/sites/ward/tickets/1001/cancel", "officer", json={"reason": "Xin về"}))
    assert (gone["state"], kit.state(held)) == ("cancelled", "cancelled")


def test_a_call_out_of_turn_needs_a_reason_and_is_journaled(kit: Kit) -> None:
    kit.take()
    kit.take()
    before = kit.seq()
    assert wrong_keys(kit.at_counter("call", number="1002")) == {"reason": "required"}
    assert kit.seq() == before
    assert good(kit.at_counter("call", number="1002", reason="Ốm nặng"))["number"] == "1002"
    called = [line for line in kit.office.journal("ward", after=before) if line["kind"] == "ticket_called"]
    assert [line["data"]["reason"] for line in called] == ["Ốm nặng"]


def test_a_number_unknown_in_a_body_is_422_and_in_a_path_404(kit: Kit) -> None:
    problem(kit.at_counter("call", number="1999", reason="x"), 422, "unknown_ticket")
    problem(kit.at_counter("resume", number="1999"), 422, "unknown_ticket")
    problem(kit.call("POST", "/sites/ward/tickets/1999/cancel", "officer", json={}), 404, "unknown_ticket")


def test_a_recall_before_its_gap_is_too_early_and_says_how_long(kit: Kit) -> None:
    kit.take()
    kit.at_counter("call-next")
    kit.clock.pass_(seconds=10)
    refused = kit.at_counter("recall")
    assert problem(refused, 409, "too_early")["retry_after"] == 20
    assert "20" in (refused.json or {})["detail"]
    kit.clock.pass_(seconds=20)
    assert good(kit.at_counter("recall"))["calls"] == 2


def test_a_counter_that_isnt_there_or_isnt_a_number_is_unknown(kit: Kit) -> None:
    for counter in ("99", "0", "-1", "01", "one", "1.0", "9" * 30, "١"):
        answer = kit.call("POST", f"/sites/ward/counters/{counter}/call-next", "officer", json={})
        problem(answer, 404, "unknown_counter")


def test_a_closed_counter_calls_nobody(kit: Kit) -> None:
    code = kit.take()["code"]
    assert good(kit.at_counter("close"))["state"] == "closed"
    problem(kit.at_counter("call-next"), 409, "counter_closed")
    assert kit.state(code) == "waiting"


def test_a_counter_of_another_officer_is_taken_over_only_when_told(kit: Kit) -> None:
    refused = problem(kit.at_counter("open", "supervisor"), 409, "conflict")
    assert (refused["reason"], refused["holder"]) == ("counter_taken", "officer of ward")
    assert good(kit.at_counter("open", "supervisor", takeover=True))["holder_name"] == "supervisor of ward"
    problem(kit.at_counter("call-next", "officer"), 409, "conflict")


def test_a_paused_counter_says_why(kit: Kit) -> None:
    paused = good(kit.at_counter("pause", reason="Họp ngắn"))
    assert (paused["counter"], paused["state"], paused["reason"]) == (1, "paused", "Họp ngắn")


def test_a_counter_opens_for_the_fields_it_is_given(kit: Kit) -> None:
    opened = good(kit.at_counter("open", counter=2, fields=["BT"], services=["help"]))
    assert (opened["fields"], opened["services"]) == (["BT"], ["help"])
    problem(kit.at_counter("open", counter=2, fields=["XX"]), 422, "unknown_field")
    assert wrong_keys(kit.at_counter("open", counter=2, services=["xx"])) == {"services": "unknown"}


def test_a_session_is_patched_key_by_key(kit: Kit) -> None:
    def patch(**change: object) -> dict[str, object]:
        return good(kit.call("PATCH", f"/sites/ward/sessions/{MORNING}", "supervisor", json=change))

    assert patch(field_caps={"HT": 7})["cap"] == 10
    merged = patch(field_caps={"CT": None}, service_caps={"help": 2})["field_caps"]
    assert merged == {"HT": 7, "CT": None, "BT": None}
    assert patch(cap=None)["remaining"] is None
    assert patch(cap=0, reason="Mất điện")["remaining"] == 0
    assert patch(state="paused")["state"] == "paused"
    before = kit.seq()
    assert patch()["state"] == "paused"
    assert kit.seq() == before


def test_closing_carries_over_and_a_later_day_can_be_changed(kit: Kit) -> None:
    code = kit.take()["code"]
    path = f"/sites/ward/sessions/{MORNING}"
    closed = good(kit.call("PATCH", path, "supervisor", json={"state": "closed", "waiting": "carry_over"}))
    assert (closed["state"], kit.office.ticket(code)["session"]) == ("closed", AFTERNOON)
    later = "/sites/ward/sessions/2026-11-26-morning"
    assert good(kit.call("PATCH", later, "supervisor", json={"cap": 1_000_000}))["cap"] == 1_000_000
    for gone in ("2026-11-23-night", "x", "2026-11-29-morning"):
        problem(
            kit.call("PATCH", f"/sites/ward/sessions/{gone}", "supervisor", json={"cap": 1}), 404, "unknown_session"
        )


def test_caps_out_of_range_are_refused(kit: Kit) -> None:
    before = kit.seq()
    path = f"/sites/ward/sessions/{MORNING}"
    for change, wrong in (
        ({"cap": -1}, {"cap": "too_small"}),
        ({"cap": 1_000_001}, {"cap": "too_large"}),
        ({"cap": 1.5}, {"cap": "wrong_type"}),
        ({"field_caps": {"HT": -1}}, {"field_caps[...]": "too_small"}),
        ({"state": "full"}, {"state": "not_allowed"}),
        ({"waiting": "expire"}, {"waiting": "only_when_closing"}),
    ):
        assert wrong_keys(kit.call("PATCH", path, "supervisor", json=change)) == wrong
    assert kit.seq() == before


def test_who_waits_is_listed_as_the_counter_will_call_them_a_few_at_a_time(kit: Kit) -> None:
    plain = [kit.take()["number"] for _ in range(4)]
    special = kit.take("officer", priority="elderly")["number"]
    foreign = kit.take(service="postal_handover")["number"]
    waiting = "/sites/ward/waiting"
    first = good(kit.call("GET", f"{waiting}?counter=1&limit=2", "officer"))
    assert ([line["number"] for line in first["items"]], first["next"]) == ([special, plain[0]], 2)
    rest = good(kit.call("GET", f"{waiting}?counter=1&skip=2", "officer"))
    assert ([line["number"] for line in rest["items"]], "next" in rest) == (plain[1:], False)
    assert [kit.at_counter("call-next").json["number"] for _ in range(2)] == [special, plain[0]]
    everybody = good(kit.call("GET", waiting, "officer"))
    assert [line["number"] for line in everybody["items"]] == [*plain[1:], foreign]
    problem(kit.call("GET", f"{waiting}?counter=9", "officer"), 422, "unknown_counter")
    problem(kit.call("GET", waiting), 401, "unauthorized")
    problem(kit.call("GET", waiting, "kiosk"), 403, "forbidden")
