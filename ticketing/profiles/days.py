"""Public holidays of Vietnam, the first filling of every site's calendar."""

import sys
from functools import cache
from importlib import import_module
from types import MappingProxyType, ModuleType
from typing import Any

from ticketing.rules.sites import Holidays


@cache
def _vietnam() -> Any:
    """The package's class of Vietnam. `holidays.countries` would bring in those of all the world, 10 MB: what stands in
    for it meanwhile only says where they lie."""
    import holidays

    countries = ModuleType("holidays.countries")
    countries.__path__ = [f"{path}/countries" for path in holidays.__path__]
    before = sys.modules.setdefault(countries.__name__, countries)
    try:
        return import_module("holidays.countries.vietnam").Vietnam
    finally:
        if before is countries:
            del sys.modules[countries.__name__]


@cache
def vietnam_holidays(year: int) -> Holidays:
    """The days off of `year` with their names, and the weekend days worked in their place.

    They are what the `holidays` package lists; the Prime Minister's decision of the year goes before it and
    is entered in the site's calendar.
    """
    vietnam = _vietnam()
    off = vietnam(years=year, language="vi")
    named = vietnam(years=year, language="en_US")
    # A day off in January can be made up in December before it, so the neighbours are asked too.
    near = vietnam(years=range(year - 1, year + 2), language="vi")
    return Holidays(
        days_off=MappingProxyType({day: name for day, name in sorted(off.items()) if day.year == year}),
        days_worked=frozenset(day for day in near.weekend_workdays if day.year == year),
        names_en=MappingProxyType({day: name for day, name in named.items() if day.year == year}),
    )
