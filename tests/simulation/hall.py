"""A centre's days, played through the office's own verbs on a clock that moves when told.

`Hall` keeps a tally of what the office acknowledged, as each caller saw it; nothing of it is read back from
the data.
"""

from __future__ import annotations

import heapq
import itertools
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from tests.kit import ManualClock
from tests.office_kit import Clerk
from tests.simulation.arrivals import Arrival
from ticketing.answers import console
from ticketing.errors import CapReached, PostOnly, SessionClosed, TicketingError
from ticketing.rules.orders import TicketOrder
from ticketing.rules.people import Actor
from ticketing.rules.sites import Site

GO_ONLINE, GO_POST = 0.45, 0.3
SERVICE_HOURS = ((time(7, 30), time(11, 30)), (time(13, 30), time(17)))


@dataclass
class Tally:
    """What the callers were told, by session: of tickets and dossiers; and refusals and ways by day."""

    taken: Counter[tuple[str, str]] = field(default_factory=Counter)
    dossiers: Counter[tuple[str, str]] = field(default_factory=Counter)
    ended: Counter[tuple[str, str]] = field(default_factory=Counter)
    received: Counter[str] = field(default_factory=Counter)
    by_counter: Counter[int] = field(default_factory=Counter)
    diverted: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    postal: Counter[tuple[str, str]] = field(default_factory=Counter)
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)


class Hall:
    """One site's kiosk and counters. Several halls may share an office and its clock."""

    def __init__(self, office: Clerk, clock: ManualClock, site: Site) -> None:
        self.office, self.clock, self.site = office, clock, site
        self.kiosk = Actor(f"token:{site.code}", "kiosk", site.code, "kiosk")
        self.officers = {
            c.number: Actor(f"officer:{site.code}{c.number}", "officer", site.code, "") for c in site.counters
        }
        self.tally = Tally()
        self._people: dict[str, Arrival] = {}
        self._known: tuple[str, dict[str, str], Any] = ("", {}, None)
        self._open_counters: set[int] = set()
        # How many numbers had been taken when an idle counter last found nobody.
        self._looked: dict[int, int] = {}
        self._numbers = 0
        self._turn = itertools.count()
        self._due: list[tuple[datetime, int, Callable[[], None]]] = []

    def play(self, day: date, people: Iterable[Arrival]) -> None:
        """A whole day: the people come, every counter works through its hours and serves out who still waits."""
        for one in people:
            self._at(one.at, lambda one=one: self._arrive(one))
        for begin, end in SERVICE_HOURS:
            for number in self.officers:
                self._at(datetime.combine(day, begin, self.site.zone), lambda number=number: self._open(number))
                close = datetime.combine(day, end, self.site.zone)
                self._at(close, lambda number=number: self._close(number))
        self._run()

    def _at(self, when: datetime, act: Callable[[], None]) -> None:
        heapq.heappush(self._due, (when, next(self._turn), act))

    def _run(self) -> None:
        while self._due:
            when, _, act = heapq.heappop(self._due)
            self.clock.set(when.replace(tzinfo=None).isoformat())
            act()

    @property
    def _today(self) -> str:
        return self.clock.now().astimezone(self.site.zone).date().isoformat()

    @property
    def _now(self) -> datetime:
        return self.clock.now().astimezone(self.site.zone)

    # -- at the kiosk ---------------------------------------------------------------------------------

    def _arrive(self, one: Arrival) -> None:
        order = self._order(one)
        decision = self._decision(order)
        way = ""
        if decision in ("online_only", "online_preferred") and (decision == "online_only" or one.online < GO_ONLINE):
            way = "portal"
        elif decision == "post_only":
            way = "post" if one.post < GO_POST else "deferred"
        elif decision == "post_preferred" and one.post < GO_POST:
            way = "post"
        # Every seventh of those sent away insists at the machine: the refusal is what counts him.
        insists = decision in ("online_only", "post_only") and one.place % 7 == 0
        if way and not insists:
            self.office.divert(self.site.code, order, way, self.kiosk, f"way {id(one)} {one.at}")
            self.tally.diverted[self._today, decision, way] += 1
            return
        self._take(one, order, decision)

    def _take(self, one: Arrival, order: TicketOrder, decision: str) -> None:
        try:
            ticket, _new = self.office.take_ticket(self.site.code, order, self.kiosk)
        except (CapReached, SessionClosed) as refusal:
            self.tally.refused[self._today, refusal.code] += 1
            return
        except TicketingError as refusal:
            self.tally.refused[self._today, refusal.code] += 1
            way = "deferred" if isinstance(refusal, PostOnly) else "portal"
            self.tally.diverted[self._today, decision, way] += 1
            return
        self._numbers += 1
        key = (ticket["session"], ticket["service"])
        self.tally.taken[key] += 1
        self.tally.dossiers[key] += ticket["dossiers"]
        self._people[ticket["number"]] = one
        if one.gives_up:
            self.office.give_up(ticket["code"])
            self.tally.ended[ticket["session"], "cancelled"] += 1

    def _order(self, one: Arrival) -> TicketOrder:
        if one.service != "submit":
            return TicketOrder(service=one.service, dossiers=one.dossiers if one.service == "postal_handover" else 1)
        procedures = self.site.procedures
        priority = self.site.priorities[0].code if one.priority else None
        if one.place % 5 and procedures:
            chosen = procedures[one.place % len(procedures)]
            return TicketOrder(procedure=chosen.code, dossiers=one.dossiers, priority=priority)
        chosen_field = self.site.fields[one.place % len(self.site.fields)]
        return TicketOrder(field=chosen_field.code, dossiers=one.dossiers, priority=priority)

    def _decision(self, order: TicketOrder) -> str:
        """What the kiosk knows since the day began: the procedure's answer, else the board's."""
        if self._known[0] != self._today:
            answers = {p["code"]: str(p["decision"]) for p in self.office.procedures(self.site.code)}
            self._known = (self._today, answers, self.office.board(self.site.code)["policy"])
        _day, answers, policy = self._known
        if order.procedure:
            return answers[order.procedure]
        if policy is None or order.service in ("help", "postal_handover"):
            return "ticket"
        return str(policy["decision" if order.service == "submit" else "result_decision"])

    # -- at the counters ------------------------------------------------------------------------------

    def _open(self, number: int) -> None:
        self.office.open_counter(self.site.code, number, self.officers[number])
        self._open_counters.add(number)
        self._looked.pop(number, None)
        self._next(number)

    def _close(self, number: int) -> None:
        """The last ones are served out; an officer who is busy comes back a little later."""
        busy = self.office.see(self.site.code, lambda look: look.view.tickets.at_counters(look.site.code, look.date))
        if number in busy or self.office.see(self.site.code, console.waiting, number, "vi", 0, 1):
            self._at(self._now + timedelta(minutes=5), lambda: self._close(number))
        else:
            self.office.close_counter(self.site.code, number, self.officers[number])
            self._open_counters.discard(number)

    def _next(self, number: int) -> None:
        if number not in self._open_counters:
            return
        called = None
        if self._looked.get(number) != self._numbers:
            called = self.office.call_next(self.site.code, number, self.officers[number])
        if called is None:
            self._looked[number] = self._numbers
            self._at(self._now + timedelta(minutes=6), lambda: self._next(number))
            return
        one = self._people[called["number"]]
        if one.absent:
            self._at(self._now + timedelta(seconds=31), lambda: self._absent(number, called))
        else:
            self._at(self._now + timedelta(seconds=20), lambda: self._serve(number, called, one))

    def _absent(self, number: int, called: dict[str, Any]) -> None:
        self.office.recall(self.site.code, number, self.officers[number])
        self.office.no_show(self.site.code, number, self.officers[number])
        self.tally.ended[called["session"], "no_show"] += 1
        self._next(number)

    def _serve(self, number: int, called: dict[str, Any], one: Arrival) -> None:
        self.office.start(self.site.code, number, self.officers[number])
        self._at(self._now + timedelta(minutes=one.minutes), lambda: self._finish(number, called, one))

    def _finish(self, number: int, called: dict[str, Any], one: Arrival) -> None:
        postal = one.postal if called["service"] in ("submit", "result") else ""
        self.office.finish(self.site.code, number, self.officers[number], postal=postal)
        self.tally.ended[called["session"], "done"] += 1
        if called["service"] == "submit":
            self.tally.received[called["session"]] += called["dossiers"]
        self.tally.by_counter[number] += 1
        forms = {"submit": ("submit",), "return": ("return",), "both": ("submit", "return")}.get(postal, ())
        for form in ("submit",) if called["service"] == "postal_handover" else forms:
            self.tally.postal[self._today, form] += called["dossiers"]
        self._next(number)
