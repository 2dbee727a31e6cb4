"""Checklists, difficulties and the full waiting room as people see them, under the Đồng Nai plan of 2020."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage, violations
from tests.browser.desk_kit import Desk, fits, no_violations
from tests.browser.pages_kit import Pages
from tests.serving import Server, layso

pytestmark = pytest.mark.browser

SITE = "dong-nai"
SEATS = 6
WALL, PHONE, PORTRAIT = (1920, 1080), (390, 844), (1080, 1920)
DUTY = "[data-duties] [data-due]"


class Centre(Server):
    """The Đồng Nai centre on the plan's first morning, with a waiting room for six."""

    def __init__(self, data: Path, at: str = "2020-03-30T07:45") -> None:
        super().__init__(data, profile="dong-nai-2020", at=at)
        self.site = SITE

    def crowd(self, people: int, field: str = "DD") -> list[dict[str, Any]]:
        answers = [self.take(field) for _ in range(people)]
        assert {answer.status_code for answer in answers} == {201}
        return [answer.json() for answer in answers]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[tuple[str, str], str]]:
    folder = tmp_path_factory.mktemp("dong-nai")
    with Centre(folder / "seed") as server:
        tokens = {(role, SITE): server.token(role) for role in ("kiosk", "officer", "supervisor")}
        text = layso("export-config", SITE, data=server.data).stdout
        limited = re.sub(r"(?m)^hotline = ", f"max_waiting_in_room = {SEATS}\nhotline = ", text, count=1)
        (folder / "site.toml").write_text(limited, encoding="utf-8")
        applied = layso("apply", folder / "site.toml", data=server.data)
        assert applied.returncode == 0, applied.stderr
        assert server.stop() == 0, server.logged()
        return server.data, tokens


@pytest.fixture
def server(prepared: tuple[Path, dict[tuple[str, str], str]], tmp_path: Path) -> Iterator[Centre]:
    data, tokens = prepared
    shutil.copytree(data, tmp_path / "data")
    running = Centre(tmp_path / "data")
    running._tokens.update(tokens)
    with running:
        yield running


@pytest.fixture
def hire(pages: Pages, server: Centre) -> Iterator[Any]:
    desks: list[Desk] = []

    def one() -> Desk:
        desks.append(Desk(pages, server, "en"))
        return desks[-1]

    yield one
    for desk in desks:
        desk.leave()


def sit(desk: Desk) -> Page:
    page = desk.sign_in(f"/{SITE}/counter/", "officer")
    page.locator("[data-counter='1']").click()
    desk.confirm()
    expect(page.locator("[data-part=work]")).to_be_visible()
    return page


def supervise(desk: Desk) -> Page:
    return desk.sign_in(f"/{SITE}/supervisor/", "supervisor")


def lines(server: Centre, kind: str) -> list[dict[str, Any]]:
    found = server.ask("GET", f"/sites/{SITE}/journal?limit=1000", role="supervisor").json()["items"]
    return [line for line in found if line["kind"] == kind]


def tick_all(page: Page) -> None:
    for box in page.locator("dialog [name=items]").all():
        box.check()


@pytest.mark.states("DN-13", "DN-14")
def test_an_officer_confirms_the_preparation_line_by_line_and_the_supervisor_sees_it(server: Centre, hire: Any) -> None:
    console, today = sit(hire()), supervise(hire())
    expect(console.locator(DUTY)).to_have_text(re.compile("Preparation not confirmed"))
    expect(today.locator(DUTY)).to_have_count(1)
    console.locator("[data-duties] [data-sign]").click()
    no_violations(console)
    console.locator("dialog [type=submit]").click()
    expect(console.locator("dialog [data-note]")).to_have_text("Tick every line before you confirm.")
    tick_all(console)
    console.locator("dialog [type=submit]").click()
    expect(console.locator("dialog [data-note]")).to_have_text("Choose who confirms.")
    assert lines(server, "checklist_signed") == []
    console.locator("dialog [value=reception]").check()
    console.locator("dialog [type=submit]").click()
    expect(console.locator(DUTY)).to_have_count(0)
    expect(today.locator(DUTY)).to_have_count(0)
    signed = today.locator("[data-list='opening:2020-03-30-morning']")
    expect(signed).to_contain_text("Reception desk, 07:4")
    (line,) = lines(server, "checklist_signed")
    assert line["data"] == {"checklist": "opening", "role": "reception", "items": 2}


@pytest.mark.states("DN-15")
def test_the_next_session_shows_that_cleaning_is_not_confirmed_until_it_is(server: Centre, hire: Any) -> None:
    server.crowd(1)
    server.restart(at="2020-03-30T13:05")
    desk = hire()
    page = supervise(desk)
    expect(page.locator("[data-session-name]")).to_have_text("Afternoon session")
    expect(page.locator("[data-uncleaned]")).to_be_visible()
    page.locator("[data-duties] [data-sign='cleaning:2020-03-30-morning']").click()
    tick_all(page)
    page.locator("dialog [value=cleaning]").check()
    page.locator("dialog [type=submit]").click()
    expect(page.locator("[data-uncleaned]")).to_be_hidden()
    expect(page.locator("[data-list='cleaning:2020-03-30-morning']")).to_contain_text("Cleaning team, 13:0")
    assert server.take("DD").status_code == 201


@pytest.mark.states("DN-33")
def test_a_difficulty_is_noted_at_the_counter_and_read_by_the_supervisor(server: Centre, hire: Any) -> None:
    console, today = sit(hire()), supervise(hire())
    expect(today.locator("[data-no-notes]")).to_be_visible()
    console.locator("[data-note-difficulty]").click()
    box = console.locator("#note-text")
    expect(box).to_have_accessible_description("No names, ID or phone numbers of citizens.")
    expect(console.locator("#note-session")).to_have_value("2020-03-30-morning")
    no_violations(console)
    box.fill("Mạng chậm, gọi 0912 345 678")
    console.locator("dialog [type=submit]").click()
    expect(console.locator("dialog [data-note]")).to_contain_text("Leave it out")
    expect(box).to_have_value("Mạng chậm, gọi 0912 345 678")
    assert lines(server, "difficulty_noted") == []
    box.fill("Mạng chậm từ 7:30 <b>đến</b> 7:45")
    console.locator("dialog [type=submit]").click()
    expect(console.locator("dialog")).to_have_count(0)
    expect(today.locator("[data-notes] .notes__text")).to_have_text("Mạng chậm từ 7:30 <b>đến</b> 7:45")
    console.locator("[data-note-difficulty]").click()
    expect(console.locator("dialog .notes__text")).to_have_count(1)
    no_violations(today)


@pytest.mark.states("DN-01", "DN-13")
def test_forty_waiting_people_hide_neither_the_checklist_nor_the_queue(server: Centre, hire: Any) -> None:
    server.crowd(40)
    desk = hire()
    console, today = sit(desk), supervise(hire())
    for page in (console, today):
        expect(page.locator("[data-duties] [data-sign]")).to_be_in_viewport(ratio=1)
        fits(page)
        no_violations(page)
    rows = console.locator("[data-list=waiting] tbody tr")
    expect(rows).to_have_count(30)
    console.locator("[data-more]").click()
    expect(rows).to_have_count(40)
    for place in range(3):
        expect(rows.nth(place)).to_be_in_viewport(ratio=1)
    expect(console.locator("[data-note-difficulty]")).to_be_in_viewport(ratio=1)
    expect(today.locator("[data-room]")).to_have_text(f"40 of {SEATS}")


@pytest.mark.states("DN-01")
@pytest.mark.parametrize("size", [WALL, PORTRAIT])
def test_the_wall_asks_to_wait_outside_once_the_room_is_full(
    server: Centre, new_page: NewPage, size: tuple[int, int]
) -> None:
    server.crowd(SEATS - 1)
    page = new_page(size)
    page.goto(f"{server.url}/{SITE}/display/?lang=en")
    expect(page.locator("body[data-seq]")).to_be_visible()
    expect(page.locator("#room")).to_be_hidden()
    server.crowd(1)
    expect(page.locator("#room")).to_have_text(re.compile("The waiting room is full. Please wait outside"))
    expect(page.locator("#room")).to_be_in_viewport(ratio=1)
    expect(page.locator("#session-name")).to_be_in_viewport(ratio=1)
    assert server.take("DD").status_code == 201
    assert violations(page) == []


@pytest.mark.states("DN-01", "TN-17")
def test_a_phone_whose_turn_is_far_waits_outside_and_is_called_in_when_it_is_near(
    server: Centre, new_page: NewPage
) -> None:
    near, *_, far = server.crowd(SEATS + 1)
    assert server.at_counter(1, "open").status_code == 200
    outside, inside = new_page(PHONE), new_page(PHONE)
    outside.goto(f"{server.url}/t/{far['code']}?lang=en")
    inside.goto(f"{server.url}/t/{near['code']}?lang=en")
    expect(outside.locator("#outside")).to_have_text(re.compile("The waiting room is full"))
    expect(outside.locator("#next")).to_be_hidden()
    assert violations(outside) == []
    expect(inside.locator("#outside")).to_be_hidden()
    expect(inside.locator("#next")).to_contain_text("your turn is near")
    for _ in range(4):
        assert server.at_counter(1, "call-next").status_code == 200
    expect(outside.locator("#outside")).to_be_hidden()
    expect(outside.locator("#next")).to_contain_text("your turn is near")
