"""How true told waits were: against when the numbers were called."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean

from tests.simulation.morning import Known, Told

NOW = 60.0


@dataclass(frozen=True, slots=True)
class Score:
    """`rase` is the root of the mean squared error over the mean wait; `bias_s` is above 0 where people were called
    later than told; `early` and `late` are the shares called outside their span; `now` are told a minute at most, and
    waited `now_wait_s`."""

    told: int
    mean_wait_s: float
    rase: float
    bias_s: float
    early: float
    late: float
    span_s: float
    now: float
    now_wait_s: float


def pairs(numbers: Iterable[Known]) -> list[tuple[Told, datetime]]:
    """What was told, at the taking and when three were ahead, beside when the first call came."""
    called = [one for one in numbers if one.called is not None]
    return [(told, one.called) for one in called for told in (one.taken, one.near) if told and one.called]


def score(numbers: Iterable[Known], old: bool = False) -> Score:
    """Of what the product told, or of the `old` rule, where both told a time."""
    both = [(told, came) for told, came in pairs(numbers) if told.expected and told.old]
    said = [((told.old if old else told.expected) or told.at, told, came) for told, came in both]
    errors = [(came - expected).total_seconds() for expected, _, came in said]
    waits = [(came - told.at).total_seconds() for _, told, came in said]
    spans = [(told, came) for _, told, came in said if told.earliest and told.latest] if not old else []
    at_once = [wait for (expected, told, _), wait in zip(said, waits, strict=True) if _soon(expected, told)]
    return Score(
        told=len(said),
        mean_wait_s=fmean(waits),
        rase=math.sqrt(fmean(e * e for e in errors)) / fmean(waits),
        bias_s=fmean(errors),
        early=_share(told.earliest is not None and came < told.earliest for told, came in spans),
        late=_share(told.latest is not None and came > told.latest for told, came in spans),
        span_s=fmean((b - a).total_seconds() for t, _ in spans if (a := t.earliest) and (b := t.latest))
        if spans
        else 0.0,
        now=len(at_once) / len(said),
        now_wait_s=fmean(at_once) if at_once else 0.0,
    )


def _soon(expected: datetime, told: Told) -> bool:
    return (expected - told.at).total_seconds() <= NOW


def _share(found: Iterable[bool]) -> float:
    listed = list(found)
    return sum(listed) / len(listed) if listed else 0.0
