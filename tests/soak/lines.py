"""Lines that are cut, or go silent, between the server and the screens that people look at."""

from __future__ import annotations

import contextlib
import random
import socket
import threading
import time
from contextlib import closing
from functools import partial
from typing import Any

from tests.browser.conftest import shell_path
from tests.live_kit import open_wire
from tests.serving import Server
from tests.soak.hall import SQLITE, Hall, Place
from tests.soak.screens import PHONE, WALL, Page, Screen, chromium, without_pages
from tests.soak.tally import Tally, Trial, percentile
from tests.waiting import until

# The bound, from the line's return to the right number on the screen.
RIGHT_WITHIN_S = 2.0
# A silent line is noticed after so long (live.js: SILENCE_MS and its half second).
NOTICED_WITHIN_S = 6.0
# Shares of the cuts: a line that says nothing more, and one that is away for seconds.
SILENT, LONG = 0.05, 0.05
HALF_OPEN = 200
SHORT_LINES, LONG_LINES = 2, 10
SOCKETS = "layso_sockets{"


class Line:
    """A proxy on a port of its own. `cut` ends every connection and lets none through until `mend`; `silence` keeps
    them open and says nothing more."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=200)
        self.port = int(self.listener.getsockname()[1])
        self.whole, self.loud = True, threading.Event()
        self.loud.set()
        self._wires: set[socket.socket] = set()
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self.listener.accept()
                with contextlib.suppress(OSError):
                    far = socket.create_connection(("127.0.0.1", self.server.port))
                    with self._lock:
                        through = self.whole
                        self._wires |= {near, far} if through else set()
                    for one, other in ((near, far), (far, near)):
                        if through:
                            threading.Thread(target=self._carry, args=(one, other), daemon=True).start()
                        else:
                            one.close()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while content := one.recv(65536):
                self.loud.wait()
                other.sendall(content)
        self._end(one, other)

    def _end(self, *wires: socket.socket) -> None:
        with self._lock:
            self._wires -= set(wires)
        for wire in wires:
            with contextlib.suppress(OSError):
                wire.shutdown(socket.SHUT_RDWR)
            wire.close()

    def cut(self) -> None:
        with self._lock:
            self.whole = False
            wires = list(self._wires)
        self._end(*wires)

    def mend(self) -> None:
        self.whole = True

    def close(self) -> None:
        self.loud.set()
        self.cut()
        self.listener.close()


def cut_lines(place: Place, tally: Tally) -> None:
    """Walls and phones behind lines that break: while they are broken a number is called. None shows the number of
    before as the present for longer than it takes to notice, and each shows the right one within two seconds of its
    line's return."""
    if shell_path() is None:
        tally.notes.append("no Chromium: not tried")
        return
    with chromium() as browser:
        behind_lines(place, tally, browser, LONG_LINES if tally.timed else SHORT_LINES)


def behind_lines(place: Place, tally: Tally, browser: Any, number: int) -> None:
    """A wall and a phone behind each of so many lines; a try is a cut of one of them. Behind the first they are pages
    in the browser."""
    chance, took, stale = random.Random(4), [], []
    with place.hall(SQLITE) as hall, contextlib.ExitStack() as stack:
        lines = [stack.enter_context(closing(Line(hall.server))) for _each in range(number)]
        assert hall.server.at_counter(1, "open", services=["help"], fields=[], takeover=True).status_code == 200
        for tap in range(-(-tally.most // number) + 1):
            hall.tap(f"in the hall {tap}")
        screens = dict(zip(lines, screens_behind(stack, browser, hall, lines), strict=True))
        called = call(hall)
        for each in (screen for pair in screens.values() for screen in pair):
            until(partial(each.shows, called), 60)
        for _round in tally.tries(number):
            for of, (right_s, stale_s) in enumerate(cut_round(hall, screens, chance)):
                tally.within(RIGHT_WITHIN_S, right_s, "right", of)
                tally.within(NOTICED_WITHIN_S, stale_s, "the number of before was the present still", of)
                took.append(right_s)
                stale.append(stale_s)
        hall.audit(tally)
    tally.notes.append(
        f"{number} lines at once, each with a wall and a phone, behind one of them in a browser, else their script "
        f"alone; right {percentile(took, 0.5):.1f} s (median), {max(took):.1f} s (worst) after its return; another "
        f"number was the present for {max(stale):.1f} s at most"
    )


def screens_behind(
    stack: contextlib.ExitStack, browser: Any, hall: Hall, lines: list[Line]
) -> list[tuple[Screen, Screen]]:
    codes = [paper.code for place in range(len(lines)) if (paper := hall.tap(f"the phone's {place}"))]
    behind = list(zip(lines, codes, strict=True))
    pages = [stack.enter_context(closing(browser.new_page())) for _each in range(2)]
    first, code = behind[0]
    walls = stack.enter_context(without_pages([(line.url, "/display", {"site": "demo"}) for line, _ in behind[1:]]))
    phones = stack.enter_context(without_pages([(line.url, "/ticket", {"code": code}) for line, code in behind[1:]]))
    return [
        (Page(pages[0], f"{first.url}/demo/display/", WALL), Page(pages[1], f"{first.url}/t/{code}", PHONE)),
        *zip(walls, phones, strict=True),
    ]


def call(hall: Hall) -> str:
    return str(hall.server.at_counter(1, "call-next").json()["number"])


def cut_round(
    hall: Hall, screens: dict[Line, tuple[Screen, Screen]], chance: random.Random
) -> list[tuple[float, float]]:
    """Every line is cut, or goes silent, a number is called, and each comes back at a moment of its own. Seconds from
    a line's return to the right number on both its screens, and those for which the one of before seemed true."""
    how = chance.random()
    for line, pair in screens.items():
        for screen in pair:
            screen.called()
        line.loud.clear() if how < SILENT else line.cut()
    called, number = time.time(), call(hall)
    every = [screen for pair in screens.values() for screen in pair]
    if how < SILENT + LONG:
        # Each says by itself that it is cut off.
        until(lambda: all(screen.lost for screen in every), 60)
        for line in screens:
            line.cut()
            line.loud.set()
    mended = {}
    for line in chance.sample(list(screens), len(screens)):
        time.sleep(chance.random() / len(screens))
        line.mend()
        mended[line] = time.time()
    until(lambda: all(screen.shows(number) for screen in every), 60)
    return [
        (
            max(screen.right_at(number) for screen in pair) - mended[line],
            max(screen.stale_s(number, called) for screen in pair),
        )
        for line, pair in screens.items()
    ]


def half_open(place: Place, tally: Tally) -> None:
    """Screens whose line went silent without a farewell: their sockets end by themselves, and nobody waits for them."""
    for _try in tally.tries():
        with place.hall(SQLITE) as hall, closing(Line(hall.server)) as line:
            near = Server(hall.server.data)
            near.url, near.port = line.url, line.port
            wires = [open_wire(near) for _each in range(HALF_OPEN)]
            for wire in wires:
                wire.send('40/display,{"site":"demo"}')
            until(lambda: sockets(hall) >= HALF_OPEN, 60)
            line.loud.clear()
            with hall.load(2):
                tally.must(hall.more(50), "no numbers came")
                until(lambda: sockets(hall) == 0, 120)
                tally.must(hall.more(50), "no numbers came")
            for wire in wires:
                wire.shutdown()
            hall.audit(tally)
    tally.notes.append(f"{HALF_OPEN} sockets each")


def sockets(hall: Hall) -> int:
    """How many the server believes to be open."""
    text = hall.server.ask("GET", "//metrics").text
    return sum(int(float(line.rpartition(" ")[2])) for line in text.splitlines() if line.startswith(SOCKETS))


TRIALS = (Trial("half-open sockets", half_open, 0, 3, (SQLITE,)),)
IN_A_BROWSER = Trial("a wall and a phone behind a line that is cut", cut_lines, 20, 1000, (SQLITE,), 4)
