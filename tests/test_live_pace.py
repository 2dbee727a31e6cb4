"""When a push is due: the clock is a number here."""

from __future__ import annotations

import pytest

from display.pace import GAP_S, Pace


def test_the_first_push_after_a_rest_is_due_at_once() -> None:
    pace = Pace()
    assert pace.wait(10.0) is None
    pace.mark("a")
    assert pace.wait(10.0) == 0.0
    assert pace.due(10.0) == ["a"]
    assert pace.due(10.0) == []


def test_the_next_one_waits_for_the_gap_and_is_not_lost() -> None:
    pace = Pace(gap=0.06)
    pace.mark("a")
    pace.due(10.0)
    pace.pushed("a", 10.0, 10.001)
    pace.mark("a")
    assert pace.due(10.05) == []
    assert pace.wait(10.05) == pytest.approx(0.011)
    assert pace.due(10.0611) == ["a"]


def test_many_marks_become_one_push() -> None:
    pace = Pace()
    for _n in range(100):
        pace.mark("a")
    assert pace.due(1.0) == ["a"]


def test_a_mark_that_comes_while_pushing_is_pushed_again() -> None:
    pace = Pace(gap=0.06)
    pace.mark("a")
    assert pace.due(1.0) == ["a"]
    pace.mark("a")
    pace.pushed("a", 1.0, 1.01)
    assert pace.due(1.02) == []
    assert pace.due(1.08) == ["a"]


def test_a_slow_site_rests_longer_but_never_too_long_and_no_other_waits_for_it() -> None:
    pace = Pace(gap=0.06, share=3.0, longest=0.5)
    for key, took in (("slow", 0.1), ("stuck", 60.0), ("quick", 0.0)):
        pace.mark(key)
        pace.due(0.0)
        pace.pushed(key, 0.0, took)
        pace.mark(key)
    assert pace.due(0.07) == ["quick"]
    assert pace.due(0.39) == []
    assert pace.due(0.41) == ["slow"]
    assert pace.due(60.51) == ["stuck"]


def test_a_mark_for_later_comes_when_its_moment_has() -> None:
    pace = Pace()
    pace.mark_at("a", 5.0)
    pace.mark_at("a", 7.0)
    assert pace.due(4.9) == []
    assert pace.wait(4.0) == 1.0
    assert pace.due(5.0) == ["a"]
    assert pace.wait(8.0) is None


def test_what_waits_already_wakes_nobody_again() -> None:
    pace = Pace(gap=0.06)
    assert pace.mark("ward")
    assert not pace.mark("ward")
    assert pace.due(1.0) == ["ward"]
    pace.pushed("ward", 1.0, 1.0)
    assert pace.mark("ward") and not pace.mark("ward")
    assert pace.wait(1.0) == pytest.approx(0.06)


def test_no_second_holds_more_than_twenty_pushes() -> None:
    pace, moment, pushes = Pace(), 0.0, []
    while moment < 5.0:
        pace.mark("a")
        for _key in pace.due(moment):
            pushes.append(moment)
            pace.pushed("a", moment, moment)
        moment += 0.001
    assert max(sum(1 for other in pushes if 0 <= other - first < 1) for first in pushes) <= 20
    assert len(pushes) >= 5.0 / (GAP_S + 0.002)
