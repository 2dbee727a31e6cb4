"""A laid out page as pixels by Pillow: PNG, and ESC/POS for thermal printers."""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageDraw

from printer_templates import fonts
from printer_templates.layout import Box, Code, Page, Picture, Text

DPI = 203
BAND = 128  # rows in one raster command; cheap printers lose what exceeds their buffer
_INITIALISE = b"\x1b@"
_FEED_4_LINES = b"\x1bd\x04"
_PARTIAL_CUT = b"\x1dV\x01"
_DENSITY = b"\x1d(K\x02\x00\x31"
_TWO_BEEPS = b"\x1bB\x02\x02"
# In a picture these dots would be a command in real time, carried out before what stands ahead of them.
_REAL_TIME = re.compile(rb"\x10(?=[\x04\x05\x14])")
_INVERT = bytes(255 - value for value in range(256))


@dataclass(frozen=True, slots=True)
class Finish:
    """What a printer does beside the picture; `density` from -6 to 6, None leaves it as it is set."""

    cut: bool = True
    density: int | None = None
    buzzer: bool = False


def _dark(image: Image.Image) -> bytes:
    """The dots that are burnt, packed, as paper and PNG have them: a command's lonely dot has another one beside it."""
    return _REAL_TIME.sub(b"\x18", image.tobytes("raw", "1;I"))


def png(page: Page) -> bytes:
    """1-bit PNG at 203 dpi, its rows unfiltered: they are packed in half the time that Pillow takes."""
    image = draw(page)
    stride, packed = image.width // 8, _dark(image).translate(_INVERT)
    rows = b"".join(b"\0" + packed[start : start + stride] for start in range(0, len(packed), stride))
    dots_a_metre = round(DPI / 0.0254)
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", image.width, image.height, 1, 0, 0, 0, 0)),
        (b"pHYs", struct.pack(">IIB", dots_a_metre, dots_a_metre, 1)),
        (b"IDAT", zlib.compress(rows, 1)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in parts
    )


def escpos(page: Page, finish: Finish = Finish()) -> bytes:
    """ESC/POS: ESC @, GS v 0 bands, ESC d 4 (the cutter sits some 15 mm behind the head), GS V 1; before them, where
    they are asked for, GS ( K and ESC B."""
    image = draw(page)
    stride = image.width // 8
    dark = _dark(image)
    out = [_INITIALISE]
    if finish.density is not None:
        out.append(_DENSITY + (finish.density & 0xFF).to_bytes(1))
    for top in range(0, image.height, BAND):
        rows = min(BAND, image.height - top)
        out.append(b"\x1dv0\x00" + stride.to_bytes(2, "little") + rows.to_bytes(2, "little"))
        out.append(dark[top * stride : (top + rows) * stride])
    out.append(_FEED_4_LINES)
    if finish.buzzer:
        out.append(_TWO_BEEPS)
    if finish.cut:
        out.append(_PARTIAL_CUT)
    return b"".join(out)


def draw(page: Page) -> Image.Image:
    """The page as a 1-bit image, white 1, one pixel a dot."""
    image = Image.new("1", (page.width, page.height), 1)
    pen = ImageDraw.Draw(image)
    for mark in page.marks:
        if isinstance(mark, Text):
            _text(image, mark)
        elif isinstance(mark, Box):
            pen.rectangle((mark.x, mark.y, mark.x + mark.width - 1, mark.y + mark.height - 1), fill=0)
        elif isinstance(mark, Picture):
            dots = Image.frombytes("1", (-(-mark.width // 8) * 8, mark.height), mark.dots)
            image.paste(0, (mark.x, mark.y), dots)
        else:
            _code(pen, mark)
    return image


def _text(image: Image.Image, mark: Text) -> None:
    """Each word stands where the PDF has it: hinted glyphs are up to 2 % off, and add up."""
    x, ink = mark.x, int(mark.white)
    space = fonts.width(" ", mark.face, mark.size)
    for word in mark.text.split(" "):
        glyphs, top = _word(word, mark.face, mark.size)
        if mark.stretch < 1.0:
            glyphs = _squeeze(glyphs, mark.stretch)
        width = fonts.width(word, mark.face, mark.size) * mark.stretch
        image.paste(ink, (round(x + (width - glyphs.width) / 2), mark.baseline + top), glyphs)
        x += width + space


@lru_cache(maxsize=1024)
def _word(word: str, face: str, size: int) -> tuple[Image.Image, int]:
    """The word's pixels, as wide as its advance, and the row where they begin, seen from its baseline.

    Nearly all words come again on the next slip, and hinting them is three quarters of a slip's time.
    """
    font = fonts.pillow(face, size)
    left, top, right, bottom = (round(edge) for edge in font.getbbox(word, mode="1", anchor="ls"))
    glyphs = Image.new("1", (max(1, right - left), max(1, bottom - top)))
    ImageDraw.Draw(glyphs).text((-left, -top), word, font=font, fill=1, anchor="ls")
    return glyphs, top


def _squeeze(glyphs: Image.Image, stretch: float) -> Image.Image:
    smooth = glyphs.convert("L").resize(
        (round(glyphs.width * stretch), glyphs.height), Image.Resampling.BILINEAR
    )
    return smooth.point(lambda value: 255 if value > 127 else 0, "1")


def _code(pen: ImageDraw.ImageDraw, mark: Code) -> None:
    size = mark.module
    for column, row, length in mark.runs:
        x, y = mark.x + column * size, mark.y + row * size
        pen.rectangle((x, y, x + length * size - 1, y + size - 1), fill=0)
