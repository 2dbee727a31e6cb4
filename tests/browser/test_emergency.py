"""The emergency stop from the supervisor's button to every screen, and back; alarms and charts beside it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, NewPage, violations
from tests.browser.desk_kit import Desk, Seed, day, fits, kinds, no_violations, take
from tests.browser.pages_kit import Pages
from tests.serving import Server

pytestmark = pytest.mark.browser
TEXT = "Mời mọi người ra ngoài theo lối gần nhất."
ENGLISH = "Please leave by the nearest exit."


@pytest.fixture
def server(seed: Seed, tmp_path: Path) -> Iterator[Server]:
    with day(seed, tmp_path) as running:
        yield running


@pytest.fixture
def boss(pages: Pages, server: Server) -> Iterator[Page]:
    desk = Desk(pages, server)
    yield desk.sign_in("/demo/supervisor/", "supervisor")
    desk.leave()


@pytest.fixture
def wall(new_page: NewPage, server: Server) -> Page:
    page = new_page((1920, 1080))
    page.goto(f"{server.url}/demo/display/")
    expect(page.locator("body")).to_have_attribute("data-online", "yes")
    return page


def stop(page: Page, english: str = ENGLISH) -> None:
    page.locator("[data-stop-all]").click()
    dialog = page.locator("dialog[open]")
    expect(dialog.locator(".ask__line")).to_have_count(3)
    dialog.locator("[name=text]").fill(TEXT)
    dialog.locator("[name=text_en]").fill(english)
    dialog.locator("[type=submit]").click()
    expect(page.locator("[data-stopped]")).to_be_visible()


def lift(page: Page) -> None:
    page.locator("[data-lift]").click()
    page.locator("dialog [name=reason]").fill("All clear")
    page.locator("dialog [type=submit]").click()
    expect(page.locator("[data-stopped]")).to_be_hidden()


def test_a_stop_is_on_kiosk_and_wall_at_once_and_lifting_it_brings_all_back(
    server: Server, boss: Page, paired: Callable[..., Page], wall: Page
) -> None:
    kiosk = paired(server)
    stop(boss)
    for screen in (kiosk, wall):
        expect(screen.locator("#stopped [data-stop=text]")).to_have_text(TEXT)
        expect(screen.locator("#stopped [data-stop=other]")).to_have_text(ENGLISH)
        assert violations(screen) == []
    expect(kiosk.locator("#main")).to_be_hidden()
    expect(kiosk.locator("[data-act=take]")).to_be_hidden()
    for hidden in (".stage", ".foot"):
        expect(wall.locator(hidden)).to_be_hidden()
    for order in ({"field": "HT"}, {"service": "help"}):
        refused = server.take(**order).json()
        assert (refused["code"], refused["reason"], refused["text"]) == ("session_closed", "emergency", TEXT)
    lift(boss)
    for screen in (kiosk, wall):
        expect(screen.locator("#stopped")).to_be_hidden()
    expect(kiosk.locator("[data-act=take]")).to_be_visible()
    expect(wall.locator("#hero")).to_be_visible()
    assert take(server)["number"] == "1001"
    assert [k for k in kinds(server) if "emergency" in k] == ["emergency_stopped", "emergency_lifted"]


def colours(page: Page) -> list[int]:
    """Red, green and blue of the notice's ground."""
    found = page.locator("#stopped").evaluate("node => getComputedStyle(node).backgroundColor")
    return [int(part) for part in re.findall(r"\d+", found)[:3]]


@pytest.mark.faults("U13")
def test_leaving_the_building_is_red_and_its_whole_text_is_seen_before_it_is_sent(
    server: Server, boss: Page, paired: Callable[..., Page], wall: Page
) -> None:
    kiosk = paired(server)
    boss.locator("[data-stop-all]").click()
    for name in ("text", "text_en"):
        box = boss.locator(f"dialog [name={name}]")
        assert box.evaluate("node => node.value.length > 60 && node.scrollHeight <= node.clientHeight")
    boss.locator("dialog [type=submit]").click()
    expect(boss.locator("[data-stopped]")).to_have_attribute("data-evacuate", "")
    for screen in (kiosk, wall):
        expect(screen.locator("#stopped")).to_be_visible()
        red, green, blue = colours(screen)
        assert red > 4 * max(green, blue), "red, not amber"
        assert violations(screen) == []
    boss.locator("[data-stop-change]").click()
    boss.locator("dialog [name=reason]").select_option(index=1)
    boss.locator("dialog [type=submit]").click()
    expect(boss.locator("[data-stopped]")).not_to_have_attribute("data-evacuate", "")
    expect(kiosk.locator("#stopped")).not_to_have_attribute("data-evacuate", "")


def test_a_stop_in_the_middle_of_a_flow_takes_no_number_and_goes_back_to_the_first_screen(
    server: Server, boss: Page, paired: Callable[..., Page]
) -> None:
    kiosk = paired(server)
    kiosk.locator("[data-act=take]").click()
    kiosk.locator("[data-choice=HT]").click()
    stop(boss)
    expect(kiosk.locator("#stopped")).to_be_visible()
    kiosk.reload()
    expect(kiosk.locator("#stopped [data-stop=text]")).to_have_text(TEXT)
    lift(boss)
    expect(kiosk.locator("[data-act=take]")).to_be_visible()
    expect(kiosk.locator("body")).to_have_attribute("data-screen", "home")
    assert "ticket_taken" not in kinds(server)


def test_phone_public_page_and_console_say_it_too(server: Server, boss: Page, new_page: NewPage, pages: Pages) -> None:
    ticket = take(server)
    desk = Desk(pages, server)
    console = desk.sit(1)
    phone, public, plain = new_page(PHONE), new_page(PHONE), new_page(PHONE, script=False)
    phone.goto(ticket["url"])
    expect(phone.locator("#expected")).to_be_visible()
    public.goto(f"{server.url}/demo/")
    stop(boss)
    for page in (phone, public):
        expect(page.locator("#stopped [data-stop=text]")).to_have_text(TEXT)
        assert violations(page) == []
    for hidden in ("#expected", "#next"):
        expect(phone.locator(hidden)).to_be_hidden()
    expect(phone.locator("#number")).to_have_text("1001")
    expect(public.locator("[data-slot=state]").first).to_have_attribute("data-state", "paused")
    plain.goto(ticket["url"])
    expect(plain.locator("#stopped [data-stop=text]")).to_have_text(TEXT)
    expect(console.locator("[data-stop-line]")).to_contain_text(ENGLISH)
    expect(console.locator("[data-verb=next]")).to_have_attribute("aria-disabled", "true")
    lift(boss)
    for page in (phone, public):
        expect(page.locator("#stopped")).to_be_hidden()
    expect(phone.locator("#expected")).to_be_visible()
    expect(console.locator("[data-stop-line]")).to_be_hidden()
    desk.press("Space")
    expect(desk.number).to_have_text("1001")
    desk.leave()


def test_the_question_proposes_a_text_and_going_back_stops_nothing(server: Server, boss: Page) -> None:
    boss.locator("[data-stop-all]").click()
    texts = boss.locator("dialog [name=text]"), boss.locator("dialog [name=text_en]")
    first = [box.input_value() for box in texts]
    assert all(first) and boss.locator("dialog [name=units]").count() == 0
    boss.locator("dialog select").select_option(index=1)
    assert [box.input_value() for box in texts] != first
    no_violations(boss)
    boss.keyboard.press("Escape")
    expect(boss.locator("dialog")).to_have_count(0)
    assert (kinds(server), server.board()["emergency"]) == ([], None)


def test_a_call_made_just_before_a_stop_is_not_announced_after_it(server: Server, boss: Page, wall: Page) -> None:
    take(server)
    server.at_counter(1, "open", fields=["HT"], takeover=True)
    stop(boss)
    expect(wall.locator("#stopped")).to_be_visible()
    server.at_counter(1, "open", fields=["HT", "CT"])
    lift(boss)
    expect(wall.locator("#stopped")).to_be_hidden()
    assert wall.locator("body").get_attribute("data-announced") is None
    assert server.at_counter(1, "call-next").status_code == 200
    expect(wall.locator("#hero-number")).to_have_text("1001")
    expect(wall.locator("body")).to_have_attribute("data-announced", re.compile(r"\d"))


def test_an_idle_kiosk_tells_every_two_minutes_that_it_is_there(server: Server, paired: Callable[..., Page]) -> None:
    page = paired(server)
    page.clock.install()
    page.reload()
    expect(page.locator(".home")).to_be_visible()
    with page.expect_response("**/demo/kiosk/pairing") as heard:
        page.clock.run_for(121_000)
    assert heard.value.json()["paired"] is True


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_charts_are_whole_and_their_tables_can_be_read(server: Server, pages: Pages, lang: str) -> None:
    take(server)
    server.at_counter(1, "open", fields=["HT"], takeover=True)
    assert server.at_counter(1, "call-next").status_code == 200
    assert server.at_counter(1, "finish").status_code == 200
    desk = Desk(pages, server, lang)
    page = desk.sign_in("/demo/supervisor/", "supervisor")
    for name in ("waiting", "caps", "service"):
        image = page.locator(f"[data-chart={name}] img")
        expect(image).to_have_js_property("complete", True)
        assert image.evaluate("image => image.naturalWidth") == 460
        page.locator(f"[data-chart={name}] summary").click()
        expect(page.locator(f"[data-chart={name}] tbody tr").first).to_be_visible()
    no_violations(page)
    fits(page)
    desk.leave()
