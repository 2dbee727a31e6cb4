"""The held clock over HTTP: who is refused what, who confirms, and what is taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api_kit import AFTERNOON, MORNING, Kit
from tests.test_api_openapi import conforms
from tests.test_clock import Machine
from tests.test_clock import machine as machine
from ticketing.verbs import clock


@pytest.fixture
def kit(tmp_path: Path, machine: Machine) -> Iterator[Kit]:
    with Kit(tmp_path, unserved="expire") as made:
        made.office.clock = machine.clock()
        made.office.follow_clock()
        yield made


@pytest.mark.faults("P1")
def test_new_numbers_are_refused_in_both_languages_while_the_clock_is_held(kit: Kit, machine: Machine) -> None:
    machine.leap(hours=7)
    for role in ("kiosk", "officer", "supervisor"):
        for lang, word in (("vi", "đồng hồ máy chủ"), ("en", "clock of the server")):
            refused = kit.call("POST", "/sites/ward/tickets", role, json={"service": "help"}, lang=lang)
            assert (refused.status_code, refused.json["code"]) == (503, "clock_held")
            assert word in refused.json["detail"]
    conforms(kit.call("GET", "/openapi.json").json, "Problem", refused.json)
    probe = kit.client.get("/readyz")
    assert (probe.status_code, probe.json["clock"]) == (503, "held")
    assert kit.call("GET", "/sites/ward/board").json["clock_held"] is True


@pytest.mark.faults("P1")
def test_no_page_says_that_numbers_are_given_while_the_clock_is_held(kit: Kit, machine: Machine) -> None:
    pages = "/ward/", "/ward/where/", "/ward/where/?field=HT"
    assert all('data-state="open">Đang phát số' in kit.client.get(page).text for page in pages)
    machine.leap(hours=2)
    clock.watch(kit.layso.store, kit.office.clock)
    for page in pages:
        text = kit.client.get(page).text
        assert 'data-state="open"' not in text and 'data-state="paused">Tạm ngưng' in text, page
        assert "Tạm thời chưa cấp số mới." in text


@pytest.mark.faults("P1")
def test_a_supervisor_sees_both_times_confirms_and_takes_back_in_one_press(kit: Kit, machine: Machine) -> None:
    described = kit.call("GET", "/openapi.json").json
    code = kit.take()["code"]
    machine.synchronised = True
    machine.leap(hours=7)
    clock.begin(kit.layso.store, restarted := machine.clock())
    kit.office.clock = restarted
    kit.office.follow_clock()
    assert kit.call("GET", f"/tickets/{code}").json["state"] == "expired"
    machine.leap(hours=-7)
    seen = kit.call("GET", "/sites/ward/clock", "supervisor").json
    conforms(described, "ClockState", seen)
    assert (seen["held"], seen["wall"][11:16], seen["time"][11:16]) == (True, "08:00", "15:00")
    confirmed = kit.call("POST", "/sites/ward/clock/confirm", "supervisor").json
    assert (confirmed["held"], confirmed["sessions"], confirmed["expired"]) == (False, [MORNING, AFTERNOON], 1)
    assert kit.call("POST", "/sites/ward/clock/confirm", "supervisor").json["reason"] == "clock_not_held"
    taken = kit.call("POST", "/sites/ward/clock/take-back", "supervisor", json={"reason": "giờ sai"}).json
    assert (taken["sessions"], taken["expired"]) == ([], 0)
    assert kit.call("GET", f"/tickets/{code}").json["state"] == "waiting"
    again = kit.call("POST", "/sites/ward/clock/take-back", "supervisor")
    assert (again.status_code, again.json["reason"]) == (409, "nothing_to_take_back")


@pytest.mark.faults("P1")
def test_a_session_that_the_clock_closed_is_opened_with_a_reason(kit: Kit, machine: Machine) -> None:
    code = kit.take()["code"]
    machine.pass_(hours=3, minutes=45)
    assert kit.call("GET", f"/tickets/{code}").json["state"] == "expired"
    body = {"state": "open", "reason": "người dân còn chờ"}
    opened = kit.call("PATCH", f"/sites/ward/sessions/{MORNING}", "supervisor", json=body)
    assert (opened.status_code, opened.json["state"]) == (200, "open")
    assert kit.call("GET", f"/tickets/{code}").json["state"] == "waiting"
