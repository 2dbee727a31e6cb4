"""Frozen values that are made again and again: what answers hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field, fields, make_dataclass
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def maker(cls: Callable[P, T]) -> Callable[P, T]:
    """Makes the values of a frozen dataclass with slots, without `__post_init__`, in a fifth of the time.

    What is frozen sets each of its parts by a call. Here each is born of a class with the same slots that isn't, and
    becomes one of its own.
    """
    kind: Any = cls
    parts = [
        (one.name, one.type, field(default=one.default, default_factory=one.default_factory, kw_only=one.kw_only))
        for one in fields(kind)
    ]
    init = make_dataclass(kind.__name__, parts, repr=False, eq=False).__init__  # type: ignore[misc]
    plain = {"__slots__": (), "__init__": init, "__setattr__": object.__setattr__, "__delattr__": object.__delattr__}
    born: Any = type(kind.__name__, (kind,), plain)

    def make(*values: P.args, **named: P.kwargs) -> T:
        made = born(*values, **named)
        made.__class__ = cls
        return made

    return make
