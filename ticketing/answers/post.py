"""The postal list: its rows, and a correction with what its day comes to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypedDict, cast

from ticketing.lookups import Look, postal_day, postal_days
from ticketing.rules.post import PostalOrder, PostalRow, totals

Form = Literal["submit", "return"]
PostalTotals = TypedDict("PostalTotals", {"submit": int, "return": int})


@dataclass(frozen=True, slots=True, kw_only=True)
class PostalCorrected:
    """The row as it was added, and what the day comes to with it: dossiers by form, corrections included."""

    day: str
    form: Form
    dossiers: int
    reason: str
    number: str
    totals: PostalTotals


def corrected(look: Look, order: PostalOrder) -> PostalCorrected:
    return PostalCorrected(
        day=order.day.isoformat(),
        form=cast(Form, order.form),
        dossiers=order.dossiers,
        reason=order.reason,
        number=order.number,
        totals=cast(PostalTotals, totals_of(look, order.day)),
    )


def totals_of(look: Look, day: date) -> dict[str, int]:
    """A day's dossiers by form, corrections included."""
    return totals(postal_day(look.view, look.site, day))


def rows(look: Look, first: date, last: date) -> list[PostalRow]:
    """The postal rows of the local days `first` to `last`, both included, by day and in order of entry."""
    return postal_days(look.view, look.site, first, last)


def codes(look: Look, rows: Iterable[PostalRow]) -> Mapping[int, tuple[str, ...]]:
    """The dossier codes still kept with the visits of these rows, by the row's `seq`."""
    visits = {row.seq: row.ticket for row in rows if row.ticket and row.source != "correction"}
    kept = look.view.post.dossier_codes(tuple(set(visits.values())))
    return {seq: kept[ticket] for seq, ticket in visits.items() if ticket in kept}
