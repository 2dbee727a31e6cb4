"""The printer of the tests is as strict as a real one, and fails in every way that one does."""

from __future__ import annotations

import contextlib
import io
import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from printer_templates import Slip, SlipLabels, slip_escpos, slip_png
from tests.printer_simulator import Printer, Reader
from tests.serving import ROOT, environment

if TYPE_CHECKING:
    from escpos.printer import Dummy

URL = "https://example.vn/t/Zx81kQ0pLw7vN3bT5yRfAg"
SLIP = Slip("1001", "Trung tâm Phục vụ hành chính công", URL,
            SlipLabels("SỐ THỨ TỰ", "Quét mã", "Không phải giấy hẹn.", "Xin cảm ơn!"), "Hộ tịch")  # fmt: skip
JOB = slip_escpos(SLIP)
PICTURE = slip_png(SLIP)
ONLINE, PAPER, PAPER_OUT = b"\x12", b"\x12", b"\x7e"


@pytest.fixture
def printer() -> Iterator[Printer]:
    with Printer() as one:
        yield one


def dial(printer: Printer) -> socket.socket:
    return socket.create_connection((printer.host, printer.port), timeout=60)


def status(line: socket.socket, which: int) -> bytes:
    line.sendall(b"\x10\x04" + bytes((which,)))
    return line.recv(1)


def send(printer: Printer, data: bytes) -> None:
    with dial(printer) as line, contextlib.suppress(OSError):
        line.sendall(data)
        status(line, 1)


def test_a_slip_comes_out_as_its_png_and_its_code_can_be_read(printer: Printer) -> None:
    send(printer, JOB)
    printer.wait(lambda: printer.papers)
    (paper,) = printer.papers
    assert paper.cut and paper.is_picture(PICTURE) and paper.codes() == [URL]
    assert printer.errors == []


@pytest.fixture
def theirs() -> Dummy:
    # Reading what it knows of every printer takes as long as a hundred tests: no other process need do so.
    from escpos.printer import Dummy

    return Dummy()


def test_what_python_escpos_writes_is_read_as_it_meant(theirs: Dummy) -> None:
    theirs.hw("INIT")
    picture = Image.open(io.BytesIO(PICTURE))
    theirs.image(picture, impl="bitImageRaster", fragment_height=128, center=False)
    theirs.cut(mode="PART")
    mine = Reader()
    mine.feed(theirs.output)
    assert mine.errors == [] and mine.papers[0].is_picture(PICTURE)


def test_what_python_escpos_writes_of_a_picture_are_our_bytes(theirs: Dummy) -> None:
    theirs.image(Image.open(io.BytesIO(PICTURE)), impl="bitImageRaster", fragment_height=128, center=False)
    assert theirs.output in JOB


@pytest.mark.parametrize("wrong, word", [
    (b"\x1b@" + b"text", "unknown command"),
    (b"\x1b@\x1bp\x00\x19\xfa", "unknown command"),
    (b"\x1dv0\x00\x01\x00\x01\x00\xff", "before ESC @"),
    (b"\x1b@\x1dv0\x00\x49\x00\x01\x00", "584 dots wide on 80 mm"),
    (b"\x1b@\x1dv0\x00\x01\x00\x01\x00\xff\x1dv0\x00\x02\x00\x01\x00", "bands of 8 and 16"),
    (b"\x1b@\x1dv0\x01", "mode 0"),
    (b"\x1b@\x1dV\x07", "GS V 7"),
])  # fmt: skip
def test_bytes_that_no_slip_needs_are_mistakes(wrong: bytes, word: str) -> None:
    reader = Reader()
    reader.feed(wrong)
    assert len(reader.errors) == 1 and word in reader.errors[0]
    reader.feed(JOB)
    assert reader.papers[-1].cut


def test_a_status_is_answered_amid_a_picture_and_spoils_nothing(printer: Printer) -> None:
    with dial(printer) as line:
        half = JOB.index(b"\x1dv0", len(JOB) // 2)
        line.sendall(JOB[:half])
        assert [status(line, which) for which in (1, 2, 3, 4)] == [b"\x12"] * 4
        line.sendall(JOB[half:])
        printer.wait(lambda: printer.papers)
    assert printer.papers[0].is_picture(PICTURE) and printer.errors == []


def test_without_paper_it_says_so_and_prints_the_rest_on_the_next_roll(printer: Printer) -> None:
    printer.paper_out(after_rows=200)
    with dial(printer) as line:
        line.sendall(JOB)
        printer.wait(lambda: printer.reader.paper.rows == 200)
        assert status(line, 4) == PAPER_OUT and status(line, 1) == b"\x1a" and status(line, 2) == b"\x32"
    assert printer.papers == []
    printer.paper_in()
    printer.wait(lambda: printer.papers)
    assert printer.papers[0].is_picture(PICTURE)
    printer.paper_low()
    with dial(printer) as line:
        assert status(line, 4) == b"\x1e" and status(line, 1) == ONLINE


def test_an_open_cover_and_an_error_are_told(printer: Printer) -> None:
    printer.cover(opened=True)
    with dial(printer) as line:
        assert status(line, 2) == b"\x16" and status(line, 4) == PAPER
        printer.cover(opened=False)
        printer.error()
        assert status(line, 3) == b"\x32" and status(line, 1) == b"\x1a"


@pytest.mark.parametrize("reset", [False, True])
def test_a_connection_that_ends_in_the_middle_leaves_a_torn_paper(printer: Printer, reset: bool) -> None:
    printer.close_after(20_000, reset=reset)
    send(printer, JOB)
    printer.wait(lambda: printer.papers)
    send(printer, JOB)
    printer.wait(lambda: len(printer.papers) == 2)
    assert [paper.cut for paper in printer.papers] == [False, True]
    assert printer.papers[1].is_picture(PICTURE) and printer.errors == []


@pytest.mark.parametrize("bytes_sent", [42, 90, 200])
def test_what_broke_off_in_a_row_moves_no_later_paper(printer: Printer, bytes_sent: int) -> None:
    printer.close_after(bytes_sent)
    send(printer, JOB)
    send(printer, JOB)
    printer.wait(lambda: printer.papers and printer.papers[-1].cut)
    assert printer.papers[-1].is_picture(PICTURE)


def test_eaten_bytes_spoil_the_paper(printer: Printer) -> None:
    printer.eat(100, after=5_000)
    send(printer, JOB)
    printer.wait(lambda: printer.reader.offset >= len(JOB) - 100)
    assert not any(paper.is_picture(PICTURE) for paper in printer.papers)


def test_one_that_is_off_refuses_and_one_that_is_mute_prints(printer: Printer) -> None:
    printer.refuse()
    with pytest.raises(ConnectionRefusedError):
        dial(printer)
    printer.accept()
    printer.mute()
    with dial(printer) as line:
        line.sendall(JOB + b"\x10\x04\x01")
        printer.wait(lambda: printer.papers and printer.status_requests)
        line.setblocking(False)
        with pytest.raises(BlockingIOError):
            line.recv(1)


def test_as_a_program_it_takes_orders_in_json() -> None:
    command = [sys.executable, "-m", "tests.printer_simulator", "--port", "0", "--width", "58"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment()) as program:
        try:
            assert program.stdout is not None
            ready = json.loads(program.stdout.readline())
            port = int(ready["address"].rpartition(":")[2])
            with socket.create_connection(("127.0.0.1", ready["control"]), timeout=60) as control:
                orders = control.makefile("rw", encoding="utf-8")

                def order(**words: object) -> dict[str, object]:
                    orders.write(json.dumps(words) + "\n")
                    orders.flush()
                    return dict(json.loads(orders.readline()))

                assert order(do="paper_out") == {"ok": True}
                with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
                    assert status(line, 4) == PAPER_OUT
                    line.sendall(slip_escpos(SLIP, 58))
                    order(do="paper_in")
                    looked = order(do="wait", papers=1)
                assert looked["papers"][0]["codes"] == [URL] and looked["errors"] == []  # type: ignore[index]
                assert "error" in order(do="explode")
        finally:
            program.kill()
