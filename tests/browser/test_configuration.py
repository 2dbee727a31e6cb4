"""The configuration's pages in Chromium, against a real server, and what other screens show of a change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Hire
from tests.browser.desk_kit import Seed, day, fits, journal, no_violations
from tests.serving import Server, layso

pytestmark = pytest.mark.browser
PAGES = (
    "", "sessions", "calendar?month=2026-09", "notices", "fields", "services", "procedures", "counters",
    "priorities", "rules", "import", "sessions/entry", "notices/entry", "procedures/entry",
)  # fmt: skip


@pytest.fixture
def server(seed: Seed, tmp_path: Path) -> Iterator[Server]:
    with day(seed, tmp_path) as running:
        yield running


def config(hire: Hire, role: str = "supervisor", lang: str = "en") -> Page:
    return hire(lang).sign_in("/demo/supervisor/config/", role)


def part(page: Page, name: str) -> None:
    page.locator(".config__parts").get_by_role("link", name=name, exact=True).click()
    expect(page.locator(".config__parts [aria-current=page]")).to_have_text(name)


def review(page: Page) -> None:
    page.get_by_role("button", name="Review the change").click()
    expect(page.locator("#review-title")).to_be_visible()


def make(page: Page, reason: str) -> None:
    page.locator("#reason").fill(reason)
    page.get_by_role("button", name="Make this change").click()
    expect(page.locator("main .banner--good")).to_contain_text("The change holds.")


def wall(hire: Hire, server: Server) -> Page:
    page = hire("vi").page
    page.goto(f"{server.url}/demo/display/")
    expect(page.locator("body")).to_have_attribute("data-online", "yes")
    return page


def test_a_new_notice_stands_on_the_wall_without_a_touch_and_on_the_public_page(server: Server, hire: Hire) -> None:
    screen, page, public = wall(hire, server), config(hire), hire("vi").page
    part(page, "Notices")
    page.get_by_role("link", name="Add a notice").click()
    page.locator("[name=text]").fill("Chiều mai Trung tâm nghỉ từ 15 giờ.")
    for place in ("Wall display", "Public page"):
        page.get_by_label(place, exact=True).check()
    page.get_by_label("Kiosk", exact=True).uncheck()
    page.locator("[name=_place]").fill("1")
    review(page)
    expect(page.locator(".changes__place")).to_contain_text("Notices › Chiều mai Trung tâm nghỉ từ 15 giờ.")
    assert len(server.board()["notices"]) == 3
    make(page, "Staff meeting")
    expect(screen.locator("#notice")).to_have_text("Chiều mai Trung tâm nghỉ từ 15 giờ.")
    public.goto(f"{server.url}/demo/")
    expect(public.locator(".banner", has_text="Chiều mai Trung tâm nghỉ từ 15 giờ.")).to_be_visible()
    line = [line for line in journal(server) if line["kind"] == "site_configured"][-1]
    assert line["data"]["reason"] == "Staff meeting"
    page.goto(f"{server.url}/demo/supervisor/journal")
    expect(page.locator(".journal tbody tr").first).to_contain_text("Notices › Chiều mai Trung tâm nghỉ")


def test_a_cap_of_the_timetable_holds_from_the_next_planned_session_on(server: Server, hire: Hire) -> None:
    assert server.board()["session"]["cap"] == 50
    page = config(hire)
    part(page, "Timetable")
    page.locator("[data-entry='Morning session'] a").click()
    expect(page.locator("[name=issuing_from]")).to_have_count(0)
    page.locator("#c-cap").fill("36")
    page.locator("#c-cap").press("Enter")
    expect(page.locator("[data-change='sessions[morning].cap'] td")).to_have_text(["50", "36"])
    expect(page.locator(".effects")).to_contain_text("Already planned: Morning session 23/11/2026")
    make(page, "One officer on leave")
    later = server.ask("GET", "/sites/demo/sessions?date=2026-11-25", role="supervisor").json()["items"][0]
    assert (later["name"], later["cap"]) == ("morning", 36)
    assert server.board()["session"]["cap"] == 50
    page.goto(f"{server.url}/demo/supervisor/")
    page.locator("[data-day]").fill("2026-11-25")
    expect(page.locator("[data-session='2026-11-25-morning'] [data-line=site] input")).to_have_value("36")


def test_an_exported_file_imported_again_changes_nothing_and_a_changed_one_is_reviewed(
    server: Server, hire: Hire, tmp_path: Path
) -> None:
    page = config(hire, "admin")
    with page.expect_download() as started:
        page.get_by_role("link", name="Export (TOML)").click()
    file = tmp_path / "demo.toml"
    started.value.save_as(file)
    page.get_by_role("link", name="Import a file").click()
    page.locator("#upload").set_input_files(file)
    page.get_by_role("button", name="Review the change").click()
    expect(page.locator("main .banner[role=status]")).to_have_text("Nothing changes: it is so already.")
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('hotline = "1022"', 'hotline = "19001022"'), encoding="utf-8")
    page.locator("#upload").set_input_files(file)
    review(page)
    expect(page.locator("[data-change]")).to_have_count(1)
    expect(page.locator("[data-change=hotline] td")).to_have_text(["1022", "19001022"])
    make(page, "New hotline")
    assert 'hotline = "19001022"' in layso("export-config", "demo", data=server.data).stdout


def test_a_refused_form_leads_to_the_input_and_keeps_what_was_typed(server: Server, hire: Hire) -> None:
    page = config(hire, "admin")
    part(page, "Counters")
    page.get_by_role("link", name="Add a counter").click()
    page.locator("[name=number]").fill("3")
    page.locator("[name=screen]").fill("Sảnh A")
    page.get_by_role("button", name="Review the change").click()
    expect(page.locator("#wrong li")).to_have_count(1)
    page.locator("#wrong a").click()
    expect(page.locator("#c-screen")).to_be_focused()
    expect(page.locator("#c-number")).to_have_value("3")
    no_violations(page)
    page.locator("#c-screen").fill("")
    page.get_by_role("button", name="Review the change").click()
    expect(page.locator("#wrong")).to_contain_text("This counter is there already: 3.")
    assert [line["kind"] for line in journal(server)].count("site_configured") == 1


def test_two_people_at_once_see_each_others_change_and_lose_none(server: Server, hire: Hire) -> None:
    first, second = config(hire, "admin"), config(hire, "supervisor")
    part(first, "Rules and particulars")
    first.locator("[name=hotline]").fill("1800")
    part(second, "Calendar")
    second.locator("[data-day='2026-11-30'] a").click()
    second.locator("[name=kind]").select_option("holiday")
    review(second)
    make(second, "Election")
    expect(second.locator("[data-day='2026-11-30']")).to_contain_text("exception")
    first.get_by_role("button", name="Review the change").click()
    expect(first.locator("#conflict-title")).to_be_visible()
    expect(first.locator(".history")).to_contain_text("Election")
    no_violations(first)
    first.get_by_role("button", name="Review my change again").click()
    make(first, "New hotline")
    assert server.board()["session"]["cap"] == 50
    exported = layso("export-config", "demo", data=server.data).stdout
    assert 'hotline = "1800"' in exported and "day = 2026-11-30" in exported


def test_everything_works_by_keyboard_and_without_script(server: Server, hire: Hire) -> None:
    desk = hire(java_script_enabled=False)
    page = desk.sign_in("/demo/supervisor/config/", "admin")
    page.goto(f"{server.url}/demo/supervisor/config/priorities/entry")
    page.locator("[name=code]").focus()
    for typed in ("veteran", "Cựu chiến binh", "Veteran"):
        page.keyboard.insert_text(typed)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator("#reason").focus()
    page.keyboard.insert_text("Decision 12")
    page.keyboard.press("Enter")
    expect(page.locator("[data-entry='Veteran']")).to_be_visible()
    assert 'code = "veteran"' in layso("export-config", "demo", data=server.data).stdout


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_no_configuration_page_has_a_violation_or_sticks_out(server: Server, hire: Hire, lang: str) -> None:
    page = config(hire, "admin", lang)
    for name in PAGES:
        page.goto(f"{server.url}/demo/supervisor/config/{name}")
        expect(page.locator("main")).to_be_visible()
        no_violations(page)
        # Half the size stands for text at 200 %.
        for width, height in ((1366, 768), (683, 384), (360, 640)):
            page.set_viewport_size({"width": width, "height": height})
            fits(page)
