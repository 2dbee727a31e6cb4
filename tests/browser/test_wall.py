"""The wall in a real browser: what a waiting room sees, and what it no longer sees once the server is gone."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import STILL, violations
from tests.browser.pages_kit import Pages
from tests.serving import Server, layso
from ticketing.profiles import parse_sites, write_sites
from ticketing.rules.sites import Counter, SessionTemplate, Site

pytestmark = pytest.mark.browser
SIZES = {"hd": (1920, 1080), "4k": (3840, 2160), "portrait": (1080, 1920), "small": (1024, 600)}
Open = Callable[..., Page]


@pytest.fixture
def open_wall(pages: Pages) -> Iterator[Open]:
    taken: list[Page] = []

    def open_it(server: Server, query: str = "", size: str = "hd", moving: bool = False) -> Page:
        page = pages.take(*SIZES[size], **({} if moving else STILL))
        taken.append(page)
        page.goto(f"{server.url}/demo/display/{query}")
        expect(page.locator("body")).to_have_attribute("data-online", "yes")
        expect(page.locator("body")).to_have_attribute("data-seq", re.compile(r"\d"))
        return page

    yield open_it
    for page in taken:
        pages.give_back(page)


def call_one(server: Server, counter: int = 1) -> str:
    """Somebody takes a number for the help desk and is called."""
    opened = server.at_counter(counter, "open", services=["help"], fields=[], takeover=True)
    assert opened.status_code == 200, opened.text
    assert server.take(service="help").status_code == 201
    called = server.at_counter(counter, "call-next")
    assert called.status_code == 200, called.text
    return str(called.json()["number"])


def on_screens(site: Site, name: str) -> tuple[Counter, ...]:
    return tuple(replace(counter, screen=name if counter.number < 4 else "") for counter in site.counters)


def configured(server: Server, change: Callable[[Site], Site]) -> None:
    """Applies a change of the demo's configuration while it runs."""
    file = server.data / "changed.toml"
    (site,) = parse_sites(layso("export-config", "demo", data=server.data).stdout, "demo")
    file.write_text(write_sites([change(site)]), encoding="utf-8")
    applied = layso("apply", file, data=server.data)
    assert applied.returncode == 0, applied.stderr


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Twenty counters, and a name that is as long as they come."""
    name = "Trung tâm Phục vụ hành chính công phường Nguyễn Thị Minh Khai – Bắc sông Cấm, thành phố Hải Phòng"
    english = "Public Administration Service Centre of Nguyễn Thị Minh Khai Ward – North Cấm River, City of Hải Phòng"
    counters = tuple(Counter(n, f"Quầy {n}", f"Counter {n}", ("HT",), ("help",)) for n in range(1, 21))
    with Server(tmp_path_factory.mktemp("large") / "data") as own:
        configured(
            own, lambda site: replace(site, name=name, name_en=english, counters=counters, sessions=open_to_all(site))
        )
        yield own


def open_to_all(site: Site) -> tuple[SessionTemplate, ...]:
    return tuple(replace(session, counters=None) for session in site.sessions)


def clear(server: Server, counter: int) -> None:
    while server.at_counter(counter, "call-next").status_code == 200:
        pass


def test_a_call_is_on_the_wall_at_once_with_its_counter(server: Server, open_wall: Open, pages: Pages) -> None:
    wall = open_wall(server, moving=True)
    server.token("officer"), server.token("kiosk")
    number = call_one(server, 2)
    expect(wall.locator("#hero-number")).to_have_text(number)
    expect(wall.locator("#hero-counter")).to_have_text("2")
    expect(wall.locator("#hero")).to_have_class(re.compile("hero--new"))
    expect(wall.locator('.door[data-counter="2"] .door__number')).to_have_text(number)
    expect(wall.locator('.door[data-counter="2"]')).to_have_class(re.compile("door--calling"))
    assert pages.faults(wall) == pages.forbidden(wall) == []


def test_a_recall_is_announced_again(open_wall: Open, tmp_path: Path) -> None:
    with Server(tmp_path / "data") as own:
        config = layso("export-config", "demo", data=own.data).stdout
        quick = tmp_path / "quick.toml"
        quick.write_text(config.replace('code = "demo"', 'code = "demo"\nrecall_gap_s = 1', 1), encoding="utf-8")
        applied = layso("apply", quick, data=own.data)
        assert applied.returncode == 0, applied.stderr
        wall = open_wall(own)
        number = call_one(own)
        expect(wall.locator("#hero-number")).to_have_text(number)
        first = int(wall.locator("body").get_attribute("data-announced") or 0)
        expect(wall.locator("#hero")).not_to_have_class(re.compile("hero--new"))
        assert own.at_counter(1, "recall").status_code == 200
        expect(wall.locator("#hero-title")).to_contain_text("lần 2")
        assert int(wall.locator("body").get_attribute("data-announced") or 0) > first > 0


def test_calls_of_one_moment_are_announced_one_after_another_and_none_is_lost(server: Server, open_wall: Open) -> None:
    for counter in (1, 2, 3):
        clear(server, counter)
    wall = open_wall(server)
    wall.evaluate(
        """() => { window.said = []; new MutationObserver(() => said.push(document.body.dataset.announced))
          .observe(document.body, {attributes: true, attributeFilter: ["data-announced"]}); }"""
    )
    numbers = [call_one(server, counter) for counter in (1, 2, 3)]
    for number in numbers:
        expect(wall.locator("#hero-number")).to_have_text(number)
    ids = {call["number"]: str(call["call_id"]) for call in server.board()["calls"]}
    assert wall.evaluate("said") == [ids[number] for number in numbers]
    for counter, number in zip((1, 2, 3), numbers, strict=True):
        expect(wall.locator(f'.door[data-counter="{counter}"] .door__number')).to_have_text(number)


def test_numbers_that_were_there_when_the_page_opened_are_shown_and_not_announced(
    server: Server, open_wall: Open
) -> None:
    number = call_one(server)
    wall = open_wall(server)
    expect(wall.locator("#hero-number")).to_have_text(number)
    assert wall.locator("body").get_attribute("data-announced") is None
    expect(wall.locator("#hero")).not_to_have_class(re.compile("hero--new"))


def test_a_wall_without_its_server_says_since_when_and_shows_no_number(tmp_path: Path, open_wall: Open) -> None:
    with Server(tmp_path / "data") as own:
        wall = open_wall(own)
        number = call_one(own)
        expect(wall.locator("#hero-number")).to_have_text(number)
        own.kill()
        expect(wall.locator("#lost")).to_be_visible()
        expect(wall.locator("#lost-title")).to_have_text(re.compile(r"^Mất kết nối từ 08:0\d$"))
        expect(wall.locator("#hero-number")).to_be_hidden()
        expect(wall.locator('.door[data-counter="1"]')).to_be_hidden()
        assert number not in wall.locator("body").inner_text()
        own.start()
        expect(wall.locator("#lost")).to_be_hidden()
        expect(wall.locator("#hero-number")).to_have_text(number)
        expect(wall.locator("#hero-number")).to_be_visible()
        later = call_one(own, 2)
        expect(wall.locator("#hero-number")).to_have_text(later)


def test_a_frozen_server_is_noticed_and_a_thawed_one_too(tmp_path: Path, open_wall: Open) -> None:
    with Server(tmp_path / "data") as own:
        wall = open_wall(own)
        number = call_one(own)
        expect(wall.locator("#hero-number")).to_have_text(number)
        own.send(signal.SIGSTOP)
        try:
            expect(wall.locator("#lost")).to_be_visible()
            expect(wall.locator("#hero-number")).to_be_hidden()
        finally:
            own.send(signal.SIGCONT)
        expect(wall.locator("#lost")).to_be_hidden()
        expect(wall.locator("#hero-number")).to_be_visible()


def test_sound_asks_for_one_touch_and_then_is_quiet_about_it(server: Server, open_wall: Open) -> None:
    wall = open_wall(server)
    button = wall.get_by_role("button", name="Bật âm thanh")
    expect(button).to_be_visible()
    button.click()
    expect(button).to_be_hidden()
    again = wall.context.new_page()
    again.goto(wall.url)
    asked = again.get_by_role("button", name="Bật âm thanh")
    expect(asked).to_be_visible()
    again.keyboard.press("Shift")
    expect(asked).to_be_hidden()


def test_a_wall_for_one_counter_shows_that_counter_alone(server: Server, open_wall: Open) -> None:
    call_one(server, 3)
    clear(server, 1)
    number = call_one(server, 1)
    wall = open_wall(server, "?screen=1")
    expect(wall.locator("#hero-number")).to_have_text(number)
    expect(wall.locator(".door")).to_have_count(0)
    clear(server, 1)
    expect(wall.locator("#hero-call")).to_be_hidden()
    expect(wall.locator("#hero-title")).to_have_text("Quầy 1")
    assert server.at_counter(1, "pause", reason="giao ban").status_code == 200
    expect(wall.locator("#hero-idle")).to_have_text("Quầy tạm ngưng phục vụ")


@pytest.mark.faults("U14")
def test_a_screen_that_does_not_exist_shows_those_there_are_and_opens_once_it_is_set_up(
    tmp_path: Path, browser: Browser
) -> None:
    with Server(tmp_path / "data") as own:
        configured(own, lambda site: replace(site, counters=on_screens(site, "tang-1")))
        assert own.ask("GET", "//demo/display/?screen=typo").status_code == 404
        assert own.ask("GET", "//nowhere/display/").status_code == 404
        page = browser.new_page()
        page.goto(f"{own.url}/demo/display/?screen=typo")
        expect(page.get_by_role("heading", name="typo")).to_be_visible()
        expect(page.get_by_role("link", name="tang-1")).to_be_visible()
        expect(page.get_by_role("link", name="Quầy 2", exact=True)).to_be_visible()
        assert violations(page) == []
        configured(own, lambda site: replace(site, counters=on_screens(site, "typo")))
        expect(page.locator("body")).to_have_attribute("data-online", "yes")
        expect(page.locator("#doors, #closed").first).to_be_attached()
        configured(own, lambda site: replace(site, counters=on_screens(site, "tang-2")))
        expect(page.get_by_role("link", name="tang-2")).to_be_visible()
        page.close()


@pytest.mark.faults("U14")
def test_the_list_follows_the_voice(server: Server, open_wall: Open) -> None:
    for counter in (1, 2, 3):
        clear(server, counter)
    wall = open_wall(server)
    first, second, third = (call_one(server, counter) for counter in (1, 2, 3))
    listed = "() => [...document.querySelectorAll('.recent__number, #earlier li')].map((one) => one.textContent)"
    expect(wall.locator("#hero-number")).to_have_text(first)
    assert second not in wall.evaluate(listed) and third not in wall.evaluate(listed)
    expect(wall.locator("#hero-number")).to_have_text(third)
    assert {first, second} <= set(wall.evaluate(listed))


@pytest.mark.faults("U14")
@pytest.mark.parametrize("count", [6, 20])
@pytest.mark.parametrize("size", ["hd", "4k", "portrait"])
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_numbers_are_large_names_whole_and_closed_counters_one_line(
    large: Server, open_wall: Open, size: str, lang: str, count: int
) -> None:
    for counter in range(1, 21):
        if counter <= count:
            large.at_counter(counter, "open", fields=["HT"], services=[], takeover=True)
        else:
            large.at_counter(counter, "close")
    large.take("HT")
    large.at_counter(5, "call-next")
    wall = open_wall(large, f"?lang={lang}", size)
    width, height = SIZES[size]
    expect(wall.locator(".door")).to_have_count(count)
    expect(wall.locator("#closed")).to_have_text(re.compile("7–20")) if count == 6 else None
    wall.evaluate("document.fonts.ready.then(() => null)")
    for part in ("#name", "#hero-number", ".hero__door", ".door__number:visible", ".door__name >> nth=-1"):
        box = wall.locator(part).first.bounding_box()
        assert box and box["x"] >= 0 and box["x"] + box["width"] <= width and box["y"] + box["height"] <= height, part
    inside = """() => [...document.querySelectorAll(".hero, .door, .recent__row, .top")].filter((box) => {
      const outer = box.getBoundingClientRect();
      return [...box.querySelectorAll("*")].some((node) => {
        const inner = node.getBoundingClientRect();
        return inner.width && (inner.left < outer.left - 1 || inner.right > outer.right + 1
          || inner.top < outer.top - 1 || inner.bottom > outer.bottom + 1);
      });
    }).map((box) => box.className)"""
    assert wall.evaluate(inside) == []
    assert "Hải Phòng" in wall.locator("#name").inner_text()
    signs = "(selector) => parseFloat(getComputedStyle(document.querySelector(selector)).fontSize)"
    short = min(width, height)
    assert wall.evaluate(signs, "#hero-number") >= 0.22 * short
    assert wall.evaluate(signs, ".door__name") >= 0.024 * short
    wide = """(node) => {
      const range = document.createRange();
      range.selectNodeContents(node);
      return range.getBoundingClientRect().width / parseFloat(getComputedStyle(node).fontSize);
    }"""
    assert wall.locator("#hero-number").evaluate(wide) < 0.66 * 4


def test_the_wall_tells_the_session_what_is_left_and_what_comes_next(server: Server, open_wall: Open) -> None:
    wall = open_wall(server)
    session = server.board()["session"]
    expect(wall.locator("#session-name")).to_have_text("Buổi sáng")
    expect(wall.locator("#session-facts")).to_have_text(f"Còn nhận {session['remaining']}/{session['cap']} hồ sơ")
    expect(wall.locator("#next")).to_have_text("Buổi chiều phát số từ 12:30")
    expect(wall.locator("#time")).to_have_text(re.compile(r"08:\d\d"))
    expect(wall.locator("#date")).to_have_text("Thứ Hai, 23/11/2026")
    expect(wall.locator("#notice")).not_to_be_empty()
    assert server.take("HT").status_code == 201
    expect(wall.locator("#session-facts")).to_have_text(f"Còn nhận {session['remaining'] - 1}/{session['cap']} hồ sơ")


def test_the_wall_tells_of_each_series_about_when_a_number_taken_now_is_called(
    server: Server, open_wall: Open
) -> None:
    assert server.at_counter(4, "open", fields=["HT"], services=[], takeover=True).status_code == 200
    wall = open_wall(server)
    told = {one["prefix"] for one in server.board()["fields"] if one["offered"] and one["wait_to_s"] is not None}
    words = r"^Lấy số (\S+)… lúc này: được gọi khoảng \d\d:\d\d(–\d\d:\d\d)? \(ước tính rộng vì còn ít số liệu\)$"
    found = re.compile(words)
    line = wall.locator("#notice[data-told=wait]")
    expect(line).to_have_text(found)
    [prefix] = found.findall(line.inner_text())
    assert prefix[0] in told
    assert server.at_counter(4, "close").status_code == 200


def test_the_wall_names_no_field_and_no_priority(server: Server, open_wall: Open) -> None:
    taken = server.take("HT", priority="elderly")
    assert taken.status_code == 201, taken.text
    opened = server.at_counter(4, "open", fields=["HT"], services=[], takeover=True)
    assert opened.status_code == 200, opened.text
    assert server.at_counter(4, "call-next").status_code == 200
    wall = open_wall(server)
    expect(wall.locator('.door[data-counter="4"] .door__number')).to_be_visible()
    text = wall.locator("body").inner_text().lower()
    for field in server.board()["fields"]:
        assert field["name"].lower() not in text
    for word in ("ưu tiên", "cao tuổi", "elderly", "priority"):
        assert word not in wall.content().lower()


# A dot is drawn in the half em before a fact's words; before the first of a line the frame cuts it away.
FACTS = """(frame) => [...frame.children].map((fact) => {
  const [box, words] = [frame.getBoundingClientRect(), document.createRange()];
  words.selectNodeContents(fact);
  const text = words.getBoundingClientRect();
  return [text.left >= box.left - 1 && text.right <= box.right + 1, fact.getBoundingClientRect().left < box.left - 1];
})"""


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("lang", "said"),
    [("vi", ["Nghỉ trưa", "Phát số từ 12:30"]), ("en", ["Lunch break", "Numbers from 12:30"])],
)
def test_the_facts_of_a_session_stand_whole_and_no_line_ends_with_a_dot(
    tmp_path: Path, open_wall: Open, size: str, lang: str, said: list[str]
) -> None:
    with Server(tmp_path / "data", at="2026-11-23T12:05") as server:
        wall = open_wall(server, f"?lang={lang}", size)
        facts = wall.locator("#session-facts")
        expect(facts.locator(".fact")).to_have_text(said)
        assert "·" not in facts.inner_text()
        (whole, first), (also_whole, _own_line) = facts.evaluate(FACTS)
        assert whole and also_whole and first


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("query", ["", "?screen=1"], ids=["whole", "one"])
def test_nothing_overflows_at_any_size(server: Server, open_wall: Open, size: str, query: str) -> None:
    call_one(server, 1)
    wall = open_wall(server, query, size)
    width, height = SIZES[size]
    scrolls: dict[str, Any] = wall.evaluate(
        "() => ({w: document.documentElement.scrollWidth, h: document.documentElement.scrollHeight})"
    )
    assert (scrolls["w"], scrolls["h"]) == (width, height)
    for part in (".top", ".hero", ".foot", "#hero-number", "#hero-counter", "#session-facts", "#next", "#time"):
        box = wall.locator(part).bounding_box()
        assert box and box["x"] >= 0 and box["y"] >= 0, part
        assert box["x"] + box["width"] <= width + 1 and box["y"] + box["height"] <= height + 1, part
    number = wall.locator("#hero-number").bounding_box()
    hero = wall.locator("#hero").bounding_box()
    assert number and hero
    assert hero["x"] <= number["x"] and number["x"] + number["width"] <= hero["x"] + hero["width"]
    assert number["height"] >= 0.1 * min(width, height)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_axe_finds_nothing_wrong_with_the_wall(server: Server, open_wall: Open, lang: str) -> None:
    call_one(server, 1)
    wall = open_wall(server, f"?lang={lang}")
    expect(wall.locator("html")).to_have_attribute("lang", lang)
    expect(wall.locator("#hero-number")).to_be_visible()
    assert violations(wall) == []


def test_the_page_needs_nothing_from_outside(server: Server, browser: Browser) -> None:
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{server.url}/demo/display/")
    expect(page.locator("body")).to_have_attribute("data-online", "yes")
    assert asked and all(url.startswith((server.url, "data:")) for url in asked)
    page.close()
