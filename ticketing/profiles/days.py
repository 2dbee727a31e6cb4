"""Public holidays of Vietnam, the first filling of every site's calendar."""

from functools import cache
from types import MappingProxyType

from ticketing.rules.sites import Holidays


@cache
def vietnam_holidays(year: int) -> Holidays:
    """The days off of `year` with their names, and the weekend days worked in their place.

    They are what the `holidays` package lists; the Prime Minister's decision of the year goes before it and
    is entered in the site's calendar.
    """
    import holidays

    off = holidays.country_holidays("VN", years=year, language="vi")
    named = holidays.country_holidays("VN", years=year, language="en_US")
    # A day off in January can be made up in December before it, so the neighbours are asked too.
    near = holidays.country_holidays("VN", years=range(year - 1, year + 2), language="vi")
    return Holidays(
        days_off=MappingProxyType({day: name for day, name in sorted(off.items()) if day.year == year}),
        days_worked=frozenset(day for day in near.weekend_workdays if day.year == year),
        names_en=MappingProxyType({day: name for day, name in named.items() if day.year == year}),
    )
