"""The background process: one long job after another, out of what it reads in the server's data.

It speaks with `kiosk.background` over its standard input, as `display.worker` has it: `{"job", "lang", "now",
"rehearsal", "public_url"}` and the pickled arguments are answered by `{"outcome"}` and, pickled, the result (done)
or the refusal (refused). It ends when its input ends, in the middle of a job too.
"""

from __future__ import annotations

import json
import logging
import os
import pickle
import queue
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from flask import Flask, g

from kiosk import copies, language, logs
from kiosk.clocks import NeverHeld
from kiosk.config import settings_from
from kiosk.datadir import DataDir
from kiosk.parts import make_office
from ticketing.api import advice, estimates, papers
from ticketing.api import reports as report_files
from ticketing.desk import post, reports
from ticketing.desk.config import edits
from ticketing.desk.plan import changes
from ticketing.errors import TicketingError
from ticketing.signals.local import Bus
from ticketing.store import AnyReader, SqliteReader, read_database

log = logging.getLogger("layso.background")
JOBS: Mapping[str, Callable[..., Any]] = {
    "advice": advice.advise,
    "estimates": estimates.write_scores,
    "report": report_files.write_report,
    "report_json": report_files.write_json,
    "report_page": reports.sheet_of,
    "postal_page": post.list_of,
    "leaflet": papers.draw_leaflet,
    "site_import": edits.imported,
    "site_check": edits.check,
    "procedure_list": changes.read_list,
    "backup": copies.make_copy,
}
NICENESS = 10
MOST_MEMORY = 300 * 1024 * 1024
Message = tuple[dict[str, Any], bytes]


class Standing(NeverHeld):
    """`ports.Clock` that stands: a job is of the moment that it was asked for in."""

    def __init__(self, at: datetime, rehearsal: bool) -> None:
        self._at, self.rehearsal = at, rehearsal

    def now(self) -> datetime:
        return self._at


def answer(app: Flask, store: AnyReader, asked: Mapping[str, Any], content: bytes) -> Message:
    """Does one job. A fault of ours is logged here and told by its outcome alone."""
    given, named = pickle.loads(content)
    clock = Standing(datetime.fromisoformat(asked["now"]), asked["rehearsal"])
    try:
        office = make_office(store, Bus(), clock, public_url=asked["public_url"])
        with app.test_request_context():
            g.lang = asked["lang"]
            return {"outcome": "done"}, pickle.dumps(JOBS[asked["job"]](office, *given, **named))
    except TicketingError as refusal:
        return {"outcome": "refused"}, pickle.dumps(refusal)
    except Exception:
        log.exception("a job failed", extra={"job": asked["job"]})
        return {"outcome": "failed"}, b""


def listen(requests: BinaryIO, waiting: queue.SimpleQueue[Message]) -> None:
    """Reads what is asked while a job is under way, so that the end of the input is seen at once."""
    try:
        for line in requests:
            head = json.loads(line)
            waiting.put((head, requests.read(head["bytes"])))
    finally:
        os._exit(0)


def memory() -> int:
    """The bytes that this process holds now. What getrusage says begins with what its parent had."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def send(answers: BinaryIO, head: Mapping[str, Any], content: bytes = b"") -> None:
    answers.write(json.dumps({**head, "bytes": len(content)}).encode() + b"\n" + content)
    answers.flush()


def main(data: str, level: str, where: str = "") -> None:
    # Whatever is printed must not get between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    logs.set_up(level)
    # A service's own rules may forbid it.
    with suppress(OSError):
        os.nice(NICENESS)
    app = Flask("kiosk")
    language.set_up(app)
    in_database = where == "database"
    store = read_database(settings_from({}).database) if in_database else SqliteReader(DataDir(Path(data)).database)
    waiting: queue.SimpleQueue[Message] = queue.SimpleQueue()
    threading.Thread(target=listen, args=(sys.stdin.buffer, waiting), daemon=True).start()
    send(answers, {"ready": True})
    while True:
        head, content = answer(app, store, *waiting.get())
        # Python keeps what a large report took: the next job gets a small process.
        send(answers, {**head, "last": memory() > MOST_MEMORY}, content)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except BrokenPipeError:
        pass  # nobody listens any more
    except BaseException:
        log.exception("the background process ends")
    # The thread that reads the input holds it: an orderly exit would wait for it.
    os._exit(1)
