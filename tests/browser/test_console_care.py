"""Nothing happens at the console that was not chosen: by keys, by a scanner, by a habit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Hire
from tests.browser.desk_kit import Desk, Seed, day, journal, kinds, no_violations, take
from tests.serving import Server

pytestmark = pytest.mark.browser
BARCODE = "8931234567123"
# What a scanner types, at whatever pace: the moments that the browser sees are the scanner's own.
PACED = """([keys, gap]) => {
  let at = performance.now();
  for (const [key, code] of keys) {
    const pressed = new KeyboardEvent("keydown", { key, code, bubbles: true, cancelable: true });
    Object.defineProperty(pressed, "timeStamp", { value: at });
    at += gap;
    (document.activeElement ?? document.body).dispatchEvent(pressed);
  }
}"""


@pytest.fixture
def server(seed: Seed, tmp_path: Path) -> Iterator[Server]:
    with day(seed, tmp_path) as running:
        yield running


def code_of(char: str) -> str:
    if char.isdigit():
        return f"Digit{char}"
    return f"Key{char.upper()}" if char.isalpha() else ""


def scan(page: Page, text: str, gap: int) -> None:
    keys = [[char, code_of(char)] for char in text] + [["Enter", "Enter"]]
    page.evaluate(PACED, [keys, gap])


def called(desk: Desk, server: Server, **body: Any) -> dict[str, Any]:
    ticket = take(server, **body)
    desk.press("Space")
    expect(desk.number).to_have_text(ticket["number"])
    return ticket


@pytest.mark.faults("P5")
@pytest.mark.parametrize("gap", [5, 60, 80, 120])
def test_a_scan_operates_nothing_however_slow_the_scanner(server: Server, hire: Hire, gap: int) -> None:
    desk = hire()
    page = desk.sit(1)
    here, other = called(desk, server), take(server)
    take(server)
    before = kinds(server)
    # Whether a number is next is told by what the page has heard of.
    expect(page.locator("[data-list=waiting] tbody tr")).to_have_count(2)
    scan(page, BARCODE, gap)
    expect(desk.said).to_contain_text("no ticket of ours")
    scan(page, other["url"], gap)
    expect(page.locator("dialog .dialog__title")).to_have_text(f"Ticket {other['number']}")
    scan(page, "https://example.org/hold", gap)
    expect(page.locator("dialog[open]")).to_be_visible()
    page.keyboard.press("Escape")
    expect(desk.number).to_have_text(here["number"])
    expect(page.locator("[data-choice][aria-pressed=true]")).to_have_count(0)
    assert kinds(server) == before


@pytest.mark.faults("P5")
def test_keys_that_a_person_presses_one_after_the_other_all_count(server: Server, hire: Hire) -> None:
    desk = hire()
    page = desk.sit(1)
    called(desk, server)
    desk.press("1")
    expect(page.locator("[data-choice=submit]")).to_have_attribute("aria-pressed", "true")
    desk.press("s")
    expect(page.locator("[data-ticket-state]")).to_have_text("Serving")
    desk.press("Enter")
    expect(desk.said).to_contain_text("is done")


@pytest.mark.faults("P5")
def test_what_a_scanner_types_into_a_box_is_taken_out_and_confirms_nothing(server: Server, hire: Hire) -> None:
    desk = hire()
    page = desk.sit(1)
    called(desk, server)
    before = kinds(server)
    desk.press("0")
    expect(page.locator("#r-dossiers")).to_be_focused()
    page.locator("#r-dossiers").fill("2")
    scan(page, "123456", 80)
    expect(page.locator("#r-dossiers")).to_have_value("2")
    expect(desk.said).to_contain_text("no ticket of ours")
    assert kinds(server) == before


@pytest.mark.faults("P5")
def test_a_count_far_from_the_tickets_is_asked_about_and_enter_alone_goes_back(server: Server, hire: Hire) -> None:
    desk = hire()
    page = desk.sit(1)
    called(desk, server)
    desk.press("0")
    page.locator("#r-dossiers").fill("123")
    page.locator("#r-dossiers").press("Enter")
    expect(page.locator("dialog .dialog__title")).to_have_text("123 dossiers?")
    page.keyboard.press("Enter")
    expect(page.locator("dialog")).to_have_count(0)
    assert kinds(server)[-1] == "ticket_called"
    page.locator("#r-dossiers").press("Enter")
    desk.confirm()
    expect(desk.said).to_contain_text("is done")
    assert journal(server)[-1]["data"]["dossiers"] == 123


@pytest.mark.faults("P5")
def test_after_the_scanners_own_key_everything_up_to_enter_is_a_scan(server: Server, hire: Hire) -> None:
    desk = hire()
    page = desk.sit(1)
    called(desk, server)
    page.locator("[data-verb=keys]").click()
    page.locator("#key-scanner").focus()
    page.keyboard.press("F9")
    desk.confirm()
    before = kinds(server)
    page.evaluate(PACED, [[["F9", "F9"], *[[c, code_of(c)] for c in "hst1"], ["Enter", "Enter"]], 2000])
    expect(desk.said).to_contain_text("no ticket of ours")
    assert kinds(server) == before


@pytest.mark.faults("P5")
def test_keys_of_an_input_method_act_on_nothing(server: Server, hire: Hire) -> None:
    desk = hire()
    page = desk.sit(1)
    called(desk, server)
    for options in ('key: "s", code: "KeyS", isComposing: true', 'key: "Process", code: "KeyS", keyCode: 229'):
        page.evaluate(f'document.body.dispatchEvent(new KeyboardEvent("keydown", {{{options}, bubbles: true}}))')
    desk.press("1")
    expect(page.locator("[data-choice=submit]")).to_have_attribute("aria-pressed", "true")
    assert kinds(server)[-1] == "ticket_called"


@pytest.mark.faults("U2")
def test_space_in_the_question_before_opening_opens_and_unticks_nothing(server: Server, hire: Hire) -> None:
    take(server)
    desk = hire()
    page = desk.sign_in("/demo/counter/", "officer")
    page.locator("[data-counter='1']").click()
    expect(page.locator("dialog [type=submit]")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator("[data-part=work]")).to_be_visible()
    expect(page.locator("[data-count=waiting]")).to_have_text("1")


@pytest.mark.faults("U2")
def test_the_console_says_what_it_calls_and_how_many_wait_elsewhere(server: Server, hire: Hire) -> None:
    desk = hire()
    page = desk.sit(1)
    expect(page.locator("[data-called-here]")).to_have_text("Called here: Civil status.")
    expect(page.locator("[data-elsewhere]")).to_be_hidden()
    for _ in range(2):
        take(server, "CT")
    expect(page.locator("[data-elsewhere]")).to_have_text("2 wait for other fields.")
    expect(page.locator("[data-none=waiting]")).to_be_visible()


@pytest.mark.faults("U12")
def test_the_list_stands_in_the_order_of_calling_and_marks_who_is_next(server: Server, hire: Hire) -> None:
    for special in (None, None, "elderly"):
        take(server, priority=special)
    desk = hire()
    page = desk.sit(1)
    rows = page.locator("[data-list=waiting] tbody tr")
    order = []
    for left in (3, 2, 1):
        expect(rows).to_have_count(left)
        expect(page.locator("[data-next]")).to_have_count(1)
        order.append(rows.first.get_attribute("data-number-row"))
        assert rows.first.locator("[data-next]").count() == 1
        desk.press("Space")
        expect(desk.number).to_have_text(str(order[-1]))


@pytest.mark.faults("U12")
def test_the_first_in_line_is_called_without_a_reason(server: Server, hire: Hire) -> None:
    first = take(server)
    desk = hire()
    page = desk.sit(1)
    page.locator(f"[data-row='waiting:out:{first['number']}']").click()
    expect(desk.number).to_have_text(first["number"])
    assert journal(server)[-1]["data"]["turn"] == "next"


@pytest.mark.faults("U12")
def test_after_going_back_the_space_bar_calls_and_opens_no_dialog_again(server: Server, hire: Hire) -> None:
    desk = hire()
    page = desk.sit(1)
    called(desk, server)
    second = take(server)
    for button in ("hold", "pause", "issue"):
        page.locator(f".verb[data-verb={button}]").click()
        expect(page.locator("dialog[open]")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("dialog")).to_have_count(0)
    desk.press("Space")
    expect(desk.number).to_have_text(second["number"])
    expect(page.locator("dialog")).to_have_count(0)


@pytest.mark.faults("U12")
def test_a_number_goes_nowhere_until_a_place_was_chosen(server: Server, hire: Hire) -> None:
    desk = hire()
    page = desk.sit(1)
    called(desk, server)
    desk.press("t")
    expect(page.locator("dialog select")).to_have_value("")
    page.keyboard.press("Enter")
    expect(page.locator("dialog[open]")).to_be_visible()
    assert kinds(server)[-1] == "ticket_called"


@pytest.mark.faults("U12")
def test_a_number_for_somebody_else_proposes_the_counters_own_field_or_none(server: Server, hire: Hire) -> None:
    desk = hire()
    page = desk.sit(1, ("CT",))
    desk.press("n")
    expect(page.locator("dialog select[name=field]")).to_have_value("CT")
    page.keyboard.press("Escape")
    page.locator("[data-verb=fields]").click()
    page.locator("dialog input[value=HT]").check()
    desk.confirm()
    desk.press("n")
    expect(page.locator("dialog select[name=field]")).to_have_value("")
    page.locator("dialog [type=submit]").click()
    expect(page.locator("dialog[open]")).to_be_visible()
    assert "ticket_taken" not in kinds(server)


@pytest.mark.faults("U12")
def test_the_number_called_stays_in_sight_beside_the_open_panel(server: Server, hire: Hire) -> None:
    desk = hire()
    page = desk.sit(1)
    called(desk, server)
    desk.press("0")
    for box in ("#r-dossiers", "#r-codes", "[data-receipt-form] [type=submit]"):
        page.locator(box).scroll_into_view_if_needed()
        page.locator(box).focus()
        expect(desk.number).to_be_in_viewport(ratio=1)
        expect(page.locator(box)).to_be_in_viewport(ratio=1)
        shown = desk.number.bounding_box()
        assert shown is not None
        middle = [shown["x"] + shown["width"] / 2, shown["y"] + shown["height"] / 2]
        assert page.evaluate("([x, y]) => Boolean(document.elementFromPoint(x, y)?.closest('[data-number]'))", middle)


@pytest.mark.faults("U12")
def test_on_a_low_screen_four_of_who_waits_are_in_sight_beside_the_other_lists(server: Server, hire: Hire) -> None:
    desk = hire("vi")
    page = desk.sit(1)
    for at, key in enumerate(("h", "h", "Delete"), 1):
        called(desk, server)
        desk.press(key)
        if key == "h":
            desk.confirm()
        expect(desk.number).to_have_text("–")
        expect(page.locator("[data-list=held] tbody tr, [data-list=absent] tbody tr")).to_have_count(at)
    for _ in range(10):
        take(server)
    waiting = page.locator("[data-list=waiting] tbody tr")
    expect(waiting).to_have_count(10)
    for row in waiting.all()[:4]:
        expect(row).to_be_in_viewport(ratio=0.95)
    for row in page.locator("[data-list=held] tbody tr").all():
        expect(row).to_be_in_viewport(ratio=0.7)


@pytest.mark.faults("U3")
def test_a_number_finished_by_mistake_is_taken_back_from_the_list_of_the_last(server: Server, hire: Hire) -> None:
    desk = hire("vi")
    page = desk.sit(1)
    first = called(desk, server)
    desk.press("Enter")
    expect(desk.number).to_have_text("–")
    page.locator(".finished summary").click()
    page.locator(f"[data-row='finished:reopen:{first['number']}']").click()
    expect(page.locator("dialog .dialog__title")).to_have_text(f"Mở lại số {first['number']}")
    desk.confirm()
    expect(desk.number).to_have_text(first["number"])
    line = journal(server)[-1]
    assert (line["kind"], line["data"]["reason"]) == ("ticket_reopened", "Bấm nhầm hoàn tất")
    expect(page.locator("[data-list=finished] tbody tr")).to_have_count(0)


@pytest.mark.faults("U1")
def test_signing_out_with_a_number_called_asks_what_becomes_of_it(server: Server, hire: Hire) -> None:
    desk = hire("vi")
    page = desk.sit(1)
    here = called(desk, server)
    page.locator(".signed button, form[action$='/logout'] button").first.click()
    expect(page.locator("[data-leaving] legend")).to_contain_text(here["number"])
    no_violations(page)
    page.locator("[data-leaving] [type=submit]").click()
    expect(page.locator("[data-leaving]")).to_be_visible()
    page.locator("input[value=requeue]").check()
    page.locator("[data-leaving] [type=submit]").click()
    page.wait_for_url("**/login*")
    assert kinds(server)[-3:] == ["ticket_held", "ticket_requeued", "counter_closed"]


def test_the_question_about_keys_opens_at_its_top_on_a_low_screen(server: Server, hire: Hire) -> None:
    desk = hire()
    page = desk.sit(1)
    page.locator("[data-verb=keys]").click()
    dialog = page.locator("dialog[open]")
    expect(dialog.locator(".dialog__title")).to_be_in_viewport(ratio=1)
    assert dialog.evaluate("box => box.scrollHeight > box.clientHeight")
