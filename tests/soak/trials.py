"""Every trial, in the order in which they are told."""

from __future__ import annotations

from tests.soak import clocks, copies, disks, guesses, kills, lines, strangers, week
from tests.soak.tally import Trial

# The last one takes what time the others left.
TRIALS: tuple[Trial, ...] = (
    *kills.TRIALS, *disks.TRIALS, *copies.TRIALS, *clocks.TRIALS, *strangers.TRIALS, *guesses.TRIALS, *lines.TRIALS,
    *week.TRIALS,
    lines.IN_A_BROWSER,
)  # fmt: skip
