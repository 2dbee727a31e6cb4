"""Slips on a printer that answers, fails and comes back: no number without its paper, no paper twice unmarked."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image

from printer_templates import slip_png
from tests.api_kit import URL, Kit, body
from tests.printer_simulator import Paper
from tests.printer_simulator import Printer as Simulator
from tests.waiting import AS_DRAWN, until
from ticketing.answers import tickets
from ticketing.errors import StorageFull
from ticketing.papers.slips import slip_for
from ticketing.printing import status, transports
from ticketing.rules.people import CLI
from ticketing.rules.printers import Printer, PrintJob
from ticketing.verbs import printers as verbs

NAME = "Sảnh"


class Hall(Kit):
    """A service whose kiosk prints on a printer of the tests; its clock stands still."""

    def __init__(self, folder: Path, *simulators: Simulator, **site: Any) -> None:
        self.simulator, self.simulators = simulators[0], simulators
        kiosks = ["kiosk of ward", *(f"Kiosk {n}" for n in range(2, len(simulators) + 1))]
        places = zip(simulators, kiosks, strict=True)
        names = [NAME, *(f"{NAME} {n}" for n in range(2, len(simulators) + 1))]
        self.printers = tuple(
            Printer(name, one.address, kiosks=(kiosk,)) for name, (one, kiosk) in zip(names, places, strict=True)
        )
        super().__init__(folder, printers=self.printers, **site)
        self.layso.printers.start()

    def call(self, *given: Any, **more: Any) -> Any:
        """The answer, sent whole: what is to be done behind it is done."""
        return super().call(*given, **{"buffered": True, **more})

    def paper_of(self, code: str, copy: int = 0) -> bytes:
        with self.app.app_context():
            return slip_png(slip_for(self.office.see("ward", tickets.slip, code), copy))

    def jobs(self, code: str) -> list[PrintJob]:
        return self.layso.store.read(lambda view: view.printers.of_ticket(view.tickets.by_code(code).id))

    def state(self, name: str = NAME) -> str:
        return self.layso.store.read(lambda view: view.printers.state("ward", name)).state

    def printed(self, code: str, copy: int = 0) -> None:
        until(lambda: [(one.state, one.copy) for one in self.jobs(code)][-1:] == [("printed", copy)])
        self.out(code, copy)

    def out(self, code: str, copy: int) -> None:
        """A printer answers before it has printed: here it has."""
        until(lambda: any(self.bears(paper, code, copy) for one in self.simulators for paper in one.whole))

    def bears(self, paper: Paper, code: str, copy: int) -> bool:
        """Whether a paper is this ticket's; one that is marked is longer by its banner."""
        rows = Image.open(BytesIO(self.paper_of(code, copy))).height
        return paper.rows == rows and any(one.endswith(code) for one in paper.codes())


@contextmanager
def opened(folder: Path, *simulators: Simulator, **site: Any) -> Iterator[Hall]:
    with Hall(folder, *simulators, **site) as hall:
        yield hall


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with Simulator() as one:
        yield one


@pytest.fixture
def hall(simulator: Simulator, tmp_path: Path) -> Iterator[Hall]:
    with opened(tmp_path, simulator) as made:
        yield made


@pytest.mark.parametrize("told, state", [
    ({1: 0x12, 2: 0x12, 4: 0x12}, ("ok", "")),
    ({1: 0x12, 2: 0x12, 4: 0x1E}, ("paper_low", "")),
    ({1: 0x1A, 2: 0x32, 4: 0x7E}, ("paper_out", "")),
    ({1: 0x1A, 2: 0x16, 4: 0x12}, ("cover_open", "")),
    ({1: 0x1A, 2: 0x52, 4: 0x12}, ("offline", "error")),
    ({1: 0x1A, 2: 0x12, 4: 0x12}, ("offline", "offline")),
    ({1: 0x12}, ("ok", "")),
    ({}, ("unknown", "")),
])  # fmt: skip
def test_what_a_printer_says_of_itself_is_read_as_epson_has_it(told: dict[int, int], state: tuple[str, str]) -> None:
    assert status.state_of(told) == state


def test_a_number_comes_out_as_its_slip_and_counts_as_printed_once_that_is_answered(hall: Hall) -> None:
    until(lambda: hall.state() == "ok")
    code = hall.take()["code"]
    hall.printed(code)
    (paper,) = hall.simulator.papers
    assert paper.cut and paper.is_picture(hall.paper_of(code)) and paper.codes()[0].endswith(code)
    assert hall.simulator.errors == [] and hall.simulator.most_at_once == 1
    assert "layso_paper_sent_seconds_count 1.0" in hall.client.get("/metrics").text
    (lobby,) = body(hall.call("GET", "/sites/ward/printers", "officer"))["items"]
    assert (lobby["state"], lobby["printed"], lobby["queued"], lobby["last_error"]) == ("ok", 1, 0, "")


def test_nothing_goes_to_the_printer_before_the_answer_is_out(hall: Hall) -> None:
    until(lambda: hall.state() == "ok")
    before = hall.simulator.reader.offset
    answer = hall.call("POST", "/sites/ward/tickets", "kiosk", json={"field": "HT"}, buffered=False)
    code = body(answer)["code"]
    hall.layso.printers.look()
    assert [one.state for one in hall.jobs(code)] == ["queued"]
    assert hall.simulator.reader.offset - before < 100
    answer.close()
    hall.printed(code)


def test_a_slip_again_is_marked_with_its_count(hall: Hall) -> None:
    code = hall.take()["code"]
    hall.printed(code)
    hall.call("POST", f"/tickets/{code}/print", "officer", json={})
    hall.printed(code, copy=1)
    assert hall.simulator.papers[1].is_picture(hall.paper_of(code, 1))
    assert hall.paper_of(code, 1) != hall.paper_of(code)


@pytest.mark.parametrize("state, fail, mend", [
    ("paper_out", lambda one: one.paper_out(), lambda one: one.paper_in()),
    ("cover_open", lambda one: one.cover(opened=True), lambda one: one.cover(opened=False)),
    ("offline", lambda one: one.error(), lambda one: one.error(on=False)),
    ("offline", lambda one: one.refuse(), lambda one: one.accept()),
])  # fmt: skip
def test_a_printer_that_cannot_print_says_so_and_prints_by_itself_once_it_can(
    simulator: Simulator, tmp_path: Path, state: str, fail: Callable[[Any], None], mend: Callable[[Any], None]
) -> None:
    fail(simulator)
    with opened(tmp_path, simulator) as hall:
        until(lambda: hall.state() == state)
        refused = hall.call("POST", "/sites/ward/tickets", "kiosk", json={"field": "HT", "print": "required"})
        assert (refused.status_code, body(refused)["code"]) == (409, "printer_down")
        code = hall.take()["code"]
        mend(simulator)
        hall.printed(code)
        assert [paper.is_picture(hall.paper_of(code)) for paper in simulator.papers] == [True]
        until(lambda: hall.state() == "ok")


def test_a_paper_that_nobody_waits_for_any_more_is_given_up_and_said(simulator: Simulator, tmp_path: Path) -> None:
    simulator.paper_out()
    with opened(tmp_path, simulator, print_retry_s=120) as hall:
        until(lambda: hall.state() == "paper_out")
        code = hall.take()["code"]
        hall.clock.pass_(seconds=119)
        hall.layso.printers.look()
        assert [one.state for one in hall.jobs(code)] == ["queued"]
        hall.clock.pass_(seconds=1)
        until(lambda: hall.jobs(code)[0].state == "failed")
        assert hall.jobs(code)[0].error == "paper_out"
        simulator.paper_in()
        later = hall.take()["code"]
        hall.printed(later)
        assert len(simulator.papers) == 1


def test_a_printer_that_never_answers_counts_as_printed_after_the_last_byte(
    simulator: Simulator, tmp_path: Path
) -> None:
    simulator.mute()
    with opened(tmp_path, simulator) as hall:
        code = hall.take()["code"]
        hall.printed(code)
        assert hall.state() == "unknown" and simulator.papers[0].is_picture(hall.paper_of(code))


def test_slow_answers_are_waited_for_and_taken_for_nobody_elses(simulator: Simulator, tmp_path: Path) -> None:
    simulator.slow(0.3)
    with opened(tmp_path, simulator) as hall:
        codes = [hall.take()["code"] for _each in range(2)]
        for code in codes:
            hall.printed(code)
        assert len(simulator.papers) == 2 and hall.state() == "ok"


# A slip is some 80,000 bytes; behind it stand three requests.
@settings(max_examples=8, phases=AS_DRAWN, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(cut=42, reset=True).via("in the first row of the picture")
@given(cut=st.integers(1, 100_000), reset=st.booleans())
def test_wherever_a_line_breaks_no_ticket_is_lost_and_no_paper_comes_twice_unmarked(
    hall: Hall, cut: int, reset: bool
) -> None:
    seen = len(hall.simulator.papers)
    until(lambda: hall.state() == "ok")
    hall.simulator.close_after(cut, reset=reset)
    code = hall.take(service="help")["code"]
    until(lambda: hall.jobs(code)[-1].state == "printed")
    (job,) = hall.jobs(code)
    hall.out(code, job.copy)
    papers = [paper for paper in hall.simulator.papers[seen:] if paper.rows]
    whole = [paper for paper in papers if paper.cut]
    unmarked = [paper for paper in whole if hall.bears(paper, code, 0)]
    assert hall.bears(whole[-1], code, job.copy)
    assert len(unmarked) <= 1 and (job.copy > 0 or len(papers) == 1)
    assert len(papers) <= job.copy + 1


def test_eight_kiosks_print_while_a_ninth_ones_printer_hangs(tmp_path: Path) -> None:
    simulators = [Simulator() for _each in range(9)]
    for one in simulators:
        one.__enter__()
    try:
        simulators[0].hang()
        with opened(tmp_path, *simulators) as hall:
            stuck = hall.take()["code"]
            codes = []
            for n in range(2, 10):
                taken = hall.call(
                    "POST", "/sites/ward/tickets", "officer", json={"field": "HT", "printer": f"{NAME} {n}"}
                )
                codes.append(body(taken)["code"])
            for code in codes:
                hall.printed(code)
            assert simulators[0].papers == [] and [len(one.whole) for one in simulators[1:]] == [1] * 8
            assert hall.jobs(stuck)[0].state in ("queued", "sending", "printed")
    finally:
        for one in simulators:
            one.__exit__()


def test_two_kiosks_share_a_printer_and_each_number_comes_out_once(simulator: Simulator, tmp_path: Path) -> None:
    with opened(tmp_path, simulator) as hall:
        shared = replace(hall.printers[0], kiosks=None)
        hall.office.apply_site(replace(hall.office.site("ward"), printers=(shared,)))
        hall.layso.printers.look()
        other = hall.accounts.issue_token("ward", "kiosk", "Kiosk 2", CLI)

        def take(token: str) -> str:
            taken = hall.call("POST", "/sites/ward/tickets", token=token, json={"service": "help"})
            return str(body(taken)["code"])

        with ThreadPoolExecutor(2) as kiosks:
            codes = list(kiosks.map(take, [hall.token("kiosk"), other] * 4))
        simulator.wait(lambda: len(simulator.whole) == 8)
        out = sorted(code for paper in simulator.whole for code in paper.codes())
        assert out == sorted(f"{URL}/t/{code}" for code in codes)
        assert simulator.errors == [] and len(simulator.papers) == 8


def test_a_printer_that_takes_its_bytes_slowly_is_waited_for_while_it_takes_any(monkeypatch: Any) -> None:
    monkeypatch.setattr(transports, "SEND_S", 3.0)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        line = transports.Tcp(*listener.getsockname())
        line.open()
        line._line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2048)
        far, _address = listener.accept()
        with far, ThreadPoolExecutor(1) as printer:
            got = printer.submit(crawl, far)
            with closing(line):
                line.send(bytes(range(256)) * 400)
            assert got.result() == bytes(range(256)) * 400


def test_only_a_name_is_looked_up_and_beside_the_loop(simulator: Simulator) -> None:
    asked: list[str] = []

    def beside(work: Callable[[], Any]) -> Any:
        asked.append("asked")
        return work()

    for host, times in (("127.0.0.1", 0), ("localhost", 1)):
        line = transports.Tcp(host, simulator.port, beside)
        with closing(line):
            line.open()
            line.send(b"\x10\x04\x01")
            assert line.receive(5.0) == b"\x12"
        assert len(asked) == times
    with pytest.raises(OSError):
        transports.Tcp("no-such-host.invalid", 9100, beside).open()


def crawl(far: socket.socket) -> bytes:
    """Reads as a slow line does: five seconds for a slip."""
    got = b""
    while data := far.recv(2048):
        got += data
        time.sleep(0.1)
    return got


def test_what_was_under_way_when_the_process_ended_is_a_new_paper_that_says_so(
    simulator: Simulator, tmp_path: Path
) -> None:
    simulator.paper_out()
    with opened(tmp_path, simulator) as hall:
        until(lambda: hall.state() == "paper_out")
        code, fresh = hall.take()["code"], hall.take()["code"]
        (job,) = hall.jobs(code)
        hall.layso.store.write((), lambda tx: verbs.send(tx, job))
    simulator.paper_in()
    with opened(tmp_path, simulator) as hall:
        hall.printed(code, copy=1)
        hall.printed(fresh)
        assert simulator.papers[0].is_picture(hall.paper_of(code, 1))
        assert simulator.papers[1].is_picture(hall.paper_of(fresh))


def test_a_printer_that_the_configuration_takes_away_leaves_no_paper_waiting(hall: Hall) -> None:
    hall.simulator.paper_out()
    code = hall.take()["code"]
    hall.office.apply_site(replace(hall.office.site("ward"), printers=()))

    def gone() -> bool:
        hall.layso.printers.look(everything=True)
        return [(one.state, one.error) for one in hall.jobs(code)] == [("failed", "printer_gone")]

    until(gone)


def test_a_printer_that_is_configured_anew_amid_a_paper_gives_it_again_marked(hall: Hall) -> None:
    until(lambda: hall.state() == "ok")
    hall.simulator.paper_out(after_rows=100)
    code = hall.take()["code"]
    hall.simulator.wait(lambda: hall.simulator.reader.paper.rows == 100)
    denser = replace(hall.printers[0], density=2)
    hall.office.apply_site(replace(hall.office.site("ward"), printers=(denser,)))
    hall.layso.printers.look()
    until(lambda: [one.copy for one in hall.jobs(code)] == [1])
    hall.simulator.paper_in()
    hall.printed(code, copy=1)
    assert hall.simulator.connections == 2


def test_what_the_store_refused_to_hear_is_told_again_and_printed_once(hall: Hall, monkeypatch: Any) -> None:
    until(lambda: hall.state() == "ok")
    refusals = [StorageFull(), StorageFull()]
    really = verbs.print_done

    def full(*given: Any, **named: Any) -> bool:
        if refusals:
            raise refusals.pop()
        return really(*given, **named)

    monkeypatch.setattr(verbs, "print_done", full)
    code = hall.take()["code"]
    hall.printed(code)
    assert refusals == [] and len(hall.simulator.papers) == 1


def test_what_broke_off_while_the_store_refused_to_hear_comes_again_marked(hall: Hall, monkeypatch: Any) -> None:
    until(lambda: hall.state() == "ok")
    refusals = [StorageFull()]
    really = verbs.broken_off

    def full(*given: Any, **named: Any) -> PrintJob | None:
        if refusals:
            raise refusals.pop()
        return really(*given, **named)

    monkeypatch.setattr(verbs, "broken_off", full)
    hall.simulator.close_after(5000)
    code = hall.take()["code"]
    hall.printed(code, copy=1)
    assert refusals == []


# -- an agent -------------------------------------------------------------------------------------------------


@pytest.fixture
def far(tmp_path: Path) -> Iterator[Hall]:
    """A hall whose second kiosk prints by an agent."""
    with Simulator() as one, opened(tmp_path, one) as hall:
        agents = Printer("Xa", "agent:", 58, kiosks=("Kiosk 2",))
        hall.office.apply_site(replace(hall.office.site("ward"), printers=(*hall.printers, agents)))
        hall.layso.printers.look()
        hall.agent = hall.accounts.issue_token("ward", "agent", "", CLI, "Kiosk 2")
        yield hall
