"""What the reports see of a centre that worked by itself while its line was cut: its own lines, handed in afterwards
and told again. Nothing else sees them: no number is given or called by them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any, cast

from msgspec import structs

from ticketing.events import JournalLine
from ticketing.ports import View
from ticketing.rules.replay import Replay
from ticketing.rules.sessions import Session, instant
from ticketing.rules.tickets import Ticket


def with_imports(view: View) -> View:
    """The view as the reports have it: with what was handed in of days that the centre has none of its own of."""
    return cast(View, _WithImports(view))


class _WithImports:
    def __init__(self, view: View) -> None:
        told = _Told(view)
        self._view = view
        self.tickets, self.sessions, self.journal = _Tickets(view, told), _Sessions(view, told), _Journal(view)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._view, name)


class _Told:
    """Imported days told again, each once for a view."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._days: dict[tuple[str, date], tuple[list[JournalLine], Replay]] = {}

    def day(self, site: str, day: date) -> tuple[list[JournalLine], Replay]:
        if (site, day) not in self._days:
            self._days[site, day] = self._tell(site, day)
        return self._days[site, day]

    def _tell(self, code: str, day: date) -> tuple[list[JournalLine], Replay]:
        """With the lines of the day after: what midnight ended is written there."""
        site, told = self._view.sites.get(code), Replay()
        if site is None:
            return [], told
        begin, end = instant(site, day, time()), instant(site, day + timedelta(days=2), time())
        lines = [_foreign(line) for line in self._view.journal.imported(code, (), begin, end)]
        for line in lines:
            for _problem in told.follow(line):
                pass  # Of a number of another day the beginning is not here.
        return lines, told


def _foreign(line: JournalLine) -> JournalLine:
    """Another system's ids are not ours."""
    return structs.replace(line, ticket=-line.ticket) if line.ticket else line


class _Part:
    def __init__(self, view: View, told: _Told) -> None:
        self._view, self._told = view, told


class _Tickets(_Part):
    def of_days(self, site: str, first: date, last: date) -> list[Ticket]:
        found = self._view.tickets.of_days(site, first, last)
        for ahead in range((last - first).days + 1):
            day = first + timedelta(days=ahead)
            found += [one for one in self._told.day(site, day)[1].tickets.values() if one.day == day]
        return found

    def __getattr__(self, name: str) -> Any:
        return getattr(self._view.tickets, name)


class _Sessions(_Part):
    def of_day(self, site: str, day: date) -> list[Session]:
        """Those of the timetable, with the caps that held at the centre, and those that it alone had."""
        own = {one.key: one for one in self._view.sessions.of_day(site, day)}
        lines, told = self._told.day(site, day)
        for (_site, key), caps in told.caps.items():
            if key.startswith(f"{day.isoformat()}-"):
                at = next(line.at for line in lines if line.session == key)
                known: Any = {name: caps.get(name) for name in ("cap", "field_caps", "service_caps")}
                own[key] = replace(own.get(key) or self._bare(site, key, day, at), **known)
        return sorted(own.values(), key=lambda one: (one.issuing_from, one.key))

    def _bare(self, site: str, key: str, day: date, at: datetime) -> Session:
        name = key[11:]
        place = self._view.sites.get(site)
        line = next((one for one in place.sessions if one.name == name), None) if place else None
        if place is None or line is None:
            return Session(site, key, day, name, name, name, at, at, at, at)
        return Session(
            site, key, day, name, line.title, line.title_en,
            issuing_from=instant(place, day, line.issuing_from), issuing_until=instant(place, day, line.issuing_until),
            service_from=instant(place, day, line.service_from), closes_at=instant(place, day, line.closes_at),
        )  # fmt: skip

    def __getattr__(self, name: str) -> Any:
        return getattr(self._view.sessions, name)


class _Journal:
    def __init__(self, view: View) -> None:
        self._view = view

    def of_kinds(
        self, site: str, kinds: Sequence[str], first: datetime | None = None, before: datetime | None = None
    ) -> list[JournalLine]:
        own = self._view.journal.of_kinds(site, kinds, first, before)
        handed_in = [_foreign(line) for line in self._view.journal.imported(site, kinds, first, before)]
        return sorted([*own, *handed_in], key=lambda line: line.at) if handed_in else own

    def __getattr__(self, name: str) -> Any:
        return getattr(self._view.journal, name)
