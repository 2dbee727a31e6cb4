"""Reports as an office signs them, in the form of an administrative document (Nghị định 30/2020/NĐ-CP, Phụ lục I,
as far as it concerns a report): national heading, unit, place and date, title, table, signatures, page numbers.
`report_pdf` draws the PDF; `workbook` writes the same as XLSX."""

from __future__ import annotations

import math
from dataclasses import dataclass

from printer_templates.report_charts import Chart
from printer_templates.text import clean

Cell = str | int | float | None


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
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
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


def report_pdf(paper: ReportPaper) -> bytes:
    """A4. The table's head stands on every page that has a line of it, and the signatures never stand on a page
    without one. The same paper gives the same bytes."""
    from printer_templates.report_pages import pdf

    return pdf(paper)


def shown(cell: Cell, decimal_mark: str, decimals: int = 0) -> str:
    """A cell as people read it: thousands apart, `decimals` for what is not a whole number by nature."""
    if cell is None or isinstance(cell, str):
        return clean(cell or "")
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
