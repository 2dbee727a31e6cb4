"""The office runs a verb on a site's day, or composes an answer from one consistent state of it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any, Concatenate, ParamSpec, TypeVar

from ticketing.answers import ledger
from ticketing.errors import Unknown
from ticketing.lookups import Look, Wiring, by_code
from ticketing.ports import Clock, NewCode, Store, Transaction, View
from ticketing.rules.checkpoints import NOBODY, Signer
from ticketing.rules.clock import Moment
from ticketing.rules.people import CLI, Actor
from ticketing.rules.sessions import business_day
from ticketing.rules.sites import HolidaySource, Site, with_units
from ticketing.rules.tickets import Ticket
from ticketing.signals.local import Bus
from ticketing.verbs import clock as clocks
from ticketing.verbs import sites, upkeep, waits
from ticketing.verbs.day import Day, Where
from ticketing.verbs.once import once
from ticketing.verbs.sites import Applied, SiteOrder

log = logging.getLogger("layso.office")
P = ParamSpec("P")
T = TypeVar("T")
AT_ONCE = 5


def _unsealed(site: str, today: date, view: View) -> list[date]:
    return view.ledgers.unsealed(site, today)


# What is handed to the store for writing may run in another process: functions of values, and no methods.
def _act(
    wiring: Wiring, where: Where, moment: Moment, verb: Callable[..., T], args: Sequence[Any],
    kwargs: Mapping[str, Any], tx: Transaction,
) -> tuple[T, bool, set[str], list[int]]:  # fmt: skip
    day = Day(tx, _site(tx, where.site), moment, wiring, where.actor, where.once)
    return (*once(day, verb, *args, **kwargs), day.changed, day.near)


def _seal(wiring: Wiring, site: Site, moment: Moment, tx: Transaction) -> None:
    look = Look(tx, site, moment, wiring)
    for day in tx.ledgers.unsealed(site.code, look.date):
        tx.ledgers.seal(site.code, day, ledger.now(look, day), ledger.verifier(look))


def _site(view: View, code: str) -> Site:
    found = view.sites.get(code)
    if found is None:
        raise Unknown("site", code)
    return found


class Office:
    """All that can be asked of the centres. A verb runs alone for its site, its answer is composed afterwards.
    `breathe` lets others go on amid long reads, where they share a thread; `tell_soon` may put `tell` off.

    Both `do` and `see` may raise Unknown("site"), Unavailable and StorageFull besides what the verb names.
    """

    def __init__(
        self, store: Store, bus: Bus, clock: Clock, new_code: NewCode, holidays: HolidaySource, public_url: str = "",
        signer: Signer = NOBODY,
    ) -> None:  # fmt: skip
        self.store, self.bus, self.clock, self.public_url = store, bus, clock, public_url
        self.wiring = Wiring(clock, new_code, holidays, public_url, signer)
        self._sealed: dict[str, date] = {}
        self.breathe: Callable[[], object] = lambda: None
        self.tell_soon: Callable[[str, Collection[int]], object] = self.tell
        if not store.read(lambda view: view.meta("epoch")):
            store.write((), partial(upkeep.begin_epoch, epoch=new_code()))

    def do(self, where: Where, verb: Callable[Concatenate[Day, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """What the verb returns, once it is on disk: see `do_once`."""
        return self.do_once(where, verb, *args, **kwargs)[0]

    def do_once(
        self, where: Where, verb: Callable[Concatenate[Day, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> tuple[T, bool]:
        """What the verb returns and True; or, for a key used today, what it led to then and False. Who listens
        learns of every site whose journal has grown."""
        run = partial(_act, self.wiring, where, self.clock.look(), verb, args, kwargs)
        alone = self._family(where.site) if where.units else (where.site,)
        result, fresh, changed, near = self.store.write(alone, run)
        self._publish(changed)
        if near:
            self.tell_soon(where.site, near)
        return result, fresh

    def tell(self, site: str, tickets: Collection[int]) -> None:
        """Writes down what these, who have come near, are told of their wait: what came before stands without it."""
        try:
            self.do(Where(site), waits.tell, tickets)
        except Exception:
            log.warning("waits could not be told", exc_info=True, extra={"site": site})

    def see(self, site: str, answer: Callable[Concatenate[Look, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """An answer about a site whose clock has been followed up to now, never older than what was acknowledged."""
        moment = self.clock.look()

        def run(view: View) -> tuple[bool, T | None]:
            look = Look(view, _site(view, site), moment, self.wiring)
            return (True, None) if look.is_due() else (False, answer(look, *args, **kwargs))

        due, found = self.store.read(run)
        if not due:
            return found  # type: ignore[return-value]
        self.do(Where(site), upkeep.follow)
        return self.look(site, answer, *args, **kwargs)

    def see_ticket(
        self, code: str, answer: Callable[Concatenate[Look, Ticket, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """An answer as `see` gives it about the ticket with this code, which is looked up in the same state. Raises
        Unknown("ticket")."""
        moment = self.clock.look()

        def run(view: View) -> tuple[str, T | None]:
            ticket = by_code(view, code)
            look = Look(view, _site(view, ticket.site), moment, self.wiring)
            return (ticket.site, None) if look.is_due() else ("", answer(look, ticket, *args, **kwargs))

        due, found = self.store.read(run)
        if not due:
            return found  # type: ignore[return-value]
        return self.see(due, lambda look: answer(look, by_code(look.view, code), *args, **kwargs))

    def see_each(
        self, sites: Sequence[str], answer: Callable[Concatenate[Look, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> list[T]:
        """An answer about each of many sites as `see` gives it, a few at a time: between, others have their turn."""
        found: list[T] = []
        for begin in range(0, len(sites), AT_ONCE):
            found += self._see_few(sites[begin : begin + AT_ONCE], lambda look: answer(look, *args, **kwargs))
            self.breathe()
        return found

    def _see_few(self, sites: Sequence[str], answer: Callable[[Look], T]) -> list[T]:
        self._follow(sites)
        return self.store.read(lambda view: [answer(look) for look in self._looks(view, sites)])

    def _looks(self, view: View, sites: Iterable[str]) -> list[Look]:
        moment = self.clock.look()
        return [Look(view, _site(view, site), moment, self.wiring) for site in sites]

    def _follow(self, sites: Iterable[str]) -> None:
        for site in self.store.read(lambda view: [one.site.code for one in self._looks(view, sites) if one.is_due()]):
            self.do(Where(site), upkeep.follow)

    def kept_while_all_still(self, name: Hashable, make: Callable[[], T]) -> T:
        """What `make` tells of many sites, made again when something happens at any site, else every second."""
        return self.wiring.together.of(name, self.heads(), self.clock.now(), make)

    def look(self, site: str, answer: Callable[Concatenate[Look, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """An answer about what the clock does not move: configuration, plans, days that are over."""
        moment = self.clock.look()
        return self.store.read(
            lambda view: answer(Look(view, _site(view, site), moment, self.wiring), *args, **kwargs)
        )

    def site(self, code: str) -> Site:
        return self.store.read(lambda view: _site(view, code))

    def site_values(self) -> list[Site]:
        """Every site, parents before their units."""
        return self.store.read(lambda view: view.sites.all())

    def heads(self) -> Mapping[str, int]:
        """The last number in each site's journal, whatever process wrote it."""
        return self.store.read(lambda view: view.journal.heads())

    def site_of(self, code: str) -> str:
        """The site of the ticket with this code. Raises Unknown("ticket")."""
        return self.store.read(lambda view: by_code(view, code)).site

    def _family(self, code: str) -> list[str]:
        return [one.code for one in with_units(self.site_values(), code)]

    def apply_site(self, site: Site, actor: Actor = CLI, reason: str = "", expect: int | None = None) -> bool:
        """Creates or updates a site; False when nothing differs. Raises as `verbs.sites.apply` does."""
        return self.apply_sites([site], SiteOrder(actor, reason, expect=expect))[0].outcome != "unchanged"

    def apply_sites(self, wanted: Sequence[Site], order: SiteOrder) -> list[Applied]:
        """Creates or updates sites, all or none. Raises as `verbs.sites.apply` does."""
        moment, codes = self.clock.look(), {site.code for site in wanted}
        alone = codes.union(*(self._family(code) for code in codes) if len(codes) == 1 else [self._every()])
        work = partial(sites.apply, wanted=wanted, moment=moment, order=order, wiring=self.wiring)
        found, changed = self.store.write(alone, work)
        self._publish(changed)
        return found

    def _every(self) -> list[str]:
        return [site.code for site in self.site_values()]

    def _publish(self, changed: Iterable[str]) -> None:
        for code in changed:
            self.bus.publish(code)

    def confirm_clock(self, actor: Actor, beside: bool = False) -> None:
        """The machine's clock is right, says the actor, `beside` a server or in it: what is due is done. Raises
        Conflict("clock_not_held")."""
        self._publish(clocks.confirm(self.store, self.clock, actor, beside))
        self.follow_clock()

    def follow_clock(self) -> None:
        """Does what is due at every site: sessions open, cut off and close, the day ends. Not while a leap is held."""
        self._publish(clocks.watch(self.store, self.clock))
        self._follow(self._every())

    def seal_days(self) -> None:
        """Keeps the signed checkpoint of every day that has ended, once a day at each site."""
        moment = self.clock.look()
        if not self._sealed:
            self.store.write((), partial(ledger.note_signer, self.wiring))
        for site in self.site_values():
            today = business_day(site, moment.at)
            if moment.held or self._sealed.get(site.code) == today:
                continue
            if self.store.read(partial(_unsealed, site.code, today)):
                self.store.write((site.code,), partial(_seal, self.wiring, site, moment))
            self._sealed[site.code] = today
