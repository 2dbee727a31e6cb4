"""A real Chromium, pages of the sizes that people stand in front of, and a paired kiosk."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.serving import Server

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Browser, BrowserType, Page, expect, sync_playwright

from tests.browser.desk_kit import Desk, Seed, day, pair, seeded
from tests.browser.desk_kit import violations as violations
from tests.browser.pages_kit import Pages

PORTRAIT, LANDSCAPE, PHONE, DESK = (1080, 1920), (1920, 1080), (390, 844), (1440, 900)
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    # One process fewer to hand every picture through.
    "--in-process-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
# Of what moves every frame is drawn by the processor, 60 a second.
STILL: Any = {"reduced_motion": "reduce"}

STOP_THE_CLOCK = "window.moment = Date.now(); Date.now = () => window.moment; void 0"

# What must come is waited for, however slow the machine; nothing here says how fast it comes.
expect.set_options(timeout=60_000)

NewPage = Callable[..., Page]
Hire = Callable[..., Desk]


def chromium_path() -> str | None:
    named = os.environ.get("LAYSO_CHROMIUM", "")
    return named or next((found for name in NAMES if (found := shutil.which(name))), None)


def shell_path() -> str | None:
    """Chromium without a window where it is there: a page opens for a seventh of the work."""
    return shutil.which("chromium-headless-shell") or chromium_path()


@pytest.fixture(scope="session")
def chromium() -> Iterator[BrowserType]:
    if chromium_path() is None:
        pytest.skip("no Chromium on this machine; set LAYSO_CHROMIUM")
    with sync_playwright() as playwright:
        yield playwright.chromium


@pytest.fixture(scope="session")
def browser(chromium: BrowserType) -> Iterator[Browser]:
    browser = chromium.launch(executable_path=shell_path(), headless=True, args=list(ARGUMENTS))
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def whole_browser(chromium: BrowserType) -> Iterator[Browser]:
    """For what the shell can't do: notifications, cameras."""
    browser = chromium.launch(executable_path=chromium_path(), headless=True, args=list(ARGUMENTS))
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def server(seed: Seed, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The demo, one for each file of tests: a rehearsal of a Monday at 08:00."""
    with day(seed, tmp_path_factory.mktemp("served")) as running:
        yield running


@pytest.fixture
def own_server(seed: Seed, tmp_path: Path) -> Iterator[Server]:
    """A server of the test's own, which it may stop or bring to a cap."""
    with day(seed, tmp_path) as running:
        yield running


@pytest.fixture(scope="session")
def kept_pages(browser: Browser) -> Iterator[Pages]:
    pages = Pages(browser)
    yield pages
    pages.close()


@pytest.fixture
def pages(kept_pages: Pages) -> Pages:
    return kept_pages


@pytest.fixture
def new_page(pages: Pages) -> Iterator[NewPage]:
    """`new_page(size, lang="vi-VN", script=True)`: a page in a context of its own; a script error fails the test."""
    taken: list[Page] = []

    def make(size: tuple[int, int] = DESK, lang: str = "vi-VN", script: bool = True, **more: Any) -> Page:
        taken.append(pages.take(*size, locale=lang, java_script_enabled=script, **STILL | more))
        return taken[-1]

    yield make
    faults = [fault for page in taken for fault in pages.faults(page)]
    for page in taken:
        pages.give_back(page)
    assert not faults, faults


@pytest.fixture
def paired(new_page: NewPage) -> Callable[..., Page]:
    """`paired(server, size)`: a kiosk that keeps a device's token already, on its idle screen."""

    def make(server: Server, size: tuple[int, int] = PORTRAIT, query: str = "") -> Page:
        page = new_page(size)
        pair(page, server, "kiosk")
        page.goto(f"{server.url}/{server.site}/kiosk/{query}")
        expect(page.locator(".home")).to_be_visible()
        return page

    return make


@pytest.fixture(scope="session")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Seed:
    """A data directory to copy, for tests that want a day of their own."""
    return seeded(tmp_path_factory.mktemp("seed"))


@pytest.fixture
def hire(pages: Pages, server: Server) -> Iterator[Hire]:
    """`hire(lang)`: somebody at a desk, with a browser of his own; a script error there fails the test."""
    desks: list[Desk] = []

    def one(lang: str = "en", **how: Any) -> Desk:
        desks.append(Desk(pages, server, lang, **how))
        return desks[-1]

    yield one
    for desk in desks:
        desk.leave()


class Clock:
    """The page's own clock, standing still until told: what counts down there waits for the test, however slow."""

    def __init__(self, page: Page) -> None:
        self._page = page
        page.evaluate(STOP_THE_CLOCK)

    def passes(self, seconds: int) -> None:
        self._page.evaluate(f"window.moment += {seconds} * 1000")


def prints(page: Page) -> int:
    """How often this tab has printed."""
    return int(page.evaluate("sessionStorage.getItem('test.prints') || '0'"))
