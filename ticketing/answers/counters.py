"""The counters: a line of the board, and what the officer who sits there sees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, cast

from ticketing.answers.names import Time, stamp
from ticketing.lookups import Look
from ticketing.rules import sites
from ticketing.rules.counters import UNDO_WITHIN, CounterState
from ticketing.rules.sites import localized
from ticketing.rules.tickets import Ticket

State = Literal["open", "paused", "closed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardCounter:
    """`counter` is the number on the door, `ticket` the number called or served there."""

    counter: int
    name: str
    state: State
    ticket: str | None
    ticket_state: Literal["called", "serving"] | None
    fields: list[str]
    services: list[str]
    screen: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter(BoardCounter):
    """What the officer who acted sees besides; until `undo_until` the last finish or no-show can be undone. `back_at`:
    when a pause is to end, if that was said."""

    holder: str
    holder_name: str
    reason: str
    back_at: Time | None
    undo_until: Time | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A counter that somebody holds, and the number called or served there."""

    counter: int
    name: str
    number: str | None
    state: str


C = TypeVar("C", bound=BoardCounter)


def of(look: Look, state: CounterState, lang: str) -> Counter:
    """As its officer sees it: the board's line, who sits there, and until when a step can be undone."""
    configured = look.site.counter(state.number)
    assert configured is not None
    here = look.view.tickets.at_counter(look.site.code, look.date, state.number)
    undo_until = state.last_at + UNDO_WITHIN if state.last_ticket and state.last_at else None
    return _made(
        Counter, configured, state, here, lang,
        holder=state.holder, holder_name=state.holder_name, reason=state.reason,
        back_at=stamp(look.site, state.back_at), undo_until=stamp(look.site, undo_until),
    )  # fmt: skip


def held_by(look: Look, actor: str, lang: str) -> list[Held]:
    """The counters that an actor, by his id, holds now."""
    here, found = look.view.tickets.at_counters(look.site.code, look.date), []
    for number, state in sorted(look.view.counters.all(look.site.code).items()):
        configured, ticket = look.site.counter(number), here.get(number)
        if state.state != "closed" and state.holder == actor:
            name = localized(configured, lang) if configured else ""
            there = (ticket.number, ticket.state) if ticket else (None, "")
            found.append(Held(counter=number, name=name, number=there[0], state=there[1]))
    return found


def on_board(
    look: Look, states: Mapping[int, CounterState], here: Mapping[int, Ticket], lang: str
) -> list[BoardCounter]:
    """Every counter of the site; a closed one shows what it is meant for."""
    site = look.site
    return [
        _made(BoardCounter, c, states.get(c.number) or CounterState(site.code, c.number), here.get(c.number), lang)
        for c in site.counters
    ]


def _made(
    kind: type[C], configured: sites.Counter, state: CounterState, here: Ticket | None, lang: str, **more: Any
) -> C:
    closed = state.state == "closed"
    return kind(
        counter=configured.number,
        name=localized(configured, lang),
        state=cast(State, state.state),
        ticket=here.number if here else None,
        ticket_state=cast(Literal["called", "serving"], here.state) if here else None,
        fields=list(configured.fields if closed else state.fields),
        services=list(configured.services if closed else state.services),
        screen=configured.screen,
        **more,
    )
