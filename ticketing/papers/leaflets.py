"""The leaflet of the plan in force, or of how to take a number where none is."""

from collections.abc import Sequence
from dataclasses import replace

from flask_babel import force_locale, gettext

from printer_templates.leaflet import Leaflet, LeafletCode, Section
from ticketing.answers.plans import legal_base
from ticketing.papers import plan_sentences as words
from ticketing.rules.plans import Plan
from ticketing.rules.sites import Site, localized


def leaflet_of(plan: Plan, line: Sequence[Site], lang: str, *, public_url: str, rehearsal: bool = False) -> Leaflet:
    """The leaflet in `lang`; `public_url` is where our own pages are, a rehearsal is printed across it."""
    with force_locale(lang):
        make = _of_plan if plan.policy is not None else _of_numbers
        return replace(
            make(plan, line, lang),
            hotline_label=gettext("Hotline: call before you come"),
            hotline=plan.hotline,
            codes=_codes(plan, public_url),
            overleaf=gettext("Please turn over"),
            page=gettext("Page {page}/{pages}"),
            rehearsal=gettext("REHEARSAL – NOT VALID") if rehearsal else "",
            lang=lang,
        )


def _of_plan(plan: Plan, line: Sequence[Site], lang: str) -> Leaflet:
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
    base = legal_base(plan, lang)
    small = [gettext("Legal base: %(text)s", text=base.text)] if base else []
    if plan.procedures is not None:
        small.append(gettext("List of procedures: %(list)s", list=words.list_name(plan, lang)))
    return Leaflet(
        unit=localized(plan.site, lang), superior=localized(policy, lang, "authority"),
        title=localized(policy, lang, "title"), period=words.period(policy), facts=words.caps(plan, lang),
        sections=tuple(sections), small=tuple(small),
    )  # fmt: skip


def _of_numbers(plan: Plan, line: Sequence[Site], lang: str) -> Leaflet:
    above = localized(line[1], lang) if len(line) > 1 else ""
    return Leaflet(
        unit=localized(plan.site, lang), superior=above, title=gettext("How to take a number"),
        sections=(
            Section(gettext("In four steps"), _steps(), numbered=True),
            _where(plan, lang),
            Section(gettext("Other ways"), _other_ways()),
            *_texts(plan, line, lang),
        ),
    )  # fmt: skip


def _codes(plan: Plan, public_url: str) -> tuple[LeafletCode, ...]:
    """Portal, Zalo, and our own page, whose address stays when a portal's changes."""
    own = f"{public_url}/{plan.site.code}/"
    zalo = plan.policy.zalo_channel if plan.policy is not None else ""
    found = [
        (gettext("Submit online: service portal"), plan.portal_url),
        (gettext("Zalo: %(channel)s", channel=zalo) if zalo else gettext("Ask on Zalo"), plan.zalo_url),
        (gettext("Numbers left today, notices"), own),
    ]
    return tuple(LeafletCode(label, url, words.address(url)) for label, url in found if url)


def _where(plan: Plan, lang: str) -> Section:
    return Section(gettext("Where and when"), (words.where(plan, lang), *words.hours(plan, lang)))


def _texts(plan: Plan, line: Sequence[Site], lang: str) -> list[Section]:
    """The notices of the leaflet; where none is meant for it, those of the public page."""
    found = words.contents(plan, line, lang, "leaflet") or words.contents(plan, line, lang, "public")
    return [Section(title, texts) for title, texts in found]


def _steps() -> tuple[str, ...]:
    return (
        gettext(
            "At the kiosk touch “%(button)s” and choose a field or a procedure.", button=gettext("Take a number")
        ),
        gettext("Say how many dossiers you submit, and take the slip."),
        gettext("Scan the code on the slip: your phone tells you when your turn is near; you may wait outside."),
        gettext("Go to the counter when your number is called, with your papers ready."),
    )


def _other_ways() -> tuple[str, ...]:
    return (
        gettext("Online, at the service portal: without a trip and without a wait."),
        gettext("By the public postal service, at any post office; not where you must be present yourself."),
        gettext("Touch “%(button)s” at the kiosk: an officer will guide you.", button=gettext("I need help")),
    )
