"""Who comes to a centre, when and what for: made from a seed, so that the same people come under every plan."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from ticketing.rules.sites import Site

SESSIONS = (time(7), time(13))
ISSUING_MINUTES = 235
BAD_LUCK = 0.06


@dataclass(frozen=True, slots=True)
class Arrival:
    """A person at the kiosk. `online` and `post` are where the readiness to go another way begins, 0 to 1:
    one below the plan's pull goes. `absent` will not come when called, `minutes` is the visit's length."""

    at: datetime
    service: str
    place: int
    dossiers: int
    online: float
    post: float
    absent: bool
    minutes: float
    postal: str
    priority: bool
    gives_up: bool


def weekdays(first: date, last: date, off: Sequence[date]) -> Iterator[date]:
    for ahead in range((last - first).days + 1):
        day = first + timedelta(days=ahead)
        if day.weekday() < 5 and day not in off:
            yield day


def arrivals(site: Site, day: date, people: int, seed: str) -> list[Arrival]:
    """The people of one working day, earliest first. `place` chooses among the site's procedures and fields,
    whatever they are, so that one seed serves sites with other lists."""
    chance = random.Random(f"{seed}/{site.code}/{day}")
    found = []
    for begin in SESSIONS:
        for _ in range(people):
            minute = min(chance.expovariate(1 / 80), ISSUING_MINUTES)
            service = chance.choices(("submit", "result", "help", "postal_handover"), (72, 20, 5, 3))[0]
            found.append(
                Arrival(
                    at=datetime.combine(day, begin, site.zone) + timedelta(minutes=minute),
                    service=service,
                    place=chance.randrange(10_000),
                    dossiers=chance.randint(3, 30) if service == "postal_handover" else chance.choice((1, 1, 1, 2, 3)),
                    online=chance.random(),
                    post=chance.random(),
                    absent=chance.random() < BAD_LUCK,
                    minutes=chance.uniform(2, 14),
                    postal=chance.choices(("", "submit", "return", "both"), (80, 6, 9, 5))[0],
                    priority=chance.random() < 0.1,
                    gives_up=chance.random() < 0.03,
                )
            )
    return sorted(found, key=lambda one: one.at)
