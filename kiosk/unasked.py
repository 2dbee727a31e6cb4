"""Packages that others take in wherever they are, and nobody here asks for what is made of them: together they would be
a quarter of the server's memory, and half a second of its start."""

from __future__ import annotations

import sys
from importlib import import_module

UNASKED = ("numpy", "pandas", "requests", "redis")
TAKE_THEM_IN = ("sqlite_utils", "portalocker")
SERVING = ("flask_socketio",)


def leave_out(serving: bool) -> None:
    """Imports those who take them in, who go on without as where they aren't installed; then they can be had again."""
    left_out = [name for name in UNASKED if name not in sys.modules]
    for name in left_out:
        sys.modules[name] = None  # type: ignore[assignment]
    for name in TAKE_THEM_IN + (SERVING if serving else ()):
        import_module(name)
    for name in left_out:
        del sys.modules[name]
