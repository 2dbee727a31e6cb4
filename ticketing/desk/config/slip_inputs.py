"""The form of the slip's layout."""

from __future__ import annotations

from base64 import b64encode

from flask import request
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict

from ticketing.desk.config.inputs import Input, Section, fixed_options
from ticketing.rules.slips import LOGO_DOTS, MOST_LOGO_BYTES, WIDTHS

BLOCK_NAMES = {
    "site_name": _("Name of the unit"), "procedure": _("Procedure"), "ahead": _("How many are ahead"),
    "expected": _("Expected time"), "dossiers": _("Number of dossiers"), "processing_time": _("Processing time"),
    "bring": _("What to bring"), "session": _("Session"), "code": _("QR code of the phone page"),
    "notices": _("Notices"), "hotline": _("Hotline"), "thanks": _("Thanks"),
}  # fmt: skip

SLIP = Section(
    "slip", _("Slip"), _("What the paper says, its own words, and the logo."),
    _("It holds for every slip that is printed from now on, at kiosks, counters and as a file."),
    (
        Input("blocks", _("On the slip"), "many", options=fixed_options(BLOCK_NAMES),
              hint=_("Number, service, time of issue and that it is no receipt stand on every slip.")),
        Input("header", _("Own words above, in Vietnamese"), "long"),
        Input("header_en", _("Own words above, in English"), "long"),
        Input("footer", _("Own words below, in Vietnamese"), "long"),
        Input("footer_en", _("Own words below, in English"), "long"),
        Input("logo", _("Logo"), "picture",
              hint=_("A PNG in black and white, at most %(wide)s × %(high)s dots (47 × 30 mm) and %(most)s bytes.",
                     wide=LOGO_DOTS[0], high=LOGO_DOTS[1], most=MOST_LOGO_BYTES)),
        Input("width", _("Paper"), "choice", options=fixed_options({str(one): f"{one} mm" for one in WIDTHS}),
              hint=_("Of kiosks that print by their browser. A printer of the configuration has its own.")),
    ),
)  # fmt: skip


def with_upload(form: MultiDict[str, str]) -> MultiDict[str, str]:
    """The form with its file as text, so that the steps that follow carry it too."""
    sent = request.files.get("logo_file")
    if sent is None or not sent.filename:
        return form
    whole = form.copy()
    whole["logo"] = b64encode(sent.read(2 * MOST_LOGO_BYTES)).decode()
    return whole
