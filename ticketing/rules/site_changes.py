"""What a new configuration changes in a site, value by value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from ticketing.sites import Notice, Site

MANY = 50


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: `kind` is changed, added, removed or order.

    `attribute` is Site's. For an entry of a list, `item` is its name, `thing` the entry itself (the later
    one if both are there) and `key` which of its values differs, "field_caps.HT" for one of a table.
    `before` and `after` are the values, the whole entry when it comes or goes, the names when the order changes.
    """

    kind: str
    attribute: str
    before: Any
    after: Any
    item: str = ""
    key: str = ""
    thing: Any = None

    @property
    def path(self) -> str:
        """Where the value stands, for example "sessions[morning].cap"."""
        return self.attribute + (f"[{self.item}]" if self.item else "") + (f".{self.key}" if self.key else "")

    def __str__(self) -> str:
        if self.kind == "order":
            return f"{self.path}: in another order"
        if self.kind != "changed":
            return f"{self.path}: {self.kind}"
        return f"{self.path}: {_word(self.before)} → {_word(self.after)}"


def changes(before: Site, after: Site) -> list[Change]:
    """Every difference, in the order of Site's attributes; empty when the sites are equal."""
    found: list[Change] = []
    for declared in fields(Site):
        old, new = getattr(before, declared.name), getattr(after, declared.name)
        if old == new:
            continue
        if isinstance(new, tuple):
            found.extend(_of_list(declared.name, old, new))
        elif is_dataclass(old) or is_dataclass(new):
            found.extend(_of_values(declared.name, "", old, new))
        else:
            found.append(Change("changed", declared.name, old, new))
    return found


def changed_keys(before: Site, after: Site) -> tuple[str, ...]:
    """The paths of what differs; beyond 50 only the attributes, so that the journal's line stays short."""
    found = changes(before, after)
    paths = tuple(dict.fromkeys(change.path for change in found))
    return paths if len(paths) <= MANY else tuple(dict.fromkeys(change.attribute for change in found))


def name_of(item: Any) -> str:
    """What an entry of a list is called in paths."""
    for key in ("code", "number", "day", "name"):
        if hasattr(item, key):
            return str(getattr(item, key))
    return str(getattr(item, "text", "") or item.policy)[:40]


def _of_list(attribute: str, old: tuple[Any, ...], new: tuple[Any, ...]) -> Iterator[Change]:
    pairs = _pairs(old, new)
    old_names, new_names = _names(old), _names(new)
    came_from = {k: i for i, k in pairs}
    for i, item in enumerate(old):
        if i not in came_from.values():
            yield Change("removed", attribute, item, None, old_names[i], thing=item)
    for k, item in enumerate(new):
        if k not in came_from:
            yield Change("added", attribute, None, item, new_names[k], thing=item)
        elif old[came_from[k]] != item:
            yield from _of_values(attribute, new_names[k], old[came_from[k]], item)
    kept = [i for _k, i in sorted(came_from.items())]
    if kept != sorted(kept):
        names = tuple(old_names[i] for i in sorted(kept)), tuple(old_names[i] for i in kept)
        yield Change("order", attribute, *names)


def _pairs(old: tuple[Any, ...], new: tuple[Any, ...]) -> list[tuple[int, int]]:
    """Which entry became which: the same one, else one of the same name, and notices, which have none, in turn."""
    same = [lambda a, b: a == b, lambda a, b: name_of(a) == name_of(b)]
    if any(isinstance(item, Notice) for item in new):
        same.append(lambda a, b: True)
    pairs: list[tuple[int, int]] = []
    left, free = list(range(len(old))), list(range(len(new)))
    for alike in same:
        for i in tuple(left):
            k = next((k for k in free if alike(old[i], new[k])), None)
            if k is not None:
                pairs.append((i, k))
                left.remove(i)
                free.remove(k)
    return pairs


def _names(items: tuple[Any, ...]) -> list[str]:
    """Entries of one name (a session's, on other weekdays) are told apart by their place among them."""
    names: list[str] = []
    for number, item in enumerate(items):
        before = sum(name_of(other) == name_of(item) for other in items[:number])
        names.append(f"{name_of(item)} ({before + 1})" if before else name_of(item))
    return names


def _of_values(attribute: str, item: str, old: Any, new: Any) -> Iterator[Change]:
    """The values of an entry that differ; one that is not there at all counts as empty."""
    for declared in fields(old if new is None else new):
        a: Any = "" if old is None else getattr(old, declared.name)
        b: Any = "" if new is None else getattr(new, declared.name)
        if a == b:
            continue
        if isinstance(b, Mapping):
            for code in dict.fromkeys((*a, *b)):
                if a.get(code) != b.get(code):
                    key = f"{declared.name}.{code}"
                    yield Change("changed", attribute, a.get(code), b.get(code), item, key, new)
        else:
            yield Change("changed", attribute, a, b, item, declared.name, new)


def _word(value: Any) -> str:
    return repr(value) if isinstance(value, str) else str(value)
