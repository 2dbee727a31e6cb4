"""A login that ends under an open page takes nothing with it that was typed there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Hire
from tests.browser.desk_kit import Seed, day, journal, login, no_violations
from tests.serving import Server, layso

pytestmark = [pytest.mark.browser, pytest.mark.faults("S12")]
CAP = "[data-session='2026-11-23-morning'] [data-line='site'] input"


@pytest.fixture
def server(seed: Seed, tmp_path: Path) -> Iterator[Server]:
    with day(seed, tmp_path) as running:
        yield running


def end_logins(server: Server, role: str) -> None:
    ended = layso("officer", "sign-out", login(server, role)[0], data=server.data)
    assert ended.returncode == 0, ended.stderr


def sign_in_again(page: Page, server: Server, role: str) -> None:
    name, password = login(server, role)
    box = page.locator("dialog[data-again]")
    box.locator("[name=login]").fill(name)
    box.locator("[name=password]").fill("wrong password")
    box.locator("[type=submit]").click()
    expect(box.locator("[data-note]")).to_have_text("Login or password is wrong.")
    no_violations(page)
    box.locator("[name=password]").fill(password)
    box.locator("[type=submit]").click()
    expect(box).to_have_count(0)


def test_a_cap_that_is_being_changed_survives_the_login(server: Server, hire: Hire) -> None:
    page = hire().sign_in("/demo/supervisor/", "supervisor")
    page.locator(CAP).fill("33")
    page.locator("[data-session='2026-11-23-morning'] .caps__foot button").click()
    page.locator("dialog input[name=reason]").fill("Two officers are ill")
    end_logins(server, "supervisor")
    # The page hears of it by itself.
    sign_in_again(page, server, "supervisor")
    page.locator("dialog [type=submit]").click()
    expect(page.locator("[data-fact=cap]")).to_have_text("33")
    line = next(line for line in journal(server) if line["kind"] == "caps_changed")
    assert line["data"]["reason"] == "Two officers are ill"


def test_a_difficulty_that_is_being_typed_survives_and_the_console_lives_on(server: Server, hire: Hire) -> None:
    desk = hire()
    page = desk.sit(1)
    page.locator("[data-note-difficulty]").first.click()
    page.locator("dialog textarea").fill("Máy in quầy 1 kẹt giấy")
    end_logins(server, "officer")
    sign_in_again(page, server, "officer")
    expect(page.locator("dialog textarea")).to_have_value("Máy in quầy 1 kẹt giấy")
    page.locator("dialog [type=submit]").click()
    expect(page.locator("dialog")).to_have_count(0)
    expect(page.locator("[data-offline]")).to_be_hidden()
    assert any(line["kind"] == "difficulty_noted" for line in journal(server))


def test_who_had_typed_nothing_is_led_to_the_login_page(server: Server, hire: Hire) -> None:
    page = hire().sit(1)
    end_logins(server, "officer")
    page.wait_for_url("**/login?next=**")
