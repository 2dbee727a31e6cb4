"""The centre that the bench measures: ten fields, eight counters, no caps, on the real server with its limits on."""

from __future__ import annotations

import os
import platform
import sqlite3
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kiosk.clocks import real_now
from kiosk.datadir import DataDir
from kiosk.parts import make_office
from tests.bench.grow import grow
from tests.serving import Server
from ticketing.profiles import profile_path, read_sites
from ticketing.rules.people import CLI
from ticketing.rules.sites import Counter
from ticketing.signals.local import Bus
from ticketing.verbs.people import Accounts

SITE = "bench"
COUNTERS = 8
KIOSKS = 400
FIELDS = ("HT", "CT", "CU", "DD", "KD", "XD", "GD")
WALL_FIELD = "CN"
AT = "2026-11-23T07:40"
PASSWORD = "a long enough password"
LOGIN = "bench"


@dataclass(frozen=True)
class Tokens:
    """So many kiosks, that none of them is held back by its limit."""

    kiosks: list[str]
    officers: list[str]
    supervisor: str


def prepare(data: Path, old: int = 0) -> Tokens:
    """Creates the site in a fresh data directory, with `old` tickets of days past and the tokens that the bench
    asks with."""
    demo = read_sites(profile_path("demo"))[0]
    every = (*FIELDS, WALL_FIELD)
    site = replace(
        demo,
        code=SITE,
        counters=tuple(Counter(n, f"{n}", fields=every) for n in range(1, COUNTERS + 1)),
        sessions=tuple(replace(s, cap=None, field_caps={}, service_caps={}) for s in demo.sessions),
    )
    directory = DataDir(data)
    directory.create()
    with directory.opened() as store:
        make_office(store, Bus(), directory.clock(store)).apply_site(site)
        grow(store, site, old)
        accounts = Accounts(store, real_now)
        accounts.add_officer(SITE, LOGIN, "admin", PASSWORD, CLI)
        return Tokens(
            [accounts.issue_token(SITE, "kiosk", f"kiosk {n}", CLI) for n in range(KIOSKS)],
            [accounts.issue_token(SITE, "officer", f"counter {n}", CLI) for n in range(1, COUNTERS + 1)],
            accounts.issue_token(SITE, "supervisor", "reports", CLI),
        )


def machine() -> dict[str, Any]:
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "system": platform.platform(),
        "cores": os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
    }


def server(data: Path, profile: str = "") -> Server:
    return Server(data, at=AT, profile=profile, options=())


def cpu_s(*pids: int) -> float:
    """Seconds of processor time that processes have had together."""
    ticks = 0
    for pid in pids:
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(words[11]) + int(words[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def memory_mb(pid: int) -> float:
    """Megabytes that a process keeps in memory for itself and shares."""
    status = Path(f"/proc/{pid}/status").read_text()
    kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:"))
    return round(int(kilobytes) / 1024, 1)


def own_mb(pid: int) -> float:
    """Megabytes that a process shares with no other."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return round(sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1024, 1)
