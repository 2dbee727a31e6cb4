"""The supervisor's pages in Chromium, against a real server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

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
    expect(page.locator("[data-counters] [data-counter='1']")).to_contain_text("demo.officer1")
    officer.press("Space")
    expect(page.locator("[data-counters] [data-counter='1'] .desks__number")).to_be_visible()


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
    expect(kiosk.locator("[data-pairing-code]")).to_have_count(0, timeout=15000)
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
