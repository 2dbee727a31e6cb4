"""Sessions that are sold out up to the advised cap, and whether the counters finish them: does "90 %" come true?
`python -m tests.simulation.endless`."""

from __future__ import annotations

import argparse
import math
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from datetime import time as clock_time
from pathlib import Path
from typing import Any

from tests.kit import SUPERVISOR
from tests.office_kit import Clerk
from tests.simulation.morning import Known, Morning
from tests.simulation.scoring import MONDAY, Past, past
from tests.simulation.worlds import USUAL, people, person
from ticketing.answers import advice
from ticketing.answers.advice import Advice
from ticketing.errors import CapReached, SessionClosed, TicketingError
from ticketing.office import Where
from ticketing.rules.orders import TicketOrder
from ticketing.rules.people import CITIZEN, Actor
from ticketing.rules.sessions import SessionChange
from ticketing.verbs import taking

KEY = f"{MONDAY}-morning"
ASKED = (clock_time(6, 59), clock_time(8, 30), clock_time(10, 10))
TRIES = 12


class Quiet(Clerk):
    """Acts as any clerk, and has no answers composed that nobody reads here."""

    def take_ticket(
        self, site: str, order: TicketOrder, actor: Actor, lang: str = "", key: str = ""
    ) -> tuple[dict[str, Any], bool]:
        taken, fresh = self.office.do_once(Where(site, actor, key), taking.take, order, lang)
        if isinstance(taken, TicketingError):
            raise taken
        assert taken.issued is not None
        return {"number": taken.number, "code": taken.issued.code, "ahead": 0}, fresh

    def give_up(self, code: str, lang: str = "") -> dict[str, Any]:
        self.office.do(Where(self.office.site_of(code), CITIZEN), taking.give_up, code)
        return {}

    def _step(
        self, verb: Any, site: str, at: int | str, actor: Actor, lang: str = "", key: str = "", **body: Any
    ) -> dict[str, Any] | None:
        ticket = self.office.do(Where(site, actor, key), verb, at, **body)
        return None if ticket is None else {"number": ticket.number}


@dataclass
class Endless(Morning):
    """Until it is `asked` what can be finished a usual morning; from then on people stand in line for whatever the
    advised cap lets out. Who misses the call is gone."""

    asked: clock_time = ASKED[0]
    confidence: float = 0.9
    advised: Advice | None = None
    late: bool = False
    watching: bool = False
    crowd: random.Random = field(default_factory=random.Random)

    def play(self) -> list[Known]:
        self.office = Quiet(self.office.office)
        self._begin()
        self.crowd = random.Random(f"{self.seed}/crowd")
        asked_at = datetime.combine(self.day, self.asked, self.site.zone)
        for one in people(self.site, self.day, self.world, self.seed):
            if one.at < asked_at:
                self._at(one.at, lambda one=one: self._arrives(one))
        self._at(asked_at, self._ask)
        return self._to_the_end()

    def _ask(self) -> None:
        given = self.office.see(self.site.code, advice.asked, KEY, "vi")
        self.advised = advice.of(given, self.confidence)
        self.office.change_session(self.site.code, KEY, SessionChange(cap=self.advised.advised), SUPERVISOR)
        self._at(max(self._now, datetime.combine(self.day, clock_time(7), self.site.zone)), self._sell)

    def _sell(self) -> None:
        """Whoever stands first takes what is left; it is sold out when nobody of many gets a number."""
        refused = 0
        while refused < TRIES:
            one = person(self.crowd, self.site, self.world, self._now)
            try:
                self._arrives(one)
                refused = refused if one.order.service != "submit" else 0
            except (CapReached, SessionClosed):
                refused += 1

    def _returns(self, number: int, ticket: str) -> None:
        pass

    def _misses(self, number: int, ticket: str) -> None:
        super()._misses(number, ticket)
        if self.advised is not None and self._now.time() < clock_time(11):
            self._sell()

    def _finishes(self, number: int, known: Known, begun: datetime) -> None:
        self.late = self.late or (known.person.order.service == "submit" and self._now > self.over)
        super()._finishes(number, known, begun)


def in_time(pasts: Sequence[Past], seeds: range, folder: Path, confidence: float = 0.9) -> list[bool]:
    """Of each session whether its advised cap was finished by closing; they come after the pasts in turn."""
    found = []
    for seed in seeds:
        with pasts[seed % len(pasts)].morning(Endless, USUAL, seed, folder) as session:
            session.confidence, session.asked = confidence, ASKED[seed % len(ASKED)]
            session.play()
            found.append(not session.late)
    return found


def several(folder: Path, number: int, days: int = 5) -> list[Past]:
    """As many centres, each with days of its own behind it."""
    pasts = []
    for seed in range(1, number + 1):
        place = folder / f"past-{seed}"
        place.mkdir()
        pasts.append(past(place, days, seed))
    return pasts


def main(argv: list[str]) -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--sessions", type=int, default=200)
    asked.add_argument("--first", type=int, default=1000, help="the first session's seed")
    asked.add_argument("--pasts", type=int, default=8, help="centres with days of their own behind them")
    asked.add_argument("--confidence", type=float, default=0.9)
    given = asked.parse_args(argv)
    begun, seeds = time.monotonic(), range(given.first, given.first + given.sessions)
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as place:
        found = in_time(several(Path(place), given.pasts), seeds, Path(place), given.confidence)
    for number, at in enumerate(ASKED):
        own = [one for seed, one in zip(seeds, found, strict=True) if seed % len(ASKED) == number]
        print(f"asked at {at:%H:%M}: {sum(own)} of {len(own)} sessions finished by closing")
    share = sum(found) / len(found)
    error = math.sqrt(share * (1 - share) / len(found))
    print(
        f'"{given.confidence:.0%}" came true in {share:.1%} ± {error:.1%} of {len(found)} sessions'
        f" ({time.monotonic() - begun:.0f} s)"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
