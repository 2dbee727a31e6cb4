"""Skipped tests are said aloud at the end; with LAYSO_NO_SKIP=1 they fail."""

import os
from collections import defaultdict
from collections.abc import Generator

import pytest

_skipped: dict[str, list[str]] = defaultdict(list)


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    text = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return text.removeprefix("Skipped: ")


def _judge(report: pytest.TestReport | pytest.CollectReport) -> None:
    if not report.skipped or hasattr(report, "wasxfail"):
        return
    if os.environ.get("LAYSO_NO_SKIP") == "1":
        report.longrepr = f"skipped where nothing may be skipped: {_reason(report)}"
        report.outcome = "failed"


def _remember(report: pytest.TestReport | pytest.CollectReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail"):
        _skipped[_reason(report)].append(report.nodeid)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Reports of other processes come by here too."""
    _remember(report)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    _remember(report)


def pytest_configure(config: pytest.Config) -> None:
    _skipped.clear()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _judge(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _judge(report)
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not _skipped:
        return
    terminalreporter.section("SKIPPED, SO NOT PROVEN", sep="!", red=True, bold=True)
    for reason, nodes in _skipped.items():
        terminalreporter.line(f"{len(nodes)} skipped: {reason}", red=True)
        for node in nodes:
            terminalreporter.line(f"    {node}")
