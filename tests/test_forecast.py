"""The calling rule played on: against counters followed through time, and what must hold whatever is drawn."""

from __future__ import annotations

import random
from collections import Counter
from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ticketing.rules.counters import Queue
from ticketing.rules.forecast import Coming, Desk, Play, Waiter, line_up, outlook, span
from ticketing.rules.visits import Lengths, Visit

A: Queue = ("submit", "HT")
B: Queue = ("submit", "CT")
C: Queue = ("result", None)
QUEUES = (A, B, C)
STEADY = Visit(mean_s=300, cv=0, doubt=0, gap_s=0)
DRAWN = Lengths({A: Visit(400), B: Visit(300, cv=0.9), C: Visit(200)})


def _desks(found: list[tuple[set[Queue], Queue | None, int]]) -> list[Desk]:
    return [Desk(n, tuple(sorted(queues, key=str)), 0, busy, s) for n, (queues, busy, s) in enumerate(found, 1)]


desks = st.lists(
    st.tuples(st.sets(st.sampled_from(QUEUES), min_size=1), st.sampled_from((None, *QUEUES)), st.integers(0, 900)),
    min_size=1, max_size=5,
).map(_desks)  # fmt: skip
waiters = st.lists(st.tuples(st.sampled_from(QUEUES), st.booleans()).map(lambda one: Waiter(*one)), max_size=30)


def means(lengths: Lengths, at: list[Desk], waiting: list[Waiter], rule: str = "strict") -> list[float | None]:
    found = outlook(Play(at, lengths), at, waiting, QUEUES, rule)
    return [one and one.likely for one in found.waiters]


def followed(at: list[Desk], waiting: list[Waiter], visit_s: float) -> dict[int, float]:
    """When each is called where counters are followed through time, each taking the first of its queues."""
    free, left, calls = [0.0] * len(at), dict(enumerate(waiting)), dict[int, float]()
    done = set[int]()
    while len(done) < len(at):
        desk = min((n for n in range(len(at)) if n not in done), key=lambda n: (free[n], n))
        mine = [n for n, one in left.items() if one.queue in at[desk].queues]
        if not mine:
            done.add(desk)
            continue
        chosen = min(mine, key=lambda n: (not left[n].special, n))
        del left[chosen]
        calls[chosen], free[desk] = free[desk], free[desk] + visit_s
    return calls


@settings(max_examples=40, deadline=None)
@given(desks, waiters)
def test_going_through_the_line_is_following_the_counters_through_time(at: list[Desk], waiting: list[Waiter]) -> None:
    idle = [desk._replace(busy=None) for desk in at]
    found = means(Lengths(dict.fromkeys(QUEUES, STEADY)), idle, waiting)
    expected = followed(idle, waiting, 300)
    assert found == [None if n not in expected else pytest.approx(expected[n], abs=1) for n in range(len(waiting))]


@settings(max_examples=40, deadline=None)
@given(desks, waiters)
def test_no_time_is_told_exactly_where_nobody_calls(at: list[Desk], waiting: list[Waiter]) -> None:
    called = {queue for desk in at for queue in desk.queues}
    found = outlook(Play(at, DRAWN, Coming(dict.fromkeys(QUEUES, 1 / 900), 7200, (A,))), at, waiting, QUEUES, "strict")
    assert [one is None for one in found.waiters] == [one.queue not in called for one in waiting]
    assert {queue for queue, one in found.newcomers.items() if one} == called


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 5), st.integers(1, 25), st.data())
def test_in_one_queue_nobody_is_called_later_because_somebody_left_or_a_counter_opened(
    counters: int, number: int, data: st.DataObject
) -> None:
    at = [Desk(n, (A,), 0, A if n % 2 else None, 100 * n) for n in range(counters)]
    waiting = [Waiter(A)] * number
    before = outlook(Play(at, DRAWN), at, waiting, [A], "interleaved")
    gone = data.draw(st.integers(0, number - 1))
    fewer = outlook(Play(at, DRAWN), at, waiting[1:], [A], "interleaved")
    for mine, was in zip(
        [*fewer.waiters[gone:], fewer.newcomers[A]], [*before.waiters[gone + 1 :], before.newcomers[A]], strict=True
    ):
        assert mine and was and all(one <= other + 1e-9 for one, other in zip(mine, was, strict=True))
    more = [*at, Desk(99, (A,))]
    helped = outlook(Play(more, DRAWN), more, waiting, [A], "interleaved")
    for mine, was in zip(helped.waiters, before.waiters, strict=True):
        assert mine and was and all(one <= other + 1e-9 for one, other in zip(mine, was, strict=True))


def test_somebody_who_leaves_or_a_counter_that_opens_delays_nobody_by_a_minute_in_the_mean() -> None:
    left, opened = list[float](), list[float]()
    for seed in range(200):
        chance = random.Random(seed)
        at = [
            Desk(n, tuple(chance.sample(QUEUES, chance.randint(1, 3))), 0, chance.choice((None, *QUEUES)), 100 * n)
            for n in range(chance.randint(1, 5))
        ]
        waiting = [Waiter(chance.choice(QUEUES), chance.random() < 0.15) for _ in range(chance.randint(2, 20))]
        gone = chance.randrange(len(waiting))
        before = _with_priorities(at, waiting)
        after = _with_priorities(at, waiting[:gone] + waiting[gone + 1 :])
        left += [
            b - a for a, b in zip(before[gone + 1 :], after[gone:], strict=True) if a is not None and b is not None
        ]
        helped = _with_priorities([*at, Desk(99, QUEUES)], waiting)
        opened += [b - a for a, b in zip(before, helped, strict=True) if a is not None and b is not None]
    for later in (left, opened):
        assert fmean(max(one, 0) for one in later) < 60 and fmean(later) < 0


def _with_priorities(at: list[Desk], waiting: list[Waiter]) -> list[float | None]:
    coming = Coming(dict.fromkeys(QUEUES, 1 / 2400), 7200)
    found = outlook(Play(at, DRAWN, coming), at, waiting, QUEUES, "interleaved")
    return [one and one.likely for one in found.waiters]


def test_priorities_go_before_others_as_the_rule_of_the_counters_says() -> None:
    at = [Desk(1, (A, B)), Desk(2, (C,))]
    waiting = [Waiter(A), Waiter(B), Waiter(A, True), Waiter(B, True), Waiter(A, True), Waiter(C)]
    assert line_up("strict", at, waiting)[0] == [2, 3, 4, 0, 1]
    assert line_up("interleaved", at, waiting)[0] == [2, 3, 0, 4, 1]
    assert line_up("interleaved", at, waiting, [(C, False), (A, True), (B, True), (B, False)])[0] == [0, 2, 3, 1, 4]


@settings(max_examples=40, deadline=None)
@given(desks, waiters, st.lists(st.sampled_from(QUEUES), min_size=30, max_size=30))
def test_whoever_asks_between_for_a_time_changes_nobody_elses(
    at: list[Desk], waiting: list[Waiter], asked: list[Queue]
) -> None:
    coming = Coming(dict.fromkeys(QUEUES, 1 / 900), 7200, (A, C))
    alone, busy = Play(at, DRAWN, coming), Play(at, DRAWN, coming)
    for one, queue in zip(waiting, asked, strict=False):
        busy.when(queue)
        assert busy.call(one._replace(special=False)) == alone.call(one._replace(special=False))
    assert [busy.when(queue) for queue in QUEUES] == [alone.when(queue) for queue in QUEUES]


def test_a_visit_under_way_is_reckoned_with_and_a_long_one_never_ends_in_the_past() -> None:
    quick, slow = (fmean(Visit(600).rest(elapsed, 24)) for elapsed in (60, 560))
    assert 0 < slow < quick < 600
    assert all(one >= 0 for one in Visit(300).rest(20_000, 24))


def test_priorities_that_may_still_come_widen_the_span() -> None:
    at, waiting = [Desk(1, (A,))], [Waiter(A)] * 10
    calm = outlook(Play(at, DRAWN), at, waiting, [A], "interleaved").waiters[-1]
    busy = outlook(Play(at, DRAWN, Coming({A: 1 / 1200}, 7200)), at, waiting, [A], "interleaved").waiters[-1]
    assert calm and busy and busy.high - busy.low > calm.high - calm.low and busy.likely > calm.likely


def test_who_may_still_come_is_who_was_drawn_however_far_on_others_were() -> None:
    at, waiting = [Desk(1, (A,))], [Waiter(A)] * 20
    far, near = Coming({A: 1 / 600}, 1e6), Coming({A: 1 / 600}, 2000)
    lengths = Lengths({A: Visit(400)})
    for coming in (far, near):
        told = outlook(Play(at, lengths, coming), at, waiting, [A], "strict").waiters
        assert told == outlook(Play(at, Lengths({A: Visit(400)}), coming), at, waiting, [A], "strict").waiters
    # Behind one that never comes.
    drawn = [Play(at, lengths, coming)._between[0] for coming in (far, near)]
    assert [[one for one in of if one.at <= 2000] for of in drawn[0]] == [of[1:] for of in drawn[1]]


def test_little_knowledge_makes_a_span_wide() -> None:
    at, waiting = [Desk(1, (A,))], [Waiter(A)] * 10
    spans = [outlook(Play(at, Lengths({A: Visit(400, doubt=one)})), at, waiting, [A], "strict") for one in (0.05, 0.4)]
    sure, unsure = (one.waiters[-1] for one in spans)
    assert sure and unsure and unsure.high - unsure.low > 1.5 * (sure.high - sure.low)


def test_drawn_lengths_have_the_mean_that_was_measured() -> None:
    lengths = Lengths({A: Visit(400, cv=0.6, doubt=0.1, gap_s=0)}, samples=200)
    assert fmean(fmean(lengths.row(A, n)) for n in range(50)) == pytest.approx(400, rel=0.03)
    assert span(lengths.row(A, 0)).low < 200 < 600 < span(lengths.row(A, 0)).high


@pytest.mark.parametrize("seed", range(8))
def test_those_reckoned_by_the_mean_are_called_about_when_those_played_are(seed: int) -> None:
    chance = random.Random(seed)
    callers = [tuple(chance.sample(QUEUES, chance.randint(1, 3))) for _ in range(chance.randint(1, 6))] + [QUEUES]
    at = [Desk(number, queues) for number, queues in enumerate(callers, 1)]
    waiting = [Waiter(chance.choices(QUEUES, (5, 3, 1))[0]) for _ in range(400)]
    played, reckoned = Play(at, DRAWN), Play(at, DRAWN)
    for one in waiting:
        played.call(one)
    for one in waiting[:100]:
        reckoned.call(one)
    later = reckoned.later(Counter(one.queue for one in waiting[100:]))
    for queue in QUEUES:
        true, told = span(played.when(queue) or []), span(reckoned.when(queue, later=later) or [])
        assert told.likely == pytest.approx(true.likely, rel=0.1)
        assert list(told) == pytest.approx(list(true), rel=0.2)
