"""Mornings of a ward's centre, made from a seed: who comes, for what, for how long, and when officers are there.

Nothing here asks the product how long anything takes: its configured lengths and these true ones differ.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from ticketing.profiles import profile_path, read_sites
from ticketing.rules.orders import TicketOrder
from ticketing.rules.sites import Site

# Of a hundred people: what they come for, and the true mean of such a visit in minutes.
SUBMITTING: Mapping[str, tuple[float, float]] = {
    "HT": (20, 10.0), "CT": (24, 7.0), "CU": (11, 11.0), "DD": (7, 16.0), "KD": (6, 10.0), "XD": (3, 13.0),
    "GD": (2, 8.0), "BT": (4, 13.0), "NC": (2, 11.0), "CN": (1, 14.0),
}  # fmt: skip
ELSE: Mapping[str, tuple[float, float]] = {"result": (16, 3.5), "help": (4, 5.0)}
SPREAD = 0.6
"""A visit's standard deviation in means, as counters' visits have it (lognormal)."""

REASONS: Mapping[tuple[str, str | None], tuple[float, float]] = {
    **{("submit", code): one for code, one in SUBMITTING.items()},
    **{(code, None): one for code, one in ELSE.items()},
}
WEIGHTS = [share for share, _ in REASONS.values()]

PRIORITY, ABSENT, RETURNS, GIVES_UP = 0.1, 0.06, 0.4, 0.03


@dataclass(frozen=True, slots=True)
class World:
    """`people` come in a morning in the mean; `slower` says by field how much longer than in the past a visit takes."""

    name: str
    people: float = 78
    slower: Mapping[str, float] = field(default_factory=dict)


USUAL = World("usual")
BUSIER = replace(USUAL, name="25 % busier", people=1.25 * USUAL.people)
SLOWER = World("two fields 30 % slower", slower={"HT": 1.3, "CU": 1.3})
WORLDS = (USUAL, BUSIER, SLOWER)


@dataclass(frozen=True, slots=True)
class Person:
    """Comes `at`; `absent` misses the first call, and of those some `returns`; `visit` is from the greeting on."""

    at: datetime
    order: TicketOrder
    visit: timedelta
    absent: bool
    returns: bool
    gives_up: bool


@dataclass(frozen=True, slots=True)
class Shift:
    """When an officer sits down, and the pause taken."""

    begins: datetime
    pause: datetime
    pause_for: timedelta


def centre() -> Site:
    """The demo's centre with its six counters, and no caps: whoever comes is let in."""
    [site] = read_sites(profile_path("demo"))
    free = [replace(one, cap=None, field_caps={}, service_caps={}) for one in site.sessions]
    return replace(site, sessions=tuple(free))


def visit(chance: random.Random, mean: float) -> timedelta:
    """A lognormal length with this mean in minutes."""
    sigma = math.sqrt(math.log(1 + SPREAD**2))
    return timedelta(minutes=chance.lognormvariate(math.log(mean) - sigma**2 / 2, sigma))


def people(site: Site, day: date, world: World, seed: int) -> list[Person]:
    """Who comes, earliest first: a crowd around the opening, and the rest over the morning."""
    chance = random.Random(f"{seed}/{day}/people")
    begin = datetime.combine(day, time(7), site.zone)
    coming = []
    for _ in range(max(1, round(chance.gauss(world.people, math.sqrt(world.people))))):
        minute = chance.gauss(50, 25) if chance.random() < 0.4 else chance.uniform(0, 238)
        coming.append(person(chance, site, world, begin + timedelta(minutes=min(max(minute, 0.1), 238))))
    return sorted(coming, key=lambda one: one.at)


def person(chance: random.Random, site: Site, world: World, at: datetime) -> Person:
    """Somebody who comes at that time, as the world has them."""
    (service, code), (_, mean) = chance.choices(list(REASONS.items()), WEIGHTS)[0]
    order = TicketOrder(
        service=service, field=code, dossiers=chance.choice((1, 1, 1, 1, 2)) if code else 1,
        priority=chance.choice(site.priorities).code if chance.random() < PRIORITY else None,
    )  # fmt: skip
    return Person(
        at=at,
        order=order,
        visit=visit(chance, mean * world.slower.get(code or "", 1.0)),
        absent=chance.random() < ABSENT,
        returns=chance.random() < RETURNS,
        gives_up=chance.random() < GIVES_UP,
    )


def shifts(site: Site, day: date, seed: int) -> dict[int, Shift]:
    chance = random.Random(f"{seed}/{day}/shifts")
    opening = datetime.combine(day, time(7, 30), site.zone)
    return {
        one.number: Shift(
            begins=opening + timedelta(minutes=chance.uniform(0, 3)),
            pause=opening + timedelta(minutes=chance.uniform(80, 150)),
            pause_for=timedelta(minutes=chance.uniform(5, 15)),
        )
        for one in site.counters
    }
