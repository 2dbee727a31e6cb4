"""What is told to those who have come near is written down after the calls that brought them there were answered."""

from __future__ import annotations

from collections.abc import Collection

import gevent
from gevent.event import Event

from ticketing.office import Office

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
            self.tell()

    def tell(self) -> None:
        self._ring.clear()
        near, self._near = self._near, {}
        for site, tickets in near.items():
            self._office.tell(site, tickets)
