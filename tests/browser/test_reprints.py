"""A slip again from the officer's console, a number with its paper from the counter, and the printers on Today."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import expect

from tests.browser.conftest import Hire
from tests.browser.desk_kit import Desk, Seed, day, fits, journal, no_violations, take
from tests.browser.pages_kit import Pages
from tests.printer_simulator import Printer
from tests.serving import Server, layso
from tests.waiting import until

pytestmark = pytest.mark.browser
LOBBY, DESK = "Sảnh", "Quầy 1"


@pytest.fixture
def printers() -> Iterator[tuple[Printer, Printer]]:
    with Printer() as lobby, Printer() as desk:
        yield lobby, desk


@pytest.fixture
def server(seed: Seed, tmp_path: Path, printers: tuple[Printer, Printer]) -> Iterator[Server]:
    with day(seed, tmp_path) as running:
        configured = layso("export-config", "demo", data=running.data).stdout
        tables = (
            f'\n[[sites.printers]]\nname = "{name}"\naddress = "{one.address}"\nkiosks = [{kiosks}]\n'
            for name, one, kiosks in ((LOBBY, printers[0], '"test kiosk"'), (DESK, printers[1], ""))
        )
        file = tmp_path / "demo.toml"
        file.write_text(configured + "".join(tables), encoding="utf-8")
        applied = layso("apply", file, data=running.data)
        assert applied.returncode == 0, applied.stderr
        yield running


def printer_states(server: Server) -> list[str]:
    told = server.ask("GET", "/sites/demo/printers", role="supervisor").json()
    return [one["state"] for one in told["items"]]


def test_an_officer_has_the_number_at_his_counter_printed_again_where_he_says(
    server: Server, hire: Hire, printers: tuple[Printer, Printer]
) -> None:
    lobby, near = printers
    first = take(server)
    lobby.wait(lambda: lobby.papers)
    desk = hire()
    page = desk.sit(1)
    desk.press("Space")
    expect(desk.number).to_have_text(first["number"])
    desk.press("i")
    dialog = page.locator("dialog[open]")
    expect(dialog.locator("[name=number]")).to_have_value(first["number"])
    expect(dialog.locator("option")).to_have_count(2)
    no_violations(page)
    dialog.locator("select").select_option(DESK)
    desk.confirm()
    expect(desk.said).to_contain_text(f"{first['number']} is printed again on {DESK}, as reprint 1")
    near.wait(lambda: near.papers)
    assert near.papers[0].codes() == lobby.papers[0].codes()
    assert journal(server)[-1]["data"] == {"copy": 1, "printer": DESK}

    # The choice is kept; a number that isn't there is refused, and one of the list is found.
    page.locator("[data-verb=reprint]").click()
    expect(dialog.locator("select")).to_have_value(DESK)
    dialog.locator("[name=number]").fill("9999")
    desk.confirm()
    expect(desk.said).to_contain_text("not known")
    assert len(near.papers) == 1

    near.paper_out()
    until(lambda: printer_states(server)[1] == "paper_out")
    desk.press("i")
    expect(dialog.locator("option", has_text="out of paper")).to_have_count(1)
    desk.confirm()
    expect(desk.said).to_contain_text("can't print now: out of paper")
    near.paper_in()
    near.wait(lambda: len(near.papers) == 2)


def test_a_number_given_at_the_counter_comes_out_where_the_officer_says(
    server: Server, hire: Hire, printers: tuple[Printer, Printer]
) -> None:
    lobby, near = printers
    desk = hire()
    page = desk.sit(1)
    desk.press("n")
    dialog = page.locator("dialog[open]")
    expect(dialog.locator("[name=printer]")).to_have_value("")
    dialog.locator("[name=printer]").select_option(DESK)
    dialog.locator("[type=submit]").click()
    expect(dialog).to_contain_text(f"The slip comes out of {DESK}.")
    near.wait(lambda: near.papers)
    assert lobby.papers == [] and len(near.papers[0].codes()) == 1
    assert dialog.locator("[data-slip]").get_attribute("href").endswith("&copy=1")


def test_today_tells_how_each_printer_is_and_what_was_not_printed(
    server: Server, hire: Hire, printers: tuple[Printer, Printer]
) -> None:
    lobby, _near = printers
    boss = hire()
    page = boss.sign_in("/demo/supervisor/", "supervisor")
    mine = page.locator(f"[data-printers] [data-printer='{LOBBY}'] [data-state]")
    expect(mine).to_have_text("Ready")
    lobby.paper_low()
    expect(mine).to_have_text("Paper runs low")
    expect(page.locator("[data-alarms] [data-ahead=paper_low]")).to_contain_text(LOBBY)
    lobby.paper_out()
    expect(mine).to_have_text("No paper")
    expect(page.locator("[data-alarms] [data-alarm=printer_down]")).to_contain_text("out of paper")
    no_violations(page)
    fits(page)
    lobby.paper_in()
    expect(mine).to_have_text("Ready")
    expect(page.locator("[data-alarms] [data-alarm=printer_down]")).to_have_count(0)


def test_where_browsers_print_the_officers_own_prints_the_slip_again_marked(own_server: Server, pages: Pages) -> None:
    first = take(own_server)
    desk = Desk(pages, own_server)
    page = desk.sit(1)
    desk.press("i")
    expect(desk.said).to_contain_text("Call a number first")
    desk.press("Space")
    expect(desk.number).to_have_text(first["number"])
    desk.press("i")
    link = page.locator("dialog[open] [data-slip]")
    expect(link).to_have_attribute("href", f"/api/v1/tickets/{first['code']}/slip.pdf?width=80&copy=1")
    desk.leave()
