"""The short form of a trial of `make soak`: a wall and a phone whose line breaks while a number is called."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Browser

from tests.soak.hall import SQLITE, Place
from tests.soak.lines import IN_A_BROWSER, behind_lines
from tests.soak.tally import Tally

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_line_that_breaks_and_comes_back_leaves_no_old_number_on_wall_and_phone(
    browser: Browser, tmp_path: Path
) -> None:
    tally = Tally(IN_A_BROWSER.name, SQLITE, 20)
    with contextlib.closing(Place(tmp_path)) as place:
        behind_lines(place, tally, browser, 2)
    assert (tally.wrong, tally.lost, tally.tried) == ([], [], 20)
