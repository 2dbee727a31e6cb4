"""How long a text message is: its encoding, its units, the parts it is sent in.

GSM 03.38: a message of the basic alphabet holds 160 characters, 153 in each part of several; those of its extension
table take two places. Any other character makes the whole message UCS-2: 70 and 67 units, two for a character
beyond the first plane. Neither a pair nor an escaped character is ever cut in two by the end of a part.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("\f^{}\\[~]|€")
GSM, UCS2 = "gsm", "ucs2"
# Units in one message, and in each part of several.
ROOM = {GSM: (160, 153), UCS2: (70, 67)}
# "đ" has no decomposition: taking marks away leaves it as it is.
PLAIN = {
    "đ": "d", "Đ": "D", "–": "-", "—": "-", "‑": "-", "−": "-", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
    "‘": "'", "’": "'", "…": "...", "•": "-", "·": "-", "→": "->", "\t": " ", "\N{NO-BREAK SPACE}": " ",
    "\N{NARROW NO-BREAK SPACE}": " ",
}  # fmt: skip
_PLAIN = str.maketrans(PLAIN)


@dataclass(frozen=True, slots=True)
class Length:
    """`encoding` is gsm or ucs2; `units` are septets or UCS-2 units; `left` are units free in the last part."""

    encoding: str
    units: int
    parts: int
    left: int


def length(text: str) -> Length:
    """The length of `text` in NFC; an empty one has no part."""
    text = unicodedata.normalize("NFC", text)
    encoding = GSM if all(char in BASIC or char in EXTENSION for char in text) else UCS2
    sizes = [_size(char, encoding) for char in text]
    single, each = ROOM[encoding]
    units = sum(sizes)
    if units <= single:
        return Length(encoding, units, 1 if text else 0, single - units)
    parts, used = _packed(sizes, each)
    return Length(encoding, units, parts, each - used)


def unaccented(text: str) -> str:
    """`text` without marks, "đ" as "d", with plain dashes and quotes: what an old phone shows, in fewer parts."""
    bare = unicodedata.normalize("NFD", text.translate(_PLAIN))
    kept = "".join(char for char in bare if not unicodedata.combining(char))
    return unicodedata.normalize("NFC", kept)


def _size(char: str, encoding: str) -> int:
    if encoding == GSM:
        return 2 if char in EXTENSION else 1
    return 2 if ord(char) > 0xFFFF else 1


def _packed(sizes: Iterable[int], each: int) -> tuple[int, int]:
    """How many parts of `each` units, and how much of the last is used."""
    parts, used = 1, 0
    for size in sizes:
        if used + size > each:
            parts, used = parts + 1, 0
        used += size
    return parts, used
