"""The board of a site: what screens and pages show to everybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import msgspec

from ticketing.answers import counters, emergency, ledger, notices, occupancy, places, sessions
from ticketing.answers.counters import BoardCounter
from ticketing.answers.emergency import Emergency
from ticketing.answers.ledger import LedgerHead
from ticketing.answers.names import Time, stamp
from ticketing.answers.notices import Notice
from ticketing.answers.occupancy import Room
from ticketing.answers.places import QueueWait
from ticketing.answers.plans import PolicyInForce, in_force
from ticketing.answers.sessions import BoardField, BoardService, BoardSession, NextSession
from ticketing.lookups import Look, forecast, next_session, usage_of
from ticketing.rules import sessions as timetable
from ticketing.rules.counters import Queue
from ticketing.rules.tickets import Call
from ticketing.rules.waits import Forecast

CALLS_SHOWN = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardCall:
    """The latest call of a ticket; `call_id` grows, `times` counts the calls of this turn."""

    number: str
    counter: int
    called_at: Time
    times: int
    call_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What walls and consoles both show of a site. `clock_held`: the machine's clock has leapt, and no numbers are
    given out."""

    site: str
    epoch: str
    seq: int
    time: Time
    rehearsal: bool
    clock_held: bool
    session: BoardSession
    next_session: NextSession | None
    emergency: Emergency | None
    fields: list[BoardField]
    services: list[BoardService]
    counters: list[BoardCounter]


@dataclass(frozen=True, slots=True, kw_only=True)
class Board(Shown):
    """`epoch` changes when the data were restored or replaced; within one, ignore a smaller `seq`."""

    calls: list[BoardCall]
    notices: list[Notice]
    policy: PolicyInForce | None
    room: Room
    ledger: LedgerHead


def of(look: Look, lang: str) -> Board:
    """The whole board, never older than the last acknowledged write."""
    return look.kept(("board", lang), lambda: _made(look, lang))


def encoded(look: Look, lang: str) -> bytes:
    return look.kept(("board's JSON", lang), lambda: msgspec.json.encode(of(look, lang)))


def _made(look: Look, lang: str) -> Board:
    view, site = look.view, look.site
    today = view.sessions.of_day(site.code, look.date)
    shown = timetable.current(today)
    usage = usage_of(view, shown) if shown else {}
    at, waiting = _at_counters(look, lang), places.lengths(look)
    playing = forecast(look)
    following = next_session(look, today, shown)
    return Board(
        site=site.code,
        epoch=view.meta("epoch"),
        seq=view.journal.last_seq(site.code),
        time=stamp(site, look.now),
        rehearsal=look.wiring.clock.rehearsal,
        clock_held=look.moment.held,
        session=sessions.on_board(look, shown, usage, lang),
        emergency=emergency.of(site, view.sites.emergency(site.code), lang),
        next_session=sessions.brief(site, following, usage_of(view, following), lang) if following else None,
        fields=[
            sessions.field(site, f, shown, usage, lang, _wait(look, playing, ("submit", f.code), waiting))
            for f in site.fields
        ],
        services=[
            sessions.service(v, shown, usage, lang, _wait(look, playing, (v.code, None), waiting))
            for v in site.services
        ],
        counters=at.counters,
        calls=at.calls,
        notices=notices.now(look, lang),
        policy=in_force(look.plan, lang, look.portal_down),
        ledger=ledger.head(look, look.date),
        room=occupancy.occupancy(site, sum(waiting.values()), at.busy),
    )


class _AtCounters(NamedTuple):
    """The board's counters and calls, and how many tickets are at counters."""

    counters: list[BoardCounter]
    calls: list[BoardCall]
    busy: int


def _at_counters(look: Look, lang: str) -> _AtCounters:
    """Who takes a number changes nothing there."""
    states = look.view.counters.all(look.site.code)

    def made() -> _AtCounters:
        here = look.view.tickets.at_counters(look.site.code, look.date)
        calls = look.view.counters.calls(look.site.code, look.date, CALLS_SHOWN)
        return _AtCounters(
            counters.on_board(look, states, here, lang), [_call(look, one) for one in calls], len(here)
        )

    line = look.view.queues.line(look.site.code, look.date)
    return line.kept(("board", lang), (states, look.site), made)


def _wait(look: Look, playing: Forecast, queue: Queue, waiting: Mapping[Queue, int]) -> QueueWait:
    return places.of_queue(look, playing, queue, waiting.get(queue, 0))


def _call(look: Look, call: Call) -> BoardCall:
    return BoardCall(
        number=call.number,
        counter=call.counter,
        called_at=stamp(look.site, call.called_at),
        times=call.times,
        call_id=call.id,
    )
