"""The plan in force: who is sent another way, what the plan says and said, and what people enter by hand."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Literal

from flask import Response, request
from msgspec import Meta

from ticketing.answers import plans, policies
from ticketing.answers.plans import Way
from ticketing.api import bodies as m
from ticketing.api.calls import Call, answer, items
from ticketing.api.parsing import query, text
from ticketing.errors import Invalid
from ticketing.office import Where
from ticketing.rules.orders import TicketOrder
from ticketing.rules.sites import Site
from ticketing.verbs import plans as verbs
from ticketing.verbs.plans import OverrideOrder, ReleaseOrder

Named = Annotated[str, Meta(min_length=1, max_length=200)]
Said = Annotated[str, Meta(min_length=1, max_length=300)]


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


def divert(call: Call, site: str) -> Response:
    """Counts somebody who takes another way instead of a number: the portal, Zalo, the post, the help desk, or a
    result left for later."""
    sent: Divert = call.body
    order = TicketOrder(
        service=sent.service, field=sent.field, procedure=sent.procedure, dossiers=sent.dossiers,
        applicant=sent.applicant,
    )  # fmt: skip
    asked, new = call.office.do_once(call.here, verbs.divert, order, sent.to)
    return answer(call.office.look(site, plans.diverted, asked, sent.to), 201 if new else 200)


def show_policy(call: Call, site: str) -> Response:
    """The plan in force, as anybody may see it."""
    return answer(call.office.look(site, plans.policy_now, call.lang))


def list_policies(call: Call, site: str) -> Response:
    """Every policy of the province, the latest entered first, and which of them holds today."""
    return items(call.office.look(site, policies.standings, call.lang))


def preview_policy(call: Call, site: str) -> Response:
    """What the kiosk would say to a procedure, a field or a service at a time, under the configuration of now."""
    order = TicketOrder(
        service=query("service") or "submit", field=query("field") or None, procedure=query("procedure") or None
    )
    at = _query_moment("at", call.where)
    return answer(call.office.look(site, plans.preview, order, at or call.office.clock.now(), call.lang))


def show_policy_version(call: Call, site: str, version: str) -> Response:
    """What the plan said under the version that a ticket or a diversion bears."""
    return answer(call.office.look(site, policies.version, version))


def release_results(call: Call, site: str, policy: str) -> Response:
    """Enters the act that ends the deferral of results: from its day on they are handed out in person, under
    their cap. At the province's centre, once for each policy."""
    sent: EnterRelease = call.body
    order = ReleaseOrder(sent.authority, sent.act, sent.act_date, sent.effective_from, sent.by)
    call.office.do(Where(site, call.who, units=True), verbs.release, policy, order)
    return answer(call.office.look(site, policies.standing, policy, call.lang))


def override_policy(call: Call, site: str, policy: str) -> Response:
    """Sets or takes back the unit's own postal rules, where the province's policy leaves them to its level."""
    sent: SetOverride = call.body
    order = OverrideOrder(
        sent.by, sent.reason, sent.other_submit_mode, sent.result_mode, sent.valid_from, sent.valid_to
    )
    call.office.do(call.here, verbs.override, policy, order)
    return answer(call.office.look(site, policies.standing, policy, call.lang))


def mark_portal(call: Call, site: str) -> Response:
    """Marks the public service portal as interrupted, or as working again, here and at the units below."""
    call.office.do(Where(site, call.who, units=True), verbs.mark_portal, call.body.down, call.body.reason)
    return answer(call.office.look(site, policies.portal))


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
