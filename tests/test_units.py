"""The province's page: its supervisors see every unit, its administrators also change their sessions."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.api_kit import MORNING, Kit, good
from tests.test_desk import PASSWORD, Person
from ticketing.answers.alarms import Alarm
from ticketing.desk.alarm_words import ALARMS
from ticketing.desk.units import alarm_line
from ticketing.rules.people import CLI

UNITS = "/province/supervisor/units"


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kit]:
    with Kit(tmp_path_factory.mktemp("units"), name_en="Ward One") as kit:
        yield kit


def signed_in(kit: Kit, site: str, role: str) -> Person:
    login = f"{role}.{site}"
    if not any(one.login == login for one in kit.accounts.officers(site)):
        kit.accounts.add_officer(site, login, role, PASSWORD, CLI)
    someone = Person(kit)
    assert someone.sign_in(login).status_code == 303
    return someone


@pytest.fixture(scope="module")
def head(kit: Kit) -> Person:
    return signed_in(kit, "province", "supervisor")


def tile(page: str, unit: str) -> str:
    found = re.search(rf'data-unit="{unit}".*?</li>', page, re.DOTALL)
    assert found
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", found[0]))


def test_the_heads_supervisor_sees_every_unit_and_what_is_to_be_looked_at(kit: Kit, head: Person) -> None:
    kit.take(dossiers=2)
    page = head.get(UNITS).text
    assert set(re.findall(r'data-unit="(\w+)"', page)) == {"ward", "other"}
    assert re.search(r"Giving numbers.* 8 · 1 · –", tile(page, "ward")) and " 10 · 0 · –" in tile(page, "other")
    assert re.search(r"Civil status.*no open counter", page)
    kit.clock.set("2026-11-23T08:45")
    assert "has waited 45 min" in head.get(f"{UNITS}/ward").text
    assert 'href="/province/supervisor/units"' in head.get("/province/supervisor/").text
    assert head.get(f"{UNITS}/province").status_code == head.get(f"{UNITS}/nowhere").status_code == 404


def test_whoever_is_not_of_the_head_sees_none_of_it(kit: Kit) -> None:
    assert signed_in(kit, "province", "officer").get(UNITS).status_code == 403
    assert signed_in(kit, "ward", "admin").get(UNITS).status_code == 403
    ward = signed_in(kit, "ward", "supervisor")
    assert ward.get("/ward/supervisor/units/other").status_code == 404
    assert "supervisor/units" not in ward.get("/ward/supervisor/").text
    assert Person(kit).get(UNITS).status_code == 303


def test_the_heads_supervisor_changes_nothing_and_reads_neither_people_nor_journal(kit: Kit, head: Person) -> None:
    before = kit.seq()
    assert "<form" not in head.get(f"{UNITS}/ward").text.split("<main")[1]
    assert head.post(f"{UNITS}/ward/sessions/{MORNING}", cap="5", reason="x").status_code == 403
    for page in ("", "journal", "officers", "devices", "config/"):
        assert head.get(f"/ward/supervisor/{page}").status_code == 403
    assert kit.seq() == before
    token = kit.token("supervisor", "province")
    good(kit.call("GET", "/sites/ward/reports/daily", token=token))
    assert kit.call("GET", "/sites/ward/journal", token=token).status_code == 403


def test_the_heads_admin_changes_a_units_session_with_a_reason(kit: Kit) -> None:
    boss = signed_in(kit, "province", "admin")
    kit.clock.set("2026-11-23T09:00")
    assert boss.post(f"{UNITS}/other/sessions/{MORNING}", cap="4", state="paused", reason="flood").status_code == 303
    session = good(kit.call("GET", "/sites/other/board"))["session"]
    assert (session["cap"], session["state"]) == (4, "paused")
    lines = kit.office.journal("other", limit=1000)
    told = [one["data"]["reason"] for one in lines if one["kind"] in ("caps_changed", "session_paused")]
    assert told == ["flood", "flood"]
    assert "has been changed" in boss.get(f"{UNITS}/other").text
    for wrong in ({"cap": "4"}, {"cap": "-1", "reason": "x"}, {"state": "full", "reason": "x"}):
        before = kit.seq("other")
        assert boss.post(f"{UNITS}/other/sessions/{MORNING}", **wrong).status_code == 303
        assert "banner--bad" in boss.get(f"{UNITS}/other").text and kit.seq("other") == before
    assert boss.post(f"{UNITS}/other/sessions/{MORNING}", cap="", state="open", reason="dry").status_code == 303
    session = good(kit.call("GET", "/sites/other/board"))["session"]
    assert (session["cap"], session["state"]) == (None, "open")


def test_every_alarm_has_a_sentence_on_the_page(kit: Kit) -> None:
    kinds = [name for name in ALARMS if name.startswith("alarm_") and not name.endswith(("_many", "_each"))]
    with kit.app.test_request_context():
        for name in kinds:
            whole = Alarm(
                kind=name.removeprefix("alarm_"), name="x", counter=1, number="1001", waiting=2, for_s=61, goal_s=60,
                usual_s=60, numbers=3, state="offline", at="2026-11-23T08:00:00+07:00",
            )  # fmt: skip
            assert "%(" not in alarm_line(whole)
