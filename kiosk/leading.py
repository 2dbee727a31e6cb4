"""What one server alone does of all that share the data: it prints, and makes copies."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial

import gevent

from kiosk import copies
from kiosk.app import Layso
from ticketing.errors import TicketingError

log = logging.getLogger("layso.server")
LOOK_S = 1.0


def lead(layso: Layso, copying: Callable[[], None] | None) -> None:
    """As long as it is this one that leads."""
    while True:
        if layso.directory.leads() and _printing(layso):
            task = gevent.spawn(copying) if copying else None
            try:
                while layso.directory.leads():
                    gevent.sleep(LOOK_S)
            finally:
                gevent.kill(task) if task else None
            log.warning("the lead is lost: another server may print now")
            layso.printers.stop()
        gevent.sleep(LOOK_S)


def _printing(layso: Layso) -> bool:
    try:
        layso.printers.start()
    except TicketingError:
        return False
    return True


def copying(layso: Layso) -> Callable[[], None] | None:
    """What keeps copies of the database, where the settings ask for it. Raises Refused."""
    settings = layso.settings
    if settings.backups is None:
        return None
    target, every_s = settings.backups.absolute(), settings.backup_every * 60
    first_s = copies.make_ready(target, every_s)
    job = partial(layso.background, copies.make_copy, settings.data.absolute(), target, settings.backup_keep)
    return partial(copies.keep_making, job, target, first_s, every_s, gevent.sleep)
