"""Changes of a site as pure functions, and the check that is the files' own.

A site on its way may hold texts where numbers belong, as they were typed: it is written as TOML and read back,
and what the reading refuses is told.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from ticketing.office import Office
from ticketing.profiles import ConfigError, parse_sites, write_sites
from ticketing.profiles.problems import Problem, written
from ticketing.rules.sites import CalendarDay, Site

MAX_DAYS = 60
MANY = 100
# Where the entries of a list are named: by number for counters, else by code.
_NAMED_BY: Mapping[str, tuple[tuple[str, str], ...]] = {
    "fields": (("counters", "fields"), ("sessions", "fields"), ("sessions", "field_caps")),
    "services": (("counters", "services"), ("sessions", "service_caps")),
    "counters": (("sessions", "counters"),),
}


@dataclass(frozen=True, slots=True)
class Edit:
    """A site on its way, and under which prefix of its keys the edited values stand."""

    site: Site
    prefix: str = ""


def checked(site: Site, known: Collection[str]) -> Site:
    """The site as a file of it would be read; `known` are the units' codes. Raises ConfigError."""
    return parse_sites(write_sites([site]), "", known)[0]


def check(_office: Office, site: Site, known: Collection[str]) -> Site:
    return checked(site, known)


def imported(_office: Office, text: str, code: str, known: Collection[str]) -> Site:
    """The unit of that code in a configuration file, which may hold others. Raises ConfigError."""
    found = next((site for site in parse_sites(text, "", known) if site.code == code), None)
    if found is None:
        raise ConfigError("", [Problem("sites", "no_unit", {"value": written(code)})])
    return found


def is_large(site: Site) -> bool:
    """Whether checking it takes more than a moment."""
    return len(site.procedures) + sum(len(one.items) for one in site.procedure_lists) > MANY


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
    return Edit(_with(site, attribute, tuple(items)), f"{attribute}[{index}].")


def without(site: Site, attribute: str, old: Any) -> Edit:
    """The site without an entry, and without what counters and sessions said of it."""
    items = list(getattr(site, attribute))
    items.remove(old)
    site = _with(site, attribute, tuple(items))
    for outer, key in _NAMED_BY.get(attribute, ()):
        name = old.number if attribute == "counters" else old.code
        site = _with(site, outer, tuple(_less(one, key, name) for one in getattr(site, outer)))
    return Edit(site)


def _less(thing: Any, key: str, name: object) -> Any:
    values = getattr(thing, key)
    if isinstance(values, Mapping):
        return _with(thing, key, {one: cap for one, cap in values.items() if one != name})
    return thing if values is None else _with(thing, key, tuple(one for one in values if one != name))


def _with(thing: Any, key: str, value: object) -> Any:
    return replace(thing, **{key: value})


def set_days(site: Site, first: Any, last: Any, entry: CalendarDay | None) -> Edit:
    """The calendar with `entry` on each day from `first` to `last`, or with nothing there when it is None.

    Raises ConfigError for a last day before the first or too far from it. What is no day is left to the check.
    """
    days = [first]
    if isinstance(first, date) and last is not None:
        if not isinstance(last, date) or not 0 <= (last - first).days < MAX_DAYS:
            raise ConfigError("", [Problem("until", "day_range", {"days": MAX_DAYS - 1})])
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    kept = [other for other in site.calendar if other.day not in days]
    added = [replace(entry, day=day) for day in days] if entry else []
    calendar = sorted([*kept, *added], key=lambda one: str(one.day))
    edited = replace(site, calendar=tuple(calendar))
    return Edit(edited, f"calendar[{calendar.index(added[0])}]." if added else "")
