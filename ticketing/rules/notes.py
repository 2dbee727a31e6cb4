"""A note of a difficulty (vướng mắc): a text, and no number of anybody."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from ticketing.errors import Invalid
from ticketing.events import JournalLine
from ticketing.rules.text import plain

LONGEST = 1000
# Loose on purpose: a run of nine digits, a telephone or identity number in groups, the end of a dossier code.
_PERSONAL = re.compile(
    r"\d{9,}|(?<![\d.])(?:\+?84[ .-]?\d{1,3}|0\d{2,3})(?:[ .-]?\d{3,4}|[ .-]?\d{2}){2,3}(?!\d)|\d{6}-\d{4,}"
)
_PERSONAL_DIGITS = range(9, 15)


@dataclass(frozen=True, slots=True)
class Note:
    """`id` is the note's place in the journal, `actor` who wrote it down."""

    id: int
    at: datetime
    session: str
    text: str
    actor: str


def note_of(line: JournalLine) -> Note:
    return Note(line.seq, line.at, line.session, line.data["text"], line.actor)


def clean(text: str) -> str:
    """The note as it is kept, by the rule for texts. Raises Invalid for none, for more than 1000 characters, for
    control characters, and for what looks like a number of somebody: identity card, telephone, dossier code."""
    try:
        note = plain(text).strip()
    except ValueError:
        raise Invalid(("text", "control_characters")) from None
    if not note:
        raise Invalid(("text", "required"))
    if len(note) > LONGEST:
        raise Invalid(("text", "too_long"))
    if holds_number(note):
        raise Invalid(("text", "personal_number"))
    return note


def holds_number(text: str) -> bool:
    """Whether it looks as if somebody's number stood in it. What is journaled with it can't be taken out again."""
    return any(_is_personal(found.group()) for found in _PERSONAL.finditer(text))


def _is_personal(run: str) -> bool:
    digits = sum(one.isdigit() for one in run)
    return digits in _PERSONAL_DIGITS or run.isdigit()
