"""The words of the reports: their titles, their columns, and the codes in their cells. In the language in force."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext, lazy_gettext

TITLES = {
    "daily": lazy_gettext("DAILY REPORT OF NUMBERS AND DOSSIERS"),
    "sessions": lazy_gettext("REPORT OF NUMBERS AND DOSSIERS BY SESSION"),
    "fields": lazy_gettext("REPORT OF NUMBERS AND DOSSIERS BY FIELD"),
    "counters": lazy_gettext("REPORT ON THE WORK OF THE COUNTERS"),
    "diversions": lazy_gettext("DIVERSIONS AT THE KIOSK TO OTHER WAYS OF SUBMITTING AND RECEIVING"),
    "postal": lazy_gettext("LIST CONFIRMING RECEPTION AND RETURN OF RESULTS BY THE PUBLIC POSTAL SERVICE"),
    "hours": lazy_gettext("WAITING AND SERVICE TIMES BY HOUR OF THE DAY"),
    "satisfaction": lazy_gettext("SUMMARY OF SATISFACTION RATINGS"),
    "difficulties": lazy_gettext("SUMMARY OF DIFFICULTIES AND OBSTACLES"),
    "estimates": lazy_gettext("HOW TRUE THE WAITING TIMES TOLD WERE"),
    "goals": lazy_gettext("WAITING TIMES AGAINST THEIR GOALS"),
}

FROM_JOURNAL = lazy_gettext("The figures come from the journal and can be made again from it at any time.")
RUNS = lazy_gettext("Waiting runs from the slip to the last call, service from the start to the end of a visit.")
NOTES: dict[str, tuple[Any, ...]] = {
    "daily": (RUNS, FROM_JOURNAL),
    "sessions": (
        lazy_gettext("Issued = served + absent + cancelled + not served; given back no longer count against the cap."),
        lazy_gettext("Numbers are those of all services, dossiers those to be submitted, as officers corrected them."),
        FROM_JOURNAL,
    ),
    "fields": (RUNS, FROM_JOURNAL),
    "counters": (
        lazy_gettext("A counter that nobody closed counts to the end of the day's last session or its last visit."),
        FROM_JOURNAL,
    ),
    "diversions": (
        lazy_gettext(
            "These are diversions at the kiosk, not filings on the portal: the portal's own figures are kept by its "
            "operator."
        ),
        lazy_gettext(
            "Somebody who was refused a number and then chose a way stands in both columns: they are not to be added."
        ),
        FROM_JOURNAL,
    ),
    "postal": (
        lazy_gettext("Both ends of the period are included. A correction is a line of its own on the day corrected."),
        FROM_JOURNAL,
    ),
    "hours": (
        lazy_gettext("Waiting by the hour of the number, service by the hour of its start; all days of the period."),
        FROM_JOURNAL,
    ),
    "satisfaction": (
        lazy_gettext("Ratings are kept as counts only: nobody can tell who gave one, or to which visit it belongs."),
    ),
    "estimates": (
        lazy_gettext("Told at the taking and when three were ahead; later than told is above 0, earlier below."),
        lazy_gettext(
            "The relative error is the root of the mean squared error over the mean wait, where it is a minute or more."
        ),
        FROM_JOURNAL,
    ),
    "goals": (
        lazy_gettext("Waiting runs from the number, or from the beginning of the service, to the last call."),
        FROM_JOURNAL,
    ),
    "difficulties": (lazy_gettext("The notes are the staff's own words, for the office of the People's Committee."),),
}

COLUMNS = {
    "date": lazy_gettext("Day"),
    "group": lazy_gettext("Line of"),
    "code": lazy_gettext("Code"),
    "name": lazy_gettext("Name"),
    "tickets": lazy_gettext("Tickets"),
    "dossiers": lazy_gettext("Number of dossiers"),
    "received": lazy_gettext("Dossiers received"),
    "waiting": lazy_gettext("Waiting"),
    "called": lazy_gettext("Called"),
    "serving": lazy_gettext("Being served"),
    "held": lazy_gettext("On hold"),
    "done": lazy_gettext("Completed"),
    "no_show": lazy_gettext("Absent"),
    "cancelled": lazy_gettext("Cancelled"),
    "expired": lazy_gettext("Expired"),
    "wait_median_s": lazy_gettext("Waiting time, median (seconds)"),
    "wait_p90_s": lazy_gettext("Waiting time, 90th percentile (seconds)"),
    "service_median_s": lazy_gettext("Service time, median (seconds)"),
    "service_p90_s": lazy_gettext("Service time, 90th percentile (seconds)"),
    "session": lazy_gettext("Session"),
    "cap": lazy_gettext("Cap (dossiers)"),
    "caps_changed": lazy_gettext("Changes of the cap"),
    "issued_tickets": lazy_gettext("Issued (numbers)"),
    "issued_dossiers": lazy_gettext("Issued (dossiers)"),
    "served_tickets": lazy_gettext("Served (numbers)"),
    "served_dossiers": lazy_gettext("Served (dossiers)"),
    "absent_tickets": lazy_gettext("Absent (numbers)"),
    "absent_dossiers": lazy_gettext("Absent (dossiers)"),
    "cancelled_tickets": lazy_gettext("Cancelled (numbers)"),
    "cancelled_dossiers": lazy_gettext("Cancelled (dossiers)"),
    "unserved_tickets": lazy_gettext("Not served (numbers)"),
    "unserved_dossiers": lazy_gettext("Not served (dossiers)"),
    "given_back_tickets": lazy_gettext("Given back (numbers)"),
    "given_back_dossiers": lazy_gettext("Given back (dossiers)"),
    "carried_out_tickets": lazy_gettext("Carried over to later (numbers)"),
    "carried_out_dossiers": lazy_gettext("Carried over to later (dossiers)"),
    "carried_in_tickets": lazy_gettext("Carried in from before (numbers)"),
    "carried_in_dossiers": lazy_gettext("Carried in from before (dossiers)"),
    "counter": lazy_gettext("Counter"),
    "visits": lazy_gettext("Visits"),
    "calls": lazy_gettext("Calls made"),
    "recalls": lazy_gettext("Calls again"),
    "no_shows": lazy_gettext("Absent when called"),
    "out_of_turn": lazy_gettext("Calls out of turn"),
    "open_s": lazy_gettext("Open (seconds)"),
    "paused_s": lazy_gettext("Paused (seconds)"),
    "service": lazy_gettext("Service"),
    "decision": lazy_gettext("Decision"),
    "to": lazy_gettext("Sent to"),
    "field": lazy_gettext("Field"),
    "procedure": lazy_gettext("Procedure code"),
    "policy": lazy_gettext("Policy version"),
    "chosen_persons": lazy_gettext("Chose it at the kiosk (persons)"),
    "chosen_dossiers": lazy_gettext("Chose it at the kiosk (dossiers)"),
    "refused_persons": lazy_gettext("Refused a number at the kiosk (persons)"),
    "refused_dossiers": lazy_gettext("Refused a number at the kiosk (dossiers)"),
    "in_person_tickets": lazy_gettext("In person (numbers)"),
    "in_person_dossiers": lazy_gettext("In person (dossiers)"),
    "results_returned": lazy_gettext("Results returned in person"),
    "site": lazy_gettext("Unit code"),
    "unit": lazy_gettext("Unit"),
    "number": lazy_gettext("Ticket number"),
    "ticket": lazy_gettext("Internal id"),
    "form": lazy_gettext("Form"),
    "source": lazy_gettext("Recorded by"),
    "submit": lazy_gettext("Dossiers submitted by post"),
    "return": lazy_gettext("Results returned by post"),
    "reason": lazy_gettext("Note"),
    "at": lazy_gettext("Entered at"),
    "codes": lazy_gettext("Dossier codes"),
    "erased": lazy_gettext("Codes erased"),
    "hour": lazy_gettext("Hour"),
    "issued": lazy_gettext("Numbers issued"),
    "score_4": lazy_gettext("Very satisfied"),
    "score_3": lazy_gettext("Satisfied"),
    "score_2": lazy_gettext("Neutral"),
    "score_1": lazy_gettext("Not satisfied"),
    "text": lazy_gettext("Difficulty noted"),
    "goal_minutes": lazy_gettext("Goal (minutes)"),
    "within": lazy_gettext("Within the goal"),
    "within_percent": lazy_gettext("Within the goal (percent)"),
    "longest_s": lazy_gettext("Longest wait (seconds)"),
    "told": lazy_gettext("Times told"),
    "mean_wait_s": lazy_gettext("Waited, mean (seconds)"),
    "mae_s": lazy_gettext("Off by, mean (seconds)"),
    "bias_s": lazy_gettext("Later than told, mean (seconds)"),
    "rase_percent": lazy_gettext("Relative error (percent)"),
    "early_percent": lazy_gettext("Called before the span (percent)"),
    "late_percent": lazy_gettext("Called after the span (percent)"),
}
OWN_COLUMNS: dict[tuple[str, str], Any] = {
    ("hours", "called"): lazy_gettext("Numbers called"),
    ("goals", "called"): lazy_gettext("Numbers called"),
    ("satisfaction", "number"): lazy_gettext("Ratings"),
    ("diversions", "name"): lazy_gettext("Procedure or field"),
    ("postal", "dossiers"): lazy_gettext("In all"),
}
IN_MINUTES = {
    "wait_median_s": lazy_gettext("Waiting, median (minutes)"),
    "wait_p90_s": lazy_gettext("Waiting, 90th percentile (minutes)"),
    "service_median_s": lazy_gettext("Service, median (minutes)"),
    "service_p90_s": lazy_gettext("Service, 90th percentile (minutes)"),
    "open_s": lazy_gettext("Open (minutes)"),
    "paused_s": lazy_gettext("Paused (minutes)"),
    "longest_s": lazy_gettext("Longest wait (minutes)"),
    "mean_wait_s": lazy_gettext("Waited, mean (minutes)"),
    "mae_s": lazy_gettext("Off by, mean (minutes)"),
    "bias_s": lazy_gettext("Later than told, mean (minutes)"),
}

WORDS: dict[str, Mapping[Any, Any]] = {
    "policy": {"default": lazy_gettext("without a plan")},
    "group": {
        "total": lazy_gettext("total"),
        "day": lazy_gettext("day"),
        "field": lazy_gettext("field"),
        "service": lazy_gettext("service"),
        "session": lazy_gettext("session"),
        "counter": lazy_gettext("counter"),
        "way": lazy_gettext("way"),
        "unit": lazy_gettext("unit"),
        "item": lazy_gettext("entry"),
    },
    "service": {
        "submit": lazy_gettext("Submitting a dossier"),
        "result": lazy_gettext("Collecting a result"),
    },
    "decision": {
        "online_preferred": lazy_gettext("online preferred"),
        "online_only": lazy_gettext("online only"),
        "post_preferred": lazy_gettext("post preferred"),
        "post_only": lazy_gettext("by post only"),
        "suspended": lazy_gettext("reception suspended"),
    },
    "to": {
        "portal": lazy_gettext("the public service portal"),
        "zalo": lazy_gettext("Zalo"),
        "post": lazy_gettext("the public postal service"),
        "deferred": lazy_gettext("result deferred"),
        "help": lazy_gettext("the help desk"),
        "none": lazy_gettext("nowhere (suspended)"),
    },
    "form": {
        "submit": lazy_gettext("submission"),
        "return": lazy_gettext("return of results"),
    },
    "source": {
        "counter": lazy_gettext("visit at a counter"),
        "handover": lazy_gettext("postman's hand-over"),
        "correction": lazy_gettext("correction"),
    },
}


FIRST_COLUMNS = ("date", "counter", "hour", "site")


def title_of(kind: str, column: str, *, minutes: bool = False) -> str:
    if minutes and column in IN_MINUTES:
        return str(IN_MINUTES[column])
    return str(OWN_COLUMNS.get((kind, column)) or COLUMNS[column])


def say(column: str, value: Any) -> Any:
    """A cell's code in words; what has none stays as it is. `total` names the last line in the first column."""
    if value == "total" and column in FIRST_COLUMNS:
        return str(WORDS["group"]["total"])
    if column == "erased":
        return gettext("erased under the retention rules") if value else ""
    known = WORDS.get(column)
    return str(known[value]) if known and value in known else value
