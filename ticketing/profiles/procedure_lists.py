"""A list of procedures from a file: CSV as an office's spreadsheet saves it, or TOML. Taken whole or refused whole."""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from ticketing.policies import Listed, ProcedureList
from ticketing.profiles.files import ConfigError, text_of
from ticketing.profiles.reading import BAD, Problems, clean, national_code, read
from ticketing.profiles.tables import ProcedureListTable
from ticketing.spelling import fold

MAX_ROWS = 5000
_CODE = re.compile(r"[A-Za-z0-9._-]{1,40}")
_DAY = re.compile(r"(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)|(?P<d2>\d{1,2})/(?P<m2>\d{1,2})/(?P<y2>\d{4})")
_PLACE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$")
# Heads as `fold` leaves them: without marks, in small letters.
_HEADS: Mapping[str, tuple[str, ...]] = {
    "procedure": ("procedure", "code", "procedure code", "ma", "ma thu tuc", "ma tthc", "ma so"),
    "valid_from": ("from", "valid from", "valid_from", "tu", "tu ngay", "ap dung tu", "ap dung tu ngay"),
    "valid_to": ("to", "valid to", "valid_to", "den", "den ngay", "het ngay"),
    "": ("name", "ten", "ten thu tuc", "stt", "tt", "no"),
}


def listed_of(raw: bytes, name: str, told: ProcedureList) -> ProcedureList:
    """The list of a file; `told` is what the form says of it, and holds where the file says nothing.

    A name that ends in ".toml" is TOML, else the bytes are CSV with a header (code, from, to; comma or semicolon;
    days as 2020-04-01 or 1/4/2020). Raises ConfigError: every problem as (place, reason), the place a line and a
    column of a CSV, a line or a key of a TOML.
    """
    text = text_of(raw, name)
    if name.lower().endswith(".toml"):
        return _from_toml(text, name, told)
    problems: Problems = []
    items = _from_csv(text, problems)
    if problems:
        raise ConfigError(name, problems)
    return replace(told, items=items)


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


def _from_toml(text: str, source: str, told: ProcedureList) -> ProcedureList:
    try:
        tree = clean(tomllib.loads(text))
    except RecursionError as error:
        raise ConfigError(source, [("", "not valid TOML: nested too deeply")]) from error
    except ValueError as error:
        place = _PLACE.search(str(error))
        line = f"line {place[1]}" if place and place[1] else ""
        raise ConfigError(source, [(line, f"not valid TOML: {_PLACE.sub('', str(error))}")]) from error
    problems: Problems = []
    tree.setdefault("code", told.code)
    tree.setdefault("title", told.title)
    found = read(ProcedureListTable, tree, "", problems)
    if problems or found is BAD:
        raise ConfigError(source, problems)
    items = tuple(Listed(**(item | {"procedure": national_code(item["procedure"])})) for item in found.get("items", ()))
    problems += [(f"items[{number}]", reason) for number, reason in _wrong(items)]
    if not items:
        problems.append(("items", "the list is empty"))
    if problems:
        raise ConfigError(source, problems)
    return replace(told, **(found | {"items": items}))


def _from_csv(text: str, problems: Problems) -> tuple[Listed, ...]:
    head, _line, _rest = text.lstrip("\ufeff").partition("\n")
    delimiter = ";" if head.count(";") >= head.count(",") and ";" in head else ","
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=delimiter, strict=True)
    try:
        columns, places = _columns(next(reader, []), problems)
        rows = list(_rows(reader, columns, places, problems)) if columns else []
    except csv.Error as error:
        problems.append((f"line {reader.line_num}", f"not valid CSV: {error}"))
        return ()
    if columns and not rows and not problems:
        problems.append(("", "the list is empty"))
    if not problems:
        lines = [line for line, _item in rows]
        found = tuple(item for _line, item in rows)
        problems += [(f"line {lines[number]}", reason) for number, reason in _wrong(found)]
        return found
    return ()


def _columns(head: list[str], problems: Problems) -> tuple[list[str | None], dict[str, str]]:
    """What each column is (None: not read), and how its head reads."""
    found: list[str | None] = []
    names: dict[str, str] = {}
    for number, cell in enumerate(clean(head), 1):
        key = next((key for key, heads in _HEADS.items() if fold(cell) in heads), None)
        if key is None and cell:
            problems.append((f"line 1, column {number} ({cell})", "unknown column; the header is: code, from, to"))
        elif key and key in names:
            problems.append((f"line 1, column {number} ({cell})", "this column is there twice"))
        elif key:
            names[key] = cell
        found.append(key or None)
    if "procedure" not in names and not problems:
        problems.append(("line 1", "the header has no column with the procedures' codes: code, from, to"))
    return (found if "procedure" in names else []), names


def _rows(
    reader: Any, columns: list[str | None], names: Mapping[str, str], problems: Problems
) -> Iterator[tuple[int, Listed]]:
    for count, row in enumerate(reader):
        line = reader.line_num
        if count >= MAX_ROWS:
            problems.append((f"line {line}", f"a list has at most {MAX_ROWS:,} lines"))
            return
        if not any(cell.strip() for cell in row):
            continue
        if len(row) > len(columns):
            problems.append((f"line {line}", f"has {len(row)} columns, the header {len(columns)}"))
            continue
        cells = {key: clean(cell) for key, cell in zip(columns, row, strict=False) if key}
        before = len(problems)
        code = national_code(cells.get("procedure", ""))
        if not _CODE.fullmatch(code):
            said = "is missing" if not code else f"must be a procedure's code such as 1.001193, not {code[:40]!r}"
            problems.append((_at(line, names, "procedure"), said))
        first, last = (_day(cells.get(key, ""), _at(line, names, key), problems) for key in ("valid_from", "valid_to"))
        if len(problems) == before:
            yield line, Listed(code, first, last)


def _at(line: int, names: Mapping[str, str], key: str) -> str:
    return f"line {line}, column {names.get(key, key)}"


def _day(text: str, place: str, problems: Problems) -> date | None:
    if not text:
        return None
    found = _DAY.fullmatch(text)
    try:
        if found:
            year, month, day = (found[a] or found[b] for a, b in (("y", "y2"), ("m", "m2"), ("d", "d2")))
            return date(int(year), int(month), int(day))
    except ValueError:
        pass
    problems.append((place, f"must be a day such as 2020-04-01 or 1/4/2020, not {text[:40]!r}"))
    return None


def _wrong(items: Iterable[Listed]) -> Iterator[tuple[int, str]]:
    """Windows that end before they begin, and a procedure that is on the list twice on one day."""
    seen: dict[str, list[Listed]] = {}
    for number, item in enumerate(items):
        if item.valid_from and item.valid_to and item.valid_to < item.valid_from:
            yield number, "ends before it begins"
        for other in seen.get(item.procedure, ()):
            if (item.valid_from or date.min) <= (other.valid_to or date.max) and (other.valid_from or date.min) <= (
                item.valid_to or date.max
            ):
                yield number, f"procedure {item.procedure} is on the list twice on the same day"
                break
        seen.setdefault(item.procedure, []).append(item)
