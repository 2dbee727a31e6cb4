"""Every centre of a province in sight: which of them still takes a thing, what is left there and how long one waits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ticketing.answers import places, sessions
from ticketing.answers.places import WaitReason
from ticketing.answers.plans import Decision, word
from ticketing.answers.sessions import BoardField, BoardSession, NextSession
from ticketing.answers.sites import Level
from ticketing.errors import Unknown
from ticketing.lookups import Look, forecast, next_session, usage_of
from ticketing.rules import plans
from ticketing.rules import sessions as timetable
from ticketing.rules.orders import short_code
from ticketing.rules.sites import Site, localized, with_parents, with_units


@dataclass(frozen=True, slots=True, kw_only=True)
class Centre:
    """A centre, and how it stands for what was asked for, or for anything. `takes`: it is dealt with there, the plan
    lets a number be taken for it (`decision`), and the session shown takes its field; what is then left and whether
    numbers are given now is told by `remaining` (dossiers, null without a cap) and by the `session`, as on the board.
    `waiting` are tickets, `wait_from_s` to `wait_to_s` is the wait of somebody who takes a number now, null with
    `wait_reason` while nobody calls it; `open_counters` are those that call it."""

    code: str
    name: str
    level: Level
    parent: str | None
    address: str
    map_url: str
    hotline: str
    takes: bool
    decision: Decision
    session: BoardSession
    next_session: NextSession | None
    remaining: int | None
    waiting: int
    wait_from_s: int | None
    wait_to_s: int | None
    wait_reason: WaitReason | None
    open_counters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The asked centre first, then the rest of its family, parents before their units."""

    items: list[Centre]


@dataclass(frozen=True, slots=True)
class Asked:
    """What people look for a centre for; both None: anything."""

    procedure: str | None = None
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a centre stands for all of its fields: what every question about it is answered from."""

    session: BoardSession
    next_session: NextSession | None
    fields: list[BoardField]
    waiting: int
    open_for: dict[str, int]
    open_counters: int


def family(known: Iterable[Site], code: str) -> list[Site]:
    """The site, then the others under the same head. Raises Unknown."""
    by_code = {site.code: site for site in known}
    if code not in by_code:
        raise Unknown("site", code)
    head = with_parents(by_code[code], by_code.get)[-1]
    return [by_code[code], *(one for one in with_units(by_code.values(), head.code) if one.code != code)]


def has_family(look: Look) -> bool:
    """Whether there are other centres under the same head."""
    return look.site.parent != "" or any(one.parent == look.site.code for one in look.view.sites.all())


def known_to(centres: Iterable[Site], asked: Asked) -> Asked:
    """`asked` by the code that the centres have it under. Raises Unknown for what none of them knows."""
    centres = list(centres)
    if asked.field is not None and not any(site.field(asked.field) for site in centres):
        raise Unknown("field", asked.field)
    if asked.procedure is None:
        return asked
    for code in (asked.procedure, short_code(asked.procedure)):
        if any(site.procedure(code) for site in centres):
            return Asked(code, asked.field)
    raise Unknown("procedure", asked.procedure)


def of(look: Look, asked: Asked, lang: str) -> Centre:
    """How one centre stands for what was asked for."""
    site, anything = look.site, asked == Asked()
    standing = look.kept_while_still(("standing", lang), lambda: _standing(look, lang))
    procedure = site.procedure(asked.procedure)
    field = procedure.field if procedure else asked.field
    there = _deals_with(site, asked)
    decision = plans.submitting(look.plan, procedure, look.portal_down)
    lines = [one for one in standing.fields if there and one.offered and field in (None, one.code)]
    # A day without a session has no field that it might not take.
    takes = there and decision not in plans.REFUSED and (bool(lines) or standing.session.id is None)
    spans = [found for one in lines if takes and (found := _span(one)) is not None]
    counters = standing.open_counters if field is None else standing.open_for.get(field, 0)
    return Centre(
        code=site.code,
        name=localized(site, lang),
        level=word(site.level),
        parent=site.parent or None,
        address=site.address,
        map_url=site.map_url,
        hotline=look.plan.hotline,
        takes=takes,
        decision=word(decision),
        session=standing.session,
        next_session=standing.next_session,
        remaining=_remaining(standing, lines, anything) if takes else 0,
        waiting=(standing.waiting if anything else sum(one.waiting for one in lines)) if takes else 0,
        wait_from_s=min((begin for begin, _end in spans), default=None),
        wait_to_s=max((end for _begin, end in spans), default=None),
        wait_reason="no_counter" if takes and not spans else None,
        open_counters=counters if takes else 0,
    )


def _deals_with(site: Site, asked: Asked) -> bool:
    procedure = site.procedure(asked.procedure)
    if asked.procedure is not None and procedure is None:
        return False
    if procedure is not None and asked.field not in (None, procedure.field):
        return False
    return bool(site.fields) if asked.field is None else site.field(asked.field) is not None


def _remaining(standing: Standing, lines: list[BoardField], anything: bool) -> int | None:
    if standing.session.id is None:
        return 0
    return standing.session.remaining if anything else lines[0].remaining


def _span(line: BoardField) -> tuple[int, int] | None:
    if line.wait_from_s is None or line.wait_to_s is None:
        return None
    return line.wait_from_s, line.wait_to_s


def _standing(look: Look, lang: str) -> Standing:
    view, site = look.view, look.site
    today = view.sessions.of_day(site.code, look.date)
    shown = timetable.current(today)
    following = next_session(look, today, shown)
    usage = usage_of(view, shown) if shown else {}
    states, waiting = view.counters.all(site.code), places.lengths(look)
    playing = forecast(look)
    here = [state for state in states.values() if state.state == "open"]
    queues = [(field, ("submit", field.code)) for field in site.fields]
    return Standing(
        session=sessions.on_board(look, shown, usage, lang),
        next_session=sessions.brief(site, following, usage_of(view, following), lang) if following else None,
        fields=[
            sessions.field(
                site, field, shown, usage, lang, places.of_queue(look, playing, queue, waiting.get(queue, 0))
            )
            for field, queue in queues
        ],
        waiting=sum(waiting.values()),
        open_for={field.code: sum(queue in state.queues for state in here) for field, queue in queues},
        open_counters=len(here),
    )
