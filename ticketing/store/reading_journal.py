"""Reads of the journal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from ticketing.events import JournalLine
from ticketing.store import rows
from ticketing.store.reader import Reader

Span = tuple[int, int, datetime, datetime]

NEWEST = """SELECT MAX(at) FROM (SELECT at FROM journal WHERE site = ?1
AND seq >= COALESCE((SELECT MAX(seq) FROM journal INDEXED BY journal_by_kind WHERE site = ?1 AND kind = ?2), 0)
AND (ticket IS NOT NULL OR actor = 'clock' OR kind = ?2) ORDER BY seq DESC LIMIT 200) AS latest"""
HEAD = "SELECT seq, hash FROM journal WHERE site = ? ORDER BY seq DESC LIMIT 1"
JOURNAL_COLUMNS = "seq, site, at, actor, kind, ticket, session, counter, data"


class JournalReader(Reader):
    """What happened, append-only."""

    def lines(self, site: str, after: int, limit: int) -> list[JournalLine]:
        found = self._run(
            f"SELECT {JOURNAL_COLUMNS} FROM journal WHERE site = ? AND seq > ? ORDER BY seq LIMIT ?",
            (site, after, limit),
        )
        return [rows.journal_value(row) for row in found]

    def texts(self, site: str, after: int, limit: int) -> list[tuple[str, str]]:
        """The lines as they were hashed, and their hashes."""
        sql = "SELECT text, hash FROM journal WHERE site = ? AND seq > ? ORDER BY seq LIMIT ?"
        return self._run(sql, (site, after, limit)).fetchall()

    def head(self, site: str) -> tuple[int, str]:
        """The last line's number and hash; 0 and "" before the first."""
        return self._fleeting(("head", site), lambda: self._one(HEAD, site) or (0, ""))

    def last_seq(self, site: str) -> int:
        return self.head(site)[0]

    def span(self, site: str, first: datetime | None, before: datetime | None) -> Span | None:
        """Of a site's lines written from `first` on and before `before`: the lowest and the highest number, the
        earliest and the latest time."""
        found = self._one(
            """SELECT MIN(seq), MAX(seq), MIN(at), MAX(at) FROM journal INDEXED BY journal_by_kind
            WHERE site = ? AND at >= ? AND at < ?""",
            site, rows.ms(first) if first else -(1 << 62), rows.ms(before) if before else 1 << 62,
        )  # fmt: skip
        return (found[0], found[1], rows.instant(found[2]), rows.instant(found[3])) if found[0] else None

    def heads(self) -> Mapping[str, int]:
        found = self._run("SELECT code, (SELECT COALESCE(MAX(seq), 0) FROM journal WHERE site = code) FROM sites")
        return dict(found.fetchall())

    def newest(self, site: str, since: str) -> datetime | None:
        """The clock catches up on things of earlier times: of the newest lines the last need not be the latest."""
        return rows.maybe_instant(self._found(None, NEWEST, site, since))

    def of_kinds(
        self, site: str, kinds: Sequence[str], first: datetime | None = None, before: datetime | None = None
    ) -> list[JournalLine]:
        """A site's lines of these kinds, written from `first` on and before `before`, oldest first."""
        # Left to itself the planner walks the whole journal of the site in order, as soon as there are two kinds.
        found = self._run(
            f"""SELECT {JOURNAL_COLUMNS} FROM journal INDEXED BY journal_by_kind WHERE site = ?
            AND kind IN ({", ".join("?" * len(kinds))}) AND at >= ? AND at < ? ORDER BY seq""",
            (site, *kinds, rows.ms(first) if first else -(1 << 62), rows.ms(before) if before else 1 << 62),
        )
        return [rows.journal_value(row) for row in found]

    def imported(
        self, site: str, kinds: Sequence[str], first: datetime | None = None, before: datetime | None = None
    ) -> list[JournalLine]:
        """Lines that a centre handed in, of these kinds or, for none, of all."""
        found = self._run(
            f"SELECT {JOURNAL_COLUMNS} FROM imported_journal WHERE site = ? AND at >= ? AND at < ? ORDER BY seq",
            (site, rows.ms(first) if first else -(1 << 62), rows.ms(before) if before else 1 << 62),
        )
        return [rows.journal_value(row) for row in found if not kinds or row[4] in kinds]

    def last_of(self, site: str, kind: str, actor: str | None, since: datetime, limit: int) -> list[JournalLine]:
        """The last lines of a kind since then, newest first; those of one actor, or without one of all."""
        sql = f"""SELECT {JOURNAL_COLUMNS} FROM journal INDEXED BY journal_by_kind WHERE site = ? AND kind = ?
        AND at >= ? {"AND actor = ?" if actor else ""} ORDER BY at DESC, seq DESC LIMIT ?"""
        given = (actor, limit) if actor else (limit,)
        return [rows.journal_value(row) for row in self._run(sql, (site, kind, rows.ms(since), *given))]
