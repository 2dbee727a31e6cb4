"""Pages of which most stays the same for hours: rendered once, with places for what differs."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from markupsafe import Markup

# No text of a configuration or a catalog holds this character.
_EDGE = "\x1c"


def slot(name: str) -> Markup:
    """Stands in a rendered page for what `Frames.page` is given by this name."""
    return Markup(f"{_EDGE}{name}{_EDGE}")


class Frames:
    """`name` is one of a few, of which the last `most` are kept; a frame is rendered again when what it was made of is
    another."""

    def __init__(self, most: int = 1000) -> None:
        self._most = most
        self._kept: dict[Hashable, tuple[object, list[str]]] = {}

    def page(self, name: Hashable, made_of: object, render: Callable[[], str], **slots: str) -> str:
        kept = self._kept.pop(name, None)
        if kept is None or kept[0] != made_of:
            kept = (made_of, render().split(_EDGE))
        self._kept[name] = kept
        if len(self._kept) > self._most:
            self._kept.pop(next(iter(self._kept)), None)
        return "".join(slots[part] if place % 2 else part for place, part in enumerate(kept[1]))
