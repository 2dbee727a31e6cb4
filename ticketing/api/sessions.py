"""What surrounds a session: its checklists, signed by a staff role, and the difficulties that it met."""

from __future__ import annotations

from typing import Annotated, Literal

from flask import Response
from msgspec import Meta

from ticketing.api.answers import Answer, Day, Time
from ticketing.api.calls import Call, answer, items
from ticketing.api.models import Request

ChecklistKind = Literal["opening", "cleaning"]
StaffRole = Literal["reception", "cleaning", "duty"]


class SignChecklist(Request):
    """The staff role that confirms, never a name; `items` are the names of the lines that were ticked: all of
    the list's are needed."""

    role: StaffRole
    items: Annotated[list[Annotated[str, Meta(max_length=300)]], Meta(max_length=100)] = []


class NoteDifficulty(Request):
    """No names, identity or telephone numbers of citizens, and no dossier codes."""

    text: Annotated[str, Meta(min_length=1, max_length=1000)]


class CheckItem(Answer):
    name: str


class Checklist(Answer):
    """`due`: it should have been signed by now; `open`: it can be signed now. `role` is "" until it is."""

    checklist: ChecklistKind
    session: str
    session_title: str
    date: Day
    items: list[CheckItem]
    due: bool
    open: bool
    signed_at: Time | None
    role: Literal["", "reception", "cleaning", "duty"]


class ChecklistList(Answer):
    items: list[Checklist]


class Difficulty(Answer):
    """`id` is the note's place in the journal, `actor` who wrote it down."""

    id: int
    at: Time
    session: str
    session_title: str
    text: str
    actor: str


class DifficultyList(Answer):
    items: list[Difficulty]


def list_checklists(call: Call, site: str, session: str) -> Response:
    """The session's opening and cleaning lists, as far as the plan of its day asks for them."""
    return items(call.office.checklists(site, session, call.lang))


def sign_opening(call: Call, site: str, session: str) -> Response:
    """A staff role confirms the opening list, once, until the session closes."""
    return _sign(call, site, session, "opening")


def sign_cleaning(call: Call, site: str, session: str) -> Response:
    """A staff role confirms the cleaning after the session, once, until the next session closes."""
    return _sign(call, site, session, "cleaning")


def _sign(call: Call, site: str, session: str, checklist: str) -> Response:
    sent = call.body
    return answer(call.office.sign_checklist(site, session, checklist, sent.role, sent.items, call.who, call.lang))


def list_difficulties(call: Call, site: str, session: str) -> Response:
    """What officers noted of the session, oldest first."""
    return items(call.office.difficulties(site, session, call.lang))


def note_difficulty(call: Call, site: str, session: str) -> Response:
    """Notes a difficulty that the session met. The same Idempotency-Key gives the same note again (200), until the
    day ends."""
    note, created = call.office.note_difficulty(site, session, call.body.text, call.who, call.lang, call.key)
    return answer(note, 201 if created else 200)
