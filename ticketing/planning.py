"""What supervisors change of a session: its caps, and whether it is open."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from ticketing import events as ev
from ticketing import sessions
from ticketing.errors import Conflict, Invalid, Unknown
from ticketing.ports import DayClock
from ticketing.sessions import UNCHANGED, Session, SessionChange
from ticketing.sites import MAX_CAP, UNSERVED
from ticketing.workday import Workday, planned


def change_session(work: Workday, key: str, change: SessionChange) -> Session:
    """The session after the change, which is journaled. A day to come is planned by its first edit.

    Raises Unknown("session"), Invalid, Unknown("field", in_body), or Conflict when the session is over.
    """
    _check(work, change)
    session = _existing(work, key)
    if session.day < work.day:
        raise Conflict("session_over", session=key)
    capped = sessions.with_caps(session, change)
    if capped != session:
        event = ev.CapsChanged(_caps(session), _caps(capped), change.reason)
        work.tx.save_session(capped)
        work.record(event, session=key)
    work.sessions = [capped if s.key == key else s for s in work.sessions]
    if change.state is None:
        return capped
    # What is due next may have come nearer: have the clock looked at again.
    work.tx.save_day_clock(work.site.code, DayClock(work.day, work.now))
    return _move(work, capped, change)


def _check(work: Workday, change: SessionChange) -> None:
    for code in change.field_caps:
        if work.site.field(code) is None:
            raise Unknown("field", code, in_body=True)
    for code in change.service_caps:
        if work.site.service(code) is None:
            raise Invalid((f"service_caps.{code}", "unknown"))
    values = [*change.field_caps.values(), *change.service_caps.values()]
    if change.cap is not UNCHANGED:
        values.append(change.cap)
    if any(value is not None and not 0 <= value <= MAX_CAP for value in values):
        raise Invalid(("cap", "out_of_range"))
    if change.waiting is not None and (change.waiting not in UNSERVED or change.state != "closed"):
        raise Invalid(("waiting", "only_when_closing"))


def _existing(work: Workday, key: str) -> Session:
    try:
        day = date.fromisoformat(key[:10])
    except ValueError:
        raise Unknown("session", key) from None
    for session in planned(work.tx, work.site, day, work.holidays) if day >= work.day else []:
        if session.key == key:
            return session if session.id else work.plan_session(session, work.actor)
    return work.session(key)


def _caps(session: Session) -> dict[str, object]:
    caps: dict[str, object] = {
        "field_caps": dict(session.field_caps),
        "service_caps": dict(session.service_caps),
    }
    return caps if session.cap is None else {"cap": session.cap, **caps}


def _move(work: Workday, session: Session, change: SessionChange) -> Session:
    if change.state == "closed":
        if session.stage == "closed":
            raise Conflict("session_over", session=session.key)
        unserved = change.waiting or session.unserved
        return work.close_session(session, unserved, work.now, change.reason, by=work.actor.id)
    if session.stage in ("closed", "cut_off") or session.day != work.day:
        return _reopen(work, session, change)
    if change.state == "paused":
        return _set_paused(work, session, True, change.reason)
    resumed = _set_paused(work, session, False, change.reason)
    return _open_early(work, resumed, change.reason) if resumed.stage == "upcoming" else resumed


def _set_paused(work: Workday, session: Session, paused: bool, reason: str) -> Session:
    if session.paused == paused:
        return session
    after = replace(session, paused=paused)
    work.tx.save_session(after)
    work.record(ev.SessionPaused(reason) if paused else ev.SessionResumed(reason), session=session.key)
    return after


def _reopen(work: Workday, session: Session, change: SessionChange) -> Session:
    """Takes back an early closing; what the clock has ended stays ended."""
    stage = sessions.stage_at(session, work.now)
    reopens = change.state == "open" and session.stage == "closed" and session.closed_by and stage != "closed"
    if session.day != work.day or not reopens:
        raise Conflict("session_over" if session.day == work.day else "not_today", session=session.key)
    _alone(work, session)
    after = replace(session, stage=stage, closed_by="", paused=False)
    work.tx.save_session(after)
    work.record(ev.SessionMoved(stage, reason=change.reason), session=session.key)
    return after


def _open_early(work: Workday, session: Session, reason: str) -> Session:
    _alone(work, session)
    after = replace(session, stage="open", issuing_from=work.now)
    work.tx.save_session(after)
    work.record(ev.SessionMoved("open", reason=reason), session=session.key)
    return after


def _alone(work: Workday, session: Session) -> None:
    """Two sessions are never open for one queue, nor will the clock make it so."""
    for other in work.sessions:
        ahead = other.key != session.key and other.stage != "closed" and work.now < other.closes_at
        if ahead and other.issuing_from < session.closes_at:
            raise Conflict("other_session_running", session=other.key)
