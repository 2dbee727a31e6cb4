"""Why a configuration is refused, in the reader's language.

The rules of configuration files give their reasons in English, as `layso apply` prints them. Each row turns one
into a catalog's sentence; a test holds it against every refusal that the rules' own tests know.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from flask_babel import format_decimal
from flask_babel import lazy_gettext as _

from ticketing.desk import announce_words, config_policies
from ticketing.desk.config_sections import WEEKDAY_NAMES

NameRef = Callable[[str], str]

KINDS = {
    "field": _("field"),
    "service": _("service"),
    "procedure": _("procedure"),
    "priority class": _("priority group"),
    "counter": _("counter"),
    "day": _("day"),
    "policy": _("plan"),
    "list": _("list of procedures"),
}
VALUES = {"a table": _("a table"), "a list": _("a list"), "a number so large": _("a number so large")}

EXPECTED = (
    *config_policies.EXPECTED,
    (r"a text of (?P<low>[\d,]+) to (?P<high>[\d,]+) characters", _("a text of %(low)s to %(high)s characters")),
    (r"a text of at most (?P<high>[\d,]+) characters", _("a text of at most %(high)s characters")),
    (r"a whole number from (?P<low>[\d,]+) to (?P<high>[\d,]+)", _("a whole number from %(low)s to %(high)s")),
    (r"a number of minutes from 0\.5 to 480", _("a number of minutes from 0.5 to 480")),
    (r"one of (?P<values>.+)", _("one of: %(values)s")),
    (r"1 to (?P<high>\d+) lowercase letters, digits or hyphens",
     _("1 to %(high)s small letters without marks, digits or hyphens")),
    (r"at most (?P<high>\d+) lowercase letters, digits or hyphens",
     _("at most %(high)s small letters without marks, digits or hyphens")),
    (r"1 to (?P<high>\d+) letters \(without marks\), digits, hyphens or underscores",
     _("1 to %(high)s letters without marks, digits, hyphens or underscores")),
    (r"a procedure's code such as (?P<code>\S+)", _("a procedure's code such as %(code)s")),
    (r"one character 0-9 or A-Z", _("one character 0-9 or A-Z")),
    (r"a day such as (?P<day>\S+)", _("a day such as %(day)s")),
    (r'a time of day such as "(?P<time>[\d:]+)"', _("a time of day such as %(time)s")),
    (r"true or false", _("true or false")),
    (r"a list", _("a list")),
    (r"a table", _("a table")),
    (r"an address such as (?P<url>\S+)", _("an address such as %(url)s")),
)  # fmt: skip

REASONS = (
    *announce_words.REASONS,
    *config_policies.REASONS,
    (r"is missing|must be .+, not ''", _("Fill this in.")),
    (r"must be (?P<expected>.+), not one of (?P<length>[\d,]+) characters",
     _("Must be %(expected)s; it has %(length)s characters.")),
    (r"must be (?P<expected>.+?), not (?P<value>.+)", _("Must be %(expected)s, not %(value)s.")),
    (r"unknown key", _("There is no such key.")),
    (r"holds the control or invisible character (?P<char>U\+[0-9A-F]+); write plain text",
     _("Holds the invisible character %(char)s. Write plain text.")),
    (r"(?P<value>'.*') is a path of the service and cannot be a site",
     _("%(value)s is an address of the service and cannot be a unit's code.")),
    (r"must begin and end with a letter or a digit", _("Must begin and end with a letter or a digit.")),
    (r"no time zone (?P<value>.+)", _("There is no time zone %(value)s.")),
    (r"prefix (?P<value>.+) is already that of neutral",
     _("%(value)s is already the first character of sensitive fields' numbers.")),
    (r"prefix (?P<value>.+) is already that of (?P<ref>\w+\[\d+\])",
     _("%(value)s is already the first character of “%(ref)s”.")),
    (r"(?P<value>'.*') is already the name of (?P<ref>\w+\[\d+\]) on (?P<weekdays>.+)",
     _("%(value)s is already the short name of “%(ref)s” on %(weekdays)s.")),
    (r"(?P<kind>[a-z ]+) (?P<value>\S+) is already (?P<ref>\w+\[\d+\])",
     _("This %(kind)s is there already: %(value)s.")),
    (r"the site has no (?P<kind>\w+) (?P<value>.+)", _("The unit has no %(kind)s %(value)s.")),
    (r"(?P<kind>\w+) (?P<value>.+) is named twice", _("The %(kind)s %(value)s is named twice.")),
    (r"must name at least one weekday", _("Choose at least one weekday.")),
    (r"names a weekday twice", _("A weekday is named twice.")),
    (r"must be later than issuing_from", _("Must be later than the time from which numbers are given.")),
    (r"must not be before issuing_until", _("Must not be before the time until which numbers are given.")),
    (r"must be before closes_at", _("Must be before the closing time.")),
    (r"overlaps (?P<ref>\w+\[\d+\]) \((?P<name>.+)\) on (?P<weekdays>.+)",
     _("Runs at the same time as “%(ref)s” on %(weekdays)s.")),
    (r"must not be before valid_from", _("Must not be before the first day.")),
    (r'goes with kind = "working" only', _("Only a working day works like another one.")),
    (r"must name at least one place", _("Choose at least one place.")),
    (r"names a place twice", _("A place is named twice.")),
    (r"must be one or more \[\[sites\]\] tables", _("The file must have one or more [[sites]] tables.")),
    (r"not valid TOML: nested too deeply", _("This is not valid TOML: nested too deeply.")),
    (r"not valid TOML: (?P<detail>.+)", _("This is not valid TOML (%(detail)s).")),
    (r"not UTF-8 text; save the file as UTF-8", _("This is no UTF-8 text. Save the file as UTF-8.")),
    (r"no site (?P<value>'.*') in this file", _("The file has no unit %(value)s.")),
    (r"no site (?P<value>'.*')", _("There is no unit %(value)s.")),
    (r"(?P<value>'.*') has a like of its own; name the site that has the lists",
     _("%(value)s takes over its lists itself. Name the unit that has them.")),
    (r"site (?P<value>'.*') is in this file already", _("The unit %(value)s is in the file already.")),
    (r"leads back to this site", _("Leads back to this unit.")),
    (r"must be a day from the first one to (?P<days>\d+) days after it",
     _("Must be a day from the first one to %(days)s days after it.")),
    (r"has no unit (?P<value>.+)", _("The file has no unit %(value)s.")),
    (r"is changed on the command line only", _("Is changed on the server's command line only (layso apply).")),
)  # fmt: skip

TAKEN_OVER = _("%(reason)s (Taken over from %(value)s.)")
_TAKEN_OVER = re.compile(r"(.*) \(taken over from ('.*')\)", re.DOTALL)


def say(reason: str, name_ref: NameRef = str) -> str:
    """The reason as a sentence; `name_ref` names an entry such as "sessions[0]" in it."""
    if taken := _TAKEN_OVER.fullmatch(reason):
        return str(TAKEN_OVER) % {"reason": say(taken[1], name_ref), "value": taken[2]}
    return _first(REASONS, reason, name_ref) or reason


def _first(rows: Iterable[tuple[str, Any]], text: str, name_ref: NameRef) -> str:
    for pattern, sentence in rows:
        if found := re.fullmatch(pattern, text, re.DOTALL):
            words = {key: _worded(key, value, name_ref) for key, value in found.groupdict().items()}
            return str(sentence) % words if words else str(sentence)
    return ""


def _worded(key: str, text: str, name_ref: NameRef) -> str:
    if key == "expected":
        return _first(EXPECTED, text, name_ref) or text
    if key == "kind":
        return str(KINDS.get(text, text))
    if key == "ref":
        return name_ref(text)
    if key == "weekdays":
        return ", ".join(str(WEEKDAY_NAMES.get(day, day)) for day in text.split(", "))
    if key == "value":
        return str(VALUES.get(text, text))
    if key in ("content", "lang"):
        return str({**announce_words.CONTENTS, **announce_words.LANGUAGES}.get(text, text))
    if key in ("low", "high", "length"):
        return format_decimal(int(text.replace(",", "")))
    return text
