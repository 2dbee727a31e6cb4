"""What officers do at a counter. Every function works inside one transaction and returns the ticket."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from ticketing import events as ev
from ticketing.errors import Conflict, CounterClosed, Forbidden, Invalid, TooEarly, Unknown
from ticketing.rules import post, queues, sessions
from ticketing.rules.counters import ANY, REOPEN_AFTER_CLOSE, UNDO_WITHIN, CounterState
from ticketing.rules.people import satisfies
from ticketing.rules.tickets import Ticket, need
from ticketing.verbs.day import Day
from ticketing.verbs.emergency import no_calls
from ticketing.verbs.waits import tell_near


@dataclass(frozen=True, slots=True)
class Seat:
    """A counter in use: its state and the ticket now called or served there."""

    state: CounterState
    ticket: Ticket | None


def sit(day: Day, counter: int, *, to_call: bool = False) -> Seat:
    """The counter, held by the actor. A paused one still ends the visit that is there, but calls nobody.

    Raises Unknown, CounterClosed or Conflict.
    """
    state = _known(day, counter)
    if state.state == "closed" or (to_call and state.state == "paused"):
        raise CounterClosed(state.state, counter=counter)
    if state.holder != day.actor.id:
        raise Conflict("not_holder", counter=counter, holder=state.holder_name)
    if to_call:
        no_calls(day)
    return Seat(state, day.tx.tickets.at_counter(day.site.code, day.date, counter))


def expecting(seat: Seat, expect: Any) -> None:
    """Raises Conflict when the officer's screen shows another number than is really here."""
    here = seat.ticket.number if seat.ticket else None
    if expect is not ANY and expect != here:
        raise Conflict("expect", number=here, state=seat.ticket.state if seat.ticket else None)


def expecting_somewhere(day: Day, expect: Any) -> None:
    """`expecting` for what is done beside a counter: the screen is that of a counter which the actor holds. Who holds
    none sees no number."""
    if expect is ANY:
        return
    held = [one for one in day.tx.counters.all(day.site.code).values() if one.holder == day.actor.id]
    seats = [Seat(one, day.tx.tickets.at_counter(day.site.code, day.date, one.number)) for one in held]
    if not any(expect == (seat.ticket.number if seat.ticket else None) for seat in seats):
        expecting(seats[0] if seats else Seat(CounterState(day.site.code, 0), None), expect)


def _known(day: Day, counter: int) -> CounterState:
    if day.site.counter(counter) is None:
        raise Unknown("counter", counter)
    return day.tx.counters.get(day.site.code, counter)


def _present(seat: Seat) -> Ticket:
    if seat.ticket is None:
        raise Conflict("no_ticket", counter=seat.state.number)
    return seat.ticket


def open_counter(
    day: Day, counter: int, fields: Sequence[str] | None = None, services: Sequence[str] | None = None,
    takeover: bool = False,
) -> CounterState:  # fmt: skip
    """The officer sits down here; a counter held by another is Conflict unless `takeover`."""
    state = _known(day, counter)
    configured = day.site.counter(counter)
    assert configured is not None
    chosen_fields = tuple(configured.fields if fields is None else dict.fromkeys(fields))
    chosen_services = tuple(configured.services if services is None else dict.fromkeys(services))
    for code in chosen_fields:
        if day.site.field(code) is None:
            raise Unknown("field", code)
    for code in chosen_services:
        if day.site.service(code) is None:
            raise Invalid(("services", "unknown"))
    if state.state != "closed" and state.holder != day.actor.id and not takeover:
        raise Conflict("counter_taken", counter=counter, holder=state.holder_name)
    running = sessions.running(day.sessions)
    if running and running.counters is not None and counter not in running.counters:
        raise Conflict("counter_not_in_session", counter=counter, session=running.key)
    opened = replace(
        state, state="open", holder=day.actor.id, holder_name=day.actor.name or day.actor.id,
        fields=chosen_fields, services=chosen_services, reason="", by_page=day.actor.by_cookie, back_at=None,
    )  # fmt: skip
    if opened != state:
        day.tx.counters.save(opened)
        day.record(ev.CounterOpened(chosen_fields, chosen_services, takeover), counter=counter)
    return opened


def pause_counter(day: Day, counter: int, reason: str = "", minutes: int | None = None) -> CounterState:
    """No more calls from here until it is opened again; who waits reckons with it where its return, in so many
    `minutes`, is told."""
    seat = sit(day, counter)
    back_at = day.now + timedelta(minutes=minutes) if minutes else None
    paused = replace(seat.state, state="paused", reason=reason, back_at=back_at)
    if paused != seat.state:
        day.tx.counters.save(paused)
        day.record(ev.CounterPaused(reason, minutes), counter=counter)
    return paused


def close_counter(day: Day, counter: int) -> CounterState:
    """The officer leaves; a ticket that is still here is a conflict."""
    state = _known(day, counter)
    if state.state == "closed":
        return state
    seat = sit(day, counter)
    if seat.ticket is not None:
        raise Conflict("counter_busy", counter=counter, number=seat.ticket.number)
    closed = CounterState(day.site.code, counter)
    day.tx.counters.save(closed)
    day.record(ev.CounterClosed(), counter=counter)
    return closed


def call_next(day: Day, counter: int, *, previous: str = "done", expect: Any = ANY) -> Ticket | None:
    """Ends the ticket that is here, then calls the next of this counter's queues; None when nobody waits."""
    seat = sit(day, counter, to_call=True)
    expecting(seat, expect)
    _end_present(day, seat, previous)
    chosen = pick_next(day, seat.state)
    return None if chosen is None else _call(day, chosen, counter, "next", "")


def pick_next(day: Day, counter: CounterState) -> Ticket | None:
    tx, site, date = day.tx, day.site, day.date
    special = tx.queues.first(site.code, date, counter.queues, counter.number, priority=True)
    other = tx.queues.first(site.code, date, counter.queues, counter.number, priority=False)
    run = 0
    if special is not None and other is not None and site.priority_rule == "interleaved":
        run = queues.run_of(tx.queues.last_turns(site.code, date, counter.queues, queues.PRIORITY_RUN))
    return queues.pick(site.priority_rule, run, special, other)


def call_number(
    day: Day, counter: int, *, number: str = "", reason: str = "", previous: str = "done", expect: Any = ANY
) -> Ticket:
    """Calls a waiting ticket out of turn; journaled with its reason. The one whose turn it is needs none."""
    seat = sit(day, counter, to_call=True)
    expecting(seat, expect)
    ticket = day.ticket(number)
    need(ticket, "waiting")
    turn = "out_of_turn" if reason.strip() else "next"
    if turn == "next" and pick_next(day, seat.state) != ticket:
        raise Invalid(("reason", "required"))
    _end_present(day, seat, previous)
    return _call(day, ticket, counter, turn, reason)


def resume(day: Day, counter: int, *, number: str = "", expect: Any = ANY) -> Ticket:
    """Takes a held or absent ticket back to this counter, as called."""
    seat = sit(day, counter, to_call=True)
    expecting(seat, expect)
    ticket = day.ticket(number)
    need(ticket, "held", "no_show")
    if seat.ticket is not None:
        raise Conflict("counter_busy", counter=counter, number=seat.ticket.number)
    return _call(day, ticket, counter, "resumed", "")


def _call(day: Day, ticket: Ticket, counter: int, turn: str, reason: str) -> Ticket:
    called = day.change(ticket, ev.TicketCalled(counter, turn, reason), counter=counter)
    day.tx.counters.add_call(called, day.now)
    if ticket.state == "waiting":
        tell_near(day, ticket)
    return called


def recall(day: Day, counter: int, *, expect: Any = ANY) -> Ticket:
    """Calls again: at most `max_calls` in all, `recall_gap_s` apart (TooEarly before)."""
    seat = sit(day, counter)
    expecting(seat, expect)
    no_calls(day)
    ticket = _present(seat)
    need(ticket, "called")
    assert ticket.last_call_at is not None
    if ticket.calls >= day.site.max_calls:
        raise Conflict("calls_used", number=ticket.number, calls=ticket.calls)
    waited = (day.now - ticket.last_call_at).total_seconds()
    if 0 <= waited < day.site.recall_gap_s:
        raise TooEarly(retry_after=max(1, round(day.site.recall_gap_s - waited)))
    again = day.change(ticket, ev.TicketRecalled(counter), counter=counter)
    day.tx.counters.add_call(again, day.now)
    return again


def start(day: Day, counter: int, *, expect: Any = ANY) -> Ticket:
    """The citizen is here: the service begins."""
    seat = sit(day, counter)
    expecting(seat, expect)
    return day.change(_present(seat), ev.ServiceStarted(counter), counter=counter)


def finish(
    day: Day, counter: int, *, dossiers: int | None = None, outcome: str = "", postal: str = "",
    dossier_codes: Sequence[str] = (), postal_dossiers: int | None = None, expect: Any = ANY,
) -> Ticket:  # fmt: skip
    """The visit is over, whether called or serving. `dossiers` are those really received and may stand above a cap,
    journaled; `postal` (submit, return or both) goes by post for `postal_dossiers`: Invalid as in `post.by_post`."""
    codes = post.dossier_codes(dossier_codes)
    seat = sit(day, counter)
    expecting(seat, expect)
    ticket = _present(seat)
    received = ticket.dossiers if dossiers is None else dossiers
    posted = post.by_post(postal, received, len(codes), postal_dossiers)
    done = _end(day, seat, ev.TicketFinished(counter, received, outcome, postal, posted))
    day.tx.post.add_dossier_codes(done.id, codes)
    return done


def no_show(day: Day, counter: int, *, expect: Any = ANY) -> Ticket:
    """Nobody came."""
    seat = sit(day, counter)
    expecting(seat, expect)
    ticket = _present(seat)
    return _end(day, seat, ev.TicketAbsent(counter, gave_back=day.gives_back(ticket)))


def hold(day: Day, counter: int, *, reason: str = "", expect: Any = ANY) -> Ticket:
    """The citizen has to fetch something: the ticket waits beside the queue until it is resumed."""
    seat = sit(day, counter)
    expecting(seat, expect)
    return day.change(_present(seat), ev.TicketHeld(counter, reason), counter=counter)


def transfer(
    day: Day, counter: int, *, field: str | None = None, to_counter: int | None = None, expect: Any = ANY
) -> Ticket:
    """Sends the ticket, with its number, to another field's queue or to one counter."""
    if (field is None) == (to_counter is None):
        raise Invalid(("field", "field_or_counter"))
    if field is not None and day.site.field(field) is None:
        raise Unknown("field", field)
    if to_counter is not None and day.site.counter(to_counter) is None:
        raise Unknown("counter", to_counter)
    seat = sit(day, counter)
    expecting(seat, expect)
    ticket = _present(seat)
    if field is not None and ticket.service != "submit":
        raise Conflict("no_field_queue", number=ticket.number)
    return day.change(ticket, ev.TicketTransferred(field, to_counter), counter=counter)


def _end_present(day: Day, seat: Seat, previous: str) -> None:
    if seat.ticket is None:
        return
    counter = seat.state.number
    if previous == "no_show":
        need(seat.ticket, "called")
        _end(day, seat, ev.TicketAbsent(counter, gave_back=day.gives_back(seat.ticket)))
    else:
        _end(day, seat, ev.TicketFinished(counter, seat.ticket.dossiers))


def _end(day: Day, seat: Seat, event: ev.TicketFinished | ev.TicketAbsent) -> Ticket:
    before = _present(seat)
    after = day.change(before, event, counter=seat.state.number)
    day.tx.counters.save(
        replace(
            seat.state,
            last_ticket=before.id,
            last_at=day.now,
            last_state=before.state,
            last_dossiers=before.dossiers,
        )
    )
    return after


def undo(day: Day, counter: int, *, expect: Any = ANY) -> Ticket:
    """Takes back this counter's last finish or no-show, within two minutes, once."""
    seat = sit(day, counter)
    expecting(seat, expect)
    state = seat.state
    recent = state.last_at is not None and timedelta(0) <= day.now - state.last_at <= UNDO_WITHIN
    if state.last_ticket is None or not recent:
        raise Conflict("nothing_to_undo", counter=counter)
    if seat.ticket is not None:
        raise Conflict("counter_busy", counter=counter, number=seat.ticket.number)
    ticket = day.tx.tickets.get(state.last_ticket)
    if ticket is None or ticket.state not in ("done", "no_show") or ticket.day != day.date:
        raise Conflict("nothing_to_undo", counter=counter)
    if (ticket.counter, ticket.ended_at) != (counter, state.last_at):
        raise Conflict("nothing_to_undo", counter=counter)
    event = ev.StepUndone(state.last_state, counter, state.last_dossiers)
    restored = day.change(ticket, event, counter=counter)
    day.tx.post.take_back_dossier_codes(ticket.id)
    day.tx.counters.save(_nothing_to_undo(state))
    return restored


def _nothing_to_undo(state: CounterState) -> CounterState:
    return replace(state, last_ticket=None, last_at=None, last_state="", last_dossiers=0)


def reopen(day: Day, counter: int, *, number: str = "", reason: str = "", expect: Any = ANY) -> Ticket:
    """Takes a finished ticket of today back to this open counter, as called; its first visit is then none.

    An officer may reopen what he finished himself, until half an hour after the session in which he did; a supervisor
    any number of today. Its own dossiers count again and may stand above a cap. Journaled with its reason.
    """
    if not reason.strip():
        raise Invalid(("reason", "required"))
    seat = _free_seat(day, counter, expect)
    ticket = day.ticket(number)
    need(ticket, "done")
    if not satisfies(day.actor.role, "supervisor"):
        _own_and_recent(day, ticket)
    event = ev.TicketReopened(counter, _issued_with(day, ticket), reason.strip())
    reopened = day.change(ticket, event, counter=counter)
    day.tx.post.take_back_dossier_codes(ticket.id)
    day.tx.counters.add_call(reopened, day.now)
    if seat.last_ticket == ticket.id:
        day.tx.counters.save(_nothing_to_undo(seat))
    return reopened


def _free_seat(day: Day, counter: int, expect: Any) -> CounterState:
    """The actor's open counter with nobody at it; whatever else is a conflict."""
    state = _known(day, counter)
    if state.state != "open":
        raise Conflict("counter_not_open", counter=counter)
    seat = sit(day, counter, to_call=True)
    expecting(seat, expect)
    if seat.ticket is not None:
        raise Conflict("counter_busy", counter=counter, number=seat.ticket.number)
    return state


def _own_and_recent(day: Day, ticket: Ticket) -> None:
    """Raises Forbidden unless the actor finished the ticket, in a session that isn't closed for half an hour."""
    finished = _line_about(day, ticket, ev.TicketFinished, ticket.ended_at)
    if finished is None or finished.actor != day.actor.id:
        raise Forbidden("reopen_others", number=ticket.number)
    begun = [one for one in day.sessions if one.issuing_from <= finished.at]
    session = begun[-1] if begun else day.session(ticket.session)
    if session.stage != "closed":
        return
    moves = day.tx.journal.of_kinds(day.site.code, (ev.SessionMoved.kind,), session.issuing_from)
    closes = [one.at for one in moves if one.session == session.key and one.data["stage"] == "closed"]
    if day.now > (closes[-1] if closes else session.closes_at) + REOPEN_AFTER_CLOSE:
        raise Forbidden("reopen_late", number=ticket.number)


def _issued_with(day: Day, ticket: Ticket) -> int:
    """The dossiers that the ticket was issued with, which a finish writes over."""
    taken = _line_about(day, ticket, ev.TicketTaken, ticket.issued_at)
    return ticket.dossiers if taken is None else int(taken.data["dossiers"])


def _line_about(day: Day, ticket: Ticket, event: type[ev.TicketEvent], at: datetime | None) -> ev.JournalLine | None:
    if at is None:
        return None
    lines = day.tx.journal.of_kinds(day.site.code, (event.kind,), at, at + timedelta(milliseconds=1))
    return next((line for line in reversed(lines) if line.ticket == ticket.id), None)


def requeue(day: Day, number: str, *, reason: str = "", expect: Any = ANY) -> Ticket:
    """Puts a held or absent ticket back: a held one in its old place, an absent one after the next few, once."""
    expecting_somewhere(day, expect)
    ticket = day.ticket(number)
    need(ticket, "held", "no_show")
    if not _has_queue(day, ticket):
        raise Conflict("queue_gone", number=ticket.number)
    position = ticket.position
    if ticket.state == "no_show":
        if ticket.returns:
            raise Conflict("returned_before", number=ticket.number)
        waiting = day.tx.queues.waiting_in(day.site.code, day.date, ticket.queue)
        last = day.tx.queues.next_position(day.site.code, day.date)
        position = queues.return_position(waiting, day.site.return_after, last)
    return day.change(ticket, ev.TicketRequeued(position, reason))


def _has_queue(day: Day, ticket: Ticket) -> bool:
    service, field = ticket.queue
    return (day.site.field(field) if service == "submit" else day.site.service(service)) is not None


def cancel(day: Day, number: str, *, reason: str = "", expect: Any = ANY) -> Ticket:
    """Cancels today's waiting ticket of that number."""
    expecting_somewhere(day, expect)
    ticket = day.ticket(number)
    return day.change(ticket, ev.TicketCancelled(day.gives_back(ticket), reason))
