"""Entries, values, changes and refusals of a configuration as people read them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, time
from typing import Any

from flask_babel import gettext as _

from ticketing.changes import Change
from ticketing.desk.config_reasons import say
from ticketing.desk.config_sections import BY_NAME, FIXED, Input, Section, section_of
from ticketing.sites import CalendarDay, Counter, Neutral, Notice, SessionTemplate, Site, localized

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
    if isinstance(item, SessionTemplate):
        return localized(item, lang, "title")
    return localized(item, lang)


def value_words(value: Any, each: Input | None = None, options: Mapping[str, str] | None = None) -> str:
    """A value in words; `options` are the names of its input's choices."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, time):
        return value.isoformat("seconds" if value.second else "minutes")
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, Neutral):
        return f"{value.prefix} {value.name}"
    if value is None or value in ("", ()):
        return str(each.none) if each and each.none and value is None else NOTHING
    if isinstance(value, Mapping):
        return ", ".join(f"{(options or {}).get(k, k)}: {v}" for k, v in value.items()) or NOTHING
    if isinstance(value, tuple):
        return ", ".join((options or {}).get(str(one), str(one)) for one in value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return (options or {}).get(str(value), str(value))


def words_of(section: Section, key: str, value: Any, site: Site, lang: str) -> str:
    """The value of an entry's key in words."""
    each = section.input(key)
    options = each.options(site, lang) if each and each.options else None
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
        if change.thing is not None and change.attribute in BY_NAME:
            place = f"{place} › {item_label(change.thing, lang)}"
        if change.kind == "changed":
            key = change.key if change.attribute in BY_NAME else ".".join(filter(None, (change.attribute, change.key)))
            old, new = (words_of(section, key, v, s, lang) for v, s in ((change.before, before), (change.after, after)))
            lines.append(Line(place, label_of(section, key, after, lang), old, new, change.path))
        elif change.kind == "order":
            lines.append(Line(place, _("Order"), ", ".join(change.before), ", ".join(change.after), change.path))
        else:
            lines.extend(_whole(change, section, place, before if change.kind == "removed" else after, lang))
    return lines


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
    key: str


_ENTRY = re.compile(r"(\w+)\[(\d+)\](?:\.(.+))?")


def faults(
    problems: Iterable[tuple[str, str]], site: Site | None, prefix: str, shown: Iterable[Input], lang: str
) -> list[Fault]:
    """The refusals of a form: those under `prefix` stand at their input, if the form shows it. For a file,
    which has no `site` yet, keys and entries are named as they stand there."""
    keys = {each.key: each for each in shown}

    def name_ref(ref: str) -> str:
        found = _ENTRY.fullmatch(ref)
        items = getattr(site, found[1], ()) if found and site else ()
        return item_label(items[int(found[2])], lang) if found and int(found[2]) < len(items) else ref

    def fault(key: str, reason: str) -> Fault:
        if site is None:
            return Fault("", key, say(reason), key)
        own = key.removeprefix("sites[0].")
        local = own.removeprefix(prefix) if own.startswith(prefix) else ""
        at = local if local.partition(".")[0] in keys or local in keys else local.partition("[")[0]
        if at not in keys and at.partition(".")[0] not in keys:
            at = ""
        return Fault(at, place_words(own, site, lang), say(reason, name_ref), own)

    return [fault(key, reason) for key, reason in problems]


def place_words(key: str, site: Site, lang: str) -> str:
    """A key such as "counters[2].fields[0]" in words."""
    if line := re.fullmatch(r"line (\d+)", key):
        return _("line %(n)s", n=line[1])
    found = _ENTRY.fullmatch(key)
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
