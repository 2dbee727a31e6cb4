"""From a file's bytes to a tree of TOML: within bounds, in time that grows with the length alone."""

import re
import tomllib
import unicodedata
from typing import Any, TypeAlias

from ticketing.profiles.problems import ConfigError, Fact, Problem

MAX_BYTES = 4 * 1024 * 1024
MAX_LINES = 100_000
MAX_KEY_PARTS = 32

# A table of which nothing is known yet: the types of tables.py say what it must hold.
Toml: TypeAlias = dict[str, Any]

# tomllib's only word of the place, in its sentence.
_PLACE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$")
# tomllib takes time by the square of a key's parts. What looks like a key within a text counts too.
_KEY_PART = r"""(?:(?<![\w-])[\w-]++|(?<!\\)"(?:[^"\\\n]++|\\.)*+"|'[^'\n]*+')"""
_LONG_KEY = re.compile(rf"(?:{_KEY_PART}[ \t]*+\.[ \t]*+){{{MAX_KEY_PARTS}}}", re.ASCII)


def text_of(raw: bytes, source: str) -> str:
    """The text of a file's bytes. Raises ConfigError for too many of them, and, naming the line, for no UTF-8."""
    if len(raw) > MAX_BYTES:
        raise ConfigError(source, [Problem("", "too_many_bytes", {"most": MAX_BYTES})])
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ConfigError(source, [Problem("", "not_utf8", {"line": line})]) from error


def bounded(text: str, source: str) -> str:
    """The text without its byte order mark. Raises ConfigError when it is longer than any configuration."""
    text = text.removeprefix("\ufeff")
    for code, most, found in (
        ("too_many_bytes", MAX_BYTES, len(text.encode("utf-8", "surrogatepass"))),
        ("too_many_lines", MAX_LINES, text.count("\n")),
    ):
        if found > most:
            raise ConfigError(source, [Problem("", code, {"most": most})])
    return text


def toml_of(text: str, source: str) -> Toml:
    """The tree of a TOML text, every string in NFC and without blanks around it. Raises ConfigError."""
    text = bounded(text, source)
    if found := _LONG_KEY.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise ConfigError(source, [Problem("", "long_key", {"line": line, "most": MAX_KEY_PARTS})])
    try:
        return clean(tomllib.loads(text))
    except RecursionError as error:
        raise ConfigError(source, [Problem("", "nested_deeply")]) from error
    except ValueError as error:
        said = str(error)
        facts: dict[str, Fact] = {"detail": _PLACE.sub("", said)}
        if place := _PLACE.search(said):
            facts["line"] = int(place[1] or text.count("\n") + 1)
        raise ConfigError(source, [Problem("", "not_toml", facts)]) from error


def clean(value: Any) -> Any:
    """The value with every string and key in NFC and without surrounding blanks."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value).strip()
    if isinstance(value, list):
        return [clean(item) for item in value]
    if isinstance(value, dict):
        return {unicodedata.normalize("NFC", key): clean(item) for key, item in value.items()}
    return value
