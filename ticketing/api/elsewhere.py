"""Long work, done where the app has it done: by the one background process, or right here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from flask import current_app

from ticketing.api.limits import end_turn
from ticketing.office import Office

P = ParamSpec("P")
T = TypeVar("T")
LONG_WORK = "layso.long_work"


class LongWork(Protocol):
    """Runs a job with an office that can only be read, in the language of the request.

    What it takes and gives is plain data. Raises what the job raises of TicketingError, Busy when too much waits
    already, Unavailable when it was cut off or took too long.
    """

    def __call__(self, job: Callable[Concatenate[Office, P], T], *given: P.args, **named: P.kwargs) -> T: ...


def elsewhere(job: Callable[Concatenate[Office, P], T], *given: P.args, **named: P.kwargs) -> T:
    """The job's result, as LongWork says."""
    end_turn()
    run: LongWork = current_app.extensions[LONG_WORK]
    return run(job, *given, **named)
