"""What a new configuration changes in a site, value by value."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from typing import Any

from ticketing.rules.sites import Notice, Site

MANY = 50
# Values that refer to one another: of these, two people's changes can't be put together unseen.
TOGETHER = (
    {"fields", "services", "procedures", "priorities", "counters", "sessions", "neutral"},
    {"policies", "procedure_lists", "notices", "overrides"},
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A configuration that holds from the end of `day` on: `base` is what stood when it was asked for, by whom (an
    actor's id) and why."""

    base: Site
    site: Site
    day: date
    actor: str
    reason: str = ""

    def over(self, now: Site) -> Site:
        """What it changes of its base, changed of the site as it stands now."""
        wanted = {one.name: getattr(self.site, one.name) for one in fields(Site)}
        return replace(now, **{name: value for name, value in wanted.items() if value != getattr(self.base, name)})

    def meets(self, before: Site, after: Site) -> bool:
        """Whether another change touches what this one does."""
        return not _touched(self.base, self.site).isdisjoint(_touched(before, after))


def _touched(before: Site, after: Site) -> set[str]:
    names = {one.name for one in fields(Site) if getattr(before, one.name) != getattr(after, one.name)}
    return names.union(*(group for group in TOGETHER if not names.isdisjoint(group)))


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
    came_from = _origins(old, new)
    old_names, new_names = _names(old), _names(new)
    for i in sorted(set(range(len(old))) - set(came_from.values())):
        yield Change("removed", attribute, old[i], None, old_names[i], thing=old[i])
    for k, item in enumerate(new):
        if k not in came_from:
            yield Change("added", attribute, None, item, new_names[k], thing=item)
        elif old[came_from[k]] != item:
            yield from _of_values(attribute, new_names[k], old[came_from[k]], item)
    kept = [i for _k, i in sorted(came_from.items())]
    if kept != sorted(kept):
        names = tuple(old_names[i] for i in sorted(kept)), tuple(old_names[i] for i in kept)
        yield Change("order", attribute, *names)


def _origins(old: tuple[Any, ...], new: tuple[Any, ...]) -> dict[int, int]:
    """Which new entry was which old one: the same, else one of the same name, and notices, which have none, in turn."""
    marks: list[Callable[[Any], str]] = [repr, name_of]
    if any(isinstance(item, Notice) for item in new):
        marks.append(lambda _item: "")
    came_from: dict[int, int] = {}
    left, free = list(range(len(old))), list(range(len(new)))
    for mark in marks:
        waiting: dict[str, deque[int]] = {}
        for k in free:
            waiting.setdefault(mark(new[k]), deque()).append(k)
        for i in left:
            if alike := waiting.get(mark(old[i])):
                came_from[alike.popleft()] = i
        found = set(came_from.values())
        left, free = [i for i in left if i not in found], [k for k in free if k not in came_from]
    return came_from


def _names(items: tuple[Any, ...]) -> list[str]:
    """Entries of one name (a session's, on other weekdays) are told apart by their place among them."""
    seen: Counter[str] = Counter()
    names: list[str] = []
    for name in map(name_of, items):
        names.append(f"{name} ({seen[name] + 1})" if seen[name] else name)
        seen[name] += 1
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
