"""Whether a logo can be printed: a small PNG that is as good in black and white."""

import io
import struct
from base64 import b64decode

from ticketing.profiles.problems import Problem
from ticketing.rules.slips import LOGO_DOTS, MOST_LOGO_BYTES

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# Of a thermal printer's dots; what is neither black nor white becomes one of both.
_LEAST_INK, _MOST_INK, _MOST_GREY = 0.005, 0.95, 0.4


def logo_problem(key: str, logo: str) -> Problem | None:
    """Why the PNG in base64 is no logo for a slip, if it is none."""
    try:
        png = b64decode(logo, validate=True)
    except ValueError:
        return Problem(key, "logo_no_png")
    if not png.startswith(_SIGNATURE) or len(png) < 33:
        return Problem(key, "logo_no_png")
    if len(png) > MOST_LOGO_BYTES:
        return Problem(key, "logo_heavy", {"most": MOST_LOGO_BYTES, "size": len(png)})
    # Before it is unpacked: a few bytes can promise a picture of a thousand million dots.
    width, height = struct.unpack(">II", png[16:24])
    if not 0 < width <= LOGO_DOTS[0] or not 0 < height <= LOGO_DOTS[1]:
        facts = {"width": width, "height": height, "wide": LOGO_DOTS[0], "high": LOGO_DOTS[1]}
        return Problem(key, "logo_size", facts)
    return _ink_problem(key, png)


def _ink_problem(key: str, png: bytes) -> Problem | None:
    from PIL import Image

    try:
        with Image.open(io.BytesIO(png), formats=("PNG",)) as opened:
            drawn = opened.convert("RGBA")
    except (OSError, ValueError, SyntaxError):
        return Problem(key, "logo_no_png")
    paper = Image.new("RGBA", drawn.size, "white")
    paper.alpha_composite(drawn)
    shades, dots = paper.convert("L").histogram(), drawn.width * drawn.height
    if not _LEAST_INK <= sum(shades[:128]) / dots <= _MOST_INK:
        return Problem(key, "logo_empty")
    return Problem(key, "logo_grey") if sum(shades[48:208]) / dots > _MOST_GREY else None
