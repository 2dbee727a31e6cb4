"""The adviser's warnings among everybody's alarms, before people wait."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import UNSET

from ticketing.answers.advice import AdviceWarning
from ticketing.answers.alarms import Alarm
from ticketing.lookups import Look
from ticketing.rules.counters import CounterState
from ticketing.rules.sessions import Session, current
from ticketing.rules.sites import Site, localized

TOLD = ("unassigned", "unopened", "no_counter")
GIVING = ("open", "full", "cut_off")


def alarms(look: Look, states: Mapping[int, CounterState], known: Iterable[Alarm], lang: str) -> list[Alarm]:
    """Of today's session, as far as its advice is known; what isn't is asked for. `known` alarms are not repeated."""
    site = look.site
    session = current(look.view.sessions.of_day(site.code, look.date))
    if session is None or session.stage not in GIVING or look.view.sites.emergency(site.code) is not None:
        return []
    warnings = look.wiring.advised.of(site.code, session.key, _state(session, states), look.now)
    return list(worded(site, warnings or (), known, lang))


def _state(session: Session, states: Mapping[int, CounterState]) -> tuple[object, ...]:
    """What an advice hangs on besides the time: it is made anew when a counter opens, pauses or closes."""
    seats = tuple((number, one.state, one.queues) for number, one in sorted(states.items()))
    return session.cap, tuple(sorted(session.field_caps.items())), session.stage, seats


def worded(site: Site, warnings: Iterable[AdviceWarning], known: Iterable[Alarm], lang: str) -> Iterator[Alarm]:
    """A field that gives numbers and that no open counter calls, a cap that isn't likely to be finished, a session that
    is likely to last beyond its closing, with the time."""
    told = {one.field for one in known if one.kind in TOLD}
    for one in warnings:
        field = site.field(one.field) if one.field else None
        if one.code == "field_without_counter" and field is not None and field.code not in told:
            yield Alarm(kind="uncalled", field=field.code, name=localized(field, lang))
        elif one.code == "cap_not_finished" and field is not None:
            yield Alarm(kind="field_cap_not_finished", field=field.code, name=localized(field, lang))
        elif one.code == "cap_not_finished" and one.field is None:
            yield Alarm(kind="cap_not_finished", at=one.at or UNSET)
        elif one.code == "session_overruns":
            yield Alarm(kind="session_overruns", at=one.at or UNSET)
