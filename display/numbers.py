"""A called number as words, and the sentences that call it, in Vietnamese and English.

A speech engine is never given digits: engines say "linh" whatever the accent and stumble over thousands.
Ticket labels are read sign by sign by default, since their leading zeros count; counters as numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

STYLES = ("digits", "number")
MAX_NUMBER = 999_999_999


@dataclass(frozen=True, slots=True)
class Accent:
    """`gap` joins hundreds and a lone unit ("một trăm linh năm"), `thousand` is nghìn or ngàn."""

    gap: str
    thousand: str


ACCENTS = {
    "north": Accent("linh", "nghìn"),
    "central": Accent("lẻ", "nghìn"),
    "south": Accent("lẻ", "ngàn"),
}

VI_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
VI_LETTERS = {
    "A": "a", "Ă": "á", "Â": "ớ", "B": "bê", "C": "xê", "D": "dê", "Đ": "đê", "E": "e", "Ê": "ê",
    "F": "ép phờ", "G": "giê", "H": "hát", "I": "i", "J": "gi", "K": "ca", "L": "e lờ", "M": "em mờ",
    "N": "en nờ", "O": "o", "Ô": "ô", "Ơ": "ơ", "P": "pê", "Q": "quy", "R": "e rờ", "S": "ét sì",
    "T": "tê", "U": "u", "Ư": "ư", "V": "vê", "W": "vê kép", "X": "ích xì", "Y": "i dài", "Z": "dét",
}  # fmt: skip

EN_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
EN_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
EN_ORDINALS = {2: "Second", 3: "Third", 4: "Fourth", 5: "Fifth"}


def spoken(label: str, lang: str = "vi", accent: str = "north", style: str = "digits") -> str:
    """`label` ("1001", "A017") as words. `style` is digits (sign by sign) or number (the digits after a
    leading letter as one number; a label with leading zeros is read sign by sign all the same).

    Raises ValueError for an empty label, an unknown sign, accent, style or language.
    """
    _check(lang, accent, style)
    signs = label.strip().upper()
    if not signs:
        raise ValueError("an empty label can't be spoken")
    letters = signs.rstrip("0123456789")
    digits = signs[len(letters) :]
    words = [_letter(sign, lang) for sign in letters]
    if digits and style == "number" and not (len(digits) > 1 and digits.startswith("0")):
        words.append(number(int(digits), lang, accent))
    else:
        words += [(VI_DIGITS if lang == "vi" else EN_ONES)[int(sign)] for sign in digits]
    return " ".join(words)


def number(value: int, lang: str = "vi", accent: str = "north") -> str:
    """0 … 999,999,999 in words. Raises ValueError outside."""
    _check(lang, accent, "number")
    if not 0 <= value <= MAX_NUMBER:
        raise ValueError(f"{value} is not between 0 and {MAX_NUMBER}")
    return _vi_number(value, ACCENTS[accent]) if lang == "vi" else _en_number(value)


@dataclass(frozen=True, slots=True)
class Voice:
    """How a site speaks. `address` is how people are spoken to in Vietnamese: công dân, quý khách …"""

    accent: str = "north"
    style: str = "digits"
    address: str = "công dân"


def call_sentence(label: str, counter: int, lang: str = "vi", times: int = 1, voice: Voice = Voice()) -> str:
    """What is said when `label` is called to `counter` for the `times`-th time."""
    said = spoken(label, lang, voice.accent, voice.style)
    door = number(counter, lang, voice.accent)
    if lang == "vi":
        whom = f"{voice.address} có số {said}, đến quầy số {door}."
        return f"Mời {whom}" if times <= 1 else f"Mời lần {number(times, lang, voice.accent)}: {whom}"
    if times <= 1:
        return f"Number {said}, please go to counter {door}."
    return f"{EN_ORDINALS.get(times, 'Another')} call: number {said}, please go to counter {door}."


def passed_sentence(label: str, lang: str = "vi", voice: Voice = Voice()) -> str:
    """What is said when nobody came and the number was passed over."""
    said = spoken(label, lang, voice.accent, voice.style)
    if lang == "vi":
        return f"Số {said} đã qua lượt, xin liên hệ quầy hướng dẫn."
    return f"Number {said} has been passed over. Please see the help desk."


def _check(lang: str, accent: str, style: str) -> None:
    if lang not in ("vi", "en"):
        raise ValueError(f"no words in {lang!r}")
    if accent not in ACCENTS:
        raise ValueError(f"unknown accent {accent!r}")
    if style not in STYLES:
        raise ValueError(f"unknown style {style!r}")


def _letter(sign: str, lang: str) -> str:
    if sign in "0123456789":
        return (VI_DIGITS if lang == "vi" else EN_ONES)[int(sign)]
    if sign not in VI_LETTERS:
        raise ValueError(f"{sign!r} can't be spoken")
    return VI_LETTERS[sign] if lang == "vi" else sign


def _vi_number(value: int, accent: Accent) -> str:
    if value < 10:
        return VI_DIGITS[value]
    scales = ((1_000_000, "triệu"), (1_000, accent.thousand), (1, ""))
    words: list[str] = []
    for size, name in scales:
        group = value // size % 1000
        if group:
            words += _vi_group(group, accent, whole=bool(words))
            words += [name] if name else []
    return " ".join(words)


def _vi_group(group: int, accent: Accent, whole: bool) -> list[str]:
    """Three digits; `whole` also says a zero hundred, as after a thousand: "một nghìn không trăm linh một"."""
    hundreds, tens, units = group // 100, group // 10 % 10, group % 10
    words = [VI_DIGITS[hundreds], "trăm"] if hundreds or whole else []
    if tens == 0:
        if units:
            words += [accent.gap, VI_DIGITS[units]] if words else [VI_DIGITS[units]]
        return words
    words += ["mười"] if tens == 1 else [VI_DIGITS[tens], "mươi"]
    if units:
        words.append(_vi_unit(units, after_tens=tens))
    return words


def _vi_unit(units: int, after_tens: int) -> str:
    if units == 5:
        return "lăm"
    if after_tens > 1 and units == 1:
        return "mốt"
    if after_tens > 1 and units == 4:
        return "tư"
    return VI_DIGITS[units]


def _en_number(value: int) -> str:
    if value < 1000:
        return _en_group(value)
    words: list[str] = []
    for size, name in ((1_000_000, "million"), (1_000, "thousand")):
        if group := value // size % 1000:
            words.append(f"{_en_group(group)} {name}")
    rest = value % 1000
    if rest:
        words.append(f"and {_en_group(rest)}" if rest < 100 else _en_group(rest))
    return " ".join(words)


def _en_group(value: int) -> str:
    if value < 20:
        return EN_ONES[value]
    if value < 100:
        tens = EN_TENS[value // 10]
        return f"{tens}-{EN_ONES[value % 10]}" if value % 10 else tens
    rest = value % 100
    return f"{EN_ONES[value // 100]} hundred" + (f" and {_en_group(rest)}" if rest else "")
