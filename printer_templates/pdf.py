"""A laid out page as PDF by reportlab's canvas."""

from __future__ import annotations

import io
import threading
from itertools import groupby
from typing import TYPE_CHECKING

from reportlab import rl_config
from reportlab.lib.units import mm

from printer_templates import logos
from printer_templates.layout import DOTS_PER_MM, Box, Code, Mark, Page, Picture, Text
from printer_templates.tagged import TaggedCanvas

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

# Text armour for streams: a quarter more bytes and a tenth of the time, for channels that no longer exist.
rl_config.useA85 = 0

# A registered face seeks in its one file buffer while it is subset: two threads would mix their glyphs up.
_drawing = threading.Lock()


def render(page: Page) -> bytes:
    """One PDF page, the paper's width wide; the same page gives the same bytes."""
    dot = mm / DOTS_PER_MM
    paper = (page.paper_mm * mm, page.height * dot)
    out = io.BytesIO()
    with _drawing:
        canvas = TaggedCanvas(out, paper, page.lang, page.title)
        for without in (canvas.setSubject, canvas.setCreator, canvas.setKeywords):
            without("")
        canvas.setViewerPreference("PrintScaling", "None")
        canvas.translate((paper[0] - page.width * dot) / 2, 0)
        canvas.scale(dot, dot)
        for kind, marks in groupby(page.marks, lambda mark: _kind(page, mark)):
            _piece(canvas, page, kind, list(marks))
        canvas.save()
    return out.getvalue()


def _kind(page: Page, mark: Mark) -> str:
    if isinstance(mark, Text):
        return "H1" if mark.text == page.title else "P"
    return "Figure" if isinstance(mark, Code) else ""


def _piece(canvas: TaggedCanvas, page: Page, kind: str, marks: list[Mark]) -> None:
    """Lines that follow each other are one piece; grounds, rules and the logo are for the eye alone."""
    alt = "".join(mark.url for mark in marks if isinstance(mark, Code))
    with canvas.piece(kind, alt) if kind else canvas.aside():
        for mark in marks:
            _draw(canvas, page, mark)


def _draw(canvas: Canvas, page: Page, mark: Mark) -> None:
    if isinstance(mark, Text):
        _text(canvas, page, mark)
    elif isinstance(mark, Box):
        canvas.rect(mark.x, page.height - mark.y - mark.height, mark.width, mark.height, stroke=0, fill=1)
    elif isinstance(mark, Picture):
        _path(canvas, page, mark, 1, logos.runs(mark.width, mark.dots))
    else:
        _path(canvas, page, mark, mark.module, mark.runs)


def _text(canvas: Canvas, page: Page, mark: Text) -> None:
    if mark.white:
        canvas.setFillGray(1)
    line = canvas.beginText(round(mark.x, 1), page.height - mark.baseline)
    line.setFont(mark.face, mark.size)
    if mark.stretch == 1.0:
        line.textOut(mark.text)
    else:
        # The scale outlives the text object: set it back.
        line.setHorizScale(round(100 * mark.stretch, 2))
        line.textOut(mark.text)
        line.setHorizScale(100)
    canvas.drawText(line)
    if mark.white:
        canvas.setFillGray(0)


def _path(canvas: Canvas, page: Page, mark: Code | Picture, dots: int, runs: list[tuple[int, int, int]]) -> None:
    """All dark runs as one path, written in modules of so many dots from the mark's top left corner."""
    path = "".join(f"{x} {y} {length} 1 re\n" for x, y, length in runs)
    canvas.addLiteral(f"q {dots} 0 0 -{dots} {mark.x} {page.height - mark.y} cm\n{path}f Q")
