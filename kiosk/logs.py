"""Structured logs: one JSON object a line on stderr. No ticket code, token or person stands in them."""

from __future__ import annotations

import logging
import re
import sys
from typing import Any

import msgspec

from kiosk.clocks import real_now

SECRET = re.compile(r"(?<![\w/.-])(?=[\w-]*[0-9])(?=[\w-]*[A-Za-z])[\w-]{20,}|(?<=/t/)[\w-]+")
WRITE = msgspec.json.Encoder(enc_hook=str).encode
PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def masked(text: str) -> str:
    """Whatever looks like a ticket's code or a token, cut down to its first characters."""
    if len(text) < 20 and "/t/" not in text:
        return text
    return SECRET.sub(lambda found: found.group()[:4] + "…", text)


class JsonLines(logging.Formatter):
    """Fields given as `extra=` stand beside time, level, logger and message."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": real_now().isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": masked(record.getMessage()),
        }
        for key, value in vars(record).items():
            if key not in PLAIN:
                line[key] = masked(value) if isinstance(value, str) else value
        if record.exc_info:
            line["exception"] = masked(self.formatException(record.exc_info))
        return WRITE(line).decode()


def set_up(level: str) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for noisy in ("engineio", "socketio", "geventwebsocket"):
        logging.getLogger(noisy).setLevel("WARNING")
