"""Pauses that officers are likely to take, from those that they took."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kit import OFFICER, SITE, Centre, uncapped
from ticketing.rules.forecast import Desk, Play, Span, Waiter, outlook
from ticketing.rules.pauses import DAY_S, Habits, Pause, Seat, Sitting, sittings, within
from ticketing.rules.visits import Ended, Lengths, Visit, habits, measured

HT = ("submit", "HT")
NINE = 9 * 3600.0
MORNING = Sitting(1, NINE - 5400, NINE + 9000, (Pause(NINE, NINE + 600),))


def days(*found: Sitting) -> list[Sitting]:
    """The same on each of five days before the first."""
    return [
        Sitting(one.counter, one.begun - n * DAY_S, one.ended - n * DAY_S,
                tuple(Pause(p.begun - n * DAY_S, p.ended - n * DAY_S) for p in one.pauses))
        for n in range(1, 6) for one in found
    ]  # fmt: skip


def test_a_sitting_goes_from_the_opening_to_the_closing_and_a_last_pause_ends_it() -> None:
    seats = [
        (1, 0, "opened"), (2, 5, "opened"), (1, 100, "paused"), (1, 160, "opened"), (1, 170, "opened"),
        (1, 300, "paused"), (1, 900, "closed"), (2, 950, "paused"), (3, 960, "closed"),
    ]  # fmt: skip
    day, next_day = date(2026, 11, 23), date(2026, 11, 24)
    of_day = [Seat(counter, at, f"counter_{kind}", day) for counter, at, kind in seats]
    first, second, third = sittings([*of_day, Seat(2, DAY_S, "counter_opened", next_day)])
    assert first == Sitting(1, 0, 300, (Pause(100, 160),))
    assert third == Sitting(2, DAY_S)
    assert second == Sitting(2, 5, 950), "a night ends a pause that nobody ended, and the sitting with it"


def test_a_past_pause_that_nobody_ended_keeps_no_counter_for_ever() -> None:
    left = Sitting(1, NINE - 5400, pauses=(Pause(NINE, float("inf")),))
    assert left.over() == Sitting(1, NINE - 5400, NINE)
    assert MORNING.over() is MORNING


def test_only_days_with_as_many_pauses_behind_at_that_time_tell_what_is_ahead() -> None:
    fresh, rested = Habits(days(MORNING), {1: Sitting(1, NINE - 5000)}), Habits(days(MORNING), {1: MORNING})
    before, after = NINE - 600, NINE + 1200
    assert fresh.ahead(fresh.behind(1, before), before, 0.0).count((Pause(600, 1200),)) == 5
    assert not any(rested.ahead(rested.behind(1, after), after, 0.0))
    assert fresh.ahead(fresh.behind(1, after), after, 0.0) == [], "no day was like this one"
    assert fresh.ahead(0, NINE + 20_000, 0.0) == [], "nobody sat there any more"


def test_a_pause_that_is_likely_delays_those_who_would_be_called_after_its_beginning() -> None:
    at, desks, waiting = NINE - 600, [Desk(1, (HT,))], [Waiter(HT)] * 6
    steady = {HT: Visit(mean_s=300, cv=0, doubt=0, gap_s=0)}
    plain = outlook(Play(desks, Lengths(steady), at=at), desks, waiting, [HT], "strict")
    paused = Lengths(steady, habits=Habits(days(MORNING), {1: Sitting(1, NINE - 5000)}))
    found = outlook(Play(desks, paused, at=at), desks, waiting, [HT], "strict")
    later = [b.likely - a.likely for a, b in zip(plain.waiters, found.waiters, strict=True) if a and b]
    assert later[:2] == [0, 0] and later[3:] == [pytest.approx(600 * 5 / 7, abs=60)] * 3


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 4), st.integers(1, 20), st.integers(-5000, 4000), st.data())
def test_with_pauses_too_nobody_is_called_later_because_somebody_left_or_a_counter_opened(
    counters: int, number: int, since: int, data: st.DataObject
) -> None:
    at, gone = NINE + since, data.draw(st.integers(0, number - 1))
    lengths = Lengths({HT: Visit(400)}, habits=Habits(days(MORNING, Sitting(2, NINE - 5400, NINE + 9000))))

    def told(desks: list[Desk], waiting: int) -> list[Span]:
        line = [Waiter(HT)] * waiting
        found = outlook(Play(desks, lengths, at=at), desks, line, [HT], "strict")
        return [one for one in (*found.waiters, found.newcomers[HT]) if one]

    desks = [Desk(n, (HT,), 0, HT if n % 2 else None, 100 * n) for n in range(counters)]
    before, fewer, more = told(desks, number), told(desks, number - 1), told([*desks, Desk(99, (HT,))], number)
    for mine, was in [*zip(fewer[gone:], before[gone + 1 :], strict=True), *zip(more, before, strict=True)]:
        assert all(one <= other + 1e-9 for one, other in zip(mine, was, strict=True))


def test_a_gap_that_was_a_pause_is_no_break_besides() -> None:
    day = date(2026, 11, 23)
    ended = [Ended(day, 1, begun, begun + 100, 0, HT, False, False, False) for begun in (0, 900, 1010, 2000)]
    found = measured(ended, (), {1: [Pause(150, 850)]})
    assert (list(found.gaps), list(found.paused)) == ([800, 10, 890], [800])
    made = habits(found, measured([]), [], {})
    assert (made.break_s, made.break_share) == (890, pytest.approx(1 / 13))
    assert within([Pause(150, 850)], 840, 2000) and not within([Pause(150, 850)], 860, 2000)


def test_how_soon_an_idle_counter_calls_is_what_was_measured() -> None:
    day = date(2026, 11, 23)
    ended = [
        Ended(day, 1, begun, begun + 100, issued, HT, False, False, False)
        for issued, begun in ((0, 0), (50, 110), (500, 740), (1000, 1240), (1100, 1350))
    ]
    found = measured(ended)
    assert (list(found.gaps), list(found.idle)) == ([10, 240, 240, 10], [240, 240])
    learnt = habits(found, measured([]), [], {})
    assert learnt.notice[-2:] == (240, 240) and len(learnt.notice) == 12
    assert (learnt.break_share, learnt.break_s) == (0, 0), "an idle counter has no break"
    desks = [Desk(1, (HT,))]
    plain, slow = (Play(desks, Lengths({}, habits=one)).when(HT) for one in (Habits(), learnt))
    assert plain and slow and max(plain) <= 30 and max(slow) == 240


def test_the_office_tells_a_later_time_where_officers_paused_on_the_days_before(centre: Centre) -> None:
    centre.office.apply_site(uncapped(centre.office.site(SITE)))

    def told(day: int) -> timedelta:
        centre.clock.set(f"2026-11-{day}T08:00")
        centre.open(1, fields=["HT"], services=[])
        centre.clock.set(f"2026-11-{day}T08:50")
        centre.take()
        centre.next(1)
        code = centre.take()["code"]
        found = centre.office.ticket(code)
        centre.clock.set(f"2026-11-{day}T08:52")
        centre.office.finish(SITE, 1, OFFICER)
        centre.office.pause_counter(SITE, 1, OFFICER, "tea")
        centre.clock.set(f"2026-11-{day}T09:30")
        centre.open(1, fields=["HT"], services=[])
        centre.next(1)
        centre.clock.set(f"2026-11-{day}T09:32")
        centre.office.finish(SITE, 1, OFFICER)
        centre.office.close_counter(SITE, 1, OFFICER)
        return datetime.fromisoformat(found["expected_at"]) - datetime.fromisoformat(found["issued_at"])

    waits = [told(day) for day in (23, 24, 25, 26)]
    assert waits[3] > waits[0] + timedelta(minutes=10)
