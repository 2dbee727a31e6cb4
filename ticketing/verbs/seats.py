"""An officer leaves: every counter that he holds is closed, and whoever is still called or served there is settled."""

from __future__ import annotations

from collections.abc import Mapping

from ticketing.errors import Invalid
from ticketing.verbs import counters
from ticketing.verbs.day import Day

BECOMES = ("finish", "no_show", "hold", "requeue")


def leave(day: Day, becomes: Mapping[int, str]) -> list[int]:
    """The counters that were closed. `becomes` says for each one with a ticket what becomes of it: finish, no_show,
    hold, or requeue, which puts it back into the queue in its old place. A ticket of which nothing is said is a
    Conflict, and nothing happens."""
    held = [one.number for one in day.tx.counters.all(day.site.code).values() if one.holder == day.actor.id]
    for counter in sorted(held):
        if day.tx.tickets.at_counter(day.site.code, day.date, counter) is not None and becomes.get(counter):
            _settle(day, counter, becomes[counter])
        counters.close_counter(day, counter)
    return sorted(held)


def _settle(day: Day, counter: int, what: str) -> None:
    if what == "finish":
        counters.finish(day, counter)
    elif what == "no_show":
        counters.no_show(day, counter)
    elif what == "hold":
        counters.hold(day, counter)
    elif what == "requeue":
        counters.requeue(day, counters.hold(day, counter).number)
    else:
        raise Invalid(("becomes", "not_allowed"))
