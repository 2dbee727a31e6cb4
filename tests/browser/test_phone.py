"""The ticket on the phone and the public page, in a real Chromium."""

from __future__ import annotations

import re

import pytest

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Page, Request, WebSocketRoute, expect

from tests.browser.conftest import DESK, PHONE, NewPage, violations
from tests.serving import Server

pytestmark = pytest.mark.browser


def take(server: Server, field: str = "CT", **body: object) -> dict[str, object]:
    answer = server.take(field, **body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def ticket_page(server: Server, new_page: NewPage, code: object, **more: object) -> Page:
    page = new_page(PHONE, **more)
    page.goto(f"{server.url}/t/{code}")
    return page


def test_the_page_follows_the_turn_to_the_counter_without_a_reload(own_server: Server, new_page: NewPage) -> None:
    others = [take(own_server) for _one in range(4)]
    mine = take(own_server)
    page = ticket_page(own_server, new_page, mine["code"])
    reloads: list[str] = []
    page.on("framenavigated", lambda frame: reloads.append(frame.url))
    expect(page.locator("#number")).to_have_text(str(mine["number"]))
    expect(page.locator("#ahead")).to_contain_text("4")
    assert own_server.at_counter(2, "open", fields=["CT"]).status_code == 200
    assert own_server.at_counter(2, "call-next").json()["number"] == others[0]["number"]
    expect(page.locator("#ahead")).to_contain_text("3")
    expect(page.locator("body")).to_have_attribute("data-alert", "soon")
    called = own_server.at_counter(2, "call", number=mine["number"], reason="test")
    assert called.status_code == 200, called.text
    expect(page.locator("#turn")).to_have_attribute("data-state", "called")
    expect(page.locator("#state")).to_contain_text("2")
    expect(page.locator("body")).to_have_attribute("data-alert", "called")
    expect(page.locator("#give-up")).to_be_hidden()
    assert own_server.at_counter(2, "finish").status_code == 200
    expect(page.locator("#turn")).to_have_attribute("data-state", "done")
    assert reloads == []


@pytest.mark.faults("U11", "U15")
@pytest.mark.parametrize("script", [True, False])
def test_the_phone_says_who_is_called_now_or_that_no_counter_is_open(
    own_server: Server, new_page: NewPage, script: bool
) -> None:
    first, _next = take(own_server), take(own_server)
    mine = take(own_server)
    page = ticket_page(own_server, new_page, mine["code"], script=script)
    expect(page.locator("#expected")).to_have_text("Chưa có quầy nào mở để gọi số này nên chưa dự kiến được giờ.")
    expect(page.locator("#ahead")).to_have_text("Còn 2 người trước quý khách")
    assert own_server.at_counter(2, "open", fields=["CT"]).status_code == 200
    assert own_server.at_counter(2, "call-next").json()["number"] == first["number"]
    if not script:
        page.reload()
    expect(page.locator("#ahead")).to_have_text(f"Đang gọi {first['number']}, trước quý khách 1 số")
    expect(page.locator("#expected")).to_contain_text("Dự kiến")
    expect(page.locator("#sound")).to_be_visible() if script else None
    own_server.at_counter(2, "call-next")
    if not script:
        page.reload()
    expect(page.locator("#ahead")).to_contain_text("quý khách là người tiếp theo")
    own_server.at_counter(2, "call-next")
    if not script:
        page.reload()
    expect(page.locator("#turn")).to_have_attribute("data-state", "called")
    expect(page.locator("#sound")).to_be_hidden()
    expect(page.locator("#ahead")).to_be_hidden()


def test_without_script_the_page_is_right_and_asks_again_by_itself(server: Server, new_page: NewPage) -> None:
    mine = take(server)
    page = ticket_page(server, new_page, mine["code"], script=False)
    expect(page.locator("#number")).to_have_text(str(mine["number"]))
    expect(page.locator("#ahead")).to_contain_text(str(mine["ahead"]) if mine["ahead"] else re.compile("."))
    assert page.locator('meta[http-equiv="refresh"]').get_attribute("content") == "20"


def test_a_number_is_given_up_only_after_a_second_touch(own_server: Server, new_page: NewPage) -> None:
    mine = take(own_server, dossiers=2)
    page = ticket_page(own_server, new_page, mine["code"])
    expect(page.locator("#give-up-form")).to_be_hidden()
    page.locator("#give-up summary").click()
    page.locator("#give-up-form button").click()
    expect(page.locator("#turn")).to_have_attribute("data-state", "cancelled")
    assert own_server.ask("GET", f"/tickets/{mine['code']}").json()["state"] == "cancelled"
    assert own_server.board()["session"]["issued"] == 0


def test_a_number_can_be_given_up_without_script(own_server: Server, new_page: NewPage) -> None:
    mine = take(own_server)
    page = ticket_page(own_server, new_page, mine["code"], script=False)
    page.locator("#give-up summary").click()
    page.locator("#give-up-form button").click()
    expect(page.locator("#turn")).to_have_attribute("data-state", "cancelled")
    assert own_server.ask("GET", f"/tickets/{mine['code']}").json()["state"] == "cancelled"


def test_an_unknown_code_gets_a_page_that_says_the_day_is_over(server: Server, new_page: NewPage) -> None:
    page = new_page(PHONE, lang="en-GB")
    answer = page.goto(f"{server.url}/t/AAAAAAAAAAAAAAAAAAAAAA")
    assert answer is not None and answer.status == 404
    expect(page.get_by_role("heading", name="The day of this number is over")).to_be_visible()
    assert violations(page) == []


def test_the_first_load_stays_under_a_hundred_kilobytes(server: Server, new_page: NewPage) -> None:
    mine = take(server)
    page = new_page(PHONE, fresh=True)
    sizes: dict[str, int] = {}

    def weigh(request: Request) -> None:
        size = request.sizes()
        sizes[request.url] = size["responseBodySize"] + size["responseHeadersSize"]

    page.on("requestfinished", weigh)
    page.goto(f"{server.url}/t/{mine['code']}", wait_until="networkidle")
    assert any("socket.io" in url for url in sizes)
    assert sum(sizes.values()) < 100_000, sizes


def test_a_killed_server_is_said_and_healed_on_the_phone(own_server: Server, new_page: NewPage) -> None:
    mine = take(own_server)
    page = ticket_page(own_server, new_page, mine["code"])
    expect(page.locator("#ahead")).to_be_visible()
    own_server.kill()
    expect(page.locator("#offline")).to_be_visible()
    own_server.start()
    expect(page.locator("#offline")).to_be_hidden()
    assert own_server.at_counter(2, "open", fields=["CT"]).status_code == 200
    assert own_server.at_counter(2, "call-next").status_code == 200
    expect(page.locator("#turn")).to_have_attribute("data-state", "called")


def test_the_page_shows_neither_priority_nor_a_sensitive_field(server: Server, new_page: NewPage) -> None:
    sensitive = server.ask("GET", "/sites/demo/procedures?q=khuyết tật").json()["items"][0]
    mine = take(server, "", procedure=sensitive["code"], priority="disabled")
    page = ticket_page(server, new_page, mine["code"])
    expect(page.locator("#number")).to_have_text(str(mine["number"]))
    shown = page.content()
    assert sensitive["name"] not in shown
    assert "disabled" not in shown.replace("disabled = true", "")
    assert "Bảo trợ" not in shown


@pytest.mark.parametrize("lang", ["vi-VN", "en-GB"])
def test_axe_finds_nothing_on_the_ticket_in_any_state(own_server: Server, new_page: NewPage, lang: str) -> None:
    mine = take(own_server)
    page = ticket_page(own_server, new_page, mine["code"], lang=lang)
    expect(page.locator("html")).to_have_attribute("lang", lang[:2])
    assert violations(page) == []
    page.locator("#give-up summary").click()
    assert violations(page) == []
    assert own_server.at_counter(2, "open", fields=["CT"]).status_code == 200
    for verb, state in (("call-next", "called"), ("start", "serving"), ("finish", "done")):
        assert own_server.at_counter(2, verb).status_code == 200
        expect(page.locator("#turn")).to_have_attribute("data-state", state)
        assert violations(page) == [], state


def test_who_has_been_served_is_no_longer_told_what_to_prepare(own_server: Server, new_page: NewPage) -> None:
    mine = take(own_server)
    page = ticket_page(own_server, new_page, mine["code"])
    before = page.locator(".before-turn")
    expect(before).to_have_count(2)
    for one in before.all():
        expect(one).to_be_visible()
    assert own_server.at_counter(2, "open", fields=["CT"]).status_code == 200
    for verb in ("call-next", "finish"):
        assert own_server.at_counter(2, verb).status_code == 200
    expect(page.locator("#turn")).to_have_attribute("data-state", "done")
    for one in before.all():
        expect(one).to_be_hidden()


def test_the_language_asked_for_wins_and_is_kept(server: Server, new_page: NewPage) -> None:
    mine = take(server)
    page = ticket_page(server, new_page, mine["code"])
    expect(page.locator("html")).to_have_attribute("lang", "vi")
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.goto(f"{server.url}/demo/")
    expect(page.locator("html")).to_have_attribute("lang", "en")


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_the_public_page_shows_what_is_left_and_stays_true(
    own_server: Server, new_page: NewPage, size: tuple[int, int]
) -> None:
    page = new_page(size)
    page.goto(f"{own_server.url}/")
    expect(page).to_have_url(f"{own_server.url}/demo/")
    morning = page.locator('[data-session="2026-11-23-morning"]')
    left = morning.locator('[data-slot="remaining"]')
    before = own_server.board()["session"]["remaining"]
    expect(left).to_have_text(str(before))
    take(own_server, dossiers=2)
    expect(left).to_have_text(str(before - 2))
    changed = own_server.ask(
        "PATCH", "/sites/demo/sessions/2026-11-23-morning", role="supervisor", json={"state": "paused"}
    )
    assert changed.status_code == 200
    expect(morning.locator('[data-slot="state"]')).to_have_attribute("data-state", "paused")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_public_page_says_once_that_its_waits_are_guesses(own_server: Server, new_page: NewPage) -> None:
    for counter, field in ((1, "HT"), (2, "CT")):
        assert own_server.at_counter(counter, "open", fields=[field]).status_code == 200
    page = new_page(PHONE)
    page.goto(f"{own_server.url}/demo/")
    for field in ("HT", "CT"):
        for _ in range(3):
            take(own_server, field)
    expect(page.locator("#guessed")).to_have_text("Thời gian chờ là ước tính rộng vì còn ít số liệu.")
    waits = page.locator('[data-slot="wait"]:not(:empty)')
    expect(waits.first).to_have_text(re.compile(r"^chờ khoảng \d+–\d+ phút$"))


def test_the_public_page_marks_the_guesses_among_its_waits(own_server: Server, new_page: NewPage) -> None:
    def known(socket: WebSocketRoute) -> None:
        """The server's board, as if many visits of the first field had been measured."""
        server = socket.connect_to_server()
        server.on_message(lambda told: socket.send(str(told).replace('"wait_rough":true', '"wait_rough":false', 1)))

    for counter, field in ((1, "HT"), (2, "CT")):
        assert own_server.at_counter(counter, "open", fields=[field]).status_code == 200
        for _ in range(3):
            take(own_server, field)
    page = new_page(PHONE)
    page.route_web_socket("**/*", known)
    page.goto(f"{own_server.url}/demo/")
    expect(page.locator("#guessed")).to_have_text("* ước tính rộng vì còn ít số liệu")
    expect(page.locator("[data-prefix='1'] [data-slot='wait']")).to_have_text(re.compile(" phút$"))
    expect(page.locator("[data-prefix='2'] [data-slot='wait']")).to_have_text(re.compile(r" phút \*$"))


def test_the_public_page_is_whole_without_script(server: Server, new_page: NewPage) -> None:
    page = new_page(PHONE, script=False)
    page.goto(f"{server.url}/demo/")
    remaining = server.board()["session"]["remaining"]
    expect(page.locator('[data-session="2026-11-23-morning"] [data-slot="remaining"]')).to_have_text(str(remaining))
    assert page.locator("[data-prefix]").count() == len({field["prefix"] for field in server.board()["fields"]})


SMALL_TARGETS = """() => [...document.querySelectorAll('a[href], button, summary, input, select')]
  .filter((node) => node.checkVisibility() && !node.closest('.skip, .masthead__name, h3'))
  .filter((node) => { const box = node.getBoundingClientRect(); return box.height < 43.5 || box.width < 43.5; })
  .map((node) => node.textContent.trim() || node.name)"""
BEYOND = """() => [...document.querySelectorAll('.table-wrap, html')]
  .filter((node) => node.scrollWidth > node.clientWidth + 1).map((node) => node.className)"""


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_narrow_phone_shows_every_wait_whole_and_nothing_too_small_for_a_thumb(
    own_server: Server, new_page: NewPage, lang: str
) -> None:
    assert own_server.at_counter(2, "open", fields=["CT"]).status_code == 200
    code = [take(own_server, field)["code"] for field in ("CT", "CT", "CT", "HT", "BT")][0]
    page = new_page((360, 640), lang=f"{lang}-VN")
    for path in ("/demo/", "/demo/where/", "/demo/ledger/", f"/t/{code}", "/login", "/nobody/"):
        page.goto(f"{own_server.url}{path}")
        assert page.evaluate(SMALL_TARGETS) == [], path
        assert page.evaluate(BEYOND) == [], path
