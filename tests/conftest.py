from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.kit import Centre, ManualClock, small_site
from tests.policy_kit import MakeCentre, centre_under
from ticketing.policies import Policy


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
