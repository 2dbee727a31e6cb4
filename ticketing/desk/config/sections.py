"""The configuration pages as tables: which lists a unit has, what each entry's form asks, who may change it."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from ticketing.desk.config.inputs import CODE, FIRST_DAY, LAST_DAY, Input, Options, Section, fixed_options
from ticketing.desk.config.policy_inputs import ABOUT, OVERRIDES, POLICIES, PROCEDURE_LISTS, plans
from ticketing.desk.config.slip_inputs import SLIP
from ticketing.desk.plan import announcement_words
from ticketing.desk.plan.announcement_words import LANGUAGES
from ticketing.desk.texts import UNSERVED
from ticketing.rules.people import Actor, satisfies
from ticketing.rules.sites import (
    CalendarDay,
    Counter,
    Field,
    Notice,
    PriorityClass,
    Procedure,
    Service,
    SessionTemplate,
    Site,
    localized,
)

_BY_ADMINS = (
    "sessions", "rules", "fields", "services", "procedures", "counters", "priorities", "policies", "procedure_lists",
    "slip", "import",
)  # fmt: skip
MAY_CHANGE: Mapping[str, str] = {
    **dict.fromkeys(("notices", "calendar", "caps"), "supervisor"), **dict.fromkeys(_BY_ADMINS, "admin"),
}  # fmt: skip
"""The least role that changes a part; `caps` are those of the timetable. Supervisors see all of them."""

FIXED = ("code", "level", "parent", "timezone")
"""What only the command line changes: whose unit it is, who administers it from above, and its clock."""


def _coded(attribute: str) -> Options:
    return lambda site, lang: {one.code: localized(one, lang) for one in getattr(site, attribute)}


def _counters(site: Site, lang: str) -> dict[str, str]:
    return {str(c.number): f"{c.number} {localized(c, lang)}".strip() for c in site.counters}


WEEKDAY_NAMES = {
    "mon": _("Monday"), "tue": _("Tuesday"), "wed": _("Wednesday"), "thu": _("Thursday"), "fri": _("Friday"),
    "sat": _("Saturday"), "sun": _("Sunday"),
}  # fmt: skip
PLACES = {**announcement_words.PLACES, "leaflet": _("Printed leaflet")}
SERVICE_NAMES = {
    "result": _("Collecting results"), "help": _("Help desk"), "postal_handover": _("Postal hand-over"),
}  # fmt: skip
DAY_KINDS = {"holiday": _("Day off"), "working": _("Working day")}
PRIORITY_RULES = {
    "interleaved": _("At most two priority numbers in a row while others wait"),
    "strict": _("Priority numbers always first"),
}

VI_NAME = Input("name", _("Name in Vietnamese"), needed=True)
EN_NAME = Input("name_en", _("Name in English"), hint=_("Left empty, the Vietnamese one stands in."))
PREFIX = Input(
    "prefix", _("First character of its numbers"), needed=True,
    hint=_("One digit or capital letter, for example 1. Each series has its own."),
)  # fmt: skip
MINUTES = Input(
    "usual_minutes", _("Usual minutes of one visit"), "number", needed=True,
    hint=_("For the expected time, until enough visits have been measured."),
)  # fmt: skip
ALSO = Input(
    "also", _("What people also call it"), "words",
    hint=_("A search finds it by these too, for example: sổ đỏ, sổ hồng. Separated by commas."),
)  # fmt: skip
NUMBERS_STAY = _("New numbers follow it at once. Numbers that have been given stay as they are.")

CAPS = (
    Input("cap", _("Cap of the whole session (dossiers)"), "cap", none=_("no cap"), hint=_("Empty is no cap.")),
    Input("field_caps", _("Caps by field (dossiers)"), "caps", options=_coded("fields"), none=_("no cap")),
    Input("service_caps", _("Caps by service (numbers)"), "caps", options=_coded("services"), none=_("no cap")),
)

SECTIONS = (
    Section(
        "sessions", _("Timetable"), _("The week's sessions, their times and caps."),
        _("Sessions planned from now on follow it. Those already planned, today's among them, stay as they are."),
        (
            Input("title", _("Title in Vietnamese"), needed=True),
            Input("title_en", _("Title in English"), hint=_("Left empty, the Vietnamese one stands in.")),
            Input(
                "name", _("Short name"), needed=True,
                hint=_("Small letters without marks, for example morning. Part of the session's address."),
            ),
            Input("weekdays", _("On"), "many", options=fixed_options(WEEKDAY_NAMES)),
            Input("issuing_from", _("Numbers from"), "time", needed=True),
            Input("issuing_until", _("Numbers until"), "time", needed=True),
            Input("service_from", _("Counters from"), "time", needed=True),
            Input("closes_at", _("Closing at"), "time", needed=True),
            *CAPS,
            Input("fields", _("Fields received"), "many", _("Nothing ticked: all."), _coded("fields"), none=_("all")),
            Input("counters", _("Counters that work"), "many", _("Nothing ticked: all."), _counters, none=_("all")),
            FIRST_DAY, LAST_DAY,
        ),
        ("title", "weekdays", "issuing_from", "issuing_until", "closes_at", "cap", "field_caps", "valid_from"),
        SessionTemplate, _("Add a session"),
    ),
    Section(
        "calendar", _("Calendar"), _("Which days work: public holidays, and the unit's own exceptions."),
        _("Sessions already planned, today's among them, stay as they are."),
        (
            Input("day", _("First day"), "day", needed=True),
            Input("kind", _("This day is"), "choice", options=fixed_options(DAY_KINDS, _("as usual, no exception"))),
            Input("like", _("Works like a"), "choice", _("For working days only."),
                  fixed_options(WEEKDAY_NAMES, _("as its own weekday"))),
            Input("name", _("Name in Vietnamese"), hint=_("For example the occasion or the decision.")),
            EN_NAME,
        ),
        ("day", "kind", "like", "name"), CalendarDay,
    ),
    Section(
        "notices", _("Notices"), _("Texts for citizens on kiosk, wall, phone, slip and public page."),
        _("Kiosks and walls show it at once, phone and public pages when they are loaded again."),
        (
            Input("text", _("Text in Vietnamese"), "long", needed=True),
            Input("text_en", _("Text in English"), "long", _("Left empty, the Vietnamese one stands in.")),
            Input("places", _("Shown on"), "many", options=fixed_options(PLACES)),
            FIRST_DAY, LAST_DAY,
            Input("policy", _("Belongs to the plan"), "choice", _("Shown while that plan is in force."), plans),
            Input("about", _("What it is about"), "choice",
                  options=fixed_options(ABOUT, _("something else")),
                  hint=_("A plan is published only with the contents that it asks for.")),
            Input("for_units", _("Shown at the units below, too"), "flag"),
        ),
        ("text", "places", "valid_from", "valid_to", "about"), Notice, _("Add a notice"),
    ),
    Section(
        "fields", _("Fields"), _("What citizens choose from, and the series of their numbers."), NUMBERS_STAY,
        (
            CODE, VI_NAME, EN_NAME, ALSO, PREFIX,
            Input("sensitive", _("Sensitive: public screens show only the neutral name"), "flag"), MINUTES,
        ),
        ("code", "name", "prefix", "sensitive", "usual_minutes"), Field, _("Add a field"),
    ),
    Section(
        "services", _("Services"), _("What one comes for besides submitting."), NUMBERS_STAY,
        (
            Input("code", _("Kind"), "choice", options=fixed_options(SERVICE_NAMES), fixed=True),
            VI_NAME, EN_NAME, PREFIX, MINUTES,
        ),
        ("code", "name", "prefix", "usual_minutes"), Service, _("Add a service"),
    ),
    Section(
        "procedures", _("Procedures"), _("The administrative procedures of each field, and what to bring."),
        _("Kiosks show it at once, phone and public pages when they are loaded again."),
        (
            Input("code", _("National code"), fixed=True, needed=True, hint=_("For example 1.001193.")),
            VI_NAME, EN_NAME, Input("field", _("Field"), "choice", options=_coded("fields")),
            Input("processing_time", _("Processing time in Vietnamese")),
            Input("processing_time_en", _("Processing time in English")),
            Input("processing_time_late", _("The same, handed in late in the day, in Vietnamese"),
                  hint=_("Left empty, the usual one holds all day.")),
            Input("processing_time_late_en", _("The same, handed in late in the day, in English")),
            ALSO,
            Input("bring", _("What to bring, in Vietnamese"), "long"),
            Input("bring_en", _("What to bring, in English"), "long"),
            Input("requires_presence", _("The person must come in person"), "flag"),
            Input("online.scheme", _("Online: scheme"),
                  hint=_("For example level (2011–2022) or extent (since 2022); empty if not known.")),
            Input("online.value", _("Online: value"), hint=_("For example 4, or full.")),
        ),
        ("code", "name", "also", "field", "processing_time"), Procedure, _("Add a procedure"),
    ),
    Section(
        "counters", _("Counters"), _("The counters, and what is called at each of them."),
        _("It holds at once; a counter that is open keeps its fields and services until it is opened again."),
        (
            Input("number", _("Number on the door"), "whole", fixed=True, needed=True),
            Input("name", _("Name in Vietnamese")), EN_NAME,
            Input("fields", _("Fields called here"), "many", options=_coded("fields")),
            Input("services", _("Services called here"), "many", options=_coded("services")),
            Input("screen", _("Screen"), hint=_("The name of the wall display that shows it; empty for all.")),
        ),
        ("number", "name", "fields", "services", "screen"), Counter, _("Add a counter"),
    ),
    Section(
        "priorities", _("Priority groups"), _("Who is called earlier, as the kiosk asks for it."),
        _("The kiosk asks for it at once. Numbers that have been given stay as they are."),
        (
            CODE, VI_NAME, EN_NAME,
            Input("wait_goal_minutes", _("To be called within (minutes)"), "cap", hint=_("Empty: as all others.")),
        ),
        ("code", "name", "name_en", "wait_goal_minutes"), PriorityClass, _("Add a priority group"),
    ),
    POLICIES,
    PROCEDURE_LISTS,
    SLIP,
    Section(
        "rules", _("Rules and particulars"), _("Name, hotline, portal, and the rules of calling."),
        _("It holds at once, for the next number and the next call."),
        (
            VI_NAME, EN_NAME,
            Input("superior", _("Body above, on papers"), hint=_("Empty: the name of the office above.")),
            Input("superior_en", _("Body above, in English")),
            Input("address", _("Address")),
            Input("map_url", _("Map"), hint=_("An address that shows the place on a map.")),
            Input("hotline", _("Hotline")),
            Input("portal_url", _("Portal"), hint=_("An address such as https://dichvucong.gov.vn")),
            Input("zalo_url", _("Zalo channel"), hint=_("An address such as https://zalo.me/…")),
            Input("address_word", _("How citizens are addressed, in Vietnamese"), needed=True),
            Input("address_word_en", _("How citizens are addressed, in English")),
            Input("lang", _("First language of the screens"), "choice", options=fixed_options(LANGUAGES)),
            Input("max_dossiers", _("Most dossiers on one number"), "whole", needed=True),
            Input("priority_rule", _("Priority"), "choice", options=fixed_options(PRIORITY_RULES)),
            Input("max_calls", _("Calls before a number may be marked absent"), "whole", needed=True),
            Input("recall_gap_s", _("Seconds between two calls of one number"), "whole", needed=True),
            Input("return_after", _("Who comes back is called after this many others"), "whole", needed=True),
            Input("unserved", _("Who still waits when a session closes"), "choice",
                  options=fixed_options(UNSERVED), hint=_("For sessions planned from now on.")),
            Input("refuse_bursts", _("A kiosk that takes numbers faster than people do has to wait"), "flag",
                  hint=_("30 numbers in a minute, or 5 given up in ten minutes; it is an alarm to you either way.")),
            Input("max_waiting_in_room", _("Most people in the waiting room"), "cap", none=_("no limit"),
                  hint=_("Empty is no limit; for example 20. When it is reached, people are asked to wait outside.")),
            Input("late_from", _("Handed in late from"), "time",
                  _("Dossiers of that time and later are forwarded on the next working day."), needed=True),
            Input("dossier_code_days", _("Days after which dossier codes are erased"), "whole", needed=True),
            Input("codes_kept_hours", _("Hour of the next day until which a number's own page is kept"), "whole",
                  needed=True),
            Input("public_holidays", _("Public holidays are days off"), "flag"),
            Input("neutral.prefix", _("Sensitive fields: first character of their numbers"),
                  hint=_("All three empty: sensitive fields have numbers of their own.")),
            Input("neutral.name", _("Sensitive fields: public name in Vietnamese")),
            Input("neutral.name_en", _("Sensitive fields: public name in English")),
        ),
    ),
)  # fmt: skip

UNTIL = Input("until", _("Last day"), "day", hint=_("For several days in a row; empty for one."))
BY_NAME = {section.name: section for section in (*SECTIONS, OVERRIDES)}
LISTS = tuple(section.name for section in SECTIONS if section.item and section.name != "calendar")


def may(actor: Actor, part: str) -> bool:
    return satisfies(actor.role, MAY_CHANGE[part])


def inputs_for(section: Section, actor: Actor) -> tuple[Input, ...]:
    """What the actor may change of an entry; of the timetable, supervisors have the caps."""
    if may(actor, section.name):
        return tuple(each for each in section.inputs if each.kind != "kept")
    return CAPS if section.name == "sessions" and may(actor, "caps") else ()


def section_of(attribute: str) -> Section:
    """The page on which an attribute of Site stands."""
    return BY_NAME.get(attribute, BY_NAME["rules"])
