"""What the plan in force decides: for a procedure, for collecting a result, on a day, at a unit.

Precedence: a procedure's own exception, then the unit's override (postal fields only), then the province's
policy, then the default, which is a ticket.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import reduce

from ticketing.errors import OnlineOnly, PostOnly, RefusedByPlan, Suspended
from ticketing.rules.policies import DEFAULT_PORTAL, Override, Policy, ProcedureList
from ticketing.rules.sites import Notice, Procedure, Site, localized

POLICY_DEFAULT = "default"
DECISIONS = ("ticket", "online_preferred", "online_only", "post_preferred", "post_only", "suspended")
PREFERRED = ("online_preferred", "post_preferred")
REFUSED = ("online_only", "post_only", "suspended")
WAYS = ("portal", "zalo", "post", "deferred", "help", "none")
_REFUSALS: dict[str, type[RefusedByPlan]] = {"online_only": OnlineOnly, "post_only": PostOnly, "suspended": Suspended}


@dataclass(frozen=True, slots=True)
class Plan:
    """What is in force at `site` on one local day.

    `policy` is the one that holds, None for none; `overlapped` are those that a later one displaces, newest
    first; `listed` are the procedures its list names on that day. `version` names the content: the same text
    has the same version, another text another.
    """

    site: Site
    head: Site
    day: date
    policy: Policy | None = None
    overlapped: tuple[Policy, ...] = ()
    override: Override | None = None
    procedures: ProcedureList | None = None
    listed: frozenset[str] = frozenset()
    version: str = POLICY_DEFAULT

    @property
    def submit_mode(self) -> str:
        own = self.override.other_submit_mode if self.override else ""
        return own or (self.policy.other_submit_mode if self.policy else "ticket")

    @property
    def result_mode(self) -> str:
        """How results are collected; a release that has taken effect opens the counters again."""
        own = self.override.result_mode if self.override else ""
        mode = own or (self.policy.result_mode if self.policy else "in_person")
        released = self.policy is not None and self.policy.released(self.day)
        return "in_person" if mode == "postal_only" and released else mode

    @property
    def hotline(self) -> str:
        return (self.policy.hotline if self.policy else "") or self.site.hotline

    @property
    def portal_url(self) -> str:
        return (self.policy.portal_url if self.policy else "") or self.site.portal_url or DEFAULT_PORTAL

    @property
    def zalo_url(self) -> str:
        return (self.policy.zalo_url if self.policy else "") or self.site.zalo_url


@dataclass(frozen=True, slots=True)
class Outage:
    """The portal is interrupted since then; `origin` is the site that marked it."""

    since: datetime
    reason: str
    origin: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A policy as a supervisor sees it; `status` is in_force, overlapped, upcoming, ended or draft."""

    policy: Policy
    status: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the plan decided against a number, for which procedure, and the language that was ordered in."""

    decision: str
    plan: Plan
    procedure: Procedure | None
    portal_down: bool
    lang: str


def plan(line: Sequence[Site], day: date) -> Plan:
    """What holds on a local day at the first of `line`, under the policies of the last of it."""
    line, key = tuple(line), (line[0].code, day)
    kept = _PLANS.get(key)
    # A site that was read again unchanged is the same value; one that was changed, here or above, is another.
    if kept is None or kept[0] != line:
        if len(_PLANS) >= MOST_PLANS:
            _PLANS.clear()
        kept = _PLANS[key] = (line, _plan(line[0], line[-1], day))
    return kept[1]


_PLANS: dict[tuple[str, date], tuple[tuple[Site, ...], Plan]] = {}
MOST_PLANS = 256


def _plan(site: Site, head: Site, day: date) -> Plan:
    covering = [policy for policy in head.policies if policy.published and policy.hold(day)]
    if not covering:
        return Plan(site, head, day)
    policy = reduce(_newer, covering)
    override = next(
        (
            one
            for one in reversed(site.overrides)
            if one.policy == policy.code and one.hold(day) and may_override(site, head, policy)
        ),
        None,
    )
    named = next((one for one in head.procedure_lists if one.code == policy.online_list), None)
    listed = frozenset(item.procedure for item in (named.items if named else ()) if item.hold(day))
    text = repr((policy, override, named, policy.released(day)))
    version = f"{head.code}/{policy.code}@{hashlib.sha256(text.encode()).hexdigest()[:10]}"
    rest = tuple(one for one in reversed(covering) if one is not policy)
    return Plan(site, head, day, policy, rest, override, named, listed, version)


def standings(held: Plan) -> list[Standing]:
    """The policies of the province, the latest entered first, and what becomes of each on the plan's day."""
    return [Standing(one, _status(one, held)) for one in reversed(held.head.policies)]


def _status(policy: Policy, held: Plan) -> str:
    if not policy.published:
        return "draft"
    if policy is held.policy:
        return "in_force"
    if policy in held.overlapped:
        return "overlapped"
    return "upcoming" if policy.valid_from > held.day else "ended"


def text_of(plan: Plan) -> str:
    """What a version of the plan says, as JSON that is kept with the data."""
    parts = {
        "policy": plan.policy and asdict(plan.policy),
        "override": plan.override and asdict(plan.override),
        "list": plan.procedures and asdict(plan.procedures),
        "of": plan.head.code,
    }
    return json.dumps(parts, ensure_ascii=False, default=str)


def may_override(site: Site, head: Site, policy: Policy) -> bool:
    """Whether the policy leaves its postal fields to units of this level; the province's own centre never."""
    return site.code != head.code and site.level in policy.local_override


def _newer(a: Policy, b: Policy) -> Policy:
    """The later issued; where one doesn't state its day, the later `valid_from`; else the later entry, `b`."""
    if a.issued_at and b.issued_at and a.issued_at != b.issued_at:
        return a if a.issued_at > b.issued_at else b
    return a if a.valid_from > b.valid_from else b


def _exempt(plan: Plan, procedure: Procedure | None) -> bool:
    assert plan.policy is not None
    return procedure is not None and any(e.procedure == procedure.code for e in plan.policy.exemptions)


def submitting(plan: Plan, procedure: Procedure | None, portal_down: bool = False) -> str:
    """The decision for handing in a dossier: ticket, online_preferred, online_only, post_preferred or suspended.

    Without a procedure: as for those that are on no list. Who must be present is sent neither to the portal
    alone nor to the post (Quyết định 45/2016/QĐ-TTg, Điều 1.2).
    """
    policy = plan.policy
    if policy is None or _exempt(plan, procedure):
        return "ticket"
    if policy.in_person == "suspended":
        return "suspended"
    present = procedure is not None and procedure.requires_presence
    if procedure is not None and procedure.code in plan.listed:
        if policy.online_mode == "online_only" and not present:
            return "online_only"
        if policy.online_mode != "offer" and not portal_down:
            return "online_preferred"
    return "post_preferred" if plan.submit_mode == "postal_suggested" and not present else "ticket"


def returning(plan: Plan, procedure: Procedure | None) -> str:
    """The decision for collecting a result: ticket, post_preferred, post_only or suspended. Under post_only a
    procedure that needs presence is deferred, and isn't offered the post."""
    policy = plan.policy
    if policy is None or _exempt(plan, procedure):
        return "ticket"
    if policy.in_person == "suspended":
        return "suspended"
    if plan.result_mode == "postal_only":
        return "post_only"
    present = procedure is not None and procedure.requires_presence
    return "post_preferred" if plan.result_mode == "postal_preferred" and not present else "ticket"


def decide(plan: Plan, service: str, procedure: Procedure | None, portal_down: bool = False) -> str:
    """The decision for a service; help and a postman's hand-over are never stopped by a policy."""
    if service == "submit":
        return submitting(plan, procedure, portal_down)
    return returning(plan, procedure) if service == "result" else "ticket"


def way_of(decision: str, portal_down: bool) -> str:
    """Where somebody goes who was refused: what a diversion counts unless he chooses otherwise."""
    if decision == "online_only":
        return "help" if portal_down else "portal"
    return "deferred" if decision == "post_only" else "none"


def deferred_until(plan: Plan, lang: str) -> str:
    """What a deferred result waits for, in words; "" when nothing is deferred."""
    if plan.policy is None or plan.result_mode != "postal_only":
        return ""
    return localized(plan.policy, lang, "release_authority")


def refusal(
    plan: Plan, service: str, procedure: Procedure | None, portal_down: bool, lang: str
) -> RefusedByPlan | None:
    """OnlineOnly, PostOnly or Suspended; None where a number can be had."""
    decision = decide(plan, service, procedure, portal_down)
    if decision not in REFUSED or plan.policy is None:
        return None
    reason = "portal_down" if decision == "online_only" and portal_down else ""
    return _REFUSALS[decision](Refusal(decision, plan, procedure, portal_down, lang), reason)


def processing_time(plan: Plan, procedure: Procedure | None, lang: str, now: datetime) -> str:
    """The processing time that holds for a dossier handed in at `now`; "" where the plan doesn't announce it."""
    if procedure is None or (plan.policy is not None and not plan.policy.announce_processing_time):
        return ""
    if late(plan.site, now):
        return localized(procedure, lang, "processing_time_late") or localized(procedure, lang, "processing_time")
    return localized(procedure, lang, "processing_time")


def late(site: Site, now: datetime) -> bool:
    """Whether a dossier handed in now is forwarded on the next working day only (Nghị định 118/2025/NĐ-CP; until
    30/6/2025 Nghị định 61/2018/NĐ-CP, Điều 18.2)."""
    return now.astimezone(site.zone).time() >= site.late_from


def notices(plan: Plan, line: Sequence[Site]) -> list[Notice]:
    """The notices that hold: the plan's and those handed down, from the top, then the unit's own."""
    found: list[Notice] = []
    for site in reversed(line):
        own = site.code == plan.site.code
        for notice in site.notices:
            if not notice.hold(plan.day):
                continue
            if notice.policy:
                # A unit may add to the province's plan, and that stands and falls with it.
                if plan.policy is None or notice.policy != plan.policy.code or not (own or site is line[-1]):
                    continue
                if notice.about == "measures" and not plan.policy.health_notices:
                    continue
            elif not own and not notice.for_units:
                continue
            found.append(notice)
    return found
