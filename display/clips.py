"""Recorded calls: short pieces that a site's own speaker has recorded, joined to sentences.

A site puts WAV files (16 bit, all of one rate and number of channels) into `DATA/clips/SITE/vi/` and, if it
speaks English too, `DATA/clips/SITE/en/`, one file for each piece, `NAME.wav`. `pieces("vi")` and `pieces("en")`
list the names and what to say in each. A site that reads sign by sign needs, in Vietnamese, the sentence pieces,
`0` to `9`, and for counters from 10 on `10`, `muoi`, `mot`, `tu`, `lam`; letters only if its numbers have them.
A sentence for which a piece is missing is spoken by the engine, so a folder may be filled bit by bit.
"""

from __future__ import annotations

import io
import re
import wave
from collections.abc import Sequence
from pathlib import Path

from display import numbers

GAP_S = 0.06
MAX_CLIP = 4 * 1024 * 1024
LANGUAGES = ("vi", "en")
_FOLDER = re.compile(r"[a-z0-9-]{1,40}")
_PIECE = re.compile(r"[a-z0-9-]{1,40}")
_DIGITS = "0123456789"

_VI_WORDS = {word: str(digit) for digit, word in enumerate(numbers.VI_DIGITS)} | {
    "mười": "10", "mươi": "muoi", "mốt": "mot", "tư": "tu", "lăm": "lam", "trăm": "tram", "linh": "linh",
    "lẻ": "le", "nghìn": "nghin", "ngàn": "ngan", "triệu": "trieu",
}  # fmt: skip
_EN_WORDS = (
    {word: str(value) for value, word in enumerate(numbers.EN_ONES)}
    | {word: str(ten * 10) for ten, word in enumerate(numbers.EN_TENS) if word}
    | {word: word for word in ("hundred", "thousand", "million", "and")}
)
_WORDS = {"vi": _VI_WORDS, "en": _EN_WORDS}
# Letters with marks are named as they are typed in Telex.
_TELEX = {"Ă": "aw", "Â": "aa", "Đ": "dd", "Ê": "ee", "Ô": "oo", "Ơ": "ow", "Ư": "uw"}
_VI_SENTENCE = {
    "moi-cong-dan-co-so": "Mời công dân có số",
    "moi-lan": "Mời lần",
    "cong-dan-co-so": "công dân có số",
    "den-quay-so": "đến quầy số",
}
_EN_SENTENCE = {
    "number": "Number",
    "go-to-counter": "please go to counter",
    **{f"{word.lower()}-call": f"{word} call" for word in numbers.EN_ORDINALS.values()},
    "another-call": "Another call",
}


def pieces(lang: str) -> dict[str, str]:
    """The name of every piece (its file is NAME.wav) and what to say in it. Raises ValueError.

    Where the site addresses people otherwise ("quý khách"), record that in the two pieces with "cong-dan".
    """
    _check(lang)
    sentence = _VI_SENTENCE if lang == "vi" else _EN_SENTENCE
    words = {name: word for word, name in _WORDS[lang].items()}
    letters = {_letter(sign): said if lang == "vi" else sign for sign, said in numbers.VI_LETTERS.items()}
    return {**sentence, **words, **letters}


def call_pieces(label: str, counter: int, lang: str, times: int, voice: numbers.Voice) -> tuple[str, ...]:
    """The names of the pieces of the sentence that `numbers.call_sentence` makes. Raises ValueError."""
    numbers.call_sentence(label, counter, lang, times, voice)  # refuses what can't be said
    door = _number(counter, lang, voice)
    who = _label(label, lang, voice)
    if lang == "vi":
        if times <= 1:
            return ("moi-cong-dan-co-so", *who, "den-quay-so", *door)
        return ("moi-lan", *_number(times, lang, voice), "cong-dan-co-so", *who, "den-quay-so", *door)
    again = () if times <= 1 else (f"{numbers.EN_ORDINALS.get(times, 'another').lower()}-call",)
    return (*again, "number", *who, "go-to-counter", *door)


def joined(root: Path, site: str, lang: str, names: Sequence[str]) -> bytes | None:
    """The pieces one after another as one WAV, with short gaps; None when any is missing or of another format.

    Raises ValueError for a site or language that is no name of a folder.
    """
    _check(lang)
    if not _FOLDER.fullmatch(site):
        raise ValueError(f"{site!r} is no site code")
    if not all(_PIECE.fullmatch(name) for name in names):
        raise ValueError("a piece has a name of its own kind")
    folder = root / site / lang
    if not folder.is_dir():
        return None
    read = [_read(folder / f"{name}.wav") for name in names]
    whole = [clip for clip in read if clip is not None]
    if len(whole) < len(read) or len({form for form, _frames in whole}) != 1:
        return None
    channels, rate = whole[0][0]
    gap = bytes(2 * channels * round(GAP_S * rate))
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(gap.join(frames for _form, frames in whole))
    return file.getvalue()


def _read(path: Path) -> tuple[tuple[int, int], bytes] | None:
    """((channels, rate), frames) of a recording, None when there is none that can be used."""
    try:
        if path.stat().st_size > MAX_CLIP:
            return None
        with wave.open(str(path), "rb") as clip:
            if clip.getsampwidth() != 2:
                return None
            frames = clip.readframes(clip.getnframes())
            return ((clip.getnchannels(), clip.getframerate()), frames) if frames else None
    except (OSError, EOFError, wave.Error):
        return None


def _check(lang: str) -> None:
    if lang not in LANGUAGES:
        raise ValueError(f"no clips in {lang!r}")


def _label(label: str, lang: str, voice: numbers.Voice) -> list[str]:
    signs = label.strip().upper()
    letters = signs.rstrip(_DIGITS)
    digits = signs[len(letters) :]
    names = [sign if sign in _DIGITS else _letter(sign) for sign in letters]
    return names + (_words(numbers.spoken(digits, lang, voice.accent, voice.style), lang) if digits else [])


def _number(value: int, lang: str, voice: numbers.Voice) -> list[str]:
    return _words(numbers.number(value, lang, voice.accent), lang)


def _words(text: str, lang: str) -> list[str]:
    return [_WORDS[lang][word] for word in text.replace("-", " ").split()]


def _letter(sign: str) -> str:
    return f"letter-{_TELEX.get(sign, sign.lower())}"
