"""Difficulties that a session met (vướng mắc), noted for the report to the People's Committee's office."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import time

from ticketing import events as ev
from ticketing.answers.names import Time, stamp
from ticketing.lookups import Look, session_of
from ticketing.rules.notes import Note, note_of
from ticketing.rules.sessions import instant
from ticketing.rules.sites import localized


@dataclass(frozen=True, slots=True, kw_only=True)
class Difficulty:
    """`id` is the note's place in the journal, `actor` who wrote it down."""

    id: int
    at: Time
    session: str
    session_title: str
    text: str
    actor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DifficultyList:
    items: list[Difficulty]


def difficulty(look: Look, note: Note, lang: str) -> Difficulty:
    return Difficulty(
        id=note.id,
        at=stamp(look.site, note.at),
        session=note.session,
        session_title=localized(session_of(look, note.session), lang, "title"),
        text=note.text,
        actor=note.actor,
    )


def of_session(look: Look, session: str, lang: str) -> list[Difficulty]:
    """A session's notes, oldest first, whenever they were written. Raises Unknown("session")."""
    known = session_of(look, session)
    lines = look.view.journal.of_kinds(look.site.code, (ev.DifficultyNoted.kind,))
    return [difficulty(look, note_of(line), lang) for line in lines if line.session == known.key]


def counts(look: Look) -> dict[str, int]:
    """How many notes were written today, by session: what tells a page to ask for them again."""
    begin = instant(look.site, look.date, time())
    lines = look.view.journal.of_kinds(look.site.code, (ev.DifficultyNoted.kind,), begin)
    return dict(Counter(line.session for line in lines))
