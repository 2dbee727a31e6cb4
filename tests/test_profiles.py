"""The shipped profiles, and that no site loses anything by being written and read again."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import date, time

import pytest
import tomli_w
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.config_refusals import line
from ticketing.profiles import (
    PROFILES,
    ConfigError,
    parse_sites,
    profile_path,
    read_sites,
    site_from_json,
    site_to_json,
    write_sites,
)
from ticketing.profiles.tables import NOTICE_PLACES
from ticketing.rules import sites as core
from ticketing.rules.sites import Counter, Field, Neutral, Service, SessionTemplate, Site
from ticketing.rules.slips import BLOCKS, SlipLayout


@pytest.mark.parametrize("name", PROFILES)
def test_a_shipped_profile_survives_being_written_and_read_again(name: str):
    sites = read_sites(profile_path(name))
    assert parse_sites(write_sites(sites), name) == sites
    assert [site_from_json(site_to_json(site)) for site in sites] == sites


def test_an_unknown_profile_is_a_key_error():
    with pytest.raises(KeyError):
        profile_path("../sites")


@pytest.mark.parametrize("name", PROFILES)
def test_a_shipped_profile_can_run_a_day_with_every_queue_called_somewhere(name: str):
    for site in read_sites(profile_path(name)):
        assert [counter.number for counter in site.counters] == list(range(1, len(site.counters) + 1))
        assert site.max_dossiers >= 5 and site.public_holidays and site.name_en and site.priorities
        for session in site.sessions:
            here = [c for c in site.counters if session.counters is None or c.number in session.counters]
            fields = session.fields or tuple(field.code for field in site.fields)
            assert set(fields) <= {code for counter in here for code in counter.fields}
            assert {"result", "help"} <= {code for counter in here for code in counter.services}
        weekday = [s for s in site.sessions if "mon" in s.weekdays]
        first = weekday[0]
        assert (first.name, first.issuing_from, first.service_from) == ("morning", time(7), time(7, 30))
        assert len(weekday) == 2 and all(s.weekdays == core.WEEKDAYS[:5] for s in weekday)
        for thing in (*site.fields, *site.services, *site.procedures, *site.counters, *site.priorities):
            assert thing.name and thing.name_en


def test_the_demo_is_a_commune_centre_of_2026_with_caps_of_both_kinds():
    (site,) = read_sites(profile_path("demo"))
    assert (site.code, site.level, site.parent) == ("demo", "commune", "")
    assert (len(site.fields), len(site.procedures), len(site.counters)) == (10, 30, 6)
    assert {service.code for service in site.services} == {"result", "help", "postal_handover"}
    morning, afternoon, saturday = site.sessions
    assert (morning.cap, morning.field_caps) == (50, {"CT": 25})
    assert (saturday.weekdays, saturday.fields, saturday.counters) == (("sat",), ("HT", "DD"), (1, 4))
    assert {site.prefix("submit", code) for code in ("BT", "NC", "CN")} == {"8"}
    assert [p.code for p in site.procedures if p.requires_presence] == ["1.000894"]


@pytest.mark.parametrize(("name", "capped"), [("tay-ninh-2020", True), ("dong-nai-2020", False)])
def test_a_province_of_2020_is_the_parent_of_its_district_and_commune_units(name: str, capped: bool):
    province, *units = read_sites(profile_path(name))
    assert province.level == "province" and len(province.counters) >= 6
    assert [unit.level for unit in units] == ["district", "district", "commune", "commune"]
    assert {unit.parent for unit in units} == {province.code}
    for site in (province, *units):
        for session in site.sessions:
            assert {session.cap is not None, bool(session.field_caps), bool(session.service_caps)} == {capped}
        assert {day for session in site.sessions for day in session.weekdays} == set(core.WEEKDAYS[:5])


def test_what_is_written_is_short_and_leaves_the_defaults_out():
    hours = (time(7), time(11), time(7, 30), time(11, 30))
    morning = SessionTemplate("morning", "Sáng", ("mon",), *hours, field_caps={"HT": 9}, fields=())
    field = Field("HT", "Hộ tịch", "1")
    site = Site("ward", 'Phường "Một"', "commune", fields=(field,), sessions=(morning,))
    assert write_sites([site]) == (
        '[[sites]]\ncode = "ward"\nname = "Phường \\"Một\\""\nlevel = "commune"\n'
        '\n[[sites.fields]]\ncode = "HT"\nname = "Hộ tịch"\nprefix = "1"\n'
        '\n[[sites.sessions]]\nname = "morning"\ntitle = "Sáng"\nweekdays = ["mon"]\nissuing_from = "07:00"\n'
        'issuing_until = "11:00"\nservice_from = "07:30"\ncloses_at = "11:30"\n'
        "field_caps = { HT = 9 }\nfields = []\n"
    )


# Random sites

BAD_CATEGORIES = ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp")


def texts(low: int, high: int) -> st.SearchStrategy[str]:
    drawn = st.text(st.characters(exclude_categories=BAD_CATEGORIES), min_size=low, max_size=min(high, 30))
    cleaned = drawn.map(lambda text: unicodedata.normalize("NFC", text).strip())
    return cleaned.filter(lambda text: low <= len(text) <= high)


def some(values, low: int = 0) -> st.SearchStrategy[tuple]:
    return st.lists(st.sampled_from(values), min_size=low, unique=True).map(tuple) if values else st.just(())


CAPS = st.integers(0, core.MAX_CAP)
CODES = st.from_regex(r"[A-Za-z0-9_-]{1,30}", fullmatch=True)
SLUGS = st.from_regex(r"[a-z0-9-]{1,30}", fullmatch=True)
TIMES = st.integers(0, 86_399).map(lambda s: time(s // 3600, s // 60 % 60, s % 60))
DAYS = st.none() | st.dates(date(2000, 1, 1), date(2099, 12, 31))


@st.composite
def session_templates(draw, weekdays, fields, services, counters) -> SessionTemplate:
    first, until, close = sorted(draw(st.lists(TIMES, min_size=3, max_size=3, unique=True)))
    start, end = draw(DAYS), draw(DAYS)
    if start and end and end < start:
        start, end = end, start
    return SessionTemplate(
        name=draw(SLUGS),
        title=draw(texts(1, 60)),
        title_en=draw(texts(0, 60)),
        weekdays=weekdays,
        issuing_from=first,
        issuing_until=until,
        service_from=draw(st.sampled_from([first, until])),
        closes_at=close,
        cap=draw(st.none() | CAPS),
        field_caps=draw(st.dictionaries(st.sampled_from(fields), CAPS)) if fields else {},
        service_caps=draw(st.dictionaries(st.sampled_from(services), CAPS)) if services else {},
        fields=draw(st.none() | some(fields)),
        counters=draw(st.none() | some(counters)),
        valid_from=start,
        valid_to=end,
    )


@st.composite
def random_sites(draw, code: str = "ward", parent: str = "") -> Site:
    prefixes = iter(draw(st.permutations("0123456789ABCDEFGHKLMNRSTUVXY")))
    neutral = draw(st.none() | st.builds(Neutral, st.just(next(prefixes)), texts(1, 200), texts(0, 200)))
    fields = tuple(
        Field(name, draw(texts(1, 200)), next(prefixes), "", draw(st.booleans()), draw(st.floats(0.5, 480)))
        for name in draw(st.lists(CODES, unique=True, max_size=4))
    )
    if neutral and draw(st.booleans()):
        fields = tuple(replace(f, prefix=neutral.prefix) if f.sensitive else f for f in fields)
    services = tuple(
        Service(name, draw(texts(1, 200)), next(prefixes)) for name in draw(some(core.SERVICES[1:]))
    )
    known, offered = [f.code for f in fields], [s.code for s in services]
    counters = tuple(
        Counter(number, "", draw(texts(0, 200)), draw(some(known)), draw(some(offered)), draw(SLUGS))
        for number in draw(st.lists(st.integers(1, 999), unique=True, max_size=3))
    )
    numbers = [counter.number for counter in counters]
    week = draw(st.permutations(core.WEEKDAYS))
    cuts = sorted({0, *draw(st.lists(st.integers(1, 6), max_size=3))})
    spans = [tuple(week[a:b]) for a, b in zip(cuts, [*cuts[1:], 7], strict=True)]
    return Site(
        code,
        draw(texts(1, 200)),
        draw(st.sampled_from(core.LEVELS)),
        parent=parent,
        timezone=draw(st.sampled_from(["Asia/Ho_Chi_Minh", "UTC", "Europe/Paris"])),
        hotline=draw(texts(0, 60)),
        portal_url=draw(st.sampled_from(["", "https://dichvucong.gov.vn", "http://[::1]:8080/a?b=c#d"])),
        address_word=draw(texts(1, 30)),
        max_dossiers=draw(st.integers(1, 1000)),
        max_calls=draw(st.integers(1, 20)),
        recall_gap_s=draw(st.integers(0, 3600)),
        return_after=draw(st.integers(0, 1000)),
        wait_goal_minutes=draw(st.integers(1, 480)),
        priority_rule=draw(st.sampled_from(core.PRIORITY_RULES)),
        unserved=draw(st.sampled_from(core.UNSERVED)),
        public_holidays=draw(st.booleans()),
        neutral=neutral,
        slip=SlipLayout(draw(some(BLOCKS)), draw(texts(0, 300)), footer_en=draw(texts(0, 300)), width=58),
        fields=fields,
        services=services,
        procedures=draw(random_procedures(known)) if known else (),
        priorities=draw(unique("code", st.builds(core.PriorityClass, CODES, texts(1, 200), texts(0, 200)))),
        counters=counters,
        sessions=tuple(draw(session_templates(days, known, offered, numbers)) for days in spans),
        calendar=draw(unique("day", random_days())),
        notices=tuple(draw(st.lists(random_notices(), max_size=2))),
    )


def unique(attribute: str, things: st.SearchStrategy) -> st.SearchStrategy[tuple]:
    return st.lists(things, max_size=3, unique_by=lambda thing: getattr(thing, attribute)).map(tuple)


def random_procedures(fields: list[str]) -> st.SearchStrategy[tuple]:
    codes = st.from_regex(r"[12]\.\d{6}|DP-\d{1,3}", fullmatch=True).map(
        lambda text: "".join(str(unicodedata.digit(c, c)) for c in text)
    )
    return unique(
        "code",
        st.builds(
            core.Procedure,
            codes,
            texts(1, 500),
            st.sampled_from(fields),
            bring=texts(0, 1000),
            also=st.lists(texts(1, 40).filter(lambda text: not set(text) & set(",;")), max_size=3).map(tuple),
            requires_presence=st.booleans(),
            online=st.none() | st.tuples(SLUGS, CODES),
        ),
    )


def random_days() -> st.SearchStrategy[core.CalendarDay]:
    days = st.dates(date(2000, 1, 1), date(2099, 12, 31))
    return st.builds(core.CalendarDay, days, st.just("holiday"), texts(0, 200)) | st.builds(
        core.CalendarDay, days, st.just("working"), texts(0, 200), like=st.sampled_from(("", *core.WEEKDAYS))
    )


def random_notices() -> st.SearchStrategy[core.Notice]:
    return st.builds(core.Notice, texts(1, 1000), texts(0, 1000), some(NOTICE_PLACES, low=1), DAYS)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.tuples(random_sites("tinh"), random_sites("ward", "tinh")))
def test_any_site_survives_being_written_and_read_again(sites: tuple[Site, Site]):
    assert parse_sites(write_sites(sites), "written.toml") == list(sites)
    for site in sites:
        assert site_from_json(site_to_json(site)) == site
        assert site_to_json(site_from_json(site_to_json(site))) == site_to_json(site)


SITE_KEYS = [*Site.__dataclass_fields__, "like"]
ITEM_KEYS = ["code", "name", "prefix", "number", "cap", "day", "online"]
JUNK = st.recursive(
    st.integers(-2, 2000) | st.floats() | st.booleans() | st.text(max_size=5) | st.dates() | st.times(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(ITEM_KEYS), inner),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(SITE_KEYS), JUNK, max_size=6), min_size=1, max_size=3))
def test_whatever_a_file_holds_it_is_refused_by_name_and_never_crashes(tables: list[dict]):
    with pytest.raises(ConfigError) as refusal:
        parse_sites(tomli_w.dumps({"sites": tables}), "any.toml")
    assert all(line(problem).startswith("any.toml: sites[") for problem in refusal.value.problems)
