"""The ticket on the phone: its page, of which most is the same for every ticket in the same state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from flask import Blueprint, Response, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import escape

from kiosk.frames import Frames, slot
from kiosk.rating import faces
from kiosk.wording import phone_texts, roughly
from printer_templates.screen_qr import qr_svg
from ticketing.answers import notices, tickets
from ticketing.answers.overview import has_family
from ticketing.answers.ratings import can_rate
from ticketing.answers.tickets import Ticket
from ticketing.errors import TicketingError
from ticketing.lookups import Look
from ticketing.office import Office, Where
from ticketing.rules.people import CITIZEN
from ticketing.rules.sites import Site, localized
from ticketing.rules.text import clock_span, day_figures
from ticketing.rules.tickets import Ticket as Given
from ticketing.verbs import taking

MOST_FRAMES = 200


class Shape(NamedTuple):
    """What of a ticket decides which parts its page has."""

    site: str
    lang: str
    state: str
    rated: bool
    outside: bool
    several: bool
    ahead: bool
    expected: bool
    next: bool
    bring: bool
    where: bool


def add_phone(views: Blueprint, office: Office) -> None:
    frames = Frames(MOST_FRAMES)

    @views.get("/t/<code>")
    def ticket_page(code: str) -> ResponseReturnValue:
        try:
            return office.see_ticket(code, _page, frames)
        except TicketingError as refusal:
            if refusal.code != "unknown_ticket":
                raise
            return render_template("kiosk/day_over.html", lang_url=f"{request.path}?lang={_other_language()}"), 404

    @views.post("/t/<code>/give-up")
    def give_up(code: str) -> ResponseReturnValue:
        """For phones without script; who knows the code holds the ticket, no cookie stands for him."""
        try:
            office.do(Where(office.site_of(code), CITIZEN), taking.give_up, code)
        except TicketingError as refusal:
            if refusal.code not in ("conflict", "unknown_ticket"):
                raise
        return redirect(url_for("views.ticket_page", code=code), 303)

    @views.get("/t/<code>/qr.svg")
    def ticket_qr(code: str) -> ResponseReturnValue:
        return svg(qr_svg(office.see_ticket(code, tickets.now, g.lang).url))


def svg(drawing: str, max_age: int = 3600) -> Response:
    answer = Response(drawing, mimetype="image/svg+xml")
    answer.headers["Cache-Control"] = f"private, max-age={max_age}"
    return answer


def _page(look: Look, given: Given, frames: Frames) -> str:
    ticket, texts = tickets.now(look, given, g.lang), phone_texts()
    others = has_family(look)
    own = _words(ticket, texts) | {
        "number": ticket.number, "purpose": ticket.procedure_name or ticket.service_name,
        "dossiers": str(ticket.dossiers), "taken": f"{ticket.issued_at[11:16]}, {day_figures(ticket.issued_at)}",
        "bring": _bring(look.site, ticket), "where": _elsewhere(look.site, ticket) if others else "",
        "path": request.script_root + request.path,
    }  # fmt: skip
    shape = Shape(
        look.site.code, g.lang, ticket.state, ticket.state == "done" and not can_rate(look, ticket.code),
        bool(ticket.wait_outside and not ticket.emergency), ticket.dossiers > 1,
        **{name: bool(own[name]) for name in ("ahead", "expected", "next", "bring", "where")},
    )  # fmt: skip
    made_of = (look.line, look.date, ticket.emergency)
    return frames.page(
        shape, made_of, lambda: _frame(look, ticket, shape, own),
        ticket=htmlsafe_json_dumps(ticket, dumps=current_app.json.dumps),
        **{name: escape(words) for name, words in own.items()},
    )  # fmt: skip


def _frame(look: Look, ticket: Ticket, shape: Shape, own: Mapping[str, str]) -> str:
    return render_template(
        "kiosk/ticket.html", shape=shape, stop=ticket.emergency, site=look.site, faces=faces(), texts=phone_texts(),
        site_name=localized(look.site, g.lang), other_language=_other_language(), hotline=look.plan.hotline,
        notices=[notice.text for notice in notices.now(look, g.lang, "phone")],
        own={name: slot(name) for name in own}, ticket=slot("ticket"),
    )  # fmt: skip


def _other_language() -> str:
    return "en" if g.lang == "vi" else "vi"


def _elsewhere(place: Site, ticket: Ticket) -> str:
    """The address of the other centres; it tells no sensitive field."""
    field = place.field(ticket.field)
    asked = ticket.field if field is not None and not field.sensitive and ticket.service == "submit" else None
    return url_for("views.where_page", site=place.code, field=asked)


def _bring(place: Site, ticket: Ticket) -> str:
    """What to have ready; nothing that would tell a sensitive field's procedure to a stranger's eye."""
    if ticket.service == "result":
        return _(
            "The receipt and appointment slip; if you collect for somebody else, a letter of authorisation."
        )
    procedure = place.procedure(ticket.procedure)
    field = place.field(ticket.field)
    if procedure is None or (field is not None and field.sensitive):
        return ""
    return localized(procedure, g.lang, "bring")


def _words(ticket: Ticket, texts: Mapping[str, str]) -> dict[str, Any]:
    """The state in words, as the page's script will say it too."""
    state = ticket.state
    soon = state == "waiting" and ticket.ahead is not None and ticket.ahead <= 3 and not ticket.wait_reason
    expected = ""
    if ticket.expected_from and ticket.expected_to:
        expected = texts["expected"] % {"time": clock_span(ticket.expected_from, ticket.expected_to)}
        expected = roughly(expected, ticket.expected_rough, texts)
    if ticket.wait_reason:
        expected = texts["no_counter"]
    return {
        "state": texts[f"state_{state}"] % {"counter": ticket.counter},
        "next": "" if ticket.emergency else texts["next_soon" if soon else f"next_{state}"],
        "ahead": _ahead(ticket, texts),
        "expected": "" if ticket.emergency else expected,
    }


def _ahead(ticket: Ticket, texts: Mapping[str, str]) -> str:
    """Whom the counters of this queue have now, and how many come before its holder."""
    ahead = ticket.ahead
    if ticket.state != "waiting" or ahead is None:
        return ""
    if ticket.now_calling and not ticket.wait_reason:
        numbers = ", ".join(one.number for one in ticket.now_calling)
        return texts["now_calling" if ahead else "now_calling_next"] % {"numbers": numbers, "n": ahead}
    return texts["ahead_n" if ahead else "ahead_nobody" if ticket.wait_reason else "ahead_none"] % {"n": ahead}
