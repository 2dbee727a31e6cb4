"""A leaflet of a plan, or of how to take a number: A5 upright, on both sides where one is too small.

As PDF for the printer, and as SVG for a look at it on a screen.
"""

from __future__ import annotations

import io
from html import escape
from typing import TYPE_CHECKING

from reportlab.lib.colors import HexColor

from printer_templates import fonts
from printer_templates.leaflet_layout import (
    HEIGHT,
    POINT,
    WIDTH,
    Code,
    Fill,
    Leaflet,
    LeafletCode,
    Mark,
    Section,
    Text,
    sides,
)
from printer_templates.pdf import _drawing
from printer_templates.tagged import TaggedCanvas
from printer_templates.text import clean

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

__all__ = ["Leaflet", "LeafletCode", "Section", "leaflet_pdf", "leaflet_svg"]


def leaflet_pdf(leaflet: Leaflet) -> bytes:
    """A page for each side; the same leaflet gives the same bytes. Raises ValueError for an address that no QR
    code holds."""
    pages = sides(leaflet)
    out = io.BytesIO()
    with _drawing:
        size = (WIDTH / POINT, HEIGHT / POINT)
        canvas = TaggedCanvas(out, size, leaflet.lang, clean(leaflet.title), clean(leaflet.unit))
        for marks in pages:
            canvas.scale(1 / POINT, 1 / POINT)
            for piece in _pieces(marks):
                _draw_piece(canvas, piece)
            canvas.showPage()
        canvas.save()
    return out.getvalue()


def _pieces(marks: list[Mark]) -> list[list[Mark]]:
    """Lines that go on stand with the line that they follow."""
    pieces: list[list[Mark]] = []
    for mark in marks:
        if isinstance(mark, Text) and not mark.kind:
            pieces[-1].append(mark)
        else:
            pieces.append([mark])
    return pieces


def _draw_piece(canvas: TaggedCanvas, piece: list[Mark]) -> None:
    first = piece[0]
    kind = "Figure" if isinstance(first, Code) else first.kind if isinstance(first, Text) else ""
    with canvas.piece(kind, first.url if isinstance(first, Code) else "") if kind else canvas.aside():
        for mark in piece:
            _draw(canvas, mark)


def _draw(canvas: Canvas, mark: Mark) -> None:
    if isinstance(mark, Code):
        path = "".join(f"{x} {y} {length} 1 re\n" for x, y, length in mark.runs)
        canvas.setFillColor(HexColor("#000000"))
        canvas.addLiteral(f"q {mark.module:.3f} 0 0 -{mark.module:.3f} {mark.x} {HEIGHT - mark.y} cm\n{path}f Q")
        return
    canvas.setFillColor(HexColor(mark.colour))
    if isinstance(mark, Fill):
        canvas.roundRect(mark.x, HEIGHT - mark.y - mark.height, mark.width, mark.height, mark.radius, stroke=0, fill=1)
    else:
        canvas.setFont(mark.face, mark.size)
        canvas.drawString(round(mark.x, 1), HEIGHT - mark.baseline, mark.text)


def leaflet_svg(leaflet: Leaflet, side: int = 1) -> str:
    """One side as a picture, "" when there is no such side. Words keep the paper's width in any font."""
    pages = sides(leaflet)
    if not 1 <= side <= len(pages):
        return ""
    drawn = "".join(_svg(mark) for mark in pages[side - 1])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="Be Vietnam Pro, sans-serif">'
        f'<path fill="#fff" d="M0 0h{WIDTH}v{HEIGHT}H0z"/>{drawn}</svg>'
    )


def _svg(mark: Mark) -> str:
    if isinstance(mark, Code):
        path = "".join(f"M{x} {y}h{length}v1h-{length}z" for x, y, length in mark.runs)
        return f'<path transform="translate({mark.x} {mark.y}) scale({mark.module:.3f})" d="{path}"/>'
    if isinstance(mark, Fill):
        return (
            f'<rect x="{mark.x}" y="{mark.y}" width="{mark.width}" height="{mark.height}" rx="{mark.radius}" '
            f'fill="{mark.colour}"/>'
        )
    weight = 700 if mark.face == fonts.BOLD else 500
    return (
        f'<text x="{mark.x:.0f}" y="{mark.baseline}" font-size="{mark.size}" font-weight="{weight}" '
        f'textLength="{mark.width:.0f}" lengthAdjust="spacingAndGlyphs" fill="{mark.colour}">{escape(mark.text)}</text>'
    )
