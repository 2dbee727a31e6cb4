"""Keeps how long each test took; the next run begins with the longest files, so that all cores end together.

python -m tests.plugin_durations        # the slowest twenty of the last run
"""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import pytest

KEY = "layso/durations"
KEPT = Path(__file__).resolve().parent.parent / ".pytest_cache" / "v" / KEY
SHOWN = 20
# Seconds of a test that never ran here.
GUESSES = {"browser": 4.0, "races": 3.0, "slow": 3.0}
GUESS = 0.1
# Files whose tests share long work that no mark tells of: seconds to add where nothing is known yet.
SHARED = {
    "tests/test_background.py": 120.0,
    "tests/simulation/test_dong_nai_month.py": 60.0,
    "tests/simulation/test_tay_ninh_month.py": 50.0,
    "tests/browser/test_wheel.py": 60.0,
    "tests/browser/test_kiosk_plan_changes.py": 60.0,
    "tests/browser/test_emergency.py": 40.0,
    "tests/test_doors.py": 15.0,
}


class Durations:
    def __init__(self, config: pytest.Config) -> None:
        assert config.cache is not None
        self._cache = config.cache
        self._known: dict[str, float] = self._cache.get(KEY, {})
        self._measured: dict[str, float] = defaultdict(float)

    def _seconds(self, item: pytest.Item) -> float:
        guess = max((seconds for mark, seconds in GUESSES.items() if item.get_closest_marker(mark)), default=GUESS)
        return self._known.get(item.nodeid, guess)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """The same order in every worker, as xdist needs: none of them writes what is kept."""
        files: dict[str, float] = defaultdict(float, {} if self._known else SHARED)
        for item in items:
            files[item.location[0]] += self._seconds(item)
        items.sort(key=lambda item: (-files[item.location[0]], item.location[0]))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._measured[report.nodeid] += report.duration

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if not hasattr(session.config, "workerinput") and self._measured:
            self._cache.set(KEY, {**self._known, **self._measured})


def pytest_configure(config: pytest.Config) -> None:
    if getattr(config, "cache", None) is not None:
        config.pluginmanager.register(Durations(config), "durations")


def slowest(count: int = SHOWN) -> list[str]:
    """A line for each of the slowest tests of the last runs, the slowest first."""
    known: dict[str, float] = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    longest = sorted(known.items(), key=lambda entry: -entry[1])[:count]
    return [f"{seconds:7.1f} s  {test}" for test, seconds in longest]


if __name__ == "__main__":
    print("\n".join(slowest()) or "Nothing has been run here yet: make test")
