"""Texts that scripts put on the citizens' pages, by key, in the language of the request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from flask_babel import get_locale
from flask_babel import gettext as _

from kiosk.guides import guide_texts
from kiosk.policy_wording import keep, kiosk_policy_texts

Texts = dict[str, str]


def by_language(make: Callable[[], Texts]) -> Callable[[], Texts]:
    """The texts of the language in force, made once for each."""
    made: dict[str, Texts] = {}

    def texts() -> Texts:
        lang = str(get_locale())
        if lang not in made:
            made[lang] = make()
        return made[lang]

    return texts


def roughly(words: str, rough: bool, texts: Mapping[str, str]) -> str:
    """Says so where little is known."""
    return f"{words} ({texts['rough']})" if rough else words


SERVICES = ("submit", "result", "help", "postal_handover")


@by_language
def kiosk_texts() -> dict[str, str]:
    return {
        **_home_texts(), **_where_texts(), **_choice_texts(), **_confirm_texts(), **_ticket_texts(), **_refusal_texts(),
        **guide_texts(), **kiosk_policy_texts(),
    }  # fmt: skip


def _home_texts() -> dict[str, str]:
    return {
        "take": _("Take a number"),
        "take_note": _("Touch here to begin"),
        "session_hours": _("Numbers are given from %(from)s to %(until)s", **keep("from", "until")),
        "left": _("Dossiers left"),
        "left_one": _("Dossiers left: %(n)s", **keep("n")),
        "of_cap": _("of %(cap)s this session", **keep("cap")),
        "no_cap": _("No limit on dossiers this session"),
        "waiting": _("Waiting"),
        "waiting_n": _("Waiting: %(n)s", **keep("n")),
        "people": _("people"),
        "state_upcoming": _("Numbers will be given from %(from)s", **keep("from")),
        "state_lunch": _("Lunch break"),
        "state_upcoming_next": _("Please sit down. This screen opens by itself."),
        "state_paused": _("The session is paused"),
        "state_paused_next": _("Please wait for the announcement, or touch “%(button)s”.", button=_("I need help")),
        "state_full": _("All numbers of this session have been given"),
        "state_cut_off": _("No more numbers are given this session"),
        "state_closed": _("Today's sessions are over"),
        "state_none": _("No session today"),
        "day_off": _("Day off: %(name)s", **keep("name")),
        "next_session": _("Next session: %(session)s, numbers from %(from)s.", **keep("session", "from")),
        "next_session_none": _("The next session has not been set yet. Please ask at the help desk."),
        "other_ways": _("You can still collect a result or ask for help here."),
        "rehearsal": _("This is a rehearsal. Numbers given here do not count."),
        "clock_held": _("The clock of the server is being checked"),
        "clock_held_next": _("No new numbers for the moment. Numbers already given stay valid and are called."),
        **_stop_texts(),
        "offline": _("Connection lost. The machine is reconnecting by itself, please wait a moment."),
        "offline_help": _("If it takes longer, please see the help desk."),
    }


def _stop_texts() -> dict[str, str]:
    return {
        "stopped_title": _("Everything is paused for now"),
        "stopped_since": _("Since %(time)s. This page goes on by itself.", **keep("time")),
    }


def _where_texts() -> dict[str, str]:
    return {
        "where_open": _("Other centres that still give numbers"),
        "where_lead": _("The shortest wait first. Numbers are taken there, at the centre's own kiosk."),
        "where_lead_any": _("Numbers are taken there, at the centre's own kiosk."),
        "where_asking": _("Asking the other centres…"),
        "where_none": _("No other centre gives numbers for this now."),
        "where_left": _("%(n)s dossiers left", **keep("n")),
        "where_no_cap": _("no limit"),
        "where_no_counter": _("no counter is open yet"),
        "where_wait_none": _("hardly any wait"),
        "where_wait_most": _("a wait of at most %(to)s minutes", **keep("to")),
        "where_wait": _("a wait of about %(from)s to %(to)s minutes", **keep("from", "to")),
        "where_scan": _("Scan to see it on your phone"),
    }


def _choice_texts() -> dict[str, str]:
    return {
        "back": _("Back"),
        "start_over": _("Start over"),
        "need_help": _("I need help"),
        "previous": _("Previous page"),
        "next": _("Next page"),
        "page_of": _("Page %(page)s of %(pages)s", **keep("page", "pages")),
        "still_there": _("Are you still there?"),
        "idle_countdown": _("Going back to the first screen in %(n)s seconds", **keep("n")),
        "go_on": _("Continue"),
        "service_title": _("What would you like to do?"),
        "service_submit": _("Submit dossiers"),
        "service_submit_note": _("Take a number by field or procedure"),
        "service_result": _("Collect a result"),
        "service_result_note": _("Bring the receipt and appointment slip"),
        "service_help": _("I need help"),
        "service_help_note": _("An officer will guide you"),
        "service_postal_handover": _("Postman handing over dossiers"),
        "field_title": _("Choose a field"),
        "other_matters": _("Other matters"),
        "field_closed": _("Not received this session"),
        "field_full": _("No numbers left this session"),
        "field_no_counter": _("no counter is open yet"),
        "find": _("Find a procedure by name"),
        "procedure_title": _("Choose a procedure"),
        "procedure_unknown": _("I don't know the procedure"),
        "procedure_unknown_note": _("Take a number for this field"),
        "processing_time": _("Processing time: %(time)s", **keep("time")),
        "search_title": _("Find a procedure"),
        "search_hint": _("Type a few letters, no accents needed. For example: khai sinh"),
        "search_none": _("Nothing found. Try fewer letters, or touch “%(button)s”.", button=_("I need help")),
        "search_label": _("What you typed"),
        "key_space": _("Space"),
        "key_delete": _("Delete"),
        "key_clear": _("Clear"),
    }


def _confirm_texts() -> dict[str, str]:
    return {
        "applicant": _("Applicant"),
        "individual": _("Individual"),
        "organisation": _("Organisation"),
        "n_dossiers": _("%(n)s dossiers", **keep("n")),
        "more": _("One more"),
        "less": _("One less"),
        "dossiers_max": _("Most dossiers on one number: %(n)s", **keep("n")),
        "dossiers_left": _("Dossiers that this session can still take: %(n)s", **keep("n")),
        "dossiers_left_field": _("Dossiers that this field can still take this session: %(n)s", **keep("n")),
        "priority_title": _("Do you have priority?"),
        "priority_lead": _("An officer will check at the counter."),
        "priority_none": _("No priority"),
        "confirm_title": _("Please check, then take your number"),
        "confirm_help_title": _("Take a number for the help desk?"),
        "confirm_service": _("Purpose"),
        "confirm_field": _("Field"),
        "confirm_procedure": _("Procedure"),
        "confirm_dossiers": _("Number of dossiers"),
        "confirm_priority": _("Priority"),
        "confirm_time": _("Processing time"),
        "confirm_take": _("Take this number"),
        "confirm_take_phone": _("Take this number, without a slip"),
        "change": _("Change"),
        "bring": _("Please bring: %(bring)s", **keep("bring")),
        "bring_result": _("Please have ready the receipt and appointment slip, and a letter of "
                          "authorisation if you collect for somebody else."),
    }  # fmt: skip


def _ticket_texts() -> dict[str, str]:
    return {
        "taking": _("Getting your number…"),
        "taking_wait": _("Please don't leave yet."),
        "taking_retry": _("No connection. The machine keeps trying by itself and will give one number only."),
        "your_number": _("Your number"),
        "ahead_none": _("You are next"),
        "ahead_nobody": _("Nobody is ahead of you"),
        "ahead_n": _("People ahead of you: %(n)s", **keep("n")),
        "expected": _("Expected about %(time)s", **keep("time")),
        "rough": _("a wide guess, since little is known yet"),
        "no_counter": _("No counter is open for this number yet, so no time can be told."),
        "expected_note": _("Only an estimate, please stay near."),
        "take_slip": _("Please take your slip below."),
        "scan": _("Scan to follow your turn on your phone"),
        "printer_paper_out": _("The printer has no paper."),
        "printer_cover_open": _("The printer's cover is open."),
        "printer_offline": _("The printer does not work at the moment."),
        "printer_phone": _("You can take a number all the same: scan its code with your phone, or write it down."),
        "no_slip": _("No slip can be printed now. Scan the code with your phone, or write this number down."),
        "print_trouble": _("The slip could not be printed. Please write the number down or scan the code."),
        "trouble": _("No slip came out?"),
        "trouble_next": _("Photograph this number or scan the code: you are called by the number."),
        "reprint": _("Print the slip once more"),
        "reprinted": _("Sent to the printer again. Still none? Photograph the number and tell the help desk."),
        "finish": _("Done"),
        "home_in": _("This screen closes in %(n)s seconds", **keep("n")),
        "several_ok": _("%(n)s dossiers on this number", **keep("n")),
    }


def _refusal_texts() -> dict[str, str]:
    return {
        "refuse_cap_title": _("Not enough places left"),
        "refuse_cap_left": _("Dossiers that can still be taken this session: %(n)s.", **keep("n")),
        "refuse_cap_left_field": _(
            "Dossiers of %(name)s that can still be taken this session: %(n)s.", **keep("name", "n")
        ),
        "refuse_cap_left_service": _("%(name)s: %(n)s can still be taken this session.", **keep("name", "n")),
        "refuse_cap_none": _("All places of this session have been given."),
        "refuse_cap_none_field": _("All places of %(name)s this session have been given.", **keep("name")),
        "refuse_cap_none_service": _("%(name)s: no numbers are left this session.", **keep("name")),
        "still_open": _("Still to be had this session: %(names)s.", **keep("names")),
        "still_open_more": _("Still to be had this session: %(names)s and %(n)s more.", **keep("names", "n")),
        "refuse_take_n": _("Submit now, dossiers: %(n)s", **keep("n")),
        "refuse_closed_title": _("No numbers are being given now"),
        "refuse_many_title": _("Too many dossiers for one number"),
        "refuse_generic": _("The number could not be given"),
        "refuse_busy": _("The machine is busy"),
        "refuse_busy_next": _("Please try again in a moment, or see the help desk."),
        "refuse_again": _("Try again"),
        "ways": _("What you can do"),
        "way_portal": _("Submit online at the public service portal"),
        "code_portal": _("Service portal"),
        "way_zalo": _("Ask on Zalo"),
        "way_hotline": _("Call the hotline"),
        "way_post": _("Use the public postal service, at any post office"),
        "way_help_desk": _("Ask at the help desk"),
        "why_cap_reached": _("Why: a session takes as many dossiers as the officers can finish, so that nobody "
                             "waits in vain."),
    }


@by_language
def phone_texts() -> dict[str, str]:
    return {
        "ahead_none": _("You are next"),
        "ahead_nobody": _("Nobody is ahead of you"),
        "ahead_n": _("People ahead of you: %(n)s", **keep("n")),
        "expected": _("Expected about %(time)s", **keep("time")),
        "rough": _("a wide guess, since little is known yet"),
        "no_counter": _("No counter is open for this number yet, so no time can be told."),
        "now_calling": _("Now calling %(numbers)s, ahead of you: %(n)s", **keep("numbers", "n")),
        "now_calling_next": _("Now calling %(numbers)s, you are next", **keep("numbers")),
        "state_waiting": _("Waiting"),
        "state_called": _("Please go to counter %(counter)s", **keep("counter")),
        "state_serving": _("Being served at counter %(counter)s", **keep("counter")),
        "state_held": _("On hold"),
        "state_done": _("Your visit is finished"),
        "state_no_show": _("Your number was passed"),
        "state_cancelled": _("You gave this number up"),
        "state_expired": _("This number has expired"),
        "next_waiting": _("You may wait outside. This page tells you when your turn comes near."),
        "next_soon": _("Please come to the waiting room: your turn is near."),
        "next_called": _("Please go there now with your papers."),
        "next_serving": _("The officer is working on your papers."),
        "next_held": _("Complete your papers, then tell the officer. You keep this number."),
        "next_done": _("Thank you. You may throw the slip away."),
        "next_no_show": _("Please see the help desk: the officer can put you back in the queue."),
        "next_cancelled": _("Take a new number at the kiosk if you still need one."),
        "next_expired": _("Take a new number on your next visit."),
        "offline": _("No connection since %(time)s. What you see may be old.", **keep("time")),
        "alerts": _("Tell me when my turn is near"),
        "alerts_all": _("Sound, vibration and notifications are on. Please leave this page open."),
        "alerts_sound": _("Sound and vibration are on. Please leave this page open on the screen."),
        "title_waiting": _("%(number)s · %(ahead)s ahead", **keep("number", "ahead")),
        "title_called": _("%(number)s · counter %(counter)s", **keep("number", "counter")),
        "give_up_failed": _("That did not work. Please try again, or tell an officer."),
        "proof_differs": _(
            "The proof does not hold: your number doesn't stand in the ledger as it should. Please tell the supervisor."
        ),
        "given_before": _(
            "Given out before you: %(given)s. Of these %(done)s are done, %(gone)s were given up or absent, %(here)s "
            "wait or are being served.", **keep("given", "done", "gone", "here"),
        ),
        "on_paper": _("Your paper must bear: %(digits)s", **keep("digits")),
        **_rank_texts(),
        **_stop_texts(),
    }  # fmt: skip


def _rank_texts() -> dict[str, str]:
    return {
        "rank_morning": _(
            "Number %(number)s is the one given out as number %(rank)s this morning; none was put in before it.",
            **keep("number", "rank"),
        ),
        "rank": _(
            "Number %(number)s is the one given out as number %(rank)s today; none was put in before it.",
            **keep("number", "rank"),
        ),
        "unreached": _("The ledger can't be reached now. Please try again."),
    }


@by_language
def ledger_texts() -> dict[str, str]:
    return {
        "root_holds": _("Your browser has computed the root from the lines below: it is the one that is signed."),
        "root_differs": _("The root doesn't fit the lines. Please tell the supervisor, and keep this page."),
        "not_there": _("There is no number %(number)s in today's ledger.", **keep("number")),
        "paper_differs": _(
            "The ledger before number %(number)s is %(digits)s, not what was typed. If the paper says otherwise, "
            "please tell the supervisor.", **keep("number", "digits"),
        ),
        "early": _("called before its turn, by the rules"),
        "did_issued": _("given out"),
        "did_called": _("called"),
        "did_recalled": _("called again"),
        "did_held": _("on hold"),
        "did_requeued": _("back in the queue"),
        "did_transferred": _("sent to another queue or counter"),
        "did_done": _("done"),
        "did_no_show": _("absent"),
        "did_cancelled": _("cancelled"),
        "did_expired": _("expired"),
        "did_reopened": _("taken back to the counter or the queue"),
        "did_skipped": _("skipped: nobody gets these numbers, since data were restored"),
        **_rank_texts(),
    }  # fmt: skip


@by_language
def public_texts() -> dict[str, str]:
    return {
        "offline": _("No connection since %(time)s. What you see may be old.", **keep("time")),
        "no_cap": _("no limit"),
        "no_counter": _("no counter is open yet"),
        "wait_about": _("about %(from)s–%(to)s min", **keep("from", "to")),
        "guessed_all": _("These waits are wide guesses, since little is known yet."),
        "guessed_some": "* " + _("a wide guess, since little is known yet"),
        **_stop_texts(),
        **{f"state_{state}": text for state, text in session_states().items()},
    }


@by_language
def session_states() -> dict[str, str]:
    return {
        "upcoming": _("Not yet open"),
        "open": _("Giving numbers"),
        "paused": _("Paused"),
        "full": _("No numbers left"),
        "cut_off": _("No more numbers"),
        "closed": _("Closed"),
        "none": _("No session today"),
        "lunch": _("Lunch break"),
    }


def weekday_of(day: str) -> str:
    """The weekday of an ISO day, as it stands within a sentence."""
    names = (
        _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"),
    )  # fmt: skip
    name = names[date.fromisoformat(day).weekday()]
    return name if str(get_locale()) == "en" else name[:1].lower() + name[1:]
