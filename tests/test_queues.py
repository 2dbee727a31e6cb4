"""Who is next, and how many are ahead: the count told to a citizen agrees with the order of the calls."""

from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ticketing.rules import queues
from ticketing.rules.tickets import Ticket

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
TICKET = Ticket(
    1, "thu", date(2026, 11, 23), "1001", "submit", "HT", None, "s", "s", "HT", 1, True, None, "vi", "kiosk",
    "default", NOW, 1.0,
)  # fmt: skip


def line(specials: list[bool]) -> list[Ticket]:
    return [
        replace(TICKET, id=i, position=float(i), priority="elderly" if special else None)
        for i, special in enumerate(specials)
    ]


@given(st.lists(st.booleans(), min_size=1, max_size=12), st.integers(0, 3), st.sampled_from(["interleaved", "strict"]))
def test_the_number_ahead_is_the_place_in_the_order_of_calls(specials: list[bool], run: int, rule: str) -> None:
    waiting = line(specials)
    ordered = [t.id for t in queues.order(rule, run, waiting)]
    for ticket in waiting:
        before = [t for t in waiting if t.id < ticket.id]
        ahead = queues.ahead(
            rule, run, ticket.priority is not None,
            sum(t.priority is not None for t in before), sum(t.priority is None for t in before), sum(specials),
            specials.count(False),
        )  # fmt: skip
        assert ahead == ordered.index(ticket.id)


@given(st.lists(st.booleans(), max_size=20), st.integers(0, 2))
def test_never_more_than_two_priorities_in_a_row_while_others_wait(specials: list[bool], run: int) -> None:
    left = specials.count(False)
    for ticket in queues.order("interleaved", run, line(specials)):
        run = run + 1 if ticket.priority else 0
        assert run <= 2 or left == 0
        left -= ticket.priority is None


def test_the_run_counts_back_to_the_last_other_one() -> None:
    assert queues.run_of([True, True, False, True]) == 2
    assert queues.run_of([]) == 0


def test_who_returns_stands_between_the_third_and_the_fourth() -> None:
    waiting = line([False] * 5)
    assert queues.return_position(waiting, 3, 99.0) == 2.5
    assert queues.return_position(waiting[:3], 3, 99.0) == 98.5
    assert queues.return_position(waiting, 0, 99.0) == -1.0
