"""Đồng Nai's plan of 2020, statement by statement."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.api_kit import good, problem, wrong_keys
from tests.plans_kit import COPY, MARRIAGE, OVERRIDE, POLICY, Plan2020, dong_nai
from ticketing.rules import announcements, sms
from ticketing.rules.policies import CONTENTS, Discount, plausible_portal


@pytest.fixture
def dn(tmp_path: Path) -> Iterator[Plan2020]:
    plan = dong_nai(tmp_path / "dn")
    yield plan
    plan.layso.close()


@pytest.mark.states("DN-01", "DN-34")
def test_no_limit_of_people_in_the_room_holds_until_a_unit_sets_one_and_then_nobody_is_refused(dn: Plan2020) -> None:
    assert {dn.board(site)["room"]["max"] for site in dn.codes} == {None}
    dn.change(dn.commune, max_waiting_in_room=20)
    for _ in range(25):
        last = dn.take(dn.commune, field="HT")
    room = dn.board(dn.commune)["room"]
    assert (room["present"], room["full"], room["outside"], last["wait_outside"]) == (25, True, 5, True)
    assert "Hạn chế tập trung đông người" in dn.notices("wall", dn.commune)


@pytest.mark.states("DN-02", "DN-06")
def test_a_listed_procedure_is_asked_to_go_online_with_its_result_by_post_and_still_gets_a_number(
    dn: Plan2020,
) -> None:
    for site, code in ((dn.head, dn.listed), (dn.district, "1.001612"), (dn.commune, "2.000635")):
        found = dn.procedures(site)[code]
        assert (found["decision"], found["result_decision"]) == ("online_preferred", "post_preferred")
        ways = found["alternatives"]
        assert (ways["portal_url"], ways["post"]) == ("https://dichvucong.dongnai.gov.vn", True)
        assert dn.take(site, procedure=code)["state"] == "waiting"
    assert dn.diverted() == []
    chosen = {"procedure": dn.listed, "to": "portal"}
    assert good(dn.call("POST", dn.head, "/diversions", "kiosk", json=chosen), 201)["to"] == "portal"


@pytest.mark.states("DN-02")
def test_the_list_is_the_published_one_without_a_number_and_ours_is_a_sample(dn: Plan2020) -> None:
    base = dn.procedures()[dn.listed]["legal_base"]
    assert (base["decision_no"], base["decision_date"], base["sample"]) == ("", None, True)
    assert "được công bố" in base["list"]


@pytest.mark.states("DN-03", "DN-16", "DN-17", "DN-18", "DN-19", "DN-35")
def test_the_announcement_set_holds_all_that_the_plan_asks_for(dn: Plan2020) -> None:
    head = dn.office.site(dn.head)
    [policy] = head.policies
    assert set(policy.required_contents) == set(CONTENTS)
    assert announcements.missing(head, policy) == []


@pytest.mark.states("DN-03", "DN-16", "DN-17", "DN-18", "DN-19", "DN-35")
@pytest.mark.parametrize("content", CONTENTS)
def test_without_any_one_of_its_contents_the_set_is_incomplete(dn: Plan2020, content: str) -> None:
    head = dn.office.site(dn.head)
    [policy] = head.policies
    bare = replace(head, notices=tuple(one for one in head.notices if one.about != content))
    lacks = announcements.missing(bare, policy)
    assert {(lack.content, lack.lang) for lack in lacks} == {(content, "vi"), (content, "en")}


@pytest.mark.states("DN-16")
def test_period_places_and_ways_are_on_the_public_page(dn: Plan2020) -> None:
    told = dn.notices("public", dn.commune)
    for words in (
        "Từ ngày 30/3/2020 đến ngày 29/4/2020", "Trung tâm Hành chính công tỉnh",
        "Bộ phận tiếp nhận và trả kết quả các cấp", "trực tuyến", "bưu chính công ích", "tại quầy",
    ):  # fmt: skip
        assert words in told
    assert told.split("\n")[0] in dn.page("/binh-loc/")


@pytest.mark.states("DN-04", "DN-08")
def test_visits_in_person_go_on_at_every_unit_and_waiting_and_service_are_measured(dn: Plan2020) -> None:
    for site in dn.codes:
        for order in ({"field": "DD"}, {"service": "result"}, {"service": "help"}):
            assert dn.take(site, **order)["state"] == "waiting"
    good(dn.call("POST", dn.head, "/counters/1/open", "officer", json={}))
    dn.clock.pass_(minutes=4)
    for verb in ("call-next", "start"):
        good(dn.call("POST", dn.head, f"/counters/1/{verb}", "officer", json={}))
    dn.clock.pass_(minutes=6)
    good(dn.call("POST", dn.head, "/counters/1/finish", "officer", json={}))
    [day] = dn.report("daily", "2020-03-30", "2020-03-30")["items"]
    assert (day["states"]["done"], day["wait_median_s"], day["service_median_s"]) == (1, 240, 360)


@pytest.mark.states("DN-05")
def test_an_officer_may_rest_between_calls_and_the_wall_says_that_the_counter_is_paused(dn: Plan2020) -> None:
    dn.take(field="DD")
    good(dn.call("POST", dn.head, "/counters/1/open", "officer", json={}))
    good(dn.call("POST", dn.head, "/counters/1/pause", "officer", json={"reason": "Khử khuẩn mặt quầy"}))
    assert dn.board()["counters"][0]["state"] == "paused"
    problem(dn.call("POST", dn.head, "/counters/1/call-next", "officer", json={}), 409, "counter_closed")
    assert dn.board()["session"]["waiting"] == 1


@pytest.mark.states("DN-07")
def test_for_other_procedures_coming_in_person_is_limited_by_an_offer_and_never_forbidden(dn: Plan2020) -> None:
    certified = dn.procedures(dn.commune)[COPY]
    assert (certified["decision"], certified["alternatives"]["post"]) == ("post_preferred", True)
    for _ in range(30):
        dn.take(dn.commune, procedure=COPY, dossiers=5)
    session = dn.board(dn.commune)["session"]
    assert (session["issued"], session["remaining"], session["state"]) == (150, None, "open")


@pytest.mark.states("DN-08")
def test_results_by_post_are_preferred_and_a_number_for_collecting_is_still_given(dn: Plan2020) -> None:
    for site in dn.codes:
        assert dn.policy(site)["result_decision"] == "post_preferred"
        assert dn.take(site, service="result")["number"] == "9001"


@pytest.mark.states("DN-09")
def test_the_window_is_from_30_march_to_29_april_2020_with_both_days(dn: Plan2020) -> None:
    days = ("2020-03-29T23:59:59", "2020-03-30T00:00", "2020-04-29T23:59:59", "2020-04-30T00:00")
    assert dn.decides("binh-loc", *days) == [None, POLICY, POLICY, None]
    assert "30/3/2020" not in dn.notices("public", "binh-loc")
    assert "khẩu trang" not in dn.page("/dong-nai/")


@pytest.mark.states("DN-10")
def test_one_plan_holds_at_the_centre_and_at_every_office_of_each_level(dn: Plan2020) -> None:
    assert {dn.office.site(site).level for site in dn.codes} == {"province", "district", "commune"}
    assert len({dn.policy(site)["version"] for site in dn.codes}) == 1
    assert all(dn.policy(site)["version"].startswith("dong-nai/") for site in dn.codes)


@pytest.mark.states("DN-11")
def test_a_leaflet_is_printed_from_all_contents_and_the_wall_has_a_slogan(dn: Plan2020) -> None:
    plan, line = dn.office.plan(dn.commune), dn.line(dn.commune)
    said = announcements.texts_for(plan, line, "vi", "leaflet")
    assert {one.about for one in said} == set(CONTENTS)
    leaflet = dn.call("GET", dn.commune, "/leaflet.pdf")
    assert (leaflet.status_code, leaflet.mimetype, leaflet.data[:5]) == (200, "application/pdf", b"%PDF-")
    assert "Hạn chế tập trung đông người, chung tay phòng, chống dịch COVID-19!" in dn.notices("wall", dn.commune)


@pytest.mark.states("DN-12")
def test_the_mask_is_asked_for_on_kiosk_wall_phone_and_slip_and_is_never_a_question(dn: Plan2020) -> None:
    for place in ("kiosk", "wall", "phone", "slip"):
        assert "đeo khẩu trang" in dn.notices(place, dn.commune), place
        assert "mask" in dn.notices(place, dn.commune, "en"), place
    ticket = dn.take(dn.commune, field="HT")
    assert dn.office.slip(ticket["code"]).notices == ("Xin đeo khẩu trang, sát khuẩn tay.",)
    assert list(wrong_keys(dn.ask(dn.commune, field="HT", mask=True))) == ["mask"]


@pytest.mark.states("DN-13", "DN-14")
def test_before_each_session_sanitiser_and_temperature_desk_are_confirmed_by_a_role(dn: Plan2020) -> None:
    dn.take(field="DD")
    opening, _ = dn.checklists("2020-03-30-morning")
    names = [one["name"] for one in opening["items"]]
    assert names == ["Nước rửa tay sát khuẩn đã bố trí đầy đủ", "Bàn đo thân nhiệt đã sẵn sàng"]
    assert (opening["due"], opening["role"]) == (True, "")
    path = "/sessions/2020-03-30-morning/checklists/opening"
    signed = good(dn.call("POST", dn.head, path, "officer", json={"role": "reception", "items": names}))
    assert (signed["due"], signed["role"], signed["signed_at"]) == (False, "reception", "2020-03-30T08:00:00+07:00")


@pytest.mark.states("DN-15")
def test_after_each_session_cleaning_is_due_until_it_is_signed_and_stops_nobody(dn: Plan2020) -> None:
    dn.take(field="DD")
    assert dn.checklists("2020-03-30-morning")[1]["open"] is False
    dn.clock.set("2020-03-30T13:30")
    cleaning = dn.checklists("2020-03-30-morning")[1]
    names = [one["name"] for one in cleaning["items"]]
    assert {"Tay nắm cửa", "Lau chùi, vệ sinh sàn nhà"} < set(names)
    assert (cleaning["due"], cleaning["role"]) == (True, "")
    assert dn.take(field="DD")["session"] == "2020-03-30-afternoon"
    path = "/sessions/2020-03-30-morning/checklists/cleaning"
    assert dn.call("POST", dn.head, path, "officer", json={"role": "cleaning", "items": names[:1]}).status_code == 422
    good(dn.call("POST", dn.head, path, "officer", json={"role": "cleaning", "items": names}))
    cleaning = dn.checklists("2020-03-30-morning")[1]
    assert (cleaning["due"], cleaning["role"]) == (False, "cleaning")


@pytest.mark.states("DN-14")
def test_people_are_told_that_their_temperature_is_taken_and_no_temperature_can_be_recorded(dn: Plan2020) -> None:
    assert "đo thân nhiệt" in dn.notices("kiosk")
    assert list(wrong_keys(dn.ask(field="DD", temperature=36.6))) == ["temperature"]
    assert dn.board()["session"]["issued"] == 0


@pytest.mark.states("DN-17", "DN-26")
def test_the_hotline_is_with_every_procedure_at_every_unit_and_on_slip_wall_and_page(dn: Plan2020) -> None:
    for site in dn.codes:
        assert {one["alternatives"]["hotline"] for one in dn.procedures(site).values()} == {"0251-1022"}
        assert "0251-1022" in dn.notices("wall", site)
        assert dn.office.slip(dn.take(site, field="DD")["code"]).hotline == "0251-1022"


@pytest.mark.states("DN-18")
def test_how_to_apply_online_and_by_post_is_explained(dn: Plan2020) -> None:
    told = dn.notices("public", dn.commune)
    assert "Nộp hồ sơ trực tuyến mức độ 3, 4: vào dichvucong.dongnai.gov.vn" in told
    assert "Gửi hồ sơ, nhận kết quả qua dịch vụ bưu chính công ích:" in told


@pytest.mark.states("DN-19")
def test_why_results_should_go_by_post_is_explained(dn: Plan2020) -> None:
    assert "Rất mong quý khách hiểu và chia sẻ với cơ quan Nhà nước." in dn.notices("public", dn.commune)
    assert "We ask for your understanding." in dn.notices("public", dn.commune, "en")


@pytest.mark.states("DN-20")
def test_one_set_of_texts_goes_to_every_channel_that_the_plan_names_with_its_owner(dn: Plan2020) -> None:
    channels = dn.set_of(dn.commune)
    named = [code for code, one in channels.items() if one.named]
    assert named == ["display", "leaflet", "portal", "web", "zalo", "press", "radio_tv", "sms"]
    assert all(channels[code].texts for code in named)
    assert channels["zalo"].owner == "Văn phòng UBND tỉnh"
    assert "Báo Đồng Nai" in channels["press"].owner
    assert "UBND các huyện" in channels["web"].owner
    assert {"kiosk", "slip"} <= channels.keys()


@pytest.mark.states("DN-21")
def test_units_inherit_the_provinces_texts_and_long_khanh_adds_its_own(dn: Plan2020) -> None:
    own = "Tờ rơi hướng dẫn có tại quầy Hướng dẫn, trả kết quả."
    for site in dn.codes:
        assert "Cần hỗ trợ, quý khách gọi Tổng đài 0251-1022." in dn.notices("public", site)
        assert (own in dn.notices("public", site)) is (site == "long-khanh")
    last = dn.set_of("long-khanh")["web"].texts[-1]
    assert (last.text, last.inherited) == (own, False)
    dn.clock.set("2020-04-30T08:00")
    assert own not in dn.notices("public", "long-khanh"), "what a unit adds to a plan ends with it"


@pytest.mark.states("DN-22")
def test_there_is_a_message_of_few_parts_for_the_telecoms_and_no_telephone_number_of_anybody(dn: Plan2020) -> None:
    [said] = dn.set_of(dn.head)["sms"].texts
    assert (sms.length(said.text).parts, sms.length(sms.unaccented(said.text)).parts) == (3, 1)
    assert "Sở Thông tin và Truyền thông" in dn.set_of(dn.head)["sms"].owner
    for key in ("phone", "name", "id_number"):
        assert list(wrong_keys(dn.ask(field="DD", **{key: "0"}))) == [key]


@pytest.mark.states("DN-23")
def test_the_misspelt_portal_of_the_plan_is_warned_of_and_never_shown_to_people(dn: Plan2020) -> None:
    assert all(plausible_portal(dn.policy(site)["alternatives"]["portal_url"]) for site in dn.codes)
    assert "dichvucung" not in dn.page("/dong-nai/")
    dn.change_policy(portal_url="https://dichvucung.dongnai.gov.vn")
    [standing] = good(dn.call("GET", dn.head, "/policies", "supervisor"))["items"]
    assert (standing["portal_plausible"], standing["status"]) == (False, "in_force")
    dn.change_policy(portal_url="https://dichvucong.dongnai.gov.vn")
    [standing] = good(dn.call("GET", dn.head, "/policies", "supervisor"))["items"]
    assert standing["portal_plausible"] is True


@pytest.mark.states("DN-24")
def test_the_hotline_stands_on_the_public_page_of_every_unit(dn: Plan2020) -> None:
    for site in dn.codes:
        assert "0251-1022" in dn.page(f"/{site}/")


@pytest.mark.states("DN-25")
def test_the_days_numbers_tell_in_person_diverted_online_diverted_to_the_post_and_returned(dn: Plan2020) -> None:
    for to in ("portal", "portal", "post"):
        good(dn.call("POST", dn.head, "/diversions", "kiosk", json={"procedure": dn.listed, "to": to}), 201)
    dn.take(procedure=dn.listed, dossiers=3)
    dn.take(service="result")
    good(dn.call("POST", dn.head, "/counters/8/open", "officer", json={"services": ["result"]}))
    for verb in ("call-next", "finish"):
        good(dn.call("POST", dn.head, f"/counters/8/{verb}", "officer", json={}))
    [day] = dn.report("diversions", "2020-03-30", "2020-03-30")["items"]
    assert (day["chosen_persons"], day["refused_persons"], day["in_person_dossiers"]) == (3, 0, 3)
    assert day["results_returned"] == 1
    assert {one["to"]: one["chosen_persons"] for one in day["ways"]} == {"portal": 2, "post": 1}
    assert dn.board()["session"]["issued"] == 3, "a diversion takes nothing of a session"


@pytest.mark.states("DN-26")
def test_help_can_always_be_asked_for_at_the_desk_even_after_the_last_number(dn: Plan2020) -> None:
    dn.clock.set("2020-03-30T11:10")
    problem(dn.ask(field="DD"), 409, "session_closed")
    assert dn.take(service="help")["number"] == "H001"


@pytest.mark.states("DN-28", "DN-29")
def test_the_finance_list_holds_both_ends_of_the_window_and_keeps_corrections_apart(dn: Plan2020) -> None:
    for day, dossiers in (("2020-03-27", 5), ("2020-03-30", 1), ("2020-04-29", 2), ("2020-05-04", 4)):
        dn.clock.set(f"{day}T08:00")
        dn.take(field="DD", dossiers=dossiers)
        for verb, sent in (("open", {}), ("call-next", {}), ("finish", {"postal": "return"})):
            good(dn.call("POST", dn.head, f"/counters/1/{verb}", "officer", json=sent))
    window = ("2020-03-30", "2020-04-29")
    assert dn.report("postal", *window)["totals"] == {"submit": 0, "return": 3, "dossiers": 3}
    wrong = {"day": "2020-03-30", "form": "return", "dossiers": 1, "reason": "Sót một hồ sơ"}
    good(dn.call("POST", dn.head, "/postal/corrections", "supervisor", json=wrong), 201)
    found = dn.report("postal", *window)
    assert found["totals"] == {"submit": 0, "return": 4, "dossiers": 4}
    rows = [(one["date"], one["source"], one["return"]) for one in found["items"]]
    assert rows == [("2020-03-30", "counter", 1), ("2020-03-30", "correction", 1), ("2020-04-29", "counter", 2)]


@pytest.mark.states("DN-33")
def test_a_difficulty_is_noted_with_its_session_for_the_office_of_the_province(dn: Plan2020) -> None:
    dn.take(dn.commune, field="HT")
    path = "/sessions/2020-03-30-morning/difficulties"
    said = {"text": "Cổng dịch vụ công chậm, nhiều người quay lại quầy"}
    good(dn.call("POST", dn.commune, path, "officer", json=said), 201)
    [note] = good(dn.call("GET", dn.commune, path, "officer"))["items"]
    assert (note["text"], note["session"]) == (said["text"], "2020-03-30-morning")


@pytest.mark.states("DN-30")
def test_who_must_come_in_person_is_never_offered_the_post(dn: Plan2020) -> None:
    found = dn.procedures(dn.commune)[MARRIAGE]
    assert (found["decision"], found["result_decision"], found["alternatives"]["post"]) == ("ticket", "ticket", False)
    chosen = {"procedure": MARRIAGE, "to": "post"}
    problem(dn.call("POST", dn.commune, "/diversions", "kiosk", json=chosen), 409, "conflict")
    assert dn.diverted(dn.commune) == []
    assert dn.take(dn.commune, procedure=MARRIAGE)["state"] == "waiting"


@pytest.mark.states("DN-31")
def test_a_reduction_of_postage_is_only_proposed_so_none_is_shown_and_one_has_days_of_its_own(dn: Plan2020) -> None:
    [policy] = dn.office.site(dn.head).policies
    assert policy.postal_discount is None
    before = dn.policy()["version"]
    dn.change_policy(postal_discount=Discount(50, date(2020, 3, 1), date(2020, 4, 30), "Trong tỉnh, hồ sơ trực tuyến"))
    assert dn.policy()["version"] != before
    assert (dn.policy()["valid_from"], dn.policy()["valid_to"]) == ("2020-03-30", "2020-04-29")


@pytest.mark.states("DN-32")
@pytest.mark.parametrize("unit", ["long-khanh", "binh-loc"])
def test_districts_and_communes_apply_the_postal_content_flexibly(dn: Plan2020, unit: str) -> None:
    own = {"by": "UBND", "reason": "Không có bưu cục", "other_submit_mode": "ticket", "result_mode": "in_person"}
    good(dn.call("POST", unit, OVERRIDE, "admin", json=own))
    assert (dn.policy(unit)["decision"], dn.policy(unit)["result_decision"]) == ("ticket", "ticket")
    assert (dn.policy()["decision"], dn.policy()["result_decision"]) == ("post_preferred", "post_preferred")
    [listed, *_] = [one for one in dn.procedures(unit).values() if one["online"]]
    assert listed["decision"] == "online_preferred", "what goes online is not theirs to change"


@pytest.mark.states("DN-34")
def test_the_plan_names_the_directives_that_it_stands_on(dn: Plan2020) -> None:
    text = dn.policy(dn.commune)["legal_base"]["text"]
    for act in (
        "15/CT-TTg ngày 27/3/2020", "118/TB-VPCP ngày 20/3/2020", "13/CT-TTg ngày 11/3/2020",
        "08/CT-UBND ngày 27/3/2020", "số và ngày ban hành: không nêu",
    ):  # fmt: skip
        assert act in text


@pytest.mark.states("DN-35")
def test_advantages_measures_and_the_ministrys_advice_are_told(dn: Plan2020) -> None:
    told = dn.notices("wall", dn.commune)
    for words in ("đỡ đi lại, không phải chờ", "sát khuẩn tay", "các khuyến cáo của Bộ Y tế"):
        assert words in told
    dn.change_policy(health_notices=False)
    assert "Bộ Y tế" not in dn.notices("wall", dn.commune)
