"""The phone that calls its owner: leave to notify, notifications and vibration, the page as an app."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PHONE, NewPage
from tests.browser.pages_kit import Pages
from tests.browser.test_phone import take, ticket_page
from tests.serving import Server

pytestmark = pytest.mark.browser
# A page in the background, whose vibrations and questions for leave are counted.
AWAY = """
Object.defineProperty(Document.prototype, "hidden", { get: () => true });
window.shakes = 0;
window.asked = 0;
navigator.vibrate = () => { window.shakes += 1; return true; };
const ask = Notification.requestPermission.bind(Notification);
Notification.requestPermission = () => { window.asked += 1; return ask(); };
"""
SHOWN = """async () => {
  const worker = await navigator.serviceWorker.getRegistration("/");
  const shown = worker ? await worker.getNotifications() : [];
  return shown.map((one) => [one.title, one.body, one.tag, one.data.path]);
}"""


@pytest.fixture(scope="module")
def pages(whole_browser: Browser) -> Pages:
    return Pages(whole_browser)


def phone(server: Server, new_page: NewPage, code: object, *, allowed: bool) -> Page:
    page = new_page(PHONE)
    if allowed:
        page.context.grant_permissions(["notifications"], origin=server.url)
    page.add_init_script(AWAY)
    page.goto(f"{server.url}/t/{code}")
    return page


def told(page: Page, title: str) -> list[str]:
    """The one notification that is up, once its title begins so."""
    found: list[list[str]] = page.evaluate(
        f"""async (title) => {{
          const end = performance.now() + 5000;
          for (;;) {{
            const found = await ({SHOWN})();
            if (found.length === 1 && found[0][0].startsWith(title)) return found;
            if (performance.now() > end) return found;
            await new Promise((done) => setTimeout(done, 50));
          }}
        }}""",
        title,
    )
    assert len(found) == 1 and found[0][0].startswith(title), found
    return found[0]


def test_three_ahead_and_the_call_each_notify_and_shake(own_server: Server, new_page: NewPage) -> None:
    first = [take(own_server) for _one in range(4)][0]
    mine = take(own_server)
    page = phone(own_server, new_page, mine["code"], allowed=True)
    assert page.evaluate(SHOWN) == []
    page.locator("#sound").click()
    expect(page.locator("#alert-note")).to_contain_text("Đã bật thông báo")
    assert page.evaluate("shakes") == 1
    assert own_server.at_counter(2, "open", fields=["CT"]).status_code == 200
    assert own_server.at_counter(2, "call-next").json()["number"] == first["number"]
    expect(page.locator("body")).to_have_attribute("data-alert", "soon")
    number, path = str(mine["number"]), f"/t/{mine['code']}"
    soon = told(page, f"{number}: Còn 3 người")
    assert soon[2:] == ["layso-turn", path]
    assert own_server.at_counter(2, "call", number=number, reason="test").status_code == 200
    expect(page.locator("body")).to_have_attribute("data-alert", "called")
    called = told(page, f"{number}: Mời")
    assert called[0].endswith("2") and called[2:] == soon[2:]
    assert page.evaluate("shakes") == 3


def test_leave_to_notify_is_asked_for_by_a_tap_alone_and_without_it_the_page_still_shakes(
    own_server: Server, new_page: NewPage
) -> None:
    mine = take(own_server)
    page = phone(own_server, new_page, mine["code"], allowed=False)
    page.locator("h1").click()
    assert page.evaluate("asked") == 0
    page.locator("#sound").click()
    expect(page.locator("#alert-note")).to_contain_text("màn hình")
    assert page.evaluate("[asked <= 1, Notification.permission !== 'granted']") == [True, True]
    before = page.evaluate("shakes")
    assert own_server.at_counter(2, "open", fields=["CT"]).status_code == 200
    assert own_server.at_counter(2, "call-next").json()["number"] == mine["number"]
    expect(page.locator("body")).to_have_attribute("data-alert", "called")
    assert page.evaluate("shakes") == before + 1
    assert page.evaluate(SHOWN) == []


def test_the_worker_keeps_no_page_and_answers_no_request(server: Server, new_page: NewPage) -> None:
    mine = take(server)
    page = phone(server, new_page, mine["code"], allowed=True)
    page.locator("#sound").click()
    expect(page.locator("#alert-note")).to_be_visible()
    assert page.evaluate("caches.keys()") == []
    worker = server.ask("GET", "//sw.js")
    assert (worker.status_code, worker.headers["Cache-Control"]) == (200, "no-cache")
    assert worker.headers["Content-Type"].startswith("text/javascript")
    assert "fetch" not in worker.text and "caches" not in worker.text


def test_the_page_can_be_installed_and_starts_with_the_ticket(server: Server, new_page: NewPage) -> None:
    mine = take(server)
    page = ticket_page(server, new_page, mine["code"])
    address = page.locator('link[rel="manifest"]').get_attribute("href") or ""
    told_by_chromium = page.context.new_cdp_session(page).send("Page.getAppManifest")
    assert told_by_chromium["url"] == server.url + address
    assert told_by_chromium["errors"] == []
    manifest: dict[str, Any] = server.ask("GET", f"/{address}").json()
    assert (manifest["start_url"], manifest["display"]) == (f"/t/{mine['code']}", "standalone")
    sizes = {(icon["sizes"], icon["purpose"]) for icon in manifest["icons"]}
    assert {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")} == sizes
    for icon in manifest["icons"]:
        assert server.ask("GET", f"/{icon['src']}").headers["Content-Type"] == "image/png"
    assert server.ask("GET", "//t/AAAAAAAAAAAAAAAAAAAAAA/manifest.webmanifest").status_code == 404
