"""What the plan in force decides: for a procedure, for collecting a result, on a day, at a unit.

Precedence: a procedure's own exception, then the unit's override (postal fields only), then the province's
policy, then the default, which is a ticket.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from typing import Any

from ticketing.errors import OnlineOnly, PostOnly, Suspended, TicketingError
from ticketing.policies import DEFAULT_PORTAL, Override, Policy, ProcedureList
from ticketing.sites import Notice, Procedure, Site, localized

POLICY_DEFAULT = "default"
DECISIONS = ("ticket", "online_preferred", "online_only", "post_preferred", "post_only", "suspended")
PREFERRED = ("online_preferred", "post_preferred")
REFUSED = ("online_only", "post_only", "suspended")
WAYS = ("portal", "zalo", "post", "deferred", "help", "none")
_REFUSALS: dict[str, type[TicketingError]] = {"online_only": OnlineOnly, "post_only": PostOnly, "suspended": Suspended}


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


def line_of(sites: Iterable[Site], code: str) -> tuple[Site, ...]:
    """A site and those above it, itself first."""
    known = {site.code: site for site in sites}
    line: list[Site] = []
    while code in known and known[code] not in line:
        line.append(known[code])
        code = known[code].parent
    return tuple(line)


def plan(line: Sequence[Site], day: date) -> Plan:
    """What holds on a local day at the first of `line`, under the policies of the last of it."""
    key = (*(id(site) for site in line), day)
    kept = _PLANS.get(key)
    if kept is None:
        if len(_PLANS) >= 256:
            _PLANS.clear()
        # The line is kept with its plan: an id means something only while its object lives.
        kept = _PLANS[key] = (tuple(line), _plan(line[0], line[-1], day))
    return kept[1]


_PLANS: dict[tuple[Any, ...], tuple[tuple[Site, ...], Plan]] = {}


def _plan(site: Site, head: Site, day: date) -> Plan:
    covering = [policy for policy in head.policies if policy.published and policy.covers(day)]
    if not covering:
        return Plan(site, head, day)
    policy = reduce(_newer, covering)
    override = next(
        (
            one
            for one in reversed(site.overrides)
            if one.policy == policy.code and one.covers(day) and may_override(site, head, policy)
        ),
        None,
    )
    named = next((one for one in head.procedure_lists if one.code == policy.online_list), None)
    listed = frozenset(
        item.procedure
        for item in (named.items if named else ())
        if (item.valid_from is None or item.valid_from <= day) and (item.valid_to is None or day <= item.valid_to)
    )
    text = repr((policy, override, named, policy.released(day)))
    version = f"{head.code}/{policy.code}@{hashlib.sha256(text.encode()).hexdigest()[:10]}"
    rest = tuple(one for one in reversed(covering) if one is not policy)
    return Plan(site, head, day, policy, rest, override, named, listed, version)


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


def alternatives(plan: Plan, procedure: Procedure | None = None, portal_down: bool = False) -> dict[str, Any]:
    """Ways to go besides the counter; while the portal is down its address is not shown."""
    return {
        "portal_url": "" if portal_down else plan.portal_url,
        "portal_down": portal_down,
        "zalo": plan.zalo_url,
        "zalo_channel": plan.policy.zalo_channel if plan.policy else "",
        "hotline": plan.hotline,
        "post": not (procedure and procedure.requires_presence),
        "help_desk": plan.site.service("help") is not None,
    }


def legal_base(plan: Plan, lang: str, procedure: Procedure | None = None) -> dict[str, Any] | None:
    """The policy's text and, for a listed procedure, its list's decision; None where no policy holds.

    `decision_no` is "" where the text doesn't state it; `sample` is true for a list that isn't the real one.
    """
    policy = plan.policy
    if policy is None:
        return None
    named = plan.procedures if procedure is not None and procedure.code in plan.listed else None
    return {
        "text": localized(policy, lang, "legal_base") or localized(policy, lang, "title"),
        "decision_no": named.decision_no if named else None,
        "decision_date": named.decision_date.isoformat() if named and named.decision_date else None,
        "list": localized(named, lang, "title") if named else "",
        "sample": bool(named and named.sample),
    }


def deferred_until(plan: Plan, lang: str) -> str:
    """What a deferred result waits for, in words; "" when nothing is deferred."""
    if plan.policy is None or plan.result_mode != "postal_only":
        return ""
    return localized(plan.policy, lang, "release_authority")


def refusal(
    plan: Plan, service: str, procedure: Procedure | None, portal_down: bool, lang: str
) -> TicketingError | None:
    """OnlineOnly, PostOnly or Suspended, with the ways on from here and the base; None where a number can be had."""
    decision = decide(plan, service, procedure, portal_down)
    if decision not in REFUSED or plan.policy is None:
        return None
    return _REFUSALS[decision](
        "portal_down" if decision == "online_only" and portal_down else "",
        alternatives=alternatives(plan, procedure, portal_down),
        legal_base=legal_base(plan, lang, procedure),
        policy=plan.version,
        since=plan.policy.valid_from.isoformat(),
        deferred_until=deferred_until(plan, lang) if decision == "post_only" else "",
    )


def processing_time(plan: Plan, procedure: Procedure | None, lang: str, now: datetime) -> str:
    """The processing time that holds for a dossier handed in at `now`; "" where the plan doesn't announce it."""
    if procedure is None or (plan.policy is not None and not plan.policy.announce_processing_time):
        return ""
    if late(plan.site, now):
        return localized(procedure, lang, "processing_time_late") or localized(procedure, lang, "processing_time")
    return localized(procedure, lang, "processing_time")


def late(site: Site, now: datetime) -> bool:
    """Whether a dossier handed in now is forwarded on the next working day only (Nghị định 61/2018, Điều 18.2)."""
    return now.astimezone(site.zone).time() >= site.late_from


def notices(plan: Plan, line: Sequence[Site]) -> list[Notice]:
    """The notices that hold: the plan's and those handed down, from the top, then the unit's own."""
    found: list[Notice] = []
    for site in reversed(line):
        own = site.code == plan.site.code
        for notice in site.notices:
            if not notice.covers(plan.day):
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
