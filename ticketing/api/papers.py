"""Slips and leaflets as files."""

from __future__ import annotations

from functools import lru_cache

from flask import Response, request

from printer_templates import PAPER_WIDTHS_MM, Slip, slip_escpos, slip_pdf, slip_png
from printer_templates.leaflet import Leaflet, leaflet_pdf
from ticketing.answers import tickets
from ticketing.api.calls import Call, document
from ticketing.api.elsewhere import elsewhere
from ticketing.api.languages import spoken
from ticketing.api.parsing import query_day, query_number
from ticketing.errors import Invalid
from ticketing.office import Office
from ticketing.papers.leaflets import leaflet_of
from ticketing.papers.slips import slip_for
from ticketing.rules import plans
from ticketing.rules.sessions import business_day

PDF = "application/pdf"
PNG = "image/png"
ESCPOS = "application/vnd.escpos"
MOST_COPIES = 99


def show_pdf(call: Call, code: str) -> Response:
    """The slip as a PDF of one page, `width` 58 or 80 mm wide."""
    slip, width = _slip(call, code)
    return document(slip_pdf(slip, width), PDF, f'inline; filename="{slip.number}.pdf"')


def show_png(call: Call, code: str) -> Response:
    """The slip as a 1-bit PNG at 203 dpi, as wide as the printer's head."""
    slip, width = _slip(call, code)
    return document(slip_png(slip, width), PNG, f'inline; filename="{slip.number}.png"')


def show_escpos(call: Call, code: str) -> Response:
    """The slip as bytes for an ESC/POS printer, cut at the end."""
    slip, width = _slip(call, code)
    return document(slip_escpos(slip, width), ESCPOS, f'inline; filename="{slip.number}.escpos"')


def _slip(call: Call, code: str) -> tuple[Slip, int]:
    """The slip, and the paper's width: the site's own where none is asked for. `copy` is what a later paper is marked
    with: nobody counts what browsers print."""
    # A kiosk's browser may speak English while its visitor reads Vietnamese: only ?lang= overrules.
    lang = spoken(request.args.get("lang", ""))
    facts = call.office.see(call.office.site_of(code), tickets.slip, code, lang)
    width = query_number("width", facts.site.slip.width)
    if width not in PAPER_WIDTHS_MM:
        raise Invalid(("width", "not_allowed"))
    copy = query_number("copy", 0)
    if not 0 <= copy <= MOST_COPIES:
        raise Invalid(("copy", "not_allowed"))
    return slip_for(facts, copy), width


def show_leaflet(call: Call, site: str) -> Response:
    """An A5 leaflet of the plan that holds on `date` (today): period, ways, hotline, codes of portal, Zalo and our
    own page, measures, why, legal base. Where no plan holds it tells how to take a number."""
    office, found = call.office, call.office.site(site)
    line = office.look(site, lambda look: look.line)
    plan = plans.plan(line, query_day("date") or business_day(found, office.clock.now()))
    leaflet = leaflet_of(plan, line, call.lang, public_url=office.public_url, rehearsal=office.clock.rehearsal)
    return document(_drawn(leaflet), PDF, f'inline; filename="{site}-leaflet-{call.lang}.pdf"')


@lru_cache(maxsize=32)
def _drawn(leaflet: Leaflet) -> bytes:
    return elsewhere(draw_leaflet, leaflet)


def draw_leaflet(_office: Office, leaflet: Leaflet) -> bytes:
    return leaflet_pdf(leaflet)
