"""The plan changes, ends, or its portal fails: the kiosk follows without a reload. Each on a server of its own."""

from __future__ import annotations

import re
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Route, expect

from tests.browser.conftest import PHONE, NewPage
from tests.browser.plan_kit import (
    CIVIL,
    DONG_NAI,
    LISTED,
    TAY_NINH,
    Counted,
    Paired,
    at_unit,
    change,
    change_policy,
    code_in,
    leave,
    says,
    serving,
    to_procedure,
    to_ticket,
)
from tests.browser.test_kiosk import act, choose, number_of
from tests.browser.test_kiosk_guides import large_and_whole

pytestmark = pytest.mark.browser


@pytest.mark.states("TN-12")
def test_an_interrupted_portal_is_followed_at_once_and_leads_to_the_help_desk(
    tmp_path: Any, paired: Paired, new_page: NewPage
) -> None:
    with serving(tmp_path, TAY_NINH) as server:
        change_policy(server, ("hotline", 'hotline = "0276-1022"'))
        page, counted = paired(server), Counted(server)
        public = new_page(PHONE)
        public.goto(f"{server.url}/tay-ninh/")
        to_procedure(page, LISTED)
        shown = says(page, "online_only")
        expect(shown.locator('[data-way="portal"]')).to_be_visible()
        for down in (True, False):
            body = {"down": down, "reason": "bảo trì máy chủ"}
            answer = server.ask("POST", "/sites/tay-ninh/portal", role="supervisor", json=body)
            assert answer.status_code == 200, answer.text
            expect(shown.locator('[data-way="portal"]')).to_have_count(int(not down))
            expect(shown.locator('[data-slot="down"]')).to_be_visible(visible=down)
            expect(shown.locator('[data-slot="number"]')).to_have_text("0276-1022")
            expect(shown.locator(".button--go")).to_have_attribute("data-act", "help")
            expect(public.locator('.ways a[href="https://dichvucong.tayninh.gov.vn"]')).to_have_count(int(not down))
        server.ask("POST", "/sites/tay-ninh/portal", role="supervisor", json={"down": True, "reason": "bảo trì"})
        expect(shown.locator('[data-way="portal"]')).to_have_count(0)
        large_and_whole(page)
        leave(page)
        act(page, "guides")
        expect(page.locator('[data-choice="online"]')).to_have_count(0)
        leave(page)
        to_procedure(page, LISTED)
        says(page, "online_only")
        assert [line["to"] for line in counted.diversions(2)] == ["portal", "help"]


@pytest.mark.states("TN-13")
def test_the_zalo_channel_is_named_and_has_its_code_once_its_address_is_known(tmp_path: Any, paired: Paired) -> None:
    with serving(tmp_path, TAY_NINH) as server:
        page = paired(server)
        to_procedure(page, LISTED)
        expect(says(page, "online_only").locator('[data-slot="zalo"]')).to_contain_text("Cổng hành chính tỉnh Tây Ninh")
        change_policy(server, ("zalo_url", 'zalo_url = "https://zalo.me/4012345678"'))
        expect(page.locator('[data-way="zalo"]')).to_contain_text("Cổng hành chính tỉnh Tây Ninh")
        assert code_in(page, "zalo") == "https://zalo.me/4012345678"
        expect(page.locator('[data-slot="zalo"]')).to_be_hidden()
        large_and_whole(page)


@pytest.mark.states("TN-10", "TN-11")
def test_results_come_by_post_or_later_without_a_date_and_a_release_opens_the_counters(
    tmp_path: Any, paired: Paired
) -> None:
    with serving(tmp_path, TAY_NINH) as server:
        page, counted = paired(server), Counted(server)
        act(page, "take")
        act(page, "result")
        shown = says(page, "post_only")
        expect(shown.locator('[data-slot="text"]')).to_contain_text("Thủ tướng công bố hết dịch")
        expect(shown.locator('[data-slot="text"]')).not_to_contain_text(re.compile(r"\d/\d"))
        shown.locator('[data-n="deferred"]').click()
        expect(page.locator("body")).to_have_attribute("data-screen", "noted")
        expect(page.locator('[data-slot="text"]')).not_to_contain_text(re.compile(r"\d/\d"))
        leave(page)
        act(page, "take")
        act(page, "result")
        shown.locator('[data-act="choose"][data-n="post"]').click()
        expect(page.locator(".guide__step")).to_have_count(3)
        assert [line["to"] for line in counted.diversions(2)] == ["deferred", "post"]
        assert counted.new("ticket_taken") == []
        act(page, "back")
        body = {
            "authority": "Thủ tướng", "act": "Quyết định thử", "act_date": "2020-03-30",
            "effective_from": "2020-03-30", "by": "Chánh Văn phòng",
        }  # fmt: skip
        path = "/sites/tay-ninh/policies/phong-chong-dich-2020/release"
        assert server.ask("POST", path, role="admin", json=body).status_code in (200, 201)
        expect(page.locator("body")).to_have_attribute("data-screen", "confirm")
        act(page, "submit")
        assert number_of(page)
        counted.diversions(2)


def test_a_suspension_leaves_every_other_way_and_the_help_desk(tmp_path: Any, paired: Paired) -> None:
    with serving(tmp_path, TAY_NINH) as server:
        page, counted = paired(server), Counted(server)
        act(page, "take")
        choose(page, "DD")
        change_policy(server, ("in_person", 'in_person = "suspended"'), ("hotline", 'hotline = "1900561563"'))
        expect(page.locator("#hotline")).to_contain_text("1900561563")
        expect(page.locator(".choice__note").first).to_contain_text(re.compile("."))
        leave(page)
        to_procedure(page, "unknown")
        shown = says(page, "suspended")
        expect(shown.locator('[data-way="portal"]')).to_be_visible()
        expect(shown.locator('[data-n="post"]')).to_be_visible()
        expect(shown.locator('[data-slot="number"]')).to_have_text("1900561563")
        expect(shown.locator('[data-act="anyway"]')).to_have_count(0)
        large_and_whole(page)
        assert [line["decision"] for line in counted.diversions(1)] == ["suspended"]
        leave(page)
        act(page, "take")
        act(page, "result")
        large_and_whole(page)
        assert [line["to"] for line in counted.diversions(2)] == ["portal", "post"]
        page.locator('#bar [data-act="help"]').click()
        assert to_ticket(page)


def test_a_refusal_that_the_kiosk_did_not_foresee_is_counted_once_by_the_server(tmp_path: Any, paired: Paired) -> None:
    with serving(tmp_path, DONG_NAI) as server:
        page, counted = paired(server), Counted(server)
        to_procedure(page, LISTED)
        says(page, "online_preferred").locator('[data-act="anyway"]').click()
        change_policy(server, ("online_mode", 'online_mode = "online_only"'))
        act(page, "submit")
        shown = says(page, "online_only")
        expect(shown.locator('[data-way="portal"]')).to_be_visible()
        (line,) = counted.diversions(1)
        assert (line["to"], line["refused"]) == ("portal", True)
        shown.locator('[data-act="guide"]').click()
        act(page, "back")
        says(page, "online_only")
        assert (len(counted.new("diverted")), counted.new("ticket_taken")) == (1, [])


def test_a_kiosk_that_refuses_by_an_old_list_learns_better_and_goes_on_to_the_number(
    tmp_path: Any, paired: Paired
) -> None:
    with serving(tmp_path, TAY_NINH) as server:
        page, counted = paired(server), Counted(server)
        stale = True
        page.route("**/procedures?lang=*", lambda route: route.abort() if stale else route.continue_())
        page.reload()
        change_policy(server, ("online_mode", 'online_mode = "offer"'), ("other_submit_mode", ""))
        held: list[Route] = []
        page.route("**/diversions", lambda route: held.append(route))
        with page.expect_request("**/diversions"):
            to_procedure(page, LISTED)
        says(page, "online_only")
        stale = False
        held[0].continue_()
        expect(page.locator("body")).to_have_attribute("data-screen", "confirm")
        assert to_ticket(page)
        assert (counted.new("diverted"), len(counted.new("ticket_taken"))) == ([], 1)


@pytest.mark.states("DN-09", "DN-10")
def test_at_midnight_after_the_last_day_the_plan_is_gone_without_a_reload(tmp_path: Any, paired: Paired) -> None:
    with serving(tmp_path, DONG_NAI, "2020-04-29T23:55") as server:
        page = paired(server)
        page.evaluate("window.sameDocument = true")
        act(page, "guides")
        choose(page, "plan")
        title = page.locator(".plan h1")
        expect(title).to_contain_text("COVID-19")
        server.restart(at="2020-04-30T00:00")
        expect(title).not_to_contain_text("COVID-19")
        expect(page.locator('.plan [data-slot="window"]')).to_be_hidden()
        act(page, "back")
        expect(page.locator('[data-choice="plan"]')).to_have_count(0)
        assert page.evaluate("window.sameDocument") is True


@pytest.mark.states("TN-08")
def test_at_15_the_kiosk_says_by_itself_that_dossiers_wait_for_the_next_working_day(
    tmp_path: Any, paired: Paired
) -> None:
    with serving(tmp_path, TAY_NINH, "2020-03-30T14:55") as server:
        page = at_unit(server, CIVIL, paired)
        act(page, "take")
        choose(page, "CT")
        lead = page.locator(".screen__lead")
        expect(lead).not_to_contain_text("15:00")
        server.restart(at="2020-03-30T15:00")
        expect(lead).to_contain_text("15:00")
        expect(page.locator(".choice__note").first).to_contain_text("Thời hạn giải quyết")
        large_and_whole(page)
        page.locator(".choice").first.click()
        says(page, "post_preferred").locator('.actions [data-act="anyway"]').click()
        expect(page.locator('[data-slot="late"]')).to_contain_text("15:00")
        large_and_whole(page)
        page.set_viewport_size({"width": 1024, "height": 768})
        large_and_whole(page)
        page.set_viewport_size({"width": 1080, "height": 1920})
        act(page, "submit")
        number_of(page)
        expect(page.locator('[data-slot="expected"]')).to_contain_text("chưa dự kiến được giờ")
        expect(page.locator('[data-slot="time"]')).to_contain_text("Thời hạn giải quyết")
        large_and_whole(page)


@pytest.mark.states("DN-01", "TN-17")
def test_a_full_waiting_room_asks_people_to_wait_outside(tmp_path: Any, paired: Paired) -> None:
    with serving(tmp_path, DONG_NAI) as server:
        page = paired(server)
        expect(page.locator('.today [data-slot="room"]')).to_be_hidden()
        change(server, "sites", ("max_waiting_in_room", "max_waiting_in_room = 2"))
        for _person in range(5):
            assert server.take("DD").status_code == 201
        expect(page.locator('.today [data-slot="room"]')).to_be_visible()
        large_and_whole(page)
        to_procedure(page, "unknown")
        says(page, "post_preferred").locator('.actions [data-act="anyway"]').click()
        to_ticket(page)
        expect(page.locator(".result__room")).to_be_visible()
        large_and_whole(page)
