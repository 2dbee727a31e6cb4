"""A thermal printer on a TCP socket, with everything that goes wrong with one.

with Printer() as printer:
    ...                                      # print to printer.address
    printer.wait(lambda: printer.papers)     # until a paper was cut off
    printer.paper_out()                      # and the other faults, at any time, from any thread

Status requests (DLE EOT) are answered when they arrive, also amid a picture's data, also while it stands still; the
rest is printed in order. While it can't print it keeps what fits its buffer, then reads no more.
"""

from __future__ import annotations

import contextlib
import re
import socket
import struct
import threading
from collections import deque
from collections.abc import Callable

from tests.printer_simulator.escpos import Paper, Reader

STATUS = re.compile(rb"\x10\x04([\x01-\x04])")
FIXED = 0x12


class Printer:
    def __init__(self, *, port: int = 0, host: str = "127.0.0.1", width_mm: int = 80, buffer: int = 1 << 16) -> None:
        self.host, self.port, self.buffer = host, port, buffer
        self.reader = Reader(width_mm)
        self.connections = 0
        self.status_requests = 0
        self.received = 0
        self._changed = threading.Condition(threading.RLock())
        self._listener: socket.socket | None = None
        self._open: set[socket.socket] = set()
        self.most_at_once = 0
        self._waiting: deque[bytes | None] = deque()  # None: the connection ended here
        self._stopped = False
        self._paper, self._rows_left = "ok", -1
        self._cover_open = self._error = False
        self._mute = self._hang = False
        self._answer_after = 0.0
        self._close_at = self._eat_at = -1
        self._eat_left, self._reset, self._chunk = 0, False, 4096

    def __enter__(self) -> Printer:
        self._listen()
        return self

    def __exit__(self, *_error: object) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        self.refuse()

    @property
    def address(self) -> str:
        return f"tcp://{self.host}:{self.port}"

    # -- what came out ---------------------------------------------------------------------------------

    @property
    def papers(self) -> list[Paper]:
        """Every piece in order, torn ones too."""
        return list(self.reader.papers)

    @property
    def whole(self) -> list[Paper]:
        return [paper for paper in self.papers if paper.cut]

    @property
    def errors(self) -> list[str]:
        return list(self.reader.errors)

    def wait(self, true: Callable[[], object], seconds: float = 15.0) -> None:
        """Until `true()` holds, looked at whenever something happens here. Raises TimeoutError."""
        with self._changed:
            if not self._changed.wait_for(true, seconds):
                raise TimeoutError(f"papers {len(self.papers)}, connections {self.connections}, {self.errors}")

    # -- what happens to it ----------------------------------------------------------------------------

    def paper_out(self, after_rows: int = 0) -> None:
        """Now, or once so many more rows are printed."""
        self._set(_rows_left=after_rows) if after_rows else self._set(_paper="out")

    def paper_low(self) -> None:
        self._set(_paper="low")

    def paper_in(self) -> None:
        """A new roll; what it still holds is printed."""
        self._set(_paper="ok", _rows_left=-1)

    def cover(self, *, opened: bool) -> None:
        self._set(_cover_open=opened)

    def error(self, *, on: bool = True) -> None:
        self._set(_error=on)

    def mute(self, *, on: bool = True) -> None:
        """Never answers a status request, as a printer without a way back does."""
        self._set(_mute=on)

    def slow(self, seconds: float) -> None:
        """Answers a status request so much later."""
        self._set(_answer_after=seconds)

    def hang(self, *, on: bool = True) -> None:
        """Takes connections and reads nothing."""
        self._set(_hang=on)

    def close_after(self, count: int, *, reset: bool = False) -> None:
        """Ends the connection once `count` more bytes have come, whichever they are; `reset` without a farewell."""
        self._set(_close_at=self.received + count, _reset=reset)

    def eat(self, count: int, after: int = 0) -> None:
        """Loses `count` bytes, once `after` more have come."""
        self._set(_eat_at=self.received + after, _eat_left=count)

    def refuse(self) -> None:
        """Takes no connection, and ends those that stand: switched off."""
        with self._changed:
            listener, self._listener = self._listener, None
            opened = list(self._open)
        if listener is not None:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        for one in opened:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def accept(self) -> None:
        """Switched on again, at the same port."""
        if self._listener is None:
            self._listen()

    def _set(self, **values: object) -> None:
        with self._changed:
            for name, value in values.items():
                setattr(self, name, value)
            self._print()
            self._changed.notify_all()

    # -- the wire --------------------------------------------------------------------------------------

    def _listen(self) -> None:
        listener = socket.create_server((self.host, self.port), backlog=16)
        self.port = listener.getsockname()[1]
        self._listener = listener
        threading.Thread(target=self._welcome, args=(listener,), daemon=True).start()

    def _welcome(self, listener: socket.socket) -> None:
        while True:
            try:
                one, _address = listener.accept()
            except OSError:
                return
            with self._changed:
                self.connections += 1
                self._open.add(one)
                self.most_at_once = max(self.most_at_once, len(self._open))
                self._changed.notify_all()
            threading.Thread(target=self._serve, args=(one,), daemon=True).start()

    def _serve(self, one: socket.socket) -> None:
        seen = b""
        try:
            while self._may_read() and (data := one.recv(self._chunk)):
                data = self._take(data)
                seen = self._answer(one, seen + data)
                with self._changed:
                    self._waiting.append(data)
                    self._print()
                    ends = 0 <= self._close_at <= self.received
                    self._changed.notify_all()
                if ends:
                    self._cut_off(one)
                    return
        except OSError:
            pass
        finally:
            self._farewell(one)

    def _may_read(self) -> bool:
        with self._changed:
            self._changed.wait_for(
                lambda: self._stopped or (not self._hang and (self._can_print() or self.held < self.buffer))
            )
            return not self._stopped

    def _take(self, data: bytes) -> bytes:
        """What arrives of it: less what is eaten or lies behind the connection's end."""
        with self._changed:
            start, end = self.received, self.received + len(data)
            if start <= self._close_at < end:
                data = data[: self._close_at - start]
            self.received += len(data)
            if self._eat_left and start <= self._eat_at < end:
                at = self._eat_at - start
                lost = min(self._eat_left, len(data) - at)
                data = data[:at] + data[at + lost :]
                self._eat_left -= lost
                self._eat_at = self.received
            return data

    def _answer(self, one: socket.socket, seen: bytes) -> bytes:
        """Answers every request in `seen`; what may be the beginning of the next one."""
        end = 0
        for found in STATUS.finditer(seen):
            end = found.end()
            with self._changed:
                self.status_requests += 1
                if self._answer_after:
                    self._changed.wait_for(lambda: self._stopped, self._answer_after)
                answer = self.status(found[1][0])
                mute = self._mute
                self._changed.notify_all()
            if not mute:
                one.sendall(bytes((answer,)))
        return seen[max(end, len(seen) - 2) :]

    def status(self, which: int) -> int:
        """The byte that DLE EOT n is answered with."""
        out, low = self._paper == "out", self._paper in ("low", "out")
        stopped = out or self._cover_open or self._error
        bits = {
            1: 0x08 * stopped,
            2: 0x04 * self._cover_open | 0x20 * out | 0x40 * self._error,
            3: 0x20 * self._error,
            4: 0x0C * low | 0x60 * out,
        }
        return FIXED | bits[which]

    def _can_print(self) -> bool:
        return not (self._paper == "out" or self._cover_open or self._error)

    @property
    def held(self) -> int:
        """Bytes that wait for paper."""
        return sum(len(data) for data in self._waiting if data)

    def _print(self) -> None:
        """What it holds, as far as paper and cover allow."""
        while self._waiting and self._can_print():
            data = self._waiting.popleft()
            if data is None:
                self.reader.hang_up()
            elif self._rows_left < 0:
                self.reader.feed(data)
            elif rest := self._print_rows(data):
                self._waiting.appendleft(rest)

    def _print_rows(self, data: bytes) -> bytes:
        """Until the paper is at its end; what is left then."""
        for at in range(len(data)):
            before = self.reader.paper.rows
            self.reader.feed(data[at : at + 1])
            self._rows_left -= max(0, self.reader.paper.rows - before)
            if self._rows_left <= 0:
                self._paper, self._rows_left = "out", -1
                return data[at + 1 :]
        return b""

    def _cut_off(self, one: socket.socket) -> None:
        with self._changed:
            self._close_at = -1
        if self._reset:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def _farewell(self, one: socket.socket) -> None:
        # What was cut off ends before its sender knows: the next connection's bytes come behind it.
        with self._changed:
            self._open.discard(one)
            self._waiting.append(None)
            self._print()
            self._changed.notify_all()
        one.close()
