"""Slows down guessing of passwords. Counted by login and address together: a whole office shares one
address, and one login must not be locked out from everywhere by a stranger."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from threading import Lock

FAILURES = 5
WINDOW_S = 300.0
KEPT = 10_000


class Attempts:
    """Failures of the last five minutes. `now` gives seconds that never run backwards."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._failures: dict[tuple[str, str], deque[float]] = {}
        self._lock = Lock()

    def wait_s(self, login: str, address: str) -> int:
        """Seconds until another attempt is let through; 0 when it is now."""
        with self._lock:
            failures = self._recent((login, address))
            if len(failures) < FAILURES:
                return 0
            return max(1, round(failures[0] + WINDOW_S - self._now()))

    def failed(self, login: str, address: str) -> None:
        with self._lock:
            self._recent((login, address)).append(self._now())
            if len(self._failures) > KEPT:
                self._failures.pop(next(iter(self._failures)))

    def succeeded(self, login: str, address: str) -> None:
        with self._lock:
            self._failures.pop((login, address), None)

    def _recent(self, key: tuple[str, str]) -> deque[float]:
        failures = self._failures.setdefault(key, deque(maxlen=FAILURES))
        while failures and failures[0] <= self._now() - WINDOW_S:
            failures.popleft()
        return failures
