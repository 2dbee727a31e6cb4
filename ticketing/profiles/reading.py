"""Walking a parsed TOML value along its table's types, collecting every problem instead of the first."""

from __future__ import annotations

import re
import unicodedata
from datetime import time
from typing import Any, get_args, get_origin

import msgspec
from msgspec import Struct

Problems = list[tuple[str, str]]

BAD = object()
"""What stands for a value that could not be read; its problem is in the list."""

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_CLOCK = re.compile(r"([0-2]?\d):([0-5]\d)(?::([0-5]\d))?")
_NATIONAL = re.compile(r"(\d\.\d{6})(?:\.[A-Za-z0-9]+)+")


def clean(value: Any) -> Any:
    """The value with every string and key in NFC and without surrounding blanks."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value).strip()
    if isinstance(value, list):
        return [clean(item) for item in value]
    if isinstance(value, dict):
        return {unicodedata.normalize("NFC", key): clean(item) for key, item in value.items()}
    return value


def child(key: str, name: str) -> str:
    """The path of `name` under `key`, one line whatever the name holds."""
    shown = name if _BARE_KEY.fullmatch(name) else repr(name)
    return f"{key}.{shown}" if key else shown


def read(kind: Any, value: Any, key: str, problems: Problems) -> Any:
    """`value` as `kind`: a dict for a table (without the keys left out), a tuple for a list, else the value.

    A part that cannot be read is BAD and its problem is appended; a list with a bad item is bad.
    """
    if isinstance(kind, type) and issubclass(kind, Struct):
        return _table(kind, value, key, problems)
    if get_origin(kind) is tuple:
        return _list(get_args(kind)[0], value, key, problems)
    if get_origin(kind) is dict:
        return _mapping(get_args(kind)[1], value, key, problems)
    return _scalar(kind, value, key, problems)


def _table(kind: type[Struct], value: Any, key: str, problems: Problems) -> Any:
    if not isinstance(value, dict):
        problems.append((key, f"must be a table, not {_shown(value)}"))
        return BAD
    known = {info.name: info for info in msgspec.structs.fields(kind)}
    problems.extend((child(key, name), "unknown key") for name in value if name not in known)
    result = {}
    for name, info in known.items():
        if name in value:
            told = read(info.type, value[name], child(key, name), problems)
            result[name] = BAD if isinstance(told, dict) and BAD in told.values() else told
        elif info.required:
            problems.append((child(key, name), "is missing"))
            result[name] = BAD
    return result


def _list(kind: Any, value: Any, key: str, problems: Problems) -> Any:
    if not isinstance(value, list):
        problems.append((key, f"must be a list, not {_shown(value)}"))
        return BAD
    before = len(problems)
    items = tuple(read(kind, item, f"{key}[{number}]", problems) for number, item in enumerate(value))
    return items if len(problems) == before else BAD


def _mapping(kind: Any, value: Any, key: str, problems: Problems) -> Any:
    if not isinstance(value, dict):
        problems.append((key, f"must be a table, not {_shown(value)}"))
        return BAD
    result = {name: read(kind, item, child(key, name), problems) for name, item in value.items()}
    return BAD if BAD in result.values() else result


def _scalar(kind: Any, value: Any, key: str, problems: Problems) -> Any:
    base, meta = get_args(kind)
    if isinstance(value, str) and (found := _unwelcome(value)):
        problems.append((key, f"holds {found}; write plain text"))
        return BAD
    try:
        if base is time:
            return _time(value)
        return msgspec.convert(value, kind)
    except (ValueError, msgspec.ValidationError):
        problems.append((key, f"must be {meta.description}, not {_shown(value)}"))
        return BAD


def _time(value: Any) -> time:
    if isinstance(value, str) and (found := _CLOCK.fullmatch(value)):
        return time(*(int(part or 0) for part in found.groups()))
    if type(value) is time and not value.microsecond:
        return value
    raise ValueError(value)


def _unwelcome(text: str) -> str:
    """The first control, invisible or unassigned character of `text`, as words; empty when there is none."""
    for character in text:
        if unicodedata.category(character) in ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"):
            return f"the control or invisible character U+{ord(character):04X}"
    return ""


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return repr(value) if len(value) <= 40 else f"one of {len(value):,} characters"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict | list):
        return "a table" if isinstance(value, dict) else "a list"
    if isinstance(value, int) and abs(value) > 10**18:  # str() refuses the largest
        return "a number so large"
    return str(value)


def national_code(code: str) -> str:
    """The first two groups of a national procedure code; any other code unchanged.

    A unit writes 1.001612.000.00.00.H19 for what the national list calls 1.001612.
    """
    found = _NATIONAL.fullmatch(code)
    return found[1] if found else code
