"""Devices that take numbers faster than people do, or take and give up in turns: a kiosk knows nobody, so that
whoever holds places shows by his haste alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from ticketing import events as ev
from ticketing.events import JournalLine
from ticketing.rules.people import CITIZEN

MOST_NUMBERS, NUMBERS_WITHIN = 30, timedelta(minutes=1)
MOST_GIVEN_UP, GIVEN_UP_WITHIN = 5, timedelta(minutes=10)
LOOK_BACK = GIVEN_UP_WITHIN
KINDS = (ev.TicketTaken.kind, ev.TicketCancelled.kind)


@dataclass(frozen=True, slots=True)
class Deeds:
    """When a device (by its actor's id) gave numbers, and when such numbers were given up by their citizens."""

    device: str
    taken: list[datetime]
    given_up: list[datetime]

    @property
    def numbers(self) -> tuple[int, datetime] | None:
        """The most numbers of any minute and when it began; None below what is an alarm."""
        return _most(self.taken, NUMBERS_WITHIN, MOST_NUMBERS)

    @property
    def give_ups(self) -> tuple[int, datetime] | None:
        """As many as were given up in ten minutes, and since when; None below what is an alarm."""
        return _most(self.given_up, GIVEN_UP_WITHIN, MOST_GIVEN_UP)

    def wait(self, now: datetime) -> timedelta | None:
        """How long the device has to wait for its next number where bursts are refused; None when it hasn't to."""
        waits = [
            until - now
            for times, within, most in (
                (self.taken, NUMBERS_WITHIN, MOST_NUMBERS), (self.given_up, GIVEN_UP_WITHIN, MOST_GIVEN_UP),
            )
            if len(times) >= most and (until := times[-most] + within) > now
        ]  # fmt: skip
        return max(waits, default=None)


def deeds(lines: Iterable[JournalLine]) -> list[Deeds]:
    """What each device did by these lines of `KINDS`, oldest first. A number counts as given up where it was given;
    officers have no deeds."""
    by_device: dict[str, Deeds] = {}
    givers: dict[int | None, str] = {}
    for line in lines:
        if line.kind == ev.TicketTaken.kind:
            if line.data["source"] == "kiosk":
                givers[line.ticket] = line.actor
                by_device.setdefault(line.actor, Deeds(line.actor, [], [])).taken.append(line.at)
        elif line.ticket in givers and line.actor in (CITIZEN.id, givers[line.ticket]):
            by_device[givers[line.ticket]].given_up.append(line.at)
    return list(by_device.values())


def _most(times: list[datetime], within: timedelta, least: int) -> tuple[int, datetime] | None:
    most = max(_runs(times, within), default=None, key=lambda run: run[0])
    return most if most is not None and most[0] >= least else None


def _runs(times: list[datetime], within: timedelta) -> Iterator[tuple[int, datetime]]:
    first = 0
    for place, at in enumerate(times):
        while at - times[first] >= within:
            first += 1
        yield place - first + 1, times[first]
