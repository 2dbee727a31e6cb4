"""What people look for among a site's fields and procedures: one rule for the API, the kiosk and the desk.

Marks, case, spaces, the order of words, old and new spelling, letters that only look alike and a code's agency part
don't matter. A word that was typed has to begin a word of a name, a synonym or a code; it may run over into the next.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import TypeVar

from ticketing.rules.sites import Field, Procedure, Site
from ticketing.rules.text import fold

T = TypeVar("T")
_CODE = re.compile(r"(\d\s*\.\s*\d{6})(?:\s*[.\-/]\s*\w*|\s+h\d+)+")
_WORD = re.compile(r"[^\W_]+")
MOST_WORDS = 12


@lru_cache(maxsize=32_768)
def words(text: str) -> tuple[str, ...]:
    """The words of a text, or of what was typed; of a national code its first two groups."""
    return tuple(_WORD.findall(_CODE.sub(r"\1 ", fold(text))))


@lru_cache(maxsize=32_768)
def _laid(text: str) -> tuple[str, tuple[int, ...]]:
    """The words of a text without the spaces between, and where each begins."""
    found, starts, place = words(text), [], 0
    for word in found:
        starts.append(place)
        place += len(word)
    return "".join(found), tuple(starts)


def _matching(things: Iterable[tuple[T, tuple[str, ...]]], typed: str) -> list[T]:
    """The things of whose texts (the names first) `typed` says every word: those that begin with it first, then those
    that hold it in one piece, then the rest. Nothing typed finds nothing."""
    wanted = tuple(dict.fromkeys(words(typed)))[:MOST_WORDS]
    if not wanted:
        return []
    whole = "".join(words(typed))
    ranked = [(rank, thing) for thing, texts in things if (rank := _rank(whole, wanted, texts)) is not None]
    return [thing for _rank_of, thing in sorted(ranked, key=lambda found: found[0])]


def _rank(whole: str, wanted: tuple[str, ...], texts: tuple[str, ...]) -> int | None:
    laid = [_laid(text) for text in texts if text]
    if any(text.startswith(whole) for text, _starts in laid):
        return 0
    if any(_begins(whole, *one) for one in laid):
        return 1
    return 2 if all(any(_begins(word, *one) for one in laid) for word in wanted) else None


def _begins(word: str, text: str, starts: tuple[int, ...]) -> bool:
    return word in text and any(text.startswith(word, start) for start in starts)


def found_fields(site: Site, typed: str) -> list[Field]:
    return _matching(((one, (one.name, one.name_en, *one.also)) for one in site.fields), typed)


def found_procedures(site: Site, typed: str) -> list[Procedure]:
    return _matching(((one, (one.name, one.name_en, *one.also, one.code)) for one in site.procedures), typed)
