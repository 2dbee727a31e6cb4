"""The postal service in Chromium: keys and scanner at the counter, and the supervisor's postal list."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Hire
from tests.browser.desk_kit import Desk, Seed, day, fits, journal, no_violations, take
from tests.serving import Server

pytestmark = pytest.mark.browser
PAGE = "/demo/supervisor/postal"
FIRST, SECOND = "H19.01-261123-0007", "000.00.01.H19-261123-0008"


@pytest.fixture
def server(seed: Seed, tmp_path: Path) -> Iterator[Server]:
    with day(seed, tmp_path) as running:
        yield running


def called(hire: Hire, server: Server, **ticket: Any) -> tuple[Desk, Page, str]:
    """An officer at counter 1 who has called a new number."""
    number = take(server, **ticket)["number"]
    desk = hire()
    page = desk.sit(1)
    desk.press("Space")
    expect(desk.number).to_have_text(number)
    return desk, page, number


def finished(server: Server) -> dict[str, Any]:
    return dict(next(line["data"] for line in reversed(journal(server)) if line["kind"] == "ticket_finished"))


def pressed(page: Page) -> list[str]:
    return [one.get_attribute("data-choice") or "" for one in page.locator("[data-choice][aria-pressed=true]").all()]


@pytest.mark.states("DN-30")
def test_two_keys_finish_a_visit_whose_result_goes_by_post(server: Server, hire: Hire) -> None:
    desk, page, number = called(hire, server, dossiers=2)
    desk.press("2")
    expect(desk.said).to_contain_text("Result returned by post (2 dossiers)")
    assert pressed(page) == ["return"]
    desk.press("Enter")
    expect(desk.said).to_contain_text(f"{number} is done")
    assert finished(server) == {"counter": 1, "dossiers": 2, "postal": "return", "postal_dossiers": 2}
    assert pressed(page) == []


def test_a_choice_pressed_again_is_taken_back_and_another_replaces_it(server: Server, hire: Hire) -> None:
    desk, page, _number = called(hire, server)
    desk.press("1")
    expect(page.locator("[data-choice=submit]")).to_have_attribute("aria-pressed", "true")
    desk.press("3")
    expect(page.locator("[data-choice=both]")).to_have_attribute("aria-pressed", "true")
    assert pressed(page) == ["both"]
    desk.press("3")
    expect(desk.said).to_have_text("Nothing by post.")
    desk.press("Enter")
    expect(desk.said).to_contain_text("is done")
    assert finished(server) == {"counter": 1, "dossiers": 1, "postal_dossiers": 0}


def test_a_scanner_adds_each_code_once_wherever_the_officer_is(server: Server, hire: Hire) -> None:
    desk, page, number = called(hire, server, dossiers=3)
    desk.press("3")
    expect(page.locator("[data-choice=both]")).to_have_attribute("aria-pressed", "true")
    desk.scan(FIRST)
    expect(page.locator("[data-codes]")).to_have_text("Codes: 1 of 3")
    desk.scan(SECOND)
    expect(page.locator("[data-codes]")).to_have_text("Codes: 2 of 3")
    desk.scan(FIRST)
    expect(desk.said).to_contain_text("is on the list already")
    desk.press("Enter")
    expect(desk.said).to_contain_text(f"{number} is done")
    assert finished(server) == {"counter": 1, "dossiers": 3, "postal": "both", "postal_dossiers": 2}
    assert "H19" not in str(journal(server))


def test_calling_the_next_sends_what_was_entered_first(server: Server, hire: Hire) -> None:
    desk, page, number = called(hire, server, dossiers=2)
    second = take(server)["number"]
    expect(page.locator("[data-list=waiting] tbody tr")).to_have_count(1)
    desk.press("1")
    expect(page.locator("[data-choice=submit]")).to_have_attribute("aria-pressed", "true")
    desk.press("Space")
    expect(desk.number).to_have_text(second)
    assert finished(server) == {"counter": 1, "dossiers": 2, "postal": "submit", "postal_dossiers": 2}
    kinds = [line["kind"] for line in journal(server)][-2:]
    assert kinds == ["ticket_finished", "ticket_called"] and number != second
    assert pressed(page) == []


def test_the_panel_opens_by_key_and_refuses_what_cannot_be(server: Server, hire: Hire) -> None:
    desk, page, number = called(hire, server, dossiers=4)
    desk.press("0")
    expect(page.locator("#r-dossiers")).to_be_focused()
    expect(page.locator("#r-posted")).to_be_disabled()
    page.locator("#r-dossiers").fill("3")
    page.locator("#r-postal").select_option("submit")
    expect(page.locator("#r-posted")).to_have_attribute("placeholder", "3")
    page.locator("#r-posted").fill("1")
    page.locator("#r-codes").fill(f"{FIRST}\n{FIRST.lower()}")
    page.locator("#r-codes").press("Control+Enter")
    expect(desk.said).to_contain_text("is there twice")
    page.locator("#r-codes").fill(f"{FIRST.lower()}\n{SECOND}")
    page.locator("#r-codes").press("Control+Enter")
    expect(desk.said).to_contain_text("More codes than dossiers by post")
    page.locator("#r-posted").fill("2")
    page.locator("#r-posted").press("Enter")
    expect(desk.said).to_contain_text(f"{number} is done")
    assert finished(server) == {"counter": 1, "dossiers": 3, "postal": "submit", "postal_dossiers": 2}


@pytest.mark.states("TN-15")
def test_a_postmans_pile_is_entered_by_scanner_and_finished_by_one_key(server: Server, hire: Hire) -> None:
    answer = server.take("", service="postal_handover", dossiers=5)
    desk = hire()
    page = desk.sign_in("/demo/counter/", "officer")
    page.locator("[data-counter='1']").click()
    page.locator("dialog input[value=postal_handover]").check()
    desk.confirm()
    expect(page.locator("[data-part=work]")).to_be_visible()
    desk.press("Space")
    expect(desk.number).to_have_text(answer.json()["number"])
    for n in range(4):
        desk.scan(f"H19-261123-000{n}")
        expect(page.locator("[data-codes]")).to_have_text(f"Codes: {n + 1} of 5")
    desk.press("Enter")
    expect(desk.said).to_contain_text("is done")
    assert finished(server) == {"counter": 1, "dossiers": 5, "postal_dossiers": 0}


def test_the_console_stays_on_one_screen_and_free_of_findings(server: Server, hire: Hire) -> None:
    desk, page, _number = called(hire, server)
    desk.press("2")
    expect(page.locator("[data-choice=return]")).to_have_attribute("aria-pressed", "true")
    fits(page)
    expect(desk.number).to_be_in_viewport(ratio=1)
    expect(page.locator(".posts")).to_be_in_viewport(ratio=1)
    no_violations(page)


@pytest.mark.states("DN-28", "DN-29")
def test_a_supervisor_corrects_the_list_and_sees_both_rows(server: Server, hire: Hire) -> None:
    officer, _page, number = called(hire, server, dossiers=3)
    officer.press("3")
    officer.press("Enter")
    expect(officer.said).to_contain_text("is done")
    page = hire().sign_in(PAGE, "supervisor")
    expect(page.locator("[data-total=submit]")).to_have_text("3")
    no_violations(page)
    page.locator("#c-form").select_option("return")
    page.locator("#c-way").select_option("fewer")
    page.locator("#c-dossiers").fill("4")
    page.locator("#c-number").fill(number)
    page.locator("#c-reason").fill("One result was collected at the counter")
    page.get_by_role("button", name="Add the correction").click()
    expect(page.locator("[data-wrong]")).to_contain_text("would fall below 0")
    expect(page.locator("#c-reason")).to_have_value("One result was collected at the counter")
    page.locator("#c-dossiers").fill("1")
    page.get_by_role("button", name="Add the correction").click()
    expect(page.locator("[role=status].banner")).to_contain_text("Results returned by post: 2 in all")
    expect(page.locator("[data-source=counter]")).to_have_count(2)
    expect(page.locator("[data-source=correction]")).to_contain_text("One result was collected at the counter")
    expect(page.locator("[data-source=correction] td.num")).to_have_text("-1")
    assert [page.locator(f"[data-total={form}]").inner_text() for form in ("submit", "return")] == ["3", "2"]


def test_the_list_fits_a_phone(server: Server, hire: Hire) -> None:
    page = hire("vi").sign_in(PAGE, "supervisor")
    page.set_viewport_size({"width": 390, "height": 844})
    fits(page)
    no_violations(page)
