"""What is told to those who have come near is written down after the calls that brought them there were answered."""

from __future__ import annotations

import logging
from collections.abc import Collection

import gevent
from gevent.event import Event

from ticketing.office import Office

log = logging.getLogger("layso.server")
SOON_S = 0.2


class Telling:
    """By site the tickets that came near within `SOON_S`, told together: where officers call many times a second, each
    of the calls would else be followed by a forecast and a commit."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._near: dict[str, set[int]] = {}
        self._ring = Event()

    def put(self, site: str, tickets: Collection[int]) -> None:
        self._near.setdefault(site, set()).update(tickets)
        self._ring.set()

    def keep_telling(self) -> None:
        """For ever."""
        while True:
            self._ring.wait()
            gevent.sleep(SOON_S)
            self._tell()

    def end(self, seconds: float) -> None:
        """Tells what there is yet, for so long: who stops waits for no disk that stands still."""
        last = gevent.spawn(self._tell)
        last.join(seconds)
        if not last.ready():
            log.warning("some waits were not told in time")

    def _tell(self) -> None:
        self._ring.clear()
        # One site after the other: whoever ends this task leaves the rest to `end`.
        for site in list(self._near):
            self._office.tell(site, self._near.pop(site))
