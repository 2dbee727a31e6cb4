"""Years of old tickets, through the product's own rules and encoders: `python -m tests.bench.grow DIR --number N`.

Each past working day of a site gets the same busy work: numbers, calls, visits and everything that reports tell
of. Its sessions have no caps. The result passes `layso check`; the same order gives the same days.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import cycle
from pathlib import Path

from msgspec import structs

from kiosk.datadir import DataDir
from ticketing import events as ev
from ticketing.ports import Transaction
from ticketing.profiles import profile_path, read_sites, vietnam_holidays
from ticketing.rules import caps
from ticketing.rules.people import CLOCK, Actor
from ticketing.rules.plans import POLICY_DEFAULT
from ticketing.rules.ratings import RatingCount, queue_of
from ticketing.rules.sessions import Session, midnight_after, plan_day
from ticketing.rules.sites import Site
from ticketing.rules.tickets import Ticket, evolve, taken
from ticketing.store import AnyStore

BEFORE = date(2026, 11, 23)
A_DAY = 4000
KIOSK = Actor("token:1", "kiosk")
OFFICER = Actor("officer:bench", "officer")
Line = tuple[datetime, ev.Event, Actor, int, str, int | None]


def grow(store: AnyStore, site: Site, number: int, before: date = BEFORE, a_day: int = A_DAY) -> int:
    """Adds `number` tickets to the site's working days before `before`, the earliest first; how many days."""
    days: list[tuple[date, list[Session]]] = []
    day = before
    while len(days) * a_day < number:
        day -= timedelta(days=1)
        if planned := plan_day(site, day, vietnam_holidays):
            days.append((day, planned))
    for place, (day, planned) in enumerate(reversed(days)):
        share = min(a_day, number - place * a_day)
        store.write(
            (site.code,), lambda tx, day=day, planned=planned, share=share: Day(tx, site, day, planned).live(share)
        )
    return len(days)


class Day:
    """One working day of the past, written in one transaction."""

    def __init__(self, tx: Transaction, site: Site, day: date, planned: list[Session]) -> None:
        self.tx, self.site, self.day = tx, site, day
        self.chance = random.Random(day.toordinal())
        self.lines: list[Line] = []
        self.sessions = [self._session(plan) for plan in planned]
        self.free = {c.number: self.sessions[0].service_from for c in site.counters}
        self.last = tx.queues.next_position(site.code, day)
        self.midnight = midnight_after(site, day)

    def live(self, number: int) -> None:
        tickets: list[Ticket] = []
        serials: Counter[str] = Counter()
        offered = cycle([("submit", f.code) for f in self.site.fields] + [(s.code, None) for s in self.site.services])
        for session in self.sessions:
            share = number // len(self.sessions) + (session is self.sessions[0]) * (number % len(self.sessions))
            step = (session.issuing_until - session.issuing_from) / (share + 1)
            for place, (service, field) in zip(range(share), offered, strict=False):
                prefix = self.site.prefix(service, field)
                serials[prefix] += 1
                order = self._order(f"{prefix}{serials[prefix]:03d}", service, field, session)
                tickets.append(self._life(order, session, session.issuing_from + step * (place + 1)))
        self._book(tickets)
        self._beside(number)
        self.lines.sort(key=lambda line: line[0])
        for at, event, actor, ticket, key, counter in self.lines:
            self.tx.journal.record(
                event, site=self.site.code, at=at, actor=actor, ticket=ticket or None, session=key, counter=counter
            )
        self.tx.journal.record(ev.DayEnded(self.day.isoformat()), site=self.site.code, at=self.midnight, actor=CLOCK)
        self.tx.keys.forget_day(self.site.code, self.day + timedelta(days=1))

    def _session(self, plan: Session) -> Session:
        session = self.tx.sessions.add(replace(plan, cap=None, field_caps={}, service_caps={}, stage="closed"))
        moments = (session.issuing_from, session.issuing_until, session.closes_at)
        self._line(session.issuing_from - timedelta(hours=1), ev.SessionPlanned(None, {}, {}), CLOCK, key=session.key)
        for stage, at in zip(("open", "cut_off", "closed"), moments, strict=True):
            self._line(at, ev.SessionMoved(stage), CLOCK, key=session.key)
        for counter in self.site.counters:
            opened = ev.CounterOpened(counter.fields, counter.services)
            self._line(session.service_from, opened, OFFICER, counter=counter.number)
            self._line(session.closes_at, ev.CounterClosed(), OFFICER, counter=counter.number)
        return session

    def _line(
        self, at: datetime, event: ev.Event, actor: Actor = OFFICER, ticket: int = 0, key: str = "",
        counter: int | None = None,
    ) -> None:  # fmt: skip
        self.lines.append((at, event, actor, ticket, key, counter))

    def _order(self, number: str, service: str, field: str | None, session: Session) -> ev.TicketTaken:
        self.last += 1
        special = self.chance.random() < 0.05 and self.site.priorities
        return ev.TicketTaken(
            number, service, field, None, session.key, self.chance.choices((1, 2, 3), (80, 15, 5))[0],
            self.site.priorities[0].code if special else None, "vi", "kiosk", POLICY_DEFAULT, self.last,
        )  # fmt: skip

    def _life(self, event: ev.TicketTaken, session: Session, at: datetime) -> Ticket:
        """A ticket from its issue to its end, with its lines and calls."""
        ticket = taken(event, 0, self.site.code, self.day, at)
        steps: list[tuple[datetime, ev.TicketEvent, int | None, Ticket]] = []
        for moment, step, counter in self._steps(ticket, session):
            ticket = evolve(ticket, step, moment)
            steps.append((moment, step, counter, ticket))
        ticket = self.tx.tickets.add(ticket, f"{self.site.code}-{event.position:.0f}")
        self._line(at, event, KIOSK, ticket.id, session.key)
        for moment, step, counter, then in steps:
            self._line(moment, step, OFFICER if counter else CLOCK, ticket.id, session.key, counter)
            if isinstance(step, (ev.TicketCalled, ev.TicketRecalled)):
                self.tx.counters.add_call(structs.replace(then, id=ticket.id), moment)
        return ticket

    def _steps(self, ticket: Ticket, session: Session) -> Iterator[tuple[datetime, ev.TicketEvent, int | None]]:
        fate = self.chance.randrange(100)
        if fate < 3:
            at = ticket.issued_at + timedelta(minutes=2)
            yield at, ev.TicketCancelled(caps.gives_back(session, at)), None
            return
        if fate < 5:
            yield self.midnight, ev.TicketExpired(), None
            return
        counter = min(self.free, key=lambda number: self.free[number])
        at = max(self.free[counter], session.service_from, ticket.issued_at + timedelta(seconds=5))
        yield at, ev.TicketCalled(counter), counter
        if fate < 10:
            at += timedelta(seconds=6)
            yield at, ev.TicketRecalled(counter), counter
        if fate < 8:
            at += timedelta(seconds=6)
            yield at, ev.TicketAbsent(counter, caps.gives_back(session, at)), counter
            if fate == 7:
                yield at + timedelta(minutes=3), ev.TicketRequeued(ticket.position), None
                yield at + timedelta(minutes=9), ev.TicketExpired(), None
        else:
            at = yield from self._visit(ticket, counter, at, fate)
        self.free[counter] = at

    def _visit(
        self, ticket: Ticket, counter: int, at: datetime, fate: int
    ) -> Iterator[tuple[datetime, ev.TicketEvent, int | None]]:
        if fate < 13:
            yield at + timedelta(seconds=2), ev.TicketHeld(counter, "form"), counter
            at += timedelta(seconds=10)
            yield at, ev.TicketCalled(counter, "resumed"), counter
        if fate % 2:
            at += timedelta(seconds=4)
            yield at, ev.ServiceStarted(counter), counter
        at += timedelta(seconds=self.chance.randrange(15, 60))
        post = ("submit", 1) if fate > 97 and ticket.service == "submit" else ("", 0)
        finished = ev.TicketFinished(counter, ticket.dossiers, "", *post)
        yield at, finished, counter
        if fate == 13:
            before = "serving" if fate % 2 else "called"
            yield at + timedelta(seconds=3), ev.StepUndone(before, counter, ticket.dossiers), counter
            at += timedelta(seconds=8)
            yield at, finished, counter
        return at

    def _book(self, tickets: list[Ticket]) -> None:
        """What the caps' usage and the ratings come to."""
        ids = {session.key: session.id for session in self.sessions}
        used: Counter[tuple[int, str, str]] = Counter()
        rated: Counter[tuple[str, int, str, int]] = Counter()
        for ticket in tickets:
            for key, kind, code, dossiers in caps.counting(ticket):
                used[ids[key], kind, code] += dossiers
            if ticket.state == "done" and ticket.id % 5 == 0:
                rated[ticket.session, ticket.counter or 0, queue_of(ticket), 4 - ticket.id % 3] += 1
        for (session_id, kind, code), dossiers in used.items():
            self.tx.sessions.use(session_id, kind, code, dossiers)
        for (key, counter, queue, score), number in rated.items():
            self.tx.ratings.count(RatingCount(self.site.code, self.day, key, counter, queue, score, number))

    def _beside(self, number: int) -> None:
        """What happens without a number: diversions, a difficulty, a correction of the postal list."""
        begin = self.sessions[0].issuing_from
        for place in range(number // 20):
            field = self.site.fields[place % len(self.site.fields)].code
            way = ev.Diverted(
                "submit", field, None, "online_only", "portal", 1, POLICY_DEFAULT, "kiosk", refused=place % 2 == 0
            )
            self._line(begin + timedelta(seconds=place), way, KIOSK, key=self.sessions[0].key)
        self._line(begin + timedelta(hours=1), ev.DifficultyNoted("máy in hết giấy"), key=self.sessions[0].key)
        correction = ev.PostalCorrected(self.day.isoformat(), "submit", 1, "bỏ sót")
        self._line(begin + timedelta(hours=2), correction)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.grow", description=__doc__)
    parser.add_argument("directory", type=Path, help="a data directory, new or one in which nothing runs")
    parser.add_argument("--number", type=int, default=1_000_000, help="how many tickets (1000000)")
    parser.add_argument("--site", default="", help="which site (the demo's first)")
    parser.add_argument("--before", type=date.fromisoformat, default=BEFORE, help=f"up to which day ({BEFORE})")
    asked = parser.parse_args()
    directory = DataDir(asked.directory)
    directory.create()
    begun = time.monotonic()
    with directory.opened() as store:
        for site in read_sites(profile_path("demo")):
            store.write((), lambda tx, site=site: tx.sites.get(site.code) or tx.sites.save(site))
        here = asked.site or read_sites(profile_path("demo"))[0].code
        place = store.read(lambda view: view.sites.get(here))
        if place is None:
            parser.error(f"no site {here}")
        days = grow(store, place, asked.number, asked.before)
    print(f"{asked.number} tickets on {days} days in {time.monotonic() - begun:.0f} s")


if __name__ == "__main__":
    main()
