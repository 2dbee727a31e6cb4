"""Half-day sessions (buổi): which a day has, and where each stands at an instant.

All instants are aware UTC datetimes; a day is the site's local day, whatever the process's time zone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from msgspec import UNSET

from ticketing.rules.sites import WEEKDAYS, HolidaySource, SessionTemplate, Site, localized

STAGES = ("upcoming", "open", "cut_off", "closed")


@dataclass(frozen=True, slots=True)
class Session:
    """A session of one day. `id` is 0 until it is stored; `key` is what the contract calls `{session}`.

    `stage` is moved by the clock, `paused` and `closed_by` by people. Caps are in dossiers, None is no cap.
    """

    site: str
    key: str
    day: date
    name: str
    title: str
    title_en: str
    issuing_from: datetime
    issuing_until: datetime
    service_from: datetime
    closes_at: datetime
    cap: int | None = None
    field_caps: Mapping[str, int] = field(default_factory=dict)
    service_caps: Mapping[str, int] = field(default_factory=dict)
    fields: tuple[str, ...] | None = None
    counters: tuple[int, ...] | None = None
    stage: str = "upcoming"
    paused: bool = False
    closed_by: str = ""
    unserved: str = "serve_out"
    id: int = 0

    def takes(self, field_code: str) -> bool:
        return self.fields is None or field_code in self.fields

    @property
    def running(self) -> bool:
        return self.stage in ("open", "cut_off")


@dataclass(frozen=True, slots=True)
class DayClock:
    """How far a site's clock has been followed: `day` is under way, nothing is due before `next_due`."""

    day: date
    next_due: datetime


def business_day(site: Site, now: datetime) -> date:
    """The site's local day. In a UTC process the date changes at 07:00 in Vietnam: never use date.today()."""
    return now.astimezone(site.zone).date()


def instant(site: Site, day: date, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=site.zone).astimezone(UTC)


def midnight_after(site: Site, day: date) -> datetime:
    return instant(site, day + timedelta(days=1), time(0))


def weekday_in_force(site: Site, day: date, holidays: HolidaySource) -> str | None:
    """The weekday whose timetable holds on `day`, or None on a day off.

    The site's own calendar goes before the public one; a weekend day worked in place of a day off follows
    Friday's timetable unless the calendar names another weekday.
    """
    for entry in site.calendar:
        if entry.day == day:
            return None if entry.kind == "holiday" else entry.like or WEEKDAYS[day.weekday()]
    if site.public_holidays:
        public = holidays(day.year)
        if day in public.days_worked:
            return "fri"
        if day in public.days_off:
            return None
    return WEEKDAYS[day.weekday()]


def day_off(site: Site, day: date, holidays: HolidaySource, lang: str) -> str:
    """Why no weekday's timetable holds on `day`: the name that the site's calendar or the public one gives it, else
    ""."""
    for entry in site.calendar:
        if entry.day == day:
            return localized(entry, lang) if entry.kind == "holiday" else ""
    public = holidays(day.year)
    if not site.public_holidays or day not in public.days_off:
        return ""
    return (lang == "en" and public.names_en.get(day)) or public.days_off[day]


def plan_day(site: Site, day: date, holidays: HolidaySource) -> list[Session]:
    """The sessions that the timetable gives `day`, earliest first, none of them stored yet."""
    weekday = weekday_in_force(site, day, holidays)
    if weekday is None:
        return []
    held = [template for template in site.sessions if weekday in template.weekdays and template.hold(day)]
    plans = [_plan(site, day, template) for template in held]
    return sorted(plans, key=lambda session: session.issuing_from)


def _plan(site: Site, day: date, template: SessionTemplate) -> Session:
    return Session(
        site=site.code,
        key=f"{day.isoformat()}-{template.name}",
        day=day,
        name=template.name,
        title=template.title,
        title_en=template.title_en,
        issuing_from=instant(site, day, template.issuing_from),
        issuing_until=instant(site, day, template.issuing_until),
        service_from=instant(site, day, template.service_from),
        closes_at=instant(site, day, template.closes_at),
        cap=template.cap,
        field_caps=dict(template.field_caps),
        service_caps=dict(template.service_caps),
        fields=template.fields,
        counters=template.counters,
        unserved=site.unserved,
    )


def stage_at(session: Session, now: datetime) -> str:
    """Where the clock alone would have the session at `now`; each boundary belongs to the later stage."""
    if now >= session.closes_at:
        return "closed"
    if now >= session.issuing_until:
        return "cut_off"
    return "open" if now >= session.issuing_from else "upcoming"


def ahead(session: Session, now: datetime) -> bool:
    """Whether the clock has moved a session on at a moment that still lies ahead: it stood wrong then."""
    moved = STAGES.index(session.stage) > STAGES.index(stage_at(session, now))
    return moved and not session.closed_by


def next_change(session: Session, now: datetime) -> datetime | None:
    """The next instant after `now` at which the clock moves this session."""
    if session.stage == "closed":
        return None
    ahead = [t for t in (session.issuing_from, session.issuing_until, session.closes_at) if t > now]
    return min(ahead, default=None)


def running(sessions: Iterable[Session]) -> Session | None:
    for session in sessions:
        if session.running:
            return session
    return None


def upcoming(sessions: Iterable[Session]) -> Session | None:
    return next((s for s in sessions if s.stage == "upcoming"), None)


def current(sessions: list[Session]) -> Session | None:
    """The session a board is about: the one running, else today's next, else the last one, closed."""
    return running(sessions) or upcoming(sessions) or (sessions[-1] if sessions else None)


NOON = time(12)


def lunch_break(site: Site, today: list[Session], now: datetime) -> bool:
    """Whether the time between two sessions of the day is the lunch break: the one is over by its timetable, the
    service of the other hasn't begun, and noon lies between."""
    over = [s for s in today if s.stage == "closed" and s.closes_at <= now]
    if not over or running(today) is not None or (following := upcoming(today)) is None:
        return False
    noon = instant(site, following.day, NOON)
    return over[-1].closes_at <= noon < following.service_from


def later_than(sessions: Iterable[Session], session: Session) -> Session | None:
    """The day's next session that is not over, into which waiting tickets can be carried."""
    return next((s for s in sessions if s.issuing_from > session.issuing_from and s.stage != "closed"), None)


UNCHANGED: Any = UNSET


@dataclass(frozen=True, slots=True)
class SessionChange:
    """A supervisor's change: a cap left out is unchanged, None is no cap, maps merge key by key.

    `state` is open, paused or closed; `waiting` (on closing) serve_out, carry_over or expire.
    """

    cap: int | None = UNCHANGED
    field_caps: Mapping[str, int | None] = field(default_factory=dict)
    service_caps: Mapping[str, int | None] = field(default_factory=dict)
    state: str | None = None
    waiting: str | None = None
    reason: str = ""


def with_caps(session: Session, change: SessionChange) -> Session:
    return replace(
        session,
        cap=session.cap if change.cap is UNCHANGED else change.cap,
        field_caps=_merged(session.field_caps, change.field_caps),
        service_caps=_merged(session.service_caps, change.service_caps),
    )


def _merged(before: Mapping[str, int], change: Mapping[str, int | None]) -> dict[str, int]:
    merged = {**before, **change}
    return {code: cap for code, cap in merged.items() if cap is not None}


@dataclass(frozen=True, slots=True)
class Following:
    """The session of a site that gives out numbers next, with what its caps have taken."""

    site: Site
    session: Session
    usage: Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class FullCap:
    """What of a site is full: `kind` is session, field or service, `code` the session's key or the queue's code."""

    site: Site
    session: Session
    kind: str
    code: str


@dataclass(frozen=True, slots=True)
class Rest:
    """A session's queues and what each still takes."""

    site: Site
    session: Session
    usage: Mapping[tuple[str, str], int]
