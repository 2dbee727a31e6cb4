"""A plan in sentences, for leaflets and for texts that are handed on; in the language in force."""

from collections.abc import Sequence

from flask_babel import gettext

from ticketing.rules import announcements, plans
from ticketing.rules.announcements import AnnouncedCap
from ticketing.rules.plans import Plan
from ticketing.rules.policies import Policy
from ticketing.rules.sites import Site, localized
from ticketing.rules.text import counted, day_words


def period(policy: Policy) -> str:
    first = day_words(policy.valid_from)
    if policy.valid_to is None:
        return gettext("From %(first)s", first=first)
    return gettext("From %(first)s to the end of %(last)s", first=first, last=day_words(policy.valid_to))


def submitting(plan: Plan, lang: str) -> tuple[str, ...]:
    """How dossiers are handed in under the plan."""
    policy = plan.policy
    if policy is None:
        return ()
    said = []
    listed = policy.online_mode != "offer" and plan.procedures is not None
    if listed:
        facts = {"list": list_name(plan, lang), "portal": address(plan.portal_url)}
        if policy.online_mode == "online_only":
            text = gettext("Procedures of the list “%(list)s”: online only, at %(portal)s.", **facts)
            more = gettext("The help desk assists you.")
        else:
            text = gettext("Procedures of the list “%(list)s”: best online, at %(portal)s.", **facts)
            more = gettext("You may still take a number.")
        said.append(f"{text} {more}")
    if policy.in_person == "suspended":
        said.append(gettext("Nothing is received at the counters for now. Please call the hotline or use the post."))
    elif plan.submit_mode == "postal_suggested":
        said.append(
            gettext("Other procedures: best by the public postal service, at any post office; or take a number here.")
            if listed
            else gettext("Best by the public postal service, at any post office; or take a number here.")
        )
        said.append(gettext("Where you must be present yourself: take a number and come to the counter."))
    else:
        said.append(gettext("Other procedures: take a number here.") if listed else gettext("Take a number here."))
    return tuple(said)


def receiving(plan: Plan, lang: str) -> tuple[str, ...]:
    """How results come back under the plan."""
    if plan.policy is None:
        return ()
    decision = plans.returning(plan, None)
    if decision == "suspended":
        return (gettext("Results are not handed out at the counters for now."),)
    if decision == "post_only":
        said = [gettext("Results are returned by the public postal service only, to your address.")]
        if event := plans.deferred_until(plan, lang):
            said.append(gettext("Whoever does not use the post collects the result after %(event)s.", event=event))
        return tuple(said)
    if decision == "post_preferred":
        return (
            gettext("Best by the public postal service, to your address; you may still collect it at the counter."),
        )
    return (gettext("Collect the result at the counter, with the receipt and appointment slip."),)


def list_name(plan: Plan, lang: str) -> str:
    """The list of procedures with its decision, and that it is a sample where it is one."""
    named = plan.procedures
    if named is None:
        return ""
    title = localized(named, lang, "title")
    if named.decision_no and named.decision_date:
        title = gettext(
            "%(list)s, Decision No. %(number)s of %(day)s",
            list=title, number=named.decision_no, day=day_words(named.decision_date),
        )  # fmt: skip
    return gettext("%(list)s (sample list)", list=title) if named.sample else title


def caps(plan: Plan, lang: str) -> tuple[str, ...]:
    """“Each session takes at most 60 dossiers” and what the fields may take of them; line for line for each session
    where they differ."""
    found = announcements.caps(plan, lang)
    if len(found) > 1 and all((one.cap, one.fields) == (found[0].cap, found[0].fields) for one in found):
        return _cap(gettext("Each session"), found[0])
    return tuple(line for one in found for line in _cap(one.session, one))


def _cap(session: str, one: AnnouncedCap) -> tuple[str, ...]:
    fields = "; ".join(f"{name}\N{NO-BREAK SPACE}{count}" for name, count in one.fields)
    if one.cap is None:
        return (gettext("%(session)s takes at most, in dossiers: %(fields)s", session=session, fields=fields),)
    whole = counted(gettext("%(session)s takes at most %(count)s dossiers", session=session, count=one.cap))
    return (whole, gettext("In each field no more than: %(fields)s", fields=fields)) if fields else (whole,)


def hours(plan: Plan, lang: str) -> tuple[str, ...]:
    """When numbers are given and counters work, for each session of the plan's day's timetable."""
    said = []
    for one in plan.site.sessions:
        if (one.valid_from and one.valid_from > plan.day) or (one.valid_to and one.valid_to < plan.day):
            continue
        line = gettext(
            "%(session)s: numbers %(issuing)s–%(until)s, closes %(close)s",
            session=localized(one, lang, "title"), issuing=f"{one.issuing_from:%H:%M}",
            until=f"{one.issuing_until:%H:%M}", close=f"{one.closes_at:%H:%M}",
        )  # fmt: skip
        if line not in said:
            said.append(line)
    return tuple(said)


def where(plan: Plan, lang: str) -> str:
    """The unit and its address, and under a plan that it holds at every unit."""
    return ", ".join(part for part in (localized(plan.site, lang), plan.site.address) if part)


def address(url: str) -> str:
    """An address as people type it."""
    return url.removeprefix("https://").removeprefix("http://").removesuffix("/")


def contents(plan: Plan, line: Sequence[Site], lang: str, place: str) -> list[tuple[str, tuple[str, ...]]]:
    """The notices of a place under their headings, in the order of a plan's contents."""
    found: dict[str, list[str]] = {}
    for said in announcements.texts_for(plan, line, lang, place):
        found.setdefault(heading(said.about), []).append(said.text)
    return [(title, tuple(texts)) for title, texts in found.items()]


def heading(about: str) -> str:
    return {
        "period": gettext("The plan"),
        "hotline": gettext("Hotline"),
        "how_to": gettext("How to do it"),
        "advantages": gettext("What you gain by it"),
        "measures": gettext("When you come here"),
        "why": gettext("Why"),
    }.get(about, gettext("Notices"))
