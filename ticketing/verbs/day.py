"""One site's business day inside one transaction: its clock is followed first, then a verb acts on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from ticketing import caps, decisions, retention, sessions
from ticketing import events as ev
from ticketing.decisions import Plan
from ticketing.errors import Conflict, Unknown
from ticketing.officers import CLOCK, Actor
from ticketing.ports import CounterState, DayClock, Transaction, View
from ticketing.sessions import STAGES, Session
from ticketing.sites import HolidaySource, Site
from ticketing.tickets import Ticket, evolve

LOOK_AHEAD_DAYS = 21


class Workday:
    """What verbs work on. `now` is read once, by the verb's caller; `actor` is who the journal names."""

    def __init__(
        self, tx: Transaction, site: Site, now: datetime, actor: Actor, holidays: HolidaySource
    ) -> None:
        self.tx, self.site, self.now, self.actor, self.holidays = tx, site, now, actor, holidays
        self.day = sessions.business_day(site, now)
        self.sessions = self._follow_clock()

    def session(self, key: str) -> Session:
        found = next((s for s in self.sessions if s.key == key), None) or self.tx.session(self.site.code, key)
        if found is None:
            raise Unknown("session", key)
        return found

    @cached_property
    def plan(self) -> Plan:
        """What the policies in force decide here today."""
        return plan_of(self.tx, self.site, self.day)

    def ticket(self, number: str) -> Ticket:
        found = self.tx.ticket_by_number(self.site.code, self.day, number.upper())
        if found is None:
            raise Unknown("ticket", number)
        return found

    def change(
        self, ticket: Ticket, event: ev.TicketEvent, *, counter: int | None = None,
        at: datetime | None = None, actor: Actor | None = None,
    ) -> Ticket:  # fmt: skip
        """Moves the ticket's state, what it takes of the caps, and the journal, together."""
        when = at or self.now
        after = evolve(ticket, event, when)
        self.tx.save_ticket(ticket, after)
        self.account(ticket, after)
        self.record(event, ticket=ticket.id, session=after.session, counter=counter, at=when, actor=actor)
        return after

    def account(self, before: Ticket | None, after: Ticket) -> None:
        """Books what a change adds to, or takes from, the caps' usage."""
        booked: dict[tuple[str, str, str], int] = {}
        for sign, ticket in ((-1, before), (1, after)):
            for key, kind, code, dossiers in caps.counting(ticket) if ticket else ():
                booked[key, kind, code] = booked.get((key, kind, code), 0) + sign * dossiers
        for (key, kind, code), dossiers in booked.items():
            if dossiers:
                self.tx.use(self.session(key).id, kind, code, dossiers)

    def record(
        self, event: ev.Event, *, ticket: int | None = None, session: str = "", counter: int | None = None,
        at: datetime | None = None, actor: Actor | None = None,
    ) -> None:  # fmt: skip
        self.tx.record(
            event, site=self.site.code, at=at or self.now, actor=actor or self.actor,
            ticket=ticket, session=session, counter=counter,
        )  # fmt: skip

    def gives_back(self, ticket: Ticket, at: datetime | None = None) -> bool:
        return ticket.counted and caps.gives_back(self.session(ticket.counted_session), at or self.now)

    def close_session(
        self, session: Session, unserved: str, at: datetime, reason: str = "", by: str = ""
    ) -> Session:
        """Ends the session; who still waits in it is served out, carried over or expires."""
        target = sessions.later_than(self.sessions, session)
        if unserved == "carry_over" and target is None and by:
            raise Conflict("no_later_session", session=session.key)
        actor = self.actor if by else CLOCK
        closed = replace(session, stage="closed", closed_by=by, paused=False)
        self.tx.save_session(closed)
        self.record(ev.SessionMoved("closed", unserved, reason), session=session.key, at=at, actor=actor)
        for ticket in self.tx.waiting(self.site.code, session.day):
            if ticket.session != session.key:
                continue
            if unserved == "expire":
                event: ev.TicketEvent = ev.TicketExpired(gave_back=self.gives_back(ticket, at))
                self.change(ticket, event, at=at, actor=actor)
            elif unserved == "carry_over" and target is not None:
                self.change(ticket, ev.TicketCarriedOver(target.key), at=at, actor=actor)
        return closed

    def _follow_clock(self) -> list[Session]:
        clock = self.tx.day_clock(self.site.code)
        if clock is not None and clock.day == self.day and self.now < clock.next_due:
            return self.tx.sessions(self.site.code, self.day)
        if clock is None or clock.day != self.day:
            self._end_earlier_days()
            self._follow_plan(clock.day if clock else self.day)
        self.sessions = self._begin_day()
        self.sessions = [self._follow_session(s, self.now) for s in self.sessions]
        changes = [sessions.next_change(s, self.now) for s in self.sessions]
        due = [change for change in changes if change is not None]
        due.append(sessions.midnight_after(self.site, self.day))
        self.tx.save_day_clock(self.site.code, DayClock(self.day, min(due)))
        return self.sessions

    def _follow_plan(self, before: date) -> None:
        """A plan that begins or ends with the day is journaled at its midnight, or no board would move on."""
        if plan_of(self.tx, self.site, before).version != self.plan.version:
            event = ev.PlanChanged(self.plan.head.code, "period")
            self.record(event, at=sessions.midnight_after(self.site, self.day - timedelta(days=1)), actor=CLOCK)

    def _begin_day(self) -> list[Session]:
        known = self.tx.sessions(self.site.code, self.day)
        names = {s.key for s in known}
        for plan in sessions.plan_day(self.site, self.day, self.holidays):
            if plan.key not in names and not any(_cross(plan, s) for s in known):
                known.append(self.plan_session(plan, CLOCK))
        return sorted(known, key=lambda s: s.issuing_from)

    def plan_session(self, plan: Session, actor: Actor) -> Session:
        """From here on the session exists, and the timetable no longer changes it."""
        added = self.tx.add_session(plan)
        event = ev.SessionPlanned(plan.cap, dict(plan.field_caps), dict(plan.service_caps))
        self.record(event, session=plan.key, actor=actor)
        return added

    def _follow_session(self, session: Session, until: datetime) -> Session:
        target = sessions.stage_at(session, until)
        boundaries = {
            "open": session.issuing_from,
            "cut_off": session.issuing_until,
            "closed": session.closes_at,
        }
        for stage in STAGES[STAGES.index(session.stage) + 1 : STAGES.index(target) + 1]:
            if stage == "closed":
                return self.close_session(session, session.unserved, boundaries[stage])
            session = replace(session, stage=stage)
            self.tx.save_session(session)
            self.record(ev.SessionMoved(stage), session=session.key, at=boundaries[stage], actor=CLOCK)
        return session

    def _end_earlier_days(self) -> None:
        for day in self.tx.unfinished_days(self.site.code, self.day):
            self._end_day(day)
        for counter in self.tx.counters(self.site.code).values():
            if counter.state != "closed":
                self.tx.save_counter(CounterState(self.site.code, counter.number))
                self.record(ev.CounterClosed(), counter=counter.number, actor=CLOCK)
        self.tx.forget_day(self.site.code, self.day)
        kept_from = retention.codes_kept_from(self.site, self.day)
        retention.erase_dossier_codes(self.tx, self.site, kept_from, self.now, CLOCK)

    def _end_day(self, day: date) -> None:
        midnight = sessions.midnight_after(self.site, day)
        self.sessions = self.tx.sessions(self.site.code, day)
        for session in self.sessions:
            self._follow_session(session, midnight)
        for ticket in self.tx.open_tickets(self.site.code, day):
            if ticket.state == "serving":
                event: ev.TicketEvent = ev.TicketFinished(
                    ticket.counter or 0, ticket.dossiers, outcome="day_end"
                )
            else:
                event = ev.TicketExpired()
            self.change(ticket, event, counter=ticket.counter, at=midnight, actor=CLOCK)
        self.record(ev.DayEnded(day.isoformat()), at=midnight, actor=CLOCK)


def _cross(a: Session, b: Session) -> bool:
    return a.issuing_from < b.closes_at and b.issuing_from < a.closes_at


def line_of(view: View, site: Site) -> tuple[Site, ...]:
    """A site and those above it, itself first."""
    line = [site]
    while line[-1].parent and (above := view.site(line[-1].parent)) is not None and above not in line:
        line.append(above)
    return tuple(line)


def plan_of(view: View, site: Site, day: date) -> Plan:
    return decisions.plan(line_of(view, site), day)


def portal_down(view: View, site: Site) -> bool:
    """Whether the portal is marked as interrupted, here or above."""
    return view.outage([one.code for one in line_of(view, site)]) is not None


def next_session(
    view: View, site: Site, today: list[Session], after: Session | None, day: date, holidays: HolidaySource,
    field: str | None = None,
) -> Session | None:  # fmt: skip
    """The session that will issue next: later today, else on one of the next 21 days."""
    for session in today:
        later = after is None or session.issuing_from > after.issuing_from
        if later and session.stage == "upcoming" and (field is None or session.takes(field)):
            return session
    for ahead in range(1, LOOK_AHEAD_DAYS + 1):
        for session in planned(view, site, date.fromordinal(day.toordinal() + ahead), holidays):
            if session.stage != "closed" and (field is None or session.takes(field)):
                return session
    return None


def planned(view: View, site: Site, day: date, holidays: HolidaySource) -> list[Session]:
    """A day's sessions: those that exist, and those that the timetable will still add."""
    known = view.sessions(site.code, day)
    keys = {s.key for s in known}
    plans = [p for p in sessions.plan_day(site, day, holidays) if p.key not in keys]
    return sorted(
        [*known, *(p for p in plans if not any(_cross(p, s) for s in known))], key=lambda s: s.issuing_from
    )


def usage_of(view: View, session: Session) -> Mapping[tuple[str, str], Any]:
    return view.usage(session.id) if session.id else {}
