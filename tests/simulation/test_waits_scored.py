"""Told waits beside the waits that came, in mornings that the office plays by its own rules (`make scores`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import pytest

from tests.simulation.morning import Known
from tests.simulation.score import Score, score
from tests.simulation.scoring import Past, past
from tests.simulation.worlds import USUAL, WORLDS, World

pytestmark = pytest.mark.slow
SEEDS = range(100, 102)


@dataclass
class Scored:
    """A world's mornings: the numbers, and how the product and the rule of 0.1 did."""

    world: World
    numbers: list[Known]
    now: Score
    old: Score


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Past:
    return past(tmp_path_factory.mktemp("past"), days=3)


@pytest.fixture(scope="module")
def mixes(before: Past, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Scored]]:
    folder = tmp_path_factory.mktemp("mornings")
    found = {}
    for world in WORLDS:
        numbers = list(chain(*before.mornings(world, SEEDS, folder)))
        found[world.name] = Scored(world, numbers, score(numbers), score(numbers, old=True))
    yield found


def test_the_same_seed_makes_the_same_morning(before: Past, mixes: dict[str, Scored], tmp_path: Path) -> None:
    [again] = before.mornings(USUAL, SEEDS[:1], tmp_path)
    first = mixes[USUAL.name].numbers[: len(again)]
    assert [(one.taken.at, one.called) for one in again] == [(one.taken.at, one.called) for one in first]


def test_the_rule_of_0_1_told_too_early_a_time_in_every_mix(mixes: dict[str, Scored]) -> None:
    for name, scored in mixes.items():
        assert scored.old.told > 100 and scored.old.bias_s > 120 and scored.old.rase > 0.5, name
        assert scored.old.now > 0.15, "told that their turn comes now, and they waited"


def test_what_is_told_is_truer_than_the_rule_of_0_1_in_every_mix(mixes: dict[str, Scored]) -> None:
    """A short form of `make scores`, whose figures stand in the README."""
    for name, scored in mixes.items():
        assert scored.now.told == scored.old.told, name
        assert scored.now.rase < 0.8 * scored.old.rase, name
        assert abs(scored.now.bias_s) < abs(scored.old.bias_s), name
        assert scored.now.now_wait_s < 120 < scored.old.now_wait_s, "told that their turn comes now"


def test_nine_of_ten_are_called_within_what_they_were_told(mixes: dict[str, Scored]) -> None:
    found = score([one for scored in mixes.values() for one in scored.numbers])
    assert found.early <= 0.05 and found.late <= 0.09
    assert found.span_s < 2.2 * found.mean_wait_s, "as wide as it must be, and no wider"
