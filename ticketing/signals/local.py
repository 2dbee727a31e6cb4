"""After-commit news: who subscribed learns which sites changed. A failing subscriber is logged and
neither undoes the change nor keeps the news from the others."""

from __future__ import annotations

import logging
from collections.abc import Callable

log = logging.getLogger(__name__)
Subscriber = Callable[[str], None]


class Bus:
    """`publish` and `heard` call every subscriber with the code of the site that changed, in the caller's thread."""

    def __init__(self) -> None:
        self._subscribers: list[Subscriber] = []

    def subscribe(self, subscriber: Subscriber) -> None:
        self._subscribers.append(subscriber)

    def close(self) -> None:
        """Nobody is told any more."""

    def publish(self, site: str) -> None:
        """This process has changed the site."""
        self.heard(site)

    def heard(self, site: str) -> None:
        """The site has changed, whoever did it."""
        for subscriber in self._subscribers:
            try:
                subscriber(site)
            except Exception:
                log.exception("a subscriber failed")
