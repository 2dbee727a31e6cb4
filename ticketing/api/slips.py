"""From what the office knows of a ticket to the words on its paper."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response, request
from flask_babel import force_locale, gettext

from printer_templates import PAPER_WIDTHS_MM, Slip, SlipLabels, slip_escpos, slip_pdf, slip_png
from ticketing.answers import SlipFacts
from ticketing.api.calls import Call, document
from ticketing.api.parsing import query_number
from ticketing.errors import Invalid
from ticketing.sites import localized

DEFAULT_WIDTH_MM = 80
PDF = "application/pdf"
PNG = "image/png"
ESCPOS = "application/vnd.escpos"


def show_pdf(call: Call, code: str) -> Response:
    """The slip as a PDF of one page, `width` 58 or 80 mm wide."""
    slip, width = _slip(call, code), _width()
    return document(slip_pdf(slip, width), PDF, f'inline; filename="{slip.number}.pdf"')


def show_png(call: Call, code: str) -> Response:
    """The slip as a 1-bit PNG at 203 dpi, as wide as the printer's head."""
    slip, width = _slip(call, code), _width()
    return document(slip_png(slip, width), PNG, f'inline; filename="{slip.number}.png"')


def show_escpos(call: Call, code: str) -> Response:
    """The slip as bytes for an ESC/POS printer, cut at the end."""
    slip, width = _slip(call, code), _width()
    return document(slip_escpos(slip, width), ESCPOS, f'inline; filename="{slip.number}.escpos"')


def _slip(call: Call, code: str) -> Slip:
    # A kiosk's browser may speak English while its visitor reads Vietnamese: only ?lang= overrules.
    wanted = request.args.get("lang", "")
    return slip_for(call.office.slip(code, wanted if wanted in ("vi", "en") else ""))


def _width() -> int:
    width = query_number("width", DEFAULT_WIDTH_MM)
    if width not in PAPER_WIDTHS_MM:
        raise Invalid(("width", "not_allowed"))
    return width


def slip_for(facts: SlipFacts) -> Slip:
    """The slip in the language of `facts`; no priority, and no procedure where its field is sensitive."""
    ticket, site = facts.ticket, facts.site
    with force_locale(facts.lang):
        labels = SlipLabels(
            title=gettext("Queue number"),
            scan=gettext("Scan to follow your turn"),
            not_a_receipt=gettext("This slip does not replace the receipt and appointment slip."),
            thanks=gettext("Thank you for waiting."),
        )
        return Slip(
            number=ticket["number"],
            site_name=localized(site, facts.lang),
            url=ticket["url"],
            labels=labels,
            service_name=ticket["service_name"],
            procedure_name=ticket["procedure_name"],
            dossiers=_dossiers(ticket),
            session_name=facts.session_title,
            issued=f"{datetime.fromisoformat(ticket['issued_at']):%H:%M %d/%m/%Y}",
            ahead=_ahead(ticket),
            expected=_expected(ticket),
            processing_time=_processing_time(facts),
            late=_late(facts),
            notices=facts.notices,
            hotline=gettext("Hotline: %(number)s", number=facts.hotline) if facts.hotline else "",
            rehearsal=gettext("REHEARSAL – NOT VALID") if facts.rehearsal else "",
        )


def _dossiers(ticket: dict[str, Any]) -> str:
    if ticket["service"] not in ("submit", "postal_handover"):
        return ""
    return gettext("Number of dossiers: %(count)s", count=ticket["dossiers"])


def _ahead(ticket: dict[str, Any]) -> str:
    if ticket["ahead"] is None:
        return ""
    if ticket["ahead"] == 0:
        return gettext("Nobody is ahead of you")
    return gettext("Ahead of you: %(count)s", count=ticket["ahead"])


def _expected(ticket: dict[str, Any]) -> str:
    if not ticket["expected_at"]:
        return ""
    return gettext("Expected about %(time)s", time=f"{datetime.fromisoformat(ticket['expected_at']):%H:%M}")


def _processing_time(facts: SlipFacts) -> str:
    if not facts.processing_time:
        return ""
    return gettext("Processing time: %(time)s", time=facts.processing_time)


def _late(facts: SlipFacts) -> str:
    """What becomes of a dossier that is handed in late in the day; a result or a question knows no such hour."""
    if not facts.late or facts.ticket["service"] != "submit":
        return ""
    hour = f"{facts.site.late_from:%H:%M}"
    return gettext("Taken after %(time)s: your dossier is forwarded on the next working day.", time=hour)
