"""A thermal printer on a TCP port. Says its address and the port of its control, then prints until it is stopped.

python -m tests.printer_simulator --port 9100 --control 9101 --papers out/
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from tests.printer_simulator import control
from tests.printer_simulator.machine import Printer


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.printer_simulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9100, help="0 takes a free one")
    parser.add_argument("--control", type=int, default=0, help="where orders in JSON are taken")
    parser.add_argument("--width", type=int, choices=(58, 80), default=80)
    parser.add_argument("--papers", type=Path, help="a directory for each paper as PNG")
    given = parser.parse_args()
    with Printer(host=given.host, port=given.port, width_mm=given.width) as printer:
        ready = {"address": printer.address, "control": control.serve(printer, given.control)}
        print(json.dumps(ready), flush=True)
        seen = 0
        while True:
            count = seen
            printer.wait(lambda count=count: len(printer.papers) > count, float("1e7"))  # type: ignore[misc]
            for paper in printer.papers[seen:]:
                seen += 1
                told = {"paper": seen, "cut": paper.cut, "rows": paper.rows, "codes": paper.codes()}
                print(json.dumps(told), flush=True)
                if given.papers:
                    given.papers.mkdir(parents=True, exist_ok=True)
                    (given.papers / f"{seen:04}.png").write_bytes(paper.png())


if __name__ == "__main__":
    main()
