"""Text before it is placed: cleaned, then broken into lines of even length."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from printer_templates import fonts

_NBSP = "\N{NO-BREAK SPACE}"


@lru_cache(maxsize=1024)
def clean(text: str) -> str:
    """NFC, one space between words, no control or format characters.

    reportlab draws the marks of NFD text beside their letters.
    """
    text = unicodedata.normalize("NFC", text)
    kept = (char if unicodedata.category(char)[0] != "C" else " " if char.isspace() else "" for char in text)
    return " ".join(word for word in "".join(kept).replace("\N{LINE SEPARATOR}", " ").split(" ") if word)


@lru_cache(maxsize=2048)
def wrap(text: str, face: str, size: int, width: int, balanced: bool = True) -> tuple[str, ...]:
    """Break cleaned `text` into few lines of at most `width`.

    A dash stays with the word before it, a no-break space holds, and a word wider than a line is cut.
    `balanced` evens the lines out for centred text, and breaks a name of two parts ("section – centre") at
    its dash first.
    """
    lines = _fill(_measure(text, face, size, width), fonts.width(" ", face, size), width)
    if balanced and len(lines) > 1:
        head, dash, tail = text.partition(" – ")
        lines = _balance(text, face, size, width)
        if dash:
            parts = _balance(f"{head} –", face, size, width) + _balance(tail, face, size, width)
            lines = parts if len(parts) <= len(lines) + 1 else lines
    return tuple(line.replace(_NBSP, " ") for line in lines)


def _balance(text: str, face: str, size: int, width: int) -> list[str]:
    """As few lines as `width` allows, in the narrowest column that does not need more."""
    measured = _measure(text, face, size, width)
    space = fonts.width(" ", face, size)
    count = len(_fill(measured, space, width))
    low, high = int(max(advance for _, advance in measured)), width
    while low < high:
        middle = (low + high) // 2
        if len(_fill(measured, space, middle)) > count:
            low = middle + 1
        else:
            high = middle
    return _fill(measured, space, high)


def _measure(text: str, face: str, size: int, width: int) -> list[tuple[str, float]]:
    bound = re.sub(r" ([–-])(?= |$)", rf"{_NBSP}\1", text)
    pieces = [piece for word in bound.split(" ") for piece in _cut(word, face, size, width)]
    return [(piece, fonts.width(piece, face, size)) for piece in pieces]


def _fill(measured: list[tuple[str, float]], space: float, width: float) -> list[str]:
    lines: list[list[str]] = []
    used = width + 1.0
    for word, advance in measured:
        if lines and used + space + advance <= width:
            lines[-1].append(word)
            used += space + advance
        else:
            lines.append([word])
            used = advance
    return [" ".join(line) for line in lines]


def _cut(word: str, face: str, size: int, width: int) -> Iterator[str]:
    start, used = 0, 0.0
    for index, char in enumerate(word):
        advance = fonts.width(char, face, size)
        if index > start and used + advance > width:
            yield word[start:index]
            start, used = index, 0.0
        used += advance
    yield word[start:]
