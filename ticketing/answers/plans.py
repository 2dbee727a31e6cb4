"""The plan in force, and what it says of a procedure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from ticketing.answers.names import Day, Time, stamp
from ticketing.answers.notices import notices
from ticketing.errors import Unknown
from ticketing.lookups import Look
from ticketing.rules import plans, sites
from ticketing.rules.orders import TicketOrder, complete
from ticketing.rules.plans import Plan, Refusal
from ticketing.rules.search import found_procedures, words
from ticketing.rules.sites import localized

Decision = Literal["ticket", "online_preferred", "online_only", "post_preferred", "suspended"]
ResultDecision = Literal["ticket", "post_preferred", "post_only", "suspended"]
AnyDecision = Literal["ticket", "online_preferred", "online_only", "post_preferred", "post_only", "suspended"]
OnlineMode = Literal["offer", "online_preferred", "online_only"]
InPerson = Literal["open", "suspended"]
ServiceCode = Literal["submit", "result", "help", "postal_handover"]
Way = Literal["portal", "zalo", "post", "deferred", "help"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternatives:
    """Ways to go besides the counter; an address is "" where there is none, the portal's also while the portal
    is marked as interrupted (`portal_down`). `zalo_channel` is the channel's name, to look for where `zalo` has no
    address."""

    portal_url: str
    portal_down: bool
    zalo: str
    zalo_channel: str
    hotline: str
    post: bool
    help_desk: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalBase:
    """What a decision rests on. For a listed procedure also its list's decision: `decision_no` is "" and
    `decision_date` null where the text does not state them; a `sample` is not the real list."""

    text: str
    decision_no: str | None
    decision_date: Day | None
    list: str
    sample: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyInForce:
    """The plan that holds today, as anybody may see it. `decision` and `result_decision` are those of ordinary
    procedures; `deferred_until` says in words what a deferred result waits for; `overridden` that the unit
    has postal rules of its own. `valid_to` is null without an end."""

    version: str
    code: str
    title: str
    authority: str
    valid_from: Day
    valid_to: Day | None
    decision: Decision
    result_decision: ResultDecision
    online_mode: OnlineMode
    in_person: InPerson
    deferred_until: str
    cap_announced: bool
    alternatives: Alternatives
    legal_base: LegalBase
    zalo_channel: str
    overridden: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """What today's plan says of a procedure. `late`: a dossier handed in now is forwarded on the next working day
    only; `online`: the plan's list names it; `deferred_until`: what its result waits for, "" when it doesn't."""

    code: str
    name: str
    field: str
    decision: Decision
    result_decision: ResultDecision
    alternatives: Alternatives
    legal_base: LegalBase | None
    deferred_until: str
    processing_time: str
    late: bool
    bring: str
    requires_presence: bool
    online: bool
    policy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureList:
    items: list[Procedure]


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyNow:
    """The plan that holds today, null for none."""

    policy: PolicyInForce | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a kiosk would say at `at`. `ticket` tells whether a number could be had as far as the plan goes: caps
    and sessions are not looked at. `policy` and `legal_base` are null where no plan holds."""

    site: str
    at: Time
    service: ServiceCode
    field: str | None
    procedure: str | None
    procedure_name: str
    decision: AnyDecision
    ticket: bool
    alternatives: Alternatives
    legal_base: LegalBase | None
    deferred_until: str
    processing_time: str
    late: bool
    policy: PolicyInForce | None
    overlapped: list[str]
    notices: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Diverted:
    """`decision` is what the plan decides; `policy` is its version."""

    service: ServiceCode
    decision: Literal["", "online_preferred", "online_only", "post_preferred", "post_only", "suspended"]
    to: Way
    policy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """What a refusal by the plan shows beside its sentence; `since` is the plan's first day."""

    alternatives: Alternatives
    legal_base: LegalBase | None
    policy: str
    since: Day
    deferred_until: str


def alternatives(plan: Plan, procedure: sites.Procedure | None, portal_down: bool) -> Alternatives:
    """While the portal is down its address is not shown."""
    return Alternatives(
        portal_url="" if portal_down else plan.portal_url,
        portal_down=portal_down,
        zalo=plan.zalo_url,
        zalo_channel=plan.policy.zalo_channel if plan.policy else "",
        hotline=plan.hotline,
        post=not (procedure and procedure.requires_presence),
        help_desk=plan.site.service("help") is not None,
    )


def ways(look: Look) -> Alternatives:
    """The ways besides the counter that are open now: the plan's, else the site's own."""
    return alternatives(look.plan, None, look.portal_down)


def legal_base(plan: Plan, lang: str, procedure: sites.Procedure | None = None) -> LegalBase | None:
    """The policy's text and, for a listed procedure, its list's decision; None where no policy holds."""
    policy = plan.policy
    if policy is None:
        return None
    named = plan.procedures if procedure is not None and procedure.code in plan.listed else None
    return LegalBase(
        text=localized(policy, lang, "legal_base") or localized(policy, lang, "title"),
        decision_no=named.decision_no if named else None,
        decision_date=day_of(named.decision_date) if named else None,
        list=localized(named, lang, "title") if named else "",
        sample=bool(named and named.sample),
    )


def in_force(plan: Plan, lang: str, portal_down: bool) -> PolicyInForce | None:
    """None where no policy holds."""
    held, base = plan.policy, legal_base(plan, lang)
    if held is None or base is None:
        return None
    return PolicyInForce(
        version=plan.version,
        code=held.code,
        title=localized(held, lang, "title"),
        authority=localized(held, lang, "authority"),
        valid_from=held.valid_from.isoformat(),
        valid_to=day_of(held.valid_to),
        decision=word(plans.submitting(plan, None, portal_down)),
        result_decision=word(plans.returning(plan, None)),
        online_mode=word(held.online_mode),
        in_person=word(held.in_person),
        deferred_until=plans.deferred_until(plan, lang),
        cap_announced=held.session_cap_announced,
        alternatives=alternatives(plan, None, portal_down),
        legal_base=base,
        zalo_channel=held.zalo_channel,
        overridden=plan.override is not None,
    )


def policy_now(look: Look, lang: str) -> PolicyNow:
    return PolicyNow(policy=in_force(look.plan, lang, look.portal_down))


def procedures(look: Look, lang: str, q: str = "", field: str = "") -> list[Procedure]:
    """The procedures and what today's plan says of them, those that `q` finds as a search would. Raises Unknown."""
    if field and look.site.field(field) is None:
        raise Unknown("field", field)
    found = found_procedures(look.site, q) if words(q) else look.site.procedures
    return [_procedure(look, one, lang) for one in found if not field or one.field == field]


def _procedure(look: Look, one: sites.Procedure, lang: str) -> Procedure:
    plan, result = look.plan, plans.returning(look.plan, one)
    time = plans.processing_time(plan, one, lang, look.now)
    return Procedure(
        code=one.code,
        name=localized(one, lang),
        field=one.field,
        decision=word(plans.submitting(plan, one, look.portal_down)),
        result_decision=word(result),
        alternatives=alternatives(plan, one, look.portal_down),
        legal_base=legal_base(plan, lang, one),
        deferred_until=plans.deferred_until(plan, lang) if result == "post_only" else "",
        processing_time=time,
        late=bool(time) and plans.late(plan.site, look.now),
        bring=localized(one, lang, "bring"),
        requires_presence=one.requires_presence,
        online=one.code in plan.listed,
        policy=plan.version,
    )


def preview(look: Look, order: TicketOrder, at: datetime, lang: str) -> Preview:
    """What the kiosk would say to `order` at `at`, under the configuration of now. Raises as `complete` does for an
    order that can't be."""
    asked, plan = complete(look.site, order, "kiosk"), look.plan_at(at)
    procedure = look.site.procedure(asked.procedure)
    decision = plans.decide(plan, asked.service, procedure, look.portal_down)
    return Preview(
        site=look.site.code,
        at=stamp(look.site, at),
        service=word(asked.service),
        field=asked.field,
        procedure=asked.procedure,
        procedure_name=localized(procedure, lang) if procedure else "",
        decision=word(decision),
        ticket=decision not in plans.REFUSED,
        alternatives=alternatives(plan, procedure, look.portal_down),
        legal_base=legal_base(plan, lang, procedure),
        deferred_until=plans.deferred_until(plan, lang) if decision == "post_only" else "",
        processing_time=plans.processing_time(plan, procedure, lang, at),
        late=plans.late(look.site, at),
        policy=in_force(plan, lang, look.portal_down),
        overlapped=[localized(one, lang, "title") for one in plan.overlapped],
        notices=[one.text for one in notices(plans.notices(plan, look.line), lang, "kiosk")],
    )


def diverted(look: Look, order: TicketOrder, to: str) -> Diverted:
    """What the plan decides for an order that `complete` has let pass, and the way taken."""
    decision = plans.decide(look.plan, order.service, look.site.procedure(order.procedure), look.portal_down)
    return Diverted(service=word(order.service), decision=word(decision), to=word(to), policy=look.plan.version)


def refused(refusal: Refusal, lang: str) -> Refused:
    """The ways on from here and the base, in the language asked for, "" for the order's own."""
    plan, lang = refusal.plan, lang or refusal.lang
    assert plan.policy is not None
    return Refused(
        alternatives=alternatives(plan, refusal.procedure, refusal.portal_down),
        legal_base=legal_base(plan, lang, refusal.procedure),
        policy=plan.version,
        since=plan.policy.valid_from.isoformat(),
        deferred_until=plans.deferred_until(plan, lang) if refusal.decision == "post_only" else "",
    )


def day_of(day: date | None) -> Day | None:
    return day.isoformat() if day else None


def word(value: str) -> Any:
    """A word that the configuration's own check has let in."""
    return value
