"""What a supervisor counts afterwards, as plain rows; whoever asks turns them into JSON or a spreadsheet."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any

from ticketing.sites import Site, localized
from ticketing.tickets import STATES, Ticket

LONGEST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Row:
    """One line: a whole day (`group` day), or a field's or a service's part of it.

    `dossiers` are those on all tickets for submitting, `received` those of visits that ended; for a service
    both are its own. `wait_*` runs from the ticket to its last call, `service_*` from the start (else the
    call) to the end of visits that ended; in whole seconds, None when nobody was.
    """

    date: str
    group: str
    code: str
    name: str
    tickets: int
    dossiers: int
    received: int
    states: Mapping[str, int]
    wait_median_s: int | None
    wait_p90_s: int | None
    service_median_s: int | None
    service_p90_s: int | None

    def flat(self) -> dict[str, Any]:
        """Each state as a column of its own."""
        row: dict[str, Any] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            row.update(value if field.name == "states" else {field.name: value})
        return row


@dataclass(frozen=True, slots=True)
class Report:
    """`first` and `last` are local days, both inclusive; every day has a row, one without tickets too."""

    kind: str
    site: str
    first: date
    last: date
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


COLUMNS = (
    "date", "group", "code", "name", "tickets", "dossiers", "received", *STATES,
    "wait_median_s", "wait_p90_s", "service_median_s", "service_p90_s",
)  # fmt: skip


def days_of(first: date, last: date) -> Iterator[date]:
    for ahead in range((last - first).days + 1):
        yield first + timedelta(days=ahead)


def daily_report(site: Site, tickets: Iterable[Ticket], first: date, last: date, lang: str = "vi") -> Report:
    """Tickets, dossiers, states and times of each day, for the whole office, each field and each service.

    Names are the site's own, in `lang`: this is for the office, not for the public. Tickets of other days are
    left out. The same tickets give the same report, whenever it is asked for.
    """
    by_day: dict[date, list[Ticket]] = {}
    for ticket in tickets:
        by_day.setdefault(ticket.day, []).append(ticket)
    rows = [row for day in days_of(first, last) for row in day_rows(site, day, by_day.get(day, []), lang)]
    return report_of(site, first, last, rows)


def report_of(site: Site, first: date, last: date, rows: Iterable[Row]) -> Report:
    return Report("daily", site.code, first, last, COLUMNS, tuple(rows))


def day_rows(site: Site, day: date, tickets: Sequence[Ticket], lang: str = "vi") -> list[Row]:
    """The day's own row, then one for each field and service that had a ticket, in the site's order."""
    submits = [t for t in tickets if t.service == "submit"]
    rows = [_row(day, "day", "", "", tickets, submits)]
    for code, name in _named(site.fields, {t.field for t in submits}, lang):
        part = [t for t in submits if t.field == code]
        rows.append(_row(day, "field", code, name, part, part))
    for code, name in _named(site.services, {t.service for t in tickets if t.service != "submit"}, lang):
        part = [t for t in tickets if t.service == code]
        rows.append(_row(day, "service", code, name, part, part))
    return rows


def _named(known: Sequence[Any], used: set[Any], lang: str) -> Iterator[tuple[str, str]]:
    """Codes in use with their names; one that has left the configuration since stands at the end, by its
    code."""
    for thing in known:
        if thing.code in used:
            yield thing.code, localized(thing, lang)
    for code in sorted(used - {thing.code for thing in known} - {None}):
        yield code, code


def _row(day: date, group: str, code: str, name: str, tickets: Sequence[Ticket], counted: Sequence[Ticket]) -> Row:
    waits = [(t.called_at - t.issued_at).total_seconds() for t in tickets if t.called_at]
    visits = [
        (t.ended_at - (t.started_at or t.called_at)).total_seconds()
        for t in tickets
        if t.state == "done" and t.ended_at and t.called_at
    ]
    return Row(
        date=day.isoformat(),
        group=group,
        code=code,
        name=name,
        tickets=len(tickets),
        dossiers=sum(t.dossiers for t in counted),
        received=sum(t.dossiers for t in counted if t.state == "done"),
        states={state: sum(t.state == state for t in tickets) for state in STATES},
        wait_median_s=percentile(waits, 50),
        wait_p90_s=percentile(waits, 90),
        service_median_s=percentile(visits, 50),
        service_p90_s=percentile(visits, 90),
    )


def percentile(values: Sequence[float], share: int) -> int | None:
    """The nearest rank: the smallest value that at least `share` percent do not exceed."""
    if not values:
        return None
    return round(sorted(values)[math.ceil(share / 100 * len(values)) - 1])


def as_dict(report: Report) -> dict[str, Any]:
    """For JSON: one item a day, its fields and services inside."""
    days: list[dict[str, Any]] = []
    for row in report.rows:
        plain = {field.name: getattr(row, field.name) for field in fields(row)}
        group = plain.pop("group")
        if group == "day":
            del plain["code"], plain["name"]
            days.append({**plain, "fields": [], "services": []})
        else:
            del plain["date"]
            days[-1][f"{group}s"].append(plain)
    return {
        "kind": report.kind,
        "site": report.site,
        "from": report.first.isoformat(),
        "to": report.last.isoformat(),
        "items": days,
    }


def as_csv(report: Report, titles: Mapping[str, str] | None = None) -> bytes:
    """UTF-8 with a byte order mark, so that spreadsheets read the accents; `titles` names the columns."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([_cell((titles or {}).get(column, column)) for column in report.columns])
    for row in report.rows:
        flat = row.flat()
        writer.writerow([_cell(flat[column]) for column in report.columns])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _cell(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula is kept one by an apostrophe."""
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")):
        return f"'{value}"
    return "" if value is None else value
