"""The office's verbs about the postal list, and about what is erased when its time is over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from ticketing import events as ev
from ticketing import postal, retention
from ticketing.errors import Invalid, Unknown
from ticketing.officers import CLI, Actor
from ticketing.ports import Transaction
from ticketing.postal import PostalRow
from ticketing.sessions import business_day
from ticketing.verbs import Verbs
from ticketing.workday import Workday

MOST_CORRECTED = 100_000
LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class PostalOrder:
    """A correction as a person enters it: `dossiers` more of `form` (submit or return) on the local day `day`,
    fewer below 0. `number` names a ticket of that day, "" the day as a whole."""

    day: date
    form: str
    dossiers: int
    reason: str
    number: str = ""


class _TakenBack(Exception):
    """Ends a transaction that only wanted to know; `number` is what it found."""

    def __init__(self, number: int) -> None:
        self.number = number


class PostalVerbs(Verbs):
    """Corrections are rows of their own: nothing that was entered is ever edited."""

    def postal_list(self, site: str, first: date, last: date) -> list[PostalRow]:
        """The postal rows of the local days `first` to `last`, both included, by day and in order of entry."""
        return self.store.read(lambda view: postal.rows_of_days(view, self._site(view, site), first, last))

    def postal_codes(self, rows: Iterable[PostalRow]) -> dict[int, tuple[str, ...]]:
        """The dossier codes still kept with the visits of these rows, by the row's `seq`."""
        visits = {row.seq: row.ticket for row in rows if row.ticket and row.source != "correction"}
        kept = self.store.read(lambda view: view.dossier_codes(tuple(set(visits.values()))))
        return {seq: kept[ticket] for seq, ticket in visits.items() if ticket in kept}

    def correct_postal(self, site: str, order: PostalOrder, actor: Actor, key: str = "") -> tuple[dict[str, Any], bool]:
        """Adds a correction to the postal list, and whether it was new for this key: `{day, form, dossiers,
        reason, number, totals}`, the totals being the day's by form.

        Raises Invalid: an unknown form, no dossiers, no reason, a day to come or before the site's own data, a
        total below 0; Unknown("ticket", in_body) for a number that nobody had on that day.
        """
        _check(order)

        def verb(work: Workday) -> tuple[dict[str, Any], bool]:
            number = order.number.strip().upper()
            fresh = not (key and self._seen(work, "postal", key))
            if fresh:
                _check_day(work, order.day)
                ticket = _ticket(work, order.day, number)
                there = postal.totals(postal.rows_of_day(work.tx, work.site, order.day))
                if there[order.form] + order.dossiers < 0:
                    raise Invalid(("dossiers", "below_zero"))
                event = ev.PostalCorrected(
                    order.day.isoformat(), order.form, order.dossiers, order.reason.strip(), number
                )
                work.record(event, ticket=ticket)
            return {
                "day": order.day.isoformat(), "form": order.form, "dossiers": order.dossiers,
                "reason": order.reason.strip(), "number": number,
                "totals": postal.totals(postal.rows_of_day(work.tx, work.site, order.day)),
            }, fresh  # fmt: skip

        return self._work(site, actor, verb)

    def erase_old(
        self, site: str, before: date | None = None, actor: Actor = CLI, dry_run: bool = False
    ) -> tuple[date, int]:
        """Erases the dossier codes of visits of local days before `before` (else: before the site's own period);
        that day, and how many codes went, or with `dry_run` would go. Raises Invalid for a day to come."""
        now = self.clock.now()
        found = self.store.read(lambda view: self._site(view, site))
        today = business_day(found, now)
        if before is not None and before > today:
            raise Invalid(("before", "in_future"))
        limit = before or retention.codes_kept_from(found, today)

        def run(tx: Transaction) -> int:
            erased = retention.erase_dossier_codes(tx, self._site(tx, site), limit, now, actor)
            if dry_run:
                raise _TakenBack(erased)
            return erased

        try:
            erased = self.store.write(run)
        except _TakenBack as only_asked:
            return limit, only_asked.number
        if erased:
            self.bus.publish(site)
        return limit, erased


def _check(order: PostalOrder) -> None:
    wrong: list[tuple[str, str]] = []
    if order.form not in postal.FORMS:
        wrong.append(("form", "not_allowed"))
    if order.dossiers == 0:
        wrong.append(("dossiers", "zero"))
    elif abs(order.dossiers) > MOST_CORRECTED:
        wrong.append(("dossiers", "too_large" if order.dossiers > 0 else "too_small"))
    if not order.reason.strip():
        wrong.append(("reason", "required"))
    elif len(order.reason) > LONGEST_REASON:
        wrong.append(("reason", "too_long"))
    if wrong:
        raise Invalid(*wrong)


def _check_day(work: Workday, day: date) -> None:
    """A correction is of a day that has been, since the site is here; a day on paper alone may lie between."""
    if day > work.day:
        raise Invalid(("day", "in_future"))
    begun = work.tx.journal(work.site.code, 0, 1)
    if day < business_day(work.site, begun[0].at if begun else work.now) and not work.tx.sessions(work.site.code, day):
        raise Invalid(("day", "before_data"))


def _ticket(work: Workday, day: date, number: str) -> int | None:
    if not number:
        return None
    found = work.tx.ticket_by_number(work.site.code, day, number)
    if found is None:
        raise Unknown("ticket", number, in_body=True)
    return found.id
