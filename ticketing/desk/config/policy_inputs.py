"""The configuration pages of a plan: its words, and the tables of policies, lists of procedures and overrides."""

from __future__ import annotations

from flask import g
from flask_babel import lazy_gettext as _

from ticketing.desk.config_parts import CODE, FIRST_DAY, LAST_DAY, Input, Section, fixed_options
from ticketing.policies import CONTENTS, IN_PERSON, ONLINE_MODES, RESULT_MODES, SUBMIT_MODES, Policy, ProcedureList
from ticketing.sites import Site, localized

ONLINE = dict(
    zip(
        ONLINE_MODES,
        (
            _("Number as usual, the portal is offered"),
            _("Portal first, a number can still be taken"),
            _("Online only, no number"),
        ),
        strict=True,
    )
)
SUBMITTING = dict(
    zip(SUBMIT_MODES, (_("Number as usual"), _("Post is offered first, a number can still be taken")), strict=True)
)
RETURNING = dict(
    zip(
        RESULT_MODES,
        (
            _("Number as usual, results in person"),
            _("Post is offered first, a number can still be taken"),
            _("By post only, else deferred until the act"),
        ),
        strict=True,
    )
)
RECEPTION = dict(zip(IN_PERSON, (_("Open"), _("Suspended: nothing in person, help only")), strict=True))
ABOUT = dict(
    zip(
        CONTENTS,
        (
            _("Period, places, ways of applying and receiving"),
            _("Hotline"),
            _("How to use the portal and the post"),
            _("Advantages of the portal and the post"),
            _("Health measures"),
            _("Why"),
        ),
        strict=True,
    )
)
LEVEL_NAMES = {"district": _("districts"), "commune": _("communes"), "sector": _("departments")}


def lists(site: Site, lang: str) -> dict[str, str]:
    return {"": str(_("none"))} | {one.code: localized(one, lang, "title") for one in site.procedure_lists}


def plans(site: Site, lang: str) -> dict[str, str]:
    """The plans that a notice can belong to: those of the province, wherever the notice stands."""
    head = g.get("head") or site
    return {"": str(_("none, it stands by itself"))} | {
        one.code: localized(one, lang, "title") for one in head.policies
    }


POLICIES = Section(
    "policies", _("Plans"), _("What the province decided, from when to when, for itself and its units."),
    _("It holds at once, at every unit of the province; numbers that were given keep the plan of their time."),
    (
        CODE,
        Input("title", _("Full title, in Vietnamese"), needed=True), Input("title_en", _("Full title, in English")),
        Input("published", _("Published: it holds in its window"), "flag"),
        Input("valid_from", _("First day"), "day", needed=True), LAST_DAY,
        Input("authority", _("Authority, in Vietnamese")), Input("authority_en", _("Authority, in English")),
        Input("number", _("Number of the decision"), hint=_("Left empty where the text states none.")),
        Input("issued_at", _("Day of issue"), "day", hint=_("Left empty where the text states none.")),
        Input("legal_base", _("Legal base, in Vietnamese"), "long"),
        Input("legal_base_en", _("Legal base, in English"), "long"),
        Input("online_list", _("List of procedures accepted online"), "choice", options=lists),
        Input("online_mode", _("Procedures of the list"), "choice", options=fixed_options(ONLINE)),
        Input("other_submit_mode", _("All other procedures"), "choice", options=fixed_options(SUBMITTING)),
        Input("result_mode", _("Collecting results"), "choice", options=fixed_options(RETURNING)),
        Input("in_person", _("Reception in person"), "choice", options=fixed_options(RECEPTION)),
        Input("release_authority", _("What deferred results wait for, in Vietnamese"),
              hint=_("As it follows “after …”, for example: Thủ tướng công bố hết dịch.")),
        Input("release_authority_en", _("What deferred results wait for, in English")),
        Input("local_override", _("Units that may set the postal rules themselves"), "many",
              options=fixed_options(LEVEL_NAMES)),
        Input("session_cap_announced", _("Announce the cap of each session"), "flag"),
        Input("queue_number", _("Queue numbers are given"), "flag"),
        Input("announce_processing_time", _("Announce the processing time"), "flag"),
        Input("hotline", _("Hotline")),
        Input("portal_url", _("Portal"), hint=_("An address such as https://dichvucong.gov.vn")),
        Input("zalo_channel", _("Name of the Zalo channel")),
        Input("zalo_url", _("Zalo channel"), hint=_("An address such as https://zalo.me/…")),
        Input("health_notices", _("Notices about health measures"), "flag"),
        Input("cleaning_after_session", _("Cleaning after each session is confirmed"), "flag"),
        Input("postal_report_for_finance", _("Postal list for the finance department"), "flag"),
        Input("online_statistics", _("Statistics of who went another way"), "flag"),
        Input("required_contents", _("Notices it must have to be published"), "many",
              options=fixed_options(ABOUT)),
        Input("opening_checklist", _("Checklist before opening"), "kept"),
        Input("cleaning_checklist", _("Checklist of cleaning"), "kept"),
        Input("channels", _("Channels of the announcements"), "kept"),
        Input("exemptions", _("Procedures left at the counter"), "kept"),
        Input("postal_discount", _("Reduction of postage"), "kept"),
        Input("release", _("Act that ended the deferral"), "kept"),
    ),
    ("title", "valid_from", "valid_to", "published"), Policy, _("Add a plan"), True,
)  # fmt: skip
PROCEDURE_LISTS = Section(
    "procedure_lists", _("Procedure lists"), _("Which procedures a plan accepts online, under which decision."),
    _("It holds from each procedure's day on; those without a day at once."),
    (
        CODE,
        Input("title", _("Full title, in Vietnamese"), needed=True), Input("title_en", _("Full title, in English")),
        Input("decision_no", _("Number of the decision"), hint=_("Left empty where the text states none.")),
        Input("decision_date", _("Day of the decision"), "day", hint=_("Left empty where the text states none.")),
        Input("sample", _("A sample: not the real list, and shown as such"), "flag"),
        Input("items", _("Procedures"), "kept"),
    ),
    ("title", "decision_no", "decision_date", "sample", "items"), ProcedureList, _("Add a list"), True,
)  # fmt: skip
OVERRIDES = Section(
    "overrides", _("Unit's own postal rules"), "", _("It holds at once, at this unit."),
    (
        Input("policy", _("Plan")), Input("by", _("Decided by")), Input("decided_on", _("Decided on"), "day"),
        Input("reason", _("Reason")),
        Input("other_submit_mode", _("All other procedures"), "choice", options=fixed_options(SUBMITTING)),
        Input("result_mode", _("Collecting results"), "choice", options=fixed_options(RETURNING)),
        FIRST_DAY, LAST_DAY,
    ),
)  # fmt: skip
"""Set on the page of the plan, not here; a file that brings them is reviewed in these words."""

EXPECTED = (
    (r"a day such as (?P<day>\S+) or (?P<other>\S+)", _("a day such as %(day)s or %(other)s")),
)  # fmt: skip
REASONS = (
    (r"stand at the head of the province; a unit has overrides",
     _("Plans and lists stand at the province's centre; a unit has only its own postal rules.")),
    (r"must name the list of procedures that online_mode holds for",
     _("Choose the list of procedures that this holds for.")),
    (r"the site has no procedure list (?P<value>.+)", _("There is no list of procedures %(value)s.")),
    (r"the site has no policy (?P<value>.+)|'.+' has no policy (?P<policy>.+)", _("There is no such plan.")),
    (r'goes with result_mode = "postal_only" only', _("Goes only with results that are returned by post alone.")),
    (r"is for units; the province's own centre follows its policy",
     _("Is for units: the province's own centre follows its plan.")),
    (r"must set other_submit_mode or result_mode", _("Choose at least one of the two postal rules.")),
    (r"is the province's; a unit may set only .+",
     _("Is the province's to decide: a unit may set the postal rules only.")),
    (r"(?P<policy>'.*') leaves nothing to units of this level",
     _("The plan %(policy)s leaves nothing to units of this level.")),
    (r"unknown column; the header is: code, from, to",
     _("There is no such column. The header is: code, from, to.")),
    (r"this column is there twice", _("This column is there twice.")),
    (r"the header has no column with the procedures' codes: code, from, to",
     _("The header has no column with the procedures' codes. It is: code, from, to.")),
    (r"a list has at most (?P<most>[\d,]+) lines", _("A list has at most %(most)s lines.")),
    (r"has (?P<n>\d+) columns, the header (?P<heads>\d+)",
     _("This line has %(n)s columns, the header %(heads)s.")),
    (r"ends before it begins", _("The last day is before the first one.")),
    (r"procedure (?P<code>\S+) is on the list twice on the same day",
     _("%(code)s is on the list twice on the same day.")),
    (r"the list is empty", _("The list is empty.")),
    (r"not valid CSV: (?P<detail>.+)", _("This is not valid CSV (%(detail)s).")),
)  # fmt: skip
"""Why a plan or a list is refused, as config_reasons has them."""
