"""Whatever fits the API's description, and whatever doesn't, sent as everybody: hours of it in place of a minute."""

from __future__ import annotations

import contextlib
import time

from tests.api_kit import Kit, good
from tests.fuzz_kit import ROLES, Fuzz
from tests.serving import layso
from tests.soak.hall import SQLITE, Place
from tests.soak.tally import Tally, Trial
from ticketing.api.routes import ROUTES

A_CALL = 10


def guessed(place: Place, tally: Tally) -> None:
    """A try is every call of the API as one role. No answer is a fault of ours or other than described, formats too."""
    with contextlib.ExitStack() as stack:
        folder = place.new()
        kit = stack.enter_context(Kit(folder))
        good(kit.at_counter("open"))
        fuzz = Fuzz(kit)
        for number in tally.tries():
            role = ROLES[number % len(ROLES)]
            for route in ROUTES:
                for wrong in (False, True):
                    if time.monotonic() > tally.until:
                        continue
                    try:
                        fuzz.ask(route, (role,), A_CALL, seed=number, wrong=wrong)
                    except Exception as error:
                        tally.must(False, f"{route.method} {route.path} as {role or 'nobody'}: {error}")
    found = layso("check", data=folder / "data")
    tally.lost += found.stdout.splitlines() if found.returncode else []
    tally.notes.append(f"{fuzz.asked:,} calls, {fuzz.looked:,} answers held against their schemas with formats")


TRIALS = (Trial("whatever the API is sent, as everybody", guessed, 0, 4 * len(ROLES), (SQLITE,)),)
