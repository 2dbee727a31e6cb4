"""What a screen may show. Pure: a board in, the same board narrowed to a screen out."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from ticketing.answers.board import Board, BoardCall
from ticketing.answers.counters import BoardCounter
from ticketing.answers.names import Time, extended
from ticketing.errors import Unknown
from ticketing.rules.sites import Site

EARLIER_SHOWN = 12


def counters_on(site: Site, screen: str) -> frozenset[int] | None:
    """The counters that `?screen=` means: a screen's name, or one counter's number; None is all of them.

    Raises Unknown("counter") when no counter is on such a screen.
    """
    if not screen:
        return None
    named = frozenset(counter.number for counter in site.counters if counter.screen == screen)
    if named:
        return named
    if screen.isascii() and screen.isdigit() and site.counter(int(screen)):
        return frozenset({int(screen)})
    raise Unknown("counter", screen)


def screens(site: Site) -> list[str]:
    """The names of the site's screens, in the order of their first counter."""
    return list(dict.fromkeys(counter.screen for counter in site.counters if counter.screen))


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """`called_at` is null, and `call_id` 0, when the call itself is no longer listed."""

    number: str
    counter: int
    called_at: Time | None
    times: int
    call_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen(Board):
    """The board for one screen: `screen` are the counters shown (null: all), `now` one call for each that has
    somebody, newest first, `earlier` the calls whose ticket has left its counter, newest first, and `wall_notices`
    texts meant for walls."""

    site_name: str
    screen: list[int] | None
    now: list[Call]
    earlier: list[BoardCall]
    wall_notices: list[str]


@dataclass(frozen=True, slots=True)
class Calls:
    """What a screen shows of counters and calls: see `Screen`."""

    counters: list[BoardCounter]
    calls: list[BoardCall]
    now: list[Call]
    earlier: list[BoardCall]


def shown_calls(board: Board, on_screen: Set[int] | None) -> Calls:
    shown = [c for c in board.counters if on_screen is None or c.counter in on_screen]
    calls = [c for c in board.calls if on_screen is None or c.counter in on_screen]
    now = [_present_call(c.ticket, c.counter, calls) for c in shown if c.ticket]
    there, present = {(one.number, one.counter) for one in now}, {one.number for one in now}
    earlier = [c for c in calls if (c.number, c.counter) not in there and c.number not in present]
    now.sort(key=lambda one: (-one.call_id, one.counter))
    return Calls(shown, calls, now, earlier[:EARLIER_SHOWN])


def screen(board: Board, counters: Set[int] | None, site_name: str = "", calls: Calls | None = None) -> Screen:
    """`counters` and `calls` narrowed to a screen, everything else as it is."""
    shown = calls or shown_calls(board, counters)
    return extended(
        Screen, board,
        counters=shown.counters,
        calls=shown.calls,
        site_name=site_name,
        screen=None if counters is None else sorted(counters),
        now=shown.now,
        earlier=shown.earlier,
        wall_notices=[notice.text for notice in board.notices if "wall" in notice.places],
    )  # fmt: skip


def _present_call(number: str, counter: int, calls: list[BoardCall]) -> Call:
    for call in calls:
        if call.number == number and call.counter == counter:
            return extended(Call, call)
    return Call(number=number, counter=counter, called_at=None, times=1, call_id=0)
