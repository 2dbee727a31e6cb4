from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit import Centre, ManualClock, small_site


@pytest.fixture
def clock() -> ManualClock:
    """Monday 23/11/2026, 08:00 in Hà Nội."""
    return ManualClock()


@pytest.fixture
def centre(tmp_path: Path, clock: ManualClock) -> Iterator[Centre]:
    centre = Centre(tmp_path / "layso.db", clock, small_site())
    yield centre
    centre.close()
