"""Difficulties that a session met (vướng mắc), noted for the report to the People's Committee's office."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime, time
from typing import Any

from ticketing import answers
from ticketing import events as ev
from ticketing.errors import Invalid
from ticketing.ports import JournalLine, View
from ticketing.sessions import Session, business_day, instant
from ticketing.sites import Site, localized
from ticketing.spelling import nfc

LONGEST = 1000
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
# Loose on purpose: a run of nine digits, a telephone or identity number in groups, the end of a dossier code.
_PERSONAL = re.compile(
    r"\d{9,}|(?<![\d.])(?:\+?84[ .-]?\d{1,3}|0\d{2,3})(?:[ .-]?\d{3,4}|[ .-]?\d{2}){2,3}(?!\d)|\d{6}-\d{4,}"
)
_PERSONAL_DIGITS = range(9, 15)


def checked(text: str) -> str:
    """The note as it is kept, in NFC. Raises Invalid for none, for more than 1000 characters, for control
    characters, and for what looks like a number of somebody: identity card, telephone, dossier code."""
    note = nfc(text).strip()
    if not note:
        raise Invalid(("text", "required"))
    if len(note) > LONGEST:
        raise Invalid(("text", "too_long"))
    if _CONTROL.search(note):
        raise Invalid(("text", "control_characters"))
    if any(_is_personal(found.group()) for found in _PERSONAL.finditer(note)):
        raise Invalid(("text", "personal_number"))
    return note


def _is_personal(run: str) -> bool:
    digits = sum(one.isdigit() for one in run)
    return digits in _PERSONAL_DIGITS or run.isdigit()


def of_session(view: View, site: Site, session: Session) -> list[JournalLine]:
    """A session's notes, oldest first, whenever they were written."""
    return [line for line in view.journal_of(site.code, (ev.DifficultyNoted.kind,)) if line.session == session.key]


def counts(view: View, site: Site, now: datetime) -> dict[str, int]:
    """How many notes were written today, by session: what tells a page to ask for them again."""
    begin = instant(site, business_day(site, now), time())
    return dict(Counter(line.session for line in view.journal_of(site.code, (ev.DifficultyNoted.kind,), begin)))


def shown(site: Site, session: Session, line: JournalLine, lang: str) -> dict[str, Any]:
    return {
        "id": line.seq,
        "at": answers.stamp(site, line.at),
        "session": session.key,
        "session_title": localized(session, lang, "title"),
        "text": line.data["text"],
        "actor": line.actor,
    }
