"""The checklists of a plan in force: one before a session's work begins, one of cleaning after it.

What has been signed is read back from the journal. A list that isn't signed is shown, and stops nothing
(Đồng Nai's plan of 2020, II.2: sanitiser, temperature desk, cleaning after every session).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from ticketing import answers
from ticketing import events as ev
from ticketing.policies import CHECKLISTS, CheckItem, Policy
from ticketing.ports import JournalLine, View
from ticketing.sessions import Session, business_day, instant
from ticketing.sites import Site, localized
from ticketing.workday import plan_of

ROLES = ("reception", "cleaning", "duty")
"""Staff roles that sign: a role, never a person's name."""
LOOK_BACK_DAYS = 14
Signatures = Mapping[tuple[str, str], JournalLine]


@dataclass(frozen=True, slots=True)
class Checklist:
    """A list of one session. `due`: it should have been signed by now; `open`: it can be signed now."""

    kind: str
    session: Session
    items: tuple[CheckItem, ...]
    due: bool
    open: bool
    signed: JournalLine | None


def items_of(policy: Policy | None, kind: str) -> tuple[CheckItem, ...]:
    """The list's lines under a policy, () where it asks for none."""
    if policy is None:
        return ()
    if kind == "cleaning":
        return policy.cleaning_checklist if policy.cleaning_after_session else ()
    return policy.opening_checklist


def signatures(lines: Iterable[JournalLine]) -> Signatures:
    """The line that signed each (checklist, session). Closing a session again asks for cleaning again."""
    found: dict[tuple[str, str], JournalLine] = {}
    for line in lines:
        if line.kind == ev.ChecklistSigned.kind:
            found[line.data["checklist"], line.session] = line
        elif line.kind == ev.SessionMoved.kind and line.data["stage"] == "closed":
            found.pop(("cleaning", line.session), None)
    return found


def listed(view: View, site: Site, now: datetime) -> list[Checklist]:
    """Today's lists and, until it is signed, the cleaning after the last session of an earlier day. None where
    the policy in force today has none."""
    today = business_day(site, now)
    policy = plan_of(view, site, today).policy
    if not any(items_of(policy, kind) for kind in CHECKLISTS):
        return []
    sessions = view.sessions(site.code, today)
    earlier = _last_before(view, site, today) if items_of(policy, "cleaning") else None
    signed = _signed_since(view, site, earlier.day if earlier else today)
    closed = [s for s in sessions if s.stage == "closed"]
    newest = closed[-1] if closed else earlier
    found = [_checklist(kind, s, policy, newest, signed) for s in sessions for kind in CHECKLISTS]
    if earlier is not None:
        before = _checklist("cleaning", earlier, plan_of(view, site, earlier.day).policy, newest, signed)
        if before.signed is None or business_day(site, before.signed.at) == today:
            found.insert(0, before)
    return [one for one in found if one.items and (one.kind == "opening" or one.session.stage == "closed")]


def of_session(view: View, site: Site, session: Session, now: datetime) -> list[Checklist]:
    """Both lists of one session, of whatever day, as far as the policy of that day has them."""
    current = {(one.kind, one.session.key): one for one in listed(view, site, now)}
    policy = plan_of(view, site, session.day).policy
    signed = _signed_since(view, site, session.day)
    over = [replace(_checklist(kind, session, policy, None, signed), due=False, open=False) for kind in CHECKLISTS]
    return [current.get((one.kind, session.key), one) for one in over if one.items]


def shown(site: Site, one: Checklist, lang: str) -> dict[str, Any]:
    return {
        "checklist": one.kind,
        "session": one.session.key,
        "session_title": localized(one.session, lang, "title"),
        "date": one.session.day.isoformat(),
        "items": [{"name": localized(item, lang)} for item in one.items],
        "due": one.due,
        "open": one.open,
        "signed_at": answers.stamp(site, one.signed.at) if one.signed else None,
        "role": one.signed.data["role"] if one.signed else "",
    }


def _checklist(
    kind: str, session: Session, policy: Policy | None, newest: Session | None, signed: Signatures
) -> Checklist:
    """`newest` is the session that closed last: cleaning after it cleans up after earlier ones as well."""
    line = signed.get((kind, session.key))
    if kind == "opening":
        begun, fits = session.running, session.stage != "closed"
    else:
        begun = fits = session.stage == "closed" and newest is not None and newest.key == session.key
    return Checklist(kind, session, items_of(policy, kind), begun and line is None, fits and line is None, line)


def _last_before(view: View, site: Site, day: date) -> Session | None:
    """The last session of the days before, within two weeks."""
    for back in range(1, LOOK_BACK_DAYS + 1):
        if sessions := view.sessions(site.code, day - timedelta(days=back)):
            return sessions[-1]
    return None


def _signed_since(view: View, site: Site, day: date) -> Signatures:
    kinds = (ev.ChecklistSigned.kind, ev.SessionMoved.kind)
    return signatures(view.journal_of(site.code, kinds, instant(site, day, time())))
