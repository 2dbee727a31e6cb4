"""What supervisors change of a session: its caps, and whether it is open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time

from ticketing import events as ev
from ticketing.errors import Conflict, Invalid, Unknown
from ticketing.lookups import expired_by_clock, planned, sessions_ahead
from ticketing.rules import sessions
from ticketing.rules.sessions import UNCHANGED, DayClock, Session, SessionChange
from ticketing.rules.sites import MAX_CAP, UNSERVED
from ticketing.rules.text import day_of
from ticketing.rules.tickets import Ticket
from ticketing.verbs.day import Day

DAY_END = time(23, 59)


def change_session(day: Day, key: str, change: SessionChange) -> Session:
    """The session after the change, which is journaled. A day to come is planned by its first edit.

    Raises Unknown("session"), Invalid, also for a day beyond what can be read, Unknown("field"), or Conflict when the
    session is over.
    """
    _check(day, change)
    session = _existing(day, key)
    if session.day < day.date:
        raise Conflict("session_over", session=key)
    capped = sessions.with_caps(session, change)
    if capped != session:
        event = ev.CapsChanged(_caps(session), _caps(capped), change.reason)
        day.tx.sessions.save(capped)
        day.record(event, session=key)
    day.sessions = [capped if s.key == key else s for s in day.sessions]
    if change.state is None:
        return capped
    # What is due next may have come nearer: have the clock looked at again.
    day.tx.sites.save_day_clock(day.site.code, DayClock(day.date, day.now))
    return _move(day, capped, change)


def _check(day: Day, change: SessionChange) -> None:
    for code in change.field_caps:
        if day.site.field(code) is None:
            raise Unknown("field", code)
    for code in change.service_caps:
        if day.site.service(code) is None:
            raise Invalid((f"service_caps.{code}", "unknown"))
    values = [*change.field_caps.values(), *change.service_caps.values()]
    if change.cap is not UNCHANGED:
        values.append(change.cap)
    if any(value is not None and not 0 <= value <= MAX_CAP for value in values):
        raise Invalid(("cap", "out_of_range"))
    if change.waiting is not None and (change.waiting not in UNSERVED or change.state != "closed"):
        raise Invalid(("waiting", "only_when_closing"))


def _existing(day: Day, key: str) -> Session:
    asked = _day(key)
    for session in planned(day, asked) if asked >= day.date else []:
        if session.key == key:
            return session if session.id else day.plan_session(session, day.actor)
    return day.session(key)


def _day(key: str) -> date:
    """The day of a session's key. Raises Unknown for what is no key, Invalid for a day that nothing else takes."""
    asked = day_of(key[:10])
    if asked is not None:
        return asked
    try:
        date.fromisoformat(key[:10])
    except ValueError:
        raise Unknown("session", key) from None
    raise Invalid(("session", "not_a_day"))


def _caps(session: Session) -> Mapping[str, object]:
    total = {} if session.cap is None else {"cap": session.cap}
    return total | {"field_caps": dict(session.field_caps), "service_caps": dict(session.service_caps)}


def _move(day: Day, session: Session, change: SessionChange) -> Session:
    if change.state == "closed":
        if session.stage == "closed":
            raise Conflict("session_over", session=session.key)
        unserved = change.waiting or session.unserved
        return day.close_session(session, unserved, day.now, change.reason, by=day.actor.id)
    if session.stage in ("closed", "cut_off") or session.day != day.date:
        return _reopen(day, session, change)
    if change.state == "paused":
        return _set_paused(day, session, True, change.reason)
    resumed = _set_paused(day, session, False, change.reason)
    return _open_early(day, resumed, change.reason) if resumed.stage == "upcoming" else resumed


def _set_paused(day: Day, session: Session, paused: bool, reason: str) -> Session:
    if session.paused == paused:
        return session
    after = replace(session, paused=paused)
    day.tx.sessions.save(after)
    day.record(ev.SessionPaused(reason) if paused else ev.SessionResumed(reason), session=session.key)
    return after


def _reopen(day: Day, session: Session, change: SessionChange) -> Session:
    """Takes back an early closing, and what the clock did: its expired tickets wait again where they stood."""
    if session.day != day.date or change.state != "open":
        raise Conflict("session_over" if session.day == day.date else "not_today", session=session.key)
    if sessions.ahead(session, day.now):
        _put_back(day, change.reason)
        return day.session(session.key)
    over = sessions.stage_at(session, day.now) == "closed"
    if session.stage != "closed" or (over and session.closed_by):
        raise Conflict("session_over", session=session.key)
    after = _longer(day, session) if over else session
    _alone(day, after)
    after = replace(after, stage=sessions.stage_at(after, day.now), closed_by="", paused=False)
    _stands(day, after, change.reason)
    _restore(day, expired_by_clock(day, sessions.instant(day.site, day.date, time()), session.key))
    return after


def _longer(day: Day, session: Session) -> Session:
    """Whoever opens a session whose time is over closes it too: the clock does when the next one begins, or at the
    end of the day. Raises Conflict where nothing of the day is left."""
    later = sessions.later_than(day.sessions, session)
    until = later.issuing_from if later else sessions.instant(day.site, day.date, DAY_END)
    if until <= day.now:
        raise Conflict("other_session_running" if later else "session_over", session=session.key)
    return replace(session, issuing_until=until, closes_at=until)


def take_back(day: Day, reason: str = "") -> list[Session]:
    """What the clock closed or let expire at a moment that lies ahead, since it stood wrong, is as it was; the sessions
    that stand otherwise now. What people closed stays closed. Raises Conflict("nothing_to_take_back")."""
    wrong, expired = sessions_ahead(day), expired_by_clock(day, day.now)
    if not wrong and not expired:
        raise Conflict("nothing_to_take_back")
    _put_back(day, reason)
    return [day.session(one.key) for one in wrong]


def _put_back(day: Day, reason: str) -> None:
    for one in sessions_ahead(day):
        _stands(day, replace(one, stage=sessions.stage_at(one, day.now)), reason)
    _restore(day, expired_by_clock(day, day.now))


def _stands(day: Day, session: Session, reason: str) -> None:
    day.tx.sessions.save(session)
    day.record(ev.SessionMoved(session.stage, reason=reason), session=session.key)
    day.sessions = [session if one.key == session.key else one for one in day.sessions]
    day.tx.sites.save_day_clock(day.site.code, DayClock(day.date, day.now))


def _restore(day: Day, tickets: list[Ticket]) -> None:
    for one in tickets:
        day.change(one, ev.TicketRestored())


def _open_early(day: Day, session: Session, reason: str) -> Session:
    _alone(day, session)
    after = replace(session, stage="open", issuing_from=day.now)
    day.tx.sessions.save(after)
    day.record(ev.SessionMoved("open", reason=reason), session=session.key)
    return after


def _alone(day: Day, session: Session) -> None:
    """Two sessions are never open for one queue, nor will the clock make it so."""
    for other in day.sessions:
        ahead = other.key != session.key and other.stage != "closed" and day.now < other.closes_at
        if ahead and other.issuing_from < session.closes_at:
            raise Conflict("other_session_running", session=other.key)
