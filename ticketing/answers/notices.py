"""Notices: what screens, slips and phones tell everybody."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, cast, get_args

from ticketing.lookups import Look
from ticketing.rules import plans, sites
from ticketing.rules.sites import localized

Place = Literal["kiosk", "wall", "phone", "slip", "public"]
About = Literal["", "period", "hotline", "how_to", "advantages", "measures", "why"]
SHOWN = get_args(Place)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """`about` says which content of the plan it carries, "" for none."""

    text: str
    places: list[Place]
    about: About


def now(look: Look, lang: str, place: str = "") -> list[Notice]:
    """Those that hold today."""
    return notices(plans.notices(look.plan, look.line), lang, place)


def notices(found: Iterable[sites.Notice], lang: str, place: str = "") -> list[Notice]:
    """The notices of `plans.notices`, of one place or of all; what is only printed or sent is left out."""
    shown = [(one, [cast(Place, each) for each in one.places if each in SHOWN]) for one in found]
    return [
        Notice(text=localized(one, lang, "text"), places=places, about=cast(About, one.about))
        for one, places in shown
        if places and (not place or place in places)
    ]
