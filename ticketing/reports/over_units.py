"""Reports over many units: a line for each, which is the totals of its own report, and the totals of all."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ticketing.ports import View
from ticketing.reports.from_journal import IN_PERSON, PERSONS, Diversions
from ticketing.reports.from_tickets import FIGURES, SESSION_COUNTS, Daily, Hours, Sessions, told_hours
from ticketing.reports.table import Making, Row, Table, Tally, Times, summed
from ticketing.rules.sites import localized

HOUR_FIGURES = ("issued", "called", "wait_median_s", "wait_p90_s", "visits", "service_median_s", "service_p90_s")


def _daily(parts: Sequence[Any]) -> Row:
    whole = Tally()
    for part in parts:
        whole.take_in(part.whole)
    return whole.figures()


def _hours(parts: Sequence[Any]) -> Row:
    times = Times()
    for part in parts:
        times.take_in(part.times())
    return told_hours(sum(part.issued() for part in parts), times)


def _sessions(parts: Sequence[Any]) -> Row:
    rows = [part.table().totals for part in parts]
    caps = [row["cap"] for row in rows]
    return {"cap": None if None in caps else sum(caps), **summed(rows, ("caps_changed", *SESSION_COUNTS))}


def _diversions(parts: Sequence[Any]) -> Row:
    return summed((part.table().totals for part in parts), (*PERSONS, *IN_PERSON))


# By kind: the figures of a line, and how those of all units come out of their reports. What can be added up is; a
# median is found among all the numbers of all units.
OVER: Mapping[str, tuple[tuple[str, ...], Callable[[Sequence[Any]], Row]]] = {
    Daily.kind: (FIGURES, _daily),
    Sessions.kind: (("cap", "caps_changed", *SESSION_COUNTS), _sessions),
    Diversions.kind: ((*PERSONS, *IN_PERSON), _diversions),
    Hours.kind: (HOUR_FIGURES, _hours),
}


@dataclass(eq=False)
class OverUnits(Making):
    """`parts` are the reports of the site and of the units under it, all of one kind and window."""

    parts: Sequence[Making] = ()

    def begin(self, view: View) -> None:
        for part in self.parts:
            part.begin(view)

    def day(self, view: View, day: date) -> None:
        for part in self.parts:
            part.day(view, day)

    def table(self) -> Table:
        kind = self.parts[0].kind
        columns, together = OVER[kind]
        rows = [
            {"site": part.site.code, "unit": localized(part.site, self.lang), **part.table().totals}
            for part in self.parts
        ]
        return Table(
            kind, self.site.code, self.first, self.last, ("site", "unit", *columns), tuple(rows),
            together(self.parts), {}, over_units=True,
        )  # fmt: skip
