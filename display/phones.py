"""What the phones hear: a ticket's new state at once, its place in the queue within two seconds.

One look at the site (the board and all places) tells which tickets moved; only those are read again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from display.sockets import Member, Room, Sockets
from ticketing.errors import TicketingError, Unknown
from ticketing.office import Office

log = logging.getLogger(__name__)
NAMESPACE = "/ticket"
PLACES_EVERY_S = 1.0
RECHECK = 25
YIELD_EVERY = 20
Mark = tuple[Any, ...]


@dataclass(slots=True)
class _Known:
    """What a room was told, and the mark its ticket had then. `recheck` orders the slow second look."""

    payload: dict[str, Any]
    mark: Mark | None = None


class Phones:
    def __init__(self, office: Office, sockets: Sockets, sleep: Callable[[float], None]) -> None:
        self._office, self._sockets, self._sleep = office, sockets, sleep
        self._known: dict[Room, _Known] = {}
        self._places_after: dict[str, float] = {}
        self._turn = 0

    def welcome(self, member: Member) -> None:
        """Sends the present state to one who just joined."""
        payload = self._read(member.room)
        if payload is not None:
            known = self._known.get(member.room)
            if known is None or _newer(payload, known.payload):
                self._known[member.room] = _Known(payload)
            self._sockets.send([member], "ticket", payload)

    def sites(self) -> set[str]:
        return {room.site for room in list(self._sockets.rooms) if room.namespace == NAMESPACE}

    def follow(self, site: str, now: float) -> float | None:
        """Pushes what changed. Returns in how many seconds places have to be looked at again, if they were
        held back. `now` is monotonic seconds."""
        rooms = self._sockets.of(NAMESPACE, site)
        self._forget()
        if not rooms:
            return None
        board = self._office.board(site)
        marks = _marks_at_counters(board)
        places = self._office.positions(site)
        held_back = self._places_after.get(site, now) - now
        if held_back <= 0:
            self._places_after[site] = now + PLACES_EVERY_S
        for count, room in enumerate(rooms, 1):
            self._follow_room(room, board, marks, places, held_back <= 0)
            if count % YIELD_EVERY == 0:
                self._sleep(0)
        return held_back if held_back > 0 else None

    def recheck(self, site: str) -> None:
        """Reads a few tickets again that show no sign of change: what no mark tells (a name, a carried-over
        session, an end at midnight) arrives this way."""
        rooms = self._sockets.of(NAMESPACE, site)
        for step in range(min(RECHECK, len(rooms))):
            self._reread(rooms[(self._turn + step) % len(rooms)])
        self._turn += RECHECK

    def _follow_room(
        self, room: Room, board: dict[str, Any], marks: dict[str, Mark], places: dict[str, Any], send_places: bool
    ) -> None:
        known = self._known.get(room)
        if known is None:
            return
        if _stop(board) != _stop(known.payload):
            known.mark = None
            self._reread(room)
            return
        place = places.get(room.part)
        mark = ("waiting",) if place is not None else marks.get(known.payload["number"], ("away",))
        if mark != known.mark:
            first = known.mark is None and mark[0] == "waiting" and known.payload["state"] == "waiting"
            known.mark = mark
            if not first:
                self._reread(room)
                return
        if place is not None and send_places:
            payload = {**known.payload, "ahead": place[0], "expected_at": place[1], "epoch": board["epoch"]}
            payload["seq"] = board["seq"]
            self._tell(room, payload)

    def _reread(self, room: Room) -> None:
        payload = self._read(room)
        if payload is not None:
            self._tell(room, payload)

    def _tell(self, room: Room, payload: dict[str, Any]) -> None:
        known = self._known.get(room)
        if known is None:
            return
        if not _newer(payload, known.payload):
            known.mark = None
            return
        same = _content(payload) == _content(known.payload)
        known.payload = payload
        if not same:
            self._sockets.send(self._sockets.ready(room), "ticket", payload)

    def _read(self, room: Room) -> dict[str, Any] | None:
        try:
            return self._office.ticket(room.part, room.lang)
        except Unknown:
            for member in list(self._sockets.rooms.get(room, {}).values()):
                self._sockets.end(member)
        except TicketingError as refusal:
            log.warning("a ticket could not be read", extra={"problem": refusal.code})
        return None

    def _forget(self) -> None:
        for room in [room for room in self._known if room not in self._sockets.rooms]:
            del self._known[room]


def _marks_at_counters(board: dict[str, Any]) -> dict[str, Mark]:
    """Number → what a phone can tell apart: the counter, called or serving, how many calls."""
    times = {(call["number"], call["counter"]): call["times"] for call in reversed(board["calls"])}
    return {
        c["ticket"]: ("at", c["counter"], c.get("ticket_state"), times.get((c["ticket"], c["counter"])))
        for c in board["counters"]
        if c["ticket"]
    }


def _stop(told: dict[str, Any]) -> tuple[str, ...]:
    """An emergency stop without the language it is told in."""
    found = told["emergency"]
    return (found["text_vi"], found["text_en"], found["since"]) if found else ()


def _newer(payload: dict[str, Any], than: dict[str, Any]) -> bool:
    return payload["epoch"] != than["epoch"] or payload["seq"] >= than["seq"]


def _content(payload: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in payload.items() if key not in ("epoch", "seq", "time")}
