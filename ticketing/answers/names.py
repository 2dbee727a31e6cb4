"""What several answers need: times as text, and names in the language asked for."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from functools import cache
from typing import Annotated, Any, NamedTuple, TypeVar, cast, overload

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


class Names(NamedTuple):
    """`service` is what a ticket is for: its field, or the service."""

    service: str
    field: str
    procedure: str


MOST_NAMES = 4096
_names: dict[tuple[str, str, str | None, str | None, str, bool], tuple[Site, Names]] = {}


def names(site: Site, ticket: Ticket, lang: str, staff: bool) -> Names:
    """All tickets of a kind have the same, which are found once for a configuration of the site."""
    kind = (site.code, ticket.service, ticket.field, ticket.procedure, lang, staff)
    kept = _names.get(kind)
    if kept is None or kept[0] is not site:
        if len(_names) >= MOST_NAMES:
            _names.clear()
        kept = _names[kind] = (site, _found(site, ticket, lang, staff))
    return kept[1]


def _found(site: Site, ticket: Ticket, lang: str, staff: bool) -> Names:
    """A sensitive field has its neutral name and tells no procedure, unless staff reads."""
    service, chosen = site.service(ticket.service), site.field(ticket.field)
    procedure = site.procedure(ticket.procedure)
    field = localized(chosen, lang) if chosen and staff else public_field_name(site, ticket.field, lang)
    told = field if ticket.service == "submit" else localized(service, lang) if service else ticket.service
    hidden = chosen is not None and chosen.sensitive and not staff
    return Names(told, field, localized(procedure, lang) if procedure and not hidden else "")
