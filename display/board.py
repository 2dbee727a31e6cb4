"""What a screen may show. Pure: a board in, the same board narrowed to a screen out."""

from __future__ import annotations

from collections.abc import Set
from typing import Any

from ticketing.errors import Unknown
from ticketing.sites import Site

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


def screen(board: dict[str, Any], counters: Set[int] | None) -> dict[str, Any]:
    """The public board for one screen: `counters` and `calls` narrowed to it, everything else as it is.

    Added: `screen` (the counters shown, or null), `now` (one call for each counter that has somebody,
    newest first, in the shape of `calls`; `call_id` is 0 when the call itself is no longer listed), `earlier`
    (calls whose ticket has left its counter, newest first) and `wall_notices` (texts meant for walls).
    """
    shown = [c for c in board["counters"] if counters is None or c["counter"] in counters]
    calls = [c for c in board["calls"] if counters is None or c["counter"] in counters]
    now = sorted((_present_call(counter, calls) for counter in shown if counter["ticket"]), key=_newest_first)
    there = {(call["number"], call["counter"]) for call in now}
    present = {call["number"] for call in now}
    earlier = [c for c in calls if (c["number"], c["counter"]) not in there and c["number"] not in present]
    return {
        **board,
        "counters": shown,
        "calls": calls,
        "screen": None if counters is None else sorted(counters),
        "now": now,
        "earlier": earlier[:EARLIER_SHOWN],
        "wall_notices": [notice["text"] for notice in board["notices"] if "wall" in notice["places"]],
    }


def _present_call(counter: dict[str, Any], calls: list[dict[str, Any]]) -> dict[str, Any]:
    for call in calls:
        if call["number"] == counter["ticket"] and call["counter"] == counter["counter"]:
            return call
    return {
        "number": counter["ticket"], "counter": counter["counter"], "called_at": None, "times": 1, "call_id": 0,
    }  # fmt: skip


def _newest_first(call: dict[str, Any]) -> tuple[int, int]:
    return (-call["call_id"], call["counter"])
