"""Puts the desk's pages together. Every POST form of theirs carries a CSRF token in its body."""

from pathlib import Path
from typing import Any

from flask import Blueprint, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf, validate_csrf
from wtforms.validators import ValidationError

from ticketing.answers.units import under as units_under
from ticketing.api.limits import IN_MEMORY, Place
from ticketing.api.problems import status_of
from ticketing.desk import console, leaving, login, people, post, printers, reports, supervisor, units
from ticketing.desk.attempts import Attempts
from ticketing.desk.config import calendar
from ticketing.desk.config import pages as configuring
from ticketing.desk.gate import Desk, LoginNeeded
from ticketing.desk.plan import announcements as announcing
from ticketing.desk.plan import changes, page
from ticketing.desk.texts import ROLE_NAMES, spoken
from ticketing.desk.words import local_time, refusal
from ticketing.errors import TicketingError, Unknown
from ticketing.office import Office
from ticketing.verbs.people import Accounts

HERE = Path(__file__).parent


def make_desk(office: Office, accounts: Accounts, counts: Place = IN_MEMORY) -> Blueprint:
    """The blueprint for /login, /logout, /{site}/counter/ and /{site}/supervisor/."""
    pages = Blueprint(
        "desk",
        __name__,
        template_folder=str(HERE / "templates"),
        static_folder=str(HERE / "static"),
        static_url_path="/static/desk",
    )
    desk = Desk(office, accounts, Attempts(counts))
    for room in (
        login,
        leaving,
        console,
        supervisor,
        units,
        people,
        printers,
        configuring,
        calendar,
        announcing,
        post,
        reports,
        page,
        changes,
    ):
        room.add(pages, desk)
    pages.before_request(_check_form)
    pages.context_processor(_for_templates)
    pages.context_processor(lambda: {"leads_units": lambda site: bool(units_under(office.site_values(), site.code))})
    pages.register_error_handler(LoginNeeded, _to_login)
    pages.register_error_handler(TicketingError, _refused)
    pages.register_error_handler(ValidationError, _stale_form)
    return pages


def _check_form() -> None:
    if request.method == "POST":
        if request.endpoint in ("desk.import_config", "desk.sign_in"):
            # A province's file is longer than Werkzeug lets a field be; the whole body stays limited.
            request.max_form_memory_size = request.max_content_length
        validate_csrf(request.form.get("csrf_token"))


def _for_templates() -> dict[str, Any]:
    return {
        "csrf_field": generate_csrf,
        "actor": g.get("actor"),
        "local_time": local_time,
        "role_names": spoken(ROLE_NAMES),
    }


def _to_login(_error: LoginNeeded) -> ResponseReturnValue:
    if request.path.endswith(".json"):
        return jsonify(code="unauthorized"), 401
    wanted = request.full_path.rstrip("?")
    if request.method == "GET":
        return redirect(url_for("desk.login_page", next=wanted), 303)
    # The browser takes the whole form along, and the login page keeps it.
    return redirect(url_for("desk.login_page", form_of=wanted), 307)


def _refused(error: TicketingError) -> ResponseReturnValue:
    wait = error.details.get("retry_after")
    status = 404 if isinstance(error, Unknown) else status_of(error, {})
    return *_page(refusal(error), status), {"Retry-After": str(wait)} if wait else {}


def _stale_form(_error: Any) -> ResponseReturnValue:
    return _page(_("This form is too old. Go back, load the page again and repeat the step."), 400)


def _page(text: str, status: int) -> tuple[str, int]:
    return render_template("desk/refused.html", text=text, status=status), status
