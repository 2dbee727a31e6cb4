"""The same arrivals under Tây Ninh's plan: who is sent away, deferred, refused by the cap; then the release."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from tests.simulation.arrivals import Arrival, arrivals
from tests.simulation.hall import Hall, Tally
from tests.simulation.months import SEED, WORKING_DAYS, Played, begin, play
from tests.simulation.reported import report
from ticketing.rules.people import Actor
from ticketing.rules.sessions import SessionChange
from ticketing.rules.sites import Site
from ticketing.store import check
from ticketing.verbs.plans import ReleaseOrder

HEAD, DISTRICT = "tay-ninh", "trang-bang"
UNITS = {HEAD: 26, DISTRICT: 14}
CAP = 16
ADMIN = Actor("officer:tay-ninh.admin", "admin", HEAD, "admin")
# Invented: no act had been issued in these days. The real one came three and a half years later.
ACT = ReleaseOrder("Thủ tướng Chính phủ", "Quyết định giả định", date(2020, 4, 29), date(2020, 5, 4), "Nguyễn Văn A")
AFTER = (date(2020, 5, 4), date(2020, 5, 5))

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    played = begin("tay-ninh-2020", tmp_path_factory.mktemp("tay-ninh"))
    for day in WORKING_DAYS:
        for session in ("morning", "afternoon"):
            played.office.change_session(HEAD, f"{day}-{session}", SessionChange(cap=CAP, reason="Thiếu cán bộ"), ADMIN)
    for unit, people in UNITS.items():
        play(played, unit, WORKING_DAYS, people)
    yield played
    played.office.store.close()


@pytest.fixture(scope="module")
def released(month: Played) -> Iterator[tuple[Played, Tally, dict[str, int]]]:
    """The month, then the act, then the whole backlog on the first two working days. `deferred` before the act."""
    month.clock.set("2020-04-29T18:00")
    deferred = month.office.deferred(HEAD)
    policy = month.office.plan(HEAD).policy
    assert policy is not None
    month.office.release(HEAD, policy.code, ACT, ADMIN)
    hall = Hall(month.office, month.clock, month.office.site(HEAD))
    for day in AFTER:
        hall.play(day, _backlog(hall.site, day, deferred["tickets"]))
    yield month, hall.tally, deferred


def counted(item: dict[str, Any]) -> int:
    """Dossiers that a session's cap has to hold."""
    return int(item["issued_dossiers"] - item["given_back_dossiers"])


def _backlog(site: Site, day: date, people: int) -> list[Arrival]:
    model = next(one for one in arrivals(site, day, 26, SEED) if one.service == "result")
    opening = datetime.combine(day, time(7), site.zone)
    still = replace(model, absent=False, gives_up=False, postal="", minutes=1.0)
    return [replace(still, at=opening + timedelta(seconds=20 * number)) for number in range(people)]


@pytest.mark.states("TN-02", "TN-04", "TN-10", "TN-11")
def test_the_same_people_are_sent_to_the_portal_deferred_or_stopped_by_the_cap(month: Played) -> None:
    for unit in UNITS:
        book = month.ledger(unit)
        decided: Counter[tuple[str, str]] = Counter()
        for (_day, decision, to), number in book.diverted.items():
            decided[decision, to] += number
        assert decided["online_only", "portal"] > 50, unit
        assert decided["post_only", "deferred"] > 20, unit
        assert decided["post_only", "post"] > 5, unit
        assert {service for _session, service in book.taken} == {"submit", "help", "postal_handover"}, unit
    refused = Counter(code for _day, code in month.tallies[HEAD].refused)
    assert refused["cap_reached"] > 0


@pytest.mark.states("TN-06")
def test_no_session_took_more_dossiers_than_its_cap(month: Played) -> None:
    for unit in UNITS:
        items = report(month, unit, "sessions")["items"]
        assert len(items) == 44
        assert all(item["cap"] is not None and counted(item) <= item["cap"] for item in items)
    full = [i for i in report(month, HEAD, "sessions")["items"] if counted(i) == i["cap"]]
    assert full, "some session of the centre is sold out"


@pytest.mark.parametrize("unit", UNITS)
def test_the_journal_counts_what_the_callers_were_told(month: Played, unit: str) -> None:
    book, tally = month.ledger(unit), month.tallies[unit]
    assert (book.taken, book.dossiers, book.ended) == (tally.taken, tally.dossiers, tally.ended)
    assert (book.diverted, book.received, book.postal) == (tally.diverted, tally.received, tally.postal)


def test_the_plan_without_an_end_still_holds_and_no_timer_has_opened_anything(month: Played) -> None:
    far = month.office.plan(HEAD, date(2023, 10, 19))
    assert far.policy is not None and far.result_mode == "postal_only"


@pytest.mark.states("TN-11")
def test_with_the_act_results_are_handed_out_again_under_their_cap(
    released: tuple[Played, Tally, dict[str, int]],
) -> None:
    month, tally, deferred = released
    assert deferred["tickets"] == sum(
        n for (_day, _decision, to), n in month.tallies[HEAD].diverted.items() if to == "deferred"
    )
    given = Counter({key: n for key, n in tally.taken.items() if key[1] == "result"})
    caps = {
        key: month.office.sessions(HEAD, day)[0]["service_caps"]["result"]
        for day in AFTER
        for key in [f"{day}-morning"]
    }
    assert {key[0]: n for key, n in given.items()} == {k: min(cap, deferred["tickets"]) for k, cap in caps.items()}
    assert sum(n for (_day, code), n in tally.refused.items() if code == "cap_reached") == sum(
        max(0, deferred["tickets"] - cap) for cap in caps.values()
    )


def test_only_collecting_was_opened_and_everything_is_journaled(released: tuple[Played, Tally, dict[str, int]]) -> None:
    month, _tally, _deferred = released
    assert month.office.plan(HEAD, AFTER[0]).result_mode == "in_person"
    assert "online_only" in {p["decision"] for p in month.office.procedures(HEAD)}
    [line] = month.office.store.read(lambda view: view.journal.of_kinds(HEAD, ("policy_released",)))
    assert (line.actor, line.data["by"], line.data["act"]) == (ADMIN.id, ACT.by, ACT.act)
    assert len(month.ledger(HEAD).policies) == 2, "the act made another version"
    assert check(month.database) == []
