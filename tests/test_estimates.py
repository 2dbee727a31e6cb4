"""Waiting times from what was measured, and their place on the board."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest
from pytest import MonkeyPatch

from tests.api_kit import Kit
from tests.kit import OFFICER, OTHER_OFFICER, SITE, Centre, small_site, uncapped
from ticketing.errors import StorageFull
from ticketing.ports import View
from ticketing.reports.catalogue import gather
from ticketing.reports.estimates import Estimates, Outcome, score
from ticketing.rules.counters import Queue
from ticketing.rules.lines import Line
from ticketing.rules.people import CLOCK
from ticketing.rules.sites import PRIORITY_RULES
from ticketing.rules.tickets import Told
from ticketing.rules.visits import FEW, Ended, Measured, Serving, Visit, measured, visits
from ticketing.store import open_store
from ticketing.verbs.counters import call_next
from ticketing.verbs.day import Day, Where
from ticketing.verbs.waits import tell

TODAY = date(2026, 11, 23)


HT: Queue = ("submit", "HT")
NOTHING = measured([])


def lengths(*minutes: float, day: date = TODAY) -> Measured:
    return measured(Ended(day, 1, 0, 60 * one, 0, HT, False, False, False) for one in minutes)


def visit(past: Measured = NOTHING, today: Measured = NOTHING, under_way: float = 0) -> Visit:
    return visits({HT: 480}, past, today, [(HT, under_way)])[HT]


def test_without_a_measurement_the_usual_length_stands_and_is_doubted() -> None:
    assert visit().mean_s == 480 and visit().doubt > 0.3
    assert visit(lengths(*[5] * 100)).doubt < 0.25


def test_one_odd_visit_does_not_turn_the_estimate_over() -> None:
    assert visit(today=lengths(60)).mean_s == pytest.approx((3 * 480 + 5 * 480) / 4)
    assert visit(lengths(*[8] * 20), lengths(300)).mean_s < 2 * 480


def test_how_late_a_counter_begins_is_told_of_the_session_that_has_just_begun() -> None:
    sessions = [Serving(day - 1800, day + 7200, day) for day in (0.0, 86400.0, 172800.0)]
    calls = [(86400 + 90, 86000), (86400 + 600, 86000), (172800 + 1800, 172000), (172800 + 1801, 172000)]
    ended = [
        Ended(TODAY, counter, called, called + 60, issued, HT, False, False, False)
        for counter, (called, issued) in zip((1, 1, 2, 3), calls, strict=True)
    ]
    assert measured(ended, sessions).late == [90, 1800]


def test_a_long_past_weighs_no_more_than_four_visits_and_the_usual_length_than_three() -> None:
    past = lengths(*[5] * 97)
    assert visit(past).mean_s == pytest.approx((3 * 480 + 97 * 300) / 100)
    slow = visit(past, lengths(*[10] * 4)).mean_s
    assert slow == pytest.approx((visit(past).mean_s + 600) / 2)


def test_visits_that_are_under_way_keep_the_short_ones_from_deceiving() -> None:
    quick = lengths(1, 2)
    assert visit(today=quick).mean_s < visit(today=quick, under_way=1200).mean_s


def test_absences_gaps_and_breaks_are_measured_by_how_long_somebody_waited() -> None:
    def ended(called: float, until: float, issued: float, absent: bool = False) -> Ended:
        return Ended(TODAY, 1, called, until, issued, HT, absent, False, False)

    found = measured([ended(0, 300, 0), ended(310, 600, 0), ended(1200, 1260, 0, True), ended(2000, 2100, 1900)])
    assert (list(found.gaps), list(found.absent), len(found.visits[HT])) == ([10, 600, 100], [60], 3)
    assert visit(today=found).break_s == 600


def told(centre: Centre, code: str) -> tuple[Any, ...]:
    """What the ticket, its place and its queue on the board say of the wait."""
    ticket = centre.office.ticket(code)
    field = next(f for f in centre.office.board(SITE)["fields"] if f["code"] == ticket["field"])
    assert centre.office.positions(SITE)[code][1] == ticket["expected_at"]
    assert (field["wait_estimate_s"] is None) is (ticket["expected_at"] is None)
    assert field["wait_reason"] == ticket["wait_reason"]
    return ticket["expected_at"] is not None, ticket["wait_reason"]


@pytest.mark.faults("U11")
def test_a_time_is_told_only_while_a_counter_is_open_or_still_meant_to_open(centre: Centre) -> None:
    centre.clock.set("2026-11-24T07:10")
    code = centre.take("BT")["code"]
    assert told(centre, code) == (True, None)
    centre.clock.set("2026-11-24T07:30")
    assert told(centre, code) == (False, "no_counter")
    centre.open(2, fields=["HT"], services=[])
    assert told(centre, code) == (False, "no_counter")
    centre.open(3, OTHER_OFFICER)
    assert told(centre, code) == (True, None)
    centre.office.pause_counter(SITE, 3, OTHER_OFFICER, "tea")
    assert told(centre, code) == (False, "no_counter")
    assert centre.take("BT")["wait_reason"] == "no_counter"
    service = next(one for one in centre.office.board(SITE)["services"] if one["code"] == "result")
    assert (service["wait_estimate_s"], service["wait_reason"]) == (None, "no_counter")


@pytest.mark.faults("U11")
def test_who_was_sent_to_a_counter_waits_for_that_one(centre: Centre) -> None:
    code = centre.take()["code"]
    centre.open(1)
    centre.next(1)
    centre.office.transfer(SITE, 1, OFFICER, to_counter=2)
    place, ticket = centre.office.positions(SITE)[code], centre.office.ticket(code)
    assert (place[1], ticket["expected_at"], ticket["wait_reason"]) == (None, None, "no_counter")
    centre.open(2, OTHER_OFFICER)
    place, ticket = centre.office.positions(SITE)[code], centre.office.ticket(code)
    assert place[1] == ticket["expected_at"] is not None


@pytest.mark.faults("U11")
def test_before_the_service_only_counters_of_that_session_are_reckoned_with(centre: Centre) -> None:
    centre.clock.set("2026-11-28T07:10")
    help_desk, hand_over = (centre.take(service=one)["code"] for one in ("help", "postal_handover"))
    assert centre.office.ticket(help_desk)["expected_at"] == "2026-11-28T07:30:00+07:00"
    assert centre.office.ticket(hand_over)["wait_reason"] == "no_counter"


@pytest.mark.faults("U15")
def test_a_ticket_tells_whom_the_counters_of_its_queue_have_now(centre: Centre) -> None:
    centre.open(1, fields=["HT", "CT"], services=[])
    centre.open(2, OTHER_OFFICER, fields=["HT"], services=[])
    codes = [centre.take()["code"] for _ in range(4)]
    other = centre.take("CT")["code"]
    assert centre.office.ticket(codes[3])["now_calling"] == []
    centre.next(1)
    centre.next(2, OTHER_OFFICER)
    here = [{"number": "1001", "counter": 1}, {"number": "1002", "counter": 2}]
    assert centre.office.ticket(codes[3])["now_calling"] == here
    assert centre.office.ticket(other)["now_calling"] == []
    centre.next(1)
    centre.office.finish(SITE, 1, OFFICER)
    assert centre.office.ticket(codes[3])["now_calling"] == here[1:]
    assert centre.office.ticket(codes[2])["now_calling"] == []


@pytest.mark.faults("U15")
def test_what_is_called_of_a_neutral_series_is_told_to_all_of_it(centre: Centre) -> None:
    centre.open(3, fields=["BT"], services=[])
    first, second = (centre.take("BT") for _ in range(2))
    centre.next(3)
    assert centre.office.ticket(second["code"])["now_calling"] == [{"number": first["number"], "counter": 3}]


def test_a_second_counter_and_quicker_visits_bring_the_time_nearer(centre: Centre) -> None:
    centre.office.apply_site(uncapped(centre.office.site(SITE)))
    centre.clock.set("2026-11-24T08:00")
    centre.open(1, fields=["HT"], services=[])
    codes = [centre.take()["code"] for _ in range(6)]
    slow = centre.office.ticket(codes[5])["expected_at"]
    centre.open(2, OTHER_OFFICER, fields=["HT"], services=[])
    assert centre.office.ticket(codes[5])["expected_at"] < slow
    for _ in range(3):
        centre.next(1)
        centre.clock.pass_(seconds=60)
    centre.office.finish(SITE, 1, OFFICER)
    centre.clock.pass_(seconds=60)
    field = next(f for f in centre.office.board(SITE)["fields"] if f["code"] == "HT")
    assert (field["waiting"], field["wait_estimate_s"] < 3 * 480) == (3, True)


@pytest.mark.parametrize("rule", PRIORITY_RULES)
def test_a_new_ticket_stands_where_its_code_says_a_moment_later(centre: Centre, rule: str) -> None:
    centre.office.apply_site(replace(uncapped(centre.office.site(SITE)), priority_rule=rule))
    centre.open(1, fields=["HT", "CT"], services=[])
    centre.take("CT")
    for number, priority in enumerate((None, "elderly", None, "elderly", "elderly", None, "elderly", None)):
        taken = centre.take(priority=priority)
        read = centre.office.ticket(taken["code"])
        assert [taken[key] for key in ("ahead", "expected_at")] == [read[key] for key in ("ahead", "expected_at")]
        if number in (3, 5):
            centre.next(1, previous="no_show" if number == 5 else "done")
        if number == 5:
            centre.office.requeue(SITE, "1002", OFFICER, reason="back")


def told_lines(centre: Centre) -> list[tuple[str, int | None, int]]:
    """Kind, ticket and the seconds told, of every line that tells a wait."""
    lines = centre.office.store.read(lambda view: view.journal.lines(SITE, 0, 1000))
    return [(line.kind, line.ticket, line.data["wait_s"]) for line in lines if "wait_s" in line.data]


def test_what_is_told_at_the_taking_and_with_three_ahead_is_journaled_with_the_ticket(centre: Centre) -> None:
    centre.open(1, fields=["HT"], services=[])
    taken = [centre.take() for _ in range(6)]
    told = [datetime.fromisoformat(one["expected_at"]) - datetime.fromisoformat(one["issued_at"]) for one in taken]
    assert told_lines(centre) == [("ticket_taken", n, told[n - 1].total_seconds()) for n in range(1, 7)]
    centre.next(1)
    centre.clock.pass_(seconds=300)
    centre.next(1)
    now = datetime.fromisoformat(centre.office.board(SITE)["time"])
    sixth = datetime.fromisoformat(centre.office.ticket(taken[5]["code"])["expected_at"])
    near = [line for line in told_lines(centre) if line[0] == "wait_told"]
    assert [ticket for _, ticket, _ in near] == [5, 6]
    assert near[1][2] == (sixth - now).total_seconds()


def test_calls_that_share_a_transaction_share_the_forecast_that_tells_who_is_near(centre: Centre) -> None:
    centre.open(1, fields=["HT"], services=[])
    codes = [centre.take()["code"] for _ in range(6)]
    after = centre.seq()

    def twice(day: Day) -> None:
        call_next(day, 1)
        call_next(day, 1)

    centre.office.office.do(Where(SITE, OFFICER), twice)
    assert centre.kinds(after) == ["ticket_called", "ticket_finished", "ticket_called", "wait_told", "wait_told"]
    now = centre.clock.now()
    expected = [datetime.fromisoformat(centre.office.ticket(code)["expected_at"]) for code in codes[4:]]
    near = [line for line in told_lines(centre) if line[0] == "wait_told"]
    assert near == [("wait_told", n, (at - now).total_seconds()) for n, at in zip((5, 6), expected, strict=True)]


@pytest.mark.parametrize("error", [StorageFull(), KeyError("unforeseen")])
def test_a_wait_that_cannot_be_told_takes_nothing_of_the_call_back(
    centre: Centre, monkeypatch: MonkeyPatch, error: Exception
) -> None:
    centre.open(1, fields=["HT"], services=[])
    for _ in range(5):
        centre.take()
    office, after = centre.office.office, centre.seq()
    write = office.store.write

    def full(sites: Any, work: Any) -> Any:
        if work.args[3] is tell:
            raise error
        return write(sites, work)

    monkeypatch.setattr(office.store, "write", full)
    assert centre.next(1)["number"] == "1001"
    assert centre.kinds(after) == ["ticket_called"]


def test_who_was_called_before_it_could_be_told_is_told_no_wait(centre: Centre) -> None:
    centre.open(1, fields=["HT"], services=[])
    for _ in range(6):
        centre.take()
    put_off: list[int] = []
    office = centre.office.office
    office.tell_soon = lambda _, tickets: put_off.extend(tickets)
    for _ in range(2):
        centre.next(1)
    centre.office.call(SITE, 1, OFFICER, number="1005", reason="out of turn")
    after = centre.seq()
    assert put_off == [5, 6]
    office.tell(SITE, put_off)
    told = office.store.read(lambda view: view.journal.lines(SITE, after, 10))
    assert [(line.kind, line.ticket, line.actor) for line in told] == [("wait_told", 6, CLOCK.id)]


def test_a_call_at_the_very_end_of_a_told_span_is_within_it() -> None:
    at = [datetime(2026, 11, 23, 8, minute) for minute in (5, 1, 9)]
    assert Told(*at).after(datetime(2026, 11, 23, 8, 0, 0, 700_000)) == (299, 59, 540)


def test_nothing_is_told_or_journaled_while_nobody_calls(centre: Centre) -> None:
    assert centre.take()["expected_from"] is None and told_lines(centre) == []


def test_a_pause_with_a_return_is_waited_for_and_one_without_is_not(centre: Centre) -> None:
    centre.open(1, fields=["HT"], services=[])
    code = centre.take()["code"]
    centre.office.pause_counter(SITE, 1, OFFICER, "tea", minutes=15)
    back, found = centre.clock.now() + timedelta(minutes=15), centre.office.ticket(code)
    assert datetime.fromisoformat(found["expected_from"]) >= back - timedelta(minutes=1)
    assert found["wait_reason"] is None
    centre.open(1, fields=["HT"], services=[])
    centre.office.pause_counter(SITE, 1, OFFICER, "tea")
    found = centre.office.ticket(code)
    assert (found["expected_at"], found["expected_to"], found["wait_reason"]) == (None, None, "no_counter")


def test_the_likely_time_lies_in_its_span_on_ticket_and_board(centre: Centre) -> None:
    centre.open(1, fields=["HT"], services=["result"])
    for _ in range(5):
        ticket = centre.take()
    assert ticket["expected_from"] <= ticket["expected_at"] <= ticket["expected_to"]
    board = centre.office.board(SITE)
    field = next(one for one in board["fields"] if one["code"] == "HT")
    assert 0 < field["wait_from_s"] < field["wait_estimate_s"] < field["wait_to_s"]
    service = next(one for one in board["services"] if one["code"] == "result")
    assert service["wait_from_s"] <= service["wait_estimate_s"] <= service["wait_to_s"]


def test_a_time_is_said_to_be_a_guess_until_some_such_visits_were_measured(centre: Centre) -> None:
    def rough(code: str) -> list[bool]:
        field = next(one for one in centre.office.board(SITE)["fields"] if one["code"] == "HT")
        return [centre.office.ticket(code)["expected_rough"], field["wait_rough"]]

    centre.office.apply_site(uncapped(centre.office.site(SITE)))
    centre.open(1, fields=["HT"], services=[])
    taken = [centre.take() for _ in range(FEW + 2)]
    assert all(one["expected_rough"] for one in taken) and rough(taken[-1]["code"]) == [True, True]
    for _ in range(FEW):
        centre.next(1)
        centre.clock.pass_(seconds=60)
    assert rough(taken[-1]["code"]) == [True, True]
    centre.office.finish(SITE, 1, OFFICER)
    centre.clock.pass_(seconds=60)
    assert rough(taken[-1]["code"]) == [False, False] and not centre.take()["expected_rough"]
    assert centre.take("BT")["expected_rough"] is False, "no time is told, nothing is guessed"


@pytest.mark.parametrize(
    ("lang", "words", "said"),
    [
        ("vi", "ước tính rộng vì còn ít số liệu", "Thời gian chờ là ước tính rộng vì còn ít số liệu."),
        ("en", "a wide guess, since little is known yet", "These waits are wide guesses, since little is known yet."),
    ],
)
def test_phone_and_public_page_say_that_a_time_is_a_guess(tmp_path: Path, lang: str, words: str, said: str) -> None:
    with Kit(tmp_path, sessions=uncapped(small_site()).sessions) as kit:
        kit.at_counter("open")
        codes = [kit.take()["code"] for _ in range(3)]
        assert f"({words})" in kit.client.get(f"/t/{codes[-1]}?lang={lang}").text
        assert guessed(kit, lang) == (said, [])
        codes += [kit.take()["code"] for _ in range(FEW - 2)]
        for _ in range(FEW):
            kit.at_counter("call-next")
            kit.clock.pass_(minutes=1)
        kit.at_counter("finish")
        kit.clock.pass_(minutes=1)
        assert f"({words})" not in kit.client.get(f"/t/{codes[-1]}?lang={lang}").text
        for _ in range(3):
            kit.take()
        assert guessed(kit, lang) == (f"* {words}", ["2", "8"])


def guessed(kit: Kit, lang: str) -> tuple[str, list[str]]:
    """What the public page says of its waits below them, and which series it marks."""
    text = kit.client.get(f"/ward/?lang={lang}").text
    (below,) = re.findall(r'id="guessed">([^<]*)<', text)
    rows = re.findall(r'<tr data-prefix="(\w)">(.*?)</tr>', text, re.S)
    return below, [prefix for prefix, row in rows if " *<" in row]


def test_what_is_kept_of_a_line_is_what_stands_in_the_store(centre: Centre) -> None:
    def lines() -> list[list[object]]:
        """As a reader follows it, as the writer keeps it, and as it is read anew."""
        fresh = open_store(centre.path)
        ask: Callable[[View], Line] = lambda view: view.queues.line(SITE, TODAY)  # noqa: E731
        found = [centre.office.store.read(ask), centre.office.store.write((), ask), fresh.read(ask)]
        fresh.close()
        return [[one.waiting, one.here, one.held, one.turns, one.specials] for one in found]

    office = centre.office
    centre.open(1, fields=["HT", "CT"], services=[])
    centre.open(2, fields=["HT", "CT"], services=[])
    steps: list[Callable[[], object]] = [
        *(partial(centre.take, priority=one) for one in (None, "elderly", None, None)),
        lambda: centre.next(1), lambda: centre.take("CT", priority="elderly"), lambda: centre.next(2),
        lambda: office.hold(SITE, 1, OFFICER, reason="papers"), lambda: centre.next(1), lambda: centre.take("CT"),
        lambda: office.requeue(SITE, "1002", OFFICER), lambda: office.transfer(SITE, 1, OFFICER, to_counter=2),
        lambda: office.give_up(centre.take()["code"]), lambda: centre.next(1),
        lambda: office.no_show(SITE, 1, OFFICER), lambda: office.pause_counter(SITE, 1, OFFICER, "tea"),
    ]  # fmt: skip
    for step in steps:
        step()
        reading, writing, fresh = lines()
        assert reading == writing == fresh
    assert reading[0] and reading[1] and len(cast(list[object], reading[3])) >= 3


def test_what_was_told_is_scored_against_what_came_by_field_and_in_all(centre: Centre) -> None:
    centre.open(1, fields=["HT"], services=[])
    taken = [centre.take() for _ in range(2)]
    centre.next(1)
    centre.clock.pass_(minutes=47)
    centre.next(1)
    making = Estimates(centre.office.site(SITE), TODAY, TODAY, "vi")
    gather(centre.office.store.read, making)
    issued, expected = (datetime.fromisoformat(taken[1][name]) for name in ("issued_at", "expected_at"))
    late = 47 * 60 - (expected - issued).total_seconds()
    [(code, _, found)] = making.of("field", centre.office.site(SITE).fields)
    assert (code, found.told, found.late_share, found.early_share) == ("HT", 2, 0.5, 0.0)
    assert late > 0 and making.in_all() == found
    first = (datetime.fromisoformat(taken[0]["expected_at"]) - issued).total_seconds()
    assert found.mae_s == round((late + first) / 2, 1) and found.bias_s == round((late - first) / 2, 1)
    assert found.rase == pytest.approx(((late**2 + first**2) / 2) ** 0.5 / (47 * 60 / 2), abs=0.001)


@pytest.mark.parametrize(("wait_s", "relative"), [(60.0, 2.0), (59.0, None), (0.0, None)])
def test_an_error_is_held_against_a_wait_only_where_there_was_one(wait_s: float, relative: float | None) -> None:
    found = score([Outcome(wait_s, 120.0, early=False, late=True)])
    assert (found.mean_wait_s, found.mae_s, found.rase) == (wait_s, 120.0, relative)
