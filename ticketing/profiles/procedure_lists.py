"""A list of procedures from a file: CSV as an office's spreadsheet saves it, or TOML. Taken whole or refused whole."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from ticketing.profiles.problems import ConfigError, Fact, Phrase, Problem, Problems
from ticketing.profiles.reading import must_be, read_table
from ticketing.profiles.tables import PROCEDURE_CODE, PROCEDURE_LIST, national_code
from ticketing.profiles.toml import bounded, clean, text_of, toml_of
from ticketing.rules.policies import Listed, ProcedureList
from ticketing.rules.text import fold, is_day

MAX_ROWS = 5000
_CODE = re.compile(r"[A-Za-z0-9._-]{1,40}")
_DAY = re.compile(r"(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)|(?P<d2>\d{1,2})/(?P<m2>\d{1,2})/(?P<y2>\d{4})")
_DAYS = Phrase("csv_day", {"day": "2020-04-01", "other": "1/4/2020"})
# Heads of columns, in small letters without marks.
_HEADS: Mapping[str, tuple[str, ...]] = {
    "procedure": ("procedure", "code", "procedure code", "ma", "ma thu tuc", "ma tthc", "ma so"),
    "valid_from": ("from", "valid from", "valid_from", "tu", "tu ngay", "ap dung tu", "ap dung tu ngay"),
    "valid_to": ("to", "valid to", "valid_to", "den", "den ngay", "het ngay"),
    "": ("name", "ten", "ten thu tuc", "stt", "tt", "no"),
}


def listed_of(raw: bytes, name: str, told: ProcedureList) -> ProcedureList:
    """The list of a file; `told` is what the form says of it, and holds where the file says nothing.

    A name that ends in ".toml" is TOML, else the bytes are CSV with a header (code, from, to; comma or semicolon;
    days as 2020-04-01 or 1/4/2020). Raises ConfigError with every problem, at a line and a column of a CSV, a line or a
    key of a TOML.
    """
    text = text_of(raw, name)
    problems: Problems = []
    made = (_from_toml if name.lower().endswith(".toml") else _from_csv)(bounded(text, name), name, told, problems)
    if problems:
        raise ConfigError(name, problems)
    return made


def effective(old: Iterable[Listed], new: Iterable[Listed], day: date | None) -> tuple[Listed, ...]:
    """`new` in force from `day`: what was not on `old` begins then unless it has a day of its own, and what is no
    longer on it ends the day before. Without a day `new` stands as it is."""
    new = tuple(new)
    if day is None:
        return new
    known, kept = {item.procedure for item in old}, {item.procedure for item in new}
    begun = [
        replace(item, valid_from=day) if item.procedure not in known and item.valid_from is None else item
        for item in new
    ]
    last = day - timedelta(days=1)
    gone = [
        item if item.valid_to and item.valid_to <= last else replace(item, valid_to=last)
        for item in old
        if item.procedure not in kept and (item.valid_from is None or item.valid_from <= last)
    ]
    return (*begun, *gone)


def _from_toml(text: str, source: str, told: ProcedureList, problems: Problems) -> ProcedureList:
    tree = toml_of(text, source)
    tree.setdefault("code", told.code)
    tree.setdefault("title", told.title)
    found = read_table(PROCEDURE_LIST, tree, "", problems)
    if problems:
        return told
    items = found.get("items", ())
    problems += [Problem(f"items[{number}]", code, facts) for number, code, facts in _wrong(items)]
    if not items:
        problems.append(Problem("items", "empty_list"))
    return replace(told, **found)


def _from_csv(text: str, _source: str, told: ProcedureList, problems: Problems) -> ProcedureList:
    head, _line, _rest = text.partition("\n")
    delimiter = ";" if head.count(";") >= head.count(",") and ";" in head else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        columns, places = _columns(next(reader, []), problems)
        rows = list(_rows(reader, columns, places, problems)) if columns else []
    except csv.Error as error:
        problems.append(Problem("", "not_csv", {"line": reader.line_num, "detail": str(error)}))
    if problems:
        return told
    if not rows:
        problems.append(Problem("", "empty_list"))
    items = tuple(item for _line, item in rows)
    problems += [Problem("", code, {"line": rows[number][0], **facts}) for number, code, facts in _wrong(items)]
    return replace(told, items=items)


def _columns(head: list[str], problems: Problems) -> tuple[list[str | None], dict[str, str]]:
    """What each column is (None: not read), and how its head reads."""
    found: list[str | None] = []
    names: dict[str, str] = {}
    for number, cell in enumerate(clean(head), 1):
        key = next((key for key, heads in _HEADS.items() if fold(cell) in map(fold, heads)), None)
        if (key is None and cell) or (key and key in names):
            code = "column_twice" if key else "unknown_column"
            problems.append(Problem("", code, {"line": 1, "column": f"{number} ({cell})"}))
        elif key:
            names[key] = cell
        found.append(key or None)
    if "procedure" not in names and not problems:
        problems.append(Problem("", "no_code_column", {"line": 1}))
    return (found if "procedure" in names else []), names


def _rows(
    reader: Any, columns: list[str | None], names: Mapping[str, str], problems: Problems
) -> Iterator[tuple[int, Listed]]:
    for count, row in enumerate(reader):
        line = reader.line_num
        if count >= MAX_ROWS:
            problems.append(Problem("", "too_many_rows", {"line": line, "most": MAX_ROWS}))
            return
        if not any(cell.strip() for cell in row):
            continue
        if len(row) > len(columns):
            problems.append(Problem("", "too_many_columns", {"line": line, "n": len(row), "heads": len(columns)}))
            continue
        cells = {key: clean(cell) for key, cell in zip(columns, row, strict=False) if key}
        code = national_code(cells.get("procedure", ""))
        wrong = [] if _CODE.fullmatch(code) else [("procedure", PROCEDURE_CODE, code)]
        days: dict[str, date] = {}
        for key in ("valid_from", "valid_to"):
            if (day := _day(cells.get(key, ""))) is not None:
                days[key] = day
            elif cells.get(key):
                wrong.append((key, _DAYS, cells[key]))
        for key, expected, value in wrong:
            refused = must_be("", expected, value) if value else Problem("", "missing")
            problems.append(replace(refused, facts={"line": line, "column": names.get(key, key), **refused.facts}))
        if not wrong:
            yield line, Listed(code, **days)


def _day(text: str) -> date | None:
    found = _DAY.fullmatch(text)
    try:
        if found:
            year, month, day = (found[a] or found[b] for a, b in (("y", "y2"), ("m", "m2"), ("d", "d2")))
            made = date(int(year), int(month), int(day))
            return made if is_day(made) else None
    except ValueError:
        pass
    return None


def _wrong(items: Iterable[Listed]) -> Iterator[tuple[int, str, dict[str, Fact]]]:
    """Windows that end before they begin, and a procedure that is on the list twice on one day."""
    windows: dict[str, list[tuple[date, date, int]]] = {}
    for number, item in enumerate(items):
        first, last = item.valid_from or date.min, item.valid_to or date.max
        if last < first:
            yield number, "window_reversed", {}
        windows.setdefault(item.procedure, []).append((first, last, number))
    for procedure, found in windows.items():
        _first, until, holder = min(found)
        for first, last, number in sorted(found)[1:]:
            if first <= until:
                yield max(number, holder), "listed_twice", {"code": procedure}
            if last > until:
                until, holder = last, number
