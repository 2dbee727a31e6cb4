"""What the console does when somebody else, a scanner, or a cut-off stands in the way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Hire
from tests.browser.desk_kit import Seed, day, fits, kinds, no_violations, take
from tests.serving import Server

pytestmark = pytest.mark.browser


@pytest.fixture
def server(seed: Seed, tmp_path: Path) -> Iterator[Server]:
    with day(seed, tmp_path) as running:
        yield running


def test_of_two_tabs_the_one_that_is_behind_is_refused_and_shows_what_is_true(server: Server, hire: Hire) -> None:
    first, second = take(server), take(server)
    take(server)
    desk = hire()
    page = desk.sit(1)
    desk.press("Space")
    expect(desk.number).to_have_text(first["number"])
    behind = desk.context.new_page()
    behind.route_web_socket("**/socket.io/**", lambda socket: socket.close())
    behind.route("**/socket.io/**", lambda route: route.abort())
    behind.goto(page.url)
    expect(behind.locator("[data-offline]")).to_be_visible()
    expect(behind.locator("[data-number]")).to_have_text(first["number"])
    page.bring_to_front()
    desk.press("Space")
    expect(desk.number).to_have_text(second["number"])
    before = kinds(server)
    behind.bring_to_front()
    behind.keyboard.press("Space")
    expect(behind.locator("[data-said]")).to_have_class(re.compile("said--warn"))
    expect(behind.locator("[data-number]")).to_have_text(second["number"])
    assert kinds(server) == before


def test_a_key_pressed_twice_in_a_row_calls_one_number(server: Server, hire: Hire) -> None:
    first, second = take(server), take(server)
    desk = hire()
    page = desk.sit(1)
    page.route("**/counters/1/call-next", lambda route: page.keyboard.press("F2") or route.continue_(), times=1)
    desk.press("F2")
    expect(desk.number).to_have_text(first["number"])
    assert kinds(server).count("ticket_called") == 1
    assert server.ask("GET", f"/tickets/{second['code']}").json()["state"] == "waiting"


def test_taking_over_a_counter_is_asked_for_and_the_other_officer_sees_it(server: Server, hire: Hire) -> None:
    first = take(server)
    loser, winner = hire(), hire()
    loser.sit(1)
    loser.press("Space")
    expect(loser.number).to_have_text(first["number"])
    page = winner.sign_in("/demo/counter/", "officer", 1)
    page.locator("[data-counter='1']").click()
    page.locator("dialog [type=submit]").click()
    expect(page.locator("dialog .dialog__title")).to_contain_text("sits at counter 1")
    page.keyboard.press("Space")
    expect(page.locator("dialog .button--danger")).to_have_count(0)
    expect(loser.page.locator("[data-part=work]")).to_be_visible()
    page.locator("[data-counter='1']").click()
    page.locator("dialog [type=submit]").click()
    page.locator("dialog .button--danger").click()
    expect(winner.number).to_have_text(first["number"])
    expect(loser.page.locator("[data-lost]")).to_contain_text("has taken over counter 1")
    expect(loser.page.locator("[data-part=work]")).to_be_hidden()


def test_a_scanned_slip_finds_its_ticket_and_presses_no_key(server: Server, hire: Hire) -> None:
    first, _, second = take(server), take(server), take(server)
    desk = hire()
    page = desk.sit(1)
    desk.press("Space")
    expect(desk.number).to_have_text(first["number"])
    before = kinds(server)
    desk.scan(second["url"])
    expect(page.locator("dialog .dialog__title")).to_have_text(f"Call {second['number']} out of turn")
    assert kinds(server) == before


def test_a_scanned_identity_card_is_refused_and_forgotten(server: Server, hire: Hire) -> None:
    take(server)
    desk = hire()
    page = desk.sit(1)
    before = kinds(server)
    desk.scan("079123456789|123456789|Tran Thi Thu Ha|01011980|Nu|Phuong 1|01012021")
    expect(desk.said).to_contain_text("identity card")
    assert kinds(server) == before
    desk.press("p")
    page.locator("dialog input[name=words]").fill("079123456789|Tran Thi")
    expect(page.locator("dialog input[name=words]")).to_have_value("")
    assert "079123" not in page.content()


def test_a_revoked_login_is_thrown_out_of_the_console(server: Server, hire: Hire) -> None:
    desk, boss = hire(), hire()
    desk.sit(1)
    page = boss.sign_in("/demo/supervisor/", "admin")
    page.goto(f"{server.url}/demo/supervisor/officers")
    row = page.locator("[data-officer$='officer1']")
    row.locator("summary").click()
    row.get_by_role("button", name="Disable now").click()
    desk.page.wait_for_url("**/login?next=**")


def test_the_console_recovers_by_itself_when_the_server_was_killed(server: Server, hire: Hire) -> None:
    first = take(server)
    desk = hire()
    page = desk.sit(1)
    desk.press("Space")
    expect(desk.number).to_have_text(first["number"])
    server.kill()
    expect(page.locator("[data-offline]")).to_be_visible()
    desk.press("Enter")
    expect(desk.said).to_contain_text("No answer from the server")
    server.restart()
    expect(page.locator("[data-offline]")).to_be_hidden()
    desk.press("Enter")
    expect(desk.said).to_contain_text("is done")


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_console_has_no_violation_and_fits_in_both_languages(server: Server, hire: Hire, lang: str) -> None:
    take(server, priority="elderly")
    take(server)
    desk = hire(lang)
    page = desk.sign_in("/demo/counter/", "officer")
    assert page.locator("html").get_attribute("lang") == lang
    no_violations(page)
    page.locator("[data-counter='1']").click()
    no_violations(page)
    desk.confirm()
    expect(page.locator("[data-part=work]")).to_be_visible()
    desk.press("Space")
    expect(desk.number).not_to_have_text("–")
    no_violations(page)
    for width, height in ((1366, 768), (1920, 1080), (683, 384)):
        page.set_viewport_size({"width": width, "height": height})
        fits(page)


def test_a_key_can_be_changed_and_holds_after_a_reload(server: Server, hire: Hire) -> None:
    first = take(server)
    desk = hire()
    page = desk.sit(1)
    page.locator("[data-verb=keys]").click()
    page.locator("#key-next").focus()
    page.keyboard.press("g")
    desk.confirm()
    page.reload()
    expect(page.locator("[data-key=next]")).to_have_text("G")
    desk.press("g")
    expect(desk.number).to_have_text(first["number"])
