"""The kiosk beyond the plain way: who applies, the how-to pages, a printer that gives no paper."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Page, expect

from tests.browser.conftest import LANDSCAPE, PORTRAIT, Clock, prints, violations
from tests.browser.test_kiosk import (
    NARROW,
    OUTSIDE,
    SMALL,
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
Paired = Callable[..., Page]
TABLET = (1280, 800)
SQUARE = (1024, 768)
CUT = """() => [...document.querySelectorAll('#main :not(.visually-hidden)')].filter((node) => node.checkVisibility())
  .filter((node) => node.scrollHeight > node.clientHeight + 2 && getComputedStyle(node).overflowY === 'hidden')
  .map((node) => node.className + ': ' + node.textContent.trim().slice(0, 60))"""

OFF_THEIR_CARD = """() => {
  const card = document.querySelector('.result__facts').getBoundingClientRect();
  const off = (box) => box.top < card.top || box.bottom > card.bottom;
  return [...document.querySelectorAll('.result__facts p, .result__facts figure')]
    .filter((node) => node.checkVisibility() && off(node.getBoundingClientRect())).map((node) => node.textContent);
}"""
CROWDED = """() => [...document.querySelectorAll('button')].filter((node) => node.checkVisibility() &&
  node.getBoundingClientRect().height > 1.1 * node.getBoundingClientRect().width).map((node) => node.textContent)"""


def large_and_whole(page: Page) -> None:
    """The kiosk's rules of size hold, nothing is cut off, axe is content."""
    tablet = page.viewport_size in [{"width": width, "height": height} for width, height in (TABLET, SQUARE)]
    for rule in (OUTSIDE, CUT) if tablet else (OUTSIDE, CUT, NARROW, SMALL):
        assert page.evaluate(rule) == []
    if not tablet:
        assert violations(page) == []


@pytest.mark.states("TN-07")
@pytest.mark.parametrize("wanted", ["individual", "organisation"])
def test_who_applies_is_asked_beside_the_dossiers_and_goes_with_the_number(
    own_server: Server, paired: Paired, wanted: str
) -> None:
    page = paired(own_server)
    act(page, "take")
    choose(page, "HT")
    choose(page, "unknown")
    pressed = page.locator('[data-act="applicant"][aria-pressed="true"]')
    expect(pressed).to_have_attribute("data-value", "individual")
    page.locator(f'[data-value="{wanted}"]').click()
    expect(pressed).to_have_attribute("data-value", wanted)
    large_and_whole(page)
    act(page, "submit")
    number_of(page)
    assert own_server.at_counter(1, "open", fields=["HT"]).status_code == 200
    called = own_server.at_counter(1, "call-next").json()
    assert (called["number"], called["applicant"]) == ("1001", wanted)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_screen_of_4_by_3_shows_the_whole_confirmation(server: Server, paired: Paired, lang: str) -> None:
    page = paired(server, SQUARE)
    if lang == "en":
        act(page, "language")
    assert page.evaluate(CROWDED) == []
    act(page, "take")
    choose(page, "HT")
    for code in ("1.001193", "1.000894"):
        choose(page, code)
        expect(page.locator('[data-act="priority"]')).to_be_visible()
        large_and_whole(page)
        act(page, "back")
    act(page, "home")


def test_a_screen_of_4_by_3_shows_the_whole_of_a_full_session_and_of_a_full_field(
    own_server: Server, paired: Paired
) -> None:
    set_session(own_server, field_caps={"CT": 0})
    page = paired(own_server, SQUARE)
    act(page, "take")
    choose(page, "CT")
    refusal = page.locator('.screen[data-code="cap_reached"]')
    expect(refusal.locator('[data-slot="text"]')).to_contain_text("nội dung khác")
    large_and_whole(page)
    act(page, "home")
    set_session(own_server, cap=0)
    expect(page.locator('.today [data-slot="state"]')).to_be_visible()
    large_and_whole(page)


@pytest.mark.parametrize(("lang", "field"), [("vi", "HT"), ("en", "DD")])
def test_a_screen_of_4_by_3_keeps_the_facts_of_a_number_on_their_card(
    server: Server, paired: Paired, lang: str, field: str
) -> None:
    page = paired(server, SQUARE)
    if lang == "en":
        act(page, "language")
    to_confirm(page, field)
    act(page, "submit")
    number_of(page)
    expect(page.locator(".result__expected")).not_to_be_empty()
    assert page.evaluate(OFF_THEIR_CARD) == []
    large_and_whole(page)


def test_help_asks_for_neither_dossiers_nor_who_applies(own_server: Server, paired: Paired) -> None:
    page = paired(own_server)
    sent: list[dict[str, object]] = []
    page.on("request", lambda request: request.method == "POST" and sent.append(request.post_data_json or {}))
    act(page, "help")
    act(page, "submit")
    number_of(page)
    orders = [body for body in sent if "service" in body]
    assert [sorted(body) for body in orders] == [["lang", "service"]]


@pytest.mark.states("TN-07", "DN-18")
@pytest.mark.parametrize(
    ("size", "lang"),
    [(PORTRAIT, "vi"), (LANDSCAPE, "en"), (TABLET, "vi"), (TABLET, "en"), (SQUARE, "vi"), (SQUARE, "en")],
)
def test_the_how_to_pages_are_reached_from_the_first_screen_and_fit_it(
    server: Server, paired: Paired, size: tuple[int, int], lang: str
) -> None:
    page = paired(server, size)
    if lang == "en":
        act(page, "language")
    act(page, "guides")
    large_and_whole(page)
    for name, steps in (("number", 4), ("online", 5), ("post", 3), ("return", 3)):
        choose(page, name)
        expect(page.locator(".guide__step")).to_have_count(steps)
        expect(page.locator(".guide__form")).to_have_count(3 if name == "post" else 0)
        large_and_whole(page)
        act(page, "back")
    act(page, "back")
    expect(page.locator("body")).to_have_attribute("data-screen", "home")


def test_the_online_guide_shows_the_portal_as_a_code(server: Server, paired: Paired) -> None:
    page = paired(server)
    portal = server.ask("GET", "/sites/demo/procedures").json()["items"][0]["alternatives"]["portal_url"]
    act(page, "guides")
    choose(page, "online")
    expect(page.locator(".guide__code")).to_have_js_property("complete", True)
    assert page.locator(".guide__code").evaluate("image => image.naturalWidth") > 0
    expect(page.locator(".guide__step").first).to_contain_text(portal.removeprefix("https://"))


def test_a_full_field_says_why_and_leads_to_the_online_guide_and_back(own_server: Server, paired: Paired) -> None:
    set_session(own_server, field_caps={"CT": 0})
    page = paired(own_server)
    act(page, "take")
    choose(page, "CT")
    refusal = page.locator('.screen[data-code="cap_reached"]')
    expect(refusal.locator('[data-slot="why"]')).to_contain_text("Vì sao")
    large_and_whole(page)
    refusal.locator('[data-act="guide"][data-n="online"]').click()
    expect(page.locator(".guide__code")).to_be_visible()
    act(page, "back")
    expect(refusal).to_be_visible()
    act(page, "back")
    expect(page.locator("body")).to_have_attribute("data-screen", "field")


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE, TABLET])
def test_a_slip_that_did_not_come_out_is_printed_once_more_and_no_more(
    server: Server, paired: Paired, size: tuple[int, int]
) -> None:
    page = paired(server, size)
    given = len(tickets(server))
    to_confirm(page)
    act(page, "submit")
    number = number_of(page)
    assert settled_prints(page) == 1
    expect(page.locator("#slip")).to_have_attribute("src", re.compile(r"&copy=0$"))
    large_and_whole(page)
    page.locator('[data-act="trouble"]').dblclick()
    slip = page.locator(".result__slip")
    expect(slip).to_contain_text("chụp ảnh số")
    assert prints(page) == 1
    large_and_whole(page)
    act(page, "reprint")
    expect(page.locator('[data-slot="trouble"]')).to_be_hidden()
    expect(slip).to_contain_text("quầy hướng dẫn")
    assert (prints(page), number_of(page), len(tickets(server))) == (2, number, given + 1)
    expect(page.locator("#slip")).to_have_attribute("src", re.compile(r"&copy=1$"))
    large_and_whole(page)


def test_asking_about_the_slip_gives_the_countdown_its_full_time_again(server: Server, paired: Paired) -> None:
    page = paired(server)
    to_confirm(page)
    clock = Clock(page)
    act(page, "submit")
    number_of(page)
    countdown = page.locator('[data-slot="countdown"]')
    expect(countdown).to_contain_text(re.compile(r"\b25\b"))
    # The slip that is handed over takes a press away.
    settled_prints(page)
    clock.passes(20)
    expect(countdown).to_contain_text(re.compile(r"\b5\b"))
    act(page, "trouble")
    expect(countdown).to_contain_text(re.compile(r"\b25\b"))
    expect(page.locator("body")).to_have_attribute("data-screen", "ticket")
