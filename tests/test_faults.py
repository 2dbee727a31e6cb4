"""Everything that version 0.1 did wrong is held down by a test, and the table of it tells the truth."""

from __future__ import annotations

import re

import pytest

from tests.faults import KINDS, MARK, PAGE, PROMISES, page
from tests.marks import Bearer, bearers


@pytest.fixture(scope="module")
def found() -> list[Bearer]:
    return bearers(MARK)


@pytest.fixture(scope="module")
def borne(found: list[Bearer]) -> set[str]:
    return {code for one in found for code in one.codes}


def test_each_promise_stands_once_and_under_a_title() -> None:
    counts = {"S": 22, "P": 10, "U": 18}
    expected = [f"{kind}{n}" for kind, count in counts.items() for n in range(1, count + 1)] + ["L", "I"]
    assert list(PROMISES) == expected
    assert {code.rstrip("0123456789") for code in PROMISES} == set(KINDS)


def test_every_promise_is_held_by_a_test(borne: set[str]) -> None:
    assert [code for code in PROMISES if code not in borne] == []


def test_no_test_bears_a_promise_that_there_is_not(borne: set[str]) -> None:
    assert borne - PROMISES.keys() == set()


def test_the_page_is_what_the_tests_say_today(found: list[Bearer]) -> None:
    assert PAGE.read_text(encoding="utf-8") == page(found), "make faults"


def test_the_page_links_to_files_that_are_there() -> None:
    links = set(re.findall(r"\]\(([^)]+)\)", PAGE.read_text(encoding="utf-8")))
    assert links and all((PAGE.parent / link).is_file() for link in links)
