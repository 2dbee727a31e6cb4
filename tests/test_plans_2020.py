"""Tây Ninh's plan of 2020, statement by statement, and what each of the two plans has that the other has not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.api_kit import API, body, good, problem, wrong_keys
from tests.plans_kit import ACT, BIRTH, COPY, LONG_AFTER, OVERRIDE, POLICY, RELEASE, Plan2020, dong_nai, tay_ninh
from ticketing.rules import announcements
from ticketing.rules.policies import Listed


@pytest.fixture
def tn(tmp_path: Path) -> Iterator[Plan2020]:
    plan = tay_ninh(tmp_path / "tn")
    yield plan
    plan.layso.close()


@pytest.fixture
def dn(tmp_path: Path) -> Iterator[Plan2020]:
    plan = dong_nai(tmp_path / "dn")
    yield plan
    plan.layso.close()


@pytest.mark.states("TN-01")
def test_the_centre_and_one_stop_offices_of_each_level_issue_numbers_of_their_own_under_names_of_their_own(
    tn: Plan2020,
) -> None:
    sites = body(tn.client.get(f"{API}/sites"))["items"]
    assert [(one["code"], one["level"], one["parent"]) for one in sites] == [
        ("tay-ninh", "province", None), ("tay-ninh-thanh-pho", "district", "tay-ninh"),
        ("trang-bang", "district", "tay-ninh"), ("don-thuan", "commune", "tay-ninh"),
        ("hiep-ninh", "commune", "tay-ninh"),
    ]  # fmt: skip
    assert sites[0]["name"] == "Trung tâm Hành chính công tỉnh Tây Ninh"
    assert [tn.take(site, field="DD")["number"][1:] for site in tn.codes] == ["001"] * 5


@pytest.mark.states("TN-02")
def test_the_plan_begins_on_30_march_2020_and_has_no_end(tn: Plan2020) -> None:
    days = ("2020-03-29T23:59", "2020-03-30T00:00", LONG_AFTER)
    assert tn.decides("trang-bang", *days) == [None, POLICY, POLICY]
    assert (tn.policy()["valid_from"], tn.policy()["valid_to"]) == ("2020-03-30", None)


@pytest.mark.states("TN-02", "TN-04")
def test_before_the_plan_a_listed_procedure_still_gets_a_number(tn: Plan2020) -> None:
    tn.clock.set("2020-03-27T08:00")
    assert tn.take(procedure=tn.listed)["policy"] == "default"


@pytest.mark.states("TN-03")
def test_the_refusal_of_a_listed_procedure_names_decision_2132_and_says_that_our_list_is_a_sample(
    tn: Plan2020,
) -> None:
    base = problem(tn.ask(procedure=tn.listed), 409, "online_only")["legal_base"]
    assert (base["decision_no"], base["decision_date"], base["sample"]) == ("2132", "2019-10-02", True)
    assert "số và ngày ban hành: không nêu" in base["text"]
    for site in tn.codes:
        found = tn.procedures(site).values()
        on, off = [[one for one in found if one["online"] is told] for told in (True, False)]
        assert on and off, site
        assert {one["decision"] for one in on} == {"online_only"}
        assert "online_only" not in {one["decision"] for one in off}
        assert {one["legal_base"]["decision_no"] for one in off} == {None}


@pytest.mark.states("TN-04")
def test_a_procedure_on_the_list_gets_no_number_but_the_portal_at_every_unit(tn: Plan2020) -> None:
    for site, code in ((tn.head, tn.listed), (tn.district, "1.001612"), (tn.commune, "2.000635")):
        refusal = problem(tn.ask(site, procedure=code), 409, "online_only")
        assert refusal["alternatives"]["portal_url"] == "https://dichvucong.tayninh.gov.vn"
        assert refusal["alternatives"]["help_desk"] is True
        session = tn.board(site)["session"]
        assert (session["issued"], session["waiting"]) == (0, 0)
        assert [(one["to"], one["refused"]) for one in tn.diverted(site)] == [("portal", True)]
        assert tn.take(site, service="help")["number"] == "H001"


@pytest.mark.states("TN-04")
def test_a_supervisor_may_let_somebody_past_the_list_and_the_journal_knows_why(tn: Plan2020) -> None:
    order = {"procedure": tn.listed, "exception": {"reason": "Không có thiết bị, mạng bị đứt"}}
    assert problem(tn.ask(role="officer", **order), 403, "forbidden")
    assert tn.take(role="supervisor", **order)["state"] == "waiting"
    taken = [one for one in tn.office.journal(tn.head) if one["kind"] == "ticket_taken"]
    assert [one["data"]["exception"] for one in taken] == ["Không có thiết bị, mạng bị đứt"]


@pytest.mark.states("TN-05")
def test_for_all_other_procedures_the_post_is_offered_first_and_one_tap_later_there_is_a_number(tn: Plan2020) -> None:
    certified = tn.procedures(tn.commune)[COPY]
    assert (certified["decision"], certified["alternatives"]["post"]) == ("post_preferred", True)
    chosen = {"procedure": COPY, "to": "post", "dossiers": 2}
    assert good(tn.call("POST", tn.commune, "/diversions", "kiosk", json=chosen), 201)["decision"] == "post_preferred"
    assert tn.take(tn.commune, procedure=COPY)["number"] == "2001"
    assert [(one["to"], one["dossiers"]) for one in tn.diverted(tn.commune)] == [("post", 2)]


@pytest.mark.states("TN-06")
def test_everybody_sees_how_many_dossiers_a_session_takes_and_has_left_before_queueing(tn: Plan2020) -> None:
    assert tn.policy()["cap_announced"] is True
    tn.take(field="DD", dossiers=5)
    session = tn.board()["session"]
    assert (session["cap"], session["issued"], session["remaining"], session["waiting"]) == (100, 5, 95, 1)
    page = tn.page("/tay-ninh/")
    assert "95" in page and "100" in page
    for _ in range(11):
        tn.take(field="DD", dossiers=5)
    refusal = problem(tn.ask(field="DD"), 409, "cap_reached")
    assert (refusal["remaining"], refusal["next_session"]["id"]) == (0, "2020-03-30-afternoon")
    assert tn.take(field="BD", dossiers=5)["session"] == "2020-03-30-morning"


@pytest.mark.states("TN-06")
def test_the_cap_is_of_dossiers_in_one_half_day_and_the_next_half_day_has_its_own(tn: Plan2020) -> None:
    caps = announcements.caps(tn.office.plan(tn.head), "vi")
    assert [(one.session, one.cap) for one in caps] == [("Buổi sáng", 100), ("Buổi chiều", 100)]
    tn.take(field="DD", dossiers=3)
    tn.clock.set("2020-03-30T13:05")
    session = tn.board()["session"]
    assert (session["id"], session["issued"], session["remaining"]) == ("2020-03-30-afternoon", 0, 100)


@pytest.mark.states("TN-07")
def test_organisations_and_individuals_take_numbers_and_are_guided_on_the_way(tn: Plan2020) -> None:
    for applicant, number in (("organisation", "1001"), ("individual", "1002")):
        assert tn.take(field="DD", applicant=applicant)["number"] == number
    taken = [one["data"] for one in tn.office.journal(tn.head) if one["kind"] == "ticket_taken"]
    assert [one["applicant"] for one in taken] == ["organisation", "individual"]
    assert "Tổ chức, cá nhân lấy số thứ tự" in tn.notices("public")
    assert tn.take(service="help")["service_name"] == "Hướng dẫn"


@pytest.mark.states("TN-08")
def test_the_time_of_the_turn_and_the_time_of_the_procedure_are_told_apart(tn: Plan2020) -> None:
    good(tn.call("POST", tn.commune, "/counters/1/open", "officer", json={"fields": ["CT"]}))
    tn.take(tn.commune, procedure=COPY)
    ticket = tn.take(tn.commune, procedure=COPY)
    assert ticket["expected_at"].startswith("2020-03-30T08:")
    assert "processing_time" not in ticket
    assert tn.procedures(tn.commune)[COPY]["processing_time"] == "Trong ngày"
    assert tn.office.slip(ticket["code"]).processing_time == "Trong ngày"


@pytest.mark.states("TN-08")
def test_from_three_in_the_afternoon_the_processing_time_is_the_next_working_day(tn: Plan2020) -> None:
    for at, told, late in (
        ("2020-03-30T14:59:59", "Trong ngày", False),
        ("2020-03-30T15:00", "Ngày làm việc tiếp theo (hồ sơ nhận sau 15 giờ)", True),
    ):
        tn.clock.set(at)
        certified = tn.procedures(tn.commune)[COPY]
        assert (certified["processing_time"], certified["late"]) == (told, late)
        slip = tn.office.slip(tn.take(tn.commune, procedure=COPY)["code"])
        assert (slip.processing_time, slip.late) == (told, late)


@pytest.mark.states("TN-09")
@pytest.mark.parametrize("place", ["kiosk", "wall", "phone", "public"])
def test_kiosk_wall_phone_and_page_encourage_online_services_and_the_post(tn: Plan2020, place: str) -> None:
    told = tn.notices(place, tn.commune)
    assert "Khuyến khích sử dụng dịch vụ công trực tuyến và dịch vụ bưu chính công ích" in told
    assert "online public services and the public postal service" in tn.notices(place, tn.commune, "en")


@pytest.mark.states("TN-10")
def test_results_are_returned_by_post_only_at_every_unit_and_for_every_procedure(tn: Plan2020) -> None:
    for site in tn.codes:
        assert {one["result_decision"] for one in tn.procedures(site).values()} == {"post_only"}
        refusal = problem(tn.ask(site, service="result"), 409, "post_only")
        assert refusal["alternatives"]["post"] is True
        assert tn.board(site)["services"][0]["issued"] == 0


@pytest.mark.states("TN-10")
def test_the_rule_for_results_ends_with_the_plan_itself(tn: Plan2020) -> None:
    tn.change_policy(valid_to=date(2020, 6, 30))
    for at, status in (("2020-06-30T08:00", 409), ("2020-07-01T08:00", 201)):
        tn.clock.set(at)
        assert tn.ask(service="result").status_code == status


@pytest.mark.states("TN-11")
def test_who_declines_the_post_waits_for_the_prime_ministers_act_and_no_date_is_promised(tn: Plan2020) -> None:
    refusal = problem(tn.ask(tn.commune, service="result", dossiers=2), 409, "post_only")
    assert refusal["deferred_until"] == "Thủ tướng công bố hết dịch"
    english = problem(tn.ask(tn.commune, lang="en", service="result", dossiers=1), 409, "post_only")
    assert english["deferred_until"] == "the Prime Minister declares the epidemic over"
    assert tn.office.deferred(tn.commune) == {"tickets": 2, "dossiers": 3}
    tn.clock.set(LONG_AFTER)
    problem(tn.ask(tn.commune, service="result"), 409, "post_only")


@pytest.mark.states("TN-11")
def test_the_act_opens_the_return_of_results_in_person_under_its_cap_and_changes_nothing_else(tn: Plan2020) -> None:
    tn.clock.set(LONG_AFTER)
    assert problem(tn.call("POST", tn.head, RELEASE, "supervisor", json=ACT), 403, "forbidden")
    good(tn.call("POST", tn.head, RELEASE, "admin", json=ACT))
    for number in range(1, 41):
        assert tn.take(tn.commune, service="result")["number"] == f"9{number:03d}"
    refusal = problem(tn.ask(tn.commune, service="result"), 409, "cap_reached")
    assert (refusal["remaining"], refusal["next_session"]["id"]) == (0, "2023-10-23-afternoon")
    problem(tn.ask(tn.commune, procedure="2.000635"), 409, "online_only")
    assert tn.policy(tn.commune)["deferred_until"] == ""


@pytest.mark.states("TN-12")
def test_people_are_sent_to_the_provinces_portal_and_to_nobody_else_while_it_is_interrupted(tn: Plan2020) -> None:
    assert {tn.policy(site)["alternatives"]["portal_url"] for site in tn.codes} == {"https://dichvucong.tayninh.gov.vn"}
    down = {"down": True, "reason": "Bảo trì hệ thống"}
    good(tn.call("POST", tn.head, "/portal", "supervisor", json=down))
    refusal = problem(tn.ask(tn.commune, procedure="2.000635"), 409, "online_only")
    ways = refusal["alternatives"]
    assert (ways["portal_url"], ways["portal_down"], ways["help_desk"]) == ("", True, True)
    assert tn.diverted(tn.commune)[-1]["to"] == "help"
    good(tn.call("POST", tn.head, "/portal", "supervisor", json=down | {"down": False}))
    problem(tn.ask(tn.commune, procedure="2.000635"), 409, "online_only")
    assert [one["to"] for one in tn.diverted(tn.commune)] == ["help", "portal"]


@pytest.mark.states("TN-13")
def test_the_zalo_channel_is_named_and_its_address_once_entered_goes_to_every_unit(tn: Plan2020) -> None:
    assert tn.policy(tn.commune)["zalo_channel"] == "Cổng hành chính tỉnh Tây Ninh"
    assert tn.policy(tn.commune)["alternatives"]["zalo"] == ""
    assert "Cổng hành chính tỉnh Tây Ninh trên Zalo" in tn.notices("public", tn.commune)
    tn.change_policy(zalo_url="https://zalo.me/0000000000")
    refusal = problem(tn.ask(tn.commune, procedure="2.000635"), 409, "online_only")
    assert refusal["alternatives"]["zalo"] == "https://zalo.me/0000000000"


@pytest.mark.states("TN-14")
def test_the_list_changes_on_its_own_days_while_the_service_runs(tn: Plan2020) -> None:
    [named] = tn.office.site(tn.head).procedure_lists
    items = tuple(
        replace(one, valid_to=date(2020, 4, 9)) if one.procedure == "2.000635" else one for one in named.items
    )
    joined = (*items, Listed(BIRTH, date(2020, 4, 10)))
    tn.change(procedure_lists=(replace(named, items=joined),))
    found = []
    for at in ("2020-04-09T08:00", "2020-04-10T08:00"):
        tn.clock.set(at)
        known = tn.procedures(tn.commune)
        found.append((known["2.000635"]["decision"], known[BIRTH]["decision"]))
    assert found == [("online_only", "post_preferred"), ("post_preferred", "online_only")]
    problem(tn.ask(tn.commune, procedure=BIRTH), 409, "online_only")


@pytest.mark.states("TN-15")
def test_a_postman_hands_over_many_dossiers_under_one_number_that_takes_nothing_of_the_cap(tn: Plan2020) -> None:
    ticket = tn.take(service="postal_handover", dossiers=40)
    assert (ticket["number"], ticket["dossiers"]) == ("T001", 40)
    assert tn.board()["session"]["remaining"] == 100
    tn.change_policy(in_person="suspended")
    assert tn.take(service="postal_handover", dossiers=7)["number"] == "T002"


OWN = {"by": "Chủ tịch UBND thị xã", "reason": "Bưu cục tạm đóng cửa", "result_mode": "in_person"}


@pytest.mark.states("TN-16")
def test_a_district_may_set_the_postal_content_for_itself_and_it_is_known_who_when_and_why(tn: Plan2020) -> None:
    good(tn.call("POST", tn.district, OVERRIDE, "admin", json=OWN))
    assert tn.take(tn.district, service="result")["number"] == "9001"
    problem(tn.ask(tn.commune, service="result"), 409, "post_only")
    problem(tn.ask(tn.district, procedure="1.001612"), 409, "online_only")
    [own] = tn.office.site(tn.district).overrides
    assert (own.by, own.decided_on, own.reason) == (OWN["by"], date(2020, 3, 30), OWN["reason"])
    [line] = [one for one in tn.office.journal(tn.district) if one["kind"] == "policy_overridden"]
    assert (line["data"]["by"], line["data"]["reason"]) == (OWN["by"], OWN["reason"])


@pytest.mark.states("TN-16")
def test_a_commune_too_but_never_the_provinces_own_centre(tn: Plan2020) -> None:
    good(tn.call("POST", tn.commune, OVERRIDE, "admin", json=OWN | {"other_submit_mode": "ticket"}))
    assert tn.procedures(tn.commune)[COPY]["decision"] == "ticket"
    problem(tn.call("POST", tn.head, OVERRIDE, "admin", json=OWN), 403, "forbidden")
    assert tn.office.site(tn.head).overrides == ()
    problem(tn.ask(service="result"), 409, "post_only")


@pytest.mark.states("TN-16")
@pytest.mark.parametrize(
    ("key", "value"), [("online_mode", "offer"), ("session_cap_announced", False), ("in_person", "open")]
)
def test_nothing_but_the_postal_content_can_be_overridden(tn: Plan2020, key: str, value: object) -> None:
    answer = tn.call("POST", tn.district, OVERRIDE, "admin", json=OWN | {key: value})
    assert list(wrong_keys(answer)) == [key]
    assert tn.office.site(tn.district).overrides == ()


@pytest.mark.states("TN-17")
def test_a_phone_tells_how_many_are_ahead_so_that_nobody_has_to_stand_in_the_hall(tn: Plan2020) -> None:
    tickets = [tn.take(field="DD") for _ in range(4)]
    assert [one["ahead"] for one in tickets] == [0, 1, 2, 3]
    assert tickets[3]["url"] == f"https://so.example.vn/t/{tickets[3]['code']}"
    for verb in ("open", "call-next"):
        assert tn.call("POST", tn.head, f"/counters/1/{verb}", "officer", json={}).status_code == 200
    assert good(tn.client.get(f"{API}/tickets/{tickets[3]['code']}"))["ahead"] == 2
    assert "Các biện pháp này nhằm bảo đảm an toàn" in tn.notices("public")


@pytest.mark.states("DN-12", "DN-13", "DN-15", "DN-17")
def test_tay_ninh_shows_nothing_that_only_dong_nai_asks_for(tn: Plan2020, dn: Plan2020) -> None:
    for plan, lists in ((tn, 0), (dn, 2)):
        plan.take(field="DD")
        assert len(plan.checklists("2020-03-30-morning")) == lists
    assert (tn.policy()["alternatives"]["hotline"], dn.policy()["alternatives"]["hotline"]) == ("", "0251-1022")
    assert "khẩu trang" not in tn.page("/tay-ninh/") and "khẩu trang" in dn.page("/dong-nai/")
    assert set(tn.set_of(tn.head)) == {"display", "kiosk", "phone", "slip", "web", "leaflet"}, "no press, no SMS"


@pytest.mark.states("TN-06", "TN-10", "TN-11")
def test_dong_nai_has_neither_cap_nor_deferral_that_only_tay_ninh_asks_for(dn: Plan2020) -> None:
    for site in dn.codes:
        session = dn.board(site)["session"]
        assert (session["cap"], session["remaining"], dn.policy(site)["cap_announced"]) == (None, None, False)
    [policy] = dn.office.site(dn.head).policies
    assert (policy.result_mode, policy.release_authority) == ("postal_preferred", "")
    problem(dn.call("POST", dn.head, RELEASE, "admin", json=ACT), 409, "conflict")


@pytest.mark.states("TN-01", "DN-10")
def test_neither_plan_is_known_to_the_code(tn: Plan2020, dn: Plan2020) -> None:
    """Either province under the other's plan decides as the other does."""
    [strict], [mild] = tn.office.site(tn.head).policies, dn.office.site(dn.head).policies
    tn.change(policies=(mild,))
    dn.change(policies=(strict,))
    assert tn.take(service="result")["number"] == "9001"
    problem(dn.ask(service="result"), 409, "post_only")
    assert tn.procedures()[tn.listed]["decision"] == "online_preferred"
    assert dn.procedures()[dn.listed]["decision"] == "online_only"
