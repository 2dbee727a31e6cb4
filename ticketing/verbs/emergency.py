"""An emergency stop and its end.

Sessions, queues and counters stay as they are beneath it, so that lifting brings all of them back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ticketing import events as ev
from ticketing.errors import Conflict, Forbidden, Invalid, SessionClosed
from ticketing.rules.emergency import Emergency, StopOrder
from ticketing.rules.people import belongs, satisfies
from ticketing.verbs.day import Day


def no_calls(day: Day) -> None:
    """Raises Conflict("emergency") while the site is stopped: nobody is sent to a counter then."""
    found = day.tx.sites.emergency(day.site.code)
    if found is not None:
        raise Conflict("emergency", text=found)


def no_numbers(day: Day) -> None:
    """Raises SessionClosed("emergency"), with the stop, while the site is stopped."""
    found = day.tx.sites.emergency(day.site.code)
    if found is not None:
        raise SessionClosed("emergency", text=found)


def stop(day: Day, order: StopOrder) -> list[str]:
    """Stops the site, or changes what a stopped one says; with `units` also each of its units, all or none. The
    sites where something changed.

    Raises Invalid without a text or a reason, Forbidden for units of which the actor is not an admin.
    """
    said = replace(order, text=order.text.strip(), text_en=order.text_en.strip(), reason=order.reason.strip())
    missing = [(key, "required") for key in ("text", "reason") if not getattr(said, key)]
    if missing:
        raise Invalid(*missing)
    return _everywhere(day, said.units, lambda at, origin: _stop(at, said, origin))


def lift(day: Day, reason: str, units: bool = False) -> list[str]:
    """Ends the stop, with `units` also those that it had brought to the units; the sites that were stopped.

    Raises Invalid without a reason, Conflict("no_emergency") when nothing is stopped, Forbidden as `stop` does.
    """
    if not reason.strip():
        raise Invalid(("reason", "required"))
    lifted = _everywhere(day, units, lambda at, origin: _lift(at, reason.strip(), origin))
    if not lifted:
        raise Conflict("no_emergency")
    return lifted


def _everywhere(day: Day, units: bool, step: Callable[[Day, str], bool]) -> list[str]:
    below = [one for one in day.tx.sites.all() if one.parent == day.site.code] if units else []
    if not all(belongs(day.actor, unit) and satisfies(day.actor.role, "supervisor") for unit in below):
        raise Forbidden("units")
    changed = [day.site.code] if step(day, "") else []
    return changed + [unit.code for unit in below if step(day.unit(unit), day.site.code)]


def _stop(day: Day, order: StopOrder, origin: str) -> bool:
    """A parent's stop (`origin`) leaves a unit alone that has stopped by itself."""
    before = day.tx.sites.emergency(day.site.code)
    if origin and before is not None and before.origin != origin:
        return False
    after = Emergency(order.text, order.text_en, before.since if before else day.now, origin, order.evacuate)
    if after == before:
        return False
    day.tx.sites.save_emergency(day.site.code, after)
    day.record(ev.EmergencyStopped(order.text, order.text_en, order.reason, origin, order.evacuate or None))
    return True


def _lift(day: Day, reason: str, origin: str) -> bool:
    """A parent (`origin`) lifts nothing that it had not ordered."""
    before = day.tx.sites.emergency(day.site.code)
    if before is None or (origin and before.origin != origin):
        return False
    day.tx.sites.save_emergency(day.site.code, None)
    day.record(ev.EmergencyLifted(reason))
    return True
