"""Why a configuration is refused, in the reader's language: a sentence of the catalogs for each code."""

from collections.abc import Callable
from datetime import date

from flask_babel import format_decimal
from flask_babel import lazy_gettext as _

from ticketing.desk.config.sections import WEEKDAY_NAMES
from ticketing.desk.plan.announcement_words import CONTENTS, LANGUAGES
from ticketing.profiles.problems import Fact, Phrase, Problem
from ticketing.rules.text import day_figures

NameRef = Callable[[str], str]

NAMES = {
    "kind": {
        "field": _("field"),
        "service": _("service"),
        "procedure": _("procedure"),
        "priority": _("priority group"),
        "counter": _("counter"),
        "day": _("day"),
        "policy": _("plan"),
        "list": _("list of procedures"),
        "block": _("part of the slip"),
        "printer": _("printer"),
        "kiosk": _("kiosk"),
    },
    "weekdays": WEEKDAY_NAMES,
    "content": CONTENTS,
    "lang": LANGUAGES,
}
PHRASES = {
    "address": _("an address such as %(url)s"),
    "choice": _("one of: %(values)s"),
    "csv_day": _("a day such as %(day)s or %(other)s"),
    "day": _("a day such as %(day)s"),
    "flag": _("true or false"),
    "item_code": _("1 to %(high)s letters without marks, digits, hyphens or underscores"),
    "large": _("a number so large"),
    "list": _("a list"),
    "minutes": _("a number of minutes from 0.5 to 480"),
    "moment": _("a time such as %(time)s"),
    "prefix": _("one character 0-9 or A-Z"),
    "printer_address": _(
        "tcp://HOST:PORT, usb://VENDOR:PRODUCT, serial:///dev/…, cups://QUEUE, agent: or browser:"
    ),
    "procedure_code": _("a procedure's code such as %(code)s"),
    "slug": _("1 to %(high)s small letters without marks, digits or hyphens"),
    "slug_at_most": _("at most %(high)s small letters without marks, digits or hyphens"),
    "synonym": _("a text of 1 to %(high)s characters, without semicolons"),
    "table": _("a table"),
    "text": _("a text of %(low)s to %(high)s characters"),
    "text_at_most": _("a text of at most %(high)s characters"),
    "time_of_day": _("a time of day such as %(time)s"),
    "whole": _("a whole number from %(low)s to %(high)s"),
}
FILL_IN = _("Fill this in.")
REASONS = {
    "circle": _("Leads back to this unit."),
    "closes_early": _("Must not be before the time until which numbers are given."),
    "column_twice": _("This column is there twice."),
    "command_line_only": _("Is changed on the server's command line only (layso apply)."),
    "day_range": _("Must be a day from the first one to %(days)s days after it."),
    "empty": FILL_IN,
    "empty_list": _("The list is empty."),
    "ends_early": _("Must not be before the first day."),
    "head_only": _("Plans and lists stand at the province's centre; a unit has only its own postal rules."),
    "hyphen_at_end": _("Must begin and end with a letter or a digit."),
    "invisible": _("Holds the invisible character %(char)s. Write plain text."),
    "issues_no_time": _("Must be later than the time from which numbers are given."),
    "like_of_like": _("%(value)s takes over its lists itself. Name the unit that has them."),
    "like_unknown": _("The file has no unit %(value)s."),
    "list_needed": _("Choose the list of procedures that this holds for."),
    "listed_twice": _("%(code)s is on the list twice on the same day."),
    "logo_empty": _("The logo is all white or all black on paper."),
    "logo_grey": _("The logo is more grey than black and white. A thermal printer has no grey."),
    "logo_heavy": _("The logo has %(size)s bytes; at most %(most)s are taken."),
    "logo_no_png": _("The logo must be a PNG."),
    "logo_size": _("The logo is %(width)s × %(height)s dots; at most %(wide)s × %(high)s are taken."),
    "long_key": _("A key has more than %(most)s parts."),
    "missing": FILL_IN,
    "name_taken": _("%(value)s is already the short name of “%(ref)s” on %(weekdays)s."),
    "named_twice": _("The %(kind)s %(value)s is named twice."),
    "nested_deeply": _("This is not valid TOML: nested too deeply."),
    "no_code_column": _("The header has no column with the procedures' codes. It is: code, from, to."),
    "no_place": _("Choose at least one place."),
    "no_policy": _("There is no such plan."),
    "no_site": _("There is no unit %(value)s."),
    "no_sites": _("The file must have one or more [[sites]] tables."),
    "no_such": _("The unit has no %(kind)s %(value)s."),
    "no_time_zone": _("There is no time zone %(value)s."),
    "no_unit": _("The file has no unit %(value)s."),
    "no_weekday": _("Choose at least one weekday."),
    "not_csv": _("This is not valid CSV (%(detail)s)."),
    "not_left": _("The plan %(policy)s leaves nothing to units of this level."),
    "not_toml": _("This is not valid TOML (%(detail)s)."),
    "not_utf8": _("This is no UTF-8 text. Save the file as UTF-8."),
    "notice_hidden": _(
        "The plan %(policy)s can't be published: it asks for “%(content)s” and shows no health notices."
    ),
    "notice_hotline": _(
        "The plan %(policy)s can't be published: no text about “%(content)s” in %(lang)s names %(hotline)s."
    ),
    "notice_none": _("The plan %(policy)s can't be published: it has no text about “%(content)s” in %(lang)s."),
    "notice_period": _(
        "The plan %(policy)s can't be published: no text about “%(content)s” in %(lang)s names its days %(days)s."
    ),
    "notice_window": _(
        "The plan %(policy)s can't be published: from %(from)s on it has no text about “%(content)s” in %(lang)s."
    ),
    "overlaps": _("Runs at the same time as “%(ref)s” on %(weekdays)s."),
    "place_twice": _("A place is named twice."),
    "postal_only": _("Goes only with results that are returned by post alone."),
    "prefix_of_neutral": _("%(value)s is already the first character of sensitive fields' numbers."),
    "prefix_taken": _("%(value)s is already the first character of “%(ref)s”."),
    "province_only": _("Is the province's to decide: a unit may set the postal rules only."),
    "repeated": _("This %(kind)s is there already: %(value)s."),
    "reserved": _("%(value)s is an address of the service and cannot be a unit's code."),
    "serves_late": _("Must be before the closing time."),
    "sets_nothing": _("Choose at least one of the two postal rules."),
    "site_twice": _("The unit %(value)s is in the file already."),
    "too_many": _("Has more than %(most)s entries."),
    "too_many_bytes": _("The file has more than %(most)s bytes."),
    "too_many_columns": _("This line has %(n)s columns, the header %(heads)s."),
    "too_many_lines": _("The file has more than %(most)s lines."),
    "too_many_rows": _("A list has at most %(most)s lines."),
    "units_only": _("Is for units: the province's own centre follows its plan."),
    "unknown_column": _("There is no such column. The header is: code, from, to."),
    "unknown_key": _("There is no such key."),
    "unreadable": _("The file can't be read (%(detail)s)."),
    "weekday_twice": _("A weekday is named twice."),
    "window_reversed": _("The last day is before the first one."),
    "working_only": _("Only a working day works like another one."),
    "wrong_length": _("Must be %(expected)s; it has %(length)s characters."),
    "wrong_value": _("Must be %(expected)s, not %(value)s."),
}

TAKEN_OVER = _("%(reason)s (Taken over from %(value)s.)")


def say(problem: Problem, name_ref: NameRef = str) -> str:
    """The reason as a sentence; `name_ref` names an entry such as "sessions[0]" in it."""
    said = _filled(str(REASONS[problem.code]), problem, name_ref)
    if lender := problem.facts.get("taken_over"):
        return str(TAKEN_OVER) % {"reason": said, "value": lender}
    return said


def where(problem: Problem) -> str:
    """The line and the column as the file's head has it; empty for a problem at a key."""
    facts = problem.facts
    parts = [_("line %(n)s", n=facts["line"])] if "line" in facts else []
    if "column" in facts:
        parts.append(_("column %(name)s", name=facts["column"]))
    return ", ".join(map(str, parts))


def _filled(sentence: str, of: Problem | Phrase, name_ref: NameRef = str) -> str:
    words = {name: _word(name, fact, name_ref) for name, fact in of.facts.items()}
    return sentence % words if words else sentence


def _word(name: str, fact: Fact, name_ref: NameRef) -> str:
    if isinstance(fact, Phrase):
        return _filled(str(PHRASES[fact.code]), fact)
    if isinstance(fact, tuple):
        return ", ".join(_word(name, one, name_ref) for one in fact)
    if isinstance(fact, date):
        return day_figures(fact)
    if isinstance(fact, int):
        return format_decimal(fact)
    return name_ref(fact) if name == "ref" else str(NAMES.get(name, {}).get(fact, fact))
