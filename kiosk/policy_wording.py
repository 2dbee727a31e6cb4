"""The words of the plan in force: the kiosk's screens about it, and what it means for who comes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask_babel import get_locale
from flask_babel import gettext as _

from ticketing.answers.plans import LegalBase, PolicyInForce
from ticketing.rules import legal
from ticketing.rules.sites import localized
from ticketing.rules.text import day_words


def keep(*names: str) -> dict[str, str]:
    """Lets a text keep its `%(name)s` for the script that fills it in."""
    return {name: f"%({name})s" for name in names}


def kiosk_policy_texts() -> dict[str, str]:
    return {**_decision_texts(), **_choice_texts(), **_page_texts(), **meaning_texts(), **legal_texts()}


def _decision_texts() -> dict[str, str]:
    """Titles and reasons of each decision. Who is sent away is always told why (Đồng Nai 2020: «hiểu đúng và
    chia sẻ»)."""
    return {
        "refuse_online_only": _("This procedure is received online only"),
        "refuse_post_only": _("Results are returned by post only"),
        "refuse_suspended": _("This is not received in person for now"),
        "prefer_online": _("You can submit this online, without waiting"),
        "prefer_online_post": _("The result can come to your address by the public postal service."),
        "prefer_post": _("You can use the public postal service, without coming back"),
        "prefer_post_result": _("Your result can come to your address"),
        "why_online_only": _("Why: this procedure has moved online, so that nobody has to travel and wait."),
        "why_online_preferred": _("Why: at home you need neither travel nor wait, and can follow your dossier."),
        "why_post_only": _("Why: results come to your address, so that fewer people have to gather here."),
        "why_post_preferred": _("Why: the postman saves you a second way here."),
        "why_suspended": _("Why: the authority has stopped receiving people in person for now."),
        "post_only_until": _("Who does not use the post gets the result after %(until)s. There is no date yet.",
                             **keep("until")),
        "post_only_present": _("This procedure needs you in person: its result is handed out after %(until)s. "
                               "There is no date yet.", **keep("until")),
        "post_only_text": _("Who does not use the post gets the result when this plan ends."),
        "tag_ticket": "",
        "tag_online_only": _("Online only"),
        "tag_online_preferred": _("Please apply online"),
        "tag_post_preferred": _("Can be sent by post"),
        "tag_post_only": _("By post only"),
        "tag_suspended": _("Not received for now"),
        "room_full": _("The waiting room is full. Please wait outside: your phone tells you when your turn is near."),
    }  # fmt: skip


def _choice_texts() -> dict[str, str]:
    return {
        "take_anyway": _("Take a number all the same"),
        "keep_on": _("Go on and take a number"),
        "choose_online": _("I will apply online"),
        "choose_return": _("I register to get it by post"),
        "choose_wait": _("I wait until it is handed out here"),
        "choose_wait_until": _("I wait until %(until)s", **keep("until")),
        "help_ticket": _("Number for the help desk"),
        "find_result": _("Find my procedure"),
        "hotline": _("Hotline"),
        "hotline_line": _("Hotline %(number)s", **keep("number")),
        "scan_portal": _("Scan to apply online"),
        "scan_zalo": _("Ask on Zalo"),
        "zalo_channel": _("On Zalo, look for: %(name)s", **keep("name")),
        "portal_down": _("The service portal is interrupted"),
        "portal_down_next": _("Please call the hotline, or take a number for the help desk."),
        "noted_title": _("Your choice is noted"),
        "noted_until": _("Your result stays safe at the office, and is handed out after %(until)s. There is no date "
                         "yet; you need no number for it today.", **keep("until")),
        "noted_text": _("Your result stays safe at the office, and is handed out when this plan ends. You need no "
                        "number for it today."),
        "noted_ways": _("You can still register for the post at any time."),
    }  # fmt: skip


def _page_texts() -> dict[str, str]:
    return {
        "plan_open": _("The plan in force"),
        "plan_none": _("No special plan is in force"),
        "guide_plan": _("The plan in force"),
        "guide_plan_note": _("What holds now, and on what base"),
        "guide_postal": _("Procedures by post"),
        "guide_postal_note": _("Which can be done by post, and which not"),
        "postal_by": _("Done by post (%(n)s)", **keep("n")),
        "postal_not": _("Only in person (%(n)s)", **keep("n")),
        "postal_none": _("There is none on this list."),
    }  # fmt: skip


def legal_texts() -> dict[str, str]:
    return {
        "plan_since": _("From %(from)s, by the plan of the %(authority)s.", **keep("from", "authority")),
        "plan_window": _("From %(from)s to the end of %(to)s, by the plan of the %(authority)s.",
                         **keep("from", "to", "authority")),
        "plan_authority": _("competent authority"),
        "legal_base": _("Legal base: %(text)s", **keep("text")),
        "legal_list": _("List: %(list)s, %(decision)s", **keep("list", "decision")),
        "list_decision": _("Decision No. %(number)s of %(date)s", **keep("number", "date")),
        "list_undated": _("Decision No. %(number)s", **keep("number")),
        "list_unnumbered": _("number and date of its decision not stated"),
        "list_sample": _("sample list"),
    }  # fmt: skip


def law_texts(day: date) -> dict[str, str]:
    """What cites a legal text, or goes by one, at a site whose day it is."""
    lang = str(get_locale())
    next_day, lists, presence = (
        localized(legal.base(subject, day), lang) for subject in ("next_day", "postal_lists", "presence")
    )
    in_person = _("Not for procedures that need you in person, such as marriage (%(law)s).", law=presence)
    return {
        "late_note": _("Dossiers handed in after %(time)s are forwarded at the start of the next working day "
                       "(%(law)s).", law=next_day, **keep("time")),
        "postal_why": _("%(law)s: what is and what is not done by the public postal service.", law=lists),
        "guide_post_end": in_person,
        "guide_return_end": in_person,
        "guide_online_2": _("Sign in with your VNeID account. No account yet? The help desk sets one up with you.")
        if day >= legal.VNEID_ALONE
        else _("Sign in with your account. No account yet? The help desk sets one up with you."),
    }  # fmt: skip


def meaning_texts() -> dict[str, str]:
    """One line for each thing that a plan decides; an empty one where there is nothing to say."""
    return {
        "plan_means": _("What this means for you"),
        "plan_suspended": _("Nobody is received in person for now. You can apply online or by post, and ask the "
                             "hotline."),
        "plan_online_offer": "",
        "plan_online_online_preferred": _("Procedures of the list: please apply online. You can still take a number."),
        "plan_online_online_only": _("Procedures of the list: online only, without a number at the office."),
        "plan_submit_ticket": _("Other procedures: take a number at the office."),
        "plan_submit_post_preferred": _("Other procedures: please use the public postal service. You can still take "
                                        "a number."),
        "plan_submit_suspended": "",
        "plan_result_ticket": _("Results: you can collect them at the office."),
        "plan_result_post_preferred": _("Results: please have them sent by the public postal service. You can still "
                                        "collect them at the office."),
        "plan_result_post_only": _("Results: by the public postal service only; otherwise after %(until)s.",
                                   **keep("until")),
        "plan_result_suspended": "",
        "plan_cap": _("Each session takes a limited number of dossiers, shown here before you queue."),
    }  # fmt: skip


def meaning(policy: PolicyInForce) -> list[str]:
    """What the board's `policy` means for who comes, a line each."""
    texts = meaning_texts()
    if policy.in_person == "suspended":
        return [texts["plan_suspended"]]
    keys = [
        f"plan_online_{policy.online_mode}", f"plan_submit_{policy.decision}",
        f"plan_result_{policy.result_decision}", "plan_cap" if policy.cap_announced else "",
    ]  # fmt: skip
    return [texts[key] % {"until": policy.deferred_until} for key in keys if texts.get(key)]


def window(policy: PolicyInForce) -> str:
    """Whose plan, and from when to when."""
    texts = legal_texts()
    days = {"from": day_words(policy.valid_from), "to": day_words(policy.valid_to)}
    authority = policy.authority or texts["plan_authority"]
    return texts["plan_window" if policy.valid_to else "plan_since"] % {**days, "authority": authority}


def legal_lines(base: LegalBase) -> list[str]:
    """The legal base, then the list's decision with its number and day; a sample says that it is one."""
    texts = legal_texts()
    lines = [texts["legal_base"] % {"text": base.text}]
    if base.list:
        line = texts["legal_list"] % {"list": base.list, "decision": _decision(base, texts)}
        lines.append(f"{line} ({texts['list_sample']})" if base.sample else line)
    return lines


def _decision(base: LegalBase, texts: Mapping[str, str]) -> str:
    if not base.decision_no:
        return texts["list_unnumbered"]
    day = day_words(base.decision_date)
    return texts["list_decision" if day else "list_undated"] % {"number": base.decision_no, "date": day}
