"""What the phones hear: a ticket's new state at once, its place in the queue within two seconds.

One look at the site (the board and all places) tells which tickets moved; only those are read again.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace

from display.sockets import Member, Room, Sockets
from ticketing.answers import board as boards
from ticketing.answers import places, tickets
from ticketing.answers.board import Board
from ticketing.answers.places import Place
from ticketing.answers.tickets import Ticket
from ticketing.errors import TicketingError, Unknown
from ticketing.lookups import Look
from ticketing.office import Office

log = logging.getLogger(__name__)
NAMESPACE = "/ticket"
PLACES_EVERY_S = 1.0
RECHECK = 25
ROOMS_A_TURN = 50
Mark = tuple[Any, ...]


@dataclass(slots=True)
class _Known:
    """What a room was told, and the mark its ticket had then. `recheck` orders the slow second look."""

    payload: Ticket
    mark: Mark | None = None


class Phones:
    def __init__(self, office: Office, sockets: Sockets) -> None:
        self._office, self._sockets = office, sockets
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
        board, waiting = self._office.see(site, _state)
        marks = _marks_at_counters(board)
        held_back = self._places_after.get(site, now) - now
        if held_back <= 0:
            self._places_after[site] = now + PLACES_EVERY_S
        for count, room in enumerate(rooms, 1):
            self._follow_room(room, board, marks, waiting, held_back <= 0)
            if count % ROOMS_A_TURN == 0:
                self._sockets.take_turns()
        return held_back if held_back > 0 else None

    def recheck(self, site: str) -> None:
        """Reads a few tickets again that show no sign of change: what no mark tells (a name, a carried-over
        session, an end at midnight) arrives this way."""
        rooms = self._sockets.of(NAMESPACE, site)
        for step in range(min(RECHECK, len(rooms))):
            room = rooms[(self._turn + step) % len(rooms)]
            self._reread(room)
            # It may have told what no mark has been taken of yet: whatever goes back to the mark of before is a change.
            if known := self._known.get(room):
                known.mark = None
        self._turn += RECHECK

    def _follow_room(
        self, room: Room, board: Board, marks: dict[str, Mark], waiting: dict[str, Place], send_places: bool
    ) -> None:
        known = self._known.get(room)
        if known is None:
            return
        if _stop(board) != _stop(known.payload):
            known.mark = None
            self._reread(room)
            return
        place = waiting.get(room.part)
        mark = ("waiting",) if place is not None else marks.get(known.payload.number, ("away",))
        if mark != known.mark:
            first = known.mark is None and mark[0] == "waiting" and known.payload.state == "waiting"
            known.mark = mark
            if not first:
                self._reread(room)
                return
        if place is not None and send_places and not _stands(known.payload, place):
            moved: dict[str, Any] = place._asdict()
            self._tell(room, replace(known.payload, **moved, epoch=board.epoch, seq=board.seq))

    def _reread(self, room: Room) -> None:
        payload = self._read(room)
        if payload is not None:
            self._tell(room, payload)

    def _tell(self, room: Room, payload: Ticket) -> None:
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

    def _read(self, room: Room) -> Ticket | None:
        try:
            return self._office.see_ticket(room.part, tickets.now, room.lang)
        except Unknown:
            for member in list(self._sockets.rooms.get(room, {}).values()):
                self._sockets.end(member)
        except TicketingError as refusal:
            log.warning("a ticket could not be read", extra={"problem": refusal.code})
        return None

    def _forget(self) -> None:
        for room in [room for room in self._known if room not in self._sockets.rooms]:
            del self._known[room]


def _state(look: Look) -> tuple[Board, dict[str, Place]]:
    return boards.of(look, "vi"), places.positions(look)


def _marks_at_counters(board: Board) -> dict[str, Mark]:
    """Number → what a phone can tell apart: the counter, called or serving, how many calls."""
    times = {(call.number, call.counter): call.times for call in reversed(board.calls)}
    return {
        c.ticket: ("at", c.counter, c.ticket_state, times.get((c.ticket, c.counter)))
        for c in board.counters
        if c.ticket
    }


def _stop(told: Board | Ticket) -> tuple[str, ...]:
    """An emergency stop without the language it is told in."""
    found = told.emergency
    return (found.text_vi, found.text_en, found.since, str(found.evacuate)) if found else ()


def _stands(told: Ticket, place: Place) -> bool:
    return all(getattr(told, name) == value for name, value in zip(place._fields, place, strict=True))


def _newer(payload: Ticket, than: Ticket) -> bool:
    return payload.epoch != than.epoch or _seq(payload) >= _seq(than)


def _seq(payload: Ticket) -> int:
    return payload.seq if isinstance(payload.seq, int) else 0


def _content(payload: Ticket) -> Ticket:
    return replace(payload, epoch="", seq=0, time="")
