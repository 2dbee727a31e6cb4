"""The leaflet of the plan in force, or of how to take a number where none is."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from flask import Response
from flask_babel import force_locale, gettext

from printer_templates.leaflet import Leaflet, LeafletCode, Section, leaflet_pdf
from ticketing import decisions
from ticketing.api import plan_words as words
from ticketing.api.calls import Call, document
from ticketing.api.parsing import query_day
from ticketing.decisions import Plan
from ticketing.office import Office
from ticketing.sessions import business_day
from ticketing.sites import Site, localized

PDF = "application/pdf"


def show_leaflet(call: Call, site: str) -> Response:
    """An A5 leaflet of the plan that holds on `date` (today): period, ways, hotline, codes of portal, Zalo and our
    own page, measures, why, legal base. Where no plan holds it tells how to take a number."""
    plan, line = _held(call, site)
    leaflet = leaflet_of(call.office, plan, line, call.lang)
    name = f"{site}-leaflet-{call.lang}.pdf"
    return document(_drawn(leaflet), PDF, f'inline; filename="{name}"')


@lru_cache(maxsize=32)
def _drawn(leaflet: Leaflet) -> bytes:
    return leaflet_pdf(leaflet)


def _held(call: Call, code: str) -> tuple[Plan, tuple[Site, ...]]:
    found = call.office.site(code)
    line = decisions.line_of(call.office.site_values(), code)
    return decisions.plan(line, query_day("date") or business_day(found, call.office.clock.now())), line


def leaflet_of(office: Office, plan: Plan, line: Sequence[Site], lang: str) -> Leaflet:
    with force_locale(lang):
        make = _of_plan if plan.policy is not None else _of_numbers
        return make(office, plan, line, lang)


def _of_plan(office: Office, plan: Plan, line: Sequence[Site], lang: str) -> Leaflet:
    policy = plan.policy
    assert policy is not None
    sections = [
        Section(gettext("Submitting dossiers"), words.submitting(plan, lang)),
        Section(gettext("Getting results"), words.receiving(plan, lang)),
        _where(plan, lang),
        *_texts(plan, line, lang),
    ]
    if policy.queue_number and policy.in_person == "open":
        sections.append(Section(gettext("How to take a number"), _steps(), numbered=True))
    base = decisions.legal_base(plan, lang)
    small = [gettext("Legal base: %(text)s", text=base["text"])] if base else []
    if plan.procedures is not None:
        small.append(gettext("List of procedures: %(list)s", list=words.list_name(plan, lang)))
    return Leaflet(
        unit=localized(plan.site, lang), superior=localized(policy, lang, "authority"),
        title=localized(policy, lang, "title"), period=words.period(policy), facts=words.caps(plan, lang),
        sections=tuple(sections), small=tuple(small), **_contact(office, plan, lang),
    )  # fmt: skip


def _of_numbers(office: Office, plan: Plan, line: Sequence[Site], lang: str) -> Leaflet:
    above = localized(line[1], lang) if len(line) > 1 else ""
    return Leaflet(
        unit=localized(plan.site, lang), superior=above, title=gettext("How to take a number"),
        sections=(
            Section(gettext("In four steps"), _steps(), numbered=True),
            _where(plan, lang),
            Section(gettext("Other ways"), _other_ways()),
            *_texts(plan, line, lang),
        ),
        **_contact(office, plan, lang),
    )  # fmt: skip


def _contact(office: Office, plan: Plan, lang: str) -> dict[str, object]:
    return {
        "hotline_label": gettext("Hotline: call before you come"),
        "hotline": plan.hotline,
        "codes": _codes(office, plan),
        "overleaf": gettext("Please turn over"),
        "page": gettext("Page {page}/{pages}"),
        "rehearsal": gettext("REHEARSAL – NOT VALID") if office.clock.rehearsal else "",
    }


def _codes(office: Office, plan: Plan) -> tuple[LeafletCode, ...]:
    """Portal, Zalo, and our own page, whose address stays when a portal's changes."""
    own = f"{office.public_url}/{plan.site.code}/"
    zalo = plan.policy.zalo_channel if plan.policy is not None else ""
    found = [
        (gettext("Submit online: service portal"), plan.portal_url),
        (gettext("Zalo: %(channel)s", channel=zalo) if zalo else gettext("Ask on Zalo"), plan.zalo_url),
        (gettext("Numbers left today, notices"), own),
    ]
    return tuple(LeafletCode(label, url, words.shown(url)) for label, url in found if url)


def _where(plan: Plan, lang: str) -> Section:
    return Section(gettext("Where and when"), (words.where(plan, lang), *words.hours(plan, lang)))


def _texts(plan: Plan, line: Sequence[Site], lang: str) -> list[Section]:
    """The notices of the leaflet; where none is meant for it, those of the public page."""
    found = words.contents(plan, line, lang, "leaflet") or words.contents(plan, line, lang, "public")
    return [Section(title, texts) for title, texts in found]


def _steps() -> tuple[str, ...]:
    return (
        gettext("At the kiosk touch “Take a number” and choose a field or a procedure."),
        gettext("Say how many dossiers you submit, and take the slip."),
        gettext("Scan the code on the slip: your phone tells you when your turn is near; you may wait outside."),
        gettext("Go to the counter when your number is called, with your papers ready."),
    )


def _other_ways() -> tuple[str, ...]:
    return (
        gettext("Online, at the service portal: without a trip and without a wait."),
        gettext("By the public postal service, at any post office; not where you must be present yourself."),
        gettext("Touch “I need help” at the kiosk: an officer will guide you."),
    )
