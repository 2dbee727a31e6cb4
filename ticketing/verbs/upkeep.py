"""What the server itself does: the clock, other processes, rehearsals, restored data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from ticketing import events as ev
from ticketing.errors import Conflict
from ticketing.ports import Transaction, View
from ticketing.rules import chain, ledger
from ticketing.rules.people import CLI, Actor
from ticketing.rules.sessions import DayClock, business_day, stage_at
from ticketing.verbs.day import Day
from ticketing.verbs.printers import stop_old_jobs

SKIP_AFTER_RESTORE = 100


def follow(day: Day) -> None:
    """Nothing but what the clock has made due, which every verb does first."""


def begin_epoch(tx: Transaction, epoch: str) -> None:
    """New data get their first epoch; it changes when they are restored or replaced."""
    if not tx.meta("epoch"):
        tx.set_meta("epoch", epoch)


def check_mode(view: View, rehearsal: bool) -> str:
    """The data's mode, rehearsal or real, "" while there is no ticket. Raises Conflict when a rehearsal meets
    tickets of real days, or a real day a rehearsal's."""
    mode = view.meta("mode")
    if mode and mode != _mode(rehearsal):
        raise Conflict("rehearsal_on_real" if rehearsal else "real_on_rehearsal")
    return mode


def claim_mode(day: Day) -> None:
    """The first ticket decides what the data are of. Raises Conflict as `check_mode` does."""
    rehearsal = day.wiring.clock.rehearsal
    if not check_mode(day.tx, rehearsal):
        day.tx.set_meta("mode", _mode(rehearsal))


def _mode(rehearsal: bool) -> str:
    return "rehearsal" if rehearsal else "real"


def start_rehearsal(tx: Transaction, at: datetime, actor: Actor = CLI) -> None:
    """Puts every site's day where `at` has it, forwards or back. What was issued and who closed what stays."""
    for site in tx.sites.all():
        today = business_day(site, at)
        clock = tx.sites.day_clock(site.code)
        if clock is None or clock.day < today:
            continue
        for day in (date.fromordinal(n) for n in range(today.toordinal(), clock.day.toordinal() + 1)):
            for session in tx.sessions.of_day(site.code, day):
                if not session.closed_by:
                    tx.sessions.save(replace(session, stage=stage_at(session, at)))
        tx.sites.save_day_clock(site.code, DayClock(today, at))
        tx.journal.record(ev.RehearsalStarted(at.isoformat()), site=site.code, at=at, actor=actor)


@dataclass(frozen=True, slots=True)
class Out:
    """What is known of papers that are out. `given`: the last number of a series by site, day and prefix, as the
    former data tell it; `seen`: the last one that a person has seen, by prefix, on the days that go on."""

    given: Mapping[tuple[str, date, str], int] = field(default_factory=dict)
    seen: Mapping[str, int] = field(default_factory=dict)


def after_restore(
    tx: Transaction, days: Sequence[date], epoch: str, now: datetime, out: Out | None = None, actor: Actor = CLI
) -> None:
    """Papers newer than the copy may be out: every series skips ahead, further where a number is known to be out that
    lies beyond, and clients learn that data changed. Nothing that was to be printed then is. Raises Conflict for a
    number that somebody has seen and no site gives."""
    tx.set_meta("epoch", epoch)
    sites = tx.sites.all()
    before = {site.code: tx.tickets.serials(site.code, business_day(site, now)) for site in sites}
    tx.tickets.skip_serials(days, SKIP_AFTER_RESTORE)
    _go_past(tx, days, out or Out())
    stop_old_jobs(tx, now)
    for site in sites:
        day = business_day(site, now)
        numbers = tuple(
            f"{prefix}{before[site.code].get(prefix, 0) + 1:03d}-{prefix}{last:03d}"
            for prefix, last in sorted(tx.tickets.serials(site.code, day).items())
        )
        tx.journal.record(ev.DataRestored(SKIP_AFTER_RESTORE, numbers), site=site.code, at=now, actor=actor)
        at = chain.time_of(int(now.timestamp() * 1000), site.zone)
        for skipped in numbers:
            tx.ledgers.add(site.code, day, ledger.leaf(ledger.SKIPPED, skipped, at, day))


def _go_past(tx: Transaction, days: Sequence[date], out: Out) -> None:
    unknown = set(out.seen)
    for site in tx.sites.all():
        for day in days:
            for prefix, last in tx.tickets.serials(site.code, day).items():
                unknown.discard(prefix)
                given = out.given.get((site.code, day, prefix), 0)
                past = max(given if given > last else 0, out.seen.get(prefix, 0))
                if past:
                    # Newer ones may be out than those that are known.
                    tx.tickets.go_past(site.code, day, prefix, past + SKIP_AFTER_RESTORE)
    if unknown:
        raise Conflict("unknown_series", prefixes=", ".join(sorted(unknown)))
