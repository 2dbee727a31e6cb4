"""Whoever holds places at a kiosk shows by his haste: it is an alarm, and refused only where the office wants that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.api_kit import Kit, good, problem
from tests.kit import OFFICER, SITE, Centre, small_site, uncapped
from ticketing.errors import RateLimited
from ticketing.rules.bursts import MOST_GIVEN_UP, MOST_NUMBERS
from ticketing.rules.people import Actor

pytestmark = pytest.mark.faults("S11")
OTHER_KIOSK = Actor("token:2", "kiosk", SITE, "kiosk 2")


@pytest.fixture
def hall(centre: Centre) -> Centre:
    centre.office.apply_site(uncapped(small_site()))
    return centre


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    with Kit(tmp_path) as kit:
        yield kit


def hasty(hall: Centre) -> list[dict[str, Any]]:
    return [a for a in hall.office.queue(SITE, None)["alarms"] if a["kind"] in ("burst", "give_ups")]


def refusing(hall: Centre) -> None:
    hall.office.apply_site(replace(hall.office.site(SITE), refuse_bursts=True))


def test_thirty_numbers_of_one_device_in_a_minute_are_an_alarm_for_ten_minutes(hall: Centre) -> None:
    for _ in range(MOST_NUMBERS - 1):
        hall.take()
    for _ in range(MOST_NUMBERS - 1):
        hall.take(actor=OTHER_KIOSK)
        hall.take(actor=OFFICER)
    hall.clock.pass_(seconds=59)
    assert hasty(hall) == []
    hall.take()
    assert hasty(hall) == [
        {"kind": "burst", "name": "token:1", "numbers": 30, "at": "2026-11-23T08:00:00+07:00"},
    ]  # fmt: skip
    hall.clock.pass_(minutes=9)
    assert len(hasty(hall)) == 1
    hall.clock.pass_(seconds=2)
    assert hasty(hall) == []


def test_a_steady_device_is_no_alarm(hall: Centre) -> None:
    for _ in range(2 * MOST_NUMBERS):
        hall.take()
        hall.clock.pass_(seconds=2.1)
    assert hasty(hall) == []


def test_taking_and_giving_up_in_turns_is_an_alarm(hall: Centre) -> None:
    for _ in range(MOST_GIVEN_UP):
        assert hasty(hall) == []
        hall.office.give_up(hall.take()["code"])
        hall.clock.pass_(minutes=1)
    assert [(a["kind"], a["numbers"]) for a in hasty(hall)] == [("give_ups", 5)]


def test_what_officers_cancel_is_not_given_up(hall: Centre) -> None:
    for _ in range(MOST_GIVEN_UP):
        hall.office.cancel(SITE, hall.take()["number"], OFFICER, reason="x")
    assert hasty(hall) == []


def test_a_burst_is_known_after_a_restart(hall: Centre) -> None:
    for _ in range(MOST_NUMBERS):
        hall.take()
    hall.close()
    again = Centre(hall.path, hall.clock)
    assert [a["kind"] for a in hasty(again)] == ["burst"]
    again.close()


def test_a_burst_is_refused_only_where_the_office_wants_it_and_never_to_an_officer(hall: Centre) -> None:
    for n in range(MOST_NUMBERS + 1):
        hall.take(key=f"k{n}")
    refusing(hall)
    with pytest.raises(RateLimited) as refused:
        hall.take()
    assert refused.value.details == {"retry_after": 60}
    assert hall.take(key="k30")["number"] == "1031", "the same tap gets its number again"
    assert hall.take(actor=OFFICER)["number"] == "1032"
    assert hall.take(actor=OTHER_KIOSK)["number"] == "1033"
    hall.clock.pass_(seconds=60)
    assert hall.take()["number"] == "1034"


def test_who_gives_up_again_and_again_has_to_wait_where_the_office_wants_it(hall: Centre) -> None:
    refusing(hall)
    for _ in range(MOST_GIVEN_UP):
        hall.office.give_up(hall.take()["code"])
    hall.clock.pass_(minutes=4)
    with pytest.raises(RateLimited) as refused:
        hall.take()
    assert refused.value.details == {"retry_after": 360}
    hall.clock.pass_(minutes=6)
    hall.take()


def test_the_program_is_told_when_to_ask_again(kit: Kit) -> None:
    kit.office.apply_site(replace(uncapped(kit.office.site("ward")), refuse_bursts=True))
    for _ in range(MOST_NUMBERS):
        good(kit.call("POST", "/sites/ward/tickets", "kiosk", json={"field": "HT"}), 201)
    refused = kit.call("POST", "/sites/ward/tickets", "kiosk", json={"field": "HT"})
    assert problem(refused, 429, "rate_limited")["retry_after"] == 60
    assert refused.headers["Retry-After"] == "60"
    good(kit.call("POST", "/sites/ward/tickets", "officer", json={"field": "HT"}), 201)
