"""The lobby kiosk in a real Chromium: from the idle screen to the number, and its bad days."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Page, expect

from tests.browser.conftest import LANDSCAPE, PORTRAIT, Clock, NewPage, prints, violations
from tests.serving import Server, layso

pytestmark = pytest.mark.browser
Paired = Callable[..., Page]
SESSION = "/sites/demo/sessions/2026-11-23-morning"


def act(page: Page, name: str) -> None:
    page.locator(f'[data-act="{name}"]:visible').click()


def choose(page: Page, code: str) -> None:
    page.locator(f'[data-choice="{code}"]').click()


def to_confirm(page: Page, field: str = "HT", procedure: str = "unknown", more: int = 0) -> None:
    act(page, "take")
    choose(page, field)
    choose(page, procedure)
    for _one in range(more):
        act(page, "more")
    expect(page.locator('[data-act="submit"]')).to_be_visible()


def number_of(page: Page) -> str:
    shown = page.locator("[data-ticket-number]")
    expect(shown).to_be_visible()
    return shown.inner_text()


def settled_prints(page: Page) -> int:
    """How often it printed, once the slip of the ticket on the screen has been handed over."""
    expect(page.locator("#slip")).to_have_attribute("data-printed", re.compile("."))
    return prints(page)


def tickets(server: Server) -> list[dict[str, object]]:
    journal = server.ask("GET", "/sites/demo/journal?limit=500", role="supervisor").json()["items"]
    return [line for line in journal if line["kind"] == "ticket_taken"]


def set_session(server: Server, **change: object) -> None:
    answer = server.ask("PATCH", SESSION, role="supervisor", json=change)
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE])
def test_a_citizen_taps_to_a_number_and_one_slip_is_printed(
    own_server: Server, paired: Paired, size: tuple[int, int]
) -> None:
    page = paired(own_server, size)
    listed = own_server.ask("GET", "/sites/demo/procedures?field=HT").json()["items"]
    to_confirm(page, procedure=listed[0]["code"], more=1)
    act(page, "submit")
    assert number_of(page) == "1001"
    expect(page.locator("#slip")).to_have_attribute("src", re.compile(r"/slip\.png\?width=80&copy=0$"))
    assert settled_prints(page) == 1
    board = own_server.board()
    assert (board["session"]["issued"], board["session"]["waiting"]) == (2, 1)
    assert len(tickets(own_server)) == 1


@pytest.mark.faults("U8")
def test_a_birth_is_registered_with_four_taps_and_the_rest_stands_on_the_confirmation(
    own_server: Server, paired: Paired
) -> None:
    page = paired(own_server)
    act(page, "take")
    choose(page, "HT")
    choose(page, "1.001193")
    expect(page.locator('[data-slot="count"]')).to_have_text("1")
    expect(page.locator('[data-act="applicant"][aria-pressed="true"]')).to_have_attribute("data-value", "individual")
    act(page, "submit")
    assert number_of(page) == "1001"
    act(page, "home")
    to_confirm(page, procedure="1.001193", more=1)
    page.locator('[data-value="organisation"]').click()
    act(page, "priority")
    choose(page, "elderly")
    expect(page.locator('[data-slot="priority-name"]')).to_have_text("Người cao tuổi")
    expect(page.locator('[data-slot="count"]')).to_have_text("2")
    act(page, "submit")
    assert number_of(page) == "1002"
    taken = [line["data"] for line in tickets(own_server)]
    assert [(one["dossiers"], one.get("priority"), one["applicant"]) for one in taken] == [
        (1, None, "individual"), (2, "elderly", "organisation"),
    ]  # fmt: skip


@pytest.mark.faults("U8")
def test_a_postman_says_how_many_he_hands_over_and_nobody_else_meets_him(own_server: Server, paired: Paired) -> None:
    page = paired(own_server)
    act(page, "take")
    expect(page.get_by_text("Bưu tá giao hồ sơ")).to_have_count(0)
    act(page, "other")
    choose(page, "postal_handover")
    act(page, "more")
    act(page, "submit")
    number_of(page)
    assert [(line["data"]["service"], line["data"]["dossiers"]) for line in tickets(own_server)] == [
        ("postal_handover", 2)
    ]


@pytest.mark.faults("U9")
@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE])
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_eleven_fields_stand_on_one_page_that_they_fill(
    own_server: Server, paired: Paired, tmp_path: Path, size: tuple[int, int], lang: str
) -> None:
    add_a_field(own_server, tmp_path)
    page = paired(own_server, size)
    if lang == "en":
        act(page, "language")
    act(page, "take")
    page.evaluate("document.fonts.ready.then(() => true)")
    expect(page.locator(".choice:visible")).to_have_count(11)
    expect(page.locator(".pager")).to_be_hidden()
    assert page.evaluate(OUTSIDE) == []
    used = page.locator(".choices").bounding_box()
    room = page.locator(".screen__body").bounding_box()
    assert used and room and used["height"] > 0.85 * room["height"]


def add_a_field(server: Server, folder: Path) -> None:
    written = layso("export-config", "demo", data=server.data)
    assert written.returncode == 0, written.stderr
    field = '[[sites.fields]]\ncode = "NN"\nname = "Nông nghiệp, môi trường"\nname_en = "Agriculture"\nprefix = "N"\n\n'
    counter = '[[sites.counters]]\nnumber = 7\nname = "Nông nghiệp"\nfields = ["NN"]\n\n'
    text = written.stdout.replace("[[sites.fields]]", f"{field}[[sites.fields]]", 1)
    (folder / "eleven.toml").write_text(
        text.replace("[[sites.counters]]", f"{counter}[[sites.counters]]", 1), encoding="utf-8"
    )
    applied = layso("apply", str(folder / "eleven.toml"), data=server.data)
    assert applied.returncode == 0, applied.stderr


def test_the_code_on_the_screen_leads_to_the_phone_page(server: Server, paired: Paired) -> None:
    zxingcpp = pytest.importorskip("zxingcpp")
    from PIL import Image

    page = paired(server)
    to_confirm(page)
    act(page, "submit")
    number = number_of(page)
    picture = page.locator('[data-slot="qr"]')
    expect(picture).to_have_js_property("complete", True)
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture.screenshot())))
    assert len(found) == 1
    assert found[0].text.startswith(f"{server.url}/t/")
    answer = server.ask("GET", f"/{found[0].text.removeprefix(server.url)}")
    assert answer.status_code == 200 and number in answer.text


def test_a_double_tap_yields_one_ticket_and_one_slip(own_server: Server, paired: Paired) -> None:
    page = paired(own_server)
    to_confirm(page)
    page.locator('[data-act="submit"]').dblclick()
    number_of(page)
    assert settled_prints(page) == 1
    assert len(tickets(own_server)) == 1


def test_a_slipping_finger_does_not_choose_on_the_next_screen(server: Server, paired: Paired) -> None:
    page = paired(server)
    page.locator('[data-act="take"]').dblclick()
    expect(page.locator("body")).to_have_attribute("data-screen", "field")
    page.locator('[data-choice="HT"]').dblclick()
    expect(page.locator("body")).to_have_attribute("data-screen", "procedure")


@pytest.mark.faults("U16")
def test_a_holiday_is_said_once_with_its_reason_and_the_next_session_with_its_weekday(
    own_server: Server, paired: Paired
) -> None:
    own_server.restart(at="2026-11-24T08:00")
    page = paired(own_server)
    expect(page.get_by_text("Hôm nay không có buổi làm việc")).to_have_count(1)
    expect(page.locator(".today__head")).to_contain_text("Ngày nghỉ: Ngày Văn hóa Việt Nam")
    state = page.locator('.today__state[data-state="none"]')
    expect(state).to_contain_text("Buổi sáng, thứ Tư 25/11")
    act(page, "language")
    expect(state).to_contain_text("Wednesday 25/11")
    assert violations(page) == []


@pytest.mark.faults("U16")
def test_the_procedures_have_more_ways_out_than_not_knowing(server: Server, paired: Paired) -> None:
    page = paired(server)
    act(page, "take")
    choose(page, "HT")
    expect(page.locator('[data-choice="unknown"]')).to_be_visible()
    act(page, "find")
    expect(page.locator("body")).to_have_attribute("data-screen", "search")
    act(page, "back")
    expect(page.locator("body")).to_have_attribute("data-screen", "procedure")


@pytest.mark.faults("U10")
def test_what_to_bring_stands_on_the_confirmation(server: Server, paired: Paired) -> None:
    page = paired(server)
    to_confirm(page, procedure="1.001193")
    expect(page.locator('[data-slot="bring"]')).to_have_text("Giấy tờ cần mang theo: Giấy chứng sinh, giấy tờ tùy thân")
    page.locator('#bar [data-act="home"]').click()
    to_confirm(page)
    expect(page.locator('[data-slot="bring"]')).to_be_hidden()


def test_what_is_left_changes_on_the_idle_screen_by_itself(own_server: Server, paired: Paired) -> None:
    page = paired(own_server)
    left = page.locator('[data-slot="left"]')
    before = own_server.board()["session"]["remaining"]
    expect(left).to_have_text(str(before))
    assert own_server.take("HT", dossiers=3).status_code == 201
    expect(left).to_have_text(str(before - 3))


def test_the_whole_way_in_english_and_back_to_the_language_of_the_office(server: Server, paired: Paired) -> None:
    page = paired(server)
    act(page, "language")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    act(page, "take")
    expect(page.get_by_role("heading", name="Choose a field")).to_be_visible()
    page.get_by_role("button", name="Civil status").click()
    page.get_by_role("button", name="I don't know the procedure").click()
    page.get_by_role("button", name="Take this number").click()
    number_of(page)
    expect(page.get_by_role("heading", name="Your number")).to_be_visible()
    page.get_by_role("button", name="Done").click()
    expect(page.locator("html")).to_have_attribute("lang", "vi")


def test_an_unpaired_kiosk_shows_its_code_until_it_is_confirmed_and_again_when_revoked(
    own_server: Server, new_page: NewPage
) -> None:
    page = new_page(PORTRAIT)
    page.goto(f"{own_server.url}/demo/kiosk/")
    shown = page.locator("[data-pairing-code]")
    code = shown.get_attribute("data-pairing-code") or ""
    expect(shown).to_have_text(code)
    page.reload()
    expect(shown).to_have_text(code)
    assert layso("device", "confirm", "AAA-AAA", data=own_server.data).returncode == 1
    assert layso("device", "confirm", code, data=own_server.data).returncode == 0
    expect(page.locator(".home")).to_be_visible()
    cookies = {cookie["name"]: cookie for cookie in page.context.cookies()}
    assert cookies[own_server.cookie("kiosk", "demo")]["httpOnly"] is True
    to_confirm(page)
    listed = layso("device", "list", data=own_server.data).stdout
    device = next(line.split()[0] for line in listed.splitlines() if "kiosk" in line and code in line)
    assert layso("device", "revoke", device, data=own_server.data).returncode == 0
    act(page, "submit")
    expect(shown).to_be_visible()
    assert shown.get_attribute("data-pairing-code") != code
    assert tickets(own_server) == []


def test_a_procedure_is_found_without_accents(server: Server, paired: Paired) -> None:
    page = paired(server)
    act(page, "take")
    act(page, "find")
    for key in "dang ky khai":
        page.locator(f'[data-key="{key}"]').click()
    expect(page.locator(".choice").first).to_contain_text("Đăng ký khai")
    page.locator(".choice").first.click()
    expect(page.locator("body")).to_have_attribute("data-screen", "confirm")


@pytest.mark.faults("P7")
def test_the_kiosk_finds_what_the_search_finds_the_field_first(server: Server, paired: Paired) -> None:
    page = paired(server)
    act(page, "take")
    act(page, "find")
    for typed, first in (("dat dai", "DD"), ("so do", "DD"), ("khaisinh", "1.001193"), ("cccd", "2.000815")):
        page.locator('[data-key="clear"]').click()
        for key in typed:
            page.locator(f'[data-key="{key}"]').click()
        expect(page.locator(".choice").first).to_have_attribute("data-choice", first)
        found = [one["code"] for one in server.ask("GET", f"/sites/demo/search?q={typed}").json()["items"]]
        expect(page.locator(".choice")).to_have_count(len(found[:4]))
        for place, code in enumerate(found[:4]):
            expect(page.locator(".choice").nth(place)).to_have_attribute("data-choice", code)
    page.locator('[data-key="clear"]').click()
    expect(page.locator(".choice")).to_have_count(0)
    for key in "dat dai":
        page.locator(f'[data-key="{key}"]').click()
    choose(page, "DD")
    expect(page.locator("body")).to_have_attribute("data-screen", "procedure")


SMALL = """() => [...document.querySelectorAll('button, p, h1, span, dd, dt, li, small, strong')].filter((node) =>
  node.checkVisibility() && node.closest('.visually-hidden') === null &&
  [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim()) &&
  parseFloat(getComputedStyle(node).fontSize) < 28).map((node) => node.textContent)"""
NARROW = """() => [...document.querySelectorAll('button')].filter((node) => node.checkVisibility()).filter((node) => {
  const box = node.getBoundingClientRect(); return box.height < 83 || box.width < 83;
}).map((node) => node.textContent)"""
OUTSIDE = """() => [...document.querySelectorAll('button, h1, dd, .banner')].filter((node) => node.checkVisibility())
  .filter((node) => {
    const box = node.getBoundingClientRect();
    const at = document.elementFromPoint(box.x + box.width / 2, box.bottom - 3);
    const seen = at && (node.contains(at) || at.contains(node));
    return !seen || box.top < 0 || box.bottom > innerHeight + 1 || box.right > innerWidth + 1;
  }).map((node) => node.textContent)"""


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE])
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_step_is_large_within_reach_and_free_of_axe_violations(
    server: Server, paired: Paired, size: tuple[int, int], lang: str
) -> None:
    page = paired(server, size)
    Clock(page)
    if lang == "en":
        act(page, "language")

    def check() -> None:
        name = page.locator("body").get_attribute("data-screen")
        assert page.evaluate(SMALL) == [], name
        assert page.evaluate(OUTSIDE) == [], name
        if name != "search":
            assert page.evaluate(NARROW) == [], name
        assert page.locator(".choice:visible").count() <= 13, name
        assert violations(page) == [], name

    steps: list[Callable[[], None]] = [
        lambda: act(page, "take"),
        lambda: act(page, "other"),
        lambda: act(page, "back"),
        lambda: act(page, "find"),
        lambda: act(page, "back"),
        lambda: choose(page, "HT"),
        lambda: act(page, "next"),
        lambda: choose(page, "unknown"),
        lambda: act(page, "priority"),
        lambda: choose(page, "elderly"),
        lambda: act(page, "submit"),
    ]
    check()
    for step in steps:
        step()
        if page.locator("body").get_attribute("data-screen") == "taking":
            number_of(page)
        check()


CUT_ASIDE = """() => [...document.querySelectorAll('.choice__note, .choice__name, button')]
  .filter((node) => node.checkVisibility())
  .filter((node) => node.scrollWidth > node.clientWidth + 1 || node.getBoundingClientRect().right > innerWidth)
  .map((node) => node.textContent.trim())"""
# A dot before the first fact of a line lies left of what the note shows.
DOTS_SHOWN = """() => [...document.querySelectorAll('.facts__one')].map((fact) => {
  const note = fact.closest('.choice__note').getBoundingClientRect().left;
  return [fact.getBoundingClientRect().left < note - 1, getComputedStyle(fact.closest('.choice__note')).overflowX];
})"""
SMALLEST_KEY = """() => Math.min(...[...document.querySelectorAll('.keyboard__key')]
  .flatMap((key) => [key.getBoundingClientRect().width, key.getBoundingClientRect().height]))"""


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("size", [(1024, 768), (1280, 1024)])
def test_a_kiosk_of_4_3_or_5_4_cuts_no_note_and_has_keys_for_a_finger(
    server: Server, paired: Paired, size: tuple[int, int], lang: str
) -> None:
    page = paired(server, size, f"?lang={lang}")
    assert page.evaluate(CUT_ASIDE) == []
    act(page, "take")
    expect(page.locator(".facts__one").first).to_be_visible()
    assert page.evaluate(CUT_ASIDE) == []
    assert all(shown == [True, "hidden"] for shown in page.evaluate(DOTS_SHOWN)), "one fact a line, none with a dot"
    act(page, "find")
    assert page.evaluate(SMALLEST_KEY) >= 48


def test_a_notice_longer_than_its_corner_goes_on_part_by_part(
    own_server: Server, paired: Paired, tmp_path: Path
) -> None:
    long = " ".join(f"Từ{n}" for n in range(1, 81))
    text = layso("export-config", "demo", data=own_server.data).stdout
    before = text[: text.index("[[sites.notices]]")]
    file = tmp_path / "demo.toml"
    file.write_text(f'{before}[[sites.notices]]\ntext = "{long}"\nplaces = ["kiosk"]\n', encoding="utf-8")
    applied = layso("apply", str(file), data=own_server.data)
    assert applied.returncode == 0, applied.stderr
    page = paired(own_server, (1024, 768))
    notice = page.locator(".notices li:visible")
    expect(notice).to_have_text(re.compile("^Từ1 Từ2 .* …$"))
    last = int(re.findall(r"Từ(\d+) …$", notice.inner_text())[0])
    assert 1 < last < 80 and page.locator(".notices").evaluate("(list) => list.scrollHeight <= list.clientHeight + 1")
    expect(notice).to_have_text(re.compile(f"^… Từ{last + 1} "))
    page.set_viewport_size({"width": 1080, "height": 1920})
    expect(notice).to_have_text(long)
