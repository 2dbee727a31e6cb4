"""How long a tap takes while somebody or something is a trouble: one kiosk taps ten times a second beside each."""

from __future__ import annotations

import base64
import contextlib
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, cast

import requests

from tests.bench.load import Job, Result, request, start
from tests.bench.place import LOGIN, SITE
from tests.bench.stages import TICKETS, Bench

TAP_EVERY_S = 0.1
PAGE = f"/{SITE}/kiosk/"
REPORT = f"/api/v1/sites/{SITE}/reports/counters?from=2026-01-01&to=2026-11-23&format=xlsx"
Trouble = Callable[[Bench, float], Iterator[None]]


def tapped(bench: Bench, trouble: Trouble | None, seconds: float, keep: bool = False) -> Result:
    """A kiosk's taps beside a trouble; with `keep` their numbers too."""
    lanes = [[request("POST", TICKETS, token, {"field": "HT"}) for token in bench.tokens.kiosks]]
    with contextmanager(trouble)(bench, seconds) if trouble else contextlib.nullcontext():
        return cast(Result, start(Job(bench.server.port, 1, seconds, lanes, every_s=TAP_EVERY_S, keep=keep))())


def taps(bench: Bench, trouble: Trouble | None, seconds: float) -> dict[str, Any]:
    """Median, 99th percentile and worst of a kiosk's taps, and how many were answered."""
    result = tapped(bench, trouble, seconds)
    return {
        "taps": result.answers, "p50_ms": round(result.p50_ms, 1), "p99_ms": round(result.p99_ms, 1),
        "least_ms": round(result.least_ms, 1), "worst_ms": round(result.worst_ms, 1), "statuses": result.statuses,
    }  # fmt: skip


def troubles(bench: Bench, seconds: float) -> dict[str, Any]:
    found = {"quiet": taps(bench, None, seconds)}
    for name, trouble in TROUBLES.items():
        found[name] = taps(bench, trouble, seconds)
    return found


def chart(found: dict[str, Any], width: int = 40) -> list[str]:
    """A bar a trouble: its median tap, on one scale."""
    most = max(row["p50_ms"] for row in found.values())
    return [
        f"{name:<34}{'█' * max(1, round(width * row['p50_ms'] / most)):<{width + 1}}"
        f"p50 {row['p50_ms']:>7} ms  p99 {row['p99_ms']:>7} ms  worst {row['worst_ms']:>7} ms"
        for name, row in found.items()
    ]


def flood(sockets: int) -> Trouble:
    """Anonymous websockets that send events without pause; one that is cut off comes back."""

    def one(bench: Bench, until: float) -> None:
        event = b'42/display,["noise",{"x":1}]'
        frame = bytes((0x81, 0x80 | len(event))) + bytes(4) + event
        while time.monotonic() < until:
            with contextlib.suppress(OSError), _websocket(bench.server.port) as wire:
                while time.monotonic() < until:
                    wire.sendall(frame * 50)

    def trouble(bench: Bench, seconds: float) -> Iterator[None]:
        with _threads(sockets, one, bench, seconds):
            yield

    return trouble


def wrong_logins(bench: Bench, seconds: float) -> Iterator[None]:
    def one(bench: Bench, until: float) -> None:
        with requests.Session() as browser:
            page = browser.get(f"{bench.server.url}/login", timeout=15).text
            token = page.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]
            form = {"login": LOGIN, "password": "wrong password", "csrf_token": token}
            while time.monotonic() < until:
                browser.post(f"{bench.server.url}/login", data=form, timeout=30)

    with _threads(40, one, bench, seconds):
        yield


def long_reports(bench: Bench, seconds: float) -> Iterator[None]:
    def one(bench: Bench, until: float) -> None:
        headers = {"Authorization": f"Bearer {bench.tokens.supervisor}"}
        while time.monotonic() < until:
            requests.get(f"{bench.server.url}{REPORT}", headers=headers, timeout=120)

    with _threads(8, one, bench, seconds):
        yield


def kiosk_pages(bench: Bench, seconds: float) -> Iterator[None]:
    """Thirty connections without a credential that load the heaviest public page."""
    wait = start(Job(bench.server.port, 30, seconds, [[request("GET", PAGE)]]))
    yield
    wait()


def half_requests(bench: Bench, seconds: float) -> Iterator[None]:
    """1,500 connections that have begun a request and say no more."""
    with ExitStack() as stack:
        for _ in range(1500):
            with contextlib.suppress(OSError):
                wire = stack.enter_context(socket.create_connection(("127.0.0.1", bench.server.port), timeout=5))
                wire.sendall(b"POST /api/v1/sites/bench/tickets HTTP/1.1\r\nHost: x\r\n")
        yield


def made_up_codes(bench: Bench, seconds: float) -> Iterator[None]:
    """Eight connections that guess codes, each another one."""
    lanes = [[request("GET", f"/api/v1/tickets/{secrets.token_urlsafe(16)}") for _ in range(500)] for _ in range(8)]
    wait = start(Job(bench.server.port, 8, seconds, lanes))
    yield
    wait()


TROUBLES: dict[str, Trouble] = {
    "1 socket that floods": flood(1),
    "4 sockets that flood": flood(4),
    "20 sockets that flood": flood(20),
    "40 wrong logins at once": wrong_logins,
    "8 reports of a year at once": long_reports,
    "30 strangers on the kiosk's page": kiosk_pages,
    "1,500 half requests": half_requests,
    "8 connections that guess codes": made_up_codes,
}


@contextmanager
def _websocket(port: int) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as wire:
        key = base64.b64encode(os.urandom(16)).decode()
        wire.sendall(
            "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        wire.recv(4096)
        yield wire


@contextmanager
def _threads(number: int, work: Callable[[Bench, float], None], bench: Bench, seconds: float) -> Iterator[None]:
    until = time.monotonic() + seconds
    threads = [threading.Thread(target=work, args=(bench, until)) for _ in range(number)]
    for thread in threads:
        thread.start()
    yield
    for thread in threads:
        thread.join()
