"""The journal counted again by code of its own: rows read by plain SQL, no rule of the office's is used."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

HANOI = timezone(timedelta(hours=7))
ENDS = {
    "ticket_finished": "done", "ticket_absent": "no_show", "ticket_cancelled": "cancelled", "ticket_expired": "expired",
}  # fmt: skip


@dataclass
class Ledger:
    """By site. Sessions are keys such as 2020-03-30-morning."""

    taken: Counter[tuple[str, str]] = field(default_factory=Counter)
    dossiers: Counter[tuple[str, str]] = field(default_factory=Counter)
    fields: Counter[str] = field(default_factory=Counter)
    ended: Counter[tuple[str, str]] = field(default_factory=Counter)
    received: Counter[str] = field(default_factory=Counter)
    by_counter: Counter[int] = field(default_factory=Counter)
    calls: Counter[int] = field(default_factory=Counter)
    diverted: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    postal: Counter[tuple[str, str]] = field(default_factory=Counter)
    policies: set[str] = field(default_factory=set)


def ledger(database: Path, site: str) -> Ledger:
    """Counts every line of `site`. The office never undoes a step in these days: an undone one would be counted."""
    book = Ledger()
    tickets: dict[int, dict[str, Any]] = {}
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        lines = connection.execute(
            "SELECT at, kind, ticket, counter, data FROM journal WHERE site = ? ORDER BY seq", (site,)
        )
        for at, kind, ticket, counter, text in lines:
            data = json.loads(text)
            day = datetime.fromtimestamp(at / 1000, HANOI).date().isoformat()
            if kind == "ticket_taken":
                tickets[ticket] = data
                book.taken[data["session"], data["service"]] += 1
                book.dossiers[data["session"], data["service"]] += data["dossiers"]
                if data["service"] == "submit":
                    book.fields[data["field"]] += 1
                book.policies.add(data["policy"])
            elif kind == "ticket_called":
                book.calls[counter] += 1
            elif kind == "diverted":
                book.diverted[day, data["decision"], data["to"]] += 1
                book.policies.add(data["policy"])
            if kind in ENDS:
                taken = tickets[ticket]
                book.ended[taken["session"], ENDS[kind]] += 1
                if kind == "ticket_finished":
                    _finished(book, taken, data, day, counter)
    return book


def _finished(book: Ledger, taken: dict[str, Any], data: dict[str, Any], day: str, counter: int) -> None:
    book.by_counter[counter] += 1
    if taken["service"] == "submit":
        book.received[taken["session"]] += data["dossiers"]
    if taken["service"] == "postal_handover":
        book.postal[day, "submit"] += data["dossiers"]
    for form in {"submit": ["submit"], "return": ["return"], "both": ["submit", "return"]}.get(data.get("postal"), []):
        book.postal[day, form] += data["postal_dossiers"]
