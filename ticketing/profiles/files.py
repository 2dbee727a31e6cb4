"""Reading site configuration: a file is taken whole or refused whole, with every problem named."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import msgspec

from ticketing.errors import Invalid
from ticketing.policies import (
    POSTAL_FIELDS,
    Channel,
    CheckItem,
    Discount,
    Exemption,
    Listed,
    Override,
    Policy,
    ProcedureList,
    Release,
)
from ticketing.profiles.checks import check_site
from ticketing.profiles.reading import BAD, Problems, child, clean, national_code, read
from ticketing.profiles.tables import SiteTable
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
    Voice,
)

_LISTS: dict[str, type] = {
    "fields": Field,
    "services": Service,
    "procedures": Procedure,
    "priorities": PriorityClass,
    "counters": Counter,
    "sessions": SessionTemplate,
    "calendar": CalendarDay,
    "notices": Notice,
}
_LENT = (*_LISTS, "neutral", "voice")
_ITEMS = _LISTS | {"procedure_lists": ProcedureList, "policies": Policy, "overrides": Override}
_NESTED: dict[type, dict[str, type]] = {
    ProcedureList: {"items": Listed},
    Policy: {
        "release": Release,
        "opening_checklist": CheckItem,
        "cleaning_checklist": CheckItem,
        "channels": Channel,
        "postal_discount": Discount,
        "exemptions": Exemption,
    },
}
_OVERRIDE_KEY = re.compile(r"sites\[\d+\]\.overrides\[\d+\]\.(\w+)")
_PLACE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$")


class ConfigError(Invalid):
    """A configuration that is refused whole.

    `problems` has all of them, each one line "file: key: reason"; `str()` is the first. `pairs` are keys and
    reasons alone.
    """

    def __init__(self, source: str, problems: Problems) -> None:
        super().__init__(*problems)
        self.pairs = problems
        self.problems = [": ".join(part for part in (source, *problem) if part) for problem in problems]

    def __str__(self) -> str:
        return self.problems[0]


@dataclass(eq=False)
class _Draft:
    """A site on its way: its values by attribute, those that could not be read, whose lists it takes over."""

    key: str
    values: dict[str, Any]
    broken: set[str]
    like: str = ""
    lent: set[str] = field(default_factory=set)

    @property
    def code(self) -> str:
        return self.values.get("code", "")

    def site(self) -> Site:
        return Site(**({"code": "", "name": "", "level": ""} | self.values))


def read_sites(path: Path, known: Collection[str] = ()) -> list[Site]:
    """The sites of a file, parents before their units; see parse_sites."""
    source = str(path)
    try:
        raw = Path(path).read_bytes()
    except OSError as error:
        raise ConfigError(source, [("", f"cannot be read: {error.strerror}")]) from error
    return parse_sites(text_of(raw, source), source, known)


def text_of(raw: bytes, source: str) -> str:
    """The text of a file's bytes. Raises ConfigError, naming the line, when they are no UTF-8."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ConfigError(source, [(f"line {line}", "not UTF-8 text; save the file as UTF-8")]) from error


def parse_sites(text: str, source: str, known: Collection[str] = ()) -> list[Site]:
    """The sites of a TOML text, parents before their units. `source` is the file's name in refusals.

    A site with `like = "CODE"` takes over, from that site of the text, the lists, the neutral series and the
    voice that it does not name itself. `known` are codes of sites that exist already: a parent is looked for there too.
    Raises ConfigError with every problem that was found.
    """
    tree = _toml(text, source)
    problems: Problems = [(child("", name), "unknown key") for name in tree if name != "sites"]
    tables = tree.get("sites")
    if not isinstance(tables, list) or not tables:
        raise ConfigError(source, [*problems, ("sites", "must be one or more [[sites]] tables")])
    drafts = [_draft(table, f"sites[{number}]", problems) for number, table in enumerate(tables)]
    _take_over(drafts, problems)
    for draft in drafts:
        _check(draft, drafts, problems)
    _check_family(drafts, set(known), problems)
    if problems:
        raise ConfigError(source, [_in_words(key, reason) for key, reason in problems])
    return _parents_first([draft.site() for draft in drafts])


def site_to_json(site: Site) -> str:
    """A site as canonical JSON: every attribute, keys sorted, equal sites giving equal text."""
    return msgspec.json.encode(site, order="sorted").decode()


def site_from_json(text: str) -> Site:
    """The site of a site_to_json text. Raises msgspec.ValidationError for a wrong type and checks no more."""
    return msgspec.json.decode(text, type=Site)


def _toml(text: str, source: str) -> dict[str, Any]:
    try:
        return clean(tomllib.loads(text.removeprefix("\ufeff")))
    except RecursionError as error:
        raise ConfigError(source, [("", "not valid TOML: nested too deeply")]) from error
    except ValueError as error:
        place = _PLACE.search(str(error))
        line = f"line {place[1] or text.count(chr(10)) + 1}" if place else ""
        raise ConfigError(source, [(line, f"not valid TOML: {_PLACE.sub('', str(error))}")]) from error


def _in_words(key: str, reason: str) -> tuple[str, str]:
    """A unit that sets more than its postal content learns what it may set."""
    named = _OVERRIDE_KEY.fullmatch(key)
    if named and reason == "unknown key" and named[1] in Policy.__dataclass_fields__:
        return key, f"is the province's; a unit may set only {' and '.join(POSTAL_FIELDS)}"
    return key, reason


def _draft(table: Any, key: str, problems: Problems) -> _Draft:
    told = read(SiteTable, table, key, problems)
    if told is BAD:
        return _Draft(key, {}, {item.name for item in fields(Site)})
    broken = {name for name, value in told.items() if value is BAD}
    values = {name: _value(name, value) for name, value in told.items() if value is not BAD}
    return _Draft(key, values, broken, values.pop("like", ""))


def _value(name: str, value: Any) -> Any:
    if name == "neutral":
        return Neutral(**value)
    if name == "voice":
        return Voice(**value)
    if name in _ITEMS:
        return tuple(_item(_ITEMS[name], table) for table in value)
    return value


def _item(kind: type, table: dict[str, Any]) -> Any:
    if kind is Procedure:
        table = table | {"code": national_code(table["code"])}
        if "online" in table:
            table["online"] = (table["online"]["scheme"], table["online"]["value"])
    if kind in (Listed, Exemption):
        table = table | {"procedure": national_code(table["procedure"])}
    for name, inner in _NESTED.get(kind, {}).items():
        if name in table:
            told = table[name]
            made = tuple(_item(inner, one) for one in told) if isinstance(told, tuple) else _item(inner, told)
            table = table | {name: made}
    return kind(**table)


def _take_over(drafts: list[_Draft], problems: Problems) -> None:
    by_code = {draft.code: draft for draft in drafts if draft.code}
    for draft in drafts:
        base = by_code.get(draft.like)
        if base and not base.like and "like" not in base.broken:
            _lend(base, draft)
        elif draft.like or "like" in draft.broken:
            draft.broken.update(name for name in _LENT if name not in draft.values)
        if draft.like and not base:
            problems.append((f"{draft.key}.like", f"no site {draft.like!r} in this file"))
        elif base and base.like:
            reason = f"{draft.like!r} has a like of its own; name the site that has the lists"
            problems.append((f"{draft.key}.like", reason))


def _lend(base: _Draft, draft: _Draft) -> None:
    for name in _LENT:
        if name in draft.values or name in draft.broken:
            continue
        if name in base.broken:
            draft.broken.add(name)
        elif name in base.values:
            draft.values[name] = base.values[name]
            draft.lent.add(name)


def _check(draft: _Draft, drafts: list[_Draft], problems: Problems) -> None:
    """The site's own rules; what is wrong with a list taken over is told once, where the list stands."""
    lender = next((other for other in drafts if draft.lent and other.code == draft.like), None)
    told = _found(lender) if lender else []
    for key, reason in _found(draft):
        if re.split(r"[.\[]", key)[0] in draft.lent:
            if (key, reason) in told:
                continue
            reason = f"{reason} (taken over from {draft.like!r})"
        problems.append((f"{draft.key}.{key}", reason))


def _found(draft: _Draft) -> Problems:
    return list(check_site(draft.site(), frozenset(draft.broken)))


def _check_family(drafts: list[_Draft], known: set[str], problems: Problems) -> None:
    parents: dict[str, str] = {}
    for draft in drafts:
        if draft.code in parents:
            problems.append((f"{draft.key}.code", f"site {draft.code!r} is in this file already"))
        elif draft.code:
            parents[draft.code] = draft.values.get("parent", "")
    if any("code" in draft.broken for draft in drafts):
        return
    for draft in drafts:
        parent = draft.values.get("parent", "")
        if parent and parent not in parents and parent not in known:
            problems.append((f"{draft.key}.parent", f"no site {parent!r}"))
        elif draft.code in _ancestors(draft.code, parents):
            problems.append((f"{draft.key}.parent", "leads back to this site"))
        elif head := next((one for one in drafts if one.code == (_ancestors(draft.code, parents) or [""])[-1]), None):
            problems.extend(_overrides(draft, head))


def _overrides(draft: _Draft, head: _Draft) -> Problems:
    """What a unit sets for itself must be of a policy that leaves it to the unit's level."""
    known = {policy.code: policy for policy in head.values.get("policies", ())}
    found: Problems = []
    for number, override in enumerate(draft.values.get("overrides", ())):
        key = f"{draft.key}.overrides[{number}].policy"
        policy = known.get(override.policy)
        if policy is None:
            found.append((key, f"{head.code!r} has no policy {override.policy!r}"))
        elif draft.values.get("level") not in policy.local_override:
            found.append((key, f"{override.policy!r} leaves nothing to units of this level"))
    return found


def _ancestors(code: str, parents: dict[str, str]) -> list[str]:
    line: list[str] = []
    while (code := parents.get(code, "")) and code not in line:
        line.append(code)
    return line


def _parents_first(sites: list[Site]) -> list[Site]:
    parents = {site.code: site.parent for site in sites}
    return sorted(sites, key=lambda site: len(_ancestors(site.code, parents)))
