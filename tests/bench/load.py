"""A closed-loop HTTP client in a process of its own: kept connections, the next request when the answer is
there. It reads one job as JSON on stdin and writes one result as JSON on stdout; standard library only."""

from __future__ import annotations

import json
import selectors
import socket
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 30.0


@dataclass(frozen=True)
class Job:
    """`lanes`: for each connection the raw requests that it goes round; fewer lanes than connections are
    shared. `every_s` paces each connection; `keep` returns every answer's ticket number and moment."""

    port: int
    connections: int
    seconds: float
    lanes: list[list[str]]
    every_s: float = 0.0
    keep: bool = False


@dataclass(frozen=True)
class Result:
    """`seconds` from the first request to the last answer; latencies in milliseconds; `kept` pairs a number
    with the monotonic moment of its answer."""

    answers: int
    seconds: float
    statuses: dict[str, int]
    p50_ms: float
    p95_ms: float
    p99_ms: float
    worst_ms: float
    kept: list[tuple[str, float]]
    least_ms: float = 0.0

    @property
    def per_second(self) -> float:
        return self.answers / self.seconds


def request(method: str, path: str, token: str = "", body: Any = None) -> str:
    """The raw text of one request."""
    content = "" if body is None else json.dumps(body)
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    if token:
        lines.append(f"Authorization: Bearer {token}")
    if method != "GET":
        lines += ["Content-Type: application/json", f"Content-Length: {len(content)}"]
    return "\r\n".join([*lines, "", content])


def run(job: Job) -> Result:
    """Does the job in another process. Raises CalledProcessError with its stderr shown."""
    return start(job)()


def start(job: Job) -> Any:
    """Begins the job; the returned function waits for its result."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.load"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        cwd=ROOT,
    )  # fmt: skip

    def wait() -> Result:
        said, _ = process.communicate(json.dumps(asdict(job)), timeout=job.seconds + PATIENCE_S)
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, process.args)
        return Result(**json.loads(said))

    return wait


class Connection:
    def __init__(self, port: int, lane: list[bytes], first: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.lane, self.turn = lane, first
        self.sent_at = 0.0
        self.buffer = b""

    def send(self, now: float) -> None:
        self.sent_at = now
        self.socket.sendall(self.lane[self.turn % len(self.lane)])
        self.turn += 1

    def answer(self) -> tuple[str, bytes] | None:
        """Status and body once the whole answer is there. Raises ConnectionError when it never will be."""
        received = self.socket.recv(65536)
        if not received:
            raise ConnectionError("the server closed a connection")
        self.buffer += received
        head, gap, rest = self.buffer.partition(b"\r\n\r\n")
        if not gap:
            return None
        status = head[9:12].decode()
        place = head.lower().find(b"content-length:")
        length = int(head[place + 15 :].split(b"\r\n", 1)[0]) if place >= 0 else 0
        if len(rest) < length:
            return None
        self.buffer = b""
        return status, rest


def work(job: Job) -> Result:
    selector = selectors.DefaultSelector()
    lanes = [[text.encode() for text in lane] for lane in job.lanes]
    connections = [Connection(job.port, lanes[n % len(lanes)], n) for n in range(job.connections)]
    statuses: dict[str, int] = {}
    took: list[float] = []
    kept: list[tuple[str, float]] = []
    resting: list[tuple[float, Connection]] = []
    begun = time.monotonic()
    last, busy = begun, len(connections)
    for connection in connections:
        selector.register(connection.socket, selectors.EVENT_READ, connection)
        connection.send(time.monotonic())
    while busy or resting:
        rest = max(0.0, resting[0][0] - time.monotonic()) if resting else PATIENCE_S
        ready = selector.select(rest)
        if not ready and not resting:
            raise TimeoutError("no answer")
        for key, _ in ready:
            connection = key.data
            answer = connection.answer()
            if answer is None:
                continue
            last = time.monotonic()
            took.append(last - connection.sent_at)
            statuses[answer[0]] = statuses.get(answer[0], 0) + 1
            if job.keep:
                kept.append((json.loads(answer[1]).get("number", ""), last))
            if last - begun >= job.seconds:
                busy -= 1
            elif job.every_s:
                busy -= 1
                resting.append((connection.sent_at + job.every_s, connection))
            else:
                connection.send(last)
        while resting and resting[0][0] <= time.monotonic():
            resting.pop(0)[1].send(time.monotonic())
            busy += 1
    took.sort()
    return Result(
        len(took), last - begun, statuses, *(1000 * took[int(len(took) * share)] for share in (0.5, 0.95, 0.99)),
        1000 * took[-1], kept, 1000 * took[0],
    )  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(asdict(work(Job(**json.load(sys.stdin))))))
