"""Ways to a printer. Each is opened, takes bytes, may hand some back, and is closed; what goes wrong is an OSError.

python-escpos (the extra `printer`) is imported when the first USB or serial printer is opened."""

from __future__ import annotations

import _socket
import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from ipaddress import ip_address
from typing import Any, Protocol, TypeVar

from ticketing.rules.printers import Address

T = TypeVar("T")
Offload = Callable[[Callable[[], Any]], Any]
CONNECT_S = 2.0
# Of a printer that was switched off in the middle nothing else is heard.
UNHEARD_MS = 10_000
SEND_S = 20.0
SPOOL_S = 20.0
PAUSE_S = 0.05
PIECE = 1024
LONGEST_ANSWER = 256


class Transport(Protocol):
    """`talks`: whether something may come back. `receive` gives what came within `seconds`, b"" for nothing.
    `interrupt`, from any thread, has whoever waits in it fail at once, where that can be."""

    talks: bool

    def open(self) -> None: ...
    def send(self, data: bytes) -> None: ...
    def receive(self, seconds: float) -> bytes: ...
    def interrupt(self) -> None: ...
    def close(self) -> None: ...


class Tcp:
    """A raw port; one connection, held open, since many printers take no second one."""

    talks = True

    def __init__(self, host: str, port: int, offload: Offload = lambda work: work()) -> None:
        self._place, self._offload = (host, port), offload
        self._socket: socket.socket | None = None

    def open(self) -> None:
        self._socket = line = socket.create_connection(self._found(), timeout=CONNECT_S)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNHEARD_MS)

    def _found(self) -> tuple[str, int]:
        """A name is asked for in a native thread: where no name server answers, that takes many seconds."""
        host, port = self._place
        try:
            ip_address(host.partition("%")[0])
        except ValueError:
            # Whatever has patched the process's own function has not patched this one.
            found = self._offload(lambda: _socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM))
            host = str(min(found, key=lambda one: one[0] != socket.AF_INET)[4][0])
        return host, port

    @property
    def _line(self) -> socket.socket:
        if self._socket is None:
            raise ConnectionError("closed")
        return self._socket

    def send(self, data: bytes) -> None:
        """The time is for each step: a printer behind a slow line takes a slip for a minute, and goes on."""
        line, left = self._line, memoryview(data)
        line.settimeout(SEND_S)
        while left:
            left = left[line.send(left) :]

    def receive(self, seconds: float) -> bytes:
        self._line.settimeout(max(seconds, 0.001))
        try:
            got = self._line.recv(LONGEST_ANSWER)
        except TimeoutError as silence:
            # The kernel's own word for a line that is dead bears the same name, and a number.
            if silence.errno is not None:
                raise
            return b""
        if not got:
            raise ConnectionError("closed by the printer")
        return got

    def interrupt(self) -> None:
        if (line := self._socket) is not None:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self.interrupt()
        line, self._socket = self._socket, None
        if line is not None:
            line.close()


class Escpos:
    """A printer on USB or on a serial line, by python-escpos, in a native thread."""

    talks = True

    def __init__(self, address: Address, offload: Offload) -> None:
        self._address, self._offload = address, offload
        self._printer: Any = None

    def _made(self) -> Any:
        try:
            from escpos.printer import Serial, Usb
        except ImportError as missing:
            raise OSError("needs the extra: pip install 'layso[printer]'") from missing
        where = self._address
        if where.kind == "usb":
            return Usb(int(where.place, 16), where.number, timeout=int(SEND_S * 1000))
        return Serial(devfile=where.place, baudrate=where.number, timeout=PAUSE_S)

    def open(self) -> None:
        def work() -> None:
            self._printer = self._made()
            self._printer.open()
            if self._serial:
                self._printer.device.write_timeout = SEND_S
            else:
                _find_endpoints(self._printer)

        self._safely(work)

    @property
    def _serial(self) -> bool:
        return self._address.kind == "serial"

    def send(self, data: bytes) -> None:
        """A slip takes more than a minute at 9600 baud: the time is for each piece, of which a slow line takes one."""
        size = PIECE if self._serial else len(data)
        for start in range(0, len(data), size):
            piece = data[start : start + size]
            self._safely(lambda piece=piece: self._printer._raw(piece))  # type: ignore[misc]

    def receive(self, seconds: float) -> bytes:
        until = time.monotonic() + seconds
        while True:
            got = self._safely(self._read)
            if got or time.monotonic() >= until:
                return got
            time.sleep(PAUSE_S)

    def _read(self) -> bytes:
        try:
            return bytes(self._printer._read() or b"")
        except OSError as error:
            # Nothing to read is an error on USB.
            if type(error).__name__ == "USBTimeoutError":
                return b""
            raise

    def interrupt(self) -> None:
        """What a driver waits in, it waits in to its end."""

    def close(self) -> None:
        printer, self._printer = self._printer, None
        if printer is not None:
            with suppress(OSError):
                self._safely(lambda: self._shut(printer))

    def _shut(self, printer: Any) -> None:
        """python-escpos would wait until a printer that has stopped has taken the rest."""
        if self._serial and printer.device:
            printer.device.reset_output_buffer()
            printer.device.close()
        else:
            printer.close()

    def _safely(self, work: Callable[[], T]) -> T:
        """What the libraries beneath raise of their own is a line that is broken."""
        try:
            found: T = self._offload(work)
            return found
        except OSError:
            raise
        except Exception as error:
            raise OSError(f"{type(error).__name__}: {error}"[:200]) from error


def _find_endpoints(printer: Any) -> None:
    """Where this printer listens and answers; python-escpos takes them for granted."""
    for end in printer.device.get_active_configuration()[(0, 0)]:
        if end.bmAttributes & 0x03 == 0x02:
            name = "in_ep" if end.bEndpointAddress & 0x80 else "out_ep"
            setattr(printer, name, end.bEndpointAddress)


class Cups:
    """A queue of CUPS, which keeps what it takes and prints it in its own time: `lp -d QUEUE -o raw`."""

    talks = False

    def __init__(self, queue: str) -> None:
        self._queue = queue

    def open(self) -> None:
        """Raises OSError for a queue that isn't there or is stopped."""
        told = self._run(["lpstat", "-p", self._queue]).lower()
        if "disabled" in told:
            raise OSError("the queue is stopped")

    def send(self, data: bytes) -> None:
        self._run(["lp", "-s", "-d", self._queue, "-o", "raw"], data)

    def _run(self, command: list[str], data: bytes = b"") -> str:
        try:
            done = subprocess.run(
                command, input=data, capture_output=True, timeout=SPOOL_S, env={"LC_ALL": "C", "PATH": _PATH}
            )
        except subprocess.TimeoutExpired:
            raise OSError("CUPS does not answer") from None
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip().splitlines()
            raise OSError(said[0][:200] if said else f"{command[0]} failed")
        return done.stdout.decode(errors="replace")

    def receive(self, seconds: float) -> bytes:
        return b""

    def interrupt(self) -> None:
        """A command ends by itself."""

    def close(self) -> None:
        """Nothing is held."""


_PATH = "/usr/local/bin:/usr/bin:/bin"


def transport(address: Address, offload: Offload = lambda work: work()) -> Transport:
    """The way to an address that the server itself reaches."""
    if address.kind == "tcp":
        return Tcp(address.place, address.number, offload)
    if address.kind == "cups":
        return Cups(address.place)
    return Escpos(address, offload)


def usb_printers() -> list[str]:
    """The addresses of printers on USB; none without the extra, or without the right to look."""
    try:
        import usb.core
        import usb.util

        found = usb.core.find(find_all=True, custom_match=lambda one: _is_printer(one, usb.util)) or ()
        return [f"usb://{one.idVendor:04x}:{one.idProduct:04x}" for one in found]
    except Exception:
        return []


def _is_printer(device: Any, util: Any) -> bool:
    return any(util.find_descriptor(one, bInterfaceClass=7) is not None for one in device)


def cups_queues() -> list[str]:
    """The addresses of CUPS' queues; none where there is no CUPS."""
    try:
        return [f"cups://{name}" for name in Cups("")._run(["lpstat", "-e"]).split()]
    except OSError:
        return []
