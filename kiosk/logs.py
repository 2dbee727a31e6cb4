"""Structured logs: one JSON object a line on stderr. No ticket code, token or person stands in them."""

from __future__ import annotations

import logging
import re
import sys
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, TextIO

import msgspec

from kiosk.clocks import real_now

SECRET = re.compile(r"(?<![\w/.-])(?=[\w-]*[0-9])(?=[\w-]*[A-Za-z])[\w-]{20,}|(?<=/t/)[\w-]+")
WRITE = msgspec.json.Encoder(enc_hook=str).encode
PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


AGAIN_S = 60.0
KINDS_KEPT = 500

# What every other line says, such as a route's pattern.
_harmless: set[str] = set()
HARMLESS_KEPT = 500


def masked(text: str) -> str:
    """Whatever looks like a ticket's code or a token, cut down to its first characters."""
    if text in _harmless or (len(text) < 20 and "/t/" not in text):
        return text
    said = SECRET.sub(lambda found: found.group()[:4] + "…", text)
    if said == text and len(_harmless) < HARMLESS_KEPT:
        _harmless.add(text)
    return said


def _now() -> str:
    """To the millisecond, as `isoformat` writes it at ten times the cost."""
    text: str = msgspec.to_builtins(real_now())
    return f"{text[:23]}+00:00" if text[19] == "." else f"{text[:19]}.000+00:00"


class JsonLines(logging.Formatter):
    """Fields given as `extra=` stand beside time, level, logger and message."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": _now(),
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


class Lines(logging.StreamHandler[TextIO]):
    """Lines are written at once. Those of answers are written together, once the loop comes round, where `later` calls
    a function then."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self._kept: list[str] = []
        self.later: Callable[[Callable[[], None]], object] | None = None

    def emit(self, record: logging.LogRecord) -> None:
        self.flush()
        super().emit(record)

    def say(self, name: str, fields: dict[str, Any]) -> None:
        """The line of an answer as its record would make it, which has four times as many parts. Nothing in it may come
        from outside: nothing is masked."""
        assert self.later is not None
        line = {"time": _now(), "level": "info", "logger": name, "message": "answered", **fields}
        self._kept.append(WRITE(line).decode())
        if len(self._kept) == 1:
            self.later(self.flush)

    def flush(self) -> None:
        kept, self._kept = self._kept, []
        try:
            if kept:
                self.stream.write("\n".join(kept) + "\n")
            super().flush()
        except (OSError, ValueError):
            # As the standard library has it: what can't be logged is left out.
            if logging.raiseExceptions:
                raise


# Where lines of answers are written together; None where each is written at once.
together: Lines | None = None


def write_together(later: Callable[[Callable[[], None]], object]) -> None:
    """From here on lines of answers are written together; `later` calls a function when the loop comes round."""
    global together
    # In a process whose log is another's there are no lines of ours.
    together = next((one for one in logging.getLogger().handlers if isinstance(one, Lines)), None)
    if together is not None:
        together.later = later


class Repeats(logging.Filter):
    """What fails again and again is said once a minute, with how often it was left out since (`repeated`): a full disk
    or a lack of descriptors fails many times a second, and the log stands on that disk."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._now = now
        self._said: dict[tuple[object, ...], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno < logging.ERROR:
            return True
        error = record.exc_info[1] if record.exc_info else None
        key = (record.name, record.getMessage(), type(error), str(error)[:200])
        now = self._now()
        last, left_out = self._said.get(key, (now - AGAIN_S, 0))
        if now - last < AGAIN_S:
            self._said[key] = (last, left_out + 1)
            return False
        if len(self._said) >= KINDS_KEPT:
            self._said.clear()
        self._said[key] = (now, 0)
        if left_out:
            record.repeated = left_out
        return True


def take_over() -> None:
    """What Python would print by itself, in the middle of the lines, becomes a line: errors that nobody caught, in a
    thread or in the clearing up, and warnings. What can't be logged is not printed either."""
    logging.raiseExceptions = False
    logging.captureWarnings(True)
    log = logging.getLogger("layso.process")

    def ended(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        if error is not None and not issubclass(kind, SystemExit | KeyboardInterrupt):
            log.critical("an error that nobody caught", exc_info=(kind, error, trace))

    sys.excepthook = ended
    threading.excepthook = lambda told: ended(told.exc_type, told.exc_value, told.exc_traceback)
    sys.unraisablehook = lambda told: ended(told.exc_type, told.exc_value, told.exc_traceback)


def set_up(level: str) -> None:
    take_over()
    # No line names its thread, process or place in the code: the standard library's own way not to look for them.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None
    handler = Lines(sys.stderr)
    handler.setFormatter(JsonLines())
    handler.addFilter(Repeats())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for noisy in ("engineio", "socketio", "geventwebsocket"):
        logging.getLogger(noisy).setLevel("WARNING")
