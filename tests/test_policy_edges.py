"""Policies at their edges: midnights, overlaps, extensions, overrides, releases, lists, versions."""

from __future__ import annotations

import json
import time as clocks
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

import pytest

from tests.kit import HANOI, MORNING, SITE, SUPERVISOR, Centre
from tests.policy_kit import HEAD, LIST, LISTED, MILD, ORDINARY, PRESENT, STRICT, MakeCentre, province
from ticketing.errors import Conflict, OnlineOnly, PostOnly, Suspended
from ticketing.rules.orders import TicketOrder
from ticketing.rules.policies import Exemption, Listed
from ticketing.verbs.plans import OverrideOrder, ReleaseOrder

MONTH = replace(MILD, valid_from=date(2020, 3, 30), valid_to=date(2020, 4, 29))
EVENING = replace(
    MORNING, name="evening", title="Buổi tối", issuing_from=time(18), issuing_until=time(23, 59, 59),
    service_from=time(18), closes_at=time(23, 59, 59), cap=None, field_caps={}, service_caps={},
)  # fmt: skip
ACT = ReleaseOrder("Thủ tướng", "QĐ 26/2023/QĐ-TTg", date(2026, 11, 23), date(2026, 11, 23), "Nguyễn Văn A")


def in_force(centre: Centre, at: str) -> str | None:
    centre.clock.set(at)
    policy = centre.office.plan(SITE).policy
    return policy.code if policy else None


def procedure(centre: Centre, code: str) -> dict[str, Any]:
    return next(one for one in centre.office.procedures(SITE) if one["code"] == code)


def statuses(centre: Centre) -> dict[str, str]:
    return {one.policy.code: one.status for one in centre.office.policies(SITE)}


# Midnight


@pytest.fixture(params=["UTC", "America/Los_Angeles", "Pacific/Kiritimati"])
def machine_zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The machine keeps another date than the site."""
    monkeypatch.setenv("TZ", request.param)
    clocks.tzset()
    yield
    monkeypatch.undo()
    clocks.tzset()


@pytest.mark.states("DN-09")
@pytest.mark.usefixtures("machine_zone")
def test_a_window_ends_at_the_sites_midnight_whatever_date_the_machine_has(under: MakeCentre) -> None:
    centre = under(MONTH)
    days = ("2020-03-29T23:59:59", "2020-03-30T00:00", "2020-04-29T23:59:59", "2020-04-30T00:00")
    assert [in_force(centre, at) for at in days] == [None, "nhe", "nhe", None]


@pytest.mark.states("DN-09")
def test_at_seven_in_the_morning_when_the_date_changes_in_utc_nothing_changes_here(under: MakeCentre) -> None:
    centre = under(replace(MONTH, valid_to=date(2020, 3, 30)))
    days = ("2020-03-30T06:59:59", "2020-03-30T07:00", "2020-03-31T06:59:59", "2020-03-31T07:00")
    assert [in_force(centre, at) for at in days] == ["nhe", "nhe", None, None]


@pytest.mark.states("DN-09")
def test_a_ticket_of_the_last_minute_keeps_the_version_it_was_issued_under(under: MakeCentre) -> None:
    centre = under(MONTH, at="2020-04-29T23:59", sessions=(EVENING,))
    before = centre.take()
    centre.clock.set("2020-04-30T00:00")
    assert centre.office.plan(SITE).policy is None
    centre.take(service="help")
    [kept] = centre.store.read(lambda view: view.tickets.of_days(SITE, date(2020, 4, 29), date(2020, 4, 29)))
    assert (kept.number, kept.policy, kept.state) == (before["number"], before["policy"], "expired")
    assert before["policy"].startswith(f"{HEAD}/nhe@")
    said = json.loads(centre.office.policy_text(before["policy"]))
    assert (said["policy"]["code"], said["policy"]["valid_to"]) == ("nhe", "2020-04-29")
    centre.clock.set("2020-04-30T18:00")
    assert centre.take()["policy"] == "default"


def test_a_ticket_keeps_its_version_when_the_policy_is_rewritten_under_it(under: MakeCentre) -> None:
    centre = under(STRICT)
    before = centre.take()
    centre.office.apply_site(province(replace(STRICT, hotline="1900")))
    after = centre.take()
    assert before["policy"] != after["policy"]
    assert centre.office.ticket(before["code"])["policy"] == before["policy"]
    told = [json.loads(centre.office.policy_text(one["policy"]))["policy"]["hotline"] for one in (before, after)]
    assert told == ["0251-1022", "1900"]


# Overlap, extension, return


FIRST, LAST = date(2026, 11, 2), date(2026, 11, 30)
OLD = replace(MILD, code="cu", valid_from=FIRST, valid_to=LAST)
NEW = replace(MILD, code="moi", valid_from=FIRST, valid_to=LAST)


@pytest.mark.parametrize(
    ("first", "second", "wins"),
    [
        ({"issued_at": date(2026, 10, 2)}, {"issued_at": date(2026, 10, 1)}, "cu"),
        ({"issued_at": date(2026, 10, 1)}, {"issued_at": date(2026, 10, 2)}, "moi"),
        ({"issued_at": date(2026, 10, 2)}, {"issued_at": date(2026, 10, 1), "valid_from": LAST}, "cu"),
        ({"valid_from": date(2026, 11, 3)}, {}, "cu"),
        ({}, {"valid_from": date(2026, 11, 3)}, "moi"),
        ({"issued_at": date(2026, 10, 2)}, {"valid_from": date(2026, 11, 3)}, "moi"),
        ({"issued_at": date(2026, 10, 2)}, {}, "moi"),
        ({}, {}, "moi"),
    ],
)
def test_of_two_policies_the_later_issued_holds_then_the_later_begun_then_the_later_entered(
    under: MakeCentre, first: dict[str, Any], second: dict[str, Any], wins: str
) -> None:
    centre = under(replace(OLD, **first), replace(NEW, **second), at="2026-11-30T08:00")
    loser = {"cu": "moi", "moi": "cu"}[wins]
    assert statuses(centre) == {wins: "in_force", loser: "overlapped"}
    assert centre.take()["policy"].startswith(f"{HEAD}/{wins}@")
    [shown] = centre.office.plan(SITE).overlapped
    assert shown.code == loser


def test_an_overlapped_policy_holds_again_when_the_other_ends_and_nothing_of_them_is_mixed(under: MakeCentre) -> None:
    narrow = replace(STRICT, code="hep", valid_from=date(2026, 11, 10), valid_to=date(2026, 11, 24), hotline="")
    centre = under(replace(OLD, hotline="1022"), narrow)
    days = ("2026-11-09T08:00", "2026-11-10T00:00", "2026-11-24T23:59:59", "2026-11-25T00:00", "2026-12-01T00:00")
    assert [in_force(centre, at) for at in days] == ["cu", "hep", "hep", "cu", None]
    centre.clock.set("2026-11-24T08:00")
    own = centre.office.site(SITE).hotline
    assert centre.office.board(SITE)["policy"]["alternatives"]["hotline"] == own, "not the overlapped one's"
    with pytest.raises(PostOnly):
        centre.take(service="result")


def test_a_preview_of_a_day_names_the_policy_that_is_displaced(under: MakeCentre) -> None:
    centre = under(OLD, replace(NEW, title="Kế hoạch mới"))
    at = datetime(2026, 11, 23, 8, tzinfo=HANOI)
    shown = centre.office.preview(SITE, TicketOrder(procedure=ORDINARY), at)
    assert (shown["policy"]["code"], shown["overlapped"]) == ("moi", [OLD.title])


def test_an_extension_follows_without_a_gap_and_is_another_version(under: MakeCentre) -> None:
    longer = replace(MONTH, code="nhe-2", valid_from=date(2020, 4, 30), valid_to=date(2020, 5, 31))
    centre = under(MONTH, longer, at="2020-04-29T08:00")
    first = centre.take()
    assert statuses(centre) == {"nhe": "in_force", "nhe-2": "upcoming"}
    assert in_force(centre, "2020-04-30T00:00") == "nhe-2"
    assert statuses(centre) == {"nhe": "ended", "nhe-2": "in_force"}
    centre.clock.set("2020-04-30T08:00")
    second = centre.take()
    assert [one["policy"].split("@")[0] for one in (first, second)] == [f"{HEAD}/nhe", f"{HEAD}/nhe-2"]
    assert in_force(centre, "2020-06-01T00:00") is None


@pytest.mark.states("TN-02")
def test_reception_is_suspended_for_14_days_then_longer_then_open_and_the_older_plan_holds_again(
    under: MakeCentre,
) -> None:
    """Tây Ninh in 2021: in-person reception stopped from 18 July and came back on 20 September."""
    older = replace(STRICT, valid_from=date(2020, 3, 30))
    stop = replace(
        MILD, code="tam-dung", title="Tạm dừng tiếp nhận trực tiếp", in_person="suspended",
        valid_from=date(2021, 7, 18), valid_to=date(2021, 7, 31), hotline="1900561563",
    )  # fmt: skip
    longer = replace(stop, code="tam-dung-2", valid_from=date(2021, 8, 1), valid_to=date(2021, 9, 19))
    centre = under(older, stop, longer)
    days = ("2021-07-17T23:59", "2021-07-18T00:00", "2021-07-31T23:59", "2021-08-01T00:00", "2021-09-20T00:00")
    assert [in_force(centre, at) for at in days] == ["chat", "tam-dung", "tam-dung", "tam-dung-2", "chat"]
    centre.clock.set("2021-07-19T08:00")
    for order in ({"procedure": LISTED}, {"procedure": PRESENT}, {"field": "HT"}, {"service": "result"}):
        with pytest.raises(Suspended) as refusal:
            centre.take(**order)
        assert refusal.value.details["alternatives"]["hotline"] == "1900561563"
    assert centre.take(service="help")["number"] == "9001"
    centre.clock.set("2021-09-20T08:00")
    assert centre.take(field="HT")["number"] == "1001"
    with pytest.raises(PostOnly):
        centre.take(service="result")


def test_a_draft_decides_nothing_and_displaces_nobody(under: MakeCentre) -> None:
    centre = under(OLD, replace(STRICT, code="du-thao", issued_at=date(2026, 11, 20), published=False))
    assert statuses(centre) == {"cu": "in_force", "du-thao": "draft"}
    assert centre.office.plan(SITE).overlapped == ()
    assert centre.take(service="result")["policy"].startswith(f"{HEAD}/cu@")


# Lists, exemptions, presence


@pytest.mark.states("TN-03", "TN-14")
def test_a_procedure_is_on_the_list_from_its_first_day_to_its_last(under: MakeCentre) -> None:
    centre = under(STRICT)
    item = Listed(LISTED, date(2026, 11, 24), date(2026, 11, 25))
    head = province(STRICT)
    centre.office.apply_site(replace(head, procedure_lists=(replace(LIST, items=(item,)),)))
    found = []
    for day in (23, 24, 25, 26):
        centre.clock.set(f"2026-11-{day}T08:00")
        found.append((procedure(centre, LISTED)["decision"], procedure(centre, LISTED)["legal_base"]["decision_no"]))
    off, on = ("post_preferred", None), ("online_only", "2132")
    assert found == [off, on, on, off]


@pytest.mark.states("TN-14")
def test_a_procedure_that_came_back_is_on_the_list_in_both_of_its_times(under: MakeCentre) -> None:
    centre = under(STRICT)
    items = (Listed(LISTED, valid_to=date(2026, 11, 23)), Listed(LISTED, date(2026, 11, 25)))
    centre.office.apply_site(replace(province(STRICT), procedure_lists=(replace(LIST, items=items),)))
    found = []
    for day in (23, 24, 25):
        centre.clock.set(f"2026-11-{day}T08:00")
        found.append(procedure(centre, LISTED)["decision"])
    assert found == ["online_only", "post_preferred", "online_only"]


def test_an_exempted_procedure_gets_numbers_under_the_strictest_plan_and_no_other_does(under: MakeCentre) -> None:
    exempt = (Exemption(LISTED, "Phải đối chiếu bản chính", "Originals are compared"),)
    centre = under(replace(STRICT, in_person="suspended", exemptions=exempt))
    assert centre.take(procedure=LISTED)["number"] == "2001"
    assert centre.take(service="result", procedure=LISTED)["number"] == "7001"
    with pytest.raises(Suspended):
        centre.take(procedure=ORDINARY)
    with pytest.raises(Suspended):
        centre.take(service="result")


@pytest.mark.states("DN-30")
def test_presence_goes_before_the_list_and_its_result_is_deferred_without_an_offer_of_the_post(
    under: MakeCentre,
) -> None:
    centre = under(STRICT)
    both = replace(LIST, items=(Listed(LISTED), Listed(PRESENT)))
    centre.office.apply_site(replace(province(STRICT), procedure_lists=(both,)))
    assert procedure(centre, PRESENT)["decision"] == "online_preferred", "never online alone"
    assert centre.take(procedure=PRESENT)["number"] == "1001"
    with pytest.raises(OnlineOnly):
        centre.take(procedure=LISTED)
    with pytest.raises(PostOnly) as refusal:
        centre.take(service="result", procedure=PRESENT)
    assert refusal.value.details["alternatives"]["post"] is False
    assert centre.office.deferred(SITE) == {"tickets": 1, "dossiers": 1}


# Release


@pytest.mark.states("TN-11")
def test_an_act_that_takes_effect_later_is_entered_today_and_opens_on_its_day(under: MakeCentre) -> None:
    centre = under(STRICT)
    later = replace(ACT, effective_from=date(2026, 11, 25))
    centre.office.release(HEAD, STRICT.code, later, SUPERVISOR)
    version = centre.office.plan(SITE).version
    for at in ("2026-11-23T08:00", "2026-11-24T10:59"):
        centre.clock.set(at)
        with pytest.raises(PostOnly):
            centre.take(service="result")
    centre.clock.set("2026-11-25T07:00")
    assert centre.take(service="result")["number"] == "7001"
    assert centre.office.plan(SITE).version != version, "what is decided differently has another version"
    assert centre.office.deferred(SITE) == {"tickets": 2, "dossiers": 2}, "the backlog stays known"


@pytest.mark.states("TN-11")
def test_a_release_is_entered_once_and_the_first_one_stands(under: MakeCentre) -> None:
    centre = under(STRICT)
    centre.office.release(HEAD, STRICT.code, ACT, SUPERVISOR)
    seq = centre.store.read(lambda view: view.journal.last_seq(HEAD))
    with pytest.raises(Conflict, match="released_before"):
        centre.office.release(HEAD, STRICT.code, replace(ACT, act="QĐ khác"), SUPERVISOR)
    [policy] = centre.office.site(HEAD).policies
    assert policy.release is not None and policy.release.act == ACT.act
    assert centre.store.read(lambda view: view.journal.last_seq(HEAD)) == seq


@pytest.mark.states("TN-11")
def test_no_length_of_time_releases_anything(under: MakeCentre) -> None:
    centre = under(STRICT)
    for at in ("2027-11-23T08:00", "2036-11-24T08:00"):
        centre.clock.set(at)
        with pytest.raises(PostOnly):
            centre.take(service="result")


@pytest.mark.states("TN-11", "TN-16")
def test_a_release_leaves_a_units_own_preference_of_the_post_as_it_is(under: MakeCentre) -> None:
    centre = under(STRICT)
    own = OverrideOrder("UBND", "Bưu cục còn mở", result_mode="postal_preferred")
    centre.office.override(SITE, STRICT.code, own, SUPERVISOR)
    centre.office.release(HEAD, STRICT.code, ACT, SUPERVISOR)
    assert procedure(centre, ORDINARY)["result_decision"] == "post_preferred"


# Versions


@pytest.mark.states("TN-14")
def test_a_version_changes_with_what_the_plan_says_and_with_nothing_else(under: MakeCentre) -> None:
    centre = under(STRICT)

    def version() -> str:
        return centre.office.plan(SITE).version

    first = version()
    ward, head = centre.office.site(SITE), centre.office.site(HEAD)
    centre.office.apply_site(replace(ward, name="Tên khác", max_dossiers=9))
    draft = replace(OLD, published=False)
    centre.office.apply_site(replace(head, name="Tên khác", hotline="1", policies=(*head.policies, draft)))
    centre.office.mark_portal(SITE, True, SUPERVISOR, "Bảo trì")
    centre.clock.set("2026-12-24T08:00")
    assert version() == first
    seen = {first}
    for changed in (
        replace(head, policies=(replace(STRICT, legal_base="Căn cứ khác"),)),
        replace(head, policies=(replace(STRICT, valid_to=date(2027, 1, 1)),)),
        replace(head, procedure_lists=(replace(LIST, items=LIST.items[:1]),)),
    ):
        centre.office.apply_site(changed)
        seen.add(version())
    centre.office.apply_site(head)
    assert (len(seen), version()) == (4, first)


def test_two_centres_with_one_configuration_name_the_same_version(under: MakeCentre) -> None:
    assert under(STRICT, MILD).office.plan(SITE).version == under(STRICT, MILD).office.plan(SITE).version


