"""The machine's clock and the sites': whether it has leapt is told at every site, and so is who set things right.

What other processes need to know stands in the store: where the clock should be while it is held, and the clock that
somebody confirmed last.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from ticketing import events as ev
from ticketing.errors import Conflict
from ticketing.ports import Clock, Store, Transaction, View
from ticketing.rules.clock import Anchor, Moment
from ticketing.rules.people import CLOCK, Actor
from ticketing.rules.sites import Site

HELD, CONFIRMED = "clock_held", "clock_confirmed"


def newest(view: View) -> datetime | None:
    """The latest of what the clock or a ticket did at any site, since the clock was last believed anew."""
    found = [view.journal.newest(site.code, ev.ClockTrusted.kind) for site in view.sites.all()]
    return max((at for at in found if at is not None), default=None)


def look_back(view: View, clock: Clock) -> None:
    """What a process that begins must know of the clock's past: that it is held, or must not stand there yet."""
    held = _anchor(view, HELD)
    if held is not None and held.boot == clock.anchor.boot:
        clock.trust(held)
    elif not clock.rehearsal and (latest := newest(view)):
        clock.not_before(latest)


def begin(store: Store, clock: Clock) -> None:
    """As a server starts. What was rehearsed on these data says nothing about real days."""
    if not clock.rehearsal:
        moment = clock.look()
        store.write(_sites(store), partial(_end_rehearsal, moment=moment))
    store.read(lambda view: look_back(view, clock))
    clock.begin()


def watch(store: Store, clock: Clock) -> Sequence[str]:
    """Notices a leap, its end, and a clock that was confirmed elsewhere; the sites that were told of it."""
    confirmed = store.read(lambda view: _anchor(view, CONFIRMED))
    if confirmed is not None and confirmed.boot == clock.anchor.boot and confirmed.steady > clock.anchor.steady:
        clock.trust(clock.here())
    moment = clock.look()
    if moment.held == store.read(held_by_server):
        return ()
    sites = _sites(store)
    store.write(sites, partial(_note, anchor=clock.anchor, moment=moment))
    return sites


def _note(tx: Transaction, anchor: Anchor, moment: Moment) -> None:
    tx.set_meta(HELD, anchor.text() if moment.held else "")
    for site in tx.sites.all():
        wall = _local(site, moment.wall)
        _tell(tx, site, ev.ClockHeld(wall) if moment.held else ev.ClockTrusted(wall), moment.at, CLOCK)


def held_by_server(view: View) -> bool:
    """Whether the server of these data, as long as it runs, holds its clock."""
    return view.meta(HELD) != ""


def confirm(store: Store, clock: Clock, actor: Actor, beside: bool = False) -> Sequence[str]:
    """The machine's clock is right, says the actor: it holds from the next look of every process, `beside` a server
    too that holds it. The sites that were told of it.

    Raises Conflict("clock_not_held") while it is believed anyhow.
    """
    if not clock.look().held and not (beside and store.read(held_by_server)):
        raise Conflict("clock_not_held")
    anchor, sites = clock.here(), _sites(store)
    store.write(sites, partial(_confirmed, anchor=anchor, actor=actor))
    clock.trust(anchor)
    return sites


def _confirmed(tx: Transaction, anchor: Anchor, actor: Actor) -> None:
    tx.set_meta(HELD, "")
    tx.set_meta(CONFIRMED, anchor.text())
    for site in tx.sites.all():
        _tell(tx, site, ev.ClockTrusted(_local(site, anchor.wall), confirmed=True), anchor.wall, actor)


def _sites(store: Store) -> list[str]:
    return store.read(lambda view: [site.code for site in view.sites.all()])


def _anchor(view: View, key: str) -> Anchor | None:
    text = view.meta(key)
    return Anchor.of(text) if text else None


def _local(site: Site, at: datetime) -> str:
    return at.astimezone(site.zone).isoformat(timespec="seconds")


def _tell(tx: Transaction, site: Site, event: ev.Event, at: datetime, actor: Actor) -> None:
    tx.journal.record(event, site=site.code, at=at, actor=actor)


def _end_rehearsal(tx: Transaction, moment: Moment) -> None:
    for site in tx.sites.all():
        lines = tx.journal.of_kinds(site.code, (ev.RehearsalStarted.kind, ev.ClockTrusted.kind))
        if lines and lines[-1].kind == ev.RehearsalStarted.kind:
            _tell(tx, site, ev.ClockTrusted(_local(site, moment.wall)), moment.at, CLOCK)
