"""Every write of ours as if it ran in another process: `work`, and what it returns or raises, come out of a pickle.

A closure of ours can't, and what a work changes of its caller's objects is lost, so that either shows in every test.
tests/test_elsewhere.py holds down that it does.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable, Collection
from functools import partial
from typing import Any

from ticketing.lookups import Wiring
from ticketing.store.sqlite import SqliteStore

OURS = ("display", "kiosk", "ticketing")


def in_this_process() -> None:
    SqliteStore.write = _write  # type: ignore[method-assign,assignment]


_really = SqliteStore.write


def _write(store: SqliteStore, sites: Collection[str], work: Callable[[Any], Any]) -> Any:
    if not is_ours(work):
        return _really(store, sites, work)
    work = again(work)
    try:
        found = _really(store, sites, work)
    except Exception as error:
        raise again(error) from error
    return again(found)


def is_ours(work: object) -> bool:
    """By where its function was written; tests hand over closures of their own."""
    while isinstance(work, partial):
        work = work.func
    module = getattr(work, "__module__", None) or type(work).__module__
    return module.partition(".")[0] in OURS


def again(what: Any) -> Any:
    """A copy by way of a pickle. Raises as `pickle` does for what can't be pickled."""
    pickler = _Pickler(content := io.BytesIO(), pickle.HIGHEST_PROTOCOL)
    pickler.dump(what)
    content.seek(0)
    unpickler = pickle.Unpickler(content)
    unpickler.persistent_load = pickler.named.__getitem__  # type: ignore[method-assign,assignment]
    return unpickler.load()


class _Pickler(pickle.Pickler):
    """Hands the office's wiring over by name, of which each process has its own, and what tests put in our place."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.named: dict[int, object] = {}

    def persistent_id(self, found: Any) -> int | None:
        if not isinstance(found, Wiring) and not _of_a_test(found):
            return None
        self.named[id(found)] = found
        return id(found)


def _of_a_test(found: Any) -> bool:
    module = getattr(found, "__module__", None)
    return isinstance(module, str) and module.partition(".")[0] == "tests"
