"""Processor time of waiting times: 300 waiting at the demo's six counters, after days of their own."""

from __future__ import annotations

import gc
import itertools
import random
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from tests.kit import ManualClock, no_holidays
from tests.office_kit import Clerk
from tests.simulation.scoring import MONDAY, Past, past
from tests.simulation.worlds import USUAL, person
from ticketing.lookups import Look, forecast
from ticketing.office import Office
from ticketing.rules import waits
from ticketing.rules.people import Actor
from ticketing.signals.local import Bus
from ticketing.store import open_store

WAITING, TURNS = 300, 40


def measured(place: Path) -> dict[str, Any]:
    """Milliseconds of processor time: `board_ms` for every queue of the board, played anew behind all who wait, as
    after a call; `anew_ms` for that and every waiting number's own times; `again_ms` for both while nothing happens."""
    place.mkdir()
    before = past(place, days=3)
    store = open_store(before.database)
    try:
        office = _full(before, store)
        site = before.site.code
        # As the server does once it is ready.
        gc.freeze()
        asked = [office.see(site, _turns) for _ in range(TURNS)]
        waiting = office.see(site, lambda look: len(look.view.queues.line(site, look.date).waiting))
    finally:
        store.close()
    board, anew, again = (round(median(found), 2) for found in zip(*asked, strict=True))
    return {"waiting": waiting, "board_ms": board, "anew_ms": anew, "again_ms": again}


def _full(before: Past, store: Any) -> Clerk:
    """Ten past eight, and everybody has come at once."""
    site, chance, codes = before.site, random.Random(7), itertools.count(1)
    clock = ManualClock(f"{MONDAY}T07:25")
    office = Clerk(Office(store, Bus(), clock, lambda: f"code-{next(codes):06d}-bench", no_holidays, "http://x"))
    kiosk = Actor(f"token:{site.code}", "kiosk", site.code, "kiosk")
    for _ in range(WAITING + len(site.counters)):
        office.take_ticket(site.code, person(chance, site, USUAL, clock.now()).order, kiosk)
    clock.set(f"{MONDAY}T08:10")
    for one in site.counters:
        officer = Actor(f"officer:{site.code}{one.number}", "officer", site.code, "")
        office.open_counter(site.code, one.number, officer)
        office.call_next(site.code, one.number, officer)
    return office


def _turns(look: Look) -> tuple[float, float, float]:
    line = look.view.queues.line(look.site.code, look.date)
    line.made = None
    board = _ms(lambda: _board(look))
    line.made = None
    return board, _ms(lambda: _all(look)), _ms(lambda: _all(look))


def _board(look: Look) -> None:
    playing = forecast(look)
    for queue in waits.usual_lengths(look.site):
        playing.newcomer(queue)


def _all(look: Look) -> None:
    _board(look)
    playing, line = forecast(look), look.view.queues.line(look.site.code, look.date)
    for one in line.waiting:
        playing.told_of(one.id, look.now)


def _ms(work: Callable[[], None]) -> float:
    begun = time.process_time()
    work()
    return 1000 * (time.process_time() - begun)
