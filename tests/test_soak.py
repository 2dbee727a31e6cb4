"""Every trial of `make soak`, a few times: nothing acknowledged is lost, none given twice, `layso check` is content."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator

import pytest

from tests.cluster_kit import MISSING, programs
from tests.soak.__main__ import tried
from tests.soak.hall import POSTGRES, Place
from tests.soak.lines import IN_A_BROWSER
from tests.soak.readme import part
from tests.soak.tally import Tally, Trial, table
from tests.soak.trials import TRIALS

pytestmark = [pytest.mark.races, pytest.mark.slow]
# What needs a browser is tried beside the other tests of pages; what waits for minutes has no short form.
CASES = [(each, store) for each in TRIALS for store in each.stores if each.short and each is not IN_A_BROWSER]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with contextlib.closing(Place(tmp_path_factory.mktemp("soak"))) as place:
        yield place


@pytest.mark.parametrize(("trial", "store"), CASES, ids=[f"{trial.name}, {store}" for trial, store in CASES])
def test_whatever_fails_nothing_given_is_lost(place: Place, trial: Trial, store: str) -> None:
    if store == POSTGRES and programs() is None:
        pytest.skip(MISSING)
    tally = tried(place, trial, store, trial.short, float("inf"))
    assert (tally.wrong, tally.lost) == ([], []) and tally.tried == tally.survived > 0


def test_what_goes_wrong_and_what_is_lost_is_counted_apart() -> None:
    def run(_place: Place, tally: Tally) -> None:
        for place in tally.tries():
            tally.must(place != 1, "once")
            tally.must(place != 1, "and again in the same try")
        tally.lost.append("9001: 404")

    tally = tried(None, Trial("a trial", run, 3, 3, ("SQLite",)), "SQLite", 3, float("inf"))  # type: ignore[arg-type]
    row = tally.row()
    assert (row["tried"], row["survived"], len(row["lost"]), tally.sound) == (3, 2, 1, False)
    assert json.loads(json.dumps(row)) == row and "| a trial | SQLite | 3 | 2 |" in table([row])


def test_what_stops_a_trial_is_told_and_time_that_is_over_ends_it() -> None:
    def breaks(_place: Place, tally: Tally) -> None:
        for _try in tally.tries():
            raise RuntimeError("no disk")

    tally = tried(None, Trial("x", breaks, 1, 1, ("SQLite",)), "SQLite", 5, 0.0)  # type: ignore[arg-type]
    assert (tally.tried, tally.survived, tally.wrong) == (1, 0, ["1: RuntimeError: no disk"])
    once = tried(None, Trial("x", lambda _p, t: list(t.tries()), 1, 1, ("SQLite",)), "SQLite", 5, 0.0)  # type: ignore[arg-type, return-value]
    assert (once.tried, once.survived) == (1, 1)


def test_the_readmes_table_tells_of_every_trial_on_every_store() -> None:
    told = part("soak")
    every = [f"| {trial.name} | {store} |" for trial in TRIALS for store in trial.stores]
    assert [row for row in every if row not in told] == []
