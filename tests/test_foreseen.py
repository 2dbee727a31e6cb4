"""The adviser's warnings among the alarms of everybody: before people wait."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from kiosk.advising import advise_once
from kiosk.background import Here
from tests.kit import OFFICER, OTHER_OFFICER, SITE, SUPERVISOR, Centre
from tests.office_kit import plain
from ticketing.answers import units
from ticketing.rules.advised import AGAIN_AFTER, Advised, Due
from ticketing.rules.sessions import SessionChange

KEY = "2026-11-23-morning"
KINDS = ("uncalled", "cap_not_finished", "field_cap_not_finished", "session_overruns")
NOW = datetime(2026, 11, 23, 8)


def test_an_advice_is_known_of_its_own_state_alone_and_asked_for_again_after_a_while() -> None:
    said = Advised[str]()
    assert said.of("ward", KEY, "open", NOW) is None
    assert said.due() == [Due("ward", KEY, "open")] and said.due() == []
    said.say(Due("ward", KEY, "open"), NOW, "late")
    assert said.of("ward", KEY, "open", NOW) == "late" and said.due() == []
    assert said.of("ward", KEY, "closed", NOW) is None and said.due() == [Due("ward", KEY, "closed")]
    assert said.of("ward", KEY, "open", NOW + AGAIN_AFTER) == "late" and said.due() == [Due("ward", KEY, "open")]
    assert said.of("other", KEY, "open", NOW) is None


@pytest.fixture
def hall(centre: Centre) -> Centre:
    """Nobody has a cap, and at a quarter past nine the two counters that are open call HT and CT."""
    site = centre.office.site(SITE)
    centre.office.apply_site(replace(site, sessions=tuple(
        replace(one, cap=None, field_caps={}, service_caps={}) for one in site.sessions
    )))  # fmt: skip
    centre.clock.set("2026-11-23T09:15")
    centre.open(1, fields=["HT", "CT"], services=[])
    centre.open(2, OTHER_OFFICER, fields=["HT", "CT"], services=[])
    return centre


def foreseen(hall: Centre) -> dict[str, list[dict[str, object]]]:
    """The adviser's alarms of a supervisor, by kind, once they are worked out; the units' page has the same."""
    hall.office.queue(SITE, None)
    advise_once(hall.office.office, Here(hall.office.office))
    found = [one for one in hall.office.queue(SITE, None)["alarms"] if one["kind"] in KINDS]
    family = plain(hall.office.see(SITE, lambda look: units.of(look, "vi")))
    assert [one for one in family["alarms"] if one["kind"] in KINDS] == found
    assert not [one for one in hall.office.queue(SITE, 1)["alarms"] if one["kind"] in KINDS], "officers have others"
    return {kind: [one for one in found if one["kind"] == kind] for kind in KINDS}


def test_nothing_is_foreseen_before_it_is_worked_out(hall: Centre) -> None:
    assert not [one for one in hall.office.queue(SITE, None)["alarms"] if one["kind"] in KINDS]


def test_a_field_that_gives_numbers_is_told_before_anybody_waits_and_goes_with_a_counter(hall: Centre) -> None:
    assert "BT" in [one["field"] for one in foreseen(hall)["uncalled"]]
    hall.open(3, fields=["BT"], services=[])
    assert "BT" not in [one["field"] for one in foreseen(hall)["uncalled"]]
    hall.office.close_counter(SITE, 3, OFFICER)
    hall.take("BT")
    kinds = [one["kind"] for one in hall.office.queue(SITE, None)["alarms"] if one.get("field") == "BT"]
    assert "BT" not in [one["field"] for one in foreseen(hall)["uncalled"]] and "no_counter" in kinds


def test_a_cap_that_cannot_be_finished_is_told_of_the_session_and_of_a_field(hall: Centre) -> None:
    change = SessionChange(cap=500, field_caps={"HT": 400})
    hall.office.change_session(SITE, KEY, change, SUPERVISOR)
    found = foreseen(hall)
    assert len(found["cap_not_finished"]) == 1
    assert [one["field"] for one in found["field_cap_not_finished"]] == ["HT"]
    hall.office.change_session(SITE, KEY, SessionChange(cap=4, field_caps={"HT": 2}), SUPERVISOR)
    found = foreseen(hall)
    assert not found["cap_not_finished"] and not found["field_cap_not_finished"]


def test_a_session_that_will_last_longer_is_told_with_the_time(hall: Centre) -> None:
    for _ in range(40):
        hall.take("HT")
    [alarm] = foreseen(hall)["session_overruns"]
    closes = datetime.fromisoformat("2026-11-23T11:30:00+07:00")
    assert closes < datetime.fromisoformat(str(alarm["at"])) < closes + timedelta(hours=3)
    hall.office.pause_counter(SITE, 2, OTHER_OFFICER, "tea")
    [later] = foreseen(hall)["session_overruns"]
    assert "at" not in later or str(later["at"]) > str(alarm["at"])
