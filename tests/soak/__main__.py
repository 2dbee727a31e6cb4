"""python -m tests.soak [--short] [--minutes N] [--only WORD] [--json FILE] [--readme]"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import Any

from tests.bench.place import machine
from tests.cluster_kit import programs
from tests.serving import ROOT
from tests.soak.hall import POSTGRES, Place
from tests.soak.readme import write
from tests.soak.tally import Tally, Trial, table
from tests.soak.trials import TRIALS


def tried(place: Place, trial: Trial, store: str, most: int, until: float, timed: bool = False) -> Tally:
    """The trial's findings; what stops it is one of them."""
    tally = Tally(trial.name, store, most, until, timed)
    try:
        trial.run(place, tally)
    except Exception:
        traceback.print_exc()
        tally.must(False, traceback.format_exc().splitlines()[-1])
    tally.took_s = round(time.monotonic() - tally.begun, 1)
    return tally


def soak(trials: list[tuple[Trial, str]], short: bool, minutes: float) -> list[Tally]:
    """Each in turn. What one does not need of its share of the time goes to those after it."""
    end, found = time.monotonic() + 60 * minutes, []
    with tempfile.TemporaryDirectory(prefix="layso-soak-") as folder, contextlib.closing(Place(Path(folder))) as place:
        for done, (trial, store) in enumerate(trials):
            share = (end - time.monotonic()) * trial.weight / sum(other.weight for other, _store in trials[done:])
            most = trial.short if short else trial.long
            tally = tried(place, trial, store, most, time.monotonic() + share, not short)
            row = table([tally.row()]).splitlines()[-1]
            print(f"{'sound' if tally.sound else 'BROKEN':<8}{tally.took_s:>7} s  {row}", flush=True)
            found.append(tally)
    return found


def told(found: dict[str, Any]) -> str:
    """For the README."""
    about, rows = found["machine"], found["trials"]
    return (
        f"`{found['command']}` on {about['at'][:10]}, {about['cores']} cores, Python {about['python']}, SQLite "
        f"{about['sqlite']}, load {about['load_before']} before, {sum(row['took_s'] for row in rows) / 60:.0f} minutes "
        f"for all of it:\n\n{table(rows)}"
    )


def renewed(former: list[dict[str, Any]], rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """All rows in their order: those of some trials that were tried again in the place of their former ones."""
    newest = {(row["trial"], row["store"]): row for row in [*former, *rows]}
    every = [(trial.name, store) for trial in TRIALS for store in trial.stores]
    return [newest[key] for key in every if key in newest]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description="Faults for real, counted.")
    parser.add_argument("--short", action="store_true", help="each trial once or a few times")
    parser.add_argument("--minutes", type=float, default=60.0, metavar="N", help="no try begins later (60)")
    whose = "trials whose name or store has it; the others keep their rows in FILE"
    parser.add_argument("--only", default="", metavar="WORD", help=whose)
    parser.add_argument("--json", type=Path, default=ROOT / "build" / "soak.json", metavar="FILE")
    parser.add_argument("--readme", action="store_true", help="write the table into the README")
    asked = parser.parse_args()
    stores = {store for trial in TRIALS for store in trial.stores if store != POSTGRES or programs()}
    if programs() is None:
        print("PostgreSQL is not installed: nothing is tried on it", file=sys.stderr)
    possible = [trial for trial in TRIALS if trial.short or not asked.short]
    trials = [
        (trial, store) for trial in possible for store in trial.stores
        if store in stores and asked.only.lower() in f"{trial.name} {store}".lower()
    ]  # fmt: skip
    begun, about = time.monotonic(), machine()
    tallies = soak(trials, asked.short, asked.minutes)
    rows, command = [tally.row() for tally in tallies], " ".join(["python -m tests.soak", *sys.argv[1:]])
    if asked.only and asked.json.exists():
        former = json.loads(asked.json.read_text(encoding="utf-8"))
        rows, command = renewed(former["trials"], rows), f"{former['command']}; {command}"
    found = {
        "command": command, "machine": about,
        "took_s": round(time.monotonic() - begun, 1), "trials": rows,
    }  # fmt: skip
    asked.json.parent.mkdir(parents=True, exist_ok=True)
    asked.json.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if asked.readme:
        write("soak", told(found))
    for tally in tallies:
        for line in (*tally.wrong, *tally.lost):
            print(f"{tally.trial}, {tally.store}: {line}", file=sys.stderr)
    return 0 if all(tally.sound for tally in tallies) else 1


if __name__ == "__main__":
    sys.exit(main())
