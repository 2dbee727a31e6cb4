"""After-commit news: who subscribed learns which sites changed, and which papers may be printed. A failing subscriber
is logged and neither undoes the change nor keeps the news from the others."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial

log = logging.getLogger(__name__)
Subscriber = Callable[[str], None]
PaperSubscriber = Callable[[str, str, int], object]


class Bus:
    """`publish` and `heard` call every subscriber with the code of the site that changed, in the caller's thread."""

    def __init__(self) -> None:
        self._subscribers: list[Subscriber] = []
        self._printing: list[PaperSubscriber] = []

    def subscribe(self, subscriber: Subscriber) -> None:
        self._subscribers.append(subscriber)

    def subscribe_to_papers(self, subscriber: PaperSubscriber) -> None:
        """It is told the site, the printer's name and the id of the paper."""
        self._printing.append(subscriber)

    def close(self) -> None:
        """Nobody is told any more."""

    def publish(self, site: str) -> None:
        """This process has changed the site."""
        self.heard(site)

    def heard(self, site: str) -> None:
        """The site has changed, whoever did it."""
        for subscriber in self._subscribers:
            self._tell_one(partial(subscriber, site))

    def release(self, site: str, printer: str, job_id: int) -> None:
        """Whoever asked for this paper here has his answer: another process, if one prints it, may begin."""

    def released(self, site: str, printer: str, job_id: int) -> None:
        """The paper may be printed, whoever says so."""
        for subscriber in self._printing:
            self._tell_one(partial(subscriber, site, printer, job_id))

    def _tell_one(self, subscriber: Callable[[], object]) -> None:
        try:
            subscriber()
        except Exception:
            log.exception("a subscriber failed")
