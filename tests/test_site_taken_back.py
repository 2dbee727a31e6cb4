"""A configuration whose transaction is taken back is nobody's, though another process gives its version to its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.cluster_kit import postgres
from tests.kit import SITE, Centre, ManualClock, at_once, small_site
from ticketing.store import AnyStore, open_database, open_store


class TakenBack(Exception):
    pass


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[list[AnyStore]]:
    """Two processes' on the same data."""
    place: Any = postgres().new() if request.param == "PostgreSQL" else tmp_path / "layso.db"
    Centre(place, ManualClock(), small_site()).close()
    with ExitStack() as stack:
        opened = open_database if request.param == "PostgreSQL" else open_store
        yield [stack.enter_context(closing(opened(place))) for _ in range(2)]  # type: ignore[operator]


def save(name: str, fails: bool, tx: Any) -> str:
    tx.sites.save(replace(tx.sites.get(SITE), name=name))
    found = str(tx.sites.get(SITE).name)
    if fails:
        raise TakenBack
    return found


def name(tx: Any) -> str:
    return str(tx.sites.get(SITE).name)


def test_what_was_taken_back_is_not_what_another_process_has_saved(stores: list[AnyStore]) -> None:
    one, other = stores
    with pytest.raises(TakenBack):
        one.write((SITE,), partial(save, "taken back", True))
    assert other.write((SITE,), partial(save, "saved", False)) == "saved"
    assert [store.write((SITE,), name) for store in stores] == ["saved", "saved"]
    assert [store.read(name) for store in stores] == ["saved", "saved"]


def test_nor_what_a_group_saves_that_fails_in_part(stores: list[AnyStore]) -> None:
    one, other = stores
    for number in range(5):
        done = at_once([partial(one.write, (SITE,), partial(save, f"{number}", fails)) for fails in (False, True) * 3])
        assert {type(each) for each in done} == {str, TakenBack}
        assert other.write((SITE,), name) == f"{number}"
        with pytest.raises(TakenBack):
            one.write((SITE,), partial(save, "taken back", True))
        other.write((SITE,), partial(save, f"other {number}", False))
        assert [store.write((SITE,), name) for store in stores] == [f"other {number}"] * 2
