"""What is not kept for ever. The codes of tickets and repeated keys go with their day (`Workday`); dossier codes go
when the site's own period is over. Figures don't depend on any of them, and the journal never held one."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from ticketing import events as ev
from ticketing.officers import Actor
from ticketing.ports import Transaction
from ticketing.sites import Site

DOSSIER_CODES = "dossier_codes"


def codes_kept_from(site: Site, today: date) -> date:
    """The first local day whose visits' dossier codes are still kept on `today`."""
    return today - timedelta(days=site.dossier_code_days)


def erase_dossier_codes(tx: Transaction, site: Site, before: date, at: datetime, actor: Actor) -> int:
    """Erases the dossier codes of visits of days before `before`, journaled when there were any; how many."""
    erased = tx.forget_dossier_codes(site.code, before)
    if erased:
        tx.record(ev.DataErased(DOSSIER_CODES, before.isoformat(), erased), site=site.code, at=at, actor=actor)
    return erased
