"""How satisfied people were, asked on the phone and on the tablet at the counter, in a real Chromium."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE, NewPage, violations
from tests.serving import Server, layso
from ticketing.store import DATABASE

pytestmark = pytest.mark.browser
TABLETS = {"landscape": (1280, 800), "small": (1024, 600), "portrait": (800, 1280)}
FACES = ["Rất hài lòng", "Hài lòng", "Bình thường", "Không hài lòng"]


AT = 2
Counts = dict[int, int]


class Hall:
    """The server, as somebody at counter 2 has to do with it."""

    def __init__(self, server: Server) -> None:
        self.server, self.url = server, server.url
        self.before: Counts = {}
        self.before = self.counted()

    def counted(self) -> Counts:
        """How often each score was given at the counter since the test began."""
        with closing(sqlite3.connect(f"file:{self.server.data / DATABASE}?mode=ro", uri=True)) as database:
            found = database.execute("SELECT score, number FROM ratings WHERE counter = ?", (AT,)).fetchall()
        now: Counts = {}
        for score, number in found:
            now[score] = now.get(score, 0) + number
        return {s: n - self.before.get(s, 0) for s, n in now.items() if n != self.before.get(s, 0)}

    def do(self, verb: str, **body: Any) -> dict[str, Any]:
        return good(self.server.at_counter(AT, verb, **body))

    def rate(self, **body: Any) -> Any:
        return self.server.ask("POST", f"/sites/demo/counters/{AT}/rating", role="kiosk", json=body)

    def take(self) -> dict[str, Any]:
        answer = self.server.take("CT")
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def call(self) -> dict[str, Any]:
        """Somebody comes and is called to the counter."""
        mine = self.take()
        self.do("open", fields=["CT"])
        return self.do("call", number=mine["number"], reason="test")

    def visit(self) -> dict[str, Any]:
        self.call()
        return self.do("finish")


def good(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


@pytest.fixture
def hall(server: Server) -> Hall:
    """Counter 2 of the file's server, with nobody there and nothing left to rate; no cap is in the way."""
    changed = {"cap": None, "field_caps": {"CT": None}}
    good(server.ask("PATCH", "/sites/demo/sessions/2026-11-23-morning", role="supervisor", json=changed))
    hall = Hall(server)
    hall.do("open", fields=["CT"])
    while server.at_counter(AT, "call-next").status_code == 200:
        pass
    hall.rate(score=1)
    return Hall(server)


def tablet(hall: Hall, new_page: NewPage, counter: int = AT, size: str = "landscape", **more: Any) -> Page:
    page = new_page(TABLETS[size], **more)
    page.goto(f"{hall.url}/demo/rating/{counter}")
    code = page.locator("[data-pairing-code]").get_attribute("data-pairing-code") or ""
    confirmed = layso("device", "confirm", code, data=hall.server.data)
    assert confirmed.returncode == 0, confirmed.stderr
    expect(page.locator("body")).to_have_attribute("data-screen", "idle")
    return page


def at(page: Page, screen: str) -> None:
    expect(page.locator("body")).to_have_attribute("data-screen", screen)


# -- the tablet ---------------------------------------------------------------------------------------


def test_the_tablet_asks_when_a_visit_has_ended_thanks_and_returns(hall: Hall, new_page: NewPage) -> None:
    page = tablet(hall, new_page)
    hall.visit()
    at(page, "ask")
    faces = page.locator(".face")
    expect(faces).to_have_text(FACES)
    page.get_by_role("button", name="Bình thường").click()
    at(page, "thanks")
    expect(page.get_by_role("heading", name="Cảm ơn quý khách")).to_be_visible()
    assert hall.counted() == {2: 1}
    at(page, "idle")


def test_the_tablet_asks_too_when_the_next_number_is_called_at_once(hall: Hall, new_page: NewPage) -> None:
    hall.take(), hall.take()
    hall.do("open", fields=["CT"])
    hall.do("call-next")
    page = tablet(hall, new_page)
    hall.do("call-next")
    at(page, "ask")
    page.locator('[data-score="4"]').click()
    at(page, "thanks")
    assert hall.counted() == {4: 1}


def test_a_number_that_left_without_a_visit_is_not_asked_about(hall: Hall, new_page: NewPage) -> None:
    hall.take(), hall.take()
    hall.do("open", fields=["CT"])
    hall.do("call-next")
    page = tablet(hall, new_page)
    with page.expect_response("**/rating/2/next") as asked:
        hall.do("call-next", previous="no_show")
    assert asked.value.json() == {"number": None, "paired": True}
    at(page, "idle")
    with page.expect_response("**/rating/2/next") as asked:
        hall.do("hold")
    assert asked.value.json()["number"] is None
    at(page, "idle")
    assert hall.counted() == {}


def test_a_finish_that_was_taken_back_is_no_longer_asked_about(hall: Hall, new_page: NewPage) -> None:
    page = tablet(hall, new_page)
    hall.visit()
    at(page, "ask")
    hall.do("undo")
    at(page, "idle")
    hall.do("finish")
    at(page, "ask")


def test_a_tablet_that_was_loaded_late_still_asks_and_one_elsewhere_does_not(
    hall: Hall, new_page: NewPage
) -> None:
    other = tablet(hall, new_page, counter=1)
    hall.visit()
    page = tablet_loaded(hall, new_page)
    at(page, "ask")
    at(other, "idle")
    page.reload()
    at(page, "ask")
    page.locator('[data-score="1"]').click()
    at(page, "thanks")
    with page.expect_response("**/rating/2/next") as asked:
        page.reload()
    assert asked.value.json()["number"] is None
    at(page, "idle")
    assert hall.counted() == {1: 1}


def tablet_loaded(hall: Hall, new_page: NewPage) -> Page:
    """A paired tablet, loaded anew after whatever has happened."""
    page = new_page(TABLETS["landscape"])
    page.goto(f"{hall.url}/demo/rating/2")
    code = page.locator("[data-pairing-code]").get_attribute("data-pairing-code") or ""
    assert layso("device", "confirm", code, data=hall.server.data).returncode == 0
    expect(page.locator("[data-pairing-code]")).to_have_count(0)
    return page


def test_what_was_rated_on_the_phone_meanwhile_is_not_counted_again(hall: Hall, new_page: NewPage) -> None:
    page = tablet(hall, new_page)
    mine = hall.visit()
    at(page, "ask")
    good(hall.server.ask("POST", f"/tickets/{mine['code']}/rating", json={"score": 4}))
    page.locator('[data-score="1"]').click()
    at(page, "late")
    assert hall.counted() == {4: 1}
    at(page, "idle")


def test_a_double_tap_counts_once(hall: Hall, new_page: NewPage) -> None:
    page = tablet(hall, new_page)
    hall.visit()
    at(page, "ask")
    page.locator('[data-score="3"]').dblclick()
    at(page, "thanks")
    assert hall.counted() == {3: 1}


def test_the_tablet_works_by_keyboard_alone(hall: Hall, new_page: NewPage) -> None:
    page = tablet(hall, new_page)
    hall.visit()
    at(page, "ask")
    expect(page.locator("#ask-title")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator('[data-score="4"]')).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    at(page, "thanks")
    assert hall.counted() == {3: 1}


def test_another_language_holds_for_one_citizen(hall: Hall, new_page: NewPage) -> None:
    page = tablet(hall, new_page, lang="en-GB")
    expect(page.locator("html")).to_have_attribute("lang", "vi")
    hall.visit()
    at(page, "ask")
    page.get_by_role("button", name="English").click()
    expect(page.locator(".face")).to_have_text(["Very satisfied", "Satisfied", "Neutral", "Not satisfied"])
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.locator('[data-score="4"]').click()
    expect(page.get_by_role("heading", name="Thank you for your rating")).to_be_visible()
    at(page, "idle")
    expect(page.locator("html")).to_have_attribute("lang", "vi")


def test_a_cut_off_tablet_says_so_and_asks_after_the_server_is_back(
    own_server: Server, new_page: NewPage
) -> None:
    hall = Hall(own_server)
    page = tablet(hall, new_page)
    mine = hall.call()
    own_server.kill()
    expect(page.locator("#offline")).to_be_visible()
    own_server.start()
    assert hall.do("finish")["number"] == mine["number"]
    at(page, "ask")
    expect(page.locator("#offline")).to_be_hidden()


def test_a_rating_that_did_not_arrive_is_said_and_taken_with_the_next_touch(
    hall: Hall, new_page: NewPage
) -> None:
    page = tablet(hall, new_page)
    hall.visit()
    at(page, "ask")
    page.context.set_offline(True)
    page.locator('[data-score="4"]').click()
    expect(page.locator("#failed")).to_be_visible()
    assert hall.counted() == {}
    page.context.set_offline(False)
    page.locator('[data-score="4"]').click()
    at(page, "thanks")
    assert hall.counted() == {4: 1}


def test_a_revoked_tablet_shows_a_code_again_and_rates_nothing(hall: Hall, new_page: NewPage) -> None:
    page = tablet(hall, new_page)
    hall.visit()
    at(page, "ask")
    listed = layso("device", "list", data=hall.server.data).stdout
    *_others, device = (line.split()[0] for line in listed.splitlines() if " kiosk " in line)
    assert layso("device", "revoke", device, data=hall.server.data).returncode == 0
    page.locator('[data-score="4"]').click()
    expect(page.locator("[data-pairing-code]")).to_be_visible()
    assert hall.counted() == {}


@pytest.mark.parametrize("size", TABLETS)
def test_four_faces_stand_in_one_row_large_enough_for_any_finger(
    hall: Hall, new_page: NewPage, size: str
) -> None:
    page = tablet(hall, new_page, size=size)
    assert violations(page) == []
    hall.visit()
    at(page, "ask")
    boxes = [face.bounding_box() for face in page.locator(".face").all()]
    assert len(boxes) == 4
    assert len({round(box["y"]) for box in boxes if box}) == 1
    assert all(box and box["width"] >= 120 and box["height"] >= 120 for box in boxes), boxes
    fits = "({scrollWidth: w, scrollHeight: h}) => w <= innerWidth && h <= innerHeight"
    assert page.locator("html").evaluate(fits)
    assert violations(page) == []
    page.locator('[data-score="4"]').click()
    at(page, "thanks")
    assert violations(page) == []


def test_an_unpaired_tablet_shows_its_code_and_asks_nothing(hall: Hall, new_page: NewPage) -> None:
    page = new_page(TABLETS["landscape"])
    page.goto(f"{hall.url}/demo/rating/2")
    code = page.locator("[data-pairing-code]").inner_text()
    page.reload()
    assert page.locator("[data-pairing-code]").inner_text() == code
    assert violations(page) == []
    answer = page.request.get(f"{hall.url}/demo/rating/2/next")
    assert answer.json() == {"number": None, "paired": False}
    missing = page.goto(f"{hall.url}/demo/rating/99")
    assert missing is not None and missing.status == 404


# -- the phone ----------------------------------------------------------------------------------------


def test_the_phone_asks_once_when_the_visit_is_done(hall: Hall, new_page: NewPage) -> None:
    mine = hall.take()
    page = new_page(PHONE)
    page.goto(f"{hall.url}/t/{mine['code']}")
    expect(page.locator("#turn")).to_have_attribute("data-state", "waiting")
    expect(page.locator("#rating")).to_be_hidden()
    hall.do("open", fields=["CT"])
    hall.do("call-next")
    hall.do("finish")
    expect(page.locator("#rating-form")).to_be_visible()
    expect(page.locator("#rating .face")).to_have_text(FACES)
    assert violations(page) == []
    page.get_by_role("button", name="Rất hài lòng").click()
    expect(page.locator("#rating-thanks")).to_be_visible()
    expect(page.locator("#rating-form")).to_be_hidden()
    assert hall.counted() == {4: 1}
    assert violations(page) == []
    page.reload()
    expect(page.locator("#rating-thanks")).to_be_visible()
    expect(page.locator("#rating-form")).to_be_hidden()


def test_the_phone_thanks_when_the_tablet_was_first(hall: Hall, new_page: NewPage) -> None:
    mine = hall.visit()
    page = new_page(PHONE, lang="en-GB")
    page.goto(f"{hall.url}/t/{mine['code']}")
    expect(page.locator("#rating .face")).to_have_text(
        ["Very satisfied", "Satisfied", "Neutral", "Not satisfied"]
    )
    good(hall.rate(score=2))
    page.locator('#rating [value="4"]').click()
    expect(page.locator("#rating-thanks")).to_be_visible()
    assert hall.counted() == {2: 1}


def test_without_script_the_phone_rates_by_its_form(hall: Hall, new_page: NewPage) -> None:
    mine = hall.visit()
    page = new_page(PHONE, script=False)
    page.goto(f"{hall.url}/t/{mine['code']}")
    page.get_by_role("button", name="Không hài lòng").click()
    expect(page).to_have_url(f"{hall.url}/t/{mine['code']}")
    expect(page.locator("#rating-thanks")).to_be_visible()
    expect(page.locator("#rating-form")).to_be_hidden()
    assert hall.counted() == {1: 1}


@pytest.mark.parametrize("size", [PHONE, DESK, (360, 640)])
def test_the_four_faces_of_the_phone_stand_in_one_row(hall: Hall, new_page: NewPage, size: Any) -> None:
    mine = hall.visit()
    page = new_page(size)
    page.goto(f"{hall.url}/t/{mine['code']}")
    expect(page.locator("#rating-form")).to_be_visible()
    boxes = [face.bounding_box() for face in page.locator(".face").all()]
    assert len(boxes) == 4
    assert len({round(box["y"]) for box in boxes if box}) == 1
    assert all(box and box["height"] >= 120 and box["width"] >= 60 for box in boxes), boxes
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


BROKEN = """() => [...document.querySelectorAll('.face span')].filter((words) => {
  words.style.overflowWrap = 'normal';
  return words.scrollWidth > words.parentElement.clientWidth;
}).map((words) => words.textContent)"""


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("size", [PHONE, (360, 640)])
def test_no_word_under_the_faces_of_the_phone_is_broken(hall: Hall, new_page: NewPage, size: Any, lang: str) -> None:
    mine = hall.visit()
    page = new_page(size)
    page.goto(f"{hall.url}/t/{mine['code']}?lang={lang}")
    expect(page.locator("#rating-form")).to_be_visible()
    assert page.evaluate(BROKEN) == []


def test_the_phone_says_when_a_rating_did_not_arrive_and_takes_it_later(
    hall: Hall, new_page: NewPage
) -> None:
    mine = hall.visit()
    page = new_page(PHONE)
    page.goto(f"{hall.url}/t/{mine['code']}")
    page.context.set_offline(True)
    page.locator('#rating [value="4"]').click()
    expect(page.locator("#rating-error")).to_be_visible()
    page.context.set_offline(False)
    page.locator('#rating [value="4"]').click()
    expect(page.locator("#rating-thanks")).to_be_visible()
    assert hall.counted() == {4: 1}
