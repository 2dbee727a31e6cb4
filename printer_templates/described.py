"""What a PDF says of itself: its language and title, for who has it read aloud."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas


def describe(canvas: Canvas, title: str, author: str = "") -> None:
    """The title stands in the window instead of the file's name. The text is in reading order, but reportlab writes
    no structure tree (its pages have no place for one): MarkInfo says so, and a reader goes by the text itself."""
    from reportlab.pdfbase.pdfdoc import PDFDictionary

    canvas.setTitle(title)
    canvas.setAuthor(author)
    canvas.setViewerPreference("DisplayDocTitle", "true")
    canvas._doc.Catalog.MarkInfo = PDFDictionary({"Marked": "false"})
