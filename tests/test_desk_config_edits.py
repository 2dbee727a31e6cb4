"""How entries of a configuration change and are told, without a page: what its forms and its review are made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time
from pathlib import Path

import pytest

from kiosk.config_refusals import line
from tests.api_kit import Kit
from tests.kit import small_site
from ticketing.desk.config import policy_inputs, sections
from ticketing.desk.config.edits import checked, put, set_days, without
from ticketing.desk.config.forms import blank, filled, told
from ticketing.desk.config.sections import SECTIONS
from ticketing.profiles import ConfigError, profile_path, read_sites
from ticketing.profiles.tables import NOTICE_PLACES
from ticketing.rules import policies, sites
from ticketing.rules.site_changes import changed_keys, changes
from ticketing.rules.sites import CalendarDay, Notice, Site


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    with Kit(tmp_path) as kit:
        yield kit


@pytest.mark.parametrize("site", [small_site(), *read_sites(profile_path("demo"))], ids=lambda site: site.code)
def test_every_entry_goes_through_its_form_and_comes_back_the_same(site: Site) -> None:
    for section in SECTIONS:
        if section.item is None:
            thing = site.slip if section.name == "slip" else site
            assert told(section.inputs, filled(section.inputs, thing), thing, site) == thing
            continue
        for item in getattr(site, section.name):
            form = filled(section.inputs, item)
            entry = told(section.inputs, form, blank(section.item), site)
            assert checked(put(site, section.name, item, entry).site, ()) == site


def test_the_check_is_the_files_own_and_names_the_key() -> None:
    site = small_site()
    edit = put(site, "counters", site.counters[1], replace(site.counters[1], number="two"))
    with pytest.raises(ConfigError) as refused:
        checked(edit.site, ())
    assert [line(problem) for problem in refused.value.problems] == [
        "sites[0].counters[1].number: must be a whole number from 1 to 999, not 'two'"
    ]


def test_a_counter_that_goes_is_taken_out_of_the_sessions() -> None:
    site = small_site()
    after = without(site, "counters", site.counters[0]).site
    assert [s.counters for s in after.sessions] == [None, None, (2,)]
    assert checked(after, ()) == after


def test_an_exception_replaces_the_one_of_its_day_and_days_stay_in_order() -> None:
    site = small_site(calendar=(CalendarDay(date(2026, 12, 1), "holiday"), CalendarDay(date(2026, 12, 3), "holiday")))
    new = CalendarDay(date(2026, 12, 2), "working", like="fri")
    edit = set_days(site, date(2026, 12, 2), date(2026, 12, 3), new)
    assert [(d.day.day, d.kind) for d in edit.site.calendar] == [(1, "holiday"), (2, "working"), (3, "working")]
    assert edit.prefix == "calendar[1]."


def test_changes_name_what_came_went_moved_and_differs() -> None:
    before = small_site(notices=(Notice("Một"), Notice("Hai")))
    after = replace(
        before,
        hotline="113",
        neutral=None,
        fields=(before.fields[1], replace(before.fields[0], prefix="3"), before.fields[2]),
        counters=before.counters[:2],
        sessions=(*before.sessions, replace(before.sessions[0], weekdays=("sun",), closes_at=time(12))),
        notices=(Notice("Một"), Notice("Ba")),
    )
    assert [str(change) for change in changes(before, after)] == [
        "hotline: '1022' → '113'",
        "neutral.prefix: '8' → ''",
        "neutral.name: 'Lĩnh vực xã hội' → ''",
        "neutral.name_en: 'Social matters' → ''",
        "fields[HT].prefix: '1' → '3'",
        "fields: in another order",
        "counters[3]: removed",
        "sessions[morning (2)]: added",
        "notices[Ba].text: 'Hai' → 'Ba'",
    ]
    assert changes(before, before) == []


def test_a_long_list_of_changes_is_journaled_by_its_parts() -> None:
    (site,) = read_sites(profile_path("demo"))
    named = tuple(replace(p, name=f"{p.name} (1)", name_en=f"{p.name_en} (1)") for p in site.procedures)
    assert changed_keys(site, replace(site, procedures=named, hotline="1")) == ("hotline", "procedures")


def test_every_value_that_a_choice_can_have_has_a_name() -> None:
    for names, values in (
        (policy_inputs.ONLINE, policies.ONLINE_MODES), (policy_inputs.SUBMITTING, policies.SUBMIT_MODES),
        (policy_inputs.RETURNING, policies.RESULT_MODES), (policy_inputs.RECEPTION, policies.IN_PERSON),
        (policy_inputs.ABOUT, policies.CONTENTS), (sections.WEEKDAY_NAMES, sites.WEEKDAYS),
        (sections.SERVICE_NAMES, sites.SERVICES[1:]), (sections.UNSERVED, sites.UNSERVED),
        (sections.PRIORITY_RULES, sites.PRIORITY_RULES), (sections.PLACES, NOTICE_PLACES),
    ):  # fmt: skip
        assert tuple(names) == values
