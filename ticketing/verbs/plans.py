"""The plan in force: who is sent another way, and the three things that people enter by hand: a release, a unit's
override, an interruption of the portal."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from ticketing import events as ev
from ticketing.errors import Conflict, Forbidden, Invalid, Unknown
from ticketing.rules import plans, sessions
from ticketing.rules.orders import TicketOrder, complete
from ticketing.rules.plans import Outage
from ticketing.rules.policies import RESULT_MODES, SUBMIT_MODES, Override, Release
from ticketing.verbs import upkeep
from ticketing.verbs.configurations import tell_units
from ticketing.verbs.day import Day
from ticketing.verbs.once import repeated_by

CHOSEN_WAYS = ("portal", "zalo", "post", "deferred", "help")


@dataclass(frozen=True, slots=True)
class ReleaseOrder:
    """What a named person enters: whose act it is, which, of what day, from when results are handed out."""

    authority: str
    act: str
    act_date: date
    effective_from: date
    by: str


@dataclass(frozen=True, slots=True)
class OverrideOrder:
    """A unit's own postal rules; both modes "" follow the province again. `by` is who decided."""

    by: str
    reason: str
    other_submit_mode: str = ""
    result_mode: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


def _asked(day: Day, order: TicketOrder, to: str) -> TicketOrder:
    if to not in CHOSEN_WAYS:
        raise Invalid(("to", "not_allowed"))
    upkeep.claim_mode(day)
    return complete(day.site, order, day.actor.role)


@repeated_by(lambda day, kept, order, to: _asked(day, order, to), "divert")
def divert(day: Day, order: TicketOrder, to: str) -> TicketOrder:
    """Counts somebody who chose another way; the order with its field filled in.

    Raises Invalid for an unknown way, Conflict("not_diverted") where the plan sends nobody away, and as `complete`
    does for an order that can't be.
    """
    asked = _asked(day, order, to)
    count_diversion(day, asked, to)
    return asked


def count_diversion(day: Day, order: TicketOrder, to: str = "") -> None:
    """Counts somebody who goes another way; `to` is the way he chose, "" for one who was refused a number."""
    decision = plans.decide(day.plan, order.service, day.site.procedure(order.procedure), day.portal_down)
    if decision == "ticket":
        raise Conflict("not_diverted")
    session = sessions.current(day.sessions)
    keep_plan(day)
    event = ev.Diverted(
        service=order.service,
        field=order.field,
        procedure=order.procedure,
        decision=decision,
        to=to or plans.way_of(decision, day.portal_down),
        dossiers=order.dossiers,
        policy=day.plan.version,
        source="kiosk" if day.actor.role == "kiosk" else "staff",
        refused=not to,
        applicant=order.applicant,
    )
    day.record(event, session=session.key if session else "")


def keep_plan(day: Day) -> None:
    """Keeps what the plan says beside the first ticket or diversion that was decided under it."""
    if day.plan.policy is not None and not day.tx.policies.text(day.plan.version):
        day.tx.policies.keep(day.plan.version, plans.text_of(day.plan))


def release(day: Day, policy: str, order: ReleaseOrder) -> None:
    """Ends the deferral of results by an authority's act. Raises Unknown("policy"), Invalid, also for an act of
    a day to come or one that holds before it, and Conflict where nothing waits for a release or one was
    entered before."""
    wrong = [(key, "required") for key in ("authority", "act", "by") if not getattr(order, key).strip()]
    if order.effective_from < order.act_date:
        wrong.append(("effective_from", "before_act"))
    if order.act_date > day.date:
        wrong.append(("act_date", "not_yet"))
    held = day.site.policy(policy)
    if held is None:
        raise Unknown("policy", policy)
    if held.result_mode != "postal_only":
        raise Conflict("nothing_deferred")
    if held.release is not None:
        raise Conflict("released_before")
    if wrong:
        raise Invalid(*wrong)
    entered = Release(order.authority, order.act, order.act_date, order.effective_from, order.by, day.now)
    changed = tuple(replace(one, release=entered) if one is held else one for one in day.site.policies)
    day.tx.sites.save(replace(day.site, policies=changed))
    event = ev.PolicyReleased(
        policy, order.authority, order.act, order.act_date.isoformat(), order.effective_from.isoformat(), order.by
    )
    day.record(event)
    _tell_units(day, "released")


def override(day: Day, policy: str, order: OverrideOrder) -> None:
    """Sets or takes back a unit's own postal rules. Raises Unknown("policy"), Invalid, and Forbidden
    ("override") where the policy leaves the unit's level nothing to decide."""
    wrong = [(key, "required") for key in ("by", "reason") if not getattr(order, key).strip()]
    if order.other_submit_mode not in ("", *SUBMIT_MODES):
        wrong.append(("other_submit_mode", "not_allowed"))
    if order.result_mode not in ("", *RESULT_MODES):
        wrong.append(("result_mode", "not_allowed"))
    if order.valid_from and order.valid_to and order.valid_to < order.valid_from:
        wrong.append(("valid_to", "from_after_to"))
    if wrong:
        raise Invalid(*wrong)
    head = day.line[-1]
    held = head.policy(policy)
    if held is None:
        raise Unknown("policy", policy)
    if not plans.may_override(day.site, head, held):
        raise Forbidden("override")
    kept = tuple(one for one in day.site.overrides if one.policy != policy)
    if order.other_submit_mode or order.result_mode:
        kept += (
            Override(
                policy, order.by, day.date, order.reason, order.other_submit_mode, order.result_mode,
                order.valid_from, order.valid_to,
            ),
        )  # fmt: skip
    day.tx.sites.save(replace(day.site, overrides=kept))
    day.record(ev.PolicyOverridden(policy, order.reason, order.by, order.other_submit_mode, order.result_mode))


def mark_portal(day: Day, down: bool, reason: str = "") -> None:
    """The portal is interrupted, or works again; for the units too. Saying what holds already changes nothing."""
    if (day.tx.sites.outage([day.site.code]) is not None) == down:
        return
    day.tx.sites.save_outage(day.site.code, Outage(day.now, reason, day.site.code) if down else None)
    day.record(ev.PortalMarked(down, reason))
    _tell_units(day, "portal")


def _tell_units(day: Day, what: str) -> None:
    day.changed.update(tell_units(day.tx, day.site.code, what, day.now, day.actor))
