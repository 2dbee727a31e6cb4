"""Reports as papers that an office signs and as spreadsheets, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import force_locale, gettext

from printer_templates.report import Cell, Column, Line, ReportPaper
from ticketing.api import report_words as words
from ticketing.api.report_pictures import pictures
from ticketing.report_shapes import Row, Table
from ticketing.report_tickets import SESSION_COUNTS
from ticketing.reports import as_csv
from ticketing.sites import Site, localized

Content = Callable[[Row], Cell]


@dataclass(frozen=True, slots=True)
class Shown:
    """A column of a paper: its name in the table, or its own `title` and what it says of a row."""

    column: str
    share: float = 1.0
    title: str = ""
    content: Content | None = None
    text: bool = False

    def of(self, row: Row) -> Cell:
        return self.content(row) if self.content else cell(self.column, row.get(self.column))


def paper(site: Site, table: Table, lang: str, *, rehearsal: bool = False, superior: str = "") -> ReportPaper:
    """The report as it is printed: the columns that a reader looks for, a closing line of totals, charts where
    they say more than figures, and who signs. `rehearsal` marks every page as of no real day,
    `superior` is the office above."""
    with force_locale(lang):
        shown = COLUMNS[table.kind](table)
        lines = _LINES.get(table.kind, _plain)(table, shown)
        return ReportPaper(
            **_head(site, table, lang, superior), **_body(table, shown, rehearsal), lines=lines,
            charts=pictures(site, table, lang),
            orientation="landscape" if table.kind in ("counters", "postal") else "",
        )  # fmt: skip


def sheet(site: Site, table: Table, lang: str, *, rehearsal: bool = False, superior: str = "") -> ReportPaper:
    """The report as a spreadsheet: every column of the table, figures as numbers, the totals as the last line."""
    with force_locale(lang):
        shown = [Shown(column, text=_is_text(table.kind, column)) for column in table.columns]
        return ReportPaper(
            **_head(site, table, lang, superior), **_body(table, shown, rehearsal), lines=_plain(table, shown),
            orientation="landscape",
        )  # fmt: skip


def spreadsheet_text(table: Table, lang: str) -> bytes:
    """The report as CSV, its columns and codes in words."""
    with force_locale(lang):
        titles = {column: words.title_of(table.kind, column) for column in table.columns}
        return as_csv(table, titles, words.say)


def _head(site: Site, table: Table, lang: str, superior: str) -> dict[str, Any]:
    return {
        "nation": (gettext("SOCIALIST REPUBLIC OF VIET NAM"), gettext("Independence - Freedom - Happiness")),
        "superior": superior.upper(),
        "unit": localized(site, lang).upper(),
        "number": gettext("No.: ……/……"),
        "place_and_date": gettext("…………, day …… month …… year ………"),
        "title": str(words.TITLES[table.kind]),
        "period": _period(table),
        "notes": tuple(str(note) for note in words.NOTES[table.kind]),
        "signatures": _signatures(table.kind),
        "page": gettext("Page {page}/{pages}"),
        "decimal_mark": "," if lang == "vi" else ".",
    }


def _body(table: Table, shown: list[Shown], rehearsal: bool) -> dict[str, Any]:
    return {
        "columns": tuple(_column(table.kind, one) for one in shown),
        "totals": _closing(table, shown),
        "facts": _facts(table),
        "empty": gettext("Nothing was recorded in this period."),
        "rehearsal": gettext("REHEARSAL") if rehearsal else "",
    }


def _signatures(kind: str) -> tuple[tuple[str, str], ...]:
    sealed = gettext("(signature, full name, seal)")
    if kind == "postal":
        return (
            (gettext("For the one-stop unit"), sealed),
            (gettext("For the Post Office"), sealed),
        )
    return (
        (gettext("Drawn up by"), gettext("(signature, full name)")),
        (gettext("Head of the unit"), sealed),
    )


def _period(table: Table) -> str:
    if table.first == table.last:
        return gettext("On %(day)s", day=day_text(table.first.isoformat()))
    first, last = day_text(table.first.isoformat()), day_text(table.last.isoformat())
    return gettext("From %(first)s to %(last)s", first=first, last=last)


def day_text(day: str) -> str:
    return date.fromisoformat(day).strftime("%d/%m/%Y") if day else ""


_TEXTS = (
    "date", "group", "code", "name", "session", "service", "decision", "to", "field", "procedure", "policy", "site",
    "unit", "number", "form", "source", "reason", "at", "codes", "erased", "text",
)  # fmt: skip


def cell(column: str, value: Any) -> Cell:
    """A value of a table as a person reads it: days as dd/mm/yyyy, lengths of time in minutes."""
    if column == "date":
        return day_text(value) if value else ""
    if column == "at":
        return f"{value[8:10]}/{value[5:7]}/{value[:4]} {value[11:16]}" if value else ""
    if column in ("open_s", "paused_s"):
        return round(value / 60)
    if column.endswith("_s"):
        return None if value is None else round(value / 60, 1)
    if isinstance(value, tuple):
        return ", ".join(value)
    said: Cell = words.say(column, value)
    return said


def _is_text(kind: str, column: str) -> bool:
    # A ticket's number is text, while as a column of the ratings it counts them.
    return column in _TEXTS and (kind, column) != ("satisfaction", "number")


def _column(kind: str, shown: Shown) -> Column:
    return Column(shown.title or words.title_of(kind, shown.column, minutes=True), shown.share, right=not shown.text)


def _weight(row: Row) -> str:
    return "strong" if row.get("group") in ("day", "session", "unit") else "plain"


def _plain(table: Table, shown: list[Shown]) -> tuple[Line, ...]:
    return tuple(Line(tuple(one.of(row) for one in shown), _weight(row)) for row in table.rows)


def _closing(table: Table, shown: list[Shown]) -> tuple[Cell, ...]:
    """The line of totals; it is named in the first column."""
    if not set(table.totals) & {one.column for one in shown}:
        return ()
    cells = ["" if one.text else one.of(table.totals) for one in shown]
    return (gettext("Total"), *cells[1:])


def _daily(_table: Table) -> list[Shown]:
    return [
        Shown("date", 1.5, text=True, content=lambda row: day_text(row["date"]) if row["group"] == "day" else ""),
        Shown(
            "name", 2.6, gettext("Field or service"), text=True,
            content=lambda row: gettext("Whole day") if row["group"] == "day" else row["name"],
        ),
        *_figures(),
    ]  # fmt: skip


def _fields(_table: Table) -> list[Shown]:
    return [Shown("name", 2.6, gettext("Field or service"), text=True), *_figures()]


def _figures() -> list[Shown]:
    counts = ("tickets", "dossiers", "received", "done", "no_show", "cancelled", "expired")
    times = ("wait_median_s", "wait_p90_s", "service_median_s", "service_p90_s")
    return [*(Shown(c, 1.2) for c in counts), *(Shown(c, 1.3) for c in times)]


def _sessions(table: Table) -> list[Shown]:
    """What did not happen to any number has no column: twenty of them fill a sheet."""
    rare = [column for column in SESSION_COUNTS if column.startswith(("given_back", "carried"))]
    counts = [c for c in SESSION_COUNTS if c not in rare or table.totals[f"{c.rpartition('_')[0]}_tickets"]]
    return [
        Shown("date", 1.4, text=True, content=lambda row: day_text(row["date"]) if row["group"] == "session" else ""),
        Shown("name", 2.2, gettext("Session, field or service"), text=True),
        Shown("cap"),
        Shown("caps_changed"),
        *(Shown(column) for column in counts),
    ]


def _counters(_table: Table) -> list[Shown]:
    columns = ("visits", "dossiers", "calls", "recalls", "no_shows", "out_of_turn")
    return [
        Shown("counter", 0.8, text=True, content=lambda row: str(row["counter"])),
        Shown("name", 1.8, text=True),
        *(Shown(column) for column in columns),
        *(Shown(column, 1.1) for column in ("open_s", "paused_s", "service_median_s", "service_p90_s")),
    ]


def _diversions(_table: Table) -> list[Shown]:
    counts = (
        "chosen_persons", "chosen_dossiers", "refused_persons", "refused_dossiers", "in_person_tickets",
        "in_person_dossiers", "results_returned",
    )  # fmt: skip
    return [
        Shown("date", 1.3, text=True, content=lambda row: day_text(row["date"]) if row["group"] == "day" else ""),
        Shown("service", 1.6, text=True),
        Shown("name", 2.2, text=True),
        Shown("decision", 1.5, text=True),
        Shown("to", 1.5, text=True),
        # A version is one long word: blanks let it break where its parts meet.
        Shown("policy", 1.0, text=True, content=lambda row: row["policy"].rpartition("@")[2]),
        *(Shown(column) for column in counts),
    ]


def _postal(_table: Table) -> list[Shown]:
    return [
        Shown("date", 1.3, text=True),
        Shown("number", 1.0, text=True),
        Shown("form", 1.5, text=True),
        Shown("source", 1.5, text=True),
        *(Shown(column) for column in ("submit", "return", "dossiers")),
        Shown("codes", 2.6, text=True, content=_codes),
        Shown("reason", 2.0, text=True),
    ]


def _codes(row: Row) -> Cell:
    return ", ".join(row["codes"]) if row["codes"] else words.say("erased", row["erased"])


def _postal_lines(table: Table, shown: list[Shown]) -> tuple[Line, ...]:
    """A unit's name opens its block; a day's sums stand above its entries."""
    lines = []
    for row in table.rows:
        cells = [one.of(row) for one in shown]
        if row["group"] == "unit":
            cells[0] = row["unit"]
        elif row["group"] == "item":
            cells[0] = ""
        lines.append(Line(tuple(cells), _weight(row)))
    return tuple(lines)


def _hours(_table: Table) -> list[Shown]:
    return [
        Shown("hour", 1.0, text=True, content=lambda row: hour_text(row["hour"])),
        *(Shown(c) for c in ("issued", "called", "wait_median_s", "wait_p90_s")),
        *(Shown(c) for c in ("visits", "service_median_s", "service_p90_s")),
    ]


def hour_text(hour: int) -> str:
    return gettext("%(first)s:00–%(last)s:00", first=f"{hour:02d}", last=f"{hour + 1:02d}")


def _satisfaction(_table: Table) -> list[Shown]:
    return [
        Shown("name", 3.0, gettext("Counter, field or service"), text=True, content=_rated),
        *(Shown(column) for column in ("number", "score_4", "score_3", "score_2", "score_1")),
        Shown("share", 1.2, gettext("Satisfied or better, percent"), content=satisfied),
    ]


def _rated(row: Row) -> Cell:
    if row["group"] != "counter":
        return str(row["name"])
    return str(row["name"] or gettext("Counter %(number)s", number=row["code"]))


def satisfied(row: Mapping[str, Any]) -> float | None:
    """The share of the two best scores, in percent."""
    return round(100 * (row["score_4"] + row["score_3"]) / row["number"], 1) if row["number"] else None


def _difficulties(_table: Table) -> list[Shown]:
    return [
        Shown("date", 1.2, text=True),
        Shown("name", 1.4, gettext("Session"), text=True),
        Shown("at", 1.4, text=True),
        Shown("text", 6.0, text=True),
    ]


def _facts(table: Table) -> tuple[tuple[str, str], ...]:
    facts = table.facts
    if table.kind == "sessions":
        return (
            (gettext("Days with a session"), f"{facts['days_with_sessions']}/{facts['days']}"),
            (gettext("Sessions"), str(facts["sessions"])),
        )
    if table.kind == "diversions":
        return tuple(
            (
                words.say("to", way["to"]),
                gettext(
                    "%(chosen)s chose it, %(refused)s were refused a number",
                    chosen=way["chosen_persons"], refused=way["refused_persons"],
                ),
            )
            for way in facts["ways"]
        )  # fmt: skip
    if table.kind == "difficulties":
        return ((gettext("Notes"), str(table.totals["notes"])),)
    return ()


COLUMNS: dict[str, Callable[[Table], list[Shown]]] = {
    "daily": _daily, "sessions": _sessions, "fields": _fields, "counters": _counters, "diversions": _diversions,
    "postal": _postal, "hours": _hours, "satisfaction": _satisfaction, "difficulties": _difficulties,
}  # fmt: skip
_LINES: dict[str, Callable[[Table, list[Shown]], tuple[Line, ...]]] = {"postal": _postal_lines}
