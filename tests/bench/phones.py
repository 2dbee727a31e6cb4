"""Thousands of phones, each with its own number, in one process: bare websockets that note when they were told first
after each word on standard input. `phones()` starts it; as a process it reads its codes from standard input."""

from __future__ import annotations

import json
import resource
import selectors
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from tests.bench.wall import PATIENCE_S, ROOT, Display

# So long without one more that is told anything, and the rest are not waited for.
SILENT_S = 60.0


class Phones:
    """All connected, and told how their number stands."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def next_told(self) -> list[float]:
        """When each phone was told first since `begin`, once so many were or half a minute is over: monotonic moments,
        in their order."""
        assert self._process.stdout is not None
        return sorted(json.loads(self._process.stdout.readline()))

    def begin(self, concerned: int) -> None:
        """What is told from here on counts, until that many phones were told."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(f"{concerned}\n")
        self._process.stdin.flush()
        self._process.stdout.readline()


@contextmanager
def phones(port: int, codes: Sequence[str]) -> Iterator[Phones]:
    """Raises RuntimeError when not all of them can connect."""
    words = [sys.executable, "-m", "tests.bench.phones", str(port)]
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    try:
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(f"{json.dumps(list(codes))}\n")
        process.stdin.flush()
        if (said := process.stdout.readline().strip()) != "ready":
            raise RuntimeError(said or "the phones could not connect")
        yield Phones(process)
    finally:
        process.kill()
        process.wait()


def main(port: int) -> None:
    codes = json.loads(sys.stdin.readline())
    allow_sockets(len(codes) + 100)
    selector = selectors.DefaultSelector()
    held: list[Display] = []
    for code in codes:
        held.append(Display(port, "", "/ticket", {"code": code}))
        selector.register(held[-1].socket, selectors.EVENT_READ, held[-1])
        _hear(selector, 0.0)
    if (told := _told(selector, held)) < len(held):
        print(f"{told:,} of {len(held):,} phones were told their number", flush=True)
        return
    selector.register(sys.stdin, selectors.EVENT_READ)
    print("ready", flush=True)
    while True:
        if _hear(selector, PATIENCE_S):
            if not (concerned := int(sys.stdin.readline() or 0)):
                return
            for phone in held:
                phone.boards.clear()
            print("begun", flush=True)
            until = time.monotonic() + PATIENCE_S
            while sum(bool(phone.boards) for phone in held) < concerned and time.monotonic() < until:
                _hear(selector, 1.0)
            print(json.dumps([phone.boards[0][0] for phone in held if phone.boards]), flush=True)


def allow_sockets(number: int) -> None:
    """As many as that, where this system lets us: a shell's usual bound is 1,024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < number:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(number, hard), hard))


def _told(selector: selectors.BaseSelector, held: Sequence[Display]) -> int:
    """How many have been told their number once all have been, or nobody more is."""
    before, until = -1, 0.0
    while (told := sum(bool(phone.boards) for phone in held)) < len(held):
        if told > before:
            before, until = told, time.monotonic() + SILENT_S
        if time.monotonic() > until:
            break
        _hear(selector, 1.0)
    return told


def _hear(selector: selectors.BaseSelector, patience_s: float) -> bool:
    """True when standard input has something to say."""
    ready = selector.select(patience_s)
    for key, _ in ready:
        if key.data is not None:
            key.data.hear()
    return any(key.data is None for key, _ in ready)


if __name__ == "__main__":
    main(int(sys.argv[1]))
