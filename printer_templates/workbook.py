"""The same report as a spreadsheet: headings, one table with frozen head, numbers as numbers."""

from __future__ import annotations

import io
from datetime import datetime

from printer_templates.report import ReportPaper
from printer_templates.text import clean

STAMP = datetime(2000, 1, 1)


def report_xlsx(paper: ReportPaper) -> bytes:
    """One sheet. A text is always a text: none is taken for a formula."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.utils import get_column_letter

    book = Workbook()
    # Else the moment of writing would make two files of the same figures differ.
    book.properties.created = book.properties.modified = STAMP
    book.properties.title = clean(paper.title)
    sheet = book.active
    assert sheet is not None
    sheet.title = clean(paper.title)[:31].translate(str.maketrans("[]:*?/\\", "       ")) or "1"
    for text, bold in ((paper.unit, True), (paper.title, True), (paper.period, False)):
        sheet.append([clean(text)])
        sheet.cell(sheet.max_row, 1).font = Font(bold=bold, size=13 if bold else 11)
    head = sheet.max_row + 2
    line = Border(*[Side(style="thin", color="9AA4B2")] * 4)
    for number, column in enumerate(paper.columns, 1):
        cell = sheet.cell(head, number, clean(column.title))
        cell.font, cell.border = Font(bold=True), line
        cell.fill = PatternFill("solid", fgColor="E8EDF4")
        cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
        sheet.column_dimensions[get_column_letter(number)].width = max(10, column.share * 12)
    for row, content in enumerate(paper.lines, head + 1):
        for number, value in enumerate(content.cells, 1):
            cell = sheet.cell(row, number)
            cell.border = line
            cell.font = Font(bold=content.weight == "strong")
            if isinstance(value, str):
                cell.value = clean(value)
                cell.data_type = "s"
            else:
                cell.value = value
    sheet.freeze_panes = sheet.cell(head + 1, 1)
    foot = head + len(paper.lines) + 2
    for note in paper.notes:
        sheet.cell(foot, 1, clean(note)).data_type = "s"
        foot += 1
    for index, (role, _hint) in enumerate(paper.signatures):
        sheet.cell(foot + 1, 2 + index * max(1, len(paper.columns) // 2), clean(role)).font = Font(bold=True)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
