"""Tickets a second through 1, 2 and 4 processes on PostgreSQL, for one site and for many, beside what one row lock
gives by itself in the same run."""

from __future__ import annotations

import tempfile
import threading
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from kiosk.clocks import real_now
from kiosk.cluster import Cluster
from kiosk.parts import make_office
from tests.bench import load
from tests.bench.load import Job, request
from tests.bench.place import AT
from tests.cluster_kit import ClusterServer, Postgres, programs
from ticketing.profiles import profile_path, read_sites
from ticketing.rules.people import CLI
from ticketing.signals.local import Bus
from ticketing.verbs.people import Accounts

PROCESSES = (1, 2, 4)
SITES, CONNECTIONS = 100, 32
WARM_S = 5.0
LOCK = "BEGIN; SELECT version FROM locks WHERE site = 'lock' FOR UPDATE; UPDATE locks SET version = version + 1 "


def measured(seconds: float) -> dict[str, Any]:
    """Empty where PostgreSQL is not installed."""
    if programs() is None:
        return {}
    with closing(Postgres(durable=True)) as database, tempfile.TemporaryDirectory(prefix="layso-bench-") as folder:
        url = database.url()
        tokens = _prepare(url)
        found: dict[str, Any] = {"one row lock": _row_lock(url, seconds)}
        for workers in PROCESSES:
            with ClusterServer(Path(folder, str(workers)), url, workers=workers, at=AT, profile="") as server:
                # Every site plans its day with its first number.
                load.run(Job(server.port, CONNECTIONS, WARM_S, _lanes(tokens, SITES)))
                for name, sites in (("1 site", 1), (f"{SITES} sites", SITES)):
                    job = Job(server.port, CONNECTIONS, seconds, _lanes(tokens, sites))
                    result = load.run(job)
                    if set(result.statuses) != {"201"}:
                        raise RuntimeError(f"answered {result.statuses}:\n{server.logged()[-2000:]}")
                    row = {"per_second": round(result.per_second), "p50_ms": result.p50_ms, "p99_ms": result.p99_ms}
                    found[f"{name}, {workers} processes"] = row
    return found


def _prepare(url: str) -> list[tuple[str, str]]:
    """So many sites without a cap, and a kiosk's token for each."""
    demo = read_sites(profile_path("demo"))[0]
    sessions = tuple(replace(s, cap=None, field_caps={}, service_caps={}) for s in demo.sessions)
    directory = Cluster(url)
    with directory.opened() as store:
        office = make_office(store, Bus(), directory.clock(store))
        accounts = Accounts(store, real_now)
        made = []
        for number in range(SITES):
            site = replace(demo, code=f"site-{number}", sessions=sessions)
            office.apply_site(site)
            made.append((site.code, accounts.issue_token(site.code, "kiosk", "kiosk", CLI)))
        store.write(("lock",), lambda tx: tx.set_meta("lock", "made"))
    return made


def _lanes(tokens: list[tuple[str, str]], sites: int) -> list[list[str]]:
    asked = [
        request("POST", f"/api/v1/sites/{code}/tickets", token, {"field": "HT"}) for code, token in tokens[:sites]
    ]
    return [asked[n % sites :] + asked[: n % sites] for n in range(CONNECTIONS)]


def _row_lock(url: str, seconds: float, connections: int = 4) -> dict[str, Any]:
    """Commits a second that lock and change one row and do nothing else."""
    import psycopg

    done = [0] * connections
    end = time.monotonic() + seconds

    def work(place: int) -> None:
        with psycopg.connect(url, autocommit=True) as raw:
            while time.monotonic() < end:
                raw.execute(f"{LOCK} WHERE site = 'lock'; COMMIT")
                done[place] += 1

    threads = [threading.Thread(target=work, args=(place,)) for place in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {"per_second": round(sum(done) / seconds)}


def lines(found: dict[str, Any]) -> list[str]:
    if not found:
        return ["cluster: PostgreSQL is not installed, nothing was measured"]
    told = [f"on PostgreSQL, one row lock by itself: {found['one row lock']['per_second']:,} a second"]
    for name, row in found.items():
        if "p99_ms" in row:
            told.append(f"  {name:<24}{row['per_second']:>8,} a second, p50 {row['p50_ms']} ms, p99 {row['p99_ms']} ms")
    return told


if __name__ == "__main__":
    print("\n".join(lines(measured(3.0))))
