"""Many wall displays in one process: bare websockets that note when each board came. `displays()` starts it;
as a process it reads its job from the command line and stops when its input ends."""

from __future__ import annotations

import base64
import json
import os
import selectors
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 30.0
TEXT, PING = 0x1, 0x9


class Display:
    """One websocket. `boards` are (monotonic moment, whole message), of a phone its tickets."""

    def __init__(self, port: int, token: str, namespace: str, auth: dict[str, str]) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
        self.boards: list[tuple[float, bytes]] = []
        self.buffer = b""
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(
            "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\n{f'Authorization: Bearer {token}' if token else 'X-Nobody: 1'}\r\n"
            f"Sec-WebSocket-Key: {key}\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        while b"\r\n\r\n" not in self.buffer:
            self.buffer += self._received()
        head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        if b" 101 " not in head.split(b"\r\n", 1)[0]:
            raise ConnectionError(head.decode())
        self.told = f'42{namespace},["{"board" if namespace == "/display" else "ticket"}"'.encode()
        self.say(f"40{namespace},{json.dumps(auth)}")

    def _received(self) -> bytes:
        received = self.socket.recv(262144)
        if not received:
            raise ConnectionError("the server closed a display")
        return received

    def say(self, text: str) -> None:
        """One short masked frame; the mask is zero, so that the text stays as it is."""
        content = text.encode()
        assert len(content) < 126
        self.socket.sendall(bytes((0x80 | TEXT, 0x80 | len(content))) + bytes(4) + content)

    def hear(self) -> None:
        self.buffer += self._received()
        now = time.monotonic()
        for kind, content in self._frames():
            if kind == TEXT and content == b"2":
                self.say("3")
            elif kind == TEXT and content.startswith(self.told):
                self.boards.append((now, content))

    def _frames(self) -> Iterator[tuple[int, bytes]]:
        while len(self.buffer) >= 2:
            length, start = self.buffer[1] & 0x7F, 2
            if length >= 126:
                start = 4 if length == 126 else 10
                if len(self.buffer) < start:
                    return
                length = struct.unpack(">H" if start == 4 else ">Q", self.buffer[2:start])[0]
            if len(self.buffer) < start + length:
                return
            frame = self.buffer[0] & 0x0F, self.buffer[start : start + length]
            self.buffer = self.buffer[start + length :]
            yield frame


class Displays:
    """The process with all displays, connected and told their first board."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def seen(self, until: int) -> list[list[tuple[float, int]]]:
        """Ends them once all were told that many dossiers of the field. For each display: when a board came,
        and how many it told."""
        said, _ = self._process.communicate(f"{until}\n", timeout=PATIENCE_S)
        found: list[list[tuple[float, int]]] = json.loads(said)
        return found


@contextmanager
def displays(port: int, site: str, field: str, number: int, token: str) -> Iterator[Displays]:
    words = [sys.executable, "-m", "tests.bench.wall", str(port), site, field, str(number), token]
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    try:
        assert process.stdout is not None
        if process.stdout.readline().strip() != "ready":
            raise RuntimeError("the displays could not connect")
        yield Displays(process)
    finally:
        process.kill()
        process.wait()


def issued(message: bytes, field: str) -> int:
    board: dict[str, Any] = json.loads(message.partition(b",")[2])[1]
    return int(next(line["issued"] for line in board["fields"] if line["code"] == field))


def main(port: int, site: str, field: str, number: int, token: str) -> None:
    selector = selectors.DefaultSelector()
    walls = [Display(port, token, "/display", {"site": site}) for _ in range(number)]
    for wall in walls:
        selector.register(wall.socket, selectors.EVENT_READ, wall)
    selector.register(sys.stdin, selectors.EVENT_READ)
    told, until = False, -1
    while until < 0 or any(issued(wall.boards[-1][1], field) < until for wall in walls):
        for key, _ in selector.select(PATIENCE_S):
            if key.data is None:
                until = int(sys.stdin.readline())
                selector.unregister(sys.stdin)
            else:
                key.data.hear()
        if not told and all(wall.boards for wall in walls):
            told = True
            print("ready", flush=True)
    known: dict[bytes, int] = {}
    for message in {message for wall in walls for _at, message in wall.boards}:
        known[message] = issued(message, field)
    print(json.dumps([[(at, known[message]) for at, message in wall.boards] for wall in walls]))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]), sys.argv[5])
