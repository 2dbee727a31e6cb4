"""The office's verbs about the plan in force: what it says, who was sent another way, and the three things
that people enter by hand: a release, a unit's override, an interruption of the portal."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from ticketing import answers, decisions, taking
from ticketing import events as ev
from ticketing.decisions import Plan
from ticketing.errors import Conflict, Forbidden, Invalid, Unknown
from ticketing.officers import Actor
from ticketing.policies import RESULT_MODES, SUBMIT_MODES, Override, Policy, Release
from ticketing.ports import Outage, Transaction, View
from ticketing.running import RunningVerbs
from ticketing.sessions import business_day, instant
from ticketing.taking import TicketOrder
from ticketing.workday import Workday, line_of, plan_of, portal_down

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


@dataclass(frozen=True, slots=True)
class Standing:
    """A policy as a supervisor sees it; `status` is in_force, overlapped, upcoming, ended or draft."""

    policy: Policy
    status: str


class PolicyVerbs(RunningVerbs):
    """What is decided here today, and by whom."""

    def plan(self, site: str, day: date | None = None) -> Plan:
        """What holds at a site on a local day, today unless it is named."""
        now = self.clock.now()

        def reading(view: View) -> Plan:
            found = self._site(view, site)
            return plan_of(view, found, day or business_day(found, now))

        return self.store.read(reading)

    def policies(self, site: str, day: date | None = None) -> list[Standing]:
        """The policies of the province, the latest entered first, and what becomes of each on that day."""
        held = self.plan(site, day)
        return [Standing(one, _status(one, held)) for one in reversed(held.head.policies)]

    def policy_text(self, version: str) -> str:
        """What a version said, as JSON; "" for one that nothing was decided under."""
        return self.store.read(lambda view: view.policy_text(version))

    def preview(self, site: str, order: TicketOrder, at: datetime, lang: str = "vi") -> dict[str, Any]:
        """What the kiosk would say to `order` at `at`, under the configuration of now. Raises as `take_ticket`
        does for an order that can't be."""

        def reading(view: View) -> dict[str, Any]:
            found = self._site(view, site)
            asked = taking.checked(found, order, "kiosk")
            line = line_of(view, found)
            held = decisions.plan(line, business_day(found, at))
            return answers.preview(held, line, asked, lang, at, portal_down(view, found))

        return self.store.read(reading)

    def divert(
        self, site: str, order: TicketOrder, to: str, actor: Actor, key: str = ""
    ) -> tuple[dict[str, Any], bool]:
        """Counts somebody who chose another way, and whether that was new for this key.

        Raises Invalid for an unknown way, Conflict("not_diverted") where the plan sends nobody away, and as
        `take_ticket` does for an order that can't be.
        """
        if to not in CHOSEN_WAYS:
            raise Invalid(("to", "not_allowed"))

        def verb(work: Workday) -> tuple[dict[str, Any], bool]:
            self._claim_mode(work.tx)
            asked = taking.checked(work.site, order, actor.role)
            if key and self._seen(work, "divert", key):
                return taking.decided(work, asked, to), False
            return taking.divert(work, asked, to), True

        return self._work(site, actor, verb)

    def deferred(self, site: str) -> dict[str, int]:
        """How many results wait for the release under the policy in force: `tickets` and `dossiers`."""
        now = self.clock.now()

        def reading(view: View) -> dict[str, int]:
            found = self._site(view, site)
            policy = plan_of(view, found, business_day(found, now)).policy
            if policy is None:
                return {"tickets": 0, "dossiers": 0}
            begin = instant(found, policy.valid_from, time())
            lines = [one.data for one in view.journal_of(site, ("diverted",), begin) if one.data["to"] == "deferred"]
            return {"tickets": len(lines), "dossiers": sum(one["dossiers"] for one in lines)}

        return self.store.read(reading)

    def release(self, site: str, policy: str, order: ReleaseOrder, actor: Actor) -> None:
        """Ends the deferral of results by an authority's act. Raises Unknown("policy"), Invalid, also for an act of
        a day to come or one that holds before it, and Conflict where nothing waits for a release or one was
        entered before."""
        wrong = [(key, "required") for key in ("authority", "act", "by") if not getattr(order, key).strip()]
        if order.effective_from < order.act_date:
            wrong.append(("effective_from", "before_act"))

        def run(tx: Transaction) -> list[str]:
            found = self._site(tx, site)
            held = found.policy(policy)
            if held is None:
                raise Unknown("policy", policy)
            if held.result_mode != "postal_only":
                raise Conflict("nothing_deferred")
            if held.release is not None:
                raise Conflict("released_before")
            now = self.clock.now()
            not_yet = [("act_date", "not_yet")] if order.act_date > business_day(found, now) else []
            if wrong or not_yet:
                raise Invalid(*wrong, *not_yet)
            release = Release(order.authority, order.act, order.act_date, order.effective_from, order.by, now)
            event = ev.PolicyReleased(
                policy, order.authority, order.act, order.act_date.isoformat(), order.effective_from.isoformat(),
                order.by,
            )  # fmt: skip
            changed = tuple(replace(one, release=release) if one is held else one for one in found.policies)
            tx.save_site(replace(found, policies=changed))
            tx.record(event, site=site, at=now, actor=actor)
            return [site, *tell_units(tx, site, "released", now, actor)]

        self._publish(self.store.write(run))

    def override(self, site: str, policy: str, order: OverrideOrder, actor: Actor) -> None:
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

        def run(tx: Transaction) -> None:
            found = self._site(tx, site)
            head = line_of(tx, found)[-1]
            held = head.policy(policy)
            if held is None:
                raise Unknown("policy", policy)
            if not decisions.may_override(found, head, held):
                raise Forbidden("override")
            now = self.clock.now()
            kept = tuple(one for one in found.overrides if one.policy != policy)
            if order.other_submit_mode or order.result_mode:
                kept += (
                    Override(
                        policy, order.by, business_day(found, now), order.reason, order.other_submit_mode,
                        order.result_mode, order.valid_from, order.valid_to,
                    ),
                )  # fmt: skip
            tx.save_site(replace(found, overrides=kept))
            event = ev.PolicyOverridden(policy, order.reason, order.by, order.other_submit_mode, order.result_mode)
            tx.record(event, site=site, at=now, actor=actor)

        self.store.write(run)
        self.bus.publish(site)

    def mark_portal(self, site: str, down: bool, actor: Actor, reason: str = "") -> None:
        """The portal is interrupted, or works again; for the units too. Saying what holds already changes nothing."""

        def run(tx: Transaction) -> list[str]:
            self._site(tx, site)
            if (tx.outage([site]) is not None) == down:
                return []
            now = self.clock.now()
            tx.save_outage(site, Outage(now, reason, site) if down else None)
            tx.record(ev.PortalMarked(down, reason), site=site, at=now, actor=actor)
            return [site, *tell_units(tx, site, "portal", now, actor)]

        self._publish(self.store.write(run))

    def outage(self, site: str) -> Outage | None:
        return self.store.read(lambda view: view.outage([one.code for one in line_of(view, self._site(view, site))]))


def tell_units(tx: Transaction, head: str, what: str, now: datetime, actor: Actor) -> list[str]:
    """Journals at every unit under `head` that its plan changed, so that its boards move on; their codes."""
    sites = tx.sites()
    units = [one.code for one in sites if head in [above.code for above in decisions.line_of(sites, one.code)[1:]]]
    for unit in units:
        tx.record(ev.PlanChanged(head, what), site=unit, at=now, actor=actor)
    return units


def _status(policy: Policy, held: Plan) -> str:
    if not policy.published:
        return "draft"
    if policy is held.policy:
        return "in_force"
    if policy in held.overlapped:
        return "overlapped"
    return "upcoming" if policy.valid_from > held.day else "ended"
