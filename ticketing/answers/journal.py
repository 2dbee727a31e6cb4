"""The journal's lines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from typing import Any

import msgspec

from ticketing.answers.names import Time
from ticketing.lookups import Look
from ticketing.ports import View
from ticketing.rules import chain
from ticketing.rules.sessions import business_day, instant, midnight_after
from ticketing.rules.sites import Site

MOST_LINES = 1000
AT_ONCE = 5000
_members = msgspec.json.Decoder(dict[str, Any]).decode


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalLine:
    """`ticket` is an internal number: the journal knows neither codes nor dossier codes. `data` depends on
    `kind`. `hash` is the SHA-256 of the line before it (of nothing before the first), a line feed, and the other
    members as JSON: sorted, separators `,` and `:`, not ASCII-escaped."""

    site: str
    seq: int
    at: Time
    actor: str
    kind: str
    ticket: int | None
    session: str | None
    counter: int | None
    data: dict[str, Any]
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    """`next`, when there is more, is the `after` to ask with."""

    items: list[JournalLine]
    next: int | None = None


def export(view: View, site: Site, first: date, last: date) -> Iterator[str]:
    """A header and a gapless run of lines: from the first one dated `first`, or seq 1 where that is the site's first
    day, to the last one dated `last`. Of days without a line the next one, or the one before, stands in for them."""
    begin, end = _begin(view, site, first), _end(view, site, last)
    before = view.journal.texts(site.code, begin - 2, 1) if begin > 1 else []
    yield json.dumps(
        {"site": site.code, "from": first.isoformat(), "to": last.isoformat(), "prev": before[0][1] if before else ""}
    )
    while begin <= end:
        found = view.journal.texts(site.code, begin - 1, min(AT_ONCE, end - begin + 1))
        yield from (chain.exported(text, hashed) for text, hashed in found)
        begin += len(found)


def _begin(view: View, site: Site, day: date) -> int:
    start = instant(site, day, time(0))
    found = view.journal.span(site.code, start, None)
    if found is None:
        return view.journal.last_seq(site.code) + 1
    if view.journal.span(site.code, None, start) is None:
        return 1
    day = business_day(site, found[2])
    of_day = view.journal.span(site.code, instant(site, day, time(0)), midnight_after(site, day))
    return of_day[0] if of_day else 1


def _end(view: View, site: Site, day: date) -> int:
    found = view.journal.span(site.code, None, midnight_after(site, day))
    if found is None:
        return 0
    latest = instant(site, business_day(site, found[3]), time(0))
    of_day = view.journal.span(site.code, latest, midnight_after(site, day))
    return of_day[1] if of_day else 0


def lines(look: Look, after: int, limit: int) -> list[JournalLine]:
    """The append-only journal, oldest first; `limit` is brought between 1 and 1000."""
    most = max(1, min(limit, MOST_LINES))
    found = look.view.journal.texts(look.site.code, after, most)
    return [JournalLine(**_members(text), hash=hashed) for text, hashed in found]
