"""The centres, as anybody may list them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, cast

from ticketing.rules import sites as rules
from ticketing.rules.sites import localized

Level = Literal["province", "district", "commune", "sector"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """`parent` is the code of the office above, "" for none."""

    code: str
    name: str
    level: Level
    parent: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteList:
    items: list[Site]


def listed(sites: Iterable[rules.Site], lang: str) -> list[Site]:
    return [
        Site(code=s.code, name=localized(s, lang), level=cast(Level, s.level), parent=s.parent or None)
        for s in sites
    ]
