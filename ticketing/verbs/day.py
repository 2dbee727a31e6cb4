"""One site's business day inside one transaction: its clock is followed first, then a verb acts on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from msgspec import Struct

from ticketing import events as ev
from ticketing.errors import Conflict, Unknown
from ticketing.lookups import Look, Wiring, crosses
from ticketing.ports import Transaction
from ticketing.rules import caps, chain, ledger, sessions
from ticketing.rules.clock import Moment
from ticketing.rules.counters import CounterState
from ticketing.rules.people import CLOCK, Actor
from ticketing.rules.post import codes_kept_from
from ticketing.rules.sessions import STAGES, DayClock, Session
from ticketing.rules.sites import Site
from ticketing.rules.tickets import Ticket, evolve
from ticketing.verbs import retention
from ticketing.verbs.configurations import take_up

LOOK_AGAIN = timedelta(seconds=2)
INSTANT = timedelta(milliseconds=1)


class Where(Struct, frozen=True):
    """At which site, who acts, and under which Idempotency-Key ("" for none); `units`: at its units too."""

    site: str
    actor: Actor = CLOCK
    once: str = ""
    units: bool = False


class Day(Look):
    """What verbs work on. `now` is read once, by the office; `actor` is who the journal names, `key` his
    Idempotency-Key, "" for none."""

    def __init__(
        self, tx: Transaction, site: Site, moment: Moment, wiring: Wiring, actor: Actor, key: str = "",
        changed: set[str] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(tx, site, moment, wiring)
        self.tx, self.actor, self.key = tx, actor, key
        self.changed: set[str] = set() if changed is None else changed
        # Tickets that are told their wait once this is answered.
        self.near: list[int] = []
        self.sessions = self._follow_clock()

    def unit(self, site: Site) -> Day:
        """The same moment at a unit, for the same actor; see `Where.units`."""
        return Day(self.tx, site, self.moment, self.wiring, self.actor, changed=self.changed)

    def session(self, key: str) -> Session:
        for one in self.sessions:
            if one.key == key:
                return one
        found = self.tx.sessions.get(self.site.code, key)
        if found is None:
            raise Unknown("session", key)
        return found

    def ticket(self, number: str) -> Ticket:
        found = self.tx.tickets.by_number(self.site.code, self.date, number.upper())
        if found is None:
            raise Unknown("ticket", number)
        return found

    def seen(self, what: str) -> bool:
        """Whether this actor's key was here today for `what`; from now on it was. Never without a key."""
        if not self.key:
            return False
        if self.tx.keys.get(self.actor.id, self.site.code, self.date, what, self.key) is not None:
            return True
        self.tx.keys.keep(self.actor.id, self.site.code, self.date, what, self.key, 0)
        return False

    def change(
        self, ticket: Ticket, event: ev.TicketEvent, *, counter: int | None = None,
        at: datetime | None = None, actor: Actor | None = None,
    ) -> Ticket:  # fmt: skip
        """Moves the ticket's state, what it takes of the caps, and the journal, together."""
        when = at or self.now
        after = evolve(ticket, event, when)
        self.tx.tickets.save(ticket, after)
        self.account(ticket, after)
        self.record(event, ticket=ticket.id, session=after.session, counter=counter, at=when, actor=actor)
        if done := ledger.of_event(event):
            self.publish(done, after, when)
        return after

    def publish(self, done: str, ticket: Ticket, at: datetime) -> None:
        """What happened to a number goes into the public ledger of its day."""
        told = chain.time_of(chain.ms_of(at), self.site.zone)
        self.tx.ledgers.add(ticket.site, ticket.day, ledger.leaf(done, ticket.number, told, ticket.day))

    def account(self, before: Ticket | None, after: Ticket) -> None:
        """Books what a change adds to, or takes from, the caps' usage."""
        taken, gone = [*caps.counting(after)], [*caps.counting(before)] if before else []
        if taken == gone:
            return
        booked = {(key, kind, code): dossiers for key, kind, code, dossiers in taken}
        for key, kind, code, dossiers in gone:
            booked[key, kind, code] = booked.get((key, kind, code), 0) - dossiers
        for (key, kind, code), dossiers in booked.items():
            if dossiers:
                self.tx.sessions.use(self.session(key).id, kind, code, dossiers)

    def record(
        self, event: ev.Event, *, ticket: int | None = None, session: str = "", counter: int | None = None,
        at: datetime | None = None, actor: Actor | None = None,
    ) -> int:  # fmt: skip
        """Journals the event here; its line's number."""
        self.changed.add(self.site.code)
        return self.tx.journal.record(
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
        self.tx.sessions.save(closed)
        self.record(ev.SessionMoved("closed", unserved, reason), session=session.key, at=at, actor=actor)
        for ticket in self.tx.queues.waiting(self.site.code, session.day):
            if ticket.session != session.key:
                continue
            if unserved == "expire":
                event: ev.TicketEvent = ev.TicketExpired(gave_back=self.gives_back(ticket, at))
                self.change(ticket, event, at=at, actor=actor)
            elif unserved == "carry_over" and target is not None:
                self.change(ticket, ev.TicketCarriedOver(target.key), at=at, actor=actor)
        return closed

    def _follow_clock(self) -> list[Session]:
        clock = self.tx.sites.day_clock(self.site.code)
        followed = clock is not None and clock.day == self.date and self.now < clock.next_due
        if followed or self.moment.held:
            return self.tx.sessions.of_day(self.site.code, self.date)
        if clock is None or clock.day != self.date:
            self._end_earlier_days()
            self._take_up_configuration()
            self._follow_plan(clock.day if clock else self.date)
        self.sessions = self._begin_day()
        due = [sessions.midnight_after(self.site, self.date), *self._forget_codes()]
        for place, session in enumerate(self.sessions):
            if not self.moment.closes and sessions.stage_at(session, self.now) == "closed" != session.stage:
                # What comes after it waits with it: things are done in their order.
                self.sessions[place] = self._follow_session(session, session.closes_at - INSTANT)
                due.append(self.now + LOOK_AGAIN)
                break
            self.sessions[place] = self._follow_session(session, self.now)
        due += [change for s in self.sessions if (change := sessions.next_change(s, self.now))]
        self.tx.sites.save_day_clock(self.site.code, DayClock(self.date, min(due)))
        return self.sessions

    def _take_up_configuration(self) -> None:
        self.changed.update(take_up(self.tx, self.site, self.date))
        self.site = self.tx.sites.get(self.site.code) or self.site
        # It may have been looked at with the site as it was.
        self.__dict__.pop("line", None)
        self.__dict__.pop("plan", None)

    def _follow_plan(self, before: date) -> None:
        """A plan that begins or ends with the day is journaled at its midnight, or no board would move on."""
        if self.plan_of(before).version != self.plan.version:
            event = ev.PlanChanged(self.plan.head.code, "period")
            self.record(event, at=sessions.midnight_after(self.site, self.date - timedelta(days=1)), actor=CLOCK)

    def _begin_day(self) -> list[Session]:
        known = self.tx.sessions.of_day(self.site.code, self.date)
        names = {s.key for s in known}
        for plan in sessions.plan_day(self.site, self.date, self.wiring.holidays):
            if plan.key not in names and not any(crosses(plan, s) for s in known):
                known.append(self.plan_session(plan, CLOCK))
        return sorted(known, key=lambda s: s.issuing_from)

    def plan_session(self, plan: Session, actor: Actor) -> Session:
        """From here on the session exists, and the timetable no longer changes it."""
        added = self.tx.sessions.add(plan)
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
            self.tx.sessions.save(session)
            self.record(ev.SessionMoved(stage), session=session.key, at=boundaries[stage], actor=CLOCK)
        return session

    def _end_earlier_days(self) -> None:
        for day in self.tx.sessions.unfinished_days(self.site.code, self.date):
            self._end_day(day)
        for counter in self.tx.counters.all(self.site.code).values():
            if counter.state != "closed":
                self.tx.counters.save(CounterState(self.site.code, counter.number))
                self.record(ev.CounterClosed(), counter=counter.number, actor=CLOCK)
        self.tx.printers.forget_day(self.site.code, self.date)
        kept_from = codes_kept_from(self.site, self.date)
        retention.erase_dossier_codes(self.tx, self.site, kept_from, self.now, CLOCK)

    def _forget_codes(self) -> list[datetime]:
        """Codes and keys of yesterday live into the night; the moment when they go, while it lies ahead."""
        gone_at = sessions.instant(self.site, self.date, time(self.site.codes_kept_hours))
        past = self.now >= gone_at
        self.tx.keys.forget_day(self.site.code, self.date if past else self.date - timedelta(days=1))
        return [] if past else [gone_at]

    def _end_day(self, day: date) -> None:
        midnight = sessions.midnight_after(self.site, day)
        self.sessions = self.tx.sessions.of_day(self.site.code, day)
        for session in self.sessions:
            self._follow_session(session, midnight)
        for ticket in self.tx.tickets.open(self.site.code, day):
            if ticket.state == "serving":
                event: ev.TicketEvent = ev.TicketFinished(
                    ticket.counter or 0, ticket.dossiers, outcome="day_end"
                )
            else:
                event = ev.TicketExpired()
            self.change(ticket, event, counter=ticket.counter, at=midnight, actor=CLOCK)
        self.record(ev.DayEnded(day.isoformat()), at=midnight, actor=CLOCK)
