"""Tickets a second through 1, 2 and 4 processes on PostgreSQL, for one site and for many, beside what one row lock
gives by itself in the same run; the last of thousands of phones; and what a million tickets take on disk."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

import requests

from kiosk.clocks import real_now
from kiosk.cluster import Cluster
from kiosk.parts import make_office
from tests.bench import load
from tests.bench.grow import grow
from tests.bench.load import Job, request
from tests.bench.phones import phones
from tests.bench.place import AT, cpu_s
from tests.cluster_kit import ClusterServer, Postgres, programs
from tests.serving import executed
from ticketing.profiles import profile_path, read_sites
from ticketing.rules.orders import TicketOrder
from ticketing.rules.people import CLI
from ticketing.rules.tickets import Ticket
from ticketing.signals.local import Bus
from ticketing.verbs import taking
from ticketing.verbs.day import Where
from ticketing.verbs.people import Accounts

PROCESSES = (1, 2, 4)
SITES, CONNECTIONS = 100, 32
WARM_ROUNDS = 8
# Phones that wait at one centre, and how often an officer calls.
PHONES, CALLS = (5000, 2000, 500), 3
OLD, QUICK_OLD = 52_000, 4_000
# Assumed: the communes and provinces since 1/7/2025; a hall that fills within ten minutes of half past seven.
PROVINCES, COMMUNES, RUSH, RUSH_S = 34, 3300, 60, 600
A_DAY, WORKING_DAYS = 150, 250
LOCK = "BEGIN; SELECT version FROM locks WHERE site = 'lock' FOR UPDATE; UPDATE locks SET version = version + 1 "


def measured(seconds: float, quick: bool = False) -> dict[str, Any]:
    """Empty where PostgreSQL is not installed."""
    if programs() is None:
        return {}
    with closing(Postgres(durable=True)) as database, tempfile.TemporaryDirectory(prefix="layso-bench-") as folder:
        url = database.url()
        tokens = _prepare(url)
        found: dict[str, Any] = {"one row lock": _row_lock(url, seconds)}
        for workers in (PROCESSES[:1] if quick else PROCESSES):
            with ClusterServer(Path(folder, str(workers)), url, workers=workers, at=AT, profile="") as server:
                _warm(server, tokens, workers)
                for name, sites in (("1 site", 1), (f"{SITES} sites", SITES)):
                    found[f"{name}, {workers} processes"] = _tickets(server, _lanes(tokens, sites), seconds)
                    print(f"{name}, {workers} processes:", found[f"{name}, {workers} processes"], file=sys.stderr)
                if workers == 2:
                    found["phones"] = _phones(server, url, tokens[-1])
        found["bytes"] = _bytes(database, QUICK_OLD if quick else OLD)
        return found


def _warm(server: ClusterServer, tokens: list[tuple[str, str]], workers: int) -> None:
    """Every site plans its day with its first number, and every process reads it."""
    answers = 0
    while answers < WARM_ROUNDS * SITES * workers:
        answers += load.run(Job(server.port, CONNECTIONS, 1.0, _lanes(tokens, SITES))).answers


def _tickets(server: ClusterServer, lanes: list[list[str]], seconds: float) -> dict[str, Any]:
    """The processor time is that of our processes, PostgreSQL's beside it."""
    pids = [server.pid, *server.workers]
    before = sum(map(cpu_s, pids))
    result = load.run(Job(server.port, CONNECTIONS, seconds, lanes))
    if set(result.statuses) != {"201"}:
        raise RuntimeError(f"answered {result.statuses}:\n{server.logged()[-2000:]}")
    cpu_ms = 1000 * (sum(map(cpu_s, pids)) - before) / result.answers
    return {
        "per_second": round(result.per_second), "p50_ms": round(result.p50_ms, 1), "p99_ms": round(result.p99_ms, 1),
        "cpu_ms": round(cpu_ms, 2),
    }  # fmt: skip


def _phones(server: ClusterServer, url: str, kiosk: tuple[str, str]) -> dict[str, Any]:
    """So many people wait at one centre, each with the page open; fewer, where this machine can't carry them."""
    code, _token = kiosk
    directory = Cluster(url)
    with directory.opened() as store, ThreadPoolExecutor(CONNECTIONS) as threads:
        office = make_office(store, Bus(), directory.clock(store))
        where, order = Where(code, CLI), TicketOrder(field="HT")
        taken = list(threads.map(lambda _: office.do(where, taking.take, order, "vi"), range(PHONES[0])))
    codes = [ticket.issued.code for ticket in taken if isinstance(ticket, Ticket) and ticket.issued]
    failed: dict[str, str] = {}
    for number in PHONES:
        found = _called(server, code, codes[-number:])
        if "failed" not in found:
            return found | {"not": failed}
        failed[f"{number:,}"] = found["failed"]
    return {"not": failed}


def _called(server: ClusterServer, code: str, codes: list[str]) -> dict[str, Any]:
    """Milliseconds from the answer to a call until a middle and the last of these phones were told, or why not."""
    number = len(codes)
    issued = server.layso("token", "issue", "--site", code, "--role", "officer", "--name", "counter")
    headers = {"Authorization": f"Bearer {issued.stdout.strip()}"}
    at = f"{server.url}/api/v1/sites/{code}/counters/1"
    requests.post(f"{at}/open", json={}, headers=headers, timeout=30).raise_for_status()
    middle, last, calls = [], [], []
    try:
        with phones(server.port, codes) as connected:
            for done in range(CALLS):
                # Whose visit has ended hears no more of it.
                connected.begin(concerned := number - done)
                begun = time.monotonic()
                requests.post(f"{at}/call-next", json={}, headers=headers, timeout=30).raise_for_status()
                answered = time.monotonic()
                calls.append(1000 * (answered - begun))
                told = connected.next_told()
                if len(told) < concerned:
                    raise RuntimeError(f"{concerned - len(told):,} phones were told nothing of a call")
                middle.append(1000 * (told[len(told) // 2] - answered))
                last.append(1000 * (told[-1] - answered))
    except (RuntimeError, ValueError, OSError) as error:
        return {"failed": str(error) or type(error).__name__}
    kept = {"last_ms": round(median(last)), "middle_ms": round(median(middle)), "call_ms": round(median(calls))}
    return {"phones": number, **kept}


def _bytes(database: Postgres, number: int) -> dict[str, Any]:
    """What so many whole visits of days past take on disk, indexes and journal included."""
    url = database.new()
    demo = read_sites(profile_path("demo"))[0]
    sessions = tuple(replace(s, cap=None, field_caps={}, service_caps={}) for s in demo.sessions)
    directory = Cluster(url)
    with directory.opened() as store:
        site = replace(demo, sessions=sessions)
        make_office(store, Bus(), directory.clock(store)).apply_site(site)
        before = _size(url)
        grow(store, site, number)
    taken = _size(url) - before
    return {"measured": number, "bytes": taken, "per_million": round(taken * 1_000_000 / number)}


def _size(url: str) -> int:
    import psycopg

    with psycopg.connect(url, autocommit=True) as raw:
        raw.execute("VACUUM ANALYZE")
        row = raw.execute("SELECT pg_database_size(current_database())").fetchone()
    return int(row[0]) if row else 0


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
    starts = [n * sites // CONNECTIONS for n in range(CONNECTIONS)]
    return [asked[start:] + asked[:start] for start in starts]


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
            told.append(
                f"  {name:<24}{row['per_second']:>8,} a second, p50 {row['p50_ms']} ms, p99 {row['p99_ms']} ms, "
                f"{row['cpu_ms']} ms of processor each"
            )
    row = found.get("phones", {})
    for number, why in row.get("not", {}).items():
        told.append(f"  {number} phones over 2 processes: not on this machine ({why})")
    if "phones" in row:
        told.append(
            f"  {row['phones']:,} phones over 2 processes: a call takes {row['call_ms']} ms, the middle phone is told "
            f"{row['middle_ms']} ms and the last {row['last_ms']} ms later"
        )
    size = found["bytes"]
    told.append(
        f"  {size['per_million'] / 1e6:,.0f} MB per million tickets with visits (scaled from {size['measured']:,})"
    )
    return [*told, *arithmetic(found)]


def arithmetic(found: dict[str, Any]) -> list[str]:
    """What a country would ask for at half past seven, beside what was measured here. Nothing of it was tried."""
    best = max(row["per_second"] for name, row in found.items() if name.startswith(f"{SITES} sites"))
    million = found["bytes"]["per_million"]
    asked = COMMUNES * RUSH / RUSH_S
    a_year = COMMUNES * A_DAY * WORKING_DAYS
    return [
        f"arithmetic, not a measurement: {COMMUNES:,} communes, {RUSH} people each in {RUSH_S // 60} minutes, "
        f"are {asked:,.0f} numbers a second in the country at 7:30",
        f"  and {asked / PROVINCES:,.1f} in one of {PROVINCES} provinces, {100 * asked / PROVINCES / best:.1f} % of "
        f"the {best:,} a second of this machine, which also ran PostgreSQL and the load",
        f"  {A_DAY} numbers a commune and day are {a_year / PROVINCES / 1e6:,.1f} million and "
        f"{a_year / PROVINCES * million / 1e12:,.1f} GB a year and province",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.cluster", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one process alone, and fewer old tickets")
    parser.add_argument("--seconds", type=float, default=10.0, help="of each load (10)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="the results of a whole bench: takes these in")
    asked = parser.parse_args()
    begun = time.monotonic()
    with executed():
        found = measured(asked.seconds, asked.quick)
    if asked.json is not None:
        whole = json.loads(asked.json.read_text(encoding="utf-8")) if asked.json.exists() else {}
        text = json.dumps(whole | {"cluster": found}, indent=1, ensure_ascii=False)
        asked.json.write_text(f"{text}\n", encoding="utf-8")
    print("\n".join(lines(found)))
    print(f"took {time.monotonic() - begun:.0f} s, load {os.getloadavg()[0]:.1f} at the end")


if __name__ == "__main__":
    main()
