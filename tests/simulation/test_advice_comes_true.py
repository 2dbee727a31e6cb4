"""Sessions sold out up to the advised cap, played by the office's own rules (`make calibration` for many)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.simulation.endless import in_time, several

pytestmark = pytest.mark.slow


def test_caps_advised_with_nine_in_ten_are_mostly_finished_by_closing(tmp_path: Path) -> None:
    found = in_time(several(tmp_path, 3, days=3), range(2000, 2009), tmp_path)
    assert sum(found) >= 6, found
