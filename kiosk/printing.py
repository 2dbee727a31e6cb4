"""What comes out of printers, drawn from what the office knows; and the printers of one running service."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Flask
from flask_babel import force_locale, gettext

from printer_templates import slip_escpos
from printer_templates.roll import Roll, roll_escpos
from printer_templates.trial import Trial, trial_escpos
from ticketing.answers import tickets
from ticketing.answers.names import stamp
from ticketing.office import Office
from ticketing.papers import reports
from ticketing.papers.leaflets import leaflet_of
from ticketing.papers.rolls import leaflet_roll, report_roll
from ticketing.papers.slips import sample, slip_for
from ticketing.printing.printers import Printers
from ticketing.reports import catalogue
from ticketing.rules import plans
from ticketing.rules.printers import Printer, PrintJob
from ticketing.rules.sessions import business_day
from ticketing.rules.sites import localized

SAMPLES = {"sample_vi": "vi", "sample_en": "en"}


def paper(office: Office, site: str, printer: Printer, job: PrintJob | None) -> bytes:
    """The bytes of a job, a test page without one, in an application's context. Raises Unknown("ticket") once the
    ticket's code is forgotten."""
    finish: dict[str, Any] = {"cut": printer.cut, "density": printer.density, "buzzer": printer.buzzer}
    if job is not None and job.what in ("leaflet", "daily"):
        return roll_escpos((_leaflet if job.what == "leaflet" else _daily)(office, site), printer.width, **finish)
    if job is not None and job.what in SAMPLES:
        return slip_escpos(sample(office.site(site), SAMPLES[job.what], office.public_url), printer.width, **finish)
    if job is None or job.ticket is None:
        return trial_escpos(_trial(office, site, printer), printer.width, **finish)
    ticket_id = job.ticket
    code = office.store.read(lambda view: view.tickets.code_of(ticket_id))
    return slip_escpos(slip_for(office.see(site, tickets.slip, code), job.copy), printer.width, **finish)


def _leaflet(office: Office, code: str) -> Roll:
    site = office.site(code)
    line = office.look(code, lambda look: look.line)
    plan = plans.plan(line, business_day(site, office.clock.now()))
    rehearsal = office.clock.rehearsal
    return leaflet_roll(leaflet_of(plan, line, site.lang, public_url=office.public_url, rehearsal=rehearsal))


def _daily(office: Office, code: str) -> Roll:
    site = office.site(code)
    day = business_day(site, office.clock.now())
    making = catalogue.begin(site, "daily", day, day, site.lang, ())
    table = catalogue.gather(office.store.read, making)
    return report_roll(reports.paper(site, table, site.lang, rehearsal=office.clock.rehearsal))


def _trial(office: Office, code: str, printer: Printer) -> Trial:
    site = office.site(code)
    now = datetime.fromisoformat(stamp(site, office.clock.now()) or "")
    with force_locale(site.lang):
        lines = (f"{printer.name} – {printer.address}", localized(site, site.lang), f"{now:%H:%M %d/%m/%Y}")
        return Trial(gettext("Printer test"), lines, f"{office.public_url}/{code}/")


def make_printers(
    app: Flask, office: Office, offload: Callable[[Callable[[], Any]], Any], sent: Callable[[float], None]
) -> Printers:
    """Not started: that is the serving process's."""

    def draw(site: str, printer: Printer, job: PrintJob) -> bytes:
        with app.app_context():
            return paper(office, site, printer, job)

    return Printers(office, draw, offload, office.bus.publish, sent)
