"""A logo as a printer's head draws it: every dot black or white."""

from __future__ import annotations

import io
from functools import lru_cache

from PIL import Image

_INVERT = bytes(255 - value for value in range(256))


@lru_cache(maxsize=16)
def ink(png: bytes) -> tuple[int, int, bytes]:
    """Width, height and dots of a PNG on white paper, ink 1, each row whole bytes; darker than half is ink."""
    with Image.open(io.BytesIO(png), formats=("PNG",)) as opened:
        drawn = opened.convert("RGBA")
    paper = Image.new("RGBA", drawn.size, "white")
    paper.alpha_composite(drawn)
    dots = paper.convert("L").point(lambda value: 255 if value >= 128 else 0, "1")
    padded = Image.new("1", (-(-dots.width // 8) * 8, dots.height), 1)
    padded.paste(dots)
    return dots.width, dots.height, padded.tobytes().translate(_INVERT)


def runs(width: int, dots: bytes) -> list[tuple[int, int, int]]:
    """The dark dots merged along each row: (column, row, length)."""
    from printer_templates.qr import runs

    stride = -(-width // 8)
    rows = [dots[start : start + stride] for start in range(0, len(dots), stride)]
    return runs([[bool(row[x // 8] & (128 >> x % 8)) for x in range(width)] for row in rows])
