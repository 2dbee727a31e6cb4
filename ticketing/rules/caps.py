"""Caps count dossiers, not people, and per session. Only dossiers to be submitted count against the
session's and the field's cap; the other services have quotas of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from ticketing.rules.sessions import Session
from ticketing.rules.tickets import Ticket

Usage = Mapping[tuple[str, str], int]
GONE = ("cancelled", "expired", "no_show")


def issued(usage: Usage, kind: str = "session", code: str = "") -> int:
    """Dossiers that now count; `kind` is session, field or service."""
    return usage.get((kind, code), 0)


def carried(usage: Usage, kind: str = "session", code: str = "") -> int:
    """Dossiers brought over from an earlier session: counted there, but taking room here."""
    return usage.get((f"carried_{kind}", code), 0)


def remaining(cap: int | None, usage: Usage, kind: str = "session", code: str = "") -> int | None:
    """Dossiers still to be had, never below 0; None without a cap."""
    if cap is None:
        return None
    return max(0, cap - issued(usage, kind, code) - carried(usage, kind, code))


def lower(*remainders: int | None) -> int | None:
    return min([r for r in remainders if r is not None], default=None)


def left(session: Session, usage: Usage, service: str, field: str | None) -> int | None:
    """How many dossiers a new ticket may carry: the lower remainder binds. None is no cap."""
    if service == "help":
        return None
    if service != "submit":
        return remaining(session.service_caps.get(service), usage, "service", service)
    code = field or ""
    return lower(remaining(session.cap, usage), remaining(session.field_caps.get(code), usage, "field", code))


def full_kind(session: Session, usage: Usage, service: str, field: str | None) -> str:
    """Which cap it is that has too little left: that of the session, the field or the service."""
    if service != "submit":
        return "service"
    whole = remaining(session.cap, usage)
    own = remaining(session.field_caps.get(field or ""), usage, "field", field or "")
    return "field" if own is not None and (whole is None or own < whole) else "session"


def gives_back(counted: Session, now: datetime) -> bool:
    """A cancelled, absent or expired ticket gives its dossiers back only until the issuing cut-off."""
    return now < counted.issuing_until


def counting(ticket: Ticket) -> Iterator[tuple[str, str, str, int]]:
    """What a ticket takes up, as (session key, kind, code, dossiers)."""
    kinds = [("session", ""), ("field", ticket.counted_field or "")]
    if ticket.service != "submit":
        kinds = [("service", ticket.service)]
    if ticket.counted:
        for kind, code in kinds:
            yield ticket.counted_session, kind, code, ticket.dossiers
    if ticket.session != ticket.counted_session and ticket.state not in GONE:
        for kind, code in kinds:
            yield ticket.session, f"carried_{kind}", code, ticket.dossiers
