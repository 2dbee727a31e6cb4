"""The reference says what the code says today."""

from __future__ import annotations

import pytest

from kiosk.cli import layso
from kiosk.config import variables
from tests.reference import PAGE, every_table, meaning, page
from tests.reference_words import MEANS
from ticketing.profiles import tables

KEYS = [(path, key) for path, _many, table in every_table(tables.SITE) for key in table.keys]


@pytest.mark.faults("I")
def test_the_reference_is_what_the_code_says_today() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text == page(), "make reference"
    assert all(f"`{name}`" in text for name in variables())
    assert all(f"### `layso {name}" in text for name in layso.commands)
    assert len(KEYS) > 150 and all(f"| `{key}` |" in text for _path, key in KEYS)


def test_every_key_is_explained_and_nothing_else() -> None:
    assert [f"{path}.{key}" for path, key in KEYS if not meaning(path, key)] == []
    known = {f"{path.rpartition('.')[2]}.{key}" for path, key in KEYS} | {key for _path, key in KEYS}
    assert MEANS.keys() - known == set()
