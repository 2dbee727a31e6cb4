"""A verb runs once for an Idempotency-Key: repeated, it answers with what came of it and changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from ticketing.errors import TicketingError
from ticketing.verbs.day import Day

P = ParamSpec("P")
T = TypeVar("T")


def once(day: Day, verb: Callable[Concatenate[Day, P], T], *args: P.args, **kwargs: P.kwargs) -> tuple[T, bool]:
    """What the verb returns, and whether it has run now. A key is one actor's at one site until the codes
    of its day go, and means one verb at one counter or for one number. A refusal is not remembered."""
    if not day.key:
        return verb(day, *args, **kwargs), True
    here = (day.actor.id, day.site.code, day.date, _name(verb, args), day.key)
    kept = day.tx.keys.get(*here)
    if kept is not None:
        again = getattr(verb, "again", _ticket)
        return cast(T, again(day, kept, *args, **kwargs)), False
    result = verb(day, *args, **kwargs)
    if not isinstance(result, TicketingError):
        day.tx.keys.keep(*here, getattr(result, "id", 0))
    return result, True


def repeated_by(again: Callable[..., Any], name: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Says how a verb answers to a key that it has run for: `again(day, kept, *args)`, where `kept` is the `id` of
    what it returned then, 0 for what has none. Without it, by the ticket of that id, or None. `name` is what its keys
    are kept under."""

    def mark(verb: Callable[P, T]) -> Callable[P, T]:
        verb.again, verb.name = again, name  # type: ignore[attr-defined]
        return verb

    return mark


def _name(verb: Callable[..., Any], args: tuple[Any, ...]) -> str:
    if hasattr(verb, "name"):
        return str(verb.name)
    name = verb.__name__.replace("_", "-")
    return f"{args[0]}/{name}" if args and isinstance(args[0], int | str) else name


def _ticket(day: Day, kept: int, *args: Any, **kwargs: Any) -> Any:
    return day.tx.tickets.get(kept) if kept else None
