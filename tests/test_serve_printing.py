"""The server, its printers, and their ends: commands beside it, a SIGKILL in the middle of a slip, a stop while one
hangs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.printer_simulator import Printer as Simulator
from tests.serving import Server, layso
from tests.waiting import until


@pytest.fixture(scope="module")
def printer() -> Iterator[Simulator]:
    with Simulator() as one:
        yield one


def printers(server: Server) -> dict[str, object]:
    return dict(server.ask("GET", f"/sites/{server.site}/printers", role="officer").json()["items"][0])


def test_a_slip_survives_the_servers_sudden_end_and_comes_again_marked(tmp_path: Path, printer: Simulator) -> None:
    data = tmp_path / "data"
    with Server(data) as server:
        config = layso("export-config", "demo", data=data).stdout
        file = tmp_path / "demo.toml"
        table = f'\n[[sites.printers]]\nname = "Sảnh"\naddress = "{printer.address}"\n'
        file.write_text(config + table, encoding="utf-8")
        assert layso("apply", file, data=data).returncode == 0
        until(lambda: printers(server)["state"] == "ok", 20)

        tested = layso("printer", "test", "--site", "demo", data=data)
        assert tested.returncode == 0, tested.stderr
        listed = layso("printer", "status", "--site", "demo", "Sảnh", data=data)
        assert printer.address in listed.stdout and " ok " in listed.stdout
        assert len(printer.whole) == 1 and printer.errors == []

        printer.paper_out(after_rows=300)
        code = server.take(service="help").json()["code"]
        until(lambda: printers(server)["state"] == "paper_out" or printer.reader.paper.rows >= 300, 20)
        until(lambda: printers(server)["queued"] == 1)
        server.kill()
        printer.paper_in()
        server.start()
        paper = {"role": "kiosk"}
        until(lambda: server.ask("GET", f"/tickets/{code}", **paper).json()["print"]["state"] == "printed", 30)
        told = server.ask("GET", f"/tickets/{code}", **paper).json()["print"]
        assert told["copy"] == 1
        assert all(code in paper.codes()[0] for paper in printer.whole[1:])

        printer.hang()
        server.take(service="help")
        began = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - began < 10
    printer.hang(on=False)
    checked = layso("check", data=data)
    assert checked.returncode == 0, checked.stdout
    beside = layso("printer", "test", "--site", "demo", "Sảnh", data=data)
    assert beside.returncode == 0, beside.stderr
