"""Configuration files that are refused: whole, with file, key and reason; and what is still taken."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from datetime import time
from pathlib import Path

import pytest

from kiosk import config_refusals
from kiosk.config_refusals import line
from ticketing.desk.config import refusals
from ticketing.profiles import ConfigError, parse_sites
from ticketing.rules.sites import Field

WARD = """
[[sites]]
code = "ward"
name = "Phường Một"
level = "commune"
portal_url = "https://dichvucong.gov.vn"
zalo_url = "https://zalo.me/1"
timezone = "Asia/Ho_Chi_Minh"
max_dossiers = 5

[sites.neutral]
prefix = "8"
name = "Lĩnh vực xã hội"

[[sites.fields]]
code = "HT"
name = "Hộ tịch"
prefix = "1"

[[sites.fields]]
code = "NC"
name = "Người có công"
prefix = "8"
sensitive = true

[[sites.services]]
code = "help"
name = "Hướng dẫn"
prefix = "H"

[[sites.procedures]]
code = "1.001193"
name = "Đăng ký khai sinh"
field = "HT"

[[sites.priorities]]
code = "elderly"
name = "Người cao tuổi"

[[sites.counters]]
number = 1
fields = ["HT", "NC"]
services = ["help"]

[[sites.sessions]]
name = "morning"
title = "Buổi sáng"
weekdays = ["mon", "tue"]
issuing_from = "07:00"
issuing_until = "11:00"
service_from = "07:30"
closes_at = "11:30"
cap = 50
field_caps = { HT = 20 }
service_caps = { help = 9 }
counters = [1]

[[sites.sessions]]
name = "afternoon"
title = "Buổi chiều"
weekdays = ["mon"]
issuing_from = "12:30"
issuing_until = "16:30"
service_from = "13:30"
closes_at = "17:00"

[[sites.calendar]]
day = 2026-08-22
kind = "working"
like = "fri"

[[sites.notices]]
text = "Thông báo"
places = ["wall"]
valid_from = 2026-01-01
valid_to = 2026-12-31
"""


def problems(text: str, known: tuple[str, ...] = ()) -> list[str]:
    with pytest.raises(ConfigError) as refusal:
        parse_sites(text, "ward.toml", known)
    listed = [line(problem) for problem in refusal.value.problems]
    assert all(problem.startswith("ward.toml: ") and "\n" not in problem for problem in listed)
    return [problem.removeprefix("ward.toml: ") for problem in listed]


def changed(old: str, new: str, text: str = WARD) -> str:
    assert old in text
    return text.replace(old, new, 1)


SECOND_HT = '[[sites.fields]]\ncode = "HT"\nname = "Hộ tịch"\nprefix = "9"\n\n'
SECOND_HELP = '[[sites.services]]\ncode = "help"\nname = "Hỗ trợ"\nprefix = "9"\n\n'
SHARING = '[[sites.fields]]\ncode = "CN"\nname = "Nuôi con nuôi"\nprefix = "8"\nsensitive = true\n\n'

REFUSALS = [
    ("max_dossiers = 5", "max_dosiers = 5", "max_dosiers: unknown key"),
    ("max_dossiers = 5", 'max_dossiers = "5"', "max_dossiers: must be a whole number from 1 to 1,000"),
    ("max_dossiers = 5", "max_dossiers = 0", "max_dossiers: must be a whole number from 1 to 1,000, not 0"),
    ("max_dossiers = 5", "max_dossiers = true", "max_dossiers: must be a whole number from 1 to 1,000, not"),
    ("max_dossiers = 5", "max_dossiers = 1001", "max_dossiers: must be a whole number from 1 to 1,000, not"),
    ('code = "ward"', 'code = "Ward"', "code: must be 1 to 40 lowercase letters, digits or hyphens, not 'Wa"),
    ('code = "ward"', 'code = "api"', "code: 'api' is a path of the service and cannot be a site"),
    ('code = "ward"', 'code = "-ward"', "code: must begin and end with a letter or a digit"),
    ('code = "ward"', "", "code: is missing"),
    ('name = "Phường Một"', 'name = " "', "name: must be a text of 1 to 200 characters, not ''"),
    ("Phường Một", "x" * 201, "name: must be a text of 1 to 200 characters, not one of 201 characters"),
    ("Phường Một", "Phường\\tMột", "name: holds the control or invisible character U+0009; write plain text"),
    ("Phường Một", "Phường\u202eMột", "name: holds the control or invisible character U+202E; write plain t"),
    ('"commune"', '"city"', "level: must be one of province, district, commune, sector, not 'city'"),
    ('level = "commune"', 'level = "commune"\nparent = "tinh"', "parent: no site 'tinh'"),
    ('level = "commune"', 'level = "commune"\nparent = "ward"', "parent: leads back to this site"),
    ('level = "commune"', 'level = "commune"\nlike = "tinh"', "like: no site 'tinh' in this file"),
    ("Asia/Ho_Chi_Minh", "Asia/Saigon2", "timezone: no time zone 'Asia/Saigon2'"),
    ("https://dichvucong.gov.vn", "dichvucong.gov.vn", "portal_url: must be an address such as "),
    ("https://dichvucong.gov.vn", "javascript:alert(1)", "portal_url: must be an address such as "),
    ("https://dichvucong.gov.vn", "https://", "portal_url: must be an address such as "),
    ("https://dichvucong.gov.vn", "https://a b", "portal_url: must be an address such as "),
    ("https://dichvucong.gov.vn", "https://a..vn", "portal_url: must be an address such as "),
    ("https://dichvucong.gov.vn", "https://a:99999", "portal_url: must be an address such as "),
    ("https://dichvucong.gov.vn", "https://me:secret@a.vn", "portal_url: must be an address such as "),
    ("https://dichvucong.gov.vn", "http://[::1", "portal_url: must be an address such as "),
    ("https://zalo.me/1", "zalo://1", "zalo_url: must be an address such as "),
    ("[[sites.services]]", SECOND_HT + "[[sites.services]]", "fields[2].code: field 'HT' is already fields["),
    ('code = "NC"', 'code = "N C"', "fields[1].code: must be 1 to 30 letters"),
    ('prefix = "1"', 'prefix = "8"', "fields[0].prefix: prefix '8' is already that of neutral"),
    ('prefix = "H"', 'prefix = "1"', "services[0].prefix: prefix '1' is already that of fields[0]"),
    ('prefix = "H"', 'prefix = "h"', "services[0].prefix: must be one character 0-9 or A-Z, not 'h'"),
    ('prefix = "H"', 'prefix = "Đ"', "services[0].prefix: must be one character 0-9 or A-Z, not 'Đ'"),
    ('prefix = "H"', 'prefix = "10"', "services[0].prefix: must be one character 0-9 or A-Z, not '10'"),
    ('code = "help"', 'code = "submit"', "services[0].code: must be one of result, help, postal_handover"),
    (
        "[[sites.procedures]]",
        SECOND_HELP + "[[sites.procedures]]",
        "services[1].code: service 'help' is already",
    ),
    (
        'prefix = "8"\nname = "Lĩnh',
        'prefix = "?"\nname = "Lĩnh',
        "neutral.prefix: must be one character 0-9 or A-Z",
    ),
    ('name = "Lĩnh vực xã hội"', "", "neutral.name: is missing"),
    ('field = "HT"', 'field = "XX"', "procedures[0].field: the site has no field 'XX'"),
    ('"1.001193"', '"khai sinh"', "procedures[0].code: must be a procedure's code such as 1.001193"),
    ("number = 1", "number = 0", "counters[0].number: must be a whole number from 1 to 999, not 0"),
    ("number = 1", "number = 1000", "counters[0].number: must be a whole number from 1 to 999, not 1000"),
    ('["HT", "NC"]', '["HT", "XX"]', "counters[0].fields[1]: the site has no field 'XX'"),
    ('["HT", "NC"]', '["HT", "HT"]', "counters[0].fields[1]: field 'HT' is named twice"),
    ('["HT", "NC"]', '"HT"', "counters[0].fields: must be a list, not 'HT'"),
    ('services = ["help"]', 'services = ["result"]', "counters[0].services[0]: the site has no service 'res"),
    ("cap = 50", "cap = -1", "sessions[0].cap: must be a whole number from 0 to 1,000,000, not -1"),
    ("cap = 50", "cap = 1000001", "sessions[0].cap: must be a whole number from 0 to 1,000,000, not 1000001"),
    ("HT = 20", "XX = 20", "sessions[0].field_caps.XX: the site has no field 'XX'"),
    ("HT = 20", "HT = 2.5", "sessions[0].field_caps.HT: must be a whole number from 0 to 1,000,000, not 2.5"),
    ("help = 9", "HT = 9", "sessions[0].service_caps.HT: the site has no service 'HT'"),
    ("{ HT = 20 }", "20", "sessions[0].field_caps: must be a table, not 20"),
    ("counters = [1]", "counters = [2]", "sessions[0].counters[0]: the site has no counter 2"),
    ("counters = [1]", 'fields = ["XX"]', "sessions[0].fields[0]: the site has no field 'XX'"),
    ('["mon", "tue"]', '["mon", "T3"]', "sessions[0].weekdays[1]: must be one of mon, tue, wed, thu, fri, s"),
    ('["mon", "tue"]', '["tue", "tue"]', "sessions[0].weekdays: names a weekday twice"),
    ('["mon", "tue"]', "[]", "sessions[0].weekdays: must name at least one weekday"),
    ('"afternoon"', '"Chiều"', "sessions[1].name: must be 1 to 30 lowercase letters, digits or hyphens"),
    ('"afternoon"', '"morning"', "sessions[1].name: 'morning' is already the name of sessions[0] on mon"),
    ('"07:00"', '"11:00"', "sessions[0].issuing_until: must be later than issuing_from"),
    ('"07:00"', '"7h00"', "sessions[0].issuing_from: must be a time of day such as \"07:30\", not '7h00'"),
    ('"07:00"', '"24:00"', "sessions[0].issuing_from: must be a time of day such as \"07:30\", not '24:00'"),
    ('"07:00"', "07:00:00.5", "sessions[0].issuing_from: must be a time of day"),
    ('"11:30"', '"10:59"', "sessions[0].closes_at: must not be before issuing_until"),
    ('"07:30"', '"11:30"', "sessions[0].service_from: must be before closes_at"),
    ('"12:30"', '"11:29"', "sessions[1].issuing_from: overlaps sessions[0] (morning) on mon"),
    ("day = 2026-08-22", "day = 2026-08-22T07:00:00", "calendar[0].day: must be a day such as 2026-11-23"),
    ("day = 2026-08-22", 'day = "22/8/2026"', "calendar[0].day: must be a day such as 2026-11-23, not '22/8"),
    ('kind = "working"', 'kind = "closed"', "calendar[0].kind: must be one of holiday, working, not 'closed"),
    ('kind = "working"', 'kind = "holiday"', 'calendar[0].like: goes with kind = "working" only'),
    ('"Thông báo"', '""', "notices[0].text: must be a text of 1 to 1,000 characters, not ''"),
    ('["wall"]', '["roof"]', "notices[0].places[0]: must be one of kiosk, wall, phone, slip, public, leaf"),
    ('["wall"]', "[]", "notices[0].places: must name at least one place"),
    ("2026-12-31", "2025-12-31", "notices[0].valid_to: must not be before valid_from"),
    ("[[sites.fields]]\n", "[[sites.fields]]\nusual_minutes = nan\n", "fields[0].usual_minutes: must be a n"),
    ("[[sites.notices]]", "[[sites.notes]]", "notes: unknown key"),
]


def test_command_line_and_browser_have_a_sentence_for_every_code_with_facts_that_both_know():
    nodes = [
        node
        for path in Path(parse_sites.__code__.co_filename).parent.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    ]
    texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    texts |= {f"notice_{why}" for why in ("hidden", "hotline", "none", "period", "window")}
    calls = [node for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    for name, place, tables in (
        ("Problem", 1, (config_refusals.REASONS, refusals.REASONS)),
        ("Phrase", 0, (config_refusals.PHRASES, refusals.PHRASES)),
    ):
        given = [node.args[place] for node in calls if node.func.id == name]
        codes = {one.value for code in given for one in ast.walk(code) if isinstance(one, ast.Constant)} - {"notice_"}
        assert len(codes) > 8 and codes <= texts
        english, catalog = tables
        assert codes - set(english) == set() and set(english) - texts == set()
        assert set(catalog) - set(english) <= {"command_line_only", "day_range", "no_unit"}
        for code, sentence in english.items():
            known = set(re.findall(r"{(\w+)}", sentence))
            assert set(re.findall(r"%\((\w+)\)s", str(catalog[code]))) <= known, code


def test_the_file_that_the_refusals_start_from_is_taken():
    (site,) = parse_sites(WARD, "ward.toml")
    assert [session.issuing_from for session in site.sessions] == [time(7), time(12, 30)]
    assert site.sessions[0].field_caps == {"HT": 20}
    assert site.fields[1] == Field("NC", "Người có công", "8", sensitive=True)


@pytest.mark.parametrize(("old", "new", "expected"), REFUSALS, ids=[f"{r[2][:48]}" for r in REFUSALS])
def test_a_wrong_file_is_refused_with_its_key_and_that_one_reason(old: str, new: str, expected: str):
    (problem,) = problems(changed(old, new))
    assert problem.startswith(f"sites[0].{expected}")


@pytest.mark.parametrize("table", ["priorities", "counters", "procedures", "calendar"])
def test_a_thing_that_stands_there_twice_is_refused(table: str):
    start = WARD.index(f"[[sites.{table}]]")
    block = WARD[start : WARD.index("\n\n", start) + 2]
    (problem,) = problems(changed(block, block + block))
    assert problem.startswith(f"sites[0].{table}[1].") and problem.endswith(f"is already {table}[0]")


def test_all_problems_are_listed_and_the_first_one_is_the_reason():
    text = changed('prefix = "H"', 'prefix = "1"')
    text = changed('"12:30"', '"08:00"', text)
    text = changed("max_dossiers = 5", "max_dossiers = 0\ncolour = 1", text)
    assert problems("top = 1\n" + text) == [
        "top: unknown key",
        "sites[0].colour: unknown key",
        "sites[0].max_dossiers: must be a whole number from 1 to 1,000, not 0",
        "sites[0].services[0].prefix: prefix '1' is already that of fields[0]",
        "sites[0].sessions[1].issuing_from: overlaps sessions[0] (morning) on mon",
    ]


def test_a_list_that_could_not_be_read_gives_no_second_problem_where_others_name_it():
    assert problems(changed('code = "HT"\n', "")) == ["sites[0].fields[0].code: is missing"]
    shared = changed("[[sites.services]]", SHARING + "[[sites.services]]")
    assert len(parse_sites(shared, "ward.toml")[0].fields) == 3
    assert problems(changed('prefix = "8"', "prefix = 8", shared)) == [
        "sites[0].neutral.prefix: must be one character 0-9 or A-Z, not 8"
    ]


@pytest.mark.parametrize(
    ("first", "second", "overlap"),
    [
        ("valid_to = 2026-06-30", "valid_from = 2026-07-01", False),
        ("valid_to = 2026-06-30", "valid_from = 2026-06-30", True),
        ("valid_from = 2026-07-01", "valid_to = 2026-06-30", False),
        ("valid_from = 2026-07-01", "", True),
        ("valid_from = 2026-07-01", 'weekdays = ["wed"]', False),
    ],
)
def test_sessions_may_cross_when_they_share_no_day(first: str, second: str, overlap: bool):
    text = changed("cap = 50", f"cap = 50\n{first}")
    text = changed('"12:30"', f'"07:00"\n{second}' if "weekdays" not in second else '"07:00"', text)
    if "weekdays" in second:
        text = changed('weekdays = ["mon"]', second, text)
    if overlap:
        assert problems(text) == ["sites[0].sessions[1].issuing_from: overlaps sessions[0] (morning) on mon"]
    else:
        assert len(parse_sites(text, "ward.toml")[0].sessions) == 2


def test_an_afternoon_may_begin_in_the_minute_in_which_the_morning_closes():
    (site,) = parse_sites(changed('"12:30"', '"11:30"'), "ward.toml")
    assert site.sessions[1].issuing_from == site.sessions[0].closes_at


def test_a_sensitive_field_outside_the_neutral_series_needs_a_prefix_of_its_own():
    text = changed('prefix = "8"\nsensitive', 'prefix = "1"\nsensitive')
    assert problems(text) == ["sites[0].fields[1].prefix: prefix '1' is already that of fields[0]"]


def test_a_parent_may_be_in_the_file_or_known_before():
    text = changed('level = "commune"', 'level = "commune"\nparent = "tinh"')
    assert parse_sites(text, "ward.toml", known=("tinh",))[0].parent == "tinh"
    both = text + '\n[[sites]]\ncode = "tinh"\nname = "Tỉnh"\nlevel = "province"\n'
    assert [site.code for site in parse_sites(both, "ward.toml")] == ["tinh", "ward"]


def test_parents_that_lead_in_a_circle_and_codes_used_twice_are_refused():
    def unit(code: str, parent: str) -> str:
        return f'[[sites]]\ncode = "{code}"\nname = "x"\nlevel = "commune"\nparent = "{parent}"\n'

    assert problems(unit("a", "b") + unit("b", "a")) == [
        "sites[0].parent: leads back to this site",
        "sites[1].parent: leads back to this site",
    ]
    assert problems(WARD + WARD) == ["sites[1].code: site 'ward' is in this file already"]


LIKE = '\n[[sites]]\ncode = "other"\nname = "Phường Hai"\nlevel = "commune"\nlike = "ward"\n'


def test_a_unit_takes_over_the_lists_that_it_does_not_name():
    ward, other = parse_sites(WARD + LIKE + "max_dossiers = 9\npriorities = []\n", "ward.toml")
    assert other == replace(
        ward, code="other", name="Phường Hai", max_dossiers=9, priorities=(), portal_url="", zalo_url=""
    )


def test_what_is_wrong_with_a_list_taken_over_is_told_once():
    assert problems(changed('"12:30"', '"08:00"') + LIKE) == [
        "sites[0].sessions[1].issuing_from: overlaps sessions[0] (morning) on mon"
    ]


def test_a_list_taken_over_must_fit_the_lists_of_its_own():
    text = WARD + LIKE + '[[sites.fields]]\ncode = "NC"\nname = "Người có công"\nprefix = "1"\n'
    assert problems(text) == [
        "sites[1].procedures[0].field: the site has no field 'HT' (taken over from 'ward')",
        "sites[1].counters[0].fields[0]: the site has no field 'HT' (taken over from 'ward')",
        "sites[1].sessions[0].field_caps.HT: the site has no field 'HT' (taken over from 'ward')",
    ]


def test_lists_are_taken_over_from_a_site_that_has_them_itself():
    again = LIKE.replace('"other"', '"third"').replace('"ward"', '"other"')
    assert problems(WARD + LIKE + again) == [
        "sites[2].like: 'other' has a like of its own; name the site that has the lists"
    ]
