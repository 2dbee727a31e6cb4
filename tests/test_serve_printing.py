"""The server, its printers, and their ends: commands beside it, a SIGKILL in the middle of a slip, a stop while one
hangs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.live_kit import listening
from tests.printer_simulator import Printer as Simulator
from tests.serving import Server, layso
from tests.test_print_agent import height, state_of
from tests.waiting import AS_DRAWN, until


@pytest.fixture(scope="module")
def printer() -> Iterator[Simulator]:
    with Simulator() as one:
        yield one


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, printer: Simulator) -> Iterator[Server]:
    """A server of the demo that prints on the simulator."""
    data = tmp_path_factory.mktemp("served") / "data"
    with Server(data) as server:
        configure(server, printer)
        yield server


def configure(server: Server, printer: Simulator) -> None:
    file = server.data.with_name("demo.toml")
    table = f'\n[[sites.printers]]\nname = "Sảnh"\naddress = "{printer.address}"\n'
    file.write_text(layso("export-config", "demo", data=server.data).stdout + table, encoding="utf-8")
    assert layso("apply", file, data=server.data).returncode == 0
    until(lambda: printers(server)["state"] == "ok", 20)


def printers(server: Server) -> dict[str, object]:
    return dict(server.ask("GET", f"/sites/{server.site}/printers", role="officer").json()["items"][0])


def test_a_slip_survives_the_servers_sudden_end_and_comes_again_marked(tmp_path: Path, printer: Simulator) -> None:
    data = tmp_path / "data"
    with Server(data) as server:
        configure(server, printer)

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
        assert server.stop() == 0
    printer.hang(on=False)
    checked = layso("check", data=data)
    assert checked.returncode == 0, checked.stdout
    beside = layso("printer", "test", "--site", "demo", "Sảnh", data=data)
    assert beside.returncode == 0, beside.stderr


@settings(max_examples=8, phases=AS_DRAWN, deadline=None)
@example(cut=1, reset=True).via("a line that breaks at its first byte")
@given(cut=st.integers(1, 110_000), reset=st.booleans())
def test_wherever_a_line_breaks_and_the_server_is_killed_no_paper_is_lost_or_comes_twice_unmarked(
    served: Server, printer: Simulator, cut: int, reset: bool
) -> None:
    server, seen = served, len(printer.papers)
    until(lambda: printers(server)["state"] == "ok", 30)
    printer.close_after(cut, reset=reset)
    end = printer.received + cut
    code = server.take(service="help").json()["code"]
    until(lambda: printer.received >= end or state_of(server, code)[0] == "printed", 60)
    server.restart(kill=True)
    until(lambda: state_of(server, code)[0] == "printed", 60)
    copy = state_of(server, code)[1]
    printer.wait(lambda: any(height(server, code, copy) == paper.rows for paper in printer.whole[-1:]), 30)
    papers = [paper for paper in printer.papers[seen:] if paper.rows]
    whole = [paper for paper in papers if paper.cut]
    assert all(one.endswith(code) for paper in whole for one in paper.codes())
    assert sum(paper.rows == height(server, code, 0) for paper in whole) <= 1, "a second paper without its word"
    assert len(papers) <= copy + 1 and (copy > 0 or len(papers) == 1)


def test_consoles_hear_how_a_printer_is_though_no_line_of_the_journal_tells(
    served: Server, printer: Simulator
) -> None:
    with listening(served, "/counter", {"token": served.token("supervisor")}) as console:
        before = console.wait("queue", lambda queue: queue["printers"][0]["state"] == "ok")
        printer.paper_out()
        after = console.wait("queue", lambda queue: queue["printers"][0]["state"] == "paper_out")
        assert (after["epoch"], after["seq"]) == (before["epoch"], before["seq"])
        assert [alarm["kind"] for alarm in after["alarms"] if alarm.get("name") == "Sảnh"] == ["printer_down"]
        printer.paper_in()
        console.wait("queue", lambda queue: queue["printers"][0]["state"] == "ok" and queue["time"] > after["time"])
        console.forget()
        console.wait("tick")
        console.wait("tick", lambda tick: tick["time"] > console.all("tick")[0]["time"])
        assert console.all("queue") == [], "what is the same is told once"


def test_printers_that_are_there_and_how_they_are_stand_in_lists(served: Server, printer: Simulator) -> None:
    printer.paper_low()
    until(lambda: printers(served)["state"] == "paper_low", 30)
    listed = layso("printer", "list", "--site", "demo", data=served.data)
    assert listed.returncode == 0 and "Sảnh" in listed.stdout and " paper_low " in listed.stdout
    assert served.stop() == 0
    printer.paper_out()
    asked = layso("printer", "status", "--site", "demo", data=served.data)
    assert " paper_out " in asked.stdout, "without the server the printer itself is asked"
    refused = layso("printer", "test", "--site", "demo", data=served.data)
    assert refused.returncode == 1 and "can't print: paper_out" in refused.stderr
    printer.refuse()
    asked = layso("printer", "status", "--site", "demo", "Sảnh", data=served.data)
    assert " offline " in asked.stdout and "refused" in asked.stdout
    unknown = layso("printer", "status", "--site", "demo", "Kho", data=served.data)
    assert unknown.returncode == 1 and "has no printer 'Kho'" in unknown.stderr
