"""What officers do at a counter. Every function works inside one transaction and returns the ticket."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from ticketing import events as ev
from ticketing import queues, sessions
from ticketing.emergency import no_calls
from ticketing.errors import Conflict, CounterClosed, Invalid, TooEarly, Unknown
from ticketing.ports import CounterState
from ticketing.tickets import Ticket, need
from ticketing.workday import Workday

ANY: Any = object()
UNDO_WITHIN = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Seat:
    """A counter in use: its state and the ticket now called or served there."""

    state: CounterState
    ticket: Ticket | None


def sit(work: Workday, counter: int, *, to_call: bool = False) -> Seat:
    """The counter, held by the actor. A paused one still ends the visit that is there, but calls nobody.

    Raises Unknown, CounterClosed or Conflict.
    """
    state = _known(work, counter)
    if state.state == "closed" or (to_call and state.state == "paused"):
        raise CounterClosed(state.state, counter=counter)
    if state.holder != work.actor.id:
        raise Conflict("not_holder", counter=counter, holder=state.holder_name)
    if to_call:
        no_calls(work)
    return Seat(state, work.tx.at_counter(work.site.code, work.day, counter))


def expecting(seat: Seat, expect: Any) -> None:
    """Raises Conflict when the officer's screen shows another number than is really here."""
    here = seat.ticket.number if seat.ticket else None
    if expect is not ANY and expect != here:
        raise Conflict("expect", number=here, state=seat.ticket.state if seat.ticket else None)


def _known(work: Workday, counter: int) -> CounterState:
    if work.site.counter(counter) is None:
        raise Unknown("counter", counter)
    return work.tx.counter(work.site.code, counter)


def _present(seat: Seat) -> Ticket:
    if seat.ticket is None:
        raise Conflict("no_ticket", counter=seat.state.number)
    return seat.ticket


def open_counter(
    work: Workday, counter: int, fields: Sequence[str] | None, services: Sequence[str] | None, takeover: bool
) -> CounterState:
    """The actor sits down; a counter held by another is Conflict unless `takeover`."""
    state = _known(work, counter)
    configured = work.site.counter(counter)
    assert configured is not None
    chosen_fields = tuple(configured.fields if fields is None else dict.fromkeys(fields))
    chosen_services = tuple(configured.services if services is None else dict.fromkeys(services))
    for code in chosen_fields:
        if work.site.field(code) is None:
            raise Unknown("field", code, in_body=True)
    for code in chosen_services:
        if work.site.service(code) is None:
            raise Invalid(("services", "unknown"))
    if state.state != "closed" and state.holder != work.actor.id and not takeover:
        raise Conflict("counter_taken", counter=counter, holder=state.holder_name)
    running = sessions.running(work.sessions)
    if running and running.counters is not None and counter not in running.counters:
        raise Conflict("counter_not_in_session", counter=counter, session=running.key)
    opened = replace(
        state, state="open", holder=work.actor.id, holder_name=work.actor.name or work.actor.id,
        fields=chosen_fields, services=chosen_services, reason="",
    )  # fmt: skip
    if opened != state:
        work.tx.save_counter(opened)
        work.record(ev.CounterOpened(chosen_fields, chosen_services, takeover), counter=counter)
    return opened


def pause_counter(work: Workday, counter: int, reason: str) -> CounterState:
    seat = sit(work, counter)
    paused = replace(seat.state, state="paused", reason=reason)
    if paused != seat.state:
        work.tx.save_counter(paused)
        work.record(ev.CounterPaused(reason), counter=counter)
    return paused


def close_counter(work: Workday, counter: int) -> CounterState:
    """Raises Conflict while a ticket is there."""
    state = _known(work, counter)
    if state.state == "closed":
        return state
    seat = sit(work, counter)
    if seat.ticket is not None:
        raise Conflict("counter_busy", counter=counter, number=seat.ticket.number)
    closed = CounterState(work.site.code, counter)
    work.tx.save_counter(closed)
    work.record(ev.CounterClosed(), counter=counter)
    return closed


def call_next(work: Workday, counter: int, previous: str, expect: Any) -> Ticket | None:
    """Ends the ticket that is here, then calls the next of this counter's queues; None when nobody waits."""
    seat = sit(work, counter, to_call=True)
    expecting(seat, expect)
    _end_present(work, seat, previous)
    chosen = pick_next(work, seat.state)
    return None if chosen is None else _call(work, chosen, counter, "next", "")


def pick_next(work: Workday, counter: CounterState) -> Ticket | None:
    tx, site, day = work.tx, work.site, work.day
    special = tx.first_waiting(site.code, day, counter.queues, counter.number, priority=True)
    other = tx.first_waiting(site.code, day, counter.queues, counter.number, priority=False)
    run = 0
    if special is not None and other is not None and site.priority_rule == "interleaved":
        run = queues.run_of(tx.last_turns(site.code, day, counter.queues, queues.PRIORITY_RUN))
    return queues.pick(site.priority_rule, run, special, other)


def call_number(work: Workday, counter: int, number: str, reason: str, previous: str, expect: Any) -> Ticket:
    """Calls a waiting number out of turn; the reason goes into the journal."""
    if not reason.strip():
        raise Invalid(("reason", "required"))
    seat = sit(work, counter, to_call=True)
    expecting(seat, expect)
    ticket = work.ticket(number)
    need(ticket, "waiting")
    _end_present(work, seat, previous)
    return _call(work, ticket, counter, "out_of_turn", reason)


def resume(work: Workday, counter: int, number: str, expect: Any) -> Ticket:
    """Takes a held or absent ticket back to this counter, as called."""
    seat = sit(work, counter, to_call=True)
    expecting(seat, expect)
    ticket = work.ticket(number)
    need(ticket, "held", "no_show")
    if seat.ticket is not None:
        raise Conflict("counter_busy", counter=counter, number=seat.ticket.number)
    return _call(work, ticket, counter, "resumed", "")


def _call(work: Workday, ticket: Ticket, counter: int, turn: str, reason: str) -> Ticket:
    called = work.change(ticket, ev.TicketCalled(counter, turn, reason), counter=counter)
    work.tx.add_call(called, work.now)
    return called


def recall(work: Workday, counter: int, expect: Any) -> Ticket:
    """Calls again: at most `max_calls` in all, `recall_gap_s` apart (TooEarly before)."""
    seat = sit(work, counter)
    expecting(seat, expect)
    no_calls(work)
    ticket = _present(seat)
    need(ticket, "called")
    assert ticket.last_call_at is not None
    if ticket.calls >= work.site.max_calls:
        raise Conflict("calls_used", number=ticket.number, calls=ticket.calls)
    waited = (work.now - ticket.last_call_at).total_seconds()
    if 0 <= waited < work.site.recall_gap_s:
        raise TooEarly(retry_after=max(1, round(work.site.recall_gap_s - waited)))
    again = work.change(ticket, ev.TicketRecalled(counter), counter=counter)
    work.tx.add_call(again, work.now)
    return again


def start(work: Workday, counter: int, expect: Any) -> Ticket:
    seat = sit(work, counter)
    expecting(seat, expect)
    return work.change(_present(seat), ev.ServiceStarted(counter), counter=counter)


def finish(
    work: Workday, counter: int, expect: Any, event: ev.TicketFinished | None, codes: Sequence[str]
) -> Ticket:
    """Ends the visit; `event` carries what was really received, `codes` are dossier codes of the post."""
    seat = sit(work, counter)
    expecting(seat, expect)
    ticket = _present(seat)
    done = _end(work, seat, event or ev.TicketFinished(counter, ticket.dossiers))
    work.tx.add_dossier_codes(done.id, codes)
    return done


def no_show(work: Workday, counter: int, expect: Any) -> Ticket:
    seat = sit(work, counter)
    expecting(seat, expect)
    ticket = _present(seat)
    return _end(work, seat, ev.TicketAbsent(counter, gave_back=work.gives_back(ticket)))


def hold(work: Workday, counter: int, expect: Any, reason: str) -> Ticket:
    seat = sit(work, counter)
    expecting(seat, expect)
    return work.change(_present(seat), ev.TicketHeld(counter, reason), counter=counter)


def transfer(work: Workday, counter: int, expect: Any, field: str | None, to_counter: int | None) -> Ticket:
    """Sends the ticket, with its number, to another field's queue or to one counter."""
    if (field is None) == (to_counter is None):
        raise Invalid(("field", "field_or_counter"))
    if field is not None and work.site.field(field) is None:
        raise Unknown("field", field, in_body=True)
    if to_counter is not None and work.site.counter(to_counter) is None:
        raise Unknown("counter", to_counter, in_body=True)
    seat = sit(work, counter)
    expecting(seat, expect)
    ticket = _present(seat)
    if field is not None and ticket.service != "submit":
        raise Conflict("no_field_queue", number=ticket.number)
    return work.change(ticket, ev.TicketTransferred(field, to_counter), counter=counter)


def _end_present(work: Workday, seat: Seat, previous: str) -> None:
    if seat.ticket is None:
        return
    counter = seat.state.number
    if previous == "no_show":
        need(seat.ticket, "called")
        _end(work, seat, ev.TicketAbsent(counter, gave_back=work.gives_back(seat.ticket)))
    else:
        _end(work, seat, ev.TicketFinished(counter, seat.ticket.dossiers))


def _end(work: Workday, seat: Seat, event: ev.TicketFinished | ev.TicketAbsent) -> Ticket:
    before = _present(seat)
    after = work.change(before, event, counter=seat.state.number)
    work.tx.save_counter(
        replace(
            seat.state,
            last_ticket=before.id,
            last_at=work.now,
            last_state=before.state,
            last_dossiers=before.dossiers,
        )
    )
    return after


def undo(work: Workday, counter: int) -> Ticket:
    """Takes back this counter's last finish or no-show, within two minutes, once."""
    seat = sit(work, counter)
    state = seat.state
    recent = state.last_at is not None and timedelta(0) <= work.now - state.last_at <= UNDO_WITHIN
    if state.last_ticket is None or not recent:
        raise Conflict("nothing_to_undo", counter=counter)
    if seat.ticket is not None:
        raise Conflict("counter_busy", counter=counter, number=seat.ticket.number)
    ticket = work.tx.ticket(state.last_ticket)
    if ticket is None or ticket.state not in ("done", "no_show") or ticket.day != work.day:
        raise Conflict("nothing_to_undo", counter=counter)
    if (ticket.counter, ticket.ended_at) != (counter, state.last_at):
        raise Conflict("nothing_to_undo", counter=counter)
    event = ev.StepUndone(state.last_state, counter, state.last_dossiers)
    restored = work.change(ticket, event, counter=counter)
    work.tx.take_back_dossier_codes(ticket.id)
    work.tx.save_counter(replace(state, last_ticket=None, last_at=None, last_state="", last_dossiers=0))
    return restored


def requeue(work: Workday, number: str, reason: str) -> Ticket:
    """Puts a held or absent ticket back: a held one in its old place, an absent one after the next few, once."""
    ticket = work.ticket(number)
    need(ticket, "held", "no_show")
    position = ticket.position
    if ticket.state == "no_show":
        if ticket.returns:
            raise Conflict("returned_before", number=ticket.number)
        waiting = work.tx.waiting_in(work.site.code, work.day, ticket.queue)
        last = work.tx.next_position(work.site.code, work.day)
        position = queues.return_position(waiting, work.site.return_after, last)
    return work.change(ticket, ev.TicketRequeued(position, reason))


def cancel(work: Workday, ticket: Ticket, reason: str) -> Ticket:
    return work.change(ticket, ev.TicketCancelled(work.gives_back(ticket), reason))
