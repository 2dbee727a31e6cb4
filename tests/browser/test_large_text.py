"""Text at 200 %: Chromium's own font size doubled, nothing lies over anything else, is cut off or sticks out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import ARGUMENTS, shell_path, violations
from tests.browser.desk_kit import SIZE, Desk, take
from tests.browser.pages_kit import Pages
from tests.serving import Server

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
TROUBLE = """() => {
  const told = [], lines = [];
  const name = (node) => `${node.tagName}.${node.className} “${node.textContent.trim().slice(0, 30)}”`;
  const seen = (node) => node.checkVisibility({ visibilityProperty: true }) && !node.closest(".visually-hidden, .skip");
  if (document.documentElement.scrollWidth > innerWidth) told.push(`page: ${document.documentElement.scrollWidth}`,
    ...[...document.body.querySelectorAll("*")].filter((node) => seen(node) && !node.closest(".table-wrap")
      && node.getBoundingClientRect().right > innerWidth + 1).map(name));
  for (const node of document.body.querySelectorAll("*")) {
    const style = getComputedStyle(node);
    if (!seen(node) || !node.textContent.trim() || node.tagName === "SCRIPT" || node.tagName === "SELECT") continue;
    const wide = !["visible", "auto"].includes(style.overflowX) && node.scrollWidth > node.clientWidth + 1;
    const tall = !["visible", "auto"].includes(style.overflowY) && node.scrollHeight > node.clientHeight + 2;
    if (wide || tall) told.push(`cut: ${name(node)}`);
  }
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode, parent = node.parentElement;
    if (!node.textContent.trim() || !seen(parent) || parent.closest("script, option")) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    let frame = parent.closest(".list__scroll, .table-wrap, dialog");
    const room = frame?.getBoundingClientRect();
    for (const box of range.getClientRects()) {
      if (room && (box.bottom > room.bottom || box.top < room.top || box.right > room.right)) continue;
      lines.push([box, parent, node]);
    }
  }
  for (let one = 0; one < lines.length; one += 1) for (let two = one + 1; two < lines.length; two += 1) {
    const [a, of, text] = lines[one], [b, other, also] = lines[two];
    if (text === also || of.closest("dialog") !== other.closest("dialog")) continue;
    const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const tall = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (wide > 2 && tall > 0.4 * Math.min(a.height, b.height)) told.push(`over: ${name(of)} and ${name(other)}`);
  }
  return told;
}"""


@pytest.fixture(scope="module")
def large(browser: Browser) -> Iterator[Pages]:
    """A browser whose owner has set letters of twice the usual size."""
    own = browser.browser_type.launch(
        executable_path=shell_path(), headless=True, args=[*ARGUMENTS, "--blink-settings=defaultFontSize=32"]
    )
    yield Pages(own)
    own.close()


@contextmanager
def reader(large: Pages, size: dict[str, int], lang: str = "vi-VN") -> Iterator[Page]:
    page = large.take(*size.values(), locale=lang)
    yield page
    large.give_back(page)


def stands(page: Page) -> None:
    assert page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)") == 32
    assert page.evaluate(TROUBLE) == []
    assert violations(page) == []


@pytest.mark.parametrize("lang", ["vi-VN", "en-GB"])
def test_the_ticket_on_the_phone_stands_in_every_state(server: Server, large: Pages, lang: str) -> None:
    mine: dict[str, Any] = take(server, "CT", dossiers=2)
    with reader(large, PHONE, lang) as page:
        page.goto(f"{server.url}/t/{mine['code']}")
        page.locator("#sound").click()
        page.locator("#give-up summary").click()
        stands(page)
        assert server.at_counter(2, "open", fields=["CT"], takeover=True).status_code == 200
        for verb, state in (("call-next", "called"), ("start", "serving"), ("finish", "done")):
            assert server.at_counter(2, verb).status_code == 200
            expect(page.locator("#turn")).to_have_attribute("data-state", state)
            stands(page)
        page.goto(f"{server.url}/t/AAAAAAAAAAAAAAAAAAAAAA")
        stands(page)


@pytest.mark.parametrize("size", [PHONE, SIZE])
def test_the_public_page_and_the_login_stand(server: Server, large: Pages, size: dict[str, int]) -> None:
    with reader(large, size) as page:
        page.goto(f"{server.url}/demo/")
        stands(page)
        page.goto(f"{server.url}/login")
        stands(page)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_console_stands(server: Server, large: Pages, lang: str) -> None:
    take(server, priority="elderly", applicant="organisation")
    take(server)
    desk = Desk(large, server, lang)
    page = desk.sign_in("/demo/counter/", "officer")
    stands(page)
    page.locator("[data-counter='1']" if lang == "vi" else "[data-counter='3']").click()
    page.locator("dialog input[value=HT]").check()
    stands(page)
    desk.confirm()
    expect(page.locator("[data-part=work]")).to_be_visible()
    desk.press("Space")
    expect(desk.number).not_to_have_text("–")
    page.locator(".receipt summary").click()
    stands(page)
    desk.press("n")
    expect(page.locator("dialog[open]")).to_be_visible()
    stands(page)
    desk.leave()


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_supervisors_day_stands(server: Server, large: Pages, lang: str) -> None:
    desk = Desk(large, server, lang)
    page = desk.sign_in("/demo/supervisor/", "supervisor")
    expect(page.locator("[data-session]").first).to_be_visible()
    stands(page)
    desk.leave()
