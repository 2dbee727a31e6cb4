"""The supervisor's charts of one day: an image for the eye, and the same figures as a table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, Response, g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from printer_templates.charts import COLUMNS_HEIGHT, WIDTH, Bar, Chart, columns_svg, rows_height, rows_svg
from ticketing import figures
from ticketing.desk.gate import Desk, enter
from ticketing.errors import Unknown
from ticketing.sessions import business_day
from ticketing.sites import Site


@dataclass(frozen=True, slots=True)
class Shown:
    """A chart and its table: `head` and `rows` say what the bars say. `standing` bars are columns."""

    name: str
    chart: Chart
    head: tuple[str, ...]
    rows: list[tuple[str, ...]]
    standing: bool = False
    width: int = WIDTH

    @property
    def height(self) -> int:
        return COLUMNS_HEIGHT if self.standing else rows_height(len(self.chart.bars))

    def svg(self) -> str:
        return (columns_svg if self.standing else rows_svg)(self.chart)


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
    try:
        return date.fromisoformat(request.args.get("date", ""))
    except ValueError:
        return business_day(place, desk.office.clock.now())


def charts_of(desk: Desk, place: Site, day: date, lang: str) -> list[Shown]:
    return [make(desk, place, day, lang) for make in CHARTS.values()]


def _waiting(desk: Desk, place: Site, day: date, lang: str) -> Shown:
    hours = figures.waiting_by_hour(place, _tickets(desk, place, day))
    longest = max((h for h in hours if h.called), key=lambda h: h.median_s or 0, default=None)
    said = _("Nobody has been called yet.")
    if longest is not None:
        said = _(
            "Longest at %(hour)s: half of the people waited %(median)s min or less, nine in ten %(p90)s min or less.",
            hour=_hour(longest.hour), median=_minutes(longest.median_s), p90=_minutes(longest.p90_s),
        )  # fmt: skip
    bars = tuple(
        Bar(_hour(h.hour), _whole(h.median_s), _whole(h.p90_s), _span(h.median_s, h.p90_s) if h.called else "")
        for h in hours
    )
    chart = Chart(
        _("Waiting time by the hour of the number (minutes)"), said, _legend(),
        _("No figures yet."), bars,
    )  # fmt: skip
    head = (_("Hour of the number"), _("Called"), _("Median wait (min)"), _("90th percentile (min)"))
    rows = [(_hour(h.hour), str(h.called), _minutes(h.median_s), _minutes(h.p90_s)) for h in hours]
    return Shown("waiting", chart, head, rows, standing=True)


def _caps(desk: Desk, place: Site, day: date, lang: str) -> Shown:
    used = figures.cap_use(desk.office.sessions(place.code, day, lang))
    told = [
        _("%(session)s: %(used)s of %(cap)s dossiers", session=u.title, used=u.used, cap=u.cap)
        if u.cap is not None
        else _("%(session)s: %(used)s dossiers, no cap", session=u.title, used=u.used)
        for u in used
    ]
    bars = tuple(
        Bar(u.title, u.used, u.cap, f"{u.used} / {u.cap}" if u.cap is not None else str(u.used)) for u in used
    )
    chart = Chart(
        _("Use of the caps (dossiers)"), "; ".join(told) or _("No session on this day."), (_("taken"), _("cap")),
        _("No session on this day."), bars,
    )  # fmt: skip
    rows = [(u.title, str(u.used), _("no cap") if u.cap is None else str(u.cap)) for u in used]
    return Shown("caps", chart, (_("Session"), _("Dossiers taken"), _("Cap")), rows)


def _service(desk: Desk, place: Site, day: date, lang: str) -> Shown:
    times = figures.service_times(place, day, _tickets(desk, place, day), lang)
    longest = max(times, key=lambda each: each.median_s, default=None)
    said = _("No visit has ended yet.")
    if longest is not None:
        said = _(
            "Longest for %(name)s: half of the visits took %(median)s min or less.",
            name=longest.name, median=_minutes(longest.median_s),
        )  # fmt: skip
    bars = tuple(
        Bar(each.name, _whole(each.median_s), _whole(each.p90_s), _span(each.median_s, each.p90_s))
        for each in times
    )
    chart = Chart(
        _("Service time by field (minutes)"), said, _legend(),
        _("No figures yet."), bars,
    )  # fmt: skip
    head = (_("Field"), _("Visits"), _("Median (min)"), _("90th percentile (min)"))
    rows = [(each.name, str(each.visits), _minutes(each.median_s), _minutes(each.p90_s)) for each in times]
    return Shown("service", chart, head, rows)


Make = Callable[[Desk, Site, date, str], Shown]
CHARTS: dict[str, Make] = {"waiting": _waiting, "caps": _caps, "service": _service}


def _tickets(desk: Desk, place: Site, day: date) -> list[Any]:
    return desk.office.store.read(lambda view: view.tickets_of(place.code, day, day))


def _legend() -> tuple[str, str]:
    return _("half of them, at most"), _("nine in ten, at most")


def _hour(hour: int) -> str:
    return _("%(hour)s:00", hour=f"{hour:02d}")


def _whole(seconds: int | None) -> float | None:
    return None if seconds is None else seconds / 60


def _span(median_s: int | None, p90_s: int | None) -> str:
    return f"{_minutes(median_s)}–{_minutes(p90_s)}"


def _minutes(seconds: int | None) -> str:
    """Whole minutes as people say them."""
    if seconds is None:
        return "–"
    return "<1" if 0 < seconds < 30 else str(round(seconds / 60))
