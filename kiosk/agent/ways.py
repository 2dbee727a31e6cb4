"""How an agent reaches its printer: as the server would, and by the spooler of Windows."""

from __future__ import annotations

from collections.abc import Callable

from ticketing.printing.transports import Transport, transport
from ticketing.rules.printers import address

SPOOLER = "win32://"


def way_to(text: str) -> Callable[[], Transport]:
    """Raises ValueError for an address that leads nowhere from here."""
    if text.startswith(SPOOLER) and len(text) > len(SPOOLER):
        return lambda: Spooler(text.removeprefix(SPOOLER))
    found = address(text)
    if found is None or found.kind in ("agent", "browser"):
        raise ValueError(f"no address of a printer: {text}")
    return lambda: transport(found)


class Spooler:
    """A printer that Windows has a driver for, fed with raw bytes by pywin32. It tells nothing back. Not tested."""

    talks = False

    def __init__(self, name: str) -> None:
        self._name = name

    def open(self) -> None:
        """Raises OSError where there is no such printer, or no Windows."""
        self._with_printer(lambda _spooler, _printer: None)

    def send(self, data: bytes) -> None:
        def work(spooler: object, printer: object) -> None:
            spooler.StartDocPrinter(printer, 1, ("layso", None, "RAW"))  # type: ignore[attr-defined]
            spooler.StartPagePrinter(printer)  # type: ignore[attr-defined]
            spooler.WritePrinter(printer, data)  # type: ignore[attr-defined]
            spooler.EndPagePrinter(printer)  # type: ignore[attr-defined]
            spooler.EndDocPrinter(printer)  # type: ignore[attr-defined]

        self._with_printer(work)

    def _with_printer(self, work: Callable[[object, object], None]) -> None:
        try:
            import win32print  # type: ignore[import-untyped,unused-ignore]
        except ImportError as missing:
            raise OSError("needs Windows and: pip install pywin32") from missing
        try:
            printer = win32print.OpenPrinter(self._name)
            try:
                work(win32print, printer)
            finally:
                win32print.ClosePrinter(printer)
        except Exception as error:
            raise OSError(f"{type(error).__name__}: {error}"[:200]) from error

    def receive(self, seconds: float) -> bytes:
        return b""

    def interrupt(self) -> None:
        """The spooler is no line that one waits in."""

    def close(self) -> None:
        """Nothing is held."""
