"""The reports' tab in Chromium: two clicks to last week, charts beside the table, files that open."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Hire
from tests.browser.desk_kit import fits, no_violations, take
from tests.serving import Server

pytestmark = pytest.mark.browser
BEGINS = {"pdf": b"%PDF-", "xlsx": b"PK\x03\x04", "csv": b"\xef\xbb\xbf"}


@pytest.fixture(scope="module")
def worked(server: Server) -> Server:
    """Some people today: three numbers, one of them served."""
    for field in ("HT", "HT", "CT"):
        take(server, field, dossiers=2)
    server.at_counter(1, "open", fields=["HT"])
    server.at_counter(1, "call-next")
    server.at_counter(1, "finish")
    return server


def opened(hire: Hire, lang: str = "en") -> Page:
    page = hire(lang).sign_in("/demo/supervisor/", "supervisor")
    page.locator(".tabs a[href$='/supervisor/reports']").click()
    expect(page.locator("[data-report=daily]")).to_be_visible()
    return page


def test_last_weeks_daily_report_is_two_clicks_away(worked: Server, hire: Hire, tmp_path: Path) -> None:
    page = opened(hire)
    expect(page.locator("[data-window=last_week]")).to_have_attribute("aria-current", "true")
    with page.expect_download() as fetched:
        page.locator("[data-file=pdf]").click()
    saved = tmp_path / "report.pdf"
    fetched.value.save_as(saved)
    assert fetched.value.suggested_filename == "demo-daily-2026-11-16-2026-11-22.pdf"
    assert saved.read_bytes().startswith(BEGINS["pdf"])


def test_a_kind_and_days_are_chosen_seen_and_taken_along(worked: Server, hire: Hire, tmp_path: Path) -> None:
    page = opened(hire)
    page.locator(".kind[href*='kind=fields']").click()
    page.locator("[data-window=today]").click()
    shown = page.locator("[data-report=fields]")
    expect(shown.locator("tfoot td").nth(1)).to_have_text("3")
    expect(shown.locator(".report__chart svg")).to_have_count(1)
    for wanted, begins in BEGINS.items():
        with page.expect_download() as fetched:
            page.locator(f"[data-file={wanted}]").click()
        saved = tmp_path / f"report.{wanted}"
        fetched.value.save_as(saved)
        assert saved.read_bytes().startswith(begins)
        assert fetched.value.suggested_filename == f"demo-fields-2026-11-23-2026-11-23.{wanted}"


def test_own_days_are_asked_for_by_keyboard_and_both_are_included(worked: Server, hire: Hire) -> None:
    page = opened(hire)
    page.locator("#from").fill("2026-11-22")
    page.locator("#to").fill("2026-11-23")
    page.locator("#to").press("Enter")
    expect(page.locator("tbody tr.line--strong td:first-child")).to_have_text(["22/11/2026", "23/11/2026"])
    page.locator("#to").fill("2026-11-21")
    page.locator("#to").press("Enter")
    expect(page.locator("[role=alert]")).to_have_text("The last day lies before the first one.")
    expect(page.locator("#to")).to_have_value("2026-11-21")


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_report_fits_the_desk_and_can_be_read_by_all(worked: Server, hire: Hire, lang: str) -> None:
    page = opened(hire, lang)
    for link in [one.get_attribute("href") for one in page.locator(".kind").all()]:
        page.goto(f"{worked.url}{link}")
        page.locator("[data-window=today]").click()
        expect(page.locator("[data-report]")).to_be_visible()
        fits(page)
        no_violations(page)


def test_the_page_works_without_script(worked: Server, hire: Hire) -> None:
    page = opened(hire)
    plain = page.context.browser.new_context(  # type: ignore[union-attr]
        java_script_enabled=False, storage_state=page.context.storage_state(), locale="en-GB"
    )
    try:
        other = plain.new_page()
        other.goto(page.url)
        other.locator("[data-window=today]").click()
        expect(other.locator("[data-report=daily] tfoot")).to_be_visible()
    finally:
        plain.close()


def test_a_narrow_screen_scrolls_the_table_not_the_page(worked: Server, hire: Hire) -> None:
    page = opened(hire)
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator("[data-window=today]").click()
    fits(page)
    wide = page.locator(".report__table").evaluate("box => box.scrollWidth > box.clientWidth")
    assert wide
