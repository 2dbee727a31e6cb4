"""What a new configuration changes in a site, in words."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

from ticketing.sites import Site


def changes(before: Site, after: Site) -> list[str]:
    """One line for each key that differs; lists name the items that come, go or change."""
    lines = []
    for declared in fields(Site):
        old, new = getattr(before, declared.name), getattr(after, declared.name)
        if old != new:
            listed = isinstance(new, tuple) and any(is_dataclass(item) for item in (*old, *new))
            lines.append(f"{declared.name}: {_of_list(old, new) if listed else f'{_value(old)} → {_value(new)}'}")
    return lines


def _value(value: Any) -> str:
    return repr(value) if isinstance(value, str) else str(value)


def _name(item: Any) -> str:
    for key in ("code", "number", "day"):
        if hasattr(item, key):
            return str(getattr(item, key))
    return str(getattr(item, "name", "") or getattr(item, "text", ""))[:40]


def _by_name(items: tuple[Any, ...]) -> dict[str, Any]:
    """Items of one name (a session's, on other weekdays) are told apart by their place among them."""
    named: dict[str, Any] = {}
    for item in items:
        name, place = _name(item), 2
        while name in named:
            name, place = f"{_name(item)} ({place})", place + 1
        named[name] = item
    return named


def _of_list(old: tuple[Any, ...], new: tuple[Any, ...]) -> str:
    before, after = _by_name(old), _by_name(new)
    parts = [
        ("added", [name for name in after if name not in before]),
        ("removed", [name for name in before if name not in after]),
        ("changed", [name for name, item in after.items() if name in before and before[name] != item]),
    ]
    said = "; ".join(f"{what} {', '.join(names)}" for what, names in parts if names)
    return said or "in another order"
