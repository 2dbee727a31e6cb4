"""How satisfied people were: once for each visit, and nothing tells afterwards who said it."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta
from typing import Any

import pytest

from tests.kit import MONDAY, OFFICER, OTHER_OFFICER, SITE, Centre, at_once
from ticketing.errors import Conflict, Invalid, Unknown
from ticketing.rules.ratings import queue_of

MORNING = f"{MONDAY}-morning"


def tables(centre: Centre) -> dict[str, list[Any]]:
    def run(view: Any) -> dict[str, list[Any]]:
        names = [row[0] for row in view.connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        return {name: view.connection.execute(f"SELECT * FROM {name}").fetchall() for name in names}

    return centre.store.read(run)


def visit(centre: Centre, field: str = "HT", counter: int = 1, **order: Any) -> dict[str, Any]:
    """Somebody comes, is called at the counter and served to the end."""
    actor = {1: OFFICER, 2: OTHER_OFFICER}[counter]
    taken = centre.take(field, **order)
    centre.open(counter, actor)
    called = centre.next(counter, actor)
    assert called is not None and called["number"] == taken["number"]
    centre.office.finish(SITE, counter, actor)
    return taken


def totals(centre: Centre, first: date = MONDAY, last: date = MONDAY) -> dict[str, int]:
    counted: dict[str, int] = {}
    for day in centre.office.ratings(SITE, first, last):
        for score, number in day["scores"].items():
            counted[score] = counted.get(score, 0) + number
    return counted


def refused(reason: str, ask: Any) -> None:
    with pytest.raises(Conflict) as conflict:
        ask()
    assert conflict.value.reason == reason


def test_the_holder_of_a_code_rates_his_finished_visit(centre: Centre) -> None:
    mine = visit(centre)
    assert centre.office.can_rate(mine["code"])
    assert centre.office.rate(mine["code"], 4) == {"score": 4}
    assert totals(centre) == {"4": 1, "3": 0, "2": 0, "1": 0}
    assert not centre.office.can_rate(mine["code"])


def test_a_visit_is_rated_once_on_the_phone_or_at_the_counter(centre: Centre) -> None:
    first, second = visit(centre), visit(centre)
    centre.office.rate(second["code"], 3)
    refused("rated", lambda: centre.office.rate(second["code"], 1))
    refused("nothing_to_rate", lambda: centre.office.rate_counter(SITE, 1, 1))
    third = visit(centre)
    centre.office.rate_counter(SITE, 1, 2)
    refused("rated", lambda: centre.office.rate(third["code"], 4))
    assert totals(centre) == {"4": 0, "3": 1, "2": 1, "1": 0}
    centre.office.rate(first["code"], 4)
    assert totals(centre)["4"] == 1


def test_of_many_taps_at_once_one_counts(centre: Centre) -> None:
    mine = visit(centre)
    taps = [lambda: centre.office.rate(mine["code"], 1), lambda: centre.office.rate_counter(SITE, 1, 1)] * 4
    answers = at_once(taps)
    assert answers.count({"score": 1}) == 1
    assert {type(answer) for answer in answers} == {dict, Conflict}
    assert totals(centre) == {"4": 0, "3": 0, "2": 0, "1": 1}


@pytest.mark.parametrize("verb", ["take", "call", "start", "hold", "no_show", "give_up"])
def test_only_a_visit_that_is_done_is_rated(centre: Centre, verb: str) -> None:
    mine = centre.take()
    centre.open()
    if verb == "give_up":
        centre.office.give_up(mine["code"])
    elif verb != "take":
        centre.next()
        if verb != "call":
            getattr(centre.office, verb)(SITE, 1, OFFICER)
    before = tables(centre)
    assert not centre.office.can_rate(mine["code"])
    assert centre.office.number_to_rate(SITE, 1) is None
    refused("wrong_state", lambda: centre.office.rate(mine["code"], 4))
    refused("nothing_to_rate", lambda: centre.office.rate_counter(SITE, 1, 4))
    assert tables(centre) == before


@pytest.mark.parametrize("score", [0, 5, -1])
def test_a_score_is_one_of_four(centre: Centre, score: int) -> None:
    mine = visit(centre)
    before = tables(centre)
    with pytest.raises(Invalid):
        centre.office.rate(mine["code"], score)
    with pytest.raises(Invalid):
        centre.office.rate_counter(SITE, 1, score)
    assert tables(centre) == before


def test_a_rating_adds_to_one_count_and_marks_the_ticket_and_touches_nothing_else(centre: Centre) -> None:
    mine = visit(centre)
    ticket = centre.row(mine["number"])
    before = tables(centre)
    centre.office.rate(mine["code"], 1)
    after = tables(centre)
    assert {name for name in after if after[name] != before[name]} == {"ratings", "rated"}
    assert after["ratings"] == [(SITE, "2026-11-23", MORNING, 1, "submit/HT", 1, 1)]
    assert after["rated"] == [(ticket.id, SITE, "2026-11-23")]


def test_neither_the_order_nor_the_time_of_a_rating_can_be_told(centre: Centre) -> None:
    one, two = visit(centre), visit(centre)
    heard: list[str] = []
    centre.bus.subscribe(heard.append)
    centre.clock.pass_(minutes=3)
    centre.office.rate(two["code"], 1)
    centre.clock.pass_(minutes=3)
    centre.office.rate(one["code"], 4)
    assert heard == []
    kept = tables(centre)
    ids = [centre.row(ticket["number"]).id for ticket in (one, two)]
    assert [row[0] for row in kept["rated"]] == ids
    assert [row[5] for row in kept["ratings"]] == [1, 4]
    for table in ("rated", "ratings"):
        with pytest.raises(sqlite3.OperationalError, match="no such column: rowid"):
            centre.store.read(lambda view, table=table: view.connection.execute(f"SELECT rowid FROM {table}"))


def test_at_the_days_end_the_marks_go_with_the_codes_and_the_counts_stay(centre: Centre) -> None:
    mine = visit(centre)
    centre.office.rate(mine["code"], 3)
    centre.clock.set("2026-11-24T08:00")
    other = visit(centre)
    kept = tables(centre)
    assert kept["rated"] == []
    assert [row[1] for row in kept["ticket_codes"]] == [centre.row(other["number"]).id]
    assert len(kept["ratings"]) == 1
    with pytest.raises(Unknown):
        centre.office.rate(mine["code"], 3)
    assert totals(centre) == {"4": 0, "3": 1, "2": 0, "1": 0}


def test_a_code_rates_no_more_once_its_day_is_over_even_if_nothing_happened_since(centre: Centre) -> None:
    mine = visit(centre)
    centre.clock.set("2026-11-24T00:00")
    with pytest.raises(Unknown):
        centre.office.rate(mine["code"], 4)
    refused("nothing_to_rate", lambda: centre.office.rate_counter(SITE, 1, 4))
    assert tables(centre)["ratings"] == []


def test_the_tablet_rates_the_visit_that_ended_last_at_its_counter(centre: Centre) -> None:
    visit(centre, "HT", counter=1)
    second = visit(centre, "CT", counter=2)
    assert centre.office.number_to_rate(SITE, 1)
    centre.office.rate_counter(SITE, 1, 4)
    assert tables(centre)["ratings"] == [(SITE, "2026-11-23", MORNING, 1, "submit/HT", 4, 1)]
    assert centre.office.number_to_rate(SITE, 1) is None
    assert centre.office.number_to_rate(SITE, 2) == second["number"]


def test_the_next_call_and_a_closed_counter_take_no_rating_away(centre: Centre) -> None:
    visit(centre)
    centre.take()
    assert centre.next() is not None
    assert centre.office.number_to_rate(SITE, 1)
    centre.office.no_show(SITE, 1, OFFICER)
    centre.office.close_counter(SITE, 1, OFFICER)
    centre.office.rate_counter(SITE, 1, 4)
    assert totals(centre)["4"] == 1
    refused("nothing_to_rate", lambda: centre.office.rate_counter(SITE, 1, 4))


def test_five_minutes_after_a_visit_the_tablet_no_longer_rates_it(centre: Centre) -> None:
    mine = visit(centre)
    centre.clock.pass_(minutes=5)
    assert centre.office.number_to_rate(SITE, 1)
    centre.clock.pass_(milliseconds=1)
    assert centre.office.number_to_rate(SITE, 1) is None
    refused("nothing_to_rate", lambda: centre.office.rate_counter(SITE, 1, 4))
    centre.office.rate(mine["code"], 4)
    assert totals(centre)["4"] == 1


def test_a_visit_that_was_taken_back_and_ended_again_is_not_rated_twice(centre: Centre) -> None:
    mine = visit(centre)
    centre.office.rate(mine["code"], 4)
    centre.office.undo(SITE, 1, OFFICER)
    refused("wrong_state", lambda: centre.office.rate(mine["code"], 4))
    centre.office.finish(SITE, 1, OFFICER)
    refused("rated", lambda: centre.office.rate(mine["code"], 4))
    refused("nothing_to_rate", lambda: centre.office.rate_counter(SITE, 1, 4))
    assert totals(centre) == {"4": 1, "3": 0, "2": 0, "1": 0}


def test_unknown_counters_sites_and_codes_are_said(centre: Centre) -> None:
    for ask in (
        lambda: centre.office.rate_counter(SITE, 9, 4),
        lambda: centre.office.rate_counter("nowhere", 1, 4),
        lambda: centre.office.number_to_rate(SITE, 9),
        lambda: centre.office.number_to_rate("nowhere", 1),
        lambda: centre.office.rate("no-such-code", 4),
        lambda: centre.office.ratings("nowhere", MONDAY, MONDAY),
    ):
        with pytest.raises(Unknown):
            ask()
    assert not centre.office.can_rate("no-such-code")


def test_the_same_total_comes_by_day_by_counter_and_by_field_and_service(centre: Centre) -> None:
    for field, counter, score in (("HT", 1, 4), ("HT", 2, 1), ("CT", 2, 4), ("HT", 1, 4), ("BT", 1, 2)):
        centre.office.rate(visit(centre, field, counter)["code"], score)
    centre.office.rate(visit(centre, service="help")["code"], 3)
    centre.clock.set("2026-11-24T14:00")
    centre.office.rate(visit(centre, "HT", 1)["code"], 4)
    monday, tuesday = centre.office.ratings(SITE, MONDAY, MONDAY + timedelta(days=7), "en")
    assert (monday["date"], monday["number"]) == ("2026-11-23", 6)
    assert monday["scores"] == {"4": 3, "3": 1, "2": 1, "1": 1}
    assert [(c["counter"], c["number"], c["scores"]["4"]) for c in monday["counters"]] == [(1, 4, 2), (2, 2, 1)]
    fields = {f["code"]: (f["name"], f["number"]) for f in monday["fields"]}
    assert fields == {"HT": ("Civil status", 3), "CT": ("Certification", 1), "BT": ("Social protection", 1)}
    assert [(s["code"], s["name"], s["scores"]["3"]) for s in monday["services"]] == [("help", "Help", 1)]
    assert sum(part["number"] for part in monday["fields"] + monday["services"]) == monday["number"]
    assert sum(part["number"] for part in monday["counters"]) == monday["number"]
    assert (tuesday["date"], tuesday["number"], tuesday["services"]) == ("2026-11-24", 1, [])
    assert centre.office.ratings(SITE, MONDAY + timedelta(days=2), MONDAY + timedelta(days=9)) == []
    assert totals(centre, MONDAY, MONDAY + timedelta(days=1)) == {"4": 4, "3": 1, "2": 1, "1": 1}


def test_a_queue_is_a_field_or_a_service_and_a_field_may_bear_a_services_name(centre: Centre) -> None:
    asked = centre.take(service="help", field="HT")
    assert queue_of(centre.row(asked["number"])) == "help"
    assert queue_of(centre.row(centre.take()["number"])) == "submit/HT"
