"""What screens are told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.kit import KIOSK, OFFICER, OTHER_OFFICER, SITE, SUPERVISOR, Centre, no_holidays, uncapped
from tests.office_kit import Clerk
from ticketing.answers.board import encoded
from ticketing.answers.console import FIRST_SHOWN
from ticketing.office import Office
from ticketing.profiles import profile_path, read_sites, vietnam_holidays
from ticketing.rules import sessions
from ticketing.rules.orders import TicketOrder
from ticketing.rules.people import Actor
from ticketing.rules.sessions import SessionChange
from ticketing.rules.sites import CalendarDay, Notice
from ticketing.store.reading import QueuesReader, TicketsReader


def test_the_board_has_what_the_contract_names(centre: Centre) -> None:
    board = centre.office.board(SITE)
    assert set(board) == {
        "site", "epoch", "seq", "time", "rehearsal", "session", "next_session", "fields", "services", "counters",
        "calls", "notices", "emergency", "policy", "room", "clock_held", "ledger",
    }  # fmt: skip
    assert board["time"] == "2026-11-23T08:00:00+07:00"
    assert (board["session"]["cap"], board["session"]["remaining"], board["session"]["state"]) == (10, 10, "open")


def test_the_sequence_grows_with_every_change_of_the_site_alone(centre: Centre) -> None:
    centre.office.apply_site(replace(centre.office.site(SITE), code="khac"))
    before = centre.office.board(SITE)["seq"]
    centre.office.take_ticket("khac", TicketOrder(field="HT"), Actor("token:9", "kiosk", "khac"))
    assert centre.office.board(SITE)["seq"] == before
    centre.take()
    assert centre.office.board(SITE)["seq"] > before


def test_counts_follow_the_tickets(centre: Centre) -> None:
    for _ in range(4):
        centre.take()
    centre.open(1)
    centre.open(2, OTHER_OFFICER)
    centre.next(1)
    centre.next(1, previous="no_show")
    centre.next(2, OTHER_OFFICER)
    centre.office.start(SITE, 2, OTHER_OFFICER)
    session = centre.session()
    counts = {name: session[name] for name in ("waiting", "called", "serving", "done", "no_show")}
    assert counts == {"waiting": 1, "called": 1, "serving": 1, "done": 0, "no_show": 1}
    counters = {c["counter"]: (c["state"], c["ticket"]) for c in centre.office.board(SITE)["counters"]}
    assert counters == {1: ("open", "1002"), 2: ("open", "1003"), 3: ("closed", None)}


def test_sensitive_names_are_for_staff_only(centre: Centre) -> None:
    centre.take("BT")
    centre.open(1)
    assert "Bảo trợ" not in str(centre.office.board(SITE))
    assert centre.office.queue(SITE, 1)["waiting"][0]["field_name"] == "Bảo trợ xã hội"
    field = next(f for f in centre.office.board(SITE)["fields"] if f["code"] == "BT")
    assert (field["name"], field["prefix"]) == ("Lĩnh vực xã hội", "8")


def test_no_board_tells_of_a_priority(centre: Centre) -> None:
    centre.take(priority="elderly")
    assert "elderly" not in str(centre.office.board(SITE))
    assert centre.office.queue(SITE, None)["waiting"][0]["priority_name"] == "Người cao tuổi"


def test_names_come_in_the_language_asked_for(centre: Centre) -> None:
    board = centre.office.board(SITE, "en")
    assert (board["session"]["title"], board["fields"][0]["name"]) == ("Morning", "Civil status")
    assert centre.office.sites("en")[0]["name"] == "Trial centre"


def test_an_alarm_tells_of_a_queue_that_nobody_calls(centre: Centre) -> None:
    def told() -> list[str]:
        return [a["name"] for a in centre.office.queue(SITE, None)["alarms"] if a["kind"] == "no_counter"]

    centre.take("BT")
    centre.take(service="help")
    assert told() == ["Bảo trợ xã hội", "Hướng dẫn"]
    centre.open(1, services=[])
    assert told() == ["Hướng dẫn"]
    centre.office.pause_counter(SITE, 1, OFFICER)
    assert len(told()) == 2


def test_a_counters_queue_lists_its_own_and_what_was_sent_to_it(centre: Centre) -> None:
    centre.take("HT")
    centre.take("CT")
    centre.open(1, fields=["HT"], services=[])
    centre.open(2, OTHER_OFFICER, fields=["CT"], services=[])
    assert [t["number"] for t in centre.office.queue(SITE, 1)["waiting"]] == ["1001"]
    centre.next(1)
    centre.office.transfer(SITE, 1, OFFICER, to_counter=2)
    assert [t["number"] for t in centre.office.queue(SITE, 2)["waiting"]] == ["1001", "2001"]
    assert centre.office.queue(SITE, 1)["waiting"] == []


def test_the_officer_sees_when_a_recall_is_due_and_what_can_be_undone(centre: Centre) -> None:
    centre.take()
    centre.open(1)
    centre.next()
    queue = centre.office.queue(SITE, 1)
    assert queue["ticket"]["recall_at"] == "2026-11-23T08:00:30+07:00"
    centre.office.finish(SITE, 1, OFFICER)
    queue = centre.office.queue(SITE, 1)
    assert (queue["ticket"], queue["counter"]["undo_until"]) == (None, "2026-11-23T08:02:00+07:00")


def test_positions_agree_with_each_tickets_own_answer(centre: Centre) -> None:
    codes = [centre.take(priority=p)["code"] for p in (None, "elderly", None, "elderly", None)]
    places = centre.office.positions(SITE)
    for code in codes:
        ticket = centre.office.ticket(code)
        assert places[code] == (ticket["ahead"], ticket["expected_at"])


def test_ahead_is_nothing_at_a_counter_and_unknown_after_it(centre: Centre) -> None:
    code = centre.take()["code"]
    centre.open(1)
    centre.next()
    assert centre.office.ticket(code)["ahead"] == 0
    centre.office.finish(SITE, 1, OFFICER)
    done = centre.office.ticket(code)
    assert (done["ahead"], done["expected_at"], done["state"]) == (None, None, "done")


def test_notices_hold_between_their_days(centre: Centre) -> None:
    notices = (Notice("Nghỉ trưa", "Lunch break", ("wall",)), Notice("Hết", valid_to=date(2026, 11, 22)))
    centre.office.apply_site(replace(centre.office.site(SITE), notices=notices))
    assert centre.office.board(SITE, "en")["notices"] == [
        {"text": "Lunch break", "places": ["wall"], "about": ""}
    ]


def test_procedures_are_found_without_marks_and_across_both_spellings(centre: Centre) -> None:
    def found(q: str) -> list[str]:
        return [p["code"] for p in centre.office.procedures(SITE, q=q)]

    assert found("dang ky khai sinh") == found("ĐĂNG KÝ KHAI SINH") == ["1.001193"]
    assert found("chứng thực") == found("chung thuc") == ["2.000815"]
    assert found("1.0008") == ["1.000894"]
    marriage = centre.office.procedures(SITE, q="kết hôn")[0]
    assert (marriage["decision"], marriage["alternatives"]["post"]) == ("ticket", False)


def test_the_news_of_another_process_is_noticed(centre: Centre) -> None:
    known = centre.office.heads()
    other = Clerk(Office(centre.store, type(centre.bus)(), centre.clock, lambda: "x" * 22, no_holidays))
    assert centre.office.heads() == known
    other.change_session(SITE, "2026-11-23-morning", SessionChange(cap=1), SUPERVISOR)
    later = centre.office.heads()
    assert later[SITE] > known[SITE]
    assert later == known | {SITE: later[SITE]}


def test_a_failing_subscriber_neither_undoes_the_change_nor_silences_the_others(centre: Centre) -> None:
    heard: list[str] = []

    def broken(site: str) -> None:
        raise RuntimeError(site)

    centre.bus.subscribe(broken)
    centre.bus.subscribe(heard.append)
    assert centre.take()["number"] == "1001"
    assert heard == [SITE]
    assert KIOSK.site == SITE


def test_the_console_shows_the_first_few_and_counts_everybody(centre: Centre) -> None:
    centre.office.apply_site(uncapped(centre.office.site(SITE)))
    centre.open(1)
    numbers = [centre.take(("HT", "CT")[n % 2])["number"] for n in range(FIRST_SHOWN + 5)]
    elderly = centre.take("CT", priority="elderly")["number"]
    centre.open(2, actor=OTHER_OFFICER, fields=["CT"])
    queue = centre.office.queue(SITE, 1)
    assert [line["number"] for line in queue["waiting"]] == [elderly, *numbers[: FIRST_SHOWN - 1]]
    assert queue["counts"] == {"waiting": FIRST_SHOWN + 6, "held": 0, "absent": 0}
    called = centre.next(1)
    assert called is not None and called["number"] == elderly
    centre.office.transfer(SITE, 1, OFFICER, to_counter=2)
    assert [centre.office.queue(SITE, n)["counts"]["waiting"] for n in (1, 2)] == [FIRST_SHOWN + 5, 18]
    assert elderly in [line["number"] for line in centre.office.queue(SITE, 2)["waiting"]]
    assert elderly not in [line["number"] for line in centre.office.queue(SITE, 1)["waiting"]]


def test_the_console_is_made_without_reading_everybody_who_waits(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    centre.office.apply_site(uncapped(centre.office.site(SITE)))
    centre.open(1)
    for _ in range(2 * FIRST_SHOWN):
        centre.take()
    centre.clock.pass_(hours=1)

    def fail(*_given: object) -> None:
        raise AssertionError("everybody was read")

    for reader, name in ((QueuesReader, "waiting"), (QueuesReader, "waiting_in"), (TicketsReader, "open")):
        monkeypatch.setattr(reader, name, fail)
    for counter in (1, None):
        queue = centre.office.queue(SITE, counter)
        assert (len(queue["waiting"]), queue["counts"]["waiting"]) == (FIRST_SHOWN, 2 * FIRST_SHOWN)
        assert [(alarm["kind"], alarm["waiting"]) for alarm in queue["alarms"]] == [("long_wait", 2 * FIRST_SHOWN)]
    with pytest.raises(AssertionError):
        centre.office.positions(SITE)


def test_a_board_is_encoded_once_for_a_state_a_language_and_a_second(centre: Centre) -> None:
    def bytes_of(lang: str = "vi") -> bytes:
        return centre.office.see(SITE, encoded, lang)

    first = bytes_of()
    assert bytes_of() is first
    assert bytes_of("en") != first
    centre.take()
    taken = bytes_of()
    assert taken != first and bytes_of() is taken
    centre.clock.pass_(seconds=1)
    assert bytes_of() is not taken
    centre.clock.pass_(seconds=-1)
    centre.office.apply_site(replace(centre.office.site(SITE), max_waiting_in_room=7))
    assert b'"max":7' in bytes_of()


@pytest.mark.faults("U16")
def test_a_day_without_a_session_says_which_holiday_it_is(centre: Centre) -> None:
    def day_off(lang: str = "vi") -> str:
        session = centre.office.board(SITE, lang)["session"]
        assert session["state"] == "none"
        return str(session["day_off"])

    assert centre.office.board(SITE)["session"]["day_off"] == ""
    calendar = (CalendarDay(date(2026, 11, 24), "holiday", "Kỷ niệm thành lập phường", "Founding day"),)
    centre.office.apply_site(replace(centre.office.site(SITE), calendar=calendar))
    centre.clock.set("2026-11-24T08:00")
    assert (day_off(), day_off("en")) == ("Kỷ niệm thành lập phường", "Founding day")


@pytest.mark.faults("U16")
def test_a_public_holiday_has_its_name_in_both_languages() -> None:
    (demo,) = read_sites(profile_path("demo"))
    day = date(2026, 9, 2)
    assert sessions.day_off(demo, day, vietnam_holidays, "vi") == "Quốc khánh"
    assert sessions.day_off(demo, day, vietnam_holidays, "en") == "National Day"
    assert sessions.day_off(replace(demo, public_holidays=False), day, vietnam_holidays, "vi") == ""
