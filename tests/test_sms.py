"""How long a text message is, and what it says without marks."""

from __future__ import annotations

import pytest

from ticketing.rules import sms
from ticketing.rules.sms import Length, length, unaccented

HORN = "\N{POSTAL HORN}"


@pytest.mark.states("DN-22")
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", Length("gsm", 0, 0, 160)),
        ("a" * 160, Length("gsm", 160, 1, 0)),
        ("a" * 161, Length("gsm", 161, 2, 153 - 8)),
        ("a" * 306, Length("gsm", 306, 2, 0)),
        ("a" * 307, Length("gsm", 307, 3, 152)),
        ("a" * 459, Length("gsm", 459, 3, 0)),
        ("đ" * 70, Length("ucs2", 70, 1, 0)),
        ("đ" * 71, Length("ucs2", 71, 2, 63)),
        ("đ" * 134, Length("ucs2", 134, 2, 0)),
        ("đ" * 135, Length("ucs2", 135, 3, 66)),
        ("à" * 160, Length("gsm", 160, 1, 0)),
    ],
)
def test_a_message_is_cut_where_the_network_cuts_it(text: str, found: Length) -> None:
    assert length(text) == found


def test_a_character_of_the_extension_table_takes_two_places_and_is_not_cut_in_two() -> None:
    assert length("€" * 80) == Length("gsm", 160, 1, 0)
    assert length("€" * 81) == Length("gsm", 162, 2, 153 - 10)
    # 152 places are taken: the pair would straddle the end of the part, so a place stays empty.
    assert length("a" * 152 + "€" + "a" * 10) == Length("gsm", 164, 2, 153 - 12)
    assert length("a" * 152 + "€" + "a" * 151) == Length("gsm", 305, 2, 0)
    assert length("a" * 152 + "€" + "a" * 152) == Length("gsm", 306, 3, 152)


def test_a_character_beyond_the_first_plane_counts_two_units_and_is_not_cut_in_two() -> None:
    assert length(HORN) == Length("ucs2", 2, 1, 68)
    assert length("ệ" * 66 + HORN + "ệ" * 3) == Length("ucs2", 71, 2, 67 - 5)


def test_one_sign_outside_the_basic_alphabet_makes_the_whole_message_ucs2() -> None:
    assert [length("Goi 0251-1022" + sign).encoding for sign in ("", "à", "ả", "–")] == ["gsm", "gsm", "ucs2", "ucs2"]


def test_a_decomposed_text_is_counted_as_phones_send_it() -> None:
    assert length("e\N{COMBINING CIRCUMFLEX ACCENT}\N{COMBINING DOT BELOW}") == length("ệ")


def test_marks_go_and_so_does_the_letter_that_has_no_decomposition() -> None:
    text = "Đồng Nai: “đề nghị” nộp hồ sơ trực tuyến – Hỗ trợ…"
    assert unaccented(text) == 'Dong Nai: "de nghi" nop ho so truc tuyen - Ho tro...'


def test_every_vietnamese_letter_becomes_one_of_the_basic_alphabet() -> None:
    vowels = "aăâeêioôơuưy"
    tones = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
    letters = "".join(vowel + tone for vowel in vowels for tone in tones) + "đ"
    bare = unaccented(letters + letters.upper())
    assert set(bare) == set("aeiouydAEIOUYD") <= sms.BASIC
    assert length(bare) == Length("gsm", 146, 1, 14)
