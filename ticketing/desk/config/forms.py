"""Forms of the configuration pages: from an entry to what its form shows, and back.

What was typed is kept as it is where it can't be read, so that the rules of configuration files refuse it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, time
from typing import Any

from werkzeug.datastructures import MultiDict

from ticketing.desk.config_sections import Input
from ticketing.policies import Policy, ProcedureList
from ticketing.sites import (
    CalendarDay,
    Counter,
    Field,
    Neutral,
    Notice,
    PriorityClass,
    Procedure,
    Service,
    SessionTemplate,
    Site,
)

BLANKS: Mapping[type, dict[str, Any]] = {
    Field: {"code": "", "name": "", "prefix": ""},
    Service: {"code": "", "name": "", "prefix": ""},
    Procedure: {"code": "", "name": "", "field": ""},
    PriorityClass: {"code": "", "name": ""},
    Counter: {"number": ""},
    Notice: {"text": ""},
    CalendarDay: {"day": "", "kind": "holiday"},
    Policy: {"code": "", "title": "", "valid_from": "", "published": False},
    ProcedureList: {"code": "", "title": ""},
    SessionTemplate: {
        "name": "", "title": "", "weekdays": ("mon", "tue", "wed", "thu", "fri"), "issuing_from": "",
        "issuing_until": "", "service_from": "", "closes_at": "",
    },
}  # fmt: skip


def blank(kind: type) -> Any:
    """An entry of which nothing has been said yet."""
    return kind(**BLANKS[kind])


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
    values: dict[str, Any] = {}
    for each in inputs:
        if each.kind != "kept":
            values[each.key] = _read(each, form, site)
    for outer in ("neutral", "online"):
        parts = {key.partition(".")[2]: values.pop(key) for key in tuple(values) if key.startswith(f"{outer}.")}
        if parts:
            values[outer] = _composed(outer, parts)
    return replace(thing, **values)


def _composed(outer: str, parts: dict[str, Any]) -> Any:
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
    if each.kind == "whole":
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
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return text
