"""Which of our languages is asked for: one reader for `?lang=`, Accept-Language and a socket's `lang`."""

from __future__ import annotations

import re
from functools import lru_cache

LANGUAGES = ("vi", "en")
LONGEST = 200
RANGE = re.compile(r"(\*|[a-z]{1,8})(?:[-_][a-z0-9]{1,8})*")
WEIGHT = re.compile(r"q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)")


@lru_cache(maxsize=256)
def spoken(asked: str) -> str:
    """The one that is wanted most, of two wanted alike the first named; "" where none of ours is wanted.

    `vi-VN`, `en_US` and `fr, en;q=0.5` are understood (RFC 9110, 12.5.4; of a tag its language counts), `q=0` is none,
    and what can't be read counts as not said.
    """
    wanted: dict[str, float] = {}
    for part in asked[:LONGEST].lower().split(","):
        tag, *params = (word.strip() for word in part.split(";"))
        named, weight = RANGE.fullmatch(tag), WEIGHT.fullmatch(params[0]) if params else None
        if named and bool(weight) == bool(params):
            wanted.setdefault(named[1], float(weight[1]) if weight else 1.0)
    for lang in LANGUAGES:
        if "*" in wanted:
            wanted.setdefault(lang, wanted["*"])
    found = [lang for lang in wanted if lang in LANGUAGES and wanted[lang] > 0]
    return max(found, key=lambda lang: wanted[lang], default="")
