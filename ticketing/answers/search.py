"""What a search finds: fields, then procedures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ticketing.lookups import Look
from ticketing.rules.search import found_fields, found_procedures
from ticketing.rules.sites import localized

MOST_HITS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """`field` is the code of the field that it is, or belongs to, and `field_name` that field's name."""

    kind: Literal["field", "procedure"]
    code: str
    name: str
    field: str
    field_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HitList:
    items: list[Hit]


def hits(look: Look, lang: str, q: str) -> list[Hit]:
    """At most a hundred, the likeliest of each kind first; nothing typed finds nothing."""
    names = {one.code: localized(one, lang) for one in look.site.fields}
    fields = [
        Hit(kind="field", code=one.code, name=names[one.code], field=one.code, field_name=names[one.code])
        for one in found_fields(look.site, q)
    ]
    procedures = [
        Hit(kind="procedure", code=one.code, name=localized(one, lang), field=one.field, field_name=names[one.field])
        for one in found_procedures(look.site, q)
    ]
    return [*fields, *procedures][:MOST_HITS]
