"""The reports: what can be asked for, and a table turned into JSON or CSV.

What each kind's columns mean is told where it is made: `Daily`, `Sessions`, `Fields` and `Hours` in
report_tickets, `Counters`, `Diversions`, `Satisfaction`, `Difficulties` and `Postal` in report_journal. Each
is a fold of the journal (the ratings apart, which it doesn't know): the same window gives the same figures,
whenever it is asked for.
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ticketing.errors import Invalid
from ticketing.ports import View
from ticketing.reports.estimates import Estimates
from ticketing.reports.from_journal import (
    IN_PERSON,
    WAY_TEXTS,
    Counters,
    Difficulties,
    Diversions,
    Postal,
    Satisfaction,
)
from ticketing.reports.from_tickets import Daily, Fields, Hours, Sessions, day_rows
from ticketing.reports.goals import Goals
from ticketing.reports.imported import with_imports
from ticketing.reports.over_units import OVER, OverUnits
from ticketing.reports.table import Making, Row, Table, days_of, percentile
from ticketing.rules.sites import Site
from ticketing.rules.tickets import STATES

MAKINGS: tuple[type[Making], ...] = (
    Daily, Sessions, Fields, Counters, Diversions, Postal, Hours, Satisfaction, Difficulties,
    Estimates, Goals,
)  # fmt: skip
KINDS = tuple(making.kind for making in MAKINGS)
LONGEST_DAYS = 366


def begin(site: Site, kind: str, first: date, last: date, lang: str = "vi", units: Sequence[Site] = ()) -> Making:
    """A report to be made step by step. `units` are the sites of a report over many, of the postal list and of the
    kinds in OVER.

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
        if kind not in OVER:
            raise Invalid(("units", "not_available"))
        return OverUnits(site, first, last, lang, parts=[making(unit, first, last, lang) for unit in units])
    return Postal(site, first, last, lang, units) if making is Postal else making(site, first, last, lang)


def gather(read: Callable[[Callable[[View], None]], None], making: Making) -> Table:
    """Makes the report with a read of its own for each day: one of a whole year would keep the store from
    tidying up for as long."""
    read(lambda view: making.begin(with_imports(view)))
    for day in days_of(making.first, making.last):
        read(lambda view, day=day: making.day(with_imports(view), day))  # type: ignore[misc]
    return making.table()


def make(
    view: View, site: Site, kind: str, first: date, last: date, lang: str = "vi", units: Sequence[Site] = ()
) -> Table:
    """The whole report out of one view. Raises Invalid as `begin` does."""
    return gather(lambda step: step(view), begin(site, kind, first, last, lang, units))


def family(sites: Iterable[Site], head: str) -> tuple[Site, ...]:
    """A site and the units under it, itself first."""
    found: list[Site] = []
    for site in sites:
        if site.code == head or site.parent in {one.code for one in found}:
            found.append(site)
    return tuple(found)


def as_dict(table: Table) -> Row:
    """For JSON. `items` are days (daily, diversions) or sessions with their parts inside, entries (postal), else
    the rows; `totals` and `facts` stand beside them, but for the daily report. Over many units `items` are these, each
    with its own report's totals."""
    head = {
        "kind": table.kind, "site": table.site, "from": table.first.isoformat(), "to": table.last.isoformat(),
    }  # fmt: skip
    if table.over_units:
        told = _with_states if table.kind == Daily.kind else dict
        return {**head, "over": "units", "items": [told(row) for row in table.rows], "totals": told(table.totals)}
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
    Sessions.kind: Nest("session", {"field": "fields", "service": "services"}, (), ("date", "session", "caps_changed")),
    Diversions.kind: Nest("day", {"way": "ways"}, WAY_TEXTS, ("date", *IN_PERSON)),
}


def _nested(rows: Iterable[Row], nest: Nest) -> list[Row]:
    found: list[Row] = []
    for row in rows:
        if row["group"] == nest.whole:
            empty: dict[str, list[Any]] = {name: [] for name in nest.parts.values()}
            found.append({**_without(row, ("group", *nest.not_in_whole)), **empty})
        else:
            found[-1][nest.parts[row["group"]]].append(_without(row, ("group", *nest.not_in_parts)))
    return found


def _without(row: Row, names: Sequence[str]) -> Row:
    return {name: value for name, value in row.items() if name not in names}


def _with_states(row: Row) -> Row:
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
    if (table.kind == Daily.kind and not table.over_units) or not set(table.totals) & set(table.columns):
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


__all__ = ["KINDS", "LONGEST_DAYS", "OVER", "Making", "Table", "as_csv", "as_dict", "begin", "day_rows", "days_of",
           "family", "gather", "make", "percentile"]  # fmt: skip
