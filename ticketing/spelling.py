"""Vietnamese text compared as people mean it: without marks, case, or the two ways to set a tone mark."""

from __future__ import annotations

import unicodedata


def nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """A search key. "đ" has no decomposition, so it needs a step of its own."""
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return bare.replace("đ", "d").replace("Đ", "D").casefold().strip()
