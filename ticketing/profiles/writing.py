"""Writing sites as TOML: one table after another in the order of the dataclasses, defaults left out."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, time
from typing import Any

from ticketing.rules.sites import Procedure, Site


def write_sites(sites: Sequence[Site]) -> str:
    """The TOML of `sites`, from which parse_sites makes equal sites."""
    return "\n".join("\n".join(_lines("sites", site, listed=True)) + "\n" for site in sites)


def _lines(name: str, thing: Any, listed: bool) -> Iterator[str]:
    yield f"[[{name}]]" if listed else f"[{name}]"
    told = [(item.name, getattr(thing, item.name)) for item in fields(thing) if not _is_default(item, thing)]
    if isinstance(thing, Procedure):
        told = [(key, _online(value) if key == "online" else value) for key, value in told]
    for key, value in told:
        if not _is_table(value):
            yield f"{key} = {_inline(value)}"
    for key, value in told:
        if _is_table(value):
            for table in value if isinstance(value, tuple) else [value]:
                yield ""
                yield from _lines(f"{name}.{key}", table, listed=isinstance(value, tuple))


def _online(pair: tuple[str, str]) -> dict[str, str]:
    return {"scheme": pair[0], "value": pair[1]}


def _is_default(item: Any, thing: Any) -> bool:
    default = item.default if item.default_factory is MISSING else item.default_factory()
    return default is not MISSING and getattr(thing, item.name) == default


def _is_table(value: Any) -> bool:
    return is_dataclass(value) or (isinstance(value, tuple) and bool(value) and is_dataclass(value[0]))


def _inline(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case int() | float():
            return repr(value)
        case str():
            return _string(value)
        case time():
            return f'"{value.isoformat("seconds" if value.second else "minutes")}"'
        case date():
            return value.isoformat()
        case Mapping():
            return "{ " + ", ".join(f"{_key(key)} = {_inline(item)}" for key, item in value.items()) + " }"
        case tuple():
            return "[" + ", ".join(_inline(item) for item in value) + "]"
    raise TypeError(type(value).__name__)


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else _string(key)


def _string(text: str) -> str:
    # JSON's escapes are all TOML's too, but TOML wants U+007F escaped as well.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
