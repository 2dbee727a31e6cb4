"""The desk's page of announcements without a browser: what it shows to whom, what it hands on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from kiosk.config_refusals import reason
from tests.announce_kit import SPRING, TEXTS, spring, texts
from tests.api_kit import Kit
from tests.test_desk import Person, person
from ticketing.desk.config.refusals import say
from ticketing.desk.plan.announcement_words import CHANNELS, CONTENTS
from ticketing.profiles import ConfigError, parse_sites, write_sites
from ticketing.rules import sms
from ticketing.rules.policies import CHANNELS as CODES
from ticketing.rules.policies import CONTENTS as ABOUT
from ticketing.rules.sites import Notice

PAGE = "/ward/supervisor/announcements/"


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    with Kit(tmp_path, notices=(Notice("Riêng của phường", "The ward's own"),)) as kit:
        kit.clock.set("2020-03-30T08:00")
        kit.office.apply_site(spring())
        yield kit


@pytest.fixture
def who(kit: Kit) -> Person:
    return person(kit, "ha")


def shown(who: Person, path: str = PAGE) -> str:
    answer = who.get(path)
    assert answer.status_code == 200, answer.text
    return unescape(answer.text)


@pytest.mark.states("DN-03", "DN-20", "DN-21")
def test_the_page_shows_every_channel_with_owner_window_and_both_languages(who: Person) -> None:
    page = shown(who)
    found = re.findall(r'data-channel="(\w+)"><strong>[^<]+</strong>: ([^<]+)', page)
    owners = dict(found)
    assert [code for code, _owner in found[:6]] == ["kiosk", "display", "zalo", "portal", "web", "leaflet"]
    assert owners["sms"] == "in the care of The Department of Information and Communications"
    assert owners["leaflet"] == "in the care of the unit" and owners["web"] == "the unit's own, not named by the plan"
    assert all(vi in page and en in page for vi, en in TEXTS.values())
    assert "30/3/2020 to the end of 29/4/2020" in page and "The ward's own" in page
    assert page.index(TEXTS["why"][0]) < page.index("Riêng của phường")
    assert 'data-part="lacks"' not in page


def test_every_channel_and_content_has_a_name() -> None:
    assert set(CHANNELS) == {*CODES, "phone"} and set(CONTENTS) == set(ABOUT)


@pytest.mark.states("DN-16", "DN-17")
def test_a_drafts_missing_contents_are_a_list_that_leads_the_province_to_the_form(kit: Kit, who: Person) -> None:
    few = tuple(notice for notice in texts() if notice.about not in ("why", "hotline"))
    unnamed = Notice("Xin gọi", "Call (0251) 1022", policy="xuan", about="hotline")
    kit.office.apply_site(spring(replace(SPRING, published=False), (*few, unnamed)))
    page = shown(who)
    assert re.findall(r'data-lack="(\w+)">([^<]+)', page) == [
        ("hotline", "hotline, Vietnamese: no text names 0251-1022"),
        ("why", "why, Vietnamese: no text"),
        ("why", "why, English: no text"),
    ]
    assert "The province adds them" in page and "/config/notices/entry" not in page
    boss = shown(person(kit, "boss"), "/province/supervisor/announcements/")
    assert "/province/supervisor/config/notices/entry" in boss


def test_publishing_without_a_content_is_refused_at_the_desk_in_a_sentence_of_the_catalog(kit: Kit) -> None:
    bad = [
        Notice("x", "", policy="xuan", about="why"),
        Notice("x", "Call 0251-1022", policy="xuan", about="hotline"),
        Notice("x", TEXTS["period"][1], policy="xuan", about="period"),
        Notice("x", "x", policy="xuan", about="how_to", valid_from=SPRING.valid_to),
        Notice("x", "x", policy="xuan", about="measures"),
    ]
    wrong = spring(replace(SPRING, health_notices=False), tuple(bad))
    with pytest.raises(ConfigError) as refused:
        parse_sites(write_sites([wrong]), "")
    found = refused.value.problems
    assert len(found) == 8
    with kit.app.test_request_context():
        said = [say(problem) for problem in found]
    assert not set(said) & {reason(problem) for problem in found}
    assert all("xuan" in one and "cannot" not in one and "%(" not in one for one in said)
    assert len(set(said)) == len(said)


@pytest.mark.states("DN-09")
def test_the_day_that_is_asked_for_decides_and_today_is_the_default(kit: Kit, who: Person) -> None:
    assert SPRING.title_en in shown(who) and SPRING.title_en in shown(who, f"{PAGE}?date=2020-04-29")
    later = shown(who, f"{PAGE}?date=2020-04-30")
    assert SPRING.title_en not in later and "No plan holds on this day" in later and "The ward's own" in later
    kit.clock.set("2020-04-30T00:00")
    assert "No plan holds on this day" in shown(who)


@pytest.mark.states("TN-06")
def test_the_sentence_of_the_caps_is_part_of_the_set_where_the_plan_announces_them(kit: Kit, who: Person) -> None:
    page = shown(who)
    assert 'data-part="caps"' in page and "takes at most 10 dossiers" in page
    kit.office.apply_site(spring(replace(SPRING, session_cap_announced=False)))
    assert 'data-part="caps"' not in shown(who)


@pytest.mark.states("DN-22")
def test_each_sms_text_is_shown_with_and_without_marks_and_with_its_parts(who: Person) -> None:
    page = shown(who)
    found = re.findall(r'<div class="sms" data-parts="(\d)"><p lang="(\w+)">([^<]+)</p>', page)
    assert [lang for _parts, lang, _text in found] == ["vi", "vi", "en"]
    assert found[1][2] == sms.unaccented(found[0][2]) != found[0][2]
    assert [int(parts) for parts, _lang, _text in found] == [2, 1, 1]
    assert all(int(parts) == sms.length(text).parts for parts, _lang, text in found)


@pytest.mark.states("DN-20", "DN-24", "TN-13")
def test_the_public_texts_are_handed_on_as_files_for_the_portal_and_zalo(who: Person) -> None:
    for lang, which in (("vi", 0), ("en", 1)):
        for name, kind in (("portal", "txt"), ("portal", "html"), ("zalo", "txt")):
            answer = who.get(f"{PAGE}{name}-{lang}.{kind}")
            assert answer.status_code == 200 and answer.mimetype == {"txt": "text/plain", "html": "text/html"}[kind]
            assert answer.headers["Content-Disposition"] == f'attachment; filename="ward-{name}-{lang}.{kind}"'
            told = unescape(answer.text)
            pieces = [piece for pair in TEXTS.values() for piece in re.split(r"(?<=[.;]) ", pair[which])]
            assert all(piece in told for piece in pieces)
            assert "0251-1022" in told and "https://dichvucong.dongnai.gov.vn" in told and "/ward/" in told
            assert SPRING.zalo_url in told and SPRING.zalo_channel in told
            assert ("<" in told) == (kind == "html") and "<script" not in told and "style" not in told


def test_a_channel_that_nothing_is_handed_on_to_has_no_file(who: Person) -> None:
    for name in ("zalo-vi.html", "slip-vi.txt", "zalo-fr.txt", "leaflet-vi-9.svg", "leaflet-fr-1.svg"):
        assert who.get(f"{PAGE}{name}").status_code == 404, name


def test_the_leaflets_picture_is_the_plans_of_that_day(who: Person) -> None:
    picture = who.get(f"{PAGE}leaflet-vi-1.svg?date=2020-04-01")
    assert (picture.status_code, picture.mimetype) == (200, "image/svg+xml")
    assert "0251-1022" in picture.text
    assert "/api/v1/sites/ward/leaflet.pdf?lang=en&date=2020-03-30" in shown(who)


def test_only_a_supervisor_of_the_unit_or_above_sees_the_page(kit: Kit) -> None:
    assert person(kit, "boss").get(PAGE).status_code == 200
    assert [person(kit, login).get(PAGE).status_code for login in ("lan", "far")] == [403, 403]
    assert Person(kit).get(PAGE).status_code == 303
    assert Person(kit).get(f"{PAGE}zalo-vi.txt").status_code == 303


@pytest.mark.states("DN-24")
def test_the_public_page_leads_to_the_leaflet_and_says_the_hotline(kit: Kit) -> None:
    page = shown(Person(kit), "/ward/?lang=vi")
    assert "/api/v1/sites/ward/leaflet.pdf?lang=vi" in page and TEXTS["hotline"][0] in page and "0251-1022" in page
