"""What a plan's announcements must hold, where they hang, when they go, and how they are handed on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kiosk.config_refusals import line, reason
from tests.announce_kit import FIRST, LAST, SMS, SPRING, TEXTS, spring, texts
from tests.api_kit import Kit, good
from tests.kit import small_site
from ticketing.profiles import ConfigError, parse_sites, write_sites
from ticketing.rules import announcements, plans
from ticketing.rules.announcements import AnnouncedCap, Missing, Paragraph
from ticketing.rules.policies import CONTENTS, Policy
from ticketing.rules.sites import Notice, Site

UNIT = small_site(code="ward", parent="province", notices=(Notice("Riêng của phường", "The ward's own"),))


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    with Kit(tmp_path) as kit:
        yield kit


def lacks(policy: Policy = SPRING, *notices: Notice) -> list[tuple[str, str, str]]:
    return [(m.content, m.lang, m.reason) for m in announcements.missing(spring(policy, notices), policy)]


def asking(*contents: str, **changes: Any) -> Policy:
    return replace(SPRING, required_contents=contents, **changes)


def about(content: str, vi: str = "x", en: str = "x", **more: Any) -> Notice:
    return Notice(vi, en, policy="xuan", about=content, **more)


# -- what is missing ----------------------------------------------------------------------------------


@pytest.mark.states("DN-16", "DN-17", "DN-18", "DN-19", "DN-35")
def test_each_of_the_six_contents_is_asked_for_in_both_languages() -> None:
    assert lacks() == [(content, lang, "none") for content in CONTENTS for lang in ("vi", "en")]
    assert lacks(SPRING, *texts()) == []
    for content in CONTENTS:
        others = [notice for notice in texts() if notice.about != content]
        assert {lack[0] for lack in lacks(SPRING, *others)} == {content}


def test_vietnamese_does_not_stand_in_for_a_translation() -> None:
    assert lacks(asking("why"), about("why", en="")) == [("why", "en", "none")]


def test_a_text_of_another_plan_or_of_no_plan_does_not_count() -> None:
    other = replace(about("why"), policy="khac")
    assert lacks(asking("why"), other, replace(other, policy="")) == [("why", "vi", "none"), ("why", "en", "none")]


@pytest.mark.states("DN-17")
@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Tổng đài 0251-1022.", True),
        ("(0251) 1022", True),
        ("gọi 02511022", True),
        ("0251 – 1022 (24/7)", True),
        ("Tổng đài 0251-10223", False),
        ("10251-1022", False),
        ("Tổng đài 1022", False),
        ("Xin gọi tổng đài", False),
    ],
)
def test_the_hotline_text_must_hold_the_plans_number(text: str, told: bool) -> None:
    found = lacks(asking("hotline"), about("hotline", text, "0251-1022"))
    assert found == ([] if told else [("hotline", "vi", "hotline")])


@pytest.mark.states("DN-16")
@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Từ ngày 30/3/2020 đến ngày 29/4/2020", True),
        ("30/03/2020 - 29/04/2020", True),
        ("30/3/2020-29/4/2020", True),
        ("từ 30/3 đến 29/4/2020", True),
        ("30.3.2020 đến 29.4.2020.", True),
        ("ngày 30 tháng 3 đến ngày 29 tháng 4 năm 2020", True),
        ("from 30 March to 29 April 2020", True),
        ("March 30 – April 29, 2020", True),
        ("Từ ngày 30/3/2020", False),
        ("Từ 30/3 đến 29/4", False),
        ("Từ 30/3/2019 đến 29/4/2020", False),
        ("from 30 March 2019 to 29 April 2020", False),
        ("Từ 130/3/2020 đến 29/4/2020", False),
        ("Từ 30/3/2020 đến 29/4/20201", False),
        ("Từ 30/3/2020 đến 9/4/2020", False),
    ],
)
def test_the_period_text_must_name_both_days_as_people_write_them(text: str, told: bool) -> None:
    found = lacks(asking("period"), about("period", text, TEXTS["period"][1]))
    assert found == ([] if told else [("period", "vi", "period")])


@pytest.mark.states("TN-02")
def test_an_open_end_needs_only_the_first_day_but_with_its_year() -> None:
    policy = asking("period", valid_to=None)
    assert lacks(policy, about("period", "Từ ngày 30/3/2020", "From 30 March 2020")) == []
    assert lacks(policy, about("period", "Từ ngày 30/3", "From 30 March 2020")) == [("period", "vi", "period")]


def test_a_text_must_stand_for_the_whole_window() -> None:
    early = about("why", valid_to=date(2020, 4, 10))
    late = about("why", valid_from=date(2020, 4, 11))
    gap = replace(late, valid_from=date(2020, 4, 13))
    site = spring(asking("why"), (early, gap))
    found = announcements.missing(site, asking("why"))
    assert found == [Missing("why", lang, "window", date(2020, 4, 11)) for lang in ("vi", "en")]
    assert lacks(asking("why"), late, early) == []
    assert lacks(asking("why"), about("why", valid_to=LAST)) == []
    assert lacks(asking("why", valid_to=None), about("why", valid_to=LAST))[0][2] == "window"


def test_measures_that_the_plan_does_not_show_are_missing() -> None:
    policy = asking("measures", health_notices=False)
    assert lacks(policy, about("measures")) == [("measures", "vi", "hidden")]


# -- publishing ---------------------------------------------------------------------------------------


def problems(site: Site) -> list[tuple[str, str]]:
    try:
        parse_sites(write_sites([site]), "plan.toml")
    except ConfigError as error:
        assert all(line(one).startswith("plan.toml: sites[0]") for one in error.problems)
        return [(one.key, reason(one)) for one in error.problems]
    return []


@pytest.mark.states("DN-16", "DN-17", "DN-35")
def test_a_configuration_with_a_published_plan_that_lacks_a_content_is_refused_by_file_key_and_reason() -> None:
    assert problems(spring()) == []
    told = tuple(n for n in texts() if n.about != "hotline") + (about("hotline", "Xin gọi", TEXTS["hotline"][1]),)
    assert problems(spring(notices=told)) == [
        (
            "sites[0].policies[0].required_contents[1]",
            "cannot be published: no notice of 'xuan' about 'hotline' in 'vi' names the hotline 0251-1022",
        )
    ]


def test_a_draft_may_lack_its_texts_and_a_plan_that_asks_for_none_needs_none() -> None:
    assert problems(spring(replace(SPRING, published=False), ())) == []
    assert problems(spring(asking(), ())) == []


# -- the set ------------------------------------------------------------------------------------------


def sets(day: date, unit: Site = UNIT, lang: str = "vi", **changes: Any) -> dict[str, announcements.Channelled]:
    line = (unit, spring(**changes))
    return {one.code: one for one in announcements.assembled(plans.plan(line, day), line, lang)}


@pytest.mark.states("DN-03", "DN-20", "DN-21")
def test_one_set_goes_to_every_channel_with_its_owner_and_the_units_own_texts_come_last() -> None:
    found = sets(FIRST)
    assert list(found) == ["kiosk", "display", "zalo", "portal", "leaflet", "sms", "phone", "slip", "web"]
    assert [found[code].owner for code in ("zalo", "sms", "leaflet")] == [
        "Văn phòng UBND tỉnh", "Sở Thông tin và Truyền thông", "",
    ]  # fmt: skip
    assert [found[code].named for code in ("leaflet", "web")] == [True, False]
    kiosk = [(one.text, one.origin, one.inherited) for one in found["kiosk"].texts]
    assert kiosk == [*((vi, "province", True) for vi, _en in TEXTS.values()), ("Riêng của phường", "ward", False)]
    assert [one.text for one in found["zalo"].texts] == [one[0] for one in kiosk]
    assert [one.text for one in found["sms"].texts] == [SMS.text]
    assert {(one.valid_from, one.valid_to) for one in found["leaflet"].texts} == {(FIRST, LAST)}


def test_a_unit_adds_to_the_provinces_plan_and_its_text_ends_with_the_plan() -> None:
    own = Notice("Phường hướng dẫn", places=("public",), policy="xuan", valid_to=date(2020, 5, 31))
    unit = replace(UNIT, notices=(own,))
    assert sets(LAST, unit)["zalo"].texts[-1] == announcements.Said(
        "Phường hướng dẫn", "", "ward", False, ("public",), FIRST, LAST
    )
    assert "web" not in sets(date(2020, 4, 30), unit)


@pytest.mark.states("DN-09", "DN-20")
def test_the_set_goes_by_itself_after_the_last_minute_of_the_last_day(kit: Kit) -> None:
    kit.office.apply_site(spring())

    def told() -> set[str]:
        return {notice["text"] for notice in good(kit.call("GET", "/sites/ward/board"))["notices"]}

    everything = {vi for vi, _en in TEXTS.values()}
    kit.clock.set("2020-03-29T23:59:59")
    assert told() == set()
    kit.clock.set("2020-03-30T00:00")
    assert told() == everything
    kit.clock.set("2020-04-29T23:59:59")
    assert told() == everything
    kit.clock.set("2020-04-30T00:00")
    assert told() == set()


def test_without_a_plan_only_the_units_own_channels_that_have_texts_are_there() -> None:
    found = sets(date(2020, 5, 1))
    assert [(one.code, one.named) for one in found.values()] == [("display", False), ("kiosk", False), ("web", False)]


@pytest.mark.states("TN-06")
def test_the_announced_caps_are_the_timetables_under_public_names() -> None:
    line = (UNIT, spring())
    morning = AnnouncedCap("Buổi sáng", 10, (("Chứng thực", 4),))
    found = announcements.caps(plans.plan(line, FIRST), "vi")
    assert [one.session for one in found] == ["Buổi sáng", "Buổi chiều"] and found[0] == morning
    quiet = (UNIT, spring(replace(SPRING, session_cap_announced=False)))
    assert announcements.caps(plans.plan(quiet, FIRST), "vi") == []
    assert announcements.caps(plans.plan(line, date(2020, 5, 1)), "vi") == []


def test_sensitive_fields_announce_their_cap_under_the_neutral_name_and_old_sessions_none() -> None:
    sessions = tuple(replace(one, field_caps={"BT": 3, "HT": 5}, cap=None) for one in UNIT.sessions[:1])
    past = replace(sessions[0], valid_to=date(2020, 3, 1))
    unit = replace(UNIT, sessions=(past, *sessions))
    plan = plans.plan((unit, spring()), FIRST)
    assert announcements.caps(plan, "vi") == [AnnouncedCap("Buổi sáng", None, (("Lĩnh vực xã hội", 3), ("Hộ tịch", 5)))]


# -- handing on ---------------------------------------------------------------------------------------

HANDED = [Paragraph("Câu <một> & hai.", "https://x.vn/?a=1&b=2"), Paragraph("Tổng đài: 0251-1022")]


def test_the_plain_text_is_paragraphs_and_nothing_else() -> None:
    assert announcements.plain_text("Kế hoạch", HANDED) == (
        "Kế hoạch\n\nCâu <một> & hai. https://x.vn/?a=1&b=2\n\nTổng đài: 0251-1022\n"
    )


@pytest.mark.states("DN-20", "TN-13")
def test_the_text_for_zalo_has_short_paragraphs_and_addresses_on_lines_of_their_own() -> None:
    long = " ".join(f"Câu thứ {n} nói điều gì đó vừa phải dài." for n in range(9))
    made = announcements.short_text("Kế hoạch", [Paragraph(long), *HANDED])
    blocks = made.removesuffix("\n").split("\n\n")
    assert blocks[0] == "Kế hoạch" and "Câu <một> & hai.\nhttps://x.vn/?a=1&b=2" in blocks
    assert " ".join(blocks[1:-2]) == long and max(map(len, blocks[1:-2])) <= 200 < len(long)


def test_the_html_is_an_escaped_section_without_script_or_style() -> None:
    evil = Paragraph("<script>alert(1)</script>", "javascript:alert(1)")
    made = announcements.html_fragment('A "plan" <b>', [*HANDED, evil], "vi")
    assert made.startswith('<section lang="vi">\n  <h2>A &quot;plan&quot; &lt;b&gt;</h2>\n')
    assert '<a href="https://x.vn/?a=1&amp;b=2">https://x.vn/?a=1&amp;b=2</a>' in made
    assert "<script" not in made and "style" not in made and 'href="javascript' not in made
