"""Who is next. A queue is one service (and, when submitting, one field); within it first come, first
served, with priorities before others: strictly, or at most two in a row while others wait."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeVar

from ticketing.rules.tickets import Ticket

PRIORITY_RUN = 2


class Waits(Protocol):
    @property
    def priority(self) -> str | None: ...


W = TypeVar("W", bound=Waits)


def run_of(turns: Sequence[bool]) -> int:
    """How many of the last turns, newest first, were priorities in a row."""
    run = 0
    for special in turns:
        if not special:
            break
        run += 1
    return run


def pick(rule: str, run: int, special: W | None, other: W | None) -> W | None:
    """The next of the first waiting priority and the first other one."""
    if special is None or other is None:
        return special or other
    return other if rule == "interleaved" and run >= PRIORITY_RUN else special


def ahead(
    rule: str, run: int, special: bool, specials_before: int, others_before: int, specials: int, others: int
) -> int:
    """How many are called before a waiting ticket, if nobody else comes.

    `specials` and `others` are all that wait now, `*_before` those that came before this ticket, `run` the
    priorities called in a row just now.
    """
    if rule == "strict":
        return specials_before if special else others_before + specials
    run = min(run, PRIORITY_RUN)
    if special:
        return specials_before + min(others, (specials_before + run) // PRIORITY_RUN)
    return others_before + min(specials, PRIORITY_RUN * (others_before + 1) - run)


def before_newest(
    waiting: Mapping[tuple[str, str | None, bool], int], queue: tuple[str, str | None], special: bool
) -> tuple[int, int, int, int]:
    """As `View.queues.before`, of the last that came to a queue, itself among those that wait."""
    specials, others = waiting.get((*queue, True), 0), waiting.get((*queue, False), 0)
    return specials - special, others - (not special), specials, others


def order(rule: str, run: int, waiting: Sequence[W]) -> list[W]:
    """The order in which one queue's tickets will be called; `waiting` comes by position."""
    specials = [t for t in waiting if t.priority is not None]
    others = [t for t in waiting if t.priority is None]
    ordered: list[W] = []
    while specials or others:
        chosen = pick(rule, run, specials[0] if specials else None, others[0] if others else None)
        assert chosen is not None
        (specials if chosen.priority is not None else others).pop(0)
        run = run + 1 if chosen.priority is not None else 0
        ordered.append(chosen)
    return ordered


def return_position(waiting: Sequence[Ticket], after: int, last: float) -> float:
    """Where a returning citizen stands: after the next `after` of his queue, or at its end.

    `waiting` comes by position; `last` is the position of the next new ticket. Who returns stands just before
    it, and behind whoever returned there earlier.
    """
    if len(waiting) <= after:
        return (max([last - 1, *(ticket.position for ticket in waiting[-1:])]) + last) / 2
    return (waiting[after - 1].position + waiting[after].position) / 2 if after else waiting[0].position - 1
