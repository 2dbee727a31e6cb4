"""Reports as papers that an office signs and as spreadsheets, in the reader's language."""

from __future__ import annotations

from datetime import date

from flask_babel import force_locale, gettext

from printer_templates.report import Cell, Column, Line, ReportPaper
from ticketing.reports import Report, Row
from ticketing.sites import Site, localized


def daily_paper(site: Site, report: Report, lang: str) -> ReportPaper:
    """The daily report: a strong line for each day, its fields and services below it."""
    with force_locale(lang):
        return ReportPaper(
            nation=(
                gettext("SOCIALIST REPUBLIC OF VIET NAM"),
                gettext("Independence - Freedom - Happiness"),
            ),
            superior="",
            unit=localized(site, lang).upper(),
            title=gettext("DAILY REPORT OF NUMBERS AND DOSSIERS"),
            period=_period(report),
            columns=_columns(),
            lines=tuple(_line(row) for row in report.rows),
            notes=(
                gettext("Waiting runs from the slip to the last call, service from the start to the end of a visit."),
                gettext("The figures come from the journal and can be made again from it at any time."),
            ),
            signatures=(
                (gettext("Drawn up by"), gettext("(signature, full name)")),
                (gettext("Head of the unit"), gettext("(signature, full name, seal)")),
            ),
            page=gettext("Page {page}/{pages}"),
            decimal_mark="," if lang == "vi" else ".",
        )


def _period(report: Report) -> str:
    if report.first == report.last:
        return gettext("On %(day)s", day=_day(report.first))
    return gettext("From %(first)s to %(last)s", first=_day(report.first), last=_day(report.last))


def _day(day: date) -> str:
    return day.strftime("%d/%m/%Y")


def _columns() -> tuple[Column, ...]:
    return (
        Column(gettext("Day"), 1.5),
        Column(gettext("Field or service"), 2.6),
        Column(gettext("Tickets"), 1.2, right=True),
        Column(gettext("Number of dossiers"), 1.2, right=True),
        Column(gettext("Dossiers received"), 1.2, right=True),
        Column(gettext("Completed"), 1.2, right=True),
        Column(gettext("Absent"), 1.2, right=True),
        Column(gettext("Cancelled"), 1.2, right=True),
        Column(gettext("Expired"), 1.2, right=True),
        Column(gettext("Waiting, median (minutes)"), 1.3, right=True),
        Column(gettext("Waiting, 90th percentile (minutes)"), 1.3, right=True),
        Column(gettext("Service, median (minutes)"), 1.3, right=True),
        Column(gettext("Service, 90th percentile (minutes)"), 1.3, right=True),
    )


def _line(row: Row) -> Line:
    whole = row.group == "day"
    cells: tuple[Cell, ...] = (
        _day(date.fromisoformat(row.date)) if whole else "",
        gettext("Whole day") if whole else row.name,
        row.tickets,
        row.dossiers,
        row.received,
        *(row.states[state] for state in ("done", "no_show", "cancelled", "expired")),
        *(_minutes(row.wait_median_s), _minutes(row.wait_p90_s)),
        *(_minutes(row.service_median_s), _minutes(row.service_p90_s)),
    )
    return Line(cells, "strong" if whole else "plain")


def _minutes(seconds: int | None) -> float | None:
    return None if seconds is None else round(seconds / 60, 1)
