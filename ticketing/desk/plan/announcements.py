"""The page of a plan's announcements: each channel's texts as they will appear, what is missing, what is handed on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import Blueprint, Response, g, render_template
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from printer_templates.leaflet import leaflet_svg
from ticketing.desk.charts import day_asked
from ticketing.desk.config.sections import may
from ticketing.desk.gate import Desk, enter
from ticketing.desk.plan.announcement_words import CHANNELS, CONTENTS, LANGUAGES, PLACES, STATUS, lack
from ticketing.desk.texts import spoken
from ticketing.errors import Unknown
from ticketing.papers import plan_sentences as words
from ticketing.papers.leaflets import leaflet_of
from ticketing.rules import announcements, plans, sms
from ticketing.rules.announcements import LANGS, Missing, Paragraph, Said
from ticketing.rules.plans import Plan, Standing
from ticketing.rules.sites import Site, localized
from ticketing.rules.text import day_words

HANDED_ON = {"portal": ("html", "txt"), "zalo": ("txt",)}
MEDIA = {"txt": "text/plain", "html": "text/html"}


@dataclass(frozen=True, slots=True)
class Held:
    """The plan of one day at a site, and the sites whose texts make its set."""

    plan: Plan
    line: tuple[Site, ...]


def add(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/<site>/supervisor/announcements/")
    def announcements_page(site: str) -> ResponseReturnValue:
        place, actor = enter(desk, site, "supervisor")
        day = day_asked(desk, place)
        held = _held(desk, place, day)
        return render_template(
            "desk/announce.html", site=place, tab="announce", day=day, plan=held.plan, head=held.line[-1],
            period=words.period(held.plan.policy) if held.plan.policy else "",
            lacks=_lacks(desk, held), lack=lack, statuses=spoken(STATUS),
            may_add=may(actor, "notices") and actor.site == held.line[-1].code,
            channels=_channels(held), caps=[_in(lang, words.caps, held.plan, lang) for lang in LANGS],
            handed=_handed_on(desk, held), messages=_messages(held), texts=_texts(), counting=_counting(),
            names={
                "places": spoken(PLACES), "contents": spoken(CONTENTS), "langs": spoken(LANGUAGES),
                "channels": spoken(CHANNELS),
            },
        )  # fmt: skip

    @pages.get("/<site>/supervisor/announcements/<channel>-<lang>.<form>")
    def announcements_file(site: str, channel: str, lang: str, form: str) -> ResponseReturnValue:
        place, _actor = enter(desk, site, "supervisor")
        if lang not in LANGS or form not in HANDED_ON.get(channel, ()):
            raise Unknown("text", f"{channel}-{lang}.{form}")
        held = _held(desk, place, day_asked(desk, place))
        name = f'attachment; filename="{site}-{channel}-{lang}.{form}"'
        return Response(
            _handed(desk, held, channel, form, lang), content_type=f"{MEDIA[form]}; charset=utf-8",
            headers={"Content-Disposition": name, "Cache-Control": "no-store"},
        )  # fmt: skip

    @pages.get("/<site>/supervisor/announcements/leaflet-<lang>-<int:side>.svg")
    def leaflet_picture(site: str, lang: str, side: int) -> ResponseReturnValue:
        place, _actor = enter(desk, site, "supervisor")
        held = _held(desk, place, day_asked(desk, place))
        if lang not in LANGS:
            raise Unknown("side", str(side))
        leaflet = leaflet_of(
            held.plan, held.line, lang, public_url=desk.office.public_url, rehearsal=desk.office.clock.rehearsal
        )
        drawn = leaflet_svg(leaflet, side)
        if not drawn:
            raise Unknown("side", str(side))
        return Response(drawn, mimetype="image/svg+xml", headers={"Cache-Control": "no-store"})


def _held(desk: Desk, place: Site, day: date) -> Held:
    line = desk.office.look(place.code, lambda look: look.line)
    return Held(plans.plan(line, day), line)


def _in(lang: str, say: Any, *given: Any) -> Any:
    with force_locale(lang):
        return say(*given)


@dataclass(frozen=True, slots=True)
class Both:
    """A text in both languages, and by whom, when and where it is shown."""

    vi: str
    en: str
    about: str
    by: str
    inherited: bool
    window: str
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Owned:
    """A channel and in whose care it is."""

    code: str
    name: str
    owner: str
    named: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Channels that say the same."""

    texts: list[Both]
    channels: list[Owned] = field(default_factory=list)


def _channels(held: Held) -> list[Group]:
    """What hangs where, in the plan's order, each text in both languages."""
    names = {one.code: localized(one, g.lang) for one in held.line}
    found: dict[str, Group] = {}
    for vi, en in zip(*(announcements.assembled(held.plan, held.line, lang) for lang in LANGS), strict=True):
        texts = [
            Both(one.text, other.text, one.about, names[one.origin], one.inherited, _window(one), one.places)
            for one, other in zip(vi.texts, en.texts, strict=True)
        ]
        owner = (en if g.lang == "en" else vi).owner
        group = found.setdefault(announcements.PLACE_OF[vi.code], Group(texts))
        group.channels.append(Owned(vi.code, str(CHANNELS[vi.code]), owner, vi.named))
    return list(found.values())


def _window(said: Said) -> str:
    first, last = map(day_words, (said.valid_from, said.valid_to))
    if first and last:
        return _("%(first)s to the end of %(last)s", first=first, last=last)
    if first:
        return _("from %(first)s", first=first)
    return _("to the end of %(last)s", last=last) if last else _("without end")


def _lacks(desk: Desk, held: Held) -> list[tuple[Standing, list[Missing]]]:
    """Each policy that has not ended and what its texts lack."""
    policies = plans.standings(held.plan)
    found = [(one, announcements.missing(held.line[-1], one.policy)) for one in policies if one.status != "ended"]
    return [(one, lacks) for one, lacks in found if lacks]


def _paragraphs(desk: Desk, held: Held, lang: str) -> tuple[str, list[Paragraph]]:
    """Heading and paragraphs of what is handed on to other people's pages: the public texts and the ways."""
    plan = held.plan
    said = announcements.texts_for(plan, held.line, lang, "public")
    if plan.policy is None and not said:
        return "", []
    found = [Paragraph(text) for text in words.caps(plan, lang)]
    found += [Paragraph(one.text) for one in said]
    if plan.policy is not None:
        found.insert(0, Paragraph(f"{words.period(plan.policy)}."))
        found.append(Paragraph(_("Submit online:"), plan.portal_url))
        if plan.zalo_url:
            found.append(Paragraph(f"{plan.policy.zalo_channel or 'Zalo'}:", plan.zalo_url))
    if plan.hotline:
        found.append(Paragraph(_("Hotline: %(number)s", number=plan.hotline)))
    found.append(Paragraph(_("Numbers left today:"), f"{desk.office.public_url}/{plan.site.code}/"))
    place = localized(plan.site, lang)
    return (localized(plan.policy, lang, "title") if plan.policy is not None else place), found


def _handed(desk: Desk, held: Held, channel: str, form: str, lang: str) -> str:
    with force_locale(lang):
        heading, found = _paragraphs(desk, held, lang)
    if not found:
        return ""
    if form == "html":
        return announcements.html_fragment(heading, found, lang)
    return (announcements.short_text if channel == "zalo" else announcements.plain_text)(heading, found)


@dataclass(frozen=True, slots=True)
class Handed:
    """A text for other people's pages."""

    channel: str
    lang: str
    form: str
    text: str


def _handed_on(desk: Desk, held: Held) -> list[Handed]:
    made = [
        Handed(channel, lang, form, _handed(desk, held, channel, form, lang))
        for channel, forms in HANDED_ON.items()
        for form in forms
        for lang in LANGS
    ]
    return [one for one in made if one.text]


def _messages(held: Held) -> list[tuple[str, list[tuple[str, sms.Length]]]]:
    """The language of each text for SMS, and the text as it is and without marks, with their lengths."""
    return [
        (lang, [(text, sms.length(text)) for text in dict.fromkeys((said.text, sms.unaccented(said.text)))])
        for lang in LANGS
        for said in announcements.texts_for(held.plan, held.line, lang, "sms")
    ]


def _texts() -> dict[str, str]:
    keep = {name: f"%({name})s" for name in ("units", "parts", "left", "encoding")}
    return {
        "count": length_words(sms.GSM, keep),
        "count_ucs2": length_words(sms.UCS2, keep),
        "copied": _("Copied"),
        "not_copied": _("Marked: press Ctrl+C to copy."),
    }


def length_words(encoding: str, facts: Mapping[str, str]) -> str:
    told = {name: facts[name] for name in ("units", "parts", "left")}
    if encoding == sms.GSM:
        return _("%(units)s characters, parts: %(parts)s, free in the last: %(left)s", **told)
    return _("%(units)s characters with marks (UCS-2), parts: %(parts)s, free in the last: %(left)s", **told)


def _counting() -> dict[str, str | dict[str, str] | dict[str, list[int]]]:
    """What the page's script counts by: the same tables."""
    return {
        "basic": "".join(sorted(sms.BASIC)),
        "extension": "".join(sorted(sms.EXTENSION)),
        "room": {name: list(room) for name, room in sms.ROOM.items()},
        "plain": sms.PLAIN,
    }
