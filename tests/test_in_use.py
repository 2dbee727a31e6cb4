"""A configuration never takes away what numbers stand in, unless somebody says what becomes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.kit import MONDAY, OFFICER, SITE, Centre, ManualClock, small_site
from ticketing.errors import Conflict, InUse, Invalid
from ticketing.rules.people import CLI
from ticketing.rules.site_use import Carry
from ticketing.rules.sites import Site
from ticketing.store import check
from ticketing.verbs.sites import Applied, SiteOrder


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    centre = Centre(tmp_path / "layso.db", ManualClock(), small_site())
    yield centre
    assert check(centre.path) == []
    centre.close()


def without(what: str, code: str) -> Site:
    """The small site without a field, a service, a counter, or a priority class."""
    site = small_site()
    if what == "counter":
        return replace(
            site, counters=tuple(c for c in site.counters if str(c.number) != code),
            sessions=tuple(replace(s, counters=s.counters and (1, 2)) for s in site.sessions),
        )  # fmt: skip
    if what == "priority":
        return replace(site, priorities=())
    names = "fields" if what == "field" else "services"
    return replace(
        site, procedures=tuple(p for p in site.procedures if p.field != code),
        sessions=tuple(replace(s, field_caps={}, service_caps={}, fields=None) for s in site.sessions),
        counters=tuple(replace(c, **{names: tuple(x for x in getattr(c, names) if x != code)}) for c in site.counters),
        **{names: tuple(x for x in getattr(site, names) if x.code != code)},
    )  # fmt: skip


def uncalled(code: str) -> Site:
    """The small site with no counter that calls a field."""
    site = small_site()
    return replace(
        site, counters=tuple(replace(c, fields=tuple(f for f in c.fields if f != code)) for c in site.counters)
    )


def put(centre: Centre, site: Site, **carry: Any) -> Applied:
    return centre.office.apply_sites([site], SiteOrder(CLI, carry=Carry(**carry)))[0]


def refused(centre: Centre, site: Site, **carry: Any) -> list[tuple[str, str, list[str]]]:
    before, seq = centre.office.site(SITE), centre.seq()
    with pytest.raises(InUse) as refusal:
        put(centre, site, **carry)
    assert (centre.office.site(SITE), centre.seq()) == (before, seq)
    return [(use["what"], use["code"], use["numbers"]) for use in refusal.value.details["uses"]]


def at_counter_1(centre: Centre) -> str:
    number = centre.take()["number"]
    centre.open(1)
    assert centre.next() is not None
    return str(number)


def sent_to_3(centre: Centre) -> str:
    number = at_counter_1(centre)
    centre.office.transfer(SITE, 1, OFFICER, to_counter=3)
    return number


def held(centre: Centre) -> str:
    number = at_counter_1(centre)
    centre.office.hold(SITE, 1, OFFICER)
    return number


def serving(centre: Centre) -> str:
    number = at_counter_1(centre)
    centre.office.start(SITE, 1, OFFICER)
    return number


def waiting(**order: Any) -> Callable[[Centre], str]:
    return lambda centre: str(centre.take(**order)["number"])


IN_USE = [
    (waiting(field="HT"), without("field", "HT"), "field", "HT", "CT"),
    (at_counter_1, without("field", "HT"), "field", "HT", "CT"),
    (serving, without("field", "HT"), "field", "HT", "CT"),
    (held, without("field", "HT"), "field", "HT", "CT"),
    (waiting(service="help"), without("service", "help"), "service", "help", "result"),
    (at_counter_1, without("counter", "1"), "counter", "1", "2"),
    (serving, without("counter", "1"), "counter", "1", "2"),
    (sent_to_3, without("counter", "3"), "counter", "3", "2"),
    (waiting(priority="elderly"), without("priority", "elderly"), "priority", "elderly", ""),
    (waiting(field="BT"), uncalled("BT"), "field", "BT", "CT"),
    (held, uncalled("HT"), "field", "HT", "CT"),
]
CASES = pytest.mark.parametrize(("stand", "site", "what", "code", "into"), IN_USE)


@pytest.mark.faults("P2")
@CASES
def test_what_numbers_stand_in_is_not_taken_away_and_the_refusal_names_them(
    centre: Centre, stand: Callable[[Centre], str], site: Site, what: str, code: str, into: str
) -> None:
    number = stand(centre)
    assert refused(centre, site) == [(what, code, [number])]


@pytest.mark.faults("P2")
@CASES
def test_numbers_move_to_what_is_said_and_are_called_there_with_their_own_number(
    centre: Centre, stand: Callable[[Centre], str], site: Site, what: str, code: str, into: str
) -> None:
    number = stand(centre)
    assert put(centre, site, moves={code: into}).moved == 1
    assert centre.office.site(SITE) == site
    row = centre.row(number)
    for counter in (1, 2):
        if site.counter(counter) and row.state in ("waiting", "held"):
            centre.open(counter, takeover=True)
    if row.state == "held":
        centre.office.requeue(SITE, number, OFFICER)
    called = {
        ticket["number"]
        for counter in (1, 2)
        if site.counter(counter) and (ticket := centre.next(counter) if row.state in ("waiting", "held") else None)
    }
    assert number in called or centre.row(number).state in ("called", "serving")
    if row.state in ("called", "serving"):
        assert centre.office.finish(SITE, 1, OFFICER)["state"] == "done"


def test_a_move_for_one_of_two_uses_leaves_the_other_refused(centre: Centre) -> None:
    first, second = centre.take("HT")["number"], centre.take(service="help")["number"]
    site = replace(without("field", "HT"), services=small_site().services[:1] + small_site().services[2:])
    site = replace(site, counters=tuple(replace(c, services=()) for c in site.counters))
    assert refused(centre, site, moves={"HT": "CT"}) == [("service", "help", [second])]
    assert put(centre, site, moves={"field:HT": "CT"}, at_day_end=True).outcome == "kept"
    assert centre.state(first) == "waiting"


@pytest.mark.parametrize(
    ("moves", "reason"),
    [
        ({"HT": "XX"}, "no_such_field"),
        ({"HT": "HT"}, "no_such_field"),
        ({"XX": "CT"}, "unknown"),
        ({"field:HT": "2"}, "no_such_field"),
    ],
)
def test_a_move_that_leads_nowhere_is_refused(centre: Centre, moves: dict[str, str], reason: str) -> None:
    number = centre.take("HT")["number"]
    with pytest.raises(Invalid) as refusal:
        put(centre, without("field", "HT"), moves=moves)
    assert refusal.value.details["errors"][0]["reason"] == reason
    assert centre.state(number) == "waiting"


def test_whoever_waits_for_a_counter_that_goes_follows_it(centre: Centre) -> None:
    site = replace(without("counter", "3"), counters=(small_site().counters[1],))
    site = replace(site, sessions=tuple(replace(s, counters=None) for s in site.sessions))
    number = centre.take("BT")["number"]
    assert refused(centre, site) == [("field", "BT", [number])]
    assert put(centre, site, moves={"1": "2"}).moved == 1
    centre.open(2)
    called = centre.next(2)
    assert called is not None and called["number"] == number


@pytest.mark.faults("P2")
def test_an_empty_open_counter_closes_with_its_end_and_an_open_one_calls_no_field_that_is_gone(centre: Centre) -> None:
    centre.open(1)
    centre.open(3, fields=["BT"])
    put(centre, replace(without("counter", "3")))
    assert centre.store.read(lambda view: view.counters.get(SITE, 3)).state == "closed"
    assert centre.kinds()[-1] == "counter_closed"
    put(centre, replace(without("field", "CT"), counters=without("field", "CT").counters[:2]))
    assert centre.store.read(lambda view: view.counters.get(SITE, 1)).fields == ("HT", "BT")


def test_what_nobody_stands_in_goes_at_once(centre: Centre) -> None:
    number = centre.take("HT")["number"]
    centre.open(1)
    centre.next()
    centre.office.finish(SITE, 1, OFFICER)
    assert put(centre, without("field", "HT")).outcome == "changed"
    assert centre.state(number) == "done"


def test_an_absent_number_of_a_field_that_is_gone_goes_to_a_counter_and_not_into_the_queue(centre: Centre) -> None:
    number = centre.take("HT")["number"]
    centre.open(1)
    centre.next()
    centre.office.no_show(SITE, 1, OFFICER)
    put(centre, without("field", "HT"))
    with pytest.raises(Conflict) as refusal:
        centre.office.requeue(SITE, number, OFFICER)
    assert refusal.value.reason == "queue_gone"
    assert centre.office.resume(SITE, 1, OFFICER, number=number)["state"] == "called"


@pytest.mark.faults("P2")
@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Pacific/Kiritimati", "Asia/Tokyo"])
def test_another_time_zone_waits_for_the_end_of_a_day_with_numbers_and_changes_no_ledger(
    centre: Centre, zone: str
) -> None:
    number = centre.take("HT")["number"]
    elsewhere = replace(small_site(), timezone=zone)
    centre.clock.set("2026-11-23T17:30")
    assert refused(centre, elsewhere) == [("timezone", "Asia/Ho_Chi_Minh", [number])]
    assert put(centre, elsewhere, at_day_end=True).outcome == "kept"
    assert centre.state(number) == "waiting"
    centre.clock.set("2026-11-24T00:00:01")
    assert centre.office.board(SITE)["time"][19:] != "+07:00"
    leaves = centre.office.store.read(lambda view: view.ledgers.leaves(SITE, MONDAY, 0))
    assert leaves[-1].text == f"expired\t{number}\t2026-11-23T23:59:59+07:00"


@pytest.mark.faults("P2")
def test_at_the_end_of_the_day_it_changes_once_and_survives_a_restart(tmp_path: Path) -> None:
    clock, path = ManualClock(), tmp_path / "layso.db"
    centre = Centre(path, clock, small_site())
    number = centre.take("HT")["number"]
    after = without("field", "HT")
    assert put(centre, after, at_day_end=True).outcome == "kept"
    assert centre.office.site(SITE) == small_site()
    assert centre.kinds()[-1] == "configuration_kept"
    assert put(centre, after, at_day_end=True).outcome == "kept"
    assert centre.kinds().count("configuration_kept") == 1
    centre.close()
    assert check(path) == []

    again = Centre(path, clock)
    clock.set("2026-11-23T23:59:59")
    assert again.office.board(SITE)["fields"][0]["code"] == "HT"
    assert again.state(number) == "waiting"
    clock.set("2026-11-24T00:00:01")
    assert [field["code"] for field in again.office.board(SITE)["fields"]] == ["CT", "BT"]
    again.office.apply_site(small_site())
    clock.set("2026-11-25T08:00")
    assert [field["code"] for field in again.office.board(SITE)["fields"]] == ["HT", "CT", "BT"]
    configured = [line for line in again.office.journal(SITE, limit=1000) if line["kind"] == "site_configured"]
    assert [line["data"].get("waited", False) for line in configured] == [False, True, False]
    assert configured[1]["at"] == "2026-11-24T00:00:00+07:00"
    assert check(path) == []
    again.close()


def test_what_waits_keeps_what_others_change_meanwhile_and_refuses_what_it_would_undo(centre: Centre) -> None:
    centre.take("HT")
    put(centre, without("field", "HT"), at_day_end=True)
    put(centre, replace(small_site(), hotline="1900"))
    with pytest.raises(Conflict) as refusal:
        put(centre, replace(small_site(), hotline="1900", priorities=()))
    assert refusal.value.reason == "config_waits"
    centre.clock.set("2026-11-24T08:00")
    centre.office.board(SITE)
    assert centre.office.site(SITE) == replace(without("field", "HT"), hotline="1900")


def test_what_waits_is_dropped_by_asking_for_what_stands(centre: Centre) -> None:
    centre.take("HT")
    put(centre, without("field", "HT"), at_day_end=True)
    assert put(centre, small_site(), at_day_end=True).outcome == "dropped"
    centre.clock.set("2026-11-24T08:00")
    centre.office.board(SITE)
    assert centre.office.site(SITE) == small_site()
