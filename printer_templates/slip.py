"""A slip as PDF, as PNG and as an ESC/POS raster.

reportlab, qrcode and Pillow are imported when a slip is first rendered, so that a command which prints
nothing does not pay for them; a server calls `warm()` at its start.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from printer_templates.slip_content import Slip, SlipLabels

PAPER_WIDTHS_MM = (58, 80)


def slip_pdf(slip: Slip, width_mm: int = 80) -> bytes:
    """PDF of one page, `width_mm` wide and as long as its content; the same slip gives the same bytes.

    Raises ValueError for a width other than 58 or 80, an empty number, or a url too long for a code on that
    paper (some 900 bytes for 58 mm, 2,300 for 80 mm).
    """
    from printer_templates import layout, pdf

    return pdf.render(layout.compose(slip, width_mm))


def slip_png(slip: Slip, width_mm: int = 80) -> bytes:
    """1-bit PNG at 203 dpi of what the print head reaches: 384 dots wide for 58 mm paper, 576 for 80 mm.

    Raises ValueError as `slip_pdf` does.
    """
    from printer_templates import layout, raster

    return raster.png(layout.compose(slip, width_mm))


def slip_escpos(
    slip: Slip, width_mm: int = 80, *, cut: bool = True, density: int | None = None, buzzer: bool = False
) -> bytes:
    """ESC/POS bytes: initialise, the PNG's pixels as raster bands, feed past the cutter, partial cut.

    Raises ValueError as `slip_pdf` does.
    """
    from printer_templates import layout, raster

    return raster.escpos(layout.compose(slip, width_mm), raster.Finish(cut, density, buzzer))


def warm() -> None:
    """Register the fonts and fill the caches, so that the first citizen's slip is as fast as the next."""
    texts: dict[str, Any] = {field.name: "Số" for field in fields(Slip) if field.type == "str"}
    labels = SlipLabels(title="Số", scan="Số", not_a_receipt="Số", thanks="Số")
    sample = Slip(**texts, labels=labels, notices=("Số",))
    for width_mm in PAPER_WIDTHS_MM:
        slip_pdf(sample, width_mm)
        slip_png(sample, width_mm)
