"""The plan in force: who is sent another way, what the plan says and said, and what people enter by hand."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any, Literal

from flask import Response, request
from msgspec import Meta

from ticketing import answers as core
from ticketing.api import answers as a
from ticketing.api import models as m
from ticketing.api.calls import Call, answer, items
from ticketing.api.parsing import query, text
from ticketing.decisions import Plan, may_override
from ticketing.errors import Invalid, Unknown
from ticketing.office import Office, TicketOrder
from ticketing.policies import Override, ProcedureList, Release, plausible_portal
from ticketing.policywork import OverrideOrder, ReleaseOrder, Standing
from ticketing.sites import Site, localized

Named = Annotated[str, Meta(min_length=1, max_length=200)]
Said = Annotated[str, Meta(min_length=1, max_length=300)]
Way = Literal["portal", "zalo", "post", "deferred", "help"]
SubmitMode = Literal["ticket", "postal_suggested"]
ResultMode = Literal["in_person", "postal_preferred", "postal_only"]


class Divert(m.Request):
    """What somebody came for, as for a ticket, and the way `to` that he takes instead."""

    to: Way
    service: m.ServiceCode = "submit"
    field: m.Code | None = None
    procedure: m.Code | None = None
    dossiers: Annotated[int, Meta(ge=1, le=m.MAX_CAP)] = 1
    applicant: Literal["individual", "organisation"] | None = None


class EnterRelease(m.Request):
    """The act that ends the deferral of results: whose it is, which, of what day, from when results are handed
    out in person, and who enters it (an official's name and office, not a citizen's)."""

    authority: Named
    act: Named
    act_date: date
    effective_from: date
    by: Named


class SetOverride(m.Request):
    """A unit's own postal rules; "" or left out follows the province, both so takes the override back. `by` is
    the office or official who decided."""

    by: Named
    reason: Annotated[str, Meta(min_length=1, max_length=200)]
    other_submit_mode: Literal["", "ticket", "postal_suggested"] = ""
    result_mode: Literal["", "in_person", "postal_preferred", "postal_only"] = ""
    valid_from: date | None = None
    valid_to: date | None = None


class MarkPortal(m.Request):
    """`down` tells that the portal is interrupted; `reason` goes into the journal."""

    down: bool
    reason: Said


class Diverted(a.Answer):
    """`decision` is what the plan decided; "" when this Idempotency-Key was there before. `policy` is its version."""

    service: m.ServiceCode
    decision: Literal["", "online_preferred", "online_only", "post_preferred", "post_only", "suspended"]
    to: Way
    policy: str


class PolicyNow(a.Answer):
    """The plan that holds today, null for none."""

    policy: a.PolicyInForce | None


class PolicyList(a.Answer):
    """The list that an online mode holds for. `decision_no` "" and `decision_date` null: the text states none;
    `procedures` are those on it now, `listed` all that it has had."""

    code: str
    title: str
    decision_no: str
    decision_date: a.Day | None
    sample: bool
    procedures: int
    listed: int


class PolicyRelease(a.Answer):
    authority: str
    act: str
    act_date: a.Day
    effective_from: a.Day
    entered_by: str
    entered_at: a.Time


class PolicyOverride(a.Answer):
    """What the unit does otherwise; a mode "" is the province's."""

    by: str
    decided_on: a.Day
    reason: str
    other_submit_mode: Literal["", "ticket", "postal_suggested"]
    result_mode: Literal["", "in_person", "postal_preferred", "postal_only"]
    valid_from: a.Day | None
    valid_to: a.Day | None


class PolicyStanding(a.Answer):
    """A policy of the province and what becomes of it today. `number` "" and `issued_at` null: its text states
    none. `overlapped` is one that a later issued policy displaces. `may_override` and `override` are this
    unit's; `portal_plausible` is false for an address that has not the form of a public service portal."""

    code: str
    title: str
    status: Literal["in_force", "overlapped", "upcoming", "ended", "draft"]
    published: bool
    authority: str
    number: str
    issued_at: a.Day | None
    legal_base: str
    valid_from: a.Day
    valid_to: a.Day | None
    online_mode: Literal["offer", "online_preferred", "online_only"]
    online_list: PolicyList | None
    other_submit_mode: SubmitMode
    result_mode: ResultMode
    in_person: Literal["open", "suspended"]
    release_authority: str
    release: PolicyRelease | None
    hotline: str
    portal_url: str
    portal_plausible: bool
    zalo_channel: str
    local_override: list[Literal["province", "district", "commune", "sector"]]
    may_override: bool
    override: PolicyOverride | None


class PolicyStandings(a.Answer):
    items: list[PolicyStanding]


class Preview(a.Answer):
    """What a kiosk would say at `at`. `ticket` tells whether a number could be had as far as the plan goes: caps
    and sessions are not looked at. `policy` and `legal_base` are null where no plan holds."""

    site: str
    at: a.Time
    service: m.ServiceCode
    field: str | None
    procedure: str | None
    procedure_name: str
    decision: Literal["ticket", "online_preferred", "online_only", "post_preferred", "post_only", "suspended"]
    ticket: bool
    alternatives: a.Alternatives
    legal_base: a.LegalBase | None
    deferred_until: str
    processing_time: str
    late: bool
    policy: a.PolicyInForce | None
    overlapped: list[str]
    notices: list[str]


class PolicyVersion(a.Answer):
    """What the plan said when tickets were given and people diverted under this version: `policy`, the unit's
    `override` and the `list` as they were then, null where there was none."""

    version: str
    of: str
    policy: dict[str, Any] | None
    override: dict[str, Any] | None
    list: dict[str, Any] | None


class Portal(a.Answer):
    """Whether the portal is marked as interrupted; `since`, `reason` and by which `site`, where it is."""

    down: bool
    since: a.Time | None
    reason: str
    site: str


def divert(call: Call, site: str) -> Response:
    """Counts somebody who takes another way instead of a number: the portal, Zalo, the post, the help desk, or a
    result left for later."""
    sent: Divert = call.body
    order = TicketOrder(
        service=sent.service, field=sent.field, procedure=sent.procedure, dossiers=sent.dossiers,
        applicant=sent.applicant,
    )  # fmt: skip
    counted, new = call.office.divert(site, order, sent.to, call.who, call.key)
    return answer(counted, 201 if new else 200)


def show_policy(call: Call, site: str) -> Response:
    """The plan in force, as anybody may see it."""
    down = call.office.outage(site) is not None
    return answer({"policy": core.policy(call.office.plan(site), call.lang, down)})


def list_policies(call: Call, site: str) -> Response:
    """Every policy of the province, the latest entered first, and which of them holds today."""
    return items(standings(call.office, site, call.lang))


def preview_policy(call: Call, site: str) -> Response:
    """What the kiosk would say to a procedure, a field or a service at a time, under the configuration of now."""
    order = TicketOrder(
        service=query("service") or "submit", field=query("field") or None, procedure=query("procedure") or None
    )
    at = _query_moment("at", call.where)
    return answer(call.office.preview(site, order, at or call.office.clock.now(), call.lang))


def show_policy_version(call: Call, site: str, version: str) -> Response:
    """What the plan said under the version that a ticket or a diversion bears."""
    return answer(version_of(call.office, site, version))


def release_results(call: Call, site: str, policy: str) -> Response:
    """Enters the act that ends the deferral of results: from its day on they are handed out in person, under
    their cap. At the province's centre, once for each policy."""
    sent: EnterRelease = call.body
    order = ReleaseOrder(sent.authority, sent.act, sent.act_date, sent.effective_from, sent.by)
    call.office.release(site, policy, order, call.who)
    return answer(_standing_of(call, site, policy))


def override_policy(call: Call, site: str, policy: str) -> Response:
    """Sets or takes back the unit's own postal rules, where the province's policy leaves them to its level."""
    sent: SetOverride = call.body
    order = OverrideOrder(
        sent.by, sent.reason, sent.other_submit_mode, sent.result_mode, sent.valid_from, sent.valid_to
    )
    call.office.override(site, policy, order, call.who)
    return answer(_standing_of(call, site, policy))


def mark_portal(call: Call, site: str) -> Response:
    """Marks the public service portal as interrupted, or as working again, here and at the units below."""
    call.office.mark_portal(site, call.body.down, call.who, call.body.reason)
    return answer(portal_state(call.office, site))


def standings(office: Office, site: str, lang: str) -> list[dict[str, Any]]:
    """The policies as PolicyStanding has them."""
    place, plan = office.site(site), office.plan(site)
    return [_standing(place, plan, one, lang) for one in office.policies(site)]


def version_of(office: Office, site: str, version: str) -> dict[str, Any]:
    """A version as PolicyVersion has it. Raises Unknown("policy"), for another province's too."""
    kept = office.policy_text(version)
    if not kept or not version.startswith(f"{office.plan(site).head.code}/"):
        raise Unknown("policy", version[:120])
    return {"version": version, **json.loads(kept)}


def portal_state(office: Office, site: str) -> dict[str, Any]:
    """Whether the portal is interrupted, as Portal has it."""
    outage = office.outage(site)
    if outage is None:
        return {"down": False, "since": None, "reason": "", "site": ""}
    since = core.stamp(office.site(site), outage.since)
    return {"down": True, "since": since, "reason": outage.reason, "site": outage.origin}


def _standing_of(call: Call, site: str, policy: str) -> dict[str, Any]:
    return next(one for one in standings(call.office, site, call.lang) if one["code"] == policy)


def _standing(site: Site, plan: Plan, one: Standing, lang: str) -> dict[str, Any]:
    policy, head = one.policy, plan.head
    named = next((each for each in head.procedure_lists if each.code == policy.online_list), None)
    own = next((each for each in site.overrides if each.policy == policy.code), None)
    return {
        "code": policy.code,
        "title": localized(policy, lang, "title"),
        "status": one.status,
        "published": policy.published,
        "authority": localized(policy, lang, "authority"),
        "number": policy.number,
        "issued_at": _day(policy.issued_at),
        "legal_base": localized(policy, lang, "legal_base"),
        "valid_from": _day(policy.valid_from),
        "valid_to": _day(policy.valid_to),
        "online_mode": policy.online_mode,
        "online_list": _list(named, plan.day, lang) if named else None,
        "other_submit_mode": policy.other_submit_mode,
        "result_mode": policy.result_mode,
        "in_person": policy.in_person,
        "release_authority": localized(policy, lang, "release_authority"),
        "release": _release(site, policy.release) if policy.release else None,
        "hotline": policy.hotline,
        "portal_url": policy.portal_url,
        "portal_plausible": not policy.portal_url or plausible_portal(policy.portal_url),
        "zalo_channel": policy.zalo_channel,
        "local_override": list(policy.local_override),
        "may_override": may_override(site, head, policy),
        "override": _override(own) if own else None,
    }


def _list(named: ProcedureList, day: date, lang: str) -> dict[str, Any]:
    now = [i for i in named.items if (i.valid_from or day) <= day <= (i.valid_to or day)]
    return {
        "code": named.code,
        "title": localized(named, lang, "title"),
        "decision_no": named.decision_no,
        "decision_date": _day(named.decision_date),
        "sample": named.sample,
        "procedures": len(now),
        "listed": len(named.items),
    }


def _release(site: Site, release: Release) -> dict[str, Any]:
    return asdict(release) | {
        "act_date": _day(release.act_date),
        "effective_from": _day(release.effective_from),
        "entered_at": core.stamp(site, release.entered_at),
    }


def _override(own: Override) -> dict[str, Any]:
    return {
        "by": own.by,
        "decided_on": _day(own.decided_on),
        "reason": own.reason,
        "other_submit_mode": own.other_submit_mode,
        "result_mode": own.result_mode,
        "valid_from": _day(own.valid_from),
        "valid_to": _day(own.valid_to),
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _query_moment(name: str, site: Site) -> datetime | None:
    """A time of the query, local to the site where it has no offset; None when it wasn't given."""
    given = text(request.args.get(name, ""), name).strip()
    if not given:
        return None
    return moment(given, site, name)


def moment(given: str, site: Site, key: str) -> datetime:
    """`given` as an instant, local to the site where it has no offset. Raises Invalid."""
    # A "+" that nobody escaped arrives as a blank.
    given = re.sub(r" (?=\d\d:\d\d$)", "+", given)
    try:
        found = datetime.fromisoformat(given) if re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d", given) else None
    except ValueError:
        found = None
    if found is None or not 2000 <= found.year <= 2999:
        raise Invalid((key, "not_a_time"))
    return found if found.tzinfo else found.replace(tzinfo=site.zone)
