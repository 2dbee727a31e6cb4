"""Waiting times from what was measured, and their place on the board."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests.kit import OFFICER, OTHER_OFFICER, SITE, Centre, uncapped
from ticketing.estimates import expected_at, servers, visit_seconds
from ticketing.ports import CounterState

TODAY = date(2026, 11, 23)


def test_without_a_measurement_the_usual_length_stands() -> None:
    assert visit_seconds(480, TODAY, []) == 480


def test_one_odd_visit_does_not_turn_the_estimate_over() -> None:
    assert visit_seconds(480, TODAY, [(TODAY, 1, 3600)]) == pytest.approx((3 * 480 + 3600) / 4)


def test_a_long_past_weighs_no_more_than_twenty_visits() -> None:
    past = [(date(2026, 11, 20), 500, 500 * 300.0)]
    assert visit_seconds(480, TODAY, past) == pytest.approx((3 * 480 + 20 * 300) / 23)


def test_an_open_counter_divides_itself_among_its_queues(centre: Centre) -> None:
    site = centre.office.site(SITE)
    one = CounterState(SITE, 1, "open", fields=("HT", "CT"))
    shares = servers(site, {1: one}, {("submit", "HT"): 3, ("submit", "CT"): 1})
    assert shares["submit", "HT"] == pytest.approx(0.75)
    assert shares["submit", "CT"] == pytest.approx(0.25)


def test_before_a_counter_opens_those_meant_for_the_queue_are_reckoned_with(centre: Centre) -> None:
    assert servers(centre.office.site(SITE), {}, {})["submit", "HT"] > 0


def test_nobody_is_expected_before_the_service_begins() -> None:
    start = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
    assert expected_at(datetime(2026, 11, 23, 0, 5, tzinfo=UTC), start, 600).minute == 40


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
