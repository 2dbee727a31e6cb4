"""Slips: how large, how long to draw, and how long from the answer to the last byte at the printer; eight kiosks print
while the ninth's printer hangs."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from kiosk.datadir import DataDir
from kiosk.parts import make_office
from printer_templates import slip_escpos
from tests.bench.place import FIELDS, SITE, Tokens, prepare, server
from tests.printer_simulator import Printer as Simulator
from tests.serving import Server
from ticketing.papers.slips import sample
from ticketing.profiles import profile_path, read_sites
from ticketing.rules.printers import Printer
from ticketing.signals.local import Bus

KIOSKS = 9
DRAWN = 50


def printing(place: Path, rounds: int) -> dict[str, Any]:
    return {"slips": _slips(), "printed": _printed(place, rounds)}


def _slips() -> dict[str, Any]:
    from flask import Flask
    from flask_babel import Babel

    app = Flask("bench")
    Babel(app)
    found = {}
    with app.app_context():
        one = sample(read_sites(profile_path("demo"))[0], "vi", "http://192.0.2.10:8080")
    for width in (58, 80):
        took = []
        for number in range(DRAWN + 1):
            slip = replace(one, number=f"{1000 + number}", url=f"{one.url[:-4]}{number:04}")
            begun = time.perf_counter()
            data = slip_escpos(slip, width)
            took.append(1000 * (time.perf_counter() - begun))
        found[f"{width} mm"] = {"bytes": len(data), "drawn_ms": round(median(took[1:]), 2)}
    return found


def _printed(place: Path, rounds: int) -> dict[str, Any]:
    with ExitStack() as stack:
        simulators = [stack.enter_context(Simulator()) for _one in range(KIOSKS)]
        tokens = prepare(place)
        _configure(place, simulators)
        running = stack.enter_context(server(place))
        with ThreadPoolExecutor(KIOSKS - 1) as pool:
            _round(pool, running, tokens, simulators, 1)
            quiet = _round(pool, running, tokens, simulators, rounds)
            simulators[-1].hang()
            _take(running, tokens.kiosks[KIOSKS - 1], 0)
            beside = _round(pool, running, tokens, simulators, rounds)
        assert [one.errors for one in simulators] == [[]] * KIOSKS
        assert running.stop() == 0, running.logged()[-2000:]
        return {"quiet": quiet, "one hangs": beside}


def _configure(place: Path, simulators: list[Simulator]) -> None:
    directory = DataDir(place)
    with directory.opened() as store:
        office = make_office(store, Bus(), directory.clock(store))
        printers = tuple(
            Printer(f"printer {n}", one.address, kiosks=(f"kiosk {n}",)) for n, one in enumerate(simulators)
        )
        office.apply_site(replace(office.site(SITE), printers=printers))


def _round(pool: ThreadPoolExecutor, running: Server, tokens: Tokens, printers: list[Simulator], n: int) -> Any:
    """Milliseconds of so many slips at each of the first eight kiosks."""

    def kiosk(number: int) -> list[tuple[float, float]]:
        return [_print(running, tokens.kiosks[number], printers[number], one) for one in range(n)]

    told = [one for rows in pool.map(kiosk, range(KIOSKS - 1)) for one in rows]
    answers, papers = ([row[part] for row in told] for part in (0, 1))
    slowest = quantiles(papers, n=20)[18]
    figures = {"answer_p50_ms": median(answers), "paper_p50_ms": median(papers), "paper_p95_ms": slowest}
    return {name: round(value, 1) for name, value in figures.items()}


def _print(running: Server, token: str, printer: Simulator, number: int) -> tuple[float, float]:
    before = len(printer.papers)
    begun = time.monotonic()
    _take(running, token, number)
    answered = time.monotonic()
    printer.wait(lambda: len(printer.papers) > before, 60)
    return 1000 * (answered - begun), 1000 * max(0.0, printer.papers[before].at - answered)


def _take(running: Server, token: str, number: int) -> None:
    body = {"field": FIELDS[number % len(FIELDS)]}
    taken = running.ask("POST", f"/sites/{SITE}/tickets", json=body, headers={"Authorization": f"Bearer {token}"})
    assert taken.status_code == 201, taken.text


def lines(found: dict[str, Any]) -> list[str]:
    sizes = (f"{name}: {row['bytes']:,} bytes, drawn in {row['drawn_ms']} ms" for name, row in found["slips"].items())
    rows = [
        f"{name}: answered in {row['answer_p50_ms']} ms, paper {row['paper_p50_ms']} ms later, "
        f"p95 {row['paper_p95_ms']} ms"
        for name, row in found["printed"].items()
    ]
    return [f"slips: {'; '.join(sizes)}", *(f"8 kiosks print, {row}" for row in rows)]
