"""The office that the bench measures: ten fields, eight counters, no caps, on the real server."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path

from kiosk.clocks import real_now
from kiosk.datadir import DataDir
from kiosk.parts import make_office
from tests.serving import Server
from ticketing.accounts import Accounts
from ticketing.bus import Bus
from ticketing.officers import CLI
from ticketing.profiles import profile_path, read_sites
from ticketing.sites import Counter

SITE = "bench"
COUNTERS = 8
FIELDS = ("HT", "CT", "CU", "DD", "KD", "XD", "GD")
WALL_FIELD = "CN"
AT = "2026-11-23T07:40"


@dataclass(frozen=True)
class Tokens:
    kiosk: str
    officers: list[str]


def prepare(data: Path) -> Tokens:
    """Creates the site in a fresh data directory, with the tokens that the bench asks with."""
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
        accounts = Accounts(store, real_now)
        issue = accounts.issue_token
        officers = [issue(SITE, "officer", f"counter {n}", CLI) for n in range(1, COUNTERS + 1)]
        return Tokens(issue(SITE, "kiosk", "kiosk", CLI), officers)


def server(data: Path) -> Server:
    return Server(data, at=AT, profile="", options=("--no-limits",))


def cpu_s(pid: int) -> float | None:
    """Seconds of processor time that a process has had, where the system tells."""
    try:
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")
