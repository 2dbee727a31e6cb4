"""What a file of sites may be written like: encodings, line ends, blanks and times, and files that are none."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from kiosk.config_refusals import line
from tests.test_profile_refusals import WARD, changed, problems
from ticketing.profiles import ConfigError, parse_sites, read_sites


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "sites: must be one or more [[sites]] tables"),
        ("sites = 3", "sites: must be one or more [[sites]] tables"),
        ("sites = [3]", "sites[0]: must be a table, not 3"),
        ('[[sites]]\ncode = "a\n', "line 2: not valid TOML: "),
        ("[[sites]]\n\ncode == 1", "line 3: not valid TOML: "),
        ("[[sites]]\ncode = 1\ncode = 2", "line 3: not valid TOML: "),
        ("a = " + "9" * 5000, "not valid TOML: "),
        ("a = " + "[" * 5000 + "]" * 5000, "not valid TOML: "),
    ],
)
def test_what_is_no_configuration_at_all_is_refused_with_its_line(text: str, expected: str):
    (problem,) = problems(text)
    assert problem.startswith(expected)


def test_a_key_that_holds_a_line_break_is_shown_on_one_line():
    assert problems('"a\\nb" = 1\n' + WARD) == ["'a\\nb': unknown key"]


def test_a_file_in_another_encoding_is_refused_with_its_line(tmp_path: Path):
    path = tmp_path / "site.toml"
    path.write_bytes(b'# one\n# two\nname = "\xe9\xff"\n')
    with pytest.raises(ConfigError) as refusal:
        read_sites(path)
    assert line(refusal.value.problems[0]) == f"{path}: line 3: not UTF-8 text; save the file as UTF-8"


def test_a_file_that_is_not_there_is_refused(tmp_path: Path):
    with pytest.raises(ConfigError) as refusal:
        read_sites(tmp_path / "none.toml")
    assert line(refusal.value.problems[0]).endswith("none.toml: cannot be read: No such file or directory")


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path):
    path = tmp_path / "site.toml"
    path.write_bytes(b"\xef\xbb\xbf" + WARD.replace("\n", "\r\n").encode())
    assert read_sites(path) == parse_sites(WARD, "ward.toml")


def test_every_text_is_kept_in_nfc_and_without_blanks_around_it():
    decomposed = unicodedata.normalize("NFD", WARD).replace('"Ph', '"  Ph')
    assert decomposed != WARD
    assert parse_sites(decomposed, "ward.toml") == parse_sites(WARD, "ward.toml")


def test_a_local_time_of_toml_says_the_same_as_a_text():
    assert parse_sites(changed('"07:00"', "07:00:00"), "ward.toml") == parse_sites(WARD, "ward.toml")


def test_a_procedures_code_is_kept_up_to_its_second_group():
    (site,) = parse_sites(changed('"1.001193"', '"1.001193.000.00.00.H19"'), "ward.toml")
    assert site.procedures[0].code == "1.001193"


def test_an_online_value_stands_with_its_scheme():
    text = changed('field = "HT"', 'field = "HT"\nonline = { scheme = "level", value = "4" }')
    assert parse_sites(text, "ward.toml")[0].procedures[0].online == ("level", "4")
    text = changed('field = "HT"', 'field = "HT"\nonline = { value = "4" }')
    assert problems(text) == ["sites[0].procedures[0].online.scheme: is missing"]
