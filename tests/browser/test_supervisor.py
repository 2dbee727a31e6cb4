"""The supervisor's pages in Chromium, against a real server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Hire
from tests.browser.desk_kit import Seed, day, fits, journal, kinds, no_violations, take
from tests.serving import Server

pytestmark = pytest.mark.browser
MORNING = "2026-11-23-morning"


@pytest.fixture
def server(seed: Seed, tmp_path: Path) -> Iterator[Server]:
    with day(seed, tmp_path) as running:
        yield running


def boss(hire: Hire, role: str = "supervisor", lang: str = "en") -> Page:
    page = hire(lang).sign_in("/demo/supervisor/", role)
    expect(page.locator("[data-session]")).to_have_count(2)
    return page


def cap(page: Page, line: str = "site", session: str = MORNING) -> str:
    return f"[data-session='{session}'] [data-line='{line}'] input"


def confirm(page: Page, reason: str) -> None:
    page.locator("dialog input[name=reason]").fill(reason)
    page.locator("dialog [type=submit]").click()
    expect(page.locator("dialog")).to_have_count(0)


def test_a_lower_cap_is_said_before_it_holds_and_shows_on_another_screen_at_once(server: Server, hire: Hire) -> None:
    take(server, dossiers=3)
    page, other = boss(hire), boss(hire, "admin")
    page.locator(cap(page)).fill("2")
    page.locator(f"[data-session='{MORNING}'] .caps__foot button").click()
    expect(page.locator("dialog .ask__line").nth(0)).to_have_text("Whole unit: 50 → 2")
    expect(page.locator("dialog .ask__line").nth(1)).to_contain_text("3 dossiers have numbers already")
    assert "caps_changed" not in kinds(server)
    confirm(page, "Two officers are ill")
    for screen in (page, other):
        expect(screen.locator("[data-fact=cap]")).to_have_text("2")
        expect(screen.locator("[data-fact=remaining]")).to_have_text("0")
        expect(screen.locator(cap(screen))).to_have_value("2")
    line = journal(server)[-1]
    assert (line["kind"], line["data"]["reason"]) == ("caps_changed", "Two officers are ill")
    assert server.take("HT").json()["code"] == "cap_reached"


def test_going_back_from_the_review_changes_nothing(server: Server, hire: Hire) -> None:
    page = boss(hire)
    page.locator(cap(page, "field:HT")).fill("7")
    page.locator(f"[data-session='{MORNING}'] .caps__foot button").click()
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_have_count(0)
    assert kinds(server) == []
    expect(page.locator(cap(page, "field:HT"))).to_have_value("7")


def test_what_is_being_typed_survives_a_push(server: Server, hire: Hire) -> None:
    page = boss(hire)
    page.locator(cap(page, "field:CT")).fill("11")
    take(server, "CT")
    expect(page.locator(f"[data-session='{MORNING}'] [data-line='field:CT'] [data-issued]")).to_have_text("1")
    expect(page.locator(cap(page, "field:CT"))).to_have_value("11")


def test_a_cap_that_is_no_number_of_dossiers_is_not_sent(server: Server, hire: Hire) -> None:
    page = boss(hire)
    page.locator(cap(page)).fill("1000001")
    page.locator(f"[data-session='{MORNING}'] .caps__foot button").click()
    expect(page.locator("[data-said]")).to_contain_text("whole number")
    expect(page.locator(cap(page))).to_have_attribute("aria-invalid", "true")
    assert kinds(server) == []


@pytest.mark.faults("U18")
def test_caps_of_a_later_day_are_changed_and_today_stays(server: Server, hire: Hire) -> None:
    page = boss(hire)
    page.locator("[data-day]").fill("2026-11-26")
    later = "2026-11-26-morning"
    page.locator(cap(page, "field:HT", later)).fill("9")
    page.locator(cap(page, "site", later)).fill("")
    page.locator(f"[data-session='{later}'] .caps__foot button").click()
    confirm(page, "Training day")
    expect(page.locator("[data-said]")).to_have_text("The change holds.")
    changed = server.ask("GET", "/sites/demo/sessions?date=2026-11-26", role="supervisor").json()["items"][0]
    assert (changed["cap"], changed["field_caps"]["HT"]) == (None, 9)
    assert server.board()["session"]["cap"] == 50


@pytest.mark.faults("U18")
def test_a_late_answer_never_replaces_what_somebody_is_changing(server: Server, hire: Hire) -> None:
    page = boss(hire)
    slow: list[Route] = []

    def keep_the_first(route: Route) -> None:
        if slow:
            route.continue_()
        else:
            slow.append(route)

    page.route("**/sessions?date=2026-11-26", keep_the_first)
    page.locator("[data-day]").fill("2026-11-26")
    expect(page.locator("[data-session]")).to_have_count(0)
    take(server)
    later = "2026-11-26-morning"
    box = page.locator(cap(page, "field:HT", later))
    box.fill("9")
    with page.expect_response("**/sessions?date=2026-11-26"):
        slow[0].continue_()
    with page.expect_response("**/sessions?date=2026-11-26"):
        take(server)
    expect(page.locator("[data-fact=waiting]")).to_have_text("2")
    expect(box).to_have_value("9")
    expect(box).to_be_focused()


@pytest.mark.faults("U18")
def test_notes_of_a_session_that_come_late_never_replace_newer_ones(server: Server, hire: Hire) -> None:
    page = boss(hire)
    slow: list[Route] = []
    page.route(f"**/{MORNING}/difficulties", lambda route: route.continue_() if slow else slow.append(route))
    page.locator("[data-note-difficulty]").click()
    choice, noted = page.locator("#note-session"), page.locator("dialog .notes__text")
    expect(choice).to_have_value(MORNING)
    path = f"/sites/demo/sessions/{MORNING}/difficulties"
    assert server.ask("POST", path, role="supervisor", json={"text": "Máy in hết giấy"}).status_code == 201
    choice.select_option(index=1)
    expect(noted).to_have_count(0)
    choice.select_option(MORNING)
    expect(noted).to_have_text(["Máy in hết giấy"])
    with page.expect_response("**/difficulties"):
        slow[0].fulfill(json={"items": []})
    page.locator("#note-text").fill("Mạng chậm")
    expect(noted).to_have_text(["Máy in hết giấy"])


def test_pausing_and_continuing_stops_and_starts_the_kiosk(server: Server, hire: Hire) -> None:
    page = boss(hire)
    verbs = page.locator(f"[data-session='{MORNING}'] [data-verbs]")
    verbs.locator("[data-do=pause]").click()
    confirm(page, "Fire drill")
    expect(page.locator("[data-session-state]")).to_have_text("paused")
    assert server.take("HT").json()["code"] == "session_closed"
    verbs.locator("[data-do=resume]").click()
    confirm(page, "")
    expect(page.locator("[data-session-state]")).to_have_text("open")
    take(server)


def test_closing_a_session_asks_what_happens_to_the_waiting(server: Server, hire: Hire) -> None:
    waiting = take(server)
    page = boss(hire)
    expect(page.locator("[data-fact=waiting]")).to_have_text("1")
    page.locator(f"[data-session='{MORNING}'] [data-do=close]").click()
    page.locator("dialog input[value=expire]").check()
    confirm(page, "Power cut in the ward")
    badge = page.locator(f"[data-session='{MORNING}'] [data-state]")
    expect(badge).to_have_text("closed")
    assert server.ask("GET", f"/tickets/{waiting['code']}").json()["state"] == "expired"
    page.locator(f"[data-session='{MORNING}'] [data-do=reopen]").click()
    confirm(page, "Power is back")
    expect(badge).to_have_text("open")


def test_an_alarm_stands_until_a_counter_calls_the_field(server: Server, hire: Hire) -> None:
    page = boss(hire)
    take(server)
    alarm = page.locator("[data-alarm]")
    expect(alarm).to_have_count(1)
    officer = hire()
    officer.sit(1)
    expect(alarm).to_have_count(0)
    expect(page.locator("[data-counters] [data-counter='1']")).to_contain_text("Cán bộ thứ nhất")
    officer.press("Space")
    expect(page.locator("[data-counters] [data-counter='1'] .desks__number")).to_be_visible()


@pytest.mark.faults("U5")
def test_a_capped_field_without_an_open_counter_is_told_quietly_before_people_wait(server: Server, hire: Hire) -> None:
    page = boss(hire)
    expect(page.locator("[data-ahead=unopened] .alarm__what")).to_contain_text("no counter that calls it is open")
    expect(page.locator("[data-alarm]")).to_have_count(0)


@pytest.mark.faults("U13")
def test_the_numbers_given_are_the_sum_of_what_became_of_them(server: Server, hire: Hire) -> None:
    given = [take(server, "CT") for _ in range(6)]
    officer = hire()
    officer.sit(1)
    for key in ("Space", "KeyH"):
        officer.press(key)
    page = boss(hire)
    expect(page.locator("[data-fact=tickets]")).to_have_text("6")
    server.ask("DELETE", f"/tickets/{given[-1]['code']}")
    expect(page.locator("[data-fact=cancelled]")).to_have_text("1")
    parts = page.locator(".glance__sum [data-fact]:not([data-fact=tickets])").all_inner_texts()
    assert sum(int(part) for part in parts) == 6
    for asked in ("called", "held"):
        expect(page.locator(f"[data-fact={asked}]")).to_be_visible()


@pytest.mark.faults("U4")
def test_several_queues_without_a_counter_are_one_sentence_with_their_sum(server: Server, hire: Hire) -> None:
    for field in ("HT", "CT", "DD", "HT"):
        take(server, field)
    page = boss(hire)
    said = page.locator("[data-alarm=no_counter] .alarm__what")
    expect(said).to_have_count(1)
    expect(said).to_contain_text("4 people wait in 3 queues that no open counter calls:")
    expect(said).to_contain_text("(2); ")


def test_a_device_is_paired_named_and_cut_off_again(server: Server, hire: Hire) -> None:
    kiosk = hire().page
    kiosk.goto(f"{server.url}/demo/kiosk/")
    code = kiosk.locator("[data-pairing-code]").inner_text().strip()
    page = boss(hire)
    page.goto(f"{server.url}/demo/supervisor/devices")
    waiting = page.locator("[data-pairing]")
    expect(waiting).to_have_count(1)
    assert waiting.get_attribute("data-pairing") == code
    waiting.locator("input[name=name]").fill("Kiosk by the door")
    waiting.locator("[type=submit]").click()
    expect(page.locator("main [role=status]")).to_have_text("Kiosk by the door is paired.")
    expect(kiosk.locator("[data-pairing-code]")).to_have_count(0)
    row = page.locator("tr", has_text="Kiosk by the door")
    row.locator("summary").click()
    row.get_by_role("button", name="Revoke now").click()
    expect(page.locator("tr", has_text="Kiosk by the door")).to_have_count(0)


def test_the_journal_is_searched_without_marks_and_by_number(server: Server, hire: Hire) -> None:
    first = take(server)
    take(server, "CT")
    page = boss(hire)
    page.goto(f"{server.url}/demo/supervisor/journal")
    page.locator("#q").fill(first["number"])
    page.locator("#q").press("Enter")
    rows = page.locator(".journal tbody tr")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text(f"Number issued {first['number']}")


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_no_supervisor_page_has_a_violation_or_sticks_out(server: Server, hire: Hire, lang: str) -> None:
    take(server)
    hire().page.goto(f"{server.url}/demo/kiosk/")
    page = boss(hire, "admin", lang)
    for name in ("", "devices", "officers", "journal"):
        page.goto(f"{server.url}/demo/supervisor/{name}")
        expect(page.locator("main")).to_be_visible()
        if not name:
            expect(page.locator("[data-session]")).to_have_count(2)
        no_violations(page)
        for width, height in ((1366, 768), (1920, 1080), (683, 384)):
            page.set_viewport_size({"width": width, "height": height})
            fits(page)


def test_what_the_counters_can_finish_stands_beside_the_cap_and_is_taken_over_by_a_press(
    server: Server, hire: Hire
) -> None:
    for counter in (1, 2, 5):
        server.ask("POST", f"/sites/demo/counters/{counter}/open", role="supervisor", json={})
    page = boss(hire)
    box = page.locator(f"[data-session='{MORNING}'] [data-advice]")
    expect(page.locator("[data-advised]")).to_contain_text("With 3 counters open:")
    expect(box).to_contain_text("finished before 11:30 (90%)")
    warned = page.locator("[data-advised-warnings] li").last
    expect(warned).to_contain_text("no open counter calls them: Residence, Land")
    assert "caps_changed" not in kinds(server)
    box.locator("summary").click()
    expect(box.locator("svg")).to_be_visible()
    expect(box.locator("tbody tr", has_text="Land").locator("td").nth(1)).to_have_text("0")
    no_violations(page)
    advised = box.locator("[data-take]").inner_text().split()[1]
    box.locator("[data-take]").click()
    expect(page.locator("dialog .ask__line").first).to_have_text(f"Whole unit: 50 → {advised}")
    page.locator("dialog [type=submit]").click()
    expect(page.locator("[data-fact=cap]")).to_have_text(advised)
    line = journal(server)[-1]
    assert (line["kind"], line["data"]["after"]["cap"]) == ("caps_changed", int(advised))
    assert line["data"]["reason"] == "Advised with 3 counters open: finished before 11:30 (90%)"
    server.ask("POST", "/sites/demo/counters/5/pause", role="supervisor", json={})
    expect(page.locator("[data-advised]")).to_contain_text("With 2 counters open:")
    # The lines of the caps stand in their own table, not in the adviser's above it.
    expect(box.locator("[data-line]")).to_have_count(0)
    for counter in (1, 2):
        server.ask("POST", f"/sites/demo/counters/{counter}/close", role="supervisor", json={})
    expect(page.locator("[data-advised]")).to_have_text("No counter is open: no dossier can be finished.")
