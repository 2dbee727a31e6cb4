"""From what the office knows of a ticket to the words on its paper."""

from base64 import b64decode
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from flask_babel import force_locale, gettext

from printer_templates import Slip, SlipLabels, slip_png
from ticketing.answers.tickets import SlipFacts, Ticket
from ticketing.rules.sites import Site, localized
from ticketing.rules.text import clock_span

# What of a Slip each block of the layout is.
_BLOCKS = {
    "site_name": ("site_name",), "procedure": ("procedure_name",), "ahead": ("ahead",), "expected": ("expected",),
    "dossiers": ("dossiers",), "processing_time": ("processing_time", "late"), "bring": ("bring",),
    "session": ("session_name",), "code": ("url",), "hotline": ("hotline",),
}  # fmt: skip


def slip_for(facts: SlipFacts, copy: int = 0) -> Slip:
    """The slip in the language of `facts`, as the site's layout has it; no priority, and no procedure where its field
    is sensitive. A later `copy` of the paper says so."""
    return _laid_out(_whole(facts, copy), facts.site, facts.lang)


def sample(site: Site, lang: str, public_url: str) -> Slip:
    """A slip of nobody, with everything that may stand on one."""
    chosen = next((one for one in site.fields if not one.sensitive), None)
    procedure = next((one for one in site.procedures if chosen and one.field == chosen.code), None)
    with force_locale(lang):
        slip = Slip(
            number=f"{chosen.prefix if chosen else '1'}001",
            site_name=localized(site, lang),
            url=f"{public_url}/t/{'A' * 22}",
            labels=_labels(lang),
            service_name=localized(chosen, lang) if chosen else gettext("Help desk"),
            procedure_name=localized(procedure, lang) if procedure else "",
            dossiers=gettext("Number of dossiers: %(count)s", count=1),
            session_name=localized(site.sessions[0], lang, "title") if site.sessions else "",
            issued="08:15 23/11/2026",
            ahead=gettext("Ahead of you: %(count)s", count=7),
            expected=gettext("Expected about %(time)s", time="08:45–09:00"),
            processing_time=_time(localized(procedure, lang, "processing_time") if procedure else ""),
            bring=_please(localized(procedure, lang, "bring") if procedure else ""),
            notices=tuple(localized(one, lang, "text") for one in site.notices if "slip" in one.places),
            hotline=gettext("Hotline: %(number)s", number=site.hotline) if site.hotline else "",
            rehearsal=gettext("SAMPLE – NOT VALID"),
        )
    return _laid_out(slip, site, lang)


def sample_png(site: Site, lang: str, public_url: str) -> bytes:
    return slip_png(sample(site, lang, public_url), site.slip.width)


def _laid_out(slip: Slip, site: Site, lang: str) -> Slip:
    layout = site.slip
    hidden = [names for block, names in _BLOCKS.items() if block not in layout.blocks]
    left_out: dict[str, Any] = {name: "" for names in hidden for name in names}
    if "notices" not in layout.blocks:
        slip = replace(slip, notices=())
    if "thanks" not in layout.blocks:
        slip = replace(slip, labels=replace(slip.labels, thanks=""))
    return replace(
        slip, header=localized(layout, lang, "header"), footer=localized(layout, lang, "footer"),
        logo=_logo(layout.logo), **left_out,
    )  # fmt: skip


def _whole(facts: SlipFacts, copy: int) -> Slip:
    ticket, site = facts.ticket, facts.site
    with force_locale(facts.lang):
        return Slip(
            number=ticket.number,
            site_name=localized(site, facts.lang),
            url=ticket.url,
            labels=_labels(facts.lang),
            service_name=ticket.service_name,
            procedure_name=ticket.procedure_name,
            dossiers=_dossiers(ticket),
            session_name=facts.session_title,
            issued=f"{datetime.fromisoformat(ticket.issued_at):%H:%M %d/%m/%Y}",
            ahead=_ahead(ticket),
            expected=_expected(ticket),
            processing_time=_time(facts.processing_time),
            late=_late(facts),
            bring=_bring(facts),
            notices=facts.notices,
            hotline=gettext("Hotline: %(number)s", number=facts.hotline) if facts.hotline else "",
            rehearsal=gettext("REHEARSAL – NOT VALID") if facts.rehearsal else "",
            reprint=gettext("REPRINT %(count)s", count=copy) if copy else "",
            ledger=gettext("Ledger before this number: %(root)s", root=facts.root) if facts.root else "",
        )


def _labels(lang: str) -> SlipLabels:
    return SlipLabels(
        title=gettext("Queue number"),
        scan=gettext("Scan to follow your turn"),
        not_a_receipt=gettext("This slip does not replace the receipt and appointment slip."),
        thanks=gettext("Thank you for waiting."),
        lang=lang,
    )


@lru_cache(maxsize=16)
def _logo(logo: str) -> bytes:
    return b64decode(logo)


def _dossiers(ticket: Ticket) -> str:
    if ticket.service not in ("submit", "postal_handover"):
        return ""
    return gettext("Number of dossiers: %(count)s", count=ticket.dossiers)


def _ahead(ticket: Ticket) -> str:
    if ticket.ahead is None:
        return ""
    if ticket.ahead == 0:
        return gettext("Nobody is ahead of you")
    return gettext("Ahead of you: %(count)s", count=ticket.ahead)


def _expected(ticket: Ticket) -> str:
    if ticket.wait_reason:
        return gettext("No counter is open for this number yet, so no time can be told.")
    if not ticket.expected_from or not ticket.expected_to:
        return ""
    told = gettext("Expected about %(time)s", time=clock_span(ticket.expected_from, ticket.expected_to))
    if not ticket.expected_rough:
        return told
    guess = gettext("a wide guess, since little is known yet")
    return f"{told} ({guess})"


def _time(time: str) -> str:
    return gettext("Processing time: %(time)s", time=time) if time else ""


def _bring(facts: SlipFacts) -> str:
    """What to have ready at the counter; the public answer names no procedure of a sensitive field."""
    procedure = facts.site.procedure(facts.ticket.procedure)
    if procedure is None or facts.ticket.service != "submit" or not facts.ticket.procedure_name:
        return ""
    return _please(localized(procedure, facts.lang, "bring"))


def _please(bring: str) -> str:
    return gettext("Please bring: %(bring)s", bring=bring) if bring else ""


def _late(facts: SlipFacts) -> str:
    """What becomes of a dossier that is handed in late in the day; a result or a question knows no such hour."""
    if not facts.late or facts.ticket.service != "submit":
        return ""
    hour = f"{facts.site.late_from:%H:%M}"
    return gettext("Taken after %(time)s: your dossier is forwarded on the next working day.", time=hour)
