"""Entries of a configuration that come, move and go, also while numbers stand in them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api_kit import Kit
from tests.kit import small_site
from tests.test_desk import person
from tests.test_desk_config import CONFIG, change, entry, reviewed, rules, send, version, ward
from ticketing.desk.config.edits import mark


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    with Kit(tmp_path) as kit:
        yield kit


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
