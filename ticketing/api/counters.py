"""What an officer does at a counter: one function for each URL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Response

from ticketing.api.calls import Call, answer, nothing
from ticketing.api.parsing import counter_number
from ticketing.errors import Unknown


@contextmanager
def _number_in_body() -> Iterator[None]:
    """A ticket that isn't there is the body's fault here, not the path's."""
    try:
        yield
    except Unknown as unknown:
        raise Unknown(unknown.kind, unknown.details["value"], in_body=unknown.kind == "ticket") from None


def open_counter(call: Call, site: str, counter: str) -> Response:
    """The officer sits down here. Another's counter needs `takeover`."""
    found = call.office.open_counter(
        site,
        counter_number(counter),
        call.who,
        call.lang,
        fields=call.body.fields,
        services=call.body.services,
        takeover=call.body.takeover,
    )
    return answer(found)


def pause_counter(call: Call, site: str, counter: str) -> Response:
    """No more calls from here until it is opened again."""
    number = counter_number(counter)
    return answer(call.office.pause_counter(site, number, call.who, call.lang, reason=call.body.reason))


def close_counter(call: Call, site: str, counter: str) -> Response:
    """The officer leaves; a ticket that is still here is a conflict."""
    return answer(call.office.close_counter(site, counter_number(counter), call.who, call.lang))


def call_next(call: Call, site: str, counter: str) -> Response:
    """Calls whose turn it is; 204 when nobody waits. The ticket still here is ended first, as `previous`
    says."""
    ticket = call.office.call_next(
        site,
        counter_number(counter),
        call.who,
        call.lang,
        previous=call.body.previous,
        expect=call.expect,
        key=call.key,
    )
    return nothing() if ticket is None else answer(ticket)


def call_number(call: Call, site: str, counter: str) -> Response:
    """Calls a waiting ticket out of turn; journaled with its reason."""
    with _number_in_body():
        ticket = call.office.call(
            site,
            counter_number(counter),
            call.who,
            call.lang,
            number=call.body.number,
            reason=call.body.reason,
            previous=call.body.previous,
            expect=call.expect,
            key=call.key,
        )
    return answer(ticket)


def recall(call: Call, site: str, counter: str) -> Response:
    """Calls the same ticket again, no sooner than the office's gap and no more often than it allows."""
    number = counter_number(counter)
    return answer(call.office.recall(site, number, call.who, call.lang, expect=call.expect, key=call.key))


def start(call: Call, site: str, counter: str) -> Response:
    """The citizen is here: the service begins."""
    number = counter_number(counter)
    return answer(call.office.start(site, number, call.who, call.lang, expect=call.expect, key=call.key))


def no_show(call: Call, site: str, counter: str) -> Response:
    """Nobody came."""
    number = counter_number(counter)
    return answer(call.office.no_show(site, number, call.who, call.lang, expect=call.expect, key=call.key))


def finish(call: Call, site: str, counter: str) -> Response:
    """The visit is over, whether called or serving."""
    ticket = call.office.finish(
        site,
        counter_number(counter),
        call.who,
        call.lang,
        expect=call.expect,
        key=call.key,
        dossiers=call.body.dossiers,
        outcome=call.body.outcome,
        postal=call.body.postal or "",
        dossier_codes=tuple(call.body.dossier_codes),
        postal_dossiers=call.body.postal_dossiers,
    )
    return answer(ticket)


def hold(call: Call, site: str, counter: str) -> Response:
    """The citizen has to fetch something: the ticket waits beside the queue until it is resumed."""
    ticket = call.office.hold(
        site,
        counter_number(counter),
        call.who,
        call.lang,
        expect=call.expect,
        key=call.key,
        reason=call.body.reason,
    )
    return answer(ticket)


def transfer(call: Call, site: str, counter: str) -> Response:
    """To another field or counter; the number stays the same."""
    ticket = call.office.transfer(
        site,
        counter_number(counter),
        call.who,
        call.lang,
        expect=call.expect,
        key=call.key,
        field=call.body.field,
        to_counter=call.body.counter,
    )
    return answer(ticket)


def resume(call: Call, site: str, counter: str) -> Response:
    """Takes a held or absent ticket back to this counter, as called."""
    with _number_in_body():
        ticket = call.office.resume(
            site,
            counter_number(counter),
            call.who,
            call.lang,
            number=call.body.number,
            expect=call.expect,
            key=call.key,
        )
    return answer(ticket)


def undo(call: Call, site: str, counter: str) -> Response:
    """Takes back this counter's last finish or no-show, within two minutes."""
    return answer(call.office.undo(site, counter_number(counter), call.who, call.lang))
