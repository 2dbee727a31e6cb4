"""How often one token, one ticket's code or one visitor may ask.

A whole waiting room shares one address, so an address alone limits only what needs no credential and no code.
The counting is that of the `limits` package, which Flask-Limiter is built on, asked directly: 5 µs a request,
where the extension's own hooks take 70 µs of the 400 µs that a ticket costs.
"""

from __future__ import annotations

import math
import time

from flask import g, request
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from ticketing.errors import RateLimited

PER_TOKEN = RateLimitItemPerMinute(1200)
PER_CODE = RateLimitItemPerMinute(120)
PER_VISITOR = RateLimitItemPerMinute(1800)
THIS_MACHINE = ("127.0.0.1", "::1", "::ffff:127.0.0.1")


def visitor() -> str:
    """The visitor's address. A proxy on this machine says whose it is: else all would share one limit."""
    peer = request.remote_addr or ""
    return request.access_route[-1] if peer in THIS_MACHINE and request.access_route else peer


class Limits:
    """Fixed windows of a minute, counted in this process."""

    def __init__(self) -> None:
        self._windows = FixedWindowRateLimiter(MemoryStorage())

    def check(self) -> None:
        """Counts this request. Raises RateLimited, with the seconds to wait, when it is one too many.

        Needs `g.actor`; a request is counted once, under the narrowest name it has.
        """
        path = request.view_args or {}
        if g.actor is not None:
            item, key = PER_TOKEN, f"token:{g.actor.token_id or g.actor.id}"
        elif "code" in path:
            item, key = PER_CODE, f"code:{path['code']}"
        else:
            item, key = PER_VISITOR, f"{request.endpoint}:{path.get('site', '')}:{visitor()}"
        if not self._windows.hit(item, key):
            wait = self._windows.get_window_stats(item, key).reset_time - time.time()
            raise RateLimited(retry_after=max(1, math.ceil(wait)))
