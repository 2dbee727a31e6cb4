"""A session with its caps and what they have taken: on a board, as the next one, and as a supervisor sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal, TypeVar, cast

from ticketing.answers.names import Day, Time, stamp
from ticketing.answers.places import QueueWait, WaitReason
from ticketing.lookups import Look, planned, usage_of
from ticketing.rules import caps, sessions, sites
from ticketing.rules.caps import Usage
from ticketing.rules.sites import Site, localized, public_field_name

SessionState = Literal["upcoming", "open", "paused", "full", "cut_off", "closed", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NextSession:
    """The session that gives out numbers next; caps and remainders are in dossiers, null without a cap."""

    id: str
    name: str
    title: str
    date: Day
    cap: int | None
    remaining: int | None
    issuing_from: Time
    issuing_until: Time
    service_from: Time
    closes_at: Time


@dataclass(frozen=True, slots=True, kw_only=True)
class Full:
    """What has too little left: the session by its key, or a field or service by its code."""

    kind: Literal["session", "field", "service"]
    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StillOpen:
    """What the session still takes; `remaining` is null without a cap."""

    kind: Literal["field", "service"]
    code: str
    name: str
    remaining: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardSession:
    """`cap`, `issued`, `carried` and `remaining` are dossiers (null without a cap), the other counts tickets: of the
    `tickets` given each is in one of the states that follow, so that these add up. `lunch`: it is the
    lunch break before it. On a day without a session `state` is none and most of it null; `day_off` then names the
    holiday, if it is one."""

    id: str | None
    name: str | None
    title: str
    date: Day | None
    state: SessionState
    day_off: str = ""
    paused: bool
    cap: int | None
    issued: int
    carried: int
    remaining: int | None
    tickets: int
    waiting: int
    called: int
    serving: int
    held: int
    done: int
    no_show: int
    cancelled: int
    expired: int
    issuing_from: Time | None
    issuing_until: Time | None
    service_from: Time | None
    closes_at: Time | None
    lunch: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardField:
    """`remaining` is the lower of the field's and the session's, null without a cap. `wait_estimate_s` (likely),
    `wait_from_s` and `wait_to_s` (nine of ten wait between) are for somebody who takes a number now; null while no
    counter calls it, and `wait_reason` no_counter. `wait_rough`: few such visits were measured, the span is wide."""

    code: str
    name: str
    prefix: str
    offered: bool
    cap: int | None
    issued: int
    remaining: int | None
    waiting: int
    wait_estimate_s: int | None
    wait_from_s: int | None
    wait_to_s: int | None
    wait_rough: bool
    wait_reason: WaitReason | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardService:
    code: str
    name: str
    prefix: str
    cap: int | None
    issued: int
    remaining: int | None
    waiting: int
    wait_estimate_s: int | None
    wait_from_s: int | None
    wait_to_s: int | None
    wait_rough: bool
    wait_reason: WaitReason | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Session(BoardSession):
    """A session as a supervisor changes it: the caps of every field and service as well, null for no cap."""

    field_caps: dict[str, int | None]
    service_caps: dict[str, int | None]
    fields: list[BoardField]
    services: list[BoardService]
    closed_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionList:
    items: list[Session]


NO_WAIT = QueueWait()
S = TypeVar("S", bound=BoardSession)
NO_SESSION = BoardSession(
    id=None, name=None, title="", date=None, state="none", paused=False, cap=None, issued=0, carried=0, remaining=None,
    tickets=0, waiting=0, called=0, serving=0, held=0, done=0, no_show=0, cancelled=0, expired=0,
    issuing_from=None, issuing_until=None, service_from=None, closes_at=None,
)  # fmt: skip


def of_day(look: Look, day: date | None, lang: str) -> list[Session]:
    """A day's sessions with caps and counts; of a day to come, what the timetable will give."""
    asked = day or look.date
    if asked < look.date:
        listed = look.view.sessions.of_day(look.site.code, asked)
    else:
        listed = planned(look, asked)
    return [of(look, one, lang) for one in listed]


def of(look: Look, session: sessions.Session, lang: str) -> Session:
    """With the caps of every field and service."""
    site, usage = look.site, usage_of(look.view, session)
    return _made(
        Session, look, session, usage, lang,
        field_caps={f.code: session.field_caps.get(f.code) for f in site.fields},
        service_caps={v.code: session.service_caps.get(v.code) for v in site.services},
        fields=[field(site, f, session, usage, "vi") for f in site.fields],
        services=[service(v, session, usage, "vi") for v in site.services],
        closed_by=session.closed_by,
    )  # fmt: skip


def on_board(look: Look, session: sessions.Session | None, usage: Usage, lang: str) -> BoardSession:
    if session is None:
        return replace(NO_SESSION, day_off=sessions.day_off(look.site, look.date, look.wiring.holidays, lang))
    return _made(BoardSession, look, session, usage, lang)


def by_state(look: Look, session: sessions.Session) -> Mapping[str, int]:
    """How many of its tickets are in each state. Of those who have only joined the line since it was counted, nobody
    but they is counted."""
    site, line = look.site.code, look.view.queues.line(look.site.code, look.date)
    if session.day != look.date:
        return look.view.tickets.state_counts(site, session.key)

    def counted() -> tuple[Mapping[str, int], int]:
        return look.view.tickets.state_counts(site, session.key), len(line.waiting)

    counts, known = line.kept(("states", session.key), (), counted)
    joined = sum(one.session == session.key for one in line.waiting[known:])
    return {**counts, "waiting": counts.get("waiting", 0) + joined}


def _made(kind: type[S], look: Look, s: sessions.Session, usage: Usage, lang: str, **more: Any) -> S:
    counts = by_state(look, s)
    return kind(
        id=s.key,
        name=s.name,
        title=localized(s, lang, "title"),
        date=s.day.isoformat(),
        state=_state(look, s, usage),
        paused=s.paused,
        cap=s.cap,
        issued=caps.issued(usage),
        carried=caps.carried(usage),
        remaining=caps.remaining(s.cap, usage),
        tickets=sum(counts.values()),
        waiting=counts.get("waiting", 0),
        called=counts.get("called", 0),
        serving=counts.get("serving", 0),
        held=counts.get("held", 0),
        done=counts.get("done", 0),
        no_show=counts.get("no_show", 0),
        cancelled=counts.get("cancelled", 0),
        expired=counts.get("expired", 0),
        issuing_from=stamp(look.site, s.issuing_from),
        issuing_until=stamp(look.site, s.issuing_until),
        service_from=stamp(look.site, s.service_from),
        closes_at=stamp(look.site, s.closes_at),
        lunch=_lunch(look, s),
        **more,
    )


def _lunch(look: Look, s: sessions.Session) -> bool:
    if s.stage != "upcoming" or s.day != look.date:
        return False
    today = look.view.sessions.of_day(look.site.code, look.date)
    return sessions.upcoming(today) == s and sessions.lunch_break(look.site, today, look.now)


def _state(look: Look, session: sessions.Session, usage: Usage) -> SessionState:
    """As people see it: an emergency stop pauses, and a session without anything left is full."""
    if session.running and look.view.sites.emergency(look.site.code) is not None:
        return "paused"
    if session.stage != "open":
        return cast(SessionState, session.stage)
    if session.paused:
        return "paused"
    taken = [f.code for f in look.site.fields if session.takes(f.code)]
    room = not taken or any(caps.left(session, usage, "submit", code) != 0 for code in taken)
    return "open" if room else "full"


def brief(site: Site, s: sessions.Session, usage: Usage, lang: str) -> NextSession:
    """A session named in passing: the next one on a board or in a refusal."""
    return NextSession(
        id=s.key,
        name=s.name,
        title=localized(s, lang, "title"),
        date=s.day.isoformat(),
        cap=s.cap,
        remaining=caps.remaining(s.cap, usage),
        issuing_from=stamp(site, s.issuing_from),
        issuing_until=stamp(site, s.issuing_until),
        service_from=stamp(site, s.service_from),
        closes_at=stamp(site, s.closes_at),
    )


def full(found: sessions.FullCap, lang: str) -> Full:
    """Under the names that anybody may see."""
    kind, site = cast(Literal["session", "field", "service"], found.kind), found.site
    if kind == "session":
        name = localized(found.session, lang, "title")
    elif kind == "field":
        name = public_field_name(site, found.code, lang)
    else:
        name = localized(one, lang) if (one := site.service(found.code)) else found.code
    return Full(kind=kind, code=found.code, name=name)


def still_open(rest: sessions.Rest, lang: str) -> list[StillOpen]:
    """What can still be had in the session: fields, those of one neutral series once, then services."""
    site, session, usage = rest.site, rest.session, rest.usage
    found: dict[str, StillOpen] = {}
    for f in site.fields:
        left = caps.left(session, usage, "submit", f.code)
        if session.takes(f.code) and left != 0:
            name = public_field_name(site, f.code, lang)
            found.setdefault(name, StillOpen(kind="field", code=f.code, name=name, remaining=left))
    for v in site.services:
        left = caps.left(session, usage, v.code, None)
        if left != 0:
            name = localized(v, lang)
            found.setdefault(name, StillOpen(kind="service", code=v.code, name=name, remaining=left))
    return list(found.values())


def field(
    site: Site, f: sites.Field, s: sessions.Session | None, usage: Usage, lang: str,
    wait: QueueWait = NO_WAIT,
) -> BoardField:  # fmt: skip
    """A field's line, under the name and prefix that anybody may see."""
    offered = s is not None and s.takes(f.code)
    return BoardField(
        code=f.code,
        name=public_field_name(site, f.code, lang),
        prefix=site.prefix("submit", f.code),
        offered=offered,
        cap=s.field_caps.get(f.code) if s else None,
        issued=caps.issued(usage, "field", f.code),
        remaining=caps.left(s, usage, "submit", f.code) if s and offered else 0,
        waiting=wait.waiting,
        wait_estimate_s=wait.wait_estimate_s,
        wait_from_s=wait.wait_from_s,
        wait_to_s=wait.wait_to_s,
        wait_rough=wait.wait_rough,
        wait_reason=wait.wait_reason,
    )


def service(
    v: sites.Service, s: sessions.Session | None, usage: Usage, lang: str, wait: QueueWait = NO_WAIT
) -> BoardService:
    return BoardService(
        code=v.code,
        name=localized(v, lang),
        prefix=v.prefix,
        cap=s.service_caps.get(v.code) if s else None,
        issued=caps.issued(usage, "service", v.code),
        remaining=caps.left(s, usage, v.code, None) if s else 0,
        waiting=wait.waiting,
        wait_estimate_s=wait.wait_estimate_s,
        wait_from_s=wait.wait_from_s,
        wait_to_s=wait.wait_to_s,
        wait_rough=wait.wait_rough,
        wait_reason=wait.wait_reason,
    )
