"""What a hall hears: real sound from the real engine, in the order in which a real browser plays it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import STILL
from tests.browser.pages_kit import Pages
from tests.browser.test_wall import call_one
from tests.serving import Server, layso

pytestmark = pytest.mark.browser
# Notes what is played and when, and asks the browser for nothing that it would not do anyway.
LISTEN = """window.played = [];
const start = AudioBufferSourceNode.prototype.start;
AudioBufferSourceNode.prototype.start = function (...given) {
  const sound = { hero: document.querySelector("#hero-number").textContent, from: performance.now(), to: null };
  window.played.push(sound);
  this.addEventListener("ended", () => (sound.to = performance.now()));
  return start.apply(this, given);
};"""


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A site that speaks fast and both languages, so that the tests are short."""
    folder = tmp_path_factory.mktemp("hall")
    with Server(folder / "data") as own:
        config = layso("export-config", "demo", data=own.data).stdout
        config = config.replace('code = "demo"', 'code = "demo"\nrecall_gap_s = 1', 1)
        (folder / "fast.toml").write_text(config + "\n[sites.voice]\nspeed = 400\nenglish = true\n", encoding="utf-8")
        applied = layso("apply", folder / "fast.toml", data=own.data)
        assert applied.returncode == 0, applied.stderr
        yield own


@pytest.fixture
def wall(pages: Pages, hall: Server) -> Iterator[Page]:
    page = pages.take(1920, 1080, **STILL)
    page.add_init_script(LISTEN)
    page.asked = []  # type: ignore[attr-defined]
    page.on("request", lambda request: "/voice/" in request.url and page.asked.append(request.url))  # type: ignore[attr-defined]
    page.goto(f"{hall.url}/demo/display/")
    expect(page.locator("body")).to_have_attribute("data-seq", re.compile(r"\d"))
    yield page
    pages.give_back(page)


def touch(wall: Page) -> None:
    button = wall.get_by_role("button", name="Bật âm thanh")
    button.click()
    expect(button).to_be_hidden()


def quiet_again(wall: Page) -> list[dict[str, Any]]:
    """What was played until the stage was free again."""
    expect(wall.locator("#hero")).not_to_have_class(re.compile("hero--new"))
    return wall.evaluate("played")


def test_calls_of_one_moment_are_spoken_one_after_another_in_both_languages(wall: Page, hall: Server) -> None:
    touch(wall)
    numbers = [call_one(hall, counter) for counter in (1, 2)]
    expect(wall.locator("#hero-number")).to_have_text(numbers[1])
    played = quiet_again(wall)
    assert [sound["hero"] for sound in played] == [numbers[0]] * 2 + [numbers[1]] * 2
    # The page may hear of an end, and go on, a moment before this test does.
    overlaps = [earlier["to"] - later["from"] for earlier, later in itertools.pairwise(played)]
    assert max(overlaps) < 50
    assert [re.search(r"lang=(\w+)", url)[1] for url in wall.asked] == ["vi", "en"] * 2  # type: ignore[attr-defined, index]


def test_a_recall_is_spoken_again_and_a_new_page_says_nothing_old(wall: Page, hall: Server) -> None:
    touch(wall)
    number = call_one(hall, 3)
    expect(wall.locator("#hero-number")).to_have_text(number)
    assert len(quiet_again(wall)) == 2
    assert hall.at_counter(3, "recall").status_code == 200
    expect(wall.locator("#hero-title")).to_contain_text("lần 2")
    assert [sound["hero"] for sound in quiet_again(wall)] == [number] * 4
    assert len(set(wall.asked)) == 4  # type: ignore[attr-defined]
    wall.reload()
    wall.keyboard.press("Shift")
    expect(wall.get_by_role("button", name="Bật âm thanh")).to_be_hidden()
    expect(wall.locator("#hero-number")).to_have_text(number)
    assert wall.evaluate("played") == []


def test_nothing_is_asked_for_or_played_before_the_touch(wall: Page, hall: Server) -> None:
    number = call_one(hall, 4)
    expect(wall.locator("#hero-number")).to_have_text(number)
    assert quiet_again(wall) == []
    assert wall.asked == []  # type: ignore[attr-defined]
    touch(wall)
    assert wall.evaluate("played") == []
    cookies = [cookie["name"] for cookie in wall.context.cookies()]
    assert not any(name.startswith("layso_lang") for name in cookies)
