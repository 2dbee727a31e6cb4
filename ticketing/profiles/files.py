"""Reading site configuration: a file is taken whole or refused whole, with every problem named."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec

from ticketing.profiles.checks import check_site
from ticketing.profiles.family import lines_of, override_faults
from ticketing.profiles.problems import ConfigError, Problem, Problems, written
from ticketing.profiles.reading import BAD, child, read_table
from ticketing.profiles.tables import SITE
from ticketing.profiles.toml import MAX_BYTES, Toml, text_of, toml_of
from ticketing.rules.sites import Site

_LISTS = ("fields", "services", "procedures", "priorities", "counters", "sessions", "calendar", "notices")
_LENT = (*_LISTS, "neutral", "voice", "slip")
MAX_SITES = 1_000
# Of all lists of all sites, also of those that are taken over.
MAX_ENTRIES = 500_000


@dataclass(eq=False)
class _Draft:
    """A site on its way: its values by attribute, those that could not be read, whose lists it takes over."""

    key: str
    values: Toml
    broken: set[str]
    like: str = ""
    lent: set[str] = field(default_factory=set)

    @property
    def code(self) -> str:
        return self.values.get("code", "")

    def site(self) -> Site:
        needed: Toml = {"code": "", "name": "", "level": ""}
        return Site(**(needed | self.values))

    def found(self) -> Iterator[Problem]:
        return check_site(self.site(), self.broken, self.lent)


def read_sites(path: Path, known: Collection[str] = ()) -> list[Site]:
    """The sites of a file, parents before their units; see parse_sites."""
    source = str(path)
    try:
        with Path(path).open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ConfigError(source, [Problem("", "unreadable", {"detail": error.strerror or ""})]) from error
    return parse_sites(text_of(raw, source), source, known)


def parse_sites(text: str, source: str, known: Collection[str] = ()) -> list[Site]:
    """The sites of a TOML text, parents before their units. `source` is the file's name in refusals.

    A site with `like = "CODE"` takes over, from that site of the text, the lists, the neutral series, the voice
    and the slip that it does not name itself. `known` are codes of sites that exist already: a parent is looked for
    there too.
    Raises ConfigError with every problem that was found.
    """
    tree = toml_of(text, source)
    problems: Problems = [Problem(child("", name), "unknown_key") for name in tree if name != "sites"]
    tables = tree.get("sites")
    if not isinstance(tables, list) or not tables:
        raise ConfigError(source, [*problems, Problem("sites", "no_sites")])
    if len(tables) > MAX_SITES:
        raise ConfigError(source, [Problem("sites", "too_many", {"most": MAX_SITES})])
    drafts = [_draft(table, f"sites[{number}]", problems) for number, table in enumerate(tables)]
    _take_over(drafts, problems)
    if sum(len(draft.values.get(name, ())) for draft in drafts for name in _LISTS) > MAX_ENTRIES:
        raise ConfigError(source, [*problems, Problem("sites", "too_many", {"most": MAX_ENTRIES})])
    _check(drafts, problems)
    _check_family(drafts, set(known), problems)
    if problems:
        raise ConfigError(source, problems)
    sites = [draft.site() for draft in drafts]
    depth = lines_of({site.code: site.parent for site in sites}).depth
    return sorted(sites, key=lambda site: depth[site.code])


def site_to_json(site: Site) -> str:
    """A site as canonical JSON: every attribute, keys sorted, equal sites giving equal text."""
    return msgspec.json.encode(site, order="sorted").decode()


def site_from_json(text: str) -> Site:
    """The site of a site_to_json text. Raises msgspec.ValidationError for a wrong type and checks no more."""
    return msgspec.json.decode(text, type=Site)


def _draft(table: Any, key: str, problems: Problems) -> _Draft:
    told = read_table(SITE, table, key, problems)
    values = {name: value for name, value in told.items() if value is not BAD}
    return _Draft(key, values, told.keys() - values.keys(), values.pop("like", ""))


def _take_over(drafts: list[_Draft], problems: Problems) -> None:
    by_code = {draft.code: draft for draft in drafts if draft.code}
    for draft in drafts:
        base = by_code.get(draft.like)
        if base and not base.like and "like" not in base.broken:
            _lend(base, draft)
        elif draft.like or "like" in draft.broken:
            draft.broken.update(name for name in _LENT if name not in draft.values)
        if draft.like and not base:
            problems.append(Problem(f"{draft.key}.like", "like_unknown", {"value": written(draft.like)}))
        elif base and base.like:
            problems.append(Problem(f"{draft.key}.like", "like_of_like", {"value": written(draft.like)}))


def _lend(base: _Draft, draft: _Draft) -> None:
    for name in _LENT:
        if name in draft.values or name in draft.broken:
            continue
        if name in base.broken:
            draft.broken.add(name)
        elif name in base.values:
            draft.values[name] = base.values[name]
            draft.lent.add(name)


def _check(drafts: list[_Draft], problems: Problems) -> None:
    """The sites' own rules; what is wrong with a list taken over is told once, where the list stands."""
    by_code = {draft.code: draft for draft in drafts}
    told: dict[str, set[Problem]] = {}
    for draft in drafts:
        if draft.lent and draft.like not in told:
            told[draft.like] = set(by_code[draft.like].found())
        for one in draft.found():
            facts = one.facts
            if re.split(r"[.\[]", one.key)[0] in draft.lent:
                if one in told[draft.like]:
                    continue
                facts = {**facts, "taken_over": written(draft.like)}
            problems.append(replace(one, key=f"{draft.key}.{one.key}", facts=facts))


def _check_family(drafts: list[_Draft], known: set[str], problems: Problems) -> None:
    family: dict[str, Site] = {}
    for draft in drafts:
        if draft.code in family:
            problems.append(Problem(f"{draft.key}.code", "site_twice", {"value": written(draft.code)}))
        elif draft.code:
            family[draft.code] = draft.site()
    if any("code" in draft.broken for draft in drafts):
        return
    lines = lines_of({site.code: site.parent for site in family.values()})
    for draft in drafts:
        parent = draft.values.get("parent", "")
        head = family.get(lines.head[draft.code])
        if parent and parent not in family and parent not in known:
            problems.append(Problem(f"{draft.key}.parent", "no_site", {"value": written(parent)}))
        elif draft.code in lines.circling:
            problems.append(Problem(f"{draft.key}.parent", "circle"))
        elif head and head.code != draft.code and "overrides" not in draft.broken:
            found = override_faults(draft.site(), head)
            problems.extend(replace(one, key=f"{draft.key}.{one.key}") for one in found)
