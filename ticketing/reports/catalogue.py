"""The reports: what can be asked for, and a table turned into JSON or CSV.

What each kind's columns mean is told where it is made: `Daily`, `Sessions`, `Fields` and `Hours` in
report_tickets, `Counters`, `Diversions`, `Satisfaction`, `Difficulties` and `Postal` in report_journal. Each
is a fold of the journal (the ratings apart, which it doesn't know): the same window gives the same figures,
whenever it is asked for.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ticketing.errors import Invalid
from ticketing.ports import View
from ticketing.report_journal import (
    IN_PERSON,
    WAY_TEXTS,
    Counters,
    Difficulties,
    Diversions,
    Postal,
    Satisfaction,
)  # fmt: skip
from ticketing.report_shapes import Making, Row, Table, days_of, percentile
from ticketing.report_tickets import Daily, Fields, Hours, Sessions, day_rows
from ticketing.sites import Site
from ticketing.tickets import STATES

MAKINGS: tuple[type[Making], ...] = (
    Daily, Sessions, Fields, Counters, Diversions, Postal, Hours, Satisfaction, Difficulties,
)  # fmt: skip
KINDS = tuple(making.kind for making in MAKINGS)
LONGEST_DAYS = 366


def begin(
    site: Site, kind: str, first: date, last: date, lang: str = "vi", units: Sequence[Site] = ()
) -> Making:
    """A report to be made step by step. `units` are the sites of a list for many, of the postal one alone.

    Raises Invalid for a kind that there is not, a window that ends before it begins or is over a year long.
    """
    making = next((one for one in MAKINGS if one.kind == kind), None)
    if making is None:
        raise Invalid(("kind", "not_available"))
    if first > last:
        raise Invalid(("to", "from_after_to"))
    if (last - first).days >= LONGEST_DAYS:
        raise Invalid(("to", "range_too_long"))
    if units and making is not Postal:
        raise Invalid(("units", "not_available"))
    return Postal(site, first, last, lang, units) if making is Postal else making(site, first, last, lang)


def gather(read: Callable[[Callable[[View], None]], None], making: Making, rest: Callable[[], None]) -> Table:
    """Makes the report with a read of its own for each day, and `rest` between two: a year of a busy centre
    takes seconds, in which others want their turn."""
    read(making.begin)
    for day in days_of(making.first, making.last):
        read(lambda view, day=day: making.day(view, day))  # type: ignore[misc]
        rest()
    return making.table()


def make(
    view: View, site: Site, kind: str, first: date, last: date, lang: str = "vi", units: Sequence[Site] = ()
) -> Table:
    """The whole report out of one view. Raises Invalid as `begin` does."""
    return gather(lambda step: step(view), begin(site, kind, first, last, lang, units), lambda: None)


def family(sites: Iterable[Site], head: str) -> tuple[Site, ...]:
    """A site and the units under it, itself first."""
    found: list[Site] = []
    for site in sites:
        if site.code == head or site.parent in {one.code for one in found}:
            found.append(site)
    return tuple(found)


def as_dict(table: Table) -> dict[str, Any]:
    """For JSON. `items` are days (daily, diversions) or sessions with their parts inside, entries (postal), else
    the rows; `totals` and `facts` stand beside them, but for the daily report."""
    head = {
        "kind": table.kind, "site": table.site, "from": table.first.isoformat(), "to": table.last.isoformat(),
    }  # fmt: skip
    if table.kind == Daily.kind:
        return {**head, "items": _nested([_with_states(row) for row in table.rows], NESTS[table.kind])}
    rows = [row for row in table.rows if row["group"] == "item"] if table.kind == Postal.kind else table.rows
    items = _nested(rows, NESTS[table.kind]) if table.kind in NESTS else [_without(row, ()) for row in rows]
    if table.kind == Postal.kind:
        items = [_without(item, ("group",)) for item in items]
    return {**head, "items": items, "totals": dict(table.totals), "facts": dict(table.facts)}


@dataclass(frozen=True, slots=True)
class Nest:
    """Rows of the group `whole` hold those that follow: `parts` names their lists by group. What says nothing in
    the one or the other is left out there."""

    whole: str
    parts: Mapping[str, str]
    not_in_whole: tuple[str, ...] = ()
    not_in_parts: tuple[str, ...] = ()


NESTS = {
    Daily.kind: Nest("day", {"field": "fields", "service": "services"}, ("code", "name"), ("date",)),
    Sessions.kind: Nest(
        "session", {"field": "fields", "service": "services"}, (), ("date", "session", "caps_changed")
    ),
    Diversions.kind: Nest("day", {"way": "ways"}, WAY_TEXTS, ("date", *IN_PERSON)),
}


def _nested(rows: Iterable[Row], nest: Nest) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for row in rows:
        if row["group"] == nest.whole:
            empty: dict[str, list[Any]] = {name: [] for name in nest.parts.values()}
            found.append({**_without(row, ("group", *nest.not_in_whole)), **empty})
        else:
            found[-1][nest.parts[row["group"]]].append(_without(row, ("group", *nest.not_in_parts)))
    return found


def _without(row: Row, names: Sequence[str]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}


def _with_states(row: Row) -> dict[str, Any]:
    return {**_without(row, STATES), "states": {state: row[state] for state in STATES}}


def as_csv(
    table: Table, titles: Mapping[str, str] | None = None, words: Callable[[str, Any], Any] | None = None
) -> bytes:
    """UTF-8 with a byte order mark, so that spreadsheets read the accents; commas, as RFC 4180 has it, and no
    number with a decimal mark. `titles` names the columns, `words` may put a column's code into words. The last
    line, where there is something to add up and but for the daily report, is of the `totals`."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([_cell((titles or {}).get(column, column)) for column in table.columns])
    say = words or (lambda column, value: value)
    for row in csv_rows(table):
        writer.writerow([_cell(say(column, row[column])) for column in table.columns])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def csv_rows(table: Table) -> list[Row]:
    if table.kind == Daily.kind or not set(table.totals) & set(table.columns):
        return list(table.rows)
    first = next((column for column in table.columns if column == "group"), table.columns[0])
    return [*table.rows, {**dict.fromkeys(table.columns), first: "total", **table.totals}]


# What a spreadsheet takes for the beginning of a formula, its full-width forms too; blanks before it don't help.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠", "−", "﹢", "﹣", "﹦", "﹫")
_BLANK = " \u00a0\u2000\u2001\u2002\u2003\u2007\u2009\u200a\u200b\u200c\u200d\u202f\u2060\u3000\ufeff"


def _cell(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula is kept one by an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, tuple):
        value = "; ".join(value)
    if isinstance(value, str) and value.lstrip(_BLANK).startswith(_FORMULA):
        return f"'{value}"
    return value


__all__ = ["KINDS", "LONGEST_DAYS", "Making", "Table", "as_csv", "as_dict", "begin", "day_rows", "days_of", "family",
           "gather", "make", "percentile"]  # fmt: skip
