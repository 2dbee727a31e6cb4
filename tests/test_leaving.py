"""An officer signs out: his counter is closed, nobody's number is left behind; and a counter without him is seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import request

from tests.api_kit import Kit
from tests.kit import OFFICER, OTHER_OFFICER, SITE, Centre
from tests.test_desk import Person, person
from ticketing.errors import Conflict, Invalid
from ticketing.office import Where
from ticketing.rules.people import Actor
from ticketing.verbs.seats import leave

pytestmark = pytest.mark.faults("U1")
LAN = Actor("officer:lan", "officer", SITE, "Lan", by_cookie=True)


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    with Kit(tmp_path) as kit:
        yield kit


def seated(kit: Kit) -> tuple[Person, str]:
    """Lan, signed in, with a number called at counter 1."""
    lan = person(kit, "lan")
    actor = kit.accounts.authenticate(str(lan.client.get_cookie(kit.cookie("staff"), domain="so.example.vn").value))
    kit.office.open_counter("ward", 1, actor)
    kit.take()
    return lan, str(kit.office.call_next("ward", 1, actor)["number"])


def counter(kit: Kit, number: int = 1) -> dict[str, Any]:
    return next(one for one in kit.office.board("ward")["counters"] if one["counter"] == number)


def state(kit: Kit, number: str) -> str:
    return kit.office.look("ward", lambda look: look.view.tickets.by_number("ward", look.date, number)).state


def test_a_logout_with_a_number_called_asks_first_and_changes_nothing(kit: Kit) -> None:
    lan, number = seated(kit)
    before = kit.seq()
    asked = lan.post("/logout")
    assert (asked.status_code, kit.seq()) == (409, before)
    assert number in asked.text and 'name="becomes-ward-1"' in asked.text
    assert lan.get("/ward/counter/").status_code == 200


@pytest.mark.parametrize(
    ("becomes", "then"), [("finish", "done"), ("no_show", "no_show"), ("hold", "held"), ("requeue", "waiting")]
)
def test_the_number_becomes_what_was_said_the_counter_is_closed_and_the_login_ended(
    kit: Kit, becomes: str, then: str
) -> None:
    lan, number = seated(kit)
    assert lan.post("/logout", **{"becomes-ward-1": becomes}).status_code == 303
    assert (state(kit, number), counter(kit)["state"]) == (then, "closed")
    assert lan.get("/ward/counter/").status_code == 303


def test_a_choice_that_no_longer_fits_asks_again(kit: Kit) -> None:
    lan, number = seated(kit)
    lan_id = kit.office.queue("ward", 1)["counter"]["holder"]
    kit.office.start("ward", 1, Actor(lan_id, "officer", "ward"))
    before = kit.seq()
    for becomes in ("no_show", "vanish"):
        asked = lan.post("/logout", **{"becomes-ward-1": becomes})
        assert (asked.status_code, kit.seq()) == (409, before)
    assert 'value="no_show"' not in asked.text
    assert state(kit, number) == "serving"


def test_a_logout_without_a_number_closes_the_counter_and_asks_nothing(kit: Kit) -> None:
    lan, _ = seated(kit)
    lan_id = kit.office.queue("ward", 1)["counter"]["holder"]
    kit.office.finish("ward", 1, Actor(lan_id, "officer", "ward"))
    assert lan.post("/logout").status_code == 303
    assert counter(kit)["state"] == "closed"


def test_somebody_elses_counter_stays_as_it_is(kit: Kit) -> None:
    seated(kit)
    assert person(kit, "ha").post("/logout").status_code == 303
    assert counter(kit)["state"] == "open"


def test_leaving_is_whole_or_not_at_all(centre: Centre) -> None:
    centre.open(1)
    centre.open(2)
    centre.take()
    centre.next(2)
    before = centre.seq()
    for becomes, error in (({}, Conflict), ({2: "vanish"}, Invalid)):
        with pytest.raises(error):
            centre.office.do(Where(SITE, OFFICER), leave, becomes)
    assert centre.seq() == before
    assert centre.office.do(Where(SITE, OFFICER), leave, {2: "finish"}) == [1, 2]


# -- counters whose officer is gone ---------------------------------------------------------------------------


def ghosts(centre: Centre) -> list[dict[str, Any]]:
    return [one for one in centre.office.queue(SITE, None)["alarms"] if one["kind"] == "ghost_counter"]


def test_a_counter_without_a_console_for_two_minutes_is_an_alarm_and_counts_as_open(centre: Centre) -> None:
    consoles = centre.office.office.wiring.consoles
    centre.open(1, LAN)
    consoles.came("one", SITE, 1, LAN.id)
    centre.take()
    centre.next(1, LAN)
    centre.clock.pass_(minutes=10)
    assert ghosts(centre) == []
    consoles.went("one", centre.clock.now())
    centre.clock.pass_(seconds=119)
    assert ghosts(centre) == []
    centre.clock.pass_(seconds=1)
    assert ghosts(centre) == [
        {"kind": "ghost_counter", "counter": 1, "name": "Lan", "number": "1001", "for_s": 120}
    ]
    assert centre.office.board(SITE)["counters"][0]["state"] == "open"
    consoles.came("two", SITE, 1, LAN.id)
    assert ghosts(centre) == []


def test_it_silences_no_alarm_about_people_whom_nobody_calls(centre: Centre) -> None:
    centre.office.apply_site(replace(centre.office.site(SITE), wait_goal_minutes=240))
    centre.open(1, LAN, fields=["HT"], services=[])
    assert ghosts(centre) == []
    centre.take("HT")
    kinds = [one["kind"] for one in centre.office.queue(SITE, None)["alarms"]]
    assert "no_counter" not in kinds
    centre.clock.pass_(minutes=2)
    kinds = [one["kind"] for one in centre.office.queue(SITE, None)["alarms"]]
    assert "no_counter" in kinds and "ghost_counter" in kinds


def test_a_counter_whose_console_never_connected_is_counted_from_its_opening(centre: Centre) -> None:
    centre.office.queue(SITE, None)
    centre.clock.pass_(minutes=1)
    centre.open(1, LAN)
    centre.clock.pass_(minutes=2)
    assert [one["for_s"] for one in ghosts(centre)] == [120]


def test_a_counter_that_a_program_opened_needs_no_console_and_a_pause_is_a_pause(centre: Centre) -> None:
    centre.open(1, Actor("token:7", "officer", SITE, "One-stop software"))
    centre.open(2, LAN)
    centre.office.pause_counter(SITE, 2, LAN)
    assert ghosts(centre) == []
    centre.clock.pass_(minutes=30)
    assert ghosts(centre) == []


def test_whoever_opens_a_closed_counter_again_begins_anew(centre: Centre) -> None:
    consoles = centre.office.office.wiring.consoles
    centre.open(1, LAN)
    consoles.came("one", SITE, 1, LAN.id)
    consoles.went("one", centre.clock.now())
    centre.office.close_counter(SITE, 1, LAN)
    assert ghosts(centre) == []
    centre.clock.pass_(minutes=20)
    centre.open(1, LAN)
    assert ghosts(centre) == []


def test_the_console_of_another_officer_is_not_his(centre: Centre) -> None:
    consoles = centre.office.office.wiring.consoles
    centre.open(1, LAN)
    consoles.came("one", SITE, 1, OTHER_OFFICER.id)
    assert ghosts(centre) == []
    centre.clock.pass_(minutes=2)
    assert len(ghosts(centre)) == 1


def test_a_console_is_there_from_its_connection_to_its_end(kit: Kit) -> None:
    consoles, live, now = kit.layso.office.wiring.consoles, kit.layso.live, kit.clock.now()
    actor = kit.accounts.authenticate(kit.token("officer"))
    with kit.app.test_request_context():
        request.sid = "one"  # type: ignore[attr-defined]
        live.join_counter({"token": kit.token("officer"), "counter": 1})
        assert consoles.gone_since("ward", 1, actor.id, now, lambda: now) is None
        live.left()
    kit.clock.pass_(minutes=1)
    assert consoles.gone_since("ward", 1, actor.id, kit.clock.now(), lambda: now) == now
