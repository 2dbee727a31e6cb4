"""ESC/POS as a strict printer reads it: what is printed on which paper, and a refusal of every other byte.

Only what a slip needs is known: initialise, raster, feed, cut, density, buzzer. A drawer, text, a picture of another
width on the same paper are mistakes of the sender and stand in `errors`.
"""

from __future__ import annotations

import io
import time
from collections.abc import Generator
from dataclasses import dataclass, field

from PIL import Image

DOTS = {58: 384, 80: 576}
REAL_TIME = b"\x10\x04"
CUTS = {0: "full cut", 48: "full cut", 1: "partial cut", 49: "partial cut", 65: "full cut", 66: "partial cut"}

Step = Generator[None, int, None]


class Mistake(Exception):
    """Bytes that the printer doesn't know."""


@dataclass
class Paper:
    """What came out in one piece. `cut` is false where it ended without one: torn, or not yet done. `at` is when it
    was off, by the monotonic clock."""

    stride: int = 0
    dots: bytearray = field(default_factory=bytearray)
    commands: list[str] = field(default_factory=list)
    cut: bool = False
    fed: int = 0
    at: float = 0.0

    @property
    def rows(self) -> int:
        return len(self.dots) // self.stride if self.stride else 0

    def image(self) -> Image.Image:
        """1 bit, ink black, as a slip's PNG is."""
        whole = bytes(self.dots[: self.rows * self.stride])
        return Image.frombytes("1", (8 * self.stride, self.rows), whole.translate(_INVERT))

    def png(self) -> bytes:
        out = io.BytesIO()
        self.image().save(out, "png")
        return out.getvalue()

    def is_picture(self, png: bytes) -> bool:
        """Dot for dot."""
        wanted = Image.open(io.BytesIO(png)).convert("1")
        mine = self.image()
        return wanted.size == mine.size and wanted.tobytes() == mine.tobytes()

    def codes(self) -> list[str]:
        """The texts of the QR codes on it."""
        import zxingcpp

        image = self.image().convert("L")
        framed = Image.new("L", (image.width + 80, image.height + 80), 255)
        framed.paste(image, (40, 40))
        return [one.text for one in zxingcpp.read_barcodes(framed)]


_INVERT = bytes(255 - value for value in range(256))


class Reader:
    """Fed byte by byte, in pieces of any size. `papers` holds what was cut off; `paper` is under the head."""

    def __init__(self, width_mm: int = 80) -> None:
        self.width_mm = width_mm
        self.papers: list[Paper] = []
        self.paper = Paper()
        self.errors: list[str] = []
        self.offset = 0
        self.buzzes = 0
        self.density: int | None = None
        self.initialised = False
        self._begin()

    def _begin(self) -> None:
        self._steps = self._read()
        next(self._steps)
        self._inside, self._dots_due, self._lost, self._last = False, 0, False, 0

    @property
    def inside(self) -> bool:
        """In the middle of a command."""
        return self._inside or self._dots_due > 0

    def feed(self, data: bytes) -> None:
        at = 0
        while at < len(data):
            if self._dots_due:
                taken = data[at : at + self._dots_due]
                self.paper.dots += taken
                self._dots_due -= len(taken)
                at += len(taken)
                self.offset += len(taken)
            else:
                self.offset += 1
                self._one(data[at])
                at += 1

    def _one(self, byte: int) -> None:
        """After a mistake nothing counts until the next ESC @."""
        if self._lost and (self._last, byte) == (0x1B, 0x40):
            self.hang_up()
            self._steps.send(0x1B)
        elif self._lost:
            self._last = byte
            return
        try:
            self._steps.send(byte)
        except Mistake as mistake:
            self.errors.append(f"byte {self.offset}: {mistake}")
            self._begin()
            self._lost = True

    def hang_up(self) -> None:
        """The connection ended, or a new job began: what is under the head is torn, half a command forgotten."""
        self._begin()
        self.initialised = False
        if self.paper.rows or self.paper.fed:
            self._tear(cut=False)
        # Part of a row is on no paper, and must not move the next one's.
        self.paper = Paper()

    def _tear(self, *, cut: bool) -> None:
        self.paper.cut, self.paper.at = cut, time.monotonic()
        self.papers.append(self.paper)
        self.paper = Paper()

    def _read(self) -> Step:
        while True:
            self._inside = False
            first = yield
            self._inside = True
            yield from self._command(first)

    def _command(self, first: int) -> Generator[None, int, None]:
        second = yield
        match bytes((first, second)):
            case b"\x10\x04":
                which = yield
                if not 1 <= which <= 4:
                    raise Mistake(f"DLE EOT {which}")
            case b"\x1b@":
                if self.paper.rows and not self.paper.fed:
                    raise Mistake("ESC @ in the middle of a paper")
                # A printer without a cutter: somebody tears it off.
                if self.paper.rows:
                    self._tear(cut=False)
                self.initialised = True
                self.density = None
                self._did("initialise")
            case b"\x1bd" | b"\x1bJ":
                amount = yield
                self.paper.fed += amount * (30 if second == ord("d") else 1)
                self._did(f"feed {amount}")
            case b"\x1dv":
                yield from self._raster()
            case b"\x1dV":
                yield from self._cut()
            case _:
                yield from self._setting(bytes((first, second)))

    def _did(self, name: str) -> None:
        if not self.initialised:
            raise Mistake(f"{name} before ESC @")
        self.paper.commands.append(name)

    def _raster(self) -> Generator[None, int, None]:
        if (yield) != ord("0") or (yield) != 0:
            raise Mistake("a raster that is not GS v 0, mode 0")
        head = []
        for _one in range(4):
            head.append((yield))
        stride, rows = head[0] + 256 * head[1], head[2] + 256 * head[3]
        if not 0 < stride <= DOTS[self.width_mm] // 8:
            raise Mistake(f"a picture {8 * stride} dots wide on {self.width_mm} mm")
        if self.paper.stride not in (0, stride):
            raise Mistake(f"bands of {8 * self.paper.stride} and {8 * stride} dots on one paper")
        if not 0 < rows <= 255:
            raise Mistake(f"a band of {rows} rows")
        self._did("raster")
        self.paper.stride = stride
        self._dots_due = stride * rows

    def _cut(self) -> Generator[None, int, None]:
        mode = yield
        if mode not in CUTS:
            raise Mistake(f"GS V {mode}")
        if mode in (65, 66):
            self.paper.fed += yield
        self._did(CUTS[mode])
        self._tear(cut=True)

    def _setting(self, command: bytes) -> Generator[None, int, None]:
        match command:
            case b"\x1d(" | b"\x1b(":
                kind = yield
                low = yield
                length = low + 256 * (yield)
                given = []
                for _one in range(length):
                    given.append((yield))
                self._function(command[:1] + b"(" + bytes((kind,)), bytes(given))
            case b"\x12#":
                self.density = yield
                self._did("density")
            case b"\x1b7":
                for _one in range(3):
                    yield
                self._did("heat")
            case b"\x1bB":
                times = yield
                each = yield
                if not (1 <= times <= 9 and 1 <= each <= 9):
                    raise Mistake(f"ESC B {times} {each}")
                self.buzzes += times
                self._did("buzzer")
            case _:
                raise Mistake(f"unknown command {command.hex(' ')}")

    def _function(self, command: bytes, given: bytes) -> None:
        match command:
            case b"\x1d(K" if len(given) == 2 and given[0] == 49:
                self.density = given[1] - 256 if given[1] > 127 else given[1]
                if not -8 <= self.density <= 8:
                    raise Mistake(f"GS ( K density {self.density}")
                self._did("density")
            case b"\x1b(A" if len(given) in (3, 4, 5):
                self.buzzes += 1
                self._did("buzzer")
            case _:
                raise Mistake(f"unknown function {command.hex(' ')} with {given.hex(' ')}")
