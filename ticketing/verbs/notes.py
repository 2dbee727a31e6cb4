"""Staff note the difficulties that a session met."""

from __future__ import annotations

from ticketing import events as ev
from ticketing.rules.notes import Note, clean, note_of
from ticketing.verbs.day import Day
from ticketing.verbs.once import repeated_by


def _noted(day: Day, kept: int, session: str, text: str) -> Note:
    clean(text)
    return note_of(day.tx.journal.lines(day.site.code, kept - 1, 1)[0])


@repeated_by(_noted, "note")
def note_difficulty(day: Day, session: str, text: str) -> Note:
    """Notes a difficulty of a session. Raises Unknown("session") and Invalid (see `notes.clean`)."""
    said, known = clean(text), day.session(session)
    seq = day.record(ev.DifficultyNoted(said), session=known.key)
    return note_of(day.tx.journal.lines(day.site.code, seq - 1, 1)[0])
