"""Refusals. Each kind carries the stable code of the public contract; texts live in the catalogs."""

from __future__ import annotations

from typing import Any


class TicketingError(Exception):
    """A refusal that changes nothing.

    `code` is the stable problem code, `reason` picks the catalog's sentence among those of one code,
    `details` are the facts of it, by the names that the answer shows them under.
    """

    code = "invalid"

    def __init__(self, reason: str = "", **details: Any) -> None:
        super().__init__(reason or self.code)
        self.reason = reason
        self.details = details

    def __reduce__(self) -> tuple[Any, ...]:
        # Kinds differ in what they are made from; what they then hold goes between processes.
        return _again, (type(self), self.args, vars(self))


def _again(kind: type[TicketingError], args: tuple[Any, ...], held: dict[str, Any]) -> TicketingError:
    error = kind.__new__(kind, *args)
    vars(error).update(held)
    return error


class SessionClosed(TicketingError):
    code = "session_closed"


class CapReached(TicketingError):
    code = "cap_reached"


class RefusedByPlan(TicketingError):
    """The plan in force sends people another way; `refusal` is a `rules.plans.Refusal`."""

    def __init__(self, refusal: Any, reason: str = "") -> None:
        super().__init__(reason)
        self.refusal = refusal


class OnlineOnly(RefusedByPlan):
    code = "online_only"


class PostOnly(RefusedByPlan):
    code = "post_only"


class Suspended(RefusedByPlan):
    code = "suspended"


class TooManyDossiers(TicketingError):
    code = "too_many_dossiers"


class Unknown(TicketingError):
    """A thing that isn't there: `kind` is site, session, field, procedure, counter, ticket, policy …"""

    def __init__(self, kind: str, value: object = "") -> None:
        super().__init__("", value=str(value))
        self.code = f"unknown_{kind}"
        self.kind = kind


class Invalid(TicketingError):
    """A bad request; `errors` is a list of `{"key": …, "reason": …}`."""

    code = "invalid"

    def __init__(self, *errors: tuple[str, str]) -> None:
        super().__init__("", errors=[{"key": key, "reason": reason} for key, reason in errors])


class Unauthorized(TicketingError):
    code = "unauthorized"


class Forbidden(TicketingError):
    code = "forbidden"


class Conflict(TicketingError):
    code = "conflict"


class InUse(TicketingError):
    """A configuration would take away what tickets stand in: `uses` are `rules.site_use.Use`, by site."""

    code = "in_use"

    def __init__(self, **details: Any) -> None:
        super().__init__("", **details)


class PrinterDown(TicketingError):
    """Paper was insisted on and can't come: `printer` and its `state`, or the reason no_printer."""

    code = "printer_down"


class TooEarly(TicketingError):
    code = "too_early"


class CounterClosed(TicketingError):
    code = "counter_closed"


class RateLimited(TicketingError):
    code = "rate_limited"


class Busy(TicketingError):
    """Too much long work waits already; `retry_after` in seconds."""

    code = "busy"


class ClockHeld(TicketingError):
    """The machine's clock has leapt: what only a clock decides waits for it, and so do new numbers."""

    code = "clock_held"


class StorageFull(TicketingError):
    code = "storage_full"


class Unavailable(TicketingError):
    code = "unavailable"
