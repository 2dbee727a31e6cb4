"""The officers' console and the supervisor's pages."""

from __future__ import annotations

from playwright.sync_api import Page, Route, expect

from tests.screenshots.camera import DESK, Camera
from tests.screenshots.hall import MORNING, Hall

SMALL = DESK[0]


def sign_in(hall: Hall, page: Page, path: str, login: str) -> None:
    page.goto(hall.server.url + path)
    page.locator("#login").fill(login)
    page.locator("#password").fill(hall.passwords[login])
    page.locator("#password").press("Enter")
    page.wait_for_url(f"**{path}*")


class Console:
    """Lan's screen at counter 1."""

    def __init__(self, hall: Hall, camera: Camera) -> None:
        self.hall, self.camera = hall, camera
        self.page = camera.page(SMALL)

    def login(self) -> None:
        for lang in ("vi", "en"):
            page = self.camera.page(SMALL, lang)
            page.goto(f"{self.hall.server.url}/login")
            self.camera.shoot(page, "console/login", DESK, lang)
            page.locator("#login").fill("lan")
            page.locator("#password").fill("wrong")
            page.locator("#password").press("Enter")
            expect(page.locator("[role=alert]")).to_be_visible()
            self.camera.shoot(page, "console/login-wrong", (SMALL,), lang)
            self.camera.close(page)

    def sit(self) -> None:
        sign_in(self.hall, self.page, "/demo/counter/", "lan")
        expect(self.page.locator("[data-counter='1']")).to_be_visible()
        self.shoot("choose-counter")
        self.page.locator("[data-counter='1']").click()
        self.shoot("dialog-open-counter")
        self.confirm()
        expect(self.page.locator("[data-part=work]")).to_be_visible()
        self.shoot("idle")

    def serve(self) -> None:
        """A call, its dialogs, and the entries at the end."""
        self.press("Space")
        expect(self.page.locator("[data-number]")).not_to_have_text("–")
        self.shoot("recall-gap")
        self.dialog("t", "transfer")
        self.dialog("h", "hold")
        self.dialog("p", "pause")
        self.dialog("n", "issue")
        self.row("out", "call-out-of-turn")
        self.row("cancel", "cancel")

    def serve_on(self) -> None:
        """Half a minute later: the call may be repeated; then the person is there."""
        expect(self.page.locator("[data-offline]")).to_be_hidden(timeout=15_000)
        expect(self.page.locator("[data-verb=recall]")).to_have_attribute("aria-disabled", "false")
        self.shoot("called")
        self.press("s")
        expect(self.page.locator("[data-timer-bar]")).to_be_visible()
        self.shoot("serving")
        self.page.locator(".receipt summary").click()
        self.shoot("finish")
        self.page.locator(".receipt summary").click()
        self.english("serving")

    def conflict(self) -> None:
        """The server is asked with a number that is no longer at the counter."""

        def behind(route: Route) -> None:
            route.continue_(post_data='{"expect": "1000"}')

        self.page.route("**/call-next", behind)
        self.press("Space")
        expect(self.page.locator("[data-said]")).not_to_be_empty()
        self.shoot("conflict")
        self.page.unroute("**/call-next")

    def pause(self) -> None:
        self.press("Enter")
        expect(self.page.locator("[data-number]")).to_have_text("–")
        self.shoot("finished")
        self.press("p")
        self.confirm()
        self.shoot("paused")
        self.press("p")
        expect(self.page.locator("[data-verb=next]")).to_have_attribute("aria-disabled", "false")

    def issue(self) -> None:
        self.press("n")
        self.page.locator("dialog select[name=field]").select_option("HT")
        self.page.locator("dialog [type=submit]").click()
        expect(self.page.locator("[data-slip]")).to_be_visible()
        self.shoot("issued")
        self.page.keyboard.press("Escape")
        self.page.locator("[data-verb=keys]").click()
        self.shoot("dialog-keys")
        self.page.keyboard.press("Escape")

    def taken_over(self) -> None:
        self.hall.at(1, "open", takeover=True)
        expect(self.page.locator("[data-lost]")).to_be_visible()
        self.shoot("taken-over")

    def offline(self) -> None:
        expect(self.page.locator("[data-offline]")).to_be_visible(timeout=10_000)
        self.shoot("offline")

    def english(self, state: str) -> None:
        other = self.page.context.new_page()
        other.goto(self.page.url + ("&" if "?" in self.page.url else "?") + "lang=en")
        expect(other.locator("html")).to_have_attribute("lang", "en")
        expect(other.locator("[data-part=work]")).to_be_visible()
        self.camera.shoot(other, f"console/{state}", DESK, "en")
        other.goto(f"{self.hall.server.url}/demo/counter/?lang=vi")
        other.close()

    # -- hands --------------------------------------------------------------------------------------

    def shoot(self, state: str) -> None:
        expect(self.page.locator("main[aria-busy=false]")).to_be_visible()
        self.camera.shoot(self.page, f"console/{state}", DESK)

    def press(self, key: str) -> None:
        expect(self.page.locator("main[aria-busy=false]")).to_be_visible()
        self.page.keyboard.press(key)

    def dialog(self, key: str, name: str) -> None:
        self.press(key)
        self._asked(name)

    def row(self, verb: str, name: str) -> None:
        self.page.locator(f"[data-row^='waiting:{verb}']").nth(1).click()
        self._asked(name)

    def _asked(self, name: str) -> None:
        expect(self.page.locator("dialog[open]")).to_be_visible()
        self.shoot(f"dialog-{name}")
        self.page.keyboard.press("Escape")
        expect(self.page.locator("dialog[open]")).to_have_count(0)
        self.page.evaluate("document.activeElement.blur()")

    def confirm(self) -> None:
        self.page.locator("dialog[open] [type=submit]").click()
        expect(self.page.locator("dialog[open]")).to_have_count(0)


class Supervisor:
    def __init__(self, hall: Hall, camera: Camera) -> None:
        self.hall, self.camera = hall, camera
        self.page = camera.page(SMALL)

    def sign_in(self) -> None:
        sign_in(self.hall, self.page, "/demo/supervisor/", "quantri")

    def devices(self) -> None:
        self.go("devices")
        expect(self.page.locator("[data-pairing]")).to_be_visible()
        self.shoot("devices")

    def today(self) -> None:
        self.go("")
        self.shoot("today")
        self.camera.shoot(self.page, "supervisor/today-whole", DESK, whole=True)
        self.go("?lang=en")
        self.camera.shoot(self.page, "supervisor/today", DESK, "en")
        self.go("?lang=vi")

    def dialogs(self) -> None:
        session = f"[data-session='{MORNING}']"
        self.page.locator(f"{session} [data-line='site'] input").fill("60")
        self.page.locator(f"{session} [data-line='field:CT'] input").fill("12")
        self._asked(f"{session} .caps__foot button", "caps")
        self._asked(f"{session} [data-do=close]", "close-session")
        self._asked(f"{session} [data-do=pause]", "pause-session")

    def lists(self) -> None:
        for name in ("officers", "journal"):
            self.go(name)
            self.shoot(name)
        self.go("?lang=vi")

    def go(self, path: str) -> None:
        self.page.goto(f"{self.hall.server.url}/demo/supervisor/{path}")
        if not path or path.startswith("?"):
            expect(self.page.locator("[data-session]")).to_have_count(2)

    def shoot(self, state: str) -> None:
        self.camera.shoot(self.page, f"supervisor/{state}", DESK)

    def _asked(self, button: str, name: str) -> None:
        self.page.locator(button).click()
        expect(self.page.locator("dialog[open]")).to_be_visible()
        self.shoot(f"dialog-{name}")
        self.page.keyboard.press("Escape")
        expect(self.page.locator("dialog[open]")).to_have_count(0)
