"""What every report is made of: the table that comes out, the steps that lead there, and how times are counted."""

import math
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

from ticketing.events import JournalLine
from ticketing.ports import View
from ticketing.rules.sessions import instant, midnight_after
from ticketing.rules.sites import Site, localized
from ticketing.rules.tickets import STATES, Ticket

# A value is plain: a text, a whole number, None, or a tuple of texts; which, its column tells.
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Table:
    """A report. `first` and `last` are local days, both included.

    Every row has a value for each of `columns`, plain (text, whole number, None, or a tuple of texts); None is
    "does not apply" or "nobody was". `totals` has those columns that can be told of the whole window, and no
    others. `facts` is what stands beside the table. Names are the office's own, in the language asked for.
    `over_units`: each row is a unit and tells its own report's totals.
    """

    kind: str
    site: str
    first: date
    last: date
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    totals: Row
    facts: Mapping[str, Any]
    over_units: bool = False


@dataclass(eq=False)
class Making(ABC):
    """A report while it is made: `begin` once, then `day` for each day of the window in order, then `table`.

    Each step reads a little and by itself, so that a year of a busy centre need not be read at one stroke.
    """

    kind: ClassVar[str] = ""
    columns: ClassVar[tuple[str, ...]] = ()

    site: Site
    first: date
    last: date
    lang: str
    rows: list[Row] = field(default_factory=list, init=False)

    def begin(self, view: View) -> None:  # noqa: B027
        """Reads what is not told day by day; for most there is no such thing."""

    @abstractmethod
    def day(self, view: View, day: date) -> None:
        """Reads a local day of the window."""

    @abstractmethod
    def table(self) -> Table:
        """What was read."""

    def made(self, rows: Iterable[Row], totals: Row, **facts: Any) -> Table:
        return Table(self.kind, self.site.code, self.first, self.last, self.columns, tuple(rows), totals, facts)

    def lines(self, view: View, day: date, *kinds: str) -> list[JournalLine]:
        """The site's journal lines of a local day."""
        return view.journal.of_kinds(
            self.site.code, kinds, instant(self.site, day, time()), midnight_after(self.site, day)
        )


def days_of(first: date, last: date) -> Iterator[date]:
    for ahead in range((last - first).days + 1):
        yield first + timedelta(days=ahead)


def percentile(values: Sequence[float], share: int) -> int | None:
    """The nearest rank: the smallest value that at least `share` percent do not exceed."""
    if not values:
        return None
    return round(sorted(values)[math.ceil(share / 100 * len(values)) - 1])


def seconds(begin: datetime, end: datetime) -> float:
    return (end - begin).total_seconds()


def wait_of(ticket: Ticket) -> float | None:
    """From the ticket to its last call, in seconds; None while it was not called."""
    return seconds(ticket.issued_at, ticket.called_at) if ticket.called_at else None


def visit_of(ticket: Ticket) -> float | None:
    """From the start, else the call, to the end of a visit that ended, in seconds."""
    if ticket.state != "done" or ticket.ended_at is None or ticket.called_at is None:
        return None
    return seconds(ticket.started_at or ticket.called_at, ticket.ended_at)


@dataclass(slots=True)
class Times:
    """Waits and visits, to be told by their median and 90th percentile."""

    waits: list[float] = field(default_factory=list)
    visits: list[float] = field(default_factory=list)

    def add(self, ticket: Ticket) -> None:
        if (wait := wait_of(ticket)) is not None:
            self.waits.append(wait)
        if (visit := visit_of(ticket)) is not None:
            self.visits.append(visit)

    def take_in(self, other: "Times") -> None:
        self.waits.extend(other.waits)
        self.visits.extend(other.visits)

    def waiting(self) -> dict[str, int | None]:
        return {"wait_median_s": percentile(self.waits, 50), "wait_p90_s": percentile(self.waits, 90)}

    def service(self) -> dict[str, int | None]:
        return {"service_median_s": percentile(self.visits, 50), "service_p90_s": percentile(self.visits, 90)}


@dataclass(slots=True)
class Tally:
    """What a line of the daily report counts."""

    tickets: int = 0
    dossiers: int = 0
    received: int = 0
    states: Counter[str] = field(default_factory=Counter)
    times: Times = field(default_factory=Times)

    def add(self, ticket: Ticket, with_dossiers: bool = True) -> None:
        self.tickets += 1
        self.states[ticket.state] += 1
        self.times.add(ticket)
        if with_dossiers:
            self.dossiers += ticket.dossiers
            self.received += ticket.dossiers if ticket.state == "done" else 0

    def take_in(self, other: "Tally") -> None:
        self.tickets += other.tickets
        self.dossiers += other.dossiers
        self.received += other.received
        self.states += other.states
        self.times.take_in(other.times)

    def figures(self) -> dict[str, int | None]:
        return {
            "tickets": self.tickets, "dossiers": self.dossiers, "received": self.received,
            **{state: self.states[state] for state in STATES},
            **self.times.waiting(), **self.times.service(),
        }  # fmt: skip


def named(known: Sequence[Any], used: Iterable[Any], lang: str, *, all_known: bool = False) -> list[tuple[str, str]]:
    """Codes in use with their names, in the site's order; one that has left the configuration since stands at
    the end, by its code."""
    codes = set(used) - {None}
    found = [(thing.code, localized(thing, lang)) for thing in known if all_known or thing.code in codes]
    return found + [(code, code) for code in sorted(codes - {thing.code for thing in known})]


def summed(rows: Iterable[Row], columns: Iterable[str]) -> dict[str, int]:
    found = list(rows)
    return {column: sum(row[column] for row in found) for column in columns}
