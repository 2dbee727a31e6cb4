"""Every trial, in the order in which they are told."""

from __future__ import annotations

from tests.soak import clocks, copies, disks, kills, lines
from tests.soak.tally import Trial

TRIALS: tuple[Trial, ...] = (*kills.TRIALS, *disks.TRIALS, *copies.TRIALS, *clocks.TRIALS, *lines.TRIALS, lines.IN_A_BROWSER)
