"""What can only be told of a unit with its province beside it, and what is worth a warning but no refusal."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from ticketing.profiles.problems import ConfigError, Problem, Problems, written
from ticketing.rules.legal import closed_portal
from ticketing.rules.plans import may_override
from ticketing.rules.policies import plausible_portal
from ticketing.rules.sites import Site, with_parents


@dataclass(frozen=True, slots=True)
class Lines:
    """Of each code the head of its line and how deep it stands below it, and which codes lead back to themselves."""

    head: dict[str, str] = field(default_factory=dict)
    depth: dict[str, int] = field(default_factory=dict)
    circling: set[str] = field(default_factory=set)


def lines_of(parents: Mapping[str, str]) -> Lines:
    """The lines of a family by its codes and their parents ("" for none); each code is walked over once."""
    found = Lines()
    for start in parents:
        path: dict[str, int] = {}
        code = start
        while code in parents and code not in found.head and code not in path:
            path[code] = len(path)
            code = parents[code]
        if code in path:
            found.circling.update(list(path)[path[code] :])
        for own in reversed(path):
            above = parents[own] if own not in found.circling else ""
            found.head[own] = found.head.get(above, above or own)
            found.depth[own] = found.depth.get(above, 0) + 1 if above else 0
    return found


def implausible_portals(site: Site) -> list[tuple[str, str]]:
    """Key and address of each portal that has not the form of a public service portal. An official plan of 2020 had
    such an address by a typing error, so it is told and never refused."""
    named = [("portal_url", site.portal_url)]
    named += [(f"policies[{policy.code}].portal_url", policy.portal_url) for policy in site.policies]
    return [(key, url) for key, url in named if url and not plausible_portal(url)]


def closed_portals(site: Site, day: date) -> list[tuple[str, str]]:
    """Key and address of each province's portal that holds on `day` or later, when citizens find nothing there."""
    named = [("portal_url", site.portal_url, day)]
    named += [
        (f"policies[{policy.code}].portal_url", policy.portal_url, max(day, policy.valid_from or day))
        for policy in site.policies
        if policy.valid_to is None or policy.valid_to >= day
    ]
    return [(key, url) for key, url, then in named if closed_portal(url, then)]


def head_of(site: Site, sites: Iterable[Site]) -> Site:
    """The head of the province that `site` belongs to, itself when nothing is above it."""
    family = {one.code: one for one in (*sites, site)}
    return with_parents(site, family.get)[-1]


def override_faults(site: Site, head: Site) -> Problems:
    """What a unit sets for itself and its province's policy doesn't leave to its level."""
    found: Problems = []
    for number, override in enumerate(site.overrides):
        key = f"overrides[{number}].policy"
        policy = head.policy(override.policy)
        if policy is None:
            found.append(Problem(key, "no_policy", {"head": written(head.code), "value": written(override.policy)}))
        elif not may_override(site, head, policy):
            found.append(Problem(key, "not_left", {"policy": written(override.policy)}))
    return found


def check_family(sites: Iterable[Site], there: Iterable[Site], source: str) -> None:
    """Raises ConfigError for a unit of `sites` whose own rules its province doesn't allow, also when the province
    stands in `there` alone, which is what the database holds."""
    sites = tuple(sites)
    family = {one.code: one for one in (*there, *sites)}
    head = lines_of({one.code: one.parent for one in family.values()}).head
    problems = [
        replace(problem, key=f"sites[{site.code}].{problem.key}")
        for site in sites
        if site.parent
        for problem in override_faults(site, family.get(head[site.code], site))
    ]
    if problems:
        raise ConfigError(source, problems)
