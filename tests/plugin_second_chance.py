"""With `--second-chance`, a test that failed is run once more, alone in a process of its own, after all others.

One that passes then is named aloud and doesn't fail the run. A race never gets a second chance, nor does a crash, nor
anything where more than MOST tests failed or the run did not come to its end.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Generator

import pytest

MOST = 10
NEVER = "races"


class SecondChance:
    def __init__(self) -> None:
        self._failed: dict[str, bool] = {}
        self._said: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Reports of other processes come by here too; one without keywords tells that such a process crashed."""
        if report.failed:
            self._failed[report.nodeid] = NEVER in report.keywords or not report.keywords

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self._failed[report.nodeid] = True

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> Generator[None]:
        ended = exitstatus == pytest.ExitCode.TESTS_FAILED and not session.shouldfail and not session.shouldstop
        if ended and 0 < len(self._failed) <= MOST:
            passed = [test for test, never in self._failed.items() if not never and self._passes(test)]
            if len(passed) == len(self._failed):
                session.exitstatus = pytest.ExitCode.OK
        yield

    def _passes(self, test: str) -> bool:
        words = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", test]
        again = subprocess.run(words, capture_output=True, text=True, encoding="utf-8")
        if again.returncode == 0:
            self._said.append(f"PASSED ONLY THE SECOND TIME: {test}")
        else:
            self._said += [f"FAILED TWICE: {test}", again.stdout]
        return again.returncode == 0

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self._said:
            terminalreporter.section("A SECOND CHANCE", sep="!", red=True, bold=True)
            for line in self._said:
                terminalreporter.line(line)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--second-chance", action="store_true", help="run what failed once more, alone, at the end")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--second-chance") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(SecondChance(), "second-chance")
