"""How full the waiting room is. It is shown and never enforced: nobody is refused a number for it.

Đồng Nai's plan of 2020 asks to keep gatherings small (II.1) and names no figure; the 20 people of Chỉ thị
15/CT-TTg are about meetings, so that a site has no limit until it sets one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ticketing.ports import View
from ticketing.rules.sites import Site
from ticketing.rules.tickets import Ticket

NEAR = 3
"""With so many ahead or fewer, the turn is near: such a person belongs inside, however full the room is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """The waiting room: `present` are the tickets waiting, called and served, `outside` how many of those waiting
    are beyond `max` people (null: no limit is shown). Nobody is refused a number for it."""

    present: int
    max: int | None
    full: bool
    outside: int


def occupancy(site: Site, waiting: int, at_counters: int) -> Room:
    """`present` are the tickets waiting, called and served; `outside` how many of those waiting are beyond `max`."""
    most = site.max_waiting_in_room
    present = waiting + at_counters
    return Room(
        present=present,
        max=most,
        full=most is not None and present >= most,
        outside=0 if most is None else min(waiting, max(0, present - most)),
    )


def asked_outside(view: View, site: Site, ticket: Ticket, ahead: int | None) -> bool:
    """`waits_outside` of a ticket as it stands; without a limit nothing is read for it."""
    if site.max_waiting_in_room is None or ticket.state != "waiting":
        return False
    waiting, here = view.queues.waiting(site.code, ticket.day), view.tickets.at_counters(site.code, ticket.day)
    return waits_outside(site, ticket, ahead, waiting, len(here))


def waits_outside(site: Site, ticket: Ticket, ahead: int | None, waiting: Sequence[Ticket], at_counters: int) -> bool:
    """Whether the holder is asked to wait outside: the first that came sit, who comes next soon comes in.

    `waiting` are the site's waiting tickets in the order of their coming.
    """
    if site.max_waiting_in_room is None or ticket.state != "waiting" or ahead is None or ahead <= NEAR:
        return False
    seats = max(0, site.max_waiting_in_room - at_counters)
    return all(one.id != ticket.id for one in waiting[:seats])
