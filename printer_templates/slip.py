"""What a slip says, and the three ways to render it.

reportlab, qrcode and Pillow are imported when a slip is first rendered, so that a command which prints
nothing does not pay for them; a server calls `warm()` at its start.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

PAPER_WIDTHS_MM = (58, 80)


@dataclass(frozen=True, slots=True)
class SlipLabels:
    """The fixed texts of a slip, already in the ticket's language."""

    title: str
    scan: str
    not_a_receipt: str
    thanks: str


@dataclass(frozen=True, slots=True)
class Slip:
    """One queue slip. Every text is ready to print; an empty one is left out with its space.

    `number` is what console, wall and voice say too; `url` is the ticket's phone page and goes into the QR
    code unchanged. `procedure_name` stays empty for sensitive fields. `processing_time`
    is how long the office may take, apart from `expected`; `late` stands under it. `rehearsal` becomes a black
    banner.
    """

    number: str
    site_name: str
    url: str
    labels: SlipLabels
    service_name: str
    procedure_name: str = ""
    dossiers: str = ""
    session_name: str = ""
    issued: str = ""
    ahead: str = ""
    expected: str = ""
    processing_time: str = ""
    late: str = ""
    notices: tuple[str, ...] = ()
    hotline: str = ""
    rehearsal: str = ""


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


def slip_escpos(slip: Slip, width_mm: int = 80) -> bytes:
    """ESC/POS bytes: initialise, the PNG's pixels as raster bands, feed past the cutter, partial cut.

    Raises ValueError as `slip_pdf` does.
    """
    from printer_templates import layout, raster

    return raster.escpos(layout.compose(slip, width_mm))


def warm() -> None:
    """Register the fonts and fill the caches, so that the first citizen's slip is as fast as the next."""
    texts = {field.name: "Số" for field in fields(Slip) if field.type == "str"}
    labels = SlipLabels(title="Số", scan="Số", not_a_receipt="Số", thanks="Số")
    sample = Slip(**texts, labels=labels, notices=("Số",))
    for width_mm in PAPER_WIDTHS_MM:
        slip_pdf(sample, width_mm)
        slip_png(sample, width_mm)
