"""The supervisor's reports over HTTP."""

from dataclasses import dataclass
from datetime import date

import msgspec
from flask import Response, request

from printer_templates.report import report_pdf
from printer_templates.workbook import report_xlsx
from ticketing.api.calls import Call, document, json
from ticketing.api.elsewhere import elsewhere
from ticketing.api.parsing import query_day
from ticketing.errors import Forbidden, Invalid
from ticketing.office import Office
from ticketing.papers import reports as report_papers
from ticketing.reports import catalogue as reports
from ticketing.reports.table import Table
from ticketing.rules.sessions import business_day
from ticketing.rules.sites import Site, localized

YES_OR_NO = ("true", "false", "1", "0")
FORMATS = ("json", "csv", "xlsx", "pdf")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Asked:
    """A report as it was asked for, and checked: `units` are the sites of a list for many."""

    site: Site
    kind: str
    first: date
    last: date
    lang: str
    units: tuple[Site, ...] = ()


def show_report(call: Call, site: str, kind: str) -> Response:
    """Figures of the days `from` to `to`, both included (today, unless they say otherwise), as JSON, CSV,
    XLSX or PDF. With `units=true` `daily`, `sessions`, `diversions` and `hours` tell of the site and of each unit under
    it one line, for the site's own supervisor, and `postal` all entries, for its admin."""
    wanted = request.args.get("format", "json")
    if wanted not in FORMATS:
        raise Invalid(("format", "not_available"))
    first, last = window(call)
    asked = Asked(call.where, kind, first, last, call.lang, _units(call, kind))
    reports.begin(asked.site, kind, first, last, call.lang, asked.units)
    if wanted == "json":
        short = first == last and not asked.units
        content = write_json(call.office, asked) if short else elsewhere(write_json, asked)
        return json(content)
    content, mimetype = elsewhere(write_report, asked, wanted)
    name = f"{site}-{kind}-{first.isoformat()}-{last.isoformat()}.{wanted}"
    return document(content, mimetype, f'attachment; filename="{name}"')


def table_of(office: Office, asked: Asked) -> Table:
    making = reports.begin(asked.site, asked.kind, asked.first, asked.last, asked.lang, asked.units)
    return reports.gather(office.store.read, making)


def write_json(office: Office, asked: Asked) -> bytes:
    return msgspec.json.encode(reports.as_dict(table_of(office, asked)))


def write_report(office: Office, asked: Asked, wanted: str) -> tuple[bytes, str]:
    """The report as csv, xlsx or pdf, and its media type."""
    superior = superior_of(office, asked.site, asked.lang)
    return written(
        asked.site, table_of(office, asked), wanted, asked.lang, rehearsal=office.clock.rehearsal, superior=superior
    )


def written(
    site: Site, table: Table, wanted: str, lang: str, *, rehearsal: bool = False, superior: str = ""
) -> tuple[bytes, str]:
    """A table as csv, xlsx or pdf, and its media type."""
    if wanted == "csv":
        return report_papers.spreadsheet_text(table, lang), "text/csv"
    if wanted == "xlsx":
        return report_xlsx(report_papers.sheet(site, table, lang, rehearsal=rehearsal, superior=superior)), XLSX
    return report_pdf(report_papers.paper(site, table, lang, rehearsal=rehearsal, superior=superior)), "application/pdf"


def superior_of(office: Office, site: Site, lang: str) -> str:
    """The body above, as a report's head has it (Nghị định 30/2020/NĐ-CP, Phụ lục I): as the site names it, else the
    office above; "" for none."""
    if named := localized(site, lang, "superior"):
        return named
    return localized(office.site(site.parent), lang) if site.parent else ""


def _units(call: Call, kind: str) -> tuple[Site, ...]:
    """The sites of a report over all units, none for the site's own. Raises Forbidden for another's people, and for
    the postal list, which has every visit, for all but the admin."""
    given = request.args.get("units", "false")
    if given not in YES_OR_NO:
        raise Invalid(("units", "not_allowed"))
    if given in ("false", "0"):
        return ()
    if call.who.site != call.where.code or (kind == "postal" and call.who.role != "admin"):
        raise Forbidden("units")
    return reports.family(call.office.site_values(), call.where.code)


def window(call: Call) -> tuple[date, date]:
    today = business_day(call.where, call.office.clock.now())
    first, last = query_day("from"), query_day("to")
    first = first or (min(last, today) if last else today)
    last = last or max(first, today)
    return first, last
