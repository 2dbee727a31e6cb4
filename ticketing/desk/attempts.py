"""Slows down guessing of passwords. Counted before the work and taken back when the password was right, so that
guesses sent together are no way round.

Strangers are counted by login, by address, by both, and in all. A device that the login has used before is counted
by itself: nobody else's guesses lock its user out.
"""

import math
import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from limits import RateLimitItem, RateLimitItemPerMinute

from ticketing.api.limits import IN_MEMORY, Place, Windows, short
from ticketing.errors import RateLimited, Unauthorized

FAILURES = 5
WINDOW_S = 300.0
MINUTES = 5
# A whole office shares one address, and one login must not be locked out from everywhere by one address.
BY_LOGIN_AND_ADDRESS = RateLimitItemPerMinute(FAILURES, MINUTES)
BY_LOGIN = RateLimitItemPerMinute(20, MINUTES)
BY_ADDRESS = RateLimitItemPerMinute(30, MINUTES)
IN_ALL = RateLimitItemPerMinute(300, MINUTES)
BY_DEVICE = RateLimitItemPerMinute(10, MINUTES)
STRANGERS_AT_ONCE = 8

Counts = list[tuple[RateLimitItem, str]]


class Attempts:
    """Failures of the last five minutes, on that storage."""

    def __init__(self, storage: Place = IN_MEMORY) -> None:
        self._windows = Windows(storage)
        self._under_way: Counter[str] = Counter()
        self._failed: deque[tuple[float, RateLimitItem, str]] = deque()
        self._lock = Lock()

    @contextmanager
    def attempt(self, login: str, address: str, device: str = "") -> Iterator[None]:
        """One password is tried in the block; Unauthorized out of it is a failure. Raises RateLimited, before the
        block, with the seconds until another one is let through."""
        counts = _counts(login, address, device)
        with self._lock:
            self._windows.mind_the_clock()
            if not device and self._under_way["all"] >= STRANGERS_AT_ONCE:
                raise RateLimited("busy", retry_after=1)
            wait_s = max(self._wait_s(item, key) for item, key in counts)
            if wait_s:
                raise RateLimited(retry_after=wait_s)
            self._under_way.update(key for _item, key in counts)
        right = failed = False
        try:
            yield
            right = True
        except Unauthorized:
            failed = True
            raise
        finally:
            with self._lock:
                if right:
                    self._windows.clear_moving(*counts[0])
                self._end(counts, failed)

    def _wait_s(self, item: RateLimitItem, key: str) -> int:
        reset_time, remaining = self._windows.moving_stats(item, key)
        if remaining > self._under_way[key]:
            return 0
        return 1 if remaining > 0 else max(1, math.ceil(reset_time - time.time()))

    def _end(self, counts: Counts, failed: bool) -> None:
        now = time.time()
        for item, key in counts:
            self._under_way[key] -= 1
            if not self._under_way[key]:
                del self._under_way[key]
            if failed:
                self._windows.hit_moving(item, key)
                self._failed.append((now + item.get_expiry(), item, key))
        # The storage itself keeps an empty list for every key that it has seen.
        while self._failed and self._failed[0][0] < now:
            _until, item, key = self._failed.popleft()
            if self._windows.moving_stats(item, key).remaining == item.amount:
                self._windows.clear_moving(item, key)


def _counts(login: str, address: str, device: str) -> Counts:
    """What an attempt counts in; the first is forgotten by a right password."""
    if device:
        return [(BY_DEVICE, short("device", device, login))]
    return [
        (BY_LOGIN_AND_ADDRESS, short("both", login, address)),
        (BY_LOGIN, short("login", login)),
        (BY_ADDRESS, short("address", address)),
        (IN_ALL, "all"),
    ]
