"""What citizens see without touching the kiosk: the wall, the ticket on the phone, the public page."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.screenshots.camera import PHONE, PUBLIC, WALL, Camera
from tests.screenshots.hall import Hall
from tests.serving import layso

HD = WALL[0]


class Wall:
    def __init__(self, hall: Hall, camera: Camera) -> None:
        self.hall, self.camera = hall, camera
        self.watching: Page | None = None

    def open(self, query: str = "", size: tuple[int, int] = HD, sound: bool = True) -> Page:
        """A wall with its board; the touch that it needs for its sound is done unless `sound` is false."""
        page = self.camera.page(size)
        page.goto(f"{self.hall.server.url}/demo/display/{query}")
        expect(page.locator("body")).to_have_attribute("data-seq", re.compile(r"\d"))
        expect(page.locator("#sound")).to_be_visible()
        if sound:
            page.locator("#sound").click()
            expect(page.locator("#sound")).to_be_hidden()
        return page

    def show(self, state: str, query: str = "", lang: str = "vi", sound: bool = True, every: bool = False) -> None:
        """`every`: at all sizes, else only at the common one and upright."""
        if not self.camera.wants("wall"):
            return
        page = self.open(query, sound=sound)
        sizes = WALL if every else (HD, WALL[2]) if lang == "vi" else (HD,)
        self.camera.shoot(page, f"wall/{state}", sizes, lang)
        self.camera.close(page)

    def call(self, counter: int) -> None:
        """Somebody is called while the walls look on."""
        walls = [self.open(size=size) for size in WALL]
        number = self.hall.at(counter, "call-next")["number"]
        for page in walls:
            expect(page.locator("#hero-number")).to_have_text(number)
            self.camera.shoot(page, "wall/called")
        self.camera.close(*walls)

    def watch(self) -> None:
        self.watching = self.open()

    def offline(self) -> None:
        assert self.watching is not None
        expect(self.watching.locator("#lost")).to_be_visible(timeout=10_000)
        self.camera.shoot(self.watching, "wall/offline", WALL)
        self.camera.close(self.watching)

    def overflow(self) -> None:
        """Twelve counters, all but one of them open and at work."""
        applied = layso("apply", self.hall.twelve_counters(self.hall.server.data), data=self.hall.server.data)
        if applied.returncode:
            raise RuntimeError(applied.stderr)
        for counter in range(6, 13):
            self.hall.at(counter, "open")
            if self.hall.at(counter, "call-next"):
                self.hall.at(counter, "start")
        self.show("twelve-counters", every=True)


class Phone:
    def __init__(self, hall: Hall, camera: Camera) -> None:
        self.hall, self.camera = hall, camera
        self.watching: Page | None = None

    def open(self, code: str, lang: str = "vi", size: tuple[int, int] = PHONE[0]) -> Page:
        page = self.camera.page(size, lang)
        page.goto(f"{self.hall.server.url}/t/{code}")
        return page

    def states(self) -> None:
        """One ticket for each state that this hour has; the one that three are before is called at last."""
        find = self.hall.find
        given_up = self.hall.take("CU")
        self.hall.server.ask("DELETE", f"/tickets/{given_up['code']}")
        shown = {
            "waiting": find(state="waiting", ahead=6),
            "serving": find(state="serving"),
            "held": find(state="held"),
            "absent": find(state="no_show"),
            "done": find(state="done"),
            "cancelled": given_up,
        }
        for state, ticket in shown.items():
            for lang in ("vi", "en") if state in ("waiting", "done") else ("vi",):
                page = self.open(ticket["code"], lang)
                expect(page.locator("#state")).not_to_be_empty()
                self.camera.shoot(page, f"phone/{state}", lang=lang)
                if state == "waiting" and lang == "vi":
                    page.locator("#give-up summary").click()
                    self.camera.shoot(page, "phone/whole-page", whole=True)
                self.camera.close(page)
        over = self.open("A" * 22)
        self.camera.shoot(over, "phone/day-over")
        self.camera.close(over)
        self._called()

    def _called(self) -> None:
        """The same paper and page, while three are ahead and when it is called."""
        ticket = self._three()
        slip = self.hall.server.ask("GET", f"/tickets/{ticket['code']}/slip.png?width=80").content
        self.camera.keep(slip, "phone/its-slip", "80mm")
        pages = [self.open(ticket["code"], lang) for lang in ("vi", "en")]
        for page, lang in zip(pages, ("vi", "en"), strict=True):
            expect(page.locator("#ahead")).to_be_visible()
            self.camera.shoot(page, "phone/three-ahead", lang=lang)
        self.hall.at(3, "call", number=ticket["number"], reason="Cán bộ mời trước")
        for page, lang in zip(pages, ("vi", "en"), strict=True):
            expect(page.locator("#turn")).to_have_attribute("data-state", "called")
            self.camera.shoot(page, "phone/called", lang=lang)
        self.camera.close(*pages)

    def _three(self) -> dict[str, Any]:
        """A ticket with exactly three ahead. Raises LookupError."""
        for known in self.hall.tickets:
            now = self.hall.server.ask("GET", f"/tickets/{known['code']}").json()
            if now["ahead"] == 3 and now["state"] == "waiting":
                return dict(now)
        raise LookupError("nobody has three ahead")

    def watch(self) -> None:
        self.watching = self.open(self.hall.find(state="waiting", ahead=2)["code"])
        expect(self.watching.locator("#ahead")).to_be_visible()

    def offline(self) -> None:
        assert self.watching is not None
        expect(self.watching.locator("#offline")).to_be_visible(timeout=10_000)
        self.camera.shoot(self.watching, "phone/offline")
        self.camera.close(self.watching)


def public(hall: Hall, camera: Camera, state: str, langs: tuple[str, ...] = ("vi",)) -> None:
    for lang in langs:
        for size in PUBLIC:
            page = camera.page(size, lang)
            page.goto(f"{hall.server.url}/demo/")
            expect(page.locator("h1")).to_be_visible()
            camera.shoot(page, f"public/{state}", lang=lang, whole=True)
            camera.close(page)
