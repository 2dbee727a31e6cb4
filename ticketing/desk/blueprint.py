"""Puts the desk's pages together. Every POST form of theirs carries a CSRF token in its body."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from flask import Blueprint, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf, validate_csrf
from wtforms.validators import ValidationError

from ticketing.accounts import Accounts
from ticketing.desk import (
    announcing,
    config_days,
    configuring,
    console,
    login,
    people,
    planning_changes,
    planning_page,
    postal_page,
    reporting,
    supervisor,
)
from ticketing.desk.gate import Desk, LoginNeeded
from ticketing.desk.texts import ROLE_NAMES, spoken
from ticketing.desk.throttle import Attempts
from ticketing.desk.words import local_time, refusal
from ticketing.errors import Forbidden, TicketingError, Unknown
from ticketing.office import Office

HERE = Path(__file__).parent


def make_desk(office: Office, accounts: Accounts) -> Blueprint:
    """The blueprint for /login, /logout, /{site}/counter/ and /{site}/supervisor/."""
    pages = Blueprint(
        "desk",
        __name__,
        template_folder=str(HERE / "templates"),
        static_folder=str(HERE / "static"),
        static_url_path="/static/desk",
    )
    desk = Desk(office, accounts, Attempts(time.monotonic))
    for room in (
        login,
        console,
        supervisor,
        people,
        configuring,
        config_days,
        announcing,
        postal_page,
        reporting,
        planning_page,
        planning_changes,
    ):
        room.add(pages, desk)
    pages.before_request(_check_form)
    pages.context_processor(_for_templates)
    pages.register_error_handler(LoginNeeded, _to_login)
    pages.register_error_handler(TicketingError, _refused)
    pages.register_error_handler(ValidationError, _stale_form)
    return pages


def _check_form() -> None:
    if request.method == "POST":
        if request.endpoint == "desk.import_config":
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
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("desk.login_page", next=wanted), 303)


def _refused(error: TicketingError) -> ResponseReturnValue:
    status = 403 if isinstance(error, Forbidden) else 404 if isinstance(error, Unknown) else 409
    return _page(refusal(error), status)


def _stale_form(_error: Any) -> ResponseReturnValue:
    return _page(_("This form is too old. Go back, load the page again and repeat the step."), 400)


def _page(text: str, status: int) -> ResponseReturnValue:
    return render_template("desk/refused.html", text=text, status=status), status
