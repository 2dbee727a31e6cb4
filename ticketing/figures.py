"""Figures of one day that a supervisor would rather look at than read. Pure; what draws them knows nothing of
tickets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ticketing.report_shapes import percentile, wait_of
from ticketing.report_tickets import day_rows
from ticketing.sites import Site
from ticketing.tickets import Ticket


@dataclass(frozen=True, slots=True)
class HourWait:
    """How long those waited who took their number in this local hour and were called: `called` of them,
    seconds (None for nobody)."""

    hour: int
    called: int
    median_s: int | None
    p90_s: int | None


@dataclass(frozen=True, slots=True)
class CapUse:
    """Dossiers of a session: `used` counts those that it has to serve, carried ones included; None is no cap."""

    session: str
    title: str
    used: int
    cap: int | None


@dataclass(frozen=True, slots=True)
class ServiceTime:
    """A field's or a service's finished visits, in seconds."""

    code: str
    name: str
    visits: int
    median_s: int
    p90_s: int


def waiting_by_hour(site: Site, tickets: Iterable[Ticket]) -> list[HourWait]:
    """From the first hour with a call to the last, none left out between. A wait runs from the ticket to its
    last call, as in the daily report."""
    waits: dict[int, list[float]] = {}
    for t in tickets:
        if (wait := wait_of(t)) is not None:
            waits.setdefault(t.issued_at.astimezone(site.zone).hour, []).append(wait)
    if not waits:
        return []
    return [
        HourWait(hour, len(told), percentile(told, 50), percentile(told, 90))
        for hour in range(min(waits), max(waits) + 1)
        for told in [waits.get(hour, [])]
    ]


def cap_use(sessions: Sequence[Mapping[str, Any]]) -> list[CapUse]:
    """`sessions` as the office lists a day's."""
    return [CapUse(s["id"], s["title"], s["issued"] + s["carried"], s["cap"]) for s in sessions]


def service_times(site: Site, day: date, tickets: Sequence[Ticket], lang: str) -> list[ServiceTime]:
    """Fields first, then services, in the site's order; those without a finished visit are left out."""
    return [
        ServiceTime(row["code"], row["name"], row["done"], row["service_median_s"], row["service_p90_s"])
        for row in day_rows(site, day, tickets, lang)
        if row["group"] != "day" and row["service_median_s"] is not None
    ]
