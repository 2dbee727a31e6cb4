"""Announcements in a real browser: the supervisor's page, and the texts that take turns on kiosk and wall."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import LANDSCAPE, NewPage
from tests.browser.desk_kit import Desk, fits, no_violations
from tests.browser.pages_kit import Pages
from tests.serving import Server
from ticketing.rules import sms

pytestmark = pytest.mark.browser
# A turn of the notices in a sixth of its time.
HURRY = """const plain = window.setInterval;
window.setInterval = (work, ms, ...more) => plain(work, ms >= 10_000 ? ms / 6 : ms, ...more);"""
TEXTS = (
    "",
    "Goi 0251-1022",
    "a" * 160,
    "a" * 161,
    "a" * 152 + "€" + "a" * 152,
    "đ" * 70,
    "đ" * 71,
    "ệ" * 66 + "\N{POSTAL HORN}" + "ệ" * 3,
    "Từ ngày 30/3/2020: “nộp trực tuyến” – hoặc qua bưu chính…\nĐường dây nóng: 0251-1022",
)


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A plan with all its texts, on its first morning."""
    with Server(tmp_path_factory.mktemp("plan") / "data", profile="dong-nai-2020", at="2020-03-30T07:30") as running:
        running.site = "dong-nai"
        yield running


@pytest.fixture
def desk(pages: Pages, province: Server) -> Iterator[Page]:
    someone = Desk(pages, province)
    someone.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=province.url)
    someone.sign_in("/dong-nai/supervisor/", "supervisor")
    someone.page.goto(f"{province.url}/dong-nai/supervisor/announcements/")
    yield someone.page
    someone.leave()


def test_the_page_is_whole_and_within_reach_of_everybody(desk: Page) -> None:
    expect(desk.locator(".tabs__tab[aria-current=page]")).to_have_text("Announcements")
    expect(desk.locator("[data-part=leaflet] img")).to_have_js_property("complete", True)
    assert desk.locator("[data-part=leaflet] img").evaluate("img => img.naturalWidth") > 0
    desk.locator("details").evaluate_all("all => all.forEach((one) => { one.open = true; })")
    no_violations(desk)
    fits(desk)


@pytest.mark.states("DN-22")
def test_a_message_is_counted_while_it_is_written_as_the_server_counts_it(desk: Page) -> None:
    """The script's own rules against those of ticketing.sms, text by text."""
    counted = desk.evaluate(
        """async (texts) => {
          const { bare, length } = await import("/static/desk/js/sms.js");
          return texts.map((text) => [length(text), bare(text), length(bare(text))]);
        }""",
        list(TEXTS),
    )
    for text, found in zip(TEXTS, counted, strict=True):
        bare = sms.unaccented(text)
        assert found == [asdict(sms.length(text)), bare, asdict(sms.length(bare))], text
    desk.locator("#draft-text").fill("đ" * 71)
    expect(desk.locator("#draft-count")).to_contain_text("parts: 2")
    expect(desk.locator("#draft-bare")).to_have_text("d" * 71)
    expect(desk.locator("#draft-bare-count")).to_contain_text("parts: 1, free in the last: 89")


@pytest.mark.states("DN-20")
def test_what_is_handed_on_can_be_copied_and_downloaded(desk: Page) -> None:
    box = desk.locator(".handed", has_text="Zalo, English")
    box.locator("summary").click()
    box.get_by_role("button").click()
    expect(box.get_by_role("status")).to_have_text("Copied")
    copied = desk.evaluate("navigator.clipboard.readText()")
    assert copied == box.locator("textarea").input_value() and "0251-1022" in copied
    with desk.expect_download() as coming:
        box.get_by_role("link").click()
    assert coming.value.suggested_filename == "dong-nai-zalo-en.txt"
    assert Path(coming.value.path()).read_text() == copied


@pytest.mark.states("TN-09", "DN-11", "DN-12")
def test_notices_take_turns_on_the_idle_kiosk_where_not_all_stand_whole(
    province: Server, paired: Callable[..., Page]
) -> None:
    page = paired(province, LANDSCAPE)
    page.add_init_script(HURRY)
    page.reload()
    lines = page.locator(".notices li")
    expect(lines.first).to_be_visible()
    told = lines.all_text_contents()
    shown = lines.locator("visible=true")
    assert 0 < shown.count() < len(told)
    seen = set(shown.all_inner_texts())
    first = shown.first.inner_text()
    for _turn in told:
        assert _whole(page)
        expect(page.locator(".notices li").first).not_to_have_text(first)
        first = lines.first.inner_text()
        seen |= set(shown.all_inner_texts())
        if seen == set(told):
            break
    assert seen == set(told)


def _whole(page: Page) -> bool:
    return bool(page.locator(".notices").evaluate("list => list.scrollHeight <= list.clientHeight + 1"))


@pytest.mark.states("TN-09", "DN-11")
def test_notices_take_turns_on_the_wall_and_none_is_cut_off(province: Server, new_page: NewPage) -> None:
    page = new_page(LANDSCAPE, reduced_motion="reduce")
    page.add_init_script(HURRY)
    page.goto(f"{province.url}/dong-nai/display/")
    line = page.locator("#notice")
    expect(line).not_to_be_empty()
    first = line.inner_text()
    expect(line).not_to_have_text(first)
    assert line.evaluate("line => line.scrollWidth <= line.clientWidth")


@pytest.mark.states("TN-06")
def test_a_plan_that_announces_its_cap_says_it_before_the_first_number_is_given(
    tmp_path: Path, new_page: NewPage, paired: Callable[..., Page]
) -> None:
    with Server(tmp_path / "data", profile="tay-ninh-2020", at="2020-03-30T06:40") as server:
        server.site = "tay-ninh"
        board = server.http.get(f"{server.url}/api/v1/sites/tay-ninh/board").json()
        cap = str(board["session"]["cap"])
        assert board["session"]["state"] == "upcoming" and board["policy"]["cap_announced"]
        page = new_page(LANDSCAPE)
        page.goto(f"{server.url}/tay-ninh/display/")
        expect(page.locator("#session-facts")).to_contain_text(cap)
        fits(page)
        expect(paired(server).locator(".home [data-slot=of]")).to_contain_text(cap)
        public = new_page()
        public.goto(f"{server.url}/tay-ninh/")
        expect(public.locator(".session").first).to_contain_text(cap)
