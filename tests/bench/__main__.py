"""python -m tests.bench [--quick] [--grow N] [--json FILE] [--readme]"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import msgspec

from kiosk.datadir import DataDir
from kiosk.parts import make_office
from tests.bench import chain, cluster, estimates, fqm, told
from tests.bench import history as past
from tests.bench import printing as slips
from tests.bench.bare import bare
from tests.bench.load import Job
from tests.bench.place import COUNTERS, SITE, machine, memory_mb, own_mb, prepare, server
from tests.bench.stages import CALLED, FULL, QUICK, WAITING, Bench, Pace
from tests.bench.troubles import chart, troubles
from tests.serving import Server, executed
from tests.soak.readme import write
from ticketing.answers import console as officer
from ticketing.signals.local import Bus

# Who waits in a full hall, behind how many who were called at most.
HALL, SERVED = 1500, 400


def measure(quick: bool, old: int = 0) -> dict[str, Any]:
    """Every figure, from one server, beside `old` tickets of days past."""
    found: dict[str, Any] = {"machine": machine(), "quick": quick, "old_tickets": old}
    begun = time.monotonic()
    pace = QUICK if quick else FULL
    with tempfile.TemporaryDirectory(prefix="layso-bench-") as directory, bare() as nothing:
        found["start"] = starts(Path(directory))
        data = Path(directory, "data")
        tokens = prepare(data, old)
        with server(data) as running:
            ready = _memory(running, "ready")
            bench = Bench(running, tokens, nothing, pace)
            found["requests"] = bench.requests()
            found["memory"] = ready | _memory(running, "after the requests")
            found["the other way"] = fqm.compared(bench)
            assert running.stop() == 0, running.logged()[-2000:]
        found["requests"] |= calls(Path(directory, "calls"), nothing, pace)
        found["printing"] = slips.printing(Path(directory, "printing"), 3 if quick else 20)
        found |= hall(Path(directory, "hall"), nothing, pace)
        found["estimates"] = estimates.measured(Path(directory, "estimates"))
        found["chain"] = chain.costs(2000 if quick else chain.LINES)
        found["cluster"] = cluster.measured(pace.slice_s, quick)
        found["history"] = past.history(data, SITE) if old else {}
    found["took_s"] = round(time.monotonic() - begun, 1)
    return found


def _memory(running: Server, when: str) -> dict[str, float]:
    return {when: memory_mb(running.pid), f"{when}, the process that writes": own_mb(running.writer)}


def starts(place: Path) -> dict[str, float]:
    """Seconds until the ready line: of a fresh demo, and of the same directory again."""
    took = {}
    for name in ("a fresh demo", "again"):
        begun = time.monotonic()
        with server(place / "demo", "demo") as running:
            took[name] = round(time.monotonic() - begun, 2)
            assert running.stop() == 0
    return took


def calls(data: Path, nothing: tuple[int, int], pace: Pace) -> dict[str, Any]:
    """Officers on a server of its own: when they have called, a thousand and some are left."""
    waiting = WAITING + CALLED * pace.rounds
    tokens = prepare(data)
    with server(data) as running:
        found = Bench(running, tokens, nothing, pace).calls(waiting)
        assert running.stop() == 0, running.logged()[-2000:]
    return {f"call-next, {COUNTERS} officers, {waiting:,} waiting at first": found}


def hall(data: Path, nothing: tuple[int, int], pace: Pace) -> dict[str, Any]:
    """A server of its own, where as many wait as in a full hall and counters call: how soon its walls show what
    happens and what it holds with them, a tap amid troubles, and how long one officer's screen takes."""
    tokens = prepare(data)
    with server(data) as running:
        bench = Bench(running, tokens, nothing, pace)
        bench.fill(HALL + SERVED)
        bench.run(bench.ours, Job(running.port, COUNTERS, 0.05, bench.seated()), "200")
        walls, taps, waiting = bench.walls(), troubles(bench, 4 * pace.slice_s), bench.waiting
        assert running.stop() == 0, running.logged()[-2000:]
    most = pace.walls[-1]
    held = {"waiting": waiting, "walls": most, "mb": walls[f"{most} walls"]["mb"], "console_ms": console(data)}
    return {"walls": walls, "taps beside troubles": taps, "hall": held}


def console(data: Path) -> float:
    """Milliseconds to make what one officer's screen is pushed."""
    directory = DataDir(data)
    with directory.opened() as store:
        office = make_office(store, Bus(), directory.clock(store))
        took = []
        for _ in range(20):
            begun = time.perf_counter()
            msgspec.json.encode(office.see(SITE, officer.of, 1, "vi"))
            took.append(1000 * (time.perf_counter() - begun))
    return round(median(took), 2)


def table(found: dict[str, Any]) -> str:
    about = found["machine"]
    lines = [
        f"{about['at'][:10]}, {about['cores']} cores, Python {about['python']}, SQLite {about['sqlite']}, "
        f"{about['system']}, load {about['load_before']} before, {found['old_tickets']:,} old tickets",
        "",
        f"{'':<26}{'a second':>10}{'of empty':>10}{'CPU, empty = 1':>16}{'p50 ms':>9}{'p99 ms':>9}{'empty p99':>11}",
    ]
    for name, row in found["requests"].items():
        lines.append(
            f"{name:<26}{row['per_second']:>10,}{row['ratio']:>10}{row['cpu']:>16}{row['p50_ms']:>9}{row['p99_ms']:>9}"
            f"{row['empty_p99_ms']:>11}"
        )
    lines.append("")
    for name, row in found["walls"].items():
        lines.append(
            f"{name:<26}last {row['last_ms']} ms, bare emit {row['bare_last_ms']} ms, {row['ratio']} of it; "
            f"a tap's p99 {row['tap_p99_ms']} ms"
        )
    lines += ["", *chart(found["taps beside troubles"]), ""]
    lines.append(f"ready: {', '.join(f'{name} {s} s' for name, s in found['start'].items())}")
    lines.append(f"memory: {', '.join(f'{name} {mb} MB' for name, mb in found['memory'].items())}")
    lines += [*cluster.lines(found["cluster"]), ""]
    lines += [*fqm.lines(found["the other way"]), "", *chain.lines(found["chain"]), ""]
    lines += past.lines(found["history"])
    lines += slips.lines(found["printing"])
    hall = found["hall"]
    lines.append(f"a hall of {hall['waiting']}: {hall['mb']} MB with {hall['walls']} walls")
    lines.append(f"console: {hall['console_ms']} ms with {hall['waiting']} waiting")
    waits = found["estimates"]
    lines.append(
        f"estimates with {waits['waiting']} waiting: {waits['board_ms']} ms of processor for the board, "
        f"{waits['anew_ms']} ms with every number's own times, {waits['again_ms']} ms while nothing happens"
    )
    return "\n".join([*lines, "", f"took {found['took_s']} s"])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="How much this machine carries.")
    parser.add_argument("--quick", action="store_true", help="a rough answer in 20 seconds")
    parser.add_argument("--grow", type=int, default=0, metavar="N", help="beside N old tickets")
    parser.add_argument("--json", type=Path, default=Path("bench-results.json"), metavar="FILE")
    parser.add_argument("--readme", action="store_true", help="write the table into the README, pictures into docs")
    asked = parser.parse_args()
    with executed():
        found = measure(asked.quick, asked.grow)
    asked.json.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if asked.readme:
        told.draw(found)
        write("bench", told.markdown(found))
    print(table(found))
    print(f"written to {asked.json}")


if __name__ == "__main__":
    main()
