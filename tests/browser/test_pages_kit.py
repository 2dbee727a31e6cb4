"""A page that goes from test to test brings nothing along."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Browser

from tests.browser.conftest import DESK, PHONE
from tests.browser.desk_kit import pair
from tests.browser.pages_kit import KEPT, Pages
from tests.serving import Server

pytestmark = pytest.mark.browser
KEEP = """() => {
  localStorage.setItem("of", "before"); sessionStorage.setItem("of", "before");
  addEventListener("pagehide", () => sessionStorage.setItem("late", "before"));
}"""
FOUND = "() => ({ ...localStorage, ...sessionStorage })"


@pytest.fixture
def pages(browser: Browser) -> Iterator[Pages]:
    own = Pages(browser)
    yield own
    own.close()


def test_the_next_test_finds_neither_cookies_nor_storage_nor_faults(server: Server, pages: Pages) -> None:
    page = pages.take(*DESK)
    pair(page, server, "kiosk")
    page.goto(f"{server.url}/demo/kiosk/")
    page.evaluate(KEEP)
    with page.expect_event("pageerror"):
        page.evaluate("setTimeout(() => { throw new Error('of before') })")
    assert pages.faults(page) == ["of before"]
    pages.give_back(page)
    again = pages.take(*PHONE)
    assert again is page and again.viewport_size == {"width": PHONE[0], "height": PHONE[1]}
    again.goto(f"{server.url}/robots.txt")
    assert (again.evaluate(FOUND), again.context.cookies(), pages.faults(again)) == ({}, [], [])


def test_what_can_not_be_taken_back_ends_the_page(server: Server, pages: Pages) -> None:
    page = pages.take(*DESK)
    for spend in (
        lambda page: page.on("request", lambda request: None),
        lambda page: page.add_init_script("void 0"),
        lambda page: page.context.set_offline(False),
        lambda page: page.clock.install(),
    ):
        page.goto(f"{server.url}/robots.txt")
        spend(page)
        pages.give_back(page)
        assert page.is_closed()
        page = pages.take(*DESK)


def test_a_page_is_given_only_to_who_wants_its_like(server: Server, pages: Pages) -> None:
    taken = [pages.take(*DESK, locale="vi-VN") for _one in range(KEPT + 1)]
    for page in taken:
        page.goto(f"{server.url}/robots.txt")
        pages.give_back(page)
    assert [page.is_closed() for page in taken] == [True] + [False] * KEPT
    assert pages.take(*DESK, locale="en-GB") not in taken
    assert pages.take(*DESK, locale="vi-VN", fresh=True) not in taken
    assert pages.take(*DESK, locale="vi-VN") in taken
