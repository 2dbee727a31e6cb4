"""The printer's faults for other processes: a line of JSON in, a line of JSON out.

{"do": "paper_out", "after_rows": 200}   any fault of `Printer`, with its words
{"do": "wait", "papers": 2}              until so many papers were cut off
{"do": "look"}                           what came out, and what was asked
{"do": "paper", "index": 0}              one of them as a PNG in base64
"""

from __future__ import annotations

import base64
import json
import socketserver
import threading
from typing import Any

from tests.printer_simulator.machine import Printer

FAULTS = ("paper_out", "paper_low", "paper_in", "cover", "error", "mute", "slow", "hang", "close_after", "eat",
          "refuse", "accept")  # fmt: skip


def obey(printer: Printer, order: dict[str, Any]) -> dict[str, Any]:
    words = dict(order)
    match words.pop("do", ""):
        case "look":
            return look(printer)
        case "wait":
            count = int(words["papers"])
            printer.wait(lambda: len(printer.papers) >= count, float(words.get("seconds", 15)))
            return look(printer)
        case "paper":
            return {"png": base64.b64encode(printer.papers[int(words["index"])].png()).decode()}
        case verb if verb in FAULTS:
            getattr(printer, verb)(**words)
            return {"ok": True}
        case other:
            raise ValueError(f"unknown order {other!r}")


def look(printer: Printer) -> dict[str, Any]:
    papers = [{"cut": one.cut, "rows": one.rows, "codes": one.codes(), "commands": one.commands}
              for one in printer.papers]  # fmt: skip
    return {"papers": papers, "errors": printer.errors, "connections": printer.connections,
            "status_requests": printer.status_requests, "received": printer.received}  # fmt: skip


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        printer = self.server.printer  # type: ignore[attr-defined]
        for line in self.rfile:
            try:
                answer = obey(printer, json.loads(line))
            except (ValueError, TypeError, LookupError, TimeoutError) as failure:
                answer = {"error": str(failure)}
            self.wfile.write(json.dumps(answer).encode() + b"\n")


def serve(printer: Printer, port: int = 0) -> int:
    """Listens beside the printer, until the process ends; the port."""
    server = socketserver.ThreadingTCPServer((printer.host, port), _Talk)
    server.daemon_threads = True
    server.printer = printer  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return int(server.server_address[1])
