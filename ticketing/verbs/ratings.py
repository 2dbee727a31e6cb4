"""How satisfied people were (Nghị định 118/2025/NĐ-CP; until 30/6/2025 Nghị định 61/2018/NĐ-CP,
Điều 29, and Thông tư 01/2018/TT-VPCP, Điều 12).

A rating becomes one more of a count for its day, session, counter and queue at once: there is no row, journal
line or time of a single rating, so that nobody can say later who gave it. Since nothing is journaled, nobody who
listens learns when one was given. That a ticket has rated is kept beside it until the day's codes are erased.
"""

from __future__ import annotations

from ticketing.errors import Conflict, Unknown
from ticketing.lookups import by_code, to_rate
from ticketing.rules.ratings import RatingCount, check_score, queue_of
from ticketing.rules.tickets import Ticket, need
from ticketing.verbs.day import Day


def rate(day: Day, code: str, score: int) -> None:
    """The holder of the code rates his visit, once. Raises Unknown, Invalid, or Conflict: wrong_state unless the
    visit is done, rated when it has been."""
    check_score(score)
    ticket = by_code(day.tx, code)
    if ticket.day != day.date:
        # Its code leads to it into the night; its session's ratings are told.
        raise Unknown("ticket", code[:4] + "…")
    _count(day, ticket, score)


def rate_counter(day: Day, counter: int, score: int) -> None:
    """The visit that ended last at this counter is rated on the tablet there. Raises Unknown, Invalid, or
    Conflict("nothing_to_rate") once it is rated or five minutes old."""
    check_score(score)
    ticket = to_rate(day, counter)
    if ticket is None:
        raise Conflict("nothing_to_rate", counter=counter)
    _count(day, ticket, score)


def _count(day: Day, ticket: Ticket, score: int) -> None:
    need(ticket, "done")
    if not day.tx.ratings.mark_rated(ticket):
        raise Conflict("rated", number=ticket.number)
    day.tx.ratings.count(
        RatingCount(ticket.site, ticket.day, ticket.session, ticket.counter or 0, queue_of(ticket), score, 1)
    )
