"""What the office's verbs are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, TypeVar

from ticketing import answers, boards, room
from ticketing.bus import Bus
from ticketing.errors import Unknown
from ticketing.officers import CLOCK, Actor
from ticketing.ports import Clock, NewCode, Store, Transaction, View
from ticketing.sessions import business_day
from ticketing.sites import HolidaySource, Site
from ticketing.tickets import Ticket
from ticketing.workday import Workday

T = TypeVar("T")
Verb = Callable[[Workday], T]


class Verbs:
    """What every verb is made of: one transaction, one answer, and the clock read once."""

    def __init__(
        self,
        store: Store,
        bus: Bus,
        clock: Clock,
        new_code: NewCode,
        holidays: HolidaySource,
        public_url: str = "",
    ) -> None:
        self.store, self.bus, self.clock, self.new_code, self.holidays = store, bus, clock, new_code, holidays
        self.public_url = public_url
        self._boards = boards.Boards(holidays)
        self._mode_known = False
        self._epoch = store.write(lambda tx: tx.meta("epoch") or _begin_epoch(tx, new_code()))


    def _work(self, site: str, actor: Actor, verb: Verb[T]) -> T:
        now = self.clock.now()

        def run(tx: Transaction) -> T:
            return verb(Workday(tx, self._site(tx, site), now, actor, self.holidays))

        result = self.store.write(run)
        self.bus.publish(site)
        return result

    def _publish(self, sites: Iterable[str]) -> None:
        for site in sites:
            self.bus.publish(site)

    def _seen(self, work: Workday, verb: str, key: str) -> bool:
        """Whether this actor's key was there today; from now on it was."""
        if work.tx.remembered(work.actor.id, work.site.code, work.day, verb, key) is not None:
            return True
        work.tx.remember(work.actor.id, work.site.code, work.day, verb, key, 0)
        return False

    def _look(self, site: str, reading: Callable[[View, Site, datetime], T]) -> T:
        """A read of a site whose clock has been followed up to now."""
        now = self.clock.now()

        def run(view: View) -> tuple[bool, Any]:
            found = self._site(view, site)
            clock = view.day_clock(site)
            due = clock is None or now >= clock.next_due or clock.day != business_day(found, now)
            return (True, None) if due else (False, reading(view, found, now))

        due, answer = self.store.read(run)
        if due:
            self._work(site, CLOCK, lambda work: None)
            answer = self.store.read(lambda view: reading(view, self._site(view, site), now))
        return answer

    def _site(self, view: View, code: str) -> Site:
        found = view.site(code)
        if found is None:
            raise Unknown("site", code)
        return found

    def _shown(
        self, view: View, site: Site, ticket: Ticket, now: datetime, lang: str, staff: bool
    ) -> dict[str, Any]:
        lang = lang or ticket.lang
        session = view.session(site.code, ticket.session)
        ahead, expected = self._boards.place(view, site, ticket, session, now)
        shown = answers.ticket(
            site, ticket, view.code_of(ticket.id), session,
            lang=lang, staff=staff, public_url=self.public_url, ahead=ahead, expected=expected,
        )  # fmt: skip
        return shown | {"wait_outside": room.asked_outside(view, site, ticket, ahead)}

    def _present(self, work: Workday, ticket: Ticket, lang: str) -> dict[str, Any]:
        return self._shown(work.tx, work.site, ticket, work.now, lang, work.actor.is_staff)

    def site_values(self) -> list[Site]:
        """Every site, parents before their units."""
        return self.store.read(lambda view: view.sites())

    def epoch(self, view: View | None = None) -> str:
        """Changes when the data were restored or replaced."""
        if view is not None:
            self._epoch = view.meta("epoch") or self._epoch
        return self._epoch

    def _site_of(self, code: str) -> str:
        return known(self.store.read(lambda view: view.ticket_by_code(code)), code).site



def _begin_epoch(tx: Transaction, epoch: str) -> str:
    tx.set_meta("epoch", epoch)
    return epoch


def known(ticket: Ticket | None, code: str) -> Ticket:
    if ticket is None:
        raise Unknown("ticket", code[:4] + "…" if code else "")
    return ticket


def certain(ticket: Ticket | None) -> Ticket:
    assert ticket is not None
    return ticket
