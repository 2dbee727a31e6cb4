"""The page of the plan in force in Chromium, against a real server and one of the shipped provinces."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk_kit import Desk, fits, no_violations
from tests.browser.pages_kit import Pages
from tests.serving import Server

pytestmark = pytest.mark.browser
HEAD, UNIT = "tay-ninh", "hiep-ninh"
LISTED = "1.011443"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("province")
    with Server(folder / "data", at="2020-03-30T07:45", profile="tay-ninh-2020") as running:
        running.site = HEAD
        yield running


@pytest.fixture
def at(pages: Pages, server: Server) -> Iterator[object]:
    """`at(site)`: the administrator of a site on its plan's page."""
    desks: list[Desk] = []

    def open_page(site: str, lang: str = "en") -> Page:
        desk = Desk(pages, server, lang)
        desks.append(desk)
        words = [line.split() for line in server.output.splitlines()]
        name, password = next((w[2], w[4]) for w in words if w[:2] == ["admin", "login"] and w[2] == f"{site}.admin")
        desk.page.goto(f"{server.url}/{site}/supervisor/plan")
        desk.page.locator("#login").fill(name)
        desk.page.locator("#password").fill(password)
        desk.page.locator("#password").press("Enter")
        expect(desk.page.locator("[data-plan]")).to_be_visible()
        return desk.page

    yield open_page
    for desk in desks:
        desk.leave()


@pytest.mark.states("TN-02", "TN-03", "TN-12")
def test_the_page_is_sound_in_both_languages_and_widths(at: object) -> None:
    for lang in ("vi", "en"):
        page = at(HEAD, lang)  # type: ignore[operator]
        expect(page.locator("html")).to_have_attribute("lang", lang)
        expect(page.locator(".plan-now")).to_contain_text("2132")
        no_violations(page)
        for width in (1366, 900, 390):
            page.set_viewport_size({"width": width, "height": 844})
            fits(page)
        for path in ("/versions", "/import", "/lists/truc-tuyen-muc-do-3-4", "/period/phong-chong-dich-2020"):
            page.goto(f"{page.url.partition('/supervisor/plan')[0]}/supervisor/plan{path}")
            expect(page.locator("main .card").first).to_be_visible()
            no_violations(page)
            fits(page)


@pytest.mark.states("TN-03", "TN-04", "TN-10")
def test_the_preview_shows_what_the_kiosk_would_say(at: object) -> None:
    page = at(HEAD)  # type: ignore[operator]
    for what, moment, decision in (
        (f"submit:procedure:{LISTED}", "2020-03-29T23:59", "ticket"),
        (f"submit:procedure:{LISTED}", "2020-03-30T00:00", "online_only"),
        ("result", "2020-03-30T08:00", "post_only"),
    ):
        page.locator("#what").select_option(what)
        page.locator("#at").fill(moment)
        page.locator("#preview button").click()
        expect(page.locator(f".preview[data-decision={decision}]")).to_be_visible()
    expect(page.locator(".preview")).to_contain_text("the Prime Minister declares the epidemic over")
    no_violations(page)


@pytest.mark.states("TN-12")
def test_the_portals_switch_holds_at_every_unit_until_it_is_lifted(at: object, server: Server) -> None:
    page = at(HEAD)  # type: ignore[operator]
    page.locator("#portal-reason").fill("Bảo trì")
    page.get_by_role("button", name="Mark as interrupted").click()
    expect(page.locator("[data-outage]")).to_be_visible()
    told = server.ask("GET", f"/sites/{UNIT}/policy").json()["policy"]["alternatives"]
    assert (told["portal_down"], told["portal_url"]) == (True, "")
    page.locator("#portal-reason").fill("Đã có lại")
    page.get_by_role("button", name="It works again").click()
    expect(page.locator("[data-outage]")).to_have_count(0)
    assert not server.ask("GET", f"/sites/{UNIT}/policy").json()["policy"]["alternatives"]["portal_down"]


@pytest.mark.states("TN-16")
def test_a_commune_sets_its_own_postal_rules_and_takes_them_back(at: object, server: Server) -> None:
    page = at(UNIT)  # type: ignore[operator]
    page.get_by_text("Set own rules").click()
    page.locator("#override-result_mode").select_option("postal_preferred")
    page.get_by_role("button", name="Set the unit's own rules").click()
    expect(page.locator("#override-by[aria-invalid=true]")).to_be_visible()
    page.locator("#override-by").fill("Chủ tịch UBND phường")
    page.locator("#override-reason").fill("Bưu cục đóng cửa")
    page.get_by_role("button", name="Set the unit's own rules").click()
    expect(page.locator("[data-override]")).to_contain_text("Chủ tịch UBND phường")
    assert server.ask("GET", f"/sites/{UNIT}/policy").json()["policy"]["result_decision"] == "post_preferred"
    assert server.ask("GET", f"/sites/{HEAD}/policy").json()["policy"]["result_decision"] == "post_only"
    no_violations(page)
    page.get_by_text("Take them back").click()
    page.locator("#back-by").fill("Chủ tịch UBND phường")
    page.locator("#back-reason").fill("Bưu cục mở lại")
    page.get_by_role("button", name="Follow the province's plan again").click()
    expect(page.locator("[data-override]")).to_have_count(0)
    assert server.ask("GET", f"/sites/{UNIT}/policy").json()["policy"]["result_decision"] == "post_only"


@pytest.mark.states("TN-03", "TN-14")
def test_a_list_is_imported_from_a_file_after_its_review(at: object, server: Server, tmp_path: Path) -> None:
    page = at(HEAD)  # type: ignore[operator]
    page.goto(f"{server.url}/{HEAD}/supervisor/plan/import?list=truc-tuyen-muc-do-3-4")
    file = tmp_path / "danh-muc.csv"
    file.write_text("\ufeffMã;Từ ngày\n1.011443;\n1.001193;31/02/2020\n", encoding="utf-8")
    page.locator("#upload").set_input_files(file)
    page.get_by_role("button", name="Review the change").click()
    expect(page.locator(".wrong")).to_contain_text("line 3, column Từ ngày")
    file.write_text("\ufeffMã;Từ ngày\n1.011443;\n1.001193;31/03/2020\n", encoding="utf-8")
    page.locator("#upload").set_input_files(file)
    page.locator("#decision_no").fill("600")
    page.locator("#effective").fill("2020-03-31")
    page.get_by_role("button", name="Review the change").click()
    row = page.locator("tr", has_text="1.001193")
    expect(row).to_contain_text("not on the list")
    expect(row).to_contain_text("from 31/3/2020 on")
    no_violations(page)
    page.locator("#reason").fill("QĐ 600")
    page.get_by_role("button", name="Make this change").click()
    expect(page.locator("main .banner--good")).to_be_visible()
    held = server.ask("GET", f"/sites/{UNIT}/procedures?q=1.001193").json()["items"][0]
    assert (held["online"], held["decision"]) == (False, "post_preferred")


@pytest.mark.states("TN-11")
def test_the_act_is_entered_only_after_a_look_at_what_it_opens(at: object, server: Server) -> None:
    page = at(HEAD)  # type: ignore[operator]
    page.get_by_text("Enter the act").click()
    for key, value in (
        ("authority", "Thủ tướng Chính phủ"), ("act", "Quyết định số 1"), ("act_date", "2020-03-29"),
        ("effective_from", "2020-03-30"), ("by", "Văn phòng UBND tỉnh"),
    ):  # fmt: skip
        page.locator(f"#release-{key}").fill(value)
    page.get_by_role("button", name="See what it opens").click()
    expect(page.locator("#sure-title")).to_be_visible()
    no_violations(page)
    assert server.ask("GET", f"/sites/{UNIT}/policy").json()["policy"]["result_decision"] == "post_only"
    page.locator("[name=sure]").check()
    page.get_by_role("button", name="Enter the act").click()
    expect(page.locator("#release .banner--good")).to_contain_text("Quyết định số 1")
    assert server.ask("GET", f"/sites/{UNIT}/policy").json()["policy"]["result_decision"] == "ticket"
