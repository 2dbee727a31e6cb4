"""What people do to a plan on its page: the portal's switch, postal rules, the act, publishing and another last day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kiosk.config_refusals import line
from tests.api_kit import Kit
from tests.desk_plan_kit import ACT, HEAD, PLAN, boss, decision, kinds, province, read, version
from tests.kit import small_site
from tests.policy_kit import LISTED, STRICT
from tests.serving import layso
from tests.test_desk import person
from tests.test_desk_plan import confirm
from ticketing.profiles import ConfigError, write_sites
from ticketing.profiles.family import check_family
from ticketing.rules.policies import Override
from ticketing.rules.sites import Notice


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    with Kit(tmp_path) as kit:
        kit.office.apply_site(province(STRICT))
        yield kit


@pytest.mark.states("TN-12")
def test_the_portals_switch_says_since_when_and_is_lifted_where_it_was_set(kit: Kit) -> None:
    admin, supervisor = boss(kit), person(kit, "ha")
    assert "Give a reason" in read(admin.post(f"{HEAD}/portal", down="1", reason=" "), 422)
    assert kit.office.outage("ward") is None
    assert admin.post(f"{HEAD}/portal", down="1", reason="Sở TT&TT báo bảo trì").status_code == 303
    page = read(supervisor.get(PLAN))
    assert "interrupted since 23/11/2026 08:00" in page and "Sở TT&TT báo bảo trì" in page
    assert "marked by Trial centre, and lifted there only" in page
    assert "It works again" in read(admin.get(HEAD))
    assert admin.post(f"{HEAD}/portal", down="0", reason="Đã có lại").status_code == 303
    assert kit.office.outage("ward") is None
    assert kinds(kit, "province").count("portal_marked") == 2


@pytest.mark.states("TN-16", "DN-32")
def test_a_unit_sets_its_own_postal_rules_says_who_and_why_and_takes_them_back(kit: Kit) -> None:
    admin = person(kit, "tu")
    form = {"policy": "chat", "result_mode": "in_person", "by": "Chủ tịch UBND phường", "reason": "Bưu cục đóng cửa"}
    assert admin.post(f"{PLAN}/override", **form).status_code == 303
    page = read(admin.get(PLAN))
    assert "At this unit it is otherwise" in page and "Chủ tịch UBND phường" in page and "Bưu cục đóng cửa" in page
    assert decision(kit, service="result") == "ticket"
    assert decision(kit, site="other", service="result") == "post_only"
    assert "Fill this in" in read(admin.post(f"{PLAN}/override", policy="chat", do="back", by="", reason="x"), 422)
    assert len(kit.office.site("ward").overrides) == 1
    assert admin.post(f"{PLAN}/override", policy="chat", do="back", by="UBND", reason="Đã mở lại").status_code == 303
    assert decision(kit, service="result") == "post_only"
    assert kinds(kit, "ward").count("policy_overridden") == 2


@pytest.mark.states("TN-16", "DN-32")
def test_nothing_but_postal_content_is_taken_from_the_form_and_the_centre_has_none(kit: Kit) -> None:
    admin, head = person(kit, "tu"), boss(kit)
    form = {"policy": "chat", "by": "UBND", "reason": "x", "online_mode": "offer", "valid_to": ""}
    assert "Fill this in" in read(admin.post(f"{PLAN}/override", **form), 422)
    assert kit.office.site("ward").overrides == ()
    assert head.post(f"{HEAD}/override", **form, result_mode="in_person").status_code == 403
    assert "own postal rules" not in read(head.get(HEAD)).replace("may set the postal rules", "")
    kit.office.apply_site(province(replace(STRICT, local_override=())))
    assert admin.post(f"{PLAN}/override", **form, result_mode="in_person").status_code == 403


@pytest.mark.states("TN-16", "DN-32")
def test_a_file_for_a_unit_alone_is_held_against_the_province_in_the_database(tmp_path: Path) -> None:
    head = province(replace(STRICT, local_override=("district",)))
    own = Override("chat", "UBND", date(2026, 11, 23), "x", result_mode="in_person")
    unit = small_site(code="ward", parent="province", overrides=(own,))
    with pytest.raises(ConfigError) as refused:
        check_family([unit], [head], "ward.toml")
    [problem] = refused.value.problems
    assert line(problem) == "ward.toml: sites[ward].overrides[0].policy: 'chat' leaves nothing to units of this level"
    check_family([unit], [province(STRICT)], "ward.toml")
    both, alone = tmp_path / "head.toml", tmp_path / "ward.toml"
    both.write_text(write_sites([head]), encoding="utf-8")
    alone.write_text(write_sites([unit]), encoding="utf-8")
    assert layso("apply", both, data=tmp_path / "data").returncode == 0
    done = layso("apply", alone, data=tmp_path / "data")
    assert done.returncode == 1 and "leaves nothing to units of this level" in done.stderr
    assert "ward" not in layso("token", "list", "--site", "ward", data=tmp_path / "data").stdout


@pytest.mark.states("TN-11")
def test_the_act_is_entered_once_with_its_day_and_only_after_a_second_look(kit: Kit) -> None:
    for dossiers in (2, 1):
        decision(kit, service="result", dossiers=dossiers)
    head = boss(kit)
    assert 'data-deferred="3"' in head.get(HEAD).text
    looked = head.post(f"{HEAD}/release", step="review", **ACT)
    page = read(looked)
    for words in (
        "From 25/11/2026 on",
        "wait for it and may come on one day: 3",
        "Trial centre",
        "Morning: 3",
        "Quyết định số 26, 20/11/2026",
    ):
        assert words in page, words
    assert "Tick this" in read(head.post(f"{HEAD}/release", step="confirm", **ACT), 422)
    assert "policy_released" not in kinds(kit, "province")
    assert head.post(f"{HEAD}/release", step="confirm", sure="1", **ACT).status_code == 303
    page = read(head.get(HEAD))
    assert "In person again from 25/11/2026: Thủ tướng Chính phủ, Quyết định số 26 of 20/11/2026" in page
    assert "Enter the act" not in page
    assert decision(kit, service="result") == "post_only"
    kit.clock.set("2026-11-25T08:00")
    assert [decision(kit, service="result") for _number in range(4)] == ["ticket"] * 3 + ["cap_reached"]
    assert head.post(f"{HEAD}/release", step="confirm", sure="1", **ACT).status_code == 409


@pytest.mark.states("TN-11")
@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"act": ""}, "Fill this in"),
        ({"act_date": "2026-11-24"}, "This day is still to come"),
        ({"effective_from": "2026-11-19"}, "must not be before the first day"),
        ({"act_date": "yesterday"}, "must be a day written"),
    ],
)
def test_an_act_that_is_not_there_yet_or_incomplete_is_not_entered(
    kit: Kit, changed: dict[str, str], said: str
) -> None:
    answer = boss(kit).post(f"{HEAD}/release", step="confirm", sure="1", **(ACT | changed))
    assert said in read(answer, 422)
    assert "policy_released" not in kinds(kit, "province")


def test_a_units_admin_enters_no_act(kit: Kit) -> None:
    admin = person(kit, "tu")
    assert admin.post(f"{PLAN}/release", step="confirm", sure="1", **ACT).status_code == 404
    assert admin.post(f"{HEAD}/release", step="confirm", sure="1", **ACT).status_code == 403
    assert "Enter the act" not in read(admin.get(PLAN))


def stating(last: str) -> Notice:
    return Notice(f"Từ 23/11/2026 đến {last}.", f"From 23/11/2026 to {last}.", policy="chat", about="period")


def test_a_draft_is_published_and_taken_back_with_a_reason(kit: Kit) -> None:
    kit.office.apply_site(province(replace(STRICT, published=False)))
    head = boss(kit)
    asked = {"policy": "chat", "published": "1"}
    looked = head.post(f"{HEAD}/publish", step="review", version=str(version(kit)), **asked)
    assert 'data-change="policies[chat].published"' in looked.text
    assert decision(kit, procedure=LISTED) == "ticket"
    assert confirm(head, f"{HEAD}/publish", **asked).status_code == 303
    assert decision(kit, procedure=LISTED) == "online_only"
    assert confirm(head, f"{HEAD}/publish", policy="chat", published="0").status_code == 303
    assert decision(kit, procedure=LISTED) == "ticket"
    assert kit.office.journal("province", 0, 1000)[-1]["data"]["reason"] == "Họp ngày 20/11"


@pytest.mark.states("DN-16")
def test_a_draft_without_the_contents_it_asks_for_is_not_published(kit: Kit) -> None:
    kit.office.apply_site(province(replace(STRICT, published=False, required_contents=("period", "why"))))
    answer = confirm(boss(kit), f"{HEAD}/publish", policy="chat", published="1")
    assert "Nothing has been changed" in read(answer, 422)
    assert not kit.office.site("province").policies[0].published


@pytest.mark.states("DN-09", "DN-16")
def test_the_last_day_moves_together_with_the_notices_that_name_it(kit: Kit) -> None:
    first = replace(STRICT, valid_to=date(2026, 11, 27), required_contents=("period",))
    kit.office.apply_site(province(first, notices=(stating("27/11/2026"),)))
    head = boss(kit)
    assert "27/11/2026" in read(head.get(f"{HEAD}/period/chat"))
    alone = confirm(head, f"{HEAD}/period/chat", valid_to="2026-12-31")
    assert "Nothing has been changed" in read(alone, 422)
    later = stating("31/12/2026")
    moved = confirm(
        head, f"{HEAD}/period/chat", valid_to="2026-12-31", **{"text.0": later.text, "text_en.0": later.text_en}
    )
    assert moved.status_code == 303
    held = kit.office.site("province")
    assert (held.policies[0].valid_to, held.notices) == (date(2026, 12, 31), (later,))
    kit.clock.set("2026-12-31T10:00")
    assert decision(kit, procedure=LISTED) == "online_only"
