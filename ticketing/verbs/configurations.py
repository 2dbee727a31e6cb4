"""A site gets another configuration, at once or at the end of the day."""

from __future__ import annotations

from datetime import date, datetime

from ticketing import events as ev
from ticketing.ports import Transaction
from ticketing.rules.people import Actor
from ticketing.rules.sessions import midnight_after
from ticketing.rules.site_changes import changed_keys
from ticketing.rules.sites import Site, with_units

HANDED_DOWN = ("policies", "procedure_lists", "notices")


def put(
    tx: Transaction, before: Site | None, after: Site, at: datetime, actor: Actor, reason: str, waited: bool = False
) -> list[str]:
    """Stores and journals the configuration; the sites whose boards move on by it."""
    keys = changed_keys(before, after) if before else None
    tx.journal.record(
        ev.SiteConfigured(tx.sites.save(after), reason, keys, waited or None), site=after.code, at=at, actor=actor
    )
    same = before is not None and all(getattr(before, name) == getattr(after, name) for name in HANDED_DOWN)
    return [after.code, *([] if same else tell_units(tx, after.code, "configured", at, actor))]


def take_up(tx: Transaction, before: Site, today: date) -> list[str]:
    """The configuration that waited for the end of a day which is over, now that no number of it is open; the sites
    whose boards move on. None waits twice."""
    waits = tx.sites.waiting(before.code)
    if waits is None or waits.day >= today:
        return []
    tx.sites.save_waiting(before.code, None)
    at, actor = midnight_after(before, waits.day), Actor(waits.actor, "")
    return put(tx, before, waits.over(before), at, actor, waits.reason, waited=True)


def tell_units(tx: Transaction, head: str, what: str, now: datetime, actor: Actor) -> list[str]:
    """Journals at every unit under `head` that its plan changed, so that its boards move on; their codes."""
    units = [one.code for one in with_units(tx.sites.all(), head) if one.code != head]
    for unit in units:
        tx.journal.record(ev.PlanChanged(head, what), site=unit, at=now, actor=actor)
    return units
