"""The emergency stop, as boards and tickets show it."""

from __future__ import annotations

from dataclasses import dataclass

from ticketing.answers.names import Time, stamp
from ticketing.lookups import Look
from ticketing.rules.emergency import Emergency as Stop
from ticketing.rules.sites import Site, localized


@dataclass(frozen=True, slots=True, kw_only=True)
class Emergency:
    """Everything is paused since then. `text` is in the language asked for, `text_en` "" where none was given.
    `evacuate`: everybody has to leave the building."""

    text: str
    text_vi: str
    text_en: str
    since: Time
    evacuate: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyState:
    """What holds at the site now; `sites` are those that this call has stopped or lifted."""

    site: str
    emergency: Emergency | None
    sites: list[str]


def of(site: Site, found: Stop | None, lang: str) -> Emergency | None:
    if found is None:
        return None
    return Emergency(
        text=localized(found, lang, "text"),
        text_vi=found.text,
        text_en=found.text_en,
        since=stamp(site, found.since),
        evacuate=found.evacuate,
    )


def state(look: Look, changed: list[str], lang: str) -> EmergencyState:
    found = of(look.site, look.view.sites.emergency(look.site.code), lang)
    return EmergencyState(site=look.site.code, emergency=found, sites=changed)
