"""What surrounds a session: its checklists, signed by a staff role, and the difficulties that it met."""

from __future__ import annotations

from typing import Annotated

from flask import Response
from msgspec import Meta

from ticketing.answers import checklists, notes
from ticketing.answers.checklists import StaffRole
from ticketing.api.bodies import Request
from ticketing.api.calls import Call, answer, items
from ticketing.verbs import notes as verbs
from ticketing.verbs.checklists import sign_checklist


class SignChecklist(Request):
    """The staff role that confirms, never a name; `items` are the names of the lines that were ticked: all of
    the list's are needed."""

    role: StaffRole
    items: Annotated[list[Annotated[str, Meta(max_length=300)]], Meta(max_length=100)] = []


class NoteDifficulty(Request):
    """No names, identity or telephone numbers of citizens, and no dossier codes."""

    text: Annotated[str, Meta(min_length=1, max_length=1000)]


def list_checklists(call: Call, site: str, session: str) -> Response:
    """The session's opening and cleaning lists, as far as the plan of its day asks for them."""
    return items(call.office.see(site, checklists.of_session, session, call.lang))


def sign_opening(call: Call, site: str, session: str) -> Response:
    """A staff role confirms the opening list, once, until the session closes."""
    return _sign(call, site, session, "opening")


def sign_cleaning(call: Call, site: str, session: str) -> Response:
    """A staff role confirms the cleaning after the session, once, until the next session closes."""
    return _sign(call, site, session, "cleaning")


def _sign(call: Call, site: str, session: str, checklist: str) -> Response:
    sent = call.body
    signed = call.office.do(call.here, sign_checklist, session, checklist, sent.role, sent.items)
    return answer(checklists.of(call.where, signed, call.lang))


def list_difficulties(call: Call, site: str, session: str) -> Response:
    """What officers noted of the session, oldest first."""
    return items(call.office.see(site, notes.of_session, session, call.lang))


def note_difficulty(call: Call, site: str, session: str) -> Response:
    """Notes a difficulty that the session met. The same Idempotency-Key gives the same note again (200), until the
    day ends."""
    note, created = call.office.do_once(call.here, verbs.note_difficulty, session, call.body.text)
    return answer(call.office.see(site, notes.difficulty, note, call.lang), 201 if created else 200)
