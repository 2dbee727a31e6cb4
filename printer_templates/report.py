"""Reports as an office signs them: the national heading, the unit, a title, a table, two or more signatures,
page numbers. Drawn by reportlab's platypus for PDF; `workbook` writes the same as XLSX."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from printer_templates import fonts
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
    """All that is printed, already translated. `page` has the placeholders {page} and {pages}."""

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


def report_pdf(paper: ReportPaper) -> bytes:
    """A4, lying; the table's head stands on every page. The same paper gives the same bytes."""
    from reportlab.lib.pagesizes import A4, landscape
    from reportlab.lib.units import mm
    from reportlab.platypus import SimpleDocTemplate

    fonts.register()
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out, pagesize=landscape(A4), leftMargin=15 * mm, rightMargin=15 * mm, topMargin=14 * mm,
        bottomMargin=16 * mm, title=clean(paper.title), author=clean(paper.unit), invariant=1,
    )  # fmt: skip
    document.build(_story(paper, document.width), canvasmaker=_numbered(paper.page))
    return out.getvalue()


def _numbered(label: str) -> Any:
    """A canvas that knows how many pages there are: it writes their numbers once all are drawn."""
    from reportlab.pdfgen.canvas import Canvas

    class Numbered(Canvas):
        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, **named)
            self._drawn: list[dict[str, Any]] = []

        def showPage(self) -> None:
            self._drawn.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for number, state in enumerate(self._drawn, 1):
                self.__dict__.update(state)
                self.setFont(fonts.TEXT, 8)
                text = label.format(page=number, pages=len(self._drawn))
                self.drawRightString(self._pagesize[0] - 42, 26, clean(text))
                super().showPage()
            super().save()

    return Numbered


def _story(paper: ReportPaper, width: float) -> list[Any]:
    from reportlab.platypus import Spacer

    story = [_heading(paper, width), Spacer(1, 14), *_title(paper), Spacer(1, 10), _table(paper, width)]
    story.append(Spacer(1, 8))
    story += [_paragraph(note, 8.5, left=True) for note in paper.notes]
    if paper.signatures:
        story += [Spacer(1, 12), _signatures(paper, width)]
    return story


def _paragraph(text: str, size: float, *, bold: bool = False, left: bool = False, quiet: bool = False) -> Any:
    from reportlab.lib.colors import HexColor
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph

    style = ParagraphStyle(
        f"{size}{bold}{left}", fontName=fonts.BOLD if bold else fonts.TEXT, fontSize=size, leading=size * 1.35,
        alignment=0 if left else 1, textColor=HexColor("#5a6473" if quiet else "#111827"),
    )  # fmt: skip
    escaped = clean(text).replace("&", "&amp;").replace("<", "&lt;")
    return Paragraph(escaped, style)


def _heading(paper: ReportPaper, width: float) -> Any:
    from reportlab.platypus import Table

    unit = [_paragraph(paper.superior, 10)] if paper.superior else []
    unit.append(_paragraph(paper.unit, 10, bold=True))
    nation = [_paragraph(paper.nation[0], 10, bold=True), _paragraph(paper.nation[1], 10.5, bold=True)]
    if paper.place_and_date:
        nation.append(_paragraph(paper.place_and_date, 9.5, quiet=True))
    return Table([[unit, nation]], colWidths=[width * 0.44, width * 0.56], style=[("VALIGN", (0, 0), (-1, -1), "TOP")])


def _title(paper: ReportPaper) -> list[Any]:
    return [_paragraph(paper.title, 15, bold=True), _paragraph(paper.period, 10.5)]


def _table(paper: ReportPaper, width: float) -> Any:
    from reportlab.lib.colors import HexColor
    from reportlab.platypus import Table

    shares = sum(column.share for column in paper.columns)
    rows: list[Sequence[Any]] = [[_paragraph(column.title, 7.5, bold=True) for column in paper.columns]]
    rows += [[_shown(cell, line.weight, paper.decimal_mark) for cell in line.cells] for line in paper.lines]
    style: list[Any] = [
        ("FONT", (0, 1), (-1, -1), fonts.TEXT, 8.5),
        ("GRID", (0, 0), (-1, -1), 0.4, HexColor("#9aa4b2")),
        ("BACKGROUND", (0, 0), (-1, 0), HexColor("#e8edf4")),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("TOPPADDING", (0, 1), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 1), (-1, -1), 3),
    ]
    style += [("ALIGN", (i, 1), (i, -1), "RIGHT") for i, column in enumerate(paper.columns) if column.right]
    for number, line in enumerate(paper.lines, 1):
        if line.weight == "strong":
            style.append(("FONT", (0, number), (-1, number), fonts.BOLD, 8.5))
            style.append(("BACKGROUND", (0, number), (-1, number), HexColor("#f5f7fa")))
    return Table(rows, colWidths=[width * c.share / shares for c in paper.columns], repeatRows=1, style=style)


def _shown(cell: Cell, weight: str, decimal_mark: str) -> Any:
    if isinstance(cell, str):
        return _paragraph(cell, 8.5, bold=weight == "strong", left=True)
    return "" if cell is None else f"{cell:g}".replace(".", decimal_mark) if isinstance(cell, float) else str(cell)


def _signatures(paper: ReportPaper, width: float) -> Any:
    from reportlab.platypus import KeepTogether, Spacer, Table

    blocks = [
        [_paragraph(role, 10, bold=True), _paragraph(hint, 9, quiet=True), Spacer(1, 54)]
        for role, hint in paper.signatures
    ]
    return KeepTogether(Table([blocks], colWidths=[width / len(blocks)] * len(blocks)))
