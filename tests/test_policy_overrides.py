"""What a unit may decide for itself: the postal content alone, by whom it is allowed, in its own window."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kiosk.config_refusals import line
from tests.kit import SITE, SUPERVISOR, Centre
from tests.policy_kit import HEAD, ORDINARY, STRICT, MakeCentre
from ticketing.errors import Forbidden, Invalid, PostOnly
from ticketing.profiles import ConfigError, parse_sites, profile_path
from ticketing.rules import plans
from ticketing.verbs.plans import OverrideOrder

FIRST, LAST = date(2026, 11, 2), date(2026, 11, 30)

def procedure(centre: Centre, code: str) -> dict[str, Any]:
    return next(one for one in centre.office.procedures(SITE) if one["code"] == code)


def toml(name: str, after: str, added: str) -> list[Any]:
    text = profile_path(name).read_text(encoding="utf-8")
    assert text.count(after) == 1
    return parse_sites(text.replace(after, after + added), "own.toml")


UNIT = 'code = "trang-bang"\nname = "Bộ phận Một cửa thị xã Trảng Bàng"\nlevel = "district"\n'
CENTRE = 'code = "tay-ninh"\nname = "Trung tâm Hành chính công tỉnh Tây Ninh"\nlevel = "province"\n'
BY = 'policy = "phong-chong-dich-2020", by = "UBND", decided_on = 2020-03-30, reason = "Không có bưu cục"'


@pytest.mark.states("TN-16")
@pytest.mark.parametrize(
    "forbidden", ["online_mode = 'offer'", "session_cap_announced = false", "in_person = 'open'", "hotline = '1022'"]
)
def test_a_file_in_which_a_unit_overrides_more_than_the_postal_content_is_refused_with_its_reason(
    forbidden: str,
) -> None:
    with pytest.raises(ConfigError) as refusal:
        toml("tay-ninh-2020", UNIT, f"overrides = [{{ {BY}, result_mode = 'in_person', {forbidden} }}]\n")
    key = forbidden.split()[0]
    reason = "is the province's; a unit may set only other_submit_mode and result_mode"
    assert [line(one) for one in refusal.value.problems] == [f"own.toml: sites[2].overrides[0].{key}: {reason}"]


@pytest.mark.states("TN-16")
@pytest.mark.parametrize(
    ("where", "override", "key", "reason"),
    [
        (CENTRE, f"{BY}, result_mode = 'in_person'", "sites[0].overrides[0]", "the province's own centre follows"),
        (UNIT, BY, "sites[2].overrides[0]", "must set other_submit_mode or result_mode"),
        (UNIT, BY.replace("phong-", "x-") + ", result_mode = 'in_person'", "sites[2].overrides[0].policy", "no policy"),
        (UNIT, BY.replace('by = "UBND", ', ""), "sites[2].overrides[0].by", "is missing"),
        (UNIT, BY.replace(', reason = "Không có bưu cục"', ""), "sites[2].overrides[0].reason", "is missing"),
    ],
)
def test_a_file_with_an_override_that_cannot_be_is_refused(where: str, override: str, key: str, reason: str) -> None:
    with pytest.raises(ConfigError) as refusal:
        toml("tay-ninh-2020", where, f"overrides = [{{ {override} }}]\n")
    assert any(f": {key}: " in problem and reason in problem for problem in map(line, refusal.value.problems))


@pytest.mark.states("TN-16", "DN-32")
@pytest.mark.parametrize("name", ["tay-ninh-2020", "dong-nai-2020"])
def test_a_file_in_which_a_commune_sets_its_postal_content_is_taken(name: str) -> None:
    unit = {"tay-ninh-2020": 'parent = "tay-ninh"\nlike = "hiep-ninh"\n', "dong-nai-2020": 'like = "trang-dai"\n'}[name]
    sites = toml(name, unit, f"overrides = [{{ {BY}, result_mode = 'in_person' }}]\n")
    [own] = [site for site in sites if site.overrides]
    assert plans.plan((own, sites[0]), date(2020, 3, 30)).result_mode == "in_person"


def order_of(**own: Any) -> OverrideOrder:
    return OverrideOrder(by="Chủ tịch UBND phường", reason="Bưu cục tạm đóng cửa", **own)


@pytest.mark.states("TN-16")
def test_the_provinces_own_centre_and_a_level_that_is_not_named_may_override_nothing(under: MakeCentre) -> None:
    centre = under(replace(STRICT, local_override=("district",)))
    for site in (HEAD, SITE):
        with pytest.raises(Forbidden):
            centre.office.override(site, STRICT.code, order_of(result_mode="in_person"), SUPERVISOR)
        assert centre.office.site(site).overrides == ()
    with pytest.raises(PostOnly):
        centre.take(service="result")


@pytest.mark.states("TN-16")
@pytest.mark.parametrize("wrong", [{"by": " "}, {"reason": ""}, {"result_mode": "never"}, {"valid_to": FIRST}])
def test_an_override_without_who_or_why_or_with_a_wrong_window_changes_nothing(
    under: MakeCentre, wrong: dict[str, Any]
) -> None:
    centre = under(STRICT)
    seq = centre.seq()
    asked = order_of(result_mode="in_person", valid_from=LAST)
    with pytest.raises(Invalid):
        centre.office.override(SITE, STRICT.code, replace(asked, **wrong), SUPERVISOR)
    assert (centre.seq(), centre.office.site(SITE).overrides) == (seq, ())


@pytest.mark.states("TN-16", "DN-32")
def test_an_override_holds_in_its_own_window_and_is_taken_back_by_one_that_sets_nothing(under: MakeCentre) -> None:
    centre = under(STRICT)
    own = order_of(result_mode="in_person", valid_from=date(2026, 11, 24), valid_to=date(2026, 11, 25))
    centre.office.override(SITE, STRICT.code, own, SUPERVISOR)
    found = []
    for day in (23, 24, 25, 26):
        centre.clock.set(f"2026-11-{day}T08:00")
        found.append(procedure(centre, ORDINARY)["result_decision"])
    assert found == ["post_only", "ticket", "ticket", "post_only"]
    centre.clock.set("2026-11-24T08:00")
    centre.office.override(SITE, STRICT.code, order_of(), SUPERVISOR)
    assert procedure(centre, ORDINARY)["result_decision"] == "post_only"
    assert centre.kinds().count("policy_overridden") == 2


def test_an_override_belongs_to_its_policy_and_does_not_outlive_it(under: MakeCentre) -> None:
    following = replace(STRICT, code="sau", valid_from=date(2026, 11, 25))
    centre = under(replace(STRICT, valid_to=date(2026, 11, 24)), following)
    centre.office.override(SITE, STRICT.code, order_of(result_mode="in_person"), SUPERVISOR)
    assert centre.take(service="result")["number"] == "7001"
    centre.clock.set("2026-11-25T08:00")
    with pytest.raises(PostOnly):
        centre.take(service="result")


@pytest.mark.states("TN-01")
def test_a_renamed_unit_keeps_its_tickets_its_policy_and_its_override(under: MakeCentre) -> None:
    centre = under(STRICT)
    centre.office.override(SITE, STRICT.code, order_of(result_mode="in_person"), SUPERVISOR)
    before = centre.take()
    named = replace(centre.office.site(SITE), name="Trung tâm Phục vụ hành chính công", name_en="Service Centre")
    centre.office.apply_site(named)
    kept = centre.office.ticket(before["code"])
    assert (kept["number"], kept["state"], kept["policy"]) == (before["number"], "waiting", before["policy"])
    assert centre.office.board(SITE)["site"] == SITE
    assert centre.office.slip(before["code"]).site.name == "Trung tâm Phục vụ hành chính công"
    assert centre.take(service="result")["policy"] == before["policy"]
    assert centre.take()["number"] == "1002"


