"""Begins with the longest files, so that all cores end together, and keeps how long each test took.

python -m tests.plugin_durations            # the slowest twenty of the last runs here
python -m tests.plugin_durations --renew    # tests/seconds.json, by which files are put in order, from what is kept
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path

import pytest

KEY = "layso/durations"
HERE = Path(__file__).resolve().parent
KEPT = HERE.parent / ".pytest_cache" / "v" / KEY
TABLE = HERE / "seconds.json"
SHOWN = 20
# Seconds of a test in a file that the table doesn't know yet.
GUESSES = {"browser": 4.0, "races": 3.0, "slow": 3.0}
GUESS = 0.1


class Durations:
    def __init__(self, config: pytest.Config) -> None:
        assert config.cache is not None
        self._cache = config.cache
        self._measured: dict[str, float] = defaultdict(float)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """The same order in every worker, as xdist needs."""
        told = told_seconds()
        files: dict[str, float] = defaultdict(float, told)
        for item in items:
            if item.location[0] not in told:
                files[item.location[0]] += max(
                    (seconds for mark, seconds in GUESSES.items() if item.get_closest_marker(mark)), default=GUESS
                )
        items.sort(key=lambda item: (-files[item.location[0]], item.location[0]))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._measured[report.nodeid] += report.duration

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if not hasattr(session.config, "workerinput") and self._measured:
            self._cache.set(KEY, {**self._cache.get(KEY, {}), **self._measured})


def pytest_configure(config: pytest.Config) -> None:
    if getattr(config, "cache", None) is not None:
        config.pluginmanager.register(Durations(config), "durations")


def told_seconds() -> dict[str, int]:
    return dict(json.loads(TABLE.read_text(encoding="utf-8")))


def known() -> dict[str, float]:
    return dict(json.loads(KEPT.read_text(encoding="utf-8"))) if KEPT.exists() else {}


def slowest(count: int = SHOWN) -> list[str]:
    """A line for each of the slowest tests of the last runs, the slowest first."""
    longest = sorted(known().items(), key=lambda entry: -entry[1])[:count]
    return [f"{seconds:7.1f} s  {test}" for test, seconds in longest]


def renew() -> None:
    """Whole seconds of each file, the longest first; files that never ran here keep theirs, files that are gone go."""
    ran: dict[str, float] = defaultdict(float)
    for test, seconds in known().items():
        ran[test.partition("::")[0]] += seconds
    told = {**told_seconds(), **{file: round(seconds) for file, seconds in ran.items()}}
    here = {file: seconds for file, seconds in told.items() if seconds and (HERE.parent / file).exists()}
    ordered = dict(sorted(here.items(), key=lambda entry: (-entry[1], entry[0])))
    TABLE.write_text(json.dumps(ordered, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if "--renew" in sys.argv:
        renew()
    print("\n".join(slowest()) or "Nothing has been run here yet: make test")
