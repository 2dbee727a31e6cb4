"""Of several measurements the least, the one in the middle, and the most."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median


def spread(values: Iterable[float], digits: int = 1) -> dict[str, float]:
    told = sorted(values)
    named = (("min", told[0]), ("median", median(told)), ("max", told[-1]))
    return {name: round(value, digits) for name, value in named}
