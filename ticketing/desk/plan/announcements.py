"""The page of a plan's announcements: each channel's texts as they will appear, what is missing, what is handed on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, Response, g, render_template
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from printer_templates.leaflet import leaflet_svg
from ticketing import announcements, decisions, sms
from ticketing.announcements import LANGS, Paragraph, Said
from ticketing.api import plan_words as words
from ticketing.api.leaflets import leaflet_of
from ticketing.decisions import Plan
from ticketing.desk.announce_words import CHANNELS, CONTENTS, LANGUAGES, PLACES, STATUS, lack
from ticketing.desk.charts import day_asked
from ticketing.desk.config_sections import may
from ticketing.desk.gate import Desk, enter
from ticketing.desk.texts import spoken
from ticketing.errors import Unknown
from ticketing.sites import Site, localized

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
            period=words.period(held.plan.policy) if held.plan.policy else "", lacks=_lacks(desk, held),
            may_add=may(actor, "notices") and actor.site == held.line[-1].code,
            channels=_channels(held), caps=[_in(lang, words.caps, held.plan, lang) for lang in LANGS],
            handed=_handed_on(desk, held), messages=_messages(held), texts=_texts(), counting=_counting(),
            names={"places": spoken(PLACES), "contents": spoken(CONTENTS), "langs": spoken(LANGUAGES)},
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
        drawn = leaflet_svg(leaflet_of(desk.office, held.plan, held.line, lang), side) if lang in LANGS else ""
        if not drawn:
            raise Unknown("side", str(side))
        return Response(drawn, mimetype="image/svg+xml", headers={"Cache-Control": "no-store"})


def _held(desk: Desk, place: Site, day: date) -> Held:
    line = decisions.line_of(desk.office.site_values(), place.code)
    return Held(decisions.plan(line, day), line)


def _in(lang: str, say: Any, *given: Any) -> Any:
    with force_locale(lang):
        return say(*given)


def _channels(held: Held) -> list[dict[str, Any]]:
    """What hangs where, in the plan's order, each text in both languages; channels that say the same stand together."""
    names = {one.code: localized(one, g.lang) for one in held.line}
    sets = [announcements.assembled(held.plan, held.line, lang) for lang in LANGS]
    found: dict[str, dict[str, Any]] = {}
    for vi, en in zip(*sets, strict=True):
        texts = [
            {
                "vi": one.text, "en": other.text, "about": one.about, "by": names[one.origin],
                "inherited": one.inherited, "window": _window(one), "places": one.places,
            }
            for one, other in zip(vi.texts, en.texts, strict=True)
        ]  # fmt: skip
        group = found.setdefault(announcements.PLACE_OF[vi.code], {"channels": [], "texts": texts})
        owner = (en if g.lang == "en" else vi).owner
        group["channels"].append({"code": vi.code, "name": str(CHANNELS[vi.code]), "owner": owner, "named": vi.named})
    return list(found.values())


def _window(said: Said) -> str:
    first, last = (words.day_words(day) if day else "" for day in (said.valid_from, said.valid_to))
    if first and last:
        return _("%(first)s to the end of %(last)s", first=first, last=last)
    if first:
        return _("from %(first)s", first=first)
    return _("to the end of %(last)s", last=last) if last else _("without end")


def _lacks(desk: Desk, held: Held) -> list[dict[str, Any]]:
    """Each policy that has not ended, and what its texts lack."""
    head = held.line[-1]
    shown = []
    for one in desk.office.policies(held.plan.site.code, held.plan.day):
        found = announcements.missing(head, one.policy)
        if found and one.status != "ended":
            shown.append(
                {
                    "title": localized(one.policy, g.lang, "title"),
                    "status": str(STATUS[one.status]),
                    "draft": one.status == "draft",
                    "lacks": [{"about": each.content, "text": lack(one.policy, each)} for each in found],
                }
            )
    return shown


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


def _handed_on(desk: Desk, held: Held) -> list[dict[str, Any]]:
    made = [
        {
            "id": f"{channel}-{lang}-{form}", "channel": channel, "name": str(CHANNELS[channel]), "lang": lang,
            "form": form, "text": _handed(desk, held, channel, form, lang),
        }
        for channel, forms in HANDED_ON.items()
        for form in forms
        for lang in LANGS
    ]  # fmt: skip
    return [one for one in made if one["text"]]


def _messages(held: Held) -> list[dict[str, Any]]:
    """The texts for SMS in both languages, each as it is and without marks, with their lengths."""
    found = []
    for lang in LANGS:
        for said in announcements.texts_for(held.plan, held.line, lang, "sms"):
            forms = [said.text]
            if (bare := sms.unaccented(said.text)) != said.text:
                forms.append(bare)
            found.append({"lang": lang, "forms": [{"text": text, "length": sms.length(text)} for text in forms]})
    return found


def _texts() -> dict[str, str]:
    keep = {name: f"%({name})s" for name in ("units", "parts", "left", "encoding")}
    return {
        "count": length_words(sms.GSM, keep),
        "count_ucs2": length_words(sms.UCS2, keep),
        "copied": _("Copied"),
        "not_copied": _("Marked: press Ctrl+C to copy."),
    }


def length_words(encoding: str, facts: dict[str, Any]) -> str:
    told = {name: facts[name] for name in ("units", "parts", "left")}
    if encoding == sms.GSM:
        return _("%(units)s characters, parts: %(parts)s, free in the last: %(left)s", **told)
    return _("%(units)s characters with marks (UCS-2), parts: %(parts)s, free in the last: %(left)s", **told)


def _counting() -> dict[str, Any]:
    """What the page's script counts by: the same tables."""
    return {
        "basic": "".join(sorted(sms.BASIC)),
        "extension": "".join(sorted(sms.EXTENSION)),
        "room": {name: list(room) for name, room in sms.ROOM.items()},
        "plain": sms.PLAIN,
    }
