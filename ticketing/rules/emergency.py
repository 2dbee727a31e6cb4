"""An emergency stop: a whole site is paused and every screen of it says why, until it is lifted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ticketing import events as ev
from ticketing.events import JournalLine


@dataclass(frozen=True, slots=True)
class Emergency:
    """A site's stop: what its screens say, since when, the parent that ordered it (empty: the site itself), and
    whether everybody has to leave the building."""

    text: str
    text_en: str
    since: datetime
    origin: str = ""
    evacuate: bool = False


@dataclass(frozen=True, slots=True)
class StopOrder:
    """`text` is for everybody to read, `reason` for the journal; `units` stops the site's units as well,
    `evacuate` makes the screens red."""

    text: str
    text_en: str = ""
    reason: str = ""
    units: bool = False
    evacuate: bool = False


def follow(known: dict[str, Emergency], line: JournalLine) -> None:
    """Follows a journal line: `known` are the stops in force, by site."""
    if line.kind == ev.EmergencyStopped.kind:
        before = known.get(line.site)
        data = line.data
        since = before.since if before else line.at
        known[line.site] = Emergency(
            data["text"], data.get("text_en", ""), since, data.get("origin", ""), data.get("evacuate", False)
        )
    elif line.kind == ev.EmergencyLifted.kind:
        known.pop(line.site, None)
