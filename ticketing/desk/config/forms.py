"""Forms of the configuration pages: from an entry to what its form shows, and back.

What was typed is kept as it is where it can't be read, so that the rules of configuration files refuse it.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields, replace
from datetime import time
from typing import Any, TypeAlias

from werkzeug.datastructures import MultiDict

from ticketing.desk.config.sections import Input
from ticketing.rules.policies import Policy
from ticketing.rules.sites import WEEKDAYS, CalendarDay, Neutral, SessionTemplate, Site
from ticketing.rules.text import day_of

# Values as they were typed: texts too, where they can't be read as what belongs there.
Typed: TypeAlias = dict[str, Any]

# What a new entry begins with, where that is neither its default nor nothing.
_BEGIN: Mapping[type, Typed] = {
    CalendarDay: {"kind": "holiday"},
    Policy: {"published": False},
    SessionTemplate: {"weekdays": WEEKDAYS[:5]},
}


def blank(kind: type) -> Any:
    """An entry of which nothing has been said yet."""
    needed = [one.name for one in fields(kind) if one.default is MISSING and one.default_factory is MISSING]
    return kind(**(dict.fromkeys(needed, "") | _BEGIN.get(kind, {})))


def filled(inputs: Iterable[Input], thing: Any) -> MultiDict[str, str]:
    """What the form shows of an entry, as a browser would send it back."""
    values: MultiDict[str, str] = MultiDict()
    for each in inputs:
        if each.kind == "kept":
            continue
        value = inner(thing, each.key)
        if each.kind == "many":
            values.setlist(each.key, [str(one) for one in value or ()])
        elif each.kind == "caps":
            for code, cap in value.items():
                values[f"{each.key}.{code}"] = str(cap)
        elif each.kind == "words":
            values[each.key] = ", ".join(value)
        elif each.kind == "flag":
            if value:
                values[each.key] = "1"
        else:
            values[each.key] = _shown(value)
    return values


def inner(thing: Any, key: str) -> Any:
    outer, _dot, inner = key.partition(".")
    value = getattr(thing, outer)
    if not inner or value is None:
        return value
    return value[("scheme", "value").index(inner)] if isinstance(value, tuple) else getattr(value, inner)


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, time):
        return value.isoformat("seconds" if value.second else "minutes")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def told(inputs: Iterable[Input], form: MultiDict[str, str], thing: Any, site: Site) -> Any:
    """The entry with what the form says of it; inputs that were not shown leave its value alone."""
    values: Typed = {}
    for each in inputs:
        if each.kind != "kept":
            values[each.key] = _read(each, form, site)
    for outer in ("neutral", "online"):
        parts = {key.partition(".")[2]: values.pop(key) for key in tuple(values) if key.startswith(f"{outer}.")}
        if parts:
            values[outer] = _composed(outer, parts)
    return replace(thing, **values)


def _composed(outer: str, parts: Typed) -> Any:
    if not any(parts.values()):
        return None
    return Neutral(**parts) if outer == "neutral" else (parts["scheme"], parts["value"])


def _read(each: Input, form: MultiDict[str, str], site: Site) -> Any:
    if each.kind == "flag":
        return each.key in form
    if each.kind == "many":
        chosen = tuple(_number(one, int) if each.key == "counters" else one for one in form.getlist(each.key))
        return chosen or (None if each.none else ())
    if each.kind == "caps":
        codes = each.options(site, "vi") if each.options else {}
        typed = {code: form.get(f"{each.key}.{code}", "").strip() for code in codes}
        return {code: _number(text, int) for code, text in typed.items() if text}
    text = " ".join(form.get(each.key, "").split())
    if each.kind == "words":
        return tuple(part.strip() for part in re.split("[,;]", text) if part.strip())
    if each.kind == "whole" or each.key == "width":
        return _number(text, int)
    if each.kind == "number":
        return _number(text.replace(",", "."), float)
    if each.kind == "time":
        return _clock(text)
    if each.kind == "cap":
        return _number(text, int) if text else None
    return day(text) if each.kind == "day" and (text or not each.needed) else text


def _number(text: str, kind: type) -> Any:
    # Python also reads 1_000 and other scripts' digits.
    if not text.isascii() or "_" in text:
        return text
    try:
        return kind(text)
    except ValueError:
        return text


def _clock(text: str) -> Any:
    try:
        return time.fromisoformat(text) if len(text) in (5, 8) else text
    except ValueError:
        return text


def day(text: str) -> Any:
    """The day of an ISO text, None for an empty one, and what is no day as it was typed."""
    return (day_of(text) or text) if text else None
