"""What a plan decides for each procedure and service."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from tests.kit import SITE, small_site
from tests.policy_kit import HEAD, LISTED, MILD, ORDINARY, PRESENT, STRICT, notice, province
from ticketing.answers import plans as answers
from ticketing.rules import plans
from ticketing.rules.plans import Plan
from ticketing.rules.policies import DEFAULT_PORTAL, Exemption, Override, Policy, Release, plausible_portal
from ticketing.rules.sites import Notice, Site, with_parents, with_units

DAY = date(2026, 11, 23)
WARD = small_site(parent=HEAD)


def held(*policies: Policy, day: date = DAY, ward: Site = WARD) -> Plan:
    return plans.plan((ward, province(*policies)), day)


def submits(plan: Plan, down: bool = False) -> list[str]:
    """The decisions for a listed procedure, an ordinary one, one that needs presence, and a field alone."""
    found = [plan.site.procedure(code) for code in (LISTED, ORDINARY, PRESENT)]
    return [plans.submitting(plan, one, down) for one in (*found, None)]


def results(plan: Plan) -> list[str]:
    return [plans.returning(plan, plan.site.procedure(code)) for code in (ORDINARY, PRESENT)]


def released(effective: date) -> Policy:
    return replace(
        STRICT, release=Release("Thủ tướng", "QĐ 1", DAY, effective, "Nguyễn A", datetime(2026, 11, 23, tzinfo=UTC))
    )


def test_without_a_policy_everything_is_a_ticket_under_the_default_version() -> None:
    plan = held()
    assert (submits(plan), results(plan)) == (["ticket"] * 4, ["ticket"] * 2)
    assert (plan.version, answers.legal_base(plan, "vi"), plan.portal_url) == (
        "default",
        None,
        "https://dichvucong.gov.vn",
    )


@pytest.mark.states("TN-04", "TN-05", "TN-10")
def test_a_strict_plan_closes_the_listed_to_tickets_and_offers_the_post_for_the_rest() -> None:
    plan = held(STRICT)
    assert submits(plan) == ["online_only", "post_preferred", "ticket", "post_preferred"]
    assert results(plan) == ["post_only", "post_only"]


@pytest.mark.states("DN-02", "DN-07", "DN-08")
def test_a_mild_plan_prefers_other_ways_and_refuses_nobody() -> None:
    plan = held(MILD)
    assert submits(plan) == ["online_preferred", "post_preferred", "ticket", "post_preferred"]
    assert results(plan) == ["post_preferred", "ticket"]


def test_a_suspended_reception_stops_both_submitting_and_collecting_but_neither_help_nor_the_postman() -> None:
    plan = held(replace(STRICT, in_person="suspended"))
    assert set(submits(plan)) | set(results(plan)) == {"suspended"}
    assert [plans.decide(plan, service, None) for service in ("help", "postal_handover")] == ["ticket"] * 2


@pytest.mark.states("TN-12")
def test_while_the_portal_is_down_nobody_is_sent_there() -> None:
    assert submits(held(MILD), down=True)[0] == "post_preferred"
    strict = held(STRICT)
    assert submits(strict, down=True)[0] == "online_only"
    refusal = plans.refusal(strict, "submit", strict.site.procedure(LISTED), True, "vi")
    assert refusal is not None
    ways = answers.refused(refusal.refusal, "").alternatives
    assert (refusal.reason, ways.portal_url, ways.hotline, ways.help_desk) == (
        "portal_down",
        "",
        "0251-1022",
        True,
    )


@pytest.mark.states("DN-30")
def test_who_must_be_present_is_never_offered_the_post() -> None:
    plan = held(STRICT)
    assert answers.alternatives(plan, plan.site.procedure(PRESENT), False).post is False
    assert answers.alternatives(plan, plan.site.procedure(ORDINARY), False).post is True


def test_an_exempted_procedure_stays_at_the_counter() -> None:
    plan = held(replace(STRICT, exemptions=(Exemption(LISTED, "Cần đối chiếu bản chính"),)))
    assert (submits(plan)[0], plans.returning(plan, plan.site.procedure(LISTED))) == ("ticket", "ticket")


@pytest.mark.states("TN-16", "DN-32")
def test_a_units_override_goes_before_the_province_in_its_postal_fields_and_in_its_days() -> None:
    own = Override(STRICT.code, "Chủ tịch UBND phường", DAY, "Bưu cục đóng cửa", "ticket", "in_person", None, DAY)
    plan = held(STRICT, ward=replace(WARD, overrides=(own,)))
    assert (submits(plan), results(plan)) == (["online_only", "ticket", "ticket", "ticket"], ["ticket", "ticket"])
    later = held(STRICT, day=date(2026, 11, 24), ward=replace(WARD, overrides=(own,)))
    assert (submits(later)[1], results(later)[0]) == ("post_preferred", "post_only")


@pytest.mark.states("TN-16")
def test_an_override_where_the_policy_leaves_nothing_to_decide_has_no_effect() -> None:
    own = Override(STRICT.code, "Giám đốc", DAY, "Thử", "ticket", "in_person")
    for policy, level in ((replace(STRICT, local_override=()), "commune"), (STRICT, "sector")):
        plan = held(policy, ward=replace(WARD, level=level, overrides=(own,)))
        assert (plan.override, results(plan)[0]) == (None, "post_only")


@pytest.mark.states("TN-11")
def test_a_release_opens_collecting_on_its_day_and_touches_nothing_else() -> None:
    plan = held(released(date(2026, 11, 24)))
    assert (results(plan), plans.deferred_until(plan, "vi")) == (["post_only"] * 2, "Thủ tướng công bố hết dịch")
    after = held(released(date(2026, 11, 24)), day=date(2026, 11, 24))
    assert (results(after), submits(after)[0], plans.deferred_until(after, "vi")) == (
        ["ticket"] * 2,
        "online_only",
        "",
    )


@pytest.mark.states("TN-03", "TN-14")
def test_a_list_holds_by_its_own_days_and_names_its_decision() -> None:
    disability = WARD.procedure("1.001699")
    today, tomorrow = held(STRICT), held(STRICT, day=date(2026, 11, 24))
    assert [plans.submitting(plan, disability) for plan in (today, tomorrow)] == ["post_preferred", "online_only"]
    base = answers.legal_base(tomorrow, "vi", disability)
    assert base == answers.LegalBase(
        text="Kế hoạch thử", decision_no="2132", decision_date="2019-10-02", list="Danh mục thử", sample=True
    )
    assert answers.legal_base(today, "vi", disability).decision_no is None  # type: ignore[union-attr]


def test_a_version_names_the_content_and_changes_with_it() -> None:
    versions = {
        held(STRICT).version,
        held(replace(STRICT, hotline="1022")).version,
        held(STRICT, ward=replace(WARD, overrides=(Override("chat", "A", DAY, "B", "ticket"),))).version,
        held(released(DAY)).version,
    }
    assert len(versions) == 4
    assert held(STRICT).version == held(STRICT, day=date(2026, 12, 1)).version
    assert held(STRICT).version.startswith(f"{HEAD}/chat@")


def test_a_draft_decides_nothing() -> None:
    assert held(replace(STRICT, published=False)).policy is None


@pytest.mark.states("TN-08")
def test_the_processing_time_changes_at_three_in_the_afternoon_and_can_be_left_out() -> None:
    birth = replace(WARD.procedures[0], processing_time="Trong ngày", processing_time_late="Ngày làm việc tiếp theo")
    plan = held(STRICT)
    before, after = (datetime(2026, 11, 23, 7, 59, 59, tzinfo=UTC), datetime(2026, 11, 23, 8, 0, tzinfo=UTC))
    assert plans.processing_time(plan, birth, "vi", before) == "Trong ngày"
    assert plans.processing_time(plan, birth, "vi", after) == "Ngày làm việc tiếp theo"
    silent = held(replace(STRICT, announce_processing_time=False))
    assert plans.processing_time(silent, birth, "vi", before) == ""


@pytest.mark.states("DN-21")
def test_notices_come_from_the_plan_in_force_then_from_the_unit_itself() -> None:
    head = province(
        MILD,
        notices=(
            notice("period"),
            notice("hotline", "nhe"),
            Notice("Chỉ ở tỉnh"),
            Notice("Cho mọi nơi", for_units=True),
        ),
    )
    ward = replace(
        WARD, notices=(Notice("Của phường"), notice("why", "nhe"), Notice("Đã hết", valid_to=date(2026, 11, 22)))
    )
    plan = plans.plan((ward, head), DAY)
    assert [n.text for n in plans.notices(plan, (ward, head))] == [
        "Về hotline", "Cho mọi nơi", "Của phường", "Về why",
    ]  # fmt: skip


@pytest.mark.states("DN-12", "DN-14")
def test_notices_of_measures_are_switched_by_the_plan() -> None:
    for on, texts in ((True, ["Về measures"]), (False, [])):
        head = province(replace(MILD, health_notices=on), notices=(notice("measures", "nhe"),))
        plan = plans.plan((WARD, head), DAY)
        assert [n.text for n in plans.notices(plan, (WARD, head))] == texts


@pytest.mark.states("TN-12", "DN-17")
def test_the_plans_addresses_go_before_the_units_and_the_national_portal_comes_last() -> None:
    plan = held(STRICT)
    assert (plan.portal_url, plan.hotline) == ("https://dichvucong.tinh.gov.vn", "0251-1022")
    bare = replace(WARD, portal_url="", hotline="1022")
    assert (held(ward=bare).portal_url, held(ward=bare).hotline) == (DEFAULT_PORTAL, "1022")


@pytest.mark.states("DN-23")
def test_a_portal_of_another_form_is_implausible() -> None:
    assert all(map(plausible_portal, ("https://dichvucong.gov.vn", "https://dichvucong.dongnai.gov.vn/")))
    assert not any(
        map(
            plausible_portal,
            ("https://dichvucung.dongnai.gov.vn", "http://dichvucong.gov.vn", "https://dichvucong.gov.vn.evil.example"),
        )
    )


def test_a_site_alone_is_its_own_province() -> None:
    alone = replace(province(STRICT), code=SITE)
    assert plans.plan((alone,), DAY).version.startswith(f"{SITE}/chat@")


def test_a_line_ends_where_it_would_turn_back_and_units_are_told_by_it() -> None:
    ring = {one.code: one for one in (small_site(code="a", parent="b"), small_site(code="b", parent="a"))}
    assert [site.code for site in with_parents(ring["a"], ring.get)] == ["a", "b"]
    family = [small_site(code="top"), small_site(code="mid", parent="top"), small_site(code="low", parent="mid")]
    assert [site.code for site in with_units(family, "mid")] == ["mid", "low"]
    assert with_units(family, "elsewhere") == []


def test_a_plan_is_made_anew_when_a_site_of_the_line_is_another() -> None:
    before, after = held(STRICT), held(replace(STRICT, hotline="0999"))
    assert (before.hotline, after.hotline) == ("0251-1022", "0999")
    line = (WARD, province(STRICT))
    assert plans.plan(line, DAY) is plans.plan(line, DAY)
