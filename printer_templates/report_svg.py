"""A report's chart for a page: the same picture as on paper, from the same drawing."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape, quoteattr

from printer_templates import fonts
from printer_templates.report_charts import described, drawing
from printer_templates.report_content import Chart

FONT = "'Be Vietnam Pro', 'Noto Sans', 'DejaVu Sans', sans-serif"


def height(chart: Chart, width: int = 520, size: float = 13) -> int:
    """How tall `svg` makes it."""
    return round(drawing(chart, width, size).height)


def svg(chart: Chart, width: int = 520, size: float = 13) -> str:
    """The same picture for a page: presentation attributes only, no style, no script, nothing from outside."""
    picture = drawing(chart, width, size)
    tall = picture.height
    body = "".join(_element(shape, tall) for shape in picture.contents)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {tall:.0f}" width="{width}"'
        f' height="{tall:.0f}" overflow="visible" role="img" aria-label={quoteattr(described(chart))}'
        f' font-family="{FONT}">{body}</svg>'
    )


def _element(shape: Any, tall: float) -> str:
    """A shape of a drawing as SVG, whose y runs down."""
    kind = type(shape).__name__
    if kind == "Rect":
        line = shape.strokeColor
        stroke = f' stroke="{_hex(line)}" stroke-width="{shape.strokeWidth:.1f}"' if line else ""
        return (
            f'<rect x="{shape.x:.1f}" y="{tall - shape.y - shape.height:.1f}" width="{shape.width:.1f}"'
            f' height="{shape.height:.1f}" fill="{_hex(shape.fillColor)}"{stroke}/>'
        )
    if kind == "Line":
        dash = f' stroke-dasharray="{" ".join(map(str, shape.strokeDashArray))}"' if shape.strokeDashArray else ""
        return (
            f'<path d="M{shape.x1:.1f} {tall - shape.y1:.1f}L{shape.x2:.1f} {tall - shape.y2:.1f}" fill="none"'
            f' stroke="{_hex(shape.strokeColor)}" stroke-width="{shape.strokeWidth:.1f}"{dash}/>'
        )
    bold = ' font-weight="600"' if shape.fontName == fonts.BOLD else ""
    anchor = "" if shape.textAnchor == "start" else f' text-anchor="{shape.textAnchor}"'
    # An image loads no font of the page: whatever letters stand in for ours take the room that was measured.
    long = fonts.width(shape.text, shape.fontName, shape.fontSize)
    room = f' textLength="{long:.1f}" lengthAdjust="spacingAndGlyphs"' if len(shape.text) > 1 else ""
    return (
        f'<text x="{shape.x:.1f}" y="{tall - shape.y:.1f}"{anchor} fill="{_hex(shape.fillColor)}"'
        f' font-size="{shape.fontSize:.1f}"{bold}{room}>{escape(shape.text)}</text>'
    )


def _hex(colour: Any) -> str:
    return f"#{colour.hexval()[2:]}"
