"""What can only be told of a unit with its province beside it, and what is worth a warning but no refusal."""

from __future__ import annotations

from collections.abc import Iterable

from ticketing.policies import plausible_portal
from ticketing.profiles.files import ConfigError
from ticketing.profiles.reading import Problems
from ticketing.sites import Site


def implausible_portals(site: Site) -> list[tuple[str, str]]:
    """Key and address of each portal that has not the form of a public service portal. An official plan of 2020 had
    such an address by a typing error, so it is told and never refused."""
    named = [("portal_url", site.portal_url)]
    named += [(f"policies[{policy.code}].portal_url", policy.portal_url) for policy in site.policies]
    return [(key, url) for key, url in named if url and not plausible_portal(url)]


def head_of(site: Site, sites: Iterable[Site]) -> Site:
    """The head of the province that `site` belongs to, itself when nothing is above it."""
    known = {one.code: one for one in sites}
    seen = [site.code]
    while site.parent in known and site.parent not in seen:
        site = known[site.parent]
        seen.append(site.code)
    return site


def override_faults(site: Site, head: Site) -> Problems:
    """What a unit sets for itself and its province's policy doesn't leave to its level, as (key, reason) pairs."""
    found: Problems = []
    for number, override in enumerate(site.overrides):
        key = f"overrides[{number}].policy"
        policy = head.policy(override.policy)
        if policy is None:
            found.append((key, f"{head.code!r} has no policy {override.policy!r}"))
        elif site.code == head.code or site.level not in policy.local_override:
            found.append((key, f"{override.policy!r} leaves nothing to units of this level"))
    return found


def check_family(sites: Iterable[Site], there: Iterable[Site], source: str) -> None:
    """Raises ConfigError for a unit of `sites` whose own rules its province doesn't allow, also when the province
    stands in `there` alone, which is what the database holds."""
    sites = tuple(sites)
    family = {one.code: one for one in (*there, *sites)}
    problems = [
        (f"sites[{site.code}].{key}", reason)
        for site in sites
        if site.parent
        for key, reason in override_faults(site, head_of(site, family.values()))
    ]
    if problems:
        raise ConfigError(source, problems)
