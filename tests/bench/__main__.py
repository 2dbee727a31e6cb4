"""python -m tests.bench [--quick] [--json FILE]"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sqlite3
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bench.place import prepare, server
from tests.bench.stages import CONNECTIONS, DISPLAYS, FULL, QUICK, Bench

COLUMNS = ("per_second", "p50_ms", "p95_ms", "worst_ms", "cpu_us")
TITLES = ("a second", "p50 ms", "p95 ms", "worst ms", "server CPU µs")


def machine() -> dict[str, Any]:
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "system": platform.platform(),
        "cores": os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
    }


def measure(quick: bool) -> dict[str, Any]:
    """Every figure, from one server."""
    found: dict[str, Any] = {"machine": machine(), "quick": quick}
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="layso-bench-") as directory:
        data = Path(directory, "data")
        tokens = prepare(data)
        with server(data) as running:
            bench = Bench(running, tokens, QUICK if quick else FULL)
            found["walls"] = bench.walls()
            found["slips"] = bench.slips()
            found["requests"] = bench.requests()
            found["call-next"] = bench.calls()
            assert running.stop() == 0, running.logged()[-2000:]
    found["ratios"] = ratios(found)
    found["took_s"] = round(time.monotonic() - begun, 1)
    return found


def ratios(found: dict[str, Any]) -> dict[str, float]:
    """What can be compared with another machine."""
    by_number = found["requests"]
    walls = found["walls"]
    named = {f"ticket / no-op, {n} connections": by_number[str(n)]["ticket"]["ratio"] for n in CONNECTIONS}
    named |= {f"refused / no-op, {n} connections": by_number[str(n)]["refused"]["ratio"] for n in CONNECTIONS}
    for number in CONNECTIONS:
        free, taken = by_number[str(number)]["no-op"]["cpu_us"], by_number[str(number)]["ticket"]["cpu_us"]
        if free and taken:
            named[f"the same of processor time, {number} connections"] = round(free / taken, 2)
    named[f"tickets beside {DISPLAYS} displays / without"] = round(
        walls["busy"]["per_second"] / walls["without displays"]["per_second"], 2
    )
    return named


def table(found: dict[str, Any]) -> str:
    about = found["machine"]
    lines = [
        f"{about['cores']} cores, Python {about['python']}, SQLite {about['sqlite']}, {about['system']}, "
        f"load {about['load_before']} before",
        "",
        *(f"{name:<46}{value:>8.2f}" for name, value in found["ratios"].items()),
        "",
        f"{'':<34}" + "".join(f"{title:>14}" for title in TITLES),
    ]
    for number in CONNECTIONS:
        for kind, row in found["requests"][str(number)].items():
            lines.append(_line(f"{kind}, {number} connections", row))
    lines.append(_line("call next, 8 officers", found["call-next"]))
    lines += [_line(f"slip {kind}", row) for kind, row in found["slips"].items()]
    walls = found["walls"]
    lines.append(_line("ticket, 16 connections, one field", walls["without displays"]))
    lines.append(_line(f"the same beside {DISPLAYS} displays", walls["busy"]))
    lines.append("")
    for name, pace in (("10 tickets a second", "calm"), ("as many as it takes", "busy")):
        row = walls[pace]
        lines.append(
            f"{DISPLAYS} displays, {name}: from the answer to the last display p50 {row['last_display_p50_ms']} ms, "
            f"p95 {row['last_display_p95_ms']} ms; {row['pushes_per_second']} boards a second to each, "
            f"{row['most_pushes_in_a_second']} at most"
        )
    return "\n".join([*lines, "", f"took {found['took_s']} s"])


def _line(name: str, row: dict[str, Any]) -> str:
    cells = ("-" if row[column] is None else f"{row[column]:,}" for column in COLUMNS)
    return f"{name:<34}" + "".join(f"{cell:>14}" for cell in cells)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="How much this machine carries.")
    parser.add_argument("--quick", action="store_true", help="a rough answer in 20 seconds")
    parser.add_argument("--json", type=Path, default=Path("bench-results.json"), metavar="FILE")
    asked = parser.parse_args()
    found = measure(asked.quick)
    asked.json.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(table(found))
    print(f"written to {asked.json}")


if __name__ == "__main__":
    main()
