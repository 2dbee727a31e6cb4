"""The same report as a spreadsheet: heading, one table with a frozen head, numbers as numbers, ready to print."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, datetime, time
from typing import Any

from printer_templates.report_content import Cell, ReportPaper, decimals_of, shown
from printer_templates.text import clean

STAMP = datetime(2000, 1, 1)
A4_PAPER = 9
NARROWEST, WIDEST = 9.0, 46.0
FORMATS = ("#,##0", "#,##0.0", "#,##0.00")
# A datetime is a date too: the narrower kind comes first.
MOMENTS = {datetime: "dd/mm/yyyy hh:mm", date: "dd/mm/yyyy", time: "hh:mm"}
ILLEGAL = str.maketrans("[]:*?/\\", "       ")


def report_xlsx(paper: ReportPaper) -> bytes:
    """One sheet. A text is always a text: none is taken for a formula; days and times are the spreadsheet's own.
    Signs for thousands and decimals are the reader's own. The same paper gives the same bytes."""
    from openpyxl import Workbook

    book = Workbook()
    book.properties.created = STAMP
    book.properties.title = clean(paper.title)
    sheet = book.active
    assert sheet is not None
    sheet.title = clean(paper.title)[:31].translate(ILLEGAL).strip(" '") or "1"
    head = _heading(sheet, paper)
    last = _table(sheet, paper, head)
    _foot(sheet, paper, last + 2)
    _for_print(sheet, paper, head)
    out = io.BytesIO()
    book.save(out)
    return _timeless(out.getvalue())


def _timeless(book: bytes) -> bytes:
    """Without the moment of writing, which the library puts beside each part and, whatever it was told, into the
    properties: two files of the same figures are the same."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as written, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in written.namelist():
            content = written.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + f"{STAMP:%FT%TZ}".encode(), content)
            part = zipfile.ZipInfo(name, STAMP.timetuple()[:6])
            part.compress_type = zipfile.ZIP_DEFLATED
            made.writestr(part, content)
    return out.getvalue()


def _heading(sheet: Any, paper: ReportPaper) -> int:
    """Unit on the left, nation on the right, the title over both; the row of the table's head."""
    wide = max(2, len(paper.columns))
    half = max(1, wide // 2)
    left = [(paper.superior, False), (paper.unit, True), (paper.number, False)]
    right = [(paper.nation[0], True), (paper.nation[1], True), (paper.place_and_date, False)]
    lines = [pair for pair in zip(left, right, strict=True) if pair[0][0] or pair[1][0]]
    for row, ((unit, strong), (nation, loud)) in enumerate(lines, 1):
        _across(sheet, row, 1, half, unit, bold=strong)
        _across(sheet, row, half + 1, wide, nation, bold=loud)
    row = len(lines) + 2
    _across(sheet, row, 1, wide, paper.title, bold=True, size=14)
    _across(sheet, row + 1, 1, wide, paper.period, italic=True)
    row += 2
    if paper.rehearsal:
        _across(sheet, row, 1, wide, paper.rehearsal, bold=True, size=14, tone="8D0F18")
        row += 1
    for name, value in paper.facts:
        _text(sheet, row, 1, f"{name}: {value}")
        row += 1
    return row + 1


def _across(
    sheet: Any, row: int, first: int, last: int, text: str, *, bold: bool = False, italic: bool = False,
    size: int = 11, tone: str = "111111",
) -> None:  # fmt: skip
    from openpyxl.styles import Alignment, Font

    cell = _text(sheet, row, first, text)
    cell.font = Font(bold=bold, italic=italic, size=size, color=tone)
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    if last > first:
        sheet.merge_cells(start_row=row, start_column=first, end_row=row, end_column=last)
    if len(text) > 60 and size > 11:
        sheet.row_dimensions[row].height = 40


def _text(sheet: Any, row: int, column: int, text: str) -> Any:
    cell = sheet.cell(row, column, clean(text))
    if cell.value:
        cell.data_type = "s"
    return cell


def _table(sheet: Any, paper: ReportPaper, head: int) -> int:
    """The last row of it."""
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.utils import get_column_letter

    line = Border(*[Side(style="thin", color="4B5563")] * 4)
    fill = PatternFill("solid", fgColor="E9EDF2")
    for at, column in enumerate(paper.columns):
        cell = _text(sheet, head, at + 1, column.title)
        cell.font, cell.border, cell.fill = Font(bold=True), line, fill
        cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
        sheet.column_dimensions[get_column_letter(at + 1)].width = _width(paper, at)
    rows = [(one.cells, one.weight == "strong") for one in paper.lines]
    if paper.totals:
        rows.append((paper.totals, True))
    if not rows and paper.empty:
        rows.append(((paper.empty,), False))
    # One object of each kind for all cells: the library looks every new one up among those it has.
    plain, bold = Font(), Font(bold=True)
    wrapped, flat = (
        [Alignment(wrap_text=wrap, vertical="center", horizontal="right" if c.right else None) for c in paper.columns]
        for wrap in (True, False)
    )
    formats = [FORMATS[decimals_of(paper, at)] for at in range(len(paper.columns))]
    for row, (cells, strong) in enumerate(rows, head + 1):
        for at in range(len(paper.columns)):
            cell = sheet.cell(row, at + 1)
            _fill(cell, cells[at] if at < len(cells) else None, formats[at])
            cell.alignment = (wrapped if isinstance(cell.value, str) else flat)[at]
            cell.font, cell.border = bold if strong else plain, line
    sheet.freeze_panes = sheet.cell(head + 1, 1)
    return head + len(rows)


def _fill(cell: Any, value: Cell, number_format: str) -> None:
    if isinstance(value, str):
        cell.value = clean(value)
        if cell.value:
            cell.data_type = "s"
    elif value is not None:
        moment = next((form for kind, form in MOMENTS.items() if isinstance(value, kind)), None)
        cell.value, cell.number_format = value, moment or number_format


def _width(paper: ReportPaper, at: int) -> float:
    """In letters: what the column's texts need, long ones in several lines."""
    cells = [line.cells[at] for line in paper.lines if at < len(line.cells)]
    longest = max((len(shown(cell, ".", decimals_of(paper, at))) for cell in cells if cell is not None), default=0)
    title = clean(paper.columns[at].title)
    word = max((len(word) for word in title.split(" ")), default=0)
    return min(WIDEST, max(NARROWEST, longest * 1.15 + 2, word * 1.2 + 2, len(title) * 0.55))


def _foot(sheet: Any, paper: ReportPaper, row: int) -> None:
    from openpyxl.styles import Alignment, Font

    for note in paper.notes:
        _text(sheet, row, 1, note).font = Font(italic=True)
        row += 1
    wide = max(len(paper.signatures), len(paper.columns))
    for index, (role, hint) in enumerate(paper.signatures):
        first = 1 + index * wide // len(paper.signatures)
        last = max(first, (index + 1) * wide // len(paper.signatures))
        _across(sheet, row + 1, first, last, role, bold=True)
        _across(sheet, row + 2, first, last, hint, italic=True)
        sheet.cell(row + 1, first).alignment = Alignment(horizontal="center")


def _for_print(sheet: Any, paper: ReportPaper, head: int) -> None:
    """A4, as wide as the sheet, the table's head on every page."""
    sheet.page_setup.paperSize = A4_PAPER
    wide = sum(_width(paper, at) for at in range(len(paper.columns)))
    sheet.page_setup.orientation = paper.orientation or ("landscape" if wide > 95 else "portrait")
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{head}:{head}"
    sheet.print_options.horizontalCentered = True
    sheet.oddFooter.right.text = "&P/&N"
    sheet.page_margins.left, sheet.page_margins.right = 1.18, 0.6
