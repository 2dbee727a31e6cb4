"""Reports as papers that an office signs and as spreadsheets, in the reader's language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from flask_babel import force_locale, gettext, lazy_gettext

from printer_templates.report_content import Cell, Column, Line, ReportPaper
from ticketing.papers import report_words as words
from ticketing.papers.report_charts import pictures
from ticketing.reports.catalogue import as_csv
from ticketing.reports.estimates import FIGURES as TRUTH
from ticketing.reports.from_journal import FORMS, IN_PERSON, PERSONS, TURNS
from ticketing.reports.from_tickets import SESSION_COUNTS, TIMES
from ticketing.reports.goals import FIGURES as GOALS
from ticketing.reports.table import Row, Table
from ticketing.rules.sites import Site, localized
from ticketing.rules.text import day_figures

Content = Callable[[Row], Cell]


@dataclass(frozen=True, slots=True)
class Shown:
    """A column of a paper: its name in the table, or its own `title` and what it says of a row."""

    column: str
    share: float = 1.0
    title: Any = ""
    content: Content | None = None
    text: bool = False

    def of(self, row: Row) -> Cell:
        return self.content(row) if self.content else cell(self.column, row.get(self.column))


def paper(site: Site, table: Table, lang: str, *, rehearsal: bool = False, superior: str = "") -> ReportPaper:
    """The report as it is printed: the columns that a reader looks for, a closing line of totals, charts where
    they say more than figures, and who signs. `rehearsal` marks every page as of no real day,
    `superior` is the office above."""
    with force_locale(lang):
        shown = [one for one in _columns(table) if not _without_any(table, one.column)]
        lines = _postal_lines(table, shown) if table.kind == "postal" else _plain(table, shown)
        return replace(
            _head(site, table, lang, superior, rehearsal),
            columns=tuple(_column(table.kind, one) for one in shown), lines=lines, totals=_closing(table, shown),
            charts=() if table.over_units else pictures(site, table, lang),
            orientation="landscape" if table.kind in ("counters", "postal") or table.over_units else "",
        )  # fmt: skip


def sheet(site: Site, table: Table, lang: str, *, rehearsal: bool = False, superior: str = "") -> ReportPaper:
    """The report as a spreadsheet: every column of the table, figures as numbers, days and times as such, the totals
    as the last line."""
    with force_locale(lang):
        shown = [
            Shown(column, text=_is_text(table.kind, column), content=_moment(column)) for column in table.columns
        ]
        return replace(
            _head(site, table, lang, superior, rehearsal),
            columns=tuple(_column(table.kind, one) for one in shown), lines=_plain(table, shown),
            totals=_closing(table, shown), orientation="landscape",
        )  # fmt: skip


def spreadsheet_text(table: Table, lang: str) -> bytes:
    """The report as CSV, its columns and codes in words."""
    with force_locale(lang):
        titles = {column: words.title_of(table.kind, column) for column in table.columns}
        return as_csv(table, titles, words.say)


def _head(site: Site, table: Table, lang: str, superior: str, rehearsal: bool) -> ReportPaper:
    """All but the table."""
    return ReportPaper(
        nation=(gettext("SOCIALIST REPUBLIC OF VIET NAM"), gettext("Independence - Freedom - Happiness")),
        superior=superior.upper(),
        unit=localized(site, lang).upper(),
        number=gettext("No.: ……/……"),
        place_and_date=gettext("…………, day …… month …… year ………"),
        title=gettext("%(title)s, BY UNIT", title=words.TITLES[table.kind]) if table.over_units
        else str(words.TITLES[table.kind]),
        period=_period(table),
        notes=(*_apart(table), *(str(note) for note in words.NOTES[table.kind]), *_ledger(table)),
        signatures=_signatures(table.kind),
        page=gettext("Page {page}/{pages}"),
        decimal_mark="," if lang == "vi" else ".",
        facts=_facts(table),
        empty=gettext("Nothing was recorded in this period."),
        rehearsal=gettext("REHEARSAL") if rehearsal else "",
        lang=lang,
    )


def _apart(table: Table) -> tuple[str, ...]:
    """Which lines have dossiers that no sum counts."""
    rows = (row for row in table.rows if row.get("group") == "service" and row.get("dossiers"))
    names = dict.fromkeys(row["name"] for row in rows)
    if not names:
        return ()
    return (
        gettext(
            "The sums of dossiers count those to be submitted. Dossiers of these services stand on lines of their own "
            "and are not in the sums: %(names)s. The sums of tickets count every service.", names=", ".join(names),
        ),
    )  # fmt: skip


def _ledger(table: Table) -> tuple[str, ...]:
    """The checkpoints of the days that have ended, and the key that verifies them."""
    kept = (
        gettext("Checkpoint of the public ledger: %(text)s", text=" ".join(text.split()))
        for text in table.facts.get("checkpoints", ())
    )
    key = table.facts.get("verifier")
    return (*kept, gettext("The key that verifies checkpoints: %(key)s", key=key)) if key else tuple(kept)


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
        return gettext("On %(day)s", day=day_figures(table.first))
    first, last = day_figures(table.first), day_figures(table.last)
    return gettext("From %(first)s to %(last)s", first=first, last=last)


_TEXTS = (
    "date", "group", "code", "name", "session", "service", "decision", "to", "field", "procedure", "policy", "site",
    "unit", "number", "form", "source", "reason", "at", "codes", "erased", "text",
)  # fmt: skip


def cell(column: str, value: Any) -> Cell:
    """A value of a table as a person reads it: days as dd/mm/yyyy, lengths of time in minutes."""
    if column == "date":
        return day_figures(value)
    if column == "at":
        return f"{day_figures(value)} {value[11:16]}" if value else ""
    if column in ("open_s", "paused_s"):
        return round(value / 60)
    if column.endswith("_s"):
        return None if value is None else round(value / 60, 1)
    if isinstance(value, tuple):
        return ", ".join(value)
    said: Cell = words.say(column, value)
    return said


def _local(text: str) -> datetime:
    """The site's own clock, as a spreadsheet has it: without a zone."""
    return datetime.fromisoformat(text).replace(tzinfo=None)


MOMENTS: Mapping[str, Callable[[Any], Cell]] = {"date": date.fromisoformat, "at": _local, "hour": time}


def _moment(column: str) -> Content | None:
    """A column of days or times as such; None for any other, and an empty cell where there is nothing."""
    made = MOMENTS.get(column)
    return made and (lambda row: None if row.get(column) in (None, "") else made(row[column]))


def _is_text(kind: str, column: str) -> bool:
    # A ticket's number is text, while as a column of the ratings it counts them.
    return column in _TEXTS and (kind, column) != ("satisfaction", "number")


def _column(kind: str, shown: Shown) -> Column:
    return Column(
        str(shown.title) or words.title_of(kind, shown.column, minutes=True), shown.share, right=not shown.text
    )


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


def _day_of(group: str) -> Content:
    """The day stands once, where its block begins."""
    return lambda row: day_figures(row["date"]) if row["group"] == group else ""


def _without_any(table: Table, column: str) -> bool:
    """What did not happen to any number of the sessions has no column: twenty of them fill a sheet."""
    rare = table.kind == "sessions" and column.startswith(("given_back", "carried"))
    return rare and not table.totals[f"{column.rpartition('_')[0]}_tickets"]


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


def hour_text(hour: int) -> str:
    return gettext("%(first)s:00–%(last)s:00", first=f"{hour:02d}", last=f"{hour + 1:02d}")


def _rated(row: Row) -> Cell:
    if row["group"] != "counter":
        return str(row["name"])
    return str(row["name"] or gettext("Counter %(number)s", number=row["code"]))


def satisfied(row: Mapping[str, Any]) -> float | None:
    """The share of the two best scores, in percent."""
    return round(100 * (row["score_4"] + row["score_3"]) / row["number"], 1) if row["number"] else None


def _columns(table: Table) -> tuple[Shown, ...]:
    """Over many units: the unit, then the figures."""
    own = COLUMNS[table.kind]
    if not table.over_units:
        return own
    return (Shown("unit", 3.2, text=True), *(one for one in own if one.column in table.columns))


def _facts(table: Table) -> tuple[tuple[str, str], ...]:
    facts = table.facts
    if table.over_units:
        return ()
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


def _each(share: float, *columns: str, text: bool = False) -> tuple[Shown, ...]:
    return tuple(Shown(column, share, text=text) for column in columns)


_FIELD_OR_SERVICE = lazy_gettext("Field or service")
_FIGURES = (
    *_each(1.2, "tickets", "dossiers", "received", "done", "no_show", "cancelled", "expired"), *_each(1.3, *TIMES),
)  # fmt: skip
COLUMNS: Mapping[str, tuple[Shown, ...]] = {
    "daily": (
        Shown("date", 1.5, text=True, content=_day_of("day")),
        Shown(
            "name", 2.6, _FIELD_OR_SERVICE, text=True,
            content=lambda row: gettext("Whole day") if row["group"] == "day" else row["name"],
        ),
        *_FIGURES,
    ),
    "sessions": (
        Shown("date", 1.4, text=True, content=_day_of("session")),
        Shown("name", 2.2, lazy_gettext("Session, field or service"), text=True),
        *_each(1.0, "cap", "caps_changed", *SESSION_COUNTS),
    ),
    "fields": (Shown("name", 2.6, _FIELD_OR_SERVICE, text=True), *_FIGURES),
    "counters": (
        Shown("counter", 0.8, text=True, content=lambda row: str(row["counter"])),
        Shown("name", 1.8, text=True),
        *_each(1.0, "visits", "dossiers", *TURNS),
        *_each(1.1, "open_s", "paused_s", "service_median_s", "service_p90_s"),
    ),
    "diversions": (
        Shown("date", 1.3, text=True, content=_day_of("day")),
        Shown("service", 1.6, text=True),
        Shown("name", 2.2, text=True),
        *_each(1.5, "decision", "to", text=True),
        # A version is one long word: blanks let it break where its parts meet.
        Shown("policy", 1.0, text=True, content=lambda row: words.say("policy", row["policy"].rpartition("@")[2])),
        *_each(1.0, *PERSONS, *IN_PERSON),
    ),
    "postal": (
        Shown("date", 1.3, text=True),
        Shown("number", 1.0, text=True),
        *_each(1.5, "form", "source", text=True),
        *_each(1.0, *FORMS),
        Shown("codes", 2.6, text=True, content=_codes),
        Shown("reason", 2.0, text=True),
    ),
    "hours": (
        Shown("hour", 1.0, text=True, content=lambda row: hour_text(row["hour"])),
        *_each(1.0, "issued", "called", "wait_median_s", "wait_p90_s", "visits", "service_median_s", "service_p90_s"),
    ),
    "satisfaction": (
        Shown("name", 3.0, lazy_gettext("Counter, field or service"), text=True, content=_rated),
        *_each(1.0, "number", "score_4", "score_3", "score_2", "score_1"),
        Shown("share", 1.2, lazy_gettext("Satisfied or better, percent"), content=satisfied),
    ),
    "estimates": (Shown("name", 2.6, _FIELD_OR_SERVICE, text=True), *_each(1.2, *TRUTH)),
    "goals": (
        Shown(
            "name", 2.6, lazy_gettext("Priority group"), text=True,
            content=lambda row: row["name"] or gettext("All others"),
        ),
        *_each(1.2, *GOALS),
    ),
    "difficulties": (
        Shown("date", 1.2, text=True),
        Shown("name", 1.4, lazy_gettext("Session"), text=True),
        Shown("at", 1.4, text=True),
        Shown("text", 6.0, text=True),
    ),
}  # fmt: skip
