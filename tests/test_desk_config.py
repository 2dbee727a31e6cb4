"""The configuration's pages without a browser: who may, review before change, refusals, conflicts, import."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from kiosk.config_refusals import line, reason
from tests.api_kit import Kit
from tests.kit import small_site
from tests.test_desk import Person, person
from tests.test_profile_refusals import REFUSALS, WARD
from ticketing.desk.config import policy_inputs, sections
from ticketing.desk.config.edits import checked, mark, put, set_days, without
from ticketing.desk.config.forms import blank, filled, told
from ticketing.desk.config.refusals import say
from ticketing.desk.config.review import MOST_LINES
from ticketing.desk.config.sections import BY_NAME, LISTS, MAY_CHANGE, SECTIONS
from ticketing.desk.config.words import path_words
from ticketing.profiles import ConfigError, parse_sites, profile_path, read_sites, write_sites
from ticketing.profiles.tables import NOTICE_PLACES
from ticketing.rules import policies, sites
from ticketing.rules.site_changes import changed_keys, changes
from ticketing.rules.sites import CalendarDay, Notice, Site

CONFIG = "/ward/supervisor/config"
ENGLISH = {"Accept-Language": "en"}
NOTICE = {"text": "Ngày mai nghỉ buổi chiều.", "places": ["wall", "public"]}


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    with Kit(tmp_path) as kit:
        yield kit


def ward(kit: Kit) -> Site:
    return kit.office.site("ward")


def version(kit: Kit) -> int:
    return int(kit.office.store.read(lambda view: view.sites.version("ward")))


def send(who: Person, path: str, step: str = "review", at: int | None = None, **form: Any) -> TestResponse:
    """A form of that page as a browser sends it; `at` is the version that it was loaded with."""
    version = at if at is not None else globals()["version"](who.kit)
    return who.post(f"{CONFIG}/{path}", step=step, version=str(version), **form)


def change(who: Person, path: str, /, **form: Any) -> TestResponse:
    return send(who, path, "confirm", reason="Meeting of 20 November", **form)


def entry(kit: Kit, name: str, index: int, /, **typed: Any) -> dict[str, Any]:
    """The form of an entry as its page has it, with what somebody types into it."""
    section, item = BY_NAME[name], getattr(ward(kit), name)[index]
    inputs = [each for each in section.inputs if not each.fixed]
    return {**filled(inputs, item).to_dict(flat=False), "item": mark(item), "_place": str(index + 1), **typed}


def reviewed(answer: TestResponse) -> dict[str, tuple[str, str]]:
    """What a review or conflict page says of each key: before and after."""
    assert answer.status_code in (200, 409, 422), answer.text
    rows = re.findall(r'<tr data-change="([^"]+)">.*?<td>(.*?)</td><td><strong>(.*?)</strong>', answer.text, re.S)
    return {unescape(key): (unescape(before), unescape(after)) for key, before, after in rows}


def journaled(kit: Kit) -> list[dict[str, Any]]:
    return [line for line in kit.office.journal("ward", 0, 1000) if line["kind"] == "site_configured"]


# -- who may ------------------------------------------------------------------------------------------


PAGES = ("", *LISTS, *(f"{name}/entry" for name in LISTS), "rules", "slip", "calendar", "import")


def test_officers_and_people_of_other_units_see_no_page_and_nobody_is_led_to_the_login(kit: Kit) -> None:
    nobody, officer, foreigner = Person(kit), person(kit, "lan"), person(kit, "far")
    for path in PAGES:
        assert [who.get(f"{CONFIG}/{path}").status_code for who in (nobody, officer, foreigner)] == [303, 403, 403], (
            path
        )


def test_administrators_of_the_unit_and_of_its_parent_see_every_page(kit: Kit) -> None:
    admins = person(kit, "tu"), person(kit, "boss")
    for path in PAGES:
        assert [who.get(f"{CONFIG}/{path}").status_code for who in admins] == [200, 200], path


def test_a_supervisor_sees_every_list_and_changes_what_the_table_gives_him(kit: Kit) -> None:
    supervisor = person(kit, "ha")
    assert all(supervisor.get(f"{CONFIG}/{name}").status_code == 200 for name in (*LISTS, "rules", "calendar"))
    forms = {name: f"{name}/entry" for name in LISTS} | {"rules": "rules", "import": "import", "calendar": "calendar"}
    statuses = {name: send(supervisor, path, text="x", places="wall").status_code for name, path in forms.items()}
    allowed = {name for name in forms if MAY_CHANGE[name] == "supervisor"}
    assert allowed == {"notices", "calendar"}
    assert {name for name, status in statuses.items() if status == 403} == set(forms) - allowed
    assert version(kit) == 1


def test_a_supervisor_changes_caps_of_the_timetable_and_what_else_he_sends_is_not_taken(kit: Kit) -> None:
    supervisor = person(kit, "ha")
    form = entry(kit, "sessions", 0, cap="40", title="Mine", issuing_from="05:00", _place="3", **{"field_caps.HT": "9"})
    assert change(supervisor, "sessions/entry", **form).status_code == 303
    before, after = small_site().sessions, ward(kit).sessions
    assert after[0] == replace(before[0], cap=40, field_caps={"CT": 4, "HT": 9})
    assert after[1:] == before[1:]
    assert send(supervisor, "sessions/entry", **entry(kit, "sessions", 0, do="remove")).status_code == 403
    assert send(supervisor, "sessions/entry", cap="4").status_code == 403


def test_a_form_without_its_token_changes_nothing(kit: Kit) -> None:
    admin = person(kit, "tu")
    form = {**NOTICE, "step": "confirm", "reason": "x", "version": "1"}
    assert admin.client.post(f"{CONFIG}/notices/entry", data=form, **admin.base).status_code == 400
    assert version(kit) == 1


# -- review, then change --------------------------------------------------------------------------------


def test_a_change_is_shown_first_and_what_was_shown_is_what_holds(kit: Kit) -> None:
    admin = person(kit, "tu")
    form = entry(kit, "sessions", 0, cap="", closes_at="11:45", **{"field_caps.HT": "3", "field_caps.CT": ""})
    shown = reviewed(send(admin, "sessions/entry", **form))
    assert shown == {
        "sessions[morning].closes_at": ("11:30", "11:45"),
        "sessions[morning].cap": ("10", "no cap"),
        "sessions[morning].field_caps.CT": ("4", "no cap"),
        "sessions[morning].field_caps.HT": ("no cap", "3"),
    }
    assert (version(kit), len(journaled(kit))) == (1, 1)
    before = ward(kit)
    assert change(admin, "sessions/entry", **form).status_code == 303
    assert set(changed_keys(before, ward(kit))) == set(shown)
    line = journaled(kit)[-1]
    assert (line["actor"], line["data"]["reason"]) == ("officer:tu", "Meeting of 20 November")
    assert set(line["data"]["keys"]) == set(shown)


def test_a_change_without_a_reason_is_not_made(kit: Kit) -> None:
    answer = send(person(kit, "ha"), "notices/entry", "confirm", reason="  ", **NOTICE)
    assert answer.status_code == 422
    assert "Give a reason" in answer.text
    assert reviewed(answer)
    assert version(kit) == 1


def test_sessions_already_planned_are_named_and_stay_as_they_are(kit: Kit) -> None:
    assert kit.office.board("ward")["session"]["cap"] == 10
    admin = person(kit, "tu")
    form = entry(kit, "sessions", 0, cap="44")
    assert "Already planned: Morning 23/11/2026, Afternoon 23/11/2026." in send(admin, "sessions/entry", **form).text
    change(admin, "sessions/entry", **form)
    assert kit.office.board("ward")["session"]["cap"] == 10
    kit.clock.set("2026-11-25T08:00")
    assert kit.office.board("ward")["session"]["cap"] == 44


def test_an_entry_is_added_moved_and_removed(kit: Kit) -> None:
    admin = person(kit, "tu")
    change(admin, "fields/entry", code="DD", name="Đất đai", prefix="4", usual_minutes="7,5", _place="1")
    assert [(f.code, f.usual_minutes) for f in ward(kit).fields][:2] == [("DD", 7.5), ("HT", 8.0)]
    moved = send(admin, "fields/entry", **entry(kit, "fields", 0, _place="4"))
    assert reviewed(moved) == {"fields": ("DD, HT, CT, BT", "HT, CT, BT, DD")}
    change(admin, "fields/entry", **entry(kit, "fields", 0, _place="4"))
    assert [f.code for f in ward(kit).fields] == ["HT", "CT", "BT", "DD"]
    change(admin, "fields/entry", item=mark(ward(kit).fields[3]), do="remove")
    assert ward(kit) == small_site(code="ward", parent="province")


def test_a_field_that_procedures_need_is_not_removed_and_the_refusal_names_them(kit: Kit) -> None:
    answer = change(person(kit, "tu"), "fields/entry", item=mark(ward(kit).fields[0]), do="remove")
    assert answer.status_code == 422
    assert "Procedures › Birth registration › Field</span>: The unit has no field &#39;HT&#39;." in answer.text
    assert version(kit) == 1


@pytest.mark.faults("P2")
def test_removing_what_numbers_stand_in_is_refused_with_the_numbers_and_the_ways_on(kit: Kit) -> None:
    admin = person(kit, "tu")
    number = kit.take(service="help")["number"]
    form = {"item": mark(ward(kit).services[1]), "do": "remove"}
    assert f"Help: 1 ({number})" in send(admin, "services/entry", **form).text
    answer = change(admin, "services/entry", **form)
    assert answer.status_code == 409
    assert f"Help: 1 ({number})" in answer.text
    assert "Say what becomes of these numbers." in answer.text
    assert 'value="service:help=result"' in answer.text
    assert version(kit) == 1
    assert change(admin, "services/entry", move_to="service:help=result", **form).status_code == 303
    assert ward(kit).service("help") is None
    assert kit.office.queue("ward", None)["waiting"][0]["number"] == number


@pytest.mark.faults("P2")
def test_a_counter_with_a_number_at_it_goes_at_the_end_of_the_day_if_it_is_asked_so(kit: Kit) -> None:
    admin = person(kit, "tu")
    kit.take()
    assert kit.at_counter("open").status_code == 200
    called = kit.at_counter("call-next").json
    form = {"item": mark(ward(kit).counters[0]), "do": "remove"}
    answer = change(admin, "counters/entry", **form)
    assert (answer.status_code, called["number"] in answer.text) == (409, True)
    assert change(admin, "counters/entry", at_day_end="1", **form).status_code == 303
    assert kit.at_counter("finish").status_code == 200
    assert "This changes at the end of the day" in admin.get(f"{CONFIG}/").text
    kit.clock.set("2026-11-24T08:00")
    kit.office.board("ward")
    assert [one.number for one in ward(kit).counters] == [2, 3]
    assert "This changes at the end of the day" not in admin.get(f"{CONFIG}/").text


@pytest.mark.faults("P2")
def test_what_waits_for_the_end_of_the_day_is_dropped_by_one_press(kit: Kit) -> None:
    admin, supervisor = person(kit, "tu"), person(kit, "ha")
    kit.take(service="help")
    form = {"item": mark(ward(kit).services[1]), "do": "remove"}
    assert change(admin, "services/entry", at_day_end="1", **form).status_code == 303
    assert change(admin, "services/entry", **form).status_code == 409
    assert supervisor.post(f"{CONFIG}/waiting/drop").status_code == 403
    assert admin.post(f"{CONFIG}/waiting/drop").status_code == 303
    kit.clock.set("2026-11-24T08:00")
    kit.office.board("ward")
    assert ward(kit).service("help") is not None


@pytest.mark.faults("U5")
def test_the_review_warns_of_what_no_counter_would_call(kit: Kit) -> None:
    admin = person(kit, "tu")
    new = {"code": "DD", "name": "Đất đai", "name_en": "Land", "prefix": "5", "usual_minutes": "8", "_place": "4"}
    said = "No counter calls “Land”: numbers would be given for it, and nobody called."
    assert said in send(admin, "fields/entry", **new).text
    assert change(admin, "fields/entry", **new).status_code == 303, "a warning is no refusal"
    assert said in send(admin, "counters/entry", **entry(kit, "counters", 1, name="Quầy hai")).text
    assert "No counter calls" not in send(admin, "rules", **rules(kit, hotline="1900")).text
    all_four = entry(kit, "counters", 0, fields=["HT", "CT", "BT", "DD"])
    assert "No counter calls" not in send(admin, "counters/entry", **all_four).text
    saturday = send(admin, "sessions/entry", **entry(kit, "sessions", 2, counters=["3"])).text
    assert "No counter that serves in “Saturday morning” calls “Civil status”" in saturday


def rules(kit: Kit, **typed: str) -> dict[str, Any]:
    return {**filled(BY_NAME["rules"].inputs, ward(kit)).to_dict(flat=False), **typed}


def test_nothing_changed_is_said_and_not_journaled(kit: Kit) -> None:
    admin = person(kit, "tu")
    for path, form in (
        ("counters/entry", entry(kit, "counters", 1)),
        ("sessions/entry", entry(kit, "sessions", 2)),
        ("procedures/entry", entry(kit, "procedures", 1)),
        ("rules", filled(BY_NAME["rules"].inputs, ward(kit)).to_dict(flat=False)),
        ("import", {"text": write_sites([ward(kit)])}),
    ):
        answer = change(admin, path, **form)
        assert answer.status_code == 200, path
        assert "Nothing changes" in answer.text, path
    assert version(kit) == 1


def test_a_form_goes_back_from_the_review_with_all_that_was_entered(kit: Kit) -> None:
    answer = send(person(kit, "ha"), "notices/entry", "edit", **NOTICE, valid_to="2026-12-31")
    assert answer.status_code == 200
    assert NOTICE["text"] in answer.text
    assert 'value="2026-12-31"' in answer.text
    assert 'value="wall" checked' in answer.text
    assert 'value="kiosk" checked' not in answer.text
    assert version(kit) == 1


# -- refusals -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "typed", "at", "reason"),
    [
        (
            "rules",
            {"max_dossiers": "many"},
            "max_dossiers",
            "a whole number from 1 to 1,000, not &#39;many&#39;.",
        ),
        ("rules", {"portal_url": "javascript:x"}, "portal_url", "Must be an address such as https://dichvucong.gov.vn"),
        ("rules", {"neutral.prefix": "1"}, "", "already the first character of"),
        ("rules", {"name": " "}, "name", "Fill this in."),
        ("sessions", {"cap": "-1"}, "cap", "Must be a whole number from 0 to 1,000,000, not -1."),
        ("sessions", {"cap": "1_0"}, "cap", "not &#39;1_0&#39;."),
        ("sessions", {"field_caps.CT": "x"}, "field_caps.CT", "Must be a whole number"),
        ("sessions", {"issuing_until": "06:00"}, "issuing_until", "Must be later than the time"),
        ("sessions", {"issuing_from": ""}, "issuing_from", "Fill this in."),
        ("sessions", {"weekdays": []}, "weekdays", "Choose at least one weekday."),
        ("sessions", {"closes_at": "14:00"}, "", "Runs at the same time as “Morning” on Monday, Tuesday"),
        ("sessions", {"valid_from": "soon"}, "valid_from", "Must be a day such as 2026-11-23"),
        ("fields", {"prefix": "2"}, "", "2&#39; is already the first character of “Civil status”."),
        ("fields", {"usual_minutes": "nan"}, "usual_minutes", "Must be a number of minutes from 0.5 to 480"),
        ("procedures", {"field": "XX"}, "field", "The unit has no field &#39;XX&#39;."),
        ("procedures", {"online.value": "4"}, "online.scheme", "Fill this in."),
        ("counters", {"fields": ["HT", "XX"]}, "fields", "The unit has no field &#39;XX&#39;."),
        ("notices", {"places": []}, "places", "Choose at least one place."),
        ("notices", {"text": "a\u202eb"}, "text", "Holds the invisible character U+202E."),
        ("notices", {"valid_from": "2026-02-01", "valid_to": "2026-01-01"}, "valid_to", "Must not be before the first"),
    ],
)
def test_a_wrong_form_changes_nothing_and_says_why_at_the_input(
    tmp_path: Path, path: str, typed: dict[str, Any], at: str, reason: str
) -> None:
    with Kit(tmp_path, notices=(Notice("Xin chào"),)) as kit:
        section = BY_NAME[path]
        form = filled(section.inputs, ward(kit)).to_dict(flat=False) if path == "rules" else entry(kit, path, 0)
        answer = change(person(kit, "tu"), path if path == "rules" else f"{path}/entry", **{**form, **typed})
        assert answer.status_code == 422
        assert reason in answer.text
        if at:
            assert f'id="e-{at}-1"' in answer.text
            assert re.search(rf'id="c-{re.escape(at)}"[^>]*aria-invalid="true"', answer.text)
            assert f'href="#c-{at}"' in answer.text
        assert version(kit) == 1


def test_refusals_are_told_in_vietnamese_too(kit: Kit) -> None:
    admin = person(kit, "tu")
    admin.get(f"{CONFIG}/?lang=vi")
    answer = change(admin, "fields/entry", **entry(kit, "fields", 0, usual_minutes="0"))
    assert answer.status_code == 422
    assert "Phải là số phút từ 0,5 đến 480" in answer.text


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_every_reason_of_the_files_rules_has_a_sentence_of_its_own(kit: Kit, lang: str) -> None:
    found = []
    for old, new, _expected in REFUSALS:
        with pytest.raises(ConfigError) as refused:
            parse_sites(WARD.replace(old, new, 1), "ward.toml")
        found += refused.value.problems
    assert len({reason(problem) for problem in found}) > 50
    with kit.app.test_request_context(headers={"Accept-Language": lang}):
        kit.app.preprocess_request()
        for problem in found:
            sentence = say(problem)
            assert sentence not in ("", reason(problem))
            assert not re.search(r"%\(|must be|must have|not one of", sentence), sentence
            assert lang == "en" or not re.search(r"\b(the|is|are|Must|There)\b", sentence.partition("TOML")[0]), (
                sentence
            )


# -- others at the same time ----------------------------------------------------------------------------


def test_another_persons_change_meanwhile_is_shown_and_neither_is_lost(kit: Kit) -> None:
    supervisor, admin = person(kit, "ha"), person(kit, "tu")
    form = entry(kit, "fields", 0, name="Hộ tịch, quốc tịch")
    assert change(supervisor, "notices/entry", **NOTICE).status_code == 303
    for step in ("review", "confirm", "edit"):
        answer = send(admin, "fields/entry", step, at=1, reason="x", **form)
        assert answer.status_code == 409
        assert "Notices › Ngày mai nghỉ buổi chiều." in answer.text
        assert "Meeting of 20 November" in answer.text
        assert reviewed(answer) == {"fields[HT].name": ("Hộ tịch", "Hộ tịch, quốc tịch")}
    assert version(kit) == 2
    assert change(admin, "fields/entry", **form).status_code == 303
    assert ward(kit).fields[0].name == "Hộ tịch, quốc tịch"
    assert ward(kit).notices == (Notice(NOTICE["text"], places=("wall", "public")),)


def test_an_entry_that_another_has_changed_is_not_overwritten(kit: Kit) -> None:
    first, second = person(kit, "tu"), person(kit, "boss")
    form = entry(kit, "counters", 0)
    assert change(first, "counters/entry", **{**form, "name": "Quầy một"}).status_code == 303
    answer = send(second, "counters/entry", "confirm", at=1, reason="x", **{**form, "name": "Quầy chung"})
    assert answer.status_code == 409
    assert "Quầy chung" in answer.text and "has been changed or removed" in answer.text
    assert (ward(kit).counters[0].name, version(kit)) == ("Quầy một", 2)


def test_of_two_confirmations_at_one_version_the_store_takes_one(kit: Kit) -> None:
    from ticketing.errors import Conflict

    assert kit.office.apply_site(replace(ward(kit), hotline="113"), expect=1)
    with pytest.raises(Conflict) as refused:
        kit.office.apply_site(replace(ward(kit), hotline="114"), expect=1)
    assert refused.value.reason == "site_changed"
    assert (ward(kit).hotline, version(kit)) == ("113", 2)


# -- the calendar ---------------------------------------------------------------------------------------


def test_a_month_shows_public_holidays_exceptions_and_what_each_day_works(kit: Kit) -> None:
    kit.office.apply_site(replace(ward(kit), calendar=(CalendarDay(date(2026, 9, 5), "working", "Bù", like="wed"),)))
    page = person(kit, "ha").get(f"{CONFIG}/calendar?month=2026-09").text
    cells = dict(re.findall(r'data-day="([\d-]+)"[^>]*>(.*?)</td>', page, re.S))
    assert len(cells) == 30
    assert "Quốc khánh" in cells["2026-09-02"] and "Morning" not in cells["2026-09-02"]
    assert "exception" in cells["2026-09-05"] and "works like Wednesday" in cells["2026-09-05"]
    assert "Morning, Afternoon" in cells["2026-09-07"]


def test_days_off_in_a_row_are_set_and_taken_back(kit: Kit) -> None:
    supervisor = person(kit, "ha")
    form = {"day": "2026-12-24", "until": "2026-12-26", "kind": "holiday", "name": "Nghỉ"}
    assert change(supervisor, "calendar", **form).status_code == 303
    assert [(d.day.day, d.kind) for d in ward(kit).calendar] == [(24, "holiday"), (25, "holiday"), (26, "holiday")]
    kit.clock.set("2026-12-24T08:00")
    assert kit.office.board("ward")["session"]["id"] is None
    change(supervisor, "calendar", day="2026-12-25", until="", kind="", name="")
    assert [d.day.day for d in ward(kit).calendar] == [24, 26]


@pytest.mark.parametrize(
    ("form", "at", "reason"),
    [
        ({"day": ""}, "day", "Fill this in."),
        ({"day": "mai"}, "day", "Must be a day such as"),
        ({"day": "2026-12-24", "until": "2026-12-23"}, "until", "Must be a day from the first one"),
        ({"day": "2026-12-24", "until": "2027-12-23"}, "until", "Must be a day from the first one"),
        ({"day": "2026-12-24", "like": "mon"}, "like", "Only a working day works like another one."),
    ],
)
def test_a_wrong_exception_is_refused_at_its_input(kit: Kit, form: dict[str, str], at: str, reason: str) -> None:
    answer = change(person(kit, "ha"), "calendar", **{"kind": "holiday", **form})
    assert answer.status_code == 422
    assert reason in answer.text and f'id="e-{at}-1"' in answer.text
    assert (version(kit), ward(kit).calendar) == (1, ())


# -- import ---------------------------------------------------------------------------------------------


def upload(who: Person, text: str | bytes, step: str = "review", **form: str) -> TestResponse:
    raw = text if isinstance(text, bytes) else text.encode()
    return send(who, "import", step, upload=(BytesIO(raw), "ward.toml"), **form)


def test_an_exported_file_comes_back_changed_and_its_text_is_carried_to_the_confirmation(kit: Kit) -> None:
    admin = person(kit, "tu")
    text = admin.get("/ward/supervisor/config.toml").text.replace('"1022"', '"1900"', 1)
    answer = upload(admin, text)
    assert reviewed(answer) == {"hotline": ("1022", "1900")}
    assert version(kit) == 1
    carried = re.search(r'name="text" value="([^"]*)"', answer.text)
    assert carried
    assert change(admin, "import", text=unescape(carried[1])).status_code == 303
    assert ward(kit) == replace(small_site(code="ward", parent="province"), hotline="1900")


@pytest.mark.parametrize(
    ("old", "new", "key", "reason"),
    [
        ('hotline = "1022"', 'hotlin = "1022"', "sites[0].hotlin", "There is no such key."),
        ("cap = 10", "cap = -1", "sites[0].sessions[0].cap", "Must be a whole number from 0 to 1,000,000, not -1."),
        ('code = "ward"', 'code = "new"', "sites", "The file has no unit &#39;ward&#39;."),
        ('parent = "province"\n', "", "parent", "server&#39;s command line only"),
        ('level = "commune"', 'level = "district"', "level", "server&#39;s command line only"),
        ("[[sites]]", "[[sites]", "line 1", "This is not valid TOML"),
    ],
)
def test_a_wrong_file_is_refused_whole_with_its_key(kit: Kit, old: str, new: str, key: str, reason: str) -> None:
    text = write_sites([ward(kit)])
    assert old in text
    answer = upload(person(kit, "tu"), text.replace(old, new), "confirm", reason="x")
    assert answer.status_code == 422
    assert f"<code>{key}</code>: " in answer.text and reason in answer.text
    assert (version(kit), len(kit.office.site_values())) == (1, 3)


def test_a_file_in_another_encoding_is_refused_with_its_line(kit: Kit) -> None:
    answer = upload(person(kit, "tu"), b'[[sites]]\nname = "\xe9"\n')
    assert answer.status_code == 422
    assert "line 2" in answer.text and "no UTF-8 text" in answer.text


def test_a_file_of_a_whole_province_goes_through_review_and_confirmation(kit: Kit) -> None:
    admin = person(kit, "tu")
    text = write_sites([replace(ward(kit), hotline="1900")]) + "# " + "x" * 700_000
    answer = upload(admin, text)
    assert reviewed(answer) == {"hotline": ("1022", "1900")}
    assert len(text) > 500_000
    data = {"csrf_token": admin.token(), "version": "1", "step": "confirm", "reason": "Yearly list", "text": text}
    sent = admin.client.post(f"{CONFIG}/import", data=data, content_type="multipart/form-data", **admin.base)
    assert (sent.status_code, ward(kit).hotline) == (303, "1900")


def test_of_a_file_with_several_units_only_this_one_is_taken(kit: Kit) -> None:
    sites = [replace(site, hotline="1900") for site in kit.office.site_values()]
    answer = change(person(kit, "tu"), "import", text=write_sites(sites))
    assert answer.status_code == 303
    assert {site.code: site.hotline for site in kit.office.site_values()} == {
        "province": "1022", "ward": "1900", "other": "1022",
    }  # fmt: skip


def test_of_thousands_of_changes_the_review_lists_the_first_and_counts_the_rest(kit: Kit) -> None:
    procedures = [replace(ward(kit).procedures[0], code=f"2.{n:06d}") for n in range(MOST_LINES + 7)]
    many = replace(ward(kit), procedures=(*ward(kit).procedures, *procedures))
    admin = person(kit, "tu")
    answer = upload(admin, write_sites([many]))
    shown = reviewed(answer)
    assert f"procedures[2.{MOST_LINES - 1:06d}]" in shown and f"procedures[2.{MOST_LINES:06d}]" not in shown
    assert "7 more changes are not listed here." in answer.text
    assert change(admin, "import", text=write_sites([many])).status_code == 303
    assert ward(kit).procedures == many.procedures


# -- pure -----------------------------------------------------------------------------------------------


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


def test_keys_in_the_journal_are_shown_with_the_words_of_their_page(kit: Kit) -> None:
    with kit.app.test_request_context(headers=ENGLISH):
        kit.app.preprocess_request()
        assert path_words("sessions[morning].cap") == "Timetable › morning › Cap of the whole session (dossiers)"
        assert path_words("notices[Một]") == "Notices › Một"
        assert path_words("hotline") == "Hotline"
        assert path_words("neutral.name") == "Sensitive fields: public name in Vietnamese"


def test_every_value_that_a_choice_can_have_has_a_name() -> None:
    for names, values in (
        (policy_inputs.ONLINE, policies.ONLINE_MODES), (policy_inputs.SUBMITTING, policies.SUBMIT_MODES),
        (policy_inputs.RETURNING, policies.RESULT_MODES), (policy_inputs.RECEPTION, policies.IN_PERSON),
        (policy_inputs.ABOUT, policies.CONTENTS), (sections.WEEKDAY_NAMES, sites.WEEKDAYS),
        (sections.SERVICE_NAMES, sites.SERVICES[1:]), (sections.UNSERVED, sites.UNSERVED),
        (sections.PRIORITY_RULES, sites.PRIORITY_RULES), (sections.PLACES, NOTICE_PLACES),
    ):  # fmt: skip
        assert tuple(names) == values
