"""A short paper for the slips' printer, beside slips: a leaflet's short form, the figures of a day."""

from __future__ import annotations

from dataclasses import dataclass

from printer_templates import fonts
from printer_templates.layout import STYLES, Page, _Column
from printer_templates.text import clean


@dataclass(frozen=True, slots=True)
class Roll:
    """Plain data, every word translated; what is empty is left out. `parts` are headings with their lines."""

    unit: str
    title: str
    period: str = ""
    parts: tuple[tuple[str, tuple[str, ...]], ...] = ()
    strong: str = ""
    url: str = ""
    scan: str = ""
    foot: str = ""
    rehearsal: str = ""
    lang: str = "vi"


def roll_page(roll: Roll, width_mm: int) -> Page:
    """Raises ValueError for a width other than 58 or 80 mm, or an address too long for it."""
    if width_mm not in STYLES:
        raise ValueError(f"paper width must be 58 or 80 mm, not {width_mm}")
    fonts.register()
    column = _Column(STYLES[width_mm])
    style = column.style
    column.lines(roll.unit, fonts.BOLD, style.site)
    column.rule()
    column.banner(roll.rehearsal)
    column.lines(roll.title, fonts.BOLD, style.title)
    column.lines(roll.period, fonts.TEXT, style.body, above=style.gap // 3)
    for heading, lines in roll.parts:
        column.rule()
        column.lines(heading, fonts.BOLD, style.strong)
        column.space(style.gap // 3)
        column.notices(lines)
    column.rule()
    column.lines(roll.strong, fonts.BOLD, style.strong)
    column.code(roll.url)
    column.lines(roll.scan if roll.url else "", fonts.TEXT, style.body)
    column.rule()
    column.lines(roll.foot, fonts.TEXT, style.small)
    return column.page(clean(roll.title), width_mm, roll.lang)


def roll_escpos(
    roll: Roll, width_mm: int = 80, *, cut: bool = True, density: int | None = None, buzzer: bool = False
) -> bytes:
    """ESC/POS bytes, as a slip's. Raises ValueError as `roll_page` does."""
    from printer_templates import raster

    return raster.escpos(roll_page(roll, width_mm), raster.Finish(cut, density, buzzer))
