"""Corrections of the postal list."""

from __future__ import annotations

from datetime import date

from ticketing import events as ev
from ticketing.errors import Invalid, Unknown
from ticketing.lookups import postal_day
from ticketing.rules.post import PostalOrder, entered_of, totals
from ticketing.rules.sessions import business_day
from ticketing.verbs.day import Day
from ticketing.verbs.once import repeated_by


def _again(day: Day, kept: int, order: PostalOrder) -> PostalOrder:
    return entered_of(order)


@repeated_by(_again, "postal")
def correct_postal(day: Day, order: PostalOrder) -> PostalOrder:
    """Adds a correction to the postal list, a row of its own: nothing that was entered is ever edited. What was
    entered, its texts trimmed.

    Raises Invalid: an unknown form, no dossiers, no reason, a day to come or before the site's own data, a
    total below 0; Unknown("ticket") for a number that nobody had on that day.
    """
    entered = entered_of(order)
    _check_day(day, entered.day)
    ticket = _ticket(day, entered.day, entered.number)
    there = totals(postal_day(day.tx, day.site, entered.day))
    if there[entered.form] + entered.dossiers < 0:
        raise Invalid(("dossiers", "below_zero"))
    event = ev.PostalCorrected(
        entered.day.isoformat(), entered.form, entered.dossiers, entered.reason, entered.number
    )
    day.record(event, ticket=ticket)
    return entered


def _check_day(day: Day, of: date) -> None:
    """A correction is of a day that has been, since the site is here; a day on paper alone may lie between."""
    if of > day.date:
        raise Invalid(("day", "in_future"))
    begun = day.tx.journal.lines(day.site.code, 0, 1)
    first = business_day(day.site, begun[0].at if begun else day.now)
    if of < first and not day.tx.sessions.of_day(day.site.code, of):
        raise Invalid(("day", "before_data"))


def _ticket(day: Day, of: date, number: str) -> int | None:
    if not number:
        return None
    found = day.tx.tickets.by_number(day.site.code, of, number)
    if found is None:
        raise Unknown("ticket", number)
    return found.id
