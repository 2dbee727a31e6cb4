"""Vietnamese text compared as people mean it: without marks, case, or the two ways to set a tone mark; and days as
people write them."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

FIRST_YEAR, LAST_YEAR = 2000, 2999
_COUNTED = re.compile(r"(\d[\d.,]*) \{([^{}|]*)\|([^{}|]*)\}")
_BREAKS = str.maketrans({"\u2028": "\n", "\u2029": "\n"})


def nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


# Letters of other scripts as readers take them, in capitals and small: Cyrillic, then Greek, then Latin.
_ALIKE = str.maketrans(
    "АВЕКМНОРСТУХІЈЅҺԀԚԜҮабвгеѕіјкмнорстухһԁԛԝүΑΒΕΖΗΙΚΜΝΟΡΤΥΧαβεηικμνορτυχđĐðÐɖƉɗıɑɡ",
    "ABEKMHOPCTYXIJSHDQWYabbresijkmhopctyxhdqwyABEZHIKMNOPTYXabenikuvoptuxdDdDdDdiag",
)


def fold(text: str) -> str:
    """A search key: no marks, no case, no invisible characters, "i" for every "y" ("Lý" and "Lí" are one word), and
    letters that look alike as one. "đ" has no decomposition, so it needs a step of its own."""
    bare = (c for c in unicodedata.normalize("NFKD", text) if unicodedata.category(c) not in ("Mn", "Me", "Cf"))
    folded = unicodedata.normalize("NFKD", "".join(bare).translate(_ALIKE).casefold())
    return folded.translate(_ALIKE).replace("y", "i").strip()


def plain(text: str) -> str:
    """The one rule for every text that comes in: NFC, without format characters (direction marks, zero widths), which
    nobody sees and which turn lines around. Raises ValueError for control characters other than tab and line breaks,
    and for what is no character at all."""
    if text.isascii() and text.isprintable():
        return text
    kept = "".join(c for c in text if unicodedata.category(c) != "Cf").translate(_BREAKS)
    if any(unicodedata.category(c)[0] == "C" and c not in "\t\n\r" for c in kept):
        raise ValueError(text)
    return nfc(kept)


def tidy(text: str) -> str:
    """What somebody typed into one line: by the same rule, blanks once, and control characters left out too."""
    return plain("".join(c for c in " ".join(text.split()) if unicodedata.category(c)[0] != "C")).strip()


def shown(text: str) -> str:
    """A text of an older version with its invisible characters as \\u202e, so that it can be told from another."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def counted(text: str) -> str:
    """A sentence in which "{dossier|dossiers}" after a number is the first for 1, else the second."""
    return _COUNTED.sub(lambda found: f"{found[1]} {found[2] if found[1] == '1' else found[3]}", text)


def day_of(text: str | None) -> date | None:
    """The one rule for every day that comes in: YYYY-MM-DD of the years 2000 to 2999; None for any other text."""
    try:
        found = date.fromisoformat(text or "")
    except ValueError:
        return None
    # fromisoformat also reads 20261123 and 2026-W48-1; the contract writes days in one way.
    return found if found.isoformat() == text and is_day(found) else None


def is_day(day: date) -> bool:
    return FIRST_YEAR <= day.year <= LAST_YEAR


def day_words(day: date | str | None) -> str:
    """A day, or an ISO text's, as official papers write it in a sentence: 02/4/2020 (Nghị định 30/2020/NĐ-CP,
    Phụ lục I); "" for none."""
    if not day:
        return ""
    told = date.fromisoformat(day[:10]) if isinstance(day, str) else day
    return f"{told:%d}/{told.month if told.month > 2 else f'{told:%m}'}/{told.year}"


def day_figures(day: date | str | None) -> str:
    """The same for columns and labels, where days stand below each other: 02/04/2020."""
    if not day:
        return ""
    return f"{date.fromisoformat(day[:10]) if isinstance(day, str) else day:%d/%m/%Y}"


ROUGH_MIN, STEP_MIN = 10, 5


def clock_span(earliest: str, latest: str) -> str:
    """"08:15–08:30" of two ISO times: a span of more than ten minutes in steps of five, as nobody can be more exact."""
    begin, end = (60 * int(one[11:13]) + int(one[14:16]) for one in (earliest, latest))
    if end - begin > ROUGH_MIN:
        begin, end = begin // STEP_MIN * STEP_MIN, -(-end // STEP_MIN) * STEP_MIN
    first, last = (f"{one // 60 % 24:02d}:{one % 60:02d}" for one in (begin, end))
    return first if first == last else f"{first}–{last}"
