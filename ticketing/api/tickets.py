"""Tickets: parse, one call, answer."""

from __future__ import annotations

import time

from flask import Response
from msgspec import UNSET

from ticketing.answers import tickets
from ticketing.api.calls import PREFIX, Call, answer
from ticketing.api.printers import print_behind
from ticketing.errors import TicketingError
from ticketing.office import Where
from ticketing.rules.orders import TicketOrder
from ticketing.rules.people import CITIZEN
from ticketing.verbs import taking


def take_ticket(call: Call, site: str) -> Response:
    """Gives out a number. The same Idempotency-Key gives the same ticket again (200), until the day ends."""
    order = TicketOrder(
        service=call.body.service,
        field=call.body.field,
        procedure=call.body.procedure,
        dossiers=call.body.dossiers,
        priority=call.body.priority,
        applicant=call.body.applicant,
        lang=call.body.lang or "",
        exception=call.body.exception.reason if call.body.exception else "",
        print=call.body.print,
        printer=call.body.printer,
    )
    taken, created = call.office.do_once(call.here, taking.take, order, call.asked)
    since = time.monotonic()
    if isinstance(taken, TicketingError):
        raise taken
    ticket = call.office.see(site, tickets.taken, taken, call.asked, call.who.is_staff)
    if not created:
        return answer(ticket)
    made = answer(ticket, 201, Location=f"{PREFIX}/tickets/{ticket.code}")
    return made if ticket.print is UNSET else print_behind(made, site, taken.id, since)


def show_ticket(call: Call, code: str) -> Response:
    """The ticket, for whoever holds its code: its state, how many are ahead, about when its turn comes."""
    return answer(call.office.see_ticket(code, tickets.now, call.asked, call.actor))


def give_up_ticket(call: Call, code: str) -> Response:
    """The citizen gives the number up."""
    site = call.office.site_of(code)
    given_up = call.office.do(Where(site, CITIZEN), taking.give_up, code)
    return answer(call.office.see(site, tickets.of, given_up, call.asked, staff=False))
