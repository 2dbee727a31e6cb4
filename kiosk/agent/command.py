"""`layso print-agent`, which runs on the kiosk's own computer, Windows too: nothing here needs a server's modules."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

import click

from kiosk.agent.memory import Memory
from kiosk.agent.server import Server
from kiosk.agent.tray import AgentTray
from kiosk.agent.ways import way_to
from kiosk.examples import write_example
from ticketing.printing.worker import Worker
from ticketing.rules.printers import Printer


def _memory_file() -> Path:
    """Where this computer's user keeps what programs note."""
    home = os.environ.get("LOCALAPPDATA") or os.environ.get("XDG_STATE_HOME")
    return (Path(home) if home else Path.home() / ".local" / "state") / "layso" / "print-agent.json"


def run_alone() -> None:
    """`layso print-agent …` without the other commands."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    print_agent(args=sys.argv[2:], prog_name="layso print-agent")


class AgentCommand(click.Command):
    example = "layso print-agent --server http://192.0.2.10:8080 --token T --printer serial://COM3"

    def format_epilog(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        write_example(formatter, self.example)


@click.command("print-agent", cls=AgentCommand)
@click.option("--server", "url", metavar="URL", required=True, help="The server, as the kiosk's browser opens it.")
@click.option(
    "--token", metavar="T", envvar="LAYSO_AGENT_TOKEN", default="",
    help="From: layso token issue --role agent --kiosk NAME. Or in LAYSO_AGENT_TOKEN.",
)
@click.option(
    "--printer", "address", metavar="ADDRESS", default="tcp://127.0.0.1:9100", show_default=True,
    help="tcp://HOST:PORT, serial://COM3, serial:///dev/…, usb://VENDOR:PRODUCT, cups://QUEUE, or win32://NAME for a "
    "printer of Windows (untested).",
)
@click.option("--state", type=click.Path(dir_okay=False, path_type=Path), help="The file of papers begun.")
def print_agent(url: str, token: str, address: str, state: Path | None) -> None:
    """Print the slips of one kiosk on a printer that the server can't reach. Runs until it is stopped; a server that
    is away is asked again, and no paper comes twice without saying so."""
    if not token:
        raise click.UsageError("Missing option '--token', and LAYSO_AGENT_TOKEN is empty.")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    try:
        server, way = Server(url, token), way_to(address)
    except ValueError as wrong:
        raise click.BadParameter(str(wrong)) from wrong
    tray = AgentTray(server, Memory(state or _memory_file()))
    worker = Worker(Printer("agent", address), way, tray)
    tray.ring = worker.ring
    worker.start()
    click.echo(f"Printing on {address} what {url} has for this kiosk.")
    try:
        tray.run()
    except KeyboardInterrupt:
        pass
    finally:
        tray.stop()
        worker.stop()
    if tray.refused is not None:
        raise click.ClickException(f"the server refuses this token: {tray.refused}")
