"""The three steps of every change of the configuration: form, review, and with a reason, the change itself.

Nothing is kept between them: each page carries what was entered and the version of the site that it was entered
on, and each step works it out anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ticketing.changes import Change, changes
from ticketing.desk.config_edits import Edit, Problems, Refused, checked
from ticketing.desk.config_sections import Input, section_of
from ticketing.desk.config_words import item_label, portal_warnings, review
from ticketing.desk.gate import Desk, enter
from ticketing.desk.ledger import read_back
from ticketing.desk.words import journal_entries
from ticketing.errors import Conflict
from ticketing.officers import Actor
from ticketing.profiles.family import head_of, override_faults
from ticketing.sessions import business_day
from ticketing.sites import Site

AHEAD_DAYS = 60
MAX_REASON = 200
CARRIED_ANEW = ("csrf_token", "version", "step", "reason")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change that somebody asks for.

    `make` gives the site on its way (it may raise Refused), or None when the entry that it is about has been
    changed or removed meanwhile. `part` is the page it belongs to, `form` shows that page again with what is
    wrong, `done` is where it leads, `carry` is what the next page must send besides the form's own values.
    """

    place: Site
    version: int
    actor: Actor
    make: Callable[[], Edit | None]
    form: Callable[[Problems, Edit, int], ResponseReturnValue]
    part: str
    done: str
    back: str
    carry: tuple[tuple[str, str], ...] = ()


def now_at(desk: Desk, code: str) -> tuple[Site, int]:
    """The site and its version, of one moment."""
    site, version = desk.office.store.read(lambda view: (view.site(code), view.site_version(code)))
    return site or desk.office.site(code), version


def known_codes(desk: Desk) -> list[str]:
    return [site.code for site in desk.office.site_values()]


def opened(desk: Desk, code: str) -> tuple[Site, int, Actor]:
    """The site as it stands, its version, and the supervisor or administrator who looks at it."""
    _site, actor = enter(desk, code, "supervisor")
    site, version = now_at(desk, code)
    g.head = head_of(site, desk.office.site_values())
    return site, version, actor


def page(template: str, site: Site, part: str, status: int = 200, **facts: Any) -> ResponseReturnValue:
    return render_template(template, site=site, tab="config", part=part, **facts), status


def with_options(inputs: Iterable[Input], place: Site) -> list[tuple[Input, dict[str, str]]]:
    return [(each, each.options(place, g.lang) if each.options else {}) for each in inputs]


def settle(desk: Desk, asked: Proposal) -> ResponseReturnValue:
    """Review or do what is asked for; refuse it, or tell that the configuration has changed meanwhile."""
    edit = Edit(asked.place)
    stale = request.form.get("version", type=int) != asked.version
    try:
        made = asked.make()
        if made is None:
            return conflict(desk, asked, gone=True)
        edit = made
        after = checked(edit.site, known_codes(desk))
        if wrong := override_faults(after, g.head if after.parent else after):
            raise Refused(wrong)
    except Refused as refused:
        return conflict(desk, asked) if stale else asked.form(refused.problems, edit, 422)
    found = changes(asked.place, after)
    if stale:
        return conflict(desk, asked, found, after)
    if request.form.get("step") == "edit":
        return asked.form([], edit, 200)
    if not found:
        flash(_("Nothing changes: it is so already."))
        return asked.form([], edit, 200)
    reason = " ".join(request.form.get("reason", "").split())[:MAX_REASON]
    if request.form.get("step") != "confirm":
        return preview(desk, asked, after, found, 200)
    if not reason:
        return preview(desk, asked, after, found, 422)
    try:
        desk.office.apply_site(after, asked.actor, reason, asked.version)
    except Conflict:
        return conflict(desk, asked, found, after)
    flash(_("The change holds. The journal has it with its reason."))
    return redirect(asked.done, 303)


def preview(desk: Desk, asked: Proposal, after: Site, found: list[Change], status: int) -> ResponseReturnValue:
    page = render_template(
        "desk/config_review.html", site=asked.place, tab="config", part=asked.part, back=asked.back,
        lines=review(found, asked.place, after, g.lang), carried=carried(asked), version=asked.version,
        effects=effects(desk, asked.place, found), warnings=portal_warnings(found), max_reason=MAX_REASON,
        missing=status == 422,
    )  # fmt: skip
    return page, status


def conflict(
    desk: Desk, asked: Proposal, found: Iterable[Change] = (), after: Site | None = None, gone: bool = False
) -> ResponseReturnValue:
    """What others have changed since this form was loaded, and what was entered here, so that nothing is lost."""
    page = render_template(
        "desk/config_conflict.html", site=asked.place, tab="config", part=asked.part, back=asked.back,
        others=_since(desk, asked), carried=carried(asked), version=now_at(desk, asked.place.code)[1],
        lines=review(found, asked.place, after, g.lang) if after else [], gone=gone,
        entered=[(key, value) for key, value in carried(asked) if value and key not in ("item", "do")],
    )  # fmt: skip
    return page, 409


def carried(asked: Proposal) -> list[tuple[str, str]]:
    """What the next page must send again: all that was entered here."""
    left_out = {*CARRIED_ANEW, *(key for key, _value in asked.carry)}
    return [*((k, v) for k, v in request.form.items(multi=True) if k not in left_out), *asked.carry]


def _since(desk: Desk, asked: Proposal) -> list[dict[str, Any]]:
    old = request.form.get("version", 0, type=int)
    return [line for line in history(desk, asked.place) if line["data"].get("version", 0) > old]


def history(desk: Desk, place: Site) -> list[dict[str, Any]]:
    """The latest changes of the configuration, newest first."""
    lines = read_back(desk.office, place.code, "site_configured", None).lines
    mine = [line for line in lines if line["kind"] == "site_configured"]
    return journal_entries(mine, place, {}, g.lang)


def effects(desk: Desk, place: Site, found: Iterable[Change]) -> list[str]:
    """When the change takes effect, and what it leaves as it is."""
    found = list(found)
    sections = {section_of(change.attribute).name: section_of(change.attribute) for change in found}
    lines = [
        f"{section.title}: {section.effect}" if len(sections) > 1 else str(section.effect)
        for section in sections.values()
    ]
    if {"sessions", "calendar"} & sections.keys() or any(c.attribute == "public_holidays" for c in found):
        lines.extend(_planned(desk, place))
    lines.extend(_still_open(desk, place, found))
    return lines


def _planned(desk: Desk, place: Site) -> list[str]:
    """The sessions that exist already, today or later, whatever the timetable will say."""
    today = business_day(place, desk.office.clock.now())
    days = [today + timedelta(days=n) for n in range(AHEAD_DAYS)]
    planned = desk.office.store.read(lambda view: [s for day in days for s in view.sessions(place.code, day)])
    if not planned:
        return []
    titles = (f"{s.title_en or s.title if g.lang == 'en' else s.title} {s.day:%d/%m/%Y}" for s in planned)
    said = _("Already planned: %(sessions)s. Change these under “Today and caps”.", sessions=", ".join(titles))
    return [said]


def _still_open(desk: Desk, place: Site, found: Iterable[Change]) -> list[str]:
    """Numbers of today that still wait for what is removed."""
    today = business_day(place, desk.office.clock.now())
    tickets = desk.office.store.read(lambda view: view.open_tickets(place.code, today))
    lines = []
    for change in found:
        if change.kind == "removed" and change.attribute in ("fields", "services"):
            code = change.thing.code
            n = sum(t.field == code if change.attribute == "fields" else t.service == code for t in tickets)
            if n:
                name = item_label(change.thing, g.lang)
                lines.append(_("%(n)s numbers of today still wait for “%(name)s”.", n=n, name=name))
    return lines
