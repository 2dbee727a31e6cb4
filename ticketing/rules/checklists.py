"""The checklists of a plan in force: one before a session's work begins, one of cleaning after it.

What has been signed is read back from the journal. A list that isn't signed is shown, and stops nothing
(Đồng Nai's plan of 2020, II.2: sanitiser, temperature desk, cleaning after every session).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ticketing import events as ev
from ticketing.events import JournalLine
from ticketing.rules.policies import CheckItem, Policy
from ticketing.rules.sessions import Session

ROLES = ("reception", "cleaning", "duty")
"""Staff roles that sign: a role, never a person's name."""
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


def checklist(
    kind: str, session: Session, policy: Policy | None, newest: Session | None, signed: Signatures
) -> Checklist:
    """`newest` is the session that closed last: cleaning after it cleans up after earlier ones as well."""
    line = signed.get((kind, session.key))
    if kind == "opening":
        begun, fits = session.running, session.stage != "closed"
    else:
        begun = fits = session.stage == "closed" and newest is not None and newest.key == session.key
    return Checklist(kind, session, items_of(policy, kind), begun and line is None, fits and line is None, line)
