"""The three steps of every change of the configuration: form, review, and with a reason, the change itself.

Nothing is kept between them: each page carries what was entered and the version of the site that it was entered
on, and each step works it out anew.
"""

from base64 import b64encode
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ticketing.api.elsewhere import elsewhere
from ticketing.api.problem_texts import detail_of, reason_text
from ticketing.desk.config.edits import Edit, check, checked, is_large
from ticketing.desk.config.sections import Input, may, section_of
from ticketing.desk.config.standing import carry_of, stands, uncalled_warnings
from ticketing.desk.config.words import changed_portals, notice_warnings, portal_warnings, review
from ticketing.desk.gate import Desk, enter
from ticketing.desk.journal import read_back
from ticketing.desk.words import Entry, journal_entries
from ticketing.errors import Conflict, Forbidden, InUse, Invalid
from ticketing.papers.slips import sample_png
from ticketing.profiles.family import head_of, override_faults
from ticketing.profiles.problems import ConfigError, Problems
from ticketing.rules.people import Actor
from ticketing.rules.sessions import business_day
from ticketing.rules.site_changes import Change, changes
from ticketing.rules.sites import Site
from ticketing.rules.text import day_figures, tidy
from ticketing.verbs.sites import SiteOrder

AHEAD_DAYS = 60
MAX_REASON = 200
# Of a list of thousands nobody reads every line, and each takes its time to be put into words.
MOST_LINES = 400
CARRIED_ANEW = ("csrf_token", "version", "step", "reason", "move_to", "at_day_end")


@dataclass(frozen=True, slots=True)
class Opened:
    """A site as it stands, its version, and the supervisor or administrator who looks at it."""

    place: Site
    version: int
    actor: Actor


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change that somebody asks for.

    `make` gives the site on its way (it may raise ConfigError), or None when the entry that it is about has been
    changed or removed meanwhile. `part` is the page it belongs to, `form` shows that page again with what is
    wrong, `done` is where it leads, `back` the form's own page where that is another, `carry` is what the next page
    must send besides the form's own values.
    """

    at: Opened
    make: Callable[[], Edit | None]
    form: Callable[[Problems, Edit, int], ResponseReturnValue]
    part: str
    done: str
    back: str = ""
    carry: tuple[tuple[str, str], ...] = ()


def now_at(desk: Desk, code: str) -> tuple[Site, int]:
    """The site and its version, of one moment."""
    site, version = desk.office.store.read(lambda view: (view.sites.get(code), view.sites.version(code)))
    return site or desk.office.site(code), version


def known_codes(desk: Desk) -> list[str]:
    return [site.code for site in desk.office.site_values()]


def opened(desk: Desk, code: str, part: str = "") -> Opened:
    """Raises Forbidden for who may not change that part."""
    _site, actor = enter(desk, code, "supervisor")
    site, version = now_at(desk, code)
    g.head = head_of(site, desk.office.site_values())
    if part and not may(actor, part):
        raise Forbidden()
    return Opened(site, version, actor)


def page(template: str, site: Site, part: str, status: int = 200, **facts: Any) -> ResponseReturnValue:
    return render_template(template, site=site, tab="config", part=part, **facts), status


def with_options(inputs: Iterable[Input], place: Site) -> list[tuple[Input, dict[str, str]]]:
    return [(each, each.options(place, g.lang) if each.options else {}) for each in inputs]


def settle(desk: Desk, asked: Proposal) -> ResponseReturnValue:
    """Review or do what is asked for; refuse it, or tell that the configuration has changed meanwhile."""
    edit = Edit(asked.at.place)
    stale = request.form.get("version", type=int) != asked.at.version
    try:
        made = asked.make()
        if made is None:
            return conflict(desk, asked, gone=True)
        edit = made
        after = _checked(desk, edit.site)
        if wrong := override_faults(after, g.head if after.parent else after):
            raise ConfigError("", wrong)
    except ConfigError as refused:
        return conflict(desk, asked) if stale else asked.form(refused.problems, edit, 422)
    found = changes(asked.at.place, after)
    if stale:
        return conflict(desk, asked, found, after)
    if request.form.get("step") == "edit":
        return asked.form([], edit, 200)
    if not found:
        flash(_("Nothing changes: it is so already."))
        return asked.form([], edit, 200)
    reason = tidy(request.form.get("reason", ""))[:MAX_REASON]
    if request.form.get("step") != "confirm":
        return preview(desk, asked, after, found, 200)
    if not reason:
        return preview(desk, asked, after, found, 422)
    carry = carry_of(request.form)
    try:
        desk.office.apply_sites([after], SiteOrder(asked.at.actor, reason, carry, asked.at.version))
    except Conflict as refused:
        if refused.reason == "config_waits":
            return preview(desk, asked, after, found, 409, detail_of(refused.code, refused.reason, refused.details))
        return conflict(desk, asked, found, after)
    except InUse:
        said = _("Say what becomes of these numbers. Nothing has been changed yet.")
        return preview(desk, asked, after, found, 409, said)
    except Invalid as refused:
        said = "; ".join(reason_text(one["reason"]) for one in refused.details["errors"])
        return preview(desk, asked, after, found, 422, said)
    if carry.at_day_end:
        flash(_("The change holds from the end of the day on. The journal has it with its reason."))
    else:
        flash(_("The change holds. The journal has it with its reason."))
    return redirect(asked.done, 303)


def _checked(desk: Desk, site: Site) -> Site:
    known = known_codes(desk)
    return elsewhere(check, site, known) if is_large(site) else checked(site, known)


def preview(
    desk: Desk, asked: Proposal, after: Site, found: list[Change], status: int, wrong: str = ""
) -> ResponseReturnValue:
    """What would change and what it would do; `wrong` is why it was not done, besides a missing reason."""
    page = render_template(
        "desk/config_review.html", site=asked.at.place, tab="config", part=asked.part, back=asked.back or asked.done,
        lines=review(found[:MOST_LINES], asked.at.place, after, g.lang), more=max(0, len(found) - MOST_LINES),
        carried=carried(asked), version=asked.at.version,
        effects=effects(desk, asked.at.place, found), max_reason=MAX_REASON, slip=_slips(desk, found, after),
        warnings=[
            *uncalled_warnings(asked.at.place, after),
            *notice_warnings(asked.at.place, after),
            *portal_warnings(changed_portals(found), business_day(asked.at.place, desk.office.clock.now())),
        ],
        missing=status == 422 and not wrong, wrong=wrong, uses=stands(desk, asked.at.place, after),
        moves=request.form.getlist("move_to"), at_day_end="at_day_end" in request.form,
        reason=request.form.get("reason", ""),
    )  # fmt: skip
    return page, status


def _slips(desk: Desk, found: Iterable[Change], after: Site) -> list[str]:
    """What a changed layout looks like, in both languages, as PNG in base64."""
    if not any(change.attribute == "slip" for change in found):
        return []
    return [b64encode(sample_png(after, lang, desk.office.public_url)).decode() for lang in ("vi", "en")]


def conflict(
    desk: Desk, asked: Proposal, found: Sequence[Change] = (), after: Site | None = None, gone: bool = False
) -> ResponseReturnValue:
    """What others have changed since this form was loaded, and what was entered here, so that nothing is lost."""
    page = render_template(
        "desk/config_conflict.html", site=asked.at.place, tab="config", part=asked.part, back=asked.back or asked.done,
        others=_since(desk, asked), carried=carried(asked), version=now_at(desk, asked.at.place.code)[1],
        lines=review(found[:MOST_LINES], asked.at.place, after, g.lang) if after else [], gone=gone,
        more=max(0, len(found) - MOST_LINES),
        entered=[(key, value) for key, value in carried(asked) if value and key not in ("item", "do")],
    )  # fmt: skip
    return page, 409


def carried(asked: Proposal) -> list[tuple[str, str]]:
    """What the next page must send again: all that was entered here."""
    left_out = {*CARRIED_ANEW, *(key for key, _value in asked.carry)}
    return [*((k, v) for k, v in request.form.items(multi=True) if k not in left_out), *asked.carry]


def _since(desk: Desk, asked: Proposal) -> list[Entry]:
    old = request.form.get("version", 0, type=int)
    return [line for line in history(desk, asked.at.place) if line.data.get("version", 0) > old]


def history(desk: Desk, place: Site) -> list[Entry]:
    """The latest changes of the configuration, newest first."""
    lines = read_back(desk.office, place.code, "site_configured", None).lines
    mine = [line for line in lines if line.kind == "site_configured"]
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
    return lines


def _planned(desk: Desk, place: Site) -> list[str]:
    """The sessions that exist already, today or later, whatever the timetable will say."""
    today = business_day(place, desk.office.clock.now())
    days = [today + timedelta(days=n) for n in range(AHEAD_DAYS)]
    planned = desk.office.store.read(lambda view: [s for day in days for s in view.sessions.of_day(place.code, day)])
    if not planned:
        return []
    titles = (f"{s.title_en or s.title if g.lang == 'en' else s.title} {day_figures(s.day)}" for s in planned)
    said = _("Already planned: %(sessions)s. Change these under “Today and caps”.", sessions=", ".join(titles))
    return [said]
