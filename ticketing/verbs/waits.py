"""What is told of the wait, written down: it is held against what came."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from msgspec.structs import replace

from ticketing import events as ev
from ticketing.lookups import forecast
from ticketing.rules.tickets import Ticket, Told
from ticketing.rules.waits import in_queue
from ticketing.verbs.day import Day

NEAR = 3


def telling(event: ev.TicketTaken, told: Told | None, now: datetime) -> ev.TicketTaken:
    """The event with what its citizen is told."""
    if told is None:
        return event
    likely, low, high = told.after(now)
    return replace(event, wait_s=likely, wait_from_s=low, wait_to_s=high)


def tell_near(day: Day, gone: Ticket) -> None:
    """To whom only three are ahead of now that `gone` waits no longer the wait is told: phones sound then."""
    line = day.tx.queues.line(day.site.code, day.date)
    near = in_queue(line, day.site.priority_rule, gone.queue, NEAR)
    if near is None:
        return
    if gone.priority is None and not near.special and gone.position > near.position:
        return
    day.near.append(near.id)


def tell(day: Day, tickets: Collection[int]) -> None:
    """Writes down what these are told, as far as they still wait."""
    for one in day.tx.queues.line(day.site.code, day.date).waiting:
        if one.id in tickets and (told := forecast(day).told_of(one.id, day.now)) is not None:
            day.record(ev.WaitTold(NEAR, *told.after(day.now)), ticket=one.id, session=one.session)
