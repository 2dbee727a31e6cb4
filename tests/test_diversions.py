"""Tickets under a plan: who is refused, what is counted, what is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.kit import KIOSK, SITE, SUPERVISOR, Centre, small_site
from tests.policy_kit import HEAD, LISTED, MILD, ORDINARY, STRICT, centre_under, province
from ticketing.errors import Conflict, Forbidden, Invalid, OnlineOnly, PostOnly, SessionClosed, Suspended, Unknown
from ticketing.rules.emergency import StopOrder
from ticketing.rules.orders import TicketOrder
from ticketing.rules.people import CLI
from ticketing.rules.policies import Override
from ticketing.verbs.plans import OverrideOrder, ReleaseOrder

ACT = ReleaseOrder("Thủ tướng Chính phủ", "QĐ 26/2026", date(2026, 11, 23), date(2026, 11, 23), "Nguyễn Văn A")


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[Centre]:
    centre = centre_under(tmp_path, STRICT)
    yield centre
    centre.close()


def diverted(centre: Centre, site: str = SITE) -> list[dict[str, Any]]:
    lines = centre.store.read(lambda view: view.journal.of_kinds(site, ("diverted",)))
    return [dict(line.data) for line in lines]


def tickets(centre: Centre) -> int:
    return len(centre.store.read(lambda view: view.tickets.of_days(SITE, date(2026, 1, 1), date(2027, 1, 1))))


@pytest.mark.states("TN-04", "TN-12")
def test_a_listed_procedure_gets_no_number_and_the_diversion_is_counted(strict: Centre) -> None:
    with pytest.raises(OnlineOnly) as refusal:
        strict.take(procedure=LISTED, dossiers=2)
    told = refusal.value.details
    assert told["alternatives"]["portal_url"] == "https://dichvucong.tinh.gov.vn"
    assert (told["legal_base"]["decision_no"], told["since"]) == ("2132", "2026-11-23")
    assert tickets(strict) == 0
    assert diverted(strict) == [
        {
            "service": "submit", "field": "CT", "procedure": LISTED, "decision": "online_only", "to": "portal",
            "dossiers": 2, "policy": told["policy"], "source": "kiosk", "refused": True,
        }
    ]  # fmt: skip


def test_a_retry_with_the_same_key_is_refused_again_and_counted_once(strict: Centre) -> None:
    for _ in range(3):
        with pytest.raises(OnlineOnly):
            strict.take(procedure=LISTED, key="tap")
    assert len(diverted(strict)) == 1
    strict.office.apply_site(province(replace(STRICT, published=False)))
    assert strict.take(procedure=LISTED, key="tap")["policy"] == "default"


@pytest.mark.states("TN-10", "TN-11")
def test_a_result_is_deferred_and_counted_until_the_act_is_entered(strict: Centre) -> None:
    with pytest.raises(PostOnly) as refusal:
        strict.take(service="result")
    assert refusal.value.details["deferred_until"] == "Thủ tướng công bố hết dịch"
    assert strict.office.deferred(SITE) == {"tickets": 1, "dossiers": 1}
    strict.office.release(HEAD, STRICT.code, ACT, SUPERVISOR)
    assert strict.take(service="result")["number"] == "7001"
    for _ in range(2):
        strict.take(service="result")
    with pytest.raises(Exception, match="none_left"):
        strict.take(service="result")


def test_a_release_names_who_entered_which_act_and_is_entered_once(strict: Centre) -> None:
    with pytest.raises(Invalid):
        strict.office.release(HEAD, STRICT.code, replace(ACT, by=" "), SUPERVISOR)
    with pytest.raises(Unknown):
        strict.office.release(SITE, STRICT.code, ACT, SUPERVISOR)
    for wrong in ({"act_date": date(2026, 11, 24)}, {"effective_from": date(2026, 11, 22)}):
        with pytest.raises(Invalid):
            strict.office.release(HEAD, STRICT.code, replace(ACT, **wrong), SUPERVISOR)
    seq = strict.seq()
    strict.office.release(HEAD, STRICT.code, ACT, SUPERVISOR)
    [line] = strict.store.read(lambda view: view.journal.of_kinds(HEAD, ("policy_released",)))
    assert (line.actor, line.data["act"], line.data["by"]) == (SUPERVISOR.id, "QĐ 26/2026", "Nguyễn Văn A")
    assert strict.seq() > seq, "the unit's boards move on"
    with pytest.raises(Conflict, match="released_before"):
        strict.office.release(HEAD, STRICT.code, ACT, SUPERVISOR)


def test_only_a_deferral_can_be_released(tmp_path: Path) -> None:
    centre = centre_under(tmp_path, MILD)
    with pytest.raises(Conflict, match="nothing_deferred"):
        centre.office.release(HEAD, MILD.code, ACT, SUPERVISOR)
    centre.close()


def test_a_suspended_reception_still_gives_help(tmp_path: Path) -> None:
    centre = centre_under(tmp_path, replace(MILD, in_person="suspended"))
    for order in ({"field": "HT"}, {"procedure": ORDINARY}, {"service": "result"}):
        with pytest.raises(Suspended):
            centre.take(**order)
    assert centre.take(service="help")["number"] == "9001"
    assert {line["to"] for line in diverted(centre)} == {"none"}
    centre.close()


def test_a_preference_refuses_nobody_and_the_chosen_way_is_counted_once_a_key(strict: Centre) -> None:
    assert strict.take(procedure=ORDINARY)["policy"].startswith(f"{HEAD}/chat@")
    order = TicketOrder(procedure=ORDINARY, dossiers=2)
    answer, new = strict.office.divert(SITE, order, "post", KIOSK, "k1")
    assert (answer["decision"], answer["to"], new) == ("post_preferred", "post", True)
    again, new = strict.office.divert(SITE, order, "post", KIOSK, "k1")
    assert (again, new) == (answer, False)
    assert [(line["to"], line["dossiers"], line.get("refused", False)) for line in diverted(strict)] == [
        ("post", 2, False)
    ]


def test_a_way_can_only_be_chosen_where_the_plan_offers_one(strict: Centre) -> None:
    seq = strict.seq()
    with pytest.raises(Conflict, match="not_diverted"):
        strict.office.divert(SITE, TicketOrder(service="help"), "post", KIOSK)
    with pytest.raises(Invalid):
        strict.office.divert(SITE, TicketOrder(field="HT"), "moon", KIOSK)
    assert strict.seq() == seq


def test_a_supervisors_exception_goes_past_the_plan_and_is_journaled(strict: Centre) -> None:
    with pytest.raises(Forbidden):
        strict.take(procedure=LISTED, exception="Máy tính của công dân hỏng")
    ticket = strict.take(procedure=LISTED, exception="Máy tính của công dân hỏng", actor=SUPERVISOR)
    [line] = strict.store.read(lambda view: view.journal.of_kinds(SITE, ("ticket_taken",)))
    assert (ticket["number"], line.data["exception"], diverted(strict)) == ("2001", "Máy tính của công dân hỏng", [])


def test_what_a_version_said_is_kept_with_the_first_ticket_under_it(strict: Centre) -> None:
    version = strict.take()["policy"]
    kept = json.loads(strict.office.policy_text(version))
    assert (kept["policy"]["code"], kept["list"]["decision_no"], kept["of"]) == ("chat", "2132", HEAD)
    assert strict.office.policy_text("tinh/other@0") == ""


def test_an_emergency_stop_goes_before_the_plan(strict: Centre) -> None:
    strict.office.stop(SITE, StopOrder("Báo cháy", reason="Báo cháy"), SUPERVISOR)
    with pytest.raises(SessionClosed, match="emergency"):
        strict.take(procedure=LISTED)
    assert diverted(strict) == []


def test_an_order_that_cannot_be_is_no_diversion(strict: Centre) -> None:
    seq = strict.seq()
    with pytest.raises(Unknown):
        strict.take(procedure="9.999999")
    assert strict.seq() == seq


@pytest.mark.states("TN-16")
def test_a_unit_sets_its_postal_fields_with_who_and_why_and_takes_them_back(strict: Centre) -> None:
    order = OverrideOrder("UBND phường", "Bưu cục tạm đóng", "ticket", "in_person")
    strict.office.override(SITE, STRICT.code, order, SUPERVISOR)
    assert strict.take(service="result")["number"] == "7001"
    held = strict.office.plan(SITE).override
    assert held is not None and (held.by, held.reason, held.decided_on) == (
        "UBND phường",
        "Bưu cục tạm đóng",
        date(2026, 11, 23),
    )
    strict.office.override(SITE, STRICT.code, OverrideOrder("UBND phường", "Bưu cục mở lại"), SUPERVISOR)
    assert strict.office.plan(SITE).override is None
    lines = strict.store.read(lambda view: view.journal.of_kinds(SITE, ("policy_overridden",)))
    assert [line.data["reason"] for line in lines] == ["Bưu cục tạm đóng", "Bưu cục mở lại"]


@pytest.mark.states("TN-16", "DN-32")
def test_the_provinces_own_centre_and_wrong_values_are_refused(strict: Centre) -> None:
    good = OverrideOrder("UBND", "Thử", "ticket")
    with pytest.raises(Forbidden):
        strict.office.override(HEAD, STRICT.code, good, SUPERVISOR)
    with pytest.raises(Invalid):
        strict.office.override(SITE, STRICT.code, replace(good, result_mode="online_only"), SUPERVISOR)
    with pytest.raises(Invalid):
        strict.office.override(SITE, STRICT.code, replace(good, reason=""), SUPERVISOR)
    assert strict.office.site(SITE).overrides == ()


@pytest.mark.states("TN-12")
def test_the_portals_switch_holds_for_every_unit_and_is_journaled_once(strict: Centre) -> None:
    strict.office.mark_portal(HEAD, True, CLI, "Bảo trì")
    seq = strict.seq()
    strict.office.mark_portal(HEAD, True, CLI, "Bảo trì")
    assert strict.seq() == seq
    assert strict.office.board(SITE)["policy"]["alternatives"]["portal_down"] is True
    with pytest.raises(OnlineOnly) as refusal:
        strict.take(procedure=LISTED)
    assert (refusal.value.reason, diverted(strict)[0]["to"]) == ("portal_down", "help")
    strict.office.mark_portal(HEAD, False, CLI)
    assert strict.office.outage(SITE) is None


def test_a_changed_override_in_the_configuration_is_named_in_the_journal(strict: Centre) -> None:
    ward = strict.office.site(SITE)
    for mode in ("ticket", "postal_suggested"):
        own = Override(STRICT.code, "UBND phường", date(2026, 11, 23), "Thử", mode)
        strict.office.apply_site(replace(ward, overrides=(own,)))
    lines = strict.store.read(lambda view: view.journal.of_kinds(SITE, ("site_configured",)))
    assert lines[-1].data["keys"] == ["overrides[chat].other_submit_mode"]


def test_a_province_plan_changed_from_outside_moves_every_units_board(strict: Centre) -> None:
    before = strict.office.board(SITE)
    strict.office.apply_site(province(replace(STRICT, title="Kế hoạch mới")))
    after = strict.office.board(SITE)
    assert after["policy"]["title"] == "Kế hoạch mới" and after["seq"] > before["seq"]


def test_the_policies_are_listed_with_what_becomes_of_each(tmp_path: Path) -> None:
    later = replace(MILD, issued_at=date(2026, 11, 20))
    older = replace(STRICT, issued_at=date(2026, 11, 1))
    draft = replace(MILD, code="nhap", published=False)
    ended = replace(MILD, code="cu", valid_from=date(2026, 1, 1), valid_to=date(2026, 2, 1))
    coming = replace(MILD, code="moi", valid_from=date(2027, 1, 1))
    centre = centre_under(tmp_path, older, later, draft, ended, coming)
    listed = {one.policy.code: one.status for one in centre.office.policies(SITE)}
    assert listed == {"chat": "overlapped", "nhe": "in_force", "nhap": "draft", "cu": "ended", "moi": "upcoming"}
    centre.close()


@pytest.mark.states("DN-09")
def test_a_plan_that_ends_on_a_weekend_moves_the_boards_on_at_its_midnight(tmp_path: Path) -> None:
    centre = centre_under(tmp_path, replace(MILD, valid_to=date(2026, 11, 28)))
    centre.clock.set("2026-11-28T23:59")
    before = centre.office.board(SITE)
    centre.clock.set("2026-11-29T00:00")
    centre.office.follow_clock()
    after = centre.office.board(SITE)
    assert (before["policy"]["code"], after["policy"], after["session"]["state"]) == ("nhe", None, "none")
    assert after["seq"] > before["seq"]
    [line] = [one for one in centre.office.journal(SITE, before["seq"], 100) if one["kind"] == "plan_changed"]
    assert (line["at"], line["actor"], line["data"]["what"]) == ("2026-11-29T00:00:00+07:00", "clock", "period")
    centre.clock.set("2026-11-30T08:00")
    seq = centre.seq()
    centre.office.follow_clock()
    kinds = centre.kinds(seq)
    assert "plan_changed" not in kinds and kinds
    centre.close()


def test_a_preview_says_what_the_kiosk_would_and_changes_nothing(strict: Centre) -> None:
    seq = strict.seq()
    said = strict.office.preview(SITE, TicketOrder(procedure="1.001699"), strict.clock.now())
    assert (said["decision"], said["ticket"]) == ("post_preferred", True)
    strict.clock.set("2026-11-24T15:30")
    said = strict.office.preview(SITE, TicketOrder(procedure="1.001699"), strict.clock.now())
    assert (said["decision"], said["ticket"], said["late"], said["legal_base"]["decision_no"]) == (
        "online_only",
        False,
        True,
        "2132",
    )
    strict.clock.set("2026-11-23T08:00")
    assert strict.seq() == seq


def test_a_site_under_nobody_keeps_its_tickets_without_a_plan(centre: Centre) -> None:
    assert small_site().policies == ()
    assert centre.take()["policy"] == "default"
    assert centre.office.board(SITE)["policy"] is None
