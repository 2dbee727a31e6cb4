"""What several answers need: times as text, and names in the language asked for."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from functools import cache
from typing import Annotated, Any, TypeVar, cast, overload

from msgspec import Meta, to_builtins

from ticketing.rules.sites import Site, localized, public_field_name
from ticketing.rules.tickets import Ticket

T = TypeVar("T")
Time = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]
Day = Annotated[str, Meta(extra_json_schema={"format": "date"})]


def extended(kind: type[T], base: Any, **more: Any) -> T:
    """A `kind` (a dataclass) with the members that `base` has under the same names, and `more`."""
    return kind(**{name: getattr(base, name) for name in _members(cast(Any, kind)) if name not in more}, **more)


@cache
def _members(kind: Any) -> tuple[str, ...]:
    return tuple(each.name for each in fields(kind))


@overload
def stamp(site: Site, at: datetime) -> str: ...
@overload
def stamp(site: Site, at: datetime | None) -> str | None: ...
def stamp(site: Site, at: datetime | None) -> str | None:
    """ISO 8601 in the site's time, with its offset; whole seconds."""
    if at is None:
        return None
    # What `isoformat` writes too, at ten times the cost.
    text: str = to_builtins(at.astimezone(site.zone))
    return f"{text[:19]}{text[-6:] if text[-1] != 'Z' else '+00:00'}"


def service_name(site: Site, ticket: Ticket, lang: str, staff: bool) -> str:
    """What the ticket is for: its field (a neutral name for a sensitive one, unless staff reads), or the service."""
    if ticket.service != "submit":
        service = site.service(ticket.service)
        return localized(service, lang) if service else ticket.service
    return field_name(site, ticket.field, lang, staff)


def field_name(site: Site, code: str | None, lang: str, staff: bool) -> str:
    chosen = site.field(code)
    if staff and chosen is not None:
        return localized(chosen, lang)
    return public_field_name(site, code, lang)


