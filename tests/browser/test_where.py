"""Where there is still room: on the phone without any script, kept true by one, and from a kiosk that is full."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Page, expect

from tests.browser.conftest import LANDSCAPE, PHONE, PORTRAIT, NewPage, Seed, day, violations
from tests.serving import Server, layso

pytestmark = pytest.mark.browser
Paired = Callable[..., Page]
SESSION = "2026-11-23-morning"


@pytest.fixture(scope="module")
def province(seed: Seed, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The demo with eight neighbours under one province."""
    folder = tmp_path_factory.mktemp("province")
    with day(seed, folder) as running:
        text = layso("export-config", "demo", data=running.data).stdout
        head = text.replace('code = "demo"', 'code = "tinh"', 1).replace('level = "commune"', 'level = "province"', 1)
        units = [
            re.sub(r'^name = ".*"', f'name = "Trung tâm xã số {n}"', text, count=1, flags=re.M)
            .replace('code = "demo"', f'code = "xa-{n}"\nparent = "tinh"\nmap_url = "https://maps.example.vn/{n}"', 1)
            for n in range(1, 9)
        ]  # fmt: skip
        demo = text.replace('code = "demo"', 'code = "demo"\nparent = "tinh"', 1)
        file = folder / "province.toml"
        file.write_text("\n".join([head, demo, *units]), encoding="utf-8")
        applied = layso("apply", str(file), data=running.data)
        assert applied.returncode == 0, applied.stderr
        yield running


def centre(page: Page, code: str) -> object:
    return page.locator(f'[data-centre="{code}"]')


def cap(server: Server, cap: int | None) -> None:
    path = f"/sites/demo/sessions/{SESSION}"
    assert server.ask("PATCH", path, role="supervisor", json={"cap": cap}).status_code == 200


def open_at(server: Server, site: str) -> None:
    """A counter of that unit opens."""
    issued = layso("token", "issue", "--site", site, "--role", "officer", "--name", "test", data=server.data)
    headers = {"Authorization": f"Bearer {issued.stdout.strip()}"}
    answer = server.ask("POST", f"/sites/{site}/counters/1/open", headers=headers, json={})
    assert answer.status_code == 200, answer.text


def test_the_first_answer_needs_no_script_and_what_is_asked_for_is_found(province: Server, new_page: NewPage) -> None:
    page = new_page(PHONE, script=False)
    page.goto(f"{province.url}/demo/")
    page.get_by_role("link", name="Các trung tâm khác còn phát số").click()
    expect(page.locator("#own [data-centre='demo'] .badge")).to_have_text("Đang phát số")
    expect(page.locator("#centres [data-centre]")).to_have_count(9)
    expect(page.locator("[data-centre='xa-3'] a", has_text="Bản đồ")).to_have_attribute(
        "href", "https://maps.example.vn/3"
    )
    page.get_by_label("Hoặc thủ tục").fill("khai sinh")
    page.get_by_role("button", name="Tra cứu").click()
    page.get_by_role("link", name=re.compile("^Đăng ký khai sinh 1")).click()
    expect(page).to_have_url(re.compile("procedure=1.001193"))
    expect(page.locator(".asked strong")).to_have_text("Đăng ký khai sinh")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_label("Lĩnh vực").select_option("CT")
    page.get_by_role("button", name="Tra cứu").click()
    expect(page.locator(".asked strong")).to_have_text("Chứng thực")


def test_the_page_is_kept_true_and_says_when_it_cannot_be(province: Server, new_page: NewPage) -> None:
    page = new_page(PHONE)
    page.goto(f"{province.url}/demo/where/")
    assert violations(page) == []
    cap(province, 0)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("#own .badge")).to_have_text("Đã hết số")
    page.context.set_offline(True)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("#offline")).to_contain_text("Mất kết nối")
    page.context.set_offline(False)
    cap(province, 60)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("#own .badge")).to_have_text("Đang phát số")
    expect(page.locator("#offline")).to_be_hidden()


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE])
def test_a_full_kiosk_shows_where_numbers_are_still_given(
    province: Server, paired: Paired, size: tuple[int, int], tmp_path: Path
) -> None:
    cap(province, None)
    page = paired(province, size)
    cap(province, 0)
    link = page.locator('.today__elsewhere [data-act="where"]')
    expect(link).to_have_attribute("href", "/demo/where/?")
    for button in page.locator(".home__row .button").all():
        expect(button).to_be_in_viewport(ratio=1)
    link.click()
    expect(page.locator('[data-slot="choices"] li')).not_to_have_count(0)
    expect(page.locator(".choice--told").first).to_contain_text("Trung tâm")
    expect(page.locator(".where__code img")).to_have_js_property("complete", True)
    assert page.evaluate("document.querySelector('.where__code img').naturalWidth") > 0
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    page.locator('[data-act="next"]').click()
    expect(page.locator(".pager__where")).to_contain_text("2")
    page.locator('#bar [data-act="home"]').click()
    page.locator('[data-act="take"]').click()
    page.locator('[data-choice="HT"]').click()
    full = page.locator("[data-code='cap_reached'] [data-act='where']")
    expect(full).to_have_attribute("href", "/demo/where/?field=HT")
    page.locator("[data-act='where']").click()
    expect(page.locator(".choice--told").first).to_contain_text("Trung tâm")
    page.locator('#bar [data-act="back"]').click()
    expect(page.locator("[data-code='cap_reached']")).to_be_visible()
    cap(province, None)


def test_a_kiosk_tells_the_wait_of_a_field_and_none_over_all_of_them(province: Server, paired: Paired) -> None:
    open_at(province, "xa-5")
    cap(province, 0)
    page = paired(province, PORTRAIT)
    page.locator('.today__elsewhere [data-act="where"]').click()
    expect(page.locator(".choice--told").first).to_contain_text("Trung tâm xã số 5")
    expect(page.locator(".choice--told").first).to_contain_text("Đang chờ: 0")
    page.locator('#bar [data-act="home"]').click()
    page.locator('[data-act="take"]').click()
    page.locator('[data-choice="HT"]').click()
    page.locator("[data-act='where']").click()
    expect(page.locator(".choice--told").first).to_contain_text("Trung tâm xã số 5")
    expect(page.locator(".choice--told").first).not_to_contain_text("Đang chờ")
    cap(province, None)
