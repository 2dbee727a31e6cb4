"""The journal as a chain: what of a line is hashed, and whether an export holds.

A line's hash is the SHA-256 of the hash before it (nothing before a site's first), a line feed and the line's text:
its keys as JSON, sorted, without spaces, not ASCII-escaped, numbers whole or as texts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from ticketing.rules.text import day_of

KEYS = frozenset(("site", "seq", "at", "actor", "kind", "ticket", "session", "counter", "data"))
HEADER = frozenset(("site", "from", "to", "prev"))
# The meta row that names, by site, the last line that was chained after it was written.
CHAINED = "chained"
EPOCH, MILLISECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(milliseconds=1)
canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode
_quoted = json.encoder.encode_basestring


def text_of(
    site: str, seq: int, at: str, actor: str, kind: str, ticket: int | None, session: str, counter: int | None,
    data: str,
) -> str:  # fmt: skip
    """What is hashed and stored of a line, canonical; `at` with seconds and offset, `data` canonical already."""
    return (
        f'{{"actor":{_quoted(actor)},"at":"{at}","counter":{_number(counter)},"data":{data},"kind":"{kind}",'
        f'"seq":{seq},"session":{_quoted(session) if session else "null"},"site":{_quoted(site)},'
        f'"ticket":{_number(ticket)}}}'
    )


def _number(value: int | None) -> str:
    return "null" if value is None else str(value)


@lru_cache(maxsize=64)
def ms_of(at: datetime) -> int:
    """Milliseconds since 1970. A number's moment is asked for in its row, its line and its leaf."""
    return (at - EPOCH) // MILLISECOND


def time_of(ms: int, zone: ZoneInfo) -> str:
    """Milliseconds since 1970 as the site's time, with seconds and offset."""
    return _second(ms // 1000, zone)


@lru_cache(maxsize=1024)
def _second(second: int, zone: ZoneInfo) -> str:
    """A number's line and its leaf in the ledger are of the same one."""
    minute, offset = _minute(second // 60, zone)
    return f"{minute}{second % 60:02d}{offset}"


@lru_cache(maxsize=1024)
def _minute(minute: int, zone: ZoneInfo) -> tuple[str, str]:
    """What stands before the seconds of a minute's times, and behind them: every line needs it."""
    text = datetime.fromtimestamp(minute * 60, zone).isoformat(timespec="seconds")
    return text[:17], text[19:]


def chained(previous: str, text: str) -> str:
    """The hash of a line behind the one whose hash is `previous`."""
    return sha256(f"{previous}\n{text}".encode()).hexdigest()


def exported(text: str, hashed: str) -> str:
    """A line of an export: the text as it was hashed, and its hash behind it."""
    return f'{text[:-1]},"hash":"{hashed}"}}'


class Broken(Exception):
    """An export that doesn't hold; the text names the first line that is wrong."""


@dataclass(frozen=True, slots=True)
class Link:
    """A line of a site's journal and its hash."""

    site: str
    seq: int
    hash: str


def verify(content: Iterable[str], known: Link | None = None) -> tuple[int, Link]:
    """Reads an export line by line; how many lines it holds, and the last one. Raises Broken, also when `known`,
    which stood in the journal by somebody else's word, isn't in it or is another."""
    lines = iter(content)
    header = _header(next(lines, ""))
    last, number = Link(header["site"], 0, header["prev"]), 0
    for number, raw in enumerate(lines, 1):
        line = _line(raw.removesuffix("\n"), number, last)
        if number == 1:
            _begin(line, header)
        last = Link(line["site"], line["seq"], line["hash"])
        if known and known.seq == last.seq and known != last:
            raise Broken(f"line {number} (seq {last.seq}) is not the one that the checkpoint names")
        if number == 1 and known and known.seq == last.seq - 1 and known.hash != header["prev"]:
            raise Broken("the header's prev is not the hash that the checkpoint names")
    if number and line["at"][:10] > header["to"]:
        raise Broken(f"line {number} (seq {last.seq}) is dated after the header's to")
    if known and known.site != header["site"]:
        raise Broken(f"the checkpoint is one of {known.site}, the export one of {header['site']}")
    if known and known.seq > last.seq:
        raise Broken(f"the end is missing: the last line has seq {last.seq}, the checkpoint names {known.seq}")
    return number, last


def _header(raw: str) -> dict[str, str]:
    header = _read(raw, "the header")
    if header.keys() != HEADER or not all(isinstance(value, str) for value in header.values()):
        raise Broken("the first line is not a header with site, from, to and prev")
    if day_of(header["from"]) is None or day_of(header["to"]) is None:
        raise Broken("the header's from and to are not days such as 2026-11-23")
    return header


def _read(raw: str, what: str) -> dict[str, Any]:
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Broken(f"{what} can't be read")
    return found


def _line(raw: str, number: int, last: Link) -> dict[str, Any]:
    line = _read(raw, f"line {number}")
    named = f"line {number} (seq {line.get('seq')})"
    text = canonical({key: value for key, value in line.items() if key != "hash"})
    hashed = chained(last.hash, text)
    if line.keys() != KEYS | {"hash"} or line["hash"] != hashed or raw != exported(text, hashed):
        raise Broken(f"{named} is not what was hashed behind the line before it")
    if line["site"] != last.site:
        raise Broken(f"{named} is of another site")
    if last.seq and line["seq"] != last.seq + 1:
        raise Broken(f"{named} doesn't follow seq {last.seq}")
    return line


def _begin(line: dict[str, Any], header: dict[str, str]) -> None:
    if (line["seq"] == 1) != (header["prev"] == ""):
        raise Broken(f"line 1 has seq {line['seq']}, which the header's prev contradicts")
    if line["at"][:10] < header["from"]:
        raise Broken(f"line 1 (seq {line['seq']}) is dated before the header's from")
