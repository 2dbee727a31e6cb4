"""`layso` on a machine whose clock somebody sets: python -m tests.leaping FILE WORDS, where FILE holds the seconds that
the wall clock is away. Time passes as it does."""

import sys

if sys.argv[2:3] == ["serve"]:
    from gevent import monkey

    monkey.patch_all()

from datetime import datetime, timedelta
from pathlib import Path

from kiosk import cli, cli_clock, clocks, datadir

AWAY = Path(sys.argv.pop(1))
machines_now = clocks.real_now


def wall() -> datetime:
    return machines_now() + timedelta(seconds=float(AWAY.read_text()))


class Leaping(clocks.SystemClock):
    def __init__(self) -> None:
        super().__init__(wall=wall)


cli.SystemClock = datadir.SystemClock = Leaping  # type: ignore[misc]
cli_clock.real_now = wall
cli.run()
