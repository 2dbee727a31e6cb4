"""Both plans of 2020 on their first morning: what the kiosk says, the public page, the supervisor's pages, papers."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.screenshots.camera import DESK, KIOSK, PUBLIC, WALL, Camera
from tests.screenshots.papers import first_page
from tests.serving import Server, layso

FIRST_DAY = "2020-03-30"
LISTED, ORDINARY = "1.013833", "1.013831"
PAGES = ("plan", "announcements", "reports", "postal")
REPORTS = ("daily", "sessions", "diversions", "postal")


class Plan:
    """One province's centre, rehearsed."""

    def __init__(self, folder: Path, camera: Camera, profile: str, site: str) -> None:
        self.camera, self.name = camera, f"plan-{site}"
        self.server = Server(folder / site, profile=profile, at=f"{FIRST_DAY}T07:45")
        self.server.site = site

    def show(self) -> None:
        if not self.camera.wants(self.name):
            return
        with self.server:
            self._work()
            self._kiosk()
            self._others()
            self._desk()
            self._papers()

    def _work(self) -> None:
        for number in range(12):
            self.server.take("DD", dossiers=1 + number % 3)
        self.server.at_counter(1, "open")
        for postal in ("both", "submit"):
            self.server.at_counter(1, "call-next")
            self.server.at_counter(1, "finish", postal=postal)
        self.server.take(procedure=LISTED)
        self.server.take(service="result")

    def _kiosk(self) -> None:
        page = self.camera.page(KIOSK[0])
        page.goto(f"{self.server.url}/{self.server.site}/kiosk/")
        code = page.locator("[data-pairing-code]").inner_text()
        assert layso("device", "confirm", code, data=self.server.data).returncode == 0
        expect(page.locator(".home")).to_be_visible(timeout=10_000)
        for lang in ("vi", "en"):
            if lang == "en":
                page.locator('[data-act="language"]:visible').click()
            self._shoot(page, "home", lang)
            for state, service, procedure in (
                ("listed", "submit", LISTED), ("ordinary", "submit", ORDINARY), ("result", "result", ""),
            ):  # fmt: skip
                self._to(page, service, procedure)
                self._shoot(page, state, lang)
                page.locator('#bar [data-act="home"]').click()
        self.camera.close(page)

    def _to(self, page: Page, service: str, procedure: str) -> None:
        page.locator('[data-act="take"]:visible').click()
        if service == "result":
            page.locator('[data-act="result"]:visible').click()
        if procedure:
            page.locator('[data-choice="DD"]').click()
            while not page.locator(f'[data-choice="{procedure}"]').count():
                page.locator('[data-act="next"]:visible').click()
            page.locator(f'[data-choice="{procedure}"]').click()
        expect(page.locator(".policy")).to_be_visible()

    def _shoot(self, page: Page, state: str, lang: str = "vi") -> None:
        self.camera.shoot(page, f"{self.name}/kiosk-{state}", KIOSK[:1], lang)

    def _others(self) -> None:
        for state, path, sizes in (("public", "", PUBLIC), ("wall", "display/", WALL[:1])):
            for lang in ("vi", "en"):
                page = self.camera.page(sizes[0], lang)
                page.goto(f"{self.server.url}/{self.server.site}/{path}")
                expect(page.locator("#main, .wall").first).to_be_visible()
                self.camera.shoot(page, f"{self.name}/{state}", sizes, lang, whole=state == "public")
                self.camera.close(page)

    def _desk(self) -> None:
        page = self.camera.page(DESK[0])
        login, password = self.server.login("admin")
        page.goto(f"{self.server.url}/login")
        page.fill("[name=login]", login)
        page.fill("[name=password]", password)
        page.press("[name=password]", "Enter")
        for name in ("", *PAGES):
            page.goto(f"{self.server.url}/{self.server.site}/supervisor/{name}")
            expect(page.locator("#main")).to_be_visible()
            self.camera.shoot(page, f"{self.name}/supervisor-{name or 'today'}", DESK[:1], whole=True)
        self.camera.close(page)

    def _papers(self) -> None:
        for lang in ("vi", "en"):
            leaflet = self.server.ask("GET", f"/sites/{self.server.site}/leaflet.pdf?lang={lang}").content
            self.camera.keep(first_page(leaflet, 110 / 72), f"{self.name}/leaflet", "a5", lang)
        for kind in REPORTS:
            path = f"/sites/{self.server.site}/reports/{kind}?from={FIRST_DAY}&to={FIRST_DAY}&format=pdf&lang=vi"
            written = self.server.ask("GET", path, role="supervisor").content
            self.camera.keep(first_page(written, 110 / 72), f"{self.name}/report-{kind}", "a4")


def plans(folder: Path, camera: Camera) -> None:
    for profile, site in (("tay-ninh-2020", "tay-ninh"), ("dong-nai-2020", "dong-nai")):
        Plan(folder, camera, profile, site).show()
