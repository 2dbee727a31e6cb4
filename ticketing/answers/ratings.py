"""What can be rated, and a rating that was counted."""

from __future__ import annotations

from dataclasses import dataclass

from ticketing.lookups import Look, to_rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """The rating was counted, and nothing else of it was kept."""

    score: int


def can_rate(look: Look, code: str) -> bool:
    """Whether the visit of this code is done and waits for its rating."""
    ticket = look.view.tickets.by_code(code)
    return ticket is not None and ticket.state == "done" and not look.view.ratings.is_rated(ticket.id)


def number_to_rate(look: Look, counter: int) -> str | None:
    """The number whose visit at this counter waits for its rating on the tablet there, if any."""
    ticket = to_rate(look, counter)
    return ticket.number if ticket else None
