"""The contract's shapes, as plain dicts: ticket, session, board, procedure, journal line.

Names come in the language asked for. Nothing here shows a priority unless the reader is staff.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from ticketing import caps, decisions
from ticketing.decisions import Plan
from ticketing.ports import Call, CounterState, JournalLine
from ticketing.sessions import Session
from ticketing.sites import Counter, Field, Notice, Procedure, Service, Site, localized, public_field_name
from ticketing.tickets import Ticket

SHOWN_PLACES = ("kiosk", "wall", "phone", "slip", "public")


@dataclass(frozen=True, slots=True)
class SlipFacts:
    """What a slip is made of, in the ticket's language `lang`; `ticket` is the public answer. `late` tells that
    the dossier is forwarded on the next working day only."""

    site: Site
    ticket: dict[str, Any]
    lang: str
    session_title: str
    processing_time: str
    late: bool
    hotline: str
    notices: tuple[str, ...]
    rehearsal: bool


def stamp(site: Site, at: datetime | None) -> str | None:
    """ISO 8601 in the site's time, with its offset; whole seconds."""
    return None if at is None else at.astimezone(site.zone).isoformat(timespec="seconds")


def service_name(site: Site, ticket: Ticket, lang: str, staff: bool) -> str:
    """What the ticket is for: its field (a neutral name for a sensitive one, unless staff reads), or the service."""
    if ticket.service != "submit":
        service = site.service(ticket.service)
        return localized(service, lang) if service else ticket.service
    return field_name(site, ticket.field, lang, staff)


def field_name(site: Site, code: str | None, lang: str, staff: bool) -> str:
    chosen = site.field(code)
    if staff and chosen is not None:
        return localized(chosen, lang)
    return public_field_name(site, code, lang)


def ticket(
    site: Site, t: Ticket, code: str, session: Session | None, *, lang: str, staff: bool, public_url: str,
    ahead: int | None, expected: datetime | None,
) -> dict[str, Any]:  # fmt: skip
    """A ticket; `ahead` and `expected_at` are null once it no longer waits."""
    procedure = site.procedure(t.procedure)
    chosen = site.field(t.field)
    hidden = bool(chosen and chosen.sensitive and not staff)
    answer: dict[str, Any] = {
        "code": code,
        "number": t.number,
        "site": site.code,
        "service": t.service,
        "service_name": service_name(site, t, lang, staff),
        "field": t.field,
        "field_name": field_name(site, t.field, lang, staff) if t.field else "",
        "procedure": t.procedure,
        "procedure_name": localized(procedure, lang) if procedure and not hidden else "",
        "session": t.session,
        "session_name": localized(session, lang, "title") if session else "",
        "dossiers": t.dossiers,
        "state": t.state,
        "counter": t.counter,
        "calls": t.calls,
        "ahead": ahead,
        "expected_at": stamp(site, expected),
        "issued_at": stamp(site, t.issued_at),
        "called_at": stamp(site, t.called_at),
        "url": f"{public_url}/t/{code}" if code else "",
        "policy": t.policy,
    }
    if staff:
        special = site.priority(t.priority)
        answer["priority"] = t.priority
        answer["priority_name"] = localized(special, lang) if special else ""
        answer["source"] = t.source
        answer["applicant"] = t.applicant
    return answer


def session_state(
    session: Session, usage: caps.Usage, fields: tuple[Field, ...], stopped: bool = False
) -> str:
    """upcoming, open, paused, full, cut_off or closed, as people see it; `stopped` by an emergency is paused."""
    if stopped and session.running:
        return "paused"
    if session.stage != "open":
        return session.stage
    if session.paused:
        return "paused"
    rooms = [caps.room(session, usage, "submit", f.code) for f in fields if session.takes(f.code)]
    return "full" if rooms and all(room == 0 for room in rooms) else "open"


def session(
    site: Site, s: Session, usage: caps.Usage, counts: Mapping[str, int], lang: str, stopped: bool = False
) -> dict[str, Any]:
    """A session with its caps and counts; dossiers in `cap`, `issued`, `carried`, `remaining`, tickets elsewhere."""
    return {
        "id": s.key,
        "name": s.name,
        "title": localized(s, lang, "title"),
        "date": s.day.isoformat(),
        "state": session_state(s, usage, site.fields, stopped),
        "paused": s.paused,
        "cap": s.cap,
        "issued": caps.issued(usage),
        "carried": caps.carried(usage),
        "remaining": caps.remaining(s.cap, usage),
        "waiting": counts.get("waiting", 0),
        "called": counts.get("called", 0),
        "serving": counts.get("serving", 0),
        "held": counts.get("held", 0),
        "done": counts.get("done", 0),
        "no_show": counts.get("no_show", 0),
        "issuing_from": stamp(site, s.issuing_from),
        "issuing_until": stamp(site, s.issuing_until),
        "service_from": stamp(site, s.service_from),
        "closes_at": stamp(site, s.closes_at),
    }


NO_SESSION: dict[str, Any] = {
    "id": None, "name": None, "title": "", "date": None, "state": "none", "paused": False, "cap": None, "issued": 0,
    "carried": 0, "remaining": None, "waiting": 0, "called": 0, "serving": 0, "held": 0, "done": 0, "no_show": 0,
    "issuing_from": None, "issuing_until": None, "service_from": None, "closes_at": None,
}  # fmt: skip


def session_details(site: Site, s: Session, usage: caps.Usage) -> dict[str, Any]:
    """What a supervisor's list shows besides: the caps of every field and service."""
    return {
        "field_caps": {f.code: s.field_caps.get(f.code) for f in site.fields},
        "service_caps": {v.code: s.service_caps.get(v.code) for v in site.services},
        "fields": [field(site, f, s, usage, "vi", 0, 0) for f in site.fields],
        "services": [service(v, s, usage, "vi", 0, 0) for v in site.services],
        "closed_by": s.closed_by,
    }


def brief_session(site: Site, s: Session | None, usage: caps.Usage, lang: str) -> dict[str, Any] | None:
    """A session named in passing: the next one on a board or in a refusal."""
    if s is None:
        return None
    return {
        "id": s.key,
        "name": s.name,
        "title": localized(s, lang, "title"),
        "date": s.day.isoformat(),
        "cap": s.cap,
        "remaining": caps.remaining(s.cap, usage),
        "issuing_from": stamp(site, s.issuing_from),
        "issuing_until": stamp(site, s.issuing_until),
        "service_from": stamp(site, s.service_from),
        "closes_at": stamp(site, s.closes_at),
    }


def field(
    site: Site, f: Field, s: Session | None, usage: caps.Usage, lang: str, waiting: int, wait_s: float
) -> dict[str, Any]:
    """A field's line of the board, under the name and prefix that anybody may see."""
    offered = s is not None and s.takes(f.code)
    return {
        "code": f.code,
        "name": public_field_name(site, f.code, lang),
        "prefix": site.prefix("submit", f.code),
        "offered": offered,
        "cap": s.field_caps.get(f.code) if s else None,
        "issued": caps.issued(usage, "field", f.code),
        "remaining": caps.room(s, usage, "submit", f.code) if s and offered else 0,
        "waiting": waiting,
        "wait_estimate_s": round(wait_s),
    }


def service(
    v: Service, s: Session | None, usage: caps.Usage, lang: str, waiting: int, wait_s: float
) -> dict[str, Any]:
    return {
        "code": v.code,
        "name": localized(v, lang),
        "prefix": v.prefix,
        "cap": s.service_caps.get(v.code) if s else None,
        "issued": caps.issued(usage, "service", v.code),
        "remaining": caps.room(s, usage, v.code, None) if s else 0,
        "waiting": waiting,
        "wait_estimate_s": round(wait_s),
    }


def counter(configured: Counter, state: CounterState, serving: Ticket | None, lang: str) -> dict[str, Any]:
    """A counter's line of the board; a closed one shows what it is meant for."""
    closed = state.state == "closed"
    return {
        "counter": configured.number,
        "name": localized(configured, lang),
        "state": state.state,
        "ticket": serving.number if serving else None,
        "ticket_state": serving.state if serving else None,
        "fields": list(configured.fields if closed else state.fields),
        "services": list(configured.services if closed else state.services),
        "screen": configured.screen,
    }


def call(site: Site, c: Call) -> dict[str, Any]:
    return {
        "number": c.number,
        "counter": c.counter,
        "called_at": stamp(site, c.called_at),
        "times": c.times,
        "call_id": c.id,
    }


def notices(found: Iterable[Notice], lang: str, place: str = "") -> list[dict[str, Any]]:
    """The notices of `decisions.notices`, of one place or of all; what is only printed or sent is left out."""
    return [
        {"text": localized(n, lang, "text"), "places": shown, "about": n.about}
        for n in found
        if (shown := [one for one in n.places if one in SHOWN_PLACES]) and (not place or place in shown)
    ]


def procedure(plan: Plan, p: Procedure, lang: str, now: datetime, portal_down: bool) -> dict[str, Any]:
    """A procedure and what the plan says of it; `legal_base` is null where no policy holds."""
    result = decisions.returning(plan, p)
    time = decisions.processing_time(plan, p, lang, now)
    return {
        "code": p.code,
        "name": localized(p, lang),
        "field": p.field,
        "decision": decisions.submitting(plan, p, portal_down),
        "result_decision": result,
        "alternatives": decisions.alternatives(plan, p, portal_down),
        "legal_base": decisions.legal_base(plan, lang, p),
        "deferred_until": decisions.deferred_until(plan, lang) if result == "post_only" else "",
        "processing_time": time,
        "late": bool(time) and decisions.late(plan.site, now),
        "bring": localized(p, lang, "bring"),
        "requires_presence": p.requires_presence,
        "online": p.code in plan.listed,
        "policy": plan.version,
    }


def policy(plan: Plan, lang: str, portal_down: bool) -> dict[str, Any] | None:
    """The policy in force as anybody may see it; null for none. `decision` and `result_decision` are those of
    ordinary procedures."""
    held = plan.policy
    if held is None:
        return None
    return {
        "version": plan.version,
        "code": held.code,
        "title": localized(held, lang, "title"),
        "authority": localized(held, lang, "authority"),
        "valid_from": held.valid_from.isoformat(),
        "valid_to": held.valid_to.isoformat() if held.valid_to else None,
        "decision": decisions.submitting(plan, None, portal_down),
        "result_decision": decisions.returning(plan, None),
        "online_mode": held.online_mode,
        "in_person": held.in_person,
        "deferred_until": decisions.deferred_until(plan, lang),
        "cap_announced": held.session_cap_announced,
        "alternatives": decisions.alternatives(plan, None, portal_down),
        "legal_base": decisions.legal_base(plan, lang),
        "zalo_channel": held.zalo_channel,
        "overridden": plan.override is not None,
    }


def preview(
    plan: Plan, line: Sequence[Site], order: Any, lang: str, at: datetime, portal_down: bool
) -> dict[str, Any]:
    """What a kiosk would say at `at` to an order that taking.checked has let pass."""
    asked = plan.site.procedure(order.procedure)
    decision = decisions.decide(plan, order.service, asked, portal_down)
    return {
        "site": plan.site.code,
        "at": stamp(plan.site, at),
        "service": order.service,
        "field": order.field,
        "procedure": order.procedure,
        "procedure_name": localized(asked, lang) if asked else "",
        "decision": decision,
        "ticket": decision not in decisions.REFUSED,
        "alternatives": decisions.alternatives(plan, asked, portal_down),
        "legal_base": decisions.legal_base(plan, lang, asked),
        "deferred_until": decisions.deferred_until(plan, lang) if decision == "post_only" else "",
        "processing_time": decisions.processing_time(plan, asked, lang, at),
        "late": decisions.late(plan.site, at),
        "policy": policy(plan, lang, portal_down),
        "overlapped": [localized(one, lang, "title") for one in plan.overlapped],
        "notices": [n["text"] for n in notices(decisions.notices(plan, line), lang, "kiosk")],
    }


def plan_text(plan: Plan) -> str:
    """What a version of the plan says, as JSON that is kept with the data."""
    shown = {
        "policy": plan.policy and asdict(plan.policy),
        "override": plan.override and asdict(plan.override),
        "list": plan.procedures and asdict(plan.procedures),
        "of": plan.head.code,
    }
    return json.dumps(shown, ensure_ascii=False, default=str)


def journal_line(site: Site, line: JournalLine) -> dict[str, Any]:
    return {
        "seq": line.seq,
        "at": stamp(site, line.at),
        "actor": line.actor,
        "kind": line.kind,
        "ticket": line.ticket,
        "session": line.session or None,
        "counter": line.counter,
        "data": dict(line.data),
    }
