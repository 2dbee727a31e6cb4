"""A program of ours that runs beside the server: one process at the other end of a socket pair.

A socket pair rather than two pipes: a socket has timeouts, and gevent's patching makes it cooperative, so that the
same lines serve a patched and a plain process. A message is one line of JSON, followed by as many bytes as its
`bytes` says.
"""

from __future__ import annotations

import json
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from typing import Any

_CHUNK = 256 * 1024


class Worker:
    """One running worker. Raises OSError (TimeoutError among them) and EOFError when it doesn't do its part."""

    def __init__(
        self, command: Sequence[str], deadline: float, most: int, environment: Mapping[str, str] | None = None
    ) -> None:
        """Starts it and waits for its first message, `hello`. An answer holds at most `most` bytes."""
        self._most = most
        self._socket, theirs = socket.socketpair()
        with theirs:
            # A session of its own: Ctrl-C in the server's terminal is for the server to handle.
            self._process = subprocess.Popen(
                list(command), stdin=theirs.fileno(), stdout=theirs.fileno(), start_new_session=True, env=environment
            )
        self._unread = bytearray()
        try:
            self.hello = self._head(deadline)
        except BaseException:
            self.kill()
            raise

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, head: Mapping[str, Any], deadline: float, content: bytes = b"") -> tuple[dict[str, Any], bytes]:
        """Sends a message and returns the one that answers it."""
        self._socket.settimeout(_left(deadline))
        told = {**head, "bytes": len(content)} if content else head
        self._socket.sendall(json.dumps(told).encode() + b"\n" + content)
        answer = self._head(deadline)
        size = answer.get("bytes", 0)
        if type(size) is not int or not 0 <= size <= self._most:
            raise EOFError("the worker's answer makes no sense")
        while len(self._unread) < size:
            self._receive(deadline)
        sent = bytes(self._unread[:size])
        del self._unread[:size]
        return answer, sent

    def _head(self, deadline: float) -> dict[str, Any]:
        while (end := self._unread.find(b"\n")) < 0:
            self._receive(deadline)
        line = bytes(self._unread[:end])
        del self._unread[: end + 1]
        try:
            head = json.loads(line)
        except ValueError:
            head = None
        if not isinstance(head, dict):
            raise EOFError("the worker's answer makes no sense")
        return head

    def _receive(self, deadline: float) -> None:
        self._socket.settimeout(_left(deadline))
        chunk = self._socket.recv(_CHUNK)
        if not chunk:
            raise EOFError("the worker has ended")
        self._unread += chunk

    @property
    def ended(self) -> bool:
        """Whether it has hung up, or said something that it wasn't asked for."""
        self._socket.settimeout(0)
        try:
            self._socket.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            pass
        return True

    def end(self) -> None:
        """Ends the process at once. Whoever waits for its answer gets EOFError."""
        self._process.kill()
        self._process.wait()

    def kill(self) -> None:
        self._socket.close()
        self.end()

    def close(self) -> None:
        """Lets it end by itself, as it does when its input ends."""
        self._socket.close()
        try:
            self._process.wait(2)
        except subprocess.TimeoutExpired:
            self.end()


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("no time left")
    return left
