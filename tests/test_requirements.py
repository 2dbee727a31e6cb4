"""Every statement of the two plans is held by a test, and the table of them tells the truth."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest

from tests.marks import Bearer, bearers
from tests.requirements import MARK, PAGE, STATEMENTS, page

OURS = [one.code for one in STATEMENTS if not one.outside]


@pytest.fixture(scope="module")
def found() -> list[Bearer]:
    return bearers(MARK)


def test_the_statements_are_tn_01_to_17_and_dn_01_to_36_each_once() -> None:
    expected = [f"TN-{n:02d}" for n in range(1, 18)] + [f"DN-{n:02d}" for n in range(1, 37)]
    assert [one.code for one in STATEMENTS] == expected
    assert [one.code for one in STATEMENTS if one.outside] == ["DN-27", "DN-36"]
    for one in STATEMENTS:
        assert one.quote and bool(one.behaviour) is not bool(one.outside)
        assert unicodedata.is_normalized("NFC", one.quote)


@pytest.mark.parametrize("code", OURS)
def test_a_statement_that_is_ours_is_held_by_a_test(found: list[Bearer], code: str) -> None:
    assert [one.name for one in found if code in one.codes]


def test_no_test_bears_a_statement_that_there_is_not_or_that_is_not_ours(found: list[Bearer]) -> None:
    assert [(one.file, one.name, code) for one in found for code in one.codes if code not in OURS] == []


def test_the_page_is_what_the_tests_say_today(found: list[Bearer]) -> None:
    assert PAGE.read_text(encoding="utf-8") == page(found), "make requirements"


def test_the_page_links_to_files_that_are_there() -> None:
    links = set(re.findall(r"\]\(([^)]+)\)", PAGE.read_text(encoding="utf-8")))
    assert links and all((PAGE.parent / link).is_file() for link in links)


def test_marks_are_found_by_reading_alone_and_must_be_written_out(tmp_path: Path) -> None:
    head = "import pytest\n\n@pytest.mark.slow\n"
    (tmp_path / "test_a.py").write_text(f'{head}@pytest.mark.states("TN-01", "DN-02")\ndef test_it_holds(): ...\n')
    [one] = bearers(MARK, tmp_path)
    assert (one.file, one.sentence, one.codes) == ("test_a.py", "it holds", ("TN-01", "DN-02"))
    marks = 'import pytest\n\npytestmark = [pytest.mark.slow, pytest.mark.states("TN-03")]\n'
    (tmp_path / "test_c.py").write_text(f"{marks}\ndef helper(): ...\n\ndef test_all_hold(): ...\n")
    assert [(one.name, one.codes) for one in bearers(MARK, tmp_path)][1:] == [("test_all_hold", ("TN-03",))]
    (tmp_path / "test_b.py").write_text(f"{head}@pytest.mark.states(*CODES)\ndef test_it_hides(): ...\n")
    with pytest.raises(ValueError, match="written out"):
        bearers(MARK, tmp_path)
