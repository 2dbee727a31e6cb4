"""Printers of a site: where each is reached, whose slips it prints, what it says of itself, and the papers that it is
to print."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ticketing.rules.people import Token
    from ticketing.rules.sites import Site

WIDTHS = (58, 80)
STATES = ("ok", "paper_low", "paper_out", "cover_open", "offline", "unknown")
# What no paper comes out of; of a printer that tells nothing, one is expected.
DOWN = ("paper_out", "cover_open", "offline")
OPEN = ("queued", "sending")
JOB_STATES = (*OPEN, "printed", "failed")
DENSITIES = (-6, 6)
LONGEST_NAME = 60
RAW_PORT = 9100
SPEED = 9600
_USB = re.compile(r"([0-9a-fA-F]{4}):([0-9a-fA-F]{4})")
_HOST = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]{1,253})(?::(?P<port>\d{1,5}))?")
_DEVICE = re.compile(r"(/dev/[\w./-]+|COM\d{1,3})(?:\?baud=(\d{3,6}))?")
_QUEUE = re.compile(r"[^\s/#?\\'\"]{1,127}")


@dataclass(frozen=True, slots=True)
class Address:
    """`kind` is tcp, usb, serial, cups, agent or browser; `place` a host, a device or a queue, `number` its port or
    speed; of usb the maker's number in `place` and the product's in `number`."""

    kind: str
    place: str = ""
    number: int = 0


def address(text: str) -> Address | None:
    """What an address means; None for what is none."""
    kind, colon, rest = text.partition(":")
    if kind in ("agent", "browser"):
        return Address(kind) if colon and not rest else None
    if not rest.startswith("//"):
        return None
    place = rest[2:]
    if kind == "tcp" and (found := _HOST.fullmatch(place)):
        port = int(found["port"] or RAW_PORT)
        return Address(kind, found["host"].strip("[]"), port) if 0 < port < 65536 else None
    if kind == "usb" and (found := _USB.fullmatch(place)):
        return Address(kind, found[1].lower(), int(found[2], 16))
    if kind == "serial" and (found := _DEVICE.fullmatch(place)):
        return Address(kind, found[1], int(found[2] or SPEED))
    return Address(kind, place) if kind == "cups" and _QUEUE.fullmatch(place) else None


@dataclass(frozen=True, slots=True)
class Printer:
    """`kiosks` are the names of the devices and kiosk tokens whose slips come out here, None for all. `density` goes
    from -6 to 6, None leaves it as the printer has it; `buzzer` beeps after each paper."""

    name: str
    address: str
    width: int = 80
    kiosks: tuple[str, ...] | None = None
    cut: bool = True
    density: int | None = None
    buzzer: bool = False

    @property
    def kind(self) -> str:
        return self.address.partition(":")[0]

    @property
    def by_browser(self) -> bool:
        """The kiosk's page prints by itself: nothing is queued, and nobody knows whether paper came."""
        return self.kind == "browser"


def printer_of(printers: Iterable[Printer], kiosk: str) -> Printer | None:
    """Where a kiosk's slips come out: the first printer that names it, else the first for all; None for its browser."""
    found = [one for one in printers if one.kiosks is None or kiosk in one.kiosks]
    chosen = next((one for one in found if one.kiosks is not None), found[0] if found else None)
    return None if chosen is None or chosen.by_browser else chosen


@dataclass(frozen=True, slots=True)
class PrintJob:
    """A paper to print. `what` is slip, test, leaflet, daily, sample_vi or sample_en; a slip's `copy` is 0 for its
    first paper, and what stands on every later one. From `sending` on, which is on disk before the first byte
    leaves, paper may be out. After `until` nobody stands there any more."""

    site: str
    day: date
    printer: str
    what: str
    queued_at: datetime
    until: datetime
    ticket: int | None = None
    copy: int = 0
    state: str = "queued"
    tries: int = 0
    ended_at: datetime | None = None
    error: str = ""
    id: int = 0

    @property
    def open(self) -> bool:
        return self.state in OPEN


@dataclass(frozen=True, slots=True)
class PrinterState:
    """What was last heard of a printer. `since` is when it began; `error` why it is offline, or what failed last."""

    site: str
    name: str
    state: str = "unknown"
    since: datetime | None = None
    error: str = ""

    @property
    def down(self) -> bool:
        return self.state in DOWN


def unknown_kiosks(site: Site, tokens: Iterable[Token]) -> list[tuple[str, str]]:
    """Printers and the kiosks that they name, of which there is none: not yet, or by a slip of the pen."""
    known = {one.name for one in tokens if one.role == "kiosk" and one.revoked_at is None}
    return [(one.name, kiosk) for one in site.printers for kiosk in one.kiosks or () if kiosk not in known]
