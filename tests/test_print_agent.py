"""The agent beside a printer that the server can't reach: nothing is lost, and nothing comes twice without its word."""

from __future__ import annotations

import contextlib
import re
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image

from tests import serving
from tests.api_kit import Kit
from tests.printer_simulator import Printer as Simulator
from tests.serving import ROOT, Server, environment, layso
from tests.waiting import AS_DRAWN, until
from ticketing.rules.people import CLI
from ticketing.rules.printers import Printer

SITE = "demo"
NOT_ON_WINDOWS = ("fcntl", "pwd", "grp", "resource", "termios", "gevent", "kiosk.datadir", "kiosk.serving", "kiosk.cli")


class Agent:
    """`layso print-agent` as a process, with its memory beside the server's data. `launch` is how it begins."""

    def __init__(self, server: Server, simulator: Simulator, launch: Any = subprocess.Popen) -> None:
        issued = layso("token", "issue", "--site", SITE, "--role", "agent", "--kiosk", "test kiosk", data=server.data)
        assert issued.returncode == 0, issued.stderr
        self.state = server.data.with_name("agent.json")
        self.log = server.data.with_name("agent.log")
        words = ("print-agent", "--server", server.url, "--printer", simulator.address, "--state", str(self.state))
        self.command = [sys.executable, "-m", "kiosk", *words]
        self.environment = environment(LAYSO_AGENT_TOKEN=issued.stdout.strip())
        self.launch, self.process = launch, None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = self.launch(self.command, env=self.environment, cwd=ROOT, stdout=log, stderr=log)

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with Simulator() as one:
        yield one


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with Server(tmp_path / "data") as running:
        file = tmp_path / "demo.toml"
        configured = layso("export-config", SITE, data=running.data).stdout
        printer = '\n[[sites.printers]]\nname = "Sảnh"\naddress = "agent:"\n'
        file.write_text(re.sub(r"(?m)^print_retry_s.*$", "", configured) + printer, encoding="utf-8")
        assert layso("apply", file, data=running.data).returncode == 0
        yield running


@pytest.fixture
def agent(server: Server, simulator: Simulator) -> Iterator[Agent]:
    one = Agent(server, simulator)
    one.start()
    yield one
    one.kill()


@pytest.fixture
def cheap_agent(server: Server, simulator: Simulator) -> Iterator[Agent]:
    one = Agent(server, simulator, serving.launch)
    one.start()
    yield one
    one.kill()


def state_of(server: Server, code: str) -> tuple[str, int]:
    told = server.ask("GET", f"/tickets/{code}", role="kiosk").json()["print"]
    return told["state"], told["copy"]


def printer_state(server: Server) -> str:
    return str(server.ask("GET", f"/sites/{SITE}/printer", role="kiosk").json()["state"])


def test_papers_come_once_whoever_of_server_and_agent_is_killed(
    server: Server, simulator: Simulator, agent: Agent
) -> None:
    until(lambda: printer_state(server) == "ok", 60)
    first = server.take("HT").json()["code"]
    simulator.wait(lambda: len(simulator.whole) == 1, 60)
    until(lambda: state_of(server, first) == ("printed", 0), 60)

    # The server goes: the agent waits for it and prints on.
    server.restart(kill=True)
    second = server.take("HT").json()["code"]
    simulator.wait(lambda: len(simulator.whole) == 2, 60)
    until(lambda: state_of(server, second) == ("printed", 0), 60)

    # The printer hangs in the middle of a paper, and the agent is killed there: a marked one comes after its start.
    simulator.paper_out(after_rows=100)
    third = server.take("HT").json()["code"]
    simulator.wait(lambda: simulator.reader.paper.rows == 100, 60)
    agent.kill()
    simulator.paper_in()
    agent.start()
    until(lambda: state_of(server, third) == ("printed", 1), 60)
    codes = [paper.codes() for paper in simulator.papers]
    assert [one[0].rpartition("/")[2] for one in codes if one][:2] == [first, second]
    assert sum(code == [f"{server.url}/t/{first}"] for code in codes) == 1
    assert simulator.errors == [] and not agent.state.exists()

    # Without paper its kiosk is told in time.
    simulator.paper_out()
    until(lambda: printer_state(server) == "paper_out", 60)
    insisted = server.take("HT", print="required")
    assert (insisted.status_code, insisted.json()["code"]) == (409, "printer_down")


# A slip is some 80,000 bytes; what follows may lie behind its end, where the line is still open.
MEANWHILE = ("nothing", "agent", "server", "both")


@settings(max_examples=8, phases=AS_DRAWN, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(cut=1, reset=False, killed="both").via("a line that breaks at its first byte")
@example(cut=90_000, reset=True, killed="agent").via("behind the last byte of the picture")
@given(cut=st.integers(1, 110_000), reset=st.booleans(), killed=st.sampled_from(MEANWHILE))
def test_wherever_a_line_breaks_and_whoever_is_killed_no_paper_is_lost_or_comes_twice_unmarked(
    server: Server, simulator: Simulator, cheap_agent: Agent, cut: int, reset: bool, killed: str
) -> None:
    agent, seen = cheap_agent, len(simulator.papers)
    until(lambda: printer_state(server) == "ok", 60)
    simulator.close_after(cut, reset=reset)
    end = simulator.received + cut
    code = server.take(service="help").json()["code"]
    # A cut behind the last request is met by the next question after the printer's state, or never.
    until(lambda: simulator.received >= end or state_of(server, code)[0] == "printed", 60)
    if killed in ("agent", "both"):
        agent.kill()
    if killed in ("server", "both"):
        server.restart(kill=True)
    if agent.process is None:
        agent.start()
    until(lambda: state_of(server, code)[0] == "printed", 90)
    copy = state_of(server, code)[1]
    simulator.wait(lambda: any(height(server, code, copy) == paper.rows for paper in simulator.whole[-1:]), 60)
    papers = [paper for paper in simulator.papers[seen:] if paper.rows]
    whole = [paper for paper in papers if paper.cut]
    assert all(one.endswith(code) for paper in whole for one in paper.codes())
    assert sum(paper.rows == height(server, code, 0) for paper in whole) <= 1, "a second paper without its word"
    assert len(papers) <= copy + 1 and (copy > 0 or len(papers) == 1)


def height(server: Server, code: str, copy: int) -> int:
    """The rows of that paper: a marked one is higher by its banner."""
    png = server.ask("GET", f"/tickets/{code}/slip.png?width=80&copy={copy}").content
    return Image.open(BytesIO(png)).height


def test_an_agent_hears_from_its_token_whose_it_is(tmp_path: Path) -> None:
    with Kit(tmp_path, printers=(Printer("Sảnh", "agent:"),)) as kit:
        token = kit.accounts.issue_token("ward", "agent", "", CLI, "Lobby")
        assert kit.call("GET", "/agent", token=token).json == {"site": "ward", "kiosk": "Lobby"}
        assert kit.call("GET", "/agent", "kiosk").json["code"] == "forbidden"


def test_the_agent_needs_nothing_that_windows_does_not_have() -> None:
    program = (
        f"import sys\nfor name in {NOT_ON_WINDOWS!r}: sys.modules[name] = None\n"
        "import kiosk.__main__, kiosk.agent.command\n"
        "sys.argv = ['layso', 'print-agent', '--help']\nkiosk.__main__.main()"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=environment(), capture_output=True, text=True)
    assert done.returncode == 0 and "layso print-agent" in done.stdout, done.stderr


def test_an_agent_whose_token_is_refused_ends_with_the_reason(server: Server, simulator: Simulator) -> None:
    done = layso("print-agent", "--server", server.url, "--token", "x", "--printer", simulator.address,
                 "--state", server.data.with_name("none.json"))  # fmt: skip
    assert done.returncode == 1 and "refuses this token" in done.stderr
    wrong = layso("print-agent", "--server", server.url, "--token", "x", "--printer", "browser:")
    assert wrong.returncode == 2 and "no address of a printer" in wrong.stderr
    with contextlib.suppress(TimeoutError):
        simulator.wait(lambda: simulator.papers, 0.1)
    assert simulator.papers == []
