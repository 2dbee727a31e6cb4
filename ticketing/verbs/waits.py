"""What is told of the wait, written down: it is held against what came."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from msgspec.structs import replace

from ticketing import events as ev
from ticketing.lookups import forecast
from ticketing.rules.lines import Standing
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
    """Writes down what is told to whom only three are ahead of now that `gone` waits no longer: phones sound then. Of
    calls that share a transaction all have been made by then, and one forecast tells them all."""
    line = day.tx.queues.line(day.site.code, day.date)
    near = in_queue(line, day.site.priority_rule, gone.queue, NEAR)
    if near is None:
        return
    if gone.priority is None and not near.special and gone.position > near.position:
        return
    day.tx.at_the_end(partial(_tell, day, near))


def _tell(day: Day, near: Standing) -> None:
    told = forecast(day).told_of(near.id, day.now)
    if told is not None:
        day.record(ev.WaitTold(NEAR, *told.after(day.now)), ticket=near.id, session=near.session)
