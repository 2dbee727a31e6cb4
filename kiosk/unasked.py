"""Packages that others take in wherever they are, and nobody here asks for what is made of them: together they would be
a quarter of the server's memory, and half a second of its start."""

from __future__ import annotations

import sys

UNASKED = ("numpy", "pandas", "requests", "redis")


def leave_out() -> None:
    """Whoever tries to import them goes on without, as where they aren't installed."""
    for name in UNASKED:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]


def let_in(name: str) -> None:
    """From here on it can be imported."""
    if sys.modules.get(name, sys) is None:
        del sys.modules[name]
