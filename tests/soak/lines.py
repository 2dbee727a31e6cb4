"""Lines that are cut, or go silent, between the server and the screens that people look at."""

from __future__ import annotations

import contextlib
import random
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.browser.conftest import ARGUMENTS, shell_path
from tests.live_kit import open_wire
from tests.serving import Server
from tests.soak.hall import SQLITE, Hall, Place
from tests.soak.tally import Tally, Trial, percentile
from tests.waiting import until

# The bound, from the line's return to the right number on the screen.
RIGHT_WITHIN_S = 2.0
# A silent line is noticed after so long (live.js: SILENCE_MS and its half second).
NOTICED_WITHIN_S = 6.0
# Shares of the cuts: a line that says nothing more, and one that is away for seconds.
SILENT, LONG = 0.05, 0.05
HALF_OPEN = 200
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
                if not self.whole:
                    near.close()
                    continue
                with contextlib.suppress(OSError):
                    far = socket.create_connection(("127.0.0.1", self.server.port))
                    with self._lock:
                        self._wires |= {near, far}
                    for one, other in ((near, far), (far, near)):
                        threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

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
        self.whole = False
        self._end(*list(self._wires))

    def mend(self) -> None:
        self.whole = True

    def close(self) -> None:
        self.loud.set()
        self.cut()
        self.listener.close()


@contextmanager
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shell_path(), args=list(ARGUMENTS))
        yield browser
        browser.close()


# What a person reads: the number called and whether the page says that it is cut off. The wall's largest number keeps
# to the voice, which takes its time for each; the counters' cells are the present.
WALL = """() => { const cell = document.querySelector('.door[data-counter="1"] .door__number');
  return {number: cell?.innerText.trim() ?? '', lost: document.body.dataset.online === 'no',
    seen: Boolean(cell?.checkVisibility())}; }"""
PHONE = """() => ({number: document.querySelector('#ahead').innerText.trim(),
  lost: document.querySelector('#offline').innerText.trim() !== '', seen: true})"""


class Screen:
    def __init__(self, page: Any, look: str) -> None:
        self.page, self.look = page, look

    def see(self) -> dict[str, Any]:
        return dict(self.page.evaluate(self.look))

    def shows(self, number: str) -> bool:
        told = self.see()
        return number in re.findall(r"\w+", told["number"]) and told["seen"] and not told["lost"]


def cut_lines(place: Place, tally: Tally) -> None:
    """A wall and a phone behind a line that breaks: while it is broken a number is called. They show the number of
    before for no longer than it takes to notice, and the right one within two seconds of the line's return."""
    if shell_path() is None:
        tally.notes.append("no Chromium: not tried")
        return
    with chromium() as browser:
        behind_a_line(place, tally, browser)


def seconds_until_right(number: str, *screens: Screen) -> float:
    mended = time.monotonic()
    until(lambda: all(screen.shows(number) for screen in screens), 60)
    return time.monotonic() - mended


def behind_a_line(place: Place, tally: Tally, browser: Any) -> None:
    chance, took = random.Random(4), []
    with place.hall(SQLITE) as hall, contextlib.closing(Line(hall.server)) as line:
        assert hall.server.at_counter(1, "open", services=["help"], fields=[], takeover=True).status_code == 200
        papers = [hall.tap(f"in the hall {tap}") for tap in range(tally.most + 1)]
        last = hall.tap("the phone's")
        assert last is not None and papers[-1] is not None
        pages = [browser.new_page() for _each in range(2)]
        wall, phone = Screen(pages[0], WALL), Screen(pages[1], PHONE)
        pages[0].goto(f"{line.url}/demo/display/")
        pages[1].goto(f"{line.url}/t/{last.code}")
        number = str(hall.server.at_counter(1, "call-next").json()["number"])
        until(lambda: wall.shows(number) and phone.shows(number), 60)
        for _try in tally.tries():
            begun, how = time.monotonic(), chance.random()
            line.loud.clear() if how < SILENT else line.cut()
            number = str(hall.server.at_counter(1, "call-next").json()["number"])
            if how < SILENT + LONG:
                # Both say by themselves that they are cut off: the number of before is shown as today's no longer.
                until(lambda: wall.see()["lost"] and phone.see()["lost"], 60)
                tally.within(NOTICED_WITHIN_S, time.monotonic() - begun, "cut off, said")
                line.cut()
                line.loud.set()
            else:
                time.sleep(chance.random() / 2)
            line.mend()
            took.append(seconds_until_right(number, wall, phone))
            tally.within(RIGHT_WITHIN_S, took[-1], "right")
        for page in pages:
            page.close()
        hall.audit(tally)
    tally.notes.append(f"right after {percentile(took, 0.5):.1f} s (median), {max(took):.1f} s (worst)")


def half_open(place: Place, tally: Tally) -> None:
    """Screens whose line went silent without a farewell: their sockets end by themselves, and nobody waits for them."""
    for _try in tally.tries():
        with place.hall(SQLITE) as hall, contextlib.closing(Line(hall.server)) as line:
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
IN_A_BROWSER = Trial("a wall and a phone behind a line that is cut", cut_lines, 20, 1000, (SQLITE,))
