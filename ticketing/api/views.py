"""Sites, boards, tickets, sessions and the journal: parse, one call, answer."""

from __future__ import annotations

from flask import Response
from msgspec import UNSET

from ticketing.api.calls import PREFIX, Call, answer, items
from ticketing.api.parsing import query, query_day, query_number
from ticketing.errors import Unknown
from ticketing.office import TicketOrder
from ticketing.sessions import UNCHANGED, SessionChange

LONGEST_PAGE = 1000


def list_sites(call: Call) -> Response:
    """The offices, parents before their units."""
    return items(call.office.sites(call.lang))


def show_board(call: Call, site: str) -> Response:
    """The office as it stands: session, fields, services, counters, calls, notices. Never older than the last
    acknowledged write."""
    return answer(call.office.board(site, call.lang))


def list_procedures(call: Call, site: str) -> Response:
    """The procedures that match the words of `q` in the field `field`, with what today's policy says."""
    field = query("field", 64)
    if field and call.office.site(site).field(field) is None:
        raise Unknown("field", field, in_body=True)
    return items(call.office.procedures(site, call.lang, query("q"), field))


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
    )
    ticket, created = call.office.take_ticket(site, order, call.who, call.asked, call.key)
    if not created:
        return answer(ticket)
    return answer(ticket, 201, Location=f"{PREFIX}/tickets/{ticket['code']}")


def show_ticket(call: Call, code: str) -> Response:
    """The ticket, for whoever holds its code: its state, how many are ahead, about when its turn comes."""
    return answer(call.office.ticket(code, call.asked, call.actor))


def give_up_ticket(call: Call, code: str) -> Response:
    """The citizen gives the number up."""
    return answer(call.office.give_up(code, call.asked))


def requeue_ticket(call: Call, site: str, number: str) -> Response:
    """Puts today's held or absent ticket of that number back into its queue."""
    return answer(call.office.requeue(site, number, call.who, call.lang, reason=call.body.reason))


def cancel_ticket(call: Call, site: str, number: str) -> Response:
    """Cancels today's waiting ticket of that number."""
    return answer(call.office.cancel(site, number, call.who, call.lang, reason=call.body.reason))


def list_sessions(call: Call, site: str) -> Response:
    """The sessions of a day (today unless `date` says otherwise) with caps and counts."""
    return items(call.office.sessions(site, query_day("date"), call.lang))


def change_session(call: Call, site: str, session: str) -> Response:
    """Changes caps or state of a session, of a future day too; journaled with its reason."""
    change = SessionChange(
        cap=UNCHANGED if call.body.cap is UNSET else call.body.cap,
        field_caps=call.body.field_caps,
        service_caps=call.body.service_caps,
        state=call.body.state,
        waiting=call.body.waiting,
        reason=call.body.reason,
    )
    return answer(call.office.change_session(site, session, change, call.who, call.lang))


def list_journal(call: Call, site: str) -> Response:
    """The append-only journal, oldest first. Ask again with `after` set to `next` until there is none."""
    after = max(0, query_number("after", 0))
    limit = min(max(1, query_number("limit", 100)), LONGEST_PAGE)
    lines = call.office.journal(site, after, limit)
    more = len(lines) == limit and call.office.journal(site, lines[-1]["seq"], 1)
    return items(lines, lines[-1]["seq"] if more else None)
