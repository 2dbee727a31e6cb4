"""Officers and supervisors in real browsers, each test on a server and a day of its own."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Locator, Page, expect

from tests.browser.pages_kit import Pages
from tests.serving import Server

CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
SIZE = {"width": 1366, "height": 768}
SCAN = """(keys) => {
  for (const [key, code] of keys) {
    const pressed = new KeyboardEvent("keydown", { key, code, bubbles: true, cancelable: true });
    (document.activeElement ?? document.body).dispatchEvent(pressed);
  }
}"""


@dataclass(frozen=True)
class Seed:
    """A data directory with the demo site, its logins and three tokens, to be copied: making it takes seconds."""

    data: Path
    tokens: dict[tuple[str, str], str]


def seeded(folder: Path) -> Seed:
    with Server(folder / "seed") as server:
        tokens = {(role, server.site): server.token(role) for role in ("kiosk", "officer", "supervisor")}
        assert server.stop() == 0, server.logged()
        return Seed(server.data, tokens)


@contextmanager
def day(seed: Seed, folder: Path) -> Iterator[Server]:
    """A server on a copy of the seed; Monday 08:00, nobody waits, no counter is open."""
    shutil.copytree(seed.data, folder / "data")
    server = Server(folder / "data")
    server._tokens.update(seed.tokens)
    with server:
        yield server


def login(server: Server, role: str, which: int = 0) -> tuple[str, str]:
    """The `which`-th demo login of that role."""
    found = [line.split() for line in server.output.splitlines() if line.split()[:2] == [role, "login"]]
    return found[which][2], found[which][4]


def sign_in(page: Page, url: str, path: str, name: str, password: str) -> None:
    """To the page at `path`, signed in by the login's form, which is not drawn for it:
    test_units_page.py types into it."""
    asking = page.context.request
    form = asking.get(f"{url}/login")
    token = CSRF.search(form.text())
    assert token, form.text()
    sent = {"login": name, "password": password, "csrf_token": token[1]}
    answer = asking.post(f"{url}/login", form=sent, max_redirects=0)
    assert answer.status == 303, answer.text()
    page.goto(url + path)


def pair(page: Page, server: Server, role: str, *of: str) -> None:
    """The page's browser keeps a device's cookie, as after a pairing."""
    name = server.cookie(role, server.site, *of)
    cookie: Any = {"name": name, "value": server.token(role), "url": server.url, "httpOnly": True, "sameSite": "Lax"}
    page.context.add_cookies([cookie])


class Desk:
    """One person's browser, signed in; `page` is what he sees, `errors` what its console said."""

    def __init__(self, pages: Pages, server: Server, lang: str = "en", **how: Any) -> None:
        self.server = server
        self._pages = pages
        self.page = pages.take(*SIZE.values(), locale=f"{lang}-{'VN' if lang == 'vi' else 'GB'}", **how)
        self.context = self.page.context

    @property
    def errors(self) -> list[str]:
        return self._pages.faults(self.page)

    def leave(self) -> None:
        """He is gone; an error of his page's scripts fails the test."""
        errors = self.errors
        self._pages.give_back(self.page)
        assert errors == []

    def sign_in(self, path: str, role: str, which: int = 0) -> Page:
        sign_in(self.page, self.server.url, path, *login(self.server, role, which))
        return self.page

    def sit(self, counter: int, fields: tuple[str, ...] = ("HT",), which: int = 0) -> Page:
        """Signs in as an officer and opens a counter for these fields alone."""
        page = self.sign_in("/demo/counter/", "officer", which)
        page.locator(f"[data-counter='{counter}']").click()
        for box in page.locator("dialog input[type=checkbox]").all():
            box.set_checked(box.get_attribute("value") in fields)
        self.confirm()
        expect(page.locator("[data-part=work]")).to_be_visible()
        return page

    def confirm(self) -> None:
        self.page.locator("dialog[open] [type=submit]").click()
        expect(self.page.locator("dialog")).to_have_count(0)

    def press(self, key: str) -> None:
        """A key, once the page is done with the one before."""
        expect(self.page.locator("main[aria-busy=false], main:not([aria-busy])")).to_be_visible()
        self.page.keyboard.press(key)

    @property
    def number(self) -> Locator:
        return self.page.locator("[data-number]")

    @property
    def said(self) -> Locator:
        return self.page.locator("[data-said]")

    def scan(self, text: str) -> None:
        """A USB scanner: all keys and Enter in one moment, which keys sent one by one can't be on a busy machine. No
        hand lets it read before the answer to the key before, or presses Enter as soon after it as it might itself."""
        expect(self.page.locator("main[aria-busy=false], main:not([aria-busy])")).to_be_visible()
        keys = [[char, _code(char)] for char in text] + [["Enter", "Enter"]]
        self.page.evaluate(SCAN, keys)
        self.page.evaluate("() => new Promise((gone) => setTimeout(gone, 50))")


def _code(char: str) -> str:
    return f"Key{char.upper()}" if char.isascii() and char.isalpha() else "Space" if char == " " else ""


def journal(server: Server) -> list[dict[str, Any]]:
    """All lines but those about logins and tokens."""
    answer = server.ask("GET", "/sites/demo/journal?limit=1000", role="supervisor")
    assert answer.status_code == 200, answer.text
    return [line for line in answer.json()["items"] if line["kind"] != "account_changed"]


def kinds(server: Server) -> list[str]:
    """What happened to tickets, counters and sessions, in order."""
    quiet = ("site_configured", "session_planned", "session_moved", "rehearsal_started")
    return [line["kind"] for line in journal(server) if line["kind"] not in quiet]


def take(server: Server, field: str = "HT", **body: Any) -> dict[str, Any]:
    answer = server.take(field, **body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def violations(page: Page) -> list[str]:
    """What axe finds on the page as it stands, as "rule: where"; run in the page's own strict CSP."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    # What it does not object to is ten times as long.
    found = page.evaluate("axe.run({ resultTypes: ['violations'] }).then((results) => results.violations)")
    return [f"{rule['id']}: {node['target']}" for rule in found for node in rule["nodes"]]


def no_violations(page: Page) -> None:
    """axe finds nothing at all on the page as it stands."""
    assert violations(page) == []


def fits(page: Page) -> None:
    """Nothing sticks out to the right, once the page has its styles."""
    page.wait_for_load_state()
    wide = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide[0] <= wide[1], wide
