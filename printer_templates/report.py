"""Reports as an office signs them, in the form of an administrative document (Nghị định 30/2020/NĐ-CP, Phụ lục I,
as far as it concerns a report): national heading, unit, place and date, title, table, signatures, page numbers.
`report_pdf` draws the PDF; `workbook` writes the same as XLSX."""

from __future__ import annotations

from printer_templates.report_content import ReportPaper


def report_pdf(paper: ReportPaper) -> bytes:
    """A4. The table's head stands on every page that has a line of it, and the signatures never stand on a page
    without one. The same paper gives the same bytes."""
    from printer_templates.report_pages import pdf

    return pdf(paper)
