"""The supervisor's page while the clock is held: both times, one button, and the way back afterwards."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Page, expect

from tests.browser.desk_kit import Desk, fits, no_violations
from tests.browser.pages_kit import Pages
from tests.serving import layso
from tests.test_cli import SITES
from tests.test_serve_clock import DAY_S, Leaping

pytestmark = pytest.mark.browser
PASSWORD = "mat-khau-dai"


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Leaping]:
    file = tmp_path / "sites.toml"
    file.write_text(SITES, encoding="utf-8")
    made = Leaping(tmp_path / "data", at="", profile="")
    made.site = "quay"
    made.leap(0)
    for words in (["apply", str(file)], ["officer", "add", "--site", "quay", "--login", "ha", "--role", "supervisor"]):
        options = ["--password-stdin"] if words[0] == "officer" else []
        done = layso(*words, *options, data=made.data, stdin=f"{PASSWORD}\n")
        assert done.returncode == 0, done.stderr
    with made:
        yield made
    shutil.rmtree(made.data, ignore_errors=True)


def sign_in(page: Page, machine: Leaping) -> None:
    page.goto(f"{machine.url}/quay/supervisor/")
    page.locator("#login").fill("ha")
    page.locator("#password").fill(PASSWORD)
    page.locator("#password").press("Enter")
    expect(page.locator("[data-session-name]")).to_be_visible()


@pytest.mark.faults("P1")
def test_a_supervisor_sees_both_times_confirms_and_takes_back(pages: Pages, machine: Leaping) -> None:
    desk = Desk(pages, machine)
    page = desk.page
    sign_in(page, machine)
    code = machine.take("HT").json()["code"]
    box = page.locator("[data-clock]")
    expect(box).to_be_hidden()
    machine.leap(DAY_S)
    expect(box).to_be_visible()
    expect(box.locator("[data-clock-times]")).to_contain_text("it should be")
    fits(page)
    no_violations(page)
    box.locator("[data-clock-do]").click()
    page.locator("dialog[open] [type=submit]").click()
    # The day that was confirmed is another one: the login of the day before has ended.
    expect(page.locator("[data-clock-do]")).not_to_be_visible()
    sign_in(page, machine)
    assert machine.ask("GET", f"/tickets/{code}").json().get("state") != "waiting"
    machine.leap(0)
    expect(box).to_be_visible()
    box.locator("[data-clock-do]").click()
    page.locator("dialog[open] [type=submit]").click()
    expect(box.locator("[data-clock-title]")).to_have_text("The wrong clock ended things too early")
    box.locator("[data-clock-do]").click()
    expect(box).to_be_hidden()
    assert machine.board()["session"]["waiting"] == 1
    desk.leave()


@pytest.mark.faults("P1")
def test_the_wall_and_the_public_page_say_that_no_numbers_are_given_while_the_clock_is_held(
    pages: Pages, machine: Leaping
) -> None:
    desks = Desk(pages, machine), Desk(pages, machine)
    wall, public = (desk.page for desk in desks)
    wall.goto(f"{machine.url}/quay/display/?lang=vi")
    public.goto(f"{machine.url}/quay/?lang=vi")
    facts, held = wall.locator("#session-facts"), public.locator("#held")
    expect(facts).to_have_text("Đang phát số")
    expect(held).to_be_hidden()
    machine.leap(DAY_S)
    expect(facts).to_have_text("Tạm ngưng phát số")
    expect(held).to_be_visible()
    public.reload()
    expect(held).to_be_visible()
    machine.leap(0)
    expect(facts).to_have_text("Đang phát số")
    expect(held).to_be_hidden()
    for desk in desks:
        desk.leave()
