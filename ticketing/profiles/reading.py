"""Walking a parsed TOML value along its table's types, collecting every problem instead of the first."""

import re
import unicodedata
from datetime import date, time
from typing import Any, get_args

import msgspec
from msgspec import Meta

from ticketing.profiles.problems import Phrase, Problem, Problems, written
from ticketing.profiles.tables import Many, Named, Table
from ticketing.profiles.toml import Toml
from ticketing.rules.text import is_day

BAD = object()
"""What stands for a value that could not be read; its problem is in the list."""

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_CLOCK = re.compile(r"([0-2]?\d):([0-5]\d)(?::([0-5]\d))?")


def child(key: str, name: str) -> str:
    """The path of `name` under `key`, one line whatever the name holds."""
    shown = name if _BARE_KEY.fullmatch(name) else repr(name)
    return f"{key}.{shown}" if key else shown


def read(kind: Any, value: Any, key: str, problems: Problems) -> Any:
    """`value` as `kind`: what its table makes, a tuple for a list, a dict for a mapping, else the value.

    What cannot be read, or has a part that cannot, is BAD, and the problem is appended.
    """
    match kind:
        case Table():
            told = read_table(kind, value, key, problems)
            return BAD if BAD in told.values() else kind.makes(**told)
        case Many():
            return _list(kind, value, key, problems)
        case Named():
            return _mapping(kind.of, value, key, problems)
    base, meta = get_args(kind)
    return _scalar(kind, base, meta, value, key, problems)


def read_table(kind: Table, value: Any, key: str, problems: Problems) -> Toml:
    """The table's values by key, without the keys left out; of what is no table at all, every value is BAD."""
    if not isinstance(value, dict):
        problems.append(must_be(key, Phrase("table"), value))
        return dict.fromkeys(kind.keys, BAD)
    problems.extend(
        Problem(child(key, name), "province_only" if name in kind.above else "unknown_key")
        for name in value
        if name not in kind.keys
    )
    result: Toml = {}
    for name, held in kind.keys.items():
        if name in value:
            result[name] = read(held, value[name], child(key, name), problems)
        elif name in kind.needed:
            problems.append(Problem(child(key, name), "missing"))
            result[name] = BAD
    return result


def must_be(key: str, expected: Phrase, value: object) -> Problem:
    """The refusal of a value that is none of what is expected there."""
    if value == "":
        return Problem(key, "empty", {"expected": expected})
    if isinstance(value, str) and len(value) > 40:
        return Problem(key, "wrong_length", {"expected": expected, "length": len(value)})
    return Problem(key, "wrong_value", {"expected": expected, "value": _shown(value)})


def _list(kind: Many, value: Any, key: str, problems: Problems) -> Any:
    if not isinstance(value, list):
        problems.append(must_be(key, Phrase("list"), value))
        return BAD
    before = len(problems)
    if len(value) > kind.most:
        problems.append(Problem(key, "too_many", {"most": kind.most}))
        return BAD
    items = tuple(read(kind.of, item, f"{key}[{number}]", problems) for number, item in enumerate(value))
    return items if len(problems) == before else BAD


def _mapping(kind: Any, value: Any, key: str, problems: Problems) -> Any:
    if not isinstance(value, dict):
        problems.append(must_be(key, Phrase("table"), value))
        return BAD
    result = {name: read(kind, item, child(key, name), problems) for name, item in value.items()}
    return BAD if BAD in result.values() else result


def _scalar(kind: Any, base: type, meta: Meta, value: Any, key: str, problems: Problems) -> Any:
    if isinstance(value, str) and (sign := _unwelcome(value)):
        problems.append(Problem(key, "invisible", {"char": sign}))
        return BAD
    try:
        if base is time:
            return _time(value)
        made = (meta.extra or {}).get("makes", lambda found: found)
        found = made(msgspec.convert(value, kind))
        if base is date and not is_day(found):
            raise ValueError(value)
        return found
    except (ValueError, msgspec.ValidationError):
        problems.append(must_be(key, (meta.extra or {})["expected"], value))
        return BAD


def _time(value: Any) -> time:
    if isinstance(value, str) and (found := _CLOCK.fullmatch(value)):
        hour, minute, second = (int(part or 0) for part in found.groups())
        return time(hour, minute, second)
    if type(value) is time and not value.microsecond:
        return value
    raise ValueError(value)


def _unwelcome(text: str) -> str:
    """The first control, invisible or unassigned character of `text`, as U+0009; empty when there is none."""
    for character in text:
        if unicodedata.category(character) in ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"):
            return f"U+{ord(character):04X}"
    return ""


def _shown(value: object) -> str | Phrase:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict | list):
        return Phrase("table" if isinstance(value, dict) else "list")
    if isinstance(value, int) and abs(value) > 10**18:  # str() refuses the largest
        return Phrase("large")
    return written(value)
