"""Frozen values made quickly are those that their class makes."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, dataclass, field, fields, replace

import pytest

from ticketing.answers.console import TicketHere
from ticketing.answers.tickets import Ticket
from ticketing.quick import maker


@dataclass(frozen=True, slots=True)
class Thing:
    name: str
    number: int = 7
    seen: list[str] = field(default_factory=list)
    beside: str = field(default="", compare=False)


make = maker(Thing)


def test_a_value_made_quickly_is_the_one_that_its_class_makes() -> None:
    made = make("a", number=8, beside="it")
    assert type(made) is Thing
    assert (made, repr(made)) == (Thing("a", 8), repr(Thing("a", 8, beside="it")))
    assert replace(made, name="b") == Thing("b", 8)


def test_what_is_left_out_has_its_default_and_none_shares_it() -> None:
    one, other = make("a"), make("a")
    one.seen.append("here")
    assert (one.number, other.seen) == (7, [])


def test_a_value_made_quickly_is_frozen() -> None:
    made = make("a")
    with pytest.raises(FrozenInstanceError):
        made.name = "b"  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        del made.name


def test_what_is_missing_or_too_much_is_refused() -> None:
    with pytest.raises(TypeError):
        make()  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        make("a", colour="red")  # type: ignore[call-arg]


def test_parts_that_are_told_by_name_may_follow_those_with_a_default() -> None:
    @dataclass(frozen=True, slots=True, kw_only=True)
    class Named:
        first: int = 1
        second: int

    assert maker(Named)(second=2) == Named(second=2)


@pytest.mark.parametrize("cls", [Ticket, TicketHere])
def test_what_is_made_by_the_thousand_has_every_part_in_its_place(cls: type[Ticket]) -> None:
    values = {part.name: object() for part in fields(cls)}
    made: Ticket = maker(cls)(**values)  # type: ignore[arg-type]
    assert {name: getattr(made, name) for name in values} == values
