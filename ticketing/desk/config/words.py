"""Entries, values, changes and refusals of a configuration as people read them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, time
from typing import Any

from flask import g
from flask_babel import gettext as _

from ticketing.desk.config.refusals import say, where
from ticketing.desk.config.sections import BY_NAME, FIXED, Input, Section, section_of
from ticketing.profiles.problems import Problem
from ticketing.rules.legal import closed_portal
from ticketing.rules.policies import (
    DEFAULT_PORTAL,
    Channel,
    CheckItem,
    Discount,
    Exemption,
    Listed,
    Override,
    Policy,
    ProcedureList,
    Release,
    plausible_portal,
)
from ticketing.rules.site_changes import Change
from ticketing.rules.sites import CalendarDay, Counter, Neutral, Notice, SessionTemplate, Site, localized
from ticketing.rules.text import counted, day_figures, day_words

NOTHING = "–"


def item_label(item: Any, lang: str) -> str:
    """What an entry is called in sentences."""
    if isinstance(item, Counter):
        return _("Counter %(counter)s", counter=item.number)
    if isinstance(item, CalendarDay):
        return value_words(item.day)
    if isinstance(item, Notice):
        text = localized(item, lang, "text")
        return text if len(text) <= 60 else f"{text[:59]}…"
    if isinstance(item, SessionTemplate | Policy | ProcedureList):
        return localized(item, lang, "title")
    if isinstance(item, Override):
        return item.policy
    return localized(item, lang)


def value_words(value: Any, each: Input | None = None, options: Mapping[str, str] | None = None) -> str:
    """A value in words; `options` are the names of its input's choices."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, time):
        return value.isoformat("seconds" if value.second else "minutes")
    if isinstance(value, date):
        return day_figures(value)
    if isinstance(value, Neutral):
        return f"{value.prefix} {value.name}"
    if value is None or value in ("", ()):
        return str(each.none) if each and each.none and value is None else NOTHING
    if isinstance(value, Mapping):
        return ", ".join(f"{(options or {}).get(k, k)}: {v}" for k, v in value.items()) or NOTHING
    if isinstance(value, tuple):
        if value and isinstance(value[0], Listed):
            return counted(_("%(n)s procedures", n=len(value)))
        return ", ".join((options or {}).get(str(one), _part_words(one)) for one in value)
    if isinstance(value, Release | Discount):
        return _part_words(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return (options or {}).get(str(value), str(value))


def _part_words(part: Any) -> str:
    """A part of a plan that only files change."""
    if isinstance(part, CheckItem):
        return part.name
    if isinstance(part, Channel):
        return f"{part.code} ({part.owner})" if part.owner else part.code
    if isinstance(part, Exemption):
        return f"{part.procedure} ({part.reason})"
    if isinstance(part, Release):
        return f"{part.authority}, {part.act}, {value_words(part.act_date)}"
    if isinstance(part, Discount):
        return f"{part.percent} %, {window_words(part.valid_from, part.valid_to)}"
    return str(part)


def window_words(first: date | None, last: date | None) -> str:
    """From which to which day, both included; no end on a side that is None."""
    if first and last:
        return _("from %(first)s to %(last)s", first=day_words(first), last=day_words(last))
    if first:
        return _("from %(first)s on", first=day_words(first))
    return _("until %(last)s", last=day_words(last)) if last else _("without an end")


def words_of(section: Section, key: str, value: Any, site: Site, lang: str) -> str:
    """The value of an entry's key in words."""
    each = section.input(key)
    options = each.options(site, lang) if each and each.options else None
    if each is not None and each.kind == "picture":
        return _("%(n)s bytes", n=len(value) * 3 // 4) if value else NOTHING
    return value_words(value, each, options)


def label_of(section: Section, key: str, site: Site, lang: str) -> str:
    """What a value is called on its form; of a cap by field or service, which."""
    each = section.input(key) or section.input(f"{key}.scheme") or section.input(f"{key}.name")
    outer, _dot, code = key.partition(".")
    if each is None:
        return key
    if each.kind == "caps" and code and each.options:
        return f"{each.label}: {each.options(site, lang).get(code, code)}"
    return str(each.label)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a review: whose value, which, before and after; `path` is its key in the file, within an
    entry that comes or goes its own one."""

    place: str
    label: str
    before: str
    after: str
    path: str


def review(changes: Iterable[Change], before: Site, after: Site, lang: str) -> list[Line]:
    lines: list[Line] = []
    for change in changes:
        section = section_of(change.attribute)
        place = str(section.title)
        if change.thing is not None and section.item is not None:
            place = f"{place} › {item_label(change.thing, lang)}"
        if change.attribute == "procedure_lists" and (change.key == "items" or change.kind == "added"):
            lines.extend(_listed(change, place, after, lang))
        if change.key == "items":
            continue
        if change.kind == "changed":
            key = change.key if change.attribute in BY_NAME else ".".join(filter(None, (change.attribute, change.key)))
            old, new = (words_of(section, key, v, s, lang) for v, s in ((change.before, before), (change.after, after)))
            lines.append(Line(place, label_of(section, key, after, lang), old, new, change.path))
        elif change.kind == "order":
            lines.append(Line(place, _("Order"), ", ".join(change.before), ", ".join(change.after), change.path))
        else:
            lines.extend(_whole(change, section, place, before if change.kind == "removed" else after, lang))
    return lines


def _listed(change: Change, place: str, site: Site, lang: str) -> list[Line]:
    """Each procedure that comes onto a list, goes, or has other days."""
    names = g.get("procedure_names", {}) | {one.code: localized(one, lang) for one in site.procedures}
    before_after = (change.before, change.after) if change.key else ((), change.after.items)
    old, new = map(_by_code, before_after)
    lines = []
    for code in old | new:
        before, after = old.get(code, []), new.get(code, [])
        if before != after:
            label = f"{code} {names.get(code, '')}".strip()
            lines.append(Line(place, label, _days_on(before), _days_on(after), f"{change.path}[{code}]"))
    return lines


def _by_code(items: Iterable[Listed]) -> dict[str, list[Listed]]:
    found: dict[str, list[Listed]] = {}
    for item in items:
        found.setdefault(item.procedure, []).append(item)
    return found


def _days_on(items: list[Listed]) -> str:
    return "; ".join(window_words(item.valid_from, item.valid_to) for item in items) or _("not on the list")


def changed_portals(changes: Iterable[Change]) -> list[str]:
    """The portals' addresses that a change brings."""
    told: list[str] = []
    for change in changes:
        if change.attribute == "portal_url" or change.key == "portal_url":
            told.append(str(change.after))
        elif change.kind == "added" and isinstance(change.thing, Policy):
            told.append(change.thing.portal_url)
    return told


def portal_warnings(urls: Iterable[str], day: date) -> list[str]:
    """What is worth a warning and no refusal: an address of another form than a public service portal's, and a
    province's own portal once the national one is the only one."""
    found = [_portal_warning(url, day) for url in dict.fromkeys(urls) if url]
    return [warning for warning in found if warning]


def _portal_warning(url: str, day: date) -> str:
    if not plausible_portal(url):
        return _(
            "The address %(url)s has not the form https://dichvucong.….gov.vn of a public service portal. It is used "
            "as it is; please check it for a typing error.", url=url
        )  # fmt: skip
    if closed_portal(url, day):
        return _(
            "The address %(url)s is a province's own portal, closed to citizens since 01/7/2025. It is used as it is; "
            "the National Public Service Portal is at %(portal)s.", url=url, portal=DEFAULT_PORTAL
        )  # fmt: skip
    return ""


WALL_LINE = 95


def notice_warnings(before: Site, after: Site) -> list[str]:
    """New texts that are longer than a wall's line or a small kiosk's corner: these show them part by part."""
    added = [one for one in after.notices if one not in before.notices and {"wall", "kiosk"} & set(one.places)]
    texts = dict.fromkeys(text for one in added for text in (one.text, one.text_en) if len(text) > WALL_LINE)
    return [
        _(
            "The notice “%(start)s…” has %(n)s letters. A line of the wall holds about %(line)s: walls and small "
            "kiosks show it in %(parts)s or more parts, one after the other. Shorter is read more easily.",
            start=text[:40].rstrip(), n=len(text), line=WALL_LINE, parts=-(-len(text) // WALL_LINE),
        )
        for text in texts
    ]  # fmt: skip


def _whole(change: Change, section: Section, place: str, site: Site, lang: str) -> list[Line]:
    """An entry that comes or goes, with each value that it has."""
    added = change.kind == "added"
    said, thing = _("is added") if added else _("is removed"), change.thing
    lines = [Line(place, said, "", "", change.path)]
    for each in fields(thing):
        value = getattr(thing, each.name)
        if value is None or value is False or value in ("", ()) or value == {}:
            continue
        words = words_of(section, each.name, value, site, lang)
        old, new = (NOTHING, words) if added else (words, NOTHING)
        lines.append(Line(place, label_of(section, each.name, site, lang), old, new, each.name))
    return lines


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a form or file was refused: at an input of the form (`at`), or elsewhere, in words (`place`)."""

    at: str
    place: str
    reason: str


_ENTRY = re.compile(r"(\w+)\[(\d+)\](?:\.(.+))?")


def faults(
    problems: Iterable[Problem], site: Site | None, prefix: str, shown: Iterable[Input], lang: str
) -> list[Fault]:
    """The refusals of a form: those under `prefix` stand at their input, if the form shows it. For a file,
    which has no `site` yet, keys and entries are named as they stand there."""
    keys = {each.key: each for each in shown}

    def name_ref(ref: str) -> str:
        found = _ENTRY.fullmatch(ref)
        items = getattr(site, found[1], ()) if found and site else ()
        return item_label(items[int(found[2])], lang) if found and int(found[2]) < len(items) else ref

    def fault(problem: Problem) -> Fault:
        if site is None or not problem.key:
            return Fault("", problem.key or where(problem), say(problem))
        own = problem.key.removeprefix("sites[0].")
        local = own.removeprefix(prefix) if own.startswith(prefix) else ""
        at = local if local.partition(".")[0] in keys or local in keys else local.partition("[")[0]
        if at not in keys and at.partition(".")[0] not in keys:
            at = ""
        return Fault(at, place_words(own, site, lang), say(problem, name_ref))

    return [fault(problem) for problem in problems]


def place_words(key: str, site: Site, lang: str) -> str:
    """A key such as "counters[2].fields[0]" in words."""
    found = _ENTRY.fullmatch(key)
    if key.startswith("slip."):
        slip = BY_NAME["slip"]
        return f"{slip.title} › {label_of(slip, key.removeprefix('slip.'), site, lang)}"
    if found is None or found[1] not in BY_NAME:
        outer = key.partition("[")[0]
        rules = BY_NAME["rules"]
        return label_of(rules, key, site, lang) if rules.input(outer) and outer not in FIXED else key
    section, items = BY_NAME[found[1]], getattr(site, found[1])
    parts = [str(section.title)]
    if int(found[2]) < len(items):
        parts.append(item_label(items[int(found[2])], lang))
    if found[3]:
        parts.append(label_of(section, found[3], site, lang))
    return " › ".join(parts)


def path_words(path: str) -> str:
    """A changed key of the journal: "sessions[morning].cap" with the words of its page."""
    found = re.fullmatch(r"(\w+)(?:\[(.+)\])?(?:\.([\w.]+))?", path)
    if found is None:
        return path
    attribute, item, key = found.groups()
    section = section_of(attribute)
    if attribute not in BY_NAME:
        each = section.input(attribute) or section.input(f"{attribute}.{key}")
        return str(each.label) if each else path
    each = section.input(key) if key else None
    return " › ".join(part for part in (str(section.title), item, str(each.label) if each else key) if part)
