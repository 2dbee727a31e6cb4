"""What a report says: plain data, every word translated; and its figures as people read them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime, time

from printer_templates.text import clean

Cell = str | int | float | date | datetime | time | None
COLUMNS, WITHIN, ROWS, STACK = "columns", "within", "rows", "stack"
KINDS = (COLUMNS, WITHIN, ROWS, STACK)


@dataclass(frozen=True, slots=True)
class Series:
    """A measure with one value for each label of its chart; None is no figure, which is not 0."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Plain data, every word translated. `kind` is one of KINDS:

    `columns` standing bars side by side, for labels in an order of time; `within` standing bars of the first
    series inside the frame of the second (what is used, of what there is); `rows` lying bars side by side,
    for names of any length; `stack` a lying bar for each label, as long as all of it, the series its parts.
    `unit` is said after the title, `empty` in place of bars when there are none. `goal` is a value with a line of
    its own in `columns`, `within` and `rows`. Raises ValueError for a kind that there is not, and for a series
    that has not one value for each label.
    """

    kind: str
    title: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str = ""
    goal: float | None = None
    goal_name: str = ""
    decimal_mark: str = ","
    empty: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no such kind of chart: {self.kind!r}")
        if not self.series or any(len(one.values) != len(self.labels) for one in self.series):
            raise ValueError("each series has one value for each label")

    @property
    def drawn(self) -> bool:
        """Whether there is a bar to draw: a chart without one is left out."""
        return any(value for one in self.series for value in one.values)


@dataclass(frozen=True, slots=True)
class Column:
    """`share` is the column's part of the width; numbers stand on the right."""

    title: str
    share: float = 1.0
    right: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """`weight` is plain, strong (a day, a total) or quiet (a part of the line above)."""

    cells: tuple[Cell, ...]
    weight: str = "plain"


@dataclass(frozen=True, slots=True)
class ReportPaper:
    """All that is printed, already translated. `page` has the placeholders {page} and {pages}.

    `totals` are the cells of one line that closes the table, `empty` is said instead of lines when there are
    none, `facts` stand above the table as "name: value". `signatures` are (role, hint) from left to right.
    `orientation` is "portrait", "landscape", or "" for what the table needs. `rehearsal` is a word that is
    set across every page when the figures are not of real days, "" otherwise. `number` is the line for the
    document's number below the unit.
    """

    nation: tuple[str, str]
    superior: str
    unit: str
    title: str
    period: str
    columns: tuple[Column, ...] = ()
    lines: tuple[Line, ...] = ()
    place_and_date: str = ""
    notes: tuple[str, ...] = ()
    signatures: tuple[tuple[str, str], ...] = ()
    page: str = "{page}/{pages}"
    decimal_mark: str = ","
    totals: tuple[Cell, ...] = ()
    charts: tuple[Chart, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    empty: str = ""
    number: str = ""
    orientation: str = ""
    rehearsal: str = ""
    lang: str = "vi"


# A datetime is a date too: the narrower kind comes first.
SPOKEN = {datetime: "%d/%m/%Y %H:%M", date: "%d/%m/%Y", time: "%H:%M"}


def shown(cell: Cell, decimal_mark: str, decimals: int = 0) -> str:
    """A cell as people read it: thousands apart, `decimals` for what is not a whole number by nature; days as
    dd/mm/yyyy, times as hh:mm."""
    if cell is None or isinstance(cell, str):
        return clean(cell or "")
    if not isinstance(cell, int | float):
        return cell.strftime(next(form for kind, form in SPOKEN.items() if isinstance(cell, kind)))
    text = f"{cell:,.{decimals}f}" if isinstance(cell, float) else f"{cell:,d}"
    return text.translate(str.maketrans(",.", ".,")) if decimal_mark == "," else text


def decimals_of(paper: ReportPaper, column: int) -> int:
    """How many decimals the column's figures have, at most 2: all its lines have as many."""
    found = 0
    for cells in (*(line.cells for line in paper.lines), paper.totals):
        cell = cells[column] if column < len(cells) else None
        if isinstance(cell, float) and not cell.is_integer():
            found = max(found, 1 if math.isclose(round(cell, 1), cell) else 2)
    return found
