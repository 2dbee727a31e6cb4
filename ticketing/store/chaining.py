"""A journal of former versions becomes a chain: each line gets the text that is hashed and its hash.

What stood there before is believed as it is found, and said to be: the meta row `chained` names the last line of each
site that was chained afterwards.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from sqlite_utils import Database

from ticketing.rules import chain
from ticketing.rules.merkle import Peaks, grown
from ticketing.store import rows
from ticketing.store.ledgers import leaves
from ticketing.store.trees import peaks_text
from ticketing.ticket_events import exact

log = logging.getLogger("layso.store")
DEFAULT_ZONE = "Asia/Ho_Chi_Minh"
TOLD_EVERY = 50_000
TABLE = """CREATE TABLE journal (
    seq INTEGER NOT NULL, site TEXT NOT NULL, at INTEGER NOT NULL, actor TEXT NOT NULL, kind TEXT NOT NULL,
    ticket INTEGER, session TEXT NOT NULL, counter INTEGER, data TEXT NOT NULL, text TEXT NOT NULL, hash TEXT NOT NULL,
    PRIMARY KEY (site, seq)) STRICT, WITHOUT ROWID"""
# Lines of a day stand behind those that ended the day before.
ENDED = "SELECT seq, data FROM journal WHERE site = ? AND kind = 'day_ended'"
OLD = "SELECT site, seq, at, actor, kind, ticket, session, counter, data FROM journal_unchained ORDER BY site, seq"


def chain_journal(db: Database) -> None:
    run = db.conn.execute
    run("ALTER TABLE journal RENAME TO journal_unchained")
    run(TABLE)
    zones = {code: ZoneInfo(json.loads(config).get("timezone", DEFAULT_ZONE)) for code, config in run(
        "SELECT code, config FROM sites"
    )}  # fmt: skip
    [total] = run("SELECT COUNT(*) FROM journal_unchained").fetchone()
    heads: dict[str, int] = {}
    db.conn.executemany(f"INSERT INTO journal VALUES ({', '.join('?' * 11)})", _lines(run(OLD), zones, heads, total))
    if heads:
        run("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (chain.CHAINED, json.dumps(heads)))
    run("DROP TABLE journal_unchained")
    run("CREATE INDEX journal_by_kind ON journal (site, kind, at)")
    keep_append_only(db)


def keep_append_only(db: Database) -> None:
    """Lines of a journal that each site numbers for itself stay as they are, and none is left out."""
    for event in ("update", "delete"):
        db.execute(
            f"""CREATE TRIGGER journal_no_{event} BEFORE {event.upper()} ON journal
            BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"""
        )
    # INSERT OR REPLACE passes a delete trigger unless recursive_triggers is on: refuse it at the door too.
    db.execute(
        """CREATE TRIGGER journal_no_replace BEFORE INSERT ON journal
        WHEN NEW.seq != (SELECT COALESCE(MAX(seq), 0) + 1 FROM journal WHERE site = NEW.site)
        BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"""
    )


def begin_ledgers(db: Database) -> None:
    run = db.execute
    for site, today in run("SELECT site, day FROM day_clocks").fetchall():
        ended = [seq for seq, data in run(ENDED, (site,)).fetchall() if rows.mapping(data)["day"] < today]
        size, peaks = 0, Peaks()
        for day, leaf in leaves(run, site, max(ended, default=0)):
            if day == today:
                size, peaks = size + 1, grown(size, peaks, leaf.text.encode())
        run("INSERT INTO ledgers VALUES (?, ?, ?, ?, '', '')", (site, today, size, peaks_text(peaks)))


def _lines(found: Any, zones: dict[str, ZoneInfo], heads: dict[str, int], total: int) -> Iterator[tuple[Any, ...]]:
    site, previous, default = "", "", ZoneInfo(DEFAULT_ZONE)
    for number, (code, seq, at, actor, kind, ticket, session, counter, data) in enumerate(found, 1):
        if code != site:
            site, previous, zone = code, "", zones.get(code, default)
        # Numbers stood in former journals as floats.
        data = rows.canonical(_whole(rows.mapping(data)) if "." in data else rows.mapping(data))
        text = chain.text_of(code, seq, chain.time_of(at, zone), actor, kind, ticket, session, counter, data)
        previous, heads[code] = chain.chained(previous, text), seq
        yield seq, code, at, actor, kind, ticket, session, counter, data, text, previous
        if number % TOLD_EVERY == 0 or number == total:
            log.info("the journal is being chained", extra={"lines": number, "of": total})


def _whole(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _whole(part) for key, part in value.items()}
    return [_whole(part) for part in value] if isinstance(value, list) else exact(value)
