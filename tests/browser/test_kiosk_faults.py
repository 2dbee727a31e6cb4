"""The lobby kiosk's bad days: answers that get lost, reloads, a server that is away, caps, a paper that is none."""

from __future__ import annotations

import re
import signal

import pytest

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Route, expect

from tests.browser.conftest import Clock, prints
from tests.browser.test_kiosk import (
    Paired,
    act,
    choose,
    number_of,
    set_session,
    settled_prints,
    tickets,
    to_confirm,
)
from tests.serving import Server

pytestmark = pytest.mark.browser


def test_an_answer_that_got_lost_is_asked_for_again_and_stays_one_ticket(own_server: Server, paired: Paired) -> None:
    page = paired(own_server)
    lost: list[str] = []

    def lose_first_answer(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().text())
        route.abort()

    page.route("**/api/v1/sites/demo/tickets", lose_first_answer)
    to_confirm(page)
    act(page, "submit")
    number = number_of(page)
    assert f'"number":"{number}"' in lost[0].replace(": ", ":")
    assert settled_prints(page) == 1
    assert len(tickets(own_server)) == 1


def test_a_reload_in_the_middle_ends_with_the_same_ticket_printed_once(own_server: Server, paired: Paired) -> None:
    page = paired(own_server)
    held: list[Route] = []

    def take_but_never_answer(route: Route) -> None:
        if not held:
            route.fetch()
            held.append(route)
        else:
            route.continue_()

    page.route("**/api/v1/sites/demo/tickets", take_but_never_answer)
    to_confirm(page)
    act(page, "submit")
    expect(page.locator("body")).to_have_attribute("data-screen", "taking")
    page.reload()
    first = number_of(page)
    assert settled_prints(page) == 1
    assert len(tickets(own_server)) == 1
    page.reload()
    assert number_of(page) == first
    assert (first, prints(page), len(tickets(own_server))) == ("1001", 1, 1)


@pytest.mark.faults("U16")
def test_a_reload_keeps_the_number_until_its_countdown_ends(own_server: Server, paired: Paired) -> None:
    page = paired(own_server)
    to_confirm(page)
    act(page, "submit")
    number = number_of(page)
    assert settled_prints(page) == 1
    page.reload()
    assert number_of(page) == number
    act(page, "home")
    page.reload()
    expect(page.locator(".home")).to_be_visible()
    assert (prints(page), len(tickets(own_server))) == (1, 1)


def test_a_lost_connection_is_shown_at_once_and_the_number_comes_when_it_is_back(
    own_server: Server, paired: Paired
) -> None:
    page = paired(own_server)
    to_confirm(page)
    page.context.set_offline(True)
    expect(page.locator("#offline")).to_be_visible(timeout=10_000)
    act(page, "submit")
    expect(page.locator('[data-slot="retry"]')).to_be_visible()
    assert tickets(own_server) == []
    page.context.set_offline(False)
    assert number_of(page) == "1001"
    expect(page.locator("#offline")).to_be_hidden()
    assert len(tickets(own_server)) == 1


def test_a_killed_server_comes_back_without_a_touch(own_server: Server, paired: Paired) -> None:
    page = paired(own_server)
    own_server.kill()
    expect(page.locator("#offline")).to_be_visible()
    own_server.start()
    expect(page.locator("#offline")).to_be_hidden()
    to_confirm(page)
    act(page, "submit")
    assert number_of(page) == "1001"


def test_a_server_that_hangs_is_noticed_within_seconds(own_server: Server, paired: Paired) -> None:
    page = paired(own_server)
    own_server.send(signal.SIGSTOP)
    try:
        expect(page.locator("#offline")).to_be_visible(timeout=20_000)
    finally:
        own_server.send(signal.SIGCONT)
    expect(page.locator("#offline")).to_be_hidden()


def test_the_cap_refuses_with_what_is_left_and_offers_that_many(own_server: Server, paired: Paired) -> None:
    page = paired(own_server)
    to_confirm(page, more=2)
    set_session(own_server, cap=2)
    act(page, "submit")
    refusal = page.locator('.screen[data-code="cap_reached"]')
    expect(refusal).to_be_visible()
    expect(refusal).to_contain_text("12:30")
    assert (tickets(own_server), prints(page)) == ([], 0)
    act(page, "fewer")
    act(page, "submit")
    assert number_of(page) == "1001"
    assert own_server.board()["session"]["remaining"] == 0
    act(page, "home")
    expect(page.locator('.today__state[data-state="full"]')).to_be_visible()


@pytest.mark.faults("U6")
def test_a_full_field_is_called_so_with_what_is_still_open(own_server: Server, paired: Paired) -> None:
    set_session(own_server, field_caps={"CT": 0})
    page = paired(own_server)
    act(page, "take")
    choose(page, "CT")
    refusal = page.locator('.screen[data-code="cap_reached"]')
    expect(refusal).to_contain_text("Lĩnh vực Chứng thực đã nhận đủ hồ sơ của buổi này.")
    expect(refusal).to_contain_text("Buổi này vẫn còn nhận: Hộ tịch")
    act(page, "home")
    set_session(own_server, cap=0)
    expect(page.locator('.today__state[data-state="full"]')).to_be_visible()
    act(page, "take")
    choose(page, "HT")
    expect(refusal).to_contain_text("Buổi này đã nhận đủ hồ sơ.")
    expect(refusal).not_to_contain_text("Lĩnh vực")


def test_a_paused_session_offers_no_number_but_help(own_server: Server, paired: Paired) -> None:
    page = paired(own_server)
    set_session(own_server, state="paused")
    expect(page.locator('.today__state[data-state="paused"]')).to_be_visible()
    expect(page.locator('[data-act="take"]')).to_be_hidden()
    act(page, "help")
    act(page, "submit")
    number_of(page)
    waiting = {line["code"]: line["waiting"] for line in own_server.board()["services"]}
    assert waiting["help"] == 1
    assert own_server.board()["session"]["issued"] == 0


def test_nobody_there_means_back_to_the_first_screen_after_a_visible_countdown(server: Server, paired: Paired) -> None:
    page = paired(server)
    clock = Clock(page)
    act(page, "take")
    clock.passes(26)
    expect(page.locator("#idle")).to_be_visible()
    page.locator("#idle-stay").click()
    expect(page.locator("#idle")).to_be_hidden()
    expect(page.locator("body")).to_have_attribute("data-screen", "field")
    clock.passes(46)
    expect(page.locator("body")).to_have_attribute("data-screen", "home")


def test_the_number_goes_away_after_its_countdown(server: Server, paired: Paired) -> None:
    page = paired(server)
    to_confirm(page)
    clock = Clock(page)
    act(page, "submit")
    number_of(page)
    expect(page.locator('[data-slot="countdown"]')).to_contain_text(re.compile(r"\d+"))
    clock.passes(26)
    expect(page.locator("body")).to_have_attribute("data-screen", "home")


def test_a_slip_that_cannot_be_drawn_is_said_and_not_printed(server: Server, paired: Paired) -> None:
    page = paired(server)
    page.route("**/slip.png*", lambda route: route.abort())
    to_confirm(page)
    act(page, "submit")
    number_of(page)
    expect(page.locator(".result__slip")).to_have_class(re.compile("banner--warn"))
    assert prints(page) == 0
