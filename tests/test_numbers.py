"""Numbers as words: the vectors that engines and libraries get wrong."""

from __future__ import annotations

import unicodedata

import pytest

from display.numbers import (
    MAX_NUMBER,
    VI_LETTERS,
    Voice,
    call_sentence,
    number,
    passed_sentence,
    spoken,
)  # fmt: skip

NORTH = {
    0: "không",
    4: "bốn",
    5: "năm",
    10: "mười",
    11: "mười một",
    14: "mười bốn",
    15: "mười lăm",
    20: "hai mươi",
    21: "hai mươi mốt",
    24: "hai mươi tư",
    25: "hai mươi lăm",
    44: "bốn mươi tư",
    91: "chín mươi mốt",
    100: "một trăm",
    101: "một trăm linh một",
    105: "một trăm linh năm",
    110: "một trăm mười",
    111: "một trăm mười một",
    115: "một trăm mười lăm",
    121: "một trăm hai mươi mốt",
    205: "hai trăm linh năm",
    504: "năm trăm linh bốn",
    1000: "một nghìn",
    1001: "một nghìn không trăm linh một",
    1010: "một nghìn không trăm mười",
    1021: "một nghìn không trăm hai mươi mốt",
    1105: "một nghìn một trăm linh năm",
    9999: "chín nghìn chín trăm chín mươi chín",
    20005: "hai mươi nghìn không trăm linh năm",
    1_000_001: "một triệu không trăm linh một",
    1_024_015: "một triệu không trăm hai mươi tư nghìn không trăm mười lăm",
}
SOUTH = {
    101: "một trăm lẻ một",
    105: "một trăm lẻ năm",
    205: "hai trăm lẻ năm",
    1001: "một ngàn không trăm lẻ một",
    1010: "một ngàn không trăm mười",
    1105: "một ngàn một trăm lẻ năm",
}
CENTRAL = {1001: "một nghìn không trăm lẻ một", 1105: "một nghìn một trăm lẻ năm"}
ENGLISH = {
    0: "zero",
    7: "seven",
    12: "twelve",
    21: "twenty-one",
    40: "forty",
    105: "one hundred and five",
    999: "nine hundred and ninety-nine",
    1001: "one thousand and one",
    1105: "one thousand one hundred and five",
    2_000_000: "two million",
}


@pytest.mark.parametrize(("value", "words"), NORTH.items())
def test_a_number_is_said_as_in_the_north(value: int, words: str) -> None:
    assert number(value) == words


@pytest.mark.parametrize(("value", "words"), SOUTH.items())
def test_a_number_is_said_as_in_the_south(value: int, words: str) -> None:
    assert number(value, accent="south") == words


@pytest.mark.parametrize(("value", "words"), CENTRAL.items())
def test_a_number_is_said_as_in_the_centre(value: int, words: str) -> None:
    assert number(value, accent="central") == words


@pytest.mark.parametrize(("value", "words"), ENGLISH.items())
def test_a_number_is_said_in_english(value: int, words: str) -> None:
    assert number(value, "en") == words


def test_every_number_to_ten_thousand_sounds_different_from_every_other() -> None:
    for lang, accent in (("vi", "north"), ("vi", "south"), ("en", "north")):
        assert len({number(value, lang, accent) for value in range(10_000)}) == 10_000


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("1001", "một không không một"),
        ("0105", "không một không năm"),
        ("4155", "bốn một năm năm"),
        ("11000", "một một không không không"),
        ("A017", "a không một bảy"),
        ("C002", "xê không không hai"),
        ("H120", "hát một hai không"),
        ("h120", "hát một hai không"),
        ("Đ001", "đê không không một"),
        ("1A2", "một a hai"),
    ],
)
def test_a_label_is_read_sign_by_sign_by_default(label: str, words: str) -> None:
    assert spoken(label) == words


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("1105", "một nghìn một trăm linh năm"),
        ("A117", "a một trăm mười bảy"),
        ("A017", "a không một bảy"),
        ("0", "không"),
    ],
)
def test_a_label_can_be_read_as_a_number_unless_zeros_lead(label: str, words: str) -> None:
    assert spoken(label, style="number") == words


def test_a_label_is_read_in_english_too() -> None:
    assert spoken("H104", "en") == "H one zero four"
    assert spoken("1105", "en", style="number") == "one thousand one hundred and five"


def test_every_letter_of_the_vietnamese_alphabet_and_the_four_foreign_ones_can_be_spoken() -> None:
    assert set("AĂÂBCDĐEÊGHIKLMNOÔƠPQRSTUƯVXY" + "FJWZ") == set(VI_LETTERS)
    assert all(unicodedata.is_normalized("NFC", key + word) for key, word in VI_LETTERS.items())


@pytest.mark.parametrize(
    ("times", "lang", "sentence"),
    [
        (1, "vi", "Mời công dân có số một không không một, đến quầy số ba."),
        (2, "vi", "Mời lần hai: công dân có số một không không một, đến quầy số ba."),
        (3, "vi", "Mời lần ba: công dân có số một không không một, đến quầy số ba."),
        (1, "en", "Number one zero zero one, please go to counter three."),
        (2, "en", "Second call: number one zero zero one, please go to counter three."),
        (9, "en", "Another call: number one zero zero one, please go to counter three."),
    ],
)
def test_a_call_is_said_in_one_sentence(times: int, lang: str, sentence: str) -> None:
    assert call_sentence("1001", 3, lang, times) == sentence


def test_a_site_chooses_accent_style_and_how_people_are_addressed() -> None:
    voice = Voice(accent="south", style="number", address="quý khách")
    said = call_sentence("1105", 15, "vi", 1, voice)
    assert said == "Mời quý khách có số một ngàn một trăm lẻ năm, đến quầy số mười lăm."


def test_a_number_that_was_passed_over_is_sent_to_the_help_desk() -> None:
    assert passed_sentence("A004") == "Số a không không bốn đã qua lượt, xin liên hệ quầy hướng dẫn."
    assert passed_sentence("A004", "en") == "Number A zero zero four has been passed over. Please see the help desk."


@pytest.mark.parametrize(
    "call",
    [
        lambda: number(-1),
        lambda: number(MAX_NUMBER + 1),
        lambda: spoken(""),
        lambda: spoken("  "),
        lambda: spoken("1-2"),
        lambda: spoken("1001", "fr"),
        lambda: spoken("1001", accent="hue"),
        lambda: spoken("1001", style="song"),
    ],
)
def test_what_can_not_be_spoken_is_refused(call) -> None:
    with pytest.raises(ValueError):
        call()
