"""The lobby kiosk, upright and lying, from the pairing code to the lost connection."""

from __future__ import annotations

import re

from playwright.sync_api import BrowserContext, Page, expect

from tests.screenshots.camera import KIOSK, Camera
from tests.screenshots.hall import Hall
from tests.serving import layso

UPRIGHT = KIOSK[0]


class Kiosk:
    def __init__(self, hall: Hall, camera: Camera) -> None:
        self.hall, self.camera = hall, camera
        self.machine: BrowserContext = camera.context(UPRIGHT)
        self.pages: list[Page] = []

    def unpaired(self) -> str:
        """Shows its code, which is returned."""
        page = self.machine.new_page()
        page.goto(f"{self.hall.server.url}/demo/kiosk/")
        code = page.locator("[data-pairing-code]").inner_text()
        self.camera.shoot(page, "kiosk/pairing", KIOSK)
        self.pages = [page]
        return code

    def pair(self, code: str) -> None:
        confirmed = layso("device", "confirm", code, data=self.hall.server.data)
        if confirmed.returncode:
            raise RuntimeError(confirmed.stderr)
        first = self.pages[0]
        expect(first.locator(".home")).to_be_visible(timeout=10_000)
        second = self.machine.new_page()
        second.goto(first.url)
        for page, size in zip((first, second), KIOSK, strict=True):
            page.set_viewport_size({"width": size[0], "height": size[1]})
        self.pages = [first, second]

    def home(self, state: str, shown: str = "") -> None:
        """The idle screen, once it has taken in the present state; `shown` is a session state."""
        for page in self.pages:
            expect(page.locator("#offline")).to_be_hidden(timeout=15_000)
            wanted = f'.today__state[data-state="{shown}"]' if shown else '[data-act="take"]'
            expect(page.locator(wanted)).to_be_visible()
            expect(page.locator("#clock")).to_have_text(re.compile(f"{self.hall.later(0)}|{self.hall.later(1)}"))
            self.camera.shoot(page, f"kiosk/{state}")

    def flow(self, lang: str) -> None:
        """From the first touch to the number."""
        for page in self.pages:
            if lang == "en":
                act(page, "language")
                self._shoot(page, "language", lang)
            act(page, "take")
            self._shoot(page, "field", lang)
            act(page, "find")
            for key in "khai":
                page.locator(f'[data-key="{key}"]').click()
            self._shoot(page, "search", lang)
            act(page, "back")
            choose(page, "HT")
            self._shoot(page, "procedures", lang)
            page.locator(".choice").first.click()
            act(page, "more")
            act(page, "priority")
            self._shoot(page, "priority", lang)
            choose(page, "none" if page is self.pages[0] else "elderly")
            self._shoot(page, "confirm", lang)
            act(page, "submit")
            expect(page.locator("[data-ticket-number]")).to_be_visible(timeout=10_000)
            expect(page.locator("#slip")).to_have_attribute("data-printed", re.compile("."))
            self._shoot(page, "number", lang)
            act(page, "home")

    def help(self) -> None:
        for page in self.pages:
            act(page, "help")
            self._shoot(page, "help", "vi")
            act(page, "home")

    def nobody_there(self) -> None:
        for page in self.pages:
            act(page, "take")
            page.evaluate("const now = Date.now; Date.now = () => now() + 33_000; void 0")
            expect(page.locator("#idle")).to_be_visible()
            self._shoot(page, "still-there", "vi")
            page.reload()
            expect(page.locator(".home")).to_be_visible()

    def not_enough(self) -> None:
        """Three dossiers are wanted, two are left; then none is."""
        for page in self.pages:
            to_confirm(page, more=2)
        self.hall.plan(cap=self.hall.session()["issued"] + 2, reason="Một cán bộ nghỉ ốm")
        for page in self.pages:
            act(page, "submit")
            expect(page.locator('.screen[data-code="cap_reached"]')).to_be_visible()
            self._shoot(page, "not-enough-left", "vi")
        self.hall.plan(cap=self.hall.session()["issued"], reason="Một cán bộ nghỉ ốm")
        for page in self.pages:
            act(page, "fewer")
            act(page, "submit")
            expect(page.locator('.screen[data-code="cap_reached"]')).to_be_visible()
            self._shoot(page, "cap-reached", "vi")
            act(page, "home")
        self.home("full", "full")

    def offline(self) -> None:
        """The server is gone: while idle, and while a number was being taken."""
        first, second = self.pages
        for page in self.pages:
            expect(page.locator("#offline")).to_be_visible(timeout=10_000)
        for page in (first, second):
            self._shoot(page, "offline", "vi")
            to_confirm(page)
            act(page, "submit")
            expect(page.locator('[data-slot="retry"]')).to_be_visible()
            self._shoot(page, "offline-taking", "vi")

    def back_again(self) -> None:
        for page in self.pages:
            expect(page.locator("[data-ticket-number]")).to_be_visible(timeout=20_000)
            act(page, "home")

    def _shoot(self, page: Page, state: str, lang: str) -> None:
        self.camera.shoot(page, f"kiosk/{state}", lang=lang)


def act(page: Page, name: str) -> None:
    page.locator(f'[data-act="{name}"]:visible').click()


def choose(page: Page, code: str) -> None:
    page.locator(f'[data-choice="{code}"]').click()


def to_confirm(page: Page, more: int = 0) -> None:
    act(page, "take")
    choose(page, "HT")
    choose(page, "unknown")
    for _one in range(more):
        act(page, "more")
    expect(page.locator('[data-act="submit"]')).to_be_visible()
