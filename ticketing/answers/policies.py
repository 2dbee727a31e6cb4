"""Every policy of the province and what becomes of it here, what people entered by hand, and what a version said."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, time
from typing import Any, Literal

from ticketing.answers.names import Time, extended, stamp
from ticketing.answers.plans import InPerson, OnlineMode
from ticketing.errors import Unknown
from ticketing.lookups import Look
from ticketing.rules import plans
from ticketing.rules.plans import Outage, Standing
from ticketing.rules.policies import Policy, Release, plausible_portal
from ticketing.rules.sessions import instant
from ticketing.rules.sites import localized

Level = Literal["province", "district", "commune", "sector"]
# Whatever version wrote it: what it says is read with care, and shown as it is.
AsKept = dict[str, Any]
OwnSubmitMode = Literal["", "ticket", "postal_suggested"]
OwnResultMode = Literal["", "in_person", "postal_preferred", "postal_only"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyList:
    """The list that an online mode holds for. `decision_no` "" and `decision_date` null: the text states none;
    `procedures` are those on it now, `listed` all that it has had."""

    code: str
    title: str
    decision_no: str
    decision_date: date | None
    sample: bool
    procedures: int
    listed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRelease:
    authority: str
    act: str
    act_date: date
    effective_from: date
    entered_by: str
    entered_at: Time


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyOverride:
    """What the unit does otherwise; a mode "" is the province's."""

    by: str
    decided_on: date
    reason: str
    other_submit_mode: OwnSubmitMode
    result_mode: OwnResultMode
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyStanding:
    """A policy of the province and what becomes of it today. `number` "" and `issued_at` null: its text states
    none. `overlapped` is one that a later issued policy displaces. `may_override` and `override` are this
    unit's; `portal_plausible` is false for an address that has not the form of a public service portal."""

    code: str
    title: str
    status: Literal["in_force", "overlapped", "upcoming", "ended", "draft"]
    published: bool
    authority: str
    number: str
    issued_at: date | None
    legal_base: str
    valid_from: date
    valid_to: date | None
    online_mode: OnlineMode
    online_list: PolicyList | None
    other_submit_mode: Literal["ticket", "postal_suggested"]
    result_mode: Literal["in_person", "postal_preferred", "postal_only"]
    in_person: InPerson
    release_authority: str
    release: PolicyRelease | None
    hotline: str
    portal_url: str
    portal_plausible: bool
    zalo_channel: str
    local_override: tuple[Level, ...]
    may_override: bool
    override: PolicyOverride | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyStandings:
    items: list[PolicyStanding]


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyVersion:
    """What the plan said when tickets were given and people diverted under this version: `policy`, the unit's
    `override` and the `list` as they were then, null where there was none."""

    version: str
    of: str
    policy: AsKept | None
    override: AsKept | None
    list: AsKept | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Portal:
    """Whether the portal is marked as interrupted; `since`, `reason` and by which `site`, where it is."""

    down: bool
    since: Time | None
    reason: str
    site: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deferred:
    """How many results wait for the release under the policy in force."""

    tickets: int = 0
    dossiers: int = 0


def standings(look: Look, lang: str) -> list[PolicyStanding]:
    """The policies of the province, the latest entered first."""
    return [_standing(look, one, lang) for one in plans.standings(look.plan)]


def standing(look: Look, policy: str, lang: str) -> PolicyStanding:
    return next(one for one in standings(look, lang) if one.code == policy)


def version(look: Look, asked: str) -> PolicyVersion:
    """Raises Unknown("policy"), for another province's too."""
    text = look.view.policies.text(asked)
    if not text or not asked.startswith(f"{look.plan.head.code}/"):
        raise Unknown("policy", asked[:120])
    return PolicyVersion(version=asked, **json.loads(text))


def outage(look: Look) -> Outage | None:
    return look.view.sites.outage([one.code for one in look.line])


def portal(look: Look) -> Portal:
    found = outage(look)
    if found is None:
        return Portal(down=False, since=None, reason="", site="")
    return Portal(down=True, since=stamp(look.site, found.since), reason=found.reason, site=found.origin)


def deferred(look: Look) -> Deferred:
    if look.plan.policy is None:
        return Deferred()
    begin = instant(look.site, look.plan.policy.valid_from, time())
    lines = look.view.journal.of_kinds(look.site.code, ("diverted",), begin)
    waiting = [one.data["dossiers"] for one in lines if one.data["to"] == "deferred"]
    return Deferred(tickets=len(waiting), dossiers=sum(waiting))


def _standing(look: Look, one: Standing, lang: str) -> PolicyStanding:
    policy, head = one.policy, look.plan.head
    own = next((each for each in look.site.overrides if each.policy == policy.code), None)
    texts = {name: localized(policy, lang, name) for name in ("title", "authority", "legal_base", "release_authority")}
    return extended(
        PolicyStanding,
        policy,
        **texts,
        status=one.status,
        online_list=_list(look, policy, lang),
        release=policy.release and _release(look, policy.release),
        portal_plausible=not policy.portal_url or plausible_portal(policy.portal_url),
        may_override=plans.may_override(look.site, head, policy),
        override=own and extended(PolicyOverride, own),
    )


def _list(look: Look, policy: Policy, lang: str) -> PolicyList | None:
    named = next((each for each in look.plan.head.procedure_lists if each.code == policy.online_list), None)
    if named is None:
        return None
    now = sum(item.hold(look.plan.day) for item in named.items)
    title = localized(named, lang, "title")
    return extended(PolicyList, named, title=title, procedures=now, listed=len(named.items))


def _release(look: Look, release: Release) -> PolicyRelease:
    return extended(PolicyRelease, release, entered_at=stamp(look.site, release.entered_at))
