"""The supervisor's charts of one day: an image for the eye, and the same figures as a table."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from flask import Blueprint, Response, g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from printer_templates.report_content import Chart
from printer_templates.report_svg import height, svg
from ticketing.answers import sessions
from ticketing.answers.sessions import Session
from ticketing.desk.gate import Desk, enter
from ticketing.errors import Unknown
from ticketing.papers.report_charts import service, truth, use_of_caps, waiting
from ticketing.reports.catalogue import gather
from ticketing.reports.estimates import Estimates
from ticketing.reports.from_tickets import day_rows, waiting_hours
from ticketing.reports.table import Row
from ticketing.rules.sessions import business_day
from ticketing.rules.sites import Site
from ticketing.rules.text import counted, day_of
from ticketing.rules.tickets import Ticket

WIDTH = 460


@dataclass(frozen=True, slots=True)
class Shown:
    """A chart, what it says in a sentence, and its table: `head` and `rows` say what the bars say."""

    name: str
    chart: Chart
    said: str
    head: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    width: int = WIDTH

    @property
    def height(self) -> int:
        return height(self.chart, self.width)

    def svg(self) -> str:
        return svg(self.chart, self.width)


def add(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/<site>/supervisor/charts/<name>.svg")
    def chart(site: str, name: str) -> ResponseReturnValue:
        place, _actor = enter(desk, site, "supervisor")
        if name not in CHARTS:
            raise Unknown("chart", name)
        drawn = CHARTS[name](desk, place, day_asked(desk, place), g.lang).svg()
        return Response(drawn, mimetype="image/svg+xml", headers={"Cache-Control": "no-store"})


def day_asked(desk: Desk, place: Site) -> date:
    """The day of `?date=`; today when it names none."""
    return day_of(request.args.get("date")) or business_day(place, desk.office.clock.now())


def charts_of(desk: Desk, place: Site, day: date, lang: str) -> list[Shown]:
    return [make(desk, place, day, lang) for make in CHARTS.values()]


def _waiting(desk: Desk, place: Site, day: date, lang: str) -> Shown:
    rows = waiting_hours(place, _tickets(desk, place, day))
    longest = max((row for row in rows if row["called"]), key=lambda row: row["wait_median_s"], default=None)
    said = _("Nobody has been called yet.")
    if longest is not None:
        said = _(
            "Longest at %(hour)s: half of the people waited %(median)s min or less, nine in ten %(p90)s min or less.",
            hour=_hour(longest["hour"]), median=_minutes(longest["wait_median_s"]), p90=_minutes(longest["wait_p90_s"]),
        )  # fmt: skip
    head = (_("Hour of the number"), _("Called"), _("Median wait (min)"), _("90th percentile (min)"))
    told = [
        (_hour(row["hour"]), str(row["called"]), _minutes(row["wait_median_s"]), _minutes(row["wait_p90_s"]))
        for row in rows
    ]
    return Shown("waiting", replace(waiting(place, rows, _mark(lang)), empty=_("No figures yet.")), said, head, told)


def cap_use(listed: Iterable[Session]) -> list[tuple[str, int, int | None]]:
    """Title, dossiers and cap of each session; carried ones count, since it has to serve them. None is no cap."""
    return [(s.title, s.issued + s.carried, s.cap) for s in listed]


def _caps(desk: Desk, place: Site, day: date, lang: str) -> Shown:
    used = cap_use(desk.office.see(place.code, sessions.of_day, day, lang))
    told = [
        counted(
            _("%(session)s: %(used)s of %(cap)s dossiers", session=title, used=taken, cap=cap)
            if cap is not None
            else _("%(session)s: %(used)s dossiers, no cap", session=title, used=taken)
        )
        for title, taken, cap in used
    ]
    chart = use_of_caps([one[0] for one in used], [one[1] for one in used], [one[2] for one in used], _mark(lang))
    nothing = _("No figures yet.") if used else _("No session on this day.")
    rows = [(title, str(taken), _("no cap") if cap is None else str(cap)) for title, taken, cap in used]
    said = "; ".join(told) or nothing
    return Shown("caps", replace(chart, empty=nothing), said, (_("Session"), _("Dossiers taken"), _("Cap")), rows)


def served(place: Site, day: date, tickets: Sequence[Ticket], lang: str) -> list[Row]:
    """The day's rows of fields, then services, with a finished visit, in the site's order."""
    return [row for row in day_rows(place, day, tickets, lang)[1:] if row["service_median_s"] is not None]


def _service(desk: Desk, place: Site, day: date, lang: str) -> Shown:
    rows = served(place, day, _tickets(desk, place, day), lang)
    longest = max(rows, key=lambda row: row["service_median_s"], default=None)
    said = _("No visit has ended yet.")
    if longest is not None:
        said = _(
            "Longest for %(name)s: half of the visits took %(median)s min or less.",
            name=longest["name"], median=_minutes(longest["service_median_s"]),
        )  # fmt: skip
    head = (_("Field"), _("Visits"), _("Median (min)"), _("90th percentile (min)"))
    told = [
        (row["name"], str(row["done"]), _minutes(row["service_median_s"]), _minutes(row["service_p90_s"]))
        for row in rows
    ]
    return Shown("service", replace(service(rows, _mark(lang)), empty=_("No figures yet.")), said, head, told)


def _estimates(desk: Desk, place: Site, day: date, lang: str) -> Shown:
    making = Estimates(place, day, day, lang)
    gather(desk.office.store.read, making)
    found, rows = making.in_all(), making.table().rows
    said = _("Nobody who was told a time has been called yet.")
    if found.told and found.mae_s is not None:
        said = _(
            "Times told: %(told)s, off by %(off)s min in the mean; "
            "called before the span %(early)s, after it %(late)s.",
            told=found.told, off=_minutes(round(found.mae_s)), early=_share(found.early_share, lang),
            late=_share(found.late_share, lang),
        )  # fmt: skip
    head = (_("Field"), _("Times told"), _("Mean wait (min)"), _("Off by (min)"), _("Before the span"), _("After it"))
    told = [
        (
            row["name"], str(row["told"]), _minutes(row["mean_wait_s"]), _minutes(row["mae_s"]),
            *(_share((row[part] or 0) / 100, lang) for part in ("early_percent", "late_percent")),
        )
        for row in rows
    ]  # fmt: skip
    return Shown("estimates", replace(truth(rows, _mark(lang)), empty=_("No figures yet.")), said, head, told)


Make = Callable[[Desk, Site, date, str], Shown]
CHARTS: dict[str, Make] = {"waiting": _waiting, "caps": _caps, "service": _service, "estimates": _estimates}


def _tickets(desk: Desk, place: Site, day: date) -> list[Ticket]:
    return desk.office.store.read(lambda view: view.tickets.of_days(place.code, day, day))


def _mark(lang: str) -> str:
    return "," if lang == "vi" else "."


def _share(share: float | None, lang: str) -> str:
    """In percent, as the language writes it."""
    return "–" if share is None else f"{round(100 * share)}{'%' if lang == 'vi' else ' %'}"


def _hour(hour: int) -> str:
    return _("%(hour)s:00", hour=f"{hour:02d}")


def _minutes(seconds: int | None) -> str:
    """Whole minutes as people say them."""
    if seconds is None:
        return "–"
    return "<1" if 0 < seconds < 30 else str(round(seconds / 60))
