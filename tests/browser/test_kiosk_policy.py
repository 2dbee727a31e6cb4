"""The kiosk under the plans of two provinces: what it shows, and whom it counts as gone another way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Route, expect

from tests.browser.conftest import LANDSCAPE, PORTRAIT
from tests.browser.desk_kit import Desk
from tests.browser.pages_kit import Pages
from tests.browser.plan_kit import (
    CIVIL,
    DONG_NAI,
    LISTED,
    ORDINARY,
    PRESENT,
    TAY_NINH,
    Counted,
    Paired,
    at_unit,
    code_in,
    leave,
    says,
    serving,
    to_procedure,
    to_ticket,
)
from tests.browser.test_kiosk import act, choose, number_of
from tests.browser.test_kiosk_guides import TABLET, large_and_whole
from tests.serving import Server

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Tây Ninh on its plan's first morning."""
    with serving(tmp_path_factory.mktemp("strict"), TAY_NINH) as running:
        yield running


@pytest.fixture(scope="module")
def mild(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Đồng Nai on its plan's first morning."""
    with serving(tmp_path_factory.mktemp("mild"), DONG_NAI) as running:
        yield running


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_screen_of_4_by_3_shows_the_whole_of_what_the_plan_says(strict: Server, paired: Paired, lang: str) -> None:
    page = paired(strict, (1024, 768))
    if lang == "en":
        act(page, "language")
    to_procedure(page, "1.013833")
    says(page, "online_only")
    large_and_whole(page)
    leave(page)
    act(page, "guides")
    large_and_whole(page)
    for name in ("number", "online", "post", "return", "plan"):
        choose(page, name)
        large_and_whole(page)
        act(page, "back")
    leave(page)


@pytest.mark.states("TN-03", "TN-04", "TN-12", "DN-19")
def test_a_listed_procedure_gets_the_portal_and_no_ticket_and_is_counted_once(strict: Server, paired: Paired) -> None:
    page, counted = paired(strict), Counted(strict)
    to_procedure(page, LISTED)
    shown = says(page, "online_only")
    expect(shown.locator('[data-slot="window"]')).to_contain_text("30/3/2020")
    expect(shown.locator('[data-slot="window"]')).to_contain_text("UBND tỉnh Tây Ninh")
    expect(shown.locator('[data-slot="legal"]')).to_contain_text(re.compile("2132.*02/10/2019.*\\("))
    expect(shown.locator('[data-slot="why"]')).to_contain_text("Vì sao")
    expect(shown.locator('[data-act="anyway"]')).to_have_count(0)
    assert code_in(page, "portal") == "https://dichvucong.tayninh.gov.vn"
    (line,) = counted.diversions(1)
    assert (line["to"], line["procedure"], line["refused"]) == ("portal", LISTED, False)
    act(page, "back")
    choose(page, LISTED)
    says(page, "online_only")
    shown.locator('[data-act="help"]').click()
    expect(page.locator('[data-act="submit"]')).to_be_visible()
    assert to_ticket(page)
    assert [line["service"] for line in counted.new("ticket_taken")] == ["help"]
    counted.diversions(1)


@pytest.mark.states("TN-04")
def test_a_cut_line_neither_holds_up_the_screen_nor_loses_or_doubles_the_count(strict: Server, paired: Paired) -> None:
    page, counted = paired(strict), Counted(strict)
    lost: list[int] = []

    def lose_first_answer(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().status)
        route.abort()

    page.route("**/diversions", lose_first_answer)
    page.context.set_offline(True)
    expect(page.locator("#offline")).to_be_visible()
    to_procedure(page, LISTED)
    says(page, "online_only")
    leave(page)
    page.context.set_offline(False)
    with page.expect_response(lambda answer: answer.url.endswith("/diversions")) as answered:
        pass
    assert (lost, answered.value.status) == ([201], 200)
    counted.diversions(1)


@pytest.mark.states("TN-04")
def test_a_reload_before_the_count_was_sent_sends_it(strict: Server, paired: Paired) -> None:
    page, counted, cut = paired(strict), Counted(strict), [True]
    page.route("**/diversions", lambda route: route.abort() if cut else route.continue_())
    to_procedure(page, LISTED)
    says(page, "online_only")
    with page.expect_response(lambda answer: answer.url.endswith("/diversions")):
        # The page tries again by itself too: not before anybody listens.
        cut.clear()
        page.reload()
    counted.diversions(1)


@pytest.mark.states("TN-05", "DN-07")
def test_the_other_procedures_get_the_postal_offer_and_one_tap_goes_on(strict: Server, paired: Paired) -> None:
    page, counted = paired(strict), Counted(strict)
    to_procedure(page, ORDINARY)
    shown = says(page, "post_preferred")
    expect(shown.locator("[data-form]")).to_have_count(3)
    shown.locator('.actions [data-act="anyway"]').click()
    assert to_ticket(page)
    assert [line["procedure"] for line in counted.new("ticket_taken")] == [ORDINARY]
    assert counted.new("diverted") == []


@pytest.mark.states("TN-05")
@pytest.mark.parametrize("form", ["outbox", "both"])
def test_who_sends_by_post_is_counted_and_told_how(strict: Server, paired: Paired, form: str) -> None:
    page, counted = paired(strict), Counted(strict)
    to_procedure(page, "unknown")
    says(page, "post_preferred").locator(f'[data-form="{form}"]').click()
    expect(page.locator(".guide__step")).to_have_count(3)
    (line,) = counted.diversions(1)
    assert (line["to"], line["field"], line.get("procedure")) == ("post", "DD", None)
    act(page, "back")
    says(page, "post_preferred").locator('[data-form="inbox"]').click()
    expect(page.locator("body")).to_have_attribute("data-screen", "confirm")
    counted.diversions(1)


@pytest.mark.states("TN-05")
def test_who_must_be_present_is_not_offered_the_post(strict: Server, paired: Paired) -> None:
    page = at_unit(strict, CIVIL, paired)
    to_procedure(page, PRESENT, "HT")
    expect(page.locator("body")).to_have_attribute("data-screen", "confirm")
    leave(page)
    act(page, "take")
    act(page, "result")
    says(page, "post_only").locator('[data-act="find"]').click()
    for key in "ket hon":
        page.locator(f'[data-key="{key}"]').click()
    choose(page, PRESENT)
    shown = says(page, "post_only")
    expect(shown.locator('[data-act="choose"]')).to_have_count(1)
    expect(shown.locator('[data-n="deferred"]')).to_be_visible()
    large_and_whole(page)


@pytest.mark.states("DN-02", "DN-06", "DN-17", "DN-26")
def test_the_portal_comes_first_with_the_postal_return_and_a_number_can_still_be_had(
    mild: Server, paired: Paired
) -> None:
    page, counted = paired(mild), Counted(mild)
    to_procedure(page, LISTED)
    shown = says(page, "online_preferred")
    expect(shown.locator('[data-slot="window"]')).to_contain_text("29/4/2020")
    expect(shown.locator('[data-slot="number"]')).to_have_text("0251-1022")
    expect(shown.locator('[data-way="portal"]')).to_be_visible()
    expect(shown.locator('[data-act="guide"][data-n="return"]')).to_be_visible()
    assert counted.new("diverted") == []
    shown.locator('[data-act="anyway"]').click()
    assert to_ticket(page)
    assert [line["procedure"] for line in counted.new("ticket_taken")] == [LISTED]
    assert counted.new("diverted") == []


@pytest.mark.states("DN-02")
def test_who_goes_online_instead_is_counted_as_a_diversion(mild: Server, paired: Paired) -> None:
    page, counted = paired(mild), Counted(mild)
    to_procedure(page, LISTED)
    says(page, "online_preferred").locator('[data-act="choose"]').dblclick()
    expect(page.locator(".guide__code")).to_be_visible()
    (line,) = counted.diversions(1)
    assert (line["to"], line["decision"], line["refused"]) == ("portal", "online_preferred", False)
    assert counted.new("ticket_taken") == []


@pytest.mark.states("DN-08")
def test_results_are_offered_by_post_and_still_handed_out(mild: Server, paired: Paired) -> None:
    page, counted = paired(mild), Counted(mild)
    act(page, "take")
    act(page, "result")
    shown = says(page, "post_preferred")
    expect(shown.locator('[data-act="choose"][data-n="post"]')).to_be_visible()
    shown.locator('[data-act="anyway"]').click()
    act(page, "submit")
    assert number_of(page)
    assert [line["service"] for line in counted.new("ticket_taken")] == ["result"]
    assert counted.new("diverted") == []


@pytest.mark.states("TN-06", "DN-12", "DN-17", "DN-26")
def test_the_first_screen_announces_the_cap_where_there_is_one_the_masks_and_the_hotline(
    strict: Server, mild: Server, paired: Paired
) -> None:
    page = paired(strict)
    board = strict.board()["session"]
    expect(page.locator('[data-slot="left"]')).to_have_text(str(board["remaining"]))
    expect(page.locator('[data-slot="of"]')).to_contain_text(str(board["cap"]))
    expect(page.locator("#hotline")).to_be_hidden()
    other = paired(mild)
    expect(other.locator('[data-slot="no-cap"]')).to_be_visible()
    expect(other.locator(".notices")).to_contain_text("khẩu trang")
    for step in (lambda: act(other, "take"), lambda: choose(other, "DD")):
        expect(other.locator("#hotline")).to_contain_text("0251-1022")
        step()
    expect(other.locator("#hotline")).to_contain_text("0251-1022")


def test_both_postal_lists_are_the_table_of_procedures(strict: Server, paired: Paired) -> None:
    page = at_unit(strict, CIVIL, paired)
    listed = strict.ask("GET", f"/sites/{CIVIL}/procedures").json()["items"]
    wanted = {
        "by": [one["name"] for one in listed if not one["requires_presence"]],
        "present": [one["name"] for one in listed if one["requires_presence"]],
    }
    assert wanted["by"] and wanted["present"]
    act(page, "guides")
    choose(page, "postal")
    for kind, names in wanted.items():
        page.locator(f'[data-value="{kind}"]').click()
        found: list[str] = []
        while True:
            found += page.locator(".postal li").all_inner_texts()
            if not page.locator('[data-act="next"]:visible:enabled').count():
                break
            act(page, "next")
        assert found == names


@pytest.mark.states("TN-07", "TN-09", "DN-18", "DN-19")
@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE, TABLET])
@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("plan", ["strict", "mild"])
def test_every_screen_of_a_plan_is_large_whole_and_says_why(
    request: pytest.FixtureRequest, paired: Paired, plan: str, size: tuple[int, int], lang: str
) -> None:
    page = paired(request.getfixturevalue(plan), size)

    def start() -> None:
        if page.locator("#bar").is_visible():
            leave(page)
        if lang == "en":
            act(page, "language")

    def whole() -> None:
        large_and_whole(page)
        assert page.locator("#main button:visible").count() <= 9

    start()
    whole()
    for code in (LISTED, ORDINARY, "unknown"):
        to_procedure(page, code)
        expect(page.locator('.policy [data-slot="why"]')).to_contain_text(re.compile("Vì sao|Why"))
        whole()
        start()
    act(page, "take")
    act(page, "result")
    whole()
    act(page, "find")
    act(page, "back")
    page.locator('[data-act="choose"]').last.click()
    whole()
    start()
    act(page, "guides")
    whole()
    for name in ("return", "postal", "plan"):
        choose(page, name)
        whole()
        act(page, "back")


def issue(desk: Desk, role: str, counter: int, procedure: str) -> Any:
    page = desk.sign_in("/tay-ninh/counter/", role)
    page.locator(f"[data-counter='{counter}']").click()
    desk.confirm()
    page.locator("[data-verb=issue]").click()
    dialog = page.locator("dialog[open]")
    dialog.locator('[name="field"]').select_option("DD")
    dialog.locator('[name="procedure"]').select_option(procedure)
    dialog.locator("[type=submit]").click()
    return page


@pytest.mark.states("TN-04")
def test_a_supervisor_goes_past_a_refusal_with_a_reason_and_an_officer_does_not(strict: Server, pages: Pages) -> None:
    counted = Counted(strict)
    desk = Desk(pages, strict)
    page = issue(desk, "supervisor", 8, LISTED)
    dialog = page.locator("dialog[open]")
    dialog.locator('[name="reason"]').fill("Người cao tuổi, không có điện thoại")
    dialog.locator("[type=submit]").click()
    expect(page.locator("dialog[open] [data-slip]")).to_be_visible()
    (line,) = counted.new("ticket_taken")
    assert (line["procedure"], line["exception"]) == (LISTED, "Người cao tuổi, không có điện thoại")
    assert counted.new("diverted") == []
    desk.leave()
    officer = Desk(pages, strict)
    page = issue(officer, "officer", 7, LISTED)
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(officer.said).to_contain_text(re.compile("online|trực tuyến"))
    assert len(counted.new("ticket_taken")) == 1
    assert [line["refused"] for line in counted.diversions(1)] == [True]
    officer.leave()
