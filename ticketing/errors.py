"""Refusals. Each kind carries the stable code of the public contract; texts live in the catalogs."""

from __future__ import annotations

from typing import Any


class TicketingError(Exception):
    """A refusal that changes nothing.

    `code` is the stable problem code, `reason` picks the catalog's sentence among those of one code,
    `details` are plain JSON values that the answer shows beside it.
    """

    code = "invalid"

    def __init__(self, reason: str = "", **details: Any) -> None:
        super().__init__(reason or self.code)
        self.reason = reason
        self.details = details


class SessionClosed(TicketingError):
    code = "session_closed"


class CapReached(TicketingError):
    code = "cap_reached"


class OnlineOnly(TicketingError):
    code = "online_only"


class PostOnly(TicketingError):
    code = "post_only"


class Suspended(TicketingError):
    code = "suspended"


class TooManyDossiers(TicketingError):
    code = "too_many_dossiers"


class Unknown(TicketingError):
    """A thing that isn't there: `kind` is site, session, field, procedure, counter or ticket.

    In a body, `in_body=True` makes the answer 422 instead of 404.
    """

    def __init__(self, kind: str, value: object = "", *, in_body: bool = False) -> None:
        super().__init__("", value=str(value))
        self.code = f"unknown_{kind}"
        self.kind = kind
        self.in_body = in_body


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


class TooEarly(TicketingError):
    code = "too_early"


class CounterClosed(TicketingError):
    code = "counter_closed"


class RateLimited(TicketingError):
    code = "rate_limited"


class StorageFull(TicketingError):
    code = "storage_full"


class Unavailable(TicketingError):
    code = "unavailable"
