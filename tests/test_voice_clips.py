"""Recorded pieces, joined to the sentences that the engine would say."""

from __future__ import annotations

import array
from pathlib import Path

import pytest

from display import numbers
from display.clips import call_pieces, joined, pieces
from tests.voice_kit import hear, record

NORTH = numbers.Voice()
SOUTH_NUMBER = numbers.Voice("south", "number", "quý khách")


@pytest.mark.parametrize(
    ("label", "counter", "lang", "times", "voice", "expected"),
    [
        ("1005", 3, "vi", 1, NORTH, "moi-cong-dan-co-so 1 0 0 5 den-quay-so 3"),
        ("1005", 3, "vi", 2, NORTH, "moi-lan 2 cong-dan-co-so 1 0 0 5 den-quay-so 3"),
        ("1105", 15, "vi", 1, SOUTH_NUMBER, "moi-cong-dan-co-so 1 ngan 1 tram le 5 den-quay-so 10 lam"),
        ("A021", 21, "vi", 1, NORTH, "moi-cong-dan-co-so letter-a 0 2 1 den-quay-so 2 muoi mot"),
        ("Đ24", 24, "vi", 1, SOUTH_NUMBER, "moi-cong-dan-co-so letter-dd 2 muoi tu den-quay-so 2 muoi tu"),
        ("1005", 21, "en", 1, NORTH, "number 1 0 0 5 go-to-counter 20 1"),
        ("C117", 12, "en", 2, SOUTH_NUMBER, "second-call number letter-c 1 hundred and 17 go-to-counter 12"),
        ("7", 1, "en", 9, NORTH, "another-call number 7 go-to-counter 1"),
    ],
)
def test_a_call_is_made_of_these_pieces(
    label: str, counter: int, lang: str, times: int, voice: numbers.Voice, expected: str
) -> None:
    assert call_pieces(label, counter, lang, times, voice) == tuple(expected.split())


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("voice", [NORTH, SOUTH_NUMBER, numbers.Voice("central", "number")])
def test_every_piece_of_every_call_is_in_the_list(lang: str, voice: numbers.Voice) -> None:
    known = pieces(lang)
    for sign in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        assert set(call_pieces(f"{sign}017", 1, lang, 1, voice)) <= known.keys()
    for value in range(1, 1000):
        assert set(call_pieces(str(value * 11), value, lang, value % 20, voice)) <= known.keys()


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_pieces_of_a_call_say_the_words_of_its_sentence(lang: str) -> None:
    known = pieces(lang)
    for times in (1, 2, 3, 7):
        said = [known[name] for name in call_pieces("1005", 21, lang, times, NORTH)]
        sentence = numbers.call_sentence("1005", 21, lang, times, NORTH)
        bare = "".join(" " if sign in ",.:-" else sign for sign in sentence)
        assert " ".join(said).lower().split() == bare.lower().split()


def test_no_two_pieces_share_a_name_or_their_words() -> None:
    for lang in ("vi", "en"):
        words = [said.lower() for name, said in pieces(lang).items() if not name.startswith("letter-")]
        assert len(words) == len(set(words))


def test_joined_clips_are_as_long_as_their_sum_and_the_gaps_of_60_ms(tmp_path: Path) -> None:
    for index, name in enumerate(("moi-cong-dan-co-so", "1", "den-quay-so", "3")):
        record(tmp_path / "thu" / "vi" / f"{name}.wav", 1000 * (index + 1), level=100 * (index + 1))
    sound = joined(tmp_path, "thu", "vi", ("moi-cong-dan-co-so", "1", "1", "den-quay-so", "3"))
    assert sound is not None
    gap = round(0.06 * 22_050)
    expected = array.array("h")
    for index in (0, 1, 1, 2, 3):
        expected += array.array("h", ([0] * gap if expected else []) + [100 * (index + 1)] * 1000 * (index + 1))
    assert hear(sound).samples == expected


def test_stereo_clips_of_another_rate_stay_what_they_are(tmp_path: Path) -> None:
    record(tmp_path / "thu" / "en" / "1.wav", 480, rate=48_000, channels=2)
    sound = joined(tmp_path, "thu", "en", ("1", "1"))
    assert sound is not None
    heard = hear(sound)
    assert (heard.rate, heard.channels, len(heard.samples)) == (48_000, 2, 2 * (480 + 2880 + 480))


def test_one_missing_piece_and_there_is_no_clip(tmp_path: Path) -> None:
    record(tmp_path / "thu" / "vi" / "1.wav", 100)
    assert joined(tmp_path, "thu", "vi", ("1", "2")) is None
    assert joined(tmp_path, "other", "vi", ("1",)) is None
    assert joined(tmp_path, "thu", "en", ("1",)) is None


def test_clips_of_two_formats_are_not_joined(tmp_path: Path) -> None:
    record(tmp_path / "thu" / "vi" / "1.wav", 100)
    record(tmp_path / "thu" / "vi" / "2.wav", 100, rate=44_100)
    assert joined(tmp_path, "thu", "vi", ("1", "2")) is None
    assert joined(tmp_path, "thu", "vi", ("1", "1")) is not None


@pytest.mark.parametrize("content", [b"", b"RIFF", b"no sound at all" * 10, b"\0" * 4096])
def test_a_broken_file_is_a_missing_piece(tmp_path: Path, content: bytes) -> None:
    record(tmp_path / "thu" / "vi" / "1.wav", 100)
    (tmp_path / "thu" / "vi" / "2.wav").write_bytes(content)
    assert joined(tmp_path, "thu", "vi", ("1", "2")) is None


@pytest.mark.parametrize(
    ("site", "lang", "name"),
    [
        ("..", "vi", "1"), ("../thu", "vi", "1"), ("thu/../thu", "vi", "1"), ("/etc", "vi", "1"), ("", "vi", "1"),
        ("thu", "../vi", "1"), ("thu", "", "1"), ("thu", "fr", "1"), ("thu", "vi", "../vi/1"), ("thu", "vi", ""),
        ("thu", "vi", "1\0"), ("thu\n", "vi", "1"),
    ],
)  # fmt: skip
def test_no_path_leads_out_of_the_folder_of_clips(tmp_path: Path, site: str, lang: str, name: str) -> None:
    record(tmp_path / "thu" / "vi" / "1.wav", 100)
    record(tmp_path / "1.wav", 100)
    with pytest.raises(ValueError):
        joined(tmp_path, site, lang, (name,))


@pytest.mark.parametrize(
    ("label", "counter", "lang"), [("", 1, "vi"), ("?1", 1, "vi"), ("1", -1, "en"), ("1", 1, "fr")]
)
def test_what_no_sentence_can_say_has_no_pieces(label: str, counter: int, lang: str) -> None:
    with pytest.raises(ValueError):
        call_pieces(label, counter, lang, 1, NORTH)
