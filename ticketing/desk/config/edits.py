"""Changes of a site as pure functions, and the check that is the files' own.

A site on its way may hold texts where numbers belong, as they were typed: it is written as TOML and read back,
and what the reading refuses is told.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from ticketing.profiles import ConfigError, parse_sites, write_sites
from ticketing.sites import CalendarDay, Site

MAX_DAYS = 60
Problems = list[tuple[str, str]]


class Refused(Exception):
    """A site that the rules of configuration files don't let pass: `(key within the site, reason)` pairs."""

    def __init__(self, problems: Problems) -> None:
        super().__init__(problems)
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Edit:
    """A site on its way, and under which prefix of its keys the edited values stand."""

    site: Site
    prefix: str = ""


def checked(site: Site, known: Collection[str]) -> Site:
    """The site as a file of it would be read; `known` are the units' codes. Raises Refused."""
    try:
        return parse_sites(write_sites([site]), "", known)[0]
    except ConfigError as error:
        raise Refused(error.pairs) from error


def imported(text: str, code: str, known: Collection[str]) -> Site | None:
    """The unit of that code in a configuration file, None when the file has it not. Raises Refused."""
    try:
        sites = parse_sites(text, "", known)
    except ConfigError as error:
        raise Refused(error.pairs) from error
    return next((site for site in sites if site.code == code), None)


def mark(item: Any) -> str:
    """A mark that an entry keeps as long as nobody changes it, wherever it stands in its list."""
    return sha256(repr(item).encode()).hexdigest()[:16]


def find(site: Site, attribute: str, marked: str) -> Any:
    return next((item for item in getattr(site, attribute) if mark(item) == marked), None)


def put(site: Site, attribute: str, old: Any, new: Any, place: int | None = None) -> Edit:
    """`new` in the place of `old`, or added at the end when `old` is None; `place` counts from 1."""
    items = list(getattr(site, attribute))
    index = items.index(old) if old is not None else len(items)
    items[index : index + 1] = []
    if place is not None and place != index + 1:
        index = max(0, min(place - 1, len(items)))
    items.insert(index, new)
    return Edit(replace(site, **{attribute: tuple(items)}), f"{attribute}[{index}].")


def without(site: Site, attribute: str, old: Any) -> Edit:
    """The site without an entry, and without what counters and sessions said of it."""
    items = list(getattr(site, attribute))
    items.remove(old)
    site = replace(site, **{attribute: tuple(items)})
    if attribute in ("fields", "services"):
        site = _without_queue(site, attribute, old.code)
    if attribute == "counters":
        site = replace(site, sessions=tuple(_less(s, "counters", old.number) for s in site.sessions))
    return Edit(site)


def _without_queue(site: Site, attribute: str, code: str) -> Site:
    caps = "field_caps" if attribute == "fields" else "service_caps"
    counters = tuple(_less(c, attribute, code) for c in site.counters)
    sessions = tuple(replace(s, **{caps: _but(getattr(s, caps), code)}) for s in site.sessions)
    if attribute == "fields":
        sessions = tuple(_less(s, "fields", code) for s in sessions)
    return replace(site, counters=counters, sessions=sessions)


def _less(thing: Any, key: str, value: Any) -> Any:
    values = getattr(thing, key)
    if values is None:
        return thing
    return replace(thing, **{key: tuple(one for one in values if one != value)})


def _but(caps: Mapping[str, int], code: str) -> dict[str, int]:
    return {key: cap for key, cap in caps.items() if key != code}


def set_days(site: Site, first: Any, last: Any, entry: CalendarDay | None) -> Edit:
    """The calendar with `entry` on each day from `first` to `last`, or with nothing there when it is None.

    Raises Refused for a last day before the first or too far from it. What is no day is left to the check.
    """
    days = [first]
    if isinstance(first, date) and last is not None:
        if not isinstance(last, date) or not 0 <= (last - first).days < MAX_DAYS:
            raise Refused([("until", f"must be a day from the first one to {MAX_DAYS - 1} days after it")])
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    kept = [other for other in site.calendar if other.day not in days]
    added = [replace(entry, day=day) for day in days] if entry else []
    calendar = sorted([*kept, *added], key=lambda one: str(one.day))
    edited = replace(site, calendar=tuple(calendar))
    return Edit(edited, f"calendar[{calendar.index(added[0])}]." if added else "")
