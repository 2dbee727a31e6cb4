"""The adviser's warnings for everybody's alarms, from the background process, for sites that somebody looks at."""

from __future__ import annotations

import logging

import gevent

from ticketing.answers.advice import CONFIDENCE
from ticketing.api import advice
from ticketing.api.elsewhere import LongWork
from ticketing.errors import TicketingError
from ticketing.office import Office

log = logging.getLogger("layso.server")
LOOK_S = 1.0


def keep_advising(office: Office, long_work: LongWork) -> None:
    """For ever."""
    while True:
        advise_once(office, long_work)
        gevent.sleep(LOOK_S)


def advise_once(office: Office, long_work: LongWork) -> None:
    """One advice after the other, as far as they are due. What can't be worked out now is asked for again."""
    for due in office.wiring.advised.due():
        now = office.clock.now()
        try:
            found = long_work(advice.advise, due.site, due.session, CONFIDENCE, "")
        except TicketingError:
            continue
        except Exception:
            log.exception("a site could not be advised", extra={"site": due.site})
            continue
        office.wiring.advised.say(due, now, found.warnings)
