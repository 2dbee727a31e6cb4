"""The supervisor's reports over HTTP."""

from __future__ import annotations

import time
from datetime import date
from functools import partial

from flask import Response, request
from flask_babel import force_locale, gettext

from printer_templates.report import report_pdf
from printer_templates.workbook import report_xlsx
from ticketing import reports
from ticketing.api.calls import Call, answer, document
from ticketing.api.parsing import query_day
from ticketing.api.report_papers import daily_paper
from ticketing.errors import Invalid
from ticketing.ports import View
from ticketing.reports import Report, Row
from ticketing.sessions import business_day
from ticketing.sites import Site
from ticketing.tickets import Ticket

KINDS = ("daily",)
FORMATS = ("json", "csv", "xlsx", "pdf")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def show_report(call: Call, site: str, kind: str) -> Response:
    """Figures of the days `from` to `to`, both included (today, unless they say otherwise), as JSON, CSV,
    XLSX or PDF."""
    wanted = _format()
    if kind not in KINDS:
        raise Invalid(("kind", "not_available"))
    first, last = _window(call)
    report = _daily(call, first, last)
    if wanted == "json":
        return answer(reports.as_dict(report))
    name = f"{site}-{kind}-{first.isoformat()}-{last.isoformat()}.{wanted}"
    content, mimetype = written(call.where, report, wanted, call.lang)
    return document(content, mimetype, f'attachment; filename="{name}"')


def written(site: Site, report: Report, wanted: str, lang: str) -> tuple[bytes, str]:
    """The report as csv, xlsx or pdf, and its media type."""
    if wanted == "csv":
        return reports.as_csv(report, column_titles(lang)), "text/csv"
    paper = daily_paper(site, report, lang)
    return (report_xlsx(paper), XLSX) if wanted == "xlsx" else (report_pdf(paper), "application/pdf")


def _format() -> str:
    wanted = request.args.get("format", "json")
    if wanted not in FORMATS:
        raise Invalid(("format", "not_available"))
    return wanted


def _window(call: Call) -> tuple[date, date]:
    today = business_day(call.where, call.office.clock.now())
    first, last = query_day("from"), query_day("to")
    first = first or (min(last, today) if last else today)
    last = last or max(first, today)
    if first > last:
        raise Invalid(("to", "from_after_to"))
    if (last - first).days >= reports.LONGEST_DAYS:
        raise Invalid(("to", "range_too_long"))
    return first, last


def _daily(call: Call, first: date, last: date) -> Report:
    site = call.where
    rows: list[Row] = []
    for day in reports.days_of(first, last):
        tickets = call.office.store.read(partial(_tickets, site.code, day))
        rows.extend(reports.day_rows(site, day, tickets, call.lang))
        # A year of a busy centre takes seconds: between two days the others on this loop have their turn.
        time.sleep(0)
    return reports.report_of(site, first, last, rows)


def _tickets(site: str, day: date, view: View) -> list[Ticket]:
    return view.tickets_of(site, day, day)


def column_titles(lang: str) -> dict[str, str]:
    with force_locale(lang):
        return {
            "date": gettext("Day"),
            "group": gettext("Line of"),
            "code": gettext("Code"),
            "name": gettext("Name"),
            "tickets": gettext("Tickets"),
            "dossiers": gettext("Number of dossiers"),
            "received": gettext("Dossiers received"),
            "waiting": gettext("Waiting"),
            "called": gettext("Called"),
            "serving": gettext("Being served"),
            "held": gettext("On hold"),
            "done": gettext("Completed"),
            "no_show": gettext("Absent"),
            "cancelled": gettext("Cancelled"),
            "expired": gettext("Expired"),
            "wait_median_s": gettext("Waiting time, median (seconds)"),
            "wait_p90_s": gettext("Waiting time, 90th percentile (seconds)"),
            "service_median_s": gettext("Service time, median (seconds)"),
            "service_p90_s": gettext("Service time, 90th percentile (seconds)"),
        }
