"""The cap adviser: what the counters that are open can finish by closing."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kiosk.cli import layso
from tests.api_kit import MORNING, Kit, good, problem
from tests.kit import OFFICER, SITE, SUPERVISOR, Centre, ManualClock, small_site
from tests.office_kit import plain
from tests.simulation.months import begin
from ticketing.answers import advice
from ticketing.rules.advice import Comes, Out, Situation, Table, figures, probability
from ticketing.rules.forecast import Desk
from ticketing.rules.sessions import SessionChange
from ticketing.rules.visits import Visit

HT, CT, DD = ("submit", "HT"), ("submit", "CT"), ("submit", "DD")
ALIKE = Visit(600, cv=0.001, doubt=0.0, gap_s=0.0)
HOUR = 3600.0


def situation(*desks: Desk, **changes: Any) -> Situation:
    """Counters whose visits take ten minutes each, an hour before closing; those who come want HT."""
    made = Situation(desks, {HT: ALIKE, CT: ALIKE, DD: ALIKE}, HOUR + 20, mix=(Comes(HT, 1, 1.0),), seed="x")
    return replace(made, **changes)


def advised(at: Situation, confidence: float = 0.9) -> int:
    return figures(at, confidence, ["HT", "CT", "DD"]).advised


# -- the plays --------------------------------------------------------------------------------------


def test_visits_that_are_all_alike_can_be_counted_by_hand() -> None:
    assert advised(situation(Desk(1, (HT,)))) == 6
    assert advised(situation(Desk(1, (HT,)), Desk(2, (HT,)))) == 12
    assert advised(situation(Desk(1, (HT,), from_s=HOUR / 2))) == 3, "the service begins later"
    assert advised(situation(Desk(1, (HT,)), mix=(Comes(HT, 2, 1.0),))) == 12, "two dossiers a visit"


def test_what_is_done_and_issued_counts_in_the_cap() -> None:
    at = situation(Desk(1, (HT,), busy=HT, elapsed_s=300), done=5, here={1: Out(HT, 1)}, line=(Out(HT, 2), Out(HT, 1)))
    assert at.issued == 9
    assert 12 <= advised(at) <= 13, "one half done, and five visits and a half, of which one has two dossiers"


def test_a_field_that_nobody_calls_is_left_out_and_who_waits_there_is_never_finished() -> None:
    mix = (Comes(HT, 1, 1.0), Comes(DD, 1, 9.0))
    found = figures(situation(Desk(1, (HT,)), mix=mix, cap=5), 0.9, ["HT", "DD"])
    assert (found.advised, found.fields["DD"].advised, found.finish_probability) == (6, 0, 1.0)
    waits = figures(situation(Desk(1, (HT,)), mix=mix, cap=5, line=(Out(DD, 1),)), 0.9, ["HT", "DD"])
    assert waits.finish_probability == 0.0 and waits.end_s is None and waits.advised == 6


def test_a_fields_own_cap_bounds_those_who_come() -> None:
    at = situation(Desk(1, (HT,)), left={HT: 2}, done=1)
    assert advised(at) == 3, "all that the field's cap lets out is finished"


@pytest.mark.parametrize(("left", "dossiers", "cap"), [(0, 1, 1), (2, 3, 1), (2, 1, 3)])
def test_it_ends_where_only_others_come_than_a_counter_may_still_call(left: int, dossiers: int, cap: int) -> None:
    help_ = ("help", None)
    at = situation(
        Desk(1, (HT, help_)), Desk(2, (HT,)), mix=(Comes(help_, 0, 5.0), Comes(HT, dossiers, 1.0)), left={HT: left},
        done=1, cap=10,
    )  # fmt: skip
    crowds = list(islice(Table(at).at_random(random.Random("x")), 10_000))
    assert len(crowds) < 10_000
    assert advised(at) == cap


def test_without_numbers_to_give_it_is_about_those_that_are_out() -> None:
    at = situation(Desk(1, (HT,)), line=(Out(HT, 1),) * 8, cap=20, sells=False)
    found = figures(at, 0.9, ["HT"])
    assert (found.advised, found.finish_probability) == (6, 0.0)
    assert found.out_end_s is not None and 4790 < found.out_end_s < 4810


def test_more_counters_shorter_visits_and_less_certainty_never_lower_the_advice() -> None:
    real = {HT: Visit(700), CT: Visit(400), DD: Visit(900)}
    mix = (Comes(HT, 1, 3.0), Comes(CT, 1, 3.0), Comes(DD, 1, 1.0))
    desks = [Desk(1, (HT, CT)), Desk(2, (DD, HT)), Desk(3, (CT,))]
    base = situation(*desks, visits=real, mix=mix, closes_s=4 * HOUR)
    quicker = {queue: replace(visit, mean_s=visit.mean_s * 0.7) for queue, visit in real.items()}
    assert advised(base) < advised(replace(base, desks=(*desks, Desk(4, (HT, CT, DD)))))
    assert advised(base) < advised(replace(base, visits=quicker))
    assert advised(base, 0.99) <= advised(base, 0.9) <= advised(base, 0.6)
    assert advised(replace(base, closes_s=2 * HOUR)) < advised(base)


def test_the_advised_cap_is_finished_as_often_as_was_asked_for() -> None:
    at = situation(Desk(1, (HT,)), Desk(2, (HT,)), visits={HT: Visit(700)}, closes_s=4 * HOUR)
    for confidence in (0.5, 0.8, 0.9, 0.99):
        found = figures(at, confidence, ["HT"])
        assert probability(found.finished, found.advised) >= confidence
        assert probability(found.finished, found.advised + 1) < confidence + 0.01


def test_the_same_state_gives_the_same_advice() -> None:
    at = situation(Desk(1, (HT, CT)), visits={HT: Visit(700)}, mix=(Comes(HT, 1, 1.0), Comes(CT, 2, 2.0)))
    closed = [Desk(2, (HT,))]
    assert figures(at, 0.9, ["HT", "CT"], closed) == figures(at, 0.9, ["HT", "CT"], closed)


# -- a centre's state -------------------------------------------------------------------------------


@pytest.fixture
def hall(tmp_path: Path, clock: ManualClock) -> Iterator[Centre]:
    centre = Centre(tmp_path / "layso.db", clock, small_site())
    yield centre
    centre.close()


def told(hall: Centre, session: str = MORNING, confidence: float = 0.9) -> dict[str, Any]:
    return plain(advice.of(hall.office.see(SITE, advice.asked, session, "vi"), confidence))


def of_field(found: Mapping[str, Any], code: str) -> dict[str, Any]:
    return next(one for one in found["fields"] if one["code"] == code)


def codes(found: Mapping[str, Any]) -> list[tuple[str, str | None]]:
    return [(one["code"], one["field"]) for one in found["warnings"]]


def test_with_no_counter_open_it_is_nothing_and_a_warning(hall: Centre) -> None:
    found = told(hall)
    assert (found["advised"], found["open_counters"], codes(found)) == (0, 0, [("no_counter", None)])
    assert all(one["advised"] == 0 and one["open_counters"] == 0 for one in found["fields"])
    assert [one["counter"] for one in found["one_more"]] == [1, 2, 3]


def test_before_the_service_the_sessions_counters_are_reckoned_with(hall: Centre) -> None:
    hall.clock.set("2026-11-23T07:10")
    found = told(hall)
    assert found["open_counters"] == 3 and found["advised"] > 10 and found["warnings"] == []
    hall.clock.set("2026-11-23T07:30")
    assert told(hall)["advised"] == 0, "from then on those that are open"


def test_a_counter_that_opens_pauses_or_closes_changes_it(hall: Centre) -> None:
    hall.open(1)
    one = told(hall)
    hall.open(2)
    two = told(hall)
    assert 0 < one["advised"] < two["advised"]
    foretold = {more["counter"]: more["advised"] for more in one["one_more"]}
    assert foretold.keys() == {2, 3} and abs(two["advised"] - foretold[2]) <= 4
    hall.office.pause_counter(SITE, 2, OFFICER)
    assert told(hall)["advised"] == one["advised"]
    hall.office.close_counter(SITE, 1, OFFICER)
    assert told(hall)["advised"] == 0


def test_a_field_that_gives_numbers_and_no_open_counter_calls_is_warned_of_before_anybody_waits(hall: Centre) -> None:
    hall.open(2)
    found = told(hall)
    assert codes(found) == [("field_without_counter", "BT")] and found["warnings"][0]["waiting"] == 0
    assert (of_field(found, "BT")["advised"], of_field(found, "BT")["open_counters"]) == (0, 0)
    assert of_field(found, "HT")["open_counters"] == 1 and of_field(found, "HT")["advised"] > 0
    hall.take("BT")
    waits = told(hall)
    assert waits["warnings"][0]["waiting"] == 1 and waits["finish_probability"] == 0.0
    hall.office.change_session(SITE, MORNING, SessionChange(field_caps={"BT": 0}), SUPERVISOR)
    hall.open(3)
    assert codes(told(hall)) == []


def test_a_field_that_gives_no_more_numbers_needs_no_counter(hall: Centre) -> None:
    hall.open(2)
    hall.office.change_session(SITE, MORNING, SessionChange(field_caps={"BT": 0}), SUPERVISOR)
    assert codes(told(hall)) == []


def test_a_cap_that_cannot_be_finished_and_a_session_that_overruns_are_told_with_the_time(hall: Centre) -> None:
    hall.open(1)
    hall.office.change_session(SITE, MORNING, SessionChange(cap=60), SUPERVISOR)
    found = told(hall)
    assert codes(found) == [("cap_not_finished", None)] and found["finish_probability"] < 0.5
    assert found["warnings"][0]["at"] is None or found["warnings"][0]["at"] > found["closes_at"]
    for _ in range(30):
        hall.take("HT")
    hall.clock.set("2026-11-23T09:00")
    late = told(hall)
    assert codes(late) == [("session_overruns", None)] and late["warnings"][0]["at"] > late["closes_at"]
    hall.clock.set("2026-11-23T11:05")
    cut_off = told(hall)
    assert cut_off["advised"] < cut_off["issued"] == 30 and codes(cut_off) == [("session_overruns", None)]


def test_what_was_finished_stays_in_the_advised_cap(hall: Centre) -> None:
    hall.open(1)
    before = told(hall)["advised"]
    for _ in range(6):
        hall.take("HT")
        hall.next(1)
        hall.clock.pass_(minutes=1)
        hall.office.finish(SITE, 1, OFFICER)
    found = told(hall)
    assert found["issued"] == 6 and found["basis"] == {"visits": 6, "since": "2026-11-23"}
    assert found["advised"] > before, "six are done in six minutes, and visits are shorter than was thought"


def test_days_to_come_follow_the_timetable_and_who_came_before(hall: Centre) -> None:
    far = "2026-11-25-morning"
    evenly = told(hall, far)
    assert evenly["open_counters"] == 3 and evenly["issued"] == 0 and evenly["warnings"] == []
    saturday = told(hall, "2026-11-28-saturday")
    assert {one["code"] for one in saturday["fields"]} == {"HT", "CT"} and saturday["open_counters"] == 2
    hall.office.change_session(SITE, MORNING, SessionChange(cap=None), SUPERVISOR)
    for _ in range(40):
        hall.take("BT")
    crowded = told(hall, far)
    assert of_field(crowded, "BT")["advised"] > of_field(evenly, "BT")["advised"]
    assert of_field(crowded, "HT")["advised"] < of_field(evenly, "HT")["advised"]


@pytest.mark.parametrize("profile", ["tay-ninh-2020", "dong-nai-2020"])
def test_every_unit_of_both_rehearsals_is_advised_before_its_service_begins(profile: str, tmp_path: Path) -> None:
    played = begin(profile, tmp_path)
    played.clock.set("2020-03-30T07:05")
    for site in played.office.site_values():
        key = played.office.see(site.code, advice.session_now)
        found = plain(advice.of(played.office.see(site.code, advice.asked, key, "vi"), 0.9))
        assert key == "2020-03-30-morning" and found["open_counters"] == len(site.counters) >= 4, site.code
        assert 20 < found["advised"] < 120 and len(found["fields"]) == len(site.fields), site.code
        assert "field_without_counter" not in {one["code"] for one in found["warnings"]}, site.code
        if found["cap"] is None:
            assert found["expected_end"] is None, "nothing is given yet, and no cap says how much will be"
    played.office.store.close()


def test_it_changes_nothing(hall: Centre) -> None:
    hall.open(1)
    hall.take("HT")
    seq = hall.seq()
    assert told(hall) == told(hall) and hall.seq() == seq


# -- over HTTP and on the command line ---------------------------------------------------------------


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    with Kit(tmp_path) as made:
        yield made


def test_a_supervisor_asks_for_it_and_nobody_below(kit: Kit) -> None:
    kit.at_counter("open")
    path = f"/sites/ward/sessions/{MORNING}/advice"
    found = good(kit.call("GET", path, "supervisor", lang="en"))
    assert {"cap", "advised", "finish_probability", "expected_end", "fields", "basis", "warnings"} <= found.keys()
    assert found["fields"][0].keys() >= {"code", "cap", "advised", "finish_probability", "open_counters"}
    assert found["cap"] == 10 and found["advised"] > 10 and found["finish_probability"] > 0.9
    assert found["expected_end"] < found["closes_at"] and found["basis"] == {"visits": 0, "since": None}
    surer = good(kit.call("GET", f"{path}?confidence=0.99", "supervisor"))
    assert surer["advised"] <= found["advised"] and surer["confidence"] == 0.99
    for role in ("officer", "kiosk", "display"):
        problem(kit.call("GET", path, role), 403, "forbidden")
    problem(kit.call("GET", path), 401, "unauthorized")
    good(kit.call("GET", path, token=kit.token("supervisor", "province")))
    problem(kit.call("GET", path, token=kit.token("supervisor", "other")), 403, "forbidden")


def test_the_same_question_is_answered_again_from_memory_until_something_happens(kit: Kit) -> None:
    path = f"/sites/ward/sessions/{MORNING}/advice"

    def asked(query: str = "", lang: str = "vi") -> dict[str, Any]:
        return good(kit.call("GET", path + query, "supervisor", lang=lang))

    def is_made_anew(query: str = "", lang: str = "vi") -> bool:
        """Its time is that of the moment that it was made for."""
        before = asked(query, lang)
        kit.clock.pass_(seconds=3)
        return bool(asked(query, lang)["time"] != before["time"])

    kit.at_counter("open")
    first = asked()
    kit.clock.pass_(seconds=9)
    assert asked() == first
    kit.clock.pass_(seconds=1)
    second = asked()
    assert second["time"] > first["time"]
    # What else is asked takes its place: one answer is kept.
    assert asked("?confidence=0.8")["confidence"] == 0.8 and asked(lang="en")["title"] != second["title"]
    assert not is_made_anew() and not is_made_anew("?confidence=0.8")
    kit.at_counter("open", counter=2)
    opened = asked()
    assert (opened["open_counters"], second["open_counters"]) == (2, 1) and opened["advised"] > second["advised"]
    sent = {"cap": 7, "reason": "fewer counters"}
    good(kit.call("PATCH", f"/sites/ward/sessions/{MORNING}", "supervisor", json=sent))
    assert asked()["cap"] == 7
    fields = [replace(one, name="Việc khác") if one.code == "HT" else one for one in kit.office.site("ward").fields]
    kit.office.apply_site(replace(kit.office.site("ward"), fields=tuple(fields)))
    assert asked()["fields"][0]["name"] == "Việc khác"


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("2026-11-23-evening/advice", 404, "unknown_session"),
        ("morning/advice", 404, "unknown_session"),
        (f"{MORNING}/advice?confidence=1", 422, "invalid"),
        (f"{MORNING}/advice?confidence=nan", 422, "invalid"),
        (f"{MORNING}/advice?confidence=sure", 422, "invalid"),
    ],
)
def test_what_cannot_be_advised_is_refused(kit: Kit, path: str, status: int, code: str) -> None:
    problem(kit.call("GET", f"/sites/ward/sessions/{path}", "supervisor"), status, code)


def test_a_session_of_a_day_that_is_over_has_no_advice(kit: Kit) -> None:
    good(kit.call("GET", f"/sites/ward/sessions/{MORNING}/advice", "supervisor"))
    kit.clock.set("2026-11-25T08:00")
    problem(kit.call("GET", f"/sites/ward/sessions/{MORNING}/advice", "supervisor"), 409, "conflict")


def test_the_command_prints_it_as_json(kit: Kit, tmp_path: Path) -> None:
    def run(*words: str) -> Any:
        return CliRunner().invoke(layso, ["advise", *words, "--data", str(tmp_path / "data")])

    named = run("--site", "ward", "--session", "2099-01-01-morning")
    assert named.exit_code == 1 and "there is no session" in named.stderr
    done = run("--site", "ward", "--confidence", "0.8")
    found = json.loads(done.stdout)
    assert done.exit_code == 0 and found["confidence"] == 0.8 and found["session"].count("-") >= 3
    assert run("--site", "ward", "--confidence", "2").exit_code == 2
