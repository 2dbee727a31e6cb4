"""What people are told of a plan: the set of texts for each channel, what it lacks, and the texts to hand on.

A set lives as long as its policy: on the day after `valid_to` there is none (Đồng Nai 2020, IV.2: announcements of
the plan's time, places and ways, of the hotline, how to, advantages, measures, and why).
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from ticketing.rules import plans
from ticketing.rules.plans import Plan
from ticketing.rules.policies import Policy
from ticketing.rules.sites import Notice, Site, localized, public_field_name

LANGS = ("vi", "en")
# Where a channel takes its texts from: what hangs elsewhere is what the public page says.
PLACE_OF = {
    "display": "wall", "kiosk": "kiosk", "phone": "phone", "slip": "slip", "leaflet": "leaflet", "portal": "public",
    "web": "public", "zalo": "public", "press": "public", "radio_tv": "public", "sms": "sms",
}  # fmt: skip
OWN_CHANNELS = ("display", "kiosk", "phone", "slip", "web", "leaflet", "sms")
ORDER = ("period", "hotline", "how_to", "advantages", "measures", "why", "")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Missing:
    """A content that a policy asks for and its notices don't hold in `lang`.

    `reason`: none (no text), hotline or period (none that states it), hidden (the policy shows no health notices),
    or window (from `day` on there is none).
    """

    content: str
    lang: str
    reason: str
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """One text of a set: `origin` is the site that wrote it, `inherited` that it comes from above. It stands from
    `valid_from` to `valid_to`, both included, as far as its policy does; None is no end."""

    text: str
    about: str
    origin: str
    inherited: bool
    places: tuple[str, ...]
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Channelled:
    """What goes to one channel, the province's texts first; `owner` puts it there, "" for the unit itself. `named`
    says that the policy names the channel."""

    code: str
    owner: str
    named: bool
    texts: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class AnnouncedCap:
    """The most dossiers that a session takes: `cap` of the whole unit (None: only fields have one), `fields` by
    their public names."""

    session: str
    cap: int | None
    fields: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph to hand on; a `url` follows its text, or stands alone."""

    text: str
    url: str = ""


def missing(head: Site, policy: Policy) -> list[Missing]:
    """What `policy` asks its notices for and doesn't find, for each language, over its whole window."""
    return [
        lack
        for content in policy.required_contents
        for lang in LANGS
        if (lack := _lack(head, policy, content, lang)) is not None
    ]


def _lack(head: Site, policy: Policy, content: str, lang: str) -> Missing | None:
    if content == "measures" and not policy.health_notices:
        return Missing(content, lang, "hidden") if lang == LANGS[0] else None
    own = [n for n in head.notices if n.policy == policy.code and n.about == content and _text(n, lang)]
    if not own:
        return Missing(content, lang, "none")
    stating = [n for n in own if _states(policy, content, _text(n, lang))]
    if not stating:
        return Missing(content, lang, content)
    bare = _first_bare_day(stating, policy.valid_from, policy.valid_to)
    return Missing(content, lang, "window", bare) if bare else None


def _text(notice: Notice, lang: str) -> str:
    """The text in that very language: Vietnamese doesn't stand in for a translation here."""
    return (notice.text_en if lang == "en" else notice.text).strip()


def _states(policy: Policy, content: str, text: str) -> bool:
    if content == "hotline":
        return states_number(text, policy.hotline)
    if content == "period":
        last = policy.valid_to
        year = last is None or last.year != policy.valid_from.year
        return states_day(text, policy.valid_from, year) and (last is None or states_day(text, last))
    return True


def states_number(text: str, number: str) -> bool:
    """Whether `text` holds the telephone number, however it is set apart: 0251-1022, (0251) 1022."""
    digits = re.sub(r"\D", "", number)
    if not digits:
        return unicodedata.normalize("NFC", number) in unicodedata.normalize("NFC", text)
    return re.search(r"(?<!\d)" + r"[\s().–-]*".join(digits) + r"(?!\d)", text) is not None


def states_day(text: str, day: date, year: bool = True) -> bool:
    """Whether `text` names the day as people write it: 30/3/2020, 30/03/2020, 30.3.2020, ngày 30 tháng 3 năm 2020,
    30 March 2020, March 30, 2020. Without `year` the year may be left out ("từ 30/3 đến 29/4/2020")."""
    d, m, y, name = day.day, day.month, day.year, _MONTHS[day.month - 1]
    forms = [(rf"0?{d}([/.-])0?{m}", rf"(?:\1){y}"), (rf"0?{d} tháng 0?{m}", rf",? năm {y}")]
    forms += [(rf"0?{d}(?:st|nd|rd|th)? {name}", rf",? {y}"), (rf"{name} 0?{d}(?:st|nd|rd|th)?", rf",? {y}")]
    bare = "" if year else rf"|(?!\d|[/.-]\d|,? (?:năm )?(?!{y})[12]\d{{3}})"
    text = unicodedata.normalize("NFC", " ".join(text.split()))
    return any(
        re.search(rf"(?<!\d)(?<!\d[/.]){form}(?:{tail}(?!\d){bare})", text, re.IGNORECASE) for form, tail in forms
    )


def _first_bare_day(notices: Iterable[Notice], first: date, last: date | None) -> date | None:
    """The first day from `first` to `last` that no notice covers; None when they cover all of them."""
    day = first
    for notice in sorted(notices, key=lambda one: one.valid_from or date.min):
        if notice.valid_from and notice.valid_from > day:
            return day
        if notice.valid_to is None:
            return None
        day = max(day, date.fromordinal(notice.valid_to.toordinal() + 1))
        if last is not None and day > last:
            return None
    return day


def assembled(plan: Plan, line: Sequence[Site], lang: str) -> list[Channelled]:
    """The set in force on the plan's day: the policy's channels in its order, then our own that have texts."""
    said = [(notice.places, _said(notice, plan, line, lang)) for notice in plans.notices(plan, line)]
    channels = plan.policy.channels if plan.policy else ()
    named = {channel.code: localized(channel, lang, "owner") for channel in channels}
    found = []
    for code in (*named, *(one for one in OWN_CHANNELS if one not in named)):
        texts = tuple(one for places, one in said if PLACE_OF[code] in places)
        if code in named or texts:
            found.append(Channelled(code, named.get(code, ""), code in named, texts))
    return found


def texts_for(plan: Plan, line: Sequence[Site], lang: str, place: str) -> list[Said]:
    """The texts of one place, those of the plan's own contents in the order of its list, then the others."""
    said = [_said(n, plan, line, lang) for n in plans.notices(plan, line) if place in n.places]
    return sorted(said, key=lambda one: ORDER.index(one.about))


def _said(notice: Notice, plan: Plan, line: Sequence[Site], lang: str) -> Said:
    origin = next(site.code for site in reversed(line) if any(one is notice for one in site.notices))
    first, last = notice.valid_from, notice.valid_to
    if notice.policy and plan.policy is not None:
        first = max(first or plan.policy.valid_from, plan.policy.valid_from)
        last = min((day for day in (last, plan.policy.valid_to) if day), default=None)
    return Said(
        localized(notice, lang, "text"), notice.about, origin, origin != plan.site.code, notice.places, first, last
    )


def caps(plan: Plan, lang: str) -> list[AnnouncedCap]:
    """The caps that the policy announces (Tây Ninh 24/3/2020: "số lượng hồ sơ tối đa có thể xử lý trong 1 buổi"), as
    the timetable of the plan's day has them; none where it announces none."""
    if plan.policy is None or not plan.policy.session_cap_announced:
        return []
    found: list[AnnouncedCap] = []
    for session in plan.site.sessions:
        if (session.valid_from and session.valid_from > plan.day) or (session.valid_to and session.valid_to < plan.day):
            continue
        fields: dict[str, int] = {}
        for code, cap in session.field_caps.items():
            # Sensitive fields share one public name, and what they may take together.
            name = public_field_name(plan.site, code, lang)
            fields[name] = fields.get(name, 0) + cap
        one = AnnouncedCap(localized(session, lang, "title"), session.cap, tuple(fields.items()))
        if (one.cap is not None or one.fields) and one not in found:
            found.append(one)
    return found


def plain_text(heading: str, paragraphs: Iterable[Paragraph]) -> str:
    """The set as plain text: a line, then paragraphs with an empty line between them."""
    blocks = [heading, *(" ".join(part for part in (one.text, one.url) if part) for one in paragraphs)]
    return "\n\n".join(blocks) + "\n"


def short_text(heading: str, paragraphs: Iterable[Paragraph], longest: int = 200) -> str:
    """The set for Zalo: no markup, no paragraph much longer than `longest`, each address on a line of its own."""
    blocks = [heading]
    for one in paragraphs:
        *before, last = list(_shortened(one.text, longest)) or [""]
        blocks += [*before, "\n".join(part for part in (last, one.url) if part)]
    return "\n\n".join(blocks) + "\n"


def _shortened(text: str, longest: int) -> Iterator[str]:
    """The text cut between its sentences; one that is too long stays whole."""
    kept = ""
    for sentence in re.split(r"(?<=[.!?;])\s+(?=\S)", text):
        if kept and len(kept) + 1 + len(sentence) > longest:
            yield kept
            kept = ""
        kept = f"{kept} {sentence}".strip()
    if kept:
        yield kept


def html_fragment(heading: str, paragraphs: Iterable[Paragraph], lang: str) -> str:
    """The set as a piece of a portal's page: a section of plain paragraphs, all escaped, without script or style."""
    lines = [f'<section lang="{html.escape(lang)}">', f"  <h2>{html.escape(heading)}</h2>"]
    for one in paragraphs:
        text, url = html.escape(one.text), html.escape(one.url)
        link = f'<a href="{url}">{url}</a>' if one.url.startswith(("https://", "http://")) else url
        lines.append(f"  <p>{' '.join(part for part in (text, link) if part)}</p>")
    return "\n".join([*lines, "</section>"]) + "\n"
