"""The configuration of sites, and what becomes of the numbers that stand in what it takes away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from msgspec.structs import replace

from ticketing import events as ev
from ticketing.errors import Conflict, InUse, Invalid
from ticketing.lookups import Wiring
from ticketing.ports import Transaction
from ticketing.rules.clock import Moment
from ticketing.rules.counters import CounterState
from ticketing.rules.people import Actor
from ticketing.rules.sessions import business_day
from ticketing.rules.site_changes import Waiting, changed_keys
from ticketing.rules.site_use import Carry, Moved, Use, move_of, taken_away, unknown_moves
from ticketing.rules.sites import Site
from ticketing.rules.tickets import Ticket
from ticketing.verbs.configurations import put
from ticketing.verbs.day import Day

MOST_NUMBERS = 200


@dataclass(frozen=True, slots=True)
class SiteOrder:
    """Who configures, why, and how numbers in use are carried along; `expect` is the version that was looked at."""

    actor: Actor
    reason: str = ""
    carry: Carry = field(default_factory=Carry)
    expect: int | None = None


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of one site. `kept`: it waits for the end of the day; `dropped`: what waited doesn't any more."""

    site: Site
    before: Site | None
    outcome: Literal["created", "changed", "unchanged", "kept", "dropped"]
    moved: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """What one site asks for: `day` is there where numbers are out, `moves` are what happens to them, `uses` are those
    that nobody has said what becomes of."""

    site: Site
    before: Site | None
    day: Day | None = None
    moves: Sequence[tuple[Ticket, Moved]] = ()
    uses: Sequence[Use] = ()


def apply(
    tx: Transaction, wanted: Sequence[Site], moment: Moment, order: SiteOrder, wiring: Wiring
) -> tuple[list[Applied], set[str]]:
    """Creates or updates sites, all or none: what became of each, and the codes of those whose boards move on. Their
    clocks are followed where numbers are out, else not: what exists of today's sessions stays.

    Raises Conflict("site_changed") when a site has another version than `order.expect`, Conflict("config_waits") when
    one waits for the end of the day that this can't be put together with, InUse when numbers of today stand in what
    goes and `order.carry` doesn't say what becomes of them, Invalid for a move that leads nowhere.
    """
    there = [tx.sites.get(site.code) for site in wanted]
    if wrong := unknown_moves([site for site in there if site], order.carry.moves):
        raise Invalid(*((f"move_to {old}", "unknown") for old in wrong))
    # Whatever may be refused is refused before anything is written.
    steps = [_step(tx, site, before, moment, order, wiring) for site, before in zip(wanted, there, strict=True)]
    if any(step.uses for step in steps):
        raise InUse(**_told(steps))
    changed: set[str] = set()
    return [_take(tx, step, moment.at, order, changed) for step in steps], changed


def _step(tx: Transaction, site: Site, before: Site | None, moment: Moment, order: SiteOrder, wiring: Wiring) -> Step:
    version = tx.sites.version(site.code)
    if order.expect is not None and version != order.expect:
        raise Conflict("site_changed", version=version)
    if before is None or before == site or order.carry.at_day_end:
        return Step(site, before)
    waits = tx.sites.waiting(site.code)
    if waits and waits.meets(before, site):
        raise Conflict("config_waits", site=site.code)
    if not tx.tickets.open(site.code, business_day(before, moment.at)):
        return Step(site, before)
    day = Day(tx, before, moment, wiring, order.actor)
    found = taken_away(before, site, tx.tickets.open(site.code, day.date))
    told = [(use, move_of(before, site, use, order.carry.moves)) for use in found]
    moves = [(ticket, move) for use, move in told if move for ticket in use.tickets]
    return Step(site, before, day, moves, [use for use, move in told if move is None])


def _told(steps: Sequence[Step]) -> dict[str, object]:
    """What an InUse says: the numbers, and where they stand."""
    uses = [
        {
            "site": step.site.code, "what": use.what, "code": use.code, "uncalled": use.uncalled,
            "count": len(use.tickets), "numbers": [one.number for one in use.tickets[:MOST_NUMBERS]],
        }
        for step in steps for use in step.uses
    ]  # fmt: skip
    numbers = dict.fromkeys(one.number for step in steps for use in step.uses for one in use.tickets)
    return {"uses": uses, "count": len(numbers), "numbers": list(numbers)[:MOST_NUMBERS]}


def _take(tx: Transaction, step: Step, now: datetime, order: SiteOrder, changed: set[str]) -> Applied:
    before, site = step.before, step.site
    if before is not None and order.carry.at_day_end:
        return _keep(tx, before, site, now, order)
    if before == site:
        return Applied(site, before, "unchanged")
    moved = dict[int, Ticket]()
    for ticket, move in step.moves:
        assert step.day is not None
        now_is = moved.get(ticket.id, ticket)
        moved[ticket.id] = step.day.change(now_is, move(now_is), counter=now_is.counter)
    changed.update(put(tx, before, site, now, order.actor, order.reason))
    if before is not None:
        _settle_counters(tx, site, now, order.actor)
    return Applied(site, before, "changed" if before else "created", len(moved))


def _keep(tx: Transaction, before: Site, site: Site, now: datetime, order: SiteOrder) -> Applied:
    waits = tx.sites.waiting(site.code)
    if before == site and waits is None:
        return Applied(site, before, "unchanged")
    if waits is None or waits.site != site:
        kept = Waiting(before, site, business_day(before, now), order.actor.id, order.reason)
        tx.sites.save_waiting(site.code, None if before == site else kept)
        event = ev.ConfigurationKept(order.reason, changed_keys(before, site), dropped=before == site)
        tx.journal.record(event, site=site.code, at=now, actor=order.actor)
    return Applied(site, before, "dropped" if before == site else "kept")


def _settle_counters(tx: Transaction, site: Site, now: datetime, actor: Actor) -> None:
    """A counter that is gone closes; one that is open calls no queue that is gone."""
    for number, state in tx.counters.all(site.code).items():
        if state.state == "closed":
            continue
        if site.counter(number) is None:
            tx.counters.save(CounterState(site.code, number))
            tx.journal.record(ev.CounterClosed(), site=site.code, at=now, actor=actor, counter=number)
            continue
        called = replace(
            state, fields=tuple(code for code in state.fields if site.field(code)),
            services=tuple(code for code in state.services if site.service(code)),
        )  # fmt: skip
        if called == state:
            continue
        tx.counters.save(called)
        if state.state == "open":
            event = ev.CounterOpened(called.fields, called.services)
            tx.journal.record(event, site=site.code, at=now, actor=actor, counter=number)
