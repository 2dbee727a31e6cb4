"""Staff sign a session's checklists. An unsigned list is a warning: it stops neither a number nor a call."""

from __future__ import annotations

from collections.abc import Sequence

from ticketing import events as ev
from ticketing.errors import Conflict, Invalid
from ticketing.lookups import checklists_of
from ticketing.rules.checklists import ROLES, Checklist
from ticketing.rules.policies import CHECKLISTS
from ticketing.rules.sessions import Session
from ticketing.rules.text import nfc
from ticketing.verbs.day import Day


def sign_checklist(day: Day, session: str, checklist: str, role: str, items: Sequence[str]) -> Checklist:
    """A staff role confirms a list, all of whose items (their names, in either language) are ticked.

    Raises Unknown("session"), Invalid, and Conflict: no_checklist where the plan asks for none, signed_before,
    checklist_not_now outside its time (opening: until the session closes; cleaning: from then until the
    next one closes).
    """
    if checklist not in CHECKLISTS:
        raise Invalid(("checklist", "not_allowed"))
    if role not in ROLES:
        raise Invalid(("role", "not_allowed"))
    ticked, known = {nfc(item).strip() for item in items}, day.session(session)
    one = _of_kind(day, known, checklist)
    if one is None:
        raise Conflict("no_checklist", session=session)
    if one.signed is not None:
        raise Conflict("signed_before", session=session)
    if not one.open:
        raise Conflict("checklist_not_now", session=session)
    if any(item.name not in ticked and item.name_en not in ticked for item in one.items):
        raise Invalid(("items", "not_all_ticked"))
    day.record(ev.ChecklistSigned(checklist, role, len(one.items)), session=session)
    signed = _of_kind(day, known, checklist)
    assert signed is not None
    return signed


def _of_kind(day: Day, session: Session, kind: str) -> Checklist | None:
    lists = checklists_of(day, session)
    return next((one for one in lists if one.kind == kind), None)
