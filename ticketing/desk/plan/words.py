"""A plan as people read it: what it decides, why it holds or not, and what the kiosk says under it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time

import msgspec
from flask_babel import gettext, lazy_gettext

from ticketing.answers.plans import Preview
from ticketing.answers.policies import PolicyVersion
from ticketing.api.problem_texts import detail_of
from ticketing.desk.config.policy_inputs import LEVEL_NAMES, ONLINE, RECEPTION, RETURNING, SUBMITTING
from ticketing.desk.config.words import portal_warnings, value_words, window_words
from ticketing.rules.plans import REFUSED, Plan, Standing
from ticketing.rules.policies import Override, Policy, ProcedureList
from ticketing.rules.sites import Site, localized
from ticketing.rules.text import day_words

_ = gettext

STATUSES = {
    "in_force": lazy_gettext("In force"),
    "overlapped": lazy_gettext("Overlapped"),
    "upcoming": lazy_gettext("Not begun"),
    "ended": lazy_gettext("Ended"),
    "draft": lazy_gettext("Draft"),
}
MIDNIGHT = time()
BADGES = {"in_force": "good", "overlapped": "warn", "upcoming": "brand", "ended": "", "draft": ""}


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that a plan decides: `stated` is false where its text says nothing of it."""

    label: str
    value: str
    note: str = ""
    stated: bool = True


def rows(policy: Policy, lists: Iterable[ProcedureList], lang: str) -> list[Row]:
    """What a policy decides, in plain words; its list is one of `lists`."""
    named = next((one for one in lists if one.code == policy.online_list), None)
    unstated = _("not stated")
    listed = list_words(named, lang) if named else ""
    caps = policy.session_cap_announced
    levels = ", ".join(str(LEVEL_NAMES.get(level, level)) for level in policy.local_override)
    found = [
        Row(_("Procedures of the list"), str(ONLINE[policy.online_mode]), listed, policy.online_mode != "offer"),
        Row(_("All other procedures"), str(SUBMITTING[policy.other_submit_mode]), "",
            policy.other_submit_mode != "ticket"),
        Row(_("Collecting results"), str(RETURNING[policy.result_mode]), _waits(policy, lang)),
        Row(_("Reception in person"), str(RECEPTION[policy.in_person])),
        Row(_("Cap of each session"), _("is announced") if caps else unstated, "", caps),
        Row(_("Hotline"), policy.hotline or unstated, "", bool(policy.hotline)),
        Row(_("Portal"), policy.portal_url or unstated, "", bool(policy.portal_url)),
        Row(_("Zalo channel"), policy.zalo_channel or policy.zalo_url or unstated, "",
            bool(policy.zalo_channel or policy.zalo_url)),
        Row(_("Units that may set the postal rules themselves"), levels or _("none"), "", bool(levels)),
        Row(_("Notices about health measures"), _("yes") if policy.health_notices else unstated, "",
            policy.health_notices),
        Row(_("Cleaning after each session is confirmed"), _("yes") if policy.cleaning_after_session else unstated, "",
            policy.cleaning_after_session),
    ]  # fmt: skip
    if policy.exemptions:
        left = ", ".join(f"{one.procedure} ({localized(one, lang, 'reason')})" for one in policy.exemptions)
        found.insert(3, Row(_("Procedures left at the counter"), left))
    return found


def _waits(policy: Policy, lang: str) -> str:
    if policy.release:
        given = policy.release
        return _(
            "In person again from %(day)s: %(authority)s, %(act)s of %(date)s. Entered by %(who)s.",
            day=day_words(given.effective_from), authority=given.authority, act=given.act,
            date=day_words(given.act_date), who=given.entered_by,
        )  # fmt: skip
    until = localized(policy, lang, "release_authority")
    return _("Deferred until after %(until)s.", until=until) if until and policy.result_mode == "postal_only" else ""


def issued(policy: Policy) -> str:
    """Number and day of the decision, "not stated" for what its text leaves out."""
    number = policy.number or _("number not stated")
    day = day_words(policy.issued_at) if policy.issued_at else _("day of issue not stated")
    return f"{number}, {day}"


def window(policy: Policy) -> str:
    return window_words(policy.valid_from, policy.valid_to)


def list_words(named: ProcedureList, lang: str) -> str:
    """A list with its decision; a sample is called one."""
    told = f"“{localized(named, lang, 'title')}”, {_decision(named)}"
    sample = _("a sample, not the real list")
    return f"{told} — {sample}" if named.sample else told


def _decision(named: ProcedureList) -> str:
    number, day = named.decision_no, named.decision_date
    if number and day:
        return _("Decision No. %(number)s of %(date)s", number=number, date=day_words(day))
    if number:
        return _("Decision No. %(number)s", number=number)
    if day:
        return _("Decision of %(date)s, its number not stated", date=day_words(day))
    return _("number and date of its decision not stated")


def why(one: Standing, plan: Plan, lang: str) -> str:
    """Why a policy holds today, or doesn't."""
    policy, held = one.policy, plan.policy
    if one.status == "draft":
        return _("It is not published, so nothing is decided under it.")
    if one.status == "upcoming":
        return _("It begins on %(day)s.", day=day_words(policy.valid_from))
    if one.status == "ended" and policy.valid_to:
        return _("Its last day was %(day)s.", day=day_words(policy.valid_to))
    if one.status != "overlapped" or held is None:
        return _("It covers today, and no later one does.")
    title = localized(held, lang, "title")
    if held.issued_at and policy.issued_at and held.issued_at != policy.issued_at:
        return _("“%(title)s” was issued later, on %(day)s.", title=title, day=day_words(held.issued_at))
    if held.valid_from != policy.valid_from:
        return _("“%(title)s” begins later, on %(day)s.", title=title, day=day_words(held.valid_from))
    return _("“%(title)s” was entered later.", title=title)


def override_rows(own: Override) -> list[Row]:
    found = []
    if own.other_submit_mode:
        found.append(Row(_("All other procedures"), str(SUBMITTING[own.other_submit_mode])))
    if own.result_mode:
        found.append(Row(_("Collecting results"), str(RETURNING[own.result_mode])))
    return [
        *found,
        Row(_("Window"), window_words(own.valid_from, own.valid_to)),
        Row(_("Decided by"), own.by),
        Row(_("Decided on"), day_words(own.decided_on)),
        Row(_("Reason"), own.reason),
    ]


def warnings(site: Site, policies: Iterable[Policy], day: date) -> list[str]:
    """Addresses of portals that are worth a second look: told, never blocked."""
    return portal_warnings([site.portal_url, *(policy.portal_url for policy in policies)], day)


@dataclass(frozen=True, slots=True)
class Screen:
    """What the kiosk shows: `text` as it says it, `buttons` in their order."""

    title: str
    text: tuple[str, ...]
    buttons: tuple[str, ...]
    tone: str


def screen(told: Preview) -> Screen:
    """What the kiosk would say, of a preview; its words are those of the kiosk's own screens."""
    decision, ways = told.decision, told.alternatives
    helps: tuple[str, ...] = (_("Number for the help desk"),) if ways.help_desk else ()
    by_post = (_("I register to get it by post"),) if ways.post else ()
    result = told.service == "result"
    match decision:
        case "online_only":
            title, because = (
                _("This procedure is received online only"),
                _("Why: this procedure has moved online, so that nobody has to travel and wait."),
            )
            buttons = helps
        case "online_preferred":
            title, because = (
                _("You can submit this online, without waiting"),
                _("Why: at home you need neither travel nor wait, and can follow your dossier."),
            )
            buttons = (_("I will apply online"), _("Take a number all the same"))
        case "post_preferred" if result:
            title, because = (
                _("Your result can come to your address"),
                _("Why: results come to your address, so that fewer people have to gather here."),
            )
            buttons = (*by_post, _("Go on and take a number"))
        case "post_preferred":
            title, because = (
                _("You can use the public postal service, without coming back"),
                _("Why: the postman saves you a second way here."),
            )
            buttons = (_("Go on and take a number"),)
        case "post_only":
            title, because = (
                _("Results are returned by post only"),
                _("Why: results come to your address, so that fewer people have to gather here."),
            )
            buttons = (*by_post, _("I wait until it is handed out here"))
        case "suspended":
            title, because = (
                _("This is not received in person for now"),
                _("Why: the authority has stopped receiving people in person for now."),
            )
            buttons = helps
        case _:
            return Screen(_("A number is given"), (), (_("Take a number"),), "good")
    said = (refusal_text(told), because) if decision in REFUSED else (because,)
    return Screen(title, tuple(filter(None, said)), buttons, "bad" if decision in REFUSED else "warn")


def refusal_text(told: Preview) -> str:
    """The sentence of the refusal, as the API gives it too."""
    assert told.policy is not None
    down = told.decision == "online_only" and told.alternatives.portal_down
    details = msgspec.to_builtins(told) | {"since": told.policy.valid_from}
    return detail_of(told.decision, "portal_down" if down else "", details)


@dataclass(frozen=True, slots=True)
class Kept:
    """What a kept version says: as values where they can be read, else as `raw` pairs."""

    policy: Policy | None
    override: Override | None
    named: ProcedureList | None
    raw: tuple[tuple[str, str], ...] = ()


def kept(version: PolicyVersion) -> Kept:
    try:
        return Kept(
            msgspec.convert(version.policy, Policy | None),
            msgspec.convert(version.override, Override | None),
            msgspec.convert(version.list, ProcedureList | None),
        )
    except msgspec.ValidationError:
        pairs = (version.policy or {}).items()
        return Kept(None, None, None, tuple((key, value_words(value)) for key, value in pairs if value))
