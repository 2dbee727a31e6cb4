"""What is not kept for ever. The codes of tickets and repeated keys go with their day (`Day`); dossier codes go
when the site's own period is over. Figures don't depend on any of them, and the journal never held one."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial

from ticketing import events as ev
from ticketing.errors import Invalid
from ticketing.ports import Store, Transaction
from ticketing.rules.people import Actor
from ticketing.rules.post import DOSSIER_CODES, codes_kept_from
from ticketing.rules.sessions import business_day
from ticketing.rules.sites import Site


class _TakenBack(Exception):
    """Ends a transaction that only wanted to know; `number` is what it found."""

    def __init__(self, number: int) -> None:
        self.number = number


def erase_old(
    store: Store, site: Site, before: date | None, now: datetime, actor: Actor, dry_run: bool = False
) -> tuple[date, int]:
    """Erases the dossier codes of visits of local days before `before` (else: before the site's own period);
    that day, and how many codes went, or with `dry_run` would go. Raises Invalid for a day to come."""
    today = business_day(site, now)
    if before is not None and before > today:
        raise Invalid(("before", "in_future"))
    limit = before or codes_kept_from(site, today)
    run = partial(_erase, site=site, before=limit, at=now, actor=actor, dry_run=dry_run)
    try:
        return limit, store.write((site.code,), run)
    except _TakenBack as only_asked:
        return limit, only_asked.number


def _erase(tx: Transaction, site: Site, before: date, at: datetime, actor: Actor, dry_run: bool) -> int:
    erased = erase_dossier_codes(tx, site, before, at, actor)
    if dry_run:
        raise _TakenBack(erased)
    return erased


def erase_dossier_codes(tx: Transaction, site: Site, before: date, at: datetime, actor: Actor) -> int:
    """Erases the dossier codes of visits of days before `before`, journaled when there were any; how many."""
    erased = tx.post.forget_dossier_codes(site.code, before)
    if erased:
        tx.journal.record(ev.DataErased(DOSSIER_CODES, before.isoformat(), erased), site=site.code, at=at, actor=actor)
    return erased
