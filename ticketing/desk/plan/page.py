"""The page of the plan in force: what holds and why, the preview, and what people enter by hand: an interruption
of the portal, a unit's own postal rules, the act that ends the deferral of results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ticketing.api.policies import moment, version_of
from ticketing.api.texts import detail_of, reason_text
from ticketing.decisions import Plan, line_of, may_override
from ticketing.desk import planning_words as words
from ticketing.desk.config_policies import RETURNING, SUBMITTING
from ticketing.desk.config_steps import now_at
from ticketing.desk.config_words import Fault
from ticketing.desk.gate import Desk, enter
from ticketing.errors import Invalid, TicketingError, Unknown
from ticketing.officers import Actor
from ticketing.policies import Policy
from ticketing.policywork import OverrideOrder, ReleaseOrder, Standing
from ticketing.sessions import business_day, instant
from ticketing.sites import SERVICES, Site, localized
from ticketing.taking import TicketOrder

MAX_TEXT = 200
LONGEST_WINDOW = timedelta(days=400)
OVERRIDE_INPUTS = ("other_submit_mode", "result_mode", "valid_from", "valid_to", "by", "reason")
RELEASE_INPUTS = ("authority", "act", "act_date", "effective_from", "by")


@dataclass(frozen=True, slots=True)
class Wrong:
    """A form of the page that was refused: which, what was typed, what is wrong at which input."""

    form: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    text: str = ""


def add(pages: Blueprint, desk: Desk) -> None:
    _page(pages, desk)
    _portal(pages, desk)
    _override(pages, desk)
    _release(pages, desk)
    _versions(pages, desk)


def _page(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/<site>/supervisor/plan")
    def plan_page(site: str) -> ResponseReturnValue:
        place, actor = enter(desk, site, "supervisor")
        return shown(desk, place, actor, Wrong())


def shown(
    desk: Desk, place: Site, actor: Actor, wrong: Wrong, status: int = 200, faults: list[Fault] | None = None
) -> ResponseReturnValue:
    """The page; `wrong` is a form that was refused, `faults` what keeps a plan from being published."""
    plan = desk.office.plan(place.code)
    policies = desk.office.policies(place.code)
    own = next((one for one in place.overrides if plan.policy and one.policy == plan.policy.code), None)
    boss = actor.role == "admin"
    page = render_template(
        "desk/plan.html", site=place, tab="plan", words=words, plan=plan, wrong=wrong, faults=faults or [],
        named=plan.procedures, policies=[_standing(one, plan) for one in policies],
        warnings=words.warnings(place, [one.policy for one in policies if one.status != "ended"]),
        at_head=plan.head.code == place.code, admin=boss, version=now_at(desk, place.code)[1],
        outage=_outage(desk, place), own=own, submitting=SUBMITTING, returning=RETURNING,
        may_override=plan.policy is not None and may_override(place, plan.head, plan.policy),
        release=_release_facts(desk, place, policies), preview=_preview(desk, place, wrong),
        lists=plan.head.procedure_lists,
    )  # fmt: skip
    return page, status


def _standing(one: Standing, plan: Plan) -> dict[str, Any]:
    policy = one.policy
    named = next((each for each in plan.head.procedure_lists if each.code == policy.online_list), None)
    return {
        "policy": policy, "status": one.status, "badge": words.BADGES[one.status],
        "status_text": words.STATUSES[one.status], "why": words.why(one, plan, g.lang),
        "rows": words.rows(policy, named, g.lang),
    }  # fmt: skip


def _outage(desk: Desk, place: Site) -> dict[str, Any] | None:
    """Since when the portal is interrupted, and whether it can be lifted from here."""
    found = desk.office.outage(place.code)
    if found is None:
        return None
    origin = desk.office.site(found.origin)
    return {"since": found.since, "reason": found.reason, "here": found.origin == place.code,
            "origin": localized(origin, g.lang)}  # fmt: skip


def _portal(pages: Blueprint, desk: Desk) -> None:
    @pages.post("/<site>/supervisor/plan/portal")
    def switch_portal(site: str) -> ResponseReturnValue:
        place, actor = enter(desk, site, "supervisor")
        down, reason = request.form.get("down") == "1", _typed("reason")
        if not reason:
            wrong = Wrong("portal", {}, {"reason": _("Give a reason. Nothing has been changed yet.")})
            return shown(desk, place, actor, wrong, 422)
        desk.office.mark_portal(site, down, actor, reason)
        flash(_("The portal is marked as interrupted: nobody is sent to it.") if down
              else _("The portal is marked as working again."))  # fmt: skip
        return redirect(url_for("desk.plan_page", site=site), 303)


def _override(pages: Blueprint, desk: Desk) -> None:
    @pages.post("/<site>/supervisor/plan/override")
    def set_override(site: str) -> ResponseReturnValue:
        place, actor = enter(desk, site, "admin")
        back = request.form.get("do") == "back"
        typed = {key: _typed(key) for key in OVERRIDE_INPUTS}
        if back:
            typed |= {"other_submit_mode": "", "result_mode": "", "valid_from": "", "valid_to": ""}
        try:
            if not back and not (typed["other_submit_mode"] or typed["result_mode"]):
                raise Invalid(("other_submit_mode", "required"))
            order = OverrideOrder(
                typed["by"], typed["reason"], typed["other_submit_mode"], typed["result_mode"],
                _day(typed["valid_from"], "valid_from"), _day(typed["valid_to"], "valid_to"),
            )  # fmt: skip
            desk.office.override(site, _typed("policy"), order, actor)
        except Invalid as error:
            return shown(desk, place, actor, _refused("back" if back else "override", typed, error), 422)
        flash(_("The unit follows the province's plan again.") if back else _("The unit's own postal rules hold."))
        return redirect(url_for("desk.plan_page", site=site), 303)


def _release(pages: Blueprint, desk: Desk) -> None:
    @pages.post("/<site>/supervisor/plan/release")
    def enter_release(site: str) -> ResponseReturnValue:
        place, actor = enter(desk, site, "admin")
        policy = place.policy(_typed("policy"))
        if policy is None:
            raise Unknown("policy", _typed("policy"))
        typed = {key: _typed(key) for key in RELEASE_INPUTS}
        try:
            order = _release_order(place, typed, business_day(place, desk.office.clock.now()))
        except Invalid as error:
            return shown(desk, place, actor, _refused("release", typed, error), 422)
        if request.form.get("step") == "edit":
            return shown(desk, place, actor, Wrong("release", typed))
        sure = request.form.get("sure") == "1"
        if request.form.get("step") != "confirm" or not sure:
            unsure = request.form.get("step") == "confirm"
            page = render_template(
                "desk/plan_release.html", site=place, tab="plan", words=words, policy=policy, order=order, typed=typed,
                units=_waiting(desk, place), unsure=unsure,
            )  # fmt: skip
            return page, 422 if unsure else 200
        desk.office.release(site, policy.code, order, actor)
        flash(_("The act is entered. Results are handed out in person from %(day)s.",
                day=words.day_words(order.effective_from)))  # fmt: skip
        return redirect(url_for("desk.plan_page", site=site), 303)


def _release_order(place: Site, typed: Mapping[str, str], today: date) -> ReleaseOrder:
    """Raises Invalid, with everything that is missing; an act of a day to come is no act yet."""
    missing = [(key, "required") for key in RELEASE_INPUTS if not typed[key]]
    if missing:
        raise Invalid(*missing)
    act_date, begins = (_day(typed[key], key) for key in ("act_date", "effective_from"))
    assert act_date is not None and begins is not None
    if act_date > today:
        raise Invalid(("act_date", "not_yet"))
    if begins < act_date:
        raise Invalid(("effective_from", "from_after_to"))
    return ReleaseOrder(typed["authority"], typed["act"], act_date, begins, typed["by"])


def _release_facts(desk: Desk, place: Site, policies: list[Standing]) -> dict[str, Any] | None:
    """The plan whose results wait for an act, and how many wait where: at a unit its own alone."""
    waiting = [one.policy for one in policies if one.policy.result_mode == "postal_only" and one.status != "draft"]
    if not waiting:
        return None
    held = [one.policy for one in policies if one.status == "in_force" and one.policy in waiting]
    policy = held[0] if held else waiting[0]
    return {"policy": policy, "units": _waiting(desk, place), "now": bool(held)}


def _waiting(desk: Desk, head: Site) -> list[dict[str, Any]]:
    """The deferred results of each unit of the province, and the caps that their return will meet."""
    sites = desk.office.site_values()
    family = [one for one in sites if head.code in [above.code for above in line_of(sites, one.code)]]
    return [
        {"name": localized(one, g.lang), "caps": _result_caps(one), **desk.office.deferred(one.code)}
        for one in sorted(family, key=lambda one: one.code != head.code)
    ]


def _result_caps(site: Site) -> list[str]:
    if site.service("result") is None:
        return []
    caps = dict.fromkeys((localized(one, g.lang, "title"), one.service_caps.get("result")) for one in site.sessions)
    none = _("no cap")
    return [f"{title}: {none if cap is None else cap}" for title, cap in caps]


def _preview(desk: Desk, place: Site, wrong: Wrong) -> dict[str, Any]:
    """The preview's form, and what the kiosk would say when it was asked."""
    now = desk.office.clock.now().astimezone(place.zone)
    asked = {key: request.args.get(key, "").strip()[:80] for key in ("what", "at")}
    asked["at"] = asked["at"] or now.strftime("%Y-%m-%dT%H:%M")
    told, error = None, ""
    if asked["what"]:
        service, kind, code = (*asked["what"].split(":"), "", "")[:3]
        order = TicketOrder(
            service, field=code if kind == "field" else None, procedure=code if kind == "procedure" else None
        )
        try:
            told = desk.office.preview(place.code, order, moment(asked["at"], place, "at"), g.lang)
        except TicketingError as refused:
            error = _refused("preview", asked, refused).text or _("This cannot be asked for here.")
    return {
        "asked": asked, "told": told, "error": error, "screen": words.screen(told) if told else None,
        "choices": _choices(place),
    }  # fmt: skip


def _choices(place: Site) -> list[tuple[str, list[tuple[str, str]]]]:
    """What can be previewed, in groups: value and name."""
    names = {one.code: localized(one, g.lang) for one in place.services}
    procedures = [(p.code, f"{p.code} {localized(p, g.lang)}") for p in place.procedures]
    results = procedures if "result" in names else []
    return [
        (_("Services"), [(code, names[code]) for code in SERVICES[1:] if code in names]),
        (_("Submitting, by procedure"), [(f"submit:procedure:{code}", name) for code, name in procedures]),
        (_("Submitting, by field"), [(f"submit:field:{f.code}", localized(f, g.lang)) for f in place.fields]),
        (_("Collecting results, by procedure"), [(f"result:procedure:{code}", name) for code, name in results]),
    ]


def _versions(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/<site>/supervisor/plan/versions")
    def plan_versions(site: str) -> ResponseReturnValue:
        place, _actor = enter(desk, site, "supervisor")
        today = business_day(place, desk.office.clock.now())
        last = _asked_day("to", today)
        first = min(max(_asked_day("from", last - timedelta(days=60)), last - LONGEST_WINDOW), last)
        return render_template(
            "desk/plan_versions.html", site=place, tab="plan", first=first, last=last,
            versions=_used(desk, place, first, last),
        )  # fmt: skip

    @pages.get("/<site>/supervisor/plan/versions/<path:version>")
    def plan_version(site: str, version: str) -> ResponseReturnValue:
        place, _actor = enter(desk, site, "supervisor")
        found = version_of(desk.office, site, version)
        return render_template(
            "desk/plan_version.html", site=place, tab="plan", version=version, words=words, kept=words.kept(found)
        )


def _used(desk: Desk, place: Site, first: date, last: date) -> list[dict[str, Any]]:
    """The versions that numbers and diversions of these days bear, the latest first."""
    begin = instant(place, first, words.MIDNIGHT)
    end = instant(place, last + timedelta(days=1), words.MIDNIGHT)
    lines = desk.office.store.read(lambda view: view.journal_of(place.code, ("ticket_taken", "diverted"), begin, end))
    found: dict[str, dict[str, Any]] = {}
    for line in lines:
        version = line.data.get("policy", "default")
        one = found.setdefault(version, {"version": version, "first": line.at, "tickets": 0, "diverted": 0})
        one |= {"last": line.at, "seq": line.seq}
        one["tickets" if line.kind == "ticket_taken" else "diverted"] += 1
    for version, one in found.items():
        one["title"] = _title_of(desk, place, version)
    return sorted(found.values(), key=lambda one: one["seq"], reverse=True)


def _title_of(desk: Desk, place: Site, version: str) -> str:
    try:
        policy = words.kept(version_of(desk.office, place.code, version)).policy
    except Unknown:
        return ""
    return localized(policy, g.lang, "title") if isinstance(policy, Policy) else ""


def _asked_day(name: str, other: date) -> date:
    try:
        found = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return other
    return found if 2000 <= found.year <= 2999 else other


def _typed(name: str) -> str:
    return " ".join(request.form.get(name, "").split())[:MAX_TEXT]


def _day(text: str, key: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid((key, "not_a_day")) from None


def _refused(form: str, values: Mapping[str, str], error: TicketingError) -> Wrong:
    errors = {one["key"]: _said(one["reason"]) for one in error.details.get("errors", ())}
    return Wrong(form, values, errors, "" if errors else detail_of(error.code, error.reason, error.details))


def _said(reason: str) -> str:
    own = {
        "required": _("Fill this in."),
        "not_yet": _("This day is still to come: enter the act once it is there."),
    }
    return own.get(reason) or reason_text(reason)
