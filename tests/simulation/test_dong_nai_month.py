"""Đồng Nai's window, 30/3 to 29/4/2020: 22 working days at three units, through the office's own verbs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from tests.simulation.months import FIRST, GIO_TO, LAST, WORKING_DAYS, Played, begin, play
from tests.simulation.reported import persons, posted, report, total
from ticketing.store import check

UNITS = {"dong-nai": 15, "bien-hoa": 13, "trang-dai": 12}

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    played = begin("dong-nai-2020", tmp_path_factory.mktemp("dong-nai"))
    for unit, people in UNITS.items():
        play(played, unit, WORKING_DAYS, people)
    played.clock.set("2020-04-30T08:00")
    played.office.follow_clock()
    yield played
    played.office.store.close()


@pytest.mark.states("DN-09", "DN-10")
def test_the_window_has_22_working_days_and_44_sessions_at_every_unit(month: Played) -> None:
    assert len(WORKING_DAYS) == 22 and GIO_TO not in WORKING_DAYS
    for unit in UNITS:
        held = [
            session["id"]
            for ahead in range((LAST - FIRST).days + 1)
            for session in month.office.sessions(unit, FIRST + timedelta(days=ahead))
        ]
        assert len(held) == 44, unit
        assert {key[:10] for key in held} == {day.isoformat() for day in WORKING_DAYS}


@pytest.mark.parametrize("unit", UNITS)
def test_the_journal_counts_what_the_callers_were_told(month: Played, unit: str) -> None:
    book, tally = month.ledger(unit), month.tallies[unit]
    assert (book.taken, book.dossiers) == (tally.taken, tally.dossiers)
    assert (book.ended, book.received, book.by_counter) == (tally.ended, tally.received, tally.by_counter)
    assert (book.diverted, book.postal) == (tally.diverted, tally.postal)
    assert sum(book.taken.values()) > 300 and sum(book.diverted.values()) > 100


def test_nobody_is_refused_by_the_plan_or_by_a_cap(month: Played) -> None:
    for unit in UNITS:
        codes = {code for _day, code in month.tallies[unit].refused}
        assert codes <= {"session_closed"}, unit


def test_every_ticket_and_diversion_names_the_one_version_that_held(month: Played) -> None:
    for unit in UNITS:
        [version] = month.ledger(unit).policies
        assert version.startswith("dong-nai/")
        assert '"valid_to": "2020-04-29"' in month.office.policy_text(version)


def test_after_the_last_day_the_plan_is_gone_by_itself(month: Played) -> None:
    for unit in UNITS:
        assert month.office.board(unit)["policy"] is None
        assert {p["decision"] for p in month.office.procedures(unit)} == {"ticket"}
        assert month.office.plan(unit, LAST).policy is not None


def test_the_data_keep_their_promises(month: Played) -> None:
    assert check(month.database) == []


@pytest.mark.parametrize("unit", UNITS)
def test_the_daily_report_adds_up(month: Played, unit: str) -> None:
    book = month.ledger(unit)
    items = report(month, unit, "daily")["items"]
    assert len(items) == 31
    told = {item["date"]: (item["tickets"], item["received"]) for item in items if item["tickets"]}
    taken: Counter[str] = Counter()
    received: Counter[str] = Counter()
    for (session, _service), number in book.taken.items():
        taken[session[:10]] += number
    for session, dossiers in book.received.items():
        received[session[:10]] += dossiers
    assert told == {day: (number, received[day]) for day, number in taken.items()}


@pytest.mark.parametrize("unit", UNITS)
def test_the_sessions_report_adds_up(month: Played, unit: str) -> None:
    book = month.ledger(unit)
    items = report(month, unit, "sessions")["items"]
    assert len(items) == 44
    for item in items:
        key = item["session"]
        assert item["issued_tickets"] == sum(n for (session, _), n in book.taken.items() if session == key)
        assert item["served_tickets"] == book.ended[key, "done"]
        assert item["absent_tickets"] == book.ended[key, "no_show"]
        assert item["cap"] is None


@pytest.mark.parametrize("unit", UNITS)
def test_the_fields_and_counters_reports_add_up(month: Played, unit: str) -> None:
    book = month.ledger(unit)
    fields = {i["code"]: i["tickets"] for i in report(month, unit, "fields")["items"] if i["group"] == "field"}
    assert fields == dict(book.fields)
    counters = report(month, unit, "counters")["items"]
    assert {i["counter"]: i["visits"] for i in counters if i["visits"]} == dict(book.by_counter)
    assert {i["counter"]: i["calls"] for i in counters if i["calls"]} == dict(book.calls)


@pytest.mark.states("DN-25")
@pytest.mark.parametrize("unit", UNITS)
def test_the_diversions_report_adds_up(month: Played, unit: str) -> None:
    book = month.ledger(unit)
    assert persons(report(month, unit, "diversions")) == book.diverted


@pytest.mark.states("DN-28", "DN-29")
@pytest.mark.parametrize("unit", UNITS)
def test_the_postal_list_adds_up_over_the_whole_window(month: Played, unit: str) -> None:
    book = month.ledger(unit)
    made = report(month, unit, "postal")
    assert posted(made) == book.postal
    for form in ("submit", "return"):
        assert total(made, form) == sum(n for (_day, of), n in book.postal.items() if of == form)


def test_a_day_outside_the_window_is_in_no_report(month: Played) -> None:
    made = report(month, "dong-nai", "sessions", date(2020, 4, 30), date(2020, 5, 3))
    assert all(item["issued_tickets"] == 0 for item in made["items"])
