"""A printer on a serial line: the kernel's own pair of terminals, with the simulator at the other end."""

from __future__ import annotations

import os
import pty
import select
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from printer_templates import Slip, SlipLabels, slip_escpos, slip_png
from tests.printer_simulator import Printer as Simulator
from ticketing.printing.line import Line
from ticketing.printing.transports import transport
from ticketing.rules.printers import address

pytest.importorskip("serial", reason="no pyserial: pip install 'layso[test]'")

URL = "http://192.0.2.10/t/AbCdEfGhIjKlMnOpQrStUv"
SLIP = Slip("1042", "Trung tâm thử", URL, SlipLabels("SỐ", "Quét", "Không", "Cảm ơn"), "Hộ tịch")


class Cable:
    """Carries bytes between a terminal and the simulator's socket until it is pulled out."""

    def __init__(self, simulator: Simulator) -> None:
        try:
            self._end, other = pty.openpty()
        except OSError as none:
            pytest.skip(f"no serial line can be had here, no /dev/pts ({none}): serial printers are not proven")
        self.device = os.ttyname(other)
        self._other = other
        self._far = socket.create_connection((simulator.host, simulator.port))
        self._wake, self._pulled = os.pipe()
        self.carries = True
        self._thread = threading.Thread(target=self._carry, daemon=True)
        self._thread.start()

    def _carry(self) -> None:
        while self.carries:
            for ready in select.select([self._end, self._far, self._wake], [], [])[0]:
                if ready == self._end:
                    self._far.sendall(os.read(self._end, 4096))
                elif ready is self._far and (data := self._far.recv(4096)):
                    os.write(self._end, data)

    def stop(self) -> None:
        """Nothing is carried any more; the terminal stands, and fills."""
        self.carries = False
        os.write(self._pulled, b"!")
        self._thread.join()

    def pull(self) -> None:
        self.stop()
        self._far.close()
        for end in (self._end, self._other, self._wake, self._pulled):
            os.close(end)


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with Simulator() as one:
        yield one


@pytest.fixture
def cable(simulator: Simulator) -> Iterator[Cable]:
    one = Cable(simulator)
    yield one
    one.pull()


@pytest.fixture
def line(cable: Cable) -> Iterator[Line]:
    where = address(f"serial://{cable.device}?baud=115200")
    assert where is not None
    one = Line(transport(where))
    one.open()
    yield one
    one.close()


def test_a_slip_comes_out_of_a_serial_line_and_is_known_to_be_out(simulator: Simulator, line: Line) -> None:
    assert line.talks and line.state == ("ok", "")
    line.print(slip_escpos(SLIP), lambda _talks: True)
    simulator.wait(lambda: simulator.papers)
    (paper,) = simulator.papers
    assert paper.cut and paper.is_picture(slip_png(SLIP)) and simulator.errors == []


def test_a_serial_printer_says_how_it_is(simulator: Simulator, line: Line) -> None:
    for fail, mend, state in (
        (simulator.paper_out, simulator.paper_in, "paper_out"),
        (lambda: simulator.cover(opened=True), lambda: simulator.cover(opened=False), "cover_open"),
    ):
        fail()
        line.ask()
        assert line.state == (state, "")
        mend()
        line.ask()
        assert line.state == ("ok", "")


def test_a_serial_line_that_takes_nothing_more_is_broken_and_can_be_left(
    cable: Cable, line: Line, monkeypatch: Any
) -> None:
    cable.stop()
    transport = line._transport
    transport._printer.device.write_timeout = 0.2
    with pytest.raises(OSError, match="(?i)timeout"):
        transport.send(bytes(1 << 16))
    transport.close()


def test_a_device_that_is_not_there_is_an_error_of_the_line() -> None:
    where = address("serial:///dev/ttyNOTHERE")
    assert where is not None
    with pytest.raises(OSError, match="ttyNOTHERE"):
        Line(transport(where)).open()
