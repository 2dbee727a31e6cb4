"""Why a configuration file is refused, in one English line: file, key, reason."""

from __future__ import annotations

from datetime import date

from ticketing.profiles.problems import Fact, Phrase, Problem
from ticketing.rules.text import day_figures

KINDS = {"priority": "priority class", "list": "procedure list", "block": "part of the slip"}

PHRASES = {
    "address": "an address such as {url}",
    "choice": "one of {values}",
    "csv_day": "a day such as {day} or {other}",
    "day": "a day such as {day}",
    "flag": "true or false",
    "item_code": "1 to {high} letters (without marks), digits, hyphens or underscores",
    "large": "a number so large",
    "list": "a list",
    "minutes": "a number of minutes from 0.5 to 480",
    "moment": "a time such as {time}",
    "prefix": "one character 0-9 or A-Z",
    "printer_address": "tcp://HOST:PORT, usb://VENDOR:PRODUCT, serial:///dev/…, cups://QUEUE, agent: or browser:",
    "procedure_code": "a procedure's code such as {code}",
    "slug": "1 to {high} lowercase letters, digits or hyphens",
    "slug_at_most": "at most {high} lowercase letters, digits or hyphens",
    "synonym": "a text of 1 to {high} characters, without commas and semicolons",
    "table": "a table",
    "text": "a text of {low} to {high} characters",
    "text_at_most": "a text of at most {high} characters",
    "time_of_day": 'a time of day such as "{time}"',
    "whole": "a whole number from {low} to {high}",
}
_UNPUBLISHED = "cannot be published: no notice of '{policy}' about '{content}' in '{lang}'"
REASONS = {
    "circle": "leads back to this site",
    "closes_early": "must not be before issuing_until",
    "column_twice": "this column is there twice",
    "empty": "must be {expected}, not ''",
    "empty_list": "the list is empty",
    "ends_early": "must not be before valid_from",
    "head_only": "stand at the head of the province; a unit has overrides",
    "hyphen_at_end": "must begin and end with a letter or a digit",
    "invisible": "holds the control or invisible character {char}; write plain text",
    "issues_no_time": "must be later than issuing_from",
    "like_of_like": "{value} has a like of its own; name the site that has the lists",
    "like_unknown": "no site {value} in this file",
    "list_needed": "must name the list of procedures that online_mode holds for",
    "listed_twice": "procedure {code} is on the list twice on the same day",
    "logo_empty": "is all white or all black on paper",
    "logo_grey": "is more grey than black and white; a thermal printer has no grey",
    "logo_heavy": "has {size} bytes, at most {most} are taken",
    "logo_no_png": "must be a PNG in base64",
    "logo_size": "is {width} x {height} dots, at most {wide} x {high} are taken",
    "long_key": "a key has more than {most} parts",
    "missing": "is missing",
    "name_taken": "{value} is already the name of {ref} on {weekdays}",
    "named_twice": "{kind} {value} is named twice",
    "nested_deeply": "not valid TOML: nested too deeply",
    "no_code_column": "the header has no column with the procedures' codes: code, from, to",
    "no_place": "must name at least one place",
    "no_policy": "{head} has no policy {value}",
    "no_site": "no site {value}",
    "no_sites": "must be one or more [[sites]] tables",
    "no_such": "the site has no {kind} {value}",
    "no_time_zone": "no time zone {value}",
    "no_weekday": "must name at least one weekday",
    "not_csv": "not valid CSV: {detail}",
    "not_left": "{policy} leaves nothing to units of this level",
    "not_toml": "not valid TOML: {detail}",
    "not_utf8": "not UTF-8 text; save the file as UTF-8",
    "notice_hidden": f"{_UNPUBLISHED} is shown while health_notices is false",
    "notice_hotline": f"{_UNPUBLISHED} names the hotline {{hotline}}",
    "notice_none": _UNPUBLISHED,
    "notice_period": f"{_UNPUBLISHED} names its days {{days}}",
    "notice_window": f"{_UNPUBLISHED} from {{from}} on",
    "overlaps": "overlaps {ref} ({name}) on {weekdays}",
    "place_twice": "names a place twice",
    "postal_only": 'goes with result_mode = "postal_only" only',
    "prefix_of_neutral": "prefix {value} is already that of neutral",
    "prefix_taken": "prefix {value} is already that of {ref}",
    "province_only": "is the province's; a unit may set only other_submit_mode and result_mode",
    "repeated": "{kind} {value} is already {ref}",
    "reserved": "{value} is a path of the service and cannot be a site",
    "serves_late": "must be before closes_at",
    "sets_nothing": "must set other_submit_mode or result_mode",
    "site_twice": "site {value} is in this file already",
    "too_many": "has more than {most} entries",
    "too_many_bytes": "has more than {most} bytes",
    "too_many_columns": "has {n} columns, the header {heads}",
    "too_many_lines": "has more than {most} lines",
    "too_many_rows": "a list has at most {most} lines",
    "units_only": "is for units; the province's own centre follows its policy",
    "unknown_column": "unknown column; the header is: code, from, to",
    "unknown_key": "unknown key",
    "unreadable": "cannot be read: {detail}",
    "weekday_twice": "names a weekday twice",
    "window_reversed": "ends before it begins",
    "working_only": 'goes with kind = "working" only',
    "wrong_length": "must be {expected}, not one of {length} characters",
    "wrong_value": "must be {expected}, not {value}",
}


def line(problem: Problem) -> str:
    """File, key and reason, as far as there are such."""
    return ": ".join(part for part in (problem.file, place(problem), reason(problem)) if part)


def place(problem: Problem) -> str:
    """The key, or the line and its column."""
    facts = problem.facts
    parts = [problem.key, *(f"{name} {facts[name]}" for name in ("line", "column") if name in facts)]
    return ", ".join(part for part in parts if part)


def reason(problem: Problem) -> str:
    said = filled(REASONS[problem.code], problem)
    lender = problem.facts.get("taken_over")
    return f"{said} (taken over from {lender})" if lender else said


def filled(sentence: str, of: Problem | Phrase) -> str:
    return sentence.format_map({name: _word(name, fact) for name, fact in of.facts.items()})


def _word(name: str, fact: Fact) -> str:
    if isinstance(fact, Phrase):
        return filled(PHRASES[fact.code], fact)
    if isinstance(fact, tuple):
        days = [day_figures(one) for one in fact if isinstance(one, date)]
        return " and ".join(days) or ", ".join(map(str, fact))
    if name == "kind":
        return KINDS.get(str(fact), str(fact))
    return f"{fact:,}" if isinstance(fact, int) else str(fact)
