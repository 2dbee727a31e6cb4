"""What a supervisor is advised of a session's cap: gathered from one state, worked out elsewhere, worded here."""

from __future__ import annotations

import collections
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain
from typing import Literal

from ticketing.answers.names import Day, Time, stamp
from ticketing.errors import Conflict, Unknown
from ticketing.lookups import Look, next_session, planned, usage_of
from ticketing.rules import advice, caps, forecast, waits
from ticketing.rules.advice import Comes, Figures, Out, Situation
from ticketing.rules.counters import Queue, queues_of
from ticketing.rules.forecast import Desk
from ticketing.rules.sessions import Session, running
from ticketing.rules.sites import Counter, Site, localized
from ticketing.rules.text import day_of
from ticketing.rules.tickets import Ticket
from ticketing.rules.visits import USUAL_WEIGHT, Visit

CONFIDENCE, LEAST_CONFIDENCE, MOST_CONFIDENCE = 0.9, 0.5, 0.99
LIKELY = 0.5
MIX_PRIOR = 5.0
"""So many people, evenly over all fields, are added to those who really came."""

DAYS_DIFFER = 0.05
MOST_MORE = 6
CURVE_POINTS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvisedField:
    """`cap` is the field's own. `advised`: its dossiers that are finished by closing while others come beside them in
    the day's mix. `finish_probability`: that all its numbers under the caps of now are; null without any cap."""

    code: str
    name: str
    cap: int | None
    advised: int
    finish_probability: float | None
    open_counters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """The visits that were measured, and the day of the first of them."""

    visits: int
    since: Day | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceWarning:
    """`field_without_counter`: it gives numbers, or `waiting` have one, and no open counter calls it; `no_counter`:
    none is open at all; `cap_not_finished`: of the session or a `field`, more likely than not; `session_overruns`: what
    is given already is likely to be finished `at` that time."""

    code: Literal["field_without_counter", "no_counter", "cap_not_finished", "session_overruns"]
    field: str | None = None
    name: str | None = None
    waiting: int = 0
    at: Time | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chance:
    """That a cap of so many dossiers is finished by closing."""

    cap: int
    finish_probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OneMore:
    """What would be advised if this counter were open besides."""

    counter: int
    name: str
    advised: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """For one session, with the counters that are open now, before its service with those that it is to have: `advised`
    is the whole cap, issued and done included, that they finish by `closes_at` with the probability `confidence` if
    demand has no end and comes in the day's mix, as far as a counter calls it. `finish_probability` and `expected_end`
    are of the cap now; without one, or when no more numbers are given, of what is issued."""

    session: str
    title: str
    time: Time
    closes_at: Time
    confidence: float
    cap: int | None
    issued: int
    advised: int
    finish_probability: float
    expected_end: Time | None
    open_counters: int
    fields: list[AdvisedField]
    basis: Basis
    warnings: list[AdviceWarning]
    curve: list[Chance]
    one_more: list[OneMore]


@dataclass(frozen=True, slots=True)
class Asked:
    """All that the advice is made from: `closed` are counters that might be opened besides."""

    site: Site
    session: Session
    situation: Situation
    closed: tuple[Desk, ...]
    basis: Basis
    now: datetime
    lang: str


def asked(look: Look, key: str, lang: str) -> Asked:
    """Raises Unknown("session"), also for a day beyond the timetable, and Conflict for a day that is over."""
    session = _session(look, key)
    desks, here = _desks(look, session)
    visits, basis = _visits(look)
    late = tuple(look.wiring.visits.of(look).late(0))
    open_now = {desk.number for desk in desks if desk.queues}
    starts = max(0.0, (session.service_from - look.now).total_seconds())
    closed = [
        Desk(one.number, queues_of(one.fields, one.services), starts)
        for one in _counters_of(look.site, session) if one.number not in open_now
    ]  # fmt: skip
    situation = replace(_situation(look, session, desks, here), visits=visits, late=late)
    return Asked(look.site, session, situation, tuple(closed[:MOST_MORE]), basis, look.now, lang)


def session_now(look: Look) -> str:
    """The session that runs, else the one that comes next. Raises Unknown("session")."""
    today = look.view.sessions.of_day(look.site.code, look.date)
    found = running(today) or next_session(look, today, None)
    if found is None:
        raise Unknown("session")
    return found.key


def of(given: Asked, confidence: float) -> Advice:
    """The many plays, and what they come to: up to a fifth of a second."""
    fields = [one.code for one in given.site.fields if given.session.takes(one.code)]
    return _worded(given, advice.figures(given.situation, confidence, fields, given.closed), confidence)


def _session(look: Look, key: str) -> Session:
    day = day_of(key[:10])
    if day is not None and day < look.date and look.view.sessions.get(look.site.code, key):
        raise Conflict("session_over", session=key)
    for session in planned(look, day) if day is not None and day >= look.date else ():
        if session.key == key:
            return session
    raise Unknown("session", key)


def _counters_of(site: Site, session: Session) -> list[Counter]:
    return [one for one in site.counters if session.counters is None or one.number in session.counters]


def _desks(look: Look, session: Session) -> tuple[tuple[Desk, ...], Mapping[int, Ticket]]:
    """The counters that the session can reckon with, and the tickets that they have now. One that is paused or isn't
    the session's finishes whom it has, and calls nobody."""
    starts = (session.service_from - look.now).total_seconds()
    if session.day != look.date:
        meant = _counters_of(look.site, session)
        return tuple(Desk(one.number, queues_of(one.fields, one.services), max(0.0, starts)) for one in meant), {}
    states, here = look.view.counters.all(look.site.code), look.view.tickets.at_counters(look.site.code, look.date)
    called = {n: one.queues for n, one in states.items() if one.state == "open"}
    if starts > 0:
        meant = _counters_of(look.site, session)
        called = {one.number: called.get(one.number, queues_of(one.fields, one.services)) for one in meant}
    desks = []
    for number in sorted(called.keys() | here.keys()):
        there, busy, elapsed = here.get(number), None, 0.0
        if there is not None:
            busy, elapsed = there.queue, (look.now - (there.called_at or look.now)).total_seconds()
        desks.append(Desk(number, called.get(number, ()), max(0.0, starts), busy, max(0.0, elapsed)))
    return tuple(desks), here


def _situation(look: Look, session: Session, desks: tuple[Desk, ...], here: Mapping[int, Ticket]) -> Situation:
    usage, site = usage_of(look.view, session), look.site
    at_desks = {number: _out(ticket, session) for number, ticket in here.items()}
    line = _line(look, session, desks) if session.day == look.date else ()
    out = [*at_desks.values(), *line]
    given = caps.issued(usage) + caps.carried(usage)
    by_field = {
        f.code: caps.issued(usage, "field", f.code) + caps.carried(usage, "field", f.code)
        - sum(one.dossiers for one in out if one.queue == ("submit", f.code))
        for f in site.fields
    }  # fmt: skip
    return Situation(
        desks=desks,
        visits={},
        closes_s=(session.closes_at - look.now).total_seconds(),
        cap=session.cap,
        field_caps=dict(session.field_caps),
        done=max(0, given - sum(one.dossiers for one in out)),
        done_by_field={code: max(0, number) for code, number in by_field.items()},
        here=at_desks,
        line=tuple(line),
        mix=_mix(look, session),
        left=_left(site, session, usage),
        sells=session.stage in ("upcoming", "open") and look.now < session.issuing_until,
        seed=f"{site.code}/{session.key}",
    )


def _out(ticket: Ticket, session: Session) -> Out:
    counts = ticket.service == "submit" and (
        ticket.session == session.key or (ticket.counted and ticket.counted_session == session.key)
    )
    return Out(ticket.queue, ticket.dossiers if counts else 0, ticket.target)


def _line(look: Look, session: Session, desks: Sequence[Desk]) -> list[Out]:
    """Who waits for this session or an earlier one, in the order of the calls; behind them those who are on hold."""
    keys = {one.key for one in planned(look, look.date) if one.issuing_from <= session.issuing_from}
    waiting = [one for one in look.view.queues.waiting(look.site.code, look.date) if one.session in keys]
    waiters = [forecast.Waiter(one.queue, one.priority is not None, one.target) for one in waiting]
    order = chain(*forecast.line_up(look.site.priority_rule, desks, waiters))
    held = [one for one in look.view.tickets.open(look.site.code, look.date) if one.state == "held"]
    return [_out(one, session) for one in [*(waiting[place] for place in order), *held] if one.session in keys]


def _mix(look: Look, session: Session) -> tuple[Comes, ...]:
    """Who comes, as in the past days and today; a few are added evenly, for what none of them has brought."""
    taken = [one.code for one in look.site.fields if session.takes(one.code)]
    came = look.view.tickets.mix(look.site.code, look.date - timedelta(days=waits.PAST_DAYS))
    mix = [
        Comes((service, field), dossiers, float(number))
        for service, field, dossiers, number in came
        if (field in taken if service == "submit" else look.site.service(service) is not None)
    ]
    return (*mix, *(Comes(("submit", code), 1, MIX_PRIOR / len(taken)) for code in taken))


def _left(site: Site, session: Session, usage: caps.Usage) -> dict[Queue, int]:
    """What each queue's own cap still lets out, of those that have one."""
    found: dict[Queue, int | None] = {}
    for f in site.fields:
        found["submit", f.code] = caps.remaining(session.field_caps.get(f.code), usage, "field", f.code)
    for v in site.services:
        found[v.code, None] = caps.remaining(session.service_caps.get(v.code), usage, "service", v.code)
    return {queue: left for queue, left in found.items() if left is not None}


def _visits(look: Look) -> tuple[Mapping[Queue, Visit], Basis]:
    """Lengths by queue. Their means may be off as the number of the measured ones lets them, and as days differ."""
    since = look.date - timedelta(days=waits.PAST_DAYS)
    done = [one for one in look.view.tickets.ended(look.site.code, since, look.date) if not one.absent]
    counts = collections.Counter(one.queue for one in done)
    visits = {
        queue: replace(visit, doubt=math.hypot(visit.cv / math.sqrt(USUAL_WEIGHT + counts[queue]), DAYS_DIFFER))
        for queue, visit in look.wiring.visits.of(look).visits.items()
    }
    return visits, Basis(visits=len(done), since=done[0].day.isoformat() if done else None)


def _worded(given: Asked, found: Figures, confidence: float) -> Advice:
    site, session, at = given.site, given.session, given.situation
    return Advice(
        session=session.key,
        title=localized(session, given.lang, "title"),
        time=stamp(site, given.now),
        closes_at=stamp(site, session.closes_at),
        confidence=confidence,
        cap=session.cap,
        issued=at.issued,
        advised=found.advised,
        finish_probability=round(found.finish_probability, 3),
        expected_end=_time(given, found.end_s),
        open_counters=sum(bool(desk.queues) for desk in at.desks),
        fields=[_field(given, found, f.code) for f in site.fields if session.takes(f.code)],
        basis=given.basis,
        warnings=_warnings(given, found),
        curve=_curve(found),
        one_more=[
            OneMore(counter=number, name=localized(site.counter(number), given.lang), advised=advised)
            for number, advised in found.more.items()
        ],
    )


def _time(given: Asked, seconds: float | None) -> str | None:
    """The minute of something so far from now."""
    if seconds is None:
        return None
    at = given.now + timedelta(seconds=seconds)
    return stamp(given.site, at.replace(second=0, microsecond=0))


def _field(given: Asked, found: Figures, code: str) -> AdvisedField:
    chances, queue = found.fields[code], ("submit", code)
    share = chances.finish_probability
    return AdvisedField(
        code=code,
        name=localized(given.site.field(code), given.lang),
        cap=given.session.field_caps.get(code),
        advised=chances.advised,
        finish_probability=None if share is None else round(share, 3),
        open_counters=sum(queue in desk.queues for desk in given.situation.desks),
    )


def _warnings(given: Asked, found: Figures) -> list[AdviceWarning]:
    at, site, session = given.situation, given.site, given.session
    if not at.called:
        return [AdviceWarning(code="no_counter")]
    warnings = []
    for f in site.fields:
        queue = ("submit", f.code)
        waiting = sum(one.queue == queue and at.waits_in_vain(one) for one in at.line)
        offers = at.sells and session.takes(f.code) and at.left.get(queue) != 0
        if waiting or (offers and queue not in at.called):
            name = localized(f, given.lang)
            warnings.append(AdviceWarning(code="field_without_counter", field=f.code, name=name, waiting=waiting))
    if found.out_end_s is not None and found.out_end_s > at.closes_s and at.issued > at.done:
        warnings.append(AdviceWarning(code="session_overruns", at=_time(given, found.out_end_s)))
    elif at.sells and session.cap is not None and found.finish_probability < LIKELY:
        warnings.append(AdviceWarning(code="cap_not_finished", at=_time(given, found.end_s)))
    for f in site.fields if at.sells else ():
        chances = found.fields.get(f.code)
        capped = f.code in session.field_caps and ("submit", f.code) in at.called
        if chances and capped and chances.finish_probability is not None and chances.finish_probability < LIKELY:
            name = localized(f, given.lang)
            warnings.append(AdviceWarning(code="cap_not_finished", field=f.code, name=name))
    return warnings


def _curve(found: Figures) -> list[Chance]:
    """From where all plays finish to where none does."""
    first, last = max(0, found.finished[0] - 1), found.finished[-1] + 1
    step = max(1, -(-(last - first) // CURVE_POINTS))
    return [
        Chance(cap=cap, finish_probability=round(advice.probability(found.finished, cap), 3))
        for cap in range(first, last + step, step)
    ]
