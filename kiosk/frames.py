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
    """`name` is one of a few; a frame is rendered again when what it was made of is another."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, tuple[object, list[str]]] = {}

    def page(self, name: Hashable, made_of: object, render: Callable[[], str], **slots: str) -> str:
        kept = self._kept.get(name)
        if kept is None or kept[0] != made_of:
            kept = self._kept[name] = (made_of, render().split(_EDGE))
        return "".join(slots[part] if place % 2 else part for place, part in enumerate(kept[1]))
