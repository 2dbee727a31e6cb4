"""The officers' console in Chromium, by keyboard, against a real server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Hire
from tests.browser.desk_kit import Seed, day, journal, kinds, take
from tests.serving import Server

pytestmark = pytest.mark.browser


@pytest.fixture
def server(seed: Seed, tmp_path: Path) -> Iterator[Server]:
    with day(seed, tmp_path) as running:
        yield running


def state(server: Server, ticket: dict[str, str]) -> str:
    return str(server.ask("GET", f"/tickets/{ticket['code']}").json()["state"])


def test_an_officer_opens_a_counter_and_works_a_number_through_with_keys_alone(server: Server, hire: Hire) -> None:
    first, second = take(server), take(server)
    desk = hire()
    desk.sit(1)
    desk.press("Space")
    expect(desk.number).to_have_text(first["number"])
    desk.press("s")
    expect(desk.page.locator("[data-ticket-state]")).to_have_text("Serving")
    assert state(server, first) == "serving"
    desk.press("Enter")
    expect(desk.said).to_contain_text(f"{first['number']} is done")
    assert (state(server, first), state(server, second)) == ("done", "waiting")
    assert kinds(server)[2:] == ["counter_opened", "ticket_called", "service_started", "ticket_finished"]


def test_a_counter_that_was_just_opened_hears_of_others_without_asking(server: Server, hire: Hire) -> None:
    desk = hire()
    page = desk.sit(1)
    page.route("**/counter/queue.json*", lambda route: route.abort())
    number = take(server)["number"]
    expect(page.locator(f"[data-list=waiting] [data-number-row='{number}']")).to_be_visible()


def test_space_ends_the_number_at_the_counter_and_says_so_when_nobody_waits(server: Server, hire: Hire) -> None:
    first = take(server)
    desk = hire()
    desk.sit(1)
    desk.press("F2")
    expect(desk.number).to_have_text(first["number"])
    desk.press("Space")
    expect(desk.said).to_contain_text("Nobody is waiting")
    expect(desk.number).to_have_text("–")
    assert state(server, first) == "done"


def test_the_number_pad_alone_calls_starts_and_finishes(server: Server, hire: Hire) -> None:
    first = take(server)
    desk = hire()
    desk.sit(1)
    for key, words in (("NumpadAdd", "called"), ("NumpadDivide", "served"), ("NumpadEnter", "done")):
        desk.press(key)
        expect(desk.said).to_contain_text(words)
    assert state(server, first) == "done"


def test_a_recall_waits_for_its_gap_and_tells_the_seconds(server: Server, hire: Hire) -> None:
    take(server)
    desk = hire()
    desk.sit(1)
    desk.press("Space")
    expect(desk.page.locator("[data-calls]")).to_have_text(re.compile(r"Call 1 of 3 · again in (30|2\d) s"))
    expect(desk.page.locator("[data-verb=recall]")).to_have_attribute("aria-disabled", "true")
    desk.press("r")
    expect(desk.said).to_have_text(re.compile(r"again in \d+ s"))
    assert "ticket_recalled" not in kinds(server)


def test_an_absent_number_comes_back_by_undo_and_by_requeue(server: Server, hire: Hire) -> None:
    first = take(server)
    desk = hire()
    desk.sit(1)
    desk.press("Space")
    expect(desk.number).to_have_text(first["number"])
    desk.press("Delete")
    expect(desk.page.locator("[data-list=absent] tbody tr")).to_have_count(1)
    assert state(server, first) == "no_show"
    desk.press("u")
    expect(desk.number).to_have_text(first["number"])
    assert state(server, first) == "called"
    desk.press("Delete")
    desk.page.locator("[data-row^='absent:requeue']").click()
    expect(desk.page.locator("[data-list=waiting] tbody tr")).to_have_count(1)
    assert state(server, first) == "waiting"
    assert kinds(server)[-4:] == ["ticket_absent", "step_undone", "ticket_absent", "ticket_requeued"]


def test_a_held_number_waits_beside_the_queue_with_its_reason_and_is_taken_back(server: Server, hire: Hire) -> None:
    first = take(server)
    desk = hire()
    desk.sit(1)
    desk.press("Space")
    expect(desk.number).to_have_text(first["number"])
    desk.press("h")
    expect(desk.page.locator("dialog[open]")).to_be_visible()
    desk.page.keyboard.press("Enter")
    expect(desk.page.locator("[data-list=held] tbody tr")).to_have_count(1)
    assert journal(server)[-1]["data"] == {"counter": 1, "reason": "Papers to be completed"}
    desk.page.locator("[data-row^='held:resume']").click()
    expect(desk.number).to_have_text(first["number"])
    assert state(server, first) == "called"


def test_a_transfer_keeps_the_number_and_goes_to_the_field_chosen(server: Server, hire: Hire) -> None:
    first = take(server)
    desk = hire()
    desk.sit(1)
    desk.press("Space")
    expect(desk.number).to_have_text(first["number"])
    desk.press("t")
    desk.page.locator("dialog select").select_option("field:CT")
    desk.confirm()
    expect(desk.said).to_contain_text("transferred")
    moved = server.ask("GET", f"/tickets/{first['code']}").json()
    assert (moved["number"], moved["field"], moved["state"]) == (first["number"], "CT", "waiting")


def test_finish_carries_what_was_really_received_and_refuses_a_code_that_is_none(server: Server, hire: Hire) -> None:
    first = take(server, dossiers=3)
    desk = hire()
    page = desk.sit(1)
    desk.press("Space")
    expect(desk.number).to_have_text(first["number"])
    page.locator(".receipt summary").click()
    page.locator("#r-dossiers").fill("2")
    page.locator("#r-postal").select_option("return")
    page.locator("#r-codes").fill("Nguyễn Văn A 0912345678")
    page.locator("[data-receipt-form] [type=submit]").click()
    expect(desk.said).to_contain_text("is no dossier code")
    assert state(server, first) == "called"
    page.locator("#r-codes").fill("H19.1-261123-0007")
    page.locator("[data-receipt-form] [type=submit]").click()
    expect(desk.said).to_contain_text("is done")
    line = journal(server)[-1]
    assert (line["kind"], line["data"]["dossiers"], line["data"]["postal"]) == ("ticket_finished", 2, "return")
    assert "H19" not in str(line)


def test_a_call_out_of_turn_asks_for_a_reason_that_the_journal_keeps(server: Server, hire: Hire) -> None:
    first, second = take(server), take(server)
    desk = hire()
    page = desk.sit(1)
    page.locator(f"[data-row='waiting:out:{second['number']}']").click()
    page.locator("dialog [type=submit]").click()
    expect(page.locator("dialog[open]")).to_be_visible()
    page.locator("dialog input").fill("Has to catch the ferry")
    desk.confirm()
    expect(desk.number).to_have_text(second["number"])
    assert journal(server)[-1]["data"]["reason"] == "Has to catch the ferry"
    assert state(server, first) == "waiting"


def test_a_waiting_number_is_cancelled_with_a_reason(server: Server, hire: Hire) -> None:
    first = take(server)
    desk = hire()
    page = desk.sit(1)
    page.locator(f"[data-row='waiting:cancel:{first['number']}']").click()
    page.locator("dialog input").fill("Went home")
    desk.confirm()
    expect(page.locator("[data-none=waiting]")).to_be_visible()
    assert state(server, first) == "cancelled"


def test_a_number_is_issued_for_somebody_and_its_slip_can_be_printed(server: Server, hire: Hire) -> None:
    desk = hire()
    page = desk.sit(1)
    desk.press("n")
    page.locator("dialog select[name=field]").select_option("HT")
    page.locator("dialog input[name=dossiers]").fill("2")
    page.locator("dialog select[name=priority]").select_option(index=1)
    page.locator("dialog [type=submit]").click()
    slip = page.locator("[data-slip]")
    expect(slip).to_be_visible()
    paper = server.ask("GET", "/" + str(slip.get_attribute("href")))
    assert (paper.status_code, paper.headers["Content-Type"]) == (200, "application/pdf")
    line = next(line for line in journal(server) if line["kind"] == "ticket_taken")
    assert (line["data"]["dossiers"], line["data"]["source"]) == (2, "staff")
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_have_count(0)
    expect(page.locator("[data-list=waiting] tbody tr .queue__mark")).to_have_count(1)
    desk.press("Space")
    expect(desk.number).to_have_text(line["data"]["number"])


def test_a_pause_shows_on_the_counter_and_stops_the_keys(server: Server, hire: Hire) -> None:
    first = take(server)
    desk = hire()
    page = desk.sit(1)
    desk.press("p")
    expect(page.locator("dialog[open]")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("[data-counter-state]")).to_have_text("Paused: Short break")
    desk.press("Space")
    expect(desk.said).to_have_text("Paused")
    assert state(server, first) == "waiting"
    desk.press("p")
    expect(page.locator("[data-counter-state]")).to_have_text("Open")
    desk.press("Space")
    expect(desk.number).to_have_text(first["number"])


def test_who_waits_beyond_the_first_is_shown_when_asked_for(server: Server, hire: Hire) -> None:
    numbers = [take(server)["number"] for _ in range(33)]
    desk = hire()
    desk.sit(1)
    rows, more = desk.page.locator("[data-list='waiting'] tbody tr"), desk.page.locator("[data-more]")
    expect(rows).to_have_count(30)
    expect(desk.page.locator("[data-count='waiting']")).to_have_text("33")
    expect(more).to_have_text("3 more are waiting: show them")
    more.click()
    expect(rows).to_have_count(33)
    expect(more).to_be_hidden()
    assert rows.last.get_attribute("data-number-row") == numbers[-1]
    desk.press("Space")
    expect(desk.number).to_have_text(numbers[0])
    expect(rows).to_have_count(32)
