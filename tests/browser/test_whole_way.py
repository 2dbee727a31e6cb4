"""The whole way through four screens at once: kiosk, slip, phone, console, wall; then the power goes."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

pytest.importorskip("playwright.sync_api")
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, LANDSCAPE, PHONE, NewPage, prints
from tests.browser.desk_kit import Desk
from tests.browser.pages_kit import Pages
from tests.browser.test_kiosk import act, number_of, settled_prints, to_confirm
from tests.serving import Server

pytestmark = pytest.mark.browser
KEPT = "window.keptSinceTheStart"


@pytest.fixture
def officer(pages: Pages, own_server: Server) -> Iterator[Desk]:
    desk = Desk(pages, own_server, "vi")
    yield desk
    desk.leave()


def take_at(kiosk: Page) -> str:
    to_confirm(kiosk)
    act(kiosk, "submit")
    return number_of(kiosk)


def scanned(server: Server, kiosk: Page) -> str:
    """What a phone's camera reads on the slip that the kiosk printed."""
    slip = kiosk.locator("#slip").get_attribute("src")
    image = Image.open(io.BytesIO(requests.get(server.url + str(slip), timeout=60).content))
    (found,) = zxingcpp.read_barcodes(image)
    return found.text


def open_wall(new_page: NewPage, server: Server) -> Page:
    wall = new_page(LANDSCAPE)
    wall.goto(f"{server.url}/demo/display/")
    expect(wall.locator("body")).to_have_attribute("data-online", "yes")
    return wall


def test_from_the_kiosk_to_the_counter_and_through_a_power_cut(
    own_server: Server, paired: Callable[..., Page], new_page: NewPage, officer: Desk
) -> None:
    kiosk, wall = paired(own_server), open_wall(new_page, own_server)
    number = take_at(kiosk)
    assert settled_prints(kiosk) == prints(kiosk) == 1
    link = scanned(own_server, kiosk)
    assert re.fullmatch(re.escape(own_server.url) + r"/t/[\w-]{22,}", link)
    phone = new_page(PHONE)
    phone.goto(link)
    expect(phone.locator("#number")).to_have_text(number)
    expect(phone.locator("main")).to_have_attribute("data-state", "waiting")

    desk = officer.sit(1)
    desk.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    officer.press("Space")
    expect(officer.number).to_contain_text(number)
    expect(wall.locator("#hero")).to_contain_text(number)
    expect(wall.locator("#hero")).to_contain_text("1")
    expect(phone.locator("#turn")).to_have_attribute("data-state", "called")
    expect(phone.locator("#state")).to_contain_text("1")

    pages: dict[str, Any] = {"kiosk": kiosk, "wall": wall, "phone": phone, "desk": desk}
    for page in pages.values():
        page.evaluate(f"{KEPT} = true")
    own_server.kill()
    expect(wall.locator("body")).to_have_attribute("data-online", "no")
    expect(phone.locator("#offline")).to_be_visible()
    expect(kiosk.locator("#offline")).to_be_visible()
    own_server.start()

    expect(wall.locator("body")).to_have_attribute("data-online", "yes")
    expect(wall.locator("#hero")).to_contain_text(number)
    expect(phone.locator("#offline")).to_be_hidden()
    expect(kiosk.locator("#offline")).to_be_hidden()
    expect(officer.number).to_contain_text(number)
    officer.press("Enter")
    expect(phone.locator("#turn")).to_have_attribute("data-state", "done")
    assert own_server.ask("GET", "/sites/demo/board").json()["session"]["done"] == 1
    expect(kiosk.locator(".home")).to_be_visible()
    assert take_at(kiosk) == "1002"
    officer.press("Space")
    expect(wall.locator("#hero")).to_contain_text("1002")
    assert [name for name, page in pages.items() if not page.evaluate(KEPT)] == []
