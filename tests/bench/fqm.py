"""The other way of giving numbers, as FQM (Free Queue Manager) has it: the next number is the largest one plus one,
asked without a lock; the slip is printed before the number is committed. A reference of ours in place of that program:
no pages, roles or caps, a thread for each request, a database on the same disk with every commit synced. It ends with
its input."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from tests.bench import load
from tests.bench.bare import ROOT
from tests.bench.load import Job, request
from tests.bench.spread import spread
from tests.bench.stages import TICKETS, Bench

CONNECTIONS = 16
OURS, THEIRS = "under one lock, printed after the commit", "max + 1 without a lock, printed before the commit"
SCHEMA = "CREATE TABLE serials (id INTEGER PRIMARY KEY, number INTEGER NOT NULL, printed INTEGER NOT NULL)"


@contextmanager
def reference() -> Iterator[tuple[int, Path]]:
    """Port and database of the running reference."""
    with tempfile.TemporaryDirectory(prefix="layso-bench-max-") as folder:
        words = [sys.executable, "-m", "tests.bench.fqm", folder]
        process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        try:
            assert process.stdout is not None
            yield int(process.stdout.readline()), Path(folder, "serials.db")
        finally:
            process.kill()
            process.wait()


def compared(bench: Bench) -> dict[str, Any]:
    """Both ways in turns, at as many connections: rates, and how many numbers were given twice."""
    lanes = bench.tickets(("HT",))
    found: dict[str, Any] = {name: {"rates": [], "numbers": []} for name in (OURS, THEIRS)}
    with reference() as (port, _database):
        for _turn in range(bench.pace.rounds):
            for name, job in (
                (OURS, Job(bench.server.port, CONNECTIONS, bench.pace.slice_s, lanes, keep=True)),
                (THEIRS, Job(port, CONNECTIONS, bench.pace.slice_s, [[request("POST", "/take", "", {})]], keep=True)),
            ):
                result = load.run(job)
                if set(result.statuses) != {"201"}:
                    raise RuntimeError(f"{name} answered {result.statuses} at {TICKETS}")
                found[name]["rates"].append(result.per_second)
                found[name]["numbers"] += [number for number, _at in result.kept]
    return {
        name: {
            "per_second": spread(row["rates"]), "given": len(row["numbers"]),
            "given_twice": len(row["numbers"]) - len(set(row["numbers"])),
        }
        for name, row in found.items()
    }  # fmt: skip


def lines(found: dict[str, Any]) -> list[str]:
    return [
        f"{name}: {row['per_second']['median']:,.0f} a second, {row['given_twice']:,} of {row['given']:,} given again"
        for name, row in found.items()
    ]


def main() -> None:
    import threading
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

    place = Path(sys.argv[1])
    with closing(sqlite3.connect(place / "serials.db")) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute(SCHEMA)
        database.commit()
    printer = (place / "printer").open("ab", buffering=0)
    local = threading.local()

    def take() -> int:
        if not hasattr(local, "database"):
            local.database = sqlite3.connect(place / "serials.db", timeout=30)
            local.database.execute("PRAGMA synchronous = FULL")
        (last,) = local.database.execute("SELECT COALESCE(MAX(number), 0) FROM serials").fetchone()
        printer.write(b"\x1b@" + str(last + 1).encode().center(1000) + b"\x1dV\x01")
        local.database.execute("INSERT INTO serials (number, printed) VALUES (?, 1)", (last + 1,))
        local.database.commit()
        return int(last) + 1

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:  # noqa: N802 - the name that http.server asks for
            self.rfile.read(int(self.headers["Content-Length"]))
            body = b'{"number": "%d"}' % take()
            self.wfile.write(b"HTTP/1.1 201 Created\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))

        def log_message(self, *_words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
