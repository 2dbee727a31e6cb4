"""The officer's screen: who waits, who is held or absent, and what a supervisor should look at."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from ticketing import events as ev
from ticketing.answers import alarms, board, checklists, clock, counters, foreseen, notes, places, printers, tickets
from ticketing.answers.alarms import Alarm
from ticketing.answers.checklists import Checklist
from ticketing.answers.clock import ClockState
from ticketing.answers.counters import Counter
from ticketing.answers.names import Time, extended, names, stamp
from ticketing.answers.occupancy import Room
from ticketing.answers.printers import Printer
from ticketing.answers.sessions import by_state
from ticketing.errors import Unknown
from ticketing.lookups import Look, checklists_now, device_deeds, forecast
from ticketing.rules import queues
from ticketing.rules.counters import CounterState, Queue
from ticketing.rules.lines import Standing
from ticketing.rules.sessions import Session, current, instant
from ticketing.rules.sites import localized
from ticketing.rules.tickets import Ticket

FIRST_SHOWN = 30
LAST_FINISHED = 10
MOST_SHOWN = 100
MOST_ASKED = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A ticket in an officer's list."""

    number: str
    service: str
    service_name: str
    field: str | None
    field_name: str
    procedure_name: str
    dossiers: int
    priority: str | None
    priority_name: str
    state: str
    waited_s: int
    issued_at: Time
    calls: int
    returns: int
    target: int | None
    applicant: str | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished(Line):
    """A visit that is over: at which counter, when, and who ended it, by the id that the journal names."""

    counter: int | None
    ended_at: Time | None
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingList:
    """`next`, when there is more, is the `skip` to ask with."""

    items: list[Line]
    next: int | None = None


class TicketHere(tickets.Ticket, frozen=True, kw_only=True):
    """The ticket at a counter: until when the next call has to wait, and how long such a visit usually takes."""

    last_call_at: Time | None
    started_at: Time | None
    usual_s: int
    recall_at: Time | None
    max_calls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    holder: str
    holder_name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many there are; the lists show the first of them."""

    waiting: int
    held: int
    absent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Console(board.Shown):
    """Of the board what an officer needs, and what only staff sees. `waiting` are the first that this counter will
    call, without a counter the first of all; `finished` are the last that its officer ended, without a counter the
    last of all, newest first; `sitting` tells by the counter's number who is there, `clock` and `printers` a
    supervisor what there is to do about them."""

    room: Room
    checklists: list[Checklist]
    difficulties: dict[str, int]
    counter: Counter | None
    ticket: TicketHere | None
    waiting: list[Line]
    held: list[Line]
    absent: list[Line]
    finished: list[Finished]
    counts: Counts
    alarms: list[Alarm]
    sitting: dict[int, Sitting]
    clock: ClockState | None
    printers: list[Printer]


def of(look: Look, counter: int | None, lang: str) -> Console:
    """What an officer's screen needs; without a counter, what a supervisor's does. Raises Unknown("counter")."""
    view, site = look.view, look.site
    state = _state(look, counter)
    states = view.counters.all(site.code)
    shown = board.of(look, lang)
    lengths, sent = places.lengths(look), view.queues.sent(site.code, look.date)
    first = _first(look, state, FIRST_SHOWN)
    return extended(
        Console,
        shown,
        checklists=[checklists.of(site, one, lang) for one in checklists_now(look)],
        difficulties=notes.counts(look),
        counter=counters.of(look, state, lang) if state else None,
        ticket=_here(look, counter, lang) if counter is not None else None,
        waiting=[line(look, one, lang) for one in first],
        held=[line(look, one, lang) for one in view.tickets.held(site.code, look.date, MOST_SHOWN)],
        absent=[line(look, one, lang) for one in view.tickets.absent(site.code, look.date, MOST_SHOWN)],
        finished=_finished(look, state, lang),
        counts=_counts(look, state, lengths, sent),
        alarms=alarms_now(look, lang)
        if state is None
        else [one for one in _alarms(look, states, lengths, lang) if alarms.concerns(one, state)],
        sitting={
            number: Sitting(holder=one.holder, holder_name=one.holder_name, reason=one.reason)
            for number, one in states.items()
            if one.state != "closed"
        },
        clock=clock.trouble(look) if state is None else None,
        printers=printers.of_site(look) if state is None else [],
    )


def waiting(look: Look, counter: int | None, lang: str, skip: int, limit: int) -> list[Line]:
    """Who waits for a counter, in the order in which it will call them, after the first `skip`. Raises
    Unknown("counter")."""
    return [line(look, one, lang) for one in _first(look, _state(look, counter), skip + limit)[skip:]]


def line(look: Look, t: Ticket, lang: str) -> Line:
    site = look.site
    named, special = names(site, t, lang, staff=True), site.priority(t.priority)
    return Line(
        number=t.number,
        service=t.service,
        service_name=named.service,
        field=t.field,
        field_name=named.field,
        procedure_name=named.procedure,
        dossiers=t.dossiers,
        priority=t.priority,
        priority_name=localized(special, lang) if special else "",
        state=t.state,
        waited_s=max(0, round((look.now - t.issued_at).total_seconds())),
        issued_at=stamp(site, t.issued_at),
        calls=t.calls,
        returns=t.returns,
        target=t.target,
        applicant=t.applicant,
        reason=t.reason,
    )


def _state(look: Look, counter: int | None) -> CounterState | None:
    if counter is None:
        return None
    if look.site.counter(counter) is None:
        raise Unknown("counter", counter)
    return look.view.counters.get(look.site.code, counter)


def _first(look: Look, state: CounterState | None, limit: int) -> list[Ticket]:
    """The next that a counter will call, in order; without a counter the first of all queues."""
    site, view = look.site, look.view
    line = view.queues.line(site.code, look.date)
    if state is None:
        return view.tickets.several([one.id for one in line.waiting[:limit]])
    run = queues.run_of(view.queues.last_turns(site.code, look.date, state.queues, queues.PRIORITY_RUN))
    found = queues.order(site.priority_rule, run, line.few(state.queues, state.number, limit))
    return view.tickets.several([one.id for one in found[:limit]])


def _finished(look: Look, state: CounterState | None, lang: str) -> list[Finished]:
    """The last visits that are over; a line about one that was taken back or reopened since is passed over."""
    if state is not None and not state.holder:
        return []
    since = instant(look.site, look.date, time())
    holder, most = state.holder if state else None, 2 * LAST_FINISHED
    shown: dict[str, Finished] = {}
    for done in look.view.journal.last_of(look.site.code, ev.TicketFinished.kind, holder, since, most):
        t = look.view.tickets.get(done.ticket) if done.ticket else None
        if t and t.state == "done" and t.day == look.date and t.ended_at == done.at and len(shown) < LAST_FINISHED:
            more = {"counter": t.counter, "ended_at": stamp(look.site, t.ended_at), "by": done.actor}
            shown[t.number] = extended(Finished, line(look, t, lang), **more)
    return list(shown.values())


def _counts(
    look: Look, state: CounterState | None, lengths: Mapping[Queue, int], sent: Sequence[Ticket]
) -> Counts:
    view, site = look.view, look.site
    by_session = [by_state(look, s) for s in view.sessions.of_day(site.code, look.date)]
    waiting = sum(lengths.values())
    if state is not None:
        own = [one for one in sent if one.queue in state.queues]
        here = [one for one in sent if one.target == state.number]
        waiting = sum(lengths.get(queue, 0) for queue in state.queues) - len(own) + len(here)
    return Counts(
        waiting=waiting,
        held=sum(counts.get("held", 0) for counts in by_session),
        absent=sum(counts.get("no_show", 0) for counts in by_session),
    )


def alarms_now(look: Look, lang: str) -> list[Alarm]:
    """What a supervisor should look at here; silent devices are told apart."""
    states = look.view.counters.all(look.site.code)
    found = _alarms(look, states, places.lengths(look), lang)
    return [
        *found,
        *foreseen.alarms(look, states, found, lang),
        *alarms.hasty_devices(look.site, device_deeds(look), lambda actor: _device(look, actor)),
    ]


def _alarms(
    look: Look, states: Mapping[int, CounterState], lengths: Mapping[Queue, int], lang: str
) -> list[Alarm]:
    """About tickets only once the service of their session has begun. A stopped site has no alarms about queues:
    nobody may be called."""
    view, site = look.view, look.site
    today = view.sessions.of_day(site.code, look.date)
    starts = {s.key: s.service_from for s in today}
    early = {key for key, start in starts.items() if look.now < start}
    visits = look.wiring.visits
    at_counters = view.tickets.at_counters(site.code, look.date)
    here = {n: t for n, t in at_counters.items() if t.session not in early}
    found = list(alarms.forgotten(here, lambda queue: visits.usual_s(look, queue), look.now))
    ghosts = _ghosts(look, states, at_counters)
    found += ghosts
    found += _of_printers(look)
    if view.sites.emergency(site.code) is not None:
        return found
    if any(by_state(look, s).get("waiting") for s in today if s.key in early):
        lengths = _lengths_without(look, early)
    too_long = view.queues.too_long(site.code, look.date, look.now - alarms.goal_of(site))
    return [
        *alarms.unassigned(site, current(today), states, lang),
        *_unopened(look, current(today), states, lengths, lang),
        # A counter without its officer calls nobody, and silences nothing.
        *alarms.no_counter(site, _without(states, ghosts), lengths, lang),
        *alarms.long_wait(site, too_long, starts, look.now, lang),
        *alarms.goal_near(site, _missing(look), lambda ticket: _number(look, ticket), look.now, lang),
        *found,
    ]


def _of_printers(look: Look) -> Iterator[Alarm]:
    site = look.site
    states = (look.view.printers.state(site.code, one.name) for one in site.printers)
    yield from alarms.printers_failing(states, look.now)
    if site.printers:
        yield from alarms.papers_given_up(site, printers.lost(look), lambda ticket: _number(look, ticket))


def _missing(look: Look) -> list[tuple[Standing, datetime]]:
    """Kept, since every console has it."""
    return look.kept("missing goals", lambda: forecast(look).missing(look.now))


def _number(look: Look, ticket_id: int) -> str:
    found = look.view.tickets.get(ticket_id)
    return found.number if found else ""


def _unopened(
    look: Look, session: Session | None, states: Mapping[int, CounterState], lengths: Mapping[Queue, int], lang: str
) -> Iterator[Alarm]:
    """From the session's service on."""
    if session is not None and look.now >= session.service_from:
        usage = look.view.sessions.usage(session.id)
        yield from alarms.unopened(look.site, session, states, lengths, usage, lang)


def _ghosts(look: Look, states: Mapping[int, CounterState], here: Mapping[int, Ticket]) -> list[Alarm]:
    site, consoles = look.site.code, look.wiring.consoles
    consoles.asks(look.now)
    for number, state in states.items():
        if state.state == "closed":
            consoles.forget(site, number)

    def gone_since(seat: tuple[int, str]) -> datetime | None:
        return consoles.gone_since(site, *seat, look.now, lambda: _opened_at(look, *seat))

    return list(alarms.ghosts(states, here, gone_since, look.now))


def _opened_at(look: Look, counter: int, holder: str) -> datetime:
    since = instant(look.site, look.date, time())
    opened = look.view.journal.last_of(look.site.code, ev.CounterOpened.kind, holder, since, 10)
    return next((line.at for line in opened if line.counter == counter), look.now)


def _without(states: Mapping[int, CounterState], ghosts: Collection[Alarm]) -> Mapping[int, CounterState]:
    left = {one.counter for one in ghosts}
    return {number: state for number, state in states.items() if number not in left}


def _lengths_without(look: Look, sessions: Collection[str]) -> Mapping[Queue, int]:
    """How many wait in each queue, without those of these sessions."""
    waiting: dict[Queue, int] = {}
    for one in look.view.queues.too_long(look.site.code, look.date, look.now + timedelta(seconds=1)):
        if one.session not in sessions:
            waiting[one.queue] = waiting.get(one.queue, 0) + one.waiting
    return waiting


def _device(look: Look, actor: str) -> str:
    token = look.view.people.token(int(actor.removeprefix("token:"))) if actor.startswith("token:") else None
    return token.name if token else actor


def _here(look: Look, counter: int, lang: str) -> TicketHere | None:
    view, site = look.view, look.site
    here = view.tickets.at_counter(site.code, look.date, counter)
    if here is None:
        return None
    recall_at: datetime | None = None
    if here.state == "called" and here.last_call_at and here.calls < site.max_calls:
        recall_at = here.last_call_at + timedelta(seconds=site.recall_gap_s)
    return tickets.made(
        TicketHere, look, here, view.sessions.get(site.code, here.session), lang, staff=True,
        ahead=0, expected_at=None, wait_outside=False,
        last_call_at=stamp(site, here.last_call_at),
        started_at=stamp(site, here.started_at),
        usual_s=round(look.wiring.visits.usual_s(look, here.queue)),
        recall_at=stamp(site, recall_at),
        max_calls=site.max_calls,
    )  # fmt: skip
