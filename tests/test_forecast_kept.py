"""A forecast as it is kept beside the line, and what is told to those far behind in it."""

from __future__ import annotations

import pytest

from tests.kit import OFFICER, OTHER_OFFICER, SITE, Centre, uncapped
from ticketing.lookups import Look, forecast
from ticketing.rules import waits
from ticketing.rules.forecast import Span
from ticketing.rules.waits import Forecast


@pytest.mark.parametrize("far", [1, 4, waits.FAR])
def test_a_forecast_that_went_on_tells_the_same_as_a_new_one(
    centre: Centre, monkeypatch: pytest.MonkeyPatch, far: int
) -> None:
    monkeypatch.setattr(waits, "FAR", far)
    monkeypatch.setattr(waits, "BLOCK", 2)

    def spans(look: Look, fresh: bool) -> list[Span | None]:
        kept, line = forecast(look), look.view.queues.line(SITE, look.date)
        made = Forecast(kept.present, line) if fresh else kept
        found = [made.newcomer(queue) for queue in waits.usual_lengths(look.site)]
        return [made.of(one.id) for one in line.waiting] + found

    centre.office.apply_site(uncapped(centre.office.site(SITE)))
    for priority in (None, "elderly", None):
        centre.take(priority=priority)
        centre.take("CT")
    centre.open(1, fields=["HT", "CT"], services=["result"])
    centre.open(2, OTHER_OFFICER, fields=["CT", "BT"], services=["result"])
    centre.next(1)
    centre.office.hold(SITE, 1, OFFICER, reason="papers")
    centre.next(1)
    for field in ("CT", "BT", "HT", "CT", "BT", "CT", "HT"):
        kept = centre.office.see(SITE, spans, False)
        centre.take(field)
        assert len(centre.office.see(SITE, spans, False)) == len(kept) + 1
        assert centre.office.see(SITE, spans, False) == centre.office.see(SITE, spans, True)


def test_whoever_waits_far_behind_is_told_what_was_told_at_the_taking(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waits, "FAR", 3)
    monkeypatch.setattr(waits, "BLOCK", 2)
    centre.office.apply_site(uncapped(centre.office.site(SITE)))
    uncalled = [centre.take("BT") for _ in range(8)]
    assert {field["wait_estimate_s"] for field in centre.office.board(SITE)["fields"]} == {None}
    assert {centre.office.ticket(one["code"])["expected_at"] for one in uncalled} == {None}
    centre.open(1, fields=["HT", "CT"], services=[])
    taken = [centre.take(field) for field in ("HT", "CT", "HT", "HT", "CT", "HT", "CT", "HT", "HT")]
    assert [centre.office.ticket(one["code"])["expected_at"] for one in taken] == [one["expected_at"] for one in taken]
    times = [one["expected_at"] for one in taken]
    assert times == sorted(times) and len(set(times)) == 5


def test_a_forecast_is_kept_until_something_happens_or_five_seconds_have_passed(centre: Centre) -> None:
    def played() -> Forecast:
        return centre.office.see(SITE, forecast)

    centre.open(1, fields=["HT"], services=[])
    for _ in range(3):
        centre.take()
    first = played()
    assert played() is first
    centre.next(1)
    second = played()
    assert second is not first and played() is second
    centre.clock.pass_(seconds=5)
    assert played() is not second
