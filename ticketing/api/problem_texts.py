"""What a refusal says: a title by code, a sentence by code and reason. English is the key of the catalogs.

What a policy refuses is said with its first day, its base and the ways that stay open: nobody is turned away
without one.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext

from ticketing.answers.sessions import NextSession
from ticketing.rules.text import counted, day_words


def N_(text: str) -> str:
    """Marks a text for the catalogs; it is translated when it is shown."""
    return text


# What the API answers with, and the title: one row for each code, and nowhere else.
PROBLEMS = {
    "session_closed": (409, N_("No numbers are given out now")),
    "cap_reached": (409, N_("No numbers left")),
    "online_only": (409, N_("Online only")),
    "post_only": (409, N_("By post only")),
    "suspended": (409, N_("Not accepted at present")),
    "too_many_dossiers": (422, N_("Too many dossiers for one number")),
    "unknown_site": (404, N_("No such office")),
    "unknown_session": (404, N_("No such session")),
    "unknown_field": (404, N_("No such field")),
    "unknown_procedure": (404, N_("No such procedure")),
    "unknown_counter": (404, N_("No such counter")),
    "unknown_ticket": (404, N_("No such number")),
    "unknown_printer": (404, N_("No such printer")),
    "unknown_policy": (404, N_("No such plan")),
    "unknown_day": (404, N_("No such day")),
    "invalid": (422, N_("The request is not valid")),
    "unauthorized": (401, N_("Please sign in")),
    "forbidden": (403, N_("Not allowed")),
    "conflict": (409, N_("Not possible now")),
    "printer_down": (409, N_("No paper can come now")),
    "in_use": (409, N_("Numbers stand in what is removed")),
    "too_early": (409, N_("Too early")),
    "counter_closed": (409, N_("The counter is closed")),
    "clock_held": (503, N_("The server's clock is wrong")),
    "busy": (503, N_("Other long work is waiting")),
    "rate_limited": (429, N_("Too many requests")),
    "storage_full": (507, N_("The disk is full")),
    "unavailable": (503, N_("Not available for a moment")),
    "not_found": (404, N_("Nothing here")),
    "method_not_allowed": (405, N_("This method is not allowed here")),
    "too_large": (413, N_("The request is too large")),
    "internal": (500, N_("Something went wrong")),
}

SENTENCES = {
    ("session_closed", ""): N_("No numbers are given out at the moment."),
    ("session_closed", "none"): N_("The office takes no dossiers today."),
    ("session_closed", "upcoming"): N_("Numbers are not given out yet."),
    ("session_closed", "cut_off"): N_("This session gives out no more numbers."),
    ("session_closed", "closed"): N_("The session is over."),
    ("session_closed", "paused"): N_("Giving out numbers is paused."),
    ("session_closed", "emergency"): N_("Everything is paused at this office at present: %(text)s"),
    ("session_closed", "field_not_offered"): N_("This field is not served in this session."),
    ("cap_reached", ""): N_("This session has taken all the dossiers it can."),
    ("cap_reached", "not_enough"): N_("This session can take only %(remaining)s more dossiers."),
    ("cap_reached", "not_enough_1"): N_("This session can take only 1 more dossier."),
    ("cap_reached", "field_none_left"): N_("%(full_name)s has taken all the dossiers it can in this session."),
    ("cap_reached", "field_not_enough"): N_("%(full_name)s can take only %(remaining)s more dossiers in this session."),
    ("cap_reached", "field_not_enough_1"): N_("%(full_name)s can take only 1 more dossier in this session."),
    ("cap_reached", "service_none_left"): N_("No numbers are left in this session for: %(full_name)s."),
    ("cap_reached", "service_not_enough"): N_("Only %(remaining)s are left in this session for: %(full_name)s."),
    ("online_only", ""): N_(
        "This procedure is accepted online only from %(since)s, under: %(base)s. Scan the QR code to apply online, "
        "or press “%(button)s”."
    ),
    ("online_only", "portal_down"): N_(
        "This procedure is accepted online only from %(since)s, under: %(base)s. The portal is interrupted at "
        "present: please do not leave, press “%(button)s”."
    ),
    ("post_only", ""): N_(
        "From %(since)s, results are returned by the public postal service only, under: %(base)s."
    ),
    ("suspended", ""): N_(
        "From %(since)s, dossiers are not received and results not handed out in person, under: %(base)s."
    ),
    ("too_many_dossiers", ""): N_("One number is good for at most %(max)s dossiers."),
    ("unknown_site", ""): N_("There is no office with the code “%(value)s”."),
    ("unknown_session", ""): N_("There is no session “%(value)s”."),
    ("unknown_field", ""): N_("This office has no field “%(value)s”."),
    ("unknown_procedure", ""): N_("This office has no procedure “%(value)s”."),
    ("unknown_counter", ""): N_("This office has no counter “%(value)s”."),
    ("unknown_ticket", ""): N_("This number is not known; its day may be over."),
    ("unknown_printer", ""): N_("This office has no printer “%(value)s”."),
    ("unknown_policy", ""): N_("There is no plan “%(value)s” here."),
    ("unknown_day", ""): N_("The ledger of “%(value)s” is not here: that of today and of yesterday is public."),
    ("invalid", ""): N_("Something in the request is missing or not as it should be."),
    ("unauthorized", ""): N_("This needs a sign-in or a token."),
    ("unauthorized", "bad_token"): N_("The token does not hold, or no longer."),
    ("unauthorized", "wrong_login"): N_("Login or password is wrong."),
    ("forbidden", ""): N_("Your role does not allow this here."),
    ("forbidden", "csrf"): N_("The page is out of date. Please reload it."),
    ("forbidden", "exception"): N_("Only a supervisor may make an exception."),
    ("forbidden", "override"): N_("The province's plan leaves nothing to offices of this level to decide themselves."),
    ("forbidden", "reopen_others"): N_("Only a supervisor may reopen a number that another officer finished."),
    ("forbidden", "reopen_late"): N_(
        "Half an hour after a session has closed, only a supervisor may reopen a number finished in it."
    ),
    ("forbidden", "units"): N_("Only the parent office's administrator may do this for its units."),
    ("conflict", ""): N_("This is not, or no longer, possible."),
    ("conflict", "wrong_state"): N_("Number %(number)s is now “%(state)s”, so this is not possible."),
    ("conflict", "expect"): N_("The counter has moved on meanwhile. Please look at the screen again."),
    ("conflict", "counter_busy"): N_("There is still a number at this counter: finish it first."),
    ("conflict", "counter_not_open"): N_("This needs an open counter without a number."),
    ("conflict", "counter_taken"): N_("Another officer sits at this counter: %(holder)s."),
    ("conflict", "no_printer"): N_("No printer is configured here: the kiosk's browser prints."),
    ("conflict", "no_agent"): N_("No printer of this kiosk is reached by an agent: see its address."),
    ("conflict", "paper_gone"): N_("This paper is no longer to be printed, or another one has taken its place."),
    ("conflict", "no_ticket"): N_("There is no number at this counter."),
    ("conflict", "not_holder"): N_("Another officer has this counter now."),
    ("conflict", "returned_before"): N_("This number has been put back once already."),
    ("conflict", "calls_used"): N_("This number has been called as often as the office allows."),
    ("conflict", "nothing_to_undo"): N_("There is nothing to take back, or its two minutes are over."),
    ("conflict", "rated"): N_("This visit has been rated already. Thank you."),
    ("conflict", "nothing_to_rate"): N_("There is no visit to rate at this counter now."),
    ("conflict", "emergency"): N_("Nobody is called while everything is paused at this office."),
    ("conflict", "no_emergency"): N_("There is no emergency stop to lift."),
    ("conflict", "session_over"): N_("The session is over."),
    ("conflict", "no_later_session"): N_("There is no later session on this day to carry over to."),
    ("conflict", "no_checklist"): N_("The plan in force asks for no such checklist here."),
    ("conflict", "signed_before"): N_("This checklist has been confirmed already."),
    ("conflict", "checklist_not_now"): N_("It is too early or too late to confirm this checklist."),
    ("conflict", "no_field_queue"): N_("This number is not of a field: transfer it to a counter."),
    ("conflict", "not_today"): N_("This can only be done on the session's own day."),
    ("conflict", "other_session_running"): N_("Another session is running: close it first."),
    ("conflict", "counter_not_in_session"): N_("This counter does not serve in this session."),
    ("conflict", "not_diverted"): N_("The plan in force sends nobody another way here: a number can be had."),
    ("conflict", "nothing_deferred"): N_("Under this plan no result waits for an act."),
    ("conflict", "released_before"): N_("An act was entered for this plan before."),
    ("conflict", "queue_gone"): N_("The queue of number %(number)s is not there any more: take it back to a counter."),
    ("conflict", "config_waits"): N_(
        "Another change of these parts waits for the end of the day. Drop it first, or let this one wait too."
    ),
    ("conflict", "last_admin"): N_(
        "%(login)s is the last administrator here and stays one: add another administrator first."
    ),
    ("printer_down", ""): N_("The printer “%(printer)s” can't print now, so no number was given."),
    ("printer_down", "no_printer"): N_("There is no printer here that is known to print, so no number was given."),
    ("in_use", ""): N_("%(count)s numbers of today stand in what would be removed: %(numbers)s."),
    ("too_early", ""): N_("Please wait a moment before calling again."),
    ("too_early", "wait"): N_("This can be called again in %(retry_after)s seconds."),
    ("counter_closed", ""): N_("Open the counter first."),
    ("counter_closed", "paused"): N_("The counter is paused: open it again first."),
    ("clock_held", ""): N_(
        "No numbers are given out: the clock of the server has jumped. Numbers already given stay valid and are called."
    ),
    ("conflict", "clock_not_held"): N_("The clock is trusted already."),
    ("conflict", "nothing_to_take_back"): N_("The clock has closed or expired nothing at a time that lies ahead."),
    ("busy", ""): N_("Several reports or files are being worked on. Please try again in %(retry_after)s seconds."),
    ("rate_limited", ""): N_("Please wait a moment and try again."),
    ("rate_limited", "wait"): N_("Please try again in %(retry_after)s seconds."),
    ("storage_full", ""): N_("Nothing can be saved: the disk is full. Please tell the office's technician."),
    ("unavailable", ""): N_("Nothing was changed. Please try again in a moment."),
    ("unavailable", "files_gone"): N_(
        "Nothing can be saved: the files of the database were removed from the server. Please tell the office's "
        "technician."
    ),
    ("unavailable", "cut_off"): N_("The work was cut off before its end. Nothing was changed. Please try again."),
    ("unavailable", "too_long"): N_(
        "This takes longer than %(seconds)s seconds and was ended. Please ask for fewer days, or for a shorter file."
    ),
    ("not_found", ""): N_("There is nothing at this address."),
    ("method_not_allowed", ""): N_("This address does not take this method."),
    ("too_large", ""): N_("A request may hold at most 64 KB."),
    ("internal", ""): N_("The fault is ours and has been noted. Please try again."),
}

REASONS = {
    "not_json": N_("must be JSON, sent as application/json"),
    "unknown_key": N_("is not a key of this request"),
    "missing": N_("is missing"),
    "required": N_("is missing"),
    "wrong_type": N_("has the wrong type"),
    "not_allowed": N_("is not one of the values allowed"),
    "wrong_form": N_("has the wrong form"),
    "too_long": N_("is too long"),
    "too_short": N_("is too short"),
    "too_small": N_("is too small"),
    "too_large": N_("is too large"),
    "zero": N_("must not be 0"),
    "repeated": N_("is there twice"),
    "fewer_than_codes": N_("is less than the number of dossier codes"),
    "below_zero": N_("would take the day's total below 0"),
    "in_future": N_("is a day to come"),
    "before_data": N_("lies before the first day of this office's data"),
    "control_characters": N_("holds characters that are not text"),
    "not_a_day": N_("must be a day written YYYY-MM-DD"),
    "not_a_time": N_("must be a time such as 2020-03-30T07:45"),
    "not_a_number": N_("must be a whole number"),
    "not_yet": N_("must not be a day to come"),
    "before_act": N_("must not be before the day of the act"),
    "from_after_to": N_("must not be before the first day"),
    "range_too_long": N_("is too far from the first day"),
    "not_available": N_("is not available"),
    "unknown": N_("is not known here"),
    "not_of_procedure": N_("is not the field of this procedure"),
    "too_few": N_("must be at least 1"),
    "out_of_range": N_("is out of range"),
    "only_when_closing": N_("goes with closing the session only"),
    "not_all_ticked": N_("does not hold every line of the checklist"),
    "personal_number": N_("must not hold anybody's identity, telephone or dossier number"),
    "no_such_field": N_("leads to a field that is not there"),
    "no_such_service": N_("leads to a service that is not there"),
    "no_such_counter": N_("leads to a counter that is not there"),
    "no_such_priority": N_("leads to a priority class that is not there"),
    "called_nowhere": N_("leads to where no counter calls"),
    "field_or_counter": N_("give a field or a counter, one of the two"),
}

FEW = 10
BY_POLICY = ("online_only", "post_only", "suspended")
STATES = {
    "waiting": N_("waiting"),
    "called": N_("called"),
    "serving": N_("being served"),
    "held": N_("on hold"),
    "done": N_("done"),
    "no_show": N_("absent"),
    "cancelled": N_("cancelled"),
    "expired": N_("expired"),
}


class _Given(dict[str, Any]):
    """A detail that a refusal doesn't carry reads as a dash rather than as an error about an error."""

    def __missing__(self, key: str) -> str:
        return "–"


def title_of(code: str) -> str:
    return gettext(PROBLEMS.get(code, PROBLEMS["invalid"])[1])


def detail_of(code: str, reason: str, details: Mapping[str, Any]) -> str:
    """The sentence for `code` and `reason`, in the language in force; after it when numbers are to be had
    again, or what is wrong with each key."""
    given = _Given(details)
    if (state := given.get("state")) in STATES:
        given["state"] = gettext(STATES[state])
    if numbers := details.get("numbers"):
        given["numbers"] = few(numbers)
    if code in BY_POLICY:
        given.update(_of_policy(details))
    variant = reason or ("wait" if "retry_after" in given else "")
    if full := details.get("full"):
        given["full_name"] = full.name
        variant = variant if full.kind == "session" else f"{full.kind}_{variant}"
    one = f"{variant}_{given['remaining']}"
    chosen = SENTENCES.get((code, one)) or SENTENCES.get((code, variant)) or SENTENCES.get((code, ""))
    said = [counted(gettext(chosen) % given) if chosen else title_of(code)]
    if code in BY_POLICY:
        said += _ways_on(code, details)
    if names := [one.name for one in details.get("still_open", ())]:
        said.append(gettext("Still to be had in this session: %(names)s.", names=", ".join(names)))
    if opening := _opening(details.get("next_session")):
        said.append(gettext("The next session gives out numbers from %(time)s.", time=opening))
    wrong = [": ".join(filter(None, (error["key"], error["text"]))) for error in details.get("errors", ())]
    if wrong:
        said.append("; ".join(wrong))
    return " ".join(said)


def few(numbers: Sequence[str]) -> str:
    """The first of many numbers, in a sentence."""
    return ", ".join(numbers[:FEW]) + (" …" if len(numbers) > FEW else "")


def reason_text(reason: str) -> str:
    return gettext(REASONS[reason]) if reason in REASONS else reason


def _of_policy(details: Mapping[str, Any]) -> dict[str, str]:
    found = {"button": gettext("I need help")}
    if since := details.get("since"):
        found["since"] = day_words(since)
    if base := _table(details, "legal_base").get("text"):
        found["base"] = base.rstrip(". ")
    return found


def _ways_on(code: str, details: Mapping[str, Any]) -> list[str]:
    """The list that names the procedure, what a result waits for, and who can be asked."""
    base, ways = _table(details, "legal_base"), _table(details, "alternatives")
    said = []
    if base.get("list"):
        said.append(_of_list(base))
    if until := details.get("deferred_until"):
        if ways.get("post"):
            said.append(gettext("If you do not use this service, the result is returned after %(until)s.", until=until))
        else:
            said.append(gettext("Without the post, the result is returned after %(until)s.", until=until))
    if code == "suspended" and ways.get("post"):
        said.append(gettext("You can apply online or by the public postal service."))
    if code != "online_only" and ways.get("help_desk"):
        said.append(gettext("Please press “%(button)s” if you have a question.", button=gettext("I need help")))
    if hotline := ways.get("hotline"):
        said.append(gettext("Hotline: %(hotline)s.", hotline=hotline))
    return said


def _table(details: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = details.get(key)
    return found if isinstance(found, dict) else {}


def _of_list(base: Mapping[str, Any]) -> str:
    """The list and its decision, "not stated" where the text gives none, and that it is a sample where it is."""
    named = gettext("“%(list)s” (sample list)", list=base["list"]) if base.get("sample") else f"“{base['list']}”"
    number, day = base.get("decision_no"), base.get("decision_date")
    if number and day:
        when = day_words(day)
        return gettext("List: %(list)s, Decision %(number)s of %(day)s.", list=named, number=number, day=when)
    return gettext("List: %(list)s.", list=named)


def _opening(following: NextSession | None) -> str:
    """When a session named in a refusal begins to give out numbers; "" if there is none."""
    return f"{datetime.fromisoformat(following.issuing_from):%H:%M, %d/%m/%Y}" if following else ""
