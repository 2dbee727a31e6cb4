"""How satisfied people were: scores, and counts of them that no single rating can be told from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from ticketing.errors import Invalid
from ticketing.rules.tickets import Ticket

SCORES = (4, 3, 2, 1)
"""4 very satisfied, 3 satisfied, 2 neutral, 1 not satisfied."""
RATE_WITHIN = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class RatingCount:
    """How many visits of a day, session, counter and queue ("submit/FIELD" or a service) gave this score."""

    site: str
    day: date
    session: str
    counter: int
    queue: str
    score: int
    number: int


def check_score(score: int) -> None:
    if score not in SCORES:
        raise Invalid(("score", "out_of_range"))


def queue_of(ticket: Ticket) -> str:
    """ "submit/FIELD", or the other service's code."""
    service, field = ticket.queue
    return f"{service}/{field}" if field else service
