"""A printer's test page: the letters that printers get wrong, a QR code, and a ruler."""

from __future__ import annotations

from dataclasses import dataclass

from printer_templates import fonts, qr
from printer_templates.layout import DOTS_PER_MM, STYLES, Box, Code, Mark, Page, Text
from printer_templates.text import clean, wrap

# Every tone over every changed vowel, in both cases; d with its stroke; letters, figures and signs that look alike.
LETTERS = (
    "ẮẰẲẴẶ ẤẦẨẪẬ ẾỀỂỄỆ ỐỒỔỖỘ ỚỜỞỠỢ ỨỪỬỮỰ",
    "ắằẳẵặ ấầẩẫậ ếềểễệ ốồổỗộ ớờởỡợ ứừửữự",
    "ÁÀẢÃẠ ÍÌỈĨỊ ÝỲỶỸỴ áàảãạ íìỉĩị ýỳỷỹỵ Đđ",
    "The quick brown fox jumps over the lazy dog",
    "0O 1Il 5S 8B 0123456789 .,:;–“”()/%@",
)
NAME = "NGUYỄN THỊ KHUỲNH HƯỜNG – Quảng Nghĩa, Đắk Rlấp"


@dataclass(frozen=True, slots=True)
class Trial:
    """`lines` say which printer of which site it is, and when."""

    title: str
    lines: tuple[str, ...]
    url: str


def trial_page(trial: Trial, width_mm: int) -> Page:
    """The page as marks. Raises ValueError for a width other than 58 or 80, or a url too long for it."""
    if width_mm not in STYLES:
        raise ValueError(f"paper width must be 58 or 80 mm, not {width_mm}")
    fonts.register()
    style, marks, y = STYLES[width_mm], [], STYLES[width_mm].gap
    rows = [(trial.title, fonts.BOLD, style.title), *((line, fonts.TEXT, style.body) for line in trial.lines)]
    rows += [(NAME, fonts.BOLD, style.service), *((line, fonts.TEXT, style.small) for line in LETTERS)]
    for text, face, size in rows:
        y += style.gap // 2
        for line in wrap(clean(text), face, size, style.inner):
            width = fonts.width(line, face, size)
            baseline = y + round(size * fonts.ASCENT)
            marks.append(Text((style.width - width) / 2, baseline, width, line, face, size))
            y += round(size * fonts.LINE_HEIGHT)
    mark, y = _code(trial.url, style.width, y)
    ruler, y = _ruler(style.width, y)
    return Page(trial.title, width_mm, style.width, y + style.gap, (*marks, mark, *ruler))


def _code(url: str, width: int, y: int) -> tuple[Mark, int]:
    rows = qr.modules(url)
    module = min(6, width // (len(rows) + 2 * qr.QUIET_ZONE))
    if module < 3:
        raise ValueError("address too long for a QR code on this paper")
    side, quiet = len(rows) * module, qr.QUIET_ZONE * module
    return Code((width - side) // 2, y + quiet, module, len(rows), qr.runs(rows)), y + side + 2 * quiet


def _ruler(width: int, y: int) -> tuple[list[Mark], int]:
    """A line as wide as the head reaches, with a stroke each millimetre, longer ones each five and ten."""
    marks: list[Mark] = [Box(0, y, width, 2)]
    for millimetre in range(width // DOTS_PER_MM + 1):
        length = 40 if millimetre % 10 == 0 else 26 if millimetre % 5 == 0 else 14
        marks.append(Box(min(millimetre * DOTS_PER_MM, width - 1), y, 1, length))
    return marks, y + 48


def trial_escpos(
    trial: Trial, width_mm: int = 80, *, cut: bool = True, density: int | None = None, buzzer: bool = False
) -> bytes:
    """ESC/POS bytes, as a slip's. Raises ValueError as `trial_page` does."""
    from printer_templates import raster

    return raster.escpos(trial_page(trial, width_mm), raster.Finish(cut, density, buzzer))
