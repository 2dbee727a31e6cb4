"""Screen readers and the clipboard get a number, and the time, as one text."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Page, expect

from tests.browser.conftest import LANDSCAPE, NewPage
from tests.serving import Server

pytestmark = pytest.mark.browser


def test_the_wall_reads_each_number_as_one(server: Server, new_page: NewPage) -> None:
    first, second = (server.take("CT").json()["number"] for _one in range(2))
    assert server.at_counter(2, "open", fields=["CT"]).status_code == 200
    for _call in range(2):
        assert server.at_counter(2, "call-next").status_code == 200
    page = new_page(LANDSCAPE)
    page.goto(f"{server.url}/demo/display/")
    expect(page.locator("#hero-number")).to_have_text(second)
    heard = page.locator("main").aria_snapshot()
    assert f"paragraph: {second} Quầy 2" in heard and f"listitem: {second} Quầy 2" in heard
    assert re.search(rf'listitem: "?{first}"?', heard)


def test_the_kiosk_reads_the_time_as_one(server: Server, paired: Callable[..., Page]) -> None:
    page = paired(server)
    assert re.fullmatch(r'- paragraph: "?\d\d:\d\d"?', page.locator("#clock").aria_snapshot().strip())
