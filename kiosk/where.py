"""Which centre of the province still takes something: for who stands before a full kiosk, or is about to leave home."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from math import inf

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.wording import public_texts, session_states, weekday_of
from ticketing.answers import overview
from ticketing.answers.overview import Asked, Centre
from ticketing.api.parsing import query
from ticketing.errors import Unknown
from ticketing.office import Office
from ticketing.rules.clock import Moment
from ticketing.rules.search import found_procedures
from ticketing.rules.sites import Procedure, Site, localized, public_field_name

MOST_FOUND = 30
GROUPS = ("now", "later", "over", "never")
A_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Row:
    """A centre on the page: `group` says whether numbers can be had there, `wait` is "" while nothing was chosen and
    somebody calls, `gone` how much of the session is over, in percent, `state` how that is called."""

    centre: Centre
    group: str
    wait: str
    gone: int
    state: str


def add_where(views: Blueprint, office: Office) -> None:
    @views.get("/<site>/where/")
    def where_page(site: str) -> ResponseReturnValue:
        asked = Asked(query("procedure", 64) or None, query("field", 64) or None)
        typed = query("q", 80)
        if typed:
            return _page(office, site, asked, typed)
        return office.kept_while_all_still(("where", site, asked, g.lang), lambda: _page(office, site, asked))


def _page(office: Office, code: str, asked: Asked, typed: str = "") -> ResponseReturnValue:
    centres = overview.family(office.site_values(), code)
    here, known, unknown = centres[0], asked, False
    try:
        known = overview.known_to(centres, asked)
    except Unknown:
        known, unknown = Asked(), True
    found = [] if typed else office.see_each([one.code for one in centres], overview.of, known, g.lang)
    moment = office.clock.look()
    rows = [_row(one, known, moment) for one in found]
    name, field = _name_of(centres, known)
    page = render_template(
        "kiosk/where.html", site=here, site_name=localized(here, g.lang), asked=known, unknown=unknown, typed=typed,
        found=_procedures(centres, typed) if typed else [], name=name, chosen=field,
        fields=_fields(centres), own=rows[0] if rows else None, groups=_groups(rows[1:], known),
        states=session_states(), weekday_of=weekday_of, held=moment.held,
        time=moment.at.astimezone(here.zone).isoformat(timespec="seconds"),
        texts={name: public_texts()[name] for name in ("offline", "no_cap", "no_counter")},
        lang_url=_other_language(known),
    )  # fmt: skip
    return (page, 404) if unknown else page


def _row(centre: Centre, asked: Asked, moment: Moment) -> Row:
    state = "lunch" if centre.session.lunch else centre.session.state
    # Fields wait differently: one span over all of them is nobody's wait.
    spoken = asked != Asked() or centre.wait_to_s is None
    wait, gone = _wait(centre) if spoken else "", _gone(centre, moment.at)
    if moment.held and state == "open":
        return Row(centre, "over" if centre.takes else "never", wait, gone, "paused")
    return Row(centre, _group(centre), wait, gone, state)


def _group(centre: Centre) -> str:
    state = centre.session.state
    if not centre.takes:
        return "never"
    if state == "open" and centre.remaining != 0:
        return "now"
    return "later" if state in ("upcoming", "paused") and centre.remaining != 0 else "over"


def _wait(centre: Centre) -> str:
    """The wait in whole minutes, as people say it."""
    if centre.wait_from_s is None or centre.wait_to_s is None:
        return public_texts()["no_counter"]
    least, most = centre.wait_from_s // A_MINUTE, -(-centre.wait_to_s // A_MINUTE)
    if most <= 1:
        return _("hardly any wait")
    if least in (0, most):
        return _("a wait of at most %(to)s minutes", to=most)
    return _("a wait of about %(from)s to %(to)s minutes", **{"from": least, "to": most})


def _gone(centre: Centre, now: datetime) -> int:
    """How far along its service the session is, in percent."""
    begin, end = centre.session.service_from, centre.session.closes_at
    if begin is None or end is None:
        return 0
    first, last = datetime.fromisoformat(begin), datetime.fromisoformat(end)
    return round(100 * min(1.0, max(0.0, (now - first) / (last - first))))


def _groups(rows: Iterable[Row], asked: Asked) -> dict[str, list[Row]]:
    """The shortest wait first; while nothing was chosen, the fewest waiting for each counter."""
    found: dict[str, list[Row]] = {name: [] for name in GROUPS}
    for row in rows:
        found[row.group].append(row)
    found["now"].sort(key=lambda row: _behind(row.centre, asked))
    return found


def _behind(centre: Centre, asked: Asked) -> float:
    if centre.wait_to_s is None:
        return inf
    return centre.waiting / max(centre.open_counters, 1) if asked == Asked() else centre.wait_to_s


def _fields(centres: list[Site]) -> dict[str, str]:
    """The fields of all centres under the names that anybody may see, each name once: by code."""
    names: dict[str, str] = {}
    for site in centres:
        for field in site.fields:
            names.setdefault(public_field_name(site, field.code, g.lang), field.code)
    return {code: name for name, code in names.items()}


def _name_of(centres: list[Site], asked: Asked) -> tuple[str, str]:
    """What was asked for, by name, and the field that the choice of fields shows for it."""
    names = _fields(centres)
    for site in centres:
        procedure = site.procedure(asked.procedure)
        if procedure is not None:
            return localized(procedure, g.lang), ""
        if asked.procedure is None and site.field(asked.field) is not None:
            name = public_field_name(site, asked.field, g.lang)
            return name, next((code for code, known in names.items() if known == name), "")
    return "", ""


def _procedures(centres: list[Site], typed: str) -> list[Procedure]:
    """What is meant by what was typed, of any centre's procedures."""
    found: dict[str, Procedure] = {}
    for site in centres:
        for one in found_procedures(site, typed):
            found.setdefault(one.code, one)
    return list(found.values())[:MOST_FOUND]


def _other_language(asked: Asked) -> str:
    kept = [f"{name}={value}" for name, value in (("procedure", asked.procedure), ("field", asked.field)) if value]
    return f"{request.path}?{'&'.join([*kept, 'lang=en' if g.lang == 'vi' else 'lang=vi'])}"
