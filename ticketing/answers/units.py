"""The units of a province as those see them who lead it: how each stands now, and what should be looked at there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ticketing.answers import console, overview
from ticketing.answers.alarms import Alarm
from ticketing.answers.names import Time, stamp
from ticketing.answers.overview import Centre
from ticketing.lookups import Look
from ticketing.rules.sites import Site, localized, with_units


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A unit at `time` and its alarms, silent devices apart. `plan` names the policy in force there, "" for none;
    `own_plan` tells that the unit has postal rules of its own; `stopped` an emergency stop."""

    centre: Centre
    alarms: list[Alarm]
    stopped: bool
    plan: str
    own_plan: bool
    time: Time


def under(known: Iterable[Site], head: str) -> list[Site]:
    """The units under an office, at whatever distance."""
    return [one for one in with_units(known, head) if one.code != head]


def of(look: Look, lang: str) -> Unit:
    return look.kept_while_still(("unit", lang), lambda: _made(look, lang))


def _made(look: Look, lang: str) -> Unit:
    policy = look.plan.policy
    return Unit(
        centre=overview.of(look, overview.Asked(), lang),
        alarms=console.alarms_now(look, lang),
        stopped=look.view.sites.emergency(look.site.code) is not None,
        plan=localized(policy, lang, "title") if policy else "",
        own_plan=look.plan.override is not None,
        time=stamp(look.site, look.now),
    )
