"""A province's hundred units on one screen: at a desk and on a wall, in both languages, each tile readable."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

import pytest

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage, Seed, day
from tests.browser.desk_kit import fits, no_violations
from tests.serving import Server, layso

pytestmark = pytest.mark.browser
DESK, WALL = (1366, 768), (1920, 1080)
UNITS = 100
NAMES = ("Tân Ninh", "Bình Minh", "Trảng Bàng", "Gò Dầu", "Long Hoa", "Thạnh Đức", "Hòa Hội", "Ninh Điền")
PASSWORD = "một mật khẩu đủ dài"


@pytest.fixture(scope="module")
def province(seed: Seed, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("hundred")
    with day(seed, folder) as running:
        text = layso("export-config", "demo", data=running.data).stdout
        head = text.replace('code = "demo"', 'code = "tinh"', 1).replace('level = "commune"', 'level = "province"', 1)

        def unit(code: str, name: str) -> str:
            full = f'name = "Trung tâm Phục vụ hành chính công {name}"'
            named = re.sub(r'^name = ".*"', full, text, count=1, flags=re.M)
            return named.replace('code = "demo"', f'code = "{code}"\nparent = "tinh"', 1)

        units = [unit(f"xa-{n}", f"xã {NAMES[n % len(NAMES)]} {n}") for n in range(1, UNITS)]
        file = folder / "province.toml"
        file.write_text("\n".join([head, unit("demo", "phường Long Thành Bắc"), *units]), encoding="utf-8")
        applied = layso("apply", str(file), data=running.data)
        assert applied.returncode == 0, applied.stderr
        added = layso(
            "officer", "add", "--site", "tinh", "--login", "tinh.gs", "--role", "supervisor", "--password-stdin",
            data=running.data, stdin=PASSWORD,
        )  # fmt: skip
        assert added.returncode == 0, added.stderr
        yield running


@pytest.fixture
def units(province: Server, new_page: NewPage) -> Iterator[Page]:
    page = new_page(DESK)
    path = "/tinh/supervisor/units"
    page.goto(province.url + path)
    page.locator("#login").fill("tinh.gs")
    page.locator("#password").fill(PASSWORD)
    page.locator("#password").press("Enter")
    page.wait_for_url(f"**{path}*")
    yield page


CUT = """() => [...document.querySelectorAll('.unit__name, .unit__state, .unit__figures')].filter((one) =>
  one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 2).map((one) => one.textContent)"""
SMALLEST = """() => Math.min(...[...document.querySelectorAll('.unit *')].map(
  (one) => parseFloat(getComputedStyle(one).fontSize)))"""


@pytest.mark.parametrize("size", [DESK, WALL], ids=["desk", "wall"])
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_hundred_units_stand_on_one_screen_uncut_and_axe_is_content(
    units: Page, size: tuple[int, int], lang: str
) -> None:
    units.set_viewport_size({"width": size[0], "height": size[1]})
    units.goto(units.url.partition("?")[0] + f"?lang={lang}")
    tiles = units.locator("[data-unit]")
    expect(tiles).to_have_count(UNITS)
    if folder := os.environ.get("SHOTS"):
        units.screenshot(path=f"{folder}/units-{lang}-{size[0]}.png")
    last = tiles.last.bounding_box()
    assert last is not None and last["y"] + last["height"] <= size[1]
    assert units.evaluate(CUT) == []
    fits(units)
    assert units.evaluate(SMALLEST) >= 12
    no_violations(units)


def test_a_tile_follows_what_happens_at_its_unit_and_leads_there(province: Server, units: Page) -> None:
    tile = units.locator("[data-unit='demo']")
    waiting = tile.locator(".unit__figures")
    before = waiting.inner_text()
    assert province.take("HT").status_code == 201
    expect(waiting).not_to_have_text(before)
    tile.click()
    expect(units).to_have_url(re.compile("/tinh/supervisor/units/demo"))
    no_violations(units)
