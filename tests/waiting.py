"""Waiting for what another thread or process does."""

from __future__ import annotations

import time
from collections.abc import Callable

from hypothesis import Phase

# Where a failing example waits for its whole time, looking for a smaller one would take an hour.
AS_DRAWN = (Phase.explicit, Phase.generate)


def until(true: Callable[[], object], seconds: float = 60.0, every: float = 0.02) -> None:
    """Looks again and again until it holds. Raises TimeoutError."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(every)
