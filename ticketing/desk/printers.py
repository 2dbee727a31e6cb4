"""The printers' page: how each is, what waits there, and a slip of today once more."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ticketing.answers import printers
from ticketing.api.printers import PRINTERS
from ticketing.desk.gate import Desk, enter
from ticketing.desk.words import refusal
from ticketing.errors import TicketingError, Unknown
from ticketing.office import Where
from ticketing.rules.printers import DOWN
from ticketing.rules.sessions import business_day
from ticketing.verbs.printers import print_again, print_sheet, print_test

STATES = {
    "ok": _l("Ready"), "paper_low": _l("Paper runs low"), "paper_out": _l("No paper"),
    "cover_open": _l("Cover is open"), "offline": _l("Does not answer"), "unknown": _l("Not known"),
}  # fmt: skip

WHY = {
    "agent_silent": _l("The agent beside it is not heard of."), "no answer": _l("It takes the line, and says nothing."),
    "closed by the printer": _l("It closed the line."), "error": _l("It reports an error of its own."),
    "offline": _l("It says that it is offline."),
}  # fmt: skip
SAMPLES = ("sample_vi", "sample_en")


def add(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/<site>/supervisor/printers")
    def printers_page(site: str) -> ResponseReturnValue:
        place, _actor = enter(desk, site, "supervisor")
        rows = desk.office.see(site, printers.of_site)
        return render_template(
            "desk/printers.html", site=place, tab="printers", rows=rows, state_names=STATES, down=DOWN, why=WHY,
            ours=[one for one in rows if one.address != "browser:"],
            time=desk.office.clock.now().astimezone(place.zone).isoformat(timespec="seconds"),
            texts={"offline": _("No connection since %(time)s. What you see may be old.")},
        )  # fmt: skip

    @pages.post("/<site>/supervisor/printers/again")
    def print_number_again(site: str) -> ResponseReturnValue:
        """A slip of today once more, on a paper that says so."""
        place, actor = enter(desk, site, "supervisor")
        number = request.form.get("number", "").strip()[:20].upper()
        day = business_day(place, desk.office.clock.now())
        try:
            code = desk.office.store.read(
                lambda view: view.tickets.code_of(found.id)
                if (found := view.tickets.by_number(site, day, number)) else ""
            )  # fmt: skip
            if not code:
                raise Unknown("ticket", number)
            job = desk.office.do(Where(site, actor), print_again, code, request.form.get("printer", "")[:60])
            current_app.extensions[PRINTERS].release(site, job.ticket or 0)
            flash(_("Number %(number)s is printed again on %(printer)s.", number=number, printer=job.printer))
        except TicketingError as error:
            flash(refusal(error), "wrong")
        return redirect(url_for("desk.printers_page", site=site), 303)

    @pages.post("/<site>/supervisor/printers/sheet")
    def print_a_sheet(site: str) -> ResponseReturnValue:
        """What has no number: the leaflet in short, the day's report, a sample of the slip, a test page."""
        _place, actor = enter(desk, site, "supervisor")
        printer, what = request.form.get("printer", "")[:60], request.form.get("what", "")
        try:
            if what in ("leaflet", "daily", *SAMPLES):
                desk.office.do(Where(site, actor), print_sheet, printer, what)
            else:
                desk.office.do(Where(site, actor), print_test, printer)
            flash(_("It is on its way to %(printer)s.", printer=printer))
        except TicketingError as error:
            flash(refusal(error), "wrong")
        return redirect(url_for("desk.config_slip" if what in SAMPLES else "desk.printers_page", site=site), 303)
