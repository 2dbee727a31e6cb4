"""What the reports look like as JSON, of the same columns that they are made of. What each column means is told where
the report is made (`ticketing.reports.catalogue`)."""

from typing import Any, Literal, TypeAlias

from msgspec import Struct, defstruct

from ticketing.answers.names import Day, Time
from ticketing.reports.estimates import FIGURES as TRUTH
from ticketing.reports.from_journal import FORMS, IN_PERSON, PERSONS, TURNS, WAY_TEXTS
from ticketing.reports.from_tickets import FIGURES, SESSION_COUNTS, TIMES
from ticketing.rules import post
from ticketing.rules.plans import WAYS
from ticketing.rules.ratings import SCORES
from ticketing.rules.tickets import STATES

# What an object holds, by name: types, which nothing narrower than Any takes in.
Members: TypeAlias = dict[str, Any]
# Made of values, these are no annotations, for which a checker of types takes their brackets.
_List: Any = list
_Dict: Any = dict
_OneOf: Any = Literal


def _shape(name: str, base: type[Struct] | None, says: str = "", /, **members: Any) -> type[Struct]:
    """A JSON object called `name`: the members of `base` and its own."""
    return defstruct(
        name, list(members.items()), bases=(base,) if base else None, namespace={"__doc__": says or None},
        forbid_unknown_fields=True,
    )  # fmt: skip


def _counts(*columns: str) -> Members:
    return {column: int | None if column in TIMES else int for column in columns}


def _texts(*columns: str) -> Members:
    return dict.fromkeys(columns, str)


_WINDOW: Members = {"site": str, "from": Day, "to": Day}
_NO_FACTS = _shape("NoFacts", None, "No facts beside this report's table.")
_NAMED = _texts("code", "name")


def _report(kind: str, row: type[Struct], totals: type[Struct], facts: type[Struct] = _NO_FACTS) -> type[Struct]:
    return _shape(
        f"{kind.title()}Report", None, "", **_WINDOW, kind=_OneOf[kind], items=_List[row], totals=totals, facts=facts
    )


_FIGURES = _shape(
    "Figures", None,
    "Times in whole seconds, null when nobody was called or served. `received` are the dossiers of ended\nvisits.",
    **_counts("tickets", "dossiers", "received"), states=_Dict[_OneOf[STATES], int], **_counts(*TIMES),
)  # fmt: skip
_FIGURES_OF = _shape("FiguresOf", _FIGURES, **_NAMED)
_DAY = _shape("FiguresOfDay", _FIGURES, date=Day, fields=_List[_FIGURES_OF], services=_List[_FIGURES_OF])
_DAILY = _shape(
    "DailyReport", None, "Both ends of the window are included, and days without tickets are listed.",
    kind=_OneOf["daily"], **_WINDOW, items=_List[_DAY],
)  # fmt: skip

_CAP_COUNTS = _shape(
    "CapCounts", None, "Of the numbers and dossiers `issued`, each is served, absent, cancelled or unserved.",
    cap=int | None, **_counts(*SESSION_COUNTS),
)  # fmt: skip
_SESSION_PART = _shape("SessionPart", _CAP_COUNTS, **_NAMED)
_SESSION_TOTALS = _shape("SessionTotals", _CAP_COUNTS, caps_changed=int)
_SESSION = _shape(
    "SessionItem", _SESSION_TOTALS,
    date=Day, session=str, **_NAMED, fields=_List[_SESSION_PART], services=_List[_SESSION_PART],
)  # fmt: skip
_SESSION_FACTS = _shape("SessionFacts", None, **_counts("days", "days_with_sessions", "sessions"))

_FIELD_FIGURES = _shape(
    "FieldFigures", None, "The daily report's figures, each state a key of its own.", **_counts(*FIGURES)
)
_FIELD = _shape("FieldRow", _FIELD_FIGURES, group=_OneOf["field", "service"], **_NAMED)

_COUNTER_FIGURES = _shape(
    "CounterFigures", None,
    **_counts("visits", "dossiers", *TURNS, "open_s", "paused_s", "service_median_s", "service_p90_s"),
)  # fmt: skip
_COUNTER = _shape("CounterRow", _COUNTER_FIGURES, counter=int, name=str)

_DIVERTED = _shape(
    "DivertedCounts", None,
    "Counted at the kiosk, never by the portal. `chosen` and `refused` are not to be added up.", **_counts(*PERSONS),
)  # fmt: skip
_DIVERTED_BY = _shape("DivertedBy", _DIVERTED, to=_OneOf[WAYS])
_WAY = _shape("DiversionRow", _DIVERTED_BY, **_texts(*(text for text in WAY_TEXTS if text != "to")))
_DIVERSION_TOTALS = _shape(
    "DiversionTotals", _DIVERTED,
    "Beside the diversions: what was handed in at the counters, and results returned there.", **_counts(*IN_PERSON),
)  # fmt: skip
_DIVERSION_DAY = _shape("DiversionDay", _DIVERSION_TOTALS, date=Day, ways=_List[_WAY])
_DIVERSION_FACTS = _shape("DiversionFacts", None, ways=_List[_DIVERTED_BY])

_POSTAL_SUMS = _shape("PostalSums", None, **_counts(*FORMS))
_POSTAL_ENTRY = _shape(
    "PostalEntry", _POSTAL_SUMS, "`codes` are the dossier codes that are still kept.",
    **_texts("site", "unit"), date=Day, number=str, ticket=int | None, form=_OneOf[post.FORMS],
    source=_OneOf["counter", "handover", "correction"], reason=str, at=Time, codes=list[str], erased=bool,
)  # fmt: skip
_POSTAL_UNIT = _shape("PostalUnit", _POSTAL_SUMS, **_texts("site", "name"))
_POSTAL_DAY = _shape("PostalDay", _POSTAL_SUMS, site=str, date=Day)
_POSTAL_FACTS = _shape("PostalFacts", None, units=_List[_POSTAL_UNIT], days=_List[_POSTAL_DAY])

_HOUR_FIGURES = _shape("HourFigures", None, **_counts("issued", "called", *TIMES[:2], "visits", *TIMES[2:]))
_HOUR = _shape("HourRow", _HOUR_FIGURES, hour=int)

_SCORES = _shape(
    "Scores", None, "How many ratings gave each score, from 4 (very satisfied) to 1 (not satisfied).",
    **_counts("number", *(f"score_{score}" for score in SCORES)),
)  # fmt: skip
_SCORES_OF = _shape("ScoresOf", _SCORES, group=_OneOf["counter", "field", "service"], **_NAMED)

_DIFFICULTY = _shape("DifficultyRow", None, date=Day, session=str, name=str, at=Time, text=str)
_DIFFICULTY_TOTALS = _shape("DifficultyTotals", None, notes=int)

_TRUTH = _shape(
    "TruthOfTold", None,
    "How true the told waits were, `rase` and the shares in percent; null where nobody was told anything.",
    told=int, **dict.fromkeys(TRUTH[1:], int | None),
)  # fmt: skip
_TRUTH_OF = _shape("TruthOfQueue", _TRUTH, group=_OneOf["field", "service"], **_NAMED)

_GOAL = _shape(
    "GoalRow", None, "Of a class of priority, or of all others, whose `code` is empty.",
    **_NAMED, goal_minutes=int, called=int, within=int,
    **dict.fromkeys(("within_percent", "wait_median_s", "longest_s"), int | None),
)  # fmt: skip
_GOAL_TOTALS = _shape("GoalTotals", None, called=int, within=int, within_percent=int | None)


def _over_units(kind: str, totals: type[Struct]) -> type[Struct]:
    unit = _shape(f"{kind.title()}OfUnit", totals, "A unit with its own report's totals.", **_texts("site", "unit"))
    return _shape(
        f"{kind.title()}OverUnits", None, "The site and every unit under it; `totals` are those of all.",
        **_WINDOW, kind=_OneOf[kind], over=_OneOf["units"], items=_List[unit], totals=totals,
    )  # fmt: skip


REPORTS = (
    _DAILY,
    _report("sessions", _SESSION, _SESSION_TOTALS, _SESSION_FACTS),
    _report("fields", _FIELD, _FIELD_FIGURES),
    _report("counters", _COUNTER, _COUNTER_FIGURES),
    _report("diversions", _DIVERSION_DAY, _DIVERSION_TOTALS, _DIVERSION_FACTS),
    _report("postal", _POSTAL_ENTRY, _POSTAL_SUMS, _POSTAL_FACTS),
    _report("hours", _HOUR, _HOUR_FIGURES),
    _report("satisfaction", _SCORES_OF, _SCORES),
    _report("difficulties", _DIFFICULTY, _DIFFICULTY_TOTALS),
    _report("estimates", _TRUTH_OF, _TRUTH),
    _report("goals", _GOAL, _GOAL_TOTALS),
    _over_units("daily", _FIGURES),
    _over_units("sessions", _SESSION_TOTALS),
    _over_units("diversions", _DIVERSION_TOTALS),
    _over_units("hours", _HOUR_FIGURES),
)
