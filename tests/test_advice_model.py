"""The adviser's plays beside another model of the same counters, made with Ciw, a library for queueing networks."""

from __future__ import annotations

import math
import random
from itertools import pairwise

import ciw
import pytest

from ticketing.rules.advice import Comes, Situation, figures, probability
from ticketing.rules.forecast import Desk
from ticketing.rules.visits import Visit

HT, CT, DD = ("submit", "HT"), ("submit", "CT"), ("submit", "DD")
MINUTES = {"HT": 10.0, "CT": 7.0, "DD": 16.0}
MIX = {"HT": 4.0, "CT": 5.0, "DD": 1.5}
NODE = {"HT": 0, "CT": 0, "DD": 1}
CLOSES, TRIALS, SPREAD = 240.0, 300, 0.6
MANY = 10_000
"""So many came in the past that the adviser knows the mix as exactly as the other model does."""


def last_exit(crowd: list[str], servers: list[int], seed: int) -> float:
    """When the last of a crowd that stands in line from the beginning has been served."""
    sigma = math.sqrt(math.log(1 + SPREAD**2))
    arrivals: dict[str, list[object]] = {}
    for code, node in NODE.items():
        times = [1e-6 * place for place, one in enumerate(crowd) if one == code]
        gaps = [b - a for a, b in pairwise([0.0, *times])] + [float("inf")]
        arrivals[code] = [ciw.dists.Sequential(gaps) if node == here else None for here in (0, 1)]
    service = {
        code: [ciw.dists.Lognormal(math.log(mean) - sigma**2 / 2, sigma)] * 2 for code, mean in MINUTES.items()
    }
    still = {code: [[0.0, 0.0], [0.0, 0.0]] for code in MINUTES}
    network = ciw.create_network(
        arrival_distributions=arrivals, service_distributions=service, routing=still, number_of_servers=servers
    )
    ciw.seed(seed)
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(5000)
    records = simulation.get_all_records()
    assert len(records) == len(crowd)
    return max(one.exit_date for one in records)


@pytest.fixture(scope="module")
def finished() -> tuple[int, ...]:
    """By play what three counters for two fields and one for the third finish in four hours, as the adviser has it."""
    desks = (*(Desk(number, (HT, CT)) for number in (1, 2, 3)), Desk(4, (DD,)))
    visits = {("submit", code): Visit(60 * mean, SPREAD, doubt=0.0, gap_s=0.0) for code, mean in MINUTES.items()}
    mix = tuple(Comes(("submit", code), 1, MANY * weight) for code, weight in MIX.items())
    return figures(Situation(desks, visits, 60 * CLOSES, mix=mix, seed="model"), 0.9, list(MIX)).finished


@pytest.mark.slow
@pytest.mark.parametrize("cap", [64, 84, 100])
def test_an_independent_model_agrees_within_its_error(finished: tuple[int, ...], cap: int) -> None:
    chance = random.Random(cap)
    in_time = 0
    for trial in range(TRIALS):
        crowd = chance.choices(list(MIX), list(MIX.values()), k=cap)
        in_time += last_exit(crowd, [3, 1], trial) <= CLOSES
    theirs, ours = in_time / TRIALS, probability(finished, cap)
    error = math.sqrt(max(ours * (1 - ours), 0.01) * (1 / TRIALS + 1 / len(finished)))
    assert abs(theirs - ours) < 3 * error, (theirs, ours)
