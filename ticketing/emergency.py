"""An emergency stop: a whole site is paused and every screen of it says why, until it is lifted.

Sessions, queues and counters stay as they are beneath it, so that lifting brings all of them back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from ticketing import answers
from ticketing import events as ev
from ticketing.bus import Bus
from ticketing.errors import Conflict, Forbidden, Invalid, SessionClosed, Unknown
from ticketing.officers import Actor, belongs, satisfies
from ticketing.ports import Clock, Emergency, JournalLine, Store, Transaction, View
from ticketing.sites import HolidaySource, Site, localized
from ticketing.workday import Workday


@dataclass(frozen=True, slots=True)
class StopOrder:
    """`text` is for everybody to read, `reason` for the journal; `units` stops the site's units as well."""

    text: str
    text_en: str = ""
    reason: str = ""
    units: bool = False


def no_calls(work: Workday) -> None:
    """Raises Conflict("emergency") while the site is stopped: nobody is sent to a counter then."""
    found = work.tx.emergency(work.site.code)
    if found is not None:
        raise Conflict("emergency", text=localized(found, work.site.lang, "text"))


def no_numbers(work: Workday, lang: str) -> None:
    """Raises SessionClosed("emergency"), with the stop's text, while the site is stopped."""
    found = work.tx.emergency(work.site.code)
    if found is not None:
        raise SessionClosed("emergency", text=localized(found, lang, "text"))


def stop(work: Workday, order: StopOrder, origin: str = "") -> bool:
    """Stops the site, or changes what a stopped one says; False when nothing changed.

    A parent's stop (`origin`) leaves a unit alone that has stopped by itself.
    """
    before = work.tx.emergency(work.site.code)
    if origin and before is not None and before.origin != origin:
        return False
    after = Emergency(order.text, order.text_en, before.since if before else work.now, origin)
    if after == before:
        return False
    work.tx.save_emergency(work.site.code, after)
    work.record(ev.EmergencyStopped(order.text, order.text_en, order.reason, origin))
    return True


def lift(work: Workday, reason: str, origin: str = "") -> bool:
    """Ends the stop; False when there was none, or when a parent (`origin`) lifts what it had not ordered."""
    before = work.tx.emergency(work.site.code)
    if before is None or (origin and before.origin != origin):
        return False
    work.tx.save_emergency(work.site.code, None)
    work.record(ev.EmergencyLifted(reason))
    return True


def told(known: dict[str, Emergency], line: JournalLine) -> None:
    """Follows a journal line: `known` are the stops in force, by site."""
    if line.kind == ev.EmergencyStopped.kind:
        before = known.get(line.site)
        data = line.data
        since = before.since if before else line.at
        known[line.site] = Emergency(data["text"], data.get("text_en", ""), since, data.get("origin", ""))
    elif line.kind == ev.EmergencyLifted.kind:
        known.pop(line.site, None)


def answer(site: Site, found: Emergency | None, lang: str) -> dict[str, Any] | None:
    """As boards and tickets show it: `text` in the language asked for, and each language's own ("" for none)."""
    if found is None:
        return None
    return {
        "text": localized(found, lang, "text"),
        "text_vi": found.text,
        "text_en": found.text_en,
        "since": answers.stamp(site, found.since),
    }


class EmergencyVerbs:
    """The office's verbs about the emergency stop."""

    store: Store
    bus: Bus
    clock: Clock
    holidays: HolidaySource

    def stop(self, site: str, order: StopOrder, actor: Actor, lang: str = "vi") -> dict[str, Any]:
        """Stops the site, with `units` also each of its units, all or none. Raises Invalid without a text or a
        reason, Forbidden for units of which the actor is not an admin."""
        checked = replace(
            order, text=order.text.strip(), text_en=order.text_en.strip(), reason=order.reason.strip()
        )
        missing = [(key, "required") for key in ("text", "reason") if not getattr(checked, key)]
        if missing:
            raise Invalid(*missing)
        return self._everywhere(
            site, checked.units, actor, lang, lambda work, origin: stop(work, checked, origin)
        )

    def lift(
        self, site: str, actor: Actor, reason: str = "", units: bool = False, lang: str = "vi"
    ) -> dict[str, Any]:
        """Ends the stop, with `units` also those that it had brought to the units. Raises Invalid without a
        reason, Conflict("no_emergency") when nothing is stopped, Forbidden as `stop` does."""
        if not reason.strip():
            raise Invalid(("reason", "required"))
        done = self._everywhere(
            site, units, actor, lang, lambda work, origin: lift(work, reason.strip(), origin)
        )
        if not done["sites"]:
            raise Conflict("no_emergency")
        return done

    def emergency(self, site: str, lang: str = "vi") -> dict[str, Any] | None:
        return self.store.read(lambda view: answer(_site(view, site), view.emergency(site), lang))

    def _everywhere(
        self, site: str, units: bool, actor: Actor, lang: str, verb: Callable[[Workday, str], bool]
    ) -> dict[str, Any]:
        now = self.clock.now()

        def run(tx: Transaction) -> tuple[list[str], dict[str, Any] | None]:
            here = _site(tx, site)
            places = [here, *(_units(tx, here, actor) if units else ())]
            changed = [place.code for place in places if verb(self._day(tx, place, now, actor), _origin(place, here))]
            return changed, answer(here, tx.emergency(site), lang)

        changed, found = self.store.write(run)
        for code in changed:
            self.bus.publish(code)
        return {"site": site, "emergency": found, "sites": changed}

    def _day(self, tx: Transaction, site: Site, now: datetime, actor: Actor) -> Workday:
        return Workday(tx, site, now, actor, self.holidays)


def _origin(place: Site, here: Site) -> str:
    return "" if place.code == here.code else here.code


def _units(view: View, parent: Site, actor: Actor) -> list[Site]:
    units = [site for site in view.sites() if site.parent == parent.code]
    if not all(belongs(actor, unit) and satisfies(actor.role, "supervisor") for unit in units):
        raise Forbidden("units")
    return units


def _site(view: View, code: str) -> Site:
    found = view.site(code)
    if found is None:
        raise Unknown("site", code)
    return found
