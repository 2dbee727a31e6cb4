from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import elsewhere, quick
from tests.cluster_kit import MISSING, Postgres, Redis, end_postgres, programs
from tests.kit import Centre, ManualClock, small_site
from tests.policy_kit import MakeCentre, centre_under
from ticketing.rules.policies import Policy

quick.in_this_process()
elsewhere.in_this_process()
# What is imported and collected stays: a fifth of that time went into looking through it for rubbish.
gc.disable()


def pytest_sessionstart(session: pytest.Session) -> None:
    # Whoever hands tests out to workers collects none.
    if session.config.getoption("numprocesses", None) and not hasattr(session.config, "workerinput"):
        gc.enable()


def pytest_collection_finish() -> None:
    """Thousands of tests stay until the end: no collection need look through them again and again, nor come for every
    700 things that are made."""
    gc.enable()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def pytest_sessionfinish(session: pytest.Session) -> None:
    if not hasattr(session.config, "workerinput"):
        shutil.rmtree(os.environ.pop(quick.FOLDER), ignore_errors=True)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Two more than there are cores: a test that clicks in a page waits for it half of its time."""
    return (os.cpu_count() or 1) + 2


@pytest.fixture(scope="session", autouse=True)
def cluster_ends() -> Iterator[None]:
    """A PostgreSQL that some test started ends with the last one."""
    yield
    end_postgres()


@pytest.fixture
def clock() -> ManualClock:
    """Monday 23/11/2026, 08:00 in Hà Nội."""
    return ManualClock()


@pytest.fixture
def centre(tmp_path: Path, clock: ManualClock) -> Iterator[Centre]:
    centre = Centre(tmp_path / "layso.db", clock, small_site())
    yield centre
    centre.close()


@pytest.fixture
def under(tmp_path: Path) -> Iterator[MakeCentre]:
    """Makes a ward under a province with the policies given, at a local time."""
    made: list[Centre] = []

    def make(*policies: Policy, at: str = "2026-11-23T08:00", **ward: Any) -> Centre:
        folder = tmp_path / str(len(made))
        folder.mkdir()
        made.append(centre_under(folder, *policies, clock=ManualClock(at), **ward))
        return made[-1]

    yield make
    for centre in made:
        centre.close()


@pytest.fixture(scope="module")
def database() -> Iterator[Postgres]:
    """A PostgreSQL of a file's own, which it may stop."""
    if programs() is None:
        pytest.skip(MISSING)
    server = Postgres()
    yield server
    server.close()


@pytest.fixture(scope="module")
def signals() -> Iterator[Redis]:
    """A Redis of a file's own, which it may stop."""
    server = Redis()
    yield server
    server.kill()
