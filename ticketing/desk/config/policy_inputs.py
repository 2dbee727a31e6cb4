"""The configuration pages of a plan: its words, and the tables of policies, lists of procedures and overrides."""

from flask import g
from flask_babel import lazy_gettext as _

from ticketing.desk.config.inputs import CODE, FIRST_DAY, LAST_DAY, Input, Section, fixed_options
from ticketing.rules.policies import Policy, ProcedureList
from ticketing.rules.sites import Site, localized

ONLINE = {
    "offer": _("Number as usual, the portal is offered"),
    "online_preferred": _("Portal first, a number can still be taken"),
    "online_only": _("Online only, no number"),
}
SUBMITTING = {
    "ticket": _("Number as usual"),
    "postal_suggested": _("Post is offered first, a number can still be taken"),
}
RETURNING = {
    "in_person": _("Number as usual, results in person"),
    "postal_preferred": _("Post is offered first, a number can still be taken"),
    "postal_only": _("By post only, else deferred until the act"),
}
RECEPTION = {"open": _("Open"), "suspended": _("Suspended: nothing in person, help only")}
ABOUT = {
    "period": _("Period, places, ways of applying and receiving"),
    "hotline": _("Hotline"),
    "how_to": _("How to use the portal and the post"),
    "advantages": _("Advantages of the portal and the post"),
    "measures": _("Health measures"),
    "why": _("Why"),
}
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
