"""The slip's QR code: smallest version that holds the address, level M, fixed mask."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from qrcode import QRCode, util
from qrcode.constants import ERROR_CORRECT_M

QUIET_ZONE = 4  # modules, ISO/IEC 18004
_MASK = 2  # any mask is valid; trying all eight costs four times the rest
_BITS = util.BIT_LIMIT_TABLE[ERROR_CORRECT_M]


def version_for(url: str) -> int:
    """Smallest version, 1 to 40, for `url` as bytes at level M. Raises ValueError when none holds it."""
    size = len(url.encode())
    for version in range(1, 41):
        if 4 + (8 if version < 10 else 16) + 8 * size <= _BITS[version]:
            return version
    raise ValueError(f"address of {size} bytes does not fit a QR code")


@lru_cache(maxsize=256)
def modules(url: str) -> tuple[tuple[bool, ...], ...]:
    """Rows of dark and light modules, without the quiet zone. Kept, since a ticket's code is on its screen and on its
    slip."""
    code = QRCode(version=version_for(url), error_correction=ERROR_CORRECT_M, mask_pattern=_MASK)
    code.add_data(util.QRData(url.encode(), mode=util.MODE_8BIT_BYTE, check_data=False))
    code.make(fit=False)
    return tuple(tuple(bool(module) for module in row) for row in code.modules)


def runs(rows: Sequence[Sequence[bool]]) -> list[tuple[int, int, int]]:
    """The dark modules merged along each row: (column, row, length)."""
    found = []
    for y, row in enumerate(rows):
        start = -1
        for x, dark in enumerate((*row, False)):
            if dark and start < 0:
                start = x
            elif not dark and start >= 0:
                found.append((start, y, x - start))
                start = -1
    return found
