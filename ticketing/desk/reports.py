"""The supervisor's reports: choose one, see it as it will be printed, take it along as CSV, XLSX or PDF."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, NamedTuple

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from printer_templates.report_content import Cell, ReportPaper, decimals_of, shown
from printer_templates.report_svg import svg
from ticketing.api.elsewhere import elsewhere
from ticketing.api.reports import Asked as Report
from ticketing.api.reports import table_of
from ticketing.desk.gate import Desk, enter, units_of
from ticketing.office import Office
from ticketing.papers.reports import paper
from ticketing.reports import catalogue as reports
from ticketing.rules.people import Actor
from ticketing.rules.sessions import business_day
from ticketing.rules.sites import Site, localized
from ticketing.rules.text import day_figures, day_of

LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}
FORMATS = ("pdf", "xlsx", "csv")
# On the page alone: the files have every line.
MOST_LINES = 400
USES = {
    "daily": (_l("By day"), _l("Numbers, dossiers and times of each day, by field and service")),
    "sessions": (_l("By session"), _l("Each half-day: cap, issued, served, absent, given back, left unserved")),
    "fields": (_l("By field"), _l("Which fields and services bring the work, over the whole window")),
    "counters": (_l("By counter"), _l("Visits, calls and length of service at each counter")),
    "hours": (_l("By hour"), _l("When people wait: waiting and service times by the hour of the number")),
    "diversions": (
        _l("Diversions at the kiosk"), _l("Who was sent to the portal, Zalo or the post; not what they filed there"),
    ),
    "postal": (_l("Postal list"), _l("What went by public post, day by day, to be signed for the finance department")),
    "satisfaction": (_l("Satisfaction"), _l("How visitors rated their visits, by counter, field and service")),
    "estimates": (_l("Waiting times told"), _l("How far the times told were off, by field and service")),
    "goals": (_l("Waiting goals"), _l("How often each priority group, and all others, were called within their goal")),
    "difficulties": (_l("Difficulties"), _l("What sessions stumbled over, as staff noted it")),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Window:
    """Days that are asked for often; both are included."""

    code: str
    name: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page was asked for. `units` is for a list over all units of a parent."""

    kind: str
    first: date
    last: date
    language: str
    units: bool

    def query(self, **other: Any) -> dict[str, str]:
        """As a query of this page; `other` replaces parts."""
        told = {"kind": self.kind, "from": self.first, "to": self.last, "in": self.language, **other}
        if other.get("units", self.units):
            told["units"] = "true"
        else:
            told.pop("units", None)
        return {name: str(value) for name, value in told.items()}


def add(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/<site>/supervisor/reports")
    def reports_page(site: str) -> ResponseReturnValue:
        place, actor = enter(desk, site, "supervisor")
        windows = _windows(desk, place)
        asked = _asked(desk, place, actor, windows)
        fault = _fault(asked)
        return render_template(
            "desk/reports.html", site=place, tab="reports", asked=asked, fault=fault, kinds=_kinds(desk, place, asked),
            chosen=USES[asked.kind], windows=[(one, _here(place, asked, one)) for one in windows],
            languages=[(code, name, _link(place, asked, **{"in": code})) for code, name in LANGUAGES.items()],
            today=business_day(place, desk.office.clock.now()), has_units=_over_units(desk, place, actor, asked.kind),
            units_link=_link(place, asked, units=not asked.units), unit=localized(place, asked.language),
            files=[(wanted, _file(place, asked, wanted)) for wanted in FORMATS],
            sheet=None if fault else _sheet(desk, place, asked),
        ), 422 if fault else 200  # fmt: skip


def _asked(desk: Desk, place: Site, actor: Actor, windows: list[Window]) -> Asked:
    """What is not said, or said wrongly, is the daily report of last week in the page's language: a report is about
    days that are over."""
    usual = next(window for window in windows if window.code == "last_week")
    kind = request.args.get("kind", "")
    language = request.args.get("in", "")
    kind = kind if kind in reports.KINDS and kind in USES else "daily"
    first, last = (day_of(request.args.get(name)) for name in ("from", "to"))
    return Asked(
        kind, first or last or usual.first, last or first or usual.last,
        language if language in LANGUAGES else g.lang,
        request.args.get("units") == "true" and _over_units(desk, place, actor, kind),
    )  # fmt: skip


def _over_units(desk: Desk, place: Site, actor: Actor, kind: str) -> bool:
    """Whether this one may have the report over the units, and there are some."""
    if kind == "postal":
        return bool(units_of(desk, place, actor))
    led = len(reports.family(desk.office.site_values(), place.code)) > 1
    return kind in reports.OVER and actor.site == place.code and led


def _windows(desk: Desk, place: Site) -> list[Window]:
    """From the shortest to the longest; then the days of each plan that wants a list for the finance department."""
    today = business_day(place, desk.office.clock.now())
    monday, month = today - timedelta(days=today.weekday()), today.replace(day=1)
    before = month - timedelta(days=1)
    found = [
        Window("today", _("Today"), today, today),
        Window("this_week", _("This week"), monday, today),
        Window("last_week", _("Last week"), monday - timedelta(days=7), monday - timedelta(days=1)),
        Window("this_month", _("This month"), month, today),
        Window("last_month", _("Last month"), before.replace(day=1), before),
    ]
    for site in desk.office.look(place.code, lambda look: look.line):
        for policy in site.policies:
            if policy.published and policy.postal_report_for_finance and policy.valid_from <= today:
                longest = policy.valid_from + timedelta(days=reports.LONGEST_DAYS - 1)
                last = min(policy.valid_to or today, longest)
                name = _("Plan: %(first)s–%(last)s", first=day_figures(policy.valid_from), last=day_figures(last))
                found.append(Window(f"plan_{policy.code}", name, policy.valid_from, last))
    return found


def _fault(asked: Asked) -> str:
    """Why there is no such report, "" when there is one."""
    if asked.first > asked.last:
        return _("The last day lies before the first one.")
    if (asked.last - asked.first).days >= reports.LONGEST_DAYS:
        return _("A report covers at most %(days)s days.", days=reports.LONGEST_DAYS)
    return ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The paper as the page shows it, with its first lines; `bare` when the window has nothing to tell."""

    paper: ReportPaper
    lines: list[tuple[str, list[tuple[str, bool]]]]
    totals: list[tuple[str, bool]]
    left_out: int
    bare: bool
    charts: list[str]


def _sheet(desk: Desk, place: Site, asked: Asked) -> Sheet:
    units = reports.family(desk.office.site_values(), place.code) if asked.units else ()
    return elsewhere(sheet_of, Report(place, asked.kind, asked.first, asked.last, asked.language, units))


def sheet_of(office: Office, asked: Report) -> Sheet:
    printed = paper(asked.site, table_of(office, asked), asked.lang, rehearsal=office.clock.rehearsal)
    decimals = [decimals_of(printed, at) for at in range(len(printed.columns))]

    def cells(row: tuple[Cell, ...]) -> list[tuple[str, bool]]:
        return [
            (shown(cell, printed.decimal_mark, decimals[at]), printed.columns[at].right) for at, cell in enumerate(row)
        ]

    return Sheet(
        replace(printed, lines=(), charts=()),
        [(line.weight, cells(line.cells)) for line in printed.lines[:MOST_LINES]],
        cells(printed.totals),
        max(0, len(printed.lines) - MOST_LINES),
        _bare(printed),
        [svg(chart) for chart in printed.charts if chart.drawn],
    )


def _bare(printed: ReportPaper) -> bool:
    """No line, or none with a figure or a text beyond its first column that isn't 0."""
    return not any(
        isinstance(cell, (int, float)) and cell for line in printed.lines for cell in line.cells
    ) and not any(isinstance(cell, str) and cell for line in printed.lines for cell in line.cells[3:])


def _file(place: Site, asked: Asked, wanted: str) -> str:
    """Where the API gives the same report as a file."""
    query = asked.query(format=wanted, lang=asked.language)
    del query["in"], query["kind"]
    return f"/api/v1/sites/{place.code}/reports/{asked.kind}?" + "&".join(f"{k}={v}" for k, v in query.items())


class Kind(NamedTuple):
    code: str
    name: str
    use: str
    link: str


def _kinds(desk: Desk, place: Site, asked: Asked) -> list[Kind]:
    """What can be asked for; a plan may do without the statistics of who was sent another way."""
    policy = desk.office.look(place.code, lambda look: look.plan).policy
    hidden = ("diversions",) if policy is not None and not policy.online_statistics else ()
    return [
        Kind(code, str(name), str(use), _link(place, asked, kind=code, units=False))
        for code, (name, use) in USES.items()
        if code in reports.KINDS and code not in hidden
    ]


def _here(place: Site, asked: Asked, window: Window) -> tuple[str, bool]:
    """The window's address and whether it is the one shown."""
    link = _link(place, asked, **{"from": window.first, "to": window.last})
    return link, (asked.first, asked.last) == (window.first, window.last)


def _link(place: Site, asked: Asked, **other: Any) -> str:
    return url_for("desk.reports_page", _external=False, site=place.code, **asked.query(**other))
