"""Who holds a number, or only stands in the hall, verifies the ledger on a phone."""

from __future__ import annotations

import pytest

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, NewPage, violations
from tests.browser.test_phone import take, ticket_page
from tests.serving import Server

pytestmark = pytest.mark.browser


def test_a_phone_proves_where_its_number_stands_and_a_paper_is_verified_by_anybody(
    own_server: Server, new_page: NewPage
) -> None:
    numbers = [str(take(own_server)["number"]) for _each in range(3)]
    mine = take(own_server)
    before = own_server.ask("GET", f"/tickets/{mine['code']}/proof").json()
    page = ticket_page(own_server, new_page, mine["code"])
    page.click("#prove")
    said = page.locator("#proof-said")
    expect(said).to_contain_text(f"Số {mine['number']} là số thứ 4 phát")
    expect(said).to_contain_text("không số nào được chen vào trước")
    expect(page.locator("#proof-before")).to_contain_text("3 số")
    digits = page.locator("#proof-paper").inner_text()[-8:]
    assert violations(page) == []

    assert own_server.at_counter(2, "open", fields=["CT"]).status_code == 200
    assert own_server.at_counter(2, "call", number=numbers[1], reason="người cao tuổi").status_code == 200
    hall = new_page(PHONE)
    hall.goto(f"{own_server.url}/{own_server.site}/ledger/")
    expect(hall.locator("#said")).to_contain_text("khớp")
    first = hall.locator("#lines li").first
    expect(first).to_contain_text(numbers[1])
    expect(first).to_contain_text("được gọi trước theo quy định")
    expect(hall.locator("#size")).to_have_text(str(before["size"] + 1))
    expect(hall.locator("body")).not_to_contain_text("cao tuổi")
    for typed, word in ((digits, "là số thứ 4"), ("0" * 8, digits)):
        hall.fill("#number", str(mine["number"]))
        hall.fill("#digits", typed)
        hall.click("#paper button")
        expect(hall.locator("#verdict")).to_contain_text(word)
    assert violations(hall) == []
