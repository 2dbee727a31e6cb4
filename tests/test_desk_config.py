"""The configuration's pages without a browser: who may, review before change, refusals, conflicts, import."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from kiosk.config_refusals import reason
from tests.api_kit import Kit
from tests.kit import small_site
from tests.test_desk import Person, person
from tests.test_profile_refusals import REFUSALS, WARD
from ticketing.desk.config.edits import mark
from ticketing.desk.config.forms import filled
from ticketing.desk.config.refusals import say
from ticketing.desk.config.sections import BY_NAME, LISTS, MAY_CHANGE
from ticketing.desk.config.words import path_words
from ticketing.profiles import ConfigError, parse_sites, write_sites
from ticketing.rules.site_changes import changed_keys
from ticketing.rules.sites import Notice, Site

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


def test_who_writes_a_notice_longer_than_a_line_of_the_wall_is_told_so(kit: Kit) -> None:
    ha, long = person(kit, "ha"), "Từ ngày mai Trung tâm tiếp nhận hồ sơ đất đai tại trụ sở mới. " * 3
    texts = {"text": long, "text_en": "Tomorrow."}
    page = unescape(send(ha, "notices/entry", **NOTICE | texts).text)
    assert f"has {len(long.strip())} letters" in page and "in 2 or more parts" in page
    assert page.count("banner--warn") == 1
    ha.client.set_cookie("lang", "vi")
    page = send(ha, "notices/entry?lang=vi", **NOTICE | texts).text
    assert "lần lượt hiện từng phần, ít nhất 2 phần" in page
    for harmless in (NOTICE, NOTICE | {"text": long, "places": ["public", "phone"]}):
        assert "banner--warn" not in send(ha, "notices/entry", **harmless).text
    assert change(ha, "notices/entry", **NOTICE | texts).status_code == 303
    assert "banner--warn" not in send(ha, "notices/entry", **NOTICE).text, "what stands there was told already"


def test_sessions_already_planned_are_named_and_stay_as_they_are(kit: Kit) -> None:
    assert kit.office.board("ward")["session"]["cap"] == 10
    admin = person(kit, "tu")
    form = entry(kit, "sessions", 0, cap="44")
    assert "Already planned: Morning 23/11/2026, Afternoon 23/11/2026." in send(admin, "sessions/entry", **form).text
    change(admin, "sessions/entry", **form)
    assert kit.office.board("ward")["session"]["cap"] == 10
    kit.clock.set("2026-11-25T08:00")
    assert kit.office.board("ward")["session"]["cap"] == 44


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


# -- pure -----------------------------------------------------------------------------------------------


def test_keys_in_the_journal_are_shown_with_the_words_of_their_page(kit: Kit) -> None:
    with kit.app.test_request_context(headers=ENGLISH):
        kit.app.preprocess_request()
        assert path_words("sessions[morning].cap") == "Timetable › morning › Cap of the whole session (dossiers)"
        assert path_words("notices[Một]") == "Notices › Một"
        assert path_words("hotline") == "Hotline"
        assert path_words("neutral.name") == "Sensitive fields: public name in Vietnamese"
