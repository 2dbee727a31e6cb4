"""The page of the plan in force: what holds and why, the preview, and what people enter by hand: an interruption
of the portal, a unit's own postal rules, the act that ends the deferral of results."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ticketing.answers.plans import Preview, preview
from ticketing.answers.policies import Deferred, deferred
from ticketing.answers.policies import outage as outage_of
from ticketing.answers.policies import version as version_of
from ticketing.api.plans import moment
from ticketing.api.problem_texts import detail_of, reason_text
from ticketing.desk.config.policy_inputs import RETURNING, SUBMITTING
from ticketing.desk.config.review import now_at
from ticketing.desk.config.words import Fault
from ticketing.desk.gate import Desk, enter, found
from ticketing.desk.plan import words
from ticketing.errors import Invalid, TicketingError, Unknown
from ticketing.office import Where
from ticketing.rules.orders import TicketOrder
from ticketing.rules.people import Actor
from ticketing.rules.plans import Standing, may_override, standings
from ticketing.rules.policies import Policy
from ticketing.rules.sessions import business_day, instant
from ticketing.rules.sites import SERVICES, Site, localized, with_units
from ticketing.rules.text import day_of, tidy
from ticketing.verbs import plans as verbs
from ticketing.verbs.plans import OverrideOrder, ReleaseOrder

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
        return page_of(desk, place, actor, Wrong())


def page_of(
    desk: Desk, place: Site, actor: Actor, wrong: Wrong, status: int = 200, faults: list[Fault] | None = None
) -> ResponseReturnValue:
    """The page; `wrong` is a form that was refused, `faults` what keeps a plan from being published."""
    plan = desk.office.look(place.code, lambda look: look.plan)
    policies = standings(plan)
    own = next((one for one in place.overrides if plan.policy and one.policy == plan.policy.code), None)
    boss = actor.role == "admin"
    outage, release = desk.office.look(place.code, outage_of), _deferring(policies)
    page = render_template(
        "desk/plan.html", site=place, tab="plan", words=words, plan=plan, wrong=wrong, faults=faults or [],
        named=plan.procedures, policies=policies,
        warnings=words.warnings(place, [one.policy for one in policies if one.status != "ended"], plan.day),
        at_head=plan.head.code == place.code, admin=boss, version=now_at(desk, place.code)[1],
        own=own, submitting=SUBMITTING, returning=RETURNING,
        outage=outage, outage_at=localized(desk.office.site(outage.origin), g.lang) if outage else "",
        may_override=plan.policy is not None and may_override(place, plan.head, plan.policy),
        release=release, units=_waiting(desk, place) if release else [], preview=_preview(desk, place, wrong),
        lists=plan.head.procedure_lists,
    )  # fmt: skip
    return page, status


def _portal(pages: Blueprint, desk: Desk) -> None:
    @pages.post("/<site>/supervisor/plan/portal")
    def switch_portal(site: str) -> ResponseReturnValue:
        place, actor = enter(desk, site, "supervisor")
        down, reason = request.form.get("down") == "1", _typed("reason")
        if not reason:
            wrong = Wrong("portal", {}, {"reason": _("Give a reason. Nothing has been changed yet.")})
            return page_of(desk, place, actor, wrong, 422)
        desk.office.do(Where(site, actor, units=True), verbs.mark_portal, down, reason)
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
            desk.office.do(Where(site, actor), verbs.override, _typed("policy"), _override_order(typed, back))
        except Invalid as error:
            return page_of(desk, place, actor, _refused("back" if back else "override", typed, error), 422)
        flash(_("The unit follows the province's plan again.") if back else _("The unit's own postal rules hold."))
        return redirect(url_for("desk.plan_page", site=site), 303)


def _override_order(typed: Mapping[str, str], back: bool) -> OverrideOrder:
    """Raises Invalid, with everything that is wrong."""
    wrong = [(key, "required") for key in ("by", "reason") if not typed[key]]
    first, last = (_day(typed[key], key, wrong) for key in ("valid_from", "valid_to"))
    if not back and not (typed["other_submit_mode"] or typed["result_mode"]):
        wrong.append(("other_submit_mode", "required"))
    if first and last and last < first:
        wrong.append(("valid_to", "from_after_to"))
    if wrong:
        raise Invalid(*wrong)
    modes = typed["other_submit_mode"], typed["result_mode"]
    return OverrideOrder(typed["by"], typed["reason"], *modes, first, last)


def _release(pages: Blueprint, desk: Desk) -> None:
    @pages.post("/<site>/supervisor/plan/release")
    def enter_release(site: str) -> ResponseReturnValue:
        place, actor = enter(desk, site, "admin")
        policy = found("policy", _typed("policy"), place.policies)
        typed = {key: _typed(key) for key in RELEASE_INPUTS}
        try:
            order = _release_order(place, typed, business_day(place, desk.office.clock.now()))
        except Invalid as error:
            return page_of(desk, place, actor, _refused("release", typed, error), 422)
        if request.form.get("step") == "edit":
            return page_of(desk, place, actor, Wrong("release", typed))
        sure = request.form.get("sure") == "1"
        if request.form.get("step") != "confirm" or not sure:
            unsure = request.form.get("step") == "confirm"
            page = render_template(
                "desk/plan_release.html", site=place, tab="plan", words=words, policy=policy, order=order, typed=typed,
                units=_waiting(desk, place), unsure=unsure,
            )  # fmt: skip
            return page, 422 if unsure else 200
        desk.office.do(Where(site, actor, units=True), verbs.release, policy.code, order)
        flash(_("The act is entered. Results are handed out in person from %(day)s.",
                day=words.day_words(order.effective_from)))  # fmt: skip
        return redirect(url_for("desk.plan_page", site=site), 303)


def _release_order(place: Site, typed: Mapping[str, str], today: date) -> ReleaseOrder:
    """Raises Invalid, with everything that is wrong; an act of a day to come is no act yet."""
    wrong = [(key, "required") for key in RELEASE_INPUTS if not typed[key]]
    act_date, begins = (_day(typed[key], key, wrong) for key in ("act_date", "effective_from"))
    if act_date and act_date > today:
        wrong.append(("act_date", "not_yet"))
    if act_date and begins and begins < act_date:
        wrong.append(("effective_from", "from_after_to"))
    if wrong or act_date is None or begins is None:
        raise Invalid(*wrong)
    return ReleaseOrder(typed["authority"], typed["act"], act_date, begins, typed["by"])


def _deferring(policies: list[Standing]) -> Policy | None:
    """The plan whose results wait for an act, the one in force before others."""
    waiting = [one for one in policies if one.policy.result_mode == "postal_only" and one.status != "draft"]
    return min(waiting, key=lambda one: one.status != "in_force").policy if waiting else None


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many deferred results wait at a unit, at its own alone, and the caps that their return will meet."""

    name: str
    caps: list[str]
    deferred: Deferred


def _waiting(desk: Desk, head: Site) -> list[Waiting]:
    family = with_units(desk.office.site_values(), head.code)
    return [
        Waiting(localized(one, g.lang), _result_caps(one), desk.office.look(one.code, deferred))
        for one in sorted(family, key=lambda one: one.code != head.code)
    ]


def _result_caps(site: Site) -> list[str]:
    if site.service("result") is None:
        return []
    caps = dict.fromkeys((localized(one, g.lang, "title"), one.service_caps.get("result")) for one in site.sessions)
    none = _("no cap")
    return [f"{title}: {none if cap is None else cap}" for title, cap in caps]


@dataclass(frozen=True, slots=True)
class PreviewForm:
    """What was asked, and what the kiosk would say: `told` as the API tells it, or why it can't be asked."""

    asked: Mapping[str, str]
    choices: list[tuple[str, list[tuple[str, str]]]]
    told: Preview | None
    error: str


def _preview(desk: Desk, place: Site, wrong: Wrong) -> PreviewForm:
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
            told = desk.office.look(place.code, preview, order, moment(asked["at"], place, "at"), g.lang)
        except TicketingError as refused:
            error = _refused("preview", asked, refused).text or _("This cannot be asked for here.")
    return PreviewForm(asked, _choices(place), told, error)


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
        found = desk.office.look(site, version_of, version)
        return render_template(
            "desk/plan_version.html", site=place, tab="plan", version=version, words=words, kept=words.kept(found)
        )


@dataclass(slots=True)
class Used:
    """A version, and how many numbers and diversions of the days bear it, from the first to the last."""

    version: str
    title: str
    first: datetime
    last: datetime
    seq: int = 0
    tickets: int = 0
    diverted: int = 0


def _used(desk: Desk, place: Site, first: date, last: date) -> list[Used]:
    """The versions that numbers and diversions of these days bear, the latest first."""
    begin = instant(place, first, words.MIDNIGHT)
    end = instant(place, last + timedelta(days=1), words.MIDNIGHT)
    lines = desk.office.store.read(
        lambda view: view.journal.of_kinds(place.code, ("ticket_taken", "diverted"), begin, end)
    )
    found: dict[str, Used] = {}
    for line in lines:
        version = line.data.get("policy", "default")
        if version not in found:
            found[version] = Used(version, _title_of(desk, place, version), line.at, line.at)
        one = found[version]
        one.last, one.seq = line.at, line.seq
        one.tickets += line.kind == "ticket_taken"
        one.diverted += line.kind == "diverted"
    return sorted(found.values(), key=lambda one: one.seq, reverse=True)


def _title_of(desk: Desk, place: Site, version: str) -> str:
    try:
        policy = words.kept(desk.office.look(place.code, version_of, version)).policy
    except Unknown:
        return ""
    return localized(policy, g.lang, "title") if isinstance(policy, Policy) else ""


def _asked_day(name: str, other: date) -> date:
    return day_of(request.args.get(name)) or other


def _typed(name: str) -> str:
    return tidy(request.form.get(name, ""))[:MAX_TEXT]


def _day(text: str, key: str, wrong: list[tuple[str, str]]) -> date | None:
    if text and day_of(text) is None:
        wrong.append((key, "not_a_day"))
    return day_of(text)


def _refused(form: str, values: Mapping[str, str], error: TicketingError) -> Wrong:
    own = {
        "required": _("Fill this in."),
        "not_yet": _("This day is still to come: enter the act once it is there."),
    }
    reasons = {one["key"]: one["reason"] for one in error.details.get("errors", ())}
    errors = {key: own.get(reason) or reason_text(reason) for key, reason in reasons.items()}
    return Wrong(form, values, errors, "" if errors else detail_of(error.code, error.reason, error.details))
