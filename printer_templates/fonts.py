"""Be Vietnam Pro for both renderers, and the one set of widths that the layout measures with."""

from __future__ import annotations

import threading
from functools import cache, lru_cache
from pathlib import Path

import fontpkg_be_vietnam_pro
from PIL import ImageFont
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

TEXT = "BeVietnamPro-Medium"
BOLD = "BeVietnamPro-Bold"

# Shares of the em: the height of a digit or capital; of a Vietnamese capital with its marks; of a whole line.
CAP_HEIGHT = 0.74
ASCENT = 1.05
LINE_HEIGHT = 1.3

_registering = threading.Lock()
_widths: dict[str, dict[int, float]] = {}


def _file(face: str) -> Path:
    return Path(fontpkg_be_vietnam_pro.ROOT) / "files" / f"{face}.ttf"


def register() -> None:
    """Register both faces with reportlab, once for the process."""
    if len(_widths) == 2:
        return
    with _registering:
        for face in (TEXT, BOLD):
            if face not in _widths:
                # With asciiReadable every PDF would carry the 95 printable ASCII glyphs twice.
                font = TTFont(face, str(_file(face)), asciiReadable=0)
                pdfmetrics.registerFont(font)
                _widths[face] = font.face.charWidths


@cache
def pillow(face: str, size: int) -> ImageFont.FreeTypeFont:
    """The face at `size` dots an em. Pillow's own line layout: the same pixels with and without libraqm."""
    return ImageFont.truetype(str(_file(face)), size, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=8192)
def width(text: str, face: str, size: float) -> float:
    """Advance width of `text` in the unit of `size`, unkerned, as the PDF will show it."""
    widths = _widths[face]
    return sum([widths.get(ord(char), 500) for char in text]) * size / 1000
