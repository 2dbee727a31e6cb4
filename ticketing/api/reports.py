"""The supervisor's reports over HTTP."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import date

from flask import Response, current_app, request

from printer_templates.report import report_pdf
from printer_templates.workbook import report_xlsx
from ticketing import reports
from ticketing.api import report_papers
from ticketing.api.calls import Call, answer, document
from ticketing.api.parsing import query_day
from ticketing.errors import Forbidden, Invalid
from ticketing.office import Office
from ticketing.report_shapes import Table
from ticketing.sessions import business_day
from ticketing.sites import Site, localized

FORMATS = ("json", "csv", "xlsx", "pdf")
OFFLOAD = "layso.offload"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def show_report(call: Call, site: str, kind: str) -> Response:
    """Figures of the days `from` to `to`, both included (today, unless they say otherwise), as JSON, CSV,
    XLSX or PDF. The postal list has all units under the site with `units=true`, for the site's own admin."""
    wanted = _format()
    if kind not in reports.KINDS:
        raise Invalid(("kind", "not_available"))
    first, last = _window(call)
    making = reports.begin(call.where, kind, first, last, call.lang, _units(call))
    # Between two days the others on this loop have their turn.
    table = reports.gather(call.office.store.read, making, lambda: time.sleep(0))
    if wanted == "json":
        return answer(reports.as_dict(table))
    name = f"{site}-{kind}-{first.isoformat()}-{last.isoformat()}.{wanted}"
    content, mimetype = written(
        call.where, table, wanted, call.lang, rehearsal=call.office.clock.rehearsal, offload=_elsewhere,
        superior=superior_of(call.office, call.where, call.lang),
    )  # fmt: skip
    return document(content, mimetype, f'attachment; filename="{name}"')


def written(
    site: Site, table: Table, wanted: str, lang: str, *, rehearsal: bool = False, superior: str = "",
    offload: Callable[[Callable[[], bytes]], bytes] = lambda work: work(),
) -> tuple[bytes, str]:  # fmt: skip
    """The report as csv, xlsx or pdf, and its media type. `offload` runs what takes long: a year's PDF takes
    seconds, and needs nothing of the request any more."""
    if wanted == "csv":
        return report_papers.spreadsheet_text(table, lang), "text/csv"
    if wanted == "xlsx":
        sheet = report_papers.sheet(site, table, lang, rehearsal=rehearsal, superior=superior)
        return offload(lambda: report_xlsx(sheet)), XLSX
    paper = report_papers.paper(site, table, lang, rehearsal=rehearsal, superior=superior)
    return offload(lambda: report_pdf(paper)), "application/pdf"


def superior_of(office: Office, site: Site, lang: str) -> str:
    """The name of the office above, as a report's head has it; "" for none."""
    return localized(office.site(site.parent), lang) if site.parent else ""


_one_at_a_time = threading.Lock()


def _elsewhere(work: Callable[[], bytes]) -> bytes:
    """Runs `work` as the app's `offload` has it (in a native thread, so that the loop goes on), one after the
    other: a report is no reason to take all of the machine."""
    run = current_app.extensions.get(OFFLOAD)
    with _one_at_a_time:
        return run(work) if run is not None else work()


def _format() -> str:
    wanted = request.args.get("format", "json")
    if wanted not in FORMATS:
        raise Invalid(("format", "not_available"))
    return wanted


def _units(call: Call) -> tuple[Site, ...]:
    """The sites of a list for all units, none for the site's own report. Raises Forbidden for another's admin."""
    given = request.args.get("units", "false")
    if given not in ("true", "false"):
        raise Invalid(("units", "not_allowed"))
    if given == "false":
        return ()
    if call.who.role != "admin" or call.who.site != call.where.code:
        raise Forbidden("units")
    return reports.family(call.office.site_values(), call.where.code)


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
