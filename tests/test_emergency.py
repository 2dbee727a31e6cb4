"""The emergency stop: everything of a site rests, with a text for everybody, and goes on as it was."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.api_kit import Kit, good, problem, wrong_keys
from tests.kit import HANOI, OFFICER, SITE, SUPERVISOR, Centre, small_site
from tests.test_desk import person
from ticketing.errors import Conflict, Forbidden, Invalid, SessionClosed
from ticketing.events import JournalLine
from ticketing.ports import View
from ticketing.rules.emergency import StopOrder
from ticketing.rules.people import CLI, Actor
from ticketing.rules.replay import Replay, replay
from ticketing.store import check

FIRE = StopOrder("Mời mọi người ra ngoài.", "Please leave the building.", "Diễn tập PCCC", evacuate=True)
POWER = StopOrder("Mất điện.", "", "Mất điện")
BOSS = Actor("officer:boss", "admin", SITE, "boss")


def stop(centre: Centre, order: StopOrder = FIRE, site: str = SITE, actor: Actor = SUPERVISOR) -> dict[str, Any]:
    return centre.office.stop(site, order, actor)


def story(centre: Centre) -> Replay:
    def lines(view: View) -> list[JournalLine]:
        return [line for site in view.journal.heads() for line in view.journal.lines(site, 0, 10_000)]

    return replay(centre.office.store.read(lines))


def stopped(centre: Centre, site: str = SITE) -> Any:
    return centre.store.read(lambda view: view.sites.emergency(site))


def test_a_stopped_site_says_so_on_its_board_in_both_languages(centre: Centre) -> None:
    before = centre.seq()
    answer = stop(centre)
    assert (answer["site"], answer["sites"]) == (SITE, [SITE])
    shown = centre.office.board(SITE)["emergency"]
    assert shown == {
        "text": FIRE.text, "text_vi": FIRE.text, "text_en": FIRE.text_en, "since": "2026-11-23T08:00:00+07:00",
        "evacuate": True,
    }  # fmt: skip
    assert centre.office.board(SITE, "en")["emergency"]["text"] == FIRE.text_en
    assert centre.session()["state"] == "paused"
    assert centre.session("morning")["paused"] is False
    line = centre.office.journal(SITE, after=before)[-1]
    assert (line["kind"], line["actor"], line["data"]) == (
        "emergency_stopped", "officer:ha",
        {"text": FIRE.text, "text_en": FIRE.text_en, "reason": FIRE.reason, "evacuate": True},
    )  # fmt: skip


def test_no_number_is_given_while_stopped_help_included(centre: Centre) -> None:
    stop(centre)
    before = centre.seq()
    for order in ({"field": "HT"}, {"service": "result"}, {"service": "help"}):
        with pytest.raises(SessionClosed) as refused:
            centre.take(**order)
        assert (refused.value.reason, refused.value.details["text"].text) == ("emergency", FIRE.text)
    assert (centre.seq(), centre.session()["issued"]) == (before, 0)


def test_a_key_that_had_a_ticket_leads_to_it_still(centre: Centre) -> None:
    first = centre.take(key="one")
    stop(centre)
    assert centre.take(key="one")["number"] == first["number"]


def test_nobody_is_sent_to_a_counter_but_who_is_there_is_served_to_the_end(centre: Centre) -> None:
    for _ in range(4):
        centre.take()
    centre.open(1)
    centre.next()
    centre.office.hold(SITE, 1, OFFICER)
    centre.next()
    stop(centre)
    before = centre.seq()
    office = centre.office
    calls = (
        lambda: office.call_next(SITE, 1, OFFICER),
        lambda: office.call_next(SITE, 1, OFFICER, previous="no_show"),
        lambda: office.call(SITE, 1, OFFICER, number="1003", reason="x"),
        lambda: office.resume(SITE, 1, OFFICER, number="1001"),
        lambda: office.recall(SITE, 1, OFFICER),
    )
    for call in calls:
        with pytest.raises(Conflict) as refused:
            call()
        assert refused.value.reason == "emergency"
    assert (centre.seq(), centre.state("1002")) == (before, "called")
    office.start(SITE, 1, OFFICER)
    office.finish(SITE, 1, OFFICER)
    assert (centre.state("1002"), centre.state("1003")) == ("done", "waiting")
    with pytest.raises(Conflict) as refused:
        office.call_next(SITE, 1, OFFICER)
    assert refused.value.reason == "emergency"


@pytest.mark.parametrize("verb", ["no_show", "hold", "transfer"])
def test_the_other_ends_of_a_turn_work_too(centre: Centre, verb: str) -> None:
    centre.take()
    centre.open(1)
    centre.next()
    stop(centre)
    more = {"field": "CT"} if verb == "transfer" else {}
    getattr(centre.office, verb)(SITE, 1, OFFICER, **more)
    assert centre.state("1001") == {"no_show": "no_show", "hold": "held", "transfer": "waiting"}[verb]


def test_lifting_brings_everything_back_as_it_was(centre: Centre) -> None:
    centre.take()
    centre.open(1)
    before = centre.office.board(SITE)
    stop(centre)
    centre.clock.pass_(minutes=10)
    lifted = centre.office.lift(SITE, SUPERVISOR, "Hết diễn tập")
    assert (lifted["emergency"], lifted["sites"], stopped(centre)) == (None, [SITE], None)
    after = centre.office.board(SITE)
    for same in ("session", "fields", "services", "counters", "calls", "emergency"):
        assert after[same] == before[same], same
    assert centre.office.journal(SITE, limit=1000)[-1]["data"] == {"reason": "Hết diễn tập"}
    assert centre.take()["number"] == "1002"
    assert centre.next()


def test_a_second_stop_changes_the_text_and_not_the_beginning(centre: Centre) -> None:
    stop(centre)
    centre.clock.pass_(minutes=5)
    seq = centre.seq()
    assert stop(centre)["sites"] == []
    assert centre.seq() == seq
    assert stop(centre, POWER)["emergency"]["text"] == "Mất điện."
    assert centre.office.board(SITE)["emergency"]["since"] == "2026-11-23T08:00:00+07:00"
    assert centre.office.board(SITE, "en")["emergency"]["text"] == "Mất điện."


def test_a_stop_needs_a_text_and_a_reason_and_a_lift_something_to_lift(centre: Centre) -> None:
    before = centre.take() and centre.seq()
    with pytest.raises(Invalid) as invalid:
        stop(centre, StopOrder(" ", "x", " "))
    assert [error["key"] for error in invalid.value.details["errors"]] == ["text", "reason"]
    with pytest.raises(Conflict) as conflict:
        centre.office.lift(SITE, SUPERVISOR, "x")
    assert (conflict.value.reason, centre.seq(), stopped(centre)) == ("no_emergency", before, None)


def test_sessions_open_and_close_by_the_clock_beneath_a_stop(centre: Centre) -> None:
    stop(centre)
    states = {}
    for moment in ("11:10", "12:00", "13:10", "18:00"):
        centre.clock.set(f"2026-11-23T{moment}")
        board = centre.office.board(SITE)
        states[moment] = (board["session"]["name"], board["session"]["state"], bool(board["emergency"]))
    assert states == {
        "11:10": ("morning", "paused", True), "12:00": ("afternoon", "upcoming", True),
        "13:10": ("afternoon", "paused", True), "18:00": ("afternoon", "closed", True),
    }  # fmt: skip
    centre.clock.set("2026-11-24T08:00")
    assert centre.office.board(SITE)["emergency"]["since"] == "2026-11-23T08:00:00+07:00"


def test_the_journal_tells_which_sites_are_stopped_and_check_holds_it_against_the_table(centre: Centre) -> None:
    stop(centre)
    centre.clock.pass_(minutes=1)
    stop(centre, POWER)
    assert story(centre).emergencies == {SITE: stopped(centre)}
    assert check(centre.path) == []
    centre.store.write((), lambda tx: tx.sites.save_emergency(SITE, None))
    assert check(centre.path) == [f"the emergency stop of {SITE} is not what the journal tells"]
    centre.store.write((), lambda tx: tx.sites.save_emergency(SITE, replace(story(centre).emergencies[SITE])))
    centre.office.lift(SITE, SUPERVISOR, "x")
    assert (story(centre).emergencies, check(centre.path)) == ({}, [])


@pytest.fixture
def family(centre: Centre) -> Centre:
    for code in ("xa-a", "xa-b"):
        centre.office.apply_site(small_site(code=code, parent=SITE))
    centre.office.apply_site(small_site(code="xa-la"))
    return centre


def test_a_parents_admin_stops_every_unit_and_lifts_what_he_stopped(family: Centre) -> None:
    everywhere = replace(FIRE, units=True)
    own = Actor("officer:a", "supervisor", "xa-a")
    stop(family, POWER, "xa-a", own)
    assert stop(family, everywhere, actor=BOSS)["sites"] == [SITE, "xa-b"]
    texts = {code: getattr(stopped(family, code), "text", None) for code in (SITE, "xa-a", "xa-b", "xa-la")}
    assert texts == {SITE: FIRE.text, "xa-a": POWER.text, "xa-b": FIRE.text, "xa-la": None}
    assert family.office.journal("xa-b", limit=1000)[-1]["data"]["origin"] == SITE
    assert family.office.lift(SITE, BOSS, "Xong", units=True)["sites"] == [SITE, "xa-b"]
    assert stopped(family, "xa-a").text == POWER.text
    assert stopped(family, "xa-b") is None
    assert check(family.path) == []


def test_who_stops_the_family_is_alone_for_all_of_it_and_each_learns_of_it(
    family: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, alone, told = family.store.write, [], []

    def writing(sites: Any, work: Any) -> Any:
        alone.append(sorted(sites))
        return write(sites, work)

    monkeypatch.setattr(family.store, "write", writing)
    monkeypatch.setattr(family.bus, "publish", told.append)
    stop(family, replace(FIRE, units=True), actor=BOSS)
    assert alone[0] == [SITE, "xa-a", "xa-b"]
    assert set(told) == {SITE, "xa-a", "xa-b"}


def test_nobody_else_stops_the_units_and_then_nothing_is_stopped(family: Centre) -> None:
    before = [family.office.board(code)["seq"] for code in (SITE, "xa-a")]
    for actor in (SUPERVISOR, Actor("officer:x", "admin", "xa-la")):
        with pytest.raises(Forbidden) as refused:
            stop(family, replace(FIRE, units=True), actor=actor)
        assert refused.value.reason == "units"
    assert [family.office.board(code)["seq"] for code in (SITE, "xa-a")] == before
    assert stopped(family) is None


# -- the same over HTTP -------------------------------------------------------------------------------


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    with Kit(tmp_path) as kit:
        yield kit


STOP = {"text": FIRE.text, "text_en": FIRE.text_en, "reason": FIRE.reason, "evacuate": True}


def test_stopping_and_lifting_by_the_api(kit: Kit) -> None:
    waiting = kit.take()
    good(kit.at_counter("open"))
    answer = good(kit.call("POST", "/sites/ward/emergency", "supervisor", json=STOP, lang="en"))
    assert (answer["emergency"]["text"], answer["sites"]) == (FIRE.text_en, ["ward"])
    refused = problem(kit.call("POST", "/sites/ward/tickets", "kiosk", json={"service": "help"}), 409, "session_closed")
    assert (refused["reason"], refused["text"]) == ("emergency", FIRE.text)
    assert FIRE.text in refused["detail"]
    assert problem(kit.at_counter("call-next"), 409, "conflict")["reason"] == "emergency"
    assert good(kit.call("GET", "/sites/ward/board"))["session"]["state"] == "paused"
    assert good(kit.call("GET", f"/tickets/{waiting['code']}"))["emergency"]["text"] == FIRE.text
    assert good(kit.call("GET", "/sites/ward/sessions", "officer"))["items"][0]["state"] == "paused"
    good(kit.call("POST", "/sites/ward/emergency/lift", "supervisor", json={"reason": "Xong"}))
    assert good(kit.call("GET", "/sites/ward/board"))["emergency"] is None
    assert good(kit.call("GET", f"/tickets/{waiting['code']}"))["emergency"] is None
    assert good(kit.at_counter("call-next"))["code"] == waiting["code"]


def test_what_the_api_refuses_of_a_stop(kit: Kit) -> None:
    before = kit.seq()
    path = "/sites/ward/emergency"
    assert wrong_keys(kit.call("POST", path, "supervisor", json={"text": "", "reason": "x"})) == {"text": "too_short"}
    assert wrong_keys(kit.call("POST", path, "supervisor", json={"text": "x"})) == {"reason": "missing"}
    assert wrong_keys(kit.call("POST", f"{path}/lift", "supervisor", json={})) == {"reason": "missing"}
    problem(kit.call("POST", path, "officer", json=STOP), 403, "forbidden")
    problem(kit.call("POST", path, json=STOP), 401, "unauthorized")
    lifted = kit.call("POST", f"{path}/lift", "supervisor", json={"reason": "x"})
    assert problem(lifted, 409, "conflict")["reason"] == "no_emergency"
    assert kit.seq() == before


def test_the_provinces_admin_stops_the_wards_and_its_supervisor_may_not(kit: Kit) -> None:
    boss, deputy = kit.token("admin", "province"), kit.token("supervisor", "province")
    order = {**STOP, "units": True}
    refused = problem(kit.call("POST", "/sites/province/emergency", token=deputy, json=order), 403, "forbidden")
    assert refused["reason"] == "units"
    answer = good(kit.call("POST", "/sites/province/emergency", token=boss, json=order))
    assert sorted(answer["sites"]) == ["other", "province", "ward"]
    for site in ("ward", "other", "province"):
        assert good(kit.call("GET", f"/sites/{site}/board"))["emergency"]["text"] == FIRE.text
    good(kit.call("POST", "/sites/province/emergency/lift", token=boss, json={"reason": "x", "units": True}))
    assert [good(kit.call("GET", f"/sites/{s}/board"))["emergency"] for s in ("ward", "other")] == [None, None]


@pytest.mark.parametrize(("login", "page", "units"), [("boss", "province", 2), ("boss", "ward", 0), ("ha", "ward", 0)])
def test_only_the_parents_admin_is_offered_his_units(kit: Kit, login: str, page: str, units: int) -> None:
    shown = person(kit, login).get(f"/{page}/supervisor/").text
    facts = json.loads(shown.partition('<script type="application/json" id="page">')[2].partition("</script>")[0])
    assert (facts["units"], len(facts["stops"])) == (units, 4)
    assert [bool(each["text"] and each["text_en"]) for each in facts["stops"]] == [True, True, True, False]


def test_the_supervisors_page_tells_of_a_silent_kiosk_while_a_session_runs(kit: Kit) -> None:
    boss = person(kit, "ha")
    seen = kit.accounts.now() - timedelta(minutes=6)
    program = next(t for t in kit.accounts.tokens("ward") if t.role == "kiosk")
    kiosk = kit.accounts.confirm_pairing(kit.accounts.begin_pairing("ward", "kiosk")[0], "Cửa chính", CLI)
    for token in (program, kiosk):
        kit.layso.store.write((), lambda tx, one=token: tx.people.save_token(replace(one, last_seen=seen)))

    def silent() -> list[str]:
        alarms = boss.get("/ward/supervisor/queue.json").json["alarms"]
        return [alarm["name"] for alarm in alarms if alarm["kind"] == "silent_device"]

    same_day = seen.astimezone(HANOI).date() == kit.accounts.now().astimezone(HANOI).date()
    assert silent() == [kiosk.name] * same_day
    kit.clock.set("2026-11-23T20:00")
    assert silent() == []
