"""What the past costs: each report of a month, and the check of the whole database, each in a process of its own.
`python -m tests.bench.history DIR SITE`"""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from tests.bench.grow import BEFORE
from ticketing.reports.catalogue import KINDS

FIRST, LAST = BEFORE - timedelta(days=31), BEFORE - timedelta(days=1)


def history(data: Path, site: str) -> dict[str, dict[str, float]]:
    """Seconds of processor time and megabytes at most, of each command; raises CalledProcessError when one fails."""
    window = ("--site", site, "--from", f"{FIRST}", "--to", f"{LAST}", "--data", f"{data}")
    found = {f"report {kind}": _cost("report", kind, *window, "--format", "json") for kind in KINDS}
    return found | {"check": _cost("check", "--data", f"{data}")}


def _cost(*command: str) -> dict[str, float]:
    process = subprocess.Popen([sys.executable, "-m", "kiosk", *command], stdout=subprocess.DEVNULL)
    _pid, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return {"cpu_s": round(used.ru_utime + used.ru_stime, 2), "mb": round(used.ru_maxrss / 1024)}


def lines(found: dict[str, dict[str, float]]) -> list[str]:
    return [f"{name:<26}{cost['cpu_s']:>8} s of processor{cost['mb']:>8} MB" for name, cost in found.items()]


if __name__ == "__main__":
    print("\n".join(lines(history(Path(sys.argv[1]), sys.argv[2]))))
