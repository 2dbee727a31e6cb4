"""What a day's report counts, from tickets alone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from msgspec.structs import replace

from tests.kit import MONDAY, SITE, small_site
from ticketing.reports.catalogue import Table, as_dict, days_of
from ticketing.reports.from_tickets import Daily
from ticketing.rules.sites import Site
from ticketing.rules.tickets import Ticket

EIGHT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def ticket(number: int, state: str = "done", wait_s: int = 60, visit_s: int = 300, **changes: Any) -> Ticket:
    called = EIGHT + timedelta(seconds=wait_s)
    made = Ticket(
        id=number, site=SITE, day=MONDAY, number=str(1000 + number), service="submit", field="HT", procedure=None,
        session="2026-11-23-morning", counted_session="2026-11-23-morning", counted_field="HT", dossiers=1,
        counted=True, priority=None, lang="vi", source="kiosk", policy="default", issued_at=EIGHT, position=number,
        state=state, called_at=called, started_at=None, ended_at=called + timedelta(seconds=visit_s),
    )  # fmt: skip
    return replace(made, **changes)


def table_of(*tickets: Ticket, site: Site | None = None, last: date = MONDAY) -> Table:
    making = Daily(site or small_site(), MONDAY, last, "vi")
    for day in days_of(MONDAY, last):
        making.add(day, [t for t in tickets if t.day == day])
    return making.table()


def day_of(*tickets: Ticket) -> dict[str, Any]:
    return as_dict(table_of(*tickets))["items"][0]


def test_a_day_counts_tickets_dossiers_and_states() -> None:
    day = day_of(
        ticket(1, dossiers=3),
        ticket(2, "no_show", dossiers=2, ended_at=EIGHT),
        ticket(3, "waiting", called_at=None, ended_at=None, field="CT"),
        ticket(4, service="help", field=None, dossiers=1),
    )
    assert (day["date"], day["tickets"], day["dossiers"], day["received"]) == ("2026-11-23", 4, 6, 3)
    assert {state: n for state, n in day["states"].items() if n} == {"done": 2, "no_show": 1, "waiting": 1}
    assert [(f["code"], f["tickets"], f["dossiers"]) for f in day["fields"]] == [("HT", 2, 5), ("CT", 1, 1)]
    assert [(s["code"], s["name"], s["tickets"]) for s in day["services"]] == [("help", "Hướng dẫn", 1)]


def test_times_are_nearest_rank_and_nothing_when_nobody_was() -> None:
    day = day_of(*(ticket(n, wait_s=n * 10, visit_s=n * 100) for n in range(1, 11)))
    assert (day["wait_median_s"], day["wait_p90_s"]) == (50, 90)
    assert (day["service_median_s"], day["service_p90_s"]) == (500, 900)
    empty = day_of()
    assert (empty["tickets"], empty["wait_median_s"], empty["service_p90_s"]) == (0, None, None)


def test_service_time_runs_from_the_start_if_there_was_one() -> None:
    started = ticket(1, wait_s=60, visit_s=300, started_at=EIGHT + timedelta(seconds=120))
    assert day_of(started)["service_median_s"] == 240


def test_every_day_of_the_window_has_a_row_one_without_tickets_too() -> None:
    days = [ticket(n, day=MONDAY + timedelta(days=n)) for n in (0, 2)]
    report = table_of(*days, last=MONDAY + timedelta(days=2))
    assert [(row["date"], row["tickets"]) for row in report.rows if row["group"] == "day"] == [
        ("2026-11-23", 1), ("2026-11-24", 0), ("2026-11-25", 1),
    ]  # fmt: skip
    assert (report.totals["tickets"], report.totals["done"]) == (2, 2)


def test_a_field_that_left_the_configuration_keeps_its_line() -> None:
    assert [(f["code"], f["name"]) for f in day_of(ticket(1, field="GONE"))["fields"]] == [("GONE", "GONE")]
