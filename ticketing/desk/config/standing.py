"""Numbers of today that stand in what a change would remove: where, and what may become of them."""

from dataclasses import dataclass

from flask import g
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from ticketing.api.problem_texts import few
from ticketing.desk.config.words import item_label
from ticketing.desk.gate import Desk
from ticketing.rules.sessions import business_day
from ticketing.rules.site_use import Carry, Uncalled, Use, called_at, taken_away, uncalled
from ticketing.rules.sites import Site, localized


@dataclass(frozen=True, slots=True)
class Standing:
    """`options` are what the numbers may be moved into: "field:BT=HT" and its name."""

    name: str
    uncalled: bool
    count: int
    numbers: str
    options: list[tuple[str, str]]


def stands(desk: Desk, before: Site, after: Site) -> list[Standing]:
    today = business_day(before, desk.office.clock.now())
    tickets = desk.office.store.read(lambda view: view.tickets.open(before.code, today))
    return [_standing(before, after, use) for use in taken_away(before, after, tickets)]


def _standing(before: Site, after: Site, use: Use) -> Standing:
    numbers = [one.number for one in use.tickets]
    return Standing(_name(before, use), use.uncalled, len(numbers), few(numbers), _options(after, use))


def _name(site: Site, use: Use) -> str:
    things = {"field": site.fields, "service": site.services, "counter": site.counters, "priority": site.priorities}
    found = next(one for one in things[use.what] if use.code == str(getattr(one, "code", getattr(one, "number", ""))))
    return item_label(found, g.lang)


def _options(after: Site, use: Use) -> list[tuple[str, str]]:
    mark = f"{use.what}:{use.code}="
    if use.what == "counter":
        return [(f"{mark}{one.number}", item_label(one, g.lang)) for one in after.counters]
    if use.what == "priority":
        none = [(mark, _("no priority"))]
        return none + [(mark + one.code, item_label(one, g.lang)) for one in after.priorities]
    if use.what == "field":
        return [(mark + f.code, item_label(f, g.lang)) for f in after.fields if called_at(after, ("submit", f.code))]
    return [(mark + s.code, item_label(s, g.lang)) for s in after.services if called_at(after, (s.code, None))]


def uncalled_warnings(before: Site, after: Site) -> list[str]:
    """What numbers would be given for and no counter would call, as far as a change touches it."""
    parts = ("fields", "services", "counters", "sessions")
    if all(getattr(before, part) == getattr(after, part) for part in parts):
        return []
    return [_warning(after, one) for one in uncalled(after)]


def _warning(site: Site, lone: Uncalled) -> str:
    thing = site.field(lone.code) if lone.what == "field" else site.service(lone.code)
    name = item_label(thing, g.lang)
    if not lone.session:
        return _("No counter calls “%(name)s”: numbers would be given for it, and nobody called.", name=name)
    session = next(localized(one, g.lang, "title") for one in site.sessions if one.name == lone.session)
    return _(
        "No counter that serves in “%(session)s” calls “%(name)s”: numbers would be given for it, and nobody called.",
        session=session, name=name,
    )  # fmt: skip


def carry_of(form: MultiDict[str, str]) -> Carry:
    moves = (move.partition("=") for move in form.getlist("move_to") if "=" in move)
    return Carry({old: new for old, _is, new in moves}, "at_day_end" in form)
